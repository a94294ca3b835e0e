"""An experiment as a line in a chat and inside of a picture: the same one comes out, or one
sentence.
"""

from __future__ import annotations

import random
import struct
import tracemalloc
import zlib
from base64 import urlsafe_b64encode
from collections.abc import Callable
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ganstudio.core.experiment import Experiment
from ganstudio.data import png, share
from ganstudio.data.files import write_experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.data.share import experiment_in, from_text, into_picture, is_shared, to_text
from ganstudio.errors import FileError, GanStudioError, SpecError
from tests.core.strategies import experiments

MINE = load_preset("book", seed=5, title="Größe – 中文 'x'", **{"optimizer_d.lr": 0.0123})
LINE = to_text(MINE)
DASHED = "ganstudio:1:g7caDi85vO3wHoVHDZMVnuxY-2xa--jZSVSceTYdPTppdOJ5dOJ5tI8_urh5BE47AwA6L43T"
PIXELS = np.random.default_rng(0).integers(0, 256, (30, 40, 3)).astype(np.uint8)

# ------------------------------------------------------------------------------ there and back


@pytest.mark.parametrize("name", presets())
def test_presets_are_short(name: str) -> None:
    line = to_text(load_preset(name))
    assert from_text(line) == load_preset(name)
    # The dictionary of format 1 never changes, and is older than the presets of pictures.
    assert len(line) < (450 if load_preset(name).target.space == "pictures" else 100)
    assert line.isascii()
    assert line.isprintable()
    assert " " not in line


def test_a_changed_preset_is_short() -> None:
    assert len(LINE) < 150
    assert from_text(LINE) == MINE


@given(experiments())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_any_experiment_comes_back(experiment: Experiment) -> None:
    assert from_text(to_text(experiment)) == experiment


def test_every_field_is_in_it() -> None:
    """So it means the same in a program that has other defaults."""
    assert share._unpacked(LINE.removeprefix("ganstudio:1:")) == MINE.to_toml()


def test_lines_of_this_version_will_always_open() -> None:
    """These were made once. Whoever has to change them breaks what people have in their chats."""
    first = from_text("ganstudio:1:G201jLYaRlsNo62G0VbDaKthtNUw2mogrtUAADYPXZY")
    assert (first.title, first.seed, first.ema, first.steps) == ("First GAN", 42, 0.995, 2000)
    other = from_text(DASHED)
    assert (other.title, other.seed) == ("äöü – 中文", 5)
    kept = (files("ganstudio") / "resources" / "share-1.txt").read_text(encoding="ascii")
    digest = sha256(kept.encode("ascii")).hexdigest()
    assert digest == "a24ac46c27ac94672dd3e1de9f38db2de551a583391237178c43530b5704800a"


# ------------------------------------------------------------------------------- what chats do

SURROUNDED = {
    "alone": "{}",
    "words": "Look at this: {} - isn't it nice?",
    "a word behind": "{} please",
    "brackets": "<{}>",
    "quotes": "“{}”, she said",
    "code": "```\n{}\n```",
    "emphasis": "**{}**",
    "a full stop": "See {}.",
    "a link": "https://example.org/#{}",
    "a table": "| {} | mine |",
    "another one": "{} and ganstudio:1:AAAA",
}


@pytest.mark.parametrize("words", SURROUNDED.values(), ids=SURROUNDED)
def test_text_around_it(words: str) -> None:
    assert from_text(words.format(LINE)) == MINE


@pytest.mark.parametrize("between", ["\n", "\r\n", " ", "\n> ", "\u200b", "\u00ad", '"\n"', "\t"])
@pytest.mark.parametrize("every", [1, 7, 40])
def test_line_breaks_inside(between: str, every: int) -> None:
    broken = between.join(LINE[at : at + every] for at in range(0, len(LINE), every))
    # The program's name and the number are words: no chat breaks them.
    broken = "ganstudio:1:" + between + broken[broken.index(":", broken.index("1")) + 1 :]
    assert from_text(f"here\n{broken}\nthere") == MINE


def test_other_spellings() -> None:
    assert from_text(LINE.upper()[:12] + LINE[12:]) == MINE
    expected = from_text(DASHED)
    assert from_text(DASHED.replace("--", "—")) == expected
    assert from_text(DASHED.replace("-", "+").replace("_", "/")) == expected


# -------------------------------------------------------------------------------------- damage


