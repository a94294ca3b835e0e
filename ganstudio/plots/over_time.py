"""What the plots over steps share: a step axis that grows, smoothed series, cut-off spikes."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.axes import SteppedSpan, Stepper, snap_decades, snap_linear, step_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cursor import Cursor
from ganstudio.plots.end_words import EndWords, Word
from ganstudio.plots.history import CAPACITY, Numbers, Trace, smooth
from ganstudio.plots.items import Curve, Look
from ganstudio.plots.layer import Layer
from ganstudio.plots.palette import Dash, Role, number
from ganstudio.plots.plot import Plot

_CALM = 60
"""Drawings that must fit a smaller axis before it shrinks: these plots take turns, so 1 to 4 s."""


@dataclass(frozen=True)
class Lookback:
    """From where curves over time are looked at."""

    step: float | None = None
    """None follows the newest."""
    future: bool = True
    """Whether what came after that step is there too, faintly."""

    def until(self, steps: Numbers) -> slice:
        """Those of ascending steps that were done by then."""
        if self.step is None:
            return slice(None)
        # A bucket of several steps stands at its middle; the first is always there.
        return slice(max(1, int(np.searchsorted(steps, self.step, side="right"))))


class Series:
    """One curve over steps: what was measured, faint, behind its smoothed self."""

    def __init__(self, plot: OverTime, layer: str, role: Role, dash: Dash = "solid") -> None:
        self.layer, self.role = layer, role
        self.raw = plot.add(Curve(Look(role, 1.0, strength=0.35)), layer, z=1)
        self.line = plot.add(Curve(Look(role, 2.2, dash)), layer, z=2)
        self.x = self.y = np.empty(0)
        plot.series.append(self)

    def draw(
        self,
        trace: Trace,
        stride: int,
        smoothing: float,
        *,
        view: Lookback,
        log: bool = False,
        least: float = 0.0,
    ) -> None:
        """Show a replica's history.

        Args:
            trace: what is remembered.
            stride: how many steps one of its entries stands for.
            smoothing: the weight from one step to the next.
            view: from which step one looks at it.
            log: draw the logarithm to base 10.
            least: what any smaller value is drawn as, if above 0.
        """
        self.x, self.y = trace.steps, smooth(trace.mean, smoothing**stride)
        x, y = _outline(trace, stride)
        if log:
            self.y, y = _log10(self.y, least), _log10(y, least)
        shown = view.until(self.x)
        self.line.draw(self.x[shown], self.y[shown])
        shown = slice(None) if view.future else view.until(x)
        self.raw.draw(x[shown], y[shown])

    @property
    def end(self) -> tuple[float, float] | None:
        """The last point that there is, as far as one looks."""
        finite = np.flatnonzero(np.isfinite(self.line.y))
        last = finite[-1] if len(finite) else None
        return None if last is None else (float(self.line.x[last]), float(self.line.y[last]))

    def cut(self, low: float, high: float) -> list[tuple[float, float]]:
        """The farthest raw points above and below a range of y, those that there are."""
        x, y = self.raw.x, self.raw.y
        kept = np.isfinite(y)
        if not kept.any():
            return []
        x, y = x[kept], y[kept]
        ends = [int(np.argmax(y)), int(np.argmin(y))]
        return [(float(x[i]), float(y[i])) for i in ends if not low <= y[i] <= high]


class OverTime(Plot):
    """Curves over training steps."""

    over_time = True

    def __init__(
        self,
        words: str,
        layers: tuple[Layer, ...],
        parent: QWidget | None = None,
        *,
        log: bool = False,
    ) -> None:
        self._log = log
        self.series: list[Series] = []
        self._view = Lookback()
        axes = {
            "left": Axis("left", words, grid=True, log=log),
            "bottom": Axis("bottom", "step"),
            # Words for the guides stand outside, where no curve runs through them.
            "right": Axis("right"),
        }
        super().__init__(axes, layers, parent)
        self._words = self._add(EndWords(), z=5)
        self._cursor = self._add(Cursor(), z=4)

    def add(self, item: Any, *layers: str, z: float = 0.0) -> Any:
        """For `Series`: put an item into the view."""
        return self._add(item, *layers, z=z)

    def look_back(self, step: int | None, *, future: bool = True, draw: bool = True) -> None:
        self._view = Lookback(step, future)
        self._stale = True
        if draw and self.isVisible():
            self.refresh()

    def refresh(self) -> None:
        if self._stale and self._frame is not None:
            # Not sooner: to paint this line is to paint all curves.
            self._cursor.move(self._view.step if self._view.future else None)
        super().refresh()

    def share_axes(self, other: OverTime) -> None:
        """After `start`: have the same axes as another run's plot of the same kind."""
        self._span: SteppedSpan = other._span
        self._end: Stepper = other._end
        self._apply_ranges()

    def start(self, started: Started) -> None:
        self._view = Lookback()
        self._cursor.move(None)
        super().start(started)

    def _adapt(self, experiment: Experiment) -> None:
        # The axis ends with the run, and that may have become longer.
        self._end = Stepper(step_ladder(experiment.steps))
        self._end.update(self._frame.step if self._frame else 0)

    def _begin_span(self, low: float, high: float) -> None:
        snap = snap_decades if self._log else snap_linear
        self._span = SteppedSpan(snap, low, high, _CALM, self.freedom)
        self._words.say((), ())

    def _fit(self, frame: Frame, *values: Numbers) -> None:
        """Let the axes grow or shrink, if it is time."""
        known = [float(series.x[-1]) for series in self.series if len(series.x)]
        moved = self._end.update(max([frame.step, *known]))
        most = _widest(robust_span(series) for series in values)
        core = _widest(robust_span(series, 0.1) for series in values)
        if most and core:
            low, high = self._with_guides(*most)
            if not self._log:
                # What is rare and far off may be cut: it would squash all the rest for good.
                least, highest = self._with_guides(*core)
                low = max(low, 2 * least - highest)
                high = min(high, 2 * highest - least)
            moved = self._span.update(low, high) or moved
        if moved:
            self._apply_ranges()

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        """Widen a range by what must be seen beside the data."""
        return low, high

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        if self._started is None:
            return None
        air = self._air
        return (0.0, self._end.level), (self._span.low - air, self._span.high + air)

    @property
    def _air(self) -> float:
        return 0.03 * (self._span.high - self._span.low)

    def _mark_ends(self, ends: dict[Series, str]) -> None:
        """Write a word at the end of each curve, and one where a curve leaves the picture."""
        shown = [series for series in ends if self._shown(series.layer)]
        words = [
            Word(ends[series], series.role, *series.end)
            for series in shown
            if ends[series] and series.end is not None
        ]
        for series in shown:
            for x, y in series.cut(self._span.low - self._air, self._span.high + self._air):
                value = number(10**y if self._log else y)
                up = y > self._span.high
                sign = f"{'▲' if up else '▼'} {value}"
                words.append(Word(sign, series.role, x, math.inf if up else -math.inf))
        self._words.say(words, [series.line for series in shown])


