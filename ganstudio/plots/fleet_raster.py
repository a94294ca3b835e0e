"""Many small pictures at once, as one array of pixels. No Qt here.

Painting a thousand shapes one by one takes longer than a training step of all of them. So every
pixel is a byte first, of how much target and how much of the shape is in it, and a table turns
the bytes into colours.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Levels = NDArray[np.int16]
Pixels = NDArray[np.uint32]

_FULL = 16
"""A pixel that is covered altogether: heights are counted in sixteenths of a pixel."""
_GROUNDS = 15
"""How many degrees of target are told apart; with those of ink they fill a byte."""
_HEADROOM = 1.3
"""The top of a 1-D picture is this much above the target's highest density."""
_REAL = 0.38
"""Opacity of the target's area on the line; the generated one is half opaque."""
_REAL_POINTS = 0.7
"""Opacity of the target's points, which are covered where they are met."""
_SMALL_CELL = 3
"""Pixels; points in cells that are smaller are hard to see."""
_LINE = 1.3
"""Pixels of the line on top of the generated area, at the scale of 1."""
_AT_ONCE = 64
"""Pictures computed together: more would not stay in the processor's cache."""


@dataclass(frozen=True)
class Inks:
    """Colours as (red, green, blue), 0 to 255."""

    ground: tuple[int, int, int]
    real: tuple[int, int, int]
    shown: tuple[int, int, int]

    def table(self, opacity: float) -> Pixels:
        """The colour of each byte, 0xffrrggbb: its degree of target times 17, plus its ink."""
        ground, real, shown = (
            np.array(ink, dtype=np.float64) for ink in (self.ground, self.real, self.shown)
        )
        target = np.arange(_GROUNDS)[:, None, None] / (_GROUNDS - 1)
        below = ground + opacity * target * (real - ground)
        ink = np.arange(_FULL + 1)[:, None] / _FULL
        mixed = np.rint(below + ink * (shown - below)).astype(np.uint32).reshape(-1, 3)
        colours = (0xFF << 24) | (mixed[:, 0] << 16) | (mixed[:, 1] << 8) | mixed[:, 2]
        return colours.astype(np.uint32)


def overlap(bins: int, pixels: int) -> Floats:
    """Which share of each pixel lies in which of the even bins, (bins, pixels).

    `values @ overlap` is the mean over each pixel: no narrow spike falls between two of them.
    """
    edges = np.linspace(0, bins, pixels + 1)
    low = np.maximum(edges[:-1], np.arange(bins)[:, None])
    high = np.minimum(edges[1:], np.arange(1, bins + 1)[:, None])
    return np.asarray(np.maximum(high - low, 0) * pixels / bins, dtype=np.float32)


class Raster:
    """Draws shapes upon the target's, all of one size.

    Args:
        target: densities (n,), or shares of cells (m, n) with rows from low y to high.
        size: width and height in pixels.
        inks: the colours.
        scale: how many pixels a line's unit of width has.
    """

    def __init__(
        self, target: NDArray[Any], size: tuple[int, int], inks: Inks, scale: float
    ) -> None:
        width, height = self._size = size
        self._line = round(_LINE * scale * _FULL)
        self._plane = target.ndim == 2
        self._small = width < _SMALL_CELL * target.shape[-1]
        self._across = overlap(target.shape[-1], width)
        if self._plane:
            self._down = overlap(target.shape[0], height)[:, ::-1].T.copy()
        # The height of each row's lower edge.
        self._rows = (_FULL * np.arange(height)[::-1, None]).astype(np.int16)
        self._table = inks.table(_REAL_POINTS if self._plane else _REAL)
        whole = np.nan_to_num(target)[None].astype(np.float32)
        self._top = max(float(whole.max()), 1e-30)
        seen = self._points(whole) if self._plane else self._covered(self._heights(whole))
        degree = np.rint(seen[0] * ((_GROUNDS - 1) / _FULL))
        self._ground = (degree * (_FULL + 1)).astype(np.uint8)

    def draw(self, shapes: NDArray[Any]) -> Pixels:
        """One picture a shape, (k, height, width), each pixel 0xffrrggbb.

        Of a shape that is not finite only the target is seen.
        """
        width, height = self._size
        made = np.empty((len(shapes), height, width), dtype=np.uint32)
        for first in range(0, len(shapes), _AT_ONCE):
            some = slice(first, first + _AT_ONCE)
            finite = np.nan_to_num(shapes[some], nan=0.0, posinf=0.0, neginf=0.0)
            ink = self._points(finite) if self._plane else self._area(self._heights(finite))
            np.take(self._table, self._ground + ink.astype(np.uint8), out=made[some], mode="clip")
        return made

    def _points(self, shares: Floats) -> Levels:
        """How strongly each pixel's cells are filled, (k, height, width), 0 to 16."""
        held = (self._down @ shares @ self._across) * (_FULL**2 / self._top)
        # The root shows where a few points lie beside cells that hold many.
        seen = np.rint(np.sqrt(np.clip(held, 0, _FULL**2))).astype(np.int16)
        return _spread(seen) if self._small else seen

    def _heights(self, densities: Floats) -> Levels:
        """The height of each pixel's column, (k, width), in sixteenths of a pixel."""
        height = self._size[1]
        tall = (densities @ self._across) * (_FULL * height / (_HEADROOM * self._top))
        return np.asarray(np.clip(tall, 0, _FULL * height + 4 * self._line), dtype=np.int16)

    def _covered(self, heights: Levels) -> Levels:
        """How much of each pixel is below a height, (k, height, width), 0 to 16."""
        covered = heights[:, None, :] - self._rows
        return np.asarray(np.clip(covered, 0, _FULL, out=covered))

    def _area(self, heights: Levels) -> Levels:
        """A half-opaque area under an opaque line, (k, height, width), 0 to 16."""
        # A steep line covers all pixels between its neighbours' heights.
        middle = (heights[:, 1:] + heights[:, :-1]) // 2
        before = np.concatenate([heights[:, :1], middle], axis=1)
        after = np.concatenate([middle, heights[:, -1:]], axis=1)
        high = np.maximum(np.maximum(before, after), heights)
        low = np.minimum(np.minimum(before, after), heights) - np.int16(self._line)
        # Where nothing is generated there is no line on the ground.
        high[high < 0.02 * _FULL * self._size[1]] = 0
        line = self._covered(high)
        line -= self._covered(low)
        area = self._covered(heights)
        area >>= 1
        return np.asarray(np.maximum(area, line, out=area))


def _spread(seen: Levels) -> Levels:
    """Every pixel at least as full as half of its fullest neighbour, (k, height, width)."""
    around = np.zeros((len(seen), seen.shape[1] + 2, seen.shape[2] + 2), dtype=seen.dtype)
    around[:, 1:-1, 1:-1] = seen
    rows = np.maximum(around[:, :-2], around[:, 2:])
    np.maximum(rows, around[:, 1:-1], out=rows)
    near = np.maximum(rows[:, :, :-2], rows[:, :, 2:])
    np.maximum(near, rows[:, :, 1:-1], out=near)
    return np.asarray(np.maximum(seen, near // 2))
