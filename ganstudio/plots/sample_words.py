"""What stands above a grid of samples, and which of its cells are framed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF

from ganstudio.plots.cell_marks import Heading, Mark
from ganstudio.plots.guessing import Guessing
from ganstudio.plots.sample_cells import Panel
from ganstudio.plots.sample_layout import Block


def headings(
    panels: Sequence[Panel], blocks: Sequence[Block], right: float, reference: str
) -> list[Heading]:
    """The names of two mosaics, and which batch D looks at a picture in.

    Args:
        panels: one or two.
        blocks: where they are.
        right: up to where there is room.
        reference: see `PictureView.d_reference`.
    """
    rooms = _rooms(blocks, right)
    found = []
    if len(panels) > 1:
        found = [
            Heading((panel.kind,), room, "real" if panel.kind == "real" else "generated")
            for panel, room in zip(panels, rooms, strict=True)
        ]
    if reference:
        low = rooms[0] | rooms[-1]
        found.append(Heading((f"D looks at each picture {reference}", reference), low, below=True))
    return found


def game_headings(
    game: Guessing, says_real: bool, blocks: Sequence[Block], right: float, reference: str
) -> list[Heading]:
    """What to do, then the tally: from the longest words to the shortest."""
    tally, kind = game.tally, "real" if says_real else "generated"
    you, d = f"You: {tally.you} of {tally.said}", f"D: {tally.d} of {tally.said}"
    texts: tuple[str, ...] = (f"{you} right · {d}", f"{you} · {d}", you)
    if tally.said == tally.of:
        texts = (f"{texts[0]} · all done, shuffle again", *texts)
    elif not tally.said:
        todo = f"Click what you take for {kind}"
        texts = (f"{todo}: half of them are", todo, f"Which are {kind}?")
    rest = headings((), blocks, right, reference)
    return [Heading(texts, _rooms(blocks, right)[0]), *rest]


def _rooms(blocks: Sequence[Block], right: float) -> list[QRectF]:
    """Each block with the free space at its right."""
    rects = [QRectF(block.left, block.top, *block.size) for block in blocks]
    if len(rects) == 1 or rects[0].left() == rects[1].left():
        for rect in rects:
            rect.setRight(right)
    else:
        rects[1].setRight(right)
    return rects


def guessed_mark(game: Guessing, cell: int, rect: QRectF) -> Mark:
    """What a cell was, and whether somebody knew."""
    real = bool(game.is_real[cell])
    role, dash = ("real", "solid") if real else ("generated", "dashed")
    return Mark(rect, role, dash, right=game.right(cell))  # type: ignore[arg-type]  # of literals
