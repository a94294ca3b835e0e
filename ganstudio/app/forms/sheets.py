"""What is drawn: a density as heights, points in the plane, a histogram of samples."""

from __future__ import annotations

import math
import random
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF, QResizeEvent

from ganstudio.app.forms.canvas import KEY_STEP, Canvas, Picture, Place
from ganstudio.core.lazy import np
from ganstudio.core.targets.distribution import MOST_POINTS

PLACES = 64
"""Heights of a density that is drawn by hand."""
HEADROOM = 0.9
"""Where the highest of given heights stands on the sheet."""
SPRAY_PIXELS = 6.0
"""Between two points of one stroke; they scatter by half of it."""
ERASER_PIXELS = 10.0
BARS = 48

Point = tuple[float, float]


class DensitySheet(Canvas):
    """Heights at even places with straight lines between them; drawing sets those it passes."""

    def __init__(self) -> None:
        super().__init__(
            7.5,
            "Draw with the mouse; Shift or the right button erases. Arrow keys choose a place "
            "and its height, Delete makes it 0.",
        )
        self.heights = [0.0] * PLACES
        self._top = 1.0

    def set_heights(self, heights: Sequence[float]) -> None:
        """Show heights, the largest near the top."""
        self.heights = list(heights)
        self._top = max(heights) / HEADROOM
        self.update()

    def clear(self) -> None:
        """All heights 0."""
        self.heights = [0.0] * PLACES
        self._top = 1.0
        self.update()

    def stroke(self, start: Place, end: Place, erase: bool) -> None:
        """Set the heights between two places to the line between them."""
        if len(self.heights) < PLACES:
            old = np.linspace(0, 1, len(self.heights))
            fine = np.interp(np.linspace(0, 1, PLACES), old, self.heights)
            self.heights = [float(height) for height in fine]
        (x0, y0), (x1, y1) = sorted((start, end))
        last = len(self.heights) - 1
        for k in range(round(x0 * last), round(x1 * last) + 1):
            along = (k / last - x0) / (x1 - x0) if x1 > x0 else 1.0
            y = y0 + (y1 - y0) * min(max(along, 0.0), 1.0) if x1 > x0 else end[1]
            self._set(k, 0.0 if erase else y)

    def press(self, key: int) -> bool:
        """Up and Down change the height, Delete makes it 0."""
        x, _ = self.cursor_at
        k = round(x * (len(self.heights) - 1))
        step = {Qt.Key.Key_Up: KEY_STEP, Qt.Key.Key_Down: -KEY_STEP}.get(Qt.Key(key))
        if step is not None:
            self._set(k, min(max(self.heights[k] / self._top + step, 0.0), 1.0))
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self._set(k, 0.0)
        else:
            return False
        return True

    def paint(self, painter: QPainter) -> None:
        """The lines, filled down to 0, and the keyboard's place."""
        last = len(self.heights) - 1
        tops = [self.pixel((k / last, h / self._top)) for k, h in enumerate(self.heights)]
        ends = [self.pixel((1, 0)), self.pixel((0, 0))]
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.data_colour(0.2))
        painter.drawPolygon(QPolygonF([*tops, *ends]))
        painter.setPen(QPen(self.data_colour(), 2))
        painter.drawPolyline(QPolygonF(tops))
        if self.hasFocus():
            at = tops[round(self.cursor_at[0] * last)]
            painter.setBrush(self.data_colour())
            painter.drawEllipse(at, 4, 4)

    def _set(self, k: int, y: float) -> None:
        # Four digits are finer than a pixel, and short in a file.
        self.heights[k] = float(f"{y * self._top:.4g}")


