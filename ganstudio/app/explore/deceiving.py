"""Adversarial examples in words, and the search for the smallest one."""

from __future__ import annotations

import numpy as np

from ganstudio.core.questions import Attacked
from ganstudio.plots.predictions import Prediction, share
from ganstudio.plots.robustness import LARGEST

HALVINGS = 8
PROBES = (LARGEST, 0.3, 0.2, 0.1, 0.05)
"""A change that is too large may deceive less than a smaller one: one step goes past the edge."""

QUESTION = "Is this what a GAN does?"
ANSWER = (
    "Both follow a gradient of the other's loss: FGSM that of the judge's loss on one picture, the "
    "generator that of what the discriminator says. But FGSM changes the pixels of one picture "
    "once and learns nothing, while the generator changes its weights, so that all the pictures "
    "it will ever make get better, and its discriminator learns to answer."
)


class Search:
    """The smallest epsilon that flips a prediction, by halving; nearly so, as it may flip back."""

    def __init__(self) -> None:
        self._probes = list(PROBES)
        self._low, self._high = 0.0, float("nan")
        self._left = HALVINGS
        self._asked = 0.0

    def next(self) -> float | None:
        """What to try next; None when it is over."""
        if np.isnan(self._high):
            self._asked = self._probes[0] if self._probes else 0.0
            return self._probes[0] if self._probes else None
        if not self._left:
            return None
        self._asked = (self._low + self._high) / 2
        return self._asked

    def take(self, flipped: bool) -> None:
        """What came of it."""
        if np.isnan(self._high):
            self._probes.pop(0)
            if flipped:
                self._high = self._asked
            return
        self._left -= 1
        if flipped:
            self._high = self._asked
        else:
            self._low = self._asked

    @property
    def found(self) -> float | None:
        """The smallest one that flipped it; None if none did."""
        return None if np.isnan(self._high) else self._high


def predictions(
    attacked: Attacked, names: tuple[str, ...], truth: int, *, of_discriminator: bool
) -> tuple[Prediction, Prediction]:
    """What was said of the picture before it was changed, and after."""
    words = (attacked.before, attacked.after)
    if of_discriminator:
        before, after = (
            Prediction(("real", "generated"), np.array([d[0], 1 - d[0]]), 0, "discriminator")
            for d in words
        )
        return before, after
    before, after = (Prediction(names, said, truth) for said in words)
    return before, after


def head(what: str, said: Prediction, *, of_discriminator: bool) -> str:
    """The line over the bars: "Before: 7 (98 %)"."""
    if said.best < 0:
        return f"{what}: not a finite number"
    if of_discriminator:
        return f"{what}: D(x) = {said.values[0]:.2f}, {said.names[said.best]}"
    return f"{what}: {said.names[said.best]} ({share(said.values[said.best])})"


def flipped(before: Prediction, after: Prediction) -> bool:
    """Whether the first guess is another one."""
    return before.best != after.best


def verdict(
    before: Prediction, after: Prediction, epsilon: float, *, of_discriminator: bool
) -> str:
    """What happened, in a sentence."""
    if before.best < 0 or after.best < 0:
        return "The network says something that is not a finite number: it can't be deceived."
    who = "The discriminator" if of_discriminator else "The classifier"
    was, now = (f"“{one.names[one.best]}”" for one in (before, after))
    sure = share(after.values[after.best])
    size = f"no pixel moved by more than {epsilon:.3g}"
    if before.best != before.true:
        right = f"“{before.names[before.true]}”"
        return (
            f"{who} is wrong before anything is changed: it says {was}, and right is {right}. "
            "Choose another picture."
        )
    if flipped(before, after):
        return f"Deceived! {who} said {was} and now says {now} ({sure}), and {size}."
    return f"Not deceived: {who} still says {now} ({sure}), and {size}."
