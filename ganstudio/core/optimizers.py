"""How a gradient becomes a change of the weights, each optimizer one class.

All numbers of one network lie in one tensor (R, P): R replicas, P parameters. What changes
from update to update (learning rate, bias correction) is computed beforehand, in float64, by
`coefficients`; so `update_` itself is the same every time and can be captured and replayed.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.schedules import Constant, Schedule
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


class GradientOptimizer(Spec):
    """An update rule with a learning rate and a schedule."""

    slots: ClassVar[int] = 0
    """How many tensors of the weights' shape it remembers between updates."""

    lr: Annotated[
        float,
        Field(gt=0, le=1e9),
        Hint(
            "Length of a step. Too high and the networks chase each other, too low and "
            "nothing moves.",
            label="Learning rate",
            log=True,
            live=True,
        ),
    ] = 1e-3
    schedule: Annotated[Schedule, Hint("How the learning rate changes over time.", live=True)] = (
        Constant()
    )

    @abstractmethod
    def coefficients(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """What `update_` needs at each of the given update counts, one row each."""

    @abstractmethod
    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        coefficients: Sequence[Tensor],
    ) -> None:
        """Change `weights` and `slots`, all (R, P), in place."""


class Sgd(GradientOptimizer):
    """w <- w - lr g"""

    kind: Literal["sgd"] = "sgd"

    def coefficients(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return (self.lr * self.schedule.factor(update))[:, None]

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        coefficients: Sequence[Tensor],
    ) -> None:
        (rate,) = coefficients
        weights.sub_(rate * gradient)


class Adam(GradientOptimizer):
    """Adam (Kingma and Ba 2015, algorithm 1), with either place for its epsilon.

    torch divides by sqrt(v / (1 - beta2^t)) + eps; TensorFlow by sqrt(v) + eps and corrects the
    rate instead ("epsilon hat", the paper's section 2), which is the same as torch's with
    eps / sqrt(1 - beta2^t).
    """

    kind: Literal["adam"] = "adam"
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
    eps: Annotated[
        float,
        Field(gt=0, le=1),
        Hint(
            "Keeps the division finite. Higher makes small gradients matter less.",
            label="ε",
            log=True,
            live=True,
            advanced=True,
        ),
    ] = 1e-8
    epsilon: Annotated[
        Literal["torch", "tensorflow"],
        Hint(
            "Where ε stands: inside or outside the bias correction.",
            label="ε form",
            live=True,
            advanced=True,
        ),
    ] = "torch"

    def coefficients(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        t = update + 1
        root = np.sqrt(1 - self.beta2**t)
        rate = self.lr * self.schedule.factor(update) * root / (1 - self.beta1**t)
        eps = self.eps * (root if self.epsilon == "torch" else np.ones(len(t)))
        return np.stack([rate, eps], axis=1)

    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        coefficients: Sequence[Tensor],
    ) -> None:
        m, v = slots
        rate, eps = coefficients
        m.lerp_(gradient, 1 - self.beta1)
        v.lerp_(gradient * gradient, 1 - self.beta2)
        weights.sub_(rate * m / (v.sqrt() + eps))


Optimizer = Annotated[Sgd | Adam, Field(discriminator="kind"), Shorthand]
