"""The distance of runs that began with trained networks, and of fresh ones, over steps."""

from __future__ import annotations

import math
from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.axes import Stepper, step_ladder
from ganstudio.plots.history import MetricHistory
from ganstudio.plots.items import Band, Guide
from ganstudio.plots.layer import Layer
from ganstudio.plots.over_time import OverTime, Series, robust_span
from ganstudio.plots.overlaid import DIFFERENT_JUDGES
from ganstudio.plots.palette import Dash, Role, number

MOST = 6
"""Curves; beyond that the oldest gives way."""
_FLOOR = Layer(
    "floor",
    "held-out real pictures",
    "muted",
    "dotted",
    "band",
    help="What real pictures that nobody learnt from score: median, up to the 95th percentile.",
)
_KINDS: dict[bool, tuple[str, Role, tuple[Dash, Dash]]] = {
    True: ("from trained", "generated", ("solid", "dash-dotted")),
    False: ("fresh", "text", ("dashed", "dotted")),
}
"""Words, colour and dashes of runs that began with trained networks, and of the others."""


@dataclass(frozen=True, eq=False)
class Kept:
    """One run whose curve is remembered."""

    number: int
    transferred: bool
    words: str
    """What it is."""
    dash: Dash
    started: Started
    history: MetricHistory
    series: Series

    @property
    def name(self) -> str:
        """For the legend and the curve's end."""
        return f"{self.number} {_KINDS[self.transferred][0]}"


class TransferPlot(OverTime):
    """Their FIDs, each with its number, and the floor of the newest."""

    name = "transfer"
    title = "Does it learn faster? Distance (classifier FID) over steps"
    explanation = (
        "The Fréchet distance between features of generated and of real pictures, as the "
        "classifier sees them, of each run that was begun here. Lower is better; the band is what "
        "held-out real pictures score."
    )
    empty = "Start from the trained networks, then fresh: both curves are drawn here"
    unsuited = "Only pictures have a FID"

    def __init__(self, parent: QWidget | None = None) -> None:
        self._runs: list[Kept] = []
        self._count = 0
        self._follows: Kept | None = None
        self._fixtures: list[Band | Guide] = []
        self._guides: list[float] = []
        super().__init__("FID", (), parent, log=True)

    @property
    def runs(self) -> tuple[Kept, ...]:
        """Those that are drawn, the oldest first."""
        return tuple(self._runs)

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "pictures"

    # -------------------------------------------------------------------- what a window uses

    def add_run(self, started: Started, words: str) -> None:
        """Follow another run from now on; a former one that was the same gives way.

        Args:
            started: its beginning.
            words: what it is.
        """
        kind = started.transferred
        same = [run for run in self._runs if (run.transferred, run.words) == (kind, words)]
        for run in same or (self._runs[:1] if len(self._runs) >= MOST else []):
            self._drop(run)
        number = same[0].number if same else self._count + 1
        self._count = max(self._count, number)
        _, role, dashes = _KINDS[kind]
        dash = dashes[sum(run.transferred == kind for run in self._runs) % len(dashes)]
        history = MetricHistory("fid", started.experiment.replicas)
        series = Series(self, f"run {number}", role, dash)
        self._follows = Kept(number, kind, words, dash, started, history, series)
        self._runs.append(self._follows)
        self.start(started)

    def follow_none(self) -> None:
        """The run of now is none of these."""
        self._follows = None

    def forget(self) -> None:
        """Drop all curves."""
        for run in [*self._runs]:
            self._drop(run)
        self._follows, self._count = None, 0
        self.clear()

    def take(self, frame: Frame) -> None:
        """The newest state of the run that runs now."""
        if self._follows is not None:
            self.show_frame(frame)

    # ------------------------------------------------------------------ what a plot fills in

    def _drop(self, run: Kept) -> None:
        self._runs.remove(run)
        self.series.remove(run.series)
        for item in (run.series.raw, run.series.line):
            self._remove(item)

    def _begin(self, started: Started) -> None:
        self._put_floor(started)
        layers = tuple(
            Layer(run.series.layer, run.name, run.series.role, run.dash, help=f"{run.words}.")
            for run in self._runs
        )
        self._set_layers((*layers, _FLOOR) if self._fixtures else layers)
        self._draw_runs()
        spans = [robust_span(run.series.y) for run in self._runs]
        ends = [end for span in spans if span for end in span] + self._guides
        self._begin_span(min(ends, default=0.0), max(ends, default=2.0))
        self._name_ends()
        judges = {run.started.gallery.get("judge") for run in self._runs}
        self._say(DIFFERENT_JUDGES if len(judges) > 1 else "", "trouble")

    def _adapt(self, experiment: Experiment) -> None:
        # The longest run decides.
        longest = max([experiment.steps, *(r.started.experiment.steps for r in self._runs)])
        self._end = Stepper(step_ladder(longest))
        self._end.update(max([0.0, *(r.series.x[-1] for r in self._runs if len(r.series.x))]))

    def _put_floor(self, started: Started) -> None:
        for fixture in self._fixtures:
            self._remove(fixture)
        self._fixtures, self._guides = [], []
        self.canvas.axes["right"].mark({})
        floor = started.floors.get("fid")
        if floor is None or not 0 < floor.median <= floor.high < math.inf:
            return
        low, high = math.log10(floor.median), math.log10(floor.high)
        self._fixtures = [
            self._add(Band(low, high, "muted", 0.22), "floor", z=-20),
            self._add(Guide(low), "floor", z=-1),
        ]
        self._guides = [low, high]
        self.canvas.axes["right"].mark({low: f"{floor.median:.2g}"})

    def _remember(self, frame: Frame) -> None:
        if self._follows is not None:
            self._follows.history.add(frame)

    def _draw(self, frame: Frame) -> None:
        self._draw_runs()
        self._fit(frame, *(run.series.y for run in self._runs))
        self._name_ends()

    def _draw_runs(self) -> None:
        for run in self._runs:
            trace = run.history.trace(min(self.replica, run.started.experiment.replicas - 1))
            run.series.draw(trace, run.history.stride, 0.0, view=self._view, log=True)

    def _name_ends(self) -> None:
        ends = {}
        for run in self._runs:
            last = run.series.end
            ends[run.series] = "" if last is None else f"{run.name} {number(10 ** last[1])}"
        self._mark_ends(ends)

    def _with_guides(self, low: float, high: float) -> tuple[float, float]:
        return min([low, *self._guides]), max([high, *self._guides])
