"""Noise: shapes, ranges, streams; the original programs' stratified noise."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from ganstudio.core.noise import NoiseDistribution, NormalNoise, StratifiedNoise, UniformNoise
from tests.core.helpers import members

KINDS = members(NoiseDistribution)
kinds = pytest.mark.parametrize("kind", KINDS)


@kinds
def test_shapes_and_types(kind: type[NoiseDistribution]) -> None:
    noise = kind()
    drawn = noise.draw(np.random.default_rng(0), 3, 8)
    assert drawn.shape == (3, 8, noise.dimensions)
    grid = noise.grid(11)
    assert grid.shape == (11,)
    assert (np.diff(grid) > 0).all()
    assert grid[0] == -grid[-1]
    evaluation = noise.evaluation(100)
    assert evaluation.shape == (100, noise.dimensions)
    assert drawn.dtype == grid.dtype == evaluation.dtype == np.float32


@kinds
def test_blocks_of_any_size_give_the_same_noise(kind: type[NoiseDistribution]) -> None:
    at_once = kind().draw(np.random.default_rng(5), 6, 7)
    rng = np.random.default_rng(5)
    pieces = [kind().draw(rng, n, 7) for n in (2, 1, 3)]
    np.testing.assert_array_equal(at_once, np.concatenate(pieces))


@kinds
def test_the_evaluation_noise_is_fixed(kind: type[NoiseDistribution]) -> None:
    np.testing.assert_array_equal(kind().evaluation(50), kind().evaluation(50))
    other = kind().evaluation(50, 1)
    assert other.shape == kind().evaluation(50).shape
    assert (other != kind().evaluation(50)).any(axis=1).all()
    np.testing.assert_array_equal(other, kind().evaluation(50, 1))


def test_stratified_is_the_first_programs_formula() -> None:
    noise = StratifiedNoise()
    expected = np.linspace(-8, 8, 12) + np.random.default_rng(2).random((4, 12)) * 0.01
    found = noise.draw(np.random.default_rng(2), 4, 12)
    np.testing.assert_array_equal(found[..., 0], expected.astype(np.float32))
    np.testing.assert_allclose(
        noise.evaluation(10_000)[:, 0], np.linspace(-8, 8, 10_000), atol=1e-6
    )


@pytest.mark.parametrize(
    ("noise", "distribution"),
    [
        (NormalNoise(size=3), stats.norm),
        (UniformNoise(size=3, limit=2), stats.uniform(-2, 4)),
    ],
)
def test_random_noise_follows_its_distribution(noise: NormalNoise, distribution: object) -> None:
    drawn = noise.draw(np.random.default_rng(0), 10, 500)
    for dimension in range(3):
        cdf = distribution.cdf  # type: ignore[attr-defined]  # scipy publishes no types
        assert stats.kstest(drawn[..., dimension].ravel(), cdf).pvalue > 1e-3
    assert noise.evaluation(20).shape == (20, 3)
