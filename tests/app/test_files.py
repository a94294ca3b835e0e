"""Opening and saving in the window; only the dialogs are replaced."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QMessageBox

from ganstudio.core.experiment import Experiment
from ganstudio.data.files import read_experiment, write_experiment
from ganstudio.data.presets import load_preset
from tests.app.laboratory import Lab

SMALL = Experiment().replace(
    **{"generator.layers": [{"width": 3}], "discriminator.layers": [{"width": 3}]}, title="Small"
)
Buttons = QMessageBox.StandardButton


class Answers:
    """Stands in for the dialogs, and counts the questions."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.file = ""
        self.button = Buttons.Cancel
        self.questions = 0
        self.suggested = ""
        monkeypatch.setattr(QFileDialog, "getOpenFileName", self._choose)
        monkeypatch.setattr(QFileDialog, "getSaveFileName", self._choose)
        monkeypatch.setattr(QMessageBox, "question", self._ask)

    def _choose(self, _parent: object, _title: str, at: str, _filter: str) -> tuple[str, str]:
        self.suggested = at
        return self.file, ""

    def _ask(self, *_: object) -> QMessageBox.StandardButton:
        self.questions += 1
        return self.button


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> Answers:
    return Answers(monkeypatch)


@pytest.fixture
def opened(lab: Lab, answers: Answers, tmp_path: Path) -> Path:
    """A file that is open in the window."""
    path = tmp_path / "mine.toml"
    write_experiment(SMALL, path)
    answers.file = str(path)
    lab.trigger("open")
    lab.until_rest()
    return path


def test_a_file_is_opened_and_shown(lab: Lab, opened: Path) -> None:
    assert lab.session.document.experiment == SMALL
    assert lab.session.document.path == opened
    assert lab.window.windowTitle() == "mine.toml[*] - GAN Studio"
    assert not lab.window.isWindowModified()
    assert lab.session.run_started is not None
    assert lab.session.run_started.experiment == SMALL
    assert lab.window.panel.value() == SMALL


def test_a_dialog_that_is_left_changes_nothing(lab: Lab, answers: Answers) -> None:
    before, answers.file = lab.session.document.experiment, ""
    for command in ("open", "save_as", "save", "picture"):
        lab.trigger(command)
    assert lab.session.document.experiment == before
    assert lab.session.document.path is None


def test_save_writes_to_the_file_it_came_from(lab: Lab, opened: Path, answers: Answers) -> None:
    lab.session.edit("seed", 5)
    assert lab.window.isWindowModified()
    answers.file = "nobody asks"
    lab.trigger("save")
    assert read_experiment(opened).seed == 5
    assert not lab.window.isWindowModified()


@pytest.mark.parametrize(("name", "written"), [("new.toml", "new.toml"), ("new", "new.toml")])
def test_save_as(lab: Lab, opened: Path, answers: Answers, name: str, written: str) -> None:
    answers.file = str(opened.with_name(name))
    lab.trigger("save_as")
    assert answers.suggested == str(opened)
    assert lab.session.document.path == opened.with_name(written)
    assert read_experiment(opened.with_name(written)) == SMALL


def test_save_asks_for_a_name_where_there_is_none(
    lab: Lab, answers: Answers, tmp_path: Path
) -> None:
    answers.file = str(tmp_path / "first.toml")
    lab.trigger("save")
    assert read_experiment(tmp_path / "first.toml") == load_preset("first-gan")
    assert answers.suggested.endswith(f"{load_preset('first-gan').title}.toml")


def recent(lab: Lab) -> list[str]:
    """The recent experiments, as the menu shows them."""
    menu: QMenu = lab.window.recent_menu
    menu.aboutToShow.emit()
    return [action.text() for action in menu.actions()]


def test_recent_experiments(lab: Lab, opened: Path, answers: Answers) -> None:
    answers.file = str(opened.with_name('other | odd, "name" ü.toml'))
    lab.trigger("save_as")
    other = Path(answers.file).name
    assert recent(lab)[:2] == [other, "mine.toml"]
    lab.window.recent_menu.actions()[1].trigger()
    assert lab.session.document.path == opened
    assert recent(lab)[:2] == ["mine.toml", other]
    opened.unlink()
    assert recent(lab)[0] == other
    lab.until_rest()


