"""What is measured of generated samples: on the line, in the plane, of pictures.

Every array has the replicas R as its only axis.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from ganstudio.core.frozen import freeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float32]


class Measurement:
    """What metrics in every space have."""

    main: ClassVar[str]
    """The field that says in one number how far the generator is from the target."""
    main_is_squared: ClassVar[bool] = False
    """Whether that number grows with the square of a distance."""

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def distance(self) -> Floats:
        """What `main` names, (R,)."""
        found: Floats = getattr(self, self.main)
        return found


@dataclass(frozen=True)
class Metrics(Measurement):
    """Distances of generated samples on the line to the target; each array has shape (R,)."""

    main: ClassVar[str] = "w1"
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


@dataclass(frozen=True)
class PlaneMetrics(Measurement):
    """Distances of generated points in the plane to the target; each array has shape (R,)."""

    main: ClassVar[str] = "w1"
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


@dataclass(frozen=True)
class PictureMetrics(Measurement):
    """How generated pictures differ from real ones, as one small classifier sees them; (R,) each.

    Its features are not Inception's: these figures compare with each other, not with papers'.
    """

    main: ClassVar[str] = "fid"
    main_is_squared: ClassVar[bool] = True
    fid: Floats
    """Frechet distance of the classifier's features from those of the training pictures."""
    kid: Floats
    """Unbiased kernel distance of the same; can be below 0."""
    precision: Floats
    """Share of the generated pictures that lie among real ones."""
    recall: Floats
    """Share of the real pictures that lie among generated ones."""
    modes: Floats
    """Classes that hold at least 1 % of the generated pictures."""
    reverse_kl: Floats
    """KL of the classes' shares to those of the training pictures; nats."""
    std_ratio: Floats
    """Root mean square distance of the features from their mean, over the training pictures'."""
    right: Floats
    """Share of the pictures that are of the class that was asked for; NaN if none was."""
    loss_real: Floats
    """What the real pictures of the newest batch add to D's loss; NaN before a batch, and where
    the loss is no sum of two parts."""
    loss_fake: Floats
    """The same of the generated ones."""
    samples: int
    """How many pictures of each replica were measured."""


@dataclass(frozen=True)
class Floor:
    """What a perfect generator scores with the same number of samples."""

    median: float
    high: float
    """The 95th percentile."""


SHORT = {"w1": "W1", "fid": "FID"}
"""The distances in a word."""
METRICS_OF = {"line": Metrics, "plane": PlaneMetrics, "pictures": PictureMetrics}
"""By the space of a target."""
AnyMetrics = Metrics | PlaneMetrics | PictureMetrics
