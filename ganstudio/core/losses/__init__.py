"""What each network minimises. Adding a loss is one class here and its name in `Loss`.

All take the discriminator's output before the sigmoid ("logits") with shape (R, batch, 1)
and return one value per replica, shape (R,).
"""

from typing import Annotated

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.losses.base import GanLoss
from ganstudio.core.losses.critics import Hinge, LeastSquares, Relativistic, Wasserstein
from ganstudio.core.losses.cross_entropy import (
    CrossEntropy,
    DoubleSigmoid,
    Minimax,
    NonSaturating,
)
from ganstudio.core.losses.logarithm import LiteralLog, StableLog

Loss = Annotated[
    NonSaturating | Minimax | LeastSquares | Hinge | Wasserstein | Relativistic | DoubleSigmoid,
    Field(discriminator="kind"),
    Shorthand,
]

__all__ = [
    "CrossEntropy",
    "DoubleSigmoid",
    "GanLoss",
    "Hinge",
    "LeastSquares",
    "LiteralLog",
    "Loss",
    "Minimax",
    "NonSaturating",
    "Relativistic",
    "StableLog",
    "Wasserstein",
]
