"""What the tests of the engine share: small experiments, whole runs, and every spec there is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ganstudio.core.control import Control
from ganstudio.core.draws import Draws
from ganstudio.core.events import Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.problems import _models
from ganstudio.core.spec import Spec
from ganstudio.core.trainer import train

Floats = NDArray[np.float32]


def reachable(model: type[BaseModel] = Experiment) -> set[type[Spec]]:
    """Every spec class that an experiment may contain, found through the fields' types."""
    found: set[type[Spec]] = set()
    waiting: list[type[BaseModel]] = [model]
    while waiting:
        here = waiting.pop()
        if here in found or not issubclass(here, Spec):
            continue
        found.add(here)
        for field in here.model_fields.values():
            waiting += _models(field.annotation)
    return found


def members(base: Any) -> list[Any]:
    """The classes below `base` that an experiment may contain."""
    found = [spec for spec in reachable() if issubclass(spec, base) and spec is not base]
    return sorted(found, key=lambda spec: spec.__name__)


def concrete(base: type[Spec]) -> set[type[Spec]]:
    """The classes of the program below `base` that have a `kind` of their own."""
    found = set()
    for spec in base.__subclasses__():
        if "kind" in spec.model_fields and spec.__module__.startswith("ganstudio."):
            found.add(spec)
        found |= concrete(spec)
    return found


def small(**changes: Any) -> Experiment:
    """An experiment that is over in a moment."""
    return Experiment(steps=20, batch_size=16, frame_every=5).replace(**changes)


@dataclass(frozen=True)
class Record:
    """All that a whole run said."""

    started: Started
    frames: list[Frame]
    finished: Finished

    @property
    def loss_d(self) -> Floats:
        """(steps, R)"""
        return np.concatenate([frame.loss_d for frame in self.frames])

    @property
    def loss_g(self) -> Floats:
        """(steps, R)"""
        return np.concatenate([frame.loss_g for frame in self.frames])

    @property
    def loss_pretraining(self) -> Floats:
        """(updates, R)"""
        return np.concatenate([frame.loss_pretraining for frame in self.frames])

    @property
    def last(self) -> Frame:
        """The frame after the last step."""
        return self.frames[-1]


def record(
    experiment: Experiment,
    *,
    weights: dict[str, Floats] | None = None,
    draws: Draws | None = None,
    control: Control | None = None,
) -> Record:
    """Train to the end and keep what was said."""
    events = list(train(experiment, weights=weights, draws=draws, control=control))
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    return Record(started, [e for e in events if isinstance(e, Frame)], finished)


def same_bits(a: dict[str, Floats], b: dict[str, Floats]) -> bool:
    """Whether two sets of weights are equal to the last bit, NaN included."""
    return a.keys() == b.keys() and all(a[name].tobytes() == b[name].tobytes() for name in a)


def spelled(record: Record) -> Iterator[bytes]:
    """Everything in a run that must be the same for it to be the same run."""
    yield record.loss_d.tobytes()
    yield record.loss_g.tobytes()
    yield record.loss_pretraining.tobytes()
    for name in sorted(record.finished.weights):
        yield record.finished.weights[name].tobytes()
