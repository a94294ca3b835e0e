"""Points in the plane: the real ones, the generated ones, and what the discriminator thinks."""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, PlaneView, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.words import in_percent
from ganstudio.plots.axes import Stepper, growth_ladder, nice_ladder
from ganstudio.plots.canvas import Axis
from ganstudio.plots.cloud import Cloud, Heat
from ganstudio.plots.items import Curve, Look, Values
from ganstudio.plots.layer import Layer
from ganstudio.plots.palette import number
from ganstudio.plots.plot import Plot

_LAYERS = (
    Layer("real", "real", "real", shape="dots", help="Points of the target: what is imitated."),
    Layer(
        "generated",
        "generated",
        "generated",
        shape="diamonds",
        help="What the generator makes of noise; always of the same noise, so that they move.",
    ),
    Layer(
        "d",
        "D",
        "discriminator",
        shape="band",
        help="How sure the discriminator is that a point is real: the greener, the surer.",
    ),
    Layer(
        "push",
        "push on G",
        "text",
        shape="arrow",
        help="Where the generator's loss pushes some of its points: what the discriminator "
        "tells it. Long arrows: it can learn fast. None: it learns nothing here.",
        visible=False,
    ),
    Layer(
        "mesh",
        "z to G(z)",
        "generated",
        help="A square grid of two noise values, as the generator bends it: where its lines "
        "crowd, points are frequent.",
        visible=False,
    ),
)
_NEWEST = Layer(
    "newest",
    "newest generator",
    "muted",
    shape="diamonds",
    help="The generator that is being trained; the one shown is its moving average.",
    visible=False,
)

_CALM = 25
"""Frames before less of the plane is shown again: it takes long to draw, so about a second."""
_HOME, _STEP, _SLACK = 1.2, math.sqrt(2), 1.03
"""How many times the target's own reach is in view at first, and the factor between two views.

A good fit needs nearly all of the first view: with more slack the plot would never return to it.
"""
_SEEN = 0.995
"""The share of the generated points that decides how much of the plane is shown."""
Ends = tuple[tuple[float, float], tuple[float, float]]
"""The lowest and highest x and y in view."""

_LONGEST = 0.1
"""The length of the longest arrow, as a share of the view."""

HEAT = 0.42
"""How much of the discriminator's colour D = 1 gets: points must stay readable upon it."""


