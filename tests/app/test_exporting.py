"""Pictures, films and data of the run in the window."""

from __future__ import annotations

import csv
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLabel, QMessageBox
from pytestqt.qtbot import QtBot

from ganstudio.app.exporting.commands import DATA, PICTURES
from ganstudio.app.exporting.film_dialog import FilmDialog
from ganstudio.app.exporting.jobs import DataJob
from ganstudio.data.files import part_of
from ganstudio.data.presets import load_preset
from ganstudio.data.share import experiment_in
from ganstudio.errors import SpecError
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until

MakeLab = Callable[..., Lab]
QUICK = load_preset("first-gan", steps=300, frame_every=20)
Ask = Callable[[Path, str], None]


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[Lab]:
    """A window whose run has made some steps and rests."""
    lab = Lab(tmp_path_factory.mktemp("home"), QUICK, records=True).warm()
    lab.train_to(200)
    until(lambda: len(lab.session.history.reel.places) == 11)
    yield lab
    lab.close()


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Ask:
    """What the file dialog will answer: a person can't be here."""

    def answer(path: Path, kind: str) -> None:
        def chosen(*_: Any) -> tuple[str, str]:
            return str(path), kind

        monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)

    return answer


def film_dialog(lab: Lab) -> FilmDialog:
    lab.trigger("film")
    dialog = lab.window.exporting.dialog
    assert dialog is not None
    return dialog


def made(lab: Lab) -> None:
    """All exports are over."""
    until(lambda: not lab.window.exporting.jobs.running)


@pytest.mark.parametrize("kind", PICTURES)
def test_a_view_and_all_of_them_are_saved_as_pictures(
    trained: Lab, ask: Ask, tmp_path: Path, kind: str
) -> None:
    suffix, scale = PICTURES[kind]
    for command in ("picture", "board"):
        ask(tmp_path / command, kind)
        trained.trigger(command)
        path = tmp_path / f"{command}{suffix}"
        assert path.stat().st_size > 1000
        if suffix == ".png":
            with Image.open(path) as picture:
                card = trained.window.views.current
                wide = card.width() if command == "picture" else 1280
                assert picture.width == round(wide * scale)
            assert experiment_in(path) == trained.session.running


def test_a_suffix_that_is_typed_counts(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path / "plot.svg", next(iter(PICTURES)))
    trained.trigger("picture")
    assert (tmp_path / "plot.svg").read_bytes().startswith(b"<?xml")


