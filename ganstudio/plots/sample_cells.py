"""Which picture stands in which cell, and what there is to say of it. No Qt here."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import Enum
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import PictureView
from ganstudio.plots.guessing import Guessing
from ganstudio.plots.items import Values
from ganstudio.plots.layer import Layer

LAYERS = (
    Layer(
        "generated",
        "generated",
        "generated",
        shape="diamonds",
        help="What the generator makes of noise: each cell always of the same noise.",
    ),
    Layer(
        "real",
        "real",
        "real",
        shape="dots",
        help="Pictures to learn from, to compare with.",
        visible=False,
    ),
    Layer(
        "d",
        "D's score",
        "discriminator",
        shape="band",
        help="A bar below each picture: the longer, the surer D is that it is real.",
        visible=False,
    ),
)

Kind = Literal["generated", "real", "mixed"]


class Mode(Enum):
    """What stands in the cells."""

    GENERATED = "generated"
    BOTH = "generated and real"
    GUESS = "guess"


class Order(Enum):
    """In which order cells are."""

    NOISE = "by noise"
    """Each where it always is."""
    SCORE = "by D's score"
    """What D takes for real comes first."""


@dataclass(frozen=True)
class Panel:
    """The pictures of one mosaic in the order in which they are shown."""

    kind: Kind
    order: NDArray[np.intp]
    """From the place of a cell to the number of its picture."""
    pictures: NDArray[np.uint8]
    """(k, h, w)"""
    scores: Values
    """D for each of them, (k,)"""


def panel_of(view: PictureView, kind: Literal["generated", "real"], order: Order) -> Panel:
    """All generated or all real pictures of a view."""
    real = kind == "real"
    pictures, scores = (view.real, view.d_real) if real else (view.shown, view.d_shown)
    # Scores that are no numbers come last.
    places = np.argsort(-scores, kind="stable") if order is Order.SCORE else None
    if places is None:
        return Panel(kind, np.arange(len(pictures)), pictures, scores)
    return Panel(kind, places, pictures[places], scores[places])


def panel_of_game(game: Guessing) -> Panel:
    """The shuffled pictures of a game."""
    return Panel("mixed", np.arange(len(game.pictures)), game.pictures, game.d)


def words_of(view: PictureView, real: bool, index: int) -> str:
    """A picture in words: which it is, what D thinks of it, what it was to be."""
    score = float((view.d_real if real else view.d_shown)[index])
    words = f"{'real' if real else 'generated'} cell {index + 1} · D = {_score(score)}"
    if not real and index < len(view.wanted) and math.isfinite(view.wanted[index]):
        words += f" · asked for: {view.wanted[index]:.0f}"
    return words


def words_in_game(game: Guessing, cell: int) -> str:
    """The same while somebody plays: nothing that would give it away."""
    right = game.right(cell)
    if right is None:
        return f"cell {cell + 1} · real or generated?"
    kind = "real" if game.is_real[cell] else "generated"
    return f"{'right' if right else 'wrong'}: it is {kind} · D = {_score(float(game.d[cell]))}"


def _score(score: float) -> str:
    return f"{score:.2f}" if math.isfinite(score) else "not a number"
