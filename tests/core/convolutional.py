"""Networks with convolutions as people write them with torch.nn, from the same weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from ganstudio.core.networks import Convolution, Discriminator, Generator, Layer, Network
from ganstudio.core.weights import Weights, stack

Layers = list[dict[str, Any]]


def layers(*sizes: tuple[int, int, int], normalisation: str = "none") -> Layers:
    """Of (channels, kernel, stride) each."""
    names = ("channels", "kernel", "stride")
    return [dict(zip(names, s, strict=True), normalisation=normalisation) for s in sizes]


NETWORKS: dict[str, tuple[int, Layers, Layers]] = {
    "MNIST's": (28, layers((4, 4, 2), (6, 4, 2)), []),
    "odd kernels": (28, layers((3, 5, 2), (4, 3, 2)), [{"width": 5}]),
    "digits'": (8, layers((4, 3, 1), (5, 4, 4), (2, 2, 1)), [{"width": 3}, {"width": 4}]),
    "one pixel left": (16, layers((2, 6, 4), (3, 7, 4)), []),
    "one by one": (8, layers((3, 1, 1), (2, 8, 1)), []),
    "larger than the picture": (2, layers((3, 15, 2)), []),
    "no stride": (32, layers((2, 2, 1), (2, 4, 4)), []),
}
"""Side, convolutions, fully connected layers."""
every_network = pytest.mark.parametrize(
    ("side", "convolutions", "dense"), NETWORKS.values(), ids=NETWORKS
)
close: dict[str, Any] = {"rtol": 1e-4, "atol": 1e-5}


def discriminator(convolutions: Layers, dense: Layers, **more: Any) -> Discriminator:
    return Discriminator.parse({"convolutions": convolutions, "layers": dense} | more)


def generator(convolutions: Layers, dense: Layers, **more: Any) -> Generator:
    return Generator.parse({"convolutions": convolutions[::-1], "layers": dense[::-1]} | more)


def first_of(network: Network, inputs: int, outputs: int = 1, replicas: int = 1) -> Weights:
    """First weights of some replicas, shaken so that no gain of 1 and no shift of 0 hides much."""
    rngs = [np.random.default_rng(i) for i in range(replicas)]
    initial = stack([network.initial(rng, inputs, outputs) for rng in rngs])
    weights = Weights(network.parts(inputs, outputs), initial)
    torch.manual_seed(0)
    for part, view in zip(weights.parts, weights.views, strict=True):
        if part.name != "weight":
            view.uniform_(-1, 1)
    return weights


def buffers_of(network: Network, inputs: int, outputs: int = 1, replicas: int = 1) -> Weights:
    """First buffers of some replicas."""
    rngs = [np.random.default_rng(i) for i in range(replicas)]
    first = stack([network.initial_buffers(rng, inputs, outputs) for rng in rngs])
    return Weights(network.buffers(inputs, outputs), first)


class Cropped(nn.Module):
    """Drops rows and columns above and on the left, and keeps so many."""

    def __init__(self, before: int, side: int) -> None:
        super().__init__()
        self._kept = slice(before, before + side)

    def forward(self, x: Tensor) -> Tensor:
        return x[..., self._kept, self._kept]


def torch_d(
    d: Discriminator, side: int, views: Sequence[Tensor], replica: int = 0
) -> nn.Sequential:
    """One replica of a discriminator; its samples come in a row each."""
    channels = d.packing
    found: list[nn.Module] = [nn.Unflatten(1, (channels, side, side))]
    for layer in d.convolutions:
        spare = layer.kernel - layer.stride
        before, after = (spare + 1) // 2, spare // 2
        side //= layer.stride
        found += [
            nn.ZeroPad2d((before, after, before, after)),
            nn.Conv2d(channels, layer.channels, layer.kernel, layer.stride),
            *behind(layer, (layer.channels, side, side)),
        ]
        channels = layer.channels
    found.append(nn.Flatten())
    width = channels * side**2
    for dense in d.layers:
        found += [nn.Linear(width, dense.width), *behind(dense, (dense.width,))]
        width = dense.width
    return filled(nn.Sequential(*found, nn.Linear(width, 1)), views, replica)


def torch_g(
    g: Generator, inputs: int, side: int, views: Sequence[Tensor], replica: int = 0
) -> nn.Sequential:
    """One replica of a generator with convolutions."""
    found: list[nn.Module] = []
    for dense in g.layers:
        found += [nn.Linear(inputs, dense.width), *behind(dense, (dense.width,))]
        inputs = dense.width
    for layer in g.convolutions:
        side //= layer.stride
    channels = [*(layer.channels for layer in g.convolutions), 1]
    found += [
        nn.Linear(inputs, channels[0] * side**2),
        nn.Unflatten(1, (channels[0], side, side)),
    ]
    for i, layer in enumerate(g.convolutions):
        found += behind(layer, (layer.channels, side, side))
        side *= layer.stride
        found += [
            nn.ConvTranspose2d(channels[i], channels[i + 1], layer.kernel, layer.stride),
            # Of what lies behind the last place of a kernel there is nothing to drop.
            nn.ZeroPad2d((0, layer.stride, 0, layer.stride)),
            Cropped((layer.kernel - layer.stride + 1) // 2, side),
        ]
    return filled(nn.Sequential(*found, nn.Flatten()), views, replica)


def behind(layer: Layer, shape: tuple[int, ...]) -> list[nn.Module]:
    """Normalisation and a leaky relu."""
    assert layer.activation.kind == "leaky_relu"
    pictures = isinstance(layer, Convolution)
    batch = nn.BatchNorm2d(shape[0]) if pictures else nn.BatchNorm1d(shape[0])
    known = {"none": nn.Identity(), "batch": batch, "layer": nn.LayerNorm(shape)}
    return [known[layer.normalisation], nn.LeakyReLU(0.2)]


def filled(module: nn.Sequential, views: Sequence[Tensor], replica: int) -> nn.Sequential:
    """The module with the weights of one replica, in their order."""
    rest = iter(view[replica] for view in views)
    for part in module:
        for name, parameter in part.named_parameters():
            given = next(rest)
            if isinstance(part, nn.Linear):
                given = given.T if name == "weight" else given[0]
            elif isinstance(part, nn.LayerNorm) and parameter.dim() == 3:
                # torch has a gain for each pixel, ours are a channel's.
                given = given[0][:, None, None].expand(parameter.shape)
            parameter.data = given.reshape(parameter.shape).clone()
    assert next(rest, None) is None
    return module
