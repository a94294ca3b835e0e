"""Every choice that an experiment has, with a place for it, and every member of each."""

from __future__ import annotations

from typing import Any

import pytest

from ganstudio.core.activations import Activation
from ganstudio.core.initializers import Initializer
from ganstudio.core.losses import Loss
from ganstudio.core.losses.logarithm import LogForm
from ganstudio.core.noise import Noise
from ganstudio.core.optimizers import Clipping, Optimizer
from ganstudio.core.penalties import PenaltyD, PenaltyG
from ganstudio.core.play import Play
from ganstudio.core.problems import _models
from ganstudio.core.schedules import Schedule
from ganstudio.core.targets import Target

UNIONS: dict[str, Any] = {
    "loss": Loss,
    "loss.log": LogForm,
    "optimizer_g": Optimizer,
    "optimizer_d.clip": Clipping,
    "optimizer_d.schedule": Schedule,
    "penalties_d": PenaltyD,
    "penalties_g": PenaltyG,
    "play": Play,
    "target": Target,
    "noise": Noise,
    "generator.layers.0.activation": Activation,
    "discriminator.initializer": Initializer,
}
"""Every choice there is, at a place where an experiment has it."""
MEMBERS = [(path, kind) for path, union in UNIONS.items() for kind in _models(union)]
every_member = pytest.mark.parametrize(
    ("path", "kind"), MEMBERS, ids=[f"{path}-{kind.__name__}" for path, kind in MEMBERS]
)


def placed(path: str, value: Any) -> dict[str, Any]:
    """The change that puts a value at a path; penalties stand in a row."""
    return {path: (value,) if path.startswith("penalties") else value}
