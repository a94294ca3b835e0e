"""`ganstudio doctor`: works where things are missing, and says how to get them."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganstudio.cli import doctor, machine
from tests.cli.helpers import ganstudio
from tools import system


def test_doctor_without_a_display_and_without_qt(tmp_path: Path) -> None:
    broken = tmp_path / "PySide6"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise ImportError('libGL.so.1: no such file')")
    done = ganstudio("doctor", PYTHONPATH=str(tmp_path))
    assert done.returncode == 0, done.stderr
    assert "libGL.so.1" in done.stdout
    for word in ("Python", "torch", "Devices", "cpu", "Data folder"):
        assert word in done.stdout


def test_doctor_knows_the_libraries_that_dev_py_installs() -> None:
    assert machine.LIBRARIES == system.LIBRARIES


def test_doctor_says_what_is_missing_and_how_to_get_it(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "look_at_qt", lambda *_: machine.Qt("offscreen", 3, chinese=False))
    monkeypatch.setattr(machine, "look_at_torch", lambda: machine.Torch({}, 0, "ImportError: c10"))
    monkeypatch.setattr(machine, "missing_libraries", lambda: {"libGL.so.1": "libgl1 | libgl"})
    monkeypatch.setattr(machine, "display", lambda: None)
    monkeypatch.setattr(machine, "writable", lambda _: False)
    monkeypatch.setattr(
        machine, "package_version", lambda name: "6.12.0" if "PySide" in name else None
    )
    doctor.examine()
    out = capsys.readouterr().out
    for words in (
        "sudo apt install libgl1\n",
        "fonts-wqy-microhei",
        "xvfb-run",
        "PySide6-Essentials<6.12",
        "pip install torch",
        "ImportError: c10",
    ):
        assert words in out


def test_doctor_with_nothing_missing(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(machine, "look_at_qt", lambda *_: machine.Qt("xcb", 3, chinese=True))
    monkeypatch.setattr(machine, "look_at_torch", lambda: machine.Torch({"cuda:0": "H200"}, 2))
    monkeypatch.setattr(machine, "missing_libraries", dict)
    monkeypatch.setattr(machine, "display", lambda: "DISPLAY=:0")
    doctor.examine()
    out = capsys.readouterr().out
    assert "Nothing is missing." in out
    assert "cuda:0 (H200)" in out


def test_qt_is_tried_in_a_process_of_its_own() -> None:
    found = machine.look_at_qt("offscreen")
    assert (found.platform, found.error) == ("offscreen", "")
    assert found.fonts > 0
    aborted = machine.look_at_qt("a platform that does not exist")
    assert aborted.error == "Qt ended the process without a word"


def test_a_folder_that_is_not_there_yet(tmp_path: Path) -> None:
    assert machine.writable(tmp_path / "a" / "b")
    (tmp_path / "file").write_text("")
    assert not machine.writable(tmp_path / "file")
