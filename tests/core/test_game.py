"""What a game remembers between steps: averages, frozen layers, one arena to go back in."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.arena import ALIGNMENT, Arena
from ganstudio.core.control import Order
from ganstudio.core.game import Game
from ganstudio.core.ticker import BLOCK, Ticker
from tests.core.helpers import TINY, new_game, small


def steps(game: Game, count: int) -> None:
    """Whole steps, as the trainer takes them."""
    for _ in range(count):
        game.step(Order.BOTH)
        game.follow()


# ------------------------------------------------------------------------------------- averages


@pytest.mark.parametrize("warmup", [0, 10])
def test_the_average_is_exponential_and_warms_up(warmup: int) -> None:
    """decay_t = min(ema, (1 + t) / (warmup + t)), t steps done before."""
    game = new_game(small(**TINY, ema=0.8, ema_warmup=warmup))
    expected = game.generator.weights.flat.double().clone()
    for t in range(30):
        steps(game, 1)
        decay = min(0.8, (1 + t) / (warmup + t)) if warmup else 0.8
        expected = decay * expected + (1 - decay) * game.generator.weights.flat.double()
        torch.testing.assert_close(game.average.double(), expected, rtol=1e-5, atol=1e-6)


def test_without_an_average_the_newest_is_shown() -> None:
    game = new_game(small(**TINY))
    assert not game.averages
    assert new_game(small(**TINY, ema=0.5)).averages


@pytest.mark.parametrize("network", ["d", "g"])
def test_historical_averaging_looks_at_the_mean_of_all_past_weights(network: str) -> None:
    penalty: dict[str, Any] = {f"penalties_{network}": ("historical_averaging",)}
    game = new_game(small(**TINY).replace(**penalty))
    player = game.discriminator if network == "d" else game.generator
    other = game.generator if network == "d" else game.discriminator
    past = [player.weights.flat.clone()]
    for _ in range(12):
        steps(game, 1)
        past.append(player.weights.flat.clone())
        mean = torch.stack(past).double().mean(0)
        torch.testing.assert_close(player.side.past.double(), mean, rtol=1e-5, atol=1e-6)
    assert not other.side.past.numel()


def test_historical_averaging_pulls_to_the_past() -> None:
    """Its gradient is 2 weight (theta - mean of the past)."""
    penalty = {"kind": "historical_averaging", "weight": 3.0}
    game, plain = new_game(small(**TINY, penalties_g=(penalty,))), new_game(small(**TINY))
    steps(game, 4)
    plain.generator.weights.flat.copy_(game.generator.weights.flat)
    plain.discriminator.weights.flat.copy_(game.discriminator.weights.flat)
    pull = 6 * (game.generator.weights.flat - game.generator.side.past)
    assert pull.abs().max() > 1e-3
    for _ in range(2 * 4):
        plain._feed.noise()
    game.update_generator()
    plain.update_generator()
    assert game.generator.last_gradient is not None
    assert plain.generator.last_gradient is not None
    difference = game.generator.last_gradient - plain.generator.last_gradient
    torch.testing.assert_close(difference, pull, rtol=1e-4, atol=1e-5)


# --------------------------------------------------------------------------------------- frozen

FROZEN: dict[str, Any] = {
    "generator.layers": [{"width": 4, "frozen": True, "normalisation": "layer"}, {"width": 3}],
    "discriminator.layers": [{"width": 5}, {"width": 4, "frozen": True, "normalisation": "batch"}],
    "discriminator.freeze_output": True,
}


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"optimizer_d": "adamw", "optimizer_g": "adamw"},
        {"optimizer_d": "momentum", "optimizer_g": "rmsprop_nesterov"},
        {"penalties_d": ("l2",), "penalties_g": ("l1",)},
        {"penalties_d": ("historical_averaging",), "penalties_g": ("historical_averaging",)},
        {"loss": {"kind": "wasserstein", "clip": 0.001}},
        {"loss": {"kind": "wasserstein", "clip": 0.001}, "play": "extragradient"},
        {"unrolling": {"steps": 2}, "play": "simultaneous"},
        {"loss": "relativistic", "penalties_g": ("feature_matching",)},
        {"ema": 0.9},
    ],
)
def test_frozen_layers_never_move_and_the_others_do(changes: dict[str, Any]) -> None:
    game = new_game(small(**FROZEN, replicas=2, **changes))
    players = (game.generator, game.discriminator)
    before = [[view.clone() for view in player.weights.views] for player in players]
    steps(game, 5)
    frozen = 0
    for player, views in zip(players, before, strict=True):
        for part, view, old in zip(player.weights.parts, player.weights.views, views, strict=True):
            frozen += not part.trained
            moved = (view != old).any().item()
            assert moved is part.trained, (part.layer, part.name)
    assert frozen == 4 + 4 + 2


def test_biases_that_are_off_stay_0() -> None:
    off = {"generator.biases": False, "discriminator.biases": False, "penalties_d": ("l2",)}
    game = new_game(small(**TINY).replace(**off, optimizer_d="adamw"))
    steps(game, 5)
    for player in (game.generator, game.discriminator):
        assert all(not bias.any() for bias in player.weights.views[1::2])
        assert all(weight.any() for weight in player.weights.views[::2])


# ---------------------------------------------------------------------------------------- edits


def test_an_edit_of_a_recorded_number_is_obeyed_and_others_are_inputs() -> None:
    e = small(**TINY, loss={"kind": "non_saturating", "smoothing": 0.0})
    for change in ({"loss.smoothing": 0.3}, {"optimizer_d.lr": 0.2}, {"play": "simultaneous"}):
        edited = new_game(e)
        edited.prepare()
        edited.edit(e.replace(**change))
        fresh = new_game(e.replace(**change))
        for game in (edited, fresh):
            steps(game, 3)
        assert torch.equal(edited.arena.flat, fresh.arena.flat)


def test_an_average_that_is_switched_on_begins_at_the_newest() -> None:
    e = small(**TINY)
    game = new_game(e)
    steps(game, 3)
    game.edit(e.replace(ema=0.9))
    assert torch.equal(game.average, game.generator.weights.flat)


def test_what_a_pretraining_replaces_is_no_past() -> None:
    e = small(**TINY, pretraining={"steps": 3})
    first = []
    for penalties in ([], [{"kind": "historical_averaging", "weight": 1000.0}]):
        game = new_game(e.replace(penalties_d=penalties))
        for _ in range(3):
            game.update_pretraining()
        first.append(game.update_discriminator())
    # The mean of past weights is the weights themselves: there is nothing to pay yet.
    assert torch.equal(*first)


# ------------------------------------------------------------------------------ arena and ticker


def test_the_arena_holds_everything_that_an_update_changes() -> None:
    normalised = {"discriminator.layers": [{"width": 3, "normalisation": "batch"}]}
    e = small(replicas=2, optimizer_g="rmsprop", pretraining={"steps": 1}).replace(**normalised)
    game = new_game(e.replace(**{"discriminator.spectral_norm": True}))
    game.update_pretraining()
    game.arena.keep()
    kept = [view.clone() for view in game.arena.views]
    steps(game, 3)
    changed = [not torch.equal(a, b) for a, b in zip(kept, game.arena.views, strict=True)]
    # G: weights, no buffers, one slot. D: weights, buffers, two slots. Then the pretraining's.
    assert changed == [True, False, True, *[True] * 4, *[False] * 4]
    game.arena.go_back()
    assert all(torch.equal(a, b) for a, b in zip(kept, game.arena.views, strict=True))
    assert torch.equal(game.generator.weights.flat, kept[0])


def test_arena_views_are_aligned_copies_that_share_its_memory() -> None:
    given = [torch.arange(5.0), torch.empty(2, 0), torch.ones(3, 7)]
    arena = Arena(given, "cpu")
    for tensor, view in zip(given, arena.views, strict=True):
        assert torch.equal(tensor, view)
        assert view.storage_offset() % ALIGNMENT == 0
    arena.views[2].fill_(9)
    assert given[2].max() == 1
    assert (arena.flat == 9).sum() == 21
    assert Arena([], "cpu").is_finite()


@pytest.mark.parametrize(
    ("value", "finite"), [(1e38, True), (float("inf"), False), (float("nan"), False)]
)
def test_only_what_is_not_finite_is_not(value: float, finite: bool) -> None:
    arena = Arena([torch.full((50,), value)], "cpu")
    assert arena.is_finite() is finite
    assert Arena([torch.tensor([float("inf"), -float("inf")])], "cpu").is_finite() is False


def test_a_ticker_counts_on_across_blocks_and_new_rules() -> None:
    def rule(factor: float) -> Any:
        return lambda count: np.stack([factor * count, count + 1.0], axis=1)

    ticker = Ticker([rule(2)], 3, "cpu")
    for count in range(BLOCK + 5):
        doubled, next_one = ticker.next()
        assert doubled.shape == ()
        assert (doubled.item(), next_one.item()) == (2 * count, count + 1)
    ticker.use([rule(10), rule(100), rule(1000)])
    tens, _ = ticker.next()
    assert tens[:, 0].tolist() == [f * (BLOCK + 5) for f in (10, 100, 1000)]
    assert ticker.example()[0].shape == (3, 1)
    assert ticker.next()[1].tolist() == [[BLOCK + 7]] * 3
