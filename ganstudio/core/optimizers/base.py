"""What all optimizers share.

All numbers of one network lie in one tensor (R, P): R replicas, P parameters. Every setting
that is a number (learning rate, bias correction, betas, limits) reaches an update as a tensor,
computed beforehand, in float64, by `coefficients`. So the update itself is the same every
time: it can be captured once and replayed while the numbers change, and each replica may have
its own.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar

from pydantic import Field

from ganstudio.core.lazy import np
from ganstudio.core.optimizers.clipping import Clipping, NoClipping
from ganstudio.core.schedules import Constant, Schedule
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Numbers = tuple[NDArray[np.float64] | float, ...]
    """Each the same for all updates, or one for each."""

Epsilon = Annotated[
    float,
    Field(gt=0, le=1),
    Hint(
        "Keeps the division finite. Higher makes small gradients matter less.",
        label="ε",
        log=True,
        live=True,
        advanced=True,
    ),
]


class GradientOptimizer(Spec):
    """An update rule with a learning rate, a schedule and a limit on the gradient."""

    slots: ClassVar[int] = 0
    """How many tensors of the weights' shape it remembers between updates; all begin at 0."""

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
    clip: Annotated[
        Clipping,
        Hint(
            "A limit on the gradient before it is used: one wild batch can't throw the weights "
            "far away.",
            label="Gradient clipping",
            live=True,
            advanced=True,
        ),
    ] = NoClipping()

    def coefficients(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """What `step_` needs at each of the given update counts (0 for the first), (n, K)."""
        columns = np.broadcast_arrays(*self.numbers(update), *self.clip.limits)
        return np.stack(columns, axis=1)

    def step_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        coefficients: Sequence[Tensor],
    ) -> None:
        """Clip the gradient, then change `weights` and `slots`, all (R, P), in place.

        Args:
            weights: of all replicas.
            gradient: of the loss at these weights.
            slots: what the optimizer remembers.
            coefficients: K tensors, each () or, if replicas have their own, (R, 1).
        """
        own = len(coefficients) - len(self.clip.limits)
        clipped = self.clip.clipped(gradient, coefficients[own:])
        self.update_(weights, clipped, slots, coefficients[:own])

    def rate(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """The scheduled learning rate at each of the given update counts."""
        return self.lr * self.schedule.factor(update)

    @abstractmethod
    def numbers(self, update: NDArray[np.int64]) -> Numbers:
        """The coefficients of `update_`, of which the rate comes first."""

    @abstractmethod
    def update_(
        self,
        weights: Tensor,
        gradient: Tensor,
        slots: Sequence[Tensor],
        numbers: Sequence[Tensor],
    ) -> None:
        """Change `weights` and `slots` in place; `numbers` are () or (R, 1) each.

        Each torch call costs about 2 microseconds, which at the size of these networks is more
        than its arithmetic: hence `lerp_`, `addcmul_` and `addcdiv_`.
        """
