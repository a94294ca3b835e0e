"""Every plot by its name, and a run that it can draw."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from ganstudio.core.events import Started
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.generator_map import GeneratorMapPlot
from ganstudio.plots.layers import LayersPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.measures import IN_THE_PLANE, ON_THE_LINE
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.plane import PlanePlot
from ganstudio.plots.plot import Plot
from tests.plots import frames

MAKERS: dict[str, Callable[[], Plot]] = {
    "distribution": DistributionPlot,
    "generator_map": GeneratorMapPlot,
    "plane": PlanePlot,
    "losses": LossesPlot,
    "layers": LayersPlot,
    **{name: partial(MetricPlot, name) for name in (*ON_THE_LINE, *IN_THE_PLANE)},
}


def begin(plot: Plot, **changes: Any) -> Started:
    """Start a run that suits it: on the line if it can."""
    begun = frames.started(**changes)
    if not plot.suits(begun.experiment):
        begun = frames.plane_started(**changes)
    plot.start(begun)
    return begun
