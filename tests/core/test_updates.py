"""Both updates against the algorithm's formulas, written out with torch's autograd."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.control import Order
from ganstudio.core.draws import Feed
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.targets import Gaussian
from ganstudio.core.updates import needs_real
from tests.core.helpers import TINY, new_game, small

LR = 0.05
SGD = {"kind": "sgd", "lr": LR}
PLAIN = {**TINY, "optimizer_d": SGD, "optimizer_g": SGD}

Theta = list[torch.Tensor]


def copied(game: Game) -> tuple[Theta, Theta]:
    """D's and G's weights of replica 0 in float64, as variables: w0, b0, w1, b1, ..."""
    phi, theta = (
        [view[0].double().clone().requires_grad_() for view in player.weights.views]
        for player in (game.discriminator, game.generator)
    )
    return phi, theta


def mlp(theta: Theta, x: torch.Tensor, activations: list[Any]) -> torch.Tensor:
    """A multilayer perceptron as a formula."""
    for w, b, function in zip(theta[::2], theta[1::2], [*activations, lambda x: x], strict=True):
        x = function(x @ w + b)
    return x


def judge(phi: Theta, x: torch.Tensor) -> torch.Tensor:
    """D of `TINY`."""
    return mlp(phi, x, [torch.tanh, lambda x: torch.nn.functional.leaky_relu(x, 0.2)])


def generate(theta: Theta, z: torch.Tensor) -> torch.Tensor:
    """G of `TINY`."""
    return mlp(theta, z, [torch.tanh])


def loss_d(real: torch.Tensor, fake: torch.Tensor) -> torch.Tensor:
    """-E log D(x) - E log(1 - D(G(z)))."""
    return -(torch.log(torch.sigmoid(real)) + torch.log(1 - torch.sigmoid(fake))).mean()


def loss_g(fake: torch.Tensor) -> torch.Tensor:
    """-E log D(G(z))."""
    return -torch.log(torch.sigmoid(fake)).mean()


def batches(experiment: Experiment) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """The first noise of D, real batch, and noise of G, in float64."""
    feed = Feed(experiment, "cpu")
    z = feed.noise()[0].double()
    return z, feed.real()[0].double(), feed.noise()[0].double()


def moved(theta: Theta, slopes: tuple[torch.Tensor, ...]) -> torch.Tensor:
    """All weights after a step of gradient descent, in one row."""
    return torch.cat([(w - LR * s).flatten() for w, s in zip(theta, slopes, strict=True)])


def near(found: torch.Tensor, expected: torch.Tensor) -> None:
    """Equal up to float32."""
    torch.testing.assert_close(found.double(), expected.detach(), rtol=2e-5, atol=2e-6)


def test_one_update_of_d_then_one_of_g() -> None:
    e = small(**PLAIN)
    game = new_game(e)
    phi, theta = copied(game)
    z, x, z_g = batches(e)

    real, fake = judge(phi, x), judge(phi, generate(theta, z).detach())
    loss = loss_d(real, fake)
    near(game.update_discriminator()[0], loss)
    after = moved(phi, torch.autograd.grad(loss, phi))
    near(game.discriminator.weights.flat[0], after)
    assert game.last_logits is not None
    near(game.last_logits[0], torch.cat([real, fake]))

    phi, _ = copied(game)
    loss = loss_g(judge(phi, generate(theta, z_g)))
    near(game.update_generator()[0], loss)
    slopes = torch.autograd.grad(loss, theta)
    near(game.generator.weights.flat[0], moved(theta, slopes))
    assert game.generator.last_gradient is not None
    near(game.generator.last_gradient[0], torch.cat([s.flatten() for s in slopes]))


def test_the_loss_that_is_told_is_the_game_s_without_penalties() -> None:
    e = small(**PLAIN)
    penalised = e.replace(penalties_d=({"kind": "r1", "weight": 2.0},), penalties_g=("l2",))
    plain, game = new_game(e), new_game(penalised)
    phi, theta = copied(game)
    z, x, _ = batches(e)
    assert torch.equal(plain.update_discriminator(), game.update_discriminator())
    x.requires_grad_()
    real, fake = judge(phi, x), judge(phi, generate(theta, z).detach())
    (slope,) = torch.autograd.grad(real.sum(), x, create_graph=True)
    total = loss_d(real, fake) + slope.square().sum(1).mean()
    slopes = torch.autograd.grad(total, phi)
    near(game.discriminator.weights.flat[0], moved(phi, slopes))


def test_pretraining_fits_d_to_the_density_with_weights_of_its_own() -> None:
    e = small(**PLAIN, pretraining={"steps": 5}, standardise=False)
    game = new_game(e)
    copy = game._pretrained
    assert copy is not None
    assert not torch.equal(copy.weights.flat, game.discriminator.weights.flat)
    x = Feed(e, "cpu").pretraining_inputs()[0].double()
    theta = [view[0].double().clone().requires_grad_() for view in copy.weights.views]
    label = torch.from_numpy(Gaussian().density(x.numpy()))
    loss = (torch.sigmoid(judge(theta, x)) - label).square().mean()
    near(game.update_pretraining()[0], loss)
    near(game.discriminator.weights.flat[0], moved(theta, torch.autograd.grad(loss, theta)))
    assert torch.equal(copy.weights.flat, game.discriminator.weights.flat)


def test_without_pretraining_there_is_none() -> None:
    with pytest.raises(RuntimeError, match="no pretraining"):
        new_game(small()).update_pretraining()


# ------------------------------------------------------------------------------------ unrolling


@pytest.mark.parametrize("steps", [1, 3])
def test_unrolling_against_a_loop(steps: int) -> None:
    """The generator's gradient goes through the updates of D (Metz et al. 2017, eq. 5-8)."""
    ahead = {"unrolling.steps": steps, "unrolling.lr": 0.3}
    e = small(**PLAIN).replace(**ahead)
    game = new_game(e)
    phi, theta = copied(game)
    z, x, _ = batches(e)
    before = game.discriminator.weights.flat.clone()
    loss = game.update_generator()[0]

    fake = generate(theta, z)
    looked = phi
    for _ in range(steps):
        slopes = torch.autograd.grad(
            loss_d(judge(looked, x), judge(looked, fake)), looked, create_graph=True
        )
        looked = [w - 0.3 * s for w, s in zip(looked, slopes, strict=True)]
    expected = loss_g(judge(looked, fake))
    near(loss, expected)
    slopes = torch.autograd.grad(expected, theta)
    near(game.generator.weights.flat[0], moved(theta, slopes))
    assert torch.equal(game.discriminator.weights.flat, before)
    # The way back through D's steps is a part of the gradient that is worth something.
    held = [w.detach() for w in looked]
    short = torch.autograd.grad(loss_g(judge(held, generate(theta, z))), theta)
    assert (moved(theta, short) - moved(theta, slopes)).abs().max() > 1e-4


