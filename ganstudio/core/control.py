"""What steers a run: asked before every step, it answers with an order or an edit."""

from __future__ import annotations

from enum import Enum
from typing import Protocol

from ganstudio.core.experiment import Experiment


class Order(Enum):
    """What to do next."""

    BOTH = "both"
    """One step: k updates of the discriminator, one of the generator."""
    DISCRIMINATOR = "discriminator"
    """A step that updates the discriminator only, once."""
    GENERATOR = "generator"
    """A step that updates the generator only, once."""
    SHOW = "show"
    """Yield a frame of the state as it is."""
    STOP = "stop"
    """End the run."""


class Control(Protocol):
    """Steers a run. It may block, which pauses the run."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """What to do after `step` steps; an experiment is an edit to go on with."""

    def wants_frame(self) -> bool:
        """Whether to yield a frame after this step, beside the regular ones."""


class RunToEnd:
    """Steps until the experiment's last step, unasked."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Both networks while steps remain."""
        return Order.BOTH if step < experiment.steps else Order.STOP

    def wants_frame(self) -> bool:
        """Only regular frames."""
        return False
