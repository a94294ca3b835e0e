"""The two networks: multilayer perceptrons over a stack of replicas.

Weights are a flat sequence [w0, b0, w1, b1, ...] with shapes (R, in, out) and (R, 1, out); data
has shape (R, batch, features). R replicas are trained side by side and never see each other.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from ganstudio.core.activations import Activation, LeakyRelu, Linear
from ganstudio.core.initializers import Initializer, Normal, XavierUniform
from ganstudio.core.lazy import np, torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


class Dense(Spec):
    """One fully connected layer."""

    width: Annotated[
        int,
        Field(ge=1, le=1_000_000),
        Hint("Units in this layer. More can bend the curve in more places.", log=True),
    ] = 16
    activation: Annotated[Activation, Hint("The function that each unit applies.")] = LeakyRelu()


class MinibatchDiscrimination(Spec):
    """Lets D compare the samples of a batch, so that it sees a collapse (Salimans et al. 2016).

    A projection maps each sample's hidden units h_i to `kernels` vectors of `dimensions`
    numbers, M_i; the feature of sample i for kernel k is sum_j exp(-|M_ik - M_jk|_1) over the
    batch (eq. 1 of section 3.2) and joins the layer's input. The published programs differ in
    what a sample says about itself (j = i).
    """

    enabled: Annotated[
        bool, Hint("Lets D see how alike the samples of a batch are, against collapse.", label="On")
    ] = False
    kernels: Annotated[
        int, Field(ge=1, le=1000), Hint("How many likeness features each sample gets.")
    ] = 5
    dimensions: Annotated[
        int, Field(ge=1, le=1000), Hint("In how many numbers each kernel compares samples.")
    ] = 3
    position: Annotated[
        int, Field(ge=0, le=32), Hint("After how many hidden layers it stands.", unit="layers")
    ] = 1
    itself: Annotated[
        Literal["one", "identity", "zero"],
        Hint(
            "What a sample adds to its own likeness: 1 (each is as close to itself as can be), "
            "1/e (one published program adds the identity to the distances), or 0 (left out).",
            label="Self term",
            advanced=True,
        ),
    ] = "one"
    std: Annotated[
        float,
        Field(gt=0, le=100),
        Hint(
            "Spread of the first projection weights; large ones tell samples apart at once.",
            label="Kernel std",
            log=True,
            advanced=True,
        ),
    ] = 0.02

    def features(self, m: Tensor, minibatches: int) -> Tensor:
        """Likeness within each minibatch.

        Args:
            m: projections (R, minibatches * n, kernels * dimensions).
            minibatches: how many separate minibatches lie along the second axis.

        Returns:
            (R, minibatches * n, kernels)
        """
        replicas, total, _ = m.shape
        m = m.reshape(replicas, minibatches, -1, self.kernels, self.dimensions)
        distance = (m.unsqueeze(3) - m.unsqueeze(2)).abs().sum(-1)
        if self.itself == "identity":
            distance = distance + torch.eye(m.shape[2], device=m.device).unsqueeze(-1)
        likeness = torch.exp(-distance).sum(3).reshape(replicas, total, self.kernels)
        return likeness - 1 if self.itself == "zero" else likeness

    def features_beside(self, m: Tensor, others: Tensor) -> Tensor:
        """Likeness of each sample alone to the `others`, as if it stood in their batch.

        Args:
            m: projections (R, n, kernels * dimensions).
            others: projections (R, batch - 1, kernels * dimensions).

        Returns:
            (R, n, kernels)
        """
        split = (self.kernels, self.dimensions)
        own = m.reshape(*m.shape[:2], 1, *split)
        others = others.reshape(others.shape[0], 1, others.shape[1], *split)
        likeness = torch.exp(-(own - others).abs().sum(-1)).sum(2)
        return likeness + {"one": 1.0, "identity": math.exp(-1), "zero": 0.0}[self.itself]


class Network(Spec):
    """A multilayer perceptron: hidden layers, then one linear unit."""

    layers: Annotated[
        tuple[Dense, ...], Field(max_length=32), Hint("The hidden layers, first to last.")
    ] = (Dense(), Dense())
    initializer: Annotated[Initializer, Hint("How the first weights are drawn.")] = XavierUniform()

    def shapes(self, inputs: int) -> list[tuple[int, int]]:
        """(in, out) of each layer in order, for data with `inputs` features."""
        widths = [inputs, *(layer.width for layer in self.layers), 1]
        return list(pairwise(widths))

    def parameters(self, inputs: int) -> int:
        """How many weights and biases one replica has."""
        return sum(fan_in * fan_out + fan_out for fan_in, fan_out in self.shapes(inputs))

    def initializer_of(self, layer: int) -> Initializer:
        """The scheme that draws the weights of layer number `layer`."""
        return self.initializer

    def initial(self, rng: np.random.Generator, inputs: int) -> list[NDArray[np.float32]]:
        """First weights and biases of one replica: [(in, out), (out,), (in, out), ...]."""
        drawn: list[NDArray[np.float32]] = []
        for layer, (fan_in, fan_out) in enumerate(self.shapes(inputs)):
            drawn.append(self.initializer_of(layer).draw(rng, fan_in, fan_out))
            drawn.append(np.zeros(fan_out, dtype=np.float32))
        return drawn


class Generator(Network):
    """Turns noise z into a sample x = G(z)."""

    output: Annotated[
        Activation, Hint("Applied to the last layer; linear lets x take any value.", advanced=True)
    ] = Linear()

    def __call__(self, weights: Sequence[Tensor], z: Tensor) -> Tensor:
        """G(z): noise (R, batch, dimensions of z) to samples (R, batch, 1)."""
        functions = [layer.activation for layer in self.layers] + [self.output]
        x = z
        for i, function in enumerate(functions):
            x = function(torch.baddbmm(weights[2 * i + 1], x, weights[2 * i]))
        return x


class Discriminator(Network):
    """Tells real from generated: D(x) is the sigmoid of its output, the logit."""

    minibatch: MinibatchDiscrimination = MinibatchDiscrimination()

    @model_validator(mode="after")
    def _position(self) -> Discriminator:
        if self.minibatch.enabled and self.minibatch.position > len(self.layers):
            raise ValueError(
                f"minibatch.position is {self.minibatch.position}, but there are only "
                f"{len(self.layers)} hidden layers"
            )
        return self

    @property
    def projection(self) -> int | None:
        """The number of the layer that is the minibatch projection, or None without one."""
        return self.minibatch.position if self.minibatch.enabled else None

    def shapes(self, inputs: int) -> list[tuple[int, int]]:
        shapes = super().shapes(inputs)
        if (at := self.projection) is not None:
            kernels = self.minibatch.kernels
            fan_in, fan_out = shapes[at]
            shapes[at] = (fan_in + kernels, fan_out)
            shapes.insert(at, (fan_in, kernels * self.minibatch.dimensions))
        return shapes

    def initializer_of(self, layer: int) -> Initializer:
        if layer == self.projection:
            return Normal(std=self.minibatch.std)
        return self.initializer

    def __call__(
        self,
        weights: Sequence[Tensor],
        x: Tensor,
        *,
        minibatches: int = 1,
        others: Tensor | None = None,
    ) -> Tensor:
        """The logits of D.

        Args:
            weights: [w0, b0, ...]; the minibatch projection is a layer of its own.
            x: samples (R, minibatches * n, 1).
            minibatches: how many separate minibatches lie along the second axis.
            others: (R, batch - 1, 1); when given, each sample of `x` stands alone among these,
                which makes a discriminator with minibatch features a function of one x.

        Returns:
            (R, minibatches * n, 1)
        """
        at, count = self.projection, len(self.layers)
        layer = 0
        for i in range(count + 1):
            if i == at:
                w, b = weights[2 * layer], weights[2 * layer + 1]
                projected = torch.baddbmm(b, x, w)
                if others is None:
                    features = self.minibatch.features(projected, minibatches)
                else:
                    beside = torch.baddbmm(b, others, w)
                    features = self.minibatch.features_beside(projected, beside)
                    others = None
                x = torch.cat([x, features], dim=2)
                layer += 1
            w, b = weights[2 * layer], weights[2 * layer + 1]
            x = torch.baddbmm(b, x, w)
            if i < count:
                x = self.layers[i].activation(x)
                if others is not None:
                    others = self.layers[i].activation(torch.baddbmm(b, others, w))
            layer += 1
        return x
