"""Densities on the line that people bring along: drawn by hand, or known from samples."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal, NamedTuple

from pydantic import Field, model_validator

from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint
from ganstudio.core.targets.distribution import FEWEST_SAMPLES, MOST_SAMPLES, Coordinate
from ganstudio.core.targets.line import Density

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Height = Annotated[float, Field(ge=0, le=1e6)]

LEAST_STD = 1e-6
NARROWEST = 0.01
"""Least width of the kernel as a share of the standard deviation.

Values that repeat, such as rounded ones, would else make it vanish.
"""
CELLS = 128
"""Of the table, in one width of the kernel."""
KERNEL_REACH = 9
"""The kernel is 0 beyond this many widths: 1e-19 of its mass."""


class Drawn(Density):
    """A density drawn by hand: straight lines between heights at even places."""

    kind: Literal["drawn"] = "drawn"
    low: Annotated[Coordinate, Hint("Where the first height stands.")] = -1.0
    high: Annotated[Coordinate, Hint("Where the last height stands.")] = 1.0
    heights: Annotated[
        tuple[Height, ...],
        Field(min_length=2, max_length=256),
        Hint("The density at even places from low to high; only their proportions count."),
    ] = (0.0, 1.0, 0.25, 0.5, 0.0)

    @model_validator(mode="after")
    def _drawable(self) -> Drawn:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        if not any(self.heights):
            raise ValueError("heights: all are 0; at least one must be above")
        return self

    @property
    def _step(self) -> float:
        return (self.high - self.low) / (len(self.heights) - 1)

    @property
    def _lines(self) -> tuple[Array, Array]:
        """The density at each place (n,), and the share of each stretch between them (n - 1,)."""
        heights = np.array(self.heights) / max(self.heights)
        areas = (heights[:-1] + heights[1:]) / 2 * self._step
        return heights / areas.sum(), areas / areas.sum()

    @property
    def mean(self) -> float:
        return self.low + self._moment(1)

    @property
    def std(self) -> float:
        return float(np.sqrt(self._moment(2) - self._moment(1) ** 2))

    def _moment(self, order: int) -> float:
        """E (x - low)^order, by two Gauss points a stretch: exact for cubics."""
        heights, _ = self._lines
        total = 0.0
        for t in (0.5 - np.sqrt(1 / 12), 0.5 + np.sqrt(1 / 12)):
            x = (np.arange(len(heights) - 1) + t) * self._step
            p = heights[:-1] * (1 - t) + heights[1:] * t
            total += float(np.sum(x**order * p)) * self._step / 2
        return total

    def density(self, x: Array) -> Array:
        heights, _ = self._lines
        places = np.linspace(self.low, self.high, len(heights))
        return np.asarray(np.interp(x, places, heights, left=0.0, right=0.0))

    def distribution(self, x: Array) -> Array:
        heights, shares = self._lines
        place = np.clip((np.asarray(x) - self.low) / self._step, 0, len(shares))
        k = np.minimum(place.astype(np.int64), len(shares) - 1)
        t = place - k
        rise = heights[k + 1] - heights[k]
        before = np.cumsum(shares) - shares
        return np.asarray(before[k] + self._step * t * (heights[k] + rise * t / 2))

    def quantile(self, p: Array) -> Array:
        heights, shares = self._lines
        p, ends = np.asarray(p), np.cumsum(shares)
        k = np.minimum(np.searchsorted(ends, p, side="right"), len(shares) - 1)
        # a t + (b - a) t^2 / 2 = rest, solved so that a flat or a rising line is no exception.
        rest = np.maximum(p - (ends - shares)[k], 0) / self._step
        a, b = heights[k], heights[k + 1]
        below = a + np.sqrt(np.maximum(a * a + 2 * (b - a) * rest, 0))
        t = np.divide(2 * rest, below, out=np.zeros_like(rest), where=below > 0)
        return np.asarray(self.low + (k + np.minimum(t, 1)) * self._step)

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.quantile(rng.random(shape))


class _Smoothed(NamedTuple):
    """Samples smoothed by a Gaussian kernel, as a table over even cells."""

    values: Array
    """The samples, (n,)"""
    width: float
    """One standard deviation of the kernel."""
    edges: Array
    """Of the cells, (m + 1,)"""
    cumulative: Array
    """P(X <= edge), (m + 1,)"""


@lru_cache(maxsize=4)
def _smoothed(values: tuple[float, ...]) -> _Smoothed:
    """Silverman (1986), eq. 3.31, with the convolution done by Fourier transforms.

    A sample counts to the two nearest cells in proportion, which moves the distribution
    function by less than 2e-6.
    """
    from scipy import fft, special

    x = np.array(values)
    quartiles = np.quantile(x, [0.25, 0.75])
    spread = min(x.std(), (quartiles[1] - quartiles[0]) / 1.34)
    width = max(0.9 * spread * len(x) ** -0.2, NARROWEST * float(x.std()))
    step, reach = width / CELLS, KERNEL_REACH * CELLS
    low = x.min() - reach * step
    place = (x - low) / step
    cell = place.astype(np.int64)
    cells = fft.next_fast_len(int(cell.max()) + reach + 2, real=True)
    counts = np.bincount(cell, 1 - (place - cell), cells)
    counts += np.bincount(cell + 1, place - cell, cells)
    kernel = np.zeros(cells)
    offsets = np.arange(-reach, reach + 1)
    kernel[offsets] = np.diff(special.ndtr(np.append(offsets - 0.5, reach + 0.5) / CELLS))
    # Nothing wraps around: the outer cells are empty as far as the kernel reaches.
    mass = np.maximum(fft.irfft(fft.rfft(counts) * fft.rfft(kernel), cells), 0)
    cumulative = np.append(0.0, np.cumsum(mass))
    edges = low + step * (np.arange(cells + 1) - 0.5)
    return _Smoothed(x, width, edges, cumulative / cumulative[-1])


class Samples(Density):
    """Samples from a file, such as one column of a table, smoothed by a Gaussian kernel."""

    kind: Literal["samples"] = "samples"
    values: Annotated[
        tuple[Coordinate, ...],
        Field(min_length=FEWEST_SAMPLES, max_length=MOST_SAMPLES, fail_fast=True),
        Hint("The samples, in any order."),
    ] = (-2.2, -2.0, -1.9, -1.7, -1.5, 0.7, 1.0, 1.1, 1.4, 1.8)

    @model_validator(mode="after")
    def _wide_enough(self) -> Samples:
        std = float(np.std(self.values))
        if std < LEAST_STD:
            raise ValueError(
                f"values: all are nearly the same (standard deviation {std:.2g}); they must "
                f"spread by at least {LEAST_STD:g}"
            )
        return self

    @property
    def mean(self) -> float:
        return float(_smoothed(self.values).values.mean())

    @property
    def std(self) -> float:
        found = _smoothed(self.values)
        return float(np.sqrt(found.values.var() + found.width**2))

    def density(self, x: Array) -> Array:
        _, _, edges, cumulative = _smoothed(self.values)
        middles = (edges[:-1] + edges[1:]) / 2
        height = np.diff(cumulative) / np.diff(edges)
        return np.asarray(np.interp(x, middles, height, left=0.0, right=0.0))

    def distribution(self, x: Array) -> Array:
        _, _, edges, cumulative = _smoothed(self.values)
        return np.asarray(np.interp(x, edges, cumulative))

    def quantile(self, p: Array) -> Array:
        _, _, edges, cumulative = _smoothed(self.values)
        return np.asarray(np.interp(p, cumulative, edges))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        from scipy import special

        values, width, _, _ = _smoothed(self.values)
        # Two uniform numbers a sample, side by side, keep the stream the same in any blocks.
        u = rng.random((*shape, 2))
        which = np.minimum((u[..., 0] * len(values)).astype(np.int64), len(values) - 1)
        return np.asarray(values[which] + width * special.ndtri(np.maximum(u[..., 1], 1e-300)))
