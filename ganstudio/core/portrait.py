"""A picture of a game: what the views draw and what the metrics measure.

Nothing here draws from the run's own generators or changes a weight, so looking at a run never
changes it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Metrics, View
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.metrics import SAMPLES, Ruler, binned_share, kernel_density

if TYPE_CHECKING:
    from torch import Tensor

CURVE_POINTS = 401
HISTOGRAM_BINS = 160
MAP_LINES = 41
REACH = 8.0
"""The curves span the target's mean +- this many standard deviations, or a power of two of it."""
LARGEST_WIDENING = 5
FINEST = 4
"""Curves and histograms that span more have more points, up to this factor."""
CHUNK_NUMBERS = 2**24
"""Activations held at once while evaluating."""

Array = NDArray[np.float64]


class Portrait:
    """Draws pictures of one game.

    Args:
        game: whose networks are shown; its experiment's target never changes.
    """

    def __init__(self, game: Game) -> None:
        self._game = game
        self._target = game.experiment.target
        self._ruler = Ruler(self._target)
        self._real = np.sort(self._target.draw(np.random.default_rng(1), (SAMPLES,)))
        noise = game.experiment.noise
        self._z = self._on_device(noise.evaluation(SAMPLES))
        self._map_z = noise.grid(MAP_LINES)
        line = np.zeros((MAP_LINES, noise.dimensions), dtype=np.float32)
        line[:, 0] = self._map_z
        self._map_input = self._on_device(line)

    def draw(self) -> tuple[View, Metrics]:
        """The state of the game now."""
        game, averaged = self._game, self._game.experiment.ema > 0
        current = game.generator.weights.views
        shown = game.generator.weights.split(game.average) if averaged else current
        with torch.no_grad():
            samples = self._samples(current, self._z)
            shown_samples = self._samples(shown, self._z) if averaged else samples
            lines = self._samples(shown, self._map_input, ordered=False)
            x = self._grid(shown_samples)
            d = self._curve(x)
        return (
            self._view(x, d, samples, shown_samples, lines, averaged),
            self._ruler.measure(shown_samples),
        )

    def _view(
        self, x: Array, d: Array, samples: Array, shown: Array, lines: Array, averaged: bool
    ) -> View:
        bins = HISTOGRAM_BINS * (len(x) - 1) // (CURVE_POINTS - 1)
        edges = np.linspace(x[0], x[-1], bins + 1)
        p = self._target.density(x)
        current_density = _densities(samples, x)
        both = p + current_density
        d_best = np.divide(p, both, out=np.full_like(both, np.nan), where=both > 1e-12 * p.max())
        return View(
            x=_small(x),
            target_density=_small(p),
            shown_density=_small(_densities(shown, x) if averaged else current_density),
            current_density=_small(current_density),
            d=_small(d),
            d_best=_small(d_best),
            edges=_small(edges),
            target_histogram=_small(_histogram(self._real, edges)),
            shown_histogram=_small(np.stack([_histogram(row, edges) for row in shown])),
            z=self._map_z,
            map=_small(lines),
            d_reference=self._reference_words(),
        )

    def _on_device(self, values: NDArray[np.float32]) -> Tensor:
        return torch.from_numpy(values).to(self._game.device)

    def _samples(self, weights: list[Tensor], z: Tensor, *, ordered: bool = True) -> Array:
        """G(z) of every replica in the target's units, (R, count); sorted if `ordered`."""
        e = self._game.experiment
        widest = max([1, *(layer.width for layer in e.generator.layers)])
        chunk = max(1, CHUNK_NUMBERS // (len(z) * widest))
        parts = []
        for first in range(0, e.replicas, chunk):
            some = [w[first : first + chunk] for w in weights]
            out = e.generator(some, z.expand(some[0].shape[0], *z.shape))[..., 0]
            # torch sorts far faster than numpy here; NaN comes last in both.
            parts.append((out.sort(dim=1).values if ordered else out).cpu().numpy())
        shift, factor = e.scale
        return shift + factor * np.concatenate(parts).astype(np.float64)

    def _grid(self, shown: Array) -> Array:
        """x of the curves: wide enough for nearly all that half of the replicas generate."""
        reach = REACH * self._target.std
        outer = shown[:, [len(shown[0]) // 200, -1 - len(shown[0]) // 200]]
        off = np.abs(outer - self._target.mean).max(axis=1)
        finite = off[np.isfinite(off)]
        typical = float(np.median(finite)) if len(finite) else 0.0
        widening = 1
        while typical > widening * reach and widening < 2**LARGEST_WIDENING:
            widening *= 2
        points = (CURVE_POINTS - 1) * min(widening, FINEST) + 1
        ends = self._target.mean - widening * reach, self._target.mean + widening * reach
        return np.linspace(*ends, points)

    def _curve(self, x: Array) -> Array:
        """D(x) of every replica, (R, n)."""
        game = self._game
        e = game.experiment
        shift, factor = e.scale

        def stacked(values: Array) -> Tensor:
            column = ((values - shift) / factor).astype(np.float32)[:, None]
            return self._on_device(column).expand(e.replicas, *column.shape)

        others = None
        if e.discriminator.minibatch.enabled:
            # A real batch with nothing random in it: evenly spread quantiles.
            count = e.batch_size - 1
            others = stacked(self._target.quantile((np.arange(count) + 0.5) / count))
        logits = e.discriminator(game.discriminator.weights.views, stacked(x), others=others)
        return torch.sigmoid(logits)[..., 0].cpu().numpy().astype(np.float64)

    def _reference_words(self) -> str:
        e = self._game.experiment
        if not e.discriminator.minibatch.enabled:
            return ""
        return f"beside {e.batch_size - 1} real samples at even quantiles"


def _small(values: Array) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, dtype=np.float32)


def _histogram(x: Array, edges: Array) -> Array:
    """Density of sorted samples over the bins, the outer bins holding what lies beyond."""
    if not np.isfinite(x[[0, -1]]).all():
        return np.zeros(len(edges) - 1)
    return binned_share(np.searchsorted(x, edges) / len(x)) / np.diff(edges)


def _densities(samples: Array, x: Array) -> Array:
    rows = [
        kernel_density(row, x) if np.isfinite(row[[0, -1]]).all() else np.zeros(len(x))
        for row in samples
    ]
    return np.stack(rows)
