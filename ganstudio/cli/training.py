"""`ganstudio train`: an experiment from words, trained in this process, its results in words."""

from __future__ import annotations

import json
import signal
import sys
import time
import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from ganstudio.cli import OK, say
from ganstudio.cli.progress import ProgressLine
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import (
    EarlyStop,
    Finished,
    Frame,
    Metrics,
    NotFinite,
    PlaneMetrics,
    Started,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import counts
from ganstudio.core.trainer import train
from ganstudio.data.presets import load_preset, presets
from ganstudio.data.share import experiment_in, from_text, is_shared
from ganstudio.data.weights import Arrays, read_weights, write_weights
from ganstudio.errors import FileError, PresetError, SpecError
from ganstudio.record.reader import RunReader
from ganstudio.record.schema import SUFFIX
from ganstudio.runs.keeping import Keeping
from ganstudio.runs.messages import Origin, Start
from ganstudio.runs.recording import checkpoint_of, recorded

SHOWN: dict[type, tuple[str, ...]] = {
    Metrics: ("mean", "std", "js", "w1"),
    PlaneMetrics: ("std_ratio", "w1", "modes", "high_quality", "reverse_kl"),
}
"""The metrics that are printed, for targets on the line and in the plane."""
LOOK_SECONDS = 0.25
"""Time between two looks at the run for the progress bar."""


def choose(what: str, settings: Sequence[str], options: dict[str, Any]) -> Experiment:
    """The experiment that a command line describes; options win over settings.

    Raises:
        SpecError, FileError: with one sentence that names what is wrong.
    """
    changes = dict(parse_setting(setting) for setting in settings) | options
    experiment = _load(what)
    return experiment.replace(**changes) if changes else experiment


def _load(what: str) -> Experiment:
    if what in presets():
        return load_preset(what)
    if is_shared(what):
        return from_text(what)
    path = Path(what)
    if path.suffix.lower() == SUFFIX:
        with RunReader(path) as reader:
            return reader.begun
    if path.suffix or len(path.parts) > 1 or path.exists():
        return experiment_in(path)
    try:
        return load_preset(what)
    except PresetError as error:
        raise FileError(f"{error}; nor is there a file of that name") from error


def parse_setting(text: str) -> tuple[str, Any]:
    """`"field=value"` as (path, value): a TOML value, or else the text itself.

    Raises:
        SpecError: there is no `=`, or nothing before it.
    """
    path, equals, value = text.partition("=")
    path, value = path.strip(), value.strip()
    if not equals or not path:
        raise SpecError(f"--set {text}: it should be FIELD=VALUE, such as optimizer_d.lr=0.01")
    try:
        parsed = tomllib.loads(f"value = {value}")
    except (ValueError, RecursionError):
        return path, value
    # A line break could smuggle in a second key.
    return path, parsed["value"] if len(parsed) == 1 else value


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
        signal.signal(number, self._before[self.signal])

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
        return {name: getattr(metrics, name) for name in SHOWN[type(metrics)]}


def _finite(number: np.float32) -> float | None:
    return float(number) if np.isfinite(number) else None


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
        SpecError: there is nothing left to do.
    """
    with RunReader(path) as reader:
        checkpoint = reader.checkpoint()
        experiment, _ = reader.goes_on
    if steps is not None:
        experiment = experiment.replace(steps=steps)
    if checkpoint.step >= experiment.steps:
        raise SpecError(
            f"{path}: all {checkpoint.step:,} steps are done; --steps with a larger number, which "
            "is that of all steps, goes on"
        )
    return run(experiment, as_json=as_json, record=path, origin=Origin(path, checkpoint.step))


def check_new(path: Path) -> Path:
    """A place for a new run file.

    Raises:
        FileError: a file is there, which nobody said may go.
    """
    if path.exists():
        raise FileError(
            f"{path}: there is such a file already; `ganstudio resume` goes on in it, or choose "
            "another name"
        )
    return path


def _play(start: Start, progress: ProgressLine) -> Outcome:
    experiment = start.experiment
    started: Started | None = None
    frame: Frame | None = None
    unknown = np.full(experiment.replicas, np.nan, dtype=np.float32)
    loss_d = loss_g = unknown
    stopped_early, not_finite = False, None
    trained: Arrays = {}
    keeping = Keeping(start.record is not None)
    origin = checkpoint_of(start.origin) if start.origin is not None else None
    with UntilSignal(keeping, looks=progress.visible) as control:
        control.first = origin.step if origin else 0
        said = train(experiment, weights=start.weights, control=control, start=origin)
        for event in recorded(keeping.watched(said), start, say):
            if isinstance(event, Started):
                started = event
            elif isinstance(event, Frame):
                frame = event
                progress.show(frame)
                if len(frame.loss_d):
                    loss_d, loss_g = frame.loss_d[-1], frame.loss_g[-1]
            elif isinstance(event, EarlyStop):
                stopped_early = True
            elif isinstance(event, NotFinite):
                not_finite = event
            elif isinstance(event, Finished):
                trained = event.weights
        seconds = time.perf_counter() - control.begun
    # `train` yields both before anything else.
    assert started is not None
    assert frame is not None
    return Outcome(
        started,
        frame,
        loss_d,
        loss_g,
        seconds,
        control.signal,
        stopped_early,
        not_finite,
        trained,
        control.first,
    )
