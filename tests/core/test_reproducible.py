"""Same experiment, same bits; replica i of a fleet is a single run with seed + i."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from tests.core.helpers import record, small, spelled

FLEETS: dict[str, dict[str, Any]] = {
    "plain": {},
    "mixture": {"target": "mixture"},
    "minibatch": {"discriminator.minibatch": {"enabled": True, "std": 1.0}},
    "pretrained": {"pretraining.steps": 20, "noise": "stratified", "standardise": False},
    "averaged": {
        "ema": 0.9,
        "optimizer_d": "sgd",
        "discriminator_steps": 3,
        "noise.kind": "uniform",
    },
}


class StopAtOnce(RunToEnd):
    """Ends a run before its first step."""

    def next(self, step: int, experiment: Experiment) -> Order:
        return Order.STOP


@pytest.mark.parametrize("name", presets())
def test_two_runs_are_equal_to_the_last_bit(name: str) -> None:
    experiment = load_preset(name, steps=10)
    if experiment.pretraining.steps:
        experiment = experiment.replace(**{"pretraining.steps": 10})
    assert list(spelled(record(experiment))) == list(spelled(record(experiment)))


def test_other_seeds_are_other_runs() -> None:
    runs = [record(small(seed=seed)).loss_d.tobytes() for seed in range(4)]
    assert len(set(runs)) == 4


@pytest.mark.parametrize("changes", FLEETS.values(), ids=FLEETS)
def test_a_replica_of_a_fleet_is_a_single_run(changes: dict[str, Any]) -> None:
    experiment = small(steps=40, seed=10, frame_every=40).replace(**changes)
    fleet = record(experiment.replace(replicas=3))
    assert fleet.loss_d.shape == (40, 3)
    for i in range(3):
        single = record(experiment.replace(seed=10 + i))
        for ours, theirs in (
            (fleet.loss_d, single.loss_d),
            (fleet.loss_g, single.loss_g),
            (fleet.loss_pretraining, single.loss_pretraining),
        ):
            # Matrix products over a stack may sum in another order.
            np.testing.assert_allclose(ours[:, i], theirs[:, 0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("changes", FLEETS.values(), ids=FLEETS)
def test_a_replica_starts_from_the_weights_of_a_single_run(changes: dict[str, Any]) -> None:
    changes = {key: value for key, value in changes.items() if key != "pretraining.steps"}
    experiment = small(seed=3).replace(**changes)
    fleet = record(experiment.replace(replicas=4), control=StopAtOnce()).finished
    assert fleet.step == 0
    for i in range(4):
        single = record(experiment.replace(seed=3 + i), control=StopAtOnce()).finished
        for name, weight in single.weights.items():
            np.testing.assert_array_equal(fleet.weights[name][i], weight[0])


def test_looking_more_often_changes_nothing() -> None:
    seldom = record(small(frame_every=20))
    often = record(small(frame_every=1))
    assert list(spelled(seldom)) == list(spelled(often))
    assert len(often.frames) == 21
