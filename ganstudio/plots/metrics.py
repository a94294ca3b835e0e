"""How far the generated distribution is from the target, over steps, beside the noise floor."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Floor, Frame, PlaneMetrics, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.history import MetricHistory
from ganstudio.plots.items import Band, Guide
from ganstudio.plots.layer import Layer
from ganstudio.plots.measures import NO_MODES, PLACES, TABLES, Measure, measures_of
from ganstudio.plots.over_time import OverTime, Series
from ganstudio.plots.palette import Dash, number
from ganstudio.plots.past import Past

_FLOOR = Layer(
    "floor",
    "perfect generator",
    "muted",
    "dotted",
    "band",
    help="What a perfect generator scores with as many samples: median, up to the 95th percentile.",
)

COLLAPSED = 0.25
"""Below this share of the target's width a generator counts as collapsed."""


class MetricPlot(OverTime):
    """One metric over steps, with what a perfect generator would score.

    Args:
        metric: a key of one of the `TABLES`, which is also the plot's `name`.
    """

    empty = "Press Train to see how close the generator gets"

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        self.name = metric  # type: ignore[misc]  # one class draws several metrics
        known = {space: table[metric] for space, table in TABLES.items() if metric in table}
        if not known:
            raise KeyError(metric)
        self.measure = measure = next(iter(known.values()))
        self.title, self.explanation = measure.title, measure.explanation
        where = " and ".join(PLACES[space] for space in known)
        self.unsuited = f"“{measure.label}” is measured {where} only"
        self._judge = ""
        """Who measures it, for pictures of the plot to say it too."""
        self._fixtures: list[Band | Guide] = []
        self._references: list[float] = []
        super().__init__(measure.unit, self._own, parent, log=measure.log)
        self._series = Series(self, "metric", measure.role)
        dash: Dash = "solid" if measure.steady else "dashed"
        self._second = Series(self, "second", measure.second_role, dash)

    @property
    def _own(self) -> tuple[Layer, ...]:
        m = self.measure
        layers: tuple[Layer, ...] = (Layer("metric", m.label, m.role, help=m.explanation),)
        if m.second:
            dash: Dash = "solid" if m.steady else "dashed"
            layers += (Layer("second", m.second_label, m.second_role, dash, help=m.second_help),)
        return layers

    def suits(self, experiment: Experiment) -> bool:
        return self.name in measures_of(experiment)

    def _heading(self, frame: Frame | None) -> str:
        return f"{self.measure.title} ({self._judge})" if self._judge else self.measure.title

    def _begin(self, started: Started) -> None:
        self._speak(measures_of(started.experiment)[self.name], started)
        for fixture in self._fixtures:
            self._remove(fixture)
        self._fixtures, self._references = [], []
        self.canvas.axes["right"].mark({})
        self._set_layers(self._own)
        self._least = 0.0
        floor = started.floors.get(self.name)
        if floor is not None and math.isfinite(floor.median) and math.isfinite(floor.high):
            self._add_floor(floor)
        if self.name == "std_ratio":
            self._add_width_guides()
        replicas, second = started.experiment.replicas, self.measure.second
        self._histories = {self._series: MetricHistory(self.name, replicas)}
        if second:
            self._histories[self._second] = MetricHistory(second, replicas)
        self._begin_span(*self._home())
        self._draw_series()

    def _speak(self, measure: Measure, started: Started) -> None:
        """Say what the metric is in the space of this run, and who judges it."""
        self.measure, self.explanation = measure, measure.explanation
        judge = started.gallery.get("judge", "") if measure.judged else ""
        if judge:
            sure = started.gallery.get("judge's accuracy", "?")
            self.explanation += (
                f"\nJudge {judge}: a classifier that names {sure} of the held-out pictures right."
            )
        self._explain()
        self.canvas.axes["left"].rename(measure.unit, self.style_in_use)
        self._judge = f"judge {judge}" if judge and measure.names_judge else ""

    def _add_floor(self, floor: Floor) -> None:
        value, low, high = floor.median, floor.median, floor.high
        if self.measure.signed:
            self._least = high / 10
            value, low = high, self._least
        if self.measure.log:
            if not 0 < low <= high:
                return
            middle, low, high = math.log10(value), math.log10(low), math.log10(high)
        else:
            # A perfect generator's width is off by as much on either side.
            middle, low = value, 2 * value - high
        self._set_layers((*self._own, _FLOOR))
        self._fixtures = [
            self._add(Band(low, high, "muted", 0.22), "floor", z=-20),
            self._add(Guide(middle), "floor", z=-1),
        ]
        self._references = [low, high]
        self.canvas.axes["right"].mark({middle: f"{value:.2g}"})

    def _add_width_guides(self) -> None:
        self._fixtures += [
            self._add(Band(0.0, COLLAPSED, "trouble", 0.16), z=-21),
            self._add(Guide(COLLAPSED, "collapsed", "trouble"), z=-2),
        ]

    def _home(self) -> tuple[float, float]:
        """The range before anything was measured."""
        if self.measure.log:
            return self._with_guides(*self.measure.decades)
        self._references += [0.0, self.measure.top]
        return self._with_guides(0.0, self.measure.top)

    def _remember(self, frame: Frame) -> None:
        for history in self._histories.values():
            history.add(frame)

    def _recall(self, past: Past) -> None:
        for history in self._histories.values():
            history.recall(past)

    def _draw(self, frame: Frame) -> None:
        self._draw_series()
        self._fit(frame, *(series.y for series in self._histories))
        value = float(getattr(frame.metrics, self.name)[self.replica])
        known = math.isfinite(value)
        self._mark_ends(self._ends(frame))
        if known:
            self._say("")
        elif self.measure.missing and math.isnan(frame.lost_at[self.replica]):
            metrics = frame.metrics
            has_modes = not (isinstance(metrics, PlaneMetrics) and np.isnan(metrics.modes).all())
            self._say(self.measure.missing if has_modes else NO_MODES)
        else:
            self._say("Not a finite number now", "trouble")

    def _ends(self, frame: Frame) -> dict[Series, str]:
        """The newest number at the end of each curve that a colour of its own tells apart."""
        told = {self._series: self.name}
        if self.measure.steady:
            told[self._second] = self.measure.second
        found = dict.fromkeys(self._histories, "")
        for series, name in told.items():
            value = float(getattr(frame.metrics, name)[self.replica])
            found[series] = self._words_for(value) if math.isfinite(value) else ""
        return found

    @staticmethod
    def _words_for(value: float) -> str:
        """Modes are counted, all else is measured."""
        return f"{value:.0f}" if value.is_integer() and abs(value) < 1000 else number(value)

    def _draw_series(self) -> None:
        for series, history in self._histories.items():
            trace = history.trace(self.replica)
            series.draw(
                trace,
                history.stride,
                0.0,
                view=self._view,
                log=self.measure.log,
                least=self._least,
            )

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        return min([low, *self._references]), max([high, *self._references])
