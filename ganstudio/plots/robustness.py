"""How many real pictures are still judged rightly, however much each pixel may be changed."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Withstood
from ganstudio.core.words import in_percent
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cursor import Cursor
from ganstudio.plots.end_words import EndWords, Word
from ganstudio.plots.items import Curve, Look
from ganstudio.plots.layer import Layer
from ganstudio.plots.plot import Plot

LARGEST = 0.5
"""The largest change that is tried: beyond it nobody could tell, either."""
_LAYERS = (
    Layer(
        "noise",
        "random noise",
        "muted",
        "dotted",
        help="Each pixel goes up or down by ε at random: a change of the same size that is not "
        "aimed.",
    ),
    Layer(
        "fast",
        "FGSM",
        "real",
        "dashed",
        help="Each pixel goes by ε where one look at the gradient says that it hurts most.",
    ),
    Layer(
        "iterated",
        "iterated",
        "real",
        "solid",
        help="Many small steps, each with a new look at the gradient, together no farther than ε.",
    ),
)
_WIDTH = 2.2
_ROOM = 1.32
"""The axis goes so many times as far as ε, for the words at the ends of the curves."""


class RobustnessPlot(Plot):
    """The share of real pictures that is judged rightly, against the size of the change."""

    name = "robustness"
    title = "How much change does it withstand?"
    explanation = (
        "The share of held-out real pictures that is still judged rightly when every pixel may "
        "change by ε: aimed at the judge in one step, aimed in many steps, or at random."
    )
    empty = "Press Measure to see how many pictures withstand it"
    unsuited = "Only pictures are attacked here"

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {
            "left": Axis("left", "judged rightly", grid=True),
            "bottom": Axis("bottom", "ε: largest change of a pixel"),
        }
        self._points: tuple[Withstood, ...] = ()
        self._epsilon: float | None = None
        super().__init__(axes, _LAYERS, parent)
        axes["bottom"].mark({tenth / 10: f"{tenth / 10:.1f}" for tenth in range(6)})
        add = self._add
        self._curves = {
            layer.id: add(Curve(Look(layer.role, _WIDTH, layer.dash)), layer.id, z=place)
            for place, layer in enumerate(_LAYERS)
        }
        self._now = add(Cursor(), z=4)
        self._words = add(EndWords(12), z=5)
        self.layers_changed.connect(self._say_ends)

    @property
    def points(self) -> tuple[Withstood, ...]:
        """What was measured so far."""
        return self._points

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "pictures"

    # ---------------------------------------------------------------------------- measured

    def show_points(self, points: Sequence[Withstood], started: Started) -> None:
        """Draw what was measured so far; without a point the plot is empty.

        Args:
            points: in the order of their epsilons, one or more of them each.
            started: the run whose pictures they are.
        """
        if not points:
            self.clear()
            return
        self._points = tuple(points)
        if self._started is not started:
            self.start(started)
        self._draw_points()

    def clear(self) -> None:
        self._points = ()
        super().clear()

    def mark(self, epsilon: float) -> None:
        """Say which change is looked at elsewhere."""
        self._epsilon = epsilon
        self._now.move(epsilon)

    def _curve(self, name: str) -> tuple[list[float], list[float]]:
        x = [float(e) for one in self._points for e in one.epsilons]
        y = [float(v) for one in self._points for v in getattr(one, name)]
        return x, y

    def _draw_points(self) -> None:
        for name, curve in self._curves.items():
            x, y = self._curve(name)
            curve.draw(np.array(x), np.array(y))
        self._say_ends()

    def _say_ends(self) -> None:
        """Name each curve where it ends."""
        words = []
        for layer in self.layers():
            x, y = self._curve(layer.id)
            if x and layer.visible:
                words.append(Word(f"{layer.label} {in_percent(y[-1])}", layer.role, x[-1], y[-1]))
        shown = [self._curves[layer.id] for layer in self.layers() if layer.visible]
        self._words.say(words, shown)

    # ------------------------------------------------------------------ what a plot fills in

    def _begin(self, started: Started) -> None:
        self._now.move(self._epsilon)

    def _draw(self, frame: Frame) -> None:
        self._draw_points()

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        if self._started is None:
            return None
        return (0.0, _ROOM * LARGEST), (-0.04, 1.06)
