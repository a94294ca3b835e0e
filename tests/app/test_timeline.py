"""The past of a run in the window: recorded, looked at, replayed, gone on from, opened again."""

from __future__ import annotations

import os
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from ganstudio.app.timeline.bar import SCREEN
from ganstudio.core.events import Frame, View
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.record.copies import save_copy
from ganstudio.record.reader import RunReader
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until

MakeLab = Callable[..., Lab]
QUICK = load_preset("first-gan", steps=600, frame_every=20)


@pytest.fixture(scope="module")
def _recording(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("home"), QUICK, records=True).warm()
    yield lab
    lab.close()


@pytest.fixture
def lab(_recording: Lab) -> Lab:
    """A window that records its runs, shared by the tests of this file."""
    _recording.session.set_pace(None)
    _recording.window.timeline.stop()
    _recording.window.actions_table["loop"].setChecked(False)
    _recording.session.open(QUICK)
    _recording.until_rest()
    _recording.window.notice.hide()
    return _recording


def pictures(lab: Lab) -> list[int]:
    """The steps of all pictures that the timeline has."""
    return [place.step for place in lab.session.history.reel.places]


def trained(lab: Lab, step: int) -> None:
    """Train to a step, and wait until the timeline knows it."""
    lab.train_to(step)
    until(lambda: pictures(lab)[-1:] == [step])


def shown(lab: Lab) -> np.ndarray:
    """What the distribution draws of the generator."""
    plot = lab.window.views.dock("distribution").card.plot
    assert isinstance(plot, DistributionPlot)
    assert plot._frame is not None
    assert isinstance(plot._frame.view, View)
    return plot._frame.view.shown_density


def losses(lab: Lab) -> LossesPlot:
    plot = lab.window.views.dock("losses").card.plot
    assert isinstance(plot, LossesPlot)
    return plot


def contents(path: Path) -> list[object]:
    """All that a reader finds."""
    with RunReader(path) as reader:
        facts = [reader.fact(name) for name in ("id", "parent", "ended")]
        return [
            *facts,
            reader.places,
            reader.marks,
            reader.checkpoint_steps,
            reader.losses.g.tobytes(),
        ]


# ------------------------------------------------------------------------------ looking back


def test_every_regular_frame_can_be_looked_at(lab: Lab) -> None:
    seen: dict[int, Frame] = {}
    lab.session.frame.connect(lambda frame: seen.update({frame.step: frame}))
    lab.session.set_pace(200)
    trained(lab, 100)
    assert pictures(lab) == [0, 20, 40, 60, 80, 100]
    history = lab.session.history
    same = 0
    for index, step in enumerate(pictures(lab)):
        history.look(index)
        assert history.frame is not None
        assert history.frame.step == step
        assert lab.window.views.dock("distribution").card.title == f"Distribution at step {step}"
        if step in seen:
            same += 1
            old = seen[step].view
            assert isinstance(old, View)
            np.testing.assert_array_equal(shown(lab), old.shown_density)
    assert same


def test_curves_show_the_past_up_to_the_step_and_all_of_it_faintly(lab: Lab) -> None:
    trained(lab, 200)
    plot = losses(lab)
    whole = plot._d.line.x.copy()
    lab.session.history.look(5)
    until(lambda: plot._d.line.x[-1] <= 100)
    assert plot._cursor.x == 100
    # Behind it stands what came later.
    assert plot._d.raw.x[-1] == whole[-1]
    lab.trigger("live")
    assert plot._cursor.x is None
    np.testing.assert_array_equal(plot._d.line.x, whole)


def test_training_goes_on_behind_an_earlier_picture(lab: Lab) -> None:
    trained(lab, 100)
    lab.session.set_pace(500)
    lab.session.train()
    lab.session.history.look(2)
    before = shown(lab).copy()
    lab.until_step(200)
    assert lab.session.history.frame is not None
    assert lab.session.history.frame.step == 40
    np.testing.assert_array_equal(shown(lab), before)
    lab.window.reports.tick()
    assert "Looking back at step 40" in lab.window.status.toolTip()
    lab.session.toggle()
    lab.until_state(State.PAUSED)
    lab.trigger("live")
    # Nothing that happened meanwhile is missing.
    steps = losses(lab)._d.raw.x
    np.testing.assert_array_equal(steps, np.arange(lab.session.step))
    newest = lab.session.newest
    assert newest is not None
    assert isinstance(newest.view, View)
    np.testing.assert_array_equal(shown(lab), newest.view.shown_density)


def test_train_returns_to_the_present(lab: Lab) -> None:
    trained(lab, 100)
    lab.session.history.look(0)
    lab.train_to(140)
    assert lab.session.history.frame is None
    assert lab.window.actions_table["live"].isChecked()


