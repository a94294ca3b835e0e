"""One handle on a run, wherever it executes."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from ganstudio.core.control import Order, Watch
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked
from ganstudio.runs.messages import (
    Ask,
    Back,
    Command,
    Edit,
    Look,
    Message,
    Origin,
    Pace,
    Pause,
    Play,
    Start,
    Step,
    Stop,
)

if TYPE_CHECKING:
    from ganstudio.runs.messages import Arrays


class Run(ABC):
    """Starts, steers and watches runs. Commands return at once and take effect between steps.

    Any thread may give commands; one thread reads `messages`.
    """

    def __init__(self) -> None:
        self._number = 0
        self._started: Start | None = None

    @property
    def number(self) -> int:
        """The number of the newest run; messages of older ones are not passed on."""
        return self._number

    def start(
        self,
        experiment: Experiment,
        *,
        playing: bool = True,
        weights: Arrays | None = None,
        from_last: bool = False,
        record: Path | None = None,
        origin: Origin | None = None,
    ) -> None:
        """Begin a run, at once or paused before its first step.

        Args:
            experiment: what to train.
            playing: whether to begin at once.
            weights: first weights, see `train`.
            from_last: begin with the networks that the run before ended with.
            record: the run file to write; going on in the file of `origin` continues that run.
            origin: the checkpoint to go on from.
        """
        self._number += 1
        self._started = Start(self._number, experiment, playing, weights, from_last, record, origin)
        self._send(self._started)

    def reset(self, *, playing: bool = False) -> None:
        """Begin the same run once more: from the given weights or fresh ones, and unrecorded."""
        if self._started is not None:
            self.start(self._started.experiment, playing=playing, weights=self._started.weights)

    def play(self, until: int | None = None) -> None:
        """Go on, until a step if one is given."""
        self._send(Play(until))

    def pause(self) -> None:
        """Wait at the next step boundary."""
        self._send(Pause())

    def step(self, order: Order = Order.BOTH) -> None:
        """One step of both networks, or an update of one, then wait."""
        self._send(Step(order))

    def edit(self, experiment: Experiment) -> None:
        """Go on with an experiment that differs only in fields that may change live."""
        self._send(Edit(experiment))

    def go_back(self) -> None:
        """Take back the step that left a number not finite."""
        self._send(Back())

    def look(self, watch: Watch) -> None:
        """Say what the pictures are to show."""
        self._send(Look(watch))

    def ask(self, asked: Asked) -> None:
        """Have a question answered; of one topic only the newest counts."""
        self._send(Ask(asked))

    def pace(self, steps_per_second: float | None) -> None:
        """Limit the speed; None for as fast as possible."""
        self._send(Pace(steps_per_second))

    def stop(self) -> None:
        """End the run; the next can start at once."""
        self._send(Stop())

    @abstractmethod
    def messages(self) -> Iterator[Message]:
        """Everything that happens, in order, until the handle is closed."""

    @abstractmethod
    def close(self) -> None:
        """End the run and the place where it executes, within 2 seconds."""

    @abstractmethod
    def _send(self, command: Command) -> None:
        """Hand a command over."""
