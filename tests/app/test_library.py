"""The library page with real run files, and the window that shows it."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import psutil
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QPushButton, QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.library.contrast import contrasts, value_words
from ganstudio.app.library.model import RUN_ROLE
from ganstudio.app.library.page import LibraryPage
from ganstudio.app.library.recovery import TRASH_SECONDS
from ganstudio.app.library.runs import Run, when
from ganstudio.app.library.sketch import Sketch
from ganstudio.app.theme import apply_theme
from ganstudio.app.wording import size_words
from ganstudio.core.events import Frame, View
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset
from ganstudio.errors import RecordError
from ganstudio.plots.style import DARK, LIGHT, Style
from ganstudio.record.claim import Claim
from ganstudio.record.library import Library, entry_of
from ganstudio.record.reader import RunReader
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until
from tests.app.recorded import (
    FASTER_NAME,
    FIRST,
    FIRST_NAME,
    RING_NAME,
    RUNS,
    SEEDS_NAME,
    fill,
)
from tests.runs.helpers import QUICK

MakeLab = Callable[..., Lab]
MINE = QUICK.replace(title="Mine")
ALL = [f"{name}.ganrun" for name in RUNS]


@pytest.fixture
def library(tmp_path: Path, recorded_runs: Path) -> Library:
    """A folder of runs that a test may harm."""
    return Library(fill(tmp_path / "runs", recorded_runs))


@pytest.fixture
def page(qtbot: QtBot, qapp: QApplication, library: Library) -> LibraryPage:
    return shown(qtbot, qapp, library)


def shown(qtbot: QtBot, qapp: QApplication, library: Library | None) -> LibraryPage:
    """A page on the screen that has read all of its folder."""
    apply_theme(qapp, LIGHT)
    made = LibraryPage(library)
    qtbot.addWidget(made)
    made.resize(960, 560)
    with qtbot.waitExposed(made):
        made.show()
    if library is not None:
        until(lambda: made.runs.rowCount() == len(library.paths()))
    return made


def names(page: LibraryPage) -> list[str]:
    """The files that are listed, from above."""
    rows = range(page.found.rowCount())
    return [page.found.index(row, 0).data(RUN_ROLE).path.name for row in rows]


def chosen(page: LibraryPage) -> set[str]:
    return {run.path.name for run in page.chosen}


def click(page: LibraryPage, name: str, *keys: Qt.KeyboardModifier) -> None:
    """On the row of a file."""
    index = page.found.index(names(page).index(name), 0)
    page.shelf.scrollTo(index)
    held = Qt.KeyboardModifier.NoModifier
    for key in keys:
        held |= key
    at = page.shelf.visualRect(index).center()
    QTest.mouseClick(page.shelf.viewport(), Qt.MouseButton.LeftButton, held, at)


def press(page: LibraryPage, id: str) -> None:
    button = page.details.buttons[id]
    assert button.isEnabled()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def choose(page: LibraryPage, *files: str) -> None:
    click(page, files[0])
    for name in files[1:]:
        click(page, name, Qt.KeyboardModifier.ControlModifier)
    assert chosen(page) == set(files)


def words_of(page: QWidget) -> str:
    labels = page.findChildren(QLabel)
    return "\n".join(label.text() for label in labels if label.isVisible())


# ------------------------------------------------------------------------------- the list


def test_all_runs_are_listed_the_newest_first(page: LibraryPage) -> None:
    assert names(page) == sorted(ALL, reverse=True)
    assert page.count.text() == "4 runs"
    # One is always chosen, and told about.
    assert len(page.chosen) == 1
    run: Run = page.found.index(names(page).index(SEEDS_NAME), 0).data(RUN_ROLE)
    assert run.outcome.endswith("of 4 fit")
    assert run.entry is not None
    assert run.entry.step == 60


def test_every_run_has_its_picture(page: LibraryPage) -> None:
    images = []
    for row in range(page.found.rowCount()):
        run: Run = page.found.index(row, 0).data(RUN_ROLE)
        assert run.sketch is not None
        image = run.sketch.image(page.details.size() / 4, 1.0, LIGHT)
        colours = {image.pixel(x, y) for x in range(image.width()) for y in range(image.height())}
        assert len(colours) > 4
        images.append(bytes(image.constBits()))
    assert len(set(images)) == len(images)


def test_search(qtbot: QtBot, qapp: QApplication, library: Library) -> None:
    library.annotate(library.folder / RING_NAME, notes="A swirl", tags=["Lecture 3"])
    page = shown(qtbot, qapp, library)
    searches = {
        "first": [FASTER_NAME, FIRST_NAME],
        "FIRST gan  909": [],
        "seeds": [SEEDS_NAME],
        "lecture": [RING_NAME],
        "swirl lecture": [RING_NAME],
        "of 4 fit": [SEEDS_NAME],
    }
    for words, found in searches.items():
        QTest.keyClicks(page.search, words)
        assert names(page) == found, words
        assert page.count.text() == f"{len(found)} of 4 runs"
        assert ("No run has all of these words" in words_of(page)) is not bool(found)
        QTest.keyClick(page.search, Qt.Key.Key_Escape)
        assert len(names(page)) == 4


def test_sorting(page: LibraryPage) -> None:
    def sort(id: str) -> list[str]:
        page.sort.setCurrentIndex(page.sort.findData(id))
        return names(page)

    by_name = [FIRST_NAME, FASTER_NAME, SEEDS_NAME]
    assert [name for name in sort("name") if name != RING_NAME] == by_name
    assert sort("longest") == [FASTER_NAME, FIRST_NAME, SEEDS_NAME, RING_NAME]
    best = [page.found.index(row, 0).data(RUN_ROLE) for row in range(4) if sort("outcome")]
    shares = [run.fits / len(run.entry.conditions) for run in best]
    assert shares == sorted(shares, reverse=True)
    assert sort("newest") == sorted(ALL, reverse=True)


def test_a_damaged_file_stands_at_the_end_and_says_why(
    qtbot: QtBot, qapp: QApplication, library: Library
) -> None:
    bad = library.folder / "20270101-000000-bad.ganrun"
    bad.write_bytes((library.folder / FIRST_NAME).read_bytes()[:5000])
    page = shown(qtbot, qapp, library)
    for index in range(page.sort.count()):
        page.sort.setCurrentIndex(index)
        assert names(page)[-1] == bad.name
    click(page, bad.name)
    assert "can't be read" in words_of(page.details)
    enabled = {id for id, button in page.details.buttons.items() if button.isEnabled()}
    assert enabled == {"delete"}
    press(page, "delete")
    until(lambda: bad.name not in names(page))
    assert not bad.exists()


def test_three_hundred_runs_come_in_parts(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path, recorded_runs: Path
) -> None:
    folder = tmp_path / "runs"
    folder.mkdir()
    source = recorded_runs / SEEDS_NAME
    for number in range(300):
        os.link(source, folder / f"2026{number:04}-000000-x.ganrun")
    apply_theme(qapp, LIGHT)
    page = LibraryPage(Library(folder))
    qtbot.addWidget(page)
    seen: list[list[Run]] = []
    assert page._lister is not None
    page._lister.found.connect(seen.append)
    page.show()
    until(lambda: page.runs.rowCount() == 300)
    assert len(seen) > 10
    # What is seen first is read first.
    assert seen[0][0].path.name.startswith("20260299")
    assert page.count.text() == "300 runs"
    # A second look reads nothing again.
    seen.clear()
    page.refresh()
    QTest.qWait(50)
    assert seen == []


def test_what_is_new_or_changed_is_seen(page: LibraryPage, library: Library) -> None:
    shutil.copy(library.folder / FIRST_NAME, library.folder / "20280101-000000-new.ganrun")
    library.annotate(library.folder / RING_NAME, tags=["mine"])
    (library.folder / SEEDS_NAME).unlink()
    page.refresh()
    new = "20280101-000000-new.ganrun"
    until(lambda: {*names(page)} == {new, FIRST_NAME, FASTER_NAME, RING_NAME})
    # However it is called: it began when the first one did.
    assert names(page)[0] == RING_NAME
    run = page.runs.find(library.folder / RING_NAME)
    assert run is not None
    assert run.entry is not None
    assert run.entry.tags == ("mine",)


def test_the_empty_library_says_what_will_be_here(
    qtbot: QtBot, qapp: QApplication, tmp_path: Path
) -> None:
    page = shown(qtbot, qapp, Library(tmp_path / "none"))
    assert "Every run you train will be here" in words_of(page)
    assert not page.details.isVisible()
    page = shown(qtbot, qapp, None)
    assert "Runs are not recorded here" in words_of(page)


# -------------------------------------------------------------------------- what is chosen


def test_choosing_with_mouse_and_keys(page: LibraryPage) -> None:
    first, second, third, _last = names(page)
    click(page, first)
    assert chosen(page) == {first}
    click(page, third, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(page) == {first, second, third}
    click(page, second, Qt.KeyboardModifier.ControlModifier)
    assert chosen(page) == {first, third}
    QTest.keyClick(page.shelf, Qt.Key.Key_Home)
    QTest.keyClick(page.shelf, Qt.Key.Key_Down)
    assert chosen(page) == {second}
    QTest.keyClick(page.shelf, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert chosen(page) == {second, third}
    QTest.keyClick(page.shelf, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert len(page.chosen) == 4


def test_the_pane_says_what_was_changed(page: LibraryPage) -> None:
    choose(page, FIRST_NAME, FASTER_NAME)
    said = page.details.differences.text()
    rate = FIRST.optimizer_g.lr
    assert f"<td>Generator, Learning rate</td><td>{rate:g}</td><td>0.05</td>" in said
    assert "Steps" not in said
    assert {id for id, b in page.details.buttons.items() if b.isEnabled()} == {"compare", "delete"}
    choose(page, FASTER_NAME)
    assert "Changed from the preset First GAN" in page.details.differences.text()
    assert "300 steps, seed 1" in page.details.facts.text()
    assert page.details.buttons["open"].isEnabled()
    assert not page.details.buttons["compare"].isEnabled()


def test_five_runs_are_too_many_to_compare(page: LibraryPage, library: Library) -> None:
    shutil.copy(library.folder / FIRST_NAME, library.folder / "20280101-000000-new.ganrun")
    page.refresh()
    until(lambda: len(names(page)) == 5)
    QTest.keyClick(page.shelf, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert "Choose up to 4" in page.details.facts.text()
    assert not page.details.buttons["compare"].isEnabled()


def test_what_the_buttons_and_keys_ask_for(page: LibraryPage, qtbot: QtBot) -> None:
    folder = page.chosen[0].path.parent
    choose(page, FIRST_NAME)
    for key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
        with qtbot.waitSignal(page.open_wanted) as asked:
            QTest.keyClick(page.shelf, key)
        assert asked.args == [folder / FIRST_NAME]
    at = page.shelf.visualRect(page.shelf.selectedIndexes()[0]).center()
    with qtbot.waitSignal(page.open_wanted):
        QTest.mouseDClick(page.shelf.viewport(), Qt.MouseButton.LeftButton, pos=at)
    with qtbot.waitSignal(page.duplicate_wanted) as asked:
        press(page, "duplicate")
    assert asked.args == [FIRST]
    for signal, id in ((page.same_start_wanted, "same_start"), (page.save_wanted, "save_copy")):
        with qtbot.waitSignal(signal) as asked:
            press(page, id)
        assert asked.args == [folder / FIRST_NAME]
    choose(page, FASTER_NAME, FIRST_NAME)
    with qtbot.waitSignal(page.compare_wanted) as asked:
        press(page, "compare")
    # The older one is A, in whatever order they were chosen.
    assert asked.args == [[folder / FIRST_NAME, folder / FASTER_NAME]]
    with qtbot.waitSignal(page.left):
        QTest.keyClick(page.shelf, Qt.Key.Key_Escape)


def test_deleting_and_bringing_back(page: LibraryPage, library: Library) -> None:
    choose(page, FIRST_NAME, RING_NAME)
    QTest.keyClick(page.shelf, Qt.Key.Key_Delete)
    until(lambda: names(page) == [SEEDS_NAME, FASTER_NAME])
    # One is chosen still, and the keys go on.
    assert len(page.chosen) == 1
    assert page.shelf.hasFocus()
    assert page.notice.words == "Deleted 2 runs."
    assert not (library.folder / FIRST_NAME).exists()
    undo = next(b for b in page.notice.children() if getattr(b, "text", lambda: "")() == "Undo")
    assert isinstance(undo, QWidget)
    QTest.mouseClick(undo, Qt.MouseButton.LeftButton)
    until(lambda: len(names(page)) == 4)
    until(lambda: chosen(page) == {FIRST_NAME, RING_NAME})
    assert not page.notice.isVisible()
    with RunReader(library.folder / FIRST_NAME) as reader:
        assert reader.experiment == FIRST


def test_what_is_open_or_being_written_is_not_deleted(page: LibraryPage, library: Library) -> None:
    page.set_open(library.folder / FIRST_NAME)
    choose(page, FIRST_NAME)
    assert not page.details.buttons["delete"].isEnabled()
    QTest.keyClick(page.shelf, Qt.Key.Key_Delete)
    assert "can't be deleted" in page.notice.words
    choose(page, RING_NAME)
    with Claim(library.folder / RING_NAME):
        press(page, "delete")
        assert "is being written" in page.notice.words
    assert (library.folder / RING_NAME).exists()


# --------------------------------------------------------------------------- notes and tags


def test_notes_and_tags_survive_a_restart(
    page: LibraryPage, library: Library, qtbot: QtBot, qapp: QApplication
) -> None:
    choose(page, FIRST_NAME)
    details = page.details
    QTest.keyClicks(details.tags, " lecture 3, collapse,, lecture 3 ")
    details.notes.setFocus()
    QTest.keyClicks(details.notes, "Swings at 200 & <ends>")
    # Another run is chosen: what was written belongs to the first one.
    choose(page, RING_NAME)
    assert details.notes.toPlainText() == ""
    entry = entry_of(library.folder / FIRST_NAME)
    assert entry.notes == "Swings at 200 & <ends>"
    assert entry.tags == ("lecture 3", "collapse")
    assert entry_of(library.folder / RING_NAME).tags == ()
    again = shown(qtbot, qapp, library)
    choose(again, FIRST_NAME)
    assert again.details.notes.toPlainText() == "Swings at 200 & <ends>"
    assert again.details.tags.text() == "lecture 3, collapse"


def test_a_note_is_kept_without_leaving_the_field(page: LibraryPage, library: Library) -> None:
    choose(page, FIRST_NAME)
    page.details.tags.setFocus()
    QTest.keyClicks(page.details.tags, "one, ")
    until(lambda: entry_of(library.folder / FIRST_NAME).tags == ("one",))
    page.refresh()
    QTest.qWait(50)
    # Who still writes is not disturbed.
    assert page.details.tags.text() == "one, "


def test_a_note_is_kept_when_the_window_closes(page: LibraryPage, library: Library) -> None:
    choose(page, FIRST_NAME)
    QTest.keyClicks(page.details.notes, "soon gone")
    page.close()
    assert entry_of(library.folder / FIRST_NAME).notes == "soon gone"


# -------------------------------------------------------------------------------- the words


def test_settings_in_words() -> None:
    a = Experiment()
    b = a.replace(**{"optimizer_g.lr": 0.5, "loss.kind": "minimax", "steps": 7, "title": "x"})
    found = {one.name: one.values for one in contrasts([a, b, a])}
    assert found["Generator, Learning rate"][1] == "0.5"
    assert found["Loss"] == ("Non-saturating", "Minimax", "Non-saturating")
    assert len(found) == 2
    assert value_words(load_preset("first-gan").generator.layers) == "2 × 16 Leaky ReLU"
    assert contrasts([a, a]) == []
    many = contrasts([a, a.replace(replicas=64)])
    assert [one.values for one in many] == [("1", "64")]


def test_where_another_kind_is_its_settings_are_not_listed_one_by_one() -> None:
    a = Experiment()
    b = a.replace(**{"optimizer_g.lr": 0.5})
    c = a.replace(**{"optimizer_g.kind": "sgd"})
    assert [one.name for one in contrasts([a, b, c])] == ["Generator"]


def test_times_and_sizes() -> None:
    assert when("nonsense") == "at an unknown time"
    assert when("2026-11-21T10:00:00+00:00").split(",")[0].endswith("Nov 2026")
    assert (size_words(120), size_words(3_400_000)) == ("1 kB", "3.4 MB")


@pytest.mark.parametrize("style", [LIGHT, DARK, LIGHT.projector()], ids=["light", "dark", "large"])
def test_nothing_is_cut_at_the_smallest_size(
    page: LibraryPage, qapp: QApplication, style: Style
) -> None:
    apply_theme(qapp, style)
    page.set_style(style)
    page.resize(960, 440 if style.text_scale == 1 else 400)
    page.notice.say("Deleted “First GAN”.", action=page._undo)
    QApplication.processEvents()
    inside = [page.search, page.sort, page.shelf, page.details, page.notice]
    for widget in (*inside, *page.findChildren(QPushButton)):
        if widget.isVisible() and widget.window() is page:
            corner = widget.mapTo(page, widget.rect().bottomRight())
            assert page.rect().contains(corner), widget
            assert widget.width() >= widget.minimumSizeHint().width(), widget
    page.shelf.grab()


def test_everything_has_a_name_and_a_tooltip(page: LibraryPage) -> None:
    for button in page.findChildren(QPushButton):
        assert button.toolTip()
        assert button.text()
    for field in (page.search, page.sort, page.details.tags, page.details.notes):
        assert field.toolTip()
        assert field.accessibleName()
    index = page.found.index(0, 0)
    assert "steps" in index.data(Qt.ItemDataRole.AccessibleTextRole)


def test_nothing_that_a_file_holds_stops_the_list(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    with RunReader(library.folder / FIRST_NAME) as reader:
        frame = reader.frame(0)
    assert isinstance(frame.view, View)
    nothing = np.zeros_like(frame.view.target_density)
    view = replace(frame.view, target_density=nothing, shown_density=nothing)
    assert Sketch.of(replace(frame, view=view)) == Sketch()
    assert not Sketch().image(QSize(20, 10), 1.0, LIGHT).isNull()

    def fail(frame: Frame) -> Sketch:
        raise IndexError("nobody thought of that")

    monkeypatch.setattr(Sketch, "of", fail)
    run = Run.read(library.folder / FIRST_NAME)
    assert run.problem == "damaged: nobody thought of that"


def test_what_a_file_says_is_no_markup(page: LibraryPage, library: Library) -> None:
    run = Run(library.folder / "x.ganrun", problem="<img src='x'>")
    page.runs.put([run])
    words = page.runs.index_of(run.path).data(Qt.ItemDataRole.ToolTipRole)
    assert "<img" not in words


# ------------------------------------------------------------------------------ the window


@pytest.fixture(scope="module")
def _recording(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, recorded_runs: Path
) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("library")
    fill(folder / "runs", recorded_runs)
    made = Lab(folder, MINE, records=True).warm()
    # Pages that are made in one test stay for the others.
    made.trigger("library")
    made.trigger("library")
    yield made
    made.close()


@pytest.fixture
def lab(_recording: Lab) -> Iterator[Lab]:
    """A window whose library has runs, as after a start, shared by the tests of this file."""
    lab = _recording
    lab.session.open(MINE)
    lab.session.set_pace(None)
    lab.until_rest()
    lab.window.notice.hide()
    yield lab
    lab.window.library.page.search.clear()
    lab.window.library.leave()
    lab.until_settled()


def library_of(lab: Lab) -> LibraryPage:
    """The page, in front, with all runs."""
    if not lab.window.library.in_front:
        lab.trigger("library")
    page = lab.window.library.page
    until(lambda: page.runs.rowCount() == len(lab.session.recordings.library.paths()))
    return page


def test_the_library_comes_and_goes(lab: Lab) -> None:
    window = lab.window
    window.activateWindow()
    wide = window.panel.width()
    QTest.keySequence(QApplication.focusWidget() or window, "L")
    page = library_of(lab)
    assert window.pages.currentWidget() is page
    # Nothing can be set here, and the timeline is another run's.
    assert not window.panel.isVisible()
    assert not window.timeline.isVisible()
    assert window.actions_table["library"].isChecked()
    QTest.mouseClick(page.back, Qt.MouseButton.LeftButton)
    assert window.pages.currentWidget() is window.views
    assert window.panel.isVisible()
    until(lambda: window.panel.width() == wide)
    assert window.timeline.isVisible()
    assert not window.actions_table["library"].isChecked()
    QTest.mouseClick(window.timeline.library, Qt.MouseButton.LeftButton)
    assert window.library.in_front
    # Its letters are typed, and start nothing.
    QTest.keyClicks(page.search, "mrl ")
    assert window.library.in_front
    assert page.search.text() == "mrl "
    assert lab.session.state is State.PAUSED


def test_a_run_is_opened_and_its_past_is_there(lab: Lab) -> None:
    folder = lab.session.recordings.library.folder
    page = library_of(lab)
    choose(page, FIRST_NAME)
    press(page, "open")
    assert not lab.window.library.in_front
    until(lambda: lab.session.step == 260 and lab.session.state is not State.STARTING)
    assert lab.session.history.path == folder / FIRST_NAME
    assert lab.session.document.experiment == FIRST
    # It is marked, stays, and a second time is only shown.
    page = library_of(lab)
    choose(page, FIRST_NAME)
    assert not page.details.buttons["delete"].isEnabled()
    press(page, "open")
    assert not lab.window.library.in_front
    assert lab.session.history.path == folder / FIRST_NAME


def test_a_duplicate_is_untrained(lab: Lab) -> None:
    page = library_of(lab)
    choose(page, FASTER_NAME)
    press(page, "duplicate")
    assert not lab.window.library.in_front
    lab.until_rest()
    assert lab.session.document.experiment == RUNS["20260101-110000-faster"]
    assert lab.session.step == 0


def test_same_start_one_change_then_one_click(lab: Lab) -> None:
    window = lab.window
    page = library_of(lab)
    choose(page, FIRST_NAME)
    press(page, "same_start")
    lab.until_rest()
    assert window.pages.currentWidget() is window.views
    assert "change one thing" in window.notice.words
    # Too early: nothing was trained.
    lab.trigger("compare")
    assert "Train some steps first" in window.notice.words
    lab.session.edit("optimizer_g.lr", 0.03)
    lab.until_settled()
    lab.train_to(40)
    until(lambda: len(lab.session.history.reel.places) > 1)
    QTest.keySequence(QApplication.focusWidget() or window, "C")
    comparing = window.library.comparing
    assert window.pages.currentWidget() is comparing
    assert comparing.paths[0].name == FIRST_NAME
    assert comparing.paths[1] == lab.session.history.path
    said = comparing.differences.text()
    assert "Learning rate" in said
    assert "0.03" in said
    # Once more, with another change: still beside the same start.
    QTest.keyClick(comparing, Qt.Key.Key_Escape)
    assert window.pages.currentWidget() is page
    lab.session.edit("optimizer_g.lr", 0.07)
    lab.session.reset()
    lab.until_rest()
    lab.train_to(20)
    until(lambda: len(lab.session.history.reel.places) > 1)
    lab.trigger("compare")
    assert comparing.paths[0].name == FIRST_NAME
    assert "0.07" in comparing.differences.text()
    window.library.leave()
    assert window.panel.isVisible()


def test_without_a_start_the_run_before_is_compared_with(lab: Lab) -> None:
    lab.train_to(30)
    until(lambda: len(lab.session.history.reel.places) > 1)
    lab.trigger("compare")
    now = lab.session.history.path
    newest = next(p for p in lab.session.recordings.library.paths() if p != now)
    assert lab.window.library.comparing.paths == (newest, now)
    # The keys of replay belong to this timeline now.
    player = lab.window.library.player
    assert player is not None
    player.follow()
    last = player.index
    lab.trigger("picture_back")
    assert player.index == last - 1
    lab.trigger("mark_on")
    assert player.index == last
    lab.trigger("library")
    assert lab.window.library.player is None


def test_a_branch_names_its_parent(lab: Lab) -> None:
    folder = lab.session.recordings.library.folder
    lab.session.open_run(folder / FIRST_NAME)
    until(lambda: lab.session.step == 260 and lab.session.state is not State.STARTING)
    lab.session.branch(260)
    until(lambda: lab.session.state is State.PAUSED)
    lab.train_to(280)
    until(lambda: lab.session.history.path not in (None, folder / FIRST_NAME))
    page = library_of(lab)
    path = lab.session.history.path
    assert path is not None
    choose(page, path.name)
    assert "Branch of “First GAN” from step 260" in page.details.facts.text()
    lab.trigger("compare")
    assert [p.name for p in lab.window.library.comparing.paths] == [FIRST_NAME, path.name]
    lab.window.library.leave()


def test_the_parent_of_an_untrained_branch_is_opened(lab: Lab) -> None:
    folder = lab.session.recordings.library.folder
    lab.session.open_run(folder / FIRST_NAME)
    until(lambda: lab.session.step == 260 and lab.session.state is not State.STARTING)
    lab.session.branch(260)
    until(lambda: lab.session.state is State.PAUSED)
    assert lab.session.history.path == folder / FIRST_NAME
    assert lab.session.history.record is None
    page = library_of(lab)
    choose(page, FIRST_NAME)
    # The branch still needs it.
    assert not page.details.buttons["delete"].isEnabled()
    press(page, "open")
    assert not lab.window.library.in_front
    until(lambda: lab.session.history.record == folder / FIRST_NAME)


def test_a_parent_that_can_t_be_looked_for_is_said(
    lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    lab.train_to(30)
    until(lambda: len(lab.session.history.reel.places) > 1)

    def fail(own: Library, path: Path) -> None:
        raise RecordError(f"{path}: damaged")

    monkeypatch.setattr(Library, "parent_of", fail)
    lab.trigger("compare")
    assert lab.window.notice.words.endswith(": damaged")
    assert not lab.window.library.in_front


def test_a_note_on_a_run_that_trains(lab: Lab) -> None:
    lab.session.train(until=10**8)
    until(lambda: lab.session.history.path is not None)
    page = library_of(lab)
    path = lab.session.history.path
    assert path is not None
    choose(page, path.name)
    page.details.notes.setFocus()
    QTest.keyClicks(page.details.notes, "while it runs")
    until(lambda: entry_of(path).notes == "while it runs")
    before = lab.session.step
    until(lambda: lab.session.step > before + 200)
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)
    assert not lab.window.notice.isVisible()
    assert entry_of(path).notes == "while it runs"


def test_a_copy_is_saved(lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "copy.ganrun"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (str(target), ""))
    page = library_of(lab)
    choose(page, SEEDS_NAME)
    press(page, "save_copy")
    assert entry_of(target).replicas == 4


def test_a_window_that_records_nothing_says_so(make_lab: MakeLab) -> None:
    lab = make_lab().show()
    lab.trigger("library")
    assert "Runs are not recorded here" in words_of(lab.window.library.page)
    lab.trigger("compare")
    assert "Train some steps first" in lab.window.notice.words


def test_closed_in_the_library_the_next_window_has_its_panel(make_lab: MakeLab) -> None:
    lab = make_lab(records=True).show()
    wide = lab.window.panel.width()
    lab.trigger("library")
    lab.close()
    again = make_lab(records=True).show()
    assert again.window.panel.isVisible()
    assert abs(again.window.panel.width() - wide) < 30


# -------------------------------------------------------------------------------- recovery


def test_what_a_kill_left_is_offered_once(make_lab: MakeLab, tmp_path: Path) -> None:
    lab = make_lab(QUICK.replace(title="Cut", steps=10**7), records=True).warm()
    lab.session.set_pace(None)
    lab.session.train()
    runs = tmp_path / "runs"
    until(lambda: any(entry.step > 0 for entry in Library(runs).entries()))
    [path] = Library(runs).paths()
    assert lab.session.engine_pid is not None
    psutil.Process(lab.session.engine_pid).kill()
    lab.until_state(State.LOST)
    lab.close()
    step = entry_of(path).step
    assert step > 0

    again = make_lab(records=True).show()
    until(again.window.notice.isVisible)
    assert again.window.notice.words == (
        f"A run was cut off: “Cut”, {step:,} steps. It is in the library."
    )
    button = next(
        b for b in again.window.notice.children() if getattr(b, "text", lambda: "")() == "Open it"
    )
    assert isinstance(button, QWidget)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    until(lambda: again.session.history.path == path)
    assert again.session.document.experiment.title == "Cut"
    # What was offered is not offered again, at this start or the next.
    assert Library(runs).left_behind(path) is None
    again.session.open(MINE)
    again.window.library.recovery.start()
    until(lambda: not again.window.library.recovery._looking.isActive())
    assert not again.window.notice.isVisible()


def test_the_run_of_this_window_is_known_at_the_first_look(make_lab: MakeLab) -> None:
    lab = make_lab(QUICK, records=True).warm()
    lab.train_to(30)
    until(lambda: lab.session.history.record is not None)
    lab.trigger("library")
    page = lab.window.library.page
    until(lambda: page.chosen)
    assert page.chosen[0].path == lab.session.history.record
    # It trains here, not elsewhere, and stays.
    assert page.shelf._rows._is_open(page.chosen[0].path)
    assert not page.details.buttons["delete"].isEnabled()


def test_a_run_that_another_window_trains_is_gone_on_with_apart(
    make_lab: MakeLab, tmp_path: Path, recorded_runs: Path
) -> None:
    library = Library(fill(tmp_path / "runs", recorded_runs))
    path = library.folder / FIRST_NAME
    lab = make_lab(records=True).show()
    with Claim(path):
        assert entry_of(path).is_written
        lab.window.open_file(path)
        assert lab.window.notice.words.startswith(f"Another GAN Studio trains {FIRST_NAME}")
    assert not entry_of(path).is_written
    outside = tmp_path / "elsewhere.ganrun"
    outside.write_bytes(path.read_bytes())
    lab.window.open_file(outside)
    assert "outside the library" in lab.window.notice.words
    lab.window.open_file(path)
    lab.until_state(State.ENDED)
    # It was advice: who trains has read it.
    lab.session.train(until=280)
    until(lambda: not lab.window.notice.isVisible())
    assert lab.session.history.record == path


def test_a_run_from_the_command_line_is_seen_before_the_engine_is_ready(
    make_lab: MakeLab, recorded_runs: Path
) -> None:
    lab = make_lab(records=True)
    seen: list[State] = []
    lab.session.frame.connect(lambda _frame: seen.append(lab.session.state))
    lab.window.show()
    lab.window.open_file(recorded_runs / FIRST_NAME)
    until(lambda: seen)
    assert seen[0] is State.STARTING
    assert lab.session.step == 260
    plot = lab.window.views.dock("distribution").card.plot
    assert plot.title == "Distribution at step 260"
    until(lambda: lab.session.state is State.ENDED)


def test_several_are_said_in_one_sentence(
    make_lab: MakeLab, tmp_path: Path, recorded_runs: Path
) -> None:
    library = Library(fill(tmp_path / "runs", recorded_runs))
    from ganstudio.record.notes import keep

    for name in (FIRST_NAME, RING_NAME):
        keep(library.folder / name, {"ended": None})
    lab = make_lab(records=True).show()
    until(lab.window.notice.isVisible)
    assert lab.window.notice.words == "2 runs were cut off. They are in the library."
    lab.window.library.recovery._action.trigger()
    assert lab.window.library.in_front


def test_the_trash_is_emptied_after_a_day(
    make_lab: MakeLab, tmp_path: Path, recorded_runs: Path
) -> None:
    library = Library(fill(tmp_path / "runs", recorded_runs))
    library.delete(library.folder / FIRST_NAME)
    library.delete(library.folder / RING_NAME)
    trash = library.folder / "deleted"
    long_ago = time.time() - TRASH_SECONDS - 10
    os.utime(trash / FIRST_NAME, (long_ago, long_ago))
    lab = make_lab(records=True).show()
    lab.window.library.recovery.start()
    assert [path.name for path in trash.iterdir()] == [RING_NAME]
    assert library.restore(RING_NAME).exists()


def test_a_look_into_the_library_leaves_the_views_where_they_were(make_lab: MakeLab) -> None:
    lab = make_lab(records=True).warm()
    views = lab.window.views

    def places() -> list[object]:
        shown = (views.dock(name) for name in ("distribution", "losses", "w1", "std_ratio"))
        return [dock.geometry().getRect() for dock in shown]

    before = places()
    for _ in range(3):
        lab.trigger("library")
        until(lambda: lab.window.library.in_front)
        QTest.qWait(100)
        lab.trigger("library")
        until(lambda: not lab.window.library.in_front)
        QTest.qWait(200)
    assert places() == before


def test_undo_in_the_library_is_no_undo_of_the_experiment(make_lab: MakeLab) -> None:
    lab = make_lab(records=True).warm()
    lab.session.edit("optimizer_g.lr", 0.01)
    lab.trigger("library")
    lab.trigger("undo")
    assert lab.session.document.experiment.at("optimizer_g.lr") == 0.01
    lab.trigger("library")
    lab.trigger("undo")
    assert lab.session.document.experiment.at("optimizer_g.lr") != 0.01
