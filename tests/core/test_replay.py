"""The captured update is the plain update, bit for bit, whatever it is made of."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ganstudio.core import game as game_module
from ganstudio.core import replay
from ganstudio.core.control import Order
from ganstudio.core.experiment import Experiment
from ganstudio.core.replay import Update, capture
from ganstudio.core.spec import Spec
from tests.core.helpers import TINY, new_game, plainly, small
from tests.core.unions import MEMBERS, placed

LITERAL = {"kind": "literal"}
BATCH = {"width": 5, "normalisation": "batch", "dropout": 0.3}
LAYER = {"width": 4, "normalisation": "layer", "frozen": True}
COMPARING = {"enabled": True, "std": 1.0}
BATCHED = {"channels": 3, "normalisation": "batch", "activation": "relu"}
LAYERED = {"channels": 2, "kernel": 5, "normalisation": "layer", "dropout": 0.3}
PICTURES = {
    "target": "digits",
    "generator.convolutions": [BATCHED, LAYERED],
    "discriminator.convolutions": [LAYERED, BATCHED | {"kernel": 2, "stride": 1}],
}
OTHERS: dict[str, dict[str, Any]] = {
    "plain": {},
    "literal": {"loss": {"kind": "minimax", "log": LITERAL}},
    "clipped": {"loss": {"kind": "non_saturating", "log": LITERAL | {"clip": 0.3}}},
    "normalised": {"generator.layers": [BATCH, LAYER], "discriminator.layers": [BATCH, LAYER]},
    "spectral": {"discriminator.spectral_norm": True, "penalties_d": ("r1",)},
    "packed": {"discriminator.packing": 2, "discriminator.minibatch_std": True},
    "one": {"discriminator.minibatch": COMPARING | {"itself": "one"}},
    "identity": {"discriminator.minibatch": COMPARING | {"itself": "identity"}},
    "zero": {"discriminator.minibatch": COMPARING | {"itself": "zero"}},
    "smoothed": {"loss.smoothing": 0.1},
    "noisy": {"instance_noise": {"std": 0.5, "decay": 3}},
    "unrolled": {"unrolling.steps": 2},
    "all at once": {
        "loss": "relativistic",
        "discriminator.packing": 2,
        "discriminator.spectral_norm": True,
        "generator.layers": [BATCH, LAYER],
        "penalties_d": ("r1", "r2", "l2", "historical_averaging"),
        "penalties_g": ("feature_matching", "l1"),
        "instance_noise": {"std": 0.5},
        "unrolling.steps": 1,
        "optimizer_d.clip": "norm",
        "play": "extragradient",
        "ema": 0.9,
    },
    "varied loss": {"vary": {"path": "loss.smoothing", "values": (0.0, 0.2)}},
    "varied penalty": {
        "penalties_d": ("r1", "l2"),
        "vary": {"path": "penalties_d.1.weight", "values": (0.1, 0.2)},
    },
    "varied rate": {"vary": {"path": "optimizer_g.lr", "values": (0.1, 0.2)}},
    "in the plane": {"target": "ring", "noise": {"kind": "normal", "size": 2}},
    "pretrained": {"pretraining.steps": 2},
    "convolutions": PICTURES,
    "convolutions and slopes": PICTURES
    | {
        "discriminator.convolutions": [LAYERED, LAYERED],
        "discriminator.spectral_norm": True,
        "discriminator.packing": 2,
        "discriminator.minibatch": COMPARING | {"position": 0},
        "penalties_d": ("r1", "gradient_penalty"),
        "penalties_g": ("feature_matching",),
    },
}


def play(experiment: Experiment) -> list[torch.Tensor]:
    """Everything that a few steps compute and change."""
    game = new_game(experiment)
    found = [game.update_pretraining().clone() for _ in range(experiment.pretraining.steps)]
    for _ in range(3):
        found += [loss.clone() for loss in game.step(Order.BOTH) if loss is not None]
        game.follow()
    for told in (
        game.last_logits,
        *(p.last_gradient for p in (game.discriminator, game.generator)),
    ):
        assert told is not None
        found.append(told)
    return [*found, game.average, game.arena.flat]


def fails(*_args: Any, **_more: Any) -> Any:
    """Stands in for TorchScript where there is none any more."""
    raise RuntimeError("TorchScript is gone")


def same(some: list[torch.Tensor], others: list[torch.Tensor]) -> bool:
    """Whether all are equal to the last bit, NaN included."""
    return [a.numpy().tobytes() for a in some] == [b.numpy().tobytes() for b in others]


def check(experiment: Experiment, monkeypatch: pytest.MonkeyPatch) -> None:
    replayed = play(experiment)
    with monkeypatch.context() as patch:
        patch.setattr(torch.jit, "trace", fails)
        assert same(replayed, play(experiment))
    monkeypatch.setattr(game_module, "capture", plainly)
    assert same(replayed, play(experiment))


IN_UPDATES = [m for m in MEMBERS if m[0] not in ("target", "noise", "discriminator.initializer")]
"""What else there is decides the numbers that updates get, not what they do with them."""


@pytest.mark.parametrize(
    ("path", "kind"), IN_UPDATES, ids=[f"{path}-{kind.__name__}" for path, kind in IN_UPDATES]
)
def test_every_member_of_every_union(
    path: str, kind: type[Spec], monkeypatch: pytest.MonkeyPatch
) -> None:
    check(small(batch_size=8, replicas=2, **TINY).replace(**placed(path, kind())), monkeypatch)


@pytest.mark.parametrize("changes", OTHERS.values(), ids=OTHERS)
def test_every_layer_and_remedy(changes: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    check(small(batch_size=8, replicas=2, **TINY).replace(**changes), monkeypatch)


def test_a_large_state_is_replayed_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not interpreted by TorchScript, whose gain is small there."""
    monkeypatch.setattr(replay, "SMALL", 0)
    monkeypatch.setattr(torch.jit, "trace", lambda *_args, **_more: pytest.fail("interpreted"))
    recorded = play(small(batch_size=8, **TINY))
    monkeypatch.setattr(game_module, "capture", plainly)
    assert same(recorded, play(small(batch_size=8, **TINY)))


