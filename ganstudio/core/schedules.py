"""How a learning rate changes over a network's own updates, each schedule one class."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray


class RateSchedule(Spec):
    """A factor on the learning rate for each update."""

    @abstractmethod
    def factor(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """The factor at each of the given update counts (0 for the first)."""


class Constant(RateSchedule):
    """The rate stays."""

    kind: Literal["constant"] = "constant"

    def factor(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.ones(len(update))


class Staircase(RateSchedule):
    """factor ^ (update // every): the rate falls in steps."""

    kind: Literal["staircase"] = "staircase"
    decay: Annotated[
        float,
        Field(gt=0, le=1),
        Hint("The rate is multiplied by this at each stair. 1 keeps it.", live=True),
    ] = 0.95
    every: Annotated[
        int,
        Field(ge=1, le=10**9),
        Hint(
            "Length of one stair. Longer stairs decay more slowly.",
            label="Stair length",
            unit="updates",
            live=True,
        ),
    ] = 150

    def factor(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(self.decay ** (update // self.every))


Schedule = Annotated[Constant | Staircase, Field(discriminator="kind"), Shorthand]
