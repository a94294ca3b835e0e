"""The table of `LayersPlot`: one row a layer, painted in pixels."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetricsF, QPainter, QPen

from ganstudio.core.events import LayerMeter
from ganstudio.core.words import in_percent
from ganstudio.plots.items import Across, Values
from ganstudio.plots.palette import Role, colour, font, number
from ganstudio.plots.style import LIGHT, Style

SATURATED = 0.9
"""Above this share of saturated outputs a layer is in trouble."""

ROLES: dict[str, Role] = {"generator": "generated", "discriminator": "discriminator"}

_LEAST_ROW, _MOST_ROW = 16.0, 72.0
_GAP = 12.0
_SMALL = 11
"""Pixels of the heads' text, and of the ends of histograms."""
_ROOMY = 46.0
"""A row this high has room for the ends of its histograms."""
_WIDEST = "0.000123"
"""No norm takes more room."""
_BAR = 20.0
"""A bar shorter than this shows nothing; the number beside it says all."""
_DISPENSABLE = ("weights", "bars", "outputs")
"""What a narrow view leaves out, the first one first."""
_LEAST_TEXT = 10


@dataclass(frozen=True)
class Table:
    """What is shown: the layers, the columns besides the name, the scale of the gradients."""

    meters: Sequence[LayerMeter] = ()
    columns: Sequence[str] = ()
    decades: tuple[float, float] = (-4.0, 1.0)
    """Its ends, as exponents of ten."""


@dataclass(frozen=True)
class _Column:
    id: str
    head: str
    short: str
    """The head where there is no room for the whole one."""
    share: float
    """How much it gets of what is left when each column has the least that it needs."""
    paint: Callable[[QPainter, LayerMeter, QRectF], None]