def packed(content: bytes, version: int = 1) -> str:
    """A line that is right but for what it holds."""
    engine = zlib.compressobj(9, zlib.DEFLATED, share.RAW, 9, zdict=share._dictionary())
    data = engine.compress(content) + engine.flush() + share._checksum(content)
    return f"ganstudio:{version}:{urlsafe_b64encode(data).decode()}"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "there is no experiment in this text"),
        ("hello ganstudio: how are you", "there is no experiment in this text"),
        ("seed = 3", "there is no experiment in this text"),
        ("ganstudio:1:", "is not whole: copy it again"),
        ("ganstudio:0:AAAA", "is not whole: copy it again"),
        ("ganstudio:1:!", "is not whole: copy it again"),
        ("ganstudio:1:" + "A" * 1000, "is not whole: copy it again"),
        (LINE[:-4], "is not whole: copy it again"),
        (LINE[:30] + "…", "is not whole: copy it again"),
        (LINE.lower(), "is not whole: copy it again"),
        ("ganstudio:2:" + LINE[12:], "newer GAN Studio .format 2; this one knows up to 1"),
        (packed(b"seed = 3", 999_999_999), "newer GAN Studio"),
        (packed(b"sede = 3"), "the experiment in this text: .*did you mean 'seed'"),
        (packed(b"\xff\xfe"), "is not whole"),
        (packed(b"a=" + b"[" * 40_000), "nested too deeply"),
        (packed(b"#" * 5_000_000), "has 5,000,000 characters"),
    ],
)
def test_what_is_none_is_one_sentence(text: str, says: str) -> None:
    with pytest.raises(SpecError, match=says) as caught:
        from_text(text)
    assert "\n" not in str(caught.value)


