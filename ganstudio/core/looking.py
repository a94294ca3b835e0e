"""What looking at networks of any kind of target needs: noise, samples, a piece of a fleet."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Pass
from ganstudio.core.targets import Density

if TYPE_CHECKING:
    from torch import Tensor

CHUNK_NUMBERS = 2**24
"""Activations held at once while evaluating."""
FEWEST = 256


class Care(Enum):
    """How closely all replicas are looked at."""

    GLANCE = "glance"
    """Between two measurements: a picture, no metrics; of a fleet, enough for small ones."""
    MEASURED = "measured"
    """While a run trains."""
    FULL = "full"
    """A run that rests: a fleet on as many samples as a single run, while that takes no longer
    than about a second."""


def sample_counts(
    replicas: int, most: int, glance: int, measured: int, full: int
) -> dict[Care, int]:
    """Samples of each replica: the replicas of a fleet share what one may cost.

    Args:
        replicas: how many there are.
        most: of a run that rests, and of a single one.
        glance: what all share for a glance.
        measured: what all share for a measurement.
        full: what all share at rest.
    """

    def share(budget: int) -> int:
        return most if replicas == 1 else min(most, max(FEWEST, budget // replicas))

    budgets = {Care.GLANCE: glance, Care.MEASURED: measured, Care.FULL: full}
    return {care: share(budget) for care, budget in budgets.items()}


class Eye:
    """Looks through the networks of one game, in evaluation mode."""

    def __init__(self, game: Game) -> None:
        self.game = game
        e = game.experiment
        shift, self._factor = e.scale
        self._shift = np.array(shift)

    def on_device(self, values: NDArray[np.floating]) -> Tensor:
        """A tensor of float32 where the game is."""
        return torch.from_numpy(values.astype(np.float32)).to(self.game.device)

    def inward(self, x: NDArray[np.float64]) -> Tensor:
        """Samples (..., features) from the target's units to the networks'."""
        return self.on_device((x - self._shift) / self._factor)

    def outward(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """The other way."""
        return np.asarray(self._shift + self._factor * x.astype(np.float64))

    def shown(self) -> list[Tensor]:
        """The weights of the generator that is shown."""
        g = self.game.generator.weights
        return g.split(self.game.average) if self.game.averages else g.views

    def generate(
        self, weights: list[Tensor], z: Tensor, replica: int | None = None
    ) -> NDArray[np.float32]:
        """G(z) of every replica, or of one, in the networks' units: (R or 1, count, features)."""
        game, e = self.game, self.game.experiment
        widest = max([1, *(layer.width for layer in e.generator.layers)])
        chunk = max(1, CHUNK_NUMBERS // (len(z) * widest))
        first, last = (0, e.replicas) if replica is None else (replica, replica + 1)
        parts = []
        for at in range(first, last, chunk):
            some = slice(at, min(at + chunk, last))
            own = [w[some] for w in weights]
            how = Pass([b[some] for b in game.generator.buffers.views])
            parts.append(e.generator(own, z.expand(own[0].shape[0], *z.shape), how).cpu().numpy())
        return np.concatenate(parts)

    def judge(self, replica: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is drawn as D at places x (count, features) for one replica, (count,).

        A discriminator that compares samples judges each x alone beside a batch of real ones
        with nothing random in it.
        """
        e, d = self.game.experiment, self.game.discriminator
        own = slice(replica, replica + 1)
        others = self._reference[None] if e.discriminator.compares else None
        logits = e.discriminator(
            [w[own] for w in d.weights.views],
            self.inward(x)[None],
            Pass([b[own] for b in d.buffers.views]),
            others=others,
        )
        return e.loss.probability(logits)[0, :, 0].cpu().numpy().astype(np.float64)

    @cached_property
    def _reference(self) -> Tensor:
        """What a sample stands beside: all of a batch but one, with nothing random in it."""
        e = self.game.experiment
        count = e.batch_size - 1
        if isinstance(e.target, Density):
            return self.inward(e.target.quantile((np.arange(count) + 0.5) / count)[:, None])
        return self.inward(e.target.points(np.random.default_rng(2), (count,)))

    def reference_words(self) -> str:
        """How D is a function of one sample: empty, or what it stands beside."""
        e = self.game.experiment
        if not e.discriminator.compares:
            return ""
        kind = " at even quantiles" if isinstance(e.target, Density) else ""
        return f"beside {e.batch_size - 1} real samples{kind}"


def small(values: NDArray[np.floating]) -> NDArray[np.float32]:
    """As it travels in an event."""
    return np.ascontiguousarray(values, dtype=np.float32)
