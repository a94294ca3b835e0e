"""Pictures that a generator can learn from: all of one size, each of some class."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from ganstudio.errors import SpecError

MOST_CLASSES = 256
"""A label is one byte."""


@dataclass(frozen=True)
class ImageSet:
    """Grey pictures and what they show.

    Raises:
        SpecError: the arrays do not belong together.
    """

    name: str
    images: NDArray[np.uint8]
    """(n, height, width), 0 is the ground, 255 the ink."""
    labels: NDArray[np.uint8]
    """(n,), indices into `classes`."""
    classes: tuple[str, ...]
    """What each label means."""
    attribution: str = ""
    """Who made the pictures, and what may be done with them."""

    def __post_init__(self) -> None:
        if self.images.ndim != 3 or self.images.dtype != np.uint8 or 0 in self.images.shape[1:]:
            raise SpecError(
                f"{self.name}: pictures are bytes (n, height, width), not "
                f"{self.images.dtype} {self.images.shape}"
            )
        if self.labels.shape != self.images.shape[:1] or self.labels.dtype != np.uint8:
            raise SpecError(
                f"{self.name}: {len(self.images):,} pictures need as many labels, one byte each; "
                f"there are {len(self.labels):,}"
            )
        if len(self.labels) and int(self.labels.max()) >= len(self.classes):
            raise SpecError(
                f"{self.name}: a label is {int(self.labels.max())}, "
                f"and there are {len(self.classes)} classes"
            )

    def __len__(self) -> int:
        return len(self.images)

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in pixels."""
        return self.images.shape[1], self.images.shape[2]

    @property
    def sha256(self) -> str:
        """Of sizes, pixels and labels: the same pictures have the same, whatever their files."""
        found = hashlib.sha256(np.array(self.images.shape, "<u4").tobytes())
        found.update(self.images.tobytes())
        found.update(self.labels.tobytes())
        return found.hexdigest()

    def only(self, labels: Sequence[int]) -> ImageSet:
        """The pictures of some classes, in their order; labels keep their meaning.

        Raises:
            SpecError: there is no such class, or no picture of them.
        """
        unknown = [label for label in labels if not 0 <= label < len(self.classes)]
        if unknown:
            last = len(self.classes) - 1
            raise SpecError(f"{self.name}: there is no class {unknown[0]}: choose from 0 to {last}")
        kept = np.isin(self.labels, labels)
        if not kept.any():
            raise SpecError(f"{self.name}: there is no picture of the chosen classes")
        return self._at(np.flatnonzero(kept))

    def split(self, held_out: int, seed: int = 0) -> tuple[ImageSet, ImageSet]:
        """Two parts without a common picture: to learn from, and to be measured with.

        Args:
            held_out: how many pictures the second part has; every class has its share of them.
            seed: which ones; the same on every machine.

        Raises:
            SpecError: nothing would be left to learn from.
        """
        if not 0 <= held_out < len(self):
            raise SpecError(
                f"{self.name}: {held_out:,} held out of {len(self):,} pictures leave none to "
                "learn from"
            )
        order = np.random.default_rng(seed).permutation(len(self))
        # Where a picture stands among those of its class, as a share: the first of all classes
        # are taken.
        rank = np.empty(len(self))
        for label in np.unique(self.labels):
            own = order[self.labels[order] == label]
            rank[own] = (np.arange(len(own)) + 0.5) / len(own)
        chosen = order[np.argsort(rank[order], kind="stable")]
        return self._at(np.sort(chosen[held_out:])), self._at(np.sort(chosen[:held_out]))

    def first(self, count: int) -> ImageSet:
        """The first pictures."""
        return self._at(np.arange(min(count, len(self))))

    def _at(self, indices: NDArray[np.intp]) -> ImageSet:
        return replace(self, images=self.images[indices], labels=self.labels[indices])
