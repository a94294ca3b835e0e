"""Targets in the plane: density, samples, centre and spread say the same thing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial import KDTree

from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import (
    Gaussians,
    Grid,
    Plane,
    PlaneComponent,
    Points,
    Ring,
    Spiral,
    TwoMoons,
)
from ganstudio.errors import SpecError
from tests.core.helpers import members

EXAMPLES: list[Plane] = [
    Ring(),
    Ring(modes=1, radius=30, sigma=5),
    Grid(),
    Grid(side=4, spacing=0.5, sigma=0.1),
    Gaussians(),
    Gaussians(
        components=(
            PlaneComponent(weight=5, x=-300, y=2, sigma=0.2),
            PlaneComponent(weight=1, x=-299, y=1, sigma=1),
        )
    ),
    TwoMoons(),
    Spiral(),
    Spiral(turns=0.5, noise=0.3),
    Points(),
]
examples = pytest.mark.parametrize("target", EXAMPLES, ids=lambda t: f"{t.kind}-{t.spread:.3g}")


def test_every_target_has_an_example() -> None:
    assert {type(target) for target in EXAMPLES} == set(members(Plane))


@examples
def test_the_density_integrates_to_one_with_its_centre_and_spread(target: Plane) -> None:
    # An even grid sums a sum of Gaussians exactly, once it is finer than their sigmas.
    assert target.mixture.sigmas.min() > 0
    low = target.mixture.centres.min(axis=0) - 7 * target.mixture.sigmas.max()
    high = target.mixture.centres.max(axis=0) + 7 * target.mixture.sigmas.max()
    step = target.mixture.sigmas.min() / 2
    x, y = (np.arange(a, b, step) for a, b in zip(low, high, strict=True))
    p = target.density_on_grid(x, y) * step**2
    assert p.sum() == pytest.approx(1, abs=1e-6)
    mean = np.array([(p @ np.ones_like(x)) @ y, (p @ x).sum()])[::-1]
    np.testing.assert_allclose(mean, target.centre, atol=1e-6 * target.spread)
    square = (p @ (x - mean[0]) ** 2).sum() + p.sum(axis=1) @ (y - mean[1]) ** 2
    assert np.sqrt(square / 2) == pytest.approx(target.spread, rel=1e-6)


@examples
def test_both_densities_are_one(target: Plane) -> None:
    points = target.points(np.random.default_rng(0), (40,))
    x, y = np.sort(points, axis=0).T
    grid = target.density_on_grid(x, y)
    xy = np.stack(np.meshgrid(x, y), axis=-1)
    theirs = sum(
        share * stats.norm.pdf(xy[..., 0], c[0], s) * stats.norm.pdf(xy[..., 1], c[1], s)
        for share, c, s in zip(*target.mixture, strict=True)
    )
    np.testing.assert_allclose(target.density(xy), theirs, rtol=1e-9, atol=1e-100)
    np.testing.assert_allclose(grid, theirs, rtol=1e-9, atol=1e-100)


@examples
def test_samples_follow_the_density(target: Plane) -> None:
    points = target.points(np.random.default_rng(1), (8, 500)).reshape(-1, 2)
    shares, centres, sigmas = target.mixture
    for angle in (0.0, 0.7, 2.0):
        direction = np.array([np.cos(angle), np.sin(angle)])
        # A projection of the mixture is a mixture on the line.
        places = centres @ direction

        def cdf(x: np.ndarray, places: np.ndarray = places) -> np.ndarray:
            return np.asarray(stats.norm.cdf((x[:, None] - places) / sigmas) @ shares)

        assert stats.kstest(points @ direction, cdf).pvalue > 1e-3


@examples
def test_blocks_of_any_size_give_the_same_points(target: Plane) -> None:
    at_once = target.points(np.random.default_rng(3), (6, 10))
    assert at_once.shape == (6, 10, 2)
    rng = np.random.default_rng(3)
    pieces = [target.points(rng, (n, 10)) for n in (1, 3, 2)]
    np.testing.assert_array_equal(at_once, np.concatenate(pieces))


@examples
def test_targets_in_use_can_be_compared_and_saved(target: Plane) -> None:
    again = type(target).model_validate(target.model_dump())
    for one in (target, again):
        one.density(np.zeros((3, 2)))
    assert target == again
    assert hash(target) == hash(again)
    assert target.model_dump() == again.model_dump()


def test_the_standard_ring_and_grid() -> None:
    ring, grid = Ring(), Grid()
    assert (ring.modes, grid.modes) == (8, 25)
    np.testing.assert_allclose(np.hypot(*ring.mode_centres.T), 1)
    turn = ring.mode_centres[2] - ring.mode_centres[0]
    np.testing.assert_allclose(turn, [-1, 1], atol=1e-12)
    assert ring.mode_sigma.tolist() == [0.01] * 8
    assert {tuple(c) for c in grid.mode_centres.tolist()} == {
        (x, y) for x in (-4, -2, 0, 2, 4) for y in (-4, -2, 0, 2, 4)
    }
    np.testing.assert_allclose(grid.mode_shares, 1 / 25)
    assert grid.spread == pytest.approx(np.sqrt(8 + 0.05**2))


def test_modes_are_those_of_what_has_modes() -> None:
    for target in EXAMPLES:
        modal = isinstance(target, (Ring, Grid, Gaussians))
        for found in (target.mode_centres, target.mode_sigma, target.mode_shares):
            assert (found is not None) == modal
            assert found is None or len(found) == target.modes
        assert modal or target.modes == 1


def test_points_lie_along_their_curves() -> None:
    # At the least noise allowed the bells still run into one another.
    for target in (TwoMoons(noise=0.02), Spiral(turns=5, noise=0.02)):
        gaps = KDTree(target.mixture.centres).query(target.mixture.centres, 2)[0][:, 1]
        assert gaps.max() < 0.02
    moons = TwoMoons().mixture.centres
    upper, lower = moons[:256], moons[256:]
    np.testing.assert_allclose(np.hypot(*upper.T), 1)
    np.testing.assert_allclose(np.hypot(lower[:, 0] - 1, lower[:, 1] - 0.5), 1)
    assert upper[:, 1].min() > 0
    assert lower[:, 1].max() < 0.5
    x, y = Spiral(turns=2).mixture.centres.T
    radius = np.hypot(x, y)
    angle = np.unwrap(np.arctan2(y, x))
    np.testing.assert_allclose(angle - angle[-1], 4 * np.pi * (radius - radius[-1]), atol=0.02)
    steps = np.hypot(np.diff(x), np.diff(y))
    assert steps.max() < 1.01 * steps.min()


def test_points_of_a_file_scatter_around_them() -> None:
    given = ((0.0, 0.0), (5.0, 1.0), (2.0, 9.0))
    found = Points(positions=given, sigma=1e-6).points(np.random.default_rng(0), (3000,))
    distance, nearest = KDTree(given).query(found)
    assert distance.max() < 1e-5
    assert (np.bincount(nearest) > 900).all()


@pytest.mark.parametrize(
    ("data", "says"),
    [
        ({"kind": "points", "positions": [[1, 2], [3, float("nan")]] * 9000}, "positions.1.1"),
        ({"kind": "points", "positions": [[1, 2]] * 2}, "at least 3 items"),
        ({"kind": "points", "positions": [[1, 2]] * 20_001}, "at most 20000 items"),
        ({"kind": "points", "positions": [[1, 2, 3]] * 4}, "positions.0"),
        ({"kind": "points", "sigma": 0}, "greater than or equal to 0.000001"),
        ({"kind": "samples", "values": [float("inf")] * 100}, "values.0: .*finite"),
        ({"kind": "samples", "values": [3.0] * 100}, "nearly the same"),
        ({"kind": "drawn", "heights": [0, 0]}, "all are 0"),
        ({"kind": "drawn", "low": 2, "high": 2}, "must be below"),
        ({"kind": "spiral", "noise": 0.001}, "noise"),
    ],
)
def test_what_is_refused_is_one_sentence(data: dict[str, object], says: str) -> None:
    with pytest.raises(SpecError, match=says) as caught:
        Experiment.parse({"target": data})
    assert len(str(caught.value)) < 150
