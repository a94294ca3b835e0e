"""The losses of the first GAN paper: D is a classifier that says how likely x is real."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.lazy import np, torch
from ganstudio.core.losses.base import GanLoss, beside_logits, share
from ganstudio.core.losses.logarithm import LogForm, StableLog
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.losses.base import Array


class CrossEntropy(GanLoss):
    """-E log D(x) - E log(1 - D(G(z))): the discriminator of Goodfellow et al. 2014, eq. 1.

    With one-sided label smoothing s (Salimans et al. 2016, section 3.4) the label of a real
    sample is 1 - s: the first term is -E [(1 - s) log D(x) + s log(1 - D(x))].
    """

    log: Annotated[
        LogForm,
        Hint(
            "How the logarithm is computed: the literal one can freeze.",
            label="Logarithm",
            live=True,
        ),
    ] = StableLog()
    smoothing: Annotated[
        float,
        Field(ge=0, lt=1),
        Hint(
            "Real samples count as real to 1 minus this only, so that D never gets quite sure. "
            "0.1 is usual; 0 is off.",
            label="Label smoothing",
            live=True,
        ),
    ] = 0.0

    @property
    def _d_at_rest(self) -> float:
        return (1 - self.smoothing) / 2

    @property
    def _loss_d_at_rest(self) -> float:
        d = self._d_at_rest
        return -2 * d * math.log(d) - 2 * (1 - d) * math.log(1 - d)

    def probability(self, logits: Tensor) -> Tensor:
        return self.log.sigmoid(logits)

    def best(self, p: Array, p_g: Array) -> Array:
        """D* = (1 - s) p / (p + p_g) (Goodfellow et al., eq. 2; Salimans et al., section 3.4)."""
        s = self.smoothing
        return (1 - (s if isinstance(s, float) else np.array(s.tolist())[:, None])) * share(p, p_g)

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        return (-self._log_likelihood(real) - self.log.log_not_d(fake)).mean((1, 2))

    def parts(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        """The terms of eq. 1."""
        terms = -self._log_likelihood(real), -self.log.log_not_d(fake)
        return terms[0].mean((1, 2)), terms[1].mean((1, 2))

    def _log_likelihood(self, real: Tensor) -> Tensor:
        s = beside_logits(self.smoothing)
        if isinstance(s, float) and not s:
            return self.log.log_d(real)
        return (1 - s) * self.log.log_d(real) + s * self.log.log_not_d(real)


class NonSaturating(CrossEntropy):
    """The generator minimises -E log D(G(z)) (Goodfellow et al. 2014, section 3)."""

    kind: Literal["non_saturating"] = "non_saturating"

    @property
    def equilibrium(self) -> tuple[float, float]:
        return self._loss_d_at_rest, -math.log(self._d_at_rest)

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return -self.log.log_d(fake).mean((1, 2))


class Minimax(CrossEntropy):
    """The generator minimises E log(1 - D(G(z))): no gradient once D is sure (eq. 1)."""

    kind: Literal["minimax"] = "minimax"

    @property
    def equilibrium(self) -> tuple[float, float]:
        return self._loss_d_at_rest, math.log(1 - self._d_at_rest)

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return self.log.log_not_d(fake).mean((1, 2))


class DoubleSigmoid(GanLoss):
    """A published mistake: D's sigmoid goes once more into a cross-entropy that takes logits.

    D's last word is then between 1/2 and .731, and where the inner sigmoid rounds to 0 or 1 no
    gradient is left. Most runs end with 1 for everything: D's loss rests at
    ln(1 + e^-1) + ln(1 + e) = 1.6265, the generator's at ln(1 + e^-1) = .3133. The others end
    with a D that is right and teaches nothing: ln(1 + e^-1) + ln 2 = 1.0064, and ln 2 = .6931.
    """

    kind: Literal["double_sigmoid"] = "double_sigmoid"

    @property
    def equilibrium(self) -> tuple[float, float]:
        """The best D says 0 to every logit it can, which is 1/2: as if nothing were wrong."""
        return 2 * math.log(2), math.log(2)

    def probability(self, logits: Tensor) -> Tensor:
        return torch.sigmoid(torch.sigmoid(logits))

    def discriminator(self, real: Tensor, fake: Tensor) -> Tensor:
        of_real, of_fake = self.parts(real, fake)
        return of_real + of_fake

    def parts(self, real: Tensor, fake: Tensor) -> tuple[Tensor, Tensor]:
        softplus = torch.nn.functional.softplus
        return (
            softplus(-torch.sigmoid(real)).mean((1, 2)),
            softplus(torch.sigmoid(fake)).mean((1, 2)),
        )

    def generator(self, fake: Tensor, real: Tensor | None = None) -> Tensor:
        return torch.nn.functional.softplus(-torch.sigmoid(fake)).mean((1, 2))
