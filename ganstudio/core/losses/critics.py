"""Losses on D's output itself, with no sigmoid: a score, or a critic's value."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.lazy import np, torch
from ganstudio.core.losses.base import GanLoss, share
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.losses.base import Array


class LeastSquares(GanLoss):
    """D: E (D(x) - 1)^2 / 2 + E D(G(z))^2 / 2; G: E (D(G(z)) - 1)^2 / 2.

    LSGAN (Mao et al. 2017, eq. 9: the 0-1 coding, a = 0, b = c = 1). D is its own output,
    without a sigmoid; what is drawn of it stops at 0 and 1.
    """

    kind: Literal["least_squares"] = "least_squares"

    @property
    def equilibrium(self) -> tuple[float, float]:
        return 1 / 4, 1 / 8

    def probability(self, logits: Tensor) -> Tensor:
        """D(x), held between 0 and 1."""
        return logits.clamp(0, 1)

    def fitted(self, logits: Tensor) -> Tensor:
        """D(x) itself: at the ends of the drawn one a fit would have no slope."""
        return logits

    def best(self, p: Array, p_g: Array) -> Array:
        """D* = p / (p + p_g) (Mao et al. 2017, section 3.2)."""
        return share(p, p_g)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return ((real - 1).square() + fake.square()).mean((1, 2)) / 2

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return (fake - 1).square().mean((1, 2)) / 2


class Critic(GanLoss):
    """A D that is no probability: the generator raises the critic's value, -E D(G(z))."""

    is_probability: ClassVar[bool] = False

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return -fake.mean((1, 2))


class Hinge(Critic):
    """D: E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))); G: -E D(G(z)).

    Lim and Ye 2017 (geometric GAN); Miyato et al. 2018, eq. 16 and 17.
    """

    kind: Literal["hinge"] = "hinge"

    @property
    def equilibrium(self) -> tuple[float, float]:
        """At rest D may be any constant from -1 to 1, and G's loss is minus that constant."""
        return 2.0, math.nan

    def best(self, p: Array, p_g: Array) -> Array:
        """sigmoid(D*), with D* = 1 where p > p_g and -1 where p < p_g.

        p max(0, 1 - D) + p_g max(0, 1 + D) is piecewise linear in D with corners at -1 and 1
        (Lin 2002, section 3). Where p = p_g every D between them is best; 0 stands for them.
        """
        return np.asarray(1 / (1 + np.exp(-np.sign(2 * share(p, p_g) - 1))))

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return (torch.relu(1 - real) + torch.relu(1 + fake)).mean((1, 2))


class Wasserstein(Critic):
    """D: E D(G(z)) - E D(x); G: -E D(G(z)) (WGAN: Arjovsky et al. 2017, eq. 2, algorithm 1).

    Minus D's loss is a multiple of the 1-Wasserstein distance if D is the best critic of
    bounded slope, which clipping its weights to [-clip, clip] sees to. That best critic
    depends on the distributions as a whole, not on their densities at x. With clip 0 a
    penalty has to bound the slope.
    """

    kind: Literal["wasserstein"] = "wasserstein"
    clip: Annotated[
        float,
        Field(ge=0, le=1000),
        Hint(
            "After each update every weight and bias of D is brought back to between minus this "
            "and this. Small values make D nearly flat; 0 is off, for use with a gradient "
            "penalty.",
            label="Weight clipping",
            log=True,
            live=True,
        ),
    ] = 0.01

    @property
    def equilibrium(self) -> tuple[float, float]:
        """At rest D is constant, and G's loss is minus that constant, whichever it is."""
        return 0.0, math.nan

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return (fake - real).mean((1, 2))

    def constrain_(self, weights: Tensor) -> None:
        """w <- clip(w, -c, c) (algorithm 1, line 7)."""
        if not isinstance(self.clip, float):
            bound = torch.where(self.clip > 0, self.clip, torch.inf).unsqueeze(1)
            weights.clamp_(-bound, bound)
        elif self.clip:
            weights.clamp_(-self.clip, self.clip)


class Relativistic(GanLoss):
    """D: E f(D(G(z)) - D(x)); G: E f(D(x) - D(G(z))), with f(t) = log(1 + e^t).

    RpGAN (Jolicoeur-Martineau 2019), the loss of R3GAN (Huang et al. 2024, section 2). Real
    sample i meets generated sample i. The best critic is log p(x) - log p_g(x) plus any
    constant: a pair's logistic regression sees differences only (Bradley and Terry 1952). So
    the loss fixes the critic's slope but not its value at x.
    """

    kind: Literal["relativistic"] = "relativistic"
    pairs: ClassVar[bool] = True
    is_probability: ClassVar[bool] = False

    @property
    def equilibrium(self) -> tuple[float, float]:
        return math.log(2), math.log(2)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return torch.nn.functional.softplus(fake - real).mean((1, 2))

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        if real is None:
            raise ValueError("the relativistic loss compares generated samples with real ones")
        return self.discriminator(fake, real)
