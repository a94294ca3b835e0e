"""The published programs, number for number: replays of recorded TensorFlow runs.

The bars are the issue's. Configs with a bar in `CLOSE` follow TensorFlow's rounding; in the
others log(1 - sigmoid) saturates in float32 and amplifies it.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from ganstudio.core.events import Metrics
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density
from ganstudio.data.presets import load_preset
from tests.core.helpers import Floats, Record, record

Reference = dict[str, NDArray[Any]]

PRESETS = {
    "A_nomb": "aylien",
    "A_mb": "aylien-minibatch",
    "B_blog_nomb": "aylien-blog",
    "B_blog_mb": "aylien-blog-minibatch",
    "B_dec16_nomb": "aylien-dec16",
    "B_dec16_mb": "aylien-dec16-minibatch",
    "B_text_nomb": "aylien-text",
    "B_text_mb": "aylien-text-minibatch",
    "C": "book",
}
SEEDS = range(5)
RUNS = [(config, seed) for config in PRESETS for seed in SEEDS]

CLOSE = {"A_nomb": 1e-5, "B_blog_nomb": 1e-5, "C": 3e-4, "B_dec16_nomb": 3e-4, "A_mb": 1e-3}
"""The largest difference of any loss over the first 100 updates."""
MEDIAN_ELSEWHERE, LARGEST_ELSEWHERE = 1e-3, 0.15

# (updates, difference): seeds whose course float32 rounding alone decides, and how long they
# follow. Measured over 100 updates: B_blog_mb 0 largest .95, median .03, and .03 off already
# when pretraining ends (with matrix products summed in TensorFlow's order it comes to .13);
# B_blog_mb 1 largest .21, median 9e-7, below 1e-5 for 50 updates; B_text_mb 2 largest .58,
# median .016, below 1e-5 for 20 updates. Summing in another order moves each of them by as much.
CHAOTIC = {("B_blog_mb", 0): (8, 0.05), ("B_blog_mb", 1): (50, 1e-4), ("B_text_mb", 2): (20, 1e-4)}

# Seeds that never amplify rounding and so end where TensorFlow ended. All of B_blog_nomb and C.
QUICK_ENDS = [(config, seed) for config in ("B_blog_nomb", "C") for seed in SEEDS]
SLOW_ENDS = [
    *(("A_nomb", seed) for seed in (0, 1, 2)),
    ("A_mb", 1),
    *(("B_blog_mb", seed) for seed in (2, 4)),
    *(("B_dec16_nomb", seed) for seed in (1, 2, 3, 4)),
    *(("B_dec16_mb", seed) for seed in (2, 4)),
    *(("B_text_nomb", seed) for seed in SEEDS),
    ("B_text_mb", 4),
]


class LegacyStream:
    """numpy's legacy generator, drawn from in the order of the original programs."""

    def __init__(self, seed: int, experiment: Experiment) -> None:
        self._random = np.random.RandomState(seed)
        assert isinstance(experiment.target, Density)
        self._target = experiment.target

    def real(self, n: int) -> NDArray[np.float64]:
        return np.sort(self._random.normal(self._target.mean, self._target.std, n))

    def noise(self, n: int) -> NDArray[np.float64]:
        return np.linspace(-8, 8, n) + self._random.random_sample(n) * 0.01

    def pretraining_inputs(self, n: int) -> NDArray[np.float64]:
        return (self._random.random_sample(n) - 0.5) * 10


def initial_weights(reference: Reference, config: str, seed: int) -> dict[str, Floats]:
    """TensorFlow's initial weights under our names."""
    networks = {"G": "generator", "D": "discriminator", "D_pre": "pretraining"}
    prefix = f"{config}/{seed}/initial/"
    found = {}
    for key, value in reference.items():
        if not key.startswith(prefix):
            continue
        network, layer, kind = key.removeprefix(prefix).split("/")
        name = networks[network.replace("Generator", "G").replace("Discriminator", "D")]
        number = 2 if layer == "minibatch" else int(layer[1:])
        found[f"{name}.{number}.{'weight' if kind == 'w' else 'bias'}"] = value
    return found


