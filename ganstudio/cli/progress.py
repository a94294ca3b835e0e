"""The progress bar of a run, on stderr and only where a person looks at it."""

from __future__ import annotations

import sys
import time
from collections import Counter
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    TextColumn,
    TimeRemainingColumn,
)

from ganstudio.core.events import Frame, Verdict
from ganstudio.core.experiment import Experiment

DRAW_SECONDS = 0.1


class ProgressLine:
    """Steps, steps per second, time remaining and the newest verdict; silent in a pipe."""

    def __init__(self, experiment: Experiment) -> None:
        self._experiment = experiment
        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(),
            MofNCompleteColumn(),
            TextColumn("{task.fields[speed]}"),
            TimeRemainingColumn(),
            TextColumn("{task.fields[verdict]}"),
            console=Console(file=sys.stderr),
            # Its own thread would take the interpreter away from the training.
            auto_refresh=False,
            transient=True,
        )
        self.visible = self._progress.console.is_terminal
        self._task = self._progress.add_task(
            "Getting ready", total=experiment.steps, speed="", verdict=""
        )
        self._training = False
        self._drawn = 0.0
        self._first: tuple[float, int] | None = None

    def __enter__(self) -> Self:
        if self.visible:
            self._progress.start()
            self._progress.refresh()
        return self

    def __exit__(self, *_: object) -> None:
        if self.visible:
            self._progress.stop()

    def prepare(self, what: str, share: float) -> None:
        """Say what has to be done before the first step, such as reading pictures."""
        now = time.monotonic()
        if self.visible and now - self._drawn >= DRAW_SECONDS:
            self._drawn = now
            self._progress.update(self._task, description=what, completed=share, total=1)
            self._progress.refresh()

    def show(self, frame: Frame) -> None:
        """Draw the state of the run, unless it was drawn a moment ago."""
        now = time.monotonic()
        if not self.visible or now - self._drawn < DRAW_SECONDS:
            return
        self._drawn = now
        before = self._experiment.pretraining.steps
        if frame.pretraining_step < before:
            self._progress.update(
                self._task,
                description="Pretraining",
                completed=frame.pretraining_step,
                total=before,
            )
        else:
            self._show_steps(frame, now)
        self._progress.refresh()

    def _show_steps(self, frame: Frame, now: float) -> None:
        if self._first is None:
            self._first = (now, frame.step)
            self._progress.reset(self._task, total=self._experiment.steps)
        since, first = self._first
        speed = f"{(frame.step - first) / (now - since):,.0f} steps/s" if now > since else ""
        self._progress.update(
            self._task,
            description="Training",
            completed=frame.step,
            speed=speed,
            verdict=counted(frame.verdicts),
        )


def counted(verdicts: tuple[Verdict, ...]) -> str:
    """The verdicts with how many replicas share each: `"fits"`, or `"28 fits, 4 collapsed"`."""
    found = Counter(verdict.condition.value for verdict in verdicts)
    if len(verdicts) == 1:
        return next(iter(found))
    return ", ".join(f"{count} {name}" for name, count in found.most_common())
