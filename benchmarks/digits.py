"""The preset of digits against its promise: good within a minute on this machine, in every seed."""

from __future__ import annotations

import time
from dataclasses import dataclass

from benchmarks.report import Result
from ganstudio import Experiment, Frame, Order, load_preset, train
from ganstudio.core.control import RunToEnd
from ganstudio.core.events import PictureMetrics

SEEDS = range(5)
SECONDS = 60.0
FLOORS = 3.0
CLASSES = 10


class Clock(RunToEnd):
    """Trains for a minute, from the first step on."""

    def __init__(self) -> None:
        super().__init__()
        self._begun = 0.0

    @property
    def seconds(self) -> float:
        """Since the first step."""
        return time.perf_counter() - self._begun if self._begun else 0.0

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Both networks, until the minute is over."""
        self._begun = self._begun or time.perf_counter()
        return Order.STOP if self.seconds > SECONDS else super().next(step, experiment)


@dataclass(frozen=True)
class Outcome:
    """What one seed came to."""

    reached: float
    """Seconds until it was good, infinite if it never was."""
    floors: float
    """Its FID at the end, in floors."""
    classes: int


def one(seed: int) -> Outcome:
    """Train one seed for a minute."""
    clock, reached, floors, classes = Clock(), float("inf"), float("inf"), 0
    for event in train(load_preset("digits", seed=seed), control=clock):
        if isinstance(event, Frame) and isinstance(event.metrics, PictureMetrics):
            floors = float(event.metrics.fid[0]) / event.floors["fid"].median
            classes = int(event.metrics.modes[0])
            if floors < FLOORS and classes == CLASSES:
                reached = min(reached, clock.seconds)
    return Outcome(reached, floors, classes)


def measure() -> list[Result]:
    """Every seed for a minute, one after another."""
    found = [one(seed) for seed in SEEDS]
    times = ", ".join(f"{outcome.reached:.0f}" for outcome in found)
    worst = max(outcome.floors for outcome in found)
    least = min(outcome.classes for outcome in found)
    return [
        Result(
            "digits, seeds that have FID < 3 floors and all classes within a minute",
            sum(outcome.reached <= SECONDS for outcome in found),
            len(found),
            True,
            "",
            f"after {times} s; the worst FID is {worst:.1f} floors, and {least} classes at least",
        )
    ]
