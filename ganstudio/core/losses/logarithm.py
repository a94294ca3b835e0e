"""How log D and log(1 - D) are computed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Literal, cast

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import torch
from ganstudio.core.losses.base import beside_logits
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
        return torch.log(self._clipped(self.sigmoid(logits)))

    def log_not_d(self, logits: Tensor) -> Tensor:
        """log max(1 - D, clip)."""
        p = self._clipped(1 - self.sigmoid(logits))
        if isinstance(self.clip, float) and self.clip:
            return torch.log(p)
        # Where 1 - D rounds to 0 the recorded TensorFlow runs have a loss of NaN, not infinity.
        return torch.log(p) + 0 / p.detach()

    def _clipped(self, p: Tensor) -> Tensor:
        # Most runs don't clip; the others pay for it.
        if isinstance(self.clip, float) and not self.clip:
            return p
        return p.clamp_min(beside_logits(self.clip))


LogForm = Annotated[StableLog | LiteralLog, Field(discriminator="kind"), Shorthand]
