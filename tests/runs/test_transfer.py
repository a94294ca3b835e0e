"""A run that begins with the networks that the run before ended with, in either handle."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import Watch
from ganstudio.core.events import EarlyStop, Failed, Finished, Frame, NotFinite
from ganstudio.core.trainer import train
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import State
from tests.runs.helpers import LONG, QUICK, Ear, events, frames, losses, states

FROZEN = {"generator.layers.0.frozen": True, "target.mu": 6.0}


def ended(ear: Ear) -> Finished:
    """The end of the run under way."""
    ear.run.stop()
    finished = events(ear.until_state(State.READY))[-1]
    assert isinstance(finished, Finished)
    return finished


def test_from_last_is_given_the_weights_of_the_last_run(ear: Ear, run: Run) -> None:
    run.start(QUICK)
    ear.until_state(State.ENDED)
    finished = ended(ear)
    second = QUICK.replace(**FROZEN)
    run.start(second, from_last=True)
    heard = frames(ear.until_state(State.ENDED))
    direct = [e for e in train(second, weights=finished.weights) if isinstance(e, Frame)]
    for ours, theirs in zip(losses(heard), losses(direct), strict=True):
        assert ours.tobytes() == theirs.tobytes()
    last = ended(ear).weights
    for name, weight in last.items():
        same = np.array_equal(weight, finished.weights[name])
        assert same is name.startswith("generator.0."), name


def test_a_run_that_is_cut_short_hands_on_what_it_has(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(5)
    run.start(QUICK, playing=False, from_last=True)
    ear.until(lambda m: m.run == run.number and isinstance(m.content, Frame))
    ear.until_state(State.PAUSED)
    begun = ended(ear)
    assert begun.step == 0
    fresh = list(train(QUICK.replace(steps=1)))[-1]
    assert isinstance(fresh, Finished)
    moved = [np.abs(begun.weights[name] - weight).max() for name, weight in fresh.weights.items()]
    assert max(moved) > 0.005


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"generator.layers": [{"width": 7}]}, "generator.0.weight: its shape is"),
        (
            {"generator.layers": [{"width": 4}] * 2},
            "generator.2.weight: missing; give all weights of the generator",
        ),
        ({"discriminator.minibatch.enabled": True}, "discriminator."),
        ({"noise": {"kind": "normal", "size": 3}}, "generator.0.weight: its shape is"),
        (
            {"generator.layers": [{"width": 4, "normalisation": "layer"}]},
            "generator.0.gain: missing",
        ),
    ],
)
def test_networks_of_another_shape_are_one_clear_sentence(
    ear: Ear, run: Run, changes: dict[str, Any], says: str
) -> None:
    run.start(QUICK)
    ear.until_state(State.ENDED)
    run.start(QUICK.replace(**changes), from_last=True)
    heard = ear.until_state(State.READY)
    [failed] = [event for event in events(heard) if isinstance(event, Failed)]
    assert says in failed.message
    assert "\n" not in failed.message
    run.start(QUICK, from_last=True)
    ear.until_state(State.ENDED)


def test_what_is_not_finite_pauses_and_can_be_taken_back(ear: Ear, run: Run) -> None:
    wild = {"kind": "momentum", "lr": 1e9}
    run.start(LONG.replace(optimizer_d=wild, optimizer_g=wild, loss="least_squares"))
    heard = ear.until_state(State.DIVERGED)
    [told] = [event for event in events(heard) if isinstance(event, NotFinite)]
    run.go_back()
    heard = ear.until_state(State.PAUSED)
    shown = frames(heard)[-1]
    assert shown.step == told.step - 1
    assert np.isfinite(shown.metrics.distance).all()
    run.edit(
        LONG.replace(
            loss="least_squares",
            optimizer_d=wild | {"lr": 1e-9},
            optimizer_g=wild | {"lr": 1e-9},
        )
    )
    run.step()
    assert frames(ear.until_step(told.step))[-1].step == told.step


def test_an_early_stop_pauses_and_can_be_played_on(ear: Ear, run: Run) -> None:
    rule = {"metric": "w1", "threshold": 1e6, "patience": 2}
    run.start(QUICK.replace(early_stopping=rule))
    heard = ear.until_state(State.PAUSED)
    [told] = [event for event in events(heard) if isinstance(event, EarlyStop)]
    assert told.step == frames(heard)[-1].step == 20
    run.play()
    assert states(ear.until_state(State.ENDED))[-1] is State.ENDED


def test_looking_at_another_replica_shows_it_at_once(ear: Ear, run: Run) -> None:
    run.start(QUICK.replace(replicas=3), playing=False)
    ear.until_state(State.PAUSED)
    run.look(Watch(2, layers=True))
    shown = frames(ear.until_state(State.PAUSED))[-1]
    assert shown.view.replica == 2
    assert len(shown.layers) == 4
    # It is remembered for the runs that follow.
    run.start(QUICK.replace(replicas=3), playing=False)
    assert frames(ear.until_state(State.PAUSED))[-1].view.replica == 2
    run.look(Watch())
    ear.until_state(State.PAUSED)


@pytest.mark.parametrize("going_on", ["play", "step"])
def test_who_goes_on_from_what_is_broken_means_the_good_state(
    ear: Ear, run: Run, going_on: str
) -> None:
    wild = {"kind": "momentum", "lr": 1e9}
    run.start(LONG.replace(optimizer_d=wild, optimizer_g=wild, loss="least_squares"))
    [first] = [e for e in events(ear.until_state(State.DIVERGED)) if isinstance(e, NotFinite)]
    getattr(run, going_on)()
    heard = ear.until(lambda message: isinstance(message.content, NotFinite))
    # The step is done again, with the next batch and from the state before it.
    [again] = [event for event in events(heard) if isinstance(event, NotFinite)]
    assert again.step == first.step
    shown = next(frame for frame in frames(heard) if frame.step == first.step - 1)
    assert np.isfinite(shown.metrics.distance).all()