def test_a_recent_file_that_vanishes_while_the_menu_is_open(lab: Lab, opened: Path) -> None:
    recent(lab)
    opened.unlink()
    lab.window.recent_menu.actions()[0].trigger()
    assert "can't be read" in lab.window.notice.words


BAD = {
    "missing": None,
    "binary": b"\x00\xff\xfe" * 999,
    "large": b"#" * 5_000_000,
    "no TOML": b"seed = = 3",
    "unknown key": b"sede = 3",
    "absurd": b"batch_size = 1000000\nreplicas = 4096",
    "nested": b"seed = " + b"[" * 20_000,
}


@pytest.mark.parametrize("content", BAD.values(), ids=BAD.keys())
def test_bad_files_are_said_in_one_sentence_and_nothing_changes(
    lab: Lab, opened: Path, answers: Answers, content: bytes | None
) -> None:
    bad = opened.with_name("bad.toml")
    if content is not None:
        bad.write_bytes(content)
    answers.file = str(bad)
    number = lab.session._engine.run.number
    lab.trigger("open")
    notice = lab.window.notice
    assert notice.isVisible()
    assert "\n" not in notice.words
    assert len(notice.words) < 400
    assert lab.session.document.experiment == SMALL
    assert lab.session.document.path == opened
    assert lab.session._engine.run.number == number
    assert "bad.toml" not in recent(lab)
    assert lab.session.newest is not None


def test_the_sentence_of_a_bad_file_stays_until_it_is_read(
    lab: Lab, opened: Path, answers: Answers
) -> None:
    answers.file = str(opened.with_name("missing.toml"))
    lab.trigger("open")
    lab.trigger("reset")
    lab.until_rest()
    assert lab.window.notice.isVisible()


def test_a_file_that_can_not_be_written_is_said(lab: Lab, opened: Path, answers: Answers) -> None:
    answers.file = str(opened.parent / "missing" / "x.toml")
    lab.trigger("save_as")
    assert "can't be written" in lab.window.notice.words
    assert lab.session.document.path == opened


def other_experiment(lab: Lab, how: str) -> None:
    """Ways to leave the experiment that is open."""
    if how == "recent":
        recent(lab)
        lab.window.recent_menu.actions()[0].trigger()
    elif how == "preset":
        lab.window.transport.preset_chosen.emit("book")
    else:
        lab.trigger("open")


@pytest.mark.parametrize("how", ["open", "recent", "preset"])
@pytest.mark.parametrize("button", [Buttons.Cancel, Buttons.Discard, Buttons.Save])
def test_unsaved_changes_of_a_file_are_asked_about_once(
    lab: Lab, opened: Path, answers: Answers, how: str, button: QMessageBox.StandardButton
) -> None:
    lab.session.edit("seed", 123)
    edited = lab.session.document.experiment
    answers.button = button
    other_experiment(lab, how)
    assert answers.questions == 1
    assert (lab.session.document.experiment == edited) == (
        button == Buttons.Cancel or (button == Buttons.Save and how != "preset")
    )
    assert (read_experiment(opened).seed == 123) == (button == Buttons.Save)
    lab.until_rest()


def test_edits_of_a_preset_are_not_asked_about(lab: Lab, answers: Answers) -> None:
    lab.session.edit("seed", 123)
    lab.window.transport.preset_chosen.emit("book")
    assert answers.questions == 0
    lab.until_rest()


def test_closing_asks_once_and_can_be_called_off(lab: Lab, opened: Path, answers: Answers) -> None:
    lab.session.edit("seed", 123)
    assert not lab.window.close()
    assert answers.questions == 1
    assert lab.window.isVisible()
    lab.until_rest()
    lab.trigger("step")
    lab.until_step(1)


def test_a_picture_is_copied(lab: Lab) -> None:
    lab.trigger("copy_picture")
    image = QApplication.clipboard().image()
    card = lab.window.views.current
    assert image.size() == card.size() * 2
    assert len({image.pixel(x, image.height() // 2) for x in range(image.width())}) > 3


def test_a_picture_is_saved(lab: Lab, answers: Answers, tmp_path: Path) -> None:
    answers.file = str(tmp_path / "picture")
    lab.trigger("picture")
    assert (tmp_path / "picture.png").read_bytes().startswith(b"\x89PNG")
    answers.file = str(tmp_path / "missing" / "picture.png")
    lab.trigger("picture")
    assert lab.window.notice.isVisible()
