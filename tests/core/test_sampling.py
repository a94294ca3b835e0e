"""What is taken out of a checkpoint is what the run had, and the run goes on as if nobody had."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Finished, Frame, Metrics
from ganstudio.core.experiment import Experiment
from ganstudio.core.sampling import samples_of, weights_of
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import CheckpointError, TooLargeError
from tests.core.helpers import TINY, same_bits, small, spelled_event
from tests.core.helpers import train_here as train
from tests.core.test_checkpoint import ALL, CASES, HALF, after, whole

TANH: dict[str, Any] = {**TINY, "target.mu": 3.0, "target.sigma": 0.5}


def case(changes: dict[str, Any]) -> Experiment:
    return small(steps=ALL, frame_every=4, **TINY).replace(**changes)


@pytest.mark.parametrize("changes", CASES.values(), ids=CASES)
def test_the_weights_are_those_of_the_end(changes: dict[str, Any]) -> None:
    events, checkpoint = whole(case(changes), ALL)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert same_bits(weights_of(checkpoint), dict(finished.weights))
    assert list(weights_of(checkpoint)) == list(finished.weights)


@pytest.mark.parametrize("name", presets())
def test_weights_and_samples_of_every_preset(name: str) -> None:
    e = load_preset(name, steps=2, **{"pretraining.steps": 0})
    events, checkpoint = whole(e, 2)
    finished = events[-1]
    assert isinstance(finished, Finished)
    assert same_bits(weights_of(checkpoint), dict(finished.weights))
    found = samples_of(checkpoint, 50)
    assert found.shape == (1, 50, e.features)
    assert np.isfinite(found).all()


@pytest.mark.parametrize("network", ["generator", "average"])
def test_samples_are_the_network_by_hand(network: str) -> None:
    e = small(steps=ALL, ema=0.9 if network == "average" else 0.0, **TANH)
    _, checkpoint = whole(e, ALL)
    w = {name: array[0].astype(np.float64) for name, array in weights_of(checkpoint).items()}

    def G(z: Any) -> Any:
        hidden = np.tanh(z @ w[f"{network}.0.weight"] + w[f"{network}.0.bias"])
        return hidden @ w[f"{network}.1.weight"] + w[f"{network}.1.bias"]

    found = samples_of(checkpoint, 20_000)[0]
    # The same noise is not known here, but its distribution is.
    shares = np.linspace(0.05, 0.95, 19)
    expected = 3.0 + 0.5 * G(np.random.default_rng(5).normal(size=(200_000, 1)))
    spread = float(np.std(expected))
    np.testing.assert_allclose(
        np.quantile(found, shares), np.quantile(expected, shares), atol=0.06 * spread
    )


def test_samples_score_what_the_run_measured() -> None:
    """In the target's units, and of the shown generator."""
    e = small(steps=ALL, ema=0.9, replicas=3, **TANH)
    events, checkpoint = whole(e, ALL)
    last = [event for event in events if isinstance(event, Frame)][-1]
    assert isinstance(last.metrics, Metrics)
    found = samples_of(checkpoint)
    assert found.shape == (3, 10_000, 1)
    for i in range(3):
        std = float(last.metrics.std[i])
        assert float(found[i].mean()) == pytest.approx(float(last.metrics.mean[i]), abs=std / 15)
        assert float(found[i].std()) == pytest.approx(std, rel=0.05)


def test_each_replica_has_the_samples_of_a_single_run() -> None:
    e = small(steps=ALL, replicas=3, **TINY)
    fleet = samples_of(whole(e, ALL)[1], 500)
    for i in range(3):
        alone = samples_of(whole(e.single(i), ALL)[1], 500)
        np.testing.assert_allclose(fleet[i], alone[0], atol=1e-6)
    assert not np.allclose(fleet[0], fleet[1])


def test_varied_noise_is_each_replicas_own() -> None:
    noise = {"kind": "uniform", "limit": 1.0}
    vary = {"path": "noise.limit", "values": [1e-3, 1.0]}
    _, checkpoint = whole(small(noise=noise, replicas=2, vary=vary, **TINY), 20)
    found = samples_of(checkpoint, 500)
    assert found[0].std() < 0.01 * found[1].std()


def test_the_same_samples_again_and_more_of_them() -> None:
    _, checkpoint = whole(small(target="ring", **TINY), 20)
    found = samples_of(checkpoint, 300)
    assert found.tobytes() == samples_of(checkpoint, 300).tobytes()
    assert found.shape == (1, 300, 2)


def test_a_run_goes_on_as_if_nobody_had_looked() -> None:
    e = case({"replicas": 2, "ema": 0.9})
    events, checkpoint = whole(e, HALF)
    before = list(spelled_event(checkpoint.state))
    samples_of(checkpoint, 100)
    weights_of(checkpoint)
    assert list(spelled_event(checkpoint.state)) == before
    assert after(list(train(e, start=checkpoint)), HALF) == after(events, HALF)


def test_too_many_are_refused_before_they_are_drawn() -> None:
    _, checkpoint = whole(small(replicas=2, **TINY), 20)
    with pytest.raises(TooLargeError, match="take 33,554,432"):
        samples_of(checkpoint, 10**12)


@pytest.mark.parametrize(
    "state",
    [
        {},
        {"game": 3},
        {"game": {"generator": {"weights": np.zeros((1, 2), np.float32)}}},
        {"game": {"generator": {"weights": np.zeros(13, np.float32)}}},
        {"game": {"generator": {"weights": "many"}}},
    ],
)
def test_a_state_of_another_experiment_is_one_sentence(state: dict[str, Any]) -> None:
    broken = Checkpoint(7, small(**TINY), state)
    for take in (weights_of, samples_of):
        with pytest.raises(CheckpointError, match="step 7 does not fit its experiment"):
            take(broken)


def test_other_layers_do_not_fit() -> None:
    _, checkpoint = whole(small(**TINY), 20)
    other = replace(checkpoint, experiment=small())
    for take in (weights_of, samples_of):
        with pytest.raises(CheckpointError):
            take(other)
