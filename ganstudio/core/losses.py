"""What each network minimises. Adding a loss is one class here and its name in `Loss`.

All take the discriminator's output before the sigmoid ("logits") with shape (R, batch, 1)
and return one value per replica, shape (R,).
"""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor


class StableLog(Spec):
    """log D and log(1 - D) from the logits: exact, and its gradient never dies in rounding."""

    kind: Literal["stable"] = "stable"

    def sigmoid(self, logits: Tensor) -> Tensor:
        """D, the probability that goes with the logits."""
        return torch.sigmoid(logits)

    def log_d(self, logits: Tensor) -> Tensor:
        """log D, with D = sigmoid(logits)."""
        return torch.nn.functional.logsigmoid(logits)

    def log_not_d(self, logits: Tensor) -> Tensor:
        """log(1 - D)."""
        return torch.nn.functional.logsigmoid(-logits)


class LiteralLog(Spec):
    """log of the sigmoid as the first programs wrote it: log(max(p, clip)).

    Below `clip` the gradient is exactly 0, which freezes some runs for good. With clip 0 the
    logarithm is plain, and 1 - D rounds to 0 in float32 once the logit passes about 17.
    """

    kind: Literal["literal"] = "literal"
    clip: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint("Probabilities below this count as this, and give no gradient.", log=True, live=True),
    ] = 0.0

    def sigmoid(self, logits: Tensor) -> Tensor:
        """D to the nearest float32, as TensorFlow computes it."""
        from ganstudio.core.rounded import RoundedSigmoid

        # torch publishes no types for `apply`.
        return cast("Tensor", RoundedSigmoid.apply(logits))  # type: ignore[no-untyped-call]

    def log_d(self, logits: Tensor) -> Tensor:
        """log max(D, clip)."""
        return self._log(self.sigmoid(logits))

    def log_not_d(self, logits: Tensor) -> Tensor:
        """log max(1 - D, clip)."""
        p = 1 - self.sigmoid(logits)
        # Where 1 - D rounds to 0 the recorded TensorFlow runs have a loss of NaN, not infinity.
        return self._log(p) if self.clip else self._log(p) + 0 / p.detach()

    def _log(self, p: Tensor) -> Tensor:
        return torch.log(p.clamp_min(self.clip)) if self.clip else torch.log(p)


LogForm = Annotated[StableLog | LiteralLog, Field(discriminator="kind"), Shorthand]


class GanLoss(Spec):
    """The two losses of one game."""

    @property
    def equilibrium(self) -> tuple[float, float] | None:
        """Both losses (discriminator, generator) when D = 1/2 everywhere, if that is a rest."""
        return None

    def probability(self, logits: Tensor) -> Tensor:
        """D, the discriminator's output as a probability."""
        return torch.sigmoid(logits)

    @abstractmethod
    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        """The discriminator's loss; logits (R, batch, 1) for real and generated samples."""

    @abstractmethod
    def generator(self, fake: Tensor) -> Tensor:
        """The generator's loss; logits (R, batch, 1) for generated samples."""


class _CrossEntropy(GanLoss):
    """-E log D(x) - E log(1 - D(G(z))): the discriminator of Goodfellow et al. 2014, eq. 1."""

    log: Annotated[
        LogForm,
        Hint(
            "How the logarithm is computed: the literal one can freeze.",
            label="Logarithm",
            live=True,
        ),
    ] = StableLog()

    def probability(self, logits: Tensor) -> Tensor:
        return self.log.sigmoid(logits)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return (-self.log.log_d(real) - self.log.log_not_d(fake)).mean((1, 2))


class NonSaturating(_CrossEntropy):
    """The generator minimises -E log D(G(z)) (Goodfellow et al. 2014, section 3)."""

    kind: Literal["non_saturating"] = "non_saturating"

    @property
    def equilibrium(self) -> tuple[float, float]:
        return 2 * 0.6931471805599453, 0.6931471805599453

    def generator(self, fake: Tensor) -> Tensor:
        return -self.log.log_d(fake).mean((1, 2))


class Minimax(_CrossEntropy):
    """The generator minimises E log(1 - D(G(z))): no gradient once D is sure (eq. 1)."""

    kind: Literal["minimax"] = "minimax"

    @property
    def equilibrium(self) -> tuple[float, float]:
        return 2 * 0.6931471805599453, -0.6931471805599453

    def generator(self, fake: Tensor) -> Tensor:
        return self.log.log_not_d(fake).mean((1, 2))


Loss = Annotated[NonSaturating | Minimax, Field(discriminator="kind"), Shorthand]
