"""Metrics against scipy and against the figures that metrics.md gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import jensenshannon

from ganstudio.core.metrics import (
    JS_BINS,
    SAMPLES,
    Ruler,
    binned_share,
    floors,
    kernel_density,
)
from ganstudio.core.targets import Density, Gaussian, GaussianMixture, Uniform

TARGET = Gaussian()
TARGETS: list[Density] = [TARGET, GaussianMixture(), Uniform()]


def samples(mean: float, std: float, seed: int = 0, count: int = SAMPLES) -> np.ndarray:
    return np.sort(np.random.default_rng(seed).normal(mean, std, count))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("mean", "std"), [(4, 0.5), (4, 0.05), (-3, 6), (1e3, 1)])
def test_against_scipy(target: Density, mean: float, std: float) -> None:
    x, ruler = samples(mean, std, count=2000), Ruler(target, 2000)
    exact = target.quantile((np.arange(2000) + 0.5) / 2000)
    assert ruler.wasserstein(x) == pytest.approx(stats.wasserstein_distance(x, exact))
    assert ruler.kolmogorov_smirnov(x) == pytest.approx(
        stats.kstest(x, target.distribution).statistic
    )
    edges = np.linspace(target.mean - 8 * target.std, target.mean + 8 * target.std, JS_BINS + 1)
    counted = np.histogram(np.clip(x, edges[0], edges[-1]), edges)[0]
    theirs = jensenshannon(counted, binned_share(target.distribution(edges)), base=2) ** 2
    assert ruler.jensen_shannon(x) == pytest.approx(theirs, abs=2e-4)


def test_a_collapsed_generator() -> None:
    found = Ruler(TARGET).measure(samples(4, 0.05)[None])
    assert found.w1[0] == pytest.approx(0.359, abs=0.002)
    assert found.js[0] == pytest.approx(0.62, abs=0.01)
    assert found.std_ratio[0] == pytest.approx(0.1, rel=0.03)
    assert found.mean_error[0] < 0.002


def test_floors_are_the_published_ones() -> None:
    found = floors(TARGET)
    for name, median, high in (
        ("js", 0.0015, 0.0019),
        ("w1", 0.0060, 0.0104),
        ("ks", 0.0083, 0.0133),
    ):
        assert found[name].median == pytest.approx(median, rel=0.08), name
        assert found[name].high == pytest.approx(high, rel=0.08), name
    assert set(found) == {"js", "kl", "w1", "ks", "mean_error", "std_ratio"}


@pytest.mark.parametrize("target", TARGETS)
def test_a_perfect_generator_scores_the_floor(target: Density) -> None:
    x = np.sort(target.draw(np.random.default_rng(99), (20, SAMPLES)), axis=1)
    found = Ruler(target).measure(x)
    for name, floor in floors(target).items():
        if name != "std_ratio":
            share = (getattr(found, name) <= floor.high).mean()
            assert share > 0.7, name
            assert 0.5 < np.median(getattr(found, name)) / floor.median < 2, name


def test_floors_scale_with_the_target() -> None:
    wide = floors(Gaussian(mu=-7, sigma=50))
    assert wide["w1"].median == pytest.approx(100 * floors(TARGET)["w1"].median, rel=0.02)
    assert wide["js"].median == pytest.approx(floors(TARGET)["js"].median, rel=0.02)


def test_a_lost_generator_scores_the_worst() -> None:
    """One published run scored .26 with W1 = 9.1, because out-of-range mass was dropped."""
    found = Ruler(TARGET).measure(samples(400, 1)[None])
    assert found.js[0] == pytest.approx(1, abs=0.01)
    assert found.w1[0] == pytest.approx(396, rel=1e-3)
    assert found.ks[0] == pytest.approx(1)
    assert np.isfinite(found.kl[0])


def test_the_kl_divergence_of_two_gaussians() -> None:
    found = Ruler(TARGET).kullback_leibler(samples(4.5, 0.7))
    exact = (np.log(0.7 / 0.5) + (0.25 + 0.25) / (2 * 0.49) - 0.5) / np.log(2)
    assert found == pytest.approx(exact, abs=0.03)


def test_samples_that_are_not_finite_have_no_metrics() -> None:
    rows = np.stack([samples(4, 0.5), np.full(SAMPLES, np.nan), np.full(SAMPLES, np.inf)])
    rows = np.vstack([rows, np.r_[samples(4, 0.5)[:-1], np.nan][None]])
    found = Ruler(TARGET).measure(rows)
    for name in vars(found):
        column = getattr(found, name)
        assert np.isfinite(column[0])
        assert np.isnan(column[1:]).all()
        assert not column.flags.writeable


def test_identical_samples_have_metrics() -> None:
    found = Ruler(TARGET).measure(np.full((1, SAMPLES), 4.0))
    assert found.std[0] == 0
    assert found.w1[0] == pytest.approx(0.5 * np.sqrt(2 / np.pi), rel=1e-3)
    assert np.isfinite(found.kl[0])


@pytest.mark.parametrize("scale", [1e-30, 1e30])
def test_extreme_samples_do_not_warn(scale: float) -> None:
    found = Ruler(TARGET).measure(np.sort(samples(0, 1) * scale)[None])
    assert np.isfinite(found.js[0])


def test_the_kernel_density_is_scipy_s() -> None:
    x = samples(4, 0.5, count=5000)
    grid = np.linspace(0, 8, 801)
    spread = min(x.std(), stats.iqr(x) / 1.34)
    theirs = stats.gaussian_kde(x, 0.9 * spread * 5000**-0.2 / x.std(ddof=1))(grid)
    np.testing.assert_allclose(kernel_density(x, grid), theirs, atol=0.01)
