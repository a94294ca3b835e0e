"""Turns: alternating, simultaneous and extragradient, against their formulas."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ganstudio.core.control import Order
from ganstudio.core.draws import Feed
from ganstudio.core.game import Game
from tests.core.helpers import TINY, new_game, small

SGD = {"kind": "sgd", "lr": 0.05}
PLAIN = {**TINY, "optimizer_d": SGD, "optimizer_g": SGD}

Both = tuple[torch.Tensor, torch.Tensor]


def weights(game: Game) -> Both:
    """Copies of D's and G's."""
    return game.discriminator.weights.flat.clone(), game.generator.weights.flat.clone()


def put(game: Game, both: Both) -> None:
    """The other way."""
    game.discriminator.weights.flat.copy_(both[0])
    game.generator.weights.flat.copy_(both[1])


def field(game: Game) -> Both:
    """The gradients of both losses here, on the next batches; changes nothing."""
    here = weights(game)
    game.update_discriminator()
    put(game, here)
    game.update_generator()
    put(game, here)
    slopes = game.discriminator.last_gradient, game.generator.last_gradient
    assert slopes[0] is not None
    assert slopes[1] is not None
    return slopes[0].clone(), slopes[1].clone()


def stepped(here: Both, slopes: Both) -> Both:
    return here[0] - 0.05 * slopes[0], here[1] - 0.05 * slopes[1]


def near(found: Both, expected: Both) -> None:
    for a, b in zip(found, expected, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-5, atol=1e-6)


def games(**changes: Any) -> tuple[Game, Game]:
    """One to play, and one whose field is asked."""
    e = small(**PLAIN).replace(**changes)
    return new_game(e), new_game(e)


def test_alternating_is_d_then_g_against_the_new_d() -> None:
    played, asked = games()
    for _ in range(3):
        loss_d, loss_g = played.step(Order.BOTH)
        assert loss_d is not None
        assert torch.equal(loss_d, asked.update_discriminator())
        assert loss_g is not None
        assert torch.equal(loss_g, asked.update_generator())
    assert torch.equal(weights(played)[1], weights(asked)[1])


def test_simultaneous_steps_from_one_place() -> None:
    played, asked = games(play="simultaneous")
    for _ in range(3):
        here = weights(asked)
        expected = stepped(here, field(asked))
        played.step(Order.BOTH)
        near(weights(played), expected)
        put(asked, weights(played))


def test_extragradient_uses_the_field_ahead() -> None:
    """w' = w - lr F(w); w <- w - lr F(w'), each F on batches of its own."""
    played, asked = games(play="extragradient")
    for _ in range(3):
        here = weights(asked)
        put(asked, stepped(here, field(asked)))
        expected = stepped(here, field(asked))
        played.step(Order.BOTH)
        near(weights(played), expected)
        put(asked, weights(played))


def test_extragradient_tells_the_losses_where_it_stood() -> None:
    played, asked = games(play="extragradient")
    told = played.step(Order.BOTH)
    d = asked.discriminator.weights.flat.clone()
    first = asked.update_discriminator().clone()
    asked.discriminator.weights.flat.copy_(d)
    assert told[0] is not None
    assert torch.equal(told[0], first)
    assert told[1] is not None
    assert torch.equal(told[1], asked.update_generator())


@pytest.mark.parametrize("play", ["alternating", "simultaneous", "extragradient"])
def test_k_updates_of_d_before_the_last(play: str) -> None:
    """With k, D is first updated k - 1 times alone."""
    many, one = games(play=play)
    many = new_game(many.experiment.replace(discriminator_steps=3))
    many.step(Order.BOTH)
    one.update_discriminator()
    one.update_discriminator()
    one.step(Order.BOTH)
    for a, b in zip(weights(many), weights(one), strict=True):
        assert torch.equal(a, b)


@pytest.mark.parametrize(("play", "updates"), [("simultaneous", 1), ("extragradient", 2)])
def test_optimizers_count_every_update(play: str, updates: int) -> None:
    """A rate that falls to a tenth at each update shows which one was used."""
    schedule = {"kind": "staircase", "every": 1, "decay": 0.1}
    falling = {"optimizer_d": SGD | {"schedule": schedule}}
    played, _ = games(play=play, **falling)
    played.step(Order.BOTH)
    here = weights(played)[0]
    played.update_discriminator()
    assert played.discriminator.last_gradient is not None
    step = here - weights(played)[0]
    rate = 0.05 * 0.1**updates
    torch.testing.assert_close(
        step, rate * played.discriminator.last_gradient, rtol=1e-2, atol=1e-7
    )


@pytest.mark.parametrize("play", ["alternating", "simultaneous", "extragradient"])
def test_weights_stay_clipped_whatever_the_turns(play: str) -> None:
    played, _ = games(play=play, loss="wasserstein", **{"loss.clip": 0.02})
    for _ in range(3):
        played.step(Order.BOTH)
        assert played.discriminator.weights.flat.abs().max() <= torch.tensor(0.02)
    assert played.generator.weights.flat.abs().max() > 0.02


def test_both_see_batches_of_one_stream_whatever_the_turns() -> None:
    e = small(**PLAIN, play="simultaneous")
    feed, other = Feed(e, "cpu"), Feed(e, "cpu")
    Game(e, "cpu", {}, feed).step(Order.BOTH)
    other.real()
    other.noise()
    other.noise()
    assert torch.equal(feed.real(), other.real())
    assert torch.equal(feed.noise(), other.noise())


@pytest.mark.parametrize("order", [Order.DISCRIMINATOR, Order.GENERATOR])
def test_an_order_for_one_network_is_one_update_of_it(order: Order) -> None:
    played, asked = games(play="extragradient", discriminator_steps=4)
    loss_d, loss_g = played.step(order)
    if order is Order.DISCRIMINATOR:
        assert loss_g is None
        asked.update_discriminator()
    else:
        assert loss_d is None
        asked.update_generator()
    for a, b in zip(weights(played), weights(asked), strict=True):
        assert torch.equal(a, b)
