"""The shapes in the plane that one can choose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec
from ganstudio.core.targets.distribution import (
    FEWEST_POINTS,
    MOST_POINTS,
    Coordinate,
    Share,
    Spread,
)
from ganstudio.core.targets.plane import Mixture, Plane, even_mixture

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

MOON_BELLS = 256
SPIRAL_BELLS = 1024
"""So many that two neighbours on a curve are nearer than the narrowest sigma allowed there."""

CurveNoise = Annotated[
    float,
    Field(ge=0.02, le=10),
    Hint("How far points lie off the curve: one standard deviation.", log=True),
]


class _Modal(Plane):
    """A shape whose bells are the modes that a generator has to find."""

    @property
    def mode_centres(self) -> Array:
        return self.mixture.centres

    @property
    def mode_sigma(self) -> Array:
        return self.mixture.sigmas

    @property
    def mode_shares(self) -> Array:
        return self.mixture.shares


class _Modeless(Plane):
    """A shape without modes to be counted."""

    @property
    def modes(self) -> int:
        return 1


class Ring(_Modal):
    """Equal bells evenly around a circle: the standard test for mode collapse."""

    kind: Literal["ring"] = "ring"
    modes: Annotated[int, Field(ge=1, le=64), Hint("How many bells stand on the circle.")] = 8
    radius: Annotated[Spread, Hint("Of the circle.")] = 1.0
    sigma: Annotated[
        Spread, Hint("How wide each bell is: one standard deviation.", label="Std σ", log=True)
    ] = 0.01

    def _mixture(self) -> Mixture:
        angle = 2 * np.pi * np.arange(self.modes) / self.modes
        circle = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        return even_mixture(self.radius * circle, self.sigma)


class Grid(_Modal):
    """Equal bells on a square grid around 0: harder than a ring, for there are more of them."""

    kind: Literal["grid"] = "grid"
    side: Annotated[int, Field(ge=1, le=12), Hint("Bells along one side of the square.")] = 5
    spacing: Annotated[Spread, Hint("Distance between two neighbours.")] = 2.0
    sigma: Annotated[
        Spread, Hint("How wide each bell is: one standard deviation.", label="Std σ", log=True)
    ] = 0.05

    @property
    def modes(self) -> int:
        return self.side**2

    def _mixture(self) -> Mixture:
        places = self.spacing * (np.arange(self.side) - (self.side - 1) / 2)
        x, y = np.meshgrid(places, places)
        return even_mixture(np.stack([x.ravel(), y.ravel()], axis=1), self.sigma)


class PlaneComponent(Spec):
    """One round bell in the plane."""

    weight: Share = 1.0
    x: Annotated[Coordinate, Hint("Where this bell stands, to the right.")] = 0.0
    y: Annotated[Coordinate, Hint("Where this bell stands, upwards.")] = 0.0
    sigma: Annotated[Spread, Hint("How wide this bell is.", label="Std σ", log=True)] = 0.2


class Gaussians(_Modal):
    """Round bells anywhere in the plane, each with its own share and width."""

    kind: Literal["gaussians"] = "gaussians"
    components: Annotated[
        tuple[PlaneComponent, ...],
        Field(min_length=1, max_length=64),
        Hint("The bells of the mixture.", label="Bells"),
    ] = (PlaneComponent(x=-1.0), PlaneComponent(x=1.0))

    @property
    def modes(self) -> int:
        return len(self.components)

    def _mixture(self) -> Mixture:
        rows = np.array([(c.weight, c.x, c.y, c.sigma) for c in self.components])
        return Mixture(rows[:, 0] / rows[:, 0].sum(), rows[:, 1:3], rows[:, 3])


class TwoMoons(_Modeless):
    """Two half circles of radius 1, one reaching into the other."""

    kind: Literal["two_moons"] = "two_moons"
    noise: CurveNoise = 0.1

    def _mixture(self) -> Mixture:
        angle = np.pi * (np.arange(MOON_BELLS) + 0.5) / MOON_BELLS
        upper = np.stack([np.cos(angle), np.sin(angle)], axis=1)
        lower = np.stack([1 - np.cos(angle), 0.5 - np.sin(angle)], axis=1)
        return even_mixture(np.concatenate([upper, lower]), self.noise)


class Spiral(_Modeless):
    """A spiral from 0 out to radius 1, with as many points on every piece of one length."""

    kind: Literal["spiral"] = "spiral"
    turns: Annotated[float, Field(ge=0.25, le=5), Hint("How often it goes around.")] = 2.0
    noise: CurveNoise = 0.02

    def _mixture(self) -> Mixture:
        # Archimedes' spiral r = t, angle = 2 pi turns t, at even lengths along it.
        t = np.linspace(0, 1, 16 * SPIRAL_BELLS)
        wind = 2 * np.pi * self.turns
        curve = np.stack([t * np.cos(wind * t), t * np.sin(wind * t)], axis=1)
        pieces = np.hypot(*np.diff(curve, axis=0).T)
        length = np.append(0.0, np.cumsum(pieces))
        even = (np.arange(SPIRAL_BELLS) + 0.5) / SPIRAL_BELLS * length[-1]
        places = [np.interp(even, length, coordinate) for coordinate in curve.T]
        return even_mixture(np.stack(places, axis=1), self.noise)


class Points(_Modeless):
    """Points drawn by hand or read from a file, each with a little Gaussian noise around it."""

    kind: Literal["points"] = "points"
    positions: Annotated[
        tuple[tuple[Coordinate, Coordinate], ...],
        Field(min_length=FEWEST_POINTS, max_length=MOST_POINTS, fail_fast=True),
        Hint("The points as (x, y)."),
    ] = ((-1.0, -0.6), (1.0, -0.6), (0.0, 1.0))
    sigma: Annotated[
        Spread,
        Hint("How far samples scatter around each point: one std.", label="Std σ", log=True),
    ] = 0.05

    def _mixture(self) -> Mixture:
        return even_mixture(np.array(self.positions), self.sigma)
