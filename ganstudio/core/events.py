"""What training says: one typed union of frozen values with read-only numpy arrays.

R is the number of replicas; every array that belongs to replicas has R as its first axis,
except the losses, which have steps first.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import Enum
from typing import TYPE_CHECKING

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


MOST_MISSED = 256
"""Metrics of frames that nobody saw: a window may be busy for seconds."""


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
    """Distances of generated samples on the line to the target; each array has shape (R,)."""

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
    samples: int
    """How many samples of each replica were measured."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class PlaneMetrics:
    """Distances of generated points in the plane to the target; each array has shape (R,)."""

    std_ratio: Floats
    """Root mean square distance of the points from their mean, over the target's."""
    mean_error: Floats
    """Distance between the means."""
    w1: Floats
    """Sliced 1-Wasserstein distance."""
    mmd: Floats
    """Unbiased squared maximum mean discrepancy, Gaussian kernel; can be below 0."""
    high_quality: Floats
    """Share of points within 3 standard deviations of their nearest mode; NaN without modes."""
    covered: Floats
    """Modes with at least one high-quality point; NaN without modes."""
    modes: Floats
    """Modes that hold at least 1 % of the points; NaN without modes."""
    reverse_kl: Floats
    """KL of the modes' shares among the high-quality points to the target's; nats."""
    samples: int
    """How many points of each replica were measured."""

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
    """What the 1-D views draw of one replica, in the target's units.

    `x` is the grid of the curves, (n,). A histogram is a density over `edges`, whose outer bins
    hold all that lies beyond them. The current generator is the one that is being trained; the
    shown one is its moving average where the experiment has one, else the same.
    """

    replica: int
    """Which replica this is."""
    x: Floats
    target_density: Floats
    """p(x), (n,)"""
    shown_density: Floats
    """Density of the shown generator's samples, smoothed by a Gaussian kernel, (n,)"""
    current_density: Floats
    """The same of the current generator, (n,)"""
    d: Floats
    """D(x) of the current discriminator, (n,)"""
    d_best: Floats
    """D*(x) = p / (p + p_g) against the current generator, (n,)"""
    edges: Floats
    """(bins + 1,)"""
    target_histogram: Floats
    """Of 10,000 real samples, (bins,)"""
    shown_histogram: Floats
    """Of the shown generator's samples, (bins,)"""
    z: Floats
    """Noise values of the generator map, ascending, (m,)"""
    map: Floats
    """G(z) of the shown generator for each of them, (m,)"""
    d_reference: str
    """How D(x) is a function of one x: empty, or which batch x stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class PlaneView:
    """What the 2-D views draw of one replica, in the target's units."""

    replica: int
    """Which replica this is."""
    x: Floats
    """First coordinates of the grid, ascending and even, (n,)"""
    y: Floats
    """Second coordinates of the grid, ascending and even, (m,)"""
    real: Floats
    """Points of the target, the same in every frame, (count, 2)"""
    shown: Floats
    """Points of the shown generator, from the same noise in every frame, (count, 2)"""
    current: Floats
    """Points of the current generator, (count, 2); the shown ones without an average"""
    d: Floats
    """D of the current discriminator over the grid, (m, n): rows are y"""
    slope: Floats
    """Where the generator's loss pushes `arrows`: its negative gradient there, (k, 2)"""
    arrows: Floats
    """Some of the current points, (k, 2)"""
    mesh: Floats
    """G of the shown generator over an even grid of its first two noise values, (a, b, 2)"""
    d_reference: str
    """How D is a function of one point: empty, or which batch it stands in."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Fleet:
    """A small picture of every replica's shown generator, in the target's units.

    On the line `shapes` is (R, n): densities over n even bins of `extent` (low, high), the outer
    bins holding what lies beyond. In the plane it is (R, m, n): shares of the points in even
    cells of `extent` (x low, x high, y low, y high), rows are y.
    """

    shapes: Floats
    target: Floats
    """The same of the target, (n,) or (m, n)"""
    extent: tuple[float, ...]

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class LayerMeter:
    """How one layer of one replica does: is its gradient alive, are its units saturated?"""

    network: str
    """"generator" or "discriminator"."""
    layer: int
    """0 for the first; the last one is the output."""
    name: str
    """In words: "leaky relu, 32 units"."""
    gradient: float
    """Norm of the gradient of its weights and biases in the newest update; NaN before one."""
    weight_edges: Floats
    weight_shares: Floats
    """Share of the weights in each bin."""
    activation_edges: Floats
    activation_shares: Floats
    """Share of the units' outputs over a batch in each bin."""
    saturated: float
    """Share of those outputs where the activation's slope is below 0.05."""

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
    """Of the metrics while it trains, by the name of a field of `Metrics` or `PlaneMetrics`."""
    transferred: bool = False
    """Whether it begins with networks that were trained before."""


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
    view: View | PlaneView
    metrics: Metrics | PlaneMetrics
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
    missed: tuple[tuple[int, Metrics | PlaneMetrics], ...] = ()
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


Event = Started | Edited | Frame | NotFinite | EarlyStop | Checkpoint | Finished | Failed
