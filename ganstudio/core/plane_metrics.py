"""Distances between generated points in the plane and the target, each with its floor.

As on the line, a floor is what a perfect generator scores with the same number of points.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from ganstudio.core.events import Floor, PlaneMetrics
from ganstudio.core.targets import MODE_SHARE, Plane

Array = NDArray[np.float64]
Small = NDArray[np.float32]

SAMPLES = 2_500
OF_ALL = ("std_ratio", "mean_error", "w1", "mmd")
OF_MODES = ("high_quality", "covered", "modes", "reverse_kl")
NAMES = OF_ALL + OF_MODES
HIGH_QUALITY = 3.0
"""Standard deviations from its mode within which a point is of high quality."""
DIRECTIONS = 100
"""Of the sliced distance, evenly over the half circle."""
REFERENCE = 2**14
"""Points that the target's quantiles in each direction come from."""
LEVELS = 32_000
"""Whole numbers that a projection is rounded to, on either side of 0."""
FAR = 1e9
"""Bandwidths at which the kernel is 0 anyhow, and which can still be squared."""
BLOCK = 64
"""Points of which all pairs count in the maximum mean discrepancy."""
MEDIAN_POINTS = 1_000
WITNESS_STEP = 1 / 8
WITNESS_REACH = 5.5
"""The table of the kernel's expectation: its step and its margin, in bandwidths."""
QUADRATURE = 5
"""Nodes across each bell, in each coordinate."""
NARROWEST = 1 / 32
"""Least bandwidth as a share of the target's extent: what keeps that table small."""
FLOOR_TRIALS = 32


class PlaneRuler:
    """Measures points (R, count, 2) against one target.

    Args:
        target: the distribution to be met.
        count: how many points each measured set has.
    """

    def __init__(self, target: Plane, count: int = SAMPLES) -> None:
        self._target, self._count = target, count
        self._centre, self._spread = np.array(target.centre), target.spread
        self._sliced = SlicedWasserstein(target, count)
        self._discrepancy = mean_discrepancy(target)

    def measure(self, points: Array) -> PlaneMetrics:
        """All metrics of points (R, count, 2); NaN where a replica is not finite."""
        finite = np.isfinite(points).all(axis=(1, 2))
        x = points[finite]
        columns = np.full((len(NAMES), len(points)), np.nan, dtype=np.float32)
        if len(x):
            mean = x.mean(axis=1)
            off = x - mean[:, None]
            rms = np.sqrt(np.einsum("rnk,rnk->r", off, off) / (2 * self._count))
            columns[:, finite] = [
                rms / self._spread,
                np.hypot(*(mean - self._centre).T),
                self._sliced.measure(x),
                self._discrepancy.measure(x),
                *self._of_modes(x),
            ]
        named = dict(zip(NAMES, columns, strict=True))
        return PlaneMetrics(**named, samples=self._count)

    def _of_modes(self, x: Array) -> Array:
        """High quality, covered, modes and reverse KL, (4, R).

        A point belongs to its nearest mode by Mahalanobis distance, and is of high quality within
        3 standard deviations of it: 98.89 % of a perfect generator's are (1 - exp(-9 / 2)).
        Without one such point, shares of modes, and so their KL, are not defined.
        """
        target, found = self._target, np.full((len(OF_MODES), len(x)), np.nan)
        centres, sigmas, shares = target.mode_centres, target.mode_sigma, target.mode_shares
        if centres is None or sigmas is None or shares is None:
            return found
        k, (across, up) = len(centres), np.ascontiguousarray(x.reshape(-1, 2).T)
        nearest, distance = np.zeros(len(up), dtype=np.int64), np.full(len(up), np.inf)
        for i, (centre, sigma) in enumerate(zip(centres, sigmas, strict=True)):
            here = ((across - centre[0]) ** 2 + (up - centre[1]) ** 2) / sigma**2
            np.copyto(nearest, i, where=here < distance)
            np.minimum(distance, here, out=distance)
        good = distance < HIGH_QUALITY**2
        cells = nearest + k * np.repeat(np.arange(len(x)), self._count)
        held = np.bincount(cells[good], minlength=k * len(x)).reshape(len(x), k)
        total = held.sum(axis=1)
        own = held / np.maximum(total, 1)[:, None]
        divergence = np.where(held > 0, own * np.log(np.where(held > 0, own, 1) / shares), 0)
        found[0] = total / self._count
        found[1] = (held > 0).sum(axis=1)
        found[2] = (held >= MODE_SHARE * self._count).sum(axis=1)
        found[3] = np.where(total > 0, divergence.sum(axis=1), np.nan)
        return found


