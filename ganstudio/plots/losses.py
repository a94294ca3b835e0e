"""Both losses over training steps, with the values that they have at the goal."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.history import LossHistory
from ganstudio.plots.items import Guide
from ganstudio.plots.layer import Layer
from ganstudio.plots.over_time import OverTime, Series
from ganstudio.plots.palette import number
from ganstudio.plots.past import Past

_LAYERS = (
    Layer(
        "d",
        "discriminator D",
        "discriminator",
        help="Low: it tells real from generated with ease.",
    ),
    Layer("g", "generator G", "generated", help="Low: the discriminator takes fakes for real."),
    Layer(
        "equilibrium",
        "at the goal",
        "muted",
        "dotted",
        help="The losses when generated samples cannot be told from real ones: D = 1/2.",
    ),
)

_WORDS = {2 * math.log(2): "2 ln 2", math.log(2): "ln 2", -math.log(2): "−ln 2"}


class LossesPlot(OverTime):
    """The two losses, smoothed, with what they were step by step faintly behind."""

    name = "losses"
    title = "Losses: who is winning"
    explanation = (
        "Each network lowers its own loss, and the other one's rises. Neither falls for good: "
        "in a fair game both settle at the dotted lines."
    )
    empty = "Press Train to see both networks compete"

    def __init__(self, parent: QWidget | None = None) -> None:
        self._smoothing = 0.95
        self._guides: list[Guide] = []
        super().__init__("loss", _LAYERS, parent)
        self._d = Series(self, "d", "discriminator")
        self._g = Series(self, "g", "generated")

    @property
    def smoothing(self) -> float:
        """0 draws the losses as they are; nearer 1 averages over 1 / (1 - smoothing) steps."""
        return self._smoothing

    @smoothing.setter
    def smoothing(self, weight: float) -> None:
        if not 0 <= weight <= 0.999:
            raise ValueError(f"smoothing is from 0 to 0.999, not {weight}")
        self._smoothing = weight
        self._refresh()

    def _begin(self, started: Started) -> None:
        self._history = LossHistory(started.experiment.replicas)
        self._begin_span(0.0, 1.8)
        self._draw_series()

    def _adapt(self, experiment: Experiment) -> None:
        super()._adapt(experiment)
        for guide in self._guides:
            self._remove(guide)
        self._goals = experiment.loss.equilibrium or ()
        self._set_layers(_LAYERS if self._goals else _LAYERS[:2])
        self._guides = [self._add(Guide(goal), "equilibrium", z=-1) for goal in self._goals]
        self.canvas.axes["right"].mark(
            {goal: _WORDS.get(goal, number(goal)) for goal in self._goals}
        )
        self._span.update(*self._with_guides(0.0, 0.0))

    def _remember(self, frame: Frame) -> None:
        self._history.add(frame)

    def _recall(self, past: Past) -> None:
        self._history.recall(past)

    def _draw(self, frame: Frame) -> None:
        self._draw_series()
        self._fit(frame, self._d.y, self._g.y)
        self._mark_ends({self._d: "D", self._g: "G"})
        self._say(self._hint_for(frame))

    def _draw_series(self) -> None:
        for series, history in (
            (self._d, self._history.discriminator),
            (self._g, self._history.generator),
        ):
            series.draw(
                history.trace(self.replica), history.stride, self._smoothing, view=self._view
            )

    def _hint_for(self, frame: Frame) -> str:
        """What happens before the first step: pretraining has a loss of another kind."""
        assert self._started is not None
        steps = self._started.experiment.pretraining.steps
        if frame.step or not steps:
            return ""
        words = f"Pretraining: D learns the target, {frame.pretraining_step:,} of {steps:,} updates"
        if len(frame.loss_pretraining):
            loss = float(np.asarray(frame.loss_pretraining)[-1, self.replica])
            words += f", squared error {number(loss)}"
        return words

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        return min(0.0, low, *self._goals), max(high, *self._goals, 0.0)
