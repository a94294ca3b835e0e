"""The pictures of a run, in memory: to learn from, to be held out, and who judges the generated."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.core.words import in_percent
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from ganstudio.core.pictures.classifier import Classifier
    from ganstudio.core.targets import Pictures

SHORT_HASH = 12
SEPARATOR = "\n"
"""Between the names of classes, which may be those of folders."""


@dataclass(frozen=True, eq=False)
class Gallery:
    """What a target of pictures stands for.

    Raises:
        SpecError: there is nothing to learn from, or both parts are not of one size.
    """

    training: ImageSet
    held_out: ImageSet
    judge: Classifier
    """Trained once on the whole set, and frozen."""

    def __post_init__(self) -> None:
        for part, what in ((self.training, "to learn from"), (self.held_out, "held out")):
            if not len(part):
                raise SpecError(f"{part.name}: there are no pictures {what}")
        if self.training.size != self.held_out.size:
            raise SpecError(f"{self.training.name}: the held-out pictures have another size")

    def check(self, target: Pictures) -> None:
        """Refuse to be learnt from instead of another target.

        Raises:
            SpecError: its pictures have another size.
        """
        side = (target.width, target.width)
        if self.training.size != side:
            high, wide = self.training.size
            raise SpecError(
                f"target: it has pictures of {side[1]} x {side[0]} pixels, and those given have "
                f"{wide} x {high}"
            )

    @property
    def modes(self) -> int:
        """The classes that there are to learn."""
        return len(np.unique(self.training.labels))

    @property
    def facts(self) -> Mapping[str, str]:
        """What it is, in words, for a run's file and for people."""
        return {
            "set": self.training.name,
            "learnt": f"{len(self.training):,}",
            "held out": f"{len(self.held_out):,}",
            "classes": SEPARATOR.join(self.training.classes),
            "attribution": self.training.attribution,
            "sha256": self.training.sha256,
            "judge": self.judge.sha256[:SHORT_HASH],
            "judge's accuracy": in_percent(self.judge.accuracy, 1),
        }

    def points(self, rng: np.random.Generator, shape: tuple[int, ...]) -> NDArray[np.float64]:
        """Pictures drawn at random, (*shape, pixels), from 0 to 1."""
        return flat(self.training)[rng.integers(len(self.training), size=shape)] / 255

    def some(self, count: int) -> NDArray[np.intp]:
        """Indices of some pictures to learn from, always the same: (count,), all if so few."""
        return np.random.default_rng(1).permutation(len(self.training))[:count]


def class_names(facts: Mapping[str, str]) -> tuple[str, ...]:
    """The names of the classes in a gallery's facts; none where there are no facts."""
    return tuple(facts["classes"].split(SEPARATOR)) if facts.get("classes") else ()


def flat(images: ImageSet) -> NDArray[np.uint8]:
    """(n, pixels)"""
    return images.images.reshape(len(images), -1)
