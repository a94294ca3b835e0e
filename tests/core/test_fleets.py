"""Replica i of a fleet is the single run with its seed, whatever the run is made of."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.control import Order
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.losses import Loss
from ganstudio.core.penalties import PenaltyD, PenaltyG
from ganstudio.core.play import Play
from ganstudio.core.problems import _models
from ganstudio.core.spec import Spec
from tests.core.helpers import TINY, Floats, new_game, small

pytestmark = pytest.mark.usefixtures("uncaptured")

SGD = {"kind": "sgd", "lr": 0.05}
"""Where a gradient is 0 but for rounding, Adam would make a step of it."""
KINDS = [
    (path, kind)
    for path, union in {
        "loss": Loss,
        "penalties_d": PenaltyD,
        "penalties_g": PenaltyG,
        "play": Play,
    }.items()
    for kind in _models(union)
]
BATCH = {"width": 5, "normalisation": "batch", "dropout": 0.3}
LAYER = {"width": 4, "normalisation": "layer", "frozen": True}
REMEDIES: dict[str, dict[str, Any]] = {
    "batch normalisation, dropout, layer normalisation": {
        "generator.layers": [BATCH, LAYER],
        "discriminator.layers": [BATCH, LAYER],
    },
    "spectral norm": {"discriminator.spectral_norm": True},
    "packing": {"discriminator.packing": 4},
    "minibatch std": {"discriminator.minibatch_std": True},
    "minibatch discrimination": {"discriminator.minibatch": {"enabled": True, "std": 1.0}},
    "instance noise": {"instance_noise": {"std": 0.5, "decay": 5}},
    "unrolling": {"unrolling.steps": 2},
    "label smoothing": {"loss.smoothing": 0.1},
    "norm clipping": {"optimizer_d.clip": {"kind": "norm", "limit": 0.05}},
    "value clipping": {"optimizer_g.clip": {"kind": "value", "limit": 0.01}},
    "average": {"ema": 0.9, "ema_warmup": 10},
    "k steps": {"discriminator_steps": 3},
    "pretraining": {"pretraining.steps": 5},
    "in the plane": {"target": "ring", "noise": {"kind": "normal", "size": 2}},
}


def tiny(**changes: Any) -> Experiment:
    """Small and without an optimizer that hides what a gradient is."""
    return small(seed=10, optimizer_d=SGD, optimizer_g=SGD, **TINY).replace(**changes)


def play(game: Game) -> tuple[list[torch.Tensor], list[dict[str, Floats]]]:
    """Some steps: the losses one after another, (R,) each, and the weights at the end."""
    losses = [game.update_pretraining() for _ in range(game.experiment.pretraining.steps)]
    for _ in range(4):
        losses += [loss for loss in game.step(Order.BOTH) if loss is not None]
        game.follow()
    g, d = game.generator.weights, game.discriminator.weights
    weights = [d.named("discriminator"), g.named("generator"), g.named("average", game.average)]
    return losses, weights


def check(experiment: Experiment) -> None:
    """A fleet of three against its singles."""
    losses, weights = play(new_game(experiment.replace(replicas=3)))
    assert all(torch.isfinite(loss).all() for loss in losses)
    for i in range(3):
        alone, alone_weights = play(new_game(experiment.replace(seed=experiment.seed + i)))
        # Matrix products over a stack may sum in another order.
        for ours, theirs in zip(losses, alone, strict=True):
            np.testing.assert_allclose(ours[i], theirs[0], rtol=1e-4, atol=1e-5)
        for mine, own in zip(weights, alone_weights, strict=True):
            for name, weight in own.items():
                np.testing.assert_allclose(
                    mine[name][i], weight[0], rtol=0, atol=1e-5, err_msg=name
                )


@pytest.mark.parametrize(("path", "kind"), KINDS, ids=[kind.__name__ for _, kind in KINDS])
def test_every_loss_penalty_and_turn(path: str, kind: type[Spec]) -> None:
    check(tiny(**{path: (kind(),) if path.startswith("penalties") else kind()}))


@pytest.mark.parametrize("changes", REMEDIES.values(), ids=REMEDIES)
def test_every_layer_and_remedy(changes: dict[str, Any]) -> None:
    check(tiny(**changes))


@pytest.mark.parametrize("network", ["discriminator", "generator"])
@pytest.mark.parametrize("changes", REMEDIES.values(), ids=REMEDIES)
def test_nan_stays_in_its_replica(changes: dict[str, Any], network: str) -> None:
    e = tiny(**changes).replace(replicas=3, **{"pretraining.steps": 0})
    clean, spoilt = new_game(e), new_game(e)
    getattr(spoilt, network).weights.views[0][1] = float("nan")
    (losses, weights), (others, other_weights) = play(clean), play(spoilt)
    for ours, theirs in zip(losses, others, strict=True):
        assert torch.equal(ours[[0, 2]], theirs[[0, 2]])
        assert torch.isnan(theirs[1])
    for mine, own in zip(weights, other_weights, strict=True):
        for name, weight in mine.items():
            np.testing.assert_array_equal(weight[[0, 2]], own[name][[0, 2]], err_msg=name)
