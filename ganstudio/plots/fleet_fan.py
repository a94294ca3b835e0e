"""One metric of all seeds over steps: where the middle half and nine tenths of them are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QColor, QPainter, QPolygonF
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.outcomes import lost
from ganstudio.plots.fleet_history import Fan, FanHistory
from ganstudio.plots.history import Numbers, Trace
from ganstudio.plots.items import Curve, Drawn, Look, Values
from ganstudio.plots.layer import Layer
from ganstudio.plots.measures import Measure
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.palette import Role, colour
from ganstudio.plots.style import Style

_MEDIAN = Layer("metric", "median", "generated", help="Half of the seeds are above it, half below.")
_BANDS = Layer(
    "bands",
    "50 %, 90 %",
    "generated",
    shape="band",
    help="The dark band holds the middle half of the seeds, the light one nine tenths.",
)


class Ribbon(Drawn):
    """The area between two curves."""

    def __init__(self, role: Role, alpha: float) -> None:
        super().__init__()
        self._role, self._alpha = role, alpha
        self._tint = QColor()
        self.x = self.low = self.high = np.empty(0)

    def dress(self, style: Style) -> None:
        """Take the style's colours."""
        self._tint = colour(style, self._role, self._alpha)
        self.update()

    def draw(self, x: Values, low: Values, high: Values) -> None:
        """Fill from low to high over x; places that are not finite are left out."""
        finite = np.isfinite(low) & np.isfinite(high)
        self.x, self.low, self.high = x[finite], low[finite], high[finite]
        self._occupy(np.tile(self.x, 2), np.concatenate([self.low, self.high]))

    def paint(self, painter: QPainter, *_: object) -> None:
        around = np.concatenate([self.x, self.x[::-1]])
        x, y = self._to_pixels(painter, around, np.concatenate([self.low, self.high[::-1]]))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self._tint)
        painter.drawPolygon(QPolygonF(list(map(QPointF, x.tolist(), y.tolist()))))


class FanPlot(MetricPlot):
    """One metric of a fleet as a fan over steps, with one seed on top.

    Args:
        metric: the name of the metric, see `MetricPlot`.
    """

    empty = "Train many seeds to see how far they spread"

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        self._kept: Fan | None = None
        super().__init__(metric, parent)
        self._wide = self._add(Ribbon("generated", 0.18), "bands", z=-4)
        self._narrow = self._add(Ribbon("generated", 0.3), "bands", z=-3)
        self._seed = self._add(Curve(Look("text", 1.6)), "seed", z=4)
        self._kept_band = self._add(Ribbon("muted", 0.22), "kept", z=-6)
        self._kept_edges = [
            self._add(Curve(Look("muted", 1.1, "dotted")), "kept", z=-2) for _ in range(2)
        ]
        self._kept_median = self._add(Curve(Look("muted", 2.2, "dashed")), "kept", z=1)

    def keep(self, fan: Fan | None) -> None:
        """Draw another fleet's fan, A, behind this one; None takes it away."""
        self._kept = fan
        self._set_layers(self.layers())
        if fan is not None:
            low, below, middle, above, high = self._scaled(fan.quantiles)
            self._kept_band.draw(fan.steps, below, above)
            self._kept_median.draw(fan.steps, middle)
            for curve, edge in zip(self._kept_edges, (low, high), strict=True):
                curve.draw(fan.steps, edge)
        self._refresh()

    @property
    def fan(self) -> Fan:
        """The quantiles so far; there are none before the first run."""
        return self._fans.fan()

    @property
    def _own(self) -> tuple[Layer, ...]:
        return _MEDIAN, _BANDS

    def _speak(self, measure: Measure, started: Started) -> None:
        super()._speak(measure, started)
        self.explanation = (
            f"{self.explanation} Each band holds a share of the seeds; those that are no "
            "longer finite are left out."
        )
        self._explain()

    def _begin(self, started: Started) -> None:
        self._fans = FanHistory(self.name, started.experiment.replicas)
        super()._begin(started)
        self._histories = {self._series: self._fans}

    def _set_layers(self, layers: tuple[Layer, ...]) -> None:
        """The layers of the metric, and what only a fleet has."""
        listed = [layer for layer in layers if layer.id in ("metric", "bands")]
        if self._started is not None:
            seed = self._started.experiment.seed_of(self.replica)
            help = "The seed that is chosen among the pictures."
            listed.append(Layer("seed", f"seed {seed}", "text", help=help))
        if self._kept is not None:
            help = "The fleet that was kept as A: median, middle half, nine tenths (dotted)."
            listed.append(Layer("kept", "A", "muted", "dashed", "band", help=help))
        # One legend serves several fans: it has no room for long names.
        listed += [replace(layer, label="floor") for layer in layers if layer.id == "floor"]
        if tuple(listed) != self.layers():
            super()._set_layers(tuple(listed))

    def _draw(self, frame: Frame) -> None:
        self._set_layers(self.layers())
        self._draw_series()
        wanted = [self._wide.low, self._wide.high]
        if self._kept is not None and len(self._kept.steps):
            wanted += [self._kept_edges[0].y, self._kept_edges[1].y]
            if self._end.update(float(self._kept.steps[-1])):
                self._apply_ranges()
        self._fit(frame, *wanted)
        fan = self.fan
        middle = fan.quantiles[2, self._view.until(fan.steps)][-1:]
        known = len(middle) and np.isfinite(middle[0])
        self._mark_ends({self._series: self._words_for(float(middle[0])) if known else ""})
        gone = int(lost(frame.verdicts, frame.metrics).sum())
        words = f"step ({gone:,} diverged)" if gone else "step"
        self.canvas.axes["bottom"].rename(words, self.style_in_use)

    def _draw_series(self) -> None:
        fan = self.fan
        low, below, _, above, high = self._scaled(fan.quantiles)
        shown = slice(None) if self._view.future else self._view.until(fan.steps)
        self._wide.draw(fan.steps[shown], low[shown], high[shown])
        self._narrow.draw(fan.steps[shown], below[shown], above[shown])
        middle = fan.quantiles[2]
        self._series.draw(
            Trace(fan.steps, middle, middle, middle),
            stride=1,
            smoothing=0.0,
            view=self._view,
            log=self.measure.log,
        )
        seed = self._fans.trace(self.replica)
        shown = self._view.until(seed.steps)
        self._seed.draw(seed.steps[shown], self._scaled(seed.mean)[shown])

    def _scaled(self, values: Numbers) -> Numbers:
        """Values as the axis has them."""
        return np.log10(np.where(values > 0, values, np.nan)) if self.measure.log else values
