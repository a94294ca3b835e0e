"""Where views stand beside and below each other: what gives every drawing the most room."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

GAP = 8
"""Points between two cards."""
_HERO = (0.5, 0.56, 0.62, 0.68)
"""Shares of the room that the first view may get."""
_WIDE, _HIGH = 2.4, 1.0
"""More width for its height, or height for its width, does nothing for a drawing."""


@dataclass(frozen=True)
class Box:
    """A rectangle in points."""

    x: int
    y: int
    width: int
    height: int

    def split(self, shares: Sequence[float], *, across: bool) -> list[Box]:
        """Parts side by side, or below each other, with gaps between them."""
        room = (self.width if across else self.height) - GAP * (len(shares) - 1)
        total, done, at = sum(shares), 0.0, 0
        parts = []
        for index, share in enumerate(shares):
            done += share
            end = round(room * done / total)
            begin, gaps = at, GAP * index
            at = end
            parts.append(
                Box(self.x + begin + gaps, self.y, end - begin, self.height)
                if across
                else Box(self.x, self.y + begin + gaps, self.width, end - begin)
            )
        return parts

    def grid(self, count: int, columns: int) -> list[Box]:
        """So many cells; the last row shares its width among fewer."""
        rows = self.split([1] * math.ceil(count / columns), across=False)
        cells: list[Box] = []
        for row in rows:
            cells += row.split([1] * min(columns, count - len(cells)), across=True)
        return cells


Room = Callable[[int, Box], tuple[int, int] | None]
"""The width and height that a view's drawing has in a box; None if it can't be seen there."""


def arrangements(box: Box, count: int) -> Iterator[list[Box]]:
    """Ways to place so many views: in a grid, or the first one large and the others around it."""
    for columns in range(1, count + 1):
        yield box.grid(count, columns)
    if count < 2:
        return
    for share in _HERO:
        for across in (True, False):
            hero, rest = box.split([share, 1 - share], across=across)
            for columns in range(1, count):
                yield [hero, *rest.grid(count - 1, columns)]


def best(box: Box, count: int, room: Room) -> tuple[float, list[Box]] | None:
    """The best way, with its score; None if there is no room for all."""
    found: tuple[float, list[Box]] | None = None
    for boxes in arrangements(box, count):
        rooms = [room(index, one) for index, one in enumerate(boxes)]
        if None in rooms:
            continue
        scores = [_score(*one) for one in rooms if one]
        # The first view is what the picture is about.
        score = sum(scores) + 0.7 * scores[0]
        if found is None or score > found[0] + 1e-9:
            found = score, boxes
    return found


def even(box: Box, count: int) -> Iterator[list[Box]]:
    """Ways to place runs that are compared: all of the same size."""
    for columns in range(count, 0, -1):
        if count % columns == 0:
            yield box.grid(count, columns)


def _score(width: int, height: int) -> float:
    return math.log(min(width, _WIDE * height) * min(height, _HIGH * width))
