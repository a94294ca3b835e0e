"""Every plot by its name."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.generator_map import GeneratorMapPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MEASURES, MetricPlot
from ganstudio.plots.plot import Plot

MAKERS: dict[str, Callable[[], Plot]] = {
    "distribution": DistributionPlot,
    "generator_map": GeneratorMapPlot,
    "losses": LossesPlot,
    **{name: partial(MetricPlot, name) for name in MEASURES},
}
