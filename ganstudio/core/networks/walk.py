"""One walk through the layers of a network."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganstudio.core.lazy import torch
from ganstudio.core.networks.convolution import Convolution
from ganstudio.core.networks.layers import Dense, Layer, Pass

if TYPE_CHECKING:
    from torch import Tensor

MOMENTUM = 0.1
"""How much a batch counts in the running statistics of batch normalisation (torch's default)."""
EPSILON = 1e-5
"""Added to a variance before its root, as in torch."""


class Walk:
    """One way through a network: hands out weights and buffers layer by layer.

    It takes several streams of samples along at once, all (R, n, features), or while they are
    pictures (R, n, channels, side, side).
    """

    def __init__(self, weights: Sequence[Tensor], how: Pass, *, spectral_norm: bool) -> None:
        self._weights = iter(weights)
        self._buffers = iter(how.buffers)
        self._how = how
        self._spectral_norm = spectral_norm
        self._dropped = 0

    def linear(self, streams: list[Tensor], *, bounded: bool = True) -> list[Tensor]:
        """x W + b; W over its spectral norm if the network wants that and `bounded`."""
        w, b = self._next(bounded=bounded)
        return [torch.baddbmm(b, x, w) for x in streams]

    def enlarged(self, layer: Convolution, streams: list[Tensor]) -> list[Tensor]:
        """The transposed convolution that leads on from a layer of a generator."""
        w, b = self._next()
        return [layer.enlarged(x, w, b) for x in streams]

    def dense(self, layer: Dense, streams: list[Tensor]) -> list[Tensor]:
        """A whole hidden layer."""
        return self.bent(layer, self.linear(streams))

    def convolution(self, layer: Convolution, streams: list[Tensor]) -> list[Tensor]:
        """A whole convolutional layer of a discriminator."""
        w, b = self._next()
        return self.bent(layer, [layer.shrunk(x, w, b) for x in streams])

    def bent(self, layer: Layer, streams: list[Tensor]) -> list[Tensor]:
        """What a layer makes of the linear map before it."""
        if layer.normalisation == "batch":
            streams = self._batch_norm(streams)
        elif layer.normalisation == "layer":
            gain, shift = next(self._weights), next(self._weights)
            streams = [
                _for_each(gain, x) * _standardised(x, tuple(range(2, x.dim())))[0]
                + _for_each(shift, x)
                for x in streams
            ]
        before, streams = streams, [layer.activation(x) for x in streams]
        if self._how.seen is not None:
            self._how.seen.append((before[0], streams[0]))
        # A tensor is a rate for each replica.
        if self._how.training and (isinstance(layer.dropout, torch.Tensor) or layer.dropout):
            streams = [self._dropout(x, layer.dropout) for x in streams]
        return streams

    def _next(self, *, bounded: bool = True) -> tuple[Tensor, Tensor]:
        """The weight and the bias of the next linear map."""
        w, b = next(self._weights), next(self._weights)
        if self._spectral_norm and bounded:
            w = w / self._largest_singular_value(w, next(self._buffers))
        return w, b

    def _dropout(self, x: Tensor, rate: float | Tensor) -> Tensor:
        if self._how.chance is None:
            raise ValueError("training with dropout needs random numbers")
        name = f"{self._how.label}.dropout.{self._dropped}"
        self._dropped += 1
        chance = self._how.chance.uniform(name, *x.shape[1:])
        rate = rate.view(-1, *(1,) * (x.dim() - 1)) if isinstance(rate, torch.Tensor) else rate
        return x * (chance >= rate) / (1 - rate)

    def _batch_norm(self, streams: list[Tensor]) -> list[Tensor]:
        gain, shift = next(self._weights), next(self._weights)
        mean, variance = next(self._buffers), next(self._buffers)
        if not self._how.training:
            scale = torch.rsqrt(variance + EPSILON)
            return [
                _for_each(gain, x) * (x - _for_each(mean, x)) * _for_each(scale, x)
                + _for_each(shift, x)
                for x in streams
            ]
        (x,) = streams
        grouped = x.reshape(x.shape[0], self._how.minibatches, -1, *x.shape[2:])
        y, own, spread = _standardised(grouped, (2, *range(4, grouped.dim())))
        if self._how.learns:
            count = grouped.numel() // own.numel()
            shape = (*own.shape[:2], own.shape[3])
            mean.lerp_(own.detach().view(shape).mean(1, keepdim=True), MOMENTUM)
            # torch keeps the unbiased variance; one sample has none.
            unbiased = spread.detach().view(shape) * (count / max(count - 1, 1))
            variance.lerp_(unbiased.mean(1, keepdim=True), MOMENTUM)
        return [_for_each(gain, x) * y.flatten(1, 2) + _for_each(shift, x)]

    def _largest_singular_value(self, w: Tensor, u: Tensor) -> Tensor:
        """sigma(W) by one step of the power iteration (Miyato et al. 2018, algorithm 1).

        As there, a convolution's W is its weight as a matrix (out, in * kernel^2).
        """
        matrix = w if w.dim() == 3 else w.flatten(2).transpose(1, 2)
        with torch.no_grad():
            v = _unit(torch.bmm(u, matrix.transpose(1, 2)))
            better = _unit(torch.bmm(v, matrix)) if self._how.learns else u
            if self._how.learns:
                u.copy_(better)
        sigma = torch.bmm(torch.bmm(v, matrix), better.transpose(1, 2))
        return sigma if w.dim() == 3 else sigma.view(-1, 1, 1, 1, 1)


def _for_each(units: Tensor, x: Tensor) -> Tensor:
    """One number a unit, (R, 1, units), as it stands beside x: the same for a channel's pixels."""
    return units if x.dim() == 3 else units[..., None, None]


def _standardised(x: Tensor, dims: tuple[int, ...]) -> tuple[Tensor, Tensor, Tensor]:
    """x with mean 0 and variance 1 over some dimensions; its mean and its variance."""
    mean = x.mean(dims, keepdim=True)
    if len(dims) == 1:
        variance = x.var(dims, unbiased=False, keepdim=True)
        centred = x - mean
    else:
        # Over several dimensions torch's own took five to ten times as long.
        centred = x - mean
        variance = centred.square().mean(dims, keepdim=True)
    return centred * torch.rsqrt(variance + EPSILON), mean, variance


def _unit(x: Tensor) -> Tensor:
    length: Tensor = torch.linalg.vector_norm(x, dim=2, keepdim=True)
    return x / (length + 1e-12)
