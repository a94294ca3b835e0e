"""Where commands write: nothing is replaced unasked, and what can't be is said before the work."""

from __future__ import annotations

import errno
import tempfile
from pathlib import Path

import pytest

from ganstudio.cli import BAD_INPUT, OK, training
from ganstudio.cli.places import check_place
from ganstudio.errors import FileError
from tests.cli.helpers import Obey
from tests.export.runs import record, tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run.ganrun"
    record(path, tiny("line"))
    return path


@pytest.mark.parametrize("name", ["a.csv", "a.gif", "a.png", "a.npy", "a.py", "a.safetensors"])
def test_an_export_replaces_a_file_only_when_told(
    obey: Obey, run: Path, tmp_path: Path, name: str
) -> None:
    to = tmp_path / name
    to.write_text("mine")
    code, out, err = obey("export", str(run), "--to", str(to))
    assert (code, out) == (BAD_INPUT, "")
    assert err == (
        f"ganstudio: {to}: there is such a file already; choose another name, or replace it with "
        "--overwrite\n"
    )
    assert to.read_text() == "mine"
    assert obey("export", str(run), "--to", str(to), "--overwrite")[0] == OK
    assert to.read_bytes() != b"mine"
    # It may as well be the first of its name.
    to.unlink()
    assert obey("export", str(run), "--to", str(to), "--overwrite")[0] == OK


def test_a_folder_is_never_replaced(obey: Obey, run: Path, tmp_path: Path) -> None:
    to = tmp_path / "a.csv"
    to.mkdir()
    for more in ([], ["--overwrite"]):
        code, _, err = obey("export", str(run), "--to", str(to), *more)
        assert code == BAD_INPUT
        assert "there is such a folder already; choose another name" in err


@pytest.mark.parametrize(
    ("option", "name", "says"),
    [
        ("--out", "a.txt", "the name of a run file ends in .ganrun, such as"),
        ("--out", "a", "the name of a run file ends in .ganrun, such as"),
        ("--out", ".ganrun", "the name of a run file ends in .ganrun, such as"),
        ("--out", "none/a.ganrun", "there is no folder none; make it first"),
        ("--out", "file/a.ganrun", "there is no folder file; make it first"),
        ("--out", "folder.ganrun", "there is such a folder already"),
        ("--out", "long" * 100 + ".ganrun", "can't be written: File name too long"),
        ("--save-weights", "a.ganrun", "the name of a file of weights ends in .safetensors"),
        ("--save-weights", "old.safetensors", "there is such a file already; choose another name"),
        ("--save-weights", "none/a.safetensors", "there is no folder none; make it first"),
    ],
)
def test_where_nothing_can_be_written_nothing_is_trained(
    obey: Obey,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    option: str,
    name: str,
    says: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "folder.ganrun").mkdir()
    for there in ("file", "old.safetensors"):
        (tmp_path / there).write_text("mine")
    monkeypatch.setattr(training, "train", pytest.fail)
    code, out, err = obey("train", "first-gan", option, name)
    assert (code, out, err.count("\n")) == (BAD_INPUT, "", 1)
    assert err.startswith(f"ganstudio: {name}: ")
    assert says in err
    assert {p.name for p in tmp_path.iterdir()} == {"folder.ganrun", "file", "old.safetensors"}


def test_a_suffix_in_capitals_is_one(obey: Obey, tmp_path: Path) -> None:
    assert obey("train", "first-gan", "--steps", "3", "--out", str(tmp_path / "A.GANRUN"))[0] == OK


def test_a_folder_that_can_not_be_written(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(tempfile, "TemporaryFile", refuse)
    with pytest.raises(FileError, match=r"a\.csv: can't be written: Read-only file system"):
        check_place(tmp_path / "a.csv")
