"""The hidden layers of one network: what its constructor makes, and the lines of `forward`."""

from __future__ import annotations

from collections.abc import Sequence

from ganstudio.core.activations import (
    Elu,
    Gelu,
    LeakyRelu,
    Linear,
    Relu,
    Selu,
    Sigmoid,
    Silu,
    Softplus,
    Tanh,
)
from ganstudio.core.networks import Dense, Network
from ganstudio.core.networks.convolution import Convolution, ConvolutionMap
from ganstudio.core.networks.layers import Layer, LinearMap
from ganstudio.export.script.table import Table, written
from ganstudio.export.script.text import lines
from ganstudio.export.script.weights import FirstLayers

ACTIVATIONS: Table[str] = {
    Linear: lambda a: "{}",
    Relu: lambda a: "F.relu({})",
    LeakyRelu: lambda a: f"F.leaky_relu({{}}, {a.slope!r})",
    Tanh: lambda a: "torch.tanh({})",
    Sigmoid: lambda a: "torch.sigmoid({})",
    Softplus: lambda a: "F.softplus({})",
    Elu: lambda a: "F.elu({})",
    Selu: lambda a: "F.selu({})",
    Gelu: lambda a: "F.gelu({})",
    Silu: lambda a: "F.silu({})",
}
NORMS = {"batch": "nn.BatchNorm1d({})", "layer": "nn.LayerNorm({})"}
MAP_NORMS = {"batch": "nn.BatchNorm2d({})", "layer": "nn.GroupNorm(1, {})"}
"""Of pictures: all pixels of a channel are one unit."""
FEATURES = "if features:\n    return {}"
"""What feature matching compares."""


class Body:
    """One network while it is written: what its constructor makes, and where the units are."""

    def __init__(self, network: Network, first: FirstLayers, inputs: str) -> None:
        self._network, self._first = network, first
        self._dropouts = 0
        self.made: list[str] = []
        self.units = inputs
        """The name of what goes into the next layer."""

    def dense(self, i: int, layer: Dense, fan_in: int, fan_out: int) -> str:
        """A hidden layer: the lines of `forward`."""
        number = i + 1
        call = self._first.linear(self._network, fan_in, fan_out)
        self._make(f"layer{number}", call, frozen=layer.frozen)
        norm = NORMS.get(layer.normalisation, "").format(fan_out)
        value = f"self.layer{number}({self.units})"
        return self._bent(f"layers.{i}", str(number), layer, value, norm)

    def shrinking(self, channels: int, maps: Sequence[LinearMap], matched: int | None) -> str:
        """The convolutions of a discriminator: the lines of `forward`."""
        side = maps[0].side * self._network.convolutions[0].stride
        found = [f"h = {self.units}.view(-1, {channels}, {side}, {side})"]
        for i, (layer, of) in enumerate(zip(self._network.convolutions, maps, strict=True)):
            value = self._convolved(i, layer, of, "[..., :-1, :-1]", frozen=layer.frozen)
            found.append(self._bent_maps(i, layer, value, of.channels))
            if matched == i:
                found.append(FEATURES.format("h.flatten(1)"))
        self.units = "h"
        return lines(*found, "h = h.flatten(1)")

    def enlarging(self, first: LinearMap, maps: Sequence[LinearMap]) -> str:
        """The linear layer and the convolutions behind it of a generator: lines of `forward`."""
        convolutions = self._network.convolutions
        call = self._first.linear(self._network, first.inputs, first.outputs)
        self._make("small", call, frozen=convolutions[0].frozen)
        shape = f"{first.channels}, {first.side}, {first.side}"
        found = [f"h = self.small({self.units}).view(-1, {shape})"]
        # What a layer freezes is the map that leads to it.
        freezes = [layer.frozen for layer in convolutions[1:]] + [self._network.freeze_output]
        for i, (layer, of) in enumerate(zip(convolutions, maps, strict=True)):
            found.append(self._bent_maps(i, layer, "h", of.inputs))
            value = self._convolved(i, layer, of, "[..., 1:, 1:]", frozen=freezes[i])
            found.append(f"h = {value}")
        return lines(*found)

    def _convolved(
        self, i: int, layer: Convolution, of: LinearMap, crop: str, *, frozen: bool
    ) -> str:
        """Makes a convolution; the call of it."""
        assert isinstance(of, ConvolutionMap)
        call = self._first.convolution(self._network, of, layer)
        self._make(f"convolution{i + 1}", call, frozen=frozen)
        # torch's zeros are as many on all sides; with stride 1 an even kernel wants one less.
        before, after = layer.zeros
        odd = layer.stride == 1 and before != after
        return f"self.convolution{i + 1}(h)" + crop * odd

    def _bent_maps(self, i: int, layer: Convolution, value: str, channels: int) -> str:
        norm = MAP_NORMS.get(layer.normalisation, "").format(channels)
        return self._bent(f"convolutions.{i}", f"_of_maps{i + 1}", layer, value, norm)

    def _make(self, name: str, call: str, *, frozen: bool) -> None:
        """A part of the network, with weights that learn or stay."""
        self.made.append(f"self.{name} = {call}")
        if frozen:
            self.made.append(f"self.{name}.requires_grad_(False)")

    def _bent(self, path: str, name: str, layer: Layer, value: str, norm: str) -> str:
        """What comes behind a linear map: the lines of `forward`."""
        if norm:
            self._make(f"norm{name}", norm, frozen=layer.frozen)
            value = f"self.norm{name}({value})"
        field = f"{type(self._network).__name__.lower()}.{path}.activation"
        found = [f"h = {written(ACTIVATIONS, layer.activation, field).format(value)}"]
        if layer.dropout:
            self.made.append(f"self.dropout{name} = Dropout({self._dropouts}, {layer.dropout!r})")
            found.append(f"h = self.dropout{name}(h, name)")
            self._dropouts += 1
        self.units = "h"
        return lines(*(one for one in found if one != "h = h"))

    def minibatch(self, width: int, frozen: bool) -> str:
        """Minibatch discrimination: the line of `forward`."""
        self._make("minibatch", f"MinibatchDiscrimination(rng, {width})", frozen=frozen)
        line = f"h = self.minibatch({self.units})"
        self.units = "h"
        return line

    def output(self, fan_in: int, fan_out: int) -> None:
        """The last, linear layer."""
        call = self._first.linear(self._network, fan_in, fan_out)
        self._make("output", call, frozen=self._network.freeze_output)
