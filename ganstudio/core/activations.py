"""Activation functions, each one class."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor


class ActivationFunction(Spec):
    """An elementwise function between two layers."""

    @abstractmethod
    def __call__(self, x: Tensor) -> Tensor:
        """The function applied to every element; the shape stays."""


class Linear(ActivationFunction):
    """x"""

    kind: Literal["linear"] = "linear"

    def __call__(self, x: Tensor) -> Tensor:
        return x


class Relu(ActivationFunction):
    """max(0, x)"""

    kind: Literal["relu"] = "relu"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.relu(x)


class LeakyRelu(ActivationFunction):
    """x above 0, slope * x below: the gradient never dies (Maas et al. 2013)."""

    kind: Literal["leaky_relu"] = "leaky_relu"
    slope: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("How much of a negative input passes. At 0 it is a relu; higher is more linear."),
    ] = 0.2

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.leaky_relu(x, self.slope)


class Tanh(ActivationFunction):
    """tanh x"""

    kind: Literal["tanh"] = "tanh"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.tanh(x)


class Sigmoid(ActivationFunction):
    """1 / (1 + e^-x)"""

    kind: Literal["sigmoid"] = "sigmoid"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.sigmoid(x)


class Softplus(ActivationFunction):
    """log(1 + e^x), a smooth relu."""

    kind: Literal["softplus"] = "softplus"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.softplus(x)


class Elu(ActivationFunction):
    """x above 0, e^x - 1 below (Clevert et al. 2016)."""

    kind: Literal["elu"] = "elu"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.elu(x)


class Selu(ActivationFunction):
    """A scaled ELU that keeps mean 0 and variance 1 (Klambauer et al. 2017)."""

    kind: Literal["selu"] = "selu"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.selu(x)


class Gelu(ActivationFunction):
    """x Phi(x), with the normal distribution's Phi (Hendrycks and Gimpel 2016)."""

    kind: Literal["gelu"] = "gelu"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.gelu(x)


class Silu(ActivationFunction):
    """x sigmoid(x), also called swish (Ramachandran et al. 2017)."""

    kind: Literal["silu"] = "silu"

    def __call__(self, x: Tensor) -> Tensor:
        return torch.nn.functional.silu(x)


Activation = Annotated[
    Linear | Relu | LeakyRelu | Tanh | Sigmoid | Softplus | Elu | Selu | Gelu | Silu,
    Field(discriminator="kind"),
    Shorthand,
]
