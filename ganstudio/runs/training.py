"""Training with all that an experiment needs from outside: the pictures that it is to imitate."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from ganstudio.core import trainer
from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Control
from ganstudio.core.draws import Draws
from ganstudio.core.estimate import check_size
from ganstudio.core.events import Event
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures

if TYPE_CHECKING:
    from ganstudio.core.pictures.gallery import Gallery
    from ganstudio.core.weights import Arrays


def train(
    experiment: Experiment,
    *,
    weights: Arrays | None = None,
    draws: Draws | None = None,
    control: Control | None = None,
    start: Checkpoint | None = None,
    gallery: Gallery | None = None,
    tell: Callable[[str, float], None] = lambda _what, _share: None,
) -> Iterator[Event]:
    """Train a generator against a discriminator (Goodfellow et al. 2014, algorithm 1).

    As `ganstudio.core.trainer.train`, which says what it yields and raises. Pictures are read
    from this machine, and the classifier that judges them is taught once for a set.

    Args:
        experiment: all that decides the result.
        weights: initial weights by name.
        draws: takes the place of the experiment's own real samples and noise.
        control: steers the run.
        start: goes on from there instead of from the first step.
        gallery: the pictures, instead of those that the target names.
        tell: told what is being prepared, and how much of it is, from 0 to 1.

    Raises:
        FileError: the pictures are not there, or damaged.
    """
    target = experiment.target
    if gallery is None and isinstance(target, Pictures):
        # Before somebody waits for pictures and their judge in vain.
        check_size(experiment)
        # It brings Pillow, which nobody else needs.
        from ganstudio.data.images.gallery import gallery_for

        gallery = gallery_for(target, tell)
    yield from trainer.train(
        experiment,
        weights=weights,
        draws=draws,
        control=control,
        start=start,
        gallery=gallery,
    )
