"""What every loss can say about itself.

A loss's own numbers (a smoothing, a clip) are floats in an experiment. While replicas train
with a number each, they are tensors (R,); the formulas are written for both.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, ClassVar

from ganstudio.core.lazy import np, torch
from ganstudio.core.spec import Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    Array = NDArray[np.float64]


class GanLoss(Spec):
    """The two losses of one game."""

    pairs: ClassVar[bool] = False
    """Whether the generator's loss compares with real samples, which then must be drawn."""
    is_probability: ClassVar[bool] = True
    """Whether `probability` is one: that x is real, at the discriminator's best."""

    @property
    @abstractmethod
    def equilibrium(self) -> tuple[float, float]:
        """Both losses (discriminator, generator) at rest: p_g = p and D the best there is.

        NaN for one that may rest at any value. For a spec whose numbers are floats.
        """

    def probability(self, logits: Tensor) -> Tensor:
        """What is drawn as D(x), 0 to 1: here the sigmoid.

        Where `is_probability` is False it is a critic's value, squashed to fit: only its slope
        has a meaning.
        """
        return torch.sigmoid(logits)

    def fitted(self, logits: Tensor) -> Tensor:
        """What a pretraining fits to a density: the probability, with a slope everywhere."""
        return self.probability(logits)

    def best(self, p: Array, p_g: Array) -> Array | None:
        """The drawn value of the best discriminator where the densities are p and p_g.

        Args:
            p: the target's density at n places, (n,).
            p_g: the generator's, (n,) or (R, n).

        Returns:
            Of p_g's shape, NaN where both densities vanish; None if the best discriminator's
            value at x does not follow from the densities at x alone.
        """
        return None

    @abstractmethod
    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The discriminator's loss, (R,); logits (R, batch, 1) for real and fake samples."""

    def parts(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor] | None:
        """What real and fake samples add to the discriminator's loss, (R,) each.

        Computed to be looked at, not for the gradient; None where the loss is no such sum.
        """
        return None

    @abstractmethod
    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        """The generator's loss, (R,); logits (R, batch, 1). `real` is given if it `pairs`."""

    def constrain_(self, weights: Tensor) -> None:
        """Bring the discriminator's weights (R, P) back, in place, after each of its updates."""


def beside_logits(number: float | Tensor) -> float | Tensor:
    """One of a loss's numbers, made to broadcast against logits (R, batch, 1)."""
    return number if isinstance(number, float) else number.view(-1, 1, 1)


def share(p: Array, p_g: Array) -> Array:
    """p / (p + p_g), the share of real samples at each place; NaN where there are none at all."""
    both = p + p_g
    # A quotient of two numbers that are all rounding says nothing.
    return np.divide(p, both, out=np.full_like(both, np.nan), where=both > 1e-12 * p.max())
