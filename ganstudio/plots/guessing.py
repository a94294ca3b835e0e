"""A game against the discriminator: which of these pictures are real? No Qt here."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ganstudio.core.events import PictureView

_NOTHING_SAID, _SAID_GENERATED, _SAID_REAL = -1, 0, 1


@dataclass(frozen=True)
class Tally:
    """Of the cells that somebody guessed: how many, and who was right how often."""

    said: int
    you: int
    d: int
    of: int
    """How many cells there are to guess."""


class Guessing:
    """Half real, half generated pictures in a random order, and what was said of them.

    Args:
        view: where the pictures are from; they stay as they are.
        step: when that was.
        rng: shuffles.
    """

    def __init__(self, view: PictureView, step: int, rng: np.random.Generator) -> None:
        self.view, self.step = view, step
        half = min(len(view.shown) // 2, len(view.real))
        generated = rng.choice(len(view.shown), len(view.shown) - half, replace=False)
        real = rng.choice(len(view.real), half, replace=False)
        order = rng.permutation(len(view.shown))
        self.is_real = np.repeat([False, True], [len(generated), half])[order]
        self.index = np.concatenate([generated, real])[order]
        """Which of its kind each cell is."""
        self.pictures = np.concatenate([view.shown[generated], view.real[real]])[order]
        self.d = np.concatenate([view.d_shown[generated], view.d_real[real]])[order]
        self._said = np.full(len(order), _NOTHING_SAID)

    def fits(self, view: PictureView) -> bool:
        """Whether a newer view is of what is played with; else somebody wants other cells."""
        return self._of(view) == self._of(self.view)

    @staticmethod
    def _of(view: PictureView) -> tuple[int, ...]:
        return (view.replica, view.noise, *view.shown.shape)

    def say(self, cell: int, real: bool) -> bool:
        """Say of a cell what it is; whether that counts: once seen, nobody can say better."""
        if self._said[cell] != _NOTHING_SAID:
            return False
        self._said[cell] = _SAID_REAL if real else _SAID_GENERATED
        return True

    def take_back(self, cell: int) -> None:
        """Nothing was said of it."""
        self._said[cell] = _NOTHING_SAID

    def right(self, cell: int) -> bool | None:
        """Whether what was said of a cell is so; None if nothing was."""
        if self._said[cell] == _NOTHING_SAID:
            return None
        return bool((self._said[cell] == _SAID_REAL) == self.is_real[cell])

    @property
    def said(self) -> list[int]:
        """The cells that somebody guessed."""
        return [int(cell) for cell in np.flatnonzero(self._said != _NOTHING_SAID)]

    @property
    def tally(self) -> Tally:
        """Who is ahead. D takes for real what it gives more than 1/2; where it says nothing (its
        score is no number) it is not right."""
        said = self._said != _NOTHING_SAID
        you = (self._said == _SAID_REAL) == self.is_real
        d = np.isfinite(self.d) & ((self.d > 0.5) == self.is_real)
        return Tally(int(said.sum()), int((you & said).sum()), int((d & said).sum()), len(said))