def test_keys_and_the_mouse_move_through_the_pictures(lab: Lab) -> None:
    window, history = lab.window, lab.session.history
    trained(lab, 100)
    QTest.keyClick(window, Qt.Key.Key_Comma)
    assert history.frame is not None
    assert history.frame.step == 80
    QTest.keyClick(window, Qt.Key.Key_Comma)
    QTest.keyClick(window, Qt.Key.Key_Period)
    assert history.frame.step == 80
    track = window.timeline.track
    middle = QPoint(track.width() // 2, track.height() // 2)
    QTest.mousePress(track, Qt.MouseButton.LeftButton, pos=QPoint(2, middle.y()))
    assert history.frame.step == 0
    QTest.mouseMove(track, middle)
    assert history.frame.step in (40, 60)
    QTest.mouseMove(track, QPoint(track.width() - 2, middle.y()))
    QTest.mouseRelease(track, Qt.MouseButton.LeftButton, pos=middle)
    assert history.frame.step == 100
    QTest.keyClick(window, Qt.Key.Key_End)
    assert history.frame is None
    track.setFocus()
    QTest.keyClick(track, Qt.Key.Key_Home)
    assert history.index == 0


def test_replay_runs_to_the_end_or_round_and_round(lab: Lab) -> None:
    trained(lab, 100)
    timeline, history = lab.window.timeline, lab.session.history
    seen: list[int] = []
    history.looked.connect(lambda frame: seen.append(frame.step) if frame is not None else None)
    timeline.speed.setCurrentIndex(timeline.speed.findData(SCREEN))
    lab.trigger("replay")
    assert lab.window.actions_table["replay"].text() == "Stop the replay"
    until(lambda: not timeline.replaying)
    assert seen == [0, 20, 40, 60, 80, 100]
    lab.trigger("loop")
    lab.trigger("replay")
    until(lambda: seen.count(0) > 3)
    lab.trigger("replay")
    assert not timeline.replaying


def test_events_are_marked_and_jumped_to(lab: Lab) -> None:
    trained(lab, 100)
    lab.session.edit("optimizer_g.lr", 0.01)
    trained(lab, 200)
    marks = lab.session.history.reel.marks
    assert [mark.step for mark in marks if mark.kind == "edit"] == [100]
    track = lab.window.timeline.track
    x = track._x_of(100)
    assert any(mark.kind == "edit" for mark in track.marks_at(x))
    assert "Learning rate" in track._tip(x)
    stops = {lab.session.history.reel.nearest(mark.step) for mark in marks} | {0}
    for index in sorted(stops, reverse=True):
        lab.trigger("mark_back")
        assert lab.session.history.index == index
    lab.trigger("mark_on")
    assert lab.session.history.index == min(stops - {0} | {len(pictures(lab)) - 1})


def test_nothing_to_look_at_is_no_trouble(lab: Lab, make_lab: MakeLab) -> None:
    for one in (lab, make_lab(QUICK).warm()):
        for command in ("replay", "picture_back", "mark_on", "live", "branch", "save_run"):
            one.window.commands.find(command)()
        assert one.session.history.path is None
        assert not one.window.actions_table["replay"].isEnabled()


def test_train_ends_a_replay_that_loops(lab: Lab) -> None:
    trained(lab, 100)
    lab.trigger("loop")
    lab.trigger("replay")
    until(lambda: lab.session.history.frame is not None)
    lab.train_to(140)
    QTest.qWait(200)
    assert lab.session.history.frame is None
    assert not lab.window.timeline.replaying


def test_a_picture_at_rest_gives_way_to_the_next(lab: Lab) -> None:
    trained(lab, 90)
    history = lab.session.history
    history.look(len(pictures(lab)) - 1)
    assert history.frame is not None
    assert history.frame.step == 90
    trained(lab, 120)
    history.look(pictures(lab).index(100))
    assert history.frame is not None
    assert history.frame.step == 100


def test_a_pretraining_is_stepped_through(make_lab: MakeLab) -> None:
    blog = load_preset("aylien-blog", **{"pretraining.steps": 300, "steps": 50})
    lab = make_lab(blog, records=True).warm()
    lab.train_to(20)
    history = lab.session.history
    until(lambda: len(pictures(lab)) > 3)
    assert pictures(lab)[:3] == [0, 0, 0]
    history.look(0)
    for index in range(1, len(pictures(lab))):
        lab.trigger("picture_on")
        assert history.index == index


# ------------------------------------------------------------------------------- going on


def test_a_branch_begins_at_a_checkpoint_and_leaves_its_parent_alone(lab: Lab) -> None:
    trained(lab, 300)
    parent = lab.session.history.path
    assert parent is not None
    index = pictures(lab).index(240)
    lab.session.history.look(index)
    lab.trigger("branch")
    until(lambda: lab.session.newest is not None and lab.session.state is State.PAUSED)
    assert lab.session.step == 200
    # Before its first step it has its parent's past, up to there.
    assert pictures(lab)[-1] == 200
    np.testing.assert_array_equal(losses(lab)._d.raw.x, np.arange(200))
    before = contents(parent)
    lab.session.edit("optimizer_d.lr", 0.02)
    trained(lab, 260)
    own = lab.session.history.path
    assert own not in (None, parent)
    assert pictures(lab)[0] == 0
    assert contents(parent) == before


def test_a_branch_whose_engine_dies_before_its_first_step_is_still_that_branch(
    make_lab: MakeLab,
) -> None:
    lab = make_lab(QUICK, records=True).warm()
    trained(lab, 300)
    parent = lab.session.history.record
    assert parent is not None
    lab.session.history.look(pictures(lab).index(240))
    lab.trigger("branch")
    until(lambda: len(losses(lab)._d.raw.x) == 200 and lab.session.state is State.PAUSED)
    assert lab.session.history.record is None
    before = contents(parent)
    pid = lab.session.engine_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    lab.until_state(State.LOST)
    lab.session.train(until=220)
    until(lambda: pictures(lab)[-1:] == [220])
    assert lab.session.history.record not in (None, parent)
    assert contents(parent) == before


def test_what_came_after_the_last_checkpoint_is_done_again(lab: Lab) -> None:
    trained(lab, 300)
    path = lab.session.history.record
    assert path is not None
    lab.session.reset()
    lab.until_rest()
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM checkpoints WHERE step > 200")
    lab.session.open_run(path)
    assert lab.session.step == 200
    until(lambda: len(losses(lab)._d.raw.x) == 200 and lab.session.state is State.PAUSED)
    assert pictures(lab)[-1] == 200
    lab.session.history.look(3)
    # Slowly, so that every regular frame is seen.
    lab.session.set_pace(100)
    trained(lab, 260)
    w1 = lab.window.views.dock("w1").card.plot
    assert isinstance(w1, MetricPlot)
    # No metric of the new steps is missing.
    assert {220, 240, 260} <= set(w1._series.x.tolist())


def test_undo_after_a_branch_is_the_experiment_of_before(lab: Lab) -> None:
    trained(lab, 200)
    lab.session.edit("optimizer_d.lr", 0.02)
    trained(lab, 240)
    lab.session.history.look(pictures(lab).index(200))
    lab.trigger("branch")
    assert lab.session.document.experiment.at("optimizer_d.lr") != 0.02
    lab.trigger("undo")
    assert lab.session.document.experiment.at("optimizer_d.lr") == 0.02


def without_stopping(make_lab: MakeLab, folder: Path, steps: int) -> np.ndarray:
    """The losses of a run that nobody stopped."""
    path = folder / "whole.ganrun"
    lab = make_lab(QUICK, records=True).warm()
    lab.train_to(steps)
    source = lab.session.recordings.history._path
    assert source is not None
    lab.close()
    save_copy(source, path)
    with RunReader(path) as reader:
        return reader.losses.g


def test_a_saved_run_goes_on_as_if_it_had_never_stopped(make_lab: MakeLab, tmp_path: Path) -> None:
    expected = without_stopping(make_lab, tmp_path, 200)
    lab = make_lab(QUICK, records=True).warm()
    trained(lab, 110)
    saved = tmp_path / "saved.ganrun"
    source = lab.session.history.path
    assert source is not None
    lab.window.commands._save_run(source, saved)
    lab.close()
    kept = saved.read_bytes()
    other = make_lab(load_preset("ring-modern"), records=True).warm()
    other.window.open_file(saved)
    # At once it is shown where it was left; a moment later the engine is there, too.
    assert other.session.step == 110
    until(lambda: len(losses(other)._d.raw.x) == 110)
    until(lambda: other.session.state is State.PAUSED)
    assert other.session.document.experiment == QUICK
    assert pictures(other) == [0, 20, 40, 60, 80, 100, 110]
    np.testing.assert_array_equal(losses(other)._d.raw.x, np.arange(110))
    trained(other, 200)
    path = other.session.history.path
    assert path is not None
    other.close()
    # What somebody has saved changes only when somebody saves.
    assert saved.read_bytes() == kept
    with RunReader(path) as reader:
        np.testing.assert_array_equal(reader.losses.g, expected)


def test_a_run_of_the_library_goes_on_in_its_file(make_lab: MakeLab) -> None:
    lab = make_lab(QUICK, records=True).warm()
    trained(lab, 100)
    path = lab.session.history.path
    assert path is not None
    lab.close()
    other = make_lab(QUICK, records=True).warm()
    other.session.open_run(path)
    until(lambda: other.session.newest is not None and other.session.step == 100)
    trained(other, 140)
    assert other.session.history.path == path
    assert pictures(other) == [0, 20, 40, 60, 80, 100, 120, 140]
    # Another run begins: this one is whole, and a single file.
    other.session.reset()
    until(lambda: other.session.newest is not None and other.session.step == 0)
    other.close()
    assert path is not None
    assert sorted(p.name for p in path.parent.iterdir()) == [path.name]
    with RunReader(path) as reader:
        assert reader.fact("ended") is not None


def test_an_edit_made_while_a_run_rests_is_there_when_it_is_opened(make_lab: MakeLab) -> None:
    lab = make_lab(QUICK, records=True).warm()
    trained(lab, 100)
    path = lab.session.history.path
    assert path is not None
    lab.session.edit("optimizer_g.lr", 0.01)
    lab.until_settled()
    until(lambda: any(mark.kind == "edit" for mark in lab.session.history.reel.marks))
    lab.close()
    other = make_lab(QUICK, records=True).warm()
    for _ in range(2):
        other.session.open_run(path)
        until(lambda: other.session.newest is not None and other.session.step == 100)
        assert other.session.document.experiment.at("optimizer_g.lr") == 0.01
    trained(other, 120)
    with RunReader(path) as reader:
        assert [edit.step for edit in reader.edits] == [100]


def test_train_after_the_engine_was_killed_loses_nothing_before_the_checkpoint(
    make_lab: MakeLab,
) -> None:
    lab = make_lab(QUICK, records=True).warm()
    trained(lab, 200)
    lab.session.train()
    lab.until_step(300)
    pid = lab.session.engine_pid
    assert pid is not None
    os.kill(pid, signal.SIGKILL)
    lab.until_state(State.LOST)
    path = lab.session.history.path
    known = lab.session.history.reel.checkpoints
    lab.trigger("toggle")
    until(lambda: lab.session.state is State.PLAYING and lab.session.newest is not None)
    assert lab.session.step >= 200
    lab.session.toggle()
    lab.until_state(State.PAUSED)
    until(lambda: lab.session.history.path == path and lab.session.history.reel.checkpoints)
    assert known[0] in lab.session.history.reel.checkpoints
    np.testing.assert_array_equal(losses(lab)._d.raw.x[:200], np.arange(200))


def test_a_run_without_a_checkpoint_can_be_replayed_and_begins_anew(
    lab: Lab, tmp_path: Path
) -> None:
    trained(lab, 100)
    path = lab.session.history.path
    assert path is not None
    cut = tmp_path / "cut.ganrun"
    save_copy(path, cut)
    forget_checkpoints(cut)
    lab.window.open_file(cut)
    until(lambda: lab.session.step == 0 and lab.session.newest is not None)
    assert pictures(lab) == [0, 20, 40, 60, 80, 100]
    lab.session.history.look(3)
    assert "step 60" in lab.window.views.dock("distribution").card.title
    trained(lab, 40)
    assert pictures(lab) == [0, 20, 40]
    assert lab.session.history.path not in (path, cut)


def forget_checkpoints(path: Path) -> None:
    connection = sqlite3.connect(path)
    with connection:
        connection.execute("DELETE FROM checkpoints")
    connection.close()


@pytest.mark.parametrize("content", [b"", b"no database", b"SQLite format 3\0" + bytes(100)])
def test_what_is_no_run_file_is_one_sentence_and_changes_nothing(
    lab: Lab, tmp_path: Path, content: bytes
) -> None:
    trained(lab, 40)
    before: Experiment = lab.session.document.experiment
    path = tmp_path / "broken.ganrun"
    path.write_bytes(content)
    lab.window.open_file(path)
    assert lab.window.notice.isVisible()
    assert str(path) in lab.window.notice.words
    assert lab.session.document.experiment == before
    assert lab.session.step == 40
    assert path.read_bytes() == content


def test_a_file_that_is_damaged_while_it_is_looked_at_is_said(lab: Lab) -> None:
    trained(lab, 100)
    history = lab.session.history
    path = history.path
    assert path is not None
    lab.session.reset()
    until(lambda: lab.session.newest is not None and lab.session.state is State.PAUSED)
    path.write_bytes(b"overwritten")
    lab.window.open_file(path)
    assert "not a run file" in lab.window.notice.words
    assert lab.session.step == 0
