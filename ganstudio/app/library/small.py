"""Plots as they are in a column: short titles, and words at the curves instead of a legend."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.over_time import Series
from ganstudio.plots.plane import PlanePlot
from ganstudio.plots.plot import Plot
from ganstudio.plots.sample_grid import SampleGridPlot

_NAMES = {"D": "discriminator", "G": "generator"}


class SmallDistribution(DistributionPlot):
    """Less in it: in many small pictures that is more. The step is said above."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        for layer in ("real_samples", "d_best"):
            self.set_layer(layer, False)

    def _heading(self, frame: Frame | None) -> str:
        return type(self).title


class SmallPlane(PlanePlot):
    """The step is said above."""

    def _heading(self, frame: Frame | None) -> str:
        return type(self).title


class SmallSamples(SampleGridPlot):
    """The step is said above."""

    def _heading(self, frame: Frame | None) -> str:
        return type(self).title


def small_hero(space: str) -> Plot:
    """The picture of runs in a space: "line", "plane" or "pictures"."""
    heroes: dict[str, Callable[[], Plot]] = {
        "line": SmallDistribution,
        "plane": SmallPlane,
        "pictures": SmallSamples,
    }
    return heroes[space]()


class SmallLosses(LossesPlot):
    """Says at its curves whose they are: a letter could be a run's."""

    def _mark_ends(self, ends: dict[Series, str]) -> None:
        super()._mark_ends({series: _NAMES[word] for series, word in ends.items()})
