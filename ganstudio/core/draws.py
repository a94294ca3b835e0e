"""Where real samples and noise come from, batch by batch.

Each replica has generators of its own, seeded with `seed + i`, one for each kind of draw, so
replica i of a fleet sees exactly what a single run with that seed sees.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.streams import Generators, Stream
from ganstudio.errors import DrawsError

if TYPE_CHECKING:
    from torch import Tensor

BLOCK_BATCHES = 256
BLOCK_NUMBERS = 2**20

REAL, NOISE, PRETRAINING, WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING = range(6)
"""The streams of one replica; those of `Luck` have names."""

Drawing = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.floating]]
"""Draws (batches, n) samples: (batches, n, features)."""


def generator(experiment: Experiment, replica: int, stream: int) -> np.random.Generator:
    """The generator of one stream of one replica."""
    return np.random.default_rng([experiment.seed_of(replica), stream])


class Draws(Protocol):
    """A source of batches, called in the program's order.

    Each method returns n samples: (n,), (n, features) or, different for each replica,
    (R, n, features). Real samples and pretraining inputs are in the target's units.
    """

    def real(self, n: int) -> ArrayLike:
        """n samples of the target."""

    def noise(self, n: int) -> ArrayLike:
        """n values of z."""

    def pretraining_inputs(self, n: int) -> ArrayLike:
        """n places at which D learns the target's density."""


