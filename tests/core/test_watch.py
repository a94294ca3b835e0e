"""What a watch chooses: another replica, and layers that are measured only when watched."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core import portrait as portrait_module
from ganstudio.core.control import Order, RunToEnd, Watch
from ganstudio.core.looking import Eye
from ganstudio.core.meters import measure_layers
from tests.core.helpers import TINY, new_game, record, same_bits, small, spelled

BUILT: dict[str, Any] = {
    "generator.layers": [{"width": 3, "activation": "tanh", "normalisation": "batch"}],
    "discriminator.layers": [{"width": 4, "dropout": 0.2}, {"width": 1}],
    "discriminator.minibatch": {"enabled": True, "position": 1},
    "discriminator.packing": 2,
    "discriminator.spectral_norm": True,
}


class Watching(RunToEnd):
    """Looks at one thing after another."""

    def __init__(self, *watches: Watch) -> None:
        super().__init__()
        self._watches = list(watches)

    def watch(self) -> Watch:
        return self._watches.pop(0) if len(self._watches) > 1 else self._watches[0]

    def wants_frame(self) -> bool:
        return True


def test_the_watched_replica_is_drawn() -> None:
    e = small(steps=3, replicas=3, **TINY)
    run = record(e, control=Watching(Watch(2), Watch(0), Watch(1), Watch(2)))
    assert [frame.view.replica for frame in run.frames] == [2, 0, 1, 2]


@pytest.mark.parametrize("play", ["alternating", "extragradient"])
def test_looking_changes_nothing_in_the_run(play: str) -> None:
    e = small(steps=8, replicas=2, play=play, **BUILT)
    looks = (Watch(1, layers=True), Watch(0, layers=True), Watch(1))
    watched, unwatched = record(e, control=Watching(*looks)), record(e)
    assert list(spelled(watched)) == list(spelled(unwatched))
    assert same_bits(dict(watched.finished.weights), dict(unwatched.finished.weights))


def test_looking_leaves_every_bit_of_the_state() -> None:
    game = new_game(small(replicas=2, ema=0.5, **BUILT))
    game.step(Order.BOTH)
    before = game.arena.flat.clone()
    measure_layers(game, 1, Eye(game).inward(np.random.default_rng(0).normal(size=(50, 1))))
    assert torch.equal(game.arena.flat, before)


def test_layers_are_measured_only_when_watched(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def counting(game: Any, replica: int, real: Any) -> Any:
        asked.append(replica)
        return measure_layers(game, replica, real)

    monkeypatch.setattr(portrait_module, "measure_layers", counting)
    e = small(steps=3, replicas=2, **TINY)
    run = record(e, control=Watching(Watch(), Watch(1, layers=True), Watch(1)))
    assert asked == [1]
    assert [len(frame.layers) for frame in run.frames] == [0, 5, 0, 0]


def test_every_layer_has_a_meter_with_its_own_gradient() -> None:
    game = new_game(small(replicas=2, **BUILT))
    fresh = measure_layers(game, 0, Eye(game).inward(np.zeros((10, 1))))
    assert all(np.isnan(meter.gradient) for meter in fresh)
    game.step(Order.BOTH)
    meters = measure_layers(
        game, 1, Eye(game).inward(np.random.default_rng(0).normal(4, 0.5, (300, 1)))
    )
    assert [(m.network, m.layer, m.name) for m in meters] == [
        ("generator", 0, "tanh, 3 units"),
        ("generator", 1, "output"),
        ("discriminator", 0, "leaky relu, 4 units"),
        ("discriminator", 1, "minibatch projection"),
        ("discriminator", 2, "leaky relu, 1 unit"),
        ("discriminator", 3, "output"),
    ]
    for name, player in (("generator", game.generator), ("discriminator", game.discriminator)):
        own = [m.gradient for m in meters if m.network == name]
        assert player.last_gradient is not None
        # Together they are the whole gradient of that replica.
        assert np.hypot.reduce(own) == pytest.approx(
            player.last_gradient[1].norm().item(), rel=1e-4
        )
    for meter in meters:
        assert meter.weight_shares.sum() == pytest.approx(1, abs=1e-5)
        assert meter.activation_shares.sum() == pytest.approx(1, abs=1e-5)
        assert not meter.weight_edges.flags.writeable


@pytest.mark.parametrize(
    ("activation", "bias", "share"),
    [("relu", -50.0, 1.0), ("relu", 50.0, 0.0), ("tanh", 50.0, 1.0), ("linear", 50.0, 0.0)],
)
def test_flat_units_are_counted(activation: str, bias: float, share: float) -> None:
    e = small(**{"generator.layers": [{"width": 3, "activation": activation}]})
    game = new_game(e)
    game.generator.weights.views[1].fill_(bias)
    meter = measure_layers(game, 0, Eye(game).inward(np.zeros((10, 1))))[0]
    assert meter.saturated == share


def test_half_of_the_units_can_be_flat() -> None:
    e = small(**{"generator.layers": [{"width": 4, "activation": "sigmoid"}]})
    game = new_game(e)
    bias = game.generator.weights.views[1]
    game.generator.weights.views[0].zero_()
    bias.copy_(torch.tensor([0.0, 1.0, 10.0, -10.0]))
    assert measure_layers(game, 0, Eye(game).inward(np.zeros((10, 1))))[0].saturated == 0.5


def test_numbers_that_are_not_finite_are_measured_without_a_warning() -> None:
    game = new_game(small(**BUILT))
    game.generator.weights.flat.fill_(float("nan"))
    game.discriminator.weights.flat.fill_(float("inf"))
    for meter in measure_layers(game, 0, Eye(game).inward(np.zeros((10, 1)))):
        assert np.isfinite(meter.weight_edges).all()
        assert meter.weight_shares.sum() == 0
