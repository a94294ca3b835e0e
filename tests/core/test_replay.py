"""The captured update is the plain update, bit for bit, whatever it is made of."""

from __future__ import annotations

from itertools import product

import pytest
import torch

from ganstudio.core import game as game_module
from ganstudio.core.activations import ActivationFunction
from ganstudio.core.draws import Feed
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.losses import GanLoss, LiteralLog, StableLog
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.replay import Tensors, Update, capture
from tests.core.helpers import members, small

LOGS = [StableLog(), LiteralLog(), LiteralLog(clip=0.3)]
SELF_TERMS = [None, "one", "identity", "zero"]
UPDATES = 3


def play(experiment: Experiment) -> list[torch.Tensor]:
    """Everything that a few updates of both networks compute and change."""
    feed, game = Feed(experiment, "cpu"), Game(experiment, "cpu", {})
    losses = [game.update_pretraining(feed.pretraining_inputs()).clone() for _ in range(2)]
    for _ in range(UPDATES):
        losses.append(game.update_discriminator(feed.real(), feed.noise()).clone())
        losses.append(game.update_generator(feed.noise()).clone())
    assert game.last_logits is not None
    assert game.last_gradient_d is not None
    assert game.last_gradient_g is not None
    found = [*losses, game.last_logits, game.last_gradient_d, game.last_gradient_g, game.average]
    return found + game.discriminator.tensors + game.generator.tensors


def plainly(update: Update, state: Tensors, inputs: Tensors) -> Update:
    """Stands in for `capture`: the same call, made directly each time."""
    return lambda *given: update(*state, *given)


def check(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.set_num_threads(1)
    replayed = play(experiment)
    monkeypatch.setattr(game_module, "capture", plainly)
    plain = play(experiment)
    for a, b in zip(replayed, plain, strict=True):
        assert a.shape == b.shape
        assert a.numpy().tobytes() == b.numpy().tobytes()


@pytest.mark.parametrize("itself", SELF_TERMS)
@pytest.mark.parametrize(
    ("loss", "log", "optimizer"),
    list(product(members(GanLoss), LOGS, members(GradientOptimizer))),
    ids=lambda part: getattr(part, "__name__", None),
)
def test_every_loss_optimizer_and_self_term(
    loss: type[GanLoss],
    log: StableLog | LiteralLog,
    optimizer: type[GradientOptimizer],
    itself: str | None,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    minibatch = {"enabled": True, "itself": itself, "std": 1.0} if itself else {}
    e = small(
        batch_size=8,
        replicas=2,
        ema=0.9,
        loss=loss.model_validate({"log": log.model_dump()}),
        optimizer_d=optimizer(),
        optimizer_g=optimizer(),
    )
    check(e.replace(**{"discriminator.minibatch": minibatch}), monkeypatch)


@pytest.mark.parametrize("activation", members(ActivationFunction))
def test_every_activation(
    activation: type[ActivationFunction], monkeypatch: pytest.MonkeyPatch
) -> None:
    layer = {"width": 5, "activation": activation().model_dump()}
    e = small(batch_size=8, pretraining={"steps": 2})
    changes = {"generator.layers": [layer], "discriminator.layers": [layer] * 2}
    check(e.replace(**changes, **{"generator.output": activation().model_dump()}), monkeypatch)


def test_capturing_changes_nothing() -> None:
    state, given = [torch.zeros(3)], [torch.ones(3)]

    def update(total: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor]:
        total.add_(x)
        return (total * 2,)

    replay = capture(update, state, given)
    assert (state[0] == 0).all()
    assert replay(torch.full((3,), 5.0))[0].tolist() == [10, 10, 10]
    assert state[0].tolist() == [5, 5, 5]
    assert given[0].tolist() == [1, 1, 1]


def test_results_do_not_share_memory_with_the_state() -> None:
    """A loss that is kept must not change when training goes on."""
    e = small(batch_size=8)
    feed, game = Feed(e, "cpu"), Game(e, "cpu", {})
    first = game.update_discriminator(feed.real(), feed.noise())
    kept = first.clone()
    for _ in range(5):
        game.update_discriminator(feed.real(), feed.noise())
    assert torch.equal(first, kept)


def test_a_replay_follows_live_settings() -> None:
    """The learning rate is an input of the captured update; ε, β and the loss are recorded."""
    e = small(batch_size=8)
    changed = e.replace(
        **{"optimizer_d.lr": 0.5, "optimizer_d.beta1": 0.1, "loss": "minimax", "ema": 0.5}
    )
    torch.set_num_threads(1)
    feed = Feed(e, "cpu")
    batches = [(feed.real(), feed.noise(), feed.noise()) for _ in range(4)]
    edited, fresh = Game(e, "cpu", {}), Game(changed, "cpu", {})
    edited.edit(changed)
    for x, z, other in batches:
        for game in (edited, fresh):
            game.update_discriminator(x, z)
            game.update_generator(other)
    for a, b in zip(edited.generator.tensors, fresh.generator.tensors, strict=True):
        assert torch.equal(a, b)
    used_before = Game(e, "cpu", {})
    used_before.update_discriminator(*batches[0][:2])
    used_before.edit(changed)
    plain = used_before.discriminator.weights.flat.clone()
    used_before.update_discriminator(*batches[1][:2])
    step = (used_before.discriminator.weights.flat - plain).abs().max()
    assert step > 0.05
