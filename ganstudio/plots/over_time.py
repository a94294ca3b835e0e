"""What the plots over steps share: a step axis that grows, and smoothed series."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.plots.axes import SteppedSpan, Stepper, snap_decades, snap_linear, step_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.history import CAPACITY, Numbers, Trace, smooth
from ganstudio.plots.items import Curve, Label, Look
from ganstudio.plots.layer import Layer
from ganstudio.plots.palette import Role
from ganstudio.plots.plot import Plot


class Series:
    """One curve over steps: what was measured, faint, behind its smoothed self."""

    def __init__(self, plot: OverTime, layer: str, role: Role) -> None:
        self.raw = plot.add(Curve(Look(role, 1.0, strength=0.35)), layer, z=1)
        self.line = plot.add(Curve(Look(role, 2.2)), layer, z=2)
        self.word = plot.add(Label(role, 13), layer, z=3)
        self.x = self.y = np.empty(0)

    def draw(self, trace: Trace, stride: int, smoothing: float, log: bool = False) -> None:
        """Show a replica's history; `smoothing` is the weight from one step to the next."""
        self.x, self.y = trace.steps, smooth(trace.mean, smoothing**stride)
        x, y = _outline(trace, stride)
        if log:
            self.y, y = _log10(self.y), _log10(y)
        self.line.draw(self.x, self.y)
        self.raw.draw(x, y)

    @property
    def end(self) -> tuple[float, float] | None:
        """The last point that there is."""
        finite = np.flatnonzero(np.isfinite(self.y))
        return (float(self.x[finite[-1]]), float(self.y[finite[-1]])) if len(finite) else None

    @property
    def height(self) -> float:
        """The last y, the lowest there is if there is none."""
        return self.end[1] if self.end else -math.inf


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
        axes = {
            "left": Axis("left", words, grid=True, log=log),
            "bottom": Axis("bottom", "step"),
            # Words for the guides stand outside, where no curve runs through them.
            "right": Axis("right"),
        }
        super().__init__(axes, layers, parent)

    def add(self, item: Any, *layers: str, z: float = 0.0) -> Any:
        """For `Series`: put an item into the view."""
        return self._add(item, *layers, z=z)

    def _adapt(self, experiment: Experiment) -> None:
        # The axis ends with the run, and that may have become longer.
        self._end = Stepper(step_ladder(experiment.steps))
        self._end.update(self._frame.step if self._frame else 0)

    def _begin_span(self, low: float, high: float) -> None:
        self._span = SteppedSpan(snap_decades if self._log else snap_linear, low, high)

    def _fit(self, frame: Frame, *values: Numbers) -> None:
        """Let the axes grow or shrink, if it is time."""
        moved = self._end.update(frame.step)
        wanted = [robust_span(series) for series in values]
        found = [ends for ends in wanted if ends is not None]
        if found:
            low, high = min(ends[0] for ends in found), max(ends[1] for ends in found)
            moved = self._span.update(*self._with_guides(low, high)) or moved
        if moved:
            self._apply_ranges()

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        """Widen a range by what must be seen beside the data."""
        return low, high

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        if self._started is None:
            return None
        air = 0.03 * (self._span.high - self._span.low)
        return (0.0, self._end.level), (self._span.low - air, self._span.high + air)

    def _mark_ends(self, ends: dict[Series, str]) -> None:
        """Write a word at the end of each curve, the higher one's higher."""
        for rank, series in enumerate(sorted(ends, key=lambda one: -one.height)):
            if series.end is None:
                series.word.say("", 0, 0, (0, 0))
                continue
            x, y = series.end
            low, high = self._span.low, self._span.high
            share = (y - low) / (high - low)
            # Near the frame there is room on one side only.
            above = (rank == 0 and share < 0.88) or share < 0.12
            beside = x < 0.85 * self._end.level
            anchor = (0.0 if beside else 1.0, 1.0 if above else 0.0)
            if beside and len(ends) == 1:
                anchor = (0.0, 0.85)
            series.word.say(ends[series], x, min(max(y, low), high), anchor)


def robust_span(values: Numbers) -> tuple[float, float] | None:
    """Lowest and highest value without short spikes; the newest values always count."""
    finite = values[np.isfinite(values)]
    if not len(finite):
        return None
    newest = float(np.median(finite[-max(1, len(finite) // 20) :]))
    low, high = np.quantile(finite, [0.02, 0.98])
    return min(float(low), newest), max(float(high), newest)


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


def _log10(values: Numbers) -> Numbers:
    """The logarithm to base 10, NaN where there is none."""
    result = np.full_like(values, np.nan)
    return np.log10(values, out=result, where=values > 0)
