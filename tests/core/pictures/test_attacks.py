"""Adversarial examples: how far they go, whom they deceive, and what does not."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganstudio.core.control import Order
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.questions import Attack, Attacked, Withstand
from ganstudio.core.studio import Studio
from ganstudio.errors import SpecError
from tests.core.helpers import new_game

ROUNDING = 1e-6


def experiment(**changes: Any) -> Experiment:
    """Small networks that make digits."""
    layers = [{"width": 12}]
    small = {
        "target": "digits",
        "generator": {"layers": layers, "output": "tanh"},
        "discriminator": {"layers": layers},
        "noise": {"kind": "normal", "size": 4},
    }
    return Experiment(steps=50).replace(**small).replace(**changes)


@pytest.fixture(scope="module")
def game() -> Game:
    """A game whose D has learnt a little."""
    made = new_game(experiment())
    for _ in range(40):
        made.step(Order.BOTH)
        made.follow()
    return made


@pytest.fixture(scope="module")
def studio(game: Game) -> Studio:
    return Studio(game)


def gallery(game: Game) -> Gallery:
    assert isinstance(game.reals, Gallery)
    return game.reals


def attacked(game: Game, studio: Studio, at: int, epsilon: float, steps: int = 1) -> Attacked:
    """The classifier deceived about a held-out picture."""
    part = gallery(game).held_out
    return studio.attack(Attack(part.images[at], int(part.labels[at]), epsilon, steps))


def floats(picture: NDArray[np.uint8]) -> NDArray[np.float32]:
    return np.asarray(picture / 255, dtype=np.float32)


def loss(game: Game, picture: NDArray[np.float32], label: int) -> float:
    """Of the classifier, by hand."""
    with torch.no_grad():
        logits = gallery(game).judge.logits(torch.tensor(picture[None]))[0].double()
    return float(logits.logsumexp(0) - logits[label])


@pytest.mark.parametrize("steps", [1, 7])
@pytest.mark.parametrize("epsilon", [0.0, 0.02, 0.3])
def test_no_pixel_goes_farther_than_epsilon_or_off_the_scale(
    game: Game, studio: Studio, epsilon: float, steps: int
) -> None:
    for at in range(8):
        found = attacked(game, studio, at, epsilon, steps)
        assert np.abs(found.change).max() <= epsilon + ROUNDING
        assert found.picture.min() >= 0
        assert found.picture.max() <= 1
        first = floats(gallery(game).held_out.images[at])
        np.testing.assert_allclose(found.picture - found.change, first, atol=ROUNDING)
        if not epsilon:
            np.testing.assert_array_equal(found.before, found.after)


def test_the_loss_rises_and_many_steps_raise_it_no_less(game: Game, studio: Studio) -> None:
    part = gallery(game).held_out
    gains = []
    for at in range(20):
        label = int(part.labels[at])
        before = loss(game, floats(part.images[at]), label)
        fast, iterated = (
            loss(game, attacked(game, studio, at, 0.03, steps).picture, label) for steps in (1, 20)
        )
        assert fast > before
        gains.append((fast - before, iterated - before))
    fast_gain, iterated_gain = np.mean(gains, axis=0)
    assert iterated_gain >= fast_gain


def test_fgsm_moves_each_pixel_by_the_sign_of_the_gradient(game: Game, studio: Studio) -> None:
    part = gallery(game).held_out
    x = torch.from_numpy(floats(part.images[3]))[None].requires_grad_()
    logits = gallery(game).judge.logits(x)[0]
    wrong = logits.logsumexp(0) - logits[int(part.labels[3])]
    (slope,) = torch.autograd.grad(wrong, x)
    wanted = np.clip(x.detach().numpy()[0] + 0.04 * np.sign(slope.numpy()[0]), 0, 1)
    np.testing.assert_allclose(attacked(game, studio, 3, 0.04).picture, wanted, atol=ROUNDING)


def test_the_gradient_of_d_is_that_of_its_layers_by_hand(game: Game, studio: Studio) -> None:
    part = gallery(game).held_out
    first, bias, second, last = (w[0].double() for w in game.discriminator.weights.views)
    x = torch.from_numpy(floats(part.images[5])).double().flatten().requires_grad_()
    # The networks see pixels from -1 to 1.
    hidden = (2 * x - 1) @ first + bias[0]
    slope = game.experiment.at("discriminator.layers.0.activation.slope")
    logit = (torch.where(hidden > 0, hidden, slope * hidden) @ second + last)[0, 0]
    (gradient,) = torch.autograd.grad(logit, x)
    epsilon = 0.05
    wanted = (x.detach() - epsilon * gradient.sign()).clamp(0, 1).reshape(28, 28)
    asked = Attack(part.images[5], int(part.labels[5]), epsilon, of_discriminator=True)
    found = studio.attack(asked)
    np.testing.assert_allclose(found.picture, wanted.numpy(), atol=ROUNDING)
    assert found.before[0] == pytest.approx(float(logit.detach().sigmoid()), abs=1e-5)
    assert found.after[0] < found.before[0]


def test_d_that_is_told_the_class_is_told_it_here_too() -> None:
    made = new_game(experiment(conditional=True))
    part = gallery(made).held_out
    found = Studio(made).attack(Attack(part.images[0], 3, 0.1, of_discriminator=True))
    other = Studio(made).attack(Attack(part.images[0], 4, 0.1, of_discriminator=True))
    assert found.before[0] != other.before[0]


def test_curves_begin_at_the_plain_accuracy_and_noise_does_next_to_nothing(
    game: Game, studio: Studio
) -> None:
    count = 60
    found = studio.withstand(Withstand((0.0, 0.05, 0.1), 5, count))
    part = gallery(game).held_out.first(count)
    with torch.no_grad():
        guesses = gallery(game).judge.logits(torch.tensor(part.images)).argmax(1).numpy()
    plain = float((guesses == part.labels).mean())
    assert found.count == count
    for shares in (found.fast, found.iterated, found.noise):
        assert shares[0] == pytest.approx(plain)
    assert (found.iterated <= found.fast).all()
    assert found.noise[2] > 0.9 * plain
    assert found.fast[2] < 0.2


def test_curves_of_d_begin_at_the_share_that_it_calls_real(game: Game, studio: Studio) -> None:
    count = 30
    found = studio.withstand(Withstand((0.0, 0.2), 5, count, of_discriminator=True))
    part = gallery(game).held_out.first(count)
    alone = [
        studio.attack(Attack(one, 0, 0.0, of_discriminator=True)).before[0] for one in part.images
    ]
    assert found.fast[0] == pytest.approx(np.mean(np.array(alone) > 0.5))
    assert found.fast[1] <= found.fast[0]
    assert found.noise[1] >= found.fast[1]


def test_pieces_are_the_same_as_the_whole(studio: Studio) -> None:
    sizes = (0.0, 0.03, 0.1)
    whole = studio.withstand(Withstand(sizes, 4, 20))
    pieces = [studio.withstand(Withstand((size,), 4, 20)) for size in sizes]
    for name in ("fast", "iterated", "noise"):
        joined = np.concatenate([getattr(piece, name) for piece in pieces])
        np.testing.assert_array_equal(joined, getattr(whole, name))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"label": 10}, "there is no class 10; there are 10"),
        ({"label": -1}, "there is no class -1"),
        ({"picture": np.zeros((5, 28), np.uint8)}, r"should be \(28, 28\)"),
        ({"epsilon": 1.5}, "epsilon is 1.5"),
        ({"epsilon": float("nan")}, "epsilon is nan"),
        ({"steps": 0}, "an attack of 0 steps"),
        ({"replica": 1}, "there is no replica 1"),
    ],
)
def test_what_is_no_attack_is_refused_in_a_sentence(
    studio: Studio, changes: dict[str, Any], says: str
) -> None:
    right = Attack(np.zeros((28, 28), np.uint8), 3, 0.1)
    with pytest.raises(SpecError, match=says):
        studio.attack(replace(right, **changes))


def test_an_attack_changes_nothing_in_the_game(game: Game, studio: Studio) -> None:
    before = game.discriminator.weights.flat.clone()
    part = gallery(game).held_out
    studio.attack(Attack(part.images[0], 0, 0.2, 5, of_discriminator=True))
    assert torch.equal(game.discriminator.weights.flat, before)
    assert game.discriminator.weights.flat.grad is None
