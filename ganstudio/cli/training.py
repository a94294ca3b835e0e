"""`ganstudio train` and `resume`: a run in this process, until its end or a signal."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path
from types import FrameType
from typing import Any, Self

from ganstudio.cli import OK, say
from ganstudio.cli.outcome import Heard, Outcome
from ganstudio.cli.places import check_writable
from ganstudio.cli.progress import ProgressLine
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import Frame
from ganstudio.core.experiment import Experiment
from ganstudio.data.weights import read_weights, write_weights
from ganstudio.errors import SpecError
from ganstudio.record.reader import RunReader
from ganstudio.runs.keeping import Keeping
from ganstudio.runs.messages import Origin, Start
from ganstudio.runs.recording import checkpoint_of, recorded
from ganstudio.runs.training import train

LOOK_SECONDS = 0.25
"""Time between two looks at the run for the progress bar."""
SECOND: dict[signal.Signals, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}
"""What the second signal does: after Ctrl-C the run file is still closed."""


class UntilSignal(RunToEnd):
    """Steps to the end; Ctrl-C or SIGTERM stop it at a step boundary, the second one at once."""

    def __init__(self, keeping: Keeping, *, looks: bool) -> None:
        super().__init__()
        self._keeping = keeping
        self.signal: signal.Signals | None = None
        self.first = 0
        """The step that the run begins with."""
        self.begun = time.perf_counter()
        self._looks = looks
        self._last_look = 0.0
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM):
            self._before[number] = signal.signal(number, self._hear)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _hear(self, number: int, _frame: FrameType | None) -> None:
        self.signal = signal.Signals(number)
        signal.signal(number, SECOND[self.signal])

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Both networks, until the last step or a signal; checkpoints for the run file."""
        if step == self.first:
            # Loading torch and pretraining are not what "steps per second" is about.
            self.begun = time.perf_counter()
        order = Order.STOP if self.signal else super().next(step, experiment)
        if order is Order.STOP:
            return self._keeping.at_end(step) or order
        return self._keeping.now_and_then(step) or order

    def wants_frame(self) -> bool:
        """Now and then, if somebody looks."""
        if not self._looks or time.monotonic() - self._last_look < LOOK_SECONDS:
            return False
        self._last_look = time.monotonic()
        return True


def run(
    experiment: Experiment,
    *,
    as_json: bool,
    start_from: Path | None = None,
    save_weights: Path | None = None,
    record: Path | None = None,
    origin: Origin | None = None,
) -> int:
    """Train, print the results, and return the exit code.

    A run that diverged has a result like any other; only a signal makes the code another.

    Args:
        experiment: what to train.
        as_json: print one JSON object.
        start_from: a file of weights to begin with.
        save_weights: where the trained networks go.
        record: the run file to write.
        origin: the checkpoint to go on from.
    """
    weights = read_weights(start_from) if start_from is not None else None
    start = Start(0, experiment, playing=True, weights=weights, record=record, origin=origin)
    with ProgressLine(experiment) as progress:
        outcome = _play(start, progress)
    if save_weights is not None:
        write_weights(outcome.weights, save_weights)
    if as_json:
        sys.stdout.write(json.dumps(outcome.plain(), allow_nan=False) + "\n")
    else:
        from ganstudio.cli.tables import show_outcome

        show_outcome(outcome)
    return OK if outcome.signal is None else 128 + outcome.signal


def resume(path: Path, *, steps: int | None, as_json: bool) -> int:
    """Go on in a run file from its last checkpoint, as if it had never stopped.

    Raises:
        RecordError: it is no run file.
        FileError: it can't be written.
        SpecError: there is nothing left to do.
    """
    with RunReader(path) as reader:
        checkpoint = reader.checkpoint()
        experiment, _ = reader.goes_on
    check_writable(path)
    if steps is not None:
        experiment = experiment.replace(steps=steps)
    if checkpoint.step >= experiment.steps:
        raise SpecError(
            f"{path}: {checkpoint.step:,} steps are done already; to go on, ask for more in total, "
            f"such as --steps {2 * checkpoint.step}"
        )
    return run(experiment, as_json=as_json, record=path, origin=Origin(path, checkpoint.step))


def _play(start: Start, progress: ProgressLine) -> Outcome:
    heard = Heard(start.experiment)
    keeping = Keeping(start.record is not None)
    origin = checkpoint_of(start.origin) if start.origin is not None else None
    with UntilSignal(keeping, looks=progress.visible) as control:
        control.first = origin.step if origin else 0
        said = train(
            start.experiment,
            weights=start.weights,
            control=control,
            start=origin,
            tell=progress.prepare,
        )
        for event in recorded(keeping.watched(said), start, say):
            heard.take(event)
            if isinstance(event, Frame):
                progress.show(event)
        seconds = time.perf_counter() - control.begun
    return heard.outcome(seconds, control.signal, control.first)