class LayerTable(Across):
    """Fills the view with as many rows as there are layers, as large as there is room for."""

    def __init__(self) -> None:
        super().__init__()
        self._style: Style = LIGHT
        self._pixels = 12
        self.table = Table()
        self.rows = 0
        """How many layers were painted last."""
        self.heads: list[str] = []
        """Heads of the columns that were painted last."""
        self._columns = (
            _Column("name", "layer", "layer", 0.31, self._paint_name),
            _Column("gradient", "gradient (log)", "gradient", 0.27, self._paint_gradient),
            _Column("outputs", "outputs", "outputs", 0.13, self._paint_outputs),
            _Column("weights", "weights", "weights", 0.13, self._paint_weights),
            _Column("saturated", "saturated", "saturated", 0.16, self._paint_saturated),
        )

    def dress(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.update()

    def show_table(self, table: Table) -> None:
        """Show this."""
        self.table = table
        self.update()

    def paint(self, painter: QPainter, *_: object) -> None:
        meters = self.table.meters
        if not meters:
            return
        view = self.boundingRect()
        x, y = self._to_pixels(
            painter, np.array([view.left(), view.right()]), np.array([view.top(), view.bottom()])
        )
        room = QRectF(QPointF(x[0], min(y)), QPointF(x[1], max(y))).adjusted(4, 0, -4, -1)
        head = QFontMetricsF(font(self._style, _SMALL)).height() + 4
        high, self.rows = self._share_out(room.height() - head, len(meters))
        self._pixels = self._fitting_pixels(meters, room, high)
        line = QRectF(room.left(), room.top(), room.width(), head)
        cells = self._cells(line)
        self.heads = []
        for column, cell in cells:
            whole = self._advance(column.head) <= cell.width()
            self.heads.append(column.head if whole else column.short)
            self._write(painter, self.heads[-1], cell, "muted", _SMALL)
        for row, meter in enumerate(meters[: self.rows]):
            line = QRectF(room.left(), room.top() + head + row * high, room.width(), high)
            if meter.layer == 0:
                painter.setPen(QPen(colour(self._style, "border"), 1))
                painter.drawLine(line.topLeft(), line.topRight())
            for column, cell in self._cells(line):
                column.paint(painter, meter, cell)
        if (left := len(meters) - self.rows) > 0:
            words = f"… and {left} more: make this view higher"
            self._write(painter, words, line.translated(0, high), "muted")

    def _share_out(self, height: float, count: int) -> tuple[float, int]:
        """The height of a row, and how many rows there is room for."""
        scale = self._style.text_scale
        high = min(_MOST_ROW * scale, height / count)
        if high >= _LEAST_ROW * scale:
            return high, count
        # The last one says how many are missing.
        high = _LEAST_ROW * scale
        return high, max(0, int(height / high) - 1)

    def _fitting_pixels(self, meters: Sequence[LayerMeter], room: QRectF, high: float) -> int:
        """As large as the rows allow, but names stay whole if they can, and numbers always."""
        cells = {column.id: cell.width() for column, cell in self._cells(room)}
        for pixels in range(min(15, round(0.55 * high / self._style.text_scale)), _LEAST_TEXT, -1):
            name = max(self._advance(_name(m), pixels) for m in meters) + 10
            numbers = {
                "name": name,
                "gradient": self._advance(_WIDEST, pixels) + 4,
                "saturated": self._advance("100 %", pixels),
            }
            if all(numbers.get(id, 0.0) <= width for id, width in cells.items()):
                return pixels
        return _LEAST_TEXT

    def _cells(self, line: QRectF) -> list[tuple[_Column, QRectF]]:
        shown = [c for c in self._columns if c.id == "name" or c.id in self.table.columns]
        bars = True
        for id in _DISPENSABLE:
            if self._spare(shown, line.width(), bars) < 0:
                shown, bars = [c for c in shown if c.id != id], bars and id != "bars"
        spare = self._spare(shown, line.width(), bars)
        # Whole names come first; where even numbers have hardly room, names are what is cut.
        names = [self._advance(_name(m), _LEAST_TEXT) + 11 for m in self.table.meters]
        longer = min(spare, max(0.0, max(names, default=0.0) - self._least("name", bars)))
        rest = max(0.0, spare - longer)
        total, left, cells = sum(c.share for c in shown), line.left(), []
        for column in shown:
            width = self._least(column.id, bars) + rest * column.share / total
            width += longer if column.id == "name" else 0.0
            cells.append((column, QRectF(left, line.top(), width, line.height())))
            left += width + _GAP
        return cells

    def _spare(self, columns: Sequence[_Column], width: float, bars: bool) -> float:
        """What is left of a width when each column has the least that it needs."""
        least = sum(self._least(column.id, bars) for column in columns)
        return width - _GAP * (len(columns) - 1) - least

    def _least(self, id: str, bars: bool) -> float:
        """The width in which a column's head and numbers are whole, a name its beginning."""
        if id == "name":
            return 10 + self._advance("G3 output") + 1
        if id == "gradient":
            bar = _BAR * self._style.text_scale + 6 if bars else 0.0
            return self._advance(_WIDEST) + 4 + bar
        return max(self._advance(id), self._advance("100 %"))

    def _advance(self, text: str, pixels: int = _SMALL) -> float:
        return QFontMetricsF(font(self._style, pixels)).horizontalAdvance(text)

    # ------------------------------------------------------------------------------ cells

    def _paint_name(self, painter: QPainter, meter: LayerMeter, cell: QRectF) -> None:
        stripe = QRectF(cell.left(), cell.top() + 1, 4, cell.height() - 2)
        painter.fillRect(stripe, colour(self._style, ROLES[meter.network]))
        self._write(painter, _name(meter), cell.adjusted(10, 0, 0, 0), "text")

    def _paint_gradient(self, painter: QPainter, meter: LayerMeter, cell: QRectF) -> None:
        norm = meter.gradient
        trouble = norm == 0 or math.isinf(norm)
        text = "–" if math.isnan(norm) else number(norm)
        if trouble:
            text = "infinite" if norm else "none"
        wide = self._advance(_WIDEST, self._pixels) + 4
        bar = self._bar(cell.adjusted(0, 0, -wide - 6, 0))
        if bar.width() < _BAR * self._style.text_scale:
            self._write(painter, text, cell, "trouble" if trouble else "text")
            return
        painter.fillRect(bar, colour(self._style, "raised"))
        low, high = self.table.decades
        share = (math.log10(norm) - low) / (high - low) if norm > 0 and not trouble else 0.0
        bar.setWidth(bar.width() * min(max(share, 0.0), 1.0))
        painter.fillRect(bar, colour(self._style, ROLES[meter.network]))
        room = QRectF(cell.right() - wide, cell.top(), wide, cell.height())
        self._write(painter, text, room, "trouble" if trouble else "text")

    def _paint_outputs(self, painter: QPainter, meter: LayerMeter, cell: QRectF) -> None:
        self._paint_shares(painter, meter, meter.activation_edges, meter.activation_shares, cell)

    def _paint_weights(self, painter: QPainter, meter: LayerMeter, cell: QRectF) -> None:
        self._paint_shares(painter, meter, meter.weight_edges, meter.weight_shares, cell)

    def _paint_shares(
        self, painter: QPainter, meter: LayerMeter, edges: Values, shares: Values, cell: QRectF
    ) -> None:
        """A histogram; a tick below it marks 0, and where there is room numbers its ends."""
        if not (len(shares) and np.isfinite(edges).all() and np.isfinite(shares).all()):
            self._write(painter, "–", cell, "muted")
            return
        area = cell.adjusted(0, 3, 0, -4)
        if cell.height() >= _ROOMY * self._style.text_scale:
            area.setBottom(area.bottom() - QFontMetricsF(font(self._style, _SMALL)).height())
            room = cell.bottom() - area.bottom()
            below = QRectF(area.left(), area.bottom() + 2, area.width(), room)
            self._write(painter, number(float(edges[0])), below, "muted", _SMALL)
            self._write(painter, number(float(edges[-1])), below, "muted", _SMALL, right=True)
        tint = colour(self._style, ROLES[meter.network], 0.75)
        highest = float(shares.max()) or 1.0
        width = area.width() / len(shares)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        for i, share in enumerate(shares.tolist()):
            if share > 0:
                tall = max(1.0, area.height() * share / highest)
                left = area.left() + i * width
                painter.fillRect(QRectF(left, area.bottom() - tall, width, tall), tint)
        painter.setPen(QPen(colour(self._style, "muted"), 1))
        painter.drawLine(area.bottomLeft(), area.bottomRight())
        if edges[0] <= 0 <= edges[-1] and edges[0] < edges[-1]:
            share = float(-edges[0] / (edges[-1] - edges[0]))
            at = QPointF(area.left() + share * area.width(), area.bottom())
            painter.drawLine(at, at + QPointF(0, 3))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _paint_saturated(self, painter: QPainter, meter: LayerMeter, cell: QRectF) -> None:
        if not math.isfinite(meter.saturated):
            self._write(painter, "–", cell, "muted")
            return
        text = in_percent(meter.saturated)
        trouble = meter.saturated > SATURATED
        if trouble:
            painter.fillRect(cell.adjusted(-4, 1, 4, -1), colour(self._style, "trouble", 0.16))
            metrics = QFontMetricsF(font(self._style, self._pixels))
            word, room = f"{text} saturated", cell.height() - 2 * metrics.height()
            if metrics.horizontalAdvance(word) <= cell.width():
                text = word
            elif room >= 0:
                lower = cell.adjusted(0, cell.height() / 2, 0, -room / 2)
                self._write(painter, "saturated", lower, "trouble")
                cell = cell.adjusted(0, room / 2, 0, -cell.height() / 2)
        self._write(painter, text, cell, "trouble" if trouble else "text")

    def _bar(self, cell: QRectF) -> QRectF:
        thick = min(0.5 * cell.height(), 16 * self._style.text_scale)
        return QRectF(cell.left(), cell.center().y() - thick / 2, max(cell.width(), 0), thick)

    def _write(
        self,
        painter: QPainter,
        text: str,
        room: QRectF,
        role: Role,
        pixels: int | None = None,
        *,
        right: bool = False,
    ) -> None:
        painter.setFont(font(self._style, pixels or self._pixels))
        painter.setPen(colour(self._style, role))
        side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
        short = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, math.ceil(room.width())
        )
        painter.drawText(room, int(side | Qt.AlignmentFlag.AlignVCenter), short)


def _name(meter: LayerMeter) -> str:
    return f"{meter.network[0].upper()}{meter.layer + 1} {meter.name}"
