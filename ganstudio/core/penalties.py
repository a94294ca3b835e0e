"""Terms that are added to a network's loss. Adding one is a class here and its name in a union.

Each returns one value per replica, shape (R,), its weight included. Slopes and hidden layers
are those of D's logits. A weight is a float in an experiment; while replicas train with a
number each, it is a tensor (R,), and the formulas hold for both.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.scene import Scene

Weight = Annotated[
    float,
    Field(ge=0, le=1e9),
    Hint(
        "How much it counts beside the loss. More holds the network back more; at 0 it does "
        "nothing.",
        log=True,
        live=True,
    ),
]


class Penalty(Spec):
    """A term that is added to a loss."""

    remembers: ClassVar[bool] = False
    """Whether it needs `scene.past`."""
    needs_real: ClassVar[bool] = False
    """Whether the generator's update has to draw real samples for it."""

    weight: Weight = 1.0

    @abstractmethod
    def value(self, scene: Scene) -> Tensor:
        """What is added to the loss, (R,)."""


# --------------------------------------------------------------------- the discriminator's slope


class SlopePenalty(Penalty):
    """A penalty on the slope of D at some points."""

    @abstractmethod
    def points(self, scene: Scene) -> Tensor:
        """Where the slope is taken, (R, batch, features)."""

    def slope(self, scene: Scene) -> Tensor:
        """dD/dx, one row a logit: (R, batch, features), or all of a pack's features in a row."""
        x = self.points(scene).detach().requires_grad_()
        logits = scene.critic(x)
        (slope,) = torch.autograd.grad(logits.sum(), x, create_graph=True)
        return slope.reshape(*logits.shape[:2], -1)


class _UnitSlope(SlopePenalty):
    weight: Weight = 10.0

    def value(self, scene: Scene) -> Tensor:
        # Where D is flat, |.| has no gradient and the root of a sum would give NaN; torch's
        # norm gives 0 there.
        norm: Tensor = torch.linalg.vector_norm(self.slope(scene), dim=2)
        return self.weight * (norm - 1).square().mean(1)


class GradientPenalty(_UnitSlope):
    """weight E (|dD/dx| - 1)^2 at eps x + (1 - eps) G(z), eps ~ U[0, 1) for each pair.

    WGAN-GP (Gulrajani et al. 2017, eq. 3, algorithm 1).
    """

    kind: Literal["gradient_penalty"] = "gradient_penalty"

    def points(self, scene: Scene) -> Tensor:
        epsilon = scene.chance.uniform("gradient_penalty", scene.real.shape[1], 1)
        return torch.lerp(scene.fake, scene.real, epsilon)


class Dragan(_UnitSlope):
    """weight E (|dD/dx| - 1)^2 around the real samples (Kodali et al. 2017).

    As in the authors' program (github.com/kodalinaveen3/DRAGAN) the points are
    x + alpha 0.5 s u, with u ~ U[0, 1) for each number, alpha ~ U[0, 1) for each sample and s
    the standard deviation (divided by n) of all numbers in the batch, here each replica's own.
    """

    kind: Literal["dragan"] = "dragan"

    def points(self, scene: Scene) -> Tensor:
        x = scene.real
        u = scene.chance.uniform("dragan.noise", *x.shape[1:])
        alpha = scene.chance.uniform("dragan.length", x.shape[1], 1)
        return x + alpha * (0.5 * x.std((1, 2), correction=0, keepdim=True) * u)


class _SquaredSlope(SlopePenalty):
    weight: Annotated[
        float,
        Field(ge=0, le=1e9),
        Hint(
            "How much a steep D costs. More makes D flatter and the game calmer; at 0 it does "
            "nothing.",
            label="γ",
            log=True,
            live=True,
        ),
    ] = 0.1

    def value(self, scene: Scene) -> Tensor:
        return self.weight / 2 * self.slope(scene).square().sum(2).mean(1)


class R1(_SquaredSlope):
    """gamma/2 E |dD/dx|^2 at the real samples (Mescheder et al. 2018, section 4.1)."""

    kind: Literal["r1"] = "r1"

    def points(self, scene: Scene) -> Tensor:
        return scene.real


class R2(_SquaredSlope):
    """gamma/2 E |dD/dx|^2 at the generated samples (Mescheder et al. 2018, section 4.1)."""

    kind: Literal["r2"] = "r2"

    def points(self, scene: Scene) -> Tensor:
        return scene.fake


# ------------------------------------------------------------------------------------- weights


class L1(Penalty):
    """weight sum |w| over the weights; biases are free (Goodfellow et al. 2016, section 7.1.2)."""

    kind: Literal["l1"] = "l1"
    weight: Weight = 1e-3

    def value(self, scene: Scene) -> Tensor:
        return self.weight * _flat(scene.weights).abs().sum(1)


class L2(Penalty):
    """weight/2 sum w^2 over the weights; biases are free (Goodfellow et al. 2016, eq. 7.2)."""

    kind: Literal["l2"] = "l2"
    weight: Weight = 1e-3

    def value(self, scene: Scene) -> Tensor:
        return self.weight / 2 * _flat(scene.weights).square().sum(1)


class HistoricalAveraging(Penalty):
    """weight |theta - mean of all past theta|^2, biases included (Salimans et al. 2016, 3.3)."""

    kind: Literal["historical_averaging"] = "historical_averaging"
    remembers: ClassVar[bool] = True
    weight: Weight = 0.1

    def value(self, scene: Scene) -> Tensor:
        return self.weight * (_flat(scene.theta) - scene.past).square().sum(1)


# ----------------------------------------------------------------------------- the generator's own


class FeatureMatching(Penalty):
    """weight |E f(x) - E f(G(z))|^2, f a hidden layer of D (Salimans et al. 2016, section 3.1).

    The paper gives G this alone; here it stands beside G's loss.
    """

    kind: Literal["feature_matching"] = "feature_matching"
    needs_real: ClassVar[bool] = True
    layer: Annotated[
        int,
        Field(ge=1, le=32),
        Hint(
            "Which hidden layer of D is matched, counted from its end: 1 is the last one.",
            unit="from the last",
            live=True,
        ),
    ] = 1

    def value(self, scene: Scene) -> Tensor:
        real, fake = (scene.hidden(x)[-self.layer].mean(1) for x in (scene.real, scene.fake))
        return self.weight * (real - fake).square().sum(1)


def _flat(theta: Sequence[Tensor]) -> Tensor:
    """All numbers of each replica in a row, (R, P)."""
    return torch.cat([part.flatten(1) for part in theta], dim=1)


PenaltyD = Annotated[
    GradientPenalty | R1 | R2 | Dragan | L1 | L2 | HistoricalAveraging,
    Field(discriminator="kind"),
    Shorthand,
]
PenaltyG = Annotated[
    FeatureMatching | L1 | L2 | HistoricalAveraging, Field(discriminator="kind"), Shorthand
]
