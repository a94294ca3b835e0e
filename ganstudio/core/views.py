"""What the views draw: numbers for curves, points, pictures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.frozen import freeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class View:
    """What the 1-D views draw of one replica, in the target's units.

    `x` is the grid of the curves, (n,). A histogram is a density over `edges`, whose outer bins
    hold all that lies beyond them. The current generator is the one that is being trained; the
    shown one is its moving average where the experiment has one, else the same.
    """

    replica: int
    """Which replica this is."""
    x: Floats
    target_density: Floats
    """p(x), (n,)"""
    shown_density: Floats
    """Density of the shown generator's samples, smoothed by a Gaussian kernel, (n,)"""
    current_density: Floats
    """The same of the current generator, (n,)"""
    d: Floats
    """D(x) of the current discriminator, (n,)"""
    d_best: Floats
    """D*(x) = p / (p + p_g) against the current generator, (n,)"""
    edges: Floats
    """(bins + 1,)"""
    target_histogram: Floats
    """Of 10,000 real samples, (bins,)"""
    shown_histogram: Floats
    """Of the shown generator's samples, (bins,)"""
    z: Floats
    """Noise values of the generator map, ascending, (m,)"""
    map: Floats
    """G(z) of the shown generator for each of them, (m,)"""
    d_reference: str
    """How D(x) is a function of one x: empty, or which batch x stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class PlaneView:
    """What the 2-D views draw of one replica, in the target's units."""

    replica: int
    """Which replica this is."""
    x: Floats
    """First coordinates of the grid, ascending and even, (n,)"""
    y: Floats
    """Second coordinates of the grid, ascending and even, (m,)"""
    real: Floats
    """Points of the target, the same in every frame, (count, 2)"""
    shown: Floats
    """Points of the shown generator, from the same noise in every frame, (count, 2)"""
    current: Floats
    """Points of the current generator, (count, 2); the shown ones without an average"""
    d: Floats
    """D of the current discriminator over the grid, (m, n): rows are y"""
    slope: Floats
    """Where the generator's loss pushes `arrows`: its negative gradient there, (k, 2)"""
    arrows: Floats
    """Some of the current points, (k, 2)"""
    mesh: Floats
    """G of the shown generator over an even grid of its first two noise values, (a, b, 2)"""
    d_reference: str
    """How D is a function of one point: empty, or which batch it stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class PictureView:
    """What the views draw of one replica that makes pictures: bytes, 0 the ground, 255 the ink."""

    replica: int
    """Which replica this is."""
    real: Bytes
    """Pictures to learn from, the same in every frame, (c, h, w)"""
    shown: Bytes
    """Pictures of the shown generator, cell by cell from the same noise, (k, h, w)"""
    d_real: Floats
    """D of the current discriminator for `real`, (c,)"""
    d_shown: Floats
    """The same for `shown`, (k,)"""
    wanted: Floats
    """The class that each of `shown` was asked for, (k,); (0,) where nobody asks."""
    noise: int
    """Which noise it was: 0 is the one that every run begins with, see `Watch.noise`."""
    d_reference: str
    """How D is a function of one picture: empty, or which batch it stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Fleet:
    """A small picture of every replica's shown generator, in the target's units.

    On the line `shapes` is (R, n): densities over n even bins of `extent` (low, high), the outer
    bins holding what lies beyond. In the plane it is (R, m, n): shares of the points in even
    cells of `extent` (x low, x high, y low, y high), rows are y. Of pictures it is (R, m, n), too:
    a few of each replica side by side, 0 the ground and 1 the ink, rows are y, `extent` in pixels.
    """

    shapes: Floats
    target: Floats
    """The same of the target, (n,) or (m, n)"""
    extent: tuple[float, ...]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class LayerMeter:
    """How one layer of one replica does: is its gradient alive, are its units saturated?"""

    network: str
    """"generator" or "discriminator"."""
    layer: int
    """0 for the first; the last one is the output."""
    name: str
    """In words: "leaky relu, 32 units"."""
    gradient: float
    """Norm of the gradient of its weights and biases in the newest update; NaN before one."""
    weight_edges: Floats
    weight_shares: Floats
    """Share of the weights in each bin."""
    activation_edges: Floats
    activation_shares: Floats
    """Share of the units' outputs over a batch in each bin."""
    saturated: float
    """Share of those outputs where the activation's slope is below 0.05."""

    def __post_init__(self) -> None:
        freeze(self)


VIEW_OF = {"line": View, "plane": PlaneView, "pictures": PictureView}
"""By the space of a target."""
AnyView = View | PlaneView | PictureView
