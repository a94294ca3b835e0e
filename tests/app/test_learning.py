"""From the first paint to a GAN that has learned, with everything that steers it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QInputDialog

from ganstudio.app.seed_box import SeedBox
from ganstudio.app.transport import PACES
from ganstudio.core.events import Frame, Metrics
from ganstudio.core.trainer import train
from ganstudio.data.presets import load_preset, presets
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, is_at_hand, until


def press(lab: Lab, button: Any) -> None:
    """With the mouse."""
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_a_gan_learns(lab: Lab) -> None:
    first = lab.session.newest
    assert first is not None
    press(lab, lab.window.transport.train)
    lab.until_state(State.PLAYING)
    assert lab.window.transport.train.text() == "Pause"
    lab.until_state(State.ENDED)
    last = lab.frames[-1]
    assert last.step == load_preset("first-gan").steps
    assert last.metrics.distance[0] < first.metrics.distance[0] / 10
    assert isinstance(last.metrics, Metrics)
    assert isinstance(first.metrics, Metrics)
    assert last.metrics.js[0] < first.metrics.js[0] / 10
    assert len(lab.frames) > 20
    assert len(lab.losses()) == last.step
    assert lab.window.transport.train.text() == "Train"
    steps = [frame.step for frame in lab.frames]
    assert steps == sorted(steps)


def test_what_is_shown_is_what_train_computes(lab: Lab) -> None:
    lab.train_to(150)
    direct = [f for f in train(load_preset("first-gan", steps=150)) if isinstance(f, Frame)]
    d = np.concatenate([f.loss_d for f in direct])[:, 0]
    g = np.concatenate([f.loss_g for f in direct])[:, 0]
    assert lab.losses() == list(zip(d.tolist(), g.tolist(), strict=True))
    assert lab.frames[-1].metrics.distance[0] == direct[-1].metrics.distance[0]


def test_a_pause_freezes_the_frame(lab: Lab) -> None:
    lab.trigger("toggle")
    lab.until_step(20)
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)
    shown, count = lab.session.newest, len(lab.frames)
    # The next frame is the one that is asked for: none came after the pause.
    lab.trigger("step")
    until(lambda: lab.session.newest is not shown)
    assert len(lab.frames) == count + 1
    assert shown is not None
    assert lab.session.step == shown.step + 1
    assert lab.session.state is State.PAUSED


def test_pausing_and_going_on_many_times(lab: Lab) -> None:
    for _ in range(5):
        lab.trigger("toggle")
        lab.until_step(lab.session.step + 3)
        lab.trigger("toggle")
        lab.until_state(State.PAUSED)
    assert len(lab.losses()) == lab.session.step


@pytest.mark.parametrize(
    ("command", "updated"),
    [("step", (True, True)), ("step_d", (True, False)), ("step_g", (False, True))],
)
def test_single_steps(lab: Lab, command: str, updated: tuple[bool, bool]) -> None:
    for step in (1, 2):
        lab.trigger(command)
        lab.until_step(step)
    assert lab.session.state is State.PAUSED
    finite = [(bool(np.isfinite(d)), bool(np.isfinite(g))) for d, g in lab.losses()]
    assert finite == [updated] * 2


def test_the_step_button(lab: Lab) -> None:
    press(lab, lab.window.transport.step)
    lab.until_step(1)
    assert lab.session.step == 1


def test_reset_brings_the_same_numbers_again(lab: Lab) -> None:
    lab.train_to(100)
    once = lab.losses()
    press(lab, lab.window.transport.reset)
    lab.until_rest()
    lab.frames.clear()
    lab.train_to(100)
    assert lab.losses() == once


def test_a_reset_while_training_rests_at_the_start(lab: Lab) -> None:
    lab.trigger("toggle")
    lab.until_step(10)
    lab.trigger("reset")
    lab.until_rest()


def test_a_new_seed_brings_other_numbers(lab: Lab) -> None:
    lab.train_to(30)
    once, seed = lab.losses(), lab.session.document.experiment.seed
    press(lab, lab.window.transport.seed)
    lab.until_rest()
    other = lab.session.document.experiment.seed
    assert other != seed
    assert lab.window.transport.seed.text() == f"Seed {other}"
    lab.frames.clear()
    lab.train_to(30)
    assert lab.losses() != once
    lab.trigger("undo")
    assert lab.session.document.experiment.seed == seed


def test_a_new_seed_while_training_goes_on_training(lab: Lab) -> None:
    lab.trigger("toggle")
    lab.until_step(10)
    started = lab.session.run_started
    lab.trigger("new_seed")
    until(lambda: lab.session.run_started is not started)
    lab.until_step(10)
    assert lab.session.state is State.PLAYING


@pytest.mark.parametrize("wanted", [True, False])
def test_train_to_a_step(lab: Lab, monkeypatch: pytest.MonkeyPatch, wanted: bool) -> None:
    monkeypatch.setattr(QInputDialog, "getInt", lambda *_: (37, wanted))
    lab.trigger("run_to")
    if wanted:
        until(lambda: lab.session.step == 37)
        lab.until_state(State.PAUSED)
    lab.trigger("step")
    lab.until_step(38 if wanted else 1)
    assert lab.session.step == (38 if wanted else 1)


def test_training_to_a_step_beyond_the_end_makes_the_run_longer(lab: Lab) -> None:
    lab.session.edit("steps", 20)
    lab.train_to(30)
    assert lab.session.running.steps == 30
    # Only this run is longer, and not the experiment.
    assert lab.session.document.experiment.steps == 20
    assert lab.session.state is State.ENDED


def test_train_at_the_end_goes_on_for_as_long_again(lab: Lab) -> None:
    lab.session.open(load_preset("first-gan", steps=40))
    lab.until_rest()
    for end in (40, 80, 120):
        lab.trigger("toggle")
        until(lambda end=end: lab.session.step == end)  # type: ignore[misc]
        lab.until_state(State.ENDED)
    assert lab.session.running.steps == 120
    assert lab.session.document.experiment.steps == 40
    assert not lab.session.document.changed


def test_the_speed_slider(lab: Lab) -> None:
    speed, words = lab.window.transport.speed, lab.window.transport.speed_words
    lab.window.resize(1280, 720)
    for mark, pace in enumerate(PACES):
        speed.setValue(mark)
        assert lab.session.pace == pace
        assert words.text() == ("max" if pace is None else f"{pace:,.0f}/s")
    for mark in (0, len(PACES) - 1):
        speed.setValue(mark)
        assert speed.value() == mark
    speed.setValue(0)
    lab.trigger("slower")
    assert lab.session.pace == 1
    lab.trigger("faster")
    assert lab.session.pace == 2


def test_a_slow_speed_shows_every_step_and_can_be_left_at_once(lab: Lab) -> None:
    lab.window.transport.speed.setValue(PACES.index(20))
    lab.trigger("toggle")
    lab.until_step(4)
    assert [frame.step for frame in lab.frames][:4] == [1, 2, 3, 4]
    lab.session.set_pace(0.001)
    lab.session.set_pace(None)
    lab.until_step(200)


def test_no_number_of_steps_is_said_while_nothing_moves(lab: Lab) -> None:
    lab.trigger("toggle")
    until(lambda: lab.session.steps_per_second() > 0)
    lab.trigger("toggle")
    lab.until_state(State.PAUSED)
    assert lab.session.steps_per_second() == 0


@pytest.mark.parametrize("name", presets())
def test_every_preset_opens_and_trains(lab: Lab, name: str) -> None:
    button = lab.window.transport.preset
    action = button.menu().findChild(QAction, name)
    assert isinstance(action, QAction)
    assert action.toolTip() == load_preset(name).about
    started = lab.session.run_started
    action.trigger()
    if not is_at_hand(name):
        until(lambda: "is not on this machine" in lab.window.notice.words)
        return
    until(lambda: lab.session.run_started is not started)
    lab.until_rest()
    assert lab.session.document.experiment == load_preset(name, seed=42)
    assert lab.window.panel.value() == lab.session.document.experiment
    lab.trigger("toggle")
    lab.until_step(5)
    assert not lab.window.notice.isVisible()


def test_a_preset_keeps_the_seed_of_the_class(lab: Lab) -> None:
    lab.trigger("new_seed")
    seed = lab.session.document.experiment.seed
    lab.window.transport.preset_chosen.emit("book")
    assert lab.session.document.experiment.seed == seed


def test_replicas_are_drawn_one_at_a_time(lab: Lab) -> None:
    first = 2**32 - 5
    lab.session.edit("seed", first)
    lab.session.edit("replicas", 5)
    [box] = lab.window.findChildren(SeedBox)
    until(lambda: lab.session.run_started and lab.session.run_started.experiment.replicas == 5)
    lab.until_rest()
    assert box.isVisible()
    assert box.text().startswith(f"seed {first} ")
    box.stepUp()
    assert box.text().startswith(f"seed {first + 1} ")
    assert lab.window.shown_replica == 1
    assert {plot.replica for plot in lab.window.views.plots} == {1}
    until(lambda: lab.session.newest and lab.session.newest.view.replica == 1)
    lab.train_to(10)
    lab.session.edit("replicas", 1)
    lab.trigger("reset")
    until(lambda: not box.isVisible())
    lab.until_rest()
    assert lab.window.shown_replica == 0
