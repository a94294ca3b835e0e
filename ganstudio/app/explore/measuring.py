"""Measures generated pictures piece by piece, without holding training up for long."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.app.explore.pane import Asker
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import ClassShares, Generate, Made, Memory, ParzenWindow, Question

USUAL, CLOSELY = 1_000, 5_000
"""Pictures of one measurement."""
PIECE = 250
"""Pictures of one question: training waits for each."""
REST = 9
"""After an answer nothing is asked for so many times as long as it took: 10 % at most."""

Score = type[ClassShares] | type[Memory] | type[ParzenWindow]
SCORES: dict[Score, str] = {
    ClassShares: "Sorting them into classes",
    Memory: "Looking for the nearest real pictures",
    ParzenWindow: "Fitting a Parzen window",
}
"""What is asked of a sample, in this order, and what to say meanwhile."""


@dataclass(frozen=True)
class Sample:
    """Generated pictures, and when they were made."""

    pictures: NDArray[np.uint8]
    """(n, h, w)"""
    d: NDArray[np.float32]
    """What D said of each then, (n,)"""
    first: int
    """The step of the first of them."""
    last: int
    """The step of the last: training went on meanwhile."""

    @property
    def words(self) -> str:
        """How many of which step."""
        if self.first == self.last:
            steps = f"step {self.first:,}"
        else:
            steps = f"steps {self.first:,} to {self.last:,}"
        return f"{len(self.pictures):,} pictures of {steps}"


class Measuring(QObject):
    """Asks for samples and then for their scores, one question after another.

    Args:
        asker: how it asks; nobody else uses it.
    """

    sampled = Signal(object)
    """A `Sample`, all of it."""
    scored = Signal(object)
    """A score of the sample: `Shares`, `Memorised` or `Likelihood`."""
    refused = Signal(object, str)
    """One of `SCORES` that can't be told, or None if there are no samples; and why."""
    finished = Signal()
    progress = Signal(str)
    """What is being done, in words; empty when nothing is."""

    def __init__(self, asker: Asker, parent: QObject) -> None:
        super().__init__(parent)
        self.plays = True
        """Whether training goes on, and must be left in peace."""
        self.at = 0
        """The step of the newest answer."""
        self._asker = asker
        asker.answered.connect(self._take)
        asker.refused.connect(self._refuse)
        self._z = np.empty((0, 0), dtype=np.float32)
        self._replica = 0
        self._made: list[tuple[int, Made]] = []
        self._sample: Sample | None = None
        self._waiting: list[Score] = []
        self.is_busy = False
        self._rest = QTimer(self, singleShot=True)
        self._rest.timeout.connect(self._ask)

    @property
    def rest_ms(self) -> int:
        """How long nothing is asked now, in milliseconds."""
        return self._rest.interval() if self._rest.isActive() else 0

    def begin(self, experiment: Experiment, replica: int, count: int) -> None:
        """Measure so many pictures; what was being measured is given up."""
        self.stop()
        # Always the same noise, so that what changes is the generator.
        self._z = evaluation_inputs(experiment, count)
        self._replica, self._made = replica, []
        self._sample, self._waiting = None, list(SCORES)
        self.is_busy = True
        self._ask()

    def stop(self) -> None:
        """Ask no more."""
        self._rest.stop()
        self._asker.forget()
        self.is_busy = False
        self.progress.emit("")

    def set_plays(self, plays: bool) -> None:
        """Whether training goes on; while it rests nobody has to wait."""
        self.plays = plays
        if not plays and self._rest.isActive():
            self._rest.start(0)

    # ------------------------------------------------------------------------------ inside

    def _ask(self) -> None:
        question = self._next()
        if question is None:
            self.is_busy = False
            self.progress.emit("")
            self.finished.emit()
        else:
            self._asker.ask(question)

    def _next(self) -> Question | None:
        if self._sample is None:
            have = sum(len(made.pictures) for _step, made in self._made)
            self.progress.emit(f"Generating {have:,} of {len(self._z):,} pictures")
            return Generate(self._z[have : have + PIECE], self._replica)
        if not self._waiting:
            return None
        self.progress.emit(SCORES[self._waiting[0]])
        return self._waiting[0](self._sample.pictures)

    def _take(self, answer: Any) -> None:
        if self._sample is not None:
            self._waiting.pop(0)
            self.scored.emit(answer)
        else:
            self._made.append((self.at, answer))
            if sum(len(made.pictures) for _step, made in self._made) >= len(self._z):
                self._sample = self._whole()
                self.sampled.emit(self._sample)
        self._go_on()

    def _refuse(self, why: str) -> None:
        if self._sample is None:
            self.stop()
            self.refused.emit(None, why)
            return
        # The others may be told all the same.
        self.refused.emit(self._waiting.pop(0), why)
        self._go_on()

    def _go_on(self) -> None:
        # Somebody who heard of it may have had enough.
        if self.is_busy:
            self._rest.start(pause_ms(self._asker.seconds) if self.plays else 0)

    def _whole(self) -> Sample:
        return Sample(
            np.concatenate([made.pictures for _step, made in self._made]),
            np.concatenate([made.d for _step, made in self._made]),
            self._made[0][0],
            self._made[-1][0],
        )


def pause_ms(seconds: float) -> int:
    """How long to leave training in peace after it waited so long."""
    return math.ceil(1000 * REST * seconds)
