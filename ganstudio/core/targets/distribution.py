"""What every target can do."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field

from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

LARGEST = 1e6
"""The largest coordinate, on either side of 0."""
FEWEST_SAMPLES, MOST_SAMPLES = 10, 20_000
FEWEST_POINTS, MOST_POINTS = 3, 20_000

SpaceName = Literal["line", "plane", "pictures"]
Coordinate = Annotated[float, Field(ge=-LARGEST, le=LARGEST)]
Spread = Annotated[float, Field(ge=1e-6, le=1e6)]
Share = Annotated[float, Field(gt=0, le=1e6), Hint("Its share, relative to the other bells.")]

MODE_SHARE = 0.01
"""A mode with a smaller share of the samples counts as lost."""


class Distribution(Spec):
    """Something that a generator can imitate: numbers, points in the plane, or pictures."""

    space: ClassVar[SpaceName]
    """Where its samples live."""

    if TYPE_CHECKING:
        # Declared only: it is a setting of some, and a property here would hide that.
        @property
        def modes(self) -> int:
            """How many bells there are to be found; 1 for what has no bells."""

    @property
    @abstractmethod
    def dimensions(self) -> int:
        """Numbers in one sample: 1 on the line, 2 in the plane, the pixels of a picture."""

    @property
    @abstractmethod
    def centre(self) -> tuple[float, ...]:
        """The expectation, one number a dimension, in the target's units."""

    @property
    @abstractmethod
    def spread(self) -> float:
        """The standard deviation of one coordinate; in the plane the root of their mean square.

        (x - centre) / spread is the standardised sample.
        """

    @abstractmethod
    def points(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Independent samples, (*shape, dimensions); drawing them in pieces gives the same."""
