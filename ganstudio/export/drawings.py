"""Which views can be drawn, and the drawings by their names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from ganstudio.core.experiment import Experiment
from ganstudio.errors import SpecError
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.generator_map import GeneratorMapPlot
from ganstudio.plots.judgement import JudgementPlot
from ganstudio.plots.layers import LayersPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.plane import PlanePlot
from ganstudio.plots.plot import Plot
from ganstudio.plots.sample_grid import SampleGridPlot

METRICS = (
    "w1",
    "std_ratio",
    "js",
    "ks",
    "mean_error",
    "reverse_kl",
    "high_quality",
    "modes",
    "mmd",
    "fid",
    "kid",
    "precision",
    "right",
    "loss_real",
)
MAKERS: dict[str, Callable[[], Plot]] = {
    "distribution": DistributionPlot,
    "generator_map": GeneratorMapPlot,
    "plane": PlanePlot,
    "samples": SampleGridPlot,
    "judgement": JudgementPlot,
    "losses": LossesPlot,
    **{name: partial(MetricPlot, name) for name in METRICS},
    "layers": LayersPlot,
}
"""All views by their names, as in the window."""
HEROES = {
    "line": ("distribution", "losses"),
    "plane": ("plane", "losses"),
    "pictures": ("samples", "losses"),
}
"""What is drawn unless told, by the space of the target: what a room is shown."""
BOARDS = {
    "line": ("distribution", "generator_map", "losses", "w1", "std_ratio"),
    "plane": ("plane", "losses", "reverse_kl", "high_quality"),
    "pictures": ("samples", "judgement", "losses", "fid"),
}
"""The whole board: what the window shows at first."""
BOARD = "board"
"""The name that stands for it."""
MOST_VIEWS = 9


def views_of(experiment: Experiment, wanted: Sequence[str]) -> tuple[str, ...]:
    """The names of the views to draw of a run, each once.

    Args:
        experiment: of the run.
        wanted: names of views, `BOARD` among them, or none for those that matter most.

    Raises:
        SpecError: there is no such view, it can't draw this run, or they are too many.
    """
    space = experiment.target.space
    names: dict[str, None] = {}
    for name in wanted or HEROES[space]:
        names.update(dict.fromkeys(BOARDS[space] if name == BOARD else (name,)))
    for name in names:
        if name not in MAKERS:
            raise SpecError(f"there is no view {name!r}; there is {', '.join(MAKERS)}, {BOARD}")
        plot = MAKERS[name]()
        suits = plot.suits(experiment)
        plot.deleteLater()
        if not suits:
            raise SpecError(f"the view {name} can't draw {experiment.title!r}: {plot.unsuited}")
    if len(names) > MOST_VIEWS:
        raise SpecError(f"{len(names)} views are too many for one picture: {MOST_VIEWS} at most")
    return tuple(names)
