"""Gradient descent, plain and with momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.lazy import np, torch
from ganstudio.core.optimizers.base import GradientOptimizer
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from ganstudio.core.optimizers.base import Numbers


class Sgd(GradientOptimizer):
    """w <- w - lr g (Robbins and Monro 1951)."""

    kind: Literal["sgd"] = "sgd"

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return (self.rate(update),)

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (rate,) = numbers
        # Rounded twice, as in the recorded TensorFlow runs; addcmul_ would round once.
        weights.sub_(rate * gradient)


class _WithMomentum(GradientOptimizer):
    """v <- momentum v + g."""

    slots: ClassVar[int] = 1

    momentum: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("How much of the last velocity is kept. High values overshoot in a GAN.", live=True),
    ] = 0.9

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return self.rate(update), self.momentum


class Momentum(_WithMomentum):
    """The heavy ball (Polyak 1964): v <- momentum v + g, w <- w - lr v, as torch has it."""

    kind: Literal["momentum"] = "momentum"

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (v,), (rate, momentum) = slots, numbers
        v.mul_(momentum).add_(gradient)
        weights.addcmul_(v, rate, value=-1)


class Nesterov(_WithMomentum):
    """Nesterov's accelerated gradient (1983): the gradient is taken where the ball will be.

    The stored weights are the lookahead of Sutskever et al. 2013, eq. 3 and 4, as torch has it:
    v <- momentum v + g, w <- w - lr (g + momentum v).
    """

    kind: Literal["nesterov"] = "nesterov"

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (v,), (rate, momentum) = slots, numbers
        v.mul_(momentum).add_(gradient)
        weights.addcmul_(torch.addcmul(gradient, v, momentum), rate, value=-1)
