"""Where real samples and noise come from, batch by batch.

Each replica has generators of its own, seeded with `seed + i`, one for each kind of draw, so
replica i of a fleet sees exactly what a single run with that seed sees.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Protocol, cast

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ganstudio.core.deck import Deck
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.pictures.gallery import Gallery, flat
from ganstudio.core.streams import Generators, Stream
from ganstudio.core.targets import Distribution, Pictures
from ganstudio.errors import DrawsError

if TYPE_CHECKING:
    from torch import Tensor

BLOCK_BATCHES = 256
BLOCK_NUMBERS = 2**20

REAL, NOISE, PRETRAINING, WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING, LABELS = range(7)
"""The streams of one replica; those of `Luck` and of a `Deck` have names."""

Drawing = Callable[[np.random.Generator, tuple[int, int]], NDArray[np.floating]]
"""Draws (batches, n) samples: (batches, n, features)."""


def generator(experiment: Experiment, replica: int, stream: int) -> np.random.Generator:
    """The generator of one stream of one replica."""
    return np.random.default_rng([experiment.seed_of(replica), stream])


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
        gallery: what a target of pictures stands for; without one there are no real samples.

    Raises:
        SpecError: the gallery's pictures are not of the target's size.
        DrawsError: draws are given where the networks are told classes.
    """

    def __init__(
        self,
        experiment: Experiment,
        device: str,
        draws: Draws | None = None,
        gallery: Gallery | None = None,
    ) -> None:
        self._experiment = e = experiment
        self._device = device
        self._given = draws
        if draws is not None and e.labels:
            raise DrawsError("draws have no classes, which this experiment's networks are told")
        self.gallery = gallery
        shift, self._factor = e.scale
        self._shift = np.array(shift)
        before = e.pretraining
        self._real = (
            Deck(self._pool(gallery), [e.seed_of(i) for i in range(e.replicas)], e.batch_size)
            if gallery is not None
            else self._blocks(REAL, e.features, lambda i: e.target.points)
        )
        groups = e.groups()
        self._labels = self._blocks(LABELS, e.labels, lambda i: self._draw_labels)
        self._noise = self._blocks(
            NOISE,
            e.noise.dimensions,
            lambda i: lambda rng, shape: groups[e.group(i)].noise.draw(rng, *shape),
        )
        self._inputs = self._blocks(
            PRETRAINING,
            1,
            lambda i: lambda rng, shape: rng.uniform(before.low, before.high, shape)[..., None],
        )

    @property
    def reals(self) -> Distribution | Gallery:
        """What real samples come from."""
        return self._experiment.target if self.gallery is None else self.gallery

    def real(self) -> Tensor:
        """The next batch of real samples, with their classes if D is told."""
        if self._given is None:
            return self._real.next()
        e = self._experiment
        batch = self._checked(self._given.real(e.batch_size), "real", e.features)
        return self._tensor(self._inward(REAL, batch))

    def noise(self) -> Tensor:
        """The next batch of z, with classes to draw if G is told."""
        if self._given is None:
            z = self._noise.next()
            return torch.cat([z, self._labels.next()], dim=2) if self._experiment.labels else z
        given = self._given.noise(self._experiment.batch_size)
        return self._tensor(self._checked(given, "noise", self._experiment.noise.dimensions))

    def pretraining_inputs(self) -> Tensor:
        """The next batch of places for the pretraining."""
        if self._given is None:
            return self._inputs.next()
        given = self._given.pretraining_inputs(self._experiment.batch_size)
        batch = self._checked(given, "pretraining_inputs", 1)
        return self._tensor(self._inward(PRETRAINING, batch))

    def state(self) -> dict[str, Any]:
        """From where the experiment's own streams go on."""
        return {name: stream.state() for name, stream in self._streams.items()}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of these streams.
        """
        for name, stream in self._streams.items():
            stream.load(state[name])

    @property
    def _streams(self) -> dict[str, Stream | Deck]:
        own: dict[str, Stream | Deck] = {
            "real": self._real,
            "noise": self._noise,
            "pretraining": self._inputs,
        }
        return own | ({"labels": self._labels} if self._experiment.labels else {})

    def _pool(self, gallery: Gallery) -> Tensor:
        """All pictures to learn from as D sees them, (n, features)."""
        e = self._experiment
        # Who calls has a target of pictures.
        gallery.check(cast("Pictures", e.target))
        pool = torch.from_numpy(self._table[flat(gallery.training)]).to(self._device)
        if not e.labels:
            return pool
        classes = np.eye(e.labels, dtype=np.float32)[gallery.training.labels]
        return torch.cat([pool, self._tensor(classes)], dim=1)

    @property
    def _table(self) -> NDArray[np.float32]:
        """What each byte of a pixel is in the networks' units, (256,)."""
        grey = np.arange(256) / 255
        return np.asarray((grey - self._shift[0]) / self._factor, dtype=np.float32)

    def _draw_labels(
        self, rng: np.random.Generator, shape: tuple[int, int]
    ) -> NDArray[np.floating]:
        """One of the classes for each sample, as many of each on average, (*shape, labels)."""
        e = self._experiment
        return one_hot(rng.integers(2**31, size=shape), e)

    def _inward(self, stream: int, values: NDArray[np.floating]) -> NDArray[np.float64]:
        """From the target's units to the networks', sorted if the experiment says so."""
        if stream == REAL and self._experiment.sort_batch:
            values = np.sort(values, axis=-2)
        return np.asarray((values - self._shift) / self._factor)

    def _tensor(self, values: NDArray[np.floating]) -> Tensor:
        return torch.from_numpy(values.astype(np.float32)).to(self._device)

    def _blocks(self, stream: int, features: int, drawing: Callable[[int], Drawing]) -> Stream:
        """Batches of one stream; `drawing` says how each replica draws (batches, n, features)."""
        e = self._experiment
        draws = [drawing(i) for i in range(e.replicas)]
        shape = (batches_at_once(e.replicas * e.batch_size * max(1, features)), e.batch_size)

        def block(rngs: Generators) -> Tensor:
            each = [draw(rng, shape) for rng, draw in zip(rngs, draws, strict=True)]
            drawn = np.stack(each, axis=1)
            is_of_target = stream in (REAL, PRETRAINING)
            return self._tensor(self._inward(stream, drawn) if is_of_target else drawn)

        return Stream([generator(e, i, stream) for i in range(e.replicas)], block)

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


def one_hot(numbers: NDArray[np.int64], e: Experiment) -> NDArray[np.float32]:
    """Numbers of any size as classes that the experiment has, (..., labels): 1 at the class."""
    if not e.labels:
        return np.zeros((*numbers.shape, 0), dtype=np.float32)
    chosen = np.array(cast("Pictures", e.target).classes or range(e.labels))
    found: NDArray[np.float32] = np.eye(e.labels, dtype=np.float32)[chosen[numbers % len(chosen)]]
    return found


def evaluation_inputs(e: Experiment, count: int, noise: int = 0) -> NDArray[np.float32]:
    """What the generator is looked at with: always the same, so that only it moves.

    The first of a larger count are those of a smaller one. Classes take turns.

    Args:
        e: says what z is.
        count: how many samples.
        noise: another number is other noise.

    Returns:
        (count, `inputs_g`)
    """
    z = e.noise.evaluation(count, noise)
    return np.concatenate([z, one_hot(np.arange(count), e)], axis=1) if e.labels else z


def batches_at_once(numbers: int) -> int:
    """How many batches of so many numbers are drawn in one block."""
    return max(1, min(BLOCK_BATCHES, BLOCK_NUMBERS // numbers))
