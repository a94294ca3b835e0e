"""What the window remembers, and that nothing in its file can hurt."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray

from ganstudio.app.preferences import RECENT_LIMIT, Preferences


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "folder" / "window.ini"


def read_all(preferences: Preferences) -> None:
    """Ask every question; each has a sensible answer."""
    assert preferences.theme in ("system", "light", "dark")
    assert preferences.large_text in (True, False)
    assert preferences.open_sections is None or isinstance(preferences.open_sections, list)
    assert isinstance(preferences.recent, list)
    pace = preferences.pace(otherwise=200.0)
    assert pace is None or 1 <= pace <= 1e6
    for name in ("geometry", "splitter", "layout"):
        assert isinstance(preferences.bytes(name), QByteArray)


def test_what_is_stored_is_there_the_next_time(path: Path, tmp_path: Path) -> None:
    file = tmp_path / 'a | "b" = ü, ;.toml'
    file.touch()
    first = Preferences(path)
    first.theme, first.large_text, first.open_sections = "dark", True, ["loss", "training"]
    first.set_pace(None)
    first.set_bytes("layout", QByteArray(bytes(range(256))))
    first.add_recent(file)
    first.save()
    second = Preferences(path)
    assert (second.theme, second.large_text) == ("dark", True)
    assert second.open_sections == ["loss", "training"]
    assert second.pace(otherwise=5) is None
    assert second.bytes("layout") == QByteArray(bytes(range(256)))
    assert second.recent == [file]


def test_closed_sections_are_remembered_too(path: Path) -> None:
    first = Preferences(path)
    assert first.open_sections is None
    first.open_sections = []
    first.save()
    assert Preferences(path).open_sections == []


def test_recent_files_are_few_and_exist(path: Path, tmp_path: Path) -> None:
    preferences = Preferences(path)
    files = [tmp_path / f"{i}.toml" for i in range(3 * RECENT_LIMIT)]
    for file in files:
        file.touch()
        preferences.add_recent(file)
    preferences.add_recent(files[-2])
    newest = [files[-2], files[-1], *reversed(files[:-2])]
    assert preferences.recent == newest[:RECENT_LIMIT]
    files[-1].unlink()
    assert files[-1] not in preferences.recent


@pytest.mark.parametrize("text", ["nan", "inf", "-inf", "abc", "", "0", "-5", "1e999", "1e300"])
def test_a_pace_that_is_none(path: Path, text: str) -> None:
    path.parent.mkdir()
    path.write_text(f"[General]\npace={text}\n")
    read_all(Preferences(path))


HOSTILE = (
    b"",
    b"\x00" * 100,
    b"[General]\nrecent=[[[[[1,2]]]]]\ntheme=@Variant(\\0\\0\\0\\x7f)\n",
    b'[General]\nrecent="[\\"a\\\\0b\\", 5, null]"\nlayout=@ByteArray(\\xff)\n',
    b"[General]\nrecent=" + b"[" * 100_000,
    b"[General]\nopen_sections=@StringList(a, b)\nlarge_text=maybe\nsplitter=@Rect(1 2 3 4)\n",
    b"[General]\ngeometry=@Invalid()\nlayout=@Variant(garbage)\npace=@Size(3 4)\n",
)


# Qt says on stderr what it could not make sense of.
qt_complains = pytest.mark.qt_log_ignore("QVariant", "invalid type")


@qt_complains
@pytest.mark.parametrize("content", HOSTILE, ids=range(len(HOSTILE)))
def test_a_corrupt_file_gives_defaults(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    preferences = Preferences(path)
    read_all(preferences)
    preferences.theme = "light"
    preferences.save()
    assert Preferences(path).theme == "light"


@qt_complains
def test_mutants_of_a_real_file(path: Path) -> None:
    preferences = Preferences(path)
    preferences.theme, preferences.open_sections = "dark", ["loss"]
    preferences.set_bytes("layout", QByteArray(bytes(range(256))))
    preferences.set_pace(50)
    preferences.add_recent(path)
    preferences.save()
    good = path.read_bytes()
    random_bytes = random.Random(0)
    for _ in range(300):
        mutant = bytearray(good)
        for _ in range(random_bytes.randrange(1, 9)):
            mutant[random_bytes.randrange(len(mutant))] = random_bytes.randrange(256)
        path.write_bytes(mutant[: random_bytes.randrange(len(mutant) + 1)])
        read_all(Preferences(path))


def test_a_place_that_can_not_be_written_is_no_error(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    preferences = Preferences(tmp_path / "file" / "window.ini")
    preferences.theme = "dark"
    preferences.save()
    read_all(preferences)
