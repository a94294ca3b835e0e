"""What training says: one typed union of frozen values with read-only numpy arrays.

R is the number of replicas; every array that belongs to replicas has R as its first axis,
except the losses, which have steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from typing import TYPE_CHECKING

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.experiment import Experiment
from ganstudio.core.frozen import freeze
from ganstudio.core.lazy import np
from ganstudio.core.measurements import (
    AnyMetrics,
    Floor,
    Metrics,
    PictureMetrics,
    PlaneMetrics,
)
from ganstudio.core.questions import Answered
from ganstudio.core.views import AnyView, Fleet, LayerMeter, PictureView, PlaneView, View

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


MOST_MISSED = 256
"""Metrics of frames that nobody saw: a window may be busy for seconds."""


class Condition(Enum):
    """What is happening to one replica, in one word."""

    OFF_TARGET = "off target"
    CONVERGING = "converging"
    MOVING_AWAY = "moving away"
    FITS = "fits"
    COLLAPSED = "collapsed"
    OSCILLATING = "oscillating"
    DISCRIMINATOR_WON = "discriminator has won"
    FROZEN = "frozen"
    DIVERGED = "diverged"


@dataclass(frozen=True)
class Verdict:
    """A condition with the figures that it rests on, in words."""

    condition: Condition
    reason: str


@dataclass(frozen=True)
class Started:
    """Training begins: what will be trained, where, and the floors of the metrics."""

    experiment: Experiment
    device: str
    threads: int
    parameters_d: int
    parameters_g: int
    floors: Mapping[str, Floor]
    """Of the metrics while it trains, by the name of a field of theirs."""
    transferred: bool = False
    """Whether it begins with networks that were trained before."""
    gallery: Mapping[str, str] = field(default_factory=dict)
    """Of a run on pictures: what it learns from, in words; see `Gallery.facts`."""


@dataclass(frozen=True)
class Edited:
    """A changed experiment took effect before the update that follows `step`."""

    step: int
    experiment: Experiment
    paths: tuple[str, ...]


@dataclass(frozen=True)
class Frame:
    """The state after `step` updates, and all that happened since the previous frame."""

    step: int
    loss_d: Floats
    """(n, R), before each update of D; NaN where a step did not update D. With several
    discriminator steps in a step, the last one's."""
    loss_g: Floats
    """(n, R), before each update of G; NaN where a step did not update G."""
    loss_pretraining: Floats
    """(m, R), the pretraining's losses since the previous frame."""
    pretraining_step: int
    """Pretraining updates done so far."""
    view: AnyView
    metrics: AnyMetrics
    floors: Mapping[str, Floor]
    """Of these metrics: the fewer samples were measured, the higher."""
    measured_at: int
    """The step of these metrics: that of the frame, unless it came too soon after another."""
    verdicts: tuple[Verdict, ...]
    lost_at: NDArray[np.float64]
    """The step whose loss was the first that was not finite, or NaN, (R,)"""
    fleet: Fleet | None = None
    """With several replicas only."""
    layers: tuple[LayerMeter, ...] = ()
    """Of the watched replica, while somebody watches them."""
    number: int | None = None
    """Which regular frame it is, from 0. They come in every run of this experiment, however often
    it is looked at; other frames have no number."""
    missed: tuple[tuple[int, AnyMetrics], ...] = ()
    """(step, metrics) of earlier frames that nobody saw, in their order; see `after`."""

    def __post_init__(self) -> None:
        freeze(self)

    def after(self, earlier: Frame) -> Frame:
        """This frame with losses and metrics of an earlier one, which nobody saw, before its own.

        Of metrics there may be too many: then every second one stays.
        """
        missed = earlier.missed
        if earlier.measured_at != self.measured_at:
            missed = (*missed, (earlier.measured_at, earlier.metrics))
        return replace(
            self,
            missed=missed[::2] if len(missed) > MOST_MISSED else missed,
            loss_d=np.concatenate([earlier.loss_d, self.loss_d]),
            loss_g=np.concatenate([earlier.loss_g, self.loss_g]),
            loss_pretraining=np.concatenate([earlier.loss_pretraining, self.loss_pretraining]),
        )


@dataclass(frozen=True)
class NotFinite:
    """A number stopped being finite; the state before that step is kept.

    Said of a run of one replica. In a fleet it stays in its replica, and `Frame.lost_at` counts.
    """

    step: int
    """The step that did it: the state kept is that of `step - 1`."""
    network: str
    """"generator" or "discriminator"."""
    layer: int
    """The first layer that is not finite, counted from 0."""
    what: str
    """"weights", "bias", "gradient of the weights", "optimizer state", "loss", ..."""

    @property
    def sentence(self) -> str:
        """For a person: what happened, where and when."""
        return (
            f"Not finite: the {self.what} of the {self.network}'s layer {self.layer + 1} "
            f"in step {self.step:,}"
        )


@dataclass(frozen=True)
class EarlyStop:
    """A metric stayed beyond the experiment's threshold for long enough."""

    step: int
    metric: str
    value: float


@dataclass(frozen=True)
class Finished:
    """The run reached its last step, or was asked to stop; `weights` are the trained ones."""

    step: int
    seconds: float
    stopped: bool
    weights: Mapping[str, Floats]
    """By the names that `train(weights=...)` takes; `average.*` is the generator's average."""


@dataclass(frozen=True)
class Failed:
    """The run ended with an error."""

    message: str
    """One sentence."""
    report: str
    """What a developer needs: the traceback."""


Event = Started | Edited | Frame | NotFinite | EarlyStop | Checkpoint | Answered | Finished | Failed

__all__ = [
    "Answered",
    "AnyMetrics",
    "AnyView",
    "Condition",
    "EarlyStop",
    "Edited",
    "Event",
    "Failed",
    "Finished",
    "Fleet",
    "Floor",
    "Frame",
    "LayerMeter",
    "Metrics",
    "NotFinite",
    "PictureMetrics",
    "PictureView",
    "PlaneMetrics",
    "PlaneView",
    "Started",
    "Verdict",
    "View",
]
