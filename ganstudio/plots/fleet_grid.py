"""Which tiles are shown, in which order, and where. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Set
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Condition, Frame
from ganstudio.core.outcomes import lost
from ganstudio.plots.fleet_marks import MARKS

Sort = Literal["seed", "verdict", "distance", "std_ratio"]
SORTS: dict[Sort, str] = {
    "seed": "seed",
    "verdict": "verdict",
    "distance": "distance",
    "std_ratio": "width",
}
"""What tiles can be sorted by, in words."""

_RANK = {condition: rank for rank, condition in enumerate(MARKS)}


def arranged(frame: Frame, sort: Sort, only: Set[Condition]) -> NDArray[np.intp]:
    """The replicas to show, in order: the best or smallest first, lost ones last.

    With conditions in `only`, those that have one of them.
    """
    conditions = [verdict.condition for verdict in frame.verdicts]
    if sort == "seed":
        ranks = np.arange(len(conditions), dtype=np.float64)
    elif sort == "verdict":
        ranks = np.array([_RANK[condition] for condition in conditions], dtype=np.float64)
    else:
        gone = lost(frame.verdicts, frame.metrics)
        ranks = np.where(gone, np.nan, getattr(frame.metrics, sort))
    found = np.argsort(ranks, kind="stable")  # NaN comes last
    if only:
        found = found[[conditions[replica] in only for replica in found]]
    return found


@dataclass(frozen=True)
class Grid:
    """Equal tiles in rows; all lengths are pixels.

    A tile is a head with the seed, and a picture below it; `gap` is between tiles.
    """

    columns: int
    width: int
    """From one tile's left to the next one's."""
    picture: int
    """The height of the picture."""
    head: int
    gap: int

    @property
    def height(self) -> int:
        """From one tile's top to the next one's."""
        return self.head + self.picture + self.gap

    def rows(self, count: int) -> int:
        """How many rows that many tiles take."""
        return -(-count // self.columns)

    def corner(self, place: int) -> tuple[int, int]:
        """The upper left corner of the tile at a place in the order."""
        return place % self.columns * self.width, place // self.columns * self.height

    def at(self, x: float, y: float) -> int | None:
        """The place under a point; None beside the columns."""
        column, row = math.floor(x / self.width), math.floor(y / self.height)
        return row * self.columns + column if 0 <= column < self.columns and row >= 0 else None


def best_grid(
    count: int,
    room: tuple[int, int],
    aspects: tuple[float, float],
    head: int,
    gap: int,
    limits: tuple[int, int],
) -> Grid:
    """The largest tiles that all fit, within `limits`; the smallest if they don't.

    Where several numbers of columns allow that size, rows are as full as they can be.

    Args:
        count: how many tiles there may be.
        room: width and height to fill.
        aspects: least and largest height over width of a picture.
        head: height of the line above each picture.
        gap: between tiles.
        limits: least and largest width of a tile.
    """
    (least, most), (flat, tall) = limits, aspects
    many = max(1, min(room[0] // least, count))
    fitting = []
    for columns in range(1, many + 1):
        high = room[1] / -(-count // columns) - head - gap
        width = math.floor(min(room[0] / columns, high / flat + gap, most))
        if width >= least:
            picture = math.floor(min(high, (width - gap) * tall))
            empty = -count % columns
            fitting.append(((width - gap) * picture, -empty, columns, width, picture))
    if fitting:
        *_, columns, width, picture = max(fitting)
    else:
        # Not even the smallest fit: they fill the width, and scroll.
        columns, width = many, max(least, min(room[0] // many, most))
        picture = math.floor((width - gap) * math.sqrt(flat * tall))
    return Grid(columns, width, max(1, picture), head, gap)
