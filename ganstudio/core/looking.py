"""What looking at networks of any kind of target needs: noise, samples, a piece of a fleet."""

from __future__ import annotations

from enum import Enum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.draws import evaluation_inputs, one_hot
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

    def inward(self, x: NDArray[np.floating]) -> Tensor:
        """Samples (..., features) from the target's units to the networks'."""
        return self.on_device((x - self._shift) / self._factor)

    def inputs(self, count: int, noise: int = 0) -> Tensor:
        """What the generator is looked at with, see `evaluation_inputs`: (count, `inputs_g`)."""
        return self.on_device(evaluation_inputs(self.game.experiment, count, noise))

    def outward(self, x: NDArray[np.float32]) -> NDArray[np.float64]:
        """The other way."""
        return np.asarray(self._shift + self._factor * x.astype(np.float64))

    def outward_pixels(self, x: Tensor) -> Tensor:
        """The same of pictures, in single precision and on the device: from 0 to 1, nearly."""
        return x * self._factor + float(self._shift[0])

    def as_bytes(self, x: Tensor) -> NDArray[np.uint8]:
        """Generated pictures as they are shown, of x's shape; what is no number is ground."""
        # What is cut off is as good as rounded after one half is added.
        found = (x * (255 * self._factor)).add_(255 * float(self._shift[0]) + 0.5)
        found = found.nan_to_num_(0, 255, 0).clamp_(0, 255)
        return np.asarray(found.to(torch.uint8).cpu().numpy())

    def shown(self) -> list[Tensor]:
        """The weights of the generator that is shown."""
        g = self.game.generator.weights
        return g.split(self.game.average) if self.game.averages else g.views

    def generate(
        self, weights: list[Tensor], z: Tensor, replica: int | None = None
    ) -> NDArray[np.float32]:
        """G(z) of every replica, or of one, in the networks' units: (R or 1, count, features)."""
        return self.made(weights, z, replica).cpu().numpy()

    def made(self, weights: list[Tensor], z: Tensor, replica: int | None = None) -> Tensor:
        """The same, left on the device."""
        game, e = self.game, self.game.experiment
        widest = e.generator.widest(e.inputs_g, e.features)
        pieces = torch.split(z, max(1, CHUNK_NUMBERS // widest))
        chunk = max(1, CHUNK_NUMBERS // (len(pieces[0]) * widest))
        first, last = (0, e.replicas) if replica is None else (replica, replica + 1)
        parts = []
        for at in range(first, last, chunk):
            some = slice(at, min(at + chunk, last))
            own = [w[some] for w in weights]
            how = Pass([b[some] for b in game.generator.buffers.views])
            made = [e.generator(own, x.expand(len(own[0]), *x.shape), how) for x in pieces]
            parts.append(made[0] if len(made) == 1 else torch.cat(made, dim=1))
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    def d_of(self, replica: int, x: NDArray[np.float64]) -> NDArray[np.float64]:
        """What is drawn as D at places x (count, features) for one replica, (count,).

        A discriminator that compares samples judges each x alone beside a batch of real ones
        with nothing random in it.
        """
        return self.d_of_inputs(replica, self.inward(x))

    def d_of_inputs(self, replica: int, x: Tensor) -> NDArray[np.float64]:
        """The same of what D takes, (count, `inputs_d`) in the networks' units."""
        logits = self.logits(replica, x)
        found = self.game.experiment.loss.probability(logits[None])[0, :, 0]
        return found.cpu().numpy().astype(np.float64)

    def logits(self, replica: int, x: Tensor) -> Tensor:
        """D's output for what it takes, (count, `inputs_d`): (count, 1)."""
        e, d = self.game.experiment, self.game.discriminator
        own = slice(replica, replica + 1)
        others = self._reference[None] if e.discriminator.compares else None
        how, weights = Pass([b[own] for b in d.buffers.views]), [w[own] for w in d.weights.views]
        beside = 1 if others is None else e.batch_size
        rows = max(1, CHUNK_NUMBERS // (e.discriminator.widest(e.inputs_d) * beside))
        if others is None:
            # Packs stay together.
            rows = max(1, rows // e.discriminator.packing) * e.discriminator.packing
        parts = [
            e.discriminator(weights, some[None], how, others=others)[0]
            for some in torch.split(x, rows)
        ]
        return parts[0] if len(parts) == 1 else torch.cat(parts)

    @cached_property
    def _reference(self) -> Tensor:
        """What a sample stands beside: all of a batch but one, with nothing random in it."""
        e = self.game.experiment
        count = e.batch_size - 1
        if isinstance(e.target, Density):
            return self.inward(e.target.quantile((np.arange(count) + 0.5) / count)[:, None])
        found = self.inward(self.game.reals.points(np.random.default_rng(2), (count,)))
        if not e.labels:
            return found
        return torch.cat([found, self.on_device(one_hot(np.arange(count), e))], dim=1)

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
