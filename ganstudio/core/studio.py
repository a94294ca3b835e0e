"""Answers questions about a run on pictures: through its networks, its gallery and its judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Eye, small
from ganstudio.core.pictures.attacks import Victim, attacked, withstood
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.pictures.pixels import memorisation, nearest, parzen
from ganstudio.core.questions import (
    Attack,
    Attacked,
    Likelihood,
    Made,
    Memorised,
    Neighbours,
    Recognised,
    Shares,
    Withstand,
    Withstood,
)
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from torch import Tensor

MOST = 5_000
"""Pictures of one question."""
COMPARED = 2_000
"""Real pictures that a likelihood is measured on, at most."""
MOST_ATTACK_STEPS = 200
"""More would hold training up, and find nothing new."""

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float32]


class Studio:
    """One game, looked at from all sides; nothing here changes it.

    Args:
        game: whose networks are asked.

    Raises:
        SpecError: it is not about pictures.
    """

    def __init__(self, game: Game) -> None:
        if not isinstance(game.reals, Gallery):
            raise SpecError("only a run on pictures can be asked this")
        self._game, self._gallery, self._eye = game, game.reals, Eye(game)

    def generate(self, z: Floats, replica: int, *, judged: bool) -> Made:
        """See `Generate`.

        Raises:
            SpecError: it is no noise of this generator.
        """
        e = self._game.experiment
        if z.ndim != 2 or z.shape[1] != e.inputs_g or not 0 < len(z) <= MOST:
            raise SpecError(f"noise of shape {z.shape}; it should be (n, {e.inputs_g})")
        self._check(replica)
        with torch.no_grad():
            noise = self._eye.on_device(z)
            made = self._eye.made(self._eye.shown(), noise, replica)[0]
            seen = torch.cat([made, noise[:, e.noise.dimensions :]], dim=1)
            d = self._eye.d_of_inputs(replica, seen)
            pictures = self._eye.as_bytes(made).reshape(-1, *self._gallery.training.size)
        if not judged:
            nobody = np.empty(0, dtype=np.float32)
            return Made(pictures, small(d), nobody, nobody.copy())
        found = self.recognise(pictures)
        return Made(pictures, small(d), found.taken_for, found.sure)

    def recognise(self, pictures: Bytes) -> Recognised:
        """See `Recognise`."""
        with torch.no_grad():
            best = self._gallery.judge.probabilities(torch.tensor(pictures)).max(dim=1)
        return Recognised(small(best.indices.numpy()), small(best.values.numpy()))

    def nearest(self, pictures: Bytes, count: int) -> Neighbours:
        """See `Nearest`."""
        found: list[Any] = []
        for part in (self._gallery.training, self._gallery.held_out):
            which, distances = nearest(pictures, part.images, count)
            found += [part.images[which], distances]
        return Neighbours(*found)

    def shares(self, pictures: Bytes) -> Shares:
        """See `ClassShares`."""
        judge = self._gallery.judge
        shares = []
        for some in (pictures, self._some(COMPARED)):
            classes = judge.logits(torch.tensor(some)).argmax(1).numpy()
            shares.append(np.bincount(classes, minlength=len(judge.classes)) / len(some))
        return Shares(judge.classes, small(shares[0]), small(shares[1]))

    def memorised(self, pictures: Bytes) -> Memorised:
        """See `Memory`."""
        training, held_out = self._gallery.training, self._gallery.held_out
        found = memorisation(pictures, training, held_out)
        usual = nearest(held_out.images[: len(pictures)], self._some(found.compared))
        return Memorised(found, usual[1][:, 0], len(training))

    def likely(self, pictures: Bytes) -> Likelihood:
        """See `ParzenWindow`."""
        held_out = self._gallery.held_out.first(COMPARED).images
        half = len(held_out) // 2
        around = (pictures, self._some(len(pictures)))
        found = [parzen(one, held_out[half:], held_out[:half]) for one in around]
        return Likelihood(*found)

    def attack(self, asked: Attack) -> Attacked:
        """See `Attack`.

        Raises:
            SpecError: it is no picture of this set, or no such change.
        """
        self._check_attack(asked)
        victim = self._victim(asked.replica, of_discriminator=asked.of_discriminator)
        picture = torch.from_numpy(_floats(asked.picture[None]))
        label = torch.tensor([asked.label])
        changed = attacked(victim, picture, label, asked.epsilon, asked.steps)
        with torch.no_grad():
            words = [victim.says(x, label)[0].numpy() for x in (picture, changed)]
        side = asked.picture.shape
        return Attacked(
            small(changed[0].numpy().reshape(side)),
            small((changed - picture)[0].numpy().reshape(side)),
            small(words[0]),
            small(words[1]),
        )

    def withstand(self, asked: Withstand) -> Withstood:
        """See `Withstand`.

        Raises:
            SpecError: there is no such change, or no picture to be changed.
        """
        for epsilon in asked.epsilons:
            _check_change(epsilon, asked.steps)
        if asked.count < 1:
            raise SpecError("an attack needs at least one picture")
        victim = self._victim(asked.replica, of_discriminator=asked.of_discriminator)
        part = self._gallery.held_out.first(asked.count)
        pictures = torch.from_numpy(_floats(part.images))
        labels = torch.from_numpy(part.labels.astype(np.int64))
        rows = [
            withstood(victim, pictures, labels, epsilon, asked.steps) for epsilon in asked.epsilons
        ]
        fast, iterated, noise = np.array(rows, dtype=np.float32).reshape(-1, 3).T
        sizes = small(np.array(asked.epsilons))
        return Withstood(sizes, small(fast), small(iterated), small(noise), len(part))

    # ------------------------------------------------------------------------------- inside

    def _victim(self, replica: int, *, of_discriminator: bool) -> Victim:
        self._check(replica)
        if of_discriminator:
            return _Deceived(self._game, self._eye, replica)
        return _Judge(self._gallery)

    def _check_attack(self, asked: Attack) -> None:
        _check_change(asked.epsilon, asked.steps)
        high, wide = self._gallery.training.size
        if asked.picture.shape != (high, wide):
            raise SpecError(
                f"a picture of shape {asked.picture.shape}; it should be ({high}, {wide})"
            )
        classes = len(self._gallery.training.classes)
        # torch answers a class that is not there with an IndexError, which would end the run.
        if not 0 <= asked.label < classes:
            raise SpecError(f"there is no class {asked.label}; there are {classes}")

    def _check(self, replica: int) -> None:
        count = self._game.experiment.replicas
        if not 0 <= replica < count:
            raise SpecError(f"there is no replica {replica}; there are {count}")

    def _some(self, count: int) -> Bytes:
        """Some of the pictures to learn from."""
        return self._gallery.training.images[self._gallery.some(count)]


class _Judge(Victim):
    """The classifier: right as long as its first guess is."""

    def __init__(self, gallery: Gallery) -> None:
        self._judge = gallery.judge

    def _classes(self, labels: Tensor) -> Tensor:
        """What it should say: that a picture is upright, if it was taught turns."""
        return torch.zeros_like(labels) if self._judge.of_turns else labels

    def loss(self, x: Tensor, labels: Tensor) -> Tensor:
        logits, classes = self._judge.logits(x), self._classes(labels)
        return torch.nn.functional.cross_entropy(logits, classes, reduction="sum")

    def says(self, x: Tensor, labels: Tensor) -> Tensor:
        return self._judge.probabilities(x)

    def is_right(self, x: Tensor, labels: Tensor) -> Tensor:
        return self._judge.logits(x).argmax(1) == self._classes(labels)


class _Deceived(Victim):
    """A discriminator: right as long as it calls a real picture rather real than generated."""

    def __init__(self, game: Game, eye: Eye, replica: int) -> None:
        self._game, self._eye, self._replica = game, eye, replica

    def _logits(self, x: Tensor, labels: Tensor) -> Tensor:
        e = self._game.experiment
        (middle, *_), factor = e.scale
        seen = (x - middle) / factor
        if e.labels:
            classes = torch.nn.functional.one_hot(labels, e.labels)
            seen = torch.cat([seen, classes.expand(len(x), -1)], dim=1)
        return self._eye.logits(self._replica, seen.to(self._game.device)).cpu()

    def loss(self, x: Tensor, labels: Tensor) -> Tensor:
        return -self._logits(x, labels).sum()

    def says(self, x: Tensor, labels: Tensor) -> Tensor:
        return self._game.experiment.loss.probability(self._logits(x, labels)[None])[0]

    def is_right(self, x: Tensor, labels: Tensor) -> Tensor:
        return self.says(x, labels)[:, 0] > 0.5


def _check_change(epsilon: float, steps: int) -> None:
    if not 0 <= epsilon <= 1:
        raise SpecError(f"epsilon is {epsilon}; pixels go from 0 to 1, and so does it")
    if not 1 <= steps <= MOST_ATTACK_STEPS:
        raise SpecError(f"an attack of {steps} steps; use 1 to {MOST_ATTACK_STEPS}")


def _floats(pictures: Bytes) -> Floats:
    """(n, h, w) as (n, pixels), from 0 to 1."""
    return pictures.reshape(len(pictures), -1) * np.float32(1 / 255)
