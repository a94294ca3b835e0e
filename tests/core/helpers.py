"""What the tests of the engine share: small experiments, whole runs, and every spec there is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel

from ganstudio.core.control import Control
from ganstudio.core.draws import Draws, Feed
from ganstudio.core.events import Event, Finished, Frame, Started, View
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.networks import Network
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.problems import _models
from ganstudio.core.replay import Tensors, Update
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Digits, Pictures
from ganstudio.core.trainer import train
from ganstudio.core.weights import Weights, stack
from ganstudio.data.images.gallery import gallery_for

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


TINY: dict[str, Any] = {
    "generator.layers": [{"width": 4, "activation": "tanh"}],
    "discriminator.layers": [{"width": 5, "activation": "tanh"}, {"width": 4}],
}
"""Networks so small that a test can follow them number by number."""


def new_game(experiment: Experiment, weights: dict[str, Any] | None = None) -> Game:
    """A game on the CPU with draws of its own."""
    arrays = {k: np.asarray(v, dtype=np.float32) for k, v in (weights or {}).items()}
    return Game(experiment, "cpu", arrays, Feed(experiment, "cpu", gallery=gallery_of(experiment)))


def gallery_of(experiment: Experiment) -> Gallery | None:
    """Pictures for a target of pictures: the digits, whatever the set, for they are here."""
    target = experiment.target
    if not isinstance(target, Pictures):
        return None
    return gallery_for(Digits(classes=target.classes, count=target.count))


def plainly(update: Update, state: Tensors, inputs: Tensors) -> Update:
    """Stands in for `capture`: the same call, made directly each time."""
    return lambda *given: update(*state, *given)


def weights_of(network: Network, inputs: int, replicas: int = 1) -> Weights:
    """First weights of some replicas, seeded 0, 1, ..."""
    rngs = [np.random.default_rng(i) for i in range(replicas)]
    return Weights(network.parts(inputs), stack([network.initial(rng, inputs) for rng in rngs]))


def buffers_of(network: Network, inputs: int, replicas: int = 1) -> Weights:
    """First buffers of some replicas, seeded 0, 1, ..."""
    rngs = [np.random.default_rng(i) for i in range(replicas)]
    first = stack([network.initial_buffers(rng, inputs) for rng in rngs])
    return Weights(network.buffers(inputs), first)


def train_here(experiment: Experiment, **more: Any) -> Iterator[Event]:
    """`train`, with pictures where the target needs some."""
    return train(experiment, gallery=gallery_of(experiment), **more)


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
    gallery = gallery_of(experiment)
    events = list(train(experiment, weights=weights, draws=draws, control=control, gallery=gallery))
    started, finished = events[0], events[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    return Record(started, [e for e in events if isinstance(e, Frame)], finished)


def losses_of(events: Iterable[Event]) -> tuple[Floats, Floats]:
    """D's and G's losses step by step, (steps, R) each."""
    frames = [event for event in events if isinstance(event, Frame)]
    return (
        np.concatenate([frame.loss_d for frame in frames]),
        np.concatenate([frame.loss_g for frame in frames]),
    )


def line_view(frame: Frame) -> View:
    """The picture in a frame of a run on the line."""
    assert isinstance(frame.view, View)
    return frame.view


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


def spelled_event(value: Any) -> Iterator[Any]:
    """Everything in an event, to the last bit."""
    if is_dataclass(value):
        for field in fields(value):
            yield from spelled_event(getattr(value, field.name))
    elif isinstance(value, np.ndarray):
        yield value.dtype, value.shape, value.tobytes()
    elif isinstance(value, Mapping):
        for key in sorted(value):
            yield key
            yield from spelled_event(value[key])
    elif isinstance(value, tuple):
        for item in value:
            yield from spelled_event(item)
    else:
        yield value
