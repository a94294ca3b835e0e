"""The few things that plots are drawn from; each knows its role and dresses for a style."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPaintEngine, QPainter, QPainterPath, QPen
from shiboken6 import Shiboken

from ganstudio.plots.palette import Dash, Role, colour, font, pen
from ganstudio.plots.style import Style

Values = NDArray[Any]

_FAR = 1e5
"""Pixels beyond this overflow the rasteriser's fixed point."""
_NOTHING = np.empty(0)
_SVG = QPaintEngine.Type.SVG


@dataclass(frozen=True)
class Look:
    """How a curve is drawn; `fill` is the opacity of the area down to 0, `width` 0 no line.

    `strength` below 1 is fainter, `pairs` joins every second point with the next one only.
    """

    role: Role
    width: float = 2.0
    dash: Dash = "solid"
    strength: float = 1.0
    fill: float = 0.0
    steps: bool = False
    pairs: bool = False


class Drawn(pg.GraphicsObject):
    """Data that is mapped to pixels before it is painted.

    Under the view's transform dots would be stretched, and a cosmetic pen, which would help,
    is stroked up to 100 times slower and is too thin on screens with small pixels.
    """

    def __init__(self) -> None:
        super().__init__()
        self._rect = QRectF()

    def boundingRect(self) -> QRectF:
        return self._rect

    def _occupy(self, x: Values, y: Values) -> None:
        """Say where the data are; both have finite values only."""
        self.prepareGeometryChange()
        if len(x):
            left, top, right, bottom = map(float, (x.min(), y.min(), x.max(), y.max()))
            self._rect = QRectF(left, top, right - left, bottom - top)
        else:
            self._rect = QRectF()
        self.update()

    def _to_pixels(self, painter: QPainter, x: Values, y: Values) -> tuple[Values, Values]:
        """Both in pixels; from here on the painter draws in pixels too."""
        to = painter.worldTransform()
        painter.resetTransform()
        box = self.getViewBox() if painter.paintEngine().type() is _SVG else None
        if box is not None:
            # Qt writes the numbers of a clip into an SVG, and forgets what they are relative to.
            frame = box.mapRectToScene(box.rect())
            painter.setClipRect(painter.deviceTransform().mapRect(frame))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        across, down = to.m11() * x + to.dx(), to.m22() * y + to.dy()
        return np.clip(across, -_FAR, _FAR), np.clip(down, -_FAR, _FAR)


