"""What generator and discriminator share: hidden layers, then a linear one."""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Mapping
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ganstudio.core.initializers import Initializer, XavierUniform
from ganstudio.core.lazy import np
from ganstudio.core.networks.convolution import Convolution
from ganstudio.core.networks.layers import Dense, Layer, LinearMap, Part
from ganstudio.core.spec import Hint, Spec
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Network(Spec):
    """Hidden layers, then a linear one; for pictures some of them may be convolutions.

    Its weights are a flat sequence in the order of `parts`: w0, b0, w1, b1, ... of shapes
    (R, in, out) and (R, 1, out), a normalised layer's gain and shift after its bias. The weight
    of a convolution is (R, out, in, kernel, kernel), of a transposed one (R, in, out, ...).
    """

    layers: Annotated[
        tuple[Dense, ...], Field(max_length=32), Hint("The hidden layers, first to last.")
    ] = (Dense(), Dense())
    convolutions: Annotated[
        tuple[Convolution, ...],
        Field(max_length=8),
        Hint(
            "For pictures only: layers that see pixels beside each other together. In D they "
            "come before the fully connected layers, in G after them."
        ),
    ] = ()
    initializer: Annotated[Initializer, Hint("How the first weights are drawn.")] = XavierUniform()
    biases: Annotated[
        bool, Hint("Off: every bias stays 0, as in the Dirac GAN.", advanced=True)
    ] = True
    bias: Annotated[
        float, Field(ge=-100, le=100), Hint("What every bias starts at.", advanced=True)
    ] = 0.0
    freeze_output: Annotated[
        bool,
        Hint("The last layer keeps its weights as they start: for transfer.", advanced=True),
    ] = False

    @property
    @abstractmethod
    def hidden_layers(self) -> Mapping[str, Layer]:
        """All hidden layers in the order in which samples meet them, by their paths."""

    @abstractmethod
    def maps(self, inputs: int, outputs: int = 1) -> list[LinearMap]:
        """The linear maps in order, for data with so many numbers.

        Raises:
            SpecError: there are convolutions, and the data are no such pictures.
        """

    def problem(self, features: int) -> str | None:
        """Why samples of so many numbers are no pictures for the convolutions; None if they are."""
        strides = math.prod(layer.stride for layer in self.convolutions)
        side = math.isqrt(features)
        if not self.convolutions or (side > 1 and side**2 == features and not side % strides):
            return None
        if side < 2 or side**2 != features:
            return (
                "convolutions: they are made for square pictures, and samples are "
                f"{features:,} {'number' if features == 1 else 'numbers'}; take them out"
            )
        return (
            f"convolutions: together their strides divide a side by {strides:,}, and {side:,} "
            "pixels are no multiple of that; change a stride"
        )

    def shapes(self, inputs: int, outputs: int = 1) -> list[tuple[int, ...]]:
        """The shape of each linear map's weight: (in, out), or a convolution's."""
        return [linear.shape for linear in self.maps(inputs, outputs)]

    def layer_of(self, linear: int) -> Layer | None:
        """The hidden layer that linear map number `linear` belongs to; None for the output."""
        layers = list(self.hidden_layers.values())
        return layers[linear] if linear < len(layers) else None

    def is_projection(self, linear: int) -> bool:
        """Whether a linear map belongs to no layer of its own but compares samples."""
        return False

    def parts(self, inputs: int, outputs: int = 1) -> list[Part]:
        """All tensors of one replica, in their order."""
        parts = []
        for i, linear in enumerate(self.maps(inputs, outputs)):
            layer = self.layer_of(i)
            trained = not (layer.frozen if layer else self.freeze_output)
            parts.append(Part(i, "weight", linear.shape, trained))
            parts.append(Part(i, "bias", (linear.outputs,), trained and self.biases))
            if layer is not None and layer.normalisation != "none":
                parts.append(Part(i, "gain", (linear.channels,), trained))
                parts.append(Part(i, "shift", (linear.channels,), trained))
        return parts

    def buffers(self, inputs: int, outputs: int = 1) -> list[Part]:
        """What one replica remembers beside its weights: running statistics."""
        parts = []
        for i, linear in enumerate(self.maps(inputs, outputs)):
            layer = self.layer_of(i)
            if layer is not None and layer.normalisation == "batch":
                parts.append(Part(i, "mean", (linear.channels,)))
                parts.append(Part(i, "variance", (linear.channels,)))
        return parts

    def parameters(self, inputs: int, outputs: int = 1) -> int:
        """How many weights and biases one replica has."""
        parts = self.parts(inputs, outputs)
        return sum(p.size for p in parts if self.biases or p.name != "bias")

    def widest(self, inputs: int, outputs: int = 1) -> int:
        """The most numbers that any of its linear maps gives for one sample."""
        return max(linear.numbers for linear in self.maps(inputs, outputs))

    def initializer_of(self, layer: int) -> Initializer:
        """The scheme that draws the weights of linear map number `layer`."""
        return self.initializer

    def initial(
        self, rng: np.random.Generator, inputs: int, outputs: int = 1
    ) -> list[NDArray[np.float32]]:
        """The first values of one replica's `parts`."""
        constants = {"bias": self.bias if self.biases else 0.0, "gain": 1.0, "shift": 0.0}
        maps = self.maps(inputs, outputs)
        drawn: list[NDArray[np.float32]] = []
        for part in self.parts(inputs, outputs):
            if part.name == "weight":
                drawn.append(maps[part.layer].first(rng, self.initializer_of(part.layer)))
            else:
                drawn.append(np.full(part.shape, constants[part.name], dtype=np.float32))
        return drawn

    def initial_buffers(
        self, rng: np.random.Generator, inputs: int, outputs: int = 1
    ) -> list[NDArray[np.float32]]:
        """The first values of one replica's `buffers`."""
        return [first_buffer(rng, part) for part in self.buffers(inputs, outputs)]

    def _dense_maps(self, inputs: int, outputs: int) -> list[LinearMap]:
        """Through the fully connected layers."""
        widths = [inputs, *(layer.width for layer in self.layers), outputs]
        return [LinearMap(*ends) for ends in pairwise(widths)]

    def _side(self, features: int) -> int:
        """Of the pictures that samples of so many numbers are."""
        if (problem := self.problem(features)) is not None:
            raise SpecError(problem)
        return math.isqrt(features)


def first_buffer(rng: np.random.Generator, part: Part) -> NDArray[np.float32]:
    """Mean 0, variance 1, and a random direction for the power iteration."""
    if part.name == "direction":
        u = rng.standard_normal(part.shape)
        return np.asarray(u / np.linalg.norm(u), dtype=np.float32)
    return np.full(part.shape, 1.0 if part.name == "variance" else 0.0, dtype=np.float32)
