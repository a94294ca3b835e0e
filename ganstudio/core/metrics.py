"""Distances between generated samples on the line and the target, each with its floor.

All take sorted samples, many replicas at once. A floor is what a perfect generator scores with
the same number of samples, found by letting the target itself play the generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray
from scipy import fft

from ganstudio.core.events import Floor, Metrics
from ganstudio.core.targets import Density

Array = NDArray[np.float64]
Counts = NDArray[np.int64]

SAMPLES = 10_000
NAMES = ("mean", "std", "std_ratio", "mean_error", "js", "kl", "w1", "ks", "modes")
JS_BINS = 160
JS_REACH = 8.0
"""The Jensen-Shannon histogram spans the target's mean +- this many standard deviations."""
KDE_CELLS = 8
"""Of the Kullback-Leibler grid, in one bin."""
FLOOR_TRIALS = 200
CHUNK_NUMBERS = 2**17
"""Samples of the trials that are measured at once: what stays in a core's own memory."""
KERNEL_REACH = 7.5
"""Beyond so many widths a Gaussian kernel is below 1e-12 of its peak."""
SHORT_ALONE = 20.0
"""Width in cells up to which one row alone is faster without a Fourier transform."""
SHORT_KERNEL = 2.0
"""Width in cells from which a Gaussian sampled at the cells is one to 9 digits."""


class Ruler:
    """Measures sorted samples (R, count) against one target; each metric is (R,).

    Args:
        target: the distribution to be met.
        count: how many samples each measured set has.
    """

    def __init__(self, target: Density, count: int = SAMPLES) -> None:
        self._target, self._count = target, count
        self._mean, self._std = target.mean, target.std
        self._quantiles = target.quantile((np.arange(count) + 0.5) / count)
        reach = JS_REACH * self._std
        self._low = self._mean - reach
        edges = np.linspace(self._low, self._mean + reach, JS_BINS + 1)
        self._share = binned_share(target.distribution(edges))
        grid = np.linspace(edges[0], edges[-1], KDE_CELLS * JS_BINS + 1)
        self._step = float(grid[1] - grid[0])
        self._density = target.density(grid)
        self._entropy = float(_x_log2_x(self._density).sum()) * self._step

    def jensen_shannon(self, x: Array) -> Array:
        """Jensen-Shannon divergence in bits over 160 bins; outliers count in the end bins.

        A divergence that drops what lies out of range would call a lost generator close.
        """
        return self._jensen_shannon(self._halves(x))

    def wasserstein(self, x: Array) -> Array:
        """1-Wasserstein distance: mean |x_(i) - q_(i)| against the target's quantiles."""
        off = x - self._quantiles
        return np.asarray(np.abs(off, out=off).mean(axis=1))

    def kolmogorov_smirnov(self, x: Array) -> Array:
        """The largest distance between the two distribution functions.

        Exact, though only some samples are looked at: the target's distribution function F
        rises, so that its values at every k-th sample bound what may lie between them.
        """
        n, cdf = self._count, self._target.distribution
        stride = max(1, round(np.sqrt(n) / 6))
        known = np.unique(np.append(np.arange(0, n, stride), n - 1))
        f = cdf(x[:, known])
        best = np.maximum((known + 1) / n - f, f - known / n).max(axis=1)
        a, b = known[:-1], known[1:]
        bound = np.maximum(b / n - f[:, :-1], f[:, 1:] - (a + 1) / n)
        row, block = np.nonzero(bound > best[:, None])
        inside = np.minimum(a[block][:, None] + np.arange(1, stride), n - 1)
        f = cdf(x[row[:, None], inside])
        found = np.maximum((inside + 1) / n - f, f - inside / n)
        np.maximum.at(best, row, found.max(axis=1, initial=0.0))
        return np.asarray(best)

    def kullback_leibler(self, x: Array) -> Array:
        """KL(p_data || p_g) in bits, with a Gaussian kernel density of the samples as p_g.

        p_g is held above 1e-12 of the target's scale: a generator that misses a part of the
        target scores large, not infinite.
        """
        return self._kullback_leibler(x, self._halves(x), x.std(axis=1))

    def _halves(self, x: Array) -> Counts:
        """How many samples lie in each half of a cell of the Kullback-Leibler grid.

        A cell has half a step on both sides of its node, a bin reaches from node to node: both
        histograms are sums of these. (R, 1 + halves + 1), the outer ones hold the rest.
        """
        halves = 2 * len(self._density)
        place = (x - (self._low - self._step / 2)) * (2 / self._step)
        np.clip(place, -1, halves, out=place)
        place += 1 + (halves + 2) * np.arange(len(x))[:, None]
        counts = np.bincount(place.astype(np.int64).ravel(), minlength=len(x) * (halves + 2))
        return counts.reshape(len(x), halves + 2)

    def _jensen_shannon(self, halves: Counts) -> Array:
        starts = np.arange(2, halves.shape[1] - 2, 2 * KDE_CELLS)
        starts[0] = 0
        q = np.add.reduceat(halves, starts, axis=1) / self._count
        own = (_x_log2_x(self._share).sum() + _x_log2_x(q).sum(axis=1)) / 2
        return np.asarray(own - _x_log2_x((self._share + q) / 2).sum(axis=1))

    def _kullback_leibler(self, x: Array, halves: Counts, std: Array) -> Array:
        share = (halves[:, 1:-1:2] + halves[:, 2:-1:2]) / (self._count * self._step)
        q = smoothed(share, silverman(x, std) / self._step)
        np.log2(np.maximum(q, 1e-12 / self._std, out=q), out=q)
        return np.asarray(self._entropy - q @ self._density * self._step)

    def measure(self, samples: Array, *, with_kl: bool = True) -> Metrics:
        """All metrics of sorted samples (R, count); NaN where a replica is not finite.

        The Kullback-Leibler divergence costs as much as all the others; it is NaN without.
        """
        finite = np.isfinite(samples[:, [0, -1]]).all(axis=1)
        x = samples if finite.all() else samples[finite]
        columns = np.full((len(NAMES), len(samples)), np.nan, dtype=np.float32)
        if len(x):
            mean, std, halves = x.mean(axis=1), x.std(axis=1), self._halves(x)
            columns[:, finite] = [
                mean,
                std,
                std / self._std,
                np.abs(mean - self._mean),
                self._jensen_shannon(halves),
                self._kullback_leibler(x, halves, std) if with_kl else np.full(len(x), np.nan),
                self.wasserstein(x),
                self.kolmogorov_smirnov(x),
                self._target.modes_found(x),
            ]
        named = dict(zip(NAMES, columns, strict=True))
        return Metrics(**named, samples=self._count)


