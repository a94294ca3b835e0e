"""Distances between generated samples and the target, each with its floor.

All take sorted samples. A floor is what a perfect generator scores with the same number of
samples, found by letting the target itself play the generator.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Floor, Metrics
from ganstudio.core.targets import Density

Array = NDArray[np.float64]

SAMPLES = 10_000
JS_BINS = 160
JS_REACH = 8.0
"""The Jensen-Shannon histogram spans the target's mean +- this many standard deviations."""
FLOOR_TRIALS = 200


class Ruler:
    """Measures sorted samples against one target.

    Args:
        target: the distribution to be met.
        count: how many samples each measured set has.
    """

    def __init__(self, target: Density, count: int = SAMPLES) -> None:
        self.target = target
        self._quantiles = target.quantile((np.arange(count) + 0.5) / count)
        reach = JS_REACH * target.std
        self._edges = np.linspace(target.mean - reach, target.mean + reach, JS_BINS + 1)
        self._share = binned_share(target.distribution(self._edges))
        self._steps = np.arange(count + 1) / count

    def jensen_shannon(self, x: Array) -> float:
        """Jensen-Shannon divergence in bits over 160 bins; outliers count in the end bins.

        A divergence that drops what lies out of range would call a lost generator close.
        """
        below = np.searchsorted(x, self._edges) / len(x)
        p, q = self._share, binned_share(below)
        middle = (p + q) / 2
        return float((_relative_entropy(p, middle) + _relative_entropy(q, middle)) / 2)

    def wasserstein(self, x: Array) -> float:
        """1-Wasserstein distance: mean |x_(i) - q_(i)| against the target's quantiles."""
        return float(np.abs(x - self._quantiles).mean())

    def kolmogorov_smirnov(self, x: Array) -> float:
        """The largest distance between the two distribution functions."""
        cdf = self.target.distribution(x)
        return float(np.maximum(self._steps[1:] - cdf, cdf - self._steps[:-1]).max())

    def kullback_leibler(self, x: Array) -> float:
        """KL(p_data || p_g) in bits, with a Gaussian kernel density of the samples as p_g.

        p_g is held above 1e-12 of the target's scale: a generator that misses a part of the
        target scores large, not infinite.
        """
        grid = np.linspace(self._edges[0], self._edges[-1], 8 * JS_BINS + 1)
        p = self.target.density(grid)
        q = np.maximum(kernel_density(x, grid), 1e-12 / self.target.std)
        ratio = np.log2(np.where(p > 0, p, 1) / q)
        return float(np.sum(p * ratio) * (grid[1] - grid[0]))

    def measure(self, samples: Array) -> Metrics:
        """All metrics of sorted samples (R, count); NaN where a replica is not finite."""
        mu, sigma = self.target.mean, self.target.std
        rows = []
        for x in samples:
            if not np.isfinite(x[[0, -1]]).all():
                rows.append([np.nan] * 9)
                continue
            mean, std = float(x.mean()), float(x.std())
            rows.append(
                [
                    mean,
                    std,
                    std / sigma,
                    abs(mean - mu),
                    self.jensen_shannon(x),
                    self.kullback_leibler(x),
                    self.wasserstein(x),
                    self.kolmogorov_smirnov(x),
                    self.target.modes_found(x),
                ]
            )
        columns = np.array(rows, dtype=np.float32).T
        return Metrics(*(np.ascontiguousarray(column) for column in columns))


@lru_cache(maxsize=8)
def floors(target: Density, count: int = SAMPLES) -> Mapping[str, Floor]:
    """The floor of each metric that has one, by the name of its field in `Metrics`."""
    samples = target.draw(np.random.default_rng(0), (FLOOR_TRIALS, count))
    measured = Ruler(target, count).measure(np.sort(samples, axis=1))
    found = {}
    for name in ("js", "kl", "w1", "ks", "mean_error"):
        values = getattr(measured, name)
        found[name] = Floor(float(np.median(values)), float(np.quantile(values, 0.95)))
    off = np.abs(measured.std_ratio - 1)
    found["std_ratio"] = Floor(1.0, float(1 + np.quantile(off, 0.95)))
    return found


def binned_share(cumulative: Array) -> Array:
    """Share of each bin from the distribution function at its edges, the ends included."""
    inner = cumulative.copy()
    inner[0], inner[-1] = 0.0, 1.0
    return np.diff(inner)


def _relative_entropy(p: Array, q: Array) -> float:
    """sum p log2(p / q), with 0 log 0 = 0; q is positive wherever p is."""
    some = p > 0
    return float(np.sum(p[some] * np.log2(p[some] / q[some])))


def kernel_density(x: Array, grid: Array) -> Array:
    """Gaussian kernel density of sorted samples on an even grid (Silverman 1986, eq. 3.31).

    The samples are counted into the grid's cells first; those beyond it do not count.
    """
    step = grid[1] - grid[0]
    edges = np.append(grid - step / 2, grid[-1] + step / 2)
    share = np.diff(np.searchsorted(x, edges)) / (len(x) * step)
    quartiles = x[[len(x) // 4, 3 * len(x) // 4]]
    spread = min(x.std(), (quartiles[1] - quartiles[0]) / 1.34) or x.std()
    width = 0.9 * spread * len(x) ** -0.2 / step
    reach = min(int(np.ceil(4 * width)), len(grid) - 1)
    if reach < 1:
        return np.asarray(share)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) / width) ** 2)
    return np.convolve(share, kernel / kernel.sum())[reach : reach + len(grid)]