def test_capturing_changes_nothing() -> None:
    state, given = [torch.zeros(3)], [torch.ones(3)]

    def update(total: torch.Tensor, x: torch.Tensor) -> tuple[torch.Tensor]:
        total.add_(x)
        return (total * 2,)

    again = capture(update, state, given)
    assert (state[0] == 0).all()
    assert again(torch.full((3,), 5.0))[0].tolist() == [10, 10, 10]
    assert state[0].tolist() == [5, 5, 5]
    assert given[0].tolist() == [1, 1, 1]


def test_preparing_changes_nothing() -> None:
    e = small(**TINY, instance_noise={"std": 1.0}, ema=0.5)
    prepared, fresh = new_game(e), new_game(e)
    before = prepared.arena.flat.clone()
    prepared.prepare()
    assert torch.equal(prepared.arena.flat, before)
    for game in (prepared, fresh):
        game.step(Order.BOTH)
    assert torch.equal(prepared.arena.flat, fresh.arena.flat)


def test_results_do_not_share_memory_with_the_state() -> None:
    """A loss that is kept must not change when training goes on."""
    game = new_game(small(batch_size=8))
    first = game.update_discriminator()
    kept = first.clone()
    for _ in range(5):
        game.update_discriminator()
    assert torch.equal(first, kept)


def test_numbers_of_the_optimizer_are_inputs_and_need_no_new_capture(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    captured: list[Any] = []

    def counting(*given: Any) -> Update:
        captured.append(given)
        return capture(*given)

    monkeypatch.setattr(game_module, "capture", counting)
    e = small(batch_size=8, **TINY)
    game = new_game(e)
    game.prepare()
    for change in (
        {"optimizer_d.lr": 0.5, "optimizer_g.beta1": 0.1, "ema": 0.5},
        {"optimizer_d.schedule": "staircase", "discriminator_steps": 3},
    ):
        e = e.replace(**change)
        game.edit(e)
        game.step(Order.BOTH)
    assert len(captured) == 2
    before = game.discriminator.weights.flat.clone()
    game.update_discriminator()
    assert (game.discriminator.weights.flat - before).abs().max() > 0.01
    game.edit(e.replace(loss="minimax"))
    game.step(Order.BOTH)
    assert len(captured) == 4