class SlicedWasserstein:
    """The mean 1-Wasserstein distance of projections (Bonneel et al. 2015), even directions.

    A projection is compared to the target's quantiles in that direction. Sorting is what it
    costs, and whole numbers of 16 bits are sorted four times as fast: a coordinate is rounded by
    at most 1/64,000 of the farthest point's distance from the target's centre. That is nothing,
    unless one point lies 10,000 spreads away: then the distance, large already, is some 3 % off.
    """

    def __init__(self, target: Plane, count: int) -> None:
        self._centre, self._spread, self._count = np.array(target.centre), target.spread, count
        at = (np.arange(count) + 0.5) / count * REFERENCE - 0.5
        levels = np.arange(REFERENCE)
        reference = _projected_reference(target)
        rows = [np.interp(at, levels, row) for row in reference]
        self._quantiles = np.array(rows, dtype=np.float32)

    def measure(self, x: Array) -> Array:
        """In the target's units, of points (R, count, 2): (R,)."""
        return np.array([self._one(points) for points in x])

    def _one(self, points: Array) -> float:
        u = (points - self._centre) / self._spread
        farthest = float(np.sqrt((u * u).sum(axis=1).max())) or 1.0
        scaled = (u * (LEVELS / farthest)).astype(np.float32)
        projected = np.rint(_projections(scaled)).astype(np.int16)
        # The stable sort of such numbers is a radix sort.
        projected.sort(axis=1, kind="stable")
        off: Small = projected * np.float32(farthest / LEVELS)
        off -= self._quantiles
        return float(np.abs(off, out=off).mean(dtype=np.float64)) * self._spread


def _projections(u: Small) -> Small:
    """Points (n, 2) seen along each direction: (directions, n)."""
    angle = np.pi * (np.arange(DIRECTIONS) + 0.5) / DIRECTIONS
    directions = np.stack([np.cos(angle), np.sin(angle)], axis=1).astype(np.float32)
    return np.asarray(directions @ u.T)


@lru_cache(maxsize=4)
def _projected_reference(target: Plane) -> Small:
    """Sorted projections of evenly spread points of the target, standardised: (directions, n).

    Not random points but Roberts' additive sequence (2018) in three dimensions: its error falls
    nearly with 1 / n, so these few stand for the target itself.
    """
    root = 1.2207440846057596  # of x^4 = x + 1
    u = (0.5 + np.arange(1, REFERENCE + 1)[:, None] * root ** -np.arange(1.0, 4.0)) % 1
    standardised = ((target.place(u) - target.centre) / target.spread).astype(np.float32)
    found = _projections(standardised)
    found.sort(axis=1)
    return found