class PointsSheet(Canvas):
    """Points in the plane with the same scale on both axes."""

    def __init__(self) -> None:
        super().__init__(
            11,
            "Click or drag to add points; Shift or the right button erases. Arrow keys move the "
            "cross, Enter adds a point there, Delete erases.",
        )
        self.points: list[Point] = []
        self._box = (0.0, 0.0, 2.0, 2.0)
        """Middle and size of what it has to show."""
        self._polygon: QPolygonF | None = None

    def set_points(self, points: Sequence[Point]) -> None:
        """Show points, all of them with some room around."""
        self.points = list(points)
        (x0, y0), (x1, y1) = (np.array(points).min(axis=0), np.array(points).max(axis=0))
        size = max(float(x1 - x0), float(y1 - y0)) or 1.0
        self._box = (float(x0 + x1) / 2, float(y0 + y1) / 2, max(float(x1 - x0), size / 4),
                     max(float(y1 - y0), size / 4))  # fmt: skip
        self._changed()

    def clear(self) -> None:
        """No points; the view stays."""
        self.points = []
        self._changed()

    def view(self) -> QRectF:
        """What part of the plane is on the sheet; y goes up."""
        x, y, width, height = self._box
        sheet = self.sheet()
        aspect = max(sheet.width(), 1) / max(sheet.height(), 1)
        half = 0.6 * max(height, width / aspect)
        return QRectF(x - half * aspect, y - half, 2 * half * aspect, 2 * half)

    def stroke(self, start: Place, end: Place, erase: bool) -> None:
        """Add a point, or spray points along the way; or take away those that are near."""
        a, b = self.pixel(start), self.pixel(end)
        length = math.hypot(b.x() - a.x(), b.y() - a.y())
        if erase:
            self._erase(b)
        elif start == end:
            self._add(self._point(b))
        else:
            # What a short move leaves over counts as a chance, so that slow strokes add too.
            count = int(length / SPRAY_PIXELS + random.random())
            for i in range(count):
                t = (i + 1) / count
                scatter = (random.gauss(0, SPRAY_PIXELS / 2) for _ in "xy")
                self._add(self._point(a + (b - a) * t + QPointF(*scatter)))
        self._changed()

    def press(self, key: int) -> bool:
        """Enter adds a point, Delete erases."""
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.stroke(self.cursor_at, self.cursor_at, erase=False)
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace):
            self.stroke(self.cursor_at, self.cursor_at, erase=True)
        else:
            return False
        return True

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size is another view."""
        super().resizeEvent(event)
        self._changed()

    def paint(self, painter: QPainter) -> None:
        """The points, fainter where there are many, and the keyboard's cross."""
        if self._polygon is None:
            self._polygon = self._pixels()
        many = len(self.points) > 500
        pen = QPen(self.data_colour(0.35 if many else 0.8), 2.5 if many else 5)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(self._polygon)
        if self.hasFocus():
            at = self.pixel(self.cursor_at)
            painter.setPen(QPen(self.palette().text().color(), 1))
            painter.drawLine(at - QPointF(6, 0), at + QPointF(6, 0))
            painter.drawLine(at - QPointF(0, 6), at + QPointF(0, 6))

    def _changed(self) -> None:
        self._polygon = None
        self.update()

    def _add(self, point: Point) -> None:
        if len(self.points) < MOST_POINTS:
            self.points.append(point)

    def _erase(self, at: QPointF) -> None:
        per_pixel = self.view().height() / max(self.sheet().height(), 1)
        x, y = self._point(at)
        radius = ERASER_PIXELS * per_pixel
        self.points = [(a, b) for a, b in self.points if math.hypot(a - x, b - y) > radius]

    def _point(self, pixel: QPointF) -> Point:
        x, y = self.place(pixel)
        view = self.view()
        # Finer than a pixel, and short in a file.
        digits = 3 - math.floor(math.log10(view.height()))
        return (
            round(view.left() + x * view.width(), digits),
            round(view.top() + y * view.height(), digits),
        )

    def _pixels(self) -> QPolygonF:
        view, sheet = self.view(), self.sheet()
        points = np.array(self.points).reshape(-1, 2)
        x = sheet.left() + (points[:, 0] - view.left()) * (sheet.width() / view.width())
        y = sheet.bottom() - (points[:, 1] - view.top()) * (sheet.height() / view.height())
        return QPolygonF([QPointF(*xy) for xy in zip(x.tolist(), y.tolist(), strict=True)])


class SamplesPicture(Picture):
    """A histogram of samples; it can't be drawn on."""

    def __init__(self) -> None:
        super().__init__(5)
        self._counts = np.zeros(BARS)

    def set_samples(self, values: Sequence[float]) -> None:
        """Count the samples in even bins."""
        self._counts, _ = np.histogram(values, BARS)
        self.update()

    def paint(self, painter: QPainter) -> None:
        """One bar a bin."""
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.data_colour(0.6))
        highest = max(float(self._counts.max()), 1.0)
        for k, count in enumerate(self._counts):
            top = self.pixel((k / BARS, float(count) / highest))
            painter.drawRect(QRectF(top, self.pixel(((k + 1) / BARS, 0))).adjusted(0.5, 0, -0.5, 0))
