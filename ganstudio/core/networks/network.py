"""What generator and discriminator share: hidden layers, then a linear one."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from ganstudio.core.initializers import Initializer, XavierUniform
from ganstudio.core.lazy import np
from ganstudio.core.networks.layers import Dense, Part
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray


class Network(Spec):
    """A multilayer perceptron: hidden layers, then a linear one.

    Its weights are a flat sequence in the order of `parts`: w0, b0, w1, b1, ... of shapes
    (R, in, out) and (R, 1, out), a normalised layer's gain and shift after its bias.
    """

    layers: Annotated[
        tuple[Dense, ...], Field(max_length=32), Hint("The hidden layers, first to last.")
    ] = (Dense(), Dense())
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

    def shapes(self, inputs: int, outputs: int = 1) -> list[tuple[int, int]]:
        """(in, out) of each linear map in order, for data with `inputs` features."""
        widths = [inputs, *(layer.width for layer in self.layers), outputs]
        return list(pairwise(widths))

    def layer_of(self, linear: int) -> Dense | None:
        """The hidden layer that linear map number `linear` belongs to; None for the output."""
        return self.layers[linear] if linear < len(self.layers) else None

    def is_projection(self, linear: int) -> bool:
        """Whether a linear map belongs to no layer of its own but compares samples."""
        return False

    def parts(self, inputs: int, outputs: int = 1) -> list[Part]:
        """All tensors of one replica, in their order."""
        parts = []
        for i, (fan_in, fan_out) in enumerate(self.shapes(inputs, outputs)):
            layer = self.layer_of(i)
            trained = not (layer.frozen if layer else self.freeze_output)
            parts.append(Part(i, "weight", (fan_in, fan_out), trained))
            parts.append(Part(i, "bias", (fan_out,), trained and self.biases))
            if layer is not None and layer.normalisation != "none":
                parts.append(Part(i, "gain", (fan_out,), trained))
                parts.append(Part(i, "shift", (fan_out,), trained))
        return parts

    def buffers(self, inputs: int, outputs: int = 1) -> list[Part]:
        """What one replica remembers beside its weights: running statistics."""
        parts = []
        for i, (_, fan_out) in enumerate(self.shapes(inputs, outputs)):
            layer = self.layer_of(i)
            if layer is not None and layer.normalisation == "batch":
                parts.append(Part(i, "mean", (fan_out,)))
                parts.append(Part(i, "variance", (fan_out,)))
        return parts

    def parameters(self, inputs: int, outputs: int = 1) -> int:
        """How many weights and biases one replica has."""
        parts = self.parts(inputs, outputs)
        return sum(p.size for p in parts if self.biases or p.name != "bias")

    def initializer_of(self, layer: int) -> Initializer:
        """The scheme that draws the weights of linear map number `layer`."""
        return self.initializer

    def initial(
        self, rng: np.random.Generator, inputs: int, outputs: int = 1
    ) -> list[NDArray[np.float32]]:
        """The first values of one replica's `parts`."""
        constants = {"bias": self.bias if self.biases else 0.0, "gain": 1.0, "shift": 0.0}
        drawn: list[NDArray[np.float32]] = []
        for part in self.parts(inputs, outputs):
            if part.name == "weight":
                fan_in, fan_out = part.shape
                drawn.append(self.initializer_of(part.layer).draw(rng, fan_in, fan_out))
            else:
                drawn.append(np.full(part.shape, constants[part.name], dtype=np.float32))
        return drawn

    def initial_buffers(
        self, rng: np.random.Generator, inputs: int, outputs: int = 1
    ) -> list[NDArray[np.float32]]:
        """The first values of one replica's `buffers`."""
        return [first_buffer(rng, part) for part in self.buffers(inputs, outputs)]


def first_buffer(rng: np.random.Generator, part: Part) -> NDArray[np.float32]:
    """Mean 0, variance 1, and a random direction for the power iteration."""
    if part.name == "direction":
        u = rng.standard_normal(part.shape)
        return np.asarray(u / np.linalg.norm(u), dtype=np.float32)
    return np.full(part.shape, 1.0 if part.name == "variance" else 0.0, dtype=np.float32)
