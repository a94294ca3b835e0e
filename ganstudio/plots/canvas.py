"""A view with axes."""

from __future__ import annotations

import math

import numpy as np
import pyqtgraph as pg
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics, QPen, QResizeEvent
from PySide6.QtWidgets import QGraphicsGridLayout

from ganstudio.plots.axes import ROUND_STEPS, nice_above
from ganstudio.plots.items import Curve, Look
from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.style import Style

Ticks = list[tuple[float | None, list[float]]]


_LONG = 1e6
"""From here on a number would push the picture aside."""
_LOW = 170
"""In a plot lower than this, in pixels of normal text, words below the numbers cost too much."""


class Axis(pg.AxisItem):
    """An axis with plain numbers, in the colour of what it measures.

    Args:
        side: left, right, top or bottom.
        words: what it measures.
        role: the colour of its numbers.
        grid: its numbers get faint lines across the plot.
        log: its coordinates are exponents of ten.
        linked: whether it shows the view's own coordinates.
    """

    def __init__(
        self,
        side: str,
        words: str = "",
        role: Role = "muted",
        *,
        grid: bool = False,
        log: bool = False,
        linked: bool = True,
    ) -> None:
        # Before all else, because pyqtgraph lays it out at once.
        self._room, self._tucked = 40.0, False
        super().__init__(side)
        self._words, self._role, self.linked = words, role, linked
        self._along = side in ("top", "bottom")
        self._marks: dict[float, str] | None = None
        self._widest = ["0.005" if log else "0.0"]
        self.enableAutoSIPrefix(False)
        # Widths that follow the numbers would make the whole plot jump.
        self.setStyle(autoReduceTextSpace=False, tickLength=4, hideOverlappingLabels=24)
        self.setLogMode(log and self._along, log and not self._along)
        self.setZValue(-1)
        self.has_grid = grid

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        small = font(style, 11)
        metrics = QFontMetrics(small)
        wide, high = metrics.horizontalAdvance("0,000"), metrics.height()
        self._room = 1.5 * wide if self._along else 2.0 * high
        self.setTickFont(small)
        self.setPen(QPen(colour(style, "border"), 1))
        self.setTickPen(QPen(colour(style, "muted"), 1))
        self.setTextPen(QPen(colour(style, self._role)))
        self.rename(self._words, style)
        self._reserve()

    def rename(self, words: str, style: Style) -> None:
        """Say something else beside the axis."""
        self._words = words
        if words:
            size = f"{round(12 * style.text_scale)}px"
            self.setLabel(words, **{"color": getattr(style, self._role), "font-size": size})

    def mark(self, marks: dict[float, str]) -> None:
        """Show these words at these values instead of numbers."""
        self._marks, self._widest = marks, list(marks.values())
        self.picture = None
        self._reserve()

    def tuck(self, tucked: bool) -> None:
        """Have the words before the numbers instead of in a line of their own, or not at all."""
        if self._along and tucked != self._tucked:
            self._tucked = tucked
            self._adjustSize()
            self.resizeEvent()

    def _reserve(self) -> None:
        """Take the space that numbers will need; from then on it only grows."""
        metrics = QFontMetrics(self.style["tickFont"] or QFont())
        self.textWidth = max([0, *map(metrics.horizontalAdvance, self._widest)]) + 2
        self.textHeight = metrics.height()
        self._adjustSize()

    # ------------------------------------------- pyqtgraph asks these, to be overridden so

    def _updateHeight(self) -> None:
        super()._updateHeight()
        if self._tucked and self.label.isVisible():
            height = self.maximumHeight() - 0.8 * self.label.boundingRect().height()
            self.setMinimumHeight(height)
            self.setMaximumHeight(height)

    def resizeEvent(self, ev: object = None) -> None:
        super().resizeEvent(ev)
        if self.label is None:
            return
        words = self.label.boundingRect()
        # The first number stands below the corner, half of it on this side.
        left = -words.width() - self._room / 8
        fits = left >= -self.pos().x()
        self.label.setOpacity(1.0 if fits or not self._tucked else 0.0)
        if self._tucked and fits:
            self.label.setPos(left, (self.size().height() - words.height()) / 2 + 3)

    def tickValues(self, minVal: float, maxVal: float, size: float) -> Ticks:
        low, high = sorted((minVal, maxVal))
        if not high > low:
            return []
        least = (high - low) * self._room / max(size, 1.0)
        if self._marks is not None:
            return [(None, _apart(sorted(self._marks), least / 2))]
        if self.logMode:
            return [(None, _log_ticks(low, high, least))]
        # A large plot needs no more numbers, only a larger picture.
        step = nice_above(max(least, (high - low) / 10), ROUND_STEPS)
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        return [(step, [step * i for i in range(first, last + 1)])]

    def lines(self, size: float) -> list[float]:
        """Where grid lines stand when the axis is `size` pixels long."""
        return [
            tick
            for _, ticks in self.tickValues(self.range[0], self.range[1], size)
            for tick in ticks
        ]

    def tickStrings(self, values: list[float], scale: float, spacing: float | None) -> list[str]:
        if self._marks is not None:
            return [self._marks[value] for value in values]
        if self.logMode:
            return [_power(value) for value in values]
        if max(map(abs, values), default=0) >= _LONG:
            return [f"{value:.3g}".replace("e+", "e").replace("-", "−") for value in values]
        places = max(0, math.ceil(-math.log10(spacing) - 1e-9)) if spacing else 0
        return [f"{value:,.{places}f}".replace("-", "−") for value in values]