def test_a_film_is_made_beside_the_window(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    dialog = film_dialog(trained)
    dialog.form.seconds.setValue(1.0)
    dialog.form.hold.setValue(0.2)
    dialog.form.known_size.setCurrentIndex(0)
    dialog.form.loop.setChecked(False)
    until(lambda: dialog.said.text().startswith("About"))
    assert not dialog.preview.pixmap().isNull()
    ask(tmp_path / "film", "")
    dialog.accept()
    assert trained.window.exporting.jobs.running
    made(trained)
    with Image.open(tmp_path / "film.gif") as film:
        assert film.size == (480, 270)
        lengths = []
        for index in range(film.n_frames):  # type: ignore[attr-defined]  # only moving ones have it
            film.seek(index)
            lengths.append(film.info["duration"])
        assert sum(lengths) == 1000
        assert "loop" not in film.info
    assert "film.gif" in trained.window.exporting.jobs._last.text()
    until(lambda: trained.window.exporting.dialog is None)


def test_a_film_of_nothing_is_refused_in_words(trained: Lab) -> None:
    dialog = film_dialog(trained)
    views = dialog.form.views
    for row in range(views.count()):
        views.item(row).setCheckState(Qt.CheckState.Unchecked)
    until(lambda: "at least one view" in dialog.said.text())
    assert not dialog.export.isEnabled()
    views.item(0).setCheckState(Qt.CheckState.Checked)
    until(dialog.export.isEnabled)
    dialog.form.hold.setValue(600)
    until(lambda: "hold" in dialog.said.text())
    assert not dialog.export.isEnabled()
    dialog.reject()
    until(lambda: trained.window.exporting.dialog is None)


def test_a_film_that_is_stopped_leaves_nothing(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    dialog = film_dialog(trained)
    dialog.form.seconds.setValue(60)
    dialog.form.known_size.setCurrentIndex(3)
    ask(tmp_path / "film", "")
    dialog.accept()
    [job] = trained.window.exporting.jobs.running
    seen: list[tuple[int, int]] = []
    job.progress.connect(lambda done, total: seen.append((done, total)))
    until(lambda: seen)
    job.cancel()
    made(trained)
    assert list(tmp_path.iterdir()) == []
    assert "film" not in trained.window.notice.words


@pytest.mark.parametrize("kind", DATA)
def test_data_are_written(
    trained: Lab, ask: Ask, tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    suffix, _ = DATA[kind]
    path = tmp_path / f"data{suffix}"
    if suffix:
        # The dialog has asked about it.
        path.write_text("older")
    ask(tmp_path / "data", kind)
    monkeypatch.setattr(QMessageBox, "question", lambda *_: QMessageBox.StandardButton.Yes)
    trained.trigger("data")
    made(trained)
    assert path.exists(), trained.window.notice.words
    assert path.is_dir() or path.read_bytes() != b"older", trained.window.notice.words
    if suffix == ".npy":
        assert np.load(path).shape == (1, 10_000, 1)
    if suffix == ".csv":
        with path.open(newline="") as file:
            rows = list(csv.DictReader(file))
        assert int(rows[-1]["step"]) == 200
        assert ("loss_d" in rows[0]) is ("Losses" in kind)


@pytest.mark.skipif(sys.platform == "win32", reason="a script of a shell")
@pytest.mark.parametrize("leave", ["touch", "mkdir"])
@pytest.mark.parametrize("stop", [DataJob.cancel, DataJob.close])
def test_data_that_are_stopped_leave_nothing(
    qtbot: QtBot,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    leave: str,
    stop: Callable[[DataJob], None],
) -> None:
    path = tmp_path / "out" / "data"
    path.parent.mkdir()
    slow = tmp_path / "slow"
    slow.write_text(f"#!/bin/sh\n{leave} '{part_of(path)}'\nexec sleep 60\n")
    slow.chmod(0o700)
    monkeypatch.setattr(sys, "executable", str(slow))
    job, said = DataJob(tmp_path / "run.ganrun", path), list[str]()
    job.failed.connect(said.append)
    job.start()
    until(part_of(path).exists)
    stop(job)
    until(lambda: stop is DataJob.close or said)
    assert said in ([], [""])
    assert not list(path.parent.iterdir())


def test_a_program_that_is_gone_is_said(
    trained: Lab, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "gone"))
    ask(tmp_path / "data", next(iter(DATA)))
    trained.trigger("data")
    made(trained)
    assert "data.csv: the export can't be started" in trained.window.notice.words


def test_a_tensorboard_log_is_no_table(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path / "data.csv", list(DATA)[-1])
    trained.trigger("data")
    assert not trained.window.exporting.jobs.running
    assert "a TensorBoard log is a folder" in trained.window.notice.words
    assert not list(tmp_path.iterdir())


def test_a_film_that_is_none_in_the_end_is_said(
    trained: Lab, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dialog = film_dialog(trained)
    assert film_dialog(trained) is dialog

    def refuse() -> None:
        raise SpecError("there is no such film")

    monkeypatch.setattr(dialog, "film", refuse)
    ask(tmp_path / "film", "")
    dialog.accept()
    assert trained.window.notice.words == "there is no such film"
    until(lambda: trained.window.exporting.dialog is None)
    assert not list(tmp_path.iterdir())


def test_words_of_strangers_are_no_markup(trained: Lab) -> None:
    words = "<b>a</b><img src='file:///etc/passwd'>"
    trained.window.notice.say(words)
    [label] = [w for w in trained.window.notice.findChildren(QLabel) if w.text() == words]
    assert label.textFormat() is Qt.TextFormat.PlainText


def test_a_place_that_can_t_be_written_is_said(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path / "none" / "data.csv", next(iter(DATA)))
    trained.trigger("data")
    made(trained)
    assert str(tmp_path / "none") in trained.window.notice.words


def test_a_script_is_written(trained: Lab, ask: Ask, tmp_path: Path) -> None:
    ask(tmp_path / "train.py", "")
    trained.trigger("script")
    made(trained)
    text = (tmp_path / "train.py").read_text()
    compile(text, "train.py", "exec")
    assert "class Generator" in text


def test_the_pictures_that_a_script_reads_are_written_with_it(
    make_lab: MakeLab, ask: Ask, tmp_path: Path
) -> None:
    lab = make_lab(load_preset("digits"))
    ask(tmp_path / "train.py", "")
    lab.trigger("script")
    made(lab)
    assert {path.name for path in tmp_path.iterdir()} >= {"train.py", "train.npz"}
    assert lab.window.exporting.jobs._last.text() == "Saved: train.py"
    (tmp_path / "train.npz").write_bytes(b"mine")
    lab.trigger("script")
    made(lab)
    assert "choose another name" in lab.window.notice.words
    assert (tmp_path / "train.npz").read_bytes() == b"mine"


def test_nothing_to_export_is_no_trouble(make_lab: MakeLab) -> None:
    lab = make_lab(QUICK, records=True).warm()
    for command in ("film", "data", "board"):
        lab.window.notice.hide()
        lab.trigger(command)
        assert "train some steps" in lab.window.notice.words


def test_closing_asks_once_and_leaves_nothing_half_made(
    make_lab: MakeLab, ask: Ask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab = make_lab(QUICK, records=True).warm()
    lab.train_to(200)
    until(lambda: len(lab.session.history.reel.places) == 11)
    dialog = film_dialog(lab)
    dialog.form.seconds.setValue(60)
    (tmp_path / "out").mkdir()
    ask(tmp_path / "out" / "film", "")
    dialog.accept()
    asked: list[str] = []
    answers = [QMessageBox.StandardButton.No, QMessageBox.StandardButton.Yes]

    def question(_parent: object, _title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return answers.pop(0)

    monkeypatch.setattr(QMessageBox, "question", question)
    lab.window.close()
    assert lab.window.isVisible()
    assert lab.session.state is not State.LOST
    lab.window.close()
    assert not lab.window.isVisible()
    assert len(asked) == 2
    assert "film.gif" in asked[0]
    assert list((tmp_path / "out").iterdir()) == []


def test_compared_runs_are_filmed_together(make_lab: MakeLab, ask: Ask, tmp_path: Path) -> None:
    lab = make_lab(QUICK, records=True).warm()
    for seed in (1, 2):
        lab.session.edit("seed", seed)
        lab.train_to(60)
        until(lambda: len(lab.session.history.reel.places) == 4)
        lab.session.reset()
        lab.until_rest()
    paths = lab.session.recordings.library.paths()
    assert len(paths) == 2
    lab.trigger("library")
    lab.window.library._compare(paths)
    until(lambda: lab.window.library.compared)
    dialog = film_dialog(lab)
    assert set(dialog.film().runs) == set(paths)
    dialog.form.seconds.setValue(1.0)
    dialog.form.hold.setValue(0.2)
    (tmp_path / "out").mkdir()
    ask(tmp_path / "out" / "film", "")
    dialog.accept()
    made(lab)
    with Image.open(tmp_path / "out" / "film.gif") as film:
        assert film.size == (800, 450)


def test_the_next_film_begins_with_the_choices_of_the_last(
    trained: Lab, ask: Ask, tmp_path: Path
) -> None:
    form = film_dialog(trained).form
    form.format.setCurrentIndex(form.format.findData(".webp"))
    form.wide.setValue(640)
    form.high.setValue(450)
    form.seconds.setValue(2.0)
    form.hold.setValue(0.5)
    form.loop.setChecked(False)
    ask(tmp_path / "a", "")
    dialog = trained.window.exporting.dialog
    assert dialog is not None
    dialog.accept()
    until(lambda: trained.window.exporting.dialog is None)
    made(trained)
    again = film_dialog(trained)
    assert again.form.suffix == ".webp"
    assert again.film().look.size == (640, 450)
    assert (again.film().timing.seconds, again.film().timing.hold) == (2.0, 0.5)
    assert not again.film().timing.loop
    again.reject()
    until(lambda: trained.window.exporting.dialog is None)


def test_dialogs_begin_where_the_last_one_ended(
    trained: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[tuple[str, str]] = []

    def chosen(_window: object, title: str, name: str, *_: Any) -> tuple[str, str]:
        asked.append((title, name))
        return str(tmp_path / "a.png"), next(iter(PICTURES))

    monkeypatch.setattr(QFileDialog, "getSaveFileName", chosen)
    trained.trigger("picture")
    trained.trigger("picture")
    current = trained.window.views.current.plot.title
    assert asked[1] == (f"Save a picture of {current}", str(tmp_path / current))
    # Gone meanwhile.
    trained.window.preferences.folder = tmp_path / "none"
    assert trained.window.commands.folder() == Path.home()
