"""Experiment files: bounded reading, old-or-new writing, one sentence for each failure."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from ganstudio.core.experiment import Experiment
from ganstudio.data.files import read_experiment, write_experiment
from ganstudio.data.presets import load_preset
from ganstudio.errors import FileError, GanStudioError, SpecError


def test_what_is_written_is_read_back(tmp_path: Path) -> None:
    path = tmp_path / "mine Ω.toml"
    for name in ("first-gan", "aylien-blog-minibatch"):
        write_experiment(load_preset(name), path)
        assert read_experiment(path) == load_preset(name)
    assert os.listdir(tmp_path) == [path.name]


def test_a_byte_order_mark_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(b"\xef\xbb\xbfseed = 3\r\n")
    assert read_experiment(path) == Experiment(seed=3)


@pytest.mark.parametrize(
    ("content", "kind", "says"),
    [
        (b"\x00\x01\xff\xfe" * 100, FileError, "not a text file in UTF-8"),
        ("seed = 3".encode("utf-16"), FileError, "not a text file in UTF-8"),
        (b"# " + b"x" * 4_000_000, FileError, "larger than 4,000,000 bytes"),
        (b"seed = [", SpecError, "not valid TOML"),
        (b"sede = 3", SpecError, "did you mean 'seed'"),
    ],
)
def test_files_that_are_no_experiments(
    tmp_path: Path, content: bytes, kind: type[GanStudioError], says: str
) -> None:
    path = tmp_path / "e.toml"
    path.write_bytes(content)
    with pytest.raises(kind, match=says) as caught:
        read_experiment(path)
    assert str(caught.value).startswith(str(path))


def test_what_can_not_be_read(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.toml", tmp_path):
        with pytest.raises(FileError, match="can't be read"):
            read_experiment(path)


def test_what_can_not_be_written_leaves_the_old_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "e.toml"
    write_experiment(Experiment(seed=1), path)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="No space left on device"):
        write_experiment(Experiment(seed=2), path)
    monkeypatch.undo()
    assert read_experiment(path).seed == 1
    assert os.listdir(tmp_path) == [path.name]


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="can't be written"):
        write_experiment(Experiment(), tmp_path / "missing" / "e.toml")


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX")
def test_a_written_file_has_the_usual_mode(tmp_path: Path) -> None:
    path, usual = tmp_path / "e.toml", tmp_path / "usual"
    write_experiment(Experiment(), path)
    usual.write_bytes(b"")
    assert path.stat().st_mode == usual.stat().st_mode
