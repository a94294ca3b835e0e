"""Optimizers against torch's own, and against TensorFlow's formula in float64; schedules."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganstudio.core.experiment import Experiment
from ganstudio.core.game import COEFFICIENT_BLOCK, Player
from ganstudio.core.optimizers import Adam, GradientOptimizer, Sgd
from ganstudio.core.schedules import Constant, Staircase
from ganstudio.core.weights import Weights

STEPS = 100
rng = np.random.default_rng(0)
START = rng.standard_normal((3, 7)).astype(np.float32)
GRADIENTS = rng.standard_normal((STEPS, 3, 7)).astype(np.float32)


def ours(optimizer: GradientOptimizer, gradients: NDArray[np.float32]) -> NDArray[np.float32]:
    """The weights after one update for each gradient."""
    weights = torch.from_numpy(START.copy())
    slots = [torch.zeros_like(weights) for _ in range(optimizer.slots)]
    table = optimizer.coefficients(np.arange(len(gradients))).astype(np.float32)
    for gradient, row in zip(gradients, table, strict=True):
        optimizer.update_(
            weights, torch.from_numpy(gradient), slots, torch.from_numpy(row).unbind()
        )
    return weights.numpy()


def torchs(optimizer: type[torch.optim.Optimizer], **settings: Any) -> NDArray[np.float32]:
    """The same with torch.optim."""
    weights = torch.from_numpy(START.copy()).requires_grad_()
    rule = optimizer([weights], **settings)
    for gradient in GRADIENTS:
        weights.grad = torch.from_numpy(gradient)
        rule.step()
    return weights.detach().numpy()


def test_sgd_is_torch_s() -> None:
    expected = torchs(torch.optim.SGD, lr=0.02)
    np.testing.assert_allclose(ours(Sgd(lr=0.02), GRADIENTS), expected, rtol=0, atol=1e-6)


@pytest.mark.parametrize("betas", [(0.9, 0.999), (0.5, 0.999), (0.0, 0.9), (0.9, 0.0)])
@pytest.mark.parametrize("eps", [1e-8, 1e-2])
def test_adam_is_torch_s(betas: tuple[float, float], eps: float) -> None:
    found = ours(Adam(lr=0.01, beta1=betas[0], beta2=betas[1], eps=eps), GRADIENTS)
    expected = torchs(torch.optim.Adam, lr=0.01, betas=betas, eps=eps)
    np.testing.assert_allclose(found, expected, rtol=0, atol=5e-6)


@pytest.mark.parametrize("eps", [1e-8, 1e-2])
def test_adam_is_tensorflow_s(eps: float) -> None:
    """lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps), written out in float64."""
    w, m, v = START.astype(np.float64), np.zeros((3, 7)), np.zeros((3, 7))
    for t, g in enumerate(GRADIENTS.astype(np.float64), start=1):
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w -= 0.01 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + eps)
    found = ours(Adam(lr=0.01, eps=eps, epsilon="tensorflow"), GRADIENTS)
    np.testing.assert_allclose(found, w, rtol=0, atol=5e-6)


def test_the_two_epsilons_differ_where_gradients_are_small() -> None:
    tiny = GRADIENTS[:5] * np.float32(1e-8)
    forms = [ours(Adam(epsilon=form), tiny) for form in ("torch", "tensorflow")]
    assert np.abs(forms[0] - forms[1]).max() > 1e-4


def test_staircase() -> None:
    found = Staircase(decay=0.95, every=150).factor(np.array([0, 149, 150, 299, 300, 1199]))
    np.testing.assert_allclose(found, 0.95 ** np.array([0, 0, 1, 1, 2, 7]), rtol=1e-15)


def test_constant() -> None:
    np.testing.assert_array_equal(Constant().factor(np.arange(3)), [1, 1, 1])


def test_a_schedule_multiplies_the_rate() -> None:
    for optimizer in (Sgd(lr=0.5), Adam(lr=0.5)):
        plain = optimizer.coefficients(np.arange(40))
        falling = optimizer.replace(schedule=Staircase(decay=0.5, every=10))
        found = falling.coefficients(np.arange(40))
        np.testing.assert_allclose(found[:, 0], plain[:, 0] * 0.5 ** (np.arange(40) // 10))
        np.testing.assert_array_equal(found[:, 1:], plain[:, 1:])


def test_a_player_counts_its_own_updates_across_blocks_and_edits() -> None:
    optimizer = Sgd(lr=1.0, schedule=Staircase(decay=0.5, every=100))
    player = Player(Weights([[np.zeros((1, 1), dtype=np.float32)]], "cpu"), optimizer)
    count = COEFFICIENT_BLOCK + 50
    rates = [player.coefficients()[0].item() for _ in range(count)]
    np.testing.assert_allclose(rates, 0.5 ** (np.arange(count) // 100))
    player.use(optimizer.replace(lr=8.0))
    assert player.coefficients()[0].item() == pytest.approx(8 * 0.5 ** (count // 100))


def test_an_experiment_s_networks_have_their_own_optimizers() -> None:
    experiment = Experiment().replace(optimizer_d="sgd")
    assert isinstance(experiment.optimizer_d, Sgd)
    assert isinstance(experiment.optimizer_g, Adam)
