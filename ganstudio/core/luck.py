"""The random numbers that updates ask for on their way: dropout, instance noise, penalties."""

from __future__ import annotations

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core.draws import batches_at_once, generator
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.streams import Generators, Stream

if TYPE_CHECKING:
    from torch import Tensor


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
