"""Pictures to imitate: which set, and how much of it. What they look like says a `Gallery`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, field_validator

from ganstudio.core.spec import Hint
from ganstudio.core.targets.distribution import Distribution, SpaceName

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

SIDE = 28
"""Pixels of the well-known sets, both ways."""
SMALLEST_SIDE, LARGEST_SIDE = 8, 128
"""Of any picture."""
HeldOut = Annotated[
    int,
    Field(ge=10, le=100_000),
    Hint(
        "Pictures that no network learns from: the generated ones are compared with them, too.",
        label="Held out",
        unit="pictures",
        log=True,
    ),
]


class Pictures(Distribution):
    """Square grey pictures, each of some class; 0 is the ground, 1 the ink."""

    space: ClassVar[SpaceName] = "pictures"
    class_count: ClassVar[int] = 10
    """How many classes there are; 0 if only the files know."""

    if TYPE_CHECKING:
        # Declared only: each set has its own.
        kind: str

    classes: Annotated[
        tuple[int, ...],
        Field(max_length=256),
        Hint("Only these classes, counted from 0, such as 3, 8; none means all."),
    ] = ()
    count: Annotated[
        int,
        Field(ge=0, le=1_000_000),
        Hint(
            "Learn from so many pictures only; 0 takes all. With few, D learns them by heart.",
            label="Training set",
            unit="pictures",
            zero="all pictures",
        ),
    ] = 0
    held_out: HeldOut = 2000

    @field_validator("classes")
    @classmethod
    def _in_order(cls, classes: tuple[int, ...]) -> tuple[int, ...]:
        if cls.class_count and any(not 0 <= label < cls.class_count for label in classes):
            wrong = next(label for label in classes if not 0 <= label < cls.class_count)
            raise ValueError(f"there is no class {wrong}; use 0 to {cls.class_count - 1}")
        return tuple(sorted(set(classes)))

    @property
    def width(self) -> int:
        """Pixels on one side."""
        return SIDE

    @property
    def modes(self) -> int:
        """The classes to be found; 1 if nobody knows them before the files are read."""
        return len(self.classes) or self.class_count or 1

    @property
    def dimensions(self) -> int:
        return self.width**2

    @property
    def centre(self) -> tuple[float, ...]:
        """A middle grey: standardised pixels go from -1 to 1 (Radford et al. 2016, section 3)."""
        return (0.5,) * self.dimensions

    @property
    def spread(self) -> float:
        return 0.5

    def points(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        raise NotImplementedError("pictures come from a gallery")


class Digits(Pictures):
    """1,797 handwritten digits that travel with the program (UCI, Alpaydin and Kaynak 1998)."""

    kind: Literal["digits"] = "digits"
    held_out: HeldOut = 500


class Mnist(Pictures):
    """70,000 handwritten digits, 12 MB to download once (LeCun et al. 1998)."""

    kind: Literal["mnist"] = "mnist"


class FashionMnist(Pictures):
    """70,000 small pictures of clothes, 31 MB to download once (Xiao et al. 2017)."""

    kind: Literal["fashion"] = "fashion"


class Kmnist(Pictures):
    """70,000 handwritten Japanese letters, 21 MB to download once (Clanuwat et al. 2018)."""

    kind: Literal["kmnist"] = "kmnist"


class PictureFolder(Pictures):
    """Your own: a folder of PNG and JPEG files, in a folder each class, or of IDX files."""

    class_count: ClassVar[int] = 0

    kind: Literal["folder"] = "folder"
    folder: Annotated[
        str, Field(max_length=4096), Hint("Where the pictures, or the IDX files, are.")
    ] = ""
    side: Annotated[
        int,
        Field(ge=SMALLEST_SIDE, le=LARGEST_SIDE),
        Hint("Pictures are made so large, both ways. More takes longer.", unit="pixels"),
    ] = SIDE
    held_out: HeldOut = 100

    @property
    def width(self) -> int:
        return self.side