def test_a_frozen_layer_of_d_is_not_looked_ahead_either() -> None:
    frozen = {"discriminator.layers.0.frozen": True, "unrolling.steps": 2, "unrolling.lr": 0.3}
    e = small(**PLAIN).replace(**frozen)
    game = new_game(e)
    phi, theta = copied(game)
    z, x, _ = batches(e)
    fake, looked = generate(theta, z), phi
    for _ in range(2):
        loss = loss_d(judge(looked, x), judge(looked, fake))
        slopes = torch.autograd.grad(loss, looked[2:], create_graph=True)
        later = [w - 0.3 * s for w, s in zip(looked[2:], slopes, strict=True)]
        looked = [*looked[:2], *later]
    near(game.update_generator()[0], loss_g(judge(looked, fake)))


# -------------------------------------------------------------------------- what G looks at


@pytest.mark.parametrize(
    ("changes", "needs"),
    [
        ({}, False),
        ({"loss": "hinge"}, False),
        ({"loss": "relativistic"}, True),
        ({"unrolling": {"steps": 1}}, True),
        ({"penalties_g": ("feature_matching",)}, True),
        ({"penalties_g": ("l2",)}, False),
        ({"penalties_d": ("gradient_penalty",)}, False),
        ({"instance_noise": {"std": 1.0}}, False),
    ],
)
def test_only_who_compares_draws_real_samples_for_g(changes: dict[str, Any], needs: bool) -> None:
    e = small(**PLAIN, **changes)
    assert needs_real(e) is needs
    feed = Feed(e, "cpu")
    game = Game(e, "cpu", {}, feed)
    game.update_generator()
    game.update_generator()
    stream = Feed(e, "cpu")
    taken = [stream.real() for _ in range(3)]
    assert torch.equal(feed.real(), taken[2 if needs else 0])


def test_the_relativistic_generator_meets_the_next_real_batch() -> None:
    e = small(**PLAIN, loss="relativistic")
    game = new_game(e)
    phi, theta = copied(game)
    z, x, _ = batches(e)
    found = game.update_generator()[0]
    difference = judge(phi, x) - judge(phi, generate(theta, z))
    near(found, torch.nn.functional.softplus(difference).mean())


# -------------------------------------------------------------------------------- instance noise


def test_instance_noise_has_its_spread_and_fades() -> None:
    """D and G are lines with slope 1 here, so logits are the samples as D sees them."""
    line: dict[str, Any] = {"layers": []}
    e = small(
        batch_size=4000,
        generator=line,
        discriminator=line,
        loss="wasserstein",
        instance_noise={"std": 2.0, "decay": 10},
        optimizer_d={"kind": "sgd", "lr": 1e-9},
        optimizer_g={"kind": "sgd", "lr": 1e-9},
    ).replace(**{"loss.clip": 0.0})
    one, none = [[1.0]], [0.0]
    weights: dict[str, Any] = {"generator.0.weight": one, "generator.0.bias": none}
    weights |= {"discriminator.0.weight": one, "discriminator.0.bias": none}
    game, feed = new_game(e, weights), Feed(e, "cpu")
    seen = []
    for _ in range(12):
        game.step(Order.BOTH)
        z, x = feed.noise(), feed.real()
        feed.noise()
        assert game.last_logits is not None
        seen.append((game.last_logits - torch.cat([x, z], dim=1))[0, :, 0].double())
    for step, noise in enumerate(seen):
        expected = 2.0 * max(0.0, 1 - step / 10)
        assert noise.std().item() == pytest.approx(expected, rel=0.03, abs=1e-4)
        assert noise.mean().item() == pytest.approx(0, abs=0.1)
    real, fake = seen[0].chunk(2)
    assert abs(np.corrcoef(real, fake)[0, 1]) < 0.06
    assert abs(np.corrcoef(seen[0], seen[1])[0, 1]) < 0.06


def test_switching_noise_off_leaves_no_trace() -> None:
    e = small(**PLAIN)
    off, on = new_game(e), new_game(e.replace(**{"instance_noise.std": 0.5}))
    assert not torch.equal(off.update_discriminator(), on.update_discriminator())
    on.edit(e)
    on.discriminator.weights.flat.copy_(off.discriminator.weights.flat)
    assert torch.equal(off.update_discriminator(), on.update_discriminator())
