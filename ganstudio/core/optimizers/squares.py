"""Optimizers that divide each weight's step by the size of its past gradients."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.lazy import np
from ganstudio.core.optimizers.base import Epsilon, GradientOptimizer
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    from ganstudio.core.optimizers.base import Numbers


class AdaGrad(GradientOptimizer):
    """AdaGrad (Duchi et al. 2011, figure 1, diagonal): r <- r + g², w <- w - lr g / (√r + ε).

    r begins at `initial`; what is remembered is the sum without it.
    """

    kind: Literal["adagrad"] = "adagrad"
    slots: ClassVar[int] = 1

    initial: Annotated[
        float,
        Field(ge=0, le=1e9),
        Hint(
            "The sum of squared gradients begins here. Higher makes the first steps smaller.",
            label="Initial sum",
            live=True,
            advanced=True,
        ),
    ] = 0.0
    eps: Epsilon = 1e-10

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return self.rate(update), self.initial, self.eps

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (r,), (rate, initial, eps) = slots, numbers
        r.addcmul_(gradient, gradient)
        weights.addcdiv_(rate * gradient, (r + initial).sqrt_().add_(eps), value=-1)


class _MeanSquare(GradientOptimizer):
    """r <- ρ r + (1 - ρ) g²."""

    rho: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("Memory of past squared gradients. Higher is steadier.", label="ρ", live=True),
    ] = 0.9
    eps: Epsilon = 1e-8


class RmsProp(_MeanSquare):
    """RMSProp (Tieleman and Hinton 2012, lecture 6.5): w <- w - lr g / (√r + ε).

    r <- ρ r + (1 - ρ) g²; ε stands outside the root, as torch has it.
    """

    kind: Literal["rmsprop"] = "rmsprop"
    slots: ClassVar[int] = 1

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return self.rate(update), 1 - self.rho, self.eps

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (r,), (rate, fresh, eps) = slots, numbers
        r.lerp_(gradient * gradient, fresh)
        weights.addcdiv_(rate * gradient, r.sqrt().add_(eps), value=-1)


class RmsPropNesterov(_MeanSquare):
    """RMSProp with Nesterov momentum (Goodfellow, Bengio, Courville 2016, algorithm 8.6).

    The book keeps θ and takes the gradient at θ~ = θ + α v. An update sees the gradient only
    at the stored weights, so these are θ~ here: with the book's v <- α v - s, θ <- θ + v and
    s = lr g / (√r + ε), its θ~ becomes θ~ - s + α v. The book has no ε; without one a weight
    whose gradient has always been 0 would become NaN.
    """

    kind: Literal["rmsprop_nesterov"] = "rmsprop_nesterov"
    slots: ClassVar[int] = 2

    momentum: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint(
            "How much of the last velocity is kept. High values overshoot in a GAN.",
            label="α",
            live=True,
        ),
    ] = 0.9

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return self.rate(update), 1 - self.rho, self.eps, self.momentum

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        (r, v), (rate, fresh, eps, momentum) = slots, numbers
        r.lerp_(gradient * gradient, fresh)
        s = (rate * gradient).div_(r.sqrt().add_(eps))
        v.mul_(momentum).sub_(s)
        weights.addcmul_(v, momentum).sub_(s)
