"""A real set of pictures, read and summed up so that every question of it is quick. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.image_set import ImageSet
from ganstudio.core.targets import PictureFolder, Pictures
from ganstudio.data.images import gallery
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from ganstudio.app.work import Tell

Bytes = NDArray[np.uint8]

LEARNT, TRAINING, HELD_OUT = "learnt", "training", "held out"
_CHUNK = 4_096
_MOST_NAMES = 4
FEWEST_HELD_OUT = 10


class Part:
    """Some pictures, with what each class adds up to.

    Args:
        images: the pictures.
    """

    def __init__(self, images: ImageSet) -> None:
        self.images = images
        count, shape = len(images.classes), (len(images.classes), *images.size)
        self.counts = np.bincount(images.labels, minlength=count)
        """Pictures of each class, (classes,)"""
        self._sums, self._squares = np.zeros(shape), np.zeros(shape)
        for start in range(0, len(images), _CHUNK):
            some = slice(start, start + _CHUNK)
            pictures, labels = images.images[some].astype(np.float64), images.labels[some]
            for label in np.unique(labels):
                own = pictures[labels == label]
                self._sums[label] += own.sum(axis=0)
                self._squares[label] += np.square(own).sum(axis=0)

    def __len__(self) -> int:
        return len(self.images)

    def indices(self, label: int | None) -> NDArray[np.intp]:
        """Where the pictures of a class are; None is all of them."""
        if label is None:
            return np.arange(len(self.images))
        return np.flatnonzero(self.images.labels == label)

    def mean(self, label: int | None) -> NDArray[np.float64]:
        """The mean picture of a class or of all, (h, w), from 0 to 1."""
        sums, _squares, count = self._of(label)
        return sums / max(count, 1) / 255

    def spread(self, label: int | None) -> NDArray[np.float64]:
        """The standard deviation of each pixel, (h, w), from 0 to 0.5."""
        sums, squares, count = self._of(label)
        mean = sums / max(count, 1)
        variance = np.maximum(squares / max(count, 1) - mean**2, 0)
        return np.asarray(np.sqrt(variance) / 255)

    def _of(self, label: int | None) -> tuple[NDArray[np.float64], NDArray[np.float64], int]:
        if label is None:
            return self._sums.sum(axis=0), self._squares.sum(axis=0), len(self.images)
        return self._sums[label], self._squares[label], int(self.counts[label])


@dataclass(frozen=True)
class RealSet:
    """All pictures that a target's set has, and those that a run on it would learn from."""

    target: Pictures
    parts: dict[str, Part]
    """`TRAINING` and `HELD_OUT`; `LEARNT` first if the target takes only some of the former."""
    held_out: int
    """Pictures of all classes that are held out; the part has those of the target's classes."""

    @property
    def images(self) -> ImageSet:
        """The training part: it knows the set's name, its classes and who made it."""
        return self.parts[TRAINING].images

    @property
    def figures(self) -> str:
        """How many there are, of what, how large."""
        training = len(self.parts[TRAINING])
        high, wide = self.images.size
        many = len(self.images.classes)
        classes = f"{many} {'class' if many == 1 else 'classes'}"
        return (
            f"{training + self.held_out:,} pictures of {wide} × {high} pixels: {training:,} to "
            f"learn from, {self.held_out:,} held out; {classes}"
        )

    def learning(self, who: str = "the run") -> str:
        """What of it is learnt, in a sentence."""
        whole = len(self.parts[TRAINING])
        if LEARNT not in self.parts:
            return f"{whole:,} pictures; {who} learns from all of them"
        names = [self.images.classes[label] for label in self.target.classes]
        only = f": {listed(names)}" if names else ""
        return f"{whole:,} pictures; {who} learns from {len(self.parts[LEARNT]):,} of them{only}"


def listed(names: Sequence[str]) -> str:
    """Names of classes: "3s and 8s", "Coat, Bag and Dress"."""
    shown = [f"{name}s" if name.isdigit() else name for name in names[:_MOST_NAMES]]
    if len(names) > _MOST_NAMES:
        shown.append(f"{len(names) - _MOST_NAMES} more")
    return " and ".join(filter(None, [", ".join(shown[:-1]), shown[-1]]))


def read_real_set(target: Pictures, tell: Tell) -> RealSet:
    """Read and sum up the set of a target.

    Raises:
        FileError, SpecError: see `gallery.parts_of`; or a class that is not there is wanted.
    """
    tell("Reading the pictures", 0.0)
    training, held_out = gallery.parts_of(target, tell)
    tell("Counting", 1.0)
    parts, whole = {}, len(held_out)
    if target.classes or 0 < target.count < len(training):
        learnt = training
        if target.classes:
            learnt, held_out = (one.only(target.classes) for one in (training, held_out))
        parts[LEARNT] = Part(learnt.first(target.count) if target.count else learnt)
    tell("Counting", 1.0)
    parts[TRAINING] = Part(training)
    tell("Counting", 1.0)
    return RealSet(target, parts | {HELD_OUT: Part(held_out)}, whole)


def read_folder(folder: str, tell: Tell) -> RealSet:
    """The set that is in a folder; of few pictures, few are held out.

    Raises:
        FileError, SpecError: there are no pictures that could be learnt from.
    """
    target = PictureFolder(folder=folder)
    try:
        return read_real_set(target, tell)
    except SpecError:
        pass
    try:
        return read_real_set(target.replace(held_out=FEWEST_HELD_OUT), tell)
    except SpecError as error:
        raise SpecError(
            f"{Path(folder).name}: too few pictures: {FEWEST_HELD_OUT} are held out, and some "
            "more must be there to learn from"
        ) from error
