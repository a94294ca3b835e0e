"""How a learning rate changes over a network's own updates, each schedule one class."""

from __future__ import annotations

from abc import abstractmethod
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Literal

from annotated_types import Ge, Le
from pydantic import Field, field_validator

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

Length = Annotated[
    int,
    Field(ge=1, le=10**9),
    Hint("How long the rate falls; then it stays.", unit="updates", live=True),
]
FinalShare = Annotated[
    float,
    Field(ge=0, le=1),
    Hint("The share of the rate that is left at the end. 0 stops the learning.", live=True),
]


class RateSchedule(Spec):
    """A factor on the learning rate for each update."""

    warmup: Annotated[
        int,
        Field(ge=0, le=10**9),
        Hint(
            "The rate grows from nearly 0 over this many updates (Goyal et al. 2017); 0 for none.",
            label="Warm-up",
            unit="updates",
            live=True,
            advanced=True,
        ),
    ] = 0

    def factor(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """The factor at each of the given update counts (0 for the first)."""
        return self.course(update) * np.minimum(1.0, (update + 1) / max(self.warmup, 1))

    @abstractmethod
    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        """The same without the warm-up."""


class Constant(RateSchedule):
    """The rate stays."""

    kind: Literal["constant"] = "constant"

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.ones(len(update))


class Staircase(RateSchedule):
    """decay ^ (update // every): the rate falls in steps of equal length."""

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

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(self.decay ** (update // self.every))


class Exponential(RateSchedule):
    """decay ^ (update / every): the staircase made smooth."""

    kind: Literal["exponential"] = "exponential"
    decay: Annotated[
        float,
        Field(gt=0, le=1),
        Hint("What is left of the rate after each such length. 1 keeps it.", live=True),
    ] = 0.95
    every: Annotated[
        int,
        Field(ge=1, le=10**9),
        Hint("Higher decays more slowly.", label="Length", unit="updates", live=True),
    ] = 150

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        return np.asarray(self.decay ** (update / self.every))


class Step(RateSchedule):
    """The rate is multiplied by a factor at each milestone, and stays in between."""

    kind: Literal["step"] = "step"
    multiplier: Annotated[
        float,
        Field(gt=0, le=1),
        Hint("The rate is multiplied by this at each milestone.", label="Factor", live=True),
    ] = 0.1
    milestones: Annotated[
        tuple[Annotated[int, Ge(1), Le(10**9)], ...],
        Field(max_length=100),
        Hint("The updates at which the rate falls, in rising order.", unit="updates", live=True),
    ] = (5000,)

    @field_validator("milestones")
    @classmethod
    def _rise(cls, milestones: tuple[int, ...]) -> tuple[int, ...]:
        for before, after in pairwise(milestones):
            if after <= before:
                raise ValueError(f"the milestones must rise, but {after:,} comes after {before:,}")
        return milestones

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        passed = np.searchsorted(np.array(self.milestones, dtype=np.int64), update, side="right")
        return np.asarray(self.multiplier**passed)


class Cosine(RateSchedule):
    """Half a cosine down to the final share, without restarts (Loshchilov and Hutter 2017, eq. 5).

    final + (1 - final) (1 + cos(π t / length)) / 2 at update t; the final share afterwards.
    """

    kind: Literal["cosine"] = "cosine"
    length: Length = 10_000
    final: FinalShare = 0.01

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        done = np.minimum(update / self.length, 1.0)
        return np.asarray(self.final + (1 - self.final) * (1 + np.cos(np.pi * done)) / 2)


class Linear(RateSchedule):
    """A straight line from 1 to the final share, which then stays."""

    kind: Literal["linear"] = "linear"
    length: Length = 10_000
    final: FinalShare = 0.01

    def course(self, update: NDArray[np.int64]) -> NDArray[np.float64]:
        done = np.minimum(update / self.length, 1.0)
        return np.asarray(1 + (self.final - 1) * done)


Schedule = Annotated[
    Constant | Staircase | Exponential | Step | Cosine | Linear,
    Field(discriminator="kind"),
    Shorthand,
]
