"""Drawings of how good pictures are: bars with words, and distances to real pictures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.questions import Memorised
from ganstudio.plots.axes import nice_above
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cursor import Upright
from ganstudio.plots.end_words import EndWords, Word
from ganstudio.plots.items import Curve, Look, Values
from ganstudio.plots.judgement import JudgementPlot
from ganstudio.plots.layer import Layer
from ganstudio.plots.painted import Painted
from ganstudio.plots.palette import Role, colour, font, pen
from ganstudio.plots.plot import Plot

_LEFT = int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
_RIGHT = int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
_WIDEST_NAME = 0.34
"""Of the whole width; a longer name is cut, and the tooltip has it."""
_GAP = 8


@dataclass(frozen=True)
class Bar:
    """One bar of a row; `role` is dashed for "generated", so that it is not colour alone."""

    value: float
    words: str
    """Its number."""
    role: Role


@dataclass(frozen=True)
class Row:
    """A name with the bars that are compared."""

    name: str
    bars: tuple[Bar, ...]


class Bars(Painted):
    """Lying bars, each with its name and its number; a legend where there are two kinds.

    Args:
        name: for those who hear the screen.
    """

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._rows: tuple[Row, ...] = ()
        self._legend: tuple[tuple[str, Role], ...] = ()

    @property
    def rows(self) -> tuple[Row, ...]:
        """What is drawn."""
        return self._rows

    def show_rows(self, rows: Sequence[Row], legend: Sequence[tuple[str, Role]] = ()) -> None:
        """Draw other bars; the longest fills the width."""
        self._rows, self._legend = tuple(rows), tuple(legend)
        kinds = [words for words, _role in legend]
        self.setAccessibleDescription("; ".join(_spoken(row, kinds) for row in rows))
        lines = "<br>".join(_spoken(row, kinds) for row in rows[:40])
        self.setToolTip(f"<p style='white-space: pre'>{lines}</p>" if rows else "")
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        high = sum(self._height(row) for row in self._rows) + self._legend_height()
        return QSize(220, high + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(140, self.sizeHint().height())

    # ---------------------------------------------------------------------------- painting

    @property
    def _line(self) -> int:
        return QFontMetrics(font(self._style, 11)).height()

    def _height(self, row: Row) -> int:
        return max(self._line * len(row.bars) + 5, self._line + 5)

    def _legend_height(self) -> int:
        return self._line + 8 if self._legend else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setFont(font(self._style, 11))
        metrics = painter.fontMetrics()
        names = [metrics.horizontalAdvance(row.name) for row in self._rows]
        numbers = [metrics.horizontalAdvance(b.words) for row in self._rows for b in row.bars]
        left = min(max(names, default=0), round(self.width() * _WIDEST_NAME)) + _GAP
        right = max(numbers, default=0) + _GAP
        most = max((b.value for row in self._rows for b in row.bars), default=0.0)
        room = QRect(left, 0, max(1, self.width() - left - right), self.height())
        top = self._paint_legend(painter)
        for row in self._rows:
            self._paint_row(painter, row, top, room, most)
            top += self._height(row)

    def _paint_legend(self, painter: QPainter) -> int:
        x, line = 0, self._line
        for words, role in self._legend:
            self._paint_bar(painter, QRectF(x + 1, 3, 18, line - 5), role)
            wide = painter.fontMetrics().horizontalAdvance(words)
            painter.setPen(colour(self._style, "text"))
            painter.drawText(QRect(x + 25, 0, wide + 4, line + 1), _LEFT, words)
            x += 25 + wide + 16
        return self._legend_height()

    def _paint_row(self, painter: QPainter, row: Row, top: int, room: QRect, most: float) -> None:
        high, line = self._height(row) - 5, self._line
        painter.setPen(colour(self._style, "text"))
        name = painter.fontMetrics().elidedText(
            row.name, Qt.TextElideMode.ElideRight, room.left() - _GAP
        )
        painter.drawText(QRect(0, top, room.left() - _GAP, high), _RIGHT, name)
        for bar in row.bars:
            wide = room.width() * bar.value / most if most > 0 else 0.0
            place = QRectF(room.left(), top + 2, max(wide, 1.0), line - 3)
            if bar.value > 0:
                self._paint_bar(painter, place, bar.role)
            painter.setPen(colour(self._style, "muted"))
            words = QRect(room.right() + 1, top, self.width() - room.right() - 1, line)
            painter.drawText(words, _RIGHT, bar.words)
            top += line

    def _paint_bar(self, painter: QPainter, place: QRectF, role: Role) -> None:
        dashed = role == "generated"
        painter.fillRect(place, colour(self._style, role, 0.3 if dashed else 0.75))
        painter.setPen(pen(self._style, role, 1.2, "dashed" if dashed else "solid"))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(place)


def _spoken(row: Row, kinds: Sequence[str]) -> str:
    if not kinds or len(row.bars) == 1:
        return f"{row.name}: {row.bars[0].words}"
    said = (f"{kind} {bar.words}" for kind, bar in zip(kinds, row.bars, strict=True))
    return f"{row.name}: {', '.join(said)}"


# ------------------------------------------------------------------------------- distances


class SampleJudgement(JudgementPlot):
    """What D says of many generated pictures, beside the real ones of a frame."""

    empty = "D has judged no pictures yet"


BINS = 30
_LAYERS = (
    Layer(
        "training",
        "to training pictures",
        "generated",
        shape="fill",
        help="How far each generated picture is from the nearest one that was learnt from.",
    ),
    Layer(
        "held_out",
        "to held-out ones",
        "generated",
        "dashed",
        help="The same to as many pictures that nobody learnt from. A generator that learnt by "
        "heart is nearer to the others.",
    ),
    Layer(
        "usual",
        "usual",
        "real",
        "dotted",
        help="How far a real picture that nobody learnt from is from the nearest training "
        "picture: half of them are nearer than the line.",
    ),
)
_HEAD = 1.16


class DistancesPlot(Plot):
    """How far generated pictures are from the nearest real ones, learnt from and held out."""

    name = "distances"
    title = "Distance to the nearest real picture"
    explanation = (
        "Pixel by pixel, how far is each generated picture from the nearest real one? If both "
        "heaps lie upon each other, the generator has not learnt its pictures by heart."
    )
    empty = "No picture has been compared yet"

    def __init__(self, parent: QWidget | None = None) -> None:
        self._found: Memorised | None = None
        self._reach = 1.0, 1.0
        axes = {
            "left": Axis("left", "share of pictures", grid=True),
            "bottom": Axis("bottom", "distance (root of the sum of squares)"),
        }
        super().__init__(axes, _LAYERS, parent)
        training = Look("generated", 2.2, fill=0.26, steps=True)
        self._training = self._add(Curve(training), "training", z=1)
        held_out = Look("generated", 2.2, "dashed", steps=True)
        self._held_out = self._add(Curve(held_out), "held_out", z=2)
        self._usual = self._add(Upright("real", 2.0, "dotted"), "usual", z=3)
        self._words = self._add(EndWords(12), "usual", z=4)

    @property
    def found(self) -> Memorised | None:
        """What is drawn."""
        return self._found

    def show_distances(self, found: Memorised) -> None:
        """Draw other ones."""
        self._found = found
        one = found.generated
        every = np.concatenate([one.to_training, one.to_held_out, found.usual])
        highest = nice_above(float(every.max(initial=1e-6)))
        edges = np.linspace(0, highest, BINS + 1)
        shares = [_shares(some, edges) for some in (one.to_training, one.to_held_out)]
        self._training.draw(edges, shares[0])
        self._held_out.draw(edges, shares[1])
        usual = float(np.median(found.usual)) if len(found.usual) else None
        self._usual.move(usual)
        words = [] if usual is None else [Word(f"usual: {usual:.1f}", "real", usual, np.inf)]
        self._words.say(words, ())
        self._reach = highest, max(float(max(s.max() for s in shares)), 1e-3)
        self._set_empty(False)

    def clear(self) -> None:
        self._found = None
        super().clear()

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        return (0.0, self._reach[0]), (0.0, _HEAD * self._reach[1])

    def start(self, started: Started) -> None:
        self.clear()

    def _begin(self, started: Started) -> None:
        """Nothing is known of a run that begins."""

    def _draw(self, frame: Frame) -> None:
        """Frames do not tell distances."""


def _shares(values: Values, edges: Values) -> Values:
    return np.histogram(values, edges)[0] / max(len(values), 1)