class PlanePlot(Plot):
    """Two clouds of points over a field of colour, with equal scales on both axes."""

    name = "plane"
    title = "Real and generated points"
    explanation = (
        "Blue discs are real points, orange diamonds are made by the generator: training spreads "
        "orange over all of blue. Where it is green, the discriminator takes points for real."
    )
    empty = "Press Train to see the generated points move"
    unsuited = "This target is a distribution over a line: the view Distribution shows it"

    def __init__(self, parent: QWidget | None = None) -> None:
        axes = {"left": Axis("left", "x₂"), "bottom": Axis("bottom", "x₁")}
        super().__init__(axes, _LAYERS, parent)
        self.canvas.box.setAspectLocked(True)
        add = self._add
        self._heat = add(Heat("discriminator", HEAT), "d", z=-10)
        # Larger than the others: under a perfect fit a blue rim is left of each.
        self._real = add(Cloud("real", "disc", 7.5), "real", z=-3)
        self._mesh = add(Curve(Look("generated", 1.0, strength=0.8, pairs=True)), "mesh", z=-2)
        self._newest = add(Cloud("muted", "diamond", 4), "newest", z=-1)
        self._generated = add(Cloud("generated", "diamond", 4.5), "generated")
        self._arrows = add(Curve(Look("text", 1.4, pairs=True)), "push", z=1)

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "plane"

    # ------------------------------------------------------------------------------ a run

    def _begin(self, started: Started) -> None:
        # The first frame says where the target is.
        self._ends: Ends | None = None
        self._reach: Stepper | None = None
        self._strongest = Stepper(nice_ladder(1e-6), freedom=self.freedom)
        self._heat.erase()
        self._mesh.erase()
        self._arrows.erase()
        for cloud in (self._real, self._newest, self._generated):
            cloud.draw(np.empty((0, 2)))

    def _adapt(self, experiment: Experiment) -> None:
        self._set_layers((*_LAYERS, _NEWEST) if experiment.averages else _LAYERS)

    def _draw(self, frame: Frame) -> None:
        view = frame.view
        assert isinstance(view, PlaneView)  # says `suits`
        self._fit(view)
        self._heat.draw(view.x, view.y, view.d)
        self._real.draw(view.real)
        self._generated.draw(view.shown)
        if self._shown("newest"):
            self._newest.draw(view.current)
        if self._shown("mesh"):
            self._mesh.draw(*mesh_lines(view.mesh))
        if self._shown("push"):
            self._push(view)
        self._tell(view)

    def _heading(self, frame: Frame | None) -> str:
        title = type(self).title
        return title if frame is None else f"{title} at step {frame.step:,}"

    def _push(self, view: PlaneView) -> None:
        """Arrows in one scale, which is changed in steps: a gradient that fades is seen to."""
        assert self._ends is not None
        strength = np.hypot(*view.slope.T)
        finite = strength[np.isfinite(strength)]
        if len(finite):
            self._strongest.update(float(finite.max()))
        longest = _LONGEST * _width(self._ends)
        self._arrows.draw(*arrow_lines(view.arrows, longest / self._strongest.level * view.slope))

    def _tell(self, view: PlaneView) -> None:
        """Say what the picture cannot show."""
        assert self._ends is not None
        finite = view.shown[np.isfinite(view.shown).all(axis=1)]
        if not len(finite):
            self._say("The points are no longer finite numbers", "trouble")
            return
        ends = np.array(self._ends)
        outside = ((finite < ends[:, 0]) | (finite > ends[:, 1])).any(axis=1)
        if outside.mean() > 0.01:
            # Most at the ends of the longest axis: a run that was lost.
            self._say(
                f"{in_percent(outside.mean())} of the generated points lie farther out", "generated"
            )
        elif self._shown("push"):
            self._say(f"longest arrow: a gradient of {number(self._strongest.level)}")
        else:
            self._say(f"D looks at each point {view.d_reference}" if view.d_reference else "")

    # ----------------------------------------------------------------------------- ranges

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        return self._ends if self._started is not None else None

    def _fit(self, view: PlaneView) -> None:
        """Show more of the plane at once when points need it, less only after some calm."""
        half = float(view.x[-1] - view.x[0]) / 2
        centre = np.array([view.x[0] + view.x[-1], view.y[0] + view.y[-1]]) / 2
        if self._reach is None:
            home = min(half, _HOME * float(np.abs(view.real - centre).max()))
            ladder = growth_ladder(home, 64 * home, _STEP)
            # Points that are far off make all others small twice, across and down.
            self._reach = Stepper(ladder, _CALM, _SLACK, self.freedom, modest=1.0)
        off = np.abs(view.shown - centre).max(axis=1)
        off = off[np.isfinite(off)]
        # No more than the engine has coloured.
        needed = min(float(np.quantile(off, _SEEN)), 0.999 * half) if len(off) else math.nan
        if self._reach.update(needed) or self._ends is None:
            x, y, reach = *map(float, centre), self._reach.level
            self._ends = (x - reach, x + reach), (y - reach, y + reach)
            self._apply_ranges()


def _width(ends: Ends) -> float:
    return ends[0][1] - ends[0][0]


def mesh_lines(mesh: Values) -> tuple[Values, Values]:
    """The lines between neighbours of a grid of points, (a, b, 2), as pairs of x and of y."""
    along = np.stack([mesh[:, :-1], mesh[:, 1:]], axis=2)
    across = np.stack([mesh[:-1], mesh[1:]], axis=2)
    ends = np.concatenate([along.reshape(-1, 2), across.reshape(-1, 2)])
    return ends[:, 0], ends[:, 1]


def arrow_lines(tails: Values, shafts: Values) -> tuple[Values, Values]:
    """Three lines for each arrow, (k, 2) tails and shafts, as pairs of x and of y."""
    tips = tails + shafts
    # The head is a third of the shaft long and 40 degrees wide.
    left = tips - shafts @ np.array([[0.31, 0.11], [-0.11, 0.31]])
    right = tips - shafts @ np.array([[0.31, -0.11], [0.11, 0.31]])
    ends = np.stack([tails, tips, left, tips, right, tips], axis=1).reshape(-1, 2)
    return ends[:, 0], ends[:, 1]
