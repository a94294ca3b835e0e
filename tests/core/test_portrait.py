"""Pictures: true for known densities, honest about what is not finite, and without a trace."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.metrics import floors
from ganstudio.core.portrait import Portrait
from tests.core.helpers import Floats, small

LINE: dict[str, Any] = {"generator.layers": [], "standardise": False, "noise": "normal"}
"""A generator that is a line turns N(0, 1) into N(bias, weight^2)."""


def game(experiment: Experiment, weights: dict[str, Any] | None = None) -> Game:
    arrays = {k: np.asarray(v, dtype=np.float32) for k, v in (weights or {}).items()}
    return Game(experiment, "cpu", arrays)


def line(mean: float, std: float) -> dict[str, Any]:
    return {"generator.0.weight": [[std]], "generator.0.bias": [mean]}


@pytest.mark.parametrize(("mean", "std"), [(4.0, 0.5), (3.0, 1.0), (5.0, 0.25)])
def test_densities_and_the_best_discriminator(mean: float, std: float) -> None:
    view, metrics = Portrait(game(small(**LINE), line(mean, std))).draw()
    p, q = stats.norm.pdf(view.x, 4, 0.5), stats.norm.pdf(view.x, mean, std)
    np.testing.assert_allclose(view.target_density, p, atol=1e-5)
    np.testing.assert_allclose(view.current_density[0], q, atol=0.06 / std)
    some = (p > 0.05) & (q > 0.05 / std)
    np.testing.assert_allclose(view.d_best[0, some], (p / (p + q))[some], atol=0.06)
    assert metrics.mean[0] == pytest.approx(mean, abs=0.03 * std)
    assert metrics.std[0] == pytest.approx(std, rel=0.03)


def test_the_best_discriminator_far_from_everything_is_unknown() -> None:
    view, _ = Portrait(game(small(**LINE), line(4, 0.1))).draw()
    assert np.isnan(view.d_best[0, [0, -1]]).all()
    known = view.d_best[0, np.isfinite(view.d_best[0])]
    assert ((known >= 0) & (known <= 1)).all()


def test_histograms_are_densities_and_keep_what_lies_outside() -> None:
    view, _ = Portrait(game(small(**LINE), line(4, 0.5))).draw()
    widths = np.diff(view.edges)
    assert (view.target_histogram * widths).sum() == pytest.approx(1, rel=1e-4)
    assert (view.shown_histogram[0] * widths).sum() == pytest.approx(1, rel=1e-4)
    view, _ = Portrait(game(small(**LINE), line(1e9, 1))).draw()
    assert (view.shown_histogram[0] * np.diff(view.edges)).sum() == pytest.approx(1, rel=1e-4)
    assert view.shown_histogram[0, -1] > 0


def test_curves_are_as_wide_as_what_is_generated() -> None:
    near, _ = Portrait(game(small(**LINE), line(4, 0.5))).draw()
    far, _ = Portrait(game(small(**LINE), line(50, 0.5))).draw()
    assert (near.x[0], near.x[-1]) == (0, 8)
    assert far.x[0] < -40
    assert far.x[-1] > 50


def test_the_map_is_the_generator() -> None:
    view, _ = Portrait(game(small(**LINE), line(4, 0.5))).draw()
    np.testing.assert_allclose(view.map[0], 4 + 0.5 * view.z, rtol=1e-5)


def test_standardised_networks_are_shown_in_the_target_s_units() -> None:
    inward = small(**(LINE | {"standardise": True}))
    view, metrics = Portrait(game(inward, line(0, 1))).draw()
    np.testing.assert_allclose(view.map[0], 4 + 0.5 * view.z, rtol=1e-5)
    assert metrics.w1[0] <= 2 * floors(inward.target)["w1"].high


def test_d_is_the_sigmoid_of_the_logits() -> None:
    e = small(**LINE, **{"discriminator.layers": []})
    weights = {"discriminator.0.weight": [[2.0]], "discriminator.0.bias": [-8.0]}
    view, _ = Portrait(game(e, weights)).draw()
    np.testing.assert_allclose(view.d[0], 1 / (1 + np.exp(-(2 * view.x - 8))), atol=1e-6)
    assert view.d_reference == ""


def test_d_with_minibatch_features_says_beside_what() -> None:
    e = small(**{"discriminator.minibatch": {"enabled": True}})
    view, _ = Portrait(game(e)).draw()
    assert view.d_reference == "beside 15 real samples at even quantiles"
    assert np.isfinite(view.d).all()
    alone, _ = Portrait(game(e.replace(batch_size=1))).draw()
    assert np.isfinite(alone.d).all()


def test_the_average_is_shown_and_the_newest_is_current() -> None:
    e = small(**(LINE | {"ema": 0.5}))
    playing = game(e, line(4, 0.5))
    playing.generator.weights.flat[0, 1] = 6.0
    view, metrics = Portrait(playing).draw()
    assert view.x[view.shown_density[0].argmax()] == pytest.approx(4, abs=0.3)
    assert view.x[view.current_density[0].argmax()] == pytest.approx(6, abs=0.3)
    assert metrics.mean[0] == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("broken", ["generator", "discriminator"])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_broken_weights_are_drawn_without_a_warning(broken: str, value: float) -> None:
    playing = game(small(replicas=2))
    getattr(playing, broken).weights.flat[1].fill_(value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view, metrics = Portrait(playing).draw()
    assert np.isfinite(metrics.w1[0])
    if broken == "generator":
        assert np.isnan(metrics.w1[1])
    assert np.isfinite(view.x).all()
    assert np.isfinite(view.shown_histogram).all()


def test_replicas_are_drawn_as_single_runs_are() -> None:
    fleet, _ = Portrait(game(small(seed=5, replicas=3))).draw()
    for i in range(3):
        single, _ = Portrait(game(small(seed=5 + i))).draw()
        np.testing.assert_allclose(fleet.map[i], single.map[0], atol=1e-5)


def test_everything_that_is_drawn_is_read_only_float32() -> None:
    view, metrics = Portrait(game(small())).draw()
    arrays: list[Floats] = [v for v in (vars(view) | vars(metrics)).values() if v is not None]
    for array in arrays:
        if isinstance(array, np.ndarray):
            assert array.dtype == np.float32
            assert not array.flags.writeable
