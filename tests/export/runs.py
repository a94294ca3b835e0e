"""Run files for the tests of what leaves them, made by the trainer and the recorder."""

from __future__ import annotations

import sqlite3
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import Order, RunToEnd, Watch
from ganstudio.core.events import Event, Metrics
from ganstudio.core.experiment import Experiment
from ganstudio.record.measures import HEAD, names_of
from ganstudio.runs.messages import Start
from ganstudio.runs.recording import recorded
from ganstudio.runs.training import train
from tests.core.helpers import TINY, small

STEPS = 24
KINDS: dict[str, dict[str, Any]] = {
    "line": {},
    "averaged": {"ema": 0.9},
    "fleet": {"replicas": 3},
    "plane": {"target": "ring"},
    "varied": {"replicas": 4, "vary": {"path": "optimizer_d.lr", "values": [0.01, 0.001]}},
    "many": {"replicas": 12},
    "pictures": {"target": "digits", "generator.output": "sigmoid", "standardise": False},
}


class Keeping(RunToEnd):
    """Keeps the state before some steps; a step of G alone, for a loss that is not there."""

    def __init__(self, *at: int, alone: int | None = None) -> None:
        super().__init__()
        self._at, self._alone = list(at), alone

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        if self._at and step == self._at[0]:
            del self._at[0]
            return Order.KEEP
        return Order.GENERATOR if step == self._alone else super().next(step, experiment)

    def watch(self) -> Watch:
        return Watch(layers=True)


class EditedFirst(Keeping):
    """Another learning rate before the first step."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        edited = experiment.replace(**{"optimizer_d.lr": 0.5})
        return edited if step == 0 and edited != experiment else super().next(step, experiment)


def tiny(kind: str, **changes: Any) -> Experiment:
    """A small experiment of one of the kinds."""
    return small(steps=STEPS, frame_every=2, **TINY).replace(**KINDS[kind], **changes)


def record(path: Path, experiment: Experiment, control: RunToEnd | None = None) -> list[Event]:
    """Make a run file with checkpoints at 8, 16 and the end, unless told; what the run said."""
    control = control or Keeping(8, 16, experiment.steps)
    start = Start(0, experiment, playing=True, weights=None, record=path, origin=None)
    return list(recorded(train(experiment, control=control), start, pytest.fail))


def misfit(path: Path) -> None:
    """Give a run file metrics that are whole, and of another number of replicas."""
    replicas, values = 5, len(names_of(Metrics)) * 5
    head = HEAD.pack(1_000, replicas)
    data = zlib.compress(head + bytes(replicas) + np.zeros(values, "<f4").tobytes())
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE measures SET data = ? WHERE number = 1", [data])