class Feed:
    """Batches as tensors (R, n, features) in the networks' units, on the run's device.

    Args:
        experiment: says what to draw.
        device: where the tensors go.
        draws: takes the place of the experiment's own streams when given.
    """

    def __init__(self, experiment: Experiment, device: str, draws: Draws | None = None) -> None:
        self._experiment = e = experiment
        self._device = device
        self._given = draws
        shift, self._factor = e.scale
        self._shift = np.array(shift)
        before = e.pretraining
        self._real = self._blocks(REAL, e.features, lambda i: e.target.points)
        groups = e.groups()
        self._noise = self._blocks(
            NOISE,
            e.noise.dimensions,
            lambda i: lambda rng, shape: groups[e.group(i)].noise.draw(rng, *shape),
        )
        self._inputs = self._blocks(
            PRETRAINING,
            1,
            lambda i: lambda rng, shape: rng.uniform(before.low, before.high, shape)[..., None],
        )

    def real(self) -> Tensor:
        """The next batch of real samples."""
        if self._given is None:
            return self._real.next()
        e = self._experiment
        batch = self._checked(self._given.real(e.batch_size), "real", e.features)
        return self._tensor(self._inward(REAL, batch))

    def noise(self) -> Tensor:
        """The next batch of z."""
        if self._given is None:
            return self._noise.next()
        given = self._given.noise(self._experiment.batch_size)
        return self._tensor(self._checked(given, "noise", self._experiment.noise.dimensions))

    def pretraining_inputs(self) -> Tensor:
        """The next batch of places for the pretraining."""
        if self._given is None:
            return self._inputs.next()
        given = self._given.pretraining_inputs(self._experiment.batch_size)
        batch = self._checked(given, "pretraining_inputs", 1)
        return self._tensor(self._inward(PRETRAINING, batch))

    def state(self) -> dict[str, Any]:
        """From where the experiment's own streams go on."""
        return {name: stream.state() for name, stream in self._streams.items()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of these streams.
        """
        for name, stream in self._streams.items():
            stream.load(state[name])

    @property
    def _streams(self) -> dict[str, Stream]:
        return {"real": self._real, "noise": self._noise, "pretraining": self._inputs}

    def _inward(self, stream: int, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """From the target's units to the networks', sorted if the experiment says so."""
        if stream == REAL and self._experiment.sort_batch:
            values = np.sort(values, axis=-2)
        return np.asarray((values - self._shift) / self._factor)

    def _tensor(self, values: NDArray[np.floating]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(self._device)

    def _blocks(self, stream: int, features: int, drawing: Callable[[int], Drawing]) -> Stream:
        """Batches of one stream; `drawing` says how each replica draws (batches, n, features)."""
        e = self._experiment
        draws = [drawing(i) for i in range(e.replicas)]
        shape = (batches_at_once(e.replicas * e.batch_size * features), e.batch_size)

        def block(rngs: Generators) -> Tensor:
            each = [draw(rng, shape) for rng, draw in zip(rngs, draws, strict=True)]
            drawn = np.stack(each, axis=1)
            return self._tensor(drawn if stream == NOISE else self._inward(stream, drawn))

        return Stream([generator(e, i, stream) for i in range(e.replicas)], block)

    def _checked(self, given: ArrayLike, name: str, features: int) -> NDArray[np.float64]:
        """A given batch as (R, n, features).

        Raises:
            DrawsError: it is no array of numbers, or not one of so many samples and features.
        """
        n, replicas = self._experiment.batch_size, self._experiment.replicas
        try:
            array = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise DrawsError(f"draws.{name}({n}) returned no array of numbers: {error}") from error
        if array.ndim == 1:
            array = array[:, None]
        if array.shape not in ((n, features), (replicas, n, features)):
            raise DrawsError(
                f"draws.{name}({n}) returned an array of shape {np.shape(given)}; "
                f"it should be ({n}, {features}) or ({replicas}, {n}, {features})"
            )
        return np.broadcast_to(array, (replicas, n, features))


def batches_at_once(numbers: int) -> int:
    """How many batches of so many numbers are drawn in one block."""
    return max(1, min(BLOCK_BATCHES, BLOCK_NUMBERS // numbers))


class Luck:
    """The random numbers inside updates, request by request, each from streams of its own.

    Args:
        experiment: whose seeds and replicas count.
        device: where the tensors go.
    """

    def __init__(self, experiment: Experiment, device: str) -> None:
        self._experiment, self._device = experiment, device
        self._streams: dict[Request, Stream] = {}

    def next(self, request: Request) -> Tensor:
        """What one update gets, (R, *shape)."""
        if request not in self._streams:
            self._streams[request] = self._stream(request)
        return self._streams[request].next()

    def state(self) -> list[dict[str, Any]]:
        """From where each stream goes on that was asked for yet."""
        return [
            {"name": r.name, "uniform": r.uniform, "shape": list(r.shape), **stream.state()}
            for r, stream in self._streams.items()
        ]

    def load(self, state: list[dict[str, Any]]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of such streams.
        """
        self._streams.clear()
        for one in state:
            request = Request(str(one["name"]), bool(one["uniform"]), tuple(map(int, one["shape"])))
            self._streams[request] = self._stream(request)
            self._streams[request].load(one)

    def example(self, request: Request) -> Tensor:
        """A tensor like that of `next`, from no stream."""
        shape = (self._experiment.replicas, *request.shape)
        return torch.full(shape, 0.5, device=self._device)

    def _stream(self, request: Request) -> Stream:
        e = self._experiment
        shape = (batches_at_once(e.replicas * max(1, math.prod(request.shape))), *request.shape)

        def block(rngs: Generators) -> Tensor:
            drawn = [
                rng.random(shape, np.float32)
                if request.uniform
                else rng.standard_normal(shape, np.float32)
                for rng in rngs
            ]
            return torch.from_numpy(np.stack(drawn, axis=1)).to(self._device)

        # A stream has the request's name, so that others may come and go beside it.
        stream = zlib.crc32(request.name.encode())
        return Stream([generator(e, i, stream) for i in range(e.replicas)], block)


@dataclass(frozen=True)
class Request:
    """Random numbers that an update needs: U[0, 1) or N(0, 1) of a shape for each replica."""

    name: str
    uniform: bool
    shape: tuple[int, ...]


class Asking:
    """A `Chance` that finds out what an update asks for; it answers with fixed numbers."""

    def __init__(self, replicas: int, device: str) -> None:
        self._replicas, self._device = replicas, device
        self.requests: list[Request] = []

    def uniform(self, name: str, *shape: int) -> Tensor:
        """One half everywhere."""
        return self._answer(Request(name, True, shape))

    def normal(self, name: str, *shape: int) -> Tensor:
        """One half everywhere."""
        return self._answer(Request(name, False, shape))

    def _answer(self, request: Request) -> Tensor:
        self.requests.append(request)
        return torch.full((self._replicas, *request.shape), 0.5, device=self._device)


class Answering:
    """A `Chance` that hands out given tensors, in the order in which they were asked for."""

    def __init__(self, tensors: Iterable[Tensor]) -> None:
        self._tensors = iter(tensors)

    def uniform(self, name: str, *shape: int) -> Tensor:
        """The next tensor."""
        return next(self._tensors)

    def normal(self, name: str, *shape: int) -> Tensor:
        """The next tensor."""
        return next(self._tensors)
