"""How a player comes to be."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ganstudio.core.draws import generator
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Network
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.player import Player
from ganstudio.core.ticker import Ticker
from ganstudio.core.weights import Arrays, Weights, stack

if TYPE_CHECKING:
    from torch import Tensor


class Plan:
    """First what is drawn for a player, then where that lies in memory.

    Args:
        name: generator, discriminator or pretraining.
        network: its own.
        inputs: how many numbers it takes.
        outputs: how many it gives.
        stream: of its first weights.
    """

    def __init__(self, name: str, network: Network, inputs: int, outputs: int, stream: int) -> None:
        self._name, self._stream = name, stream
        self._network, self._sizes = network, (inputs, outputs)

    def tensors(self, e: Experiment) -> list[Tensor]:
        """First weights and buffers, (R, P) and (R, B), and empty slots."""
        groups, buffers = e.groups(), zlib.crc32(f"buffers.{self._name}".encode())
        first, remembered = [], []
        for i in range(e.replicas):
            network = self._of(groups[e.group(i)])
            first.append(network.initial(generator(e, i, self._stream), *self._sizes))
            remembered.append(network.initial_buffers(generator(e, i, buffers), *self._sizes))
        weights = stack(first)
        slots = [torch.zeros_like(weights) for _ in range(type(self._optimizer(e)).slots)]
        return [weights, stack(remembered), *slots]

    def player(self, e: Experiment, pieces: Iterator[Tensor], given: Arrays, device: str) -> Player:
        """The player whose tensors are the next of the pieces."""
        weights = Weights(self._network.parts(*self._sizes), next(pieces))
        weights.load(self._name, given)
        buffers = Weights(self._network.buffers(*self._sizes), next(pieces))
        slots = [next(pieces) for _ in range(type(self._optimizer(e)).slots)]
        rules = [self._optimizer(one).coefficients for one in e.groups()]
        return Player(weights, buffers, slots, Ticker(rules, e.replicas, device))

    def _of(self, e: Experiment) -> Network:
        return e.generator if self._name == "generator" else e.discriminator

    def _optimizer(self, e: Experiment) -> GradientOptimizer:
        return e.optimizer_g if self._name == "generator" else e.optimizer_d
