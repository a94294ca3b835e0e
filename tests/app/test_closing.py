"""Windows that close at any moment, and engines that die at any moment."""

from __future__ import annotations

import time
from collections.abc import Callable

import psutil
import pytest

from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until

CLOSING_SECONDS = 2.0
MakeLab = Callable[..., Lab]
LONG_PRETRAINING = load_preset("aylien", **{"pretraining.steps": 10**7})


def is_gone(pid: int) -> bool:
    """Whether a process has ended."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def child(lab: Lab) -> psutil.Process:
    """The process that trains."""
    assert lab.session.engine_pid is not None
    return psutil.Process(lab.session.engine_pid)


def starting(lab: Lab) -> None:
    lab.show()


def untrained(lab: Lab) -> None:
    lab.warm()


def playing(lab: Lab) -> None:
    lab.warm().trigger("toggle")
    lab.until_step(20)


def paused(lab: Lab) -> None:
    playing(lab)
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)


def stopped_answering(lab: Lab) -> None:
    playing(lab)
    child(lab).suspend()


def enlarged(lab: Lab) -> None:
    playing(lab)
    lab.trigger("full_plot")


@pytest.mark.parametrize(
    "moment",
    [
        starting,
        playing,
        paused,
        # tests/runs sees sooner that a child which does not answer is killed.
        pytest.param(stopped_answering, marks=pytest.mark.slow),
        enlarged,
    ],
)
def test_closing_leaves_nothing(make_lab: MakeLab, moment: Callable[[Lab], None]) -> None:
    lab = make_lab()
    moment(lab)
    pid = lab.session.engine_pid
    assert pid is not None
    begun = time.monotonic()
    assert lab.window.close()
    assert time.monotonic() - begun < CLOSING_SECONDS
    assert is_gone(pid)
    assert not lab.window.isVisible()


def test_closing_while_pretraining(make_lab: MakeLab) -> None:
    lab = make_lab(LONG_PRETRAINING)
    pretraining(lab)
    begun = time.monotonic()
    lab.window.close()
    assert time.monotonic() - begun < CLOSING_SECONDS


def test_closing_before_the_first_paint(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.window.show()
    lab.window.close()
    until(lambda: True)
    assert lab.session.engine_pid is None
    lab.close()


def test_closing_twice(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.show()
    lab.window.close_unasked()
    lab.window.close_unasked()


# ------------------------------------------------------------------------------- killed


@pytest.mark.parametrize(
    "moment", [starting, pytest.param(untrained, marks=pytest.mark.slow), playing]
)
def test_a_killed_engine_is_said_and_train_begins_again(
    make_lab: MakeLab, moment: Callable[[Lab], None]
) -> None:
    lab = make_lab()
    moment(lab)
    lab.session.edit("seed", 77)
    first = lab.session.engine_pid
    child(lab).kill()
    lab.until_state(State.LOST)
    notice = lab.window.notice
    assert notice.isVisible()
    assert "killed" in notice.words
    assert lab.window.transport.chip.toolTip() == "Engine lost: press Train"
    # Everything but training works meanwhile.
    lab.trigger("undo")
    lab.trigger("redo")
    lab.window.views.dock("js").show()
    lab.window.transport.train.click()
    lab.until_state(State.PLAYING)
    lab.until_step(20)
    assert lab.session.engine_pid != first
    assert not notice.isVisible()
    assert lab.session.running.seed == 77


def test_a_step_and_a_reset_begin_again_too(make_lab: MakeLab) -> None:
    lab = make_lab()
    for command, step in (("step", 1), ("reset", 0), ("new_seed", 0)):
        lab.warm() if command == "step" else lab.until_rest()
        child(lab).kill()
        lab.until_state(State.LOST)
        lab.trigger(command)
        until(lambda: lab.session.state is State.PAUSED)
        lab.until_step(step)
        if step:
            lab.trigger("reset")


def test_an_engine_that_dies_again_and_again(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.show()
    for _ in range(4):
        child(lab).kill()
        lab.until_state(State.LOST)
        lab.trigger("toggle")
        until(lambda: lab.session.state is not State.LOST and lab.session.engine_pid)
    lab.until_step(5)


# ------------------------------------------------------------------------------- failed


def test_a_run_that_can_not_start_is_said_and_the_next_works(make_lab: MakeLab) -> None:
    lab = make_lab()
    lab.warm()
    before = lab.session.document.experiment
    lab.session.open(before.replace(device="cuda:9"))
    lab.until_state(State.READY)
    assert "cuda:9" in lab.window.notice.words
    assert lab.window.transport.train.text() == "Train"
    lab.trigger("toggle")  # fails again
    lab.trigger("undo")
    lab.until_rest()
    assert not lab.window.notice.isVisible()
    lab.trigger("toggle")
    lab.until_step(5)


def test_train_begins_again_after_a_failure_on_the_way(make_lab: MakeLab) -> None:
    lab = make_lab()
    playing(lab)
    # A live edit of what can't change is refused by the session; the run itself fails on it.
    lab.session._engine.run.edit(lab.session.running.replace(batch_size=3))
    lab.until_state(State.READY)
    assert "batch_size" in lab.window.notice.words
    lab.trigger("toggle")
    until(lambda: lab.session.state is State.PLAYING and lab.session.step)
    assert not lab.window.notice.isVisible()


def pretraining(lab: Lab) -> None:
    lab.warm().trigger("toggle")
    until(lambda: lab.session.newest and lab.session.newest.pretraining_step)
    assert lab.session.state is State.PLAYING


def test_pretraining_can_be_left(make_lab: MakeLab) -> None:
    lab = make_lab(LONG_PRETRAINING)
    pretraining(lab)
    assert lab.window.transport.train.text() == "Pause"
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)
    lab.trigger("step")
    lab.session.open(Experiment(steps=30))
    lab.until_rest()
    seen: list[Frame] = []
    lab.session.frame.connect(seen.append)
    lab.trigger("toggle")
    lab.until_state(State.ENDED)
    assert seen[-1].step == 30
