"""Where pictures stand beside each other, in pixels of theirs; y goes downwards. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

Span = tuple[float, float]

BETWEEN = 22.0
"""Pixels of the screen between two blocks."""


@dataclass(frozen=True)
class Block:
    """Pictures in a square grid, row by row.

    Args:
        count: how many.
        height: of one picture.
        width: of one picture.
        strip: rows below each picture for something else.
        left: where the block begins.
        top: where it begins.
        columns: in a row; 0 makes it as square as it can be.
    """

    count: int
    height: int
    width: int
    strip: int = 0
    left: float = 0.0
    top: float = 0.0
    columns: int = 0

    def __post_init__(self) -> None:
        if not self.columns:
            object.__setattr__(self, "columns", columns_for(self.count))

    @property
    def gap(self) -> int:
        """Between two pictures."""
        return max(1, round(self.width / 14))

    @property
    def rows(self) -> int:
        """As many as the pictures need, one at least."""
        return max(1, math.ceil(self.count / self.columns))

    @property
    def pitch(self) -> tuple[int, int]:
        """From one picture to the next: across, down."""
        return self.width + self.gap, self.height + self.strip + self.gap

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the whole, without a gap at the end."""
        across, down = self.pitch
        return self.columns * across - self.gap, self.rows * down - self.gap

    def corner(self, place: int) -> tuple[float, float]:
        """Left and top of a picture."""
        row, column = divmod(place, self.columns)
        across, down = self.pitch
        return self.left + column * across, self.top + row * down

    def at(self, x: float, y: float) -> int | None:
        """The place under a point; half of each gap belongs to either side."""
        across, down = self.pitch
        column = math.floor((x - self.left + self.gap / 2) / across)
        row = math.floor((y - self.top + self.gap / 2) / down)
        if not (0 <= column < self.columns and 0 <= row < self.rows):
            return None
        place = row * self.columns + column
        return place if place < self.count else None


def columns_for(count: int) -> int:
    """Of a grid as square as it can be."""
    return max(1, math.ceil(math.sqrt(count)))


def lay_out(
    blocks: Sequence[Block], room: tuple[float, float], head: float, foot: float
) -> tuple[list[Block], tuple[Span, Span]]:
    """Blocks as large as they can be, side by side or one above the other; and what is in view.

    Args:
        blocks: one or two.
        room: width and height in pixels of the screen.
        head: such pixels above each block.
        foot: such pixels below all of them.
    """
    wide, high = max(room[0], 1.0), max(room[1], 1.0)
    widths, heights = zip(*(block.size for block in blocks), strict=True)
    more = len(blocks) - 1
    beside = min((wide - more * BETWEEN) / sum(widths), (high - head - foot) / max(heights))
    above = min(wide / max(widths), (high - (more + 1) * head - foot) / sum(heights))
    # In a room that is too small for anything the words go first.
    scale = max(beside, above, 0.2 * min(wide / max(widths), high / max(heights)))
    placed, left, top = [], 0.0, 0.0
    for block in blocks:
        placed.append(replace(block, left=left, top=top))
        if beside >= above:
            left += block.size[0] + BETWEEN / scale
        else:
            top += block.size[1] + head / scale
    right = max(block.left + block.size[0] for block in placed)
    bottom = max(block.top + block.size[1] for block in placed)
    x = (right - wide / scale) / 2
    y = (bottom - (head - foot + high) / scale) / 2
    return placed, ((x, x + wide / scale), (y, y + high / scale))


def beyond(
    blocks: Sequence[Block], index: int, place: int, across: int, down: int
) -> tuple[int, int]:
    """Block and place of the next cell in a direction, if need be of the other block; the same
    where there is none.

    Args:
        blocks: as they are laid out.
        index: which of them.
        place: in it.
        across: -1, 0 or 1.
        down: -1, 0 or 1.
    """
    block = blocks[index]
    row, column = divmod(place, block.columns)
    row, column = row + down, column + across
    other = index
    if len(blocks) > 1 and blocks[1].left > blocks[0].left:
        if not 0 <= column < block.columns:
            other, column = index + across, column % block.columns
    elif len(blocks) > 1 and not 0 <= row < block.rows:
        other = index + down
        row = 0 if down > 0 else blocks[0].rows - 1
    if not (0 <= other < len(blocks) and 0 <= column < block.columns and row >= 0):
        return index, place
    wanted = row * block.columns + column
    return (other, wanted) if wanted < blocks[other].count else (index, place)
