"""One seed of a fleet in words."""

from __future__ import annotations

import math

from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import SHORT
from ganstudio.plots.palette import number


def seed_in_words(experiment: Experiment, frame: Frame, replica: int) -> str:
    """A replica's seed, its verdict with the reason, its figures, its value in a sweep."""
    verdict, metrics = frame.verdicts[replica], frame.metrics
    figures = {
        SHORT[metrics.main]: float(metrics.distance[replica]),
        "std / σ": float(metrics.std_ratio[replica]),
    }
    named = [
        f"{name} {number(value) if math.isfinite(value) else 'not finite'}"
        for name, value in figures.items()
    ]
    varied = experiment.vary
    if varied:
        named.append(f"{varied.path} {varied.values[experiment.group(replica)]:g}")
    seed = experiment.seed_of(replica)
    return f"Seed {seed}: {verdict.condition.value} ({verdict.reason}). {', '.join(named)}"
