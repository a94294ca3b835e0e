"""Adam and what came of it."""

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


class _Moments(GradientOptimizer):
    """Running means m of g and v of g² (Kingma and Ba 2015, algorithm 1).

    Their bias corrections go into the rate and ε: lr m^ / (√v^ + ε) is
    lr √(1 - β2^t) / (1 - β1^t) m / (√v + ε √(1 - β2^t)).
    """

    slots: ClassVar[int] = 2

    beta1: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("Memory of past gradients. High values overshoot in a GAN.", label="β1", live=True),
    ] = 0.9
    beta2: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("Memory of past squared gradients. Higher is steadier.", label="β2", live=True),
    ] = 0.999
    eps: Epsilon = 1e-8

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        t = update + 1
        root = np.sqrt(1 - self.beta2**t)
        rate = self.rate(update) * root / (1 - self.beta1**t)
        return rate, self.eps * root, 1 - self.beta1, 1 - self.beta2

    def _step_(
        self, gradient: Tensor, slots: Sequence[Tensor], numbers: Sequence[Tensor]
    ) -> tuple[Tensor, Tensor]:
        """Change m and v; the step is the first of the returned over the second."""
        (m, v), (rate, eps, fresh1, fresh2) = slots, numbers
        m.lerp_(gradient, fresh1)
        v.lerp_(gradient * gradient, fresh2)
        return rate * m, v.sqrt().add_(eps)


class Adam(_Moments):
    """Adam (Kingma and Ba 2015, algorithm 1), with either place for its epsilon.

    torch divides by sqrt(v / (1 - beta2^t)) + eps; TensorFlow by sqrt(v) + eps and corrects the
    rate instead ("epsilon hat", the paper's section 2), which is the same as torch's with
    eps / sqrt(1 - beta2^t).
    """

    kind: Literal["adam"] = "adam"

    epsilon: Annotated[
        Literal["torch", "tensorflow"],
        Hint(
            "Where ε stands: inside or outside the bias correction.",
            label="ε form",
            live=True,
            advanced=True,
        ),
    ] = "torch"

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        rate, eps, *fresh = super().numbers(update)
        return rate, eps if self.epsilon == "torch" else self.eps, *fresh

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        weights.addcdiv_(*self._step_(gradient, slots, numbers), value=-1)


class AdamW(_Moments):
    """Adam with decoupled weight decay (Loshchilov and Hutter 2019, algorithm 2).

    w <- (1 - lr decay) w before Adam's step: the decay is multiplied by the rate, as in torch.
    """

    kind: Literal["adamw"] = "adamw"

    weight_decay: Annotated[
        float,
        Field(ge=0, le=1e3),
        Hint("How strongly the weights are pulled to 0; 0 is plain Adam.", live=True),
    ] = 1e-2

    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        return *super().numbers(update), 1 - self.rate(update) * self.weight_decay

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        *numbers, kept = numbers
        weights.mul_(kept).addcdiv_(*self._step_(gradient, slots, numbers), value=-1)


class OptimisticAdam(_Moments):
    """Optimistic Adam (Daskalakis et al. 2018, algorithm 1): twice the step, less the last one.

    It foresees that the opponent moves on: w <- w - 2 s + s', with s Adam's step and s' that of
    the update before. Under a schedule each step keeps the rate that it was made with.
    """

    kind: Literal["optimistic_adam"] = "optimistic_adam"
    slots: ClassVar[int] = 3

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        *moments, last = slots
        part, root = self._step_(gradient, moments, numbers)
        step = part.div_(root)
        weights.add_(last).sub_(step, alpha=2)
        last.copy_(step)
