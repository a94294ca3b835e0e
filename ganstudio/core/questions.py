"""What can be asked of a run's networks while it goes on; each question is one class.

A question is answered between two steps and changes nothing. It should not take longer than some
tenths of a second: who wants more asks several times.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ganstudio.core.frozen import freeze

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from ganstudio.core.pictures.pixels import Memorisation, Parzen
    from ganstudio.core.studio import Studio

    Floats = NDArray[np.float32]
    Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Question(ABC):
    """Something to be found out about one replica."""

    @abstractmethod
    def answer(self, studio: Studio) -> Any:
        """What is found: a frozen dataclass.

        Raises:
            GanStudioError: it can't be answered; one sentence says why.
        """


@dataclass(frozen=True)
class Asked:
    """A question with what its answer is known by."""

    topic: str
    """Who asks. Of one who asks again before an answer only the newest question counts."""
    number: int
    question: Question


@dataclass(frozen=True)
class Answered:
    """The answer, or why there is none."""

    topic: str
    number: int
    step: int
    answer: Any
    """None if there is none."""
    problem: str
    seconds: float
    """How long training waited for it."""


# ------------------------------------------------------------------------------- the generator


@dataclass(frozen=True)
class Generate(Question):
    """What the shown generator makes of given noise."""

    z: Floats
    """With the class to draw where the generator is told one, (n, `inputs_g`)."""
    replica: int = 0
    judged: bool = False
    """Whether to say which class the judge takes each for."""

    def answer(self, studio: Studio) -> Made:
        return studio.generate(self.z, self.replica, judged=self.judged)


@dataclass(frozen=True)
class Made:
    """Generated pictures."""

    pictures: Bytes
    """(n, h, w)"""
    d: Floats
    """What D says of each, (n,)"""
    taken_for: Floats
    """The class that the judge takes each for, (n,); (0,) if it was not asked."""
    sure: Floats
    """The probability that it gives it, (n,)"""

    def __post_init__(self) -> None:
        freeze(self)


# ------------------------------------------------------------------------------- real pictures


@dataclass(frozen=True)
class Recognise(Question):
    """What the judge takes some pictures for."""

    pictures: Bytes
    """(n, h, w)"""

    def answer(self, studio: Studio) -> Recognised:
        return studio.recognise(self.pictures)


@dataclass(frozen=True)
class Recognised:
    """The class that the judge takes each for."""

    taken_for: Floats
    """(n,)"""
    sure: Floats
    """The probability that it gives it, (n,)"""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Nearest(Question):
    """The real pictures that some pictures are nearest to, pixel by pixel."""

    pictures: Bytes
    """(n, h, w)"""
    count: int = 5

    def answer(self, studio: Studio) -> Neighbours:
        return studio.nearest(self.pictures, self.count)


@dataclass(frozen=True)
class Neighbours:
    """Of each picture the nearest real ones, nearest first."""

    training: Bytes
    """Pictures to learn from, (n, k, h, w)"""
    training_distances: Floats
    """Root of the sum of squared differences of the pixels, which go from 0 to 1, (n, k)"""
    held_out: Bytes
    """The same of pictures that nobody learns from, (n, k, h, w)"""
    held_out_distances: Floats
    """(n, k)"""

    def __post_init__(self) -> None:
        freeze(self)


# ------------------------------------------------------------------------------------- scores


@dataclass(frozen=True)
class ClassShares(Question):
    """Which classes pictures are of."""

    pictures: Bytes
    """(n, h, w); each of these scores takes some tenths of a second for 1,000 of 28 x 28."""

    def answer(self, studio: Studio) -> Shares:
        return studio.shares(self.pictures)


@dataclass(frozen=True)
class Memory(Question):
    """Whether pictures were learnt by heart."""

    pictures: Bytes

    def answer(self, studio: Studio) -> Memorised:
        return studio.memorised(self.pictures)


@dataclass(frozen=True)
class ParzenWindow(Question):
    """How likely held-out pictures are around others."""

    pictures: Bytes

    def answer(self, studio: Studio) -> Likelihood:
        return studio.likely(self.pictures)


@dataclass(frozen=True)
class Shares:
    """Which classes generated pictures are of, as the judge sees it."""

    classes: tuple[str, ...]
    generated: Floats
    """(classes,)"""
    training: Floats
    """The same of the pictures to learn from, (classes,)"""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Memorised:
    """How near pictures are to real ones: nearer to those learnt from than to those held out?"""

    generated: Memorisation
    usual: Floats
    """Of held-out pictures the distance to the nearest to learn from: what is usual, (n,)"""
    training: int
    """How many pictures there are to learn from; `generated` may have looked at fewer."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Likelihood:
    """What a Parzen window around pictures thinks of held-out ones."""

    generated: Parzen
    training: Parzen
    """The same around as many pictures to learn from."""


# ------------------------------------------------------------------------------------- attacks


@dataclass(frozen=True)
class Attack(Question):
    """An adversarial example: a real picture, changed by little so that it is taken for another.

    Fast gradient sign method (Goodfellow et al. 2015, section 4), or with several steps its
    iterated form (Kurakin et al. 2017, section 2.2).
    """

    picture: Bytes
    """(h, w)"""
    label: int
    """Its true class."""
    epsilon: float
    """The largest change of a pixel, where ink is 1."""
    steps: int = 1
    of_discriminator: bool = False
    """Whether D is deceived, who should call it real; else the judge."""
    replica: int = 0

    def answer(self, studio: Studio) -> Attacked:
        return studio.attack(self)


@dataclass(frozen=True)
class Attacked:
    """What came of it."""

    picture: Floats
    """The changed picture, from 0 to 1, (h, w)"""
    change: Floats
    """It minus the first one, (h, w)"""
    before: Floats
    """The judge's probabilities (classes,), or D's word (1,), on the first picture."""
    after: Floats
    """The same on the changed one."""

    def __post_init__(self) -> None:
        freeze(self)


@dataclass(frozen=True)
class Withstand(Question):
    """Which share of real pictures is still judged rightly, however large the change may be."""

    epsilons: tuple[float, ...]
    steps: int = 10
    count: int = 200
    of_discriminator: bool = False
    replica: int = 0

    def answer(self, studio: Studio) -> Withstood:
        return studio.withstand(self)


@dataclass(frozen=True)
class Withstood:
    """Shares for each epsilon, (n,)."""

    epsilons: Floats
    fast: Floats
    """Against the fast gradient sign method."""
    iterated: Floats
    """Against its iterated form."""
    noise: Floats
    """Against random signs of the same size: what is not aimed does next to nothing."""
    count: int
    """Of so many pictures: all that are held out, if these are fewer than was asked."""

    def __post_init__(self) -> None:
        freeze(self)
