"""How a gradient becomes a change of the weights, each optimizer one class.

Adding an optimizer is one class below `GradientOptimizer` and its name in `Optimizer`.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.optimizers.adam import Adam, AdamW, OptimisticAdam
from ganstudio.core.optimizers.base import GradientOptimizer
from ganstudio.core.optimizers.clipping import (
    Clipping,
    GradientClipping,
    NoClipping,
    NormClipping,
    ValueClipping,
)
from ganstudio.core.optimizers.descent import Momentum, Nesterov, Sgd
from ganstudio.core.optimizers.squares import AdaGrad, RmsProp, RmsPropNesterov

__all__ = [
    "AdaGrad",
    "Adam",
    "AdamW",
    "Clipping",
    "GradientClipping",
    "GradientOptimizer",
    "Momentum",
    "Nesterov",
    "NoClipping",
    "NormClipping",
    "OptimisticAdam",
    "Optimizer",
    "RmsProp",
    "RmsPropNesterov",
    "Sgd",
    "ValueClipping",
]

Optimizer = Annotated[
    Sgd | Momentum | Nesterov | AdaGrad | RmsProp | RmsPropNesterov | Adam | AdamW | OptimisticAdam,
    Field(discriminator="kind"),
    Shorthand,
]
