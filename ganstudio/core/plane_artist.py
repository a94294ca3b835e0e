"""Pictures and measures of a game in the plane."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, cast

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.control import Watch
from ganstudio.core.events import Fleet, Floor, PlaneMetrics, PlaneView
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Care, Eye, sample_counts, small
from ganstudio.core.networks import Pass
from ganstudio.core.plane_metrics import SAMPLES, PlaneRuler, plane_floors

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.targets import Plane

GRID = 48
"""D is drawn over so many times so many places."""
REACH = 1.2
"""The picture spans so many times what the target's points do, or a power of two of it."""
LARGEST_WIDENING = 4
MESH = 21
ARROWS = 64
GLANCE, MEASURED, FULL = 2**12, 2**14, 2**19
"""Points that the replicas of a fleet share, see `sample_counts`."""
FLEET_CELLS = 20

Array = NDArray[np.float64]


class PlaneArtist:
    """Draws and measures one game whose samples are points."""

    is_quick: ClassVar[bool] = True

    def __init__(self, game: Game) -> None:
        self._game, self._eye = game, Eye(game)
        e = game.experiment
        self._target = cast("Plane", e.target)
        self._counts = sample_counts(e.replicas, SAMPLES, GLANCE, MEASURED, FULL)
        self._z = {n: self._eye.inputs(n) for n in set(self._counts.values())}
        measured = {self._counts[care] for care in (Care.MEASURED, Care.FULL)}
        self._rulers = {n: PlaneRuler(self._target, n) for n in measured}
        self._real = self._target.points(np.random.default_rng(1), (SAMPLES,))
        self._reach = REACH * float(np.abs(self._real - np.array(self._target.centre)).max())
        self._mesh = self._noise_mesh()

    @property
    def always_full(self) -> bool:
        """Whether the run is measured on all samples while it trains, too."""
        return self._counts[Care.MEASURED] == self._counts[Care.FULL]

    def floors(self, care: Care) -> Mapping[str, Floor]:
        """Of the metrics measured with so much care."""
        return plane_floors(self._target, self._counts[care])

    @property
    def single_floor(self) -> float:
        """W1's floor of a run of one replica."""
        return plane_floors(self._target, SAMPLES)["w1"].median

    def samples(self, care: Care) -> Array:
        """Points of every replica's shown generator, (R, n, 2)."""
        found = self._eye.generate(self._eye.shown(), self._z[self._counts[care]])
        return self._eye.outward(found)

    def measure(self, samples: Array) -> PlaneMetrics:
        """The metrics of such points."""
        return self._rulers[samples.shape[1]].measure(samples)

    @property
    def batch(self) -> Tensor:
        """Some real points as D takes them, (n, 2)."""
        return self._eye.inward(self._real[:256])

    def view(self, watch: Watch, samples: Array | None) -> PlaneView:
        """The picture of one replica; `samples` are those of all, if there are any."""
        eye, averaged, replica = self._eye, self._game.averages, watch.replica
        z = self._z[SAMPLES]
        current = self._game.generator.weights.views
        if samples is not None and samples.shape[1] == SAMPLES:
            shown = samples[replica]
        else:
            shown = self._points(eye.shown(), z, replica)
        newest = self._points(current, z, replica) if averaged else shown
        x, y = self._grid(shown)
        places = np.stack(np.meshgrid(x, y), axis=-1).reshape(-1, 2)
        arrows, slope = self._pull(replica, newest[:ARROWS])
        mesh = eye.on_device(self._mesh.reshape(-1, self._mesh.shape[-1]))
        warped = self._points(eye.shown(), mesh, replica).reshape(*self._mesh.shape[:2], 2)
        return PlaneView(
            replica=replica,
            x=small(x),
            y=small(y),
            real=small(self._real),
            shown=small(shown),
            current=small(newest),
            d=small(eye.d_of(replica, places).reshape(len(y), len(x))),
            slope=small(slope),
            arrows=small(arrows),
            mesh=small(warped),
            d_reference=eye.reference_words(),
        )

    def fleet(self, samples: Array) -> Fleet:
        """Coarse shares of every replica's points."""
        x, y = self._ends(1)
        return Fleet(
            small(_cell_shares(samples, x, y)),
            small(_cell_shares(self._real[None], x, y)[0]),
            (*x, *y),
        )

    def _points(self, weights: list[Tensor], z: Tensor, replica: int) -> Array:
        return np.asarray(self._eye.outward(self._eye.generate(weights, z, replica))[0])

    def _pull(self, replica: int, points: Array) -> tuple[Array, Array]:
        """Some generated points, and where the generator's loss pushes each: -dL_G/dx."""
        e, d, own = self._game.experiment, self._game.discriminator, slice(replica, replica + 1)
        points = points[: len(points) // e.discriminator.packing * e.discriminator.packing]
        how = Pass([b[own] for b in d.buffers.views])
        weights = [w[own] for w in d.weights.views]
        real = self._eye.inward(self._real[: len(points)])[None]
        with torch.enable_grad():
            x = self._eye.inward(points)[None].requires_grad_()
            logits = e.discriminator(weights, x, how)
            beside = e.discriminator(weights, real, how) if e.loss.pairs else None
            # Summed over the points, so that an arrow is one point's own.
            loss = e.loss.generator(logits, beside).sum() * logits.shape[1]
            (slope,) = torch.autograd.grad(loss, x)
        return points, -slope[0].cpu().numpy().astype(np.float64)

    def _noise_mesh(self) -> NDArray[np.float32]:
        """Noise over an even grid of its first two numbers, the others 0: (a, b, dimensions)."""
        noise = self._game.experiment.noise
        values = noise.grid(MESH)
        rows = values if noise.dimensions > 1 else values[:1]
        mesh = np.zeros((len(rows), MESH, noise.dimensions), dtype=np.float32)
        mesh[..., 0] = values
        if noise.dimensions > 1:
            mesh[..., 1] = rows[:, None]
        return mesh

    def _ends(self, widening: int) -> tuple[tuple[float, float], tuple[float, float]]:
        reach = self._reach * widening
        x, y = self._target.centre
        return (x - reach, x + reach), (y - reach, y + reach)

    def _grid(self, shown: Array) -> tuple[Array, Array]:
        """x and y of the picture: wide enough for nearly all that is generated."""
        off = np.abs(shown - np.array(self._target.centre)).max(axis=1)
        typical = float(np.quantile(off, 0.98)) if np.isfinite(off).all() else 0.0
        widening = 1
        while typical > widening * self._reach and widening < 2**LARGEST_WIDENING:
            widening *= 2
        (left, right), (low, high) = self._ends(widening)
        return np.linspace(left, right, GRID), np.linspace(low, high, GRID)


def _cell_shares(points: Array, x: tuple[float, float], y: tuple[float, float]) -> Array:
    """Shares of the points (R, n, 2) in even cells, (R, cells, cells): rows are y."""
    replicas, count = points.shape[:2]
    low, high = np.array([x[0], y[0]]), np.array([x[1], y[1]])
    places = (points - low) / (high - low) * FLEET_CELLS
    inside = ((places >= 0) & (places < FLEET_CELLS)).all(axis=-1)
    cells = np.where(inside[..., None], places, 0).astype(np.int64)
    flat = cells[..., 1] * FLEET_CELLS + cells[..., 0]
    flat += FLEET_CELLS**2 * np.arange(replicas)[:, None]
    held = np.bincount(flat[inside], minlength=replicas * FLEET_CELLS**2)
    return np.asarray(held.reshape(replicas, FLEET_CELLS, FLEET_CELLS) / count)
