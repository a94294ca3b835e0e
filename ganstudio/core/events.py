"""What training says: one typed union of frozen values with read-only numpy arrays.

R is the number of replicas; every array that belongs to replicas has R as its first axis,
except the losses, which have steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from enum import Enum
from typing import TYPE_CHECKING

from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


def freeze(value: object) -> None:
    """Make every array in a dataclass read-only."""
    for field in fields(value):  # type: ignore[arg-type]  # any dataclass instance will do
        item = getattr(value, field.name)
        if isinstance(item, np.ndarray):
            item.flags.writeable = False


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
class Metrics:
    """Distances of the generated samples to the target; each array has shape (R,)."""

    mean: Floats
    std: Floats
    std_ratio: Floats
    mean_error: Floats
    js: Floats
    kl: Floats
    w1: Floats
    ks: Floats
    modes: Floats
    """How many of the target's modes hold at least 1 % of the samples."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Floor:
    """What a perfect generator scores with the same number of samples."""

    median: float
    high: float
    """The 95th percentile."""


@dataclass(frozen=True)
class View:
    """What the 1-D views draw, in the target's units.

    `x` is the grid of the curves, (n,). A histogram is a density over `edges`, whose outer bins
    hold all that lies beyond them. The current generator is the one that is being trained; the
    shown one is its moving average where the experiment has one, else the same.
    """

    x: Floats
    target_density: Floats
    """p(x), (n,)"""
    shown_density: Floats
    """Density of the shown generator's samples, smoothed by a Gaussian kernel, (R, n)"""
    current_density: Floats
    """The same of the current generator, (R, n)"""
    d: Floats
    """D(x) of the current discriminator, (R, n)"""
    d_best: Floats
    """D*(x) = p / (p + p_g) against the current generator, (R, n)"""
    edges: Floats
    """(bins + 1,)"""
    target_histogram: Floats
    """Of 10,000 real samples, (bins,)"""
    shown_histogram: Floats
    """Of 10,000 generated samples, (R, bins)"""
    z: Floats
    """Noise values of the generator map, ascending, (m,)"""
    map: Floats
    """G(z) of the shown generator for each of them, (R, m)"""
    d_reference: str
    """How D(x) is a function of one x: empty, or which batch x stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Started:
    """Training begins: what will be trained, where, and the floors of the metrics."""

    experiment: Experiment
    device: str
    threads: int
    parameters_d: int
    parameters_g: int
    floors: Mapping[str, Floor]
    """By the name of a field of `Metrics`."""


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
    view: View
    metrics: Metrics
    verdicts: tuple[Verdict, ...]

    def __post_init__(self) -> None:
        freeze(self)

    def after(self, earlier: Frame) -> Frame:
        """This frame with the losses of an earlier one, which nobody saw, put before its own."""
        return Frame(
            self.step,
            np.concatenate([earlier.loss_d, self.loss_d]),
            np.concatenate([earlier.loss_g, self.loss_g]),
            np.concatenate([earlier.loss_pretraining, self.loss_pretraining]),
            self.pretraining_step,
            self.view,
            self.metrics,
            self.verdicts,
        )


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


Event = Started | Edited | Frame | Finished | Failed
