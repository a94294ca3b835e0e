"""The generated distribution on its way to the target, and what the discriminator thinks."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
from PySide6.QtGui import QTransform
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started, View
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density
from ganstudio.plots.axes import Reach, Stepper, nice_above, nice_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.items import Curve, Guide, Label, Look, Values
from ganstudio.plots.layer import Layer
from ganstudio.plots.palette import number
from ganstudio.plots.plot import Plot

_LAYERS = (
    Layer("real", "real", "real", help="The target's density: what the generator imitates."),
    Layer(
        "real_samples",
        "real samples",
        "real",
        shape="fill",
        help="A histogram of 10,000 samples of the target.",
    ),
    Layer("generated", "generated", "generated", help="The density of the generated samples."),
    Layer(
        "generated_samples",
        "generated samples",
        "generated",
        shape="fill",
        help="A histogram of 10,000 generated samples.",
    ),
    Layer(
        "d",
        "D(x)",
        "discriminator",
        help="How sure the discriminator is, from 0 to 1, that a sample at x is real.",
    ),
    Layer(
        "d_best",
        "best D*(x)",
        "discriminator",
        "dashed",
        help="What a perfect discriminator would say: p / (p + p_g), 1/2 where both agree.",
    ),
)
_NEWEST = Layer(
    "newest",
    "newest generator",
    "generated",
    "dashed",
    help="The generator that is being trained; the one shown is its moving average.",
)

_CUT = 2.5
"""The y axis ends near this many times the target's peak: a spike must not squash the rest."""

_SPAN, _MOST = 4.0, 64.0
"""Standard deviations in view on each side of the target's mean, at first and at most."""


