"""What several runs with one target generate, in one picture: letters, dashes and shades."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, PlaneView, Started, View
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density
from ganstudio.plots.axes import Freedom, Stepper, nice_above, nice_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cloud import Cloud, Marker
from ganstudio.plots.distribution import middle_mass
from ganstudio.plots.end_words import EndWords, Word
from ganstudio.plots.items import Curve, Look, Values
from ganstudio.plots.layer import Layer, Shape
from ganstudio.plots.overlaid import DASHES, LETTERS, Runner, shaded
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style

CUT = 1.5
"""The y axis ends near this many times the target's peak: where they are near it, they differ."""
POINTS = 600
"""Of each run in the plane: more would hide the others."""
_MARKERS: tuple[Marker, ...] = ("diamond", "disc", "diamond", "disc")
"""Of the first run, the second, ..."""
Ends = tuple[tuple[float, float], tuple[float, float]]
"""The lowest and highest x and y in view."""


class OverlaidPicture(Plot):
    """The newest pictures of up to four runs over their target."""

    empty = "Choose runs to compare"
    _shapes: tuple[Shape, ...]
    """How the legend shows the first run, the second, ..."""

    def __init__(self, axes: dict[str, Axis], real: Layer, parent: QWidget | None = None) -> None:
        self._runners: tuple[Runner, ...] = ()
        self._frames: tuple[Frame, ...] = ()
        self._ends: Ends = ((-1.0, 1.0), (-1.0, 1.0))
        self._drawn: dict[str, Curve | Cloud] = {}
        self._real = real
        super().__init__(axes, (real,), parent)

    def show_runs(self, runners: Sequence[Runner]) -> None:
        """Draw these runs from now on."""
        before, self._runners = self._runners, tuple(runners)
        if len(before) == len(runners) and all(map(Runner.is_same, before, runners)):
            return
        layers = [
            runner.layer("generated", shape)
            for runner, shape in zip(runners, self._shapes, strict=False)
        ]
        self._set_layers((self._real, *layers))
        self._frames = ()
        self.start(runners[0].started)

    def show_frames(self, frames: Sequence[Frame]) -> None:
        """Draw a picture of each run."""
        self._frames = tuple(frames)
        self.show_frame(max(frames, key=lambda frame: frame.step))

    def hold(self, ends: Ends, samples: Sequence[Frame]) -> None:
        """Have axes from now on that do not move: runs are compared on one scale.

        Args:
            ends: what each run's own picture shows.
            samples: some pictures of all runs.
        """
        self._ends = ends
        self._apply_ranges()

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        for letter, item in self._drawn.items():
            item.dress(shaded(style, letter))

    def _heading(self, frame: Frame | None) -> str:
        title = type(self).title
        return title if frame is None else f"{title} at step {frame.step:,}"

    def _ranges(self) -> Ends | None:
        return self._ends if self._started is not None else None

    def _lost(self, letters: Sequence[str]) -> None:
        """Say of which runs little or nothing is in the picture."""
        runs = " and ".join(filter(None, [", ".join(letters[:-1]), *letters[-1:]]))
        lie = "lies" if len(letters) == 1 else "lie"
        self._say(f"{runs} {lie} outside of this picture" if letters else "", "generated")


