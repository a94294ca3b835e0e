"""How a run on the command line ended, and what a program that called it is told."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import (
    EarlyStop,
    Event,
    Finished,
    Frame,
    Metrics,
    NotFinite,
    PictureMetrics,
    PlaneMetrics,
    Started,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import counts
from ganstudio.data.weights import Arrays

SHOWN: dict[type, tuple[str, ...]] = {
    Metrics: ("mean", "std", "js", "w1"),
    PlaneMetrics: ("std_ratio", "w1", "modes", "high_quality", "reverse_kl"),
    PictureMetrics: ("fid", "modes", "precision", "recall", "right"),
}
"""The metrics that are printed."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended; `loss_d` and `loss_g` are those of its last step, (R,)."""

    started: Started
    frame: Frame
    loss_d: NDArray[np.float32]
    loss_g: NDArray[np.float32]
    seconds: float
    signal: signal.Signals | None
    stopped_early: bool
    not_finite: NotFinite | None
    weights: Arrays
    first_step: int
    """0, or the step from which the run went on."""

    @property
    def steps_per_second(self) -> float:
        """Over the whole of the training, pictures and all."""
        return (self.frame.step - self.first_step) / self.seconds if self.seconds else 0.0

    def plain(self) -> dict[str, Any]:
        """What `--json` prints; a number that is not finite is null."""
        experiment, verdicts = self.started.experiment, self.frame.verdicts
        columns = {"loss_d": self.loss_d, "loss_g": self.loss_g, **self.measured}

        def varied(i: int) -> dict[str, float]:
            vary = experiment.vary
            return {vary.path: vary.values[experiment.group(i)]} if vary else {}

        return {
            "experiment": experiment.model_dump(mode="json"),
            "steps": self.frame.step,
            "seconds": self.seconds,
            "steps_per_second": self.steps_per_second,
            "device": self.started.device,
            **({"gallery": dict(gallery)} if (gallery := self.started.gallery) else {}),
            "replicas": [
                {
                    "seed": experiment.seed_of(i),
                    **varied(i),
                    **{name: _finite(column[i]) for name, column in columns.items()},
                    "verdict": verdict.condition.value,
                }
                for i, verdict in enumerate(verdicts)
            ],
            "verdicts": {
                condition.value: {
                    "count": share.count,
                    "share": share.value,
                    "interval_95": list(share.interval),
                }
                for condition, share in counts(verdicts).items()
            },
            "stopped_early": self.stopped_early,
            "not_finite": self.not_finite.sentence if self.not_finite else None,
        }

    @property
    def measured(self) -> dict[str, NDArray[np.float32]]:
        """The metrics that are printed, by their names, (R,) each."""
        metrics = self.frame.metrics
        names = list(SHOWN[type(metrics)])
        if not self.started.experiment.conditional and "right" in names:
            # Nobody asked for a class.
            names.remove("right")
        return {name: getattr(metrics, name) for name in names}


def _finite(number: np.float32) -> float | None:
    return float(number) if np.isfinite(number) else None


class Heard:
    """What a run has said so far, as much of it as its outcome needs."""

    def __init__(self, experiment: Experiment) -> None:
        self._started: Started | None = None
        self._frame: Frame | None = None
        self._loss_d = self._loss_g = np.full(experiment.replicas, np.nan, dtype=np.float32)
        self._stopped_early = False
        self._not_finite: NotFinite | None = None
        self._weights: Arrays = {}

    def take(self, event: Event) -> None:
        """One event more."""
        match event:
            case Started():
                self._started = event
            case Frame():
                self._frame = event
                if len(event.loss_d):
                    self._loss_d, self._loss_g = event.loss_d[-1], event.loss_g[-1]
            case EarlyStop():
                self._stopped_early = True
            case NotFinite():
                self._not_finite = event
            case Finished():
                self._weights = event.weights

    def outcome(self, seconds: float, stopped_by: signal.Signals | None, first: int) -> Outcome:
        """The end of it, after so many seconds since its first step."""
        # `train` yields both before anything else.
        assert self._started is not None
        assert self._frame is not None
        return Outcome(
            self._started,
            self._frame,
            self._loss_d,
            self._loss_g,
            seconds,
            stopped_by,
            self._stopped_early,
            self._not_finite,
            self._weights,
            first,
        )
