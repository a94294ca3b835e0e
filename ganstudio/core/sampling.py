"""What can be taken out of a checkpoint: samples of its generator, and the weights by name."""

from __future__ import annotations

import zlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.draws import Feed, generator, one_hot
from ganstudio.core.estimate import check_size
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Eye
from ganstudio.core.networks import Part
from ganstudio.core.weights import name_of
from ganstudio.errors import CheckpointError, TooLargeError

SAMPLES = 10_000
STREAM = zlib.crc32(b"samples of a checkpoint")
"""The noise of these samples; no run draws from it."""
MOST_NUMBERS = 2**26
"""Numbers in all samples, and in the noise of one replica."""
DAMAGE = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
"""What a state that is none raises."""


def samples_of(checkpoint: Checkpoint, count: int = SAMPLES) -> NDArray[np.float64]:
    """Independent samples of the shown generator, (R, count, features), in the target's units.

    The same checkpoint gives the same samples, and replica i those of a single run with its
    seed. Where the generator is told a class, classes take turns. Needs torch.

    Args:
        checkpoint: stays as it is.
        count: of each replica.

    Raises:
        CheckpointError: it does not fit its experiment.
        TooLargeError: more samples than memory should hold, or networks.
    """
    e = checkpoint.experiment
    numbers = count * max(e.replicas * e.features, e.inputs_g)
    if numbers > MOST_NUMBERS:
        most = MOST_NUMBERS * count // numbers
        raise TooLargeError(f"{count:,} samples of each replica are too many; take {most:,}")
    game = _game_at(checkpoint)
    eye, groups = Eye(game), e.groups()
    found = np.empty((e.replicas, count, e.features))
    with torch.no_grad():
        for i in range(e.replicas):
            noise = groups[e.group(i)].noise
            drawn = noise.draw(generator(e, i, STREAM), 1, count)[0]
            z = eye.on_device(np.concatenate([drawn, one_hot(np.arange(count), e)], axis=1))
            found[i] = eye.outward(eye.generate(eye.shown(), z, i)[0])
    return found


def weights_of(checkpoint: Checkpoint) -> dict[str, NDArray[np.float32]]:
    """Both networks, and the generator's average if it has one, as `Finished.weights` has them.

    Needs no torch.

    Raises:
        CheckpointError: it does not fit its experiment.
    """
    e = checkpoint.experiment
    g = e.generator.parts(e.inputs_g, e.features)
    try:
        state = checkpoint.state["game"]
        found = _named("generator", g, state["generator"]["weights"])
        found |= _named(
            "discriminator", e.discriminator.parts(e.inputs_d), state["discriminator"]["weights"]
        )
        if e.averages:
            found |= _named("average", g, state["average"])
        return found
    except DAMAGE as error:
        raise _misfit(checkpoint, error) from error


def _named(network: str, parts: Sequence[Part], flat: Any) -> dict[str, NDArray[np.float32]]:
    """The parts of what a checkpoint holds of a network, (R, P)."""
    ends = np.cumsum([part.size for part in parts])
    replicas, size = flat.shape
    if flat.dtype != np.float32 or size != ends[-1]:
        raise ValueError(f"{size:,} numbers of {flat.dtype} for the {network}")
    pieces = np.split(flat, ends[:-1], axis=1)
    return {
        name_of(network, part): piece.reshape(replicas, *part.shape)
        for part, piece in zip(parts, pieces, strict=True)
    }


def _game_at(checkpoint: Checkpoint) -> Game:
    """The game as it was, on the CPU."""
    e = checkpoint.experiment
    check_size(e)
    game = Game(e, "cpu", {}, Feed(e, "cpu"))
    try:
        game.load(checkpoint.state["game"])
    except DAMAGE as error:
        raise _misfit(checkpoint, error) from error
    return game


def _misfit(checkpoint: Checkpoint, error: Exception) -> CheckpointError:
    return CheckpointError(
        f"the checkpoint of step {checkpoint.step:,} does not fit its experiment: {error}"
    )