class Curve(Drawn):
    """A line, an area down to 0, a histogram or many separate lines: always one path."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._pen, self._brush = QPen(), QColor()
        self.x = self.y = _NOTHING
        self._connect = "all"

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        look = self._look
        self._pen = pen(style, look.role, look.width, look.dash, look.strength)
        self._brush = colour(style, look.role, look.fill)
        self.update()

    def draw(self, x: Values, y: Values) -> None:
        """Show y over x; a gap wherever either is not finite. For steps x are the edges."""
        if self._look.steps:
            # An empty bin and a broken one both have no height to draw.
            y = np.nan_to_num(y, nan=0.0, posinf=0.0, neginf=0.0)
            filled = np.flatnonzero(y)
            first, last = (filled[0], filled[-1] + 1) if len(filled) else (0, 0)
            x, y = np.repeat(x[first : last + 1], 2)[1:-1], np.repeat(y[first:last], 2)
        finite = np.isfinite(x) & np.isfinite(y)
        if self._look.pairs:
            kept = np.repeat(finite[0::2] & finite[1::2], 2)
            x, y, finite, self._connect = x[kept], y[kept], finite[kept], "pairs"
        else:
            self._connect = "all" if finite.all() else "finite"
        self.x, self.y = (x, y) if finite.any() else (_NOTHING, _NOTHING)
        x, y = x[finite], y[finite]
        self._occupy(x, np.append(y, 0.0) if self._look.fill and len(y) else y)

    def erase(self) -> None:
        """Show nothing."""
        self.draw(_NOTHING, _NOTHING)

    def paint(self, painter: QPainter, *_: object) -> None:
        if not len(self.x):
            return
        ground = painter.worldTransform().map(QPointF(0, 0)).y()
        seen = self._seen()
        x, y = self._to_pixels(painter, self.x[seen], self.y[seen])
        if self._look.fill:
            # Steps have upright edges, and smoothing them costs three times as much.
            painter.setRenderHint(QPainter.RenderHint.Antialiasing, not self._look.steps)
            painter.fillPath(_area(x, y, ground), self._brush)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._look.width:
            painter.setPen(self._pen)
            if self._look.dash == "solid":
                _draw_pieces(painter, x, y, self._connect == "pairs")
            else:
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPath(pg.arrayToQPath(x, y, connect=self._connect, finiteCheck=False))
            if self._connect != "pairs":
                self._paint_single(painter, x, y)

    def _paint_single(self, painter: QPainter, x: Values, y: Values) -> None:
        """A dot for each point that has no neighbour to be joined with."""
        apart = np.isfinite(np.stack([x, y])).all(axis=0)
        apart &= ~np.append(apart[1:], False) & ~np.append(False, apart[:-1])
        if apart.any():
            dot = QPen(self._pen.color(), 3 * self._pen.widthF())
            dot.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(dot)
            _draw_points(painter, x[apart], y[apart])

    def _seen(self) -> slice:
        """The points in the view and one beyond each end; often half of them are outside."""
        view = self.viewRect()
        if self._look.pairs or view is None:
            return slice(None)
        first, last = np.searchsorted(self.x, [view.left(), view.right()])
        return slice(max(0, first - 1), last + 1)


def _draw_pieces(painter: QPainter, x: Values, y: Values, pairs: bool) -> None:
    """The lines between points, one by one: a wide path that crosses itself takes 100 times as
    long, and so do round caps; square ones close the joints as well."""
    every = 2 if pairs else 1
    ends = np.stack([x[:-1:every], y[:-1:every], x[1::every], y[1::every]], axis=1, dtype=float)
    ends = np.ascontiguousarray(ends[np.isfinite(ends).all(axis=1)])
    if len(ends):
        # A QLineF is these four numbers; to make each of them in Python takes as long as drawing.
        first = cast(QLineF, Shiboken.wrapInstance(ends.ctypes.data, QLineF))
        painter.drawLines(first, len(ends))


def _draw_points(painter: QPainter, x: Values, y: Values) -> None:
    points = np.stack([x, y], axis=1, dtype=float)
    if len(points):
        first = cast(QPointF, Shiboken.wrapInstance(points.ctypes.data, QPointF))
        painter.drawPoints(first, len(points))


def _area(x: Values, y: Values, ground: float) -> QPainterPath:
    finite = np.isfinite(x) & np.isfinite(y)
    x, y = x[finite], y[finite]
    ends = x[[0, -1]]
    around = np.concatenate([ends[:1], x, ends[1:]]), np.concatenate([[ground], y, [ground]])
    path: QPainterPath = pg.arrayToQPath(*around, connect="all", finiteCheck=False)
    return path


class Dots(Drawn):
    """Round points of a fixed size in pixels, drawn in one call."""

    def __init__(self, role: Role, size: float) -> None:
        super().__init__()
        self._role, self._size = role, size
        self.x = self.y = _NOTHING
        self._pen = QPen()

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        self._pen = pen(style, self._role, self._size)
        self._pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.update()

    def draw(self, x: Values, y: float) -> None:
        """Show a row of points at one height; those that are not finite are left out."""
        self.x = x[np.isfinite(x)]
        self.y = np.full_like(self.x, y)
        self._occupy(self.x, self.y)

    def paint(self, painter: QPainter, *_: object) -> None:
        x, y = self._to_pixels(painter, self.x, self.y)
        painter.setPen(self._pen)
        _draw_points(painter, x, y)


class Label(pg.TextItem):
    """A few words at a place in the plot's coordinates."""

    def __init__(self, role: Role, pixels: int = 12) -> None:
        super().__init__("")
        self._role, self._pixels = role, pixels
        self._said = ""

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self.setFont(font(style, self._pixels))
        self.setColor(colour(style, self._role))

    def say(self, text: str, x: float, y: float, anchor: tuple[float, float]) -> None:
        """Put the text's `anchor` (0, 0 is its top left, 1, 1 its bottom right) at x, y."""
        if text != self._said:
            self._said = text
            self.setPlainText(text)
        if anchor != tuple(self.anchor):
            self.setAnchor(anchor)
        self.setPos(x, y)


class Across(Drawn):
    """Something that crosses the whole view, however it is zoomed."""

    def boundingRect(self) -> QRectF:
        return QRectF(self.viewRect() or QRectF())

    def viewTransformChanged(self) -> None:
        super().viewTransformChanged()  # forgets the rectangle that it remembers
        self.prepareGeometryChange()


class Guide(Across):
    """A dotted line at one y, if need be with a few words over its right end."""

    def __init__(self, y: float, words: str = "", role: Role = "muted") -> None:
        super().__init__()
        self.y, self._words, self._role = y, words, role
        self._pen, self._font = QPen(), QFont()

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._pen = pen(style, self._role, 1.2, "dotted")
        self._font = font(style, 11)
        self.update()

    def move(self, y: float) -> None:
        """Stand at another y."""
        self.y = y
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        view = self.boundingRect()
        (left, right), (y, _y) = self._to_pixels(
            painter, np.array([view.left(), view.right()]), np.array([self.y, self.y])
        )
        painter.setPen(self._pen)
        painter.drawLine(QLineF(left, y, right, y))
        if self._words:
            painter.setFont(self._font)
            room = QRectF(left, y - 104, right - left - 4, 100)
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignBottom
            painter.drawText(room, int(flags), self._words)


class Band(Across):
    """A range of y, faintly tinted across the whole view."""

    def __init__(self, low: float, high: float, role: Role, alpha: float) -> None:
        super().__init__()
        self.low, self.high = low, high
        self._role, self._alpha = role, alpha
        self._tint = QColor()

    def dress(self, style: Style) -> None:
        """Take the style's colours."""
        self._tint = colour(style, self._role, self._alpha)
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        view = self.boundingRect()
        band = QRectF(view.left(), self.low, view.width(), self.high - self.low)
        painter.fillRect(band & view, self._tint)