def _apart(values: list[float], least: float) -> list[float]:
    """The ascending values without those that are nearer than `least` to the one before."""
    kept: list[float] = []
    for value in values:
        if not kept or value - kept[-1] >= least:
            kept.append(value)
    return kept


def _log_ticks(low: float, high: float, least: float) -> list[float]:
    """Exponents at least `least` apart: 1, 2 and 5 of each decade, decades, or fewer."""
    if least <= math.log10(2):
        steps, marks = 1, np.log10([1, 2, 5])
    else:
        steps, marks = math.ceil(least), np.zeros(1)
    decades = range(math.floor(low) // steps * steps, math.ceil(high) + 1, steps)
    ticks = [decade + float(mark) for decade in decades for mark in marks]
    return [tick for tick in ticks if low - 1e-9 <= tick <= high + 1e-9]


def _power(exponent: float) -> str:
    """10^exponent, where it is a round number, as text."""
    decade = math.floor(exponent + 1e-6)
    digit = round(10 ** (exponent - decade))
    if -5 < decade < 6:
        return f"{digit * 10.0**decade:,.{max(0, -decade)}f}"
    return f"{digit}e{decade}".replace("-", "−")


class Canvas(pg.GraphicsView):
    """One view with axes. Not a PlotWidget, which builds thirty hidden menus and forms."""

    def __init__(self, axes: dict[str, Axis]) -> None:
        # Before all else, because pyqtgraph resizes itself.
        self.axes: dict[str, Axis] = {}
        self._text_scale = 1.0
        super().__init__(background=None)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        # All curves change with each frame: finding out which pixels do costs more than these.
        self.setViewportUpdateMode(pg.GraphicsView.ViewportUpdateMode.FullViewportUpdate)
        self.axes = axes
        self.box = pg.ViewBox(enableMenu=False, defaultPadding=0.0)
        self.box.disableAutoRange()
        centre = pg.GraphicsWidget()
        grid = QGraphicsGridLayout()
        # The last number of an axis reaches beyond the view.
        beyond = [4 if side in axes or not axes else 20 for side in ("left", "right")]
        grid.setContentsMargins(beyond[0], 8, beyond[1], 0)
        grid.setSpacing(0)
        grid.addItem(self.box, 1, 1)
        places = {"top": (0, 1), "left": (1, 0), "right": (1, 2), "bottom": (2, 1)}
        for side, axis in axes.items():
            grid.addItem(axis, *places[side])
            if axis.linked:
                axis.linkToView(self.box)
        grid.setRowStretchFactor(1, 100)
        grid.setColumnStretchFactor(1, 100)
        centre.setLayout(grid)
        self.setCentralItem(centre)
        self._grid = Curve(Look("border", 1.0, strength=0.7, pairs=True))
        self._grid.setZValue(-100)
        self.box.addItem(self._grid, ignoreBounds=True)
        self.box.sigRangeChanged.connect(self._draw_grid)
        self.box.sigResized.connect(self._draw_grid)

    def dress(self, style: Style) -> None:
        """Take the style's background, and dress the axes."""
        self.setBackground(colour(style, "card"))
        for axis in self.axes.values():
            axis.dress(style)
        self._grid.dress(style)
        self._text_scale = style.text_scale
        self._tuck()

    def resizeEvent(self, event: QResizeEvent | None) -> None:
        self._tuck()
        super().resizeEvent(event)

    def _tuck(self) -> None:
        for axis in self.axes.values():
            axis.tuck(self.height() < _LOW * self._text_scale)

    def _draw_grid(self, *_: object) -> None:
        """pyqtgraph's own grid is translucent, and took longer than all curves together."""
        (left, right), _y = self.span()
        axis = self.axes.get("left")
        if axis is not None and axis.has_grid:
            y = np.repeat(axis.lines(self.box.height()), 2)
            self._grid.draw(np.tile([left, right], len(y) // 2), y)

    def span(self) -> tuple[tuple[float, float], tuple[float, float]]:
        """The x and y that are in view."""
        (left, right), (bottom, top) = self.box.viewRange()
        return (left, right), (bottom, top)