class MeanDiscrepancy:
    """Unbiased squared maximum mean discrepancy with a Gaussian kernel (Gretton et al. 2012).

    The kernel is k(x, y) = exp(-|x - y|^2 / 2 h^2), with h the median distance between two of the
    target's points. E k(x, x') is taken over all pairs within blocks of 64 points (the B-test,
    Zaremba et al. 2013). The target is a mixture of Gaussians, so E k(x, y) and E k(y, y') over it
    are known; no reference sample adds its own error.
    """

    def __init__(self, target: Plane) -> None:
        self._centre, self._spread = np.array(target.centre), target.spread
        shares, centres, sigmas = target.mixture
        low, high = (centres - self._centre).min(axis=0), (centres - self._centre).max(axis=0)
        extent = float((high - low).max() + 2 * sigmas.max())
        self.bandwidth = h = max(_median_distance(target), NARROWEST * extent)
        # To tabulate E k(x, y) over y is to widen each bell by the kernel.
        self._step, margin = WITNESS_STEP * h, WITNESS_REACH * (h + float(sigmas.max()))
        self._low = low - margin
        axes = [
            np.arange(a, b + self._step, self._step) + c
            for a, b, c in zip(self._low, high + margin, self._centre, strict=True)
        ]
        wide = np.sqrt(sigmas**2 + h**2)
        along = [
            np.exp(-0.5 * ((axis[:, None] - centres[:, i]) / wide) ** 2)
            for i, axis in enumerate(axes)
        ]
        witness = (along[0] * (shares * h**2 / wide**2)) @ along[1].T
        self._witness = ndimage.spline_filter(witness)
        self._expectation = self._mean_over_target(target)

    def _mean_over_target(self, target: Plane) -> float:
        """E k(y, y') over two independent points of the target, by Gauss-Hermite quadrature."""
        shares, centres, sigmas = target.mixture
        nodes, weights = np.polynomial.hermite_e.hermegauss(QUADRATURE)
        offsets = np.stack(np.meshgrid(nodes, nodes), axis=-1).reshape(-1, 2)
        places = centres[:, None] + sigmas[:, None, None] * offsets
        each = self._kernel_mean(places) @ np.outer(weights, weights).ravel()
        return float(shares @ each) / (2 * np.pi)

    def _kernel_mean(self, x: Array) -> Array:
        """E k(x, y) over the target's y, at points (m, n, 2): (m, n)."""
        place = (x - self._centre - self._low) / self._step
        found = ndimage.map_coordinates(
            self._witness, place.reshape(-1, 2).T, mode="constant", prefilter=False
        )
        return np.asarray(found.reshape(x.shape[:2]))

    def measure(self, x: Array) -> Array:
        """Of points (R, n, 2): (R,); can be below 0."""
        cross = self._kernel_mean(x).mean(axis=1)
        return np.asarray(self._within(x) - 2 * cross + self._expectation)

    def _within(self, x: Array) -> Array:
        """Mean k(x, x') over pairs of different points of one block."""
        replicas, n, _ = x.shape
        size = min(BLOCK, n)
        blocks = n // size
        # Around their own mean, so that float32 keeps their distances.
        u = (x - x.mean(axis=1, keepdims=True)) / (np.sqrt(2) * self.bandwidth)
        u = np.clip(u[:, : blocks * size], -FAR, FAR).astype(np.float32)
        u = u.reshape(replicas, blocks, size, 2)
        total = np.empty(replicas)
        for i, points in enumerate(u):
            off = points[:, :, None, 0] - points[:, None, :, 0]
            off *= off
            other = points[:, :, None, 1] - points[:, None, :, 1]
            other *= other
            off += other
            np.exp(np.negative(off, out=off), out=off)
            total[i] = off.sum(dtype=np.float64)
        pairs = blocks * size * (size - 1)
        return np.asarray((total - blocks * size) / pairs)


@lru_cache(maxsize=4)
def mean_discrepancy(target: Plane) -> MeanDiscrepancy:
    """The same for any number of points, so it is prepared once a target."""
    return MeanDiscrepancy(target)


def _median_distance(target: Plane) -> float:
    """Between two of the target's points."""
    pairs = target.points(np.random.default_rng(0), (2, MEDIAN_POINTS))
    return float(np.median(np.hypot(*(pairs[0] - pairs[1]).T)))


@lru_cache(maxsize=8)
def plane_floors(target: Plane, count: int = SAMPLES) -> Mapping[str, Floor]:
    """The floor of each metric that has one, by the name of its field in `PlaneMetrics`.

    Of shares and numbers of modes, where more is better, it is the ceiling.
    """
    points = target.points(np.random.default_rng(0), (FLOOR_TRIALS, count))
    measured = PlaneRuler(target, count).measure(points)
    found = {}
    for name in OF_ALL[1:] + (OF_MODES if target.mode_centres is not None else ()):
        values = getattr(measured, name)
        found[name] = Floor(float(np.median(values)), float(np.quantile(values, 0.95)))
    off = np.abs(measured.std_ratio - 1)
    found["std_ratio"] = Floor(1.0, float(1 + np.quantile(off, 0.95)))
    return found
