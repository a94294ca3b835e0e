"""An experiment as one line to be pasted into chat, and inside of a picture.

The line is `ganstudio:1:` and, in URL-safe base64, the experiment's TOML file, deflated, and its
CRC-32. Every field is written out, so the line means the same in a program with other defaults;
it is short because the deflating begins with a dictionary of what such files usually say. That
dictionary belongs to format 1 and never changes; presets and defaults may.
"""

from __future__ import annotations

import re
import zlib
from base64 import urlsafe_b64decode, urlsafe_b64encode
from functools import cache
from importlib.resources import files
from pathlib import Path

from ganstudio.core.experiment import Experiment
from ganstudio.core.toml import MAX_CHARACTERS
from ganstudio.data import png
from ganstudio.data.files import read_experiment
from ganstudio.errors import FileError, SpecError

FORMAT = 1
PICTURE_KEY = "GAN Studio experiment"
MAX_BYTES = 4 * MAX_CHARACTERS
"""Of the TOML file: UTF-8 needs at most four for a character."""
MAX_LINE = 8 * MAX_CHARACTERS
RAW = -zlib.MAX_WBITS
"""Deflate without a head and a checksum of its own."""
CHECK_BYTES = 4

ODD = "\\s<>\"'`*|“”„‘’«»\u00ad\u200b-\u200d\u2060\ufeff"
"""What chat and mail programs put around or into a line: breaks, quotes, marks of emphasis."""
HEAD = re.compile(f"ganstudio[{ODD}]*:[{ODD}]*([0-9]{{1,9}})[{ODD}]*:", re.IGNORECASE)
BODY = re.compile(f"[A-Za-z0-9+/_—–{ODD}-]*")
WITHOUT = re.compile(f"[{ODD}]")
REWRITTEN = str.maketrans({"+": "-", "/": "_", "—": "--", "–": "-"})
"""Other spellings of the same: plain base64, and dashes that a phone made of hyphens."""


def to_text(experiment: Experiment) -> str:
    """The experiment as one line of ASCII."""
    content = experiment.to_toml().encode("utf-8")
    engine = zlib.compressobj(9, zlib.DEFLATED, RAW, 9, zdict=_dictionary())
    packed = engine.compress(content) + engine.flush()
    line = urlsafe_b64encode(packed + _checksum(content)).decode("ascii")
    return f"ganstudio:{FORMAT}:{line.rstrip('=')}"


def from_text(text: str) -> Experiment:
    """The experiment in a text that has such a line somewhere, also one that was broken up.

    Raises:
        SpecError: there is none, it is not whole, or it is of a newer program.
    """
    head = HEAD.search(text)
    if head is None:
        raise SpecError("there is no experiment in this text; one begins with ganstudio:1:")
    if int(head[1]) > FORMAT:
        raise SpecError(
            f"the experiment in this text was written by a newer GAN Studio (format "
            f"{int(head[1])}; this one knows up to {FORMAT}): please update"
        )
    body = BODY.match(text, head.end(), head.end() + MAX_LINE)
    assert body is not None  # it matches nothing, too
    try:
        toml = _unpacked(WITHOUT.sub("", body[0]).translate(REWRITTEN))
    except (UnicodeDecodeError, ValueError, zlib.error) as error:
        raise SpecError(
            "the experiment in this text is not whole: copy it again, from ganstudio: to its end"
        ) from error
    try:
        return Experiment.from_toml(toml)
    except SpecError as error:
        raise SpecError(f"the experiment in this text: {error}") from error


def is_shared(text: str) -> bool:
    """Whether a text looks as if `from_text` were meant to read it."""
    return HEAD.search(text) is not None


def into_picture(content: bytes, experiment: Experiment) -> bytes:
    """A PNG that carries an experiment.

    Raises:
        PngError: it is none.
    """
    return png.with_text(content, PICTURE_KEY, to_text(experiment))


def experiment_in(path: Path) -> Experiment:
    """The experiment in a TOML file, or in a PNG that carries one.

    Raises:
        FileError: it can't be read, or is a picture without an experiment.
        SpecError: it is no experiment.
    """
    if path.suffix.lower() != ".png":
        return read_experiment(path)
    try:
        with path.open("rb") as file:
            text = png.text_in(file, PICTURE_KEY)
    except png.PngError as error:
        raise FileError(f"{path}: this picture can't be read: {error}") from error
    except (OSError, ValueError) as error:
        # A ValueError is what a name with a null character raises.
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{path}: can't be read: {reason}") from error
    if text is None:
        raise FileError(f"{path}: this picture carries no experiment")
    try:
        return from_text(text)
    except SpecError as error:
        raise SpecError(f"{path}: {error}") from error


def _unpacked(line: str) -> str:
    """What a line holds. It says itself where it ends: what follows is somebody's next word.

    Raises:
        ValueError, zlib.error: it is not whole.
    """
    data = urlsafe_b64decode(line + "A" * (-len(line) % 4))
    engine = zlib.decompressobj(RAW, zdict=_dictionary())
    content = engine.decompress(data, MAX_BYTES)
    if not engine.eof or engine.unused_data[:CHECK_BYTES] != _checksum(content):
        raise ValueError("cut off or mistyped")
    return content.decode("utf-8")


def _checksum(content: bytes) -> bytes:
    return zlib.crc32(content).to_bytes(CHECK_BYTES, "big")


@cache
def _dictionary() -> bytes:
    # As text: a checkout on Windows may have other line ends.
    resource = files("ganstudio") / "resources" / f"share-{FORMAT}.txt"
    return resource.read_text(encoding="ascii").encode("ascii")