class Replays:
    """Runs our program as TensorFlow ran its own; a run is made once for all tests."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._run = lru_cache(maxsize=None)(self._replay)

    def __call__(self, config: str, seed: int, *, whole: bool = False) -> Record:
        return self._run(config, seed, whole or (config, seed) in QUICK_ENDS)

    def _replay(self, config: str, seed: int, whole: bool) -> Record:
        # Pictures cost time and change no number.
        experiment = load_preset(PRESETS[config], seed=seed, frame_every=10**6)
        if not whole:
            experiment = experiment.replace(steps=100)
        weights = initial_weights(self.reference, config, seed)
        if not experiment.pretraining.steps:
            weights = {k: v for k, v in weights.items() if not k.startswith("pretraining")}
        return record(experiment, weights=weights, draws=LegacyStream(seed, experiment))

    def differences(self, config: str, seed: int) -> Floats:
        """|our loss - TensorFlow's| over the first 100 updates, (100, 2)."""
        run, key = self(config, seed), f"{config}/{seed}"
        ours = np.stack([run.loss_d[:100, 0], run.loss_g[:100, 0]], axis=1)
        theirs = [self.reference[f"{key}/loss_{name}_first100"] for name in "dg"]
        return np.asarray(np.abs(ours - np.stack(theirs, axis=1)))


@pytest.fixture(scope="module")
def replays(reference: Reference) -> Replays:
    return Replays(reference)


@pytest.mark.parametrize(("config", "seed"), RUNS)
def test_losses_of_the_first_100_updates(replays: Replays, config: str, seed: int) -> None:
    off = replays.differences(config, seed)
    off = off[np.isfinite(off).all(axis=1)]
    if config in CLOSE:
        assert len(off) == 100
        assert off.max() <= CLOSE[config]
    elif (config, seed) in CHAOTIC:
        updates, bar = CHAOTIC[config, seed]
        assert off[:updates].max() <= bar
        assert len(off) == 100
    elif len(off):
        assert np.median(off) <= MEDIAN_ELSEWHERE
        assert off.max() <= LARGEST_ELSEWHERE


@pytest.mark.parametrize(("config", "seed"), RUNS)
def test_nan_at_the_same_updates(replays: Replays, config: str, seed: int) -> None:
    run = replays(config, seed)
    for name, ours in (("d", run.loss_d), ("g", run.loss_g)):
        theirs = replays.reference[f"{config}/{seed}/loss_{name}_first100"]
        np.testing.assert_array_equal(np.isnan(ours[:100, 0]), np.isnan(theirs))
        np.testing.assert_array_equal(np.isinf(ours[:100, 0]), np.isinf(theirs))


@pytest.mark.parametrize(("config", "seed"), [(c, s) for c, s in RUNS if c[:6] != "B_text"])
def test_pretraining_losses(replays: Replays, config: str, seed: int) -> None:
    theirs = replays.reference.get(f"{config}/{seed}/pretrain_loss_first20")
    ours = replays(config, seed).loss_pretraining
    if theirs is None:
        assert len(ours) == 0
    else:
        assert len(ours) == 1000
        np.testing.assert_allclose(ours[:20, 0], theirs, rtol=0, atol=1e-5)


def check_end(replays: Replays, config: str, seed: int) -> None:
    """The last frame's figures are those that TensorFlow's run ended with."""
    run = replays(config, seed, whole=True)
    assert run.last.step == run.finished.step == int(replays.reference[f"{config}/{seed}/updates"])
    mean, std, _, w1 = replays.reference[f"{config}/{seed}/end"]
    m = run.last.metrics
    assert isinstance(m, Metrics)
    np.testing.assert_allclose([m.mean[0], m.std[0]], [mean, std], rtol=0, atol=5e-3)
    # Theirs compares with 10,000 drawn real samples: it carries that draw's own W1.
    np.testing.assert_allclose(m.w1[0], w1, rtol=0, atol=0.0104)


@pytest.mark.parametrize(("config", "seed"), QUICK_ENDS)
def test_ends_where_tensorflow_ended(replays: Replays, config: str, seed: int) -> None:
    check_end(replays, config, seed)


@pytest.mark.slow
@pytest.mark.parametrize(("config", "seed"), SLOW_ENDS)
def test_ends_where_tensorflow_ended_slow(replays: Replays, config: str, seed: int) -> None:
    check_end(replays, config, seed)


@pytest.mark.parametrize(("config", "seed"), QUICK_ENDS)
def test_losses_at_every_50th_update(replays: Replays, config: str, seed: int) -> None:
    marks = replays.reference[f"{config}/{seed}/loss_every50"]
    run = replays(config, seed, whole=True)
    at = marks[:, 0].astype(int)
    ours = np.stack([run.loss_d[at, 0], run.loss_g[at, 0]], axis=1)
    np.testing.assert_allclose(ours, marks[:, 1:], rtol=0, atol=1e-3)


def test_weights_at_the_end(replays: Replays, reference: Reference) -> None:
    final = {k.replace("/final/", "/initial/"): v for k, v in reference.items() if "/final/" in k}
    weights = replays("B_blog_nomb", 0, whole=True).finished.weights
    for name, theirs in initial_weights(final, "B_blog_nomb", 0).items():
        if not name.startswith("pretraining"):
            np.testing.assert_allclose(weights[name][0], theirs, rtol=0, atol=1e-4)