class OverlaidDensities(OverlaidPicture):
    """The generated densities over the target's."""

    name = "overlaid_densities"
    title = "Generated distributions"
    explanation = (
        "Blue is the target, the other curves are what each run's generator makes of noise. The "
        "nearer a curve is to blue, the better is the run."
    )
    _shapes = ("line",) * 4

    def __init__(self, parent: QWidget | None = None) -> None:
        real = Layer("real", "real", "real", shape="fill", help="The density of the target.")
        axes = {"left": Axis("left", "density", grid=True), "bottom": Axis("bottom", "x")}
        super().__init__(axes, real, parent)
        self._target = self._add(Curve(Look("real", 2.2, fill=0.14)), "real", z=-5)
        self._lines = {
            letter: self._add(Curve(Look("generated", 2.6, dash)), letter, z=place)
            for place, (letter, dash) in enumerate(zip(LETTERS, DASHES, strict=True))
        }
        self._words = self._add(EndWords(14), z=5)
        self._drawn = dict(self._lines)
        self.set_style(self.style_in_use)

    def suits(self, experiment: Experiment) -> bool:
        return isinstance(experiment.target, Density)

    def hold(self, ends: Ends, samples: Sequence[Frame]) -> None:
        # No histogram and no D(x) here: only the curves need height.
        views = [frame.view for frame in samples]
        heights = [_highest(view.shown_density) for view in views if isinstance(view, View)]
        peak = max(_highest(view.target_density) for view in views if isinstance(view, View))
        may = Freedom()
        ladder = nice_ladder(nice_above(1.1 * peak), nice_above(CUT * peak))
        # A spike in few of the pictures must not make all the others flat.
        top = Stepper(ladder, freedom=may, modest=1.0)
        may.learn()
        for height in heights:
            top.update(height)
        may.stand()
        top.update(peak)
        super().hold((ends[0], (-0.01 * top.level, 1.04 * top.level)), samples)

    def _begin(self, started: Started) -> None:
        for curve in (self._target, *self._lines.values()):
            curve.erase()
        self._words.say((), ())

    def _draw(self, frame: Frame) -> None:
        words, lost = [], []
        for runner, own in zip(self._runners, self._frames, strict=True):
            view = own.view
            assert isinstance(view, View)  # says `suits`
            self._target.draw(view.x, view.target_density)
            self._lines[runner.letter].draw(view.x, view.shown_density)
            if self._is_out(view):
                lost.append(runner.letter)
            elif self._shown(runner.letter):
                words.append(self._word(runner.letter, view.x, view.shown_density))
        seen = [line for letter, line in self._lines.items() if self._shown(letter)]
        self._words.say(words, [self._target, *seen])
        self._lost(lost)

    def _word(self, letter: str, x: Values, y: Values) -> Word:
        """The letter at the highest point of a run, or where it leaves the picture."""
        (low, high), (_bottom, most) = self._ends
        heights = np.nan_to_num(np.where((x >= low) & (x <= high), y, 0.0), posinf=0.0)
        top = int(heights.argmax())
        return Word(letter, "generated", float(x[top]), min(float(heights[top]), most))

    def _is_out(self, view: View) -> bool:
        spread = middle_mass(view.edges, view.shown_histogram)
        (low, high), _y = self._ends
        return spread is None or not low <= spread[1] <= high


class OverlaidPoints(OverlaidPicture):
    """Some generated points of each run over those of the target."""

    name = "overlaid_points"
    title = "Generated points"
    explanation = (
        "Blue discs are real points, the others are made by each run's generator. Where blue is "
        "left alone, a run makes nothing of the kind."
    )
    _shapes = ("diamonds", "dots", "diamonds", "dots")

    def __init__(self, parent: QWidget | None = None) -> None:
        real = Layer("real", "real", "real", shape="dots", help="Points of the target.")
        super().__init__({"left": Axis("left", "x₂"), "bottom": Axis("bottom", "x₁")}, real, parent)
        self.canvas.box.setAspectLocked(True)
        self._target = self._add(Cloud("real", "disc", 8.5), "real", z=-5)
        self._clouds = {
            letter: self._add(Cloud("generated", marker, 5), letter, z=place)
            for place, (letter, marker) in enumerate(zip(LETTERS, _MARKERS, strict=True))
        }
        self._drawn = dict(self._clouds)
        self.set_style(self.style_in_use)

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "plane"

    def hold(self, ends: Ends, samples: Sequence[Frame]) -> None:
        # A view with equal scales shows more to both sides: its shorter way is what was meant.
        reach = min(high - low for low, high in ends) / 2
        x, y = ((low + high) / 2 for low, high in ends)
        super().hold(((x - reach, x + reach), (y - reach, y + reach)), samples)

    def _begin(self, started: Started) -> None:
        for cloud in (self._target, *self._clouds.values()):
            cloud.draw(np.empty((0, 2)))

    def _draw(self, frame: Frame) -> None:
        lost = []
        for runner, own in zip(self._runners, self._frames, strict=True):
            view = own.view
            assert isinstance(view, PlaneView)  # says `suits`
            self._target.draw(view.real)
            points = view.shown[:: max(1, len(view.shown) // POINTS)]
            self._clouds[runner.letter].draw(points)
            ends = np.array(self._ends)
            inside = ((points >= ends[:, 0]) & (points <= ends[:, 1])).all(axis=1)
            if inside.mean() < 0.5:
                lost.append(runner.letter)
        self._lost(lost)


def _highest(values: Values) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0
