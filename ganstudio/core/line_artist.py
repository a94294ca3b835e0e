"""Pictures and measures of a game on the line."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.control import Watch
from ganstudio.core.events import Fleet, Floor, Metrics, View
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Care, Eye, sample_counts, small
from ganstudio.core.metrics import SAMPLES, Ruler, binned_share, floors, kernel_density

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.targets import Density

CURVE_POINTS = 401
HISTOGRAM_BINS = 160
MAP_LINES = 41
REACH = 8.0
"""The curves span the target's mean +- this many standard deviations, or a power of two of it."""
LARGEST_WIDENING = 5
FINEST = 4
"""Curves and histograms that span more have more points, up to this factor."""
GLANCE, MEASURED, FULL = 2**14, 2**16, 2**21
"""Samples that the replicas of a fleet share, see `sample_counts`."""
PICTURE = 4_096
"""Samples in the picture of one replica: always as many, however closely the run is measured."""
FLEET_BINS = 48
FLEET_REACH = 4.0

Array = NDArray[np.float64]
Small = NDArray[np.float32]


class LineArtist:
    """Draws and measures one game whose samples are numbers."""

    is_quick: ClassVar[bool] = True

    def __init__(self, game: Game) -> None:
        self._game, self._eye = game, Eye(game)
        e = game.experiment
        self._target = cast("Density", e.target)
        self._counts = sample_counts(e.replicas, SAMPLES, GLANCE, MEASURED, FULL)
        counts = {*self._counts.values(), PICTURE}
        self._z = {n: self._eye.inputs(n) for n in counts}
        measured = {self._counts[care] for care in (Care.MEASURED, Care.FULL)}
        self._rulers = {n: Ruler(self._target, n) for n in measured}
        self._real = np.sort(self._target.draw(np.random.default_rng(1), (SAMPLES,)))
        # The same for many frames, until the grid widens.
        self._still = lru_cache(maxsize=4)(self._draw_still)
        self._map_z = e.noise.grid(MAP_LINES)
        line = np.zeros((MAP_LINES, e.noise.dimensions), dtype=np.float32)
        line[:, 0] = self._map_z
        self._picture_z = torch.cat([self._z[PICTURE], self._eye.on_device(line)])

    @property
    def always_full(self) -> bool:
        """Whether the run is measured on all samples while it trains, too."""
        return self._counts[Care.MEASURED] == self._counts[Care.FULL]

    def floors(self, care: Care) -> Mapping[str, Floor]:
        """Of the metrics measured with so much care."""
        return floors(self._target, self._counts[care])

    @property
    def single_floor(self) -> float:
        """W1's floor of a run of one replica."""
        return floors(self._target, SAMPLES)["w1"].median

    def samples(self, care: Care) -> Array:
        """Sorted samples of every replica's shown generator, (R, n)."""
        return self._sorted(self._eye.shown(), self._z[self._counts[care]])

    def measure(self, samples: Array) -> Metrics:
        """The metrics of such samples."""
        count = samples.shape[1]
        # While a fleet trains nobody looks at it, unless a rule does.
        asked = self._game.experiment.early_stopping.metric == "kl"
        return self._rulers[count].measure(
            samples, with_kl=asked or count == self._counts[Care.FULL]
        )

    @property
    def batch(self) -> Tensor:
        """Some real samples as D takes them, (n, 1)."""
        return self._eye.inward(self._real[:: SAMPLES // 256, None])

    def view(self, watch: Watch, samples: Array | None) -> View:
        """The picture of one replica; it has samples of its own, so that it is even."""
        eye, averaged, replica = self._eye, self._game.averages, watch.replica
        # One pass for the samples and the map: each has a price, however few it is for.
        found = eye.generate(eye.shown(), self._picture_z, replica)[0, :, 0]
        shown, lines = self._in_order(found[:PICTURE]), eye.outward(found[PICTURE:])
        newest = shown
        if averaged:
            current = self._game.generator.weights.views
            newest = self._sorted(current, self._z[PICTURE], replica)[0]
        x = self._grid(shown)
        d = eye.d_of(replica, x[:, None])
        bins = HISTOGRAM_BINS * (len(x) - 1) // (CURVE_POINTS - 1)
        edges = np.linspace(x[0], x[-1], bins + 1)
        p, target_histogram = self._still(len(x), x[0], x[-1])
        p_g = _density(newest, x)
        best = self._game.experiment.loss.best(p, p_g)
        return View(
            replica=replica,
            x=small(x),
            target_density=small(p),
            shown_density=small(_density(shown, x) if averaged else p_g),
            current_density=small(p_g),
            d=small(d),
            d_best=small(np.full_like(x, np.nan) if best is None else best),
            edges=small(edges),
            target_histogram=target_histogram,
            shown_histogram=small(_histogram(shown, edges)),
            z=self._map_z,
            map=small(lines),
            d_reference=eye.reference_words(),
        )

    def _draw_still(self, points: int, low: float, high: float) -> tuple[Array, Small]:
        """What of the target is drawn over a grid: its density and its samples' histogram."""
        x = np.linspace(low, high, points)
        bins = HISTOGRAM_BINS * (points - 1) // (CURVE_POINTS - 1)
        histogram = small(_histogram(self._real, np.linspace(low, high, bins + 1)))
        return self._target.density(x), histogram

    def fleet(self, samples: Array) -> Fleet:
        """A coarse histogram of every replica."""
        reach = FLEET_REACH * self._target.std
        low, high = self._target.mean - reach, self._target.mean + reach
        width = (high - low) / FLEET_BINS
        replicas, count = samples.shape
        finite = np.isfinite(samples[:, [0, -1]]).all(axis=1, keepdims=True)
        places = np.clip((np.where(finite, samples, low) - low) / width, 0, None)
        cells = np.minimum(places, FLEET_BINS - 1).astype(np.int64)
        cells += FLEET_BINS * np.arange(replicas)[:, None]
        held = np.bincount(cells.ravel(), minlength=replicas * FLEET_BINS)
        shapes = held.reshape(replicas, FLEET_BINS) / (count * width) * finite
        edges = np.linspace(low, high, FLEET_BINS + 1)
        target = binned_share(self._target.distribution(edges)) / width
        return Fleet(small(shapes), small(target), (low, high))

    def _sorted(self, weights: list[Tensor], z: Tensor, replica: int | None = None) -> Array:
        return self._in_order(self._eye.generate(weights, z, replica)[..., 0])

    def _in_order(self, found: NDArray[np.float32]) -> Array:
        # numpy sorts float32 several times faster than float64; NaN comes last.
        return self._eye.outward(np.sort(found))

    def _grid(self, shown: Array) -> Array:
        """x of the curves: wide enough for nearly all that is generated."""
        reach = REACH * self._target.std
        outer = shown[[len(shown) // 200, -1 - len(shown) // 200]]
        off = np.abs(outer - self._target.mean).max()
        widening = 1
        while np.isfinite(off) and off > widening * reach and widening < 2**LARGEST_WIDENING:
            widening *= 2
        points = (CURVE_POINTS - 1) * min(widening, FINEST) + 1
        ends = self._target.mean - widening * reach, self._target.mean + widening * reach
        return _even(*ends, points)


@lru_cache(maxsize=16)
def _even(low: float, high: float, points: int) -> Array:
    return np.linspace(low, high, points)


def _histogram(x: Array, edges: Array) -> Array:
    """Density of sorted samples over the bins, the outer bins holding what lies beyond."""
    if not np.isfinite(x[[0, -1]]).all():
        return np.zeros(len(edges) - 1)
    return binned_share(np.searchsorted(x, edges) / len(x)) / np.diff(edges)


def _density(samples: Array, x: Array) -> Array:
    if not np.isfinite(samples[[0, -1]]).all():
        return np.zeros(len(x))
    return kernel_density(samples, x)
