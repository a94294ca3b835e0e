"""Metrics in the plane against scipy, closed forms and the figures that metrics.md gives."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats
from scipy.spatial.distance import cdist

from ganstudio.core.plane_metrics import (
    BLOCK,
    DIRECTIONS,
    NAMES,
    SAMPLES,
    MeanDiscrepancy,
    PlaneRuler,
    SlicedWasserstein,
    plane_floors,
)
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

ONE_BELL = Gaussians(components=(PlaneComponent(x=3.0, y=-1.0, sigma=2.0),))
UNEVEN = Gaussians(
    components=(
        PlaneComponent(weight=3, x=0, y=0, sigma=0.1),
        PlaneComponent(weight=1, x=0.5, y=0, sigma=1.0),
    )
)
TARGETS: list[Plane] = [Ring(), Grid(), UNEVEN, TwoMoons(), Spiral(), Points()]
every_target = pytest.mark.parametrize("target", TARGETS, ids=lambda t: t.kind)


def perfect(target: Plane, replicas: int, count: int = SAMPLES, seed: int = 9) -> np.ndarray:
    return target.points(np.random.default_rng(seed), (replicas, count))


@pytest.mark.parametrize("target", [Ring(), Grid()], ids=lambda t: t.kind)
def test_a_perfect_generator_has_the_known_quality(target: Ring | Grid) -> None:
    found = PlaneRuler(target).measure(perfect(target, 20))
    assert found.high_quality.mean() == pytest.approx(1 - np.exp(-4.5), abs=1.5e-3)
    assert (found.covered == target.modes).all()
    assert (found.modes == target.modes).all()
    # 2 n KL is nearly chi-squared, with one degree less than there are modes.
    assert found.reverse_kl.mean() == pytest.approx((target.modes - 1) / (2 * SAMPLES), rel=0.3)
    assert found.std_ratio == pytest.approx(1, abs=0.03)


def test_one_mode_alone() -> None:
    points = np.array([0.0, 1.0]) + 0.01 * np.random.default_rng(0).normal(size=(1, SAMPLES, 2))
    found = PlaneRuler(Ring()).measure(points)
    assert found.reverse_kl[0] == pytest.approx(np.log(8))
    assert (found.covered[0], found.modes[0]) == (1, 1)
    assert found.mean_error[0] == pytest.approx(1, abs=1e-3)
    assert found.std_ratio[0] == pytest.approx(0.01 / Ring().spread, rel=0.05)


def test_few_points_cover_a_mode_but_do_not_hold_it() -> None:
    points = np.tile(Ring().mode_centres[0], (1, SAMPLES, 1))
    points[0, :24] = Ring().mode_centres[1]
    points[0, 24:49] = Ring().mode_centres[2]
    found = PlaneRuler(Ring()).measure(points)
    assert (found.covered[0], found.modes[0]) == (3, 2)
    own = np.array([SAMPLES - 49, 24, 25]) / SAMPLES
    assert found.reverse_kl[0] == pytest.approx((own * np.log(8 * own)).sum(), rel=1e-5)


def test_the_nearest_mode_is_so_by_its_own_width() -> None:
    # 0.4 from the narrow bell is 4 of its sigmas, and 0.1 of the wide one's from the other.
    points = np.tile([0.4, 0.0], (2, 500, 1))
    points[1] = [0.1, 0.0]
    found = PlaneRuler(UNEVEN, 500).measure(points)
    np.testing.assert_allclose(found.high_quality, 1)
    np.testing.assert_allclose(found.reverse_kl[0], np.log(4), rtol=1e-6)
    # There 1 of the narrow one's sigmas is farther than 0.4 of the wide one's.
    np.testing.assert_allclose(found.reverse_kl[1], np.log(4), rtol=1e-6)
    points[:] = [0.02, 0.0]
    found = PlaneRuler(UNEVEN, 500).measure(points)
    np.testing.assert_allclose(found.reverse_kl, np.log(4 / 3), rtol=1e-6)


def test_a_lost_generator_has_no_shares_of_modes() -> None:
    found = PlaneRuler(Ring()).measure(perfect(Ring(), 1) + 50)
    assert (found.high_quality[0], found.covered[0], found.modes[0]) == (0, 0, 0)
    assert np.isnan(found.reverse_kl[0])
    assert found.w1[0] == pytest.approx(np.hypot(50, 50) * 2 / np.pi, rel=0.01)
    # E k(x, x') of its own points stays, and so does E k(y, y').
    near = MeanDiscrepancy(Ring())
    assert found.mmd[0] == pytest.approx(2 * near._mean_over_target(Ring()), rel=0.02)


@every_target
def test_the_sliced_distance_is_scipy_s_in_every_direction(target: Plane) -> None:
    rng, count = np.random.default_rng(4), 600
    exact = perfect(target, 1, 30_000, seed=1)[0]
    sliced = SlicedWasserstein(target, count)
    for scale, shift in ((1.0, 0.0), (0.1, 0.3), (5.0, 20.0)):
        points = target.centre + target.spread * (scale * rng.normal(size=(count, 2)) + [shift, 0])
        angle = np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
        theirs = [
            stats.wasserstein_distance(points @ direction, exact @ direction)
            for direction in np.stack([np.cos(angle), np.sin(angle)], axis=1)[::5]
        ]
        ours = sliced.measure(points[None])[0]
        # The other directions lie between these.
        assert ours == pytest.approx(np.mean(theirs), rel=0.03, abs=0.01 * target.spread)


def test_one_far_point_leaves_the_sliced_distance_right() -> None:
    points = perfect(Ring(), 1)[0]
    points[7] = [1e4, 0]
    exact = perfect(Ring(), 1, 60_000, seed=1)[0]
    angle = np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
    theirs = [
        stats.wasserstein_distance(points @ direction, exact @ direction)
        for direction in np.stack([np.cos(angle), np.sin(angle)], axis=1)
    ]
    # All others are then rounded coarsely.
    assert SlicedWasserstein(Ring(), SAMPLES).measure(points[None])[0] == pytest.approx(
        np.mean(theirs), rel=0.04
    )


def test_the_discrepancy_is_the_definition_s() -> None:
    """One block, all pairs, and a large sample of the target for what is known of it."""
    for target in (UNEVEN, TwoMoons()):
        ours = MeanDiscrepancy(target)
        x = np.random.default_rng(3).normal(0.3, 0.6, (BLOCK, 2))
        y = perfect(target, 1, 6000)[0]

        def kernel(a: np.ndarray, b: np.ndarray, h: float = ours.bandwidth) -> np.ndarray:
            return np.asarray(np.exp(-cdist(a, b, "sqeuclidean") / (2 * h * h)))

        within = (kernel(x, x).sum() - BLOCK) / (BLOCK * (BLOCK - 1))
        known = (kernel(y, y).sum() - len(y)) / (len(y) * (len(y) - 1))
        theirs = within - 2 * kernel(x, y).mean() + known
        assert ours.measure(x[None])[0] == pytest.approx(theirs, abs=4e-3)
        distances = cdist(y[:2000], y[2000:4000])
        assert ours.bandwidth == pytest.approx(np.median(distances), rel=0.1)


def test_the_discrepancy_between_two_bells_is_in_closed_form() -> None:
    ours = MeanDiscrepancy(ONE_BELL)
    h = ours.bandwidth
    # For bells of variances s and t whose means are d apart: h^2 / v exp(-d^2 / 2 v),
    # v = h^2 + s + t.
    shift, s, t = 3.0, 0.25, 4.0
    rng = np.random.default_rng(8)
    x = np.array([3.0 + shift, -1.0]) + np.sqrt(s) * rng.normal(size=(40, SAMPLES, 2))
    between = h**2 / (h**2 + s + t) * np.exp(-(shift**2) / (2 * (h**2 + s + t)))
    exact = h**2 / (h**2 + 2 * s) - 2 * between + h**2 / (h**2 + 2 * t)
    assert ours.measure(x).mean() == pytest.approx(exact, rel=0.005)


@every_target
def test_the_discrepancy_is_unbiased(target: Plane) -> None:
    ours = MeanDiscrepancy(target)
    for count in (BLOCK - 3, 700):
        found = ours.measure(perfect(target, 300, count, seed=count))
        assert abs(found.mean()) < 3.5 * found.std() / np.sqrt(len(found)) + 3e-5
        assert found.min() < 0


@every_target
def test_a_perfect_generator_scores_the_floor(target: Plane) -> None:
    for count in (500, SAMPLES):
        found = PlaneRuler(target, count).measure(perfect(target, 30, count))
        assert found.samples == count
        floors = plane_floors(target, count)
        assert ("reverse_kl" in floors) == (target.mode_centres is not None)
        for name in ("w1", "mean_error", "mmd", *({"reverse_kl"} & set(floors))):
            values = getattr(found, name)
            assert (values <= floors[name].high).mean() > 0.7, name
            scale = floors[name].high - floors[name].median
            assert abs(np.median(values) - floors[name].median) < scale, name
        off = np.abs(found.std_ratio - 1) <= floors["std_ratio"].high - 1
        assert off.mean() > 0.7


def test_floors_of_shares_are_ceilings() -> None:
    floors = plane_floors(Ring())
    assert floors["high_quality"].median == pytest.approx(0.9889, abs=1.5e-3)
    assert floors["covered"].median == floors["modes"].median == 8


def test_points_that_are_not_finite_have_no_metrics() -> None:
    points = perfect(Ring(), 4)
    points[1] = np.nan
    points[2, 100, 1] = np.inf
    found, alone = PlaneRuler(Ring()).measure(points), PlaneRuler(Ring()).measure(points[3:])
    for name in NAMES:
        column = getattr(found, name)
        assert np.isfinite(column).tolist() == [True, False, False, True]
        assert column[3] == pytest.approx(getattr(alone, name)[0], rel=1e-4, abs=1e-6)
        assert not column.flags.writeable
    lost = PlaneRuler(Ring()).measure(points[1:3])
    assert all(np.isnan(getattr(lost, name)).all() for name in NAMES)


def test_a_shape_without_modes_has_no_metrics_of_them() -> None:
    found = PlaneRuler(TwoMoons()).measure(perfect(TwoMoons(), 2))
    for name in NAMES:
        modal = name in ("high_quality", "covered", "modes", "reverse_kl")
        assert np.isnan(getattr(found, name)).all() == modal


@pytest.mark.parametrize("value", [0.0, 1e-30, 1e30])
def test_degenerate_points_do_not_warn(value: float) -> None:
    points = np.full((1, 300, 2), value)
    points[0, 0] = -value
    for target in (Ring(), Points()):
        found = PlaneRuler(target, 300).measure(points)
        assert np.isfinite([found.w1[0], found.mmd[0], found.mean_error[0]]).all()


def test_points_far_apart_keep_the_table_small() -> None:
    """Two clusters a million apart, each narrower than a thousandth: median distances of both."""
    rng = np.random.default_rng(0)
    near = tuple((float(x), float(y)) for x, y in rng.normal(0, 1e-3, (95, 2)))
    many = (*near, *[(1e6, 1e6)] * 5)
    target = Points(positions=many, sigma=1e-6)
    found = PlaneRuler(target, 500).measure(perfect(target, 20, 500))
    assert abs(found.mmd.mean()) < 0.01
    assert (found.w1 < 0.2 * target.spread).all()
