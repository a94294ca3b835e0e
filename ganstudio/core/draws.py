"""Where real samples and noise come from, batch by batch.

Each replica has generators of its own, seeded with `seed + i`, one for each kind of draw, so
replica i of a fleet sees exactly what a single run with that seed sees. Batches are drawn in
blocks, because one large draw costs far less than many small ones; how large the blocks are
changes nothing in the numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.errors import DrawsError

if TYPE_CHECKING:
    from torch import Tensor

BLOCK_BATCHES = 256
BLOCK_NUMBERS = 2**20

REAL, NOISE, PRETRAINING, WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING = range(6)
"""The streams of one replica."""


def generator(experiment: Experiment, replica: int, stream: int) -> np.random.Generator:
    """The generator of one stream of one replica."""
    return np.random.default_rng([experiment.seed + replica, stream])


class Draws(Protocol):
    """A source of batches, called in the program's order.

    Each method returns n samples: (n,), (n, features) or, different for each replica,
    (R, n, features). Real samples and pretraining inputs are in the target's units.
    """

    def real(self, n: int) -> ArrayLike:
        """n samples of the target."""

    def noise(self, n: int) -> ArrayLike:
        """n values of z."""

    def pretraining_inputs(self, n: int) -> ArrayLike:
        """n places at which D learns the target's density."""


class Feed:
    """Batches as tensors (R, n, features) in the networks' units, on the run's device.

    Args:
        experiment: says what to draw.
        device: where the tensors go.
        draws: takes the place of the experiment's own streams when given.
    """

    def __init__(self, experiment: Experiment, device: str, draws: Draws | None = None) -> None:
        self._experiment = experiment
        self._device = device
        self._given = draws
        self._shift, self._factor = experiment.scale
        e = experiment
        before = e.pretraining
        self._real = self._blocks(REAL, lambda rng, shape: e.target.draw(rng, shape)[..., None])
        self._noise = self._blocks(NOISE, lambda rng, shape: e.noise.draw(rng, *shape))
        self._inputs = self._blocks(
            PRETRAINING, lambda rng, shape: rng.uniform(before.low, before.high, shape)[..., None]
        )

    def real(self) -> Tensor:
        """The next batch of real samples."""
        if self._given is None:
            return next(self._real)
        batch = self._checked(self._given.real(self._experiment.batch_size), "real", 1)
        return self._tensor(self._inward(REAL, batch))

    def noise(self) -> Tensor:
        """The next batch of z."""
        if self._given is None:
            return next(self._noise)
        given = self._given.noise(self._experiment.batch_size)
        return self._tensor(self._checked(given, "noise", self._experiment.noise.dimensions))

    def pretraining_inputs(self) -> Tensor:
        """The next batch of places for the pretraining."""
        if self._given is None:
            return next(self._inputs)
        given = self._given.pretraining_inputs(self._experiment.batch_size)
        batch = self._checked(given, "pretraining_inputs", 1)
        return self._tensor(self._inward(PRETRAINING, batch))

    def _inward(self, stream: int, values: NDArray[np.float64]) -> NDArray[np.float64]:
        """From the target's units to the networks', sorted if the experiment says so."""
        if stream == REAL and self._experiment.sort_batch:
            values = np.sort(values, axis=-2)
        return (values - self._shift) / self._factor

    def _tensor(self, values: NDArray[np.float64]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(self._device)

    def _blocks(
        self,
        stream: int,
        draw: Callable[[np.random.Generator, tuple[int, int]], NDArray[np.floating]],
    ) -> Iterator[Tensor]:
        e = self._experiment
        generators = [generator(e, i, stream) for i in range(e.replicas)]
        features = e.noise.dimensions if stream == NOISE else 1
        size = e.replicas * e.batch_size * features
        shape = (max(1, min(BLOCK_BATCHES, BLOCK_NUMBERS // size)), e.batch_size)
        while True:
            block = np.stack([draw(rng, shape) for rng in generators], axis=1)
            if stream != NOISE:
                block = self._inward(stream, block)
            yield from self._tensor(block).unbind(0)

    def _checked(self, given: ArrayLike, name: str, features: int) -> NDArray[np.float64]:
        """A given batch as (R, n, features).

        Raises:
            DrawsError: it is no array of numbers, or not one of so many samples and features.
        """
        n, replicas = self._experiment.batch_size, self._experiment.replicas
        try:
            array = np.asarray(given, dtype=np.float64)
        except (TypeError, ValueError) as error:
            raise DrawsError(f"draws.{name}({n}) returned no array of numbers: {error}") from error
        if array.ndim == 1:
            array = array[:, None]
        if array.shape not in ((n, features), (replicas, n, features)):
            raise DrawsError(
                f"draws.{name}({n}) returned an array of shape {np.shape(given)}; "
                f"it should be ({n}, {features}) or ({replicas}, {n}, {features})"
            )
        return np.broadcast_to(array, (replicas, n, features))
