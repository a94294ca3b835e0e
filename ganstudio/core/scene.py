"""One update as the terms that are added to its loss see it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.chance import Chance

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Scene:
    """What a penalty may look at. R replicas never mix."""

    theta: Sequence[Tensor]
    """The variables of the gradient, [w0, b0, ...] of the network that is updated."""
    weights: Sequence[Tensor]
    """Those of theta that are weight matrices, (R, in, out) each: no biases, no gains."""
    real: Tensor
    """x, (R, batch, features), in the networks' units."""
    fake: Tensor
    """G(z), (R, batch, features); depends on theta in the generator's update."""
    critic: Callable[[Tensor], Tensor]
    """D's logits for samples (R, batch, features): (R, batch, 1)."""
    hidden: Callable[[Tensor], list[Tensor]]
    """The outputs of D's hidden layers for samples, first to last: (R, batch, width) each."""
    chance: Chance
    past: Tensor
    """The mean of all past weights of the network, flat (R, P), in theta's order."""
