"""What all hidden layers have in common, fully connected layers, and the parts of a network."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.activations import Activation, LeakyRelu
from ganstudio.core.chance import Chance
from ganstudio.core.initializers import WeightInitializer
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


class Layer(Spec):
    """What happens behind a linear map: normalised, bent, dropped."""

    activation: Annotated[Activation, Hint("The function that each unit applies.")] = LeakyRelu()
    normalisation: Annotated[
        Literal["none", "batch", "layer"],
        Hint(
            "Brings the units to mean 0 and variance 1, over the batch for each unit "
            "(Ioffe and Szegedy 2015) or over the units for each sample (Ba et al. 2016), "
            "before the activation. All pixels of a channel count as one unit.",
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


class _Width(Spec):
    # A base of its own, so that it comes before the others on forms and in files.
    width: Annotated[
        int,
        Field(ge=1, le=1_000_000),
        Hint("Units in this layer. More can bend the curve in more places.", log=True),
    ] = 16


class Dense(Layer, _Width):
    """One fully connected layer: linear, normalised, bent, dropped."""


@dataclass(frozen=True)
class LinearMap:
    """One linear map of a network, x W + b, as it looks for data of a certain size.

    Args:
        inputs: numbers that it takes; channels, if it is a convolution.
        outputs: the same that it gives.
        side: of the squares of numbers that are one channel of what it gives; 1 for numbers
            that stand alone.
    """

    inputs: int
    outputs: int
    side: int = 1

    @property
    def shape(self) -> tuple[int, ...]:
        """Of its weight."""
        return self.inputs, self.outputs

    @property
    def channels(self) -> int:
        """How many gains and running statistics a normalisation of what it gives has."""
        return self.outputs // self.side**2

    @property
    def numbers(self) -> int:
        """All numbers that it gives for one sample."""
        return self.outputs

    def first(
        self, rng: np.random.Generator, initializer: WeightInitializer
    ) -> NDArray[np.float32]:
        """A first weight."""
        return initializer.draw(rng, self.inputs, self.outputs)

    def __str__(self) -> str:
        return f"{self.inputs} × {self.outputs}"


@dataclass(frozen=True)
class Part:
    """One tensor of a network: a weight, (in, out) or a convolution's; or a bias, gain or shift."""

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
        seen: gets the units of each hidden layer, before and after its activation:
            (R, n, width), or (R, n, channels, side, side).
    """

    buffers: Sequence[Tensor] = ()
    training: bool = False
    learns: bool = False
    chance: Chance | None = None
    label: str = ""
    minibatches: int = 1
    seen: list[tuple[Tensor, Tensor]] | None = None
