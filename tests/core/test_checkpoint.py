"""A run that goes on from a checkpoint makes the bits of one that was never stopped."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import Edited, Event, Finished, Frame, NotFinite
from ganstudio.core.experiment import Experiment
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import CheckpointError, SpecError
from tests.core.helpers import TINY, members, small, spelled_event
from tests.core.helpers import train_here as train

HALF, ALL = 13, 24
CASES: dict[str, dict[str, Any]] = {
    "plain": {},
    "fleet": {"replicas": 3},
    "averaged": {"ema": 0.9, "ema_warmup": 5},
    "noisy": {
        "instance_noise.std": 0.3,
        "discriminator.layers": [{"width": 5, "dropout": 0.3}],
    },
    "history": {"penalties_d": [{"kind": "historical_averaging"}]},
    "packed": {"discriminator.packing": 2, "penalties_d": [{"kind": "gradient_penalty"}]},
    "schedule": {"optimizer_d.schedule": "cosine", "optimizer_g.schedule": "step"},
    "extragradient": {"play": "extragradient"},
    "unrolled": {"unrolling.steps": 2},
    "varied": {"replicas": 2, "vary": {"path": "optimizer_d.lr", "values": [0.01, 0.001]}},
    "plane": {"target": "ring", "loss": "relativistic"},
}


class Keeper(RunToEnd):
    """Orders checkpoints before certain steps."""

    def __init__(self, *at: int) -> None:
        super().__init__()
        self._at = list(at)

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        if self._at and step == self._at[0]:
            del self._at[0]
            return Order.KEEP
        return super().next(step, experiment)


def whole(experiment: Experiment, *at: int) -> tuple[list[Event], Checkpoint]:
    """All events of a run, and the last checkpoint."""
    events = list(train(experiment, control=Keeper(*at)))
    return events, [event for event in events if isinstance(event, Checkpoint)][-1]


def after(events: list[Event], step: int) -> list[Any]:
    """All that was said after a step."""
    frames = [event for event in events if isinstance(event, Frame)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    empty = np.empty((0, finished.weights["generator.0.bias"].shape[0]), np.float32)
    told: list[Any] = [replace(finished, seconds=0.0)]
    # A frame brings the losses since the one before, which may be older than the checkpoint.
    told += [replace(f, loss_d=empty, loss_g=empty) for f in frames if f.step > step]
    for name in ("loss_d", "loss_g"):
        losses = np.concatenate([getattr(frame, name) for frame in frames])
        told.append(losses[len(losses) - (finished.step - max(0, step)) :])
    return [part for event in told for part in spelled_event(event)]


def same_from(experiment: Experiment, at: int = HALF) -> None:
    """Going on from step `at` is the same as never having stopped."""
    events, checkpoint = whole(experiment, at)
    assert checkpoint.step == at
    resumed = list(train(experiment, start=checkpoint))
    assert isinstance(resumed[1], Frame)
    assert resumed[1].step == at
    expected = after(events, at)
    assert len(expected) > 20
    assert after(resumed, at) == expected


@pytest.mark.parametrize("threads", [1, pytest.param(2, marks=pytest.mark.slow)])
@pytest.mark.parametrize("name", presets())
def test_every_preset(name: str, threads: int) -> None:
    experiment = load_preset(name, steps=ALL, frame_every=4, threads=threads)
    if experiment.pretraining.steps:
        experiment = experiment.replace(**{"pretraining.steps": 10})
    same_from(experiment)


@pytest.mark.parametrize("threads", [1, 2])
@pytest.mark.parametrize("optimizer", members(GradientOptimizer))
def test_every_optimizer(optimizer: type[GradientOptimizer], threads: int) -> None:
    both = {"optimizer_d": optimizer(), "optimizer_g": optimizer()}
    same_from(small(steps=ALL, frame_every=4, threads=threads, **TINY, **both))


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_all_that_remembers(changes: dict[str, Any]) -> None:
    experiment = small(steps=ALL, frame_every=4).replace(**changes)
    same_from(experiment)
    same_from(experiment, at=0)


@pytest.mark.parametrize("normalisation", ["batch", "layer"])
def test_normalisation(normalisation: str) -> None:
    layers = [{"width": 6, "normalisation": normalisation}]
    same_from(small(steps=ALL, frame_every=4, **{"generator.layers": layers}))


def test_more_steps_than_a_block_has_batches() -> None:
    experiment = small(steps=700, frame_every=100, replicas=2, **TINY)
    same_from(experiment, at=300)
    same_from(experiment, at=512)


def test_a_pretraining_goes_on() -> None:
    experiment = small(steps=8, frame_every=4, **{"pretraining.steps": 60, "pretraining.low": -3})

    class Early(RunToEnd):
        asked = 0

        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            self.asked += 1
            return Order.KEEP if self.asked == 31 else super().next(step, experiment)

    events = list(train(experiment, control=Early()))
    [checkpoint] = [event for event in events if isinstance(event, Checkpoint)]
    resumed = list(train(experiment, start=checkpoint))
    first = resumed[1]
    assert isinstance(first, Frame)
    assert (first.step, first.pretraining_step) == (0, 30)
    assert after(resumed, 0) == after(events, 0)


def test_a_chain_of_checkpoints() -> None:
    experiment = small(steps=30, frame_every=5, replicas=2)
    events, checkpoint = whole(experiment, 7)
    for at in (11, 20):
        chain = list(train(experiment, start=checkpoint, control=Keeper(at)))
        [checkpoint] = [event for event in chain if isinstance(event, Checkpoint)]
    assert checkpoint.step == 20
    assert after(list(train(experiment, start=checkpoint)), 20) == after(events, 20)


def test_keeping_changes_nothing() -> None:
    experiment = small(steps=ALL, frame_every=4)
    kept, _ = whole(experiment, 3, 4, 9)
    assert after(kept, -1) == after(list(train(experiment)), -1)


def test_more_steps_are_an_edit() -> None:
    experiment = small(steps=ALL, frame_every=4)
    events, _ = whole(experiment.replace(steps=40), HALF)
    _, checkpoint = whole(experiment, HALF)
    resumed = list(train(experiment.replace(steps=40), start=checkpoint))
    [edit] = [event for event in resumed if isinstance(event, Edited)]
    assert (edit.step, edit.paths) == (HALF, ("steps",))
    assert after(resumed, HALF) == after(events, HALF)


def test_an_edit_is_in_the_checkpoint() -> None:
    class Editor(Keeper):
        edited = False

        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            if step == 5 and not self.edited:
                self.edited = True
                return experiment.replace(**{"optimizer_g.lr": 0.02, "ema": 0.9})
            return super().next(step, experiment)

    events = list(train(small(steps=ALL, frame_every=4), control=Editor(HALF)))
    [checkpoint] = [event for event in events if isinstance(event, Checkpoint)]
    assert checkpoint.experiment.ema == 0.9
    resumed = list(train(checkpoint.experiment, start=checkpoint))
    assert not [event for event in resumed if isinstance(event, Edited)]
    assert after(resumed, HALF) == after(events, HALF)


def test_what_is_not_finite_is_kept_as_it_was_before() -> None:
    class Careful(RunToEnd):
        trouble: NotFinite | None = None
        kept = False

        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            if self.trouble is not None:
                if self.kept:
                    return Order.STOP
                self.kept = True
                return Order.KEEP
            return super().next(step, experiment)

        def hear(self, event: Any) -> None:
            self.trouble = event

    experiment = small(steps=30, **TINY, optimizer_d={"kind": "momentum", "lr": 1e9})
    control = Careful()
    events = list(train(experiment, control=control))
    assert control.trouble is not None
    [checkpoint] = [event for event in events if isinstance(event, Checkpoint)]
    assert checkpoint.step == control.trouble.step - 1
    for player in ("generator", "discriminator"):
        assert np.isfinite(checkpoint.state["game"][player]["weights"]).all()
    # The broken state stays to be looked at.
    last = [event for event in events if isinstance(event, Frame)][-1]
    assert last.step == control.trouble.step
    assert np.isfinite(last.lost_at).all() or not np.isfinite(last.metrics.distance).all()
    first = list(train(experiment, start=checkpoint))[1]
    assert isinstance(first, Frame)
    assert np.isfinite(first.metrics.distance).all()


@pytest.mark.parametrize(
    "changes",
    [
        {"generator.layers": [{"width": 3}]},
        {"optimizer_d": "sgd"},
        {"replicas": 3},
        {"discriminator.minibatch": {"enabled": True}},
    ],
)
def test_another_experiment_is_refused(changes: dict[str, Any]) -> None:
    _, checkpoint = whole(small(), HALF)
    other = small().replace(**changes)
    with pytest.raises(SpecError):
        list(train(other, start=checkpoint))
    with pytest.raises(CheckpointError, match="step 13"):
        list(train(other, start=replace(checkpoint, experiment=other)))


def broken(state: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The state with each leaf in turn replaced by something else."""
    if isinstance(state, dict):
        for key, value in state.items():
            yield f"{path}.{key} missing", {k: v for k, v in state.items() if k != key}
            for name, other in broken(value, f"{path}.{key}"):
                yield name, {**state, key: other}
    else:
        for other in ("nonsense", None, [], {}, np.zeros(3), -1.5):
            yield f"{path} {type(other).__name__}", other


def test_whatever_is_broken_is_one_sentence() -> None:
    experiment = small(steps=14, replicas=2, **TINY)
    _, checkpoint = whole(experiment, HALF)
    refused = 0
    for _, state in broken(dict(checkpoint.state)):
        try:
            next(train(experiment, start=replace(checkpoint, state=state)))
        except CheckpointError:
            refused += 1
    # The rest is harmless, such as a gradient that nobody had yet.
    assert refused > 200
