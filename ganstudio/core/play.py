"""How the two networks take turns, each way one class. k is `discriminator_steps`."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.spec import Spec

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.game import Game

    Losses = tuple[Tensor, Tensor]
    """Of D and of G, before the update, (R,) each."""


class TurnTaking(Spec):
    """One step of the game."""

    @abstractmethod
    def step(self, game: Game, k: int) -> Losses:
        """Update D k times and G once."""


class Alternating(TurnTaking):
    """k updates of D, then one of G against the new D (Goodfellow et al. 2014, algorithm 1)."""

    kind: Literal["alternating"] = "alternating"

    def step(self, game: Game, k: int) -> Losses:
        for _ in range(k):
            loss_d = game.update_discriminator()
        return loss_d, game.update_generator()


class Simultaneous(TurnTaking):
    """Both at once, each against the other as it was before (Mescheder et al. 2017, section 2)."""

    kind: Literal["simultaneous"] = "simultaneous"

    def step(self, game: Game, k: int) -> Losses:
        for _ in range(k - 1):
            game.update_discriminator()
        return both_at_once(game)


class Extragradient(TurnTaking):
    """Look ahead, then step from the old place with the gradients found there.

    Gidel et al. 2019, algorithm 3: w' = w - lr F(w); w <- w - lr F(w'), with each optimizer's
    own rule in the place of lr F. Both half steps count as updates of the optimizers.
    """

    kind: Literal["extragradient"] = "extragradient"

    def step(self, game: Game, k: int) -> Losses:
        for _ in range(k - 1):
            game.update_discriminator()
        players = (game.discriminator.weights.flat, game.generator.weights.flat)
        here = [w.clone() for w in players]
        losses = both_at_once(game)
        ahead = [w.clone() for w in players]
        both_at_once(game)
        for w, old, there in zip(players, here, ahead, strict=True):
            w.sub_(there).add_(old)
        game.constrain()
        return losses


def both_at_once(game: Game) -> Losses:
    """One update of each network, neither of which sees the other's."""
    d = game.discriminator.weights.flat
    before = d.clone()
    loss_d = game.update_discriminator()
    after = d.clone()
    d.copy_(before)
    loss_g = game.update_generator()
    d.copy_(after)
    return loss_d, loss_g


Play = Annotated[Alternating | Simultaneous | Extragradient, Field(discriminator="kind"), Shorthand]
