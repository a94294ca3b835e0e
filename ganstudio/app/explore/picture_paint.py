"""What is painted around and upon the pictures of a grid."""

from __future__ import annotations

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from ganstudio.plots.palette import colour, font
from ganstudio.plots.style import Style

FRAME = 3
"""Pixels of the frame of a chosen cell, outside the picture."""


def paint_frame(painter: QPainter, cell: QRect, style: Style, role: str, width: float) -> None:
    """A frame around a picture, outside of it."""
    _outline(painter, QPen(colour(style, role), width), cell, -width / 2)


def paint_focus(painter: QPainter, cell: QRect) -> None:
    """White and black dashes inside the picture: they are seen on any ink."""
    _outline(painter, QPen(QColor("black"), 2), cell, 1.5)
    dashes = QPen(QColor("white"), 2)
    dashes.setDashPattern([3, 2])
    _outline(painter, dashes, cell, 1.5)


def paint_mark(painter: QPainter, cell: QRect, style: Style, words: str) -> None:
    """A word in a corner of a cell."""
    size = max(9, min(13, cell.width() // 3))
    painter.setFont(font(style, size, bold=True))
    metrics = painter.fontMetrics()
    width = max(metrics.horizontalAdvance(words) + 6, metrics.height())
    chip = QRect(cell.left() - 1, cell.top() - 1, width, metrics.height())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colour(style, "card"), 1))
    painter.setBrush(colour(style, "real"))
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(colour(style, "on_accent"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, words)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def _outline(painter: QPainter, pen: QPen, cell: QRect, inset: float) -> None:
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    painter.setPen(pen)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(cell.toRectF().adjusted(inset, inset, -inset, -inset))
