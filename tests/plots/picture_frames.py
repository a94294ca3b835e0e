"""Frames of a run that makes pictures: simple ones whose pixels tell their number."""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Condition, Frame, PictureMetrics, PictureView, Started, Verdict
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Mnist

REAL = 200
"""Real pictures are brighter than this everywhere, generated ones darker."""


def started(**changes: Any) -> Started:
    """The beginning of a run on MNIST."""
    return Started(Experiment(target=Mnist()).replace(**changes), "cpu", 1, 533_505, 572_945, {})


def pictures(count: int, low: int, high: int, side: int = 28) -> NDArray[np.uint8]:
    """Random ones, (count, side, side), with bytes from low to high."""
    rng = np.random.default_rng(count + low)
    return rng.integers(low, high, (count, side, side), dtype=np.uint8)


def view(cells: int = 16, real: int | None = None, side: int = 28, **changes: Any) -> PictureView:
    """Dark generated pictures, bright real ones, and scores that grow with their numbers."""
    others = cells if real is None else real
    made = PictureView(
        replica=0,
        real=pictures(others, REAL, 256, side),
        shown=pictures(cells, 0, REAL, side),
        d_real=np.linspace(0.4, 0.9, others, dtype=np.float32),
        d_shown=np.linspace(0.1, 0.6, cells, dtype=np.float32),
        wanted=np.empty(0, dtype=np.float32),
        noise=0,
        d_reference="",
    )
    return replace(made, **changes)


def frame(begun: Started, step: int, shown: PictureView | None = None) -> Frame:
    """A frame with these pictures."""
    replicas = begun.experiment.replicas
    columns = {
        one.name: np.full(replicas, 0.5, dtype=np.float32)
        for one in fields(PictureMetrics)
        if one.name != "samples"
    }
    nothing = np.empty((0, replicas), dtype=np.float32)
    return Frame(
        step=step,
        loss_d=nothing,
        loss_g=nothing,
        loss_pretraining=nothing,
        pretraining_step=0,
        view=shown or view(),
        metrics=PictureMetrics(**columns, samples=1000),
        floors={},
        measured_at=step,
        verdicts=tuple(Verdict(Condition.CONVERGING, "under way") for _ in range(replicas)),
        lost_at=np.full(replicas, np.nan),
    )