class DistributionPlot(Plot):
    """Real and generated densities and histograms over x, with D(x) and D*(x) from 0 to 1."""

    name = "distribution"
    title = "Distribution"
    explanation = (
        "Blue is the target, orange what the generator makes of noise: training moves orange "
        "onto blue. Green is the discriminator's guess that a sample at x is real."
    )
    empty = "Press Train to see the generator move"
    unsuited = "Points and pictures have no density over one x: they have views of their own"

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {
            "left": Axis("left", "density", grid=True),
            "bottom": Axis("bottom", "x"),
            "right": Axis("right", "D", "discriminator", linked=False),
        }
        super().__init__(axes, _LAYERS, parent)
        self._add_items()
        self.canvas.box.sigYRangeChanged.connect(self._scale_d_axis)

    def _add_items(self) -> None:
        add = self._add
        real = Look("real", width=0, fill=0.2, steps=True)
        generated = Look("generated", width=0, fill=0.26, steps=True)
        self._real_samples = add(Curve(real), "real_samples", z=-10)
        self._samples = add(Curve(generated), "generated_samples", z=-9)
        self._half = add(Guide(0.5, "D = 1/2"), "d", "d_best", z=-8)
        self._d_best = add(Curve(Look("discriminator", 1.8, "dashed")), "d_best")
        self._d = add(Curve(Look("discriminator", 2.2)), "d", z=1)
        self._real = add(Curve(Look("real", 2.6)), "real", z=2)
        self._newest = add(Curve(Look("generated", 1.4, "dashed")), "newest", z=3)
        self._generated = add(Curve(Look("generated", 2.6)), "generated", z=4)
        self._real_word = add(Label("real"), "real", z=5)
        self._word = add(Label("generated"), "generated", z=5)

    # ------------------------------------------------------------------------------ a run

    def suits(self, experiment: Experiment) -> bool:
        return isinstance(experiment.target, Density)

    def _begin(self, started: Started) -> None:
        target = started.experiment.target
        assert isinstance(target, Density)  # says `suits`
        self._mean, self._std = target.mean, target.std
        self._side = -1
        self._reach = Reach(self._mean, _SPAN * self._std, _MOST * self._std, self.freedom)
        x = np.linspace(self._mean - 6 * self._std, self._mean + 6 * self._std, 4001)
        density = np.asarray(target.density(x))
        peak = float(density.max())
        ladder = nice_ladder(nice_above(1.1 * peak), nice_above(_CUT * peak))
        self._top = Stepper(ladder, freedom=self.freedom)
        for curve in (
            self._generated,
            self._newest,
            self._d,
            self._d_best,
            self._samples,
            self._real_samples,
        ):
            curve.erase()
        self._word.say("", 0, 0, (0, 0))
        self._real.draw(x, density)
        self._name_curve(self._real_word, "real", x, density, 1)
        self._scale_d()

    def _adapt(self, experiment: Experiment) -> None:
        self._set_layers((*_LAYERS, _NEWEST) if experiment.averages else _LAYERS)

    def _draw(self, frame: Frame) -> None:
        view = frame.view
        assert isinstance(view, View)  # says `suits`
        self._real.draw(view.x, view.target_density)
        self._real_samples.draw(view.edges, view.target_histogram)
        self._generated.draw(view.x, view.shown_density)
        self._samples.draw(view.edges, view.shown_histogram)
        if "newest" in self._layers:
            self._newest.draw(view.x, view.current_density)
        self._d.draw(view.x, view.d)
        self._d_best.draw(view.x, view.d_best)
        self._name_d(view.d_reference)
        self._fit(view)
        self._name_curves(view)
        self._warn(view)

    def _heading(self, frame: Frame | None) -> str:
        return self.__class__.title if frame is None else f"Distribution at step {frame.step:,}"

    # ----------------------------------------------------------------------------- ranges

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        if self._started is None:
            return None
        top = self._top.level
        return self._reach.ends, (-0.01 * top, 1.04 * top)

    def _fit(self, view: View) -> None:
        """Let the axes grow or shrink, if it is time."""
        spread = middle_mass(view.edges, view.shown_histogram)
        moved = spread is not None and self._reach.update(spread[0], spread[-1])
        heights = [view.target_density.max(), _highest(view.shown_density)]
        if self._shown("generated_samples"):
            heights.append(_highest(view.shown_histogram))
        if self._top.update(float(np.nanmax(heights))):
            self._scale_d()
            moved = True
        if moved:
            self._apply_ranges()

    def _scale_d(self) -> None:
        """Stretch D's 0..1 over the density axis.

        A second view box would do the same at several times the cost, and would part from the
        first when somebody zooms.
        """
        stretch = QTransform.fromScale(1, self._top.level)
        self._d.setTransform(stretch)
        self._d_best.setTransform(stretch)
        self._half.move(self._top.level / 2)
        self._scale_d_axis()

    def _scale_d_axis(self, *_: object) -> None:
        if self._started is not None:
            low, high = self.canvas.span()[1]
            self.canvas.axes["right"].setRange(low / self._top.level, high / self._top.level)

    # ------------------------------------------------------------------------------ words

    def _name_d(self, reference: str) -> None:
        """Say in the legend which batch x stands in, where D looks at whole batches."""
        label = f"D(x), {reference}" if reference else "D(x)"
        if self._layers["d"].label != label:
            self._layers["d"] = replace(self._layers["d"], label=label)
            self.layers_changed.emit()

    def _name_curves(self, view: View) -> None:
        """Write the names beside the curves, on the sides where they part."""
        shown = view.shown_density
        x = view.x
        mass = float(np.nansum(shown))
        if mass > 0 and math.isfinite(mass):
            offset = (float(np.nansum(shown * x)) / mass - self._mean) / self._std
            # Names swap sides only when the curves have clearly done so.
            if offset * self._side < -0.25:
                self._side = -self._side
        self._name_curve(self._word, "generated", x, shown, self._side)
        self._name_curve(self._real_word, "real", x, view.target_density, -self._side)

    def _name_curve(self, label: Label, text: str, x: Values, y: Values, side: int) -> None:
        highest, top = _highest(y), self._top.level
        half = np.flatnonzero(y >= 0.6 * highest) if highest > 0 else np.empty(0, dtype=int)
        if not len(half):
            label.say("", 0, 0, (0, 0))
            return
        low, high = self._reach.ends
        share = (float(x[half[len(half) // 2]]) - low) / (high - low)
        side = 1 if share < 0.25 else -1 if share > 0.75 else side
        at = float(x[half[0] if side < 0 else half[-1]])
        height = min(0.6 * highest, 0.75 * top)
        label.say(text, at, height, (1.0 if side < 0 else 0.0, 0.8))
        # In a narrow picture no word is better than half of one; the legend has it, too.
        room = (at - low if side < 0 else high - at) * self.canvas.box.width() / (high - low)
        if room < label.boundingRect().width():
            label.say("", 0, 0, (0, 0))

    def _warn(self, view: View) -> None:
        """Say what the picture cannot show."""
        spread = middle_mass(view.edges, view.shown_histogram)
        if spread is None:
            self._say("The samples are no longer finite numbers", "trouble")
            return
        low, high = self._reach.ends
        highest = _highest(view.shown_density)
        # The outer bins hold all that lies beyond them.
        if spread[1] < max(low, float(view.edges[1])):
            self._say("◀ The generated samples lie further left", "generated")
        elif spread[1] > min(high, float(view.edges[-2])):
            self._say("The generated samples lie further right ▶", "generated")
        elif highest > 1.04 * self._top.level:
            self._say(f"▲ Cut off: the generated peak is {number(highest)} high", "generated")
        else:
            self._say("")


def _highest(values: Values) -> float:
    finite = values[np.isfinite(values)]
    return float(finite.max()) if len(finite) else 0.0


def middle_mass(edges: Values, histogram: Values) -> tuple[float, float, float] | None:
    """Where .5, 50 and 99.5 % of a histogram's mass lie below; None if it has no finite mass."""
    if not np.isfinite(edges).all():
        return None
    mass = np.where(np.isfinite(histogram), histogram, 0) * np.diff(edges)
    total = np.concatenate([[0.0], np.cumsum(mass, dtype=np.float64)])
    if not total[-1] > 0:
        return None
    low, middle, high = np.interp([0.005, 0.5, 0.995], total / total[-1], edges)
    return float(low), float(middle), float(high)
