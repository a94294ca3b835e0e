"""Words at the ends of curves: whole, and where no curve runs if there is such a place."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter

from ganstudio.plots.items import Across, Curve, Values
from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.style import LIGHT, Style

_GAP = 7.0
_BEYOND = 4
"""Pixels outside of the room where a curve still counts."""
_STAY = 8
"""A word moves to another side only if that is better by this, in pixels of curve it covers."""
_TOGETHER = 4
"""Curves that are no more pixels apart have no order."""
_WRONG = 60
"""How bad it is, in the same measure, that a word is nearer to another curve than to its own."""


@dataclass(frozen=True)
class Word:
    """A text at a point in the plot's coordinates; an infinite y is the frame's own edge."""

    text: str
    role: Role
    x: float
    y: float


class EndWords(Across):
    """The words of one plot, placed together so that none hides another or a curve.

    Args:
        pixels: size of the text.
    """

    def __init__(self, pixels: int = 13) -> None:
        super().__init__()
        self._pixels = pixels
        self._style: Style = LIGHT
        self._words: tuple[Word, ...] = ()
        self._curves: tuple[Curve, ...] = ()
        self._sides: dict[int, int] = {}
        self._ends: list[float] = []
        self.places: list[QRectF] = []
        """Where the words were painted last, in pixels."""

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.update()

    def say(self, words: Sequence[Word], curves: Sequence[Curve]) -> None:
        """Show these words clear of these curves."""
        self._words, self._curves = tuple(words), tuple(curves)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        self.places, self._ends = [], []
        if not self._words:
            return
        view = self.boundingRect()
        x, y = np.array([[view.left(), view.right()], [view.bottom(), view.top()]])
        to = painter.worldTransform()
        given = [
            (to.m11() * curve.x + to.dx(), to.m22() * curve.y + to.dy()) for curve in self._curves
        ]
        x, y = self._to_pixels(painter, x, y)
        room = QRectF(QPointF(x[0], min(y)), QPointF(x[1], max(y))).adjusted(2, 2, -2, -2)
        lines = [Trail(*line, room) for line in given if np.isfinite(line[1]).any()]
        painter.setFont(font(self._style, self._pixels))
        metrics = QFontMetricsF(painter.font())
        for index, word in enumerate(self._words):
            size = QSizeF(metrics.horizontalAdvance(word.text) + 6, metrics.height())
            at = QPointF(to.m11() * word.x + to.dx(), _within(word, to.m22(), to.dy(), room))
            place = self._choose(index, at, self._candidates(at, size, room), lines)
            self.places.append(place)
            self._ends.append(at.y())
            self._paint_word(painter, word, place)

    def _paint_word(self, painter: QPainter, word: Word, place: QRectF) -> None:
        # Where there is no free place a curve shines through, and the word can still be read.
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour(self._style, "card", 0.8))
        painter.drawRoundedRect(place, 3, 3)
        painter.setPen(colour(self._style, word.role))
        painter.drawText(place, int(Qt.AlignmentFlag.AlignCenter), word.text)

    @staticmethod
    def _candidates(at: QPointF, size: QSizeF, room: QRectF) -> list[QRectF]:
        """Beside the end, above it, below it, farther: each pushed into the room."""
        wide, high = size.width(), size.height()
        corners = [
            (_GAP, -high / 2),
            (_GAP / 2, -high - _GAP),
            (_GAP / 2, _GAP),
            (-wide - _GAP / 2, -high - _GAP),
            (-wide - _GAP / 2, _GAP),
            (-wide - _GAP / 2, -2.2 * high - _GAP),
            (-wide - _GAP / 2, 1.2 * high + _GAP),
        ]
        found = []
        for across, down in corners:
            place = QRectF(at + QPointF(across, down), size)
            place.moveRight(min(place.right(), room.right()))
            place.moveLeft(max(place.left(), room.left()))
            place.moveBottom(min(place.bottom(), room.bottom()))
            place.moveTop(max(place.top(), room.top()))
            found.append(place)
        return found

    def _choose(
        self, index: int, at: QPointF, candidates: list[QRectF], lines: list[Trail]
    ) -> QRectF:
        costs = [
            sum(line.covered(place) for line in lines)
            + 1000 * sum(place.intersects(other) for other in self.places)
            + _WRONG * (stands_at_another(place, at, lines) or self._swapped(place, at))
            # Of two free places the nearer one.
            + 0.3 * abs(place.center().y() - at.y())
            for place in candidates
        ]
        side = self._sides.get(index, 0)
        best = costs.index(min(costs))
        if costs[best] < costs[side] - _STAY:
            side = best
        self._sides[index] = side
        return candidates[side]

    def _swapped(self, place: QRectF, at: QPointF) -> bool:
        """Whether it would stand above the word of a curve that ends above it, or below."""
        pairs = zip(self._ends, self.places, strict=True)
        return any(
            abs(end - at.y()) > _TOGETHER and (end < at.y()) != (other.top() < place.top())
            for end, other in pairs
        )


class Trail:
    """Where a curve runs, column by column of pixels.

    Args:
        x: in pixels, ascending.
        y: at those; one of them at least is finite.
        room: what is beyond it does not count: far zoomed in a curve is a million pixels wide.
    """

    def __init__(self, x: Values, y: Values, room: QRectF) -> None:
        finite = np.isfinite(y)
        x, y = x[finite], y[finite]
        first, last = np.clip(x[[0, -1]], room.left() - _BEYOND, room.right() + _BEYOND)
        self._first, self._last = math.ceil(first), math.floor(last)
        # Its own ends, too, where it is shorter than a column.
        self._columns = np.arange(self._first, max(self._first, self._last) + 1)
        self._heights = np.interp(self._columns, x, y)

    def height(self, at: float) -> float:
        """Where it is at a place, and where it began or ended beyond its ends."""
        return float(np.interp(at, self._columns, self._heights))

    def covered(self, place: QRectF) -> int:
        """Over how many columns of pixels it runs through a rectangle."""
        first = max(math.ceil(place.left()), self._first)
        last = min(math.floor(place.right()), self._last)
        heights = self._heights[first - self._first : max(first, last + 1) - self._first]
        return int(((heights > place.top() - 2) & (heights < place.bottom() + 2)).sum())


def stands_at_another(place: QRectF, at: QPointF, lines: Sequence[Trail]) -> bool:
    """Whether a word looks as if it belonged to another curve than the one that ends at a point."""
    if len(lines) < 2:
        return False
    own = min(range(len(lines)), key=lambda i: abs(lines[i].height(at.x()) - at.y()))
    middle = place.center()
    away = [abs(line.height(middle.x()) - middle.y()) for line in lines]
    return any(far < away[own] - _TOGETHER for far in away)


def _within(word: Word, scale: float, shift: float, room: QRectF) -> float:
    """The pixel of a word's y, held in the room."""
    if math.isinf(word.y):
        return room.top() if word.y > 0 else room.bottom()
    return min(max(scale * word.y + shift, room.top()), room.bottom())
