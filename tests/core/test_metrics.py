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
    smoothed,
)
from ganstudio.core.targets import (
    Component,
    Density,
    Drawn,
    Gaussian,
    GaussianMixture,
    Laplace,
    Samples,
    Uniform,
)

TARGET = Gaussian()
TARGETS: list[Density] = [TARGET, GaussianMixture(), Uniform(), Laplace(), Drawn(), Samples()]


def samples(mean: float, std: float, seed: int = 0, count: int = SAMPLES) -> np.ndarray:
    return np.sort(np.random.default_rng(seed).normal(mean, std, count))


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(("mean", "std"), [(4, 0.5), (4, 0.05), (-3, 6), (1e3, 1)])
def test_against_scipy(target: Density, mean: float, std: float) -> None:
    x, ruler = samples(mean, std, count=2000), Ruler(target, 2000)
    rows = x[None]
    exact = target.quantile((np.arange(2000) + 0.5) / 2000)
    assert ruler.wasserstein(rows)[0] == pytest.approx(stats.wasserstein_distance(x, exact))
    assert ruler.kolmogorov_smirnov(rows)[0] == pytest.approx(
        stats.kstest(x, target.distribution).statistic
    )
    edges = np.linspace(target.mean - 8 * target.std, target.mean + 8 * target.std, JS_BINS + 1)
    counted = np.histogram(np.clip(x, edges[0], edges[-1]), edges)[0]
    theirs = jensenshannon(counted, binned_share(target.distribution(edges)), base=2) ** 2
    assert ruler.jensen_shannon(rows)[0] == pytest.approx(theirs, abs=2e-4)


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
    (found,) = Ruler(TARGET).kullback_leibler(samples(4.5, 0.7)[None])
    exact = (np.log(0.7 / 0.5) + (0.25 + 0.25) / (2 * 0.49) - 0.5) / np.log(2)
    assert found == pytest.approx(exact, abs=0.03)


def test_samples_that_are_not_finite_have_no_metrics() -> None:
    rows = np.stack([samples(4, 0.5), np.full(SAMPLES, np.nan), np.full(SAMPLES, np.inf)])
    rows = np.vstack([rows, np.r_[samples(4, 0.5)[:-1], np.nan][None]])
    found = Ruler(TARGET).measure(rows)
    assert found.samples == SAMPLES
    for name in set(vars(found)) - {"samples"}:
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


def test_the_kernel_density_has_gaussian_tails() -> None:
    """Far from all samples it is that of the nearest, not 0: log2 of it is a distance."""
    x = samples(0, 1, count=512)
    grid = np.linspace(-8, 8, 1281)
    width = 0.9 * min(x.std(), (x[384] - x[128]) / 1.34) * 512**-0.2
    theirs = stats.norm.pdf(grid[:, None], x, width).mean(axis=1)
    seen = theirs > 1e-9
    # Out there half a cell, to which samples are rounded, is an eighth of the density.
    np.testing.assert_allclose(kernel_density(x, grid)[seen], theirs[seen], rtol=0.15)


@pytest.mark.parametrize("width", [0.4, 1.99, 2.01, 30.0, 2000.0])
def test_rows_of_cells_are_smoothed_each_with_its_own_width(width: float) -> None:
    cells = np.random.default_rng(0).random((3, 200))
    widths = np.array([width, 0.0, 5.0])
    found = smoothed(cells, widths)
    for row, own, seen in zip(cells, widths, found, strict=True):
        offsets = np.arange(-199, 200)
        kernel = np.exp(-0.5 * (offsets / own) ** 2) if own else (offsets == 0).astype(float)
        # The whole of a Gaussian sums to its width times sqrt(2 pi), even beyond these cells.
        total = own * np.sqrt(2 * np.pi) if own > 2 else kernel.sum()
        np.testing.assert_allclose(seen, np.convolve(row, kernel / total, "valid"), atol=1e-7)


@pytest.mark.parametrize("target", TARGETS)
def test_replicas_do_not_mind_each_other(target: Density) -> None:
    rng = np.random.default_rng(5)
    rows = [target.mean + target.std * s * rng.normal(size=512) for s in (1, 0.01, 0.2, 30, 1e6)]
    x = np.sort(np.stack([*rows, target.draw(rng, (512,))]), axis=1)
    together = Ruler(target, 512).measure(x)
    for i, row in enumerate(x):
        alone = Ruler(target, 512).measure(row[None])
        for name in set(vars(alone)) - {"samples"}:
            one = getattr(alone, name)[0]
            assert getattr(together, name)[i] == pytest.approx(one, rel=1e-5, abs=1e-6), name


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("count", [1, 2, 3, 37, 512, 3001])
def test_kolmogorov_smirnov_looks_at_enough_samples(target: Density, count: int) -> None:
    rng = np.random.default_rng(count)
    near = target.draw(rng, (12, count))
    far = target.mean + target.std * np.exp(rng.normal(size=(12, 1))) * rng.normal(size=(12, count))
    x = np.sort(np.concatenate([near, far, np.round(far, 1)]), axis=1)
    for row, found in zip(x, Ruler(target, count).kolmogorov_smirnov(x), strict=True):
        assert found == pytest.approx(stats.kstest(row, target.distribution).statistic, abs=1e-12)


def test_modes_found_are_those_of_the_nearest_bells() -> None:
    target = GaussianMixture(
        components=(
            Component(mu=0, sigma=0.1),
            Component(mu=0.2, sigma=1),
            Component(mu=3, sigma=0.5),
            Component(mu=3.1, sigma=0.5),
            Component(mu=90, sigma=0.01),
        )
    )
    rng = np.random.default_rng(1)
    for scale in (0.05, 1.0, 40.0):
        x = np.sort(scale * rng.normal(1, 1, (20, 700)), axis=1)
        mu, sigma = (np.array([getattr(c, n) for c in target.components]) for n in ("mu", "sigma"))
        off = np.abs((x[..., None] - mu) / sigma)
        nearest = np.where(off.min(axis=-1) < 3, off.argmin(axis=-1), -1)
        held = (nearest[..., None] == np.arange(5)).mean(axis=1)
        np.testing.assert_array_equal(target.modes_found(x), (held >= 0.01).sum(axis=1))
    assert len(set(target.modes_found(np.sort(target.draw(rng, (5, 4000)), axis=1)))) == 1
