"""Limits on a gradient before an optimizer sees it, each one class."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor


class GradientClipping(Spec):
    """What is done to a gradient that is too long."""

    @property
    @abstractmethod
    def limits(self) -> tuple[float, ...]:
        """The numbers that `clipped` gets as tensors."""

    @abstractmethod
    def clipped(self, gradient: Tensor, limits: Sequence[Tensor]) -> Tensor:
        """The gradient (R, P), each replica's own limited; `limits` are () or (R, 1) each."""


class NoClipping(GradientClipping):
    """The gradient stays as it is."""

    kind: Literal["none"] = "none"

    @property
    def limits(self) -> tuple[()]:
        return ()

    def clipped(self, gradient: Tensor, limits: Sequence[Tensor]) -> Tensor:
        return gradient


class NormClipping(GradientClipping):
    """A gradient longer than the limit is scaled down to it (Pascanu et al. 2013, algorithm 1).

    The direction stays. The length is that of all of a replica's weights together. It is a
    float32: past 1e19 it overflows, and such a gradient counts as 0.
    """

    kind: Literal["norm"] = "norm"
    limit: Annotated[
        float,
        Field(gt=0, le=1e9),
        Hint("The longest a gradient may be. Lower tames sudden jumps.", log=True, live=True),
    ] = 1.0

    @property
    def limits(self) -> tuple[float]:
        return (self.limit,)

    def clipped(self, gradient: Tensor, limits: Sequence[Tensor]) -> Tensor:
        (limit,) = limits
        norm: Tensor = torch.linalg.vector_norm(gradient, dim=1, keepdim=True)
        return gradient * (limit / norm).clamp_max(1)


class ValueClipping(GradientClipping):
    """Each entry of the gradient is cut to [-limit, limit], which also turns its direction."""

    kind: Literal["value"] = "value"
    limit: Annotated[
        float,
        Field(gt=0, le=1e9),
        Hint(
            "The largest that one entry of a gradient may be. Low values make all entries alike.",
            log=True,
            live=True,
        ),
    ] = 1.0

    @property
    def limits(self) -> tuple[float, float]:
        return -self.limit, self.limit

    def clipped(self, gradient: Tensor, limits: Sequence[Tensor]) -> Tensor:
        low, high = limits
        return gradient.clamp(low, high)


Clipping = Annotated[
    NoClipping | NormClipping | ValueClipping, Field(discriminator="kind"), Shorthand
]