def test_a_bomb_takes_little_memory() -> None:
    text = packed(bytes(200_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(SpecError, match="not whole"):
            from_text(text)
        assert tracemalloc.get_traced_memory()[1] < 80_000_000
    finally:
        tracemalloc.stop()


def test_each_single_slip_is_noticed() -> None:
    for at in range(len("ganstudio:1:"), len(LINE)):
        for other in "Ab3-":
            # A few bits mean nothing: those that fill the last byte.
            assert opened(LINE[:at] + other + LINE[at + 1 :]) in (None, MINE)
        assert opened(LINE[:at] + LINE[at + 1 :]) is None
        assert opened(LINE[:at]) is None


def opened(text: str) -> Experiment | None:
    """The experiment, or None where it is refused with one sentence."""
    return tried(from_text, text)


def tried(read: Callable[[Any], Experiment], source: object) -> Experiment | None:
    """The same of anything that is read."""
    try:
        return read(source)
    except GanStudioError as refusal:
        sentence = str(refusal)
    assert "\n" not in sentence
    return None


def test_what_is_meant_to_be_one() -> None:
    assert is_shared(LINE)
    assert is_shared("<Ganstudio:7:")
    assert not any(is_shared(name) for name in (*presets(), "my.toml", "C:\\ganstudio\\1.toml"))


# ------------------------------------------------------------------------------------ pictures


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "shot.png"
    path.write_bytes(into_picture(png.encoded(PIXELS), MINE))
    return path


def test_a_picture_carries_it(picture: Path) -> None:
    assert experiment_in(picture) == MINE
    assert experiment_in(picture.rename(picture.with_suffix(".PNG"))) == MINE


def test_a_file_as_before(tmp_path: Path) -> None:
    write_experiment(MINE, tmp_path / "mine.toml")
    assert experiment_in(tmp_path / "mine.toml") == MINE
    (tmp_path / "wrong.toml").write_text("sede = 3")
    with pytest.raises(SpecError, match=r"wrong\.toml: .*did you mean 'seed'"):
        experiment_in(tmp_path / "wrong.toml")


def chunk(kind: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


KEY = b"GAN Studio experiment\0"
WORDS = LINE.encode()
SPELLINGS = {
    "tEXt": chunk(b"tEXt", KEY + WORDS),
    "zTXt": chunk(b"zTXt", KEY + b"\0" + zlib.compress(WORDS)),
    "iTXt": chunk(b"iTXt", KEY + b"\0\0en\0key\0" + WORDS),
    "packed iTXt": chunk(b"iTXt", KEY + b"\1\0\0\0" + zlib.compress(WORDS)),
}


def with_chunk(content: bytes, *, behind: bool = False) -> bytes:
    """A picture with a chunk before or behind its pixels."""
    whole = png.encoded(PIXELS)
    at = len(whole) - 12 if behind else 33
    return whole[:at] + content + whole[at:]


@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize("spelled", SPELLINGS.values(), ids=SPELLINGS)
def test_as_any_program_may_write_it(tmp_path: Path, spelled: bytes, behind: bool) -> None:
    path = tmp_path / "a.png"
    other = chunk(b"tEXt", b"Software\0GIMP") + chunk(b"tEXt", b"")
    path.write_bytes(with_chunk(other + spelled, behind=behind))
    assert experiment_in(path) == MINE


def test_a_picture_that_is_cut_off_still_tells(picture: Path) -> None:
    picture.write_bytes(picture.read_bytes()[:400])
    assert experiment_in(picture) == MINE


BOMB = zlib.compress(bytes(50_000_000), 9)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a PNG"),
        (b"GIF89a" * 10, "not a PNG"),
        (png.encoded(PIXELS), "this picture carries no experiment"),
        (png.encoded(PIXELS)[:-20], "cut off"),
        (png.SIGNATURE, "cut off"),
        (png.SIGNATURE + struct.pack(">I", 2**32 - 1) + b"IDAT", "cut off"),
        (with_chunk(struct.pack(">I", 2**31) + b"tEXt" + KEY + WORDS), "has 2,147,483,648 bytes"),
        (with_chunk(SPELLINGS["tEXt"][:-1] + b"\0"), "its text is damaged"),
        (with_chunk(SPELLINGS["tEXt"])[:90], "its text is damaged"),
        (with_chunk(chunk(b"zTXt", KEY + b"\0" + BOMB)), "damaged, or too long"),
        (with_chunk(chunk(b"iTXt", KEY + b"\1\0\0\0" + BOMB)), "damaged, or too long"),
        (with_chunk(chunk(b"zTXt", KEY + b"\0rubbish")), "its text is damaged"),
        (with_chunk(chunk(b"zTXt", KEY)), "its text is damaged"),
        (with_chunk(chunk(b"iTXt", KEY)), "there is no experiment in this text"),
        (with_chunk(chunk(b"iTXt", KEY + b"\0\0\0\0\xff\xfe")), "its text is damaged"),
        (with_chunk(chunk(b"tEXt", KEY + WORDS[:-9])), "is not whole"),
        (with_chunk(chunk(b"tEXt", b"a\0") * 100_001), "more pieces than a picture has"),
    ],
)
def test_pictures_that_carry_none(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(content)
    tracemalloc.start()
    try:
        with pytest.raises((FileError, SpecError), match=says) as caught:
            experiment_in(path)
        assert tracemalloc.get_traced_memory()[1] < 40_000_000
    finally:
        tracemalloc.stop()
    assert str(caught.value).startswith(f"{path}: ")
    assert "\n" not in str(caught.value)


def test_what_can_not_be_read(tmp_path: Path) -> None:
    (tmp_path / "folder.png").mkdir()
    for path in (tmp_path / "none.png", tmp_path / "folder.png", Path("a\0.png")):
        with pytest.raises(FileError, match="can't be read"):
            experiment_in(path)


def test_words_go_into_pictures_only() -> None:
    for content in (b"", b"GIF89a", png.SIGNATURE, b"\xff" * 100):
        with pytest.raises(png.PngError, match="not a PNG"):
            into_picture(content, MINE)


# ------------------------------------------------------------------------------------- mutants


def harmed(data: bytes, rng: random.Random) -> bytes:
    """The bytes with some harm done to them."""
    mutant = bytearray(data)
    at = rng.randrange(len(mutant))
    match rng.randrange(5):
        case 0:
            del mutant[at:]
        case 1:
            mutant[at] ^= 1 << rng.randrange(8)
        case 2:
            mutant[at:at] = rng.randbytes(rng.randrange(1, 20))
        case 3:
            mutant[at : at + 4] = rng.randbytes(4)
        case _:
            del mutant[at : at + rng.randrange(1, 20)]
    return bytes(mutant)


def mended(rng: random.Random) -> bytes:
    """Harm by somebody who writes the checksum anew."""
    kind, spelled = rng.choice(list(SPELLINGS.items()))
    body = harmed(spelled[8:-4], rng)
    return with_chunk(chunk(kind.split()[-1].encode(), body))


def try_mutants(folder: Path, count: int, seed: int) -> tuple[int, int]:
    """How many harmed pictures and lines were refused; the others are still the same."""
    rng, path = random.Random(seed), folder / "mutant.png"
    whole, pictures, lines = with_chunk(SPELLINGS["zTXt"]), 0, 0
    for i in range(count):
        path.write_bytes(mended(rng) if i % 2 else harmed(whole, rng))
        found = tried(experiment_in, path), opened(harmed(WORDS, rng).decode("latin-1"))
        assert set(found) <= {None, MINE}
        pictures += found[0] is None
        lines += found[1] is None
    return pictures, lines


def test_mutants(tmp_path: Path) -> None:
    pictures, lines = try_mutants(tmp_path, 2_000, 0)
    assert pictures > 800
    assert lines > 1_500


@pytest.mark.slow
def test_many_mutants(tmp_path: Path) -> None:
    pictures, lines = try_mutants(tmp_path, 20_000, 1)
    assert pictures > 8_000
    assert lines > 15_000


@given(st.text(max_size=200))
@settings(max_examples=300, deadline=None)
def test_any_text(text: str) -> None:
    assert opened(text) is None
    assert opened("ganstudio:1:" + text) is None
