"""One quantity of several runs over steps: told apart by dashes and letters, not by colours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.history import LossHistory, MetricHistory, Trace
from ganstudio.plots.layer import Layer
from ganstudio.plots.over_time import Lookback, OverTime, Series
from ganstudio.plots.palette import Dash, Role
from ganstudio.plots.past import Past

DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dash-dotted")
"""Of the first run, the second, ..."""
Quantity = Literal["w1", "loss_g", "loss_d"]
_SMOOTHING = 0.95
_TITLES: dict[Quantity, tuple[str, str, Role, str]] = {
    "w1": (
        "Distance to the target: W1",
        "W1",
        "generated",
        "How far each run's samples must be moved on average to turn them into the target. Lower "
        "is better.",
    ),
    "loss_g": (
        "Loss of the generator",
        "loss of G",
        "generated",
        "Low: the discriminator takes fakes for real.",
    ),
    "loss_d": (
        "Loss of the discriminator",
        "loss of D",
        "discriminator",
        "Low: it tells real from generated with ease.",
    ),
}


@dataclass(frozen=True)
class Runner:
    """One of the runs that are drawn over each other."""

    letter: str
    title: str
    started: Started
    past: Past
    replica: int = 0


class OverlaidPlot(OverTime):
    """The curves of up to four runs.

    Args:
        quantity: what is drawn of each.
    """

    empty = "Choose runs to compare"

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        self.name = quantity  # type: ignore[misc]  # one class draws several quantities
        self.title, unit, self._role, self.explanation = _TITLES[quantity]
        self._quantity = quantity
        self._heading_words = self.title
        self._traces: list[tuple[Trace, int]] = []
        self._last = 1
        super().__init__(unit, (), parent, log=quantity == "w1")
        self._curves = [
            _RunCurve(self, letter, self._role, dash)
            for letter, dash in zip("ABCD", DASHES, strict=True)
        ]

    def show_runs(self, runners: Sequence[Runner]) -> None:
        """Draw these runs from now on; where one looks at them stays."""
        view, self._last = self._view, max(runner.started.experiment.steps for runner in runners)
        self._traces = [self._trace(runner) for runner in runners]
        self._set_layers(
            tuple(
                Layer(
                    runner.letter,
                    f"{runner.letter}  {runner.title}",
                    self._role,
                    dash,
                    help=f"Run {runner.letter}.",
                )
                for runner, dash in zip(runners, DASHES, strict=False)
            )
        )
        for curve in self._curves[len(runners) :]:
            curve.erase()
        self.start(runners[0].started)
        self._view = view

    def _trace(self, runner: Runner) -> tuple[Trace, int]:
        replicas = runner.started.experiment.replicas
        if self._quantity == "w1":
            metric = MetricHistory("w1", replicas)
            metric.recall(runner.past)
            return metric.trace(runner.replica), metric.stride
        losses = LossHistory(replicas)
        losses.recall(runner.past)
        own = losses.discriminator if self._quantity == "loss_d" else losses.generator
        return own.trace(runner.replica), own.stride

    # ------------------------------------------------------------------- what a plot fills in

    def _heading(self, frame: Frame | None) -> str:
        return self._heading_words

    def _begin(self, started: Started) -> None:
        self.canvas.axes["right"].mark({})
        self._begin_span(*((-2.0, 0.0) if self._log else (0.0, 1.8)))

    def _adapt(self, experiment: Experiment) -> None:
        # The longest run decides.
        super()._adapt(experiment.model_copy(update={"steps": self._last}))

    def _draw(self, frame: Frame) -> None:
        drawn = self._curves[: len(self._traces)]
        smoothing = 0.0 if self._quantity == "w1" else _SMOOTHING
        for curve, (trace, stride) in zip(drawn, self._traces, strict=True):
            curve.draw(trace, stride, smoothing, view=self._view, log=self._log)
        self._fit(frame, *(curve.y for curve in drawn))
        self._mark_ends({curve: curve.layer for curve in drawn})


class _RunCurve(Series):
    """What has not come yet is there too, faint and solid; losses step by step would be noise."""

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
        super().draw(trace, stride, smoothing, view=view, log=log, least=least)
        if view.future:
            self.raw.draw(self.x, self.y)

    def cut(self, low: float, high: float) -> list[tuple[float, float]]:
        """The axes hold the smoothed curves; where a lost run leaves them its letter says it."""
        return []

    def erase(self) -> None:
        """There are fewer runs."""
        self.x = self.y = np.empty(0)
        self.line.erase()
        self.raw.erase()
