"""Some real pictures that no network learns from, with their classes. No Qt here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.pictures.training import TURNS, has_one_class
from ganstudio.core.targets import Pictures
from ganstudio.data.images.gallery import parts_of

if TYPE_CHECKING:
    from ganstudio.app.work import Tell

MOST = 60
"""Pictures to choose from."""


@dataclass(frozen=True)
class HeldOut:
    """Some pictures of a target, the classes taking turns."""

    images: NDArray[np.uint8]
    """(n, h, w)"""
    labels: NDArray[np.uint8]
    """(n,)"""
    classes: tuple[str, ...]
    """What each label means."""
    judged: tuple[str, ...]
    """What the judge tells apart: the classes, or quarter turns where there is only one."""

    def truth(self, index: int) -> int:
        """Which of `judged` is right for a picture; it was not turned."""
        return int(self.labels[index]) if self.judged == self.classes else 0


def read_held_out(target: Pictures, tell: Tell) -> HeldOut:
    """Read them.

    Raises:
        FileError, SpecError: see `gallery.parts_of`; or a class that is not there is wanted.
    """
    learnt, held_out = parts_of(target, tell)
    judged = TURNS if has_one_class(learnt) else learnt.classes
    if target.classes:
        held_out = held_out.only(target.classes)
    chosen = taking_turns(held_out.labels)[:MOST]
    return HeldOut(held_out.images[chosen], held_out.labels[chosen], held_out.classes, judged)


def taking_turns(labels: NDArray[np.uint8]) -> NDArray[np.intp]:
    """The order in which each class has its first picture, then each its second, ..."""
    rank = np.empty(len(labels), dtype=np.intp)
    for label in np.unique(labels):
        own = np.flatnonzero(labels == label)
        rank[own] = np.arange(len(own))
    return np.lexsort((labels, rank))
