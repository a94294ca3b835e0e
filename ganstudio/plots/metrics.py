"""How far the generated distribution is from the target, over steps, beside the noise floor."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.plots.history import MetricHistory
from ganstudio.plots.items import Band, Guide
from ganstudio.plots.layer import Layer
from ganstudio.plots.over_time import OverTime, Series
from ganstudio.plots.palette import number

_FLOOR = Layer(
    "floor",
    "perfect generator",
    "muted",
    "dotted",
    "band",
    help="What a perfect generator scores with as many samples: median, up to the 95th percentile.",
)


@dataclass(frozen=True)
class Measure:
    """One metric in words; `log` draws it on a logarithmic axis."""

    name: str
    title: str
    label: str
    unit: str
    explanation: str
    log: bool = True


MEASURES = {
    measure.name: measure
    for measure in (
        Measure(
            "w1",
            "Distance to the target: W1",
            "W1",
            "W1 (units of x)",
            "The 1-Wasserstein distance: how far samples must be moved on average to turn the "
            "generated distribution into the target. Lower is better.",
        ),
        Measure(
            "js",
            "Distance to the target: Jensen-Shannon",
            "JS",
            "JS (bits)",
            "The Jensen-Shannon divergence: 0 bits when both distributions agree, 1 bit when "
            "they do not overlap. Lower is better.",
        ),
        Measure(
            "kl",
            "Distance to the target: Kullback-Leibler",
            "KL",
            "KL (bits)",
            "The Kullback-Leibler divergence of the generator from the target: large where the "
            "target has mass that the generator misses. Lower is better.",
        ),
        Measure(
            "ks",
            "Distance to the target: Kolmogorov-Smirnov",
            "KS",
            "KS",
            "The Kolmogorov-Smirnov distance: the largest gap between the two cumulative "
            "distributions, from 0 to 1. Lower is better.",
        ),
        Measure(
            "mean_error",
            "Is it in the right place? Error of the mean",
            "error of the mean",
            "|error of the mean|",
            "How far the mean of the generated samples is from the target's, left or right. "
            "Lower is better.",
        ),
        Measure(
            "std_ratio",
            "Width kept: std / σ",
            "std / σ",
            "std / σ",
            "How wide the generated distribution is compared with the target: 1 is as wide, "
            "near 0 it has collapsed to almost one value.",
            log=False,
        ),
    )
}

COLLAPSED = 0.25
"""Below this share of the target's width a generator counts as collapsed."""


class MetricPlot(OverTime):
    """One metric over steps, with what a perfect generator would score.

    Args:
        metric: a key of `MEASURES`, which is also the plot's `name`.
    """

    empty = "Press Train to see how close the generator gets"

    def __init__(self, metric: str, parent: QWidget | None = None) -> None:
        self.measure = measure = MEASURES[metric]
        self.name = metric  # type: ignore[misc]  # one class draws several metrics
        self.title = measure.title
        self.explanation = measure.explanation
        self._fixtures: list[Band | Guide] = []
        self._references: list[float] = []
        self._own = Layer("metric", measure.label, "generated", help=measure.explanation)
        super().__init__(measure.unit, (self._own,), parent, log=measure.log)
        self._series = Series(self, "metric", "generated")

    def _heading(self, frame: Frame | None) -> str:
        return self.measure.title

    def _begin(self, started: Started) -> None:
        for fixture in self._fixtures:
            self._remove(fixture)
        self._fixtures, self._references = [], []
        self.canvas.axes["right"].mark({})
        self._set_layers((self._own,))
        self._add_floor(started)
        if not self.measure.log:
            self._add_width_guides()
        self._history = MetricHistory(self.measure.name, started.experiment.replicas)
        self._begin_span(*self._home())
        self._draw_series()

    def _add_floor(self, started: Started) -> None:
        floor = started.floors.get(self.measure.name)
        if floor is None or not 0 < floor.median <= floor.high < math.inf:
            return
        self._set_layers((self._own, _FLOOR))
        if self.measure.log:
            low, high = math.log10(floor.median), math.log10(floor.high)
        else:
            # A perfect generator's width is off by as much on either side.
            low, high = 2 * floor.median - floor.high, floor.high
        middle = math.log10(floor.median) if self.measure.log else floor.median
        self._fixtures = [
            self._add(Band(low, high, "muted", 0.22), "floor", z=-20),
            self._add(Guide(middle), "floor", z=-1),
        ]
        self._references = [low, high]
        self.canvas.axes["right"].mark({middle: f"{floor.median:.2g}"})

    def _add_width_guides(self) -> None:
        self._fixtures += [
            self._add(Band(0.0, COLLAPSED, "trouble", 0.16), z=-21),
            self._add(Guide(COLLAPSED, "collapsed", "trouble"), z=-2),
        ]
        self._references += [0.0, 1.2]

    def _home(self) -> tuple[float, float]:
        """The range before anything was measured."""
        if self.measure.log:
            return self._with_guides(-2.0, 0.0)
        return self._with_guides(0.0, 1.2)

    def _remember(self, frame: Frame) -> None:
        self._history.add(frame)

    def _draw(self, frame: Frame) -> None:
        self._draw_series()
        self._fit(frame, self._series.y)
        value = abs(float(getattr(frame.metrics, self.measure.name)[self.replica]))
        self._mark_ends({self._series: number(value) if math.isfinite(value) else ""})
        self._say("" if math.isfinite(value) else "Not a finite number now", "trouble")

    def _draw_series(self) -> None:
        trace = self._history.trace(self.replica)
        self._series.draw(trace, self._history.stride, 0.0, self.measure.log)

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        return min([low, *self._references]), max([high, *self._references])
