"""How long one of our training steps takes."""

from __future__ import annotations

import itertools
import statistics
import time

from ganstudio import Experiment, Order, train
from ganstudio.core.control import RunToEnd
from ganstudio.core.pictures.gallery import Gallery

BLOCK = 256
"""Steps that are timed together: data and noise are drawn for as many at once."""


class Stopwatch(RunToEnd):
    """Trains one block to get warm and some more by the clock.

    Args:
        blocks: how many to time.
    """

    def __init__(self, blocks: int) -> None:
        super().__init__()
        self._blocks = blocks
        self._marks: list[float] = []

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Both networks, until all blocks are done."""
        if step and step % BLOCK == 0:
            self._marks.append(time.perf_counter())
        return Order.BOTH if len(self._marks) <= self._blocks else Order.STOP

    @property
    def seconds_per_step(self) -> float:
        """The median over the blocks."""
        return statistics.median(b - a for a, b in itertools.pairwise(self._marks)) / BLOCK


def seconds_per_step(experiment: Experiment, blocks: int, gallery: Gallery | None = None) -> float:
    """Train on one torch thread without frames on the way; the median over some blocks."""
    watch = Stopwatch(blocks)
    whole = experiment.replace(steps=10**6, frame_every=10**6, threads=1)
    for _ in train(whole, control=watch, gallery=gallery):
        pass
    return watch.seconds_per_step
