"""What steers a run: asked before every step, it answers with an order or an edit."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from ganstudio.core.events import EarlyStop, NotFinite
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Asked

MOST_CELLS = 1024
"""Pictures that a frame can show."""


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
    BACK = "back"
    """Take back the last step that left a number not finite."""
    KEEP = "keep"
    """Yield a checkpoint of the state as it is; of the last good one, if it is not finite."""
    STOP = "stop"
    """End the run."""


@dataclass(frozen=True)
class Watch:
    """What a frame is to show beside the metrics.

    Args:
        replica: whose picture is drawn.
        layers: whether to measure gradients, weights and activations layer by layer.
        cells: of pictures, how many are generated and how many real ones stand beside.
        noise: of pictures, from which noise: the same number is always the same noise.
    """

    replica: int = 0
    layers: bool = False
    cells: int = 100
    noise: int = 0


class Control(Protocol):
    """Steers a run. It may block, which pauses the run."""

    def next(self, step: int, experiment: Experiment) -> Order | Experiment | Asked:
        """What to do after `step` steps; an experiment is an edit to go on with."""

    def wants_frame(self) -> bool:
        """Whether to yield a frame after this step, beside the regular ones."""

    def watch(self) -> Watch:
        """What to show; asked just before each frame is made."""

    def hear(self, event: NotFinite | EarlyStop) -> None:
        """Told of what a run may not want to go on after, before it is yielded."""


class RunToEnd:
    """Steps until the experiment's last step or its early stop, unasked."""

    def __init__(self) -> None:
        self._stopped = False

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Both networks while steps remain."""
        return Order.STOP if self._stopped or step >= experiment.steps else Order.BOTH

    def wants_frame(self) -> bool:
        """Only regular frames."""
        return False

    def watch(self) -> Watch:
        """The first replica."""
        return Watch()

    def hear(self, event: NotFinite | EarlyStop) -> None:
        """An early stop is the end; what is not finite stays so, as in any program."""
        self._stopped = self._stopped or isinstance(event, EarlyStop)
