"""Where the generator sends each value of the noise (Goodfellow et al. 2014, figure 1)."""

from __future__ import annotations

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, Started, View
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Density
from ganstudio.plots.axes import Reach
from ganstudio.plots.canvas import Axis
from ganstudio.plots.items import Curve, Dots, Look, Values
from ganstudio.plots.layer import Layer
from ganstudio.plots.plot import Plot

_LAYERS = (
    Layer("noise", "noise z", "muted", shape="dots", help="Evenly spread values of the noise."),
    Layer("lines", "z to G(z)", "generated", help="Each line leads from a z to the x made of it."),
    Layer(
        "generated",
        "x = G(z)",
        "generated",
        shape="dots",
        help="What the generator makes of each z. Where dots crowd, samples are frequent.",
    ),
    Layer(
        "real",
        "real",
        "real",
        shape="fill",
        help="The target's density, upside down: where it is deep, dots should crowd.",
    ),
)

_LINES = 160
"""More lines than this melt into one surface."""

_DEPTH = 0.3
"""How far the target's density hangs down, when the lines are 1 high."""

_EDGE = 0.04
"""The free share of the width beside the first and the last z."""


class GeneratorMapPlot(Plot):
    """z on the upper line, x = G(z) on the lower one, a straight line between each pair."""

    name = "generator_map"
    title = "Generator map: where each z goes"
    explanation = (
        "The generator is a function: each noise value z above becomes one sample x below. "
        "It learns to make the lines crowd where the target, in blue, is dense."
    )
    empty = "Press Train to see where the generator sends its noise"
    unsuited = "Only a generator of numbers is a curve; of points, the view Plane shows the map"

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {"top": Axis("top", "noise z", linked=False), "bottom": Axis("bottom", "x = G(z)")}
        super().__init__(axes, _LAYERS, parent)
        self._real = self._add(Curve(Look("real", 1.8, fill=0.25)), "real", z=-2)
        self._lines = self._add(
            Curve(Look("generated", 1.0, strength=0.5, pairs=True)), "lines", z=-1
        )
        self._noise = self._add(Dots("muted", 4.5), "noise", z=1)
        self._dots = self._add(Dots("generated", 5), "generated", z=2)
        self.canvas.box.setMouseEnabled(x=True, y=False)
        self.canvas.box.sigXRangeChanged.connect(self._scale_z_axis)

    def suits(self, experiment: Experiment) -> bool:
        return isinstance(experiment.target, Density)

    def _begin(self, started: Started) -> None:
        target, noise = started.experiment.target, started.experiment.noise
        assert isinstance(target, Density)  # says `suits`
        self._reach = Reach(target.mean, 4 * target.std, 64 * target.std, self.freedom)
        self._z = (-1.0, 1.0)
        several = f" (first of {noise.dimensions} numbers)" if noise.dimensions > 1 else ""
        self.canvas.axes["top"].rename(f"noise z{several}", self.style_in_use)
        x = np.linspace(target.mean - 6 * target.std, target.mean + 6 * target.std, 1001)
        self._hang(x, np.asarray(target.density(x)))
        self._lines.erase()
        self._noise.draw(np.empty(0), 1)
        self._dots.draw(np.empty(0), 0)
        self._set_z(np.asarray(noise.grid(3)))

    def _draw(self, frame: Frame) -> None:
        view = frame.view
        assert isinstance(view, View)  # says `suits`
        x = view.map
        finite = x[np.isfinite(x)]
        if len(finite):
            self._say("")
            low, high = np.quantile(finite, [0.005, 0.995])
            if self._reach.update(float(low), float(high)):
                self._apply_ranges()
        else:
            self._say("The samples are no longer finite numbers", "trouble")
        self._hang(view.x, view.target_density)
        self._set_z(view.z)
        self._connect(view, x)

    def _connect(self, view: View, x: Values) -> None:
        every = -(-len(view.z) // _LINES)
        above, below = self._place(view.z[::every]), x[::every]
        ends = np.empty(2 * len(above))
        ends[0::2], ends[1::2] = above, below
        self._lines.draw(ends, np.tile([1.0, 0.0], len(above)))
        self._noise.draw(above, 1)
        self._dots.draw(below, 0)

    def _hang(self, x: Values, density: Values) -> None:
        highest = float(np.nanmax(density, initial=0))
        self._real.draw(x, -_DEPTH * density / highest if highest > 0 else 0 * density)

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        return None if self._started is None else (self._reach.ends, (-_DEPTH - 0.03, 1.06))

    # ------------------------------------------------------------------------ z's own axis

    def _set_z(self, z: Values) -> None:
        ends = float(z[0]), float(z[-1])
        if ends != self._z and ends[0] < ends[1]:
            self._z = ends
        self._scale_z_axis()

    def _place(self, z: Values) -> Values:
        """The x at which each z is drawn: the whole width, whatever the units."""
        left, right = self._reach.ends
        share = (z - self._z[0]) / (self._z[1] - self._z[0])
        return np.asarray(left + (right - left) * (_EDGE + (1 - 2 * _EDGE) * share))

    def _scale_z_axis(self, *_: object) -> None:
        if self._started is None:
            return
        left, right = self._reach.ends
        low, high = self.canvas.span()[0]
        per_x = (self._z[1] - self._z[0]) / ((1 - 2 * _EDGE) * (right - left))
        first = self._z[0] - (left + _EDGE * (right - left)) * per_x
        self.canvas.axes["top"].setRange(first + low * per_x, first + high * per_x)