def robust_span(values: Numbers, rare: float = 0.02) -> tuple[float, float] | None:
    """Lowest and highest value without the `rare` ones; the newest values always count."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    newest = float(np.median(finite[-max(1, len(finite) // 20) :]))
    low, high = np.quantile(finite, [rare, 1 - rare])
    return min(float(low), newest), max(float(high), newest)


def _widest(ranges: Iterable[tuple[float, float] | None]) -> tuple[float, float] | None:
    """From the lowest to the highest of all ranges that there are."""
    found = [ends for ends in ranges if ends is not None]
    return (min(low for low, _ in found), max(high for _, high in found)) if found else None


def _outline(trace: Trace, stride: int) -> tuple[Numbers, Numbers]:
    """Min and max of each bucket as one zigzag, in no more points than a curve may have."""
    if stride == 1:
        return trace.steps, trace.mean
    steps, low, high = trace.steps, trace.low, trace.high
    if 2 * len(steps) > CAPACITY:
        even = len(steps) // 2 * 2
        steps = steps[:even:2]
        low = np.fmin(low[:even:2], low[1:even:2])
        high = np.fmax(high[:even:2], high[1:even:2])
    return np.repeat(steps, 2), np.stack([low, high], axis=1).ravel()


def _log10(values: Numbers, least: float) -> Numbers:
    """The logarithm to base 10, NaN where there is none; of `least` for what is below it."""
    values = np.maximum(values, least) if least > 0 else values
    result = np.full_like(values, np.nan)
    return np.log10(values, out=result, where=values > 0)
