"""Where the cells of a grid of pictures are, and all of them as one array of pixels. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Pixels = NDArray[np.uint32]

_GAP_SHARE = 8
"""A gap is such a part of a picture's width, as long as frames fit into it."""


@dataclass(frozen=True)
class Cells:
    """Cells of one size, row by row, in pixels of the screen, which are whole numbers."""

    count: int
    columns: int
    width: int
    height: int
    """Of a picture."""
    gap: int
    foot: int
    """For words below a picture."""
    left: int
    top: int

    @property
    def rows(self) -> int:
        return -(-self.count // self.columns)

    @property
    def pitch(self) -> tuple[int, int]:
        """From one picture to the next: across, down."""
        return self.width + self.gap, self.height + self.foot + self.gap

    @property
    def extent(self) -> tuple[int, int]:
        """Width and height of all cells."""
        across, down = self.pitch
        return self.columns * across - self.gap, self.rows * down - self.gap

    def corner(self, index: int) -> tuple[int, int]:
        """Left and top of a picture."""
        row, column = divmod(index, self.columns)
        across, down = self.pitch
        return self.left + column * across, self.top + row * down

    def at(self, x: float, y: float) -> int:
        """The cell under a point, -1 for none; half of each gap belongs to either side."""
        across, down = self.pitch
        column = int((x - self.left + self.gap / 2) // across)
        row = int((y - self.top + self.gap / 2) // down)
        index = row * self.columns + column
        inside = 0 <= column < self.columns and 0 <= row < self.rows and index < self.count
        return index if inside else -1

    def beside(self, index: int, across: int, down: int) -> int:
        """The next cell in a direction; the same where there is none."""
        row, column = divmod(index, self.columns)
        row, column = row + down, column + across
        wanted = row * self.columns + column
        inside = 0 <= column < self.columns and row >= 0 and wanted < self.count
        return wanted if inside else index


def fit(
    shape: tuple[int, int, int],
    room: tuple[int, int],
    *,
    columns: int | None,
    foot: int,
    gaps: tuple[int, int],
    margin: int,
) -> Cells:
    """Cells as large as a room allows, in its middle.

    Args:
        shape: pictures, their height and width in pixels of their own.
        room: width and height.
        columns: how many side by side; as the room allows if None.
        foot: below each picture, for words.
        gaps: the least and the most between two pictures.
        margin: on all sides, for frames.
    """
    count, high, wide = shape
    inside = max(1, room[0] - 2 * margin), max(1, room[1] - 2 * margin)
    best = (-1, 1, gaps[0])
    for across in [columns] if columns else range(1, count + 1):
        down = -(-count // across)
        width = inside[0] / (across + (across - 1) / _GAP_SHARE)
        gap = round(min(max(width / _GAP_SHARE, gaps[0]), gaps[1]))
        width = min(
            (inside[0] - (across - 1) * gap) / across,
            ((inside[1] - (down - 1) * gap) / down - foot) * wide / high,
        )
        best = max(best, (int(width), across, gap))
    width, across, gap = max(1, best[0]), best[1], best[2]
    cells = Cells(count, across, width, max(1, round(width * high / wide)), gap, foot, 0, 0)
    left, top = (margin + max(0, (i - e) // 2) for i, e in zip(inside, cells.extent, strict=True))
    return Cells(count, across, width, cells.height, gap, foot, left, top)


def sheet(pictures: Bytes, cells: Cells, size: tuple[int, int]) -> Pixels:
    """All cells as 0xaarrggbb, (height, width): white ink on black in both themes, and nothing
    between them, where what is behind shines through.

    Args:
        pictures: (n, h, w)
        cells: where they are.
        size: width and height of the whole.
    """
    made = np.zeros((size[1], size[0]), np.uint32)
    grey = resized(pictures, cells.height, cells.width)
    ink = 0xFF000000 | grey.astype(np.uint32) * np.uint32(0x010101)
    for index, one in enumerate(ink):
        x, y = cells.corner(index)
        # A room that is too small for anything cuts off the last ones.
        part = made[y : y + cells.height, x : x + cells.width]
        part[:] = one[: part.shape[0], : part.shape[1]]
    return made


def resized(pictures: Bytes, height: int, width: int) -> Bytes:
    """(n, h, w) as (n, height, width).

    Each new pixel is the mean of the area that it covers: enlarged pictures keep hard pixels that
    are all of one size, shrunk ones keep thin strokes.
    """
    down, across = _cover(pictures.shape[1], height), _cover(pictures.shape[2], width)
    mixed = down @ pictures.astype(np.float32) @ across.T
    return np.asarray(np.rint(mixed), dtype=np.uint8)


def _cover(old: int, new: int) -> NDArray[np.float32]:
    """Which share of each new pixel lies in which old one, (new, old)."""
    edges = np.linspace(0, old, new + 1)
    low, high = edges[:-1, None], edges[1:, None]
    left = np.arange(old)[None, :]
    shared = np.clip(np.minimum(high, left + 1) - np.maximum(low, left), 0, None)
    return np.asarray(shared * (new / old), dtype=np.float32)
