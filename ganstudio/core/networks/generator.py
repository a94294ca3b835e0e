"""The generator: noise to samples."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from ganstudio.core.activations import Activation, Linear
from ganstudio.core.networks.convolution import TransposedMap, as_pictures
from ganstudio.core.networks.layers import Layer, LinearMap, Pass
from ganstudio.core.networks.network import Network
from ganstudio.core.networks.walk import Walk
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor


class Generator(Network):
    """Turns noise z into a sample x = G(z).

    With convolutions (Radford et al. 2016, section 3) a linear map leads to the channels of the
    first one, small pictures; normalised and bent, each convolution enlarges them, the last one
    to the sample. So a convolution's `frozen` is about the map that leads to its channels.
    """

    output: Annotated[
        Activation, Hint("Applied to the last layer; linear lets x take any value.", advanced=True)
    ] = Linear()

    @property
    def hidden_layers(self) -> Mapping[str, Layer]:
        dense = {f"layers.{i}": layer for i, layer in enumerate(self.layers)}
        return dense | {f"convolutions.{i}": layer for i, layer in enumerate(self.convolutions)}

    def maps(self, inputs: int, outputs: int = 1) -> list[LinearMap]:
        if not self.convolutions:
            return self._dense_maps(inputs, outputs)
        side = self._side(outputs) // math.prod(layer.stride for layer in self.convolutions)
        channels = [*(layer.channels for layer in self.convolutions), 1]
        maps = self._dense_maps(inputs, channels[0] * side**2)
        maps[-1] = replace(maps[-1], side=side)
        for layer, ends in zip(self.convolutions, pairwise(channels), strict=True):
            side *= layer.stride
            maps.append(TransposedMap(*ends, side, layer.kernel))
        return maps

    def __call__(self, weights: Sequence[Tensor], z: Tensor, how: Pass | None = None) -> Tensor:
        """G(z): noise (R, batch, dimensions of z) to samples (R, batch, features)."""
        walk = Walk(weights, how or Pass(), spectral_norm=False)
        streams = [z]
        for layer in self.layers:
            streams = walk.dense(layer, streams)
        streams = walk.linear(streams)
        if self.convolutions:
            streams = [as_pictures(x, self.convolutions[0].channels) for x in streams]
            for convolution in self.convolutions:
                streams = walk.bent(convolution, streams)
                streams = walk.enlarged(convolution, streams)
            streams = [x.flatten(2) for x in streams]
        (x,) = streams
        return self.output(x)
