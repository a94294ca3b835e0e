"""Targets: density, distribution, quantile and samples say the same thing."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy import integrate, stats

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
from tests.core.helpers import members

EXAMPLES: list[Density] = [
    Gaussian(),
    Gaussian(mu=-300.0, sigma=0.01),
    GaussianMixture(),
    GaussianMixture(
        components=(
            Component(weight=5, mu=-3, sigma=0.2),
            Component(weight=1, mu=0, sigma=1),
            Component(weight=0.1, mu=40, sigma=3),
        )
    ),
    GaussianMixture(components=(Component(mu=2, sigma=1e-3),)),
    Uniform(),
    Uniform(low=3, high=3.5),
    Laplace(),
    Laplace(mu=50, scale=0.01),
    Drawn(),
    Drawn(low=10, high=10.5, heights=(3, 3)),
    Drawn(low=-1, high=0, heights=(0, 0, 7, 0, 0, 1e-9, 2, 2)),
    Samples(),
    Samples(values=tuple(np.random.default_rng(2).normal(20, 3, 5000))),
    Samples(values=(*np.random.default_rng(2).normal(0, 0.1, 40), 3.0, 3.0, 3.1)),
]
examples = pytest.mark.parametrize("target", EXAMPLES, ids=lambda t: f"{t.kind}-{t.mean:.3g}")


def test_every_target_has_an_example() -> None:
    assert {type(target) for target in EXAMPLES} == set(members(Density))


@examples
def test_the_density_integrates_to_one_with_its_mean_and_std(target: Density) -> None:
    # Through the quantiles, so that no narrow bell is missed: pieces of equal probability.
    edges = np.unique(np.r_[target.quantile(np.linspace(1e-6, 1 - 1e-6, 201)), _ends(target)])
    x = np.concatenate([np.linspace(a, b, 500) for a, b in pairwise(edges)])
    p = target.density(x)
    assert integrate.trapezoid(p, x) == pytest.approx(1, abs=1e-4)
    off = integrate.trapezoid(p * (x - target.mean), x)
    assert off == pytest.approx(0, abs=1e-3 * target.std)
    variance = integrate.trapezoid(p * (x - target.mean) ** 2, x)
    assert np.sqrt(variance) == pytest.approx(target.std, rel=2e-3)


def _ends(target: Density) -> np.ndarray:
    if isinstance(target, (Uniform, Drawn)):
        return np.array([target.low, target.high])
    return np.array([target.mean - 12 * target.std, target.mean + 12 * target.std])


@examples
def test_the_distribution_is_the_integral_of_the_density(target: Density) -> None:
    for level in (0.1, 0.5, 0.77):
        x = float(target.quantile(np.array([level]))[0])
        h = 1e-4 * target.std
        slope = (target.distribution(np.array(x + h)) - target.distribution(np.array(x - h))) / (
            2 * h
        )
        assert slope == pytest.approx(float(target.density(np.array(x))), rel=0.02, abs=1e-6)


@examples
@pytest.mark.parametrize("count", [5, 50, 10_000])
def test_quantile_undoes_the_distribution(target: Density, count: int) -> None:
    p = (np.arange(count) + 0.5) / count
    x = target.quantile(p)
    assert x.shape == p.shape
    assert (np.diff(x) >= 0).all()
    np.testing.assert_allclose(target.distribution(x), p, atol=2e-6)


@examples
def test_samples_follow_the_distribution(target: Density) -> None:
    x = target.draw(np.random.default_rng(1), (20, 500))
    assert x.shape == (20, 500)
    assert stats.kstest(x.ravel(), target.distribution).pvalue > 1e-3


@examples
def test_blocks_of_any_size_give_the_same_samples(target: Density) -> None:
    at_once = target.draw(np.random.default_rng(3), (6, 10))
    rng = np.random.default_rng(3)
    pieces = [target.draw(rng, (n, 10)) for n in (1, 3, 2)]
    np.testing.assert_array_equal(at_once, np.concatenate(pieces))


@examples
def test_points_are_the_samples_with_an_axis_of_their_own(target: Density) -> None:
    points = target.points(np.random.default_rng(4), (3, 5))
    assert points.shape == (3, 5, target.dimensions) == (3, 5, 1)
    np.testing.assert_array_equal(points[..., 0], target.draw(np.random.default_rng(4), (3, 5)))
    assert (target.centre, target.spread) == ((target.mean,), target.std)


@examples
def test_shapes_are_kept(target: Density) -> None:
    x = np.full((2, 3, 4), target.mean)
    assert target.density(x).shape == target.distribution(x).shape == (2, 3, 4)
    assert target.quantile(np.full((2, 3), 0.5)).shape == (2, 3)


def test_a_mixture_is_the_weighted_sum_of_its_bells() -> None:
    mixture = GaussianMixture(
        components=(Component(weight=3, mu=-1, sigma=0.5), Component(weight=1, mu=2, sigma=1))
    )
    x = np.linspace(-4, 6, 101)
    expected = 0.75 * stats.norm.pdf(x, -1, 0.5) + 0.25 * stats.norm.pdf(x, 2, 1)
    np.testing.assert_allclose(mixture.density(x), expected, rtol=1e-12)
    assert mixture.mean == pytest.approx(-0.25)


def test_a_mixture_at_the_limits_of_its_fields() -> None:
    far = GaussianMixture(
        components=(Component(mu=-1e6, sigma=1e-3), Component(mu=1e6, sigma=1e6, weight=1e6))
    )
    for count in (9, 1000):
        p = (np.arange(count) + 0.5) / count
        np.testing.assert_allclose(far.distribution(far.quantile(p)), p, atol=1e-5)


@examples
def test_targets_in_use_can_be_compared(target: Density) -> None:
    """A second run of a mixture failed on this: floors are kept by target."""
    again = type(target).model_validate(target.model_dump())
    for one in (target, again):
        one.density(np.zeros(3))
    assert target == again
    assert hash(target) == hash(again)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (Gaussian(), [4.062865110546697, 3.9339475683543492, 4.320211325221641]),
        (GaussianMixture(), [1.693270910648236, -3.065705660313199, 2.678960354440358]),
        (Uniform(), [0.2739233746429086, -0.4604265724722594, -0.9180529521276106]),
    ],
    ids=lambda value: getattr(value, "kind", ""),
)
def test_the_streams_are_those_of_earlier_versions(target: Density, expected: list[float]) -> None:
    """Same experiment, same numbers: for years."""
    drawn = target.draw(np.random.default_rng(0), (3,))
    np.testing.assert_allclose(drawn, expected, rtol=1e-14)


def test_laplace_is_scipy_s() -> None:
    target, theirs = Laplace(mu=3, scale=0.7), stats.laplace(3, 0.7)
    x, p = np.linspace(-9, 15, 301), np.linspace(1e-9, 1 - 1e-9, 301)
    np.testing.assert_allclose(target.density(x), theirs.pdf(x), rtol=1e-12)
    np.testing.assert_allclose(target.distribution(x), theirs.cdf(x), rtol=1e-12)
    np.testing.assert_allclose(target.quantile(p), theirs.ppf(p), rtol=1e-12)
    assert target.std == pytest.approx(theirs.std())


def test_a_drawn_triangle_is_scipy_s() -> None:
    target, theirs = Drawn(low=2, high=6, heights=(0, 0.4, 0)), stats.triang(0.5, 2, 4)
    x, p = np.linspace(1, 7, 301), np.linspace(0, 1, 101)
    np.testing.assert_allclose(target.density(x), theirs.pdf(x), atol=1e-14)
    np.testing.assert_allclose(target.distribution(x), theirs.cdf(x), atol=1e-14)
    np.testing.assert_allclose(target.quantile(p), theirs.ppf(p), rtol=1e-12)
    assert (target.mean, target.std) == pytest.approx((theirs.mean(), theirs.std()))


def test_only_the_proportions_of_drawn_heights_count() -> None:
    x = np.linspace(-1, 1, 77)
    small, large = (Drawn(heights=tuple(s * h for h in (0, 2, 1, 5))) for s in (1e-300, 1e5))
    np.testing.assert_allclose(small.density(x), large.density(x), rtol=1e-12)


@pytest.mark.parametrize("count", [10, 300, 20_000])
def test_samples_are_smoothed_as_scipy_does(count: int) -> None:
    values = np.random.default_rng(count).normal(7, 2, count)
    values[::3] *= 1.5
    target = Samples(values=tuple(values))
    width = 0.9 * min(values.std(), stats.iqr(values) / 1.34) * count**-0.2
    x = np.linspace(-5, 20, 41)
    off = (x[:, None] - values) / width
    np.testing.assert_allclose(
        target.density(x), stats.norm.pdf(off).mean(axis=1) / width, atol=1e-4 / target.std
    )
    np.testing.assert_allclose(target.distribution(x), stats.norm.cdf(off).mean(axis=1), atol=4e-6)


def test_samples_that_repeat_keep_some_width() -> None:
    """Half of the values are one: the quartiles give no width."""
    target = Samples(values=(5.0,) * 60 + tuple(np.linspace(0, 10, 50)))
    assert target.density(np.array([5.0]))[0] < 100 / target.std
    rounded = Samples(values=(0.0,) * 19_990 + (1e6,) * 10)
    assert np.isfinite(rounded.quantile(np.linspace(0.001, 0.999, 50))).all()
    assert rounded.distribution(np.array([5e5])) == pytest.approx(19_990 / 20_000, abs=1e-6)
