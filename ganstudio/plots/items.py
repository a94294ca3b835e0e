"""The few things that plots are drawn from; each knows its role and dresses for a style."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pyqtgraph as pg
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPen, QPolygonF
from PySide6.QtWidgets import QApplication

from ganstudio.plots.style import Style

Role = Literal["real", "generated", "discriminator", "trouble", "muted", "text"]
Dash = Literal["solid", "dashed", "dotted"]
Values = NDArray[Any]

_DASHES: dict[Dash, list[float]] = {"solid": [], "dashed": [5, 3], "dotted": [1, 2.5]}
_HUGE = 1e9
"""Coordinates beyond this many units overflow the rasteriser's fixed point."""

_NOTHING = np.empty(0)


def colour(style: Style, role: str, alpha: float = 1.0) -> QColor:
    """The colour of a role, more or less opaque."""
    found = QColor(getattr(style, role))
    found.setAlphaF(alpha)
    return found


def pen(style: Style, role: str, width: float, dash: Dash = "solid", strength: float = 1) -> QPen:
    """A pen that stays `width` pixels wide at any zoom.

    A weaker one is mixed with the card's colour: wide translucent lines take 100 times as long.
    """
    full, card = colour(style, role), colour(style, "card")
    channels = zip(full.getRgbF()[:3], card.getRgbF()[:3], strict=True)
    mixed = QColor.fromRgbF(*(strength * a + (1 - strength) * b for a, b in channels))
    made = QPen(mixed, width * style.line_scale)
    made.setCosmetic(True)
    if dash == "solid":
        made.setCapStyle(Qt.PenCapStyle.RoundCap)
    else:
        made.setCapStyle(Qt.PenCapStyle.FlatCap)
        made.setJoinStyle(Qt.PenJoinStyle.BevelJoin)
        made.setDashPattern(_DASHES[dash])
    return made


def font(style: Style, pixels: int = 12, bold: bool = False) -> QFont:
    """The application's family in the style's size, with digits of one width."""
    made = QFont(QApplication.font())
    made.setPixelSize(round(pixels * style.text_scale))
    made.setBold(bold)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def number(value: float) -> str:
    """Three significant digits of a finite number, a real minus sign, commas for thousands."""
    if value != 0 and not 1e-4 <= abs(value) < 1e7:
        text = f"{value:.1e}"
    else:
        places = 2 if value == 0 else max(0, 2 - math.floor(math.log10(abs(value))))
        text = f"{value:,.{places}f}"
    return text.replace("-", "−")


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
    smooth: bool = True


class Curve(pg.PlotCurveItem):
    """A line, an area, a histogram's outline or many separate lines: always one path."""

    def __init__(self, look: Look) -> None:
        super().__init__(antialias=look.smooth, fillLevel=0.0 if look.fill else None)
        self._look = look
        # Round-capped pieces look like one stroke, and are painted in half the time of one.
        self.setSegmentedLineMode("on" if look.dash == "solid" else "off")

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        look = self._look
        line = pen(style, look.role, look.width, look.dash, look.strength) if look.width else None
        self.setPen(line)
        if look.fill:
            self.setBrush(colour(style, look.role, look.fill))

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
            x, y, connect = x[kept], y[kept], "pairs"
        else:
            connect = "all" if finite.all() else "finite"
        if finite.any():
            y = np.clip(y, -_HUGE, _HUGE)
            self.setData(x, y, connect=connect, skipFiniteCheck=connect != "finite")
        else:
            self.erase()

    def erase(self) -> None:
        """Show nothing."""
        self.setData(_NOTHING, _NOTHING)


class Dots(pg.GraphicsObject):
    """Round points of a fixed size in pixels, drawn in one call."""

    def __init__(self, role: Role, size: float) -> None:
        super().__init__()
        self._role, self._size = role, size
        self._points = QPolygonF()
        self._rect = QRectF()
        self._pen = QPen()

    def dress(self, style: Style) -> None:
        """Take the style's colours and widths."""
        self._pen = pen(style, self._role, self._size)
        self._pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        self.update()

    def draw(self, x: Values, y: float) -> None:
        """Show a row of points at one height; those that are not finite are left out."""
        kept = x[np.isfinite(x) & (np.abs(x) < _HUGE)]
        self.prepareGeometryChange()
        self._points = QPolygonF([QPointF(value, y) for value in kept.tolist()])
        low, high = (float(kept.min()), float(kept.max())) if len(kept) else (0.0, 0.0)
        # A little height, because what has none counts as invisible.
        self._rect = QRectF(low, y - 0.05, high - low, 0.1)
        self.update()

    def boundingRect(self) -> QRectF:
        return self._rect

    def paint(self, painter: Any, *_: object) -> None:
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(self._pen)
        # In pixels, because the view's transform would stretch the dots.
        points = painter.worldTransform().map(self._points)
        painter.resetTransform()
        painter.drawPoints(points)


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


class Guide(pg.InfiniteLine):
    """A dotted line across the plot, if need be with a few words over its right end."""

    def __init__(self, y: float, words: str | None = None, role: Role = "muted") -> None:
        options = {"position": 0.995, "anchors": [(1, 1), (1, 1)], "movable": False}
        super().__init__(y, angle=0, label=words, labelOpts=options)
        self._role = role

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self.setPen(pen(style, self._role, 1.2, "dotted"))
        if hasattr(self, "label"):
            self.label.setColor(colour(style, self._role))
            self.label.setFont(font(style, 11))


class Band(pg.LinearRegionItem):
    """A range of y, faintly tinted across the whole plot."""

    def __init__(self, low: float, high: float, role: Role, alpha: float) -> None:
        super().__init__((low, high), orientation="horizontal", movable=False, pen=None)
        self._role, self._alpha = role, alpha
        self.setZValue(-20)

    def dress(self, style: Style) -> None:
        """Take the style's colours."""
        self.setBrush(colour(style, self._role, self._alpha))
        for line in self.lines:
            line.setPen(QPen(Qt.PenStyle.NoPen))
