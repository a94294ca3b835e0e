"""What stands on and above the cells of a mosaic: frames, signs, headings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from ganstudio.plots.cloud import Marker, paint_marker
from ganstudio.plots.items import Across, Values
from ganstudio.plots.palette import Dash, Role, colour, font, pen
from ganstudio.plots.style import LIGHT, Style

_BADGE = (8.0, 22.0)
"""Pixels of a sign at least and at most."""
_PAD = 4


@dataclass(frozen=True)
class Mark:
    """A frame around a cell, in the plot's coordinates, if need be with a sign in its corner.

    `right` puts a tick or a cross there.
    """

    cell: QRectF
    role: Role
    dash: Dash = "solid"
    width: float = 2.0
    right: bool | None = None


@dataclass(frozen=True)
class Heading:
    """Words above a block, the longest that have room; `role` puts a sign before them."""

    texts: tuple[str, ...]
    block: QRectF
    """In the plot's coordinates; the words may be as wide as it is."""
    role: Role | None = None
    below: bool = False
    """Quieter words below it instead."""


class CellMarks(Across):
    """Frames of cells, each with a rim on either side: it is seen on black and on white."""

    def __init__(self) -> None:
        super().__init__()
        self._style: Style = LIGHT
        self.marks: tuple[Mark, ...] = ()

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        self._style = style
        self.update()

    def draw(self, marks: Sequence[Mark]) -> None:
        """Show these and no others."""
        if tuple(marks) != self.marks:
            self.marks = tuple(marks)
            self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        view = self.boundingRect()
        seen = [mark for mark in self.marks if mark.cell.intersects(view)]
        if not seen:
            return
        sides = np.array([[m.cell.left(), m.cell.right(), m.cell.top(), m.cell.bottom()]
                          for m in seen])  # fmt: skip
        x, y = self._to_pixels(painter, sides[:, :2], sides[:, 2:])
        for mark, (left, right), (top, bottom) in zip(seen, x, y, strict=True):
            self._paint_mark(painter, mark, QRectF(QPointF(left, top), QPointF(right, bottom)))

    def _paint_mark(self, painter: QPainter, mark: Mark, cell: QRectF) -> None:
        line = pen(self._style, mark.role, mark.width, mark.dash)
        line.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        half = line.widthF() / 2
        around = cell.adjusted(-half, -half, half, half)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rim = QPen(colour(self._style, "card"), line.widthF() + 2)
        rim.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
        for one in (rim, line):
            painter.setPen(one)
            painter.drawRect(around)
        if mark.right is not None:
            self._paint_sign(painter, mark.right, cell)

    def _paint_sign(self, painter: QPainter, right: bool, cell: QRectF) -> None:
        """A tick on a disc or a cross on a square, in the lower right corner."""
        least, most = (size * self._style.text_scale for size in _BADGE)
        size = min(max(0.42 * cell.width(), least), most)
        middle = cell.bottomRight() - QPointF(size, size) / 2
        box = QRectF(middle - QPointF(size, size) / 2, middle + QPointF(size, size) / 2)
        painter.setPen(QPen(colour(self._style, "card"), 1))
        painter.setBrush(colour(self._style, "discriminator" if right else "trouble"))
        if right:
            painter.drawEllipse(box)
        else:
            painter.drawRect(box)
        stroke = QPen(colour(self._style, "on_accent"), max(1.3, size / 8))
        stroke.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(stroke)
        unit = size / 10
        strokes = [(-2.4, 0.2, -0.7, 2.0), (-0.7, 2.0, 2.5, -1.9)] if right else [
            (-2.0, -2.0, 2.0, 2.0), (-2.0, 2.0, 2.0, -2.0)]  # fmt: skip
        for one in strokes:
            ends = [unit * part for part in one]
            painter.drawLine(QLineF(*ends).translated(middle))


class Headings(Across):
    """Words above blocks of cells, which stay in view when somebody zooms."""

    def __init__(self) -> None:
        super().__init__()
        self._style: Style = LIGHT
        self.headings: tuple[Heading, ...] = ()
        self.said: list[str] = []
        """What of them was painted last."""

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.update()

    def draw(self, headings: Sequence[Heading]) -> None:
        """Show these and no others."""
        self.headings = tuple(headings)
        self.update()

    def height(self) -> float:
        """Pixels that one takes."""
        return QFontMetrics(font(self._style, 13)).height() + 2.0 * _PAD

    def paint(self, painter: QPainter, *_: object) -> None:
        self.said = []
        view = self.boundingRect()
        for heading in self.headings:
            block = heading.block
            sides = np.array([[block.left(), block.right()], [view.left(), view.right()]])
            ends = np.array([[block.top(), block.bottom()], [view.top(), view.bottom()]])
            painter.save()
            x, y = self._to_pixels(painter, sides, ends)
            self._paint_heading(painter, heading, x, y)
            painter.restore()

    def _paint_heading(self, painter: QPainter, heading: Heading, x: Values, y: Values) -> None:
        (left, right), (first, last) = x
        (top, bottom), (highest, lowest) = y
        high = self.height()
        if heading.below:
            y0, role, size = min(bottom, lowest - high), "muted", 12
        else:
            y0, role, size = max(top - high, highest), "text", 13
        room = QRectF(QPointF(max(left, first), y0), QPointF(min(right, last), y0 + high))
        painter.setFont(font(self._style, size, bold=heading.role is not None))
        metrics = QFontMetrics(painter.font())
        sign = 14.0 * self._style.text_scale if heading.role else 0.0
        widths = {text: metrics.horizontalAdvance(text) + sign for text in heading.texts}
        fitting = [text for text in heading.texts if widths[text] <= room.width()]
        if not fitting:
            return
        text = fitting[0]
        self.said.append(text)
        # Over cells, where somebody has zoomed in, they need a ground.
        ground = QRectF(room.left() - _PAD, y0, widths[text] + 2 * _PAD, high)
        painter.fillRect(ground, colour(self._style, "card", 0.9))
        if heading.role:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self._style, heading.role))
            marker: Marker = "disc" if heading.role == "real" else "diamond"
            middle = QPointF(room.left() + sign / 3, room.center().y())
            paint_marker(painter, marker, middle, 0.6 * sign)
        painter.setPen(colour(self._style, role))
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(room.adjusted(sign, 0, 40, 0), int(flags), text)
