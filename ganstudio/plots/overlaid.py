"""One quantity of several runs over steps: told apart by letters, dashes and shades."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.card import Card
from ganstudio.plots.history import History, MetricHistory, Trace
from ganstudio.plots.layer import Layer, Shape
from ganstudio.plots.measures import distance_of, main_metric, measures_of
from ganstudio.plots.over_time import Lookback, OverTime, Series
from ganstudio.plots.palette import Dash, Role
from ganstudio.plots.past import Past
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style

LETTERS = "ABCD"
"""Of the first run, the second, ..."""
DASHES: tuple[Dash, ...] = ("solid", "dashed", "dotted", "dash-dotted")
_SHADES = {
    False: (("text", 0.0), ("text", 0.45), ("card", 0.35), ("text", 0.9)),
    True: (("text", 0.0), ("card", 0.4), ("text", 0.55), ("text", 1.0)),
}
"""Light and dark: with what a colour is mixed, and how much of it.

The colour says what is drawn, its shade whose: B is darker than A, C is lighter, and D has least
colour. Every eye and every projector can tell that.
"""
_NOWHERE = 1e9
DIFFERENT_JUDGES = "Judged by different classifiers: these FIDs do not compare"
Quantity = Literal["distance", "loss_g", "loss_d"]
_SMOOTHING = 0.95
_TITLES: dict[Quantity, tuple[str, str, Role, str]] = {
    "distance": (
        "Distance to the target",
        "distance",
        "generated",
        "How far what each run generates is from its target. Lower is better.",
    ),
    "loss_g": (
        "Loss of the generator",
        "loss",
        "generated",
        "Low: the discriminator takes fakes for real.",
    ),
    "loss_d": (
        "Loss of the discriminator",
        "loss",
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

    def layer(self, role: Role, shape: Shape = "line") -> Layer:
        """What a legend says of it."""
        dash = DASHES[LETTERS.index(self.letter)]
        return Layer(
            self.letter, self.letter, role, dash, shape, f"Run {self.letter}: {self.title}."
        )

    def is_same(self, other: Runner) -> bool:
        """Whether this is that run, which may have trained on."""
        return (self.letter, self.title) == (other.letter, other.title) and (
            self.started is other.started
        )


def shaded(style: Style, letter: str) -> Style:
    """The style in which what belongs to a run is drawn."""
    name, share = _SHADES[style.dark][LETTERS.index(letter)]

    def mixed(own: str) -> str:
        ends = QColor(own), QColor(getattr(style, name))
        parts = [
            round((1 - share) * a + share * b)
            for a, b in zip(*((end.red(), end.green(), end.blue()) for end in ends), strict=True)
        ]
        return QColor(*parts).name()

    return replace(
        style, generated=mixed(style.generated), discriminator=mixed(style.discriminator)
    )


class OverlaidCard(Card):
    """A card whose legend has the shades of the runs."""

    def __init__(self, plot: Plot, parent: QWidget | None = None) -> None:
        super().__init__(plot, parent)
        self.legend.changed.connect(self._shade)

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self._shade()

    def _shade(self) -> None:
        for chip in self.legend.chips:
            if chip.layer.id in LETTERS:
                chip.set_style(shaded(self.plot.style_in_use, chip.layer.id))


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
        self._warning = ""
        self._runners: tuple[Runner, ...] = ()
        self._traces: list[tuple[Trace, int]] = []
        self._curves: list[_RunCurve] = []
        self._last = 1
        super().__init__(unit, (), parent, log=quantity == "distance")
        self._curves = [
            _RunCurve(self, letter, self._role, dash)
            for letter, dash in zip(LETTERS, DASHES, strict=True)
        ]
        self.set_style(self.style_in_use)

    def show_runs(self, runners: Sequence[Runner]) -> None:
        """Draw these runs from now on; where one looks at them stays.

        Of runs that are drawn already only the curves that have grown are made anew.
        """
        before, self._runners = self._runners, tuple(runners)
        same = len(before) == len(runners) and all(map(Runner.is_same, before, runners))
        self._traces = [
            self._traces[place]
            if same and before[place].past is runner.past
            else self._trace(runner)
            for place, runner in enumerate(runners)
        ]
        if self._quantity == "distance":
            self._name_distances()
        last, self._last = self._last, max(run.started.experiment.steps for run in runners)
        if same:
            if last != self._last:
                self._adapt(runners[0].started.experiment)
            self._refresh()
            return
        view = self._view
        self._set_layers(tuple(runner.layer(self._role) for runner in runners))
        for curve in self._curves[len(runners) :]:
            curve.erase()
        self.start(runners[0].started)
        self._view = view

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        for curve in self._curves:
            curve.dress(shaded(style, curve.layer))

    def _name_distances(self) -> None:
        """Say what is drawn, and warn where it does not compare."""
        kinds = dict.fromkeys(distance_of(runner.started.experiment) for runner in self._runners)
        judges = {judge for r in self._runners if (judge := r.started.gallery.get("judge"))}
        by = f" (judge {min(judges)})" if len(judges) == 1 else ""
        self._heading_words = f"{_TITLES['distance'][0]}: {', '.join(kinds)}{by}"
        self._warning = DIFFERENT_JUDGES if len(judges) > 1 else ""
        self.canvas.axes["left"].rename(", ".join(kinds), self.style_in_use)

    def _trace(self, runner: Runner) -> tuple[Trace, int]:
        replicas, past = runner.started.experiment.replicas, runner.past
        if self._quantity == "distance":
            metric = MetricHistory(main_metric(runner.started.experiment), replicas)
            metric.recall(past)
            return metric.trace(runner.replica), metric.stride
        history, losses = History(replicas), past.losses
        # A loss is known before the update that its step makes.
        history.extend(losses.steps - 1, losses.d if self._quantity == "loss_d" else losses.g)
        return history.trace(runner.replica), history.stride

    # ------------------------------------------------------------------- what a plot fills in

    def _heading(self, frame: Frame | None) -> str:
        return self._heading_words

    def _begin(self, started: Started) -> None:
        # The last step stands half beyond the view: as much room as it needs, and no words.
        self.canvas.axes["right"].mark({_NOWHERE: "00"})
        known = measures_of(started.experiment)[main_metric(started.experiment)]
        self._begin_span(*(known.decades if self._log else (0.0, 1.8)))

    def _adapt(self, experiment: Experiment) -> None:
        # The longest run decides.
        super()._adapt(experiment.model_copy(update={"steps": self._last}))

    def _draw(self, frame: Frame) -> None:
        drawn = self._curves[: len(self._traces)]
        smoothing = 0.0 if self._quantity == "distance" else _SMOOTHING
        for curve, (trace, stride) in zip(drawn, self._traces, strict=True):
            curve.draw(trace, stride, smoothing, view=self._view, log=self._log)
        self._fit(frame, *(curve.y for curve in drawn))
        self._mark_ends({curve: curve.layer for curve in drawn})
        self._say(self._warning, "trouble")


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

    def dress(self, style: Style) -> None:
        """Take the colours and sizes of a style of its own."""
        self.raw.dress(style)
        self.line.dress(style)

    def erase(self) -> None:
        """There are fewer runs."""
        self.x = self.y = np.empty(0)
        self.line.erase()
        self.raw.erase()
