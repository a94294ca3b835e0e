"""Pictures: true for known densities, honest about what is not finite, and without a trace."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from scipy import stats

from ganstudio.core.control import Watch
from ganstudio.core.events import Metrics, View
from ganstudio.core.game import Game
from ganstudio.core.looking import Care, sample_counts
from ganstudio.core.metrics import SAMPLES, floors
from ganstudio.core.portrait import Portrait
from tests.core.helpers import Floats, new_game, small

LINE: dict[str, Any] = {"generator.layers": [], "standardise": False, "noise": "normal"}
"""A generator that is a line turns N(0, 1) into N(bias, weight^2)."""


def drawn(game: Game, care: Care = Care.FULL, replica: int = 0) -> tuple[View, Metrics]:
    """The picture of one replica, and the metrics of all."""
    picture = Portrait(game).draw(Watch(replica), care, tiles=True)
    assert isinstance(picture.view, View)
    assert isinstance(picture.metrics, Metrics)
    return picture.view, picture.metrics


def line(mean: float, std: float) -> dict[str, Any]:
    return {"generator.0.weight": [[std]], "generator.0.bias": [mean]}


@pytest.mark.parametrize(("mean", "std"), [(4.0, 0.5), (3.0, 1.0), (5.0, 0.25)])
def test_densities_and_the_best_discriminator(mean: float, std: float) -> None:
    view, metrics = drawn(new_game(small(**LINE), line(mean, std)))
    p, q = stats.norm.pdf(view.x, 4, 0.5), stats.norm.pdf(view.x, mean, std)
    np.testing.assert_allclose(view.target_density, p, atol=1e-5)
    np.testing.assert_allclose(view.current_density, q, atol=0.06 / std)
    some = (p > 0.05) & (q > 0.05 / std)
    np.testing.assert_allclose(view.d_best[some], (p / (p + q))[some], atol=0.06)
    assert metrics.mean[0] == pytest.approx(mean, abs=0.03 * std)
    assert metrics.std[0] == pytest.approx(std, rel=0.03)


def test_the_best_discriminator_far_from_everything_is_unknown() -> None:
    view, _ = drawn(new_game(small(**LINE), line(4, 0.1)))
    assert np.isnan(view.d_best[[0, -1]]).all()
    known = view.d_best[np.isfinite(view.d_best)]
    assert ((known >= 0) & (known <= 1)).all()


def test_histograms_are_densities_and_keep_what_lies_outside() -> None:
    view, _ = drawn(new_game(small(**LINE), line(4, 0.5)))
    widths = np.diff(view.edges)
    assert (view.target_histogram * widths).sum() == pytest.approx(1, rel=1e-4)
    assert (view.shown_histogram * widths).sum() == pytest.approx(1, rel=1e-4)
    view, _ = drawn(new_game(small(**LINE), line(1e9, 1)))
    assert (view.shown_histogram * np.diff(view.edges)).sum() == pytest.approx(1, rel=1e-4)
    assert view.shown_histogram[-1] > 0


def test_curves_are_as_wide_as_what_is_generated() -> None:
    near, _ = drawn(new_game(small(**LINE), line(4, 0.5)))
    far, _ = drawn(new_game(small(**LINE), line(50, 0.5)))
    assert (near.x[0], near.x[-1]) == (0, 8)
    assert far.x[0] < -40
    assert far.x[-1] > 50


def test_the_map_is_the_generator() -> None:
    view, _ = drawn(new_game(small(**LINE), line(4, 0.5)))
    np.testing.assert_allclose(view.map, 4 + 0.5 * view.z, rtol=1e-5)


def test_standardised_networks_are_shown_in_the_target_s_units() -> None:
    inward = small(**(LINE | {"standardise": True}))
    view, metrics = drawn(new_game(inward, line(0, 1)))
    np.testing.assert_allclose(view.map, 4 + 0.5 * view.z, rtol=1e-5)
    assert metrics.w1[0] <= 2 * floors(inward.target)["w1"].high


def test_d_is_the_sigmoid_of_the_logits() -> None:
    e = small(**LINE, **{"discriminator.layers": []})
    weights = {"discriminator.0.weight": [[2.0]], "discriminator.0.bias": [-8.0]}
    view, _ = drawn(new_game(e, weights))
    np.testing.assert_allclose(view.d, 1 / (1 + np.exp(-(2 * view.x - 8))), atol=1e-6)
    assert view.d_reference == ""


def test_d_with_minibatch_features_says_beside_what() -> None:
    e = small(**{"discriminator.minibatch": {"enabled": True}})
    view, _ = drawn(new_game(e))
    assert view.d_reference == "beside 15 real samples at even quantiles"
    assert np.isfinite(view.d).all()
    alone, _ = drawn(new_game(e.replace(batch_size=1)))
    assert np.isfinite(alone.d).all()


def test_the_average_is_shown_and_the_newest_is_current() -> None:
    e = small(**(LINE | {"ema": 0.5}))
    playing = new_game(e, line(4, 0.5))
    playing.generator.weights.flat[0, 1] = 6.0
    view, metrics = drawn(playing)
    assert view.x[view.shown_density.argmax()] == pytest.approx(4, abs=0.3)
    assert view.x[view.current_density.argmax()] == pytest.approx(6, abs=0.3)
    assert metrics.mean[0] == pytest.approx(4, abs=0.05)


@pytest.mark.parametrize("broken", ["generator", "discriminator"])
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e38])
def test_broken_weights_are_drawn_without_a_warning(broken: str, value: float) -> None:
    playing = new_game(small(replicas=2))
    getattr(playing, broken).weights.flat[1].fill_(value)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        view, metrics = drawn(playing)
    assert np.isfinite(metrics.w1[0])
    if broken == "generator":
        assert np.isnan(metrics.w1[1])
    assert np.isfinite(view.x).all()
    assert np.isfinite(view.shown_histogram).all()


def test_replicas_are_drawn_as_single_runs_are() -> None:
    fleet = new_game(small(seed=5, replicas=3))
    for i in range(3):
        view, metrics = drawn(fleet, replica=i)
        single, alone = drawn(new_game(small(seed=5 + i)))
        assert view.replica == i
        np.testing.assert_allclose(view.map, single.map, atol=1e-5)
        np.testing.assert_allclose(view.d, single.d, atol=1e-5)
        np.testing.assert_allclose(metrics.w1[i], alone.w1[0], rtol=1e-4)


def test_a_replica_that_is_not_there_is_the_last_one() -> None:
    view, _ = drawn(new_game(small(replicas=2)), replica=99)
    assert view.replica == 1


def test_a_fleet_is_measured_on_fewer_samples_while_it_trains() -> None:
    fleet = new_game(small(replicas=64))
    portrait = Portrait(fleet)
    assert not portrait.always_full
    _, live = drawn(fleet, Care.MEASURED)
    assert live.samples == 2**16 // 64
    assert drawn(fleet)[1].samples == SAMPLES
    assert portrait.floors["w1"].median > portrait.floors_of(Care.FULL)["w1"].median
    assert Portrait(new_game(small())).always_full
    assert portrait.draw(Watch(), Care.GLANCE, tiles=True).metrics is None


def test_counts_of_samples_share_a_budget() -> None:
    budgets = {"glance": 2**14, "measured": 2**16, "full": 2**21}
    assert set(sample_counts(1, 10_000, **budgets).values()) == {10_000}
    counts = sample_counts(64, 10_000, **budgets)
    assert counts == {Care.GLANCE: 256, Care.MEASURED: 1024, Care.FULL: 10_000}
    assert sample_counts(1024, 10_000, **budgets)[Care.FULL] == 2048


def test_the_small_pictures_of_a_fleet_are_densities() -> None:
    fleet = new_game(small(**LINE, replicas=3), line(4, 0.5))
    fleet.generator.weights.flat[1, 1] = 1e6
    fleet.generator.weights.flat[2, 1] = np.nan
    shown = Portrait(fleet).draw(Watch(), Care.FULL, tiles=True).fleet
    assert shown is not None
    low, high = shown.extent
    width = (high - low) / shown.shapes.shape[1]
    np.testing.assert_allclose(shown.shapes.sum(axis=1) * width, [1, 1, 0], atol=1e-4)
    assert shown.shapes[1, -1] * width == pytest.approx(1, rel=1e-4)
    np.testing.assert_allclose(shown.shapes[0], shown.target, atol=0.08)
    assert shown.target.sum() * width == pytest.approx(1, rel=1e-4)
    assert Portrait(new_game(small())).draw(Watch(), Care.FULL, tiles=True).fleet is None


def test_everything_that_is_drawn_is_read_only_float32() -> None:
    view, metrics = drawn(new_game(small()))
    arrays: list[Floats] = [v for v in (vars(view) | vars(metrics)).values() if v is not None]
    for array in arrays:
        if isinstance(array, np.ndarray):
            assert array.dtype == np.float32
            assert not array.flags.writeable