@lru_cache(maxsize=8)
def floors(target: Density, count: int = SAMPLES) -> Mapping[str, Floor]:
    """The floor of each metric that has one, by the name of its field in `Metrics`."""
    ruler, rng = Ruler(target, count), np.random.default_rng(0)
    rows = max(1, CHUNK_NUMBERS // count)
    parts = []
    for first in range(0, FLOOR_TRIALS, rows):
        trials = target.draw(rng, (min(rows, FLOOR_TRIALS - first), count))
        parts.append(ruler.measure(np.sort(trials, axis=1)))
    found = {}
    for name in ("js", "kl", "w1", "ks", "mean_error"):
        values = np.concatenate([getattr(part, name) for part in parts])
        found[name] = Floor(float(np.median(values)), float(np.quantile(values, 0.95)))
    off = np.abs(np.concatenate([part.std_ratio for part in parts]) - 1)
    found["std_ratio"] = Floor(1.0, float(1 + np.quantile(off, 0.95)))
    return found


def binned_share(cumulative: Array) -> Array:
    """Share of each bin from the distribution function at its edges, the ends included."""
    inner = cumulative.copy()
    inner[0], inner[-1] = 0.0, 1.0
    return np.diff(inner)


def _x_log2_x(p: Array) -> Array:
    """p log2(p), with 0 log 0 = 0."""
    return np.asarray(p * np.log2(np.where(p > 0, p, 1)))


def kernel_density(x: Array, grid: Array) -> Array:
    """Gaussian kernel density of sorted samples (n,) on an even grid (Silverman 1986, eq. 3.31).

    The samples are counted into the grid's cells first; those beyond it do not count.
    """
    step = grid[1] - grid[0]
    edges = np.append(grid - step / 2, grid[-1] + step / 2)
    share = np.diff(np.searchsorted(x, edges)) / (len(x) * step)
    width = silverman(x[None], x.std(keepdims=True)) / step
    return np.asarray(smoothed(share[None], width)[0])


def silverman(x: Array, std: Array) -> Array:
    """The kernel's width for sorted samples (R, n) with standard deviations (R,): (R,)."""
    n = x.shape[1]
    quartiles = (x[:, 3 * n // 4] - x[:, n // 4]) / 1.34
    spread = np.minimum(std, quartiles)
    return np.asarray(0.9 * np.where(spread > 0, spread, std) * n**-0.2)


def smoothed(cells: Array, widths: Array) -> Array:
    """Rows of even cells (R, n), each convolved with a Gaussian of its own width in cells (R,)."""
    out, n = np.empty(cells.shape), cells.shape[1]
    short = widths < (SHORT_KERNEL if len(cells) > 1 else SHORT_ALONE)
    for i in np.flatnonzero(short):
        out[i] = _smoothed_a_little(cells[i], widths[i])
    if not short.all():
        wide = widths[~short]
        reach = np.minimum(KERNEL_REACH * wide, n)
        # Room beyond the ends keeps the convolution from wrapping around.
        size = fft.next_fast_len(n + int(reach.max()), real=True)
        waves = fft.rfft(cells[~short], size, axis=1)
        waves *= _transforms(wide, reach == n, size)
        out[~short] = np.maximum(fft.irfft(waves, size, axis=1)[:, :n], 0)
    return out


def _smoothed_a_little(cells: Array, width: float) -> Array:
    """One row; a Gaussian of few cells is not one, so its weights are made to sum to 1."""
    reach = int(np.ceil(KERNEL_REACH * width))
    if not reach:
        return cells
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(cells, kernel / kernel.sum())[reach : reach + len(cells)]


def _transforms(widths: Array, vast: NDArray[np.bool_], size: int) -> Array:
    """Fourier transforms of Gaussians, themselves Gaussian unless they reach beyond `size`."""
    turns = np.pi * np.arange(size // 2 + 1) / size
    found = np.exp(-2 * (widths[:, None] * turns) ** 2)
    if vast.any():
        offsets = np.minimum(np.arange(size), size - np.arange(size))
        width = widths[vast, None]
        kernels = np.exp(-0.5 * (offsets / width) ** 2) / (width * np.sqrt(2 * np.pi))
        found[vast] = fft.rfft(kernels, axis=1).real
    return np.asarray(found)
