"""Fully connected layers over a stack of replicas, and one walk through them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.activations import Activation, LeakyRelu
from ganstudio.core.chance import Chance
from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor

MOMENTUM = 0.1
"""How much a batch counts in the running statistics of batch normalisation (torch's default)."""
EPSILON = 1e-5
"""Added to a variance before its root, as in torch."""


class Dense(Spec):
    """One fully connected layer: linear, normalised, bent, dropped."""

    width: Annotated[
        int,
        Field(ge=1, le=1_000_000),
        Hint("Units in this layer. More can bend the curve in more places.", log=True),
    ] = 16
    activation: Annotated[Activation, Hint("The function that each unit applies.")] = LeakyRelu()
    normalisation: Annotated[
        Literal["none", "batch", "layer"],
        Hint(
            "Brings the units to mean 0 and variance 1, over the batch for each unit "
            "(Ioffe and Szegedy 2015) or over the units for each sample (Ba et al. 2016), "
            "before the activation.",
            advanced=True,
        ),
    ] = "none"
    dropout: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint(
            "Share of the units that are left out at random in each update. More makes the "
            "others less sure (Srivastava et al. 2014).",
            advanced=True,
        ),
    ] = 0.0
    frozen: Annotated[
        bool,
        Hint("Keeps its weights as they start: for transfer from a trained run.", advanced=True),
    ] = False


@dataclass(frozen=True)
class Part:
    """One tensor of a network: a weight (in, out), or a bias, gain or shift (out,)."""

    layer: int
    name: str
    shape: tuple[int, ...]
    trained: bool = True

    @property
    def size(self) -> int:
        """How many numbers it holds."""
        return math.prod(self.shape)


@dataclass(frozen=True)
class Pass:
    """How samples go through a network.

    Args:
        buffers: what the network remembers beside its weights, see `Network.buffers`.
        training: with the statistics of the batch and with dropout.
        learns: whether the buffers are updated, in place.
        chance: where dropout's random numbers come from; needed for training with dropout.
        label: names the random numbers of this pass.
        minibatches: how many separate minibatches lie along the second axis.
        seen: gets the units of each hidden layer, before and after its activation.
    """

    buffers: Sequence[Tensor] = ()
    training: bool = False
    learns: bool = False
    chance: Chance | None = None
    label: str = ""
    minibatches: int = 1
    seen: list[tuple[Tensor, Tensor]] | None = None


class Walk:
    """One way through a network: hands out weights and buffers layer by layer.

    It takes several streams of samples along at once, all (R, n, features).
    """

    def __init__(self, weights: Sequence[Tensor], how: Pass, *, spectral_norm: bool) -> None:
        self._weights = iter(weights)
        self._buffers = iter(how.buffers)
        self._how = how
        self._spectral_norm = spectral_norm
        self._dropped = 0

    def linear(self, streams: list[Tensor], *, bounded: bool = True) -> list[Tensor]:
        """x W + b; W over its spectral norm if the network wants that and `bounded`."""
        w, b = next(self._weights), next(self._weights)
        if self._spectral_norm and bounded:
            w = w / self._largest_singular_value(w, next(self._buffers))
        return [torch.baddbmm(b, x, w) for x in streams]

    def dense(self, layer: Dense, streams: list[Tensor]) -> list[Tensor]:
        """A whole hidden layer."""
        streams = self.linear(streams)
        if layer.normalisation == "batch":
            streams = self._batch_norm(streams)
        elif layer.normalisation == "layer":
            gain, shift = next(self._weights), next(self._weights)
            streams = [gain * _standardised(x, dim=2) + shift for x in streams]
        before, streams = streams, [layer.activation(x) for x in streams]
        if self._how.seen is not None:
            self._how.seen.append((before[0], streams[0]))
        # A tensor is a rate for each replica.
        if self._how.training and (isinstance(layer.dropout, torch.Tensor) or layer.dropout):
            streams = [self._dropout(x, layer.dropout) for x in streams]
        return streams

    def _dropout(self, x: Tensor, rate: float | Tensor) -> Tensor:
        if self._how.chance is None:
            raise ValueError("training with dropout needs random numbers")
        name = f"{self._how.label}.dropout.{self._dropped}"
        self._dropped += 1
        chance = self._how.chance.uniform(name, *x.shape[1:])
        rate = rate.view(-1, 1, 1) if isinstance(rate, torch.Tensor) else rate
        return x * (chance >= rate) / (1 - rate)

    def _batch_norm(self, streams: list[Tensor]) -> list[Tensor]:
        gain, shift = next(self._weights), next(self._weights)
        mean, variance = next(self._buffers), next(self._buffers)
        if not self._how.training:
            scale = torch.rsqrt(variance + EPSILON)
            return [gain * (x - mean) * scale + shift for x in streams]
        (x,) = streams
        grouped = x.reshape(x.shape[0], self._how.minibatches, -1, x.shape[2])
        if self._how.learns:
            count = grouped.shape[2]
            seen = grouped.detach()
            mean.lerp_(seen.mean(2).mean(1, keepdim=True), MOMENTUM)
            # torch keeps the unbiased variance; one sample has none.
            unbiased = seen.var(2, unbiased=False) * (count / max(count - 1, 1))
            variance.lerp_(unbiased.mean(1, keepdim=True), MOMENTUM)
        return [gain * _standardised(grouped, dim=2).flatten(1, 2) + shift]

    def _largest_singular_value(self, w: Tensor, u: Tensor) -> Tensor:
        """sigma(W) by one step of the power iteration (Miyato et al. 2018, algorithm 1)."""
        with torch.no_grad():
            v = _unit(torch.bmm(u, w.transpose(1, 2)))
            better = _unit(torch.bmm(v, w)) if self._how.learns else u
            if self._how.learns:
                u.copy_(better)
        return torch.bmm(torch.bmm(v, w), better.transpose(1, 2))


def _standardised(x: Tensor, dim: int) -> Tensor:
    mean = x.mean(dim, keepdim=True)
    variance = x.var(dim, unbiased=False, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + EPSILON)


def _unit(x: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(x, dim=2, keepdim=True)
    return x / (length + 1e-12)
