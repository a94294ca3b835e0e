"""The picture of the scaling curves, an SVG that Qt paints."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QIODevice, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QPainter, QPolygonF
from PySide6.QtSvg import QSvgGenerator
from PySide6.QtWidgets import QApplication

from ganstudio.plots.palette import colour, font, pen
from ganstudio.plots.style import LIGHT

if TYPE_CHECKING:
    from benchmarks.scaling import Curve

PANEL = QSize(320, 300)
LEFT, TOP, RIGHT, BOTTOM = 58, 34, 14, 40
DOT = 2.5


def draw(curves: Sequence[Curve]) -> bytes:
    """One panel for each axis, side by side, with one time axis."""
    app = QGuiApplication.instance() or QApplication([])
    low = math.floor(math.log10(min(1000 * curve.floor for curve in curves)))
    high = math.ceil(math.log10(max(1000 * max(curve.seconds) for curve in curves)))
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    size = QSize(PANEL.width() * len(curves), PANEL.height())
    picture = QSvgGenerator()
    picture.setOutputDevice(buffer)
    picture.setSize(size)
    picture.setViewBox(QRectF(0, 0, size.width(), size.height()))
    picture.setTitle("Time per step against width, batch size and seeds")
    painter = QPainter(picture)
    painter.fillRect(QRectF(0, 0, size.width(), size.height()), colour(LIGHT, "card"))
    for curve in curves:
        Panel(painter, curve, low, high).paint()
        painter.translate(PANEL.width(), 0)
    painter.end()
    del app
    return bytes(buffer.data().data())


class Panel:
    """One curve on logarithmic axes.

    Args:
        painter: where its panel's upper left corner is the origin.
        curve: what is drawn.
        low: first decade of the time axis, in milliseconds.
        high: last decade of it.
    """

    def __init__(self, painter: QPainter, curve: Curve, low: int, high: int) -> None:
        self._painter, self._curve = painter, curve
        self._low, self._high = low, high
        width, height = PANEL.width() - LEFT - RIGHT, PANEL.height() - TOP - BOTTOM
        self._area = QRectF(LEFT, TOP, width, height)

    def paint(self) -> None:
        """Axes, then guides, then the curve upon them."""
        self._axes()
        self._guides()
        self._painter.setPen(pen(LIGHT, "text", 2))
        points = [
            self._at(size, seconds)
            for size, seconds in zip(self._curve.axis.sizes, self._curve.seconds, strict=True)
        ]
        self._painter.drawPolyline(QPolygonF(points))
        self._painter.setBrush(colour(LIGHT, "text"))
        for point in points:
            self._painter.drawEllipse(point, DOT, DOT)

    def _at(self, size: float, seconds: float) -> QPointF:
        sizes, area = self._curve.axis.sizes, self._area
        along = math.log(size / sizes[0]) / math.log(sizes[-1] / sizes[0])
        up = (math.log10(1000 * seconds) - self._low) / (self._high - self._low)
        return QPointF(area.left() + along * area.width(), area.bottom() - up * area.height())

    def _axes(self) -> None:
        area, sizes = self._area, self._curve.axis.sizes
        for decade in range(self._low, self._high + 1):
            y = self._at(sizes[0], 10**decade / 1000).y()
            self._line(QPointF(area.left(), y), QPointF(area.right(), y), "border", 1)
            self._text(
                f"{10.0**decade:g} ms", QRectF(0, y - 8, LEFT - 6, 16), Qt.AlignmentFlag.AlignRight
            )
        for size in sizes[:: 1 + len(sizes) // 7]:
            x = self._at(size, self._curve.floor).x()
            self._line(QPointF(x, area.bottom()), QPointF(x, area.bottom() + 4), "muted", 1)
            self._text(f"{size}", QRectF(x - 25, area.bottom() + 6, 50, 14))
        name = f"time per step against {self._curve.axis.name}"
        self._text(name, QRectF(area.left(), 8, area.width(), 18), role="text")

    def _guides(self) -> None:
        """Dispatch alone, arithmetic alone, and the knee, where both lines meet."""
        curve, area, last = self._curve, self._area, self._curve.axis.sizes[-1]
        start = self._at(curve.axis.sizes[0], curve.floor)
        knee = curve.knee
        end = self._at(last if knee is None else knee, curve.floor)
        self._line(start, end, "muted", 1.2, dashed=True)
        if knee is None:
            return
        self._painter.save()
        self._painter.setClipRect(area)
        grown = curve.floor * (last / knee) ** curve.axis.power
        self._line(end, self._at(last, grown), "muted", 1.2, dashed=True)
        self._painter.restore()
        self._line(self._at(knee, 2 * curve.floor), QPointF(end.x(), area.bottom()), "muted", 1.2)
        label = QRectF(end.x() + 16, area.bottom() - 18, 90, 14)
        self._text(f"n* = {knee:,.0f}", label, Qt.AlignmentFlag.AlignLeft, "text")

    def _line(
        self, start: QPointF, end: QPointF, role: str, width: float, *, dashed: bool = False
    ) -> None:
        self._painter.setPen(pen(LIGHT, role, width, "dashed" if dashed else "solid"))
        self._painter.drawLine(start, end)

    def _text(
        self,
        text: str,
        place: QRectF,
        side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignHCenter,
        role: str = "muted",
    ) -> None:
        self._painter.setFont(font(LIGHT, 11))
        self._painter.setPen(colour(LIGHT, role))
        self._painter.drawText(place, side | Qt.AlignmentFlag.AlignVCenter, text)
