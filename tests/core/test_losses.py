"""Losses against formulas written out in float64, and gradients against finite differences."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ganstudio.core.losses import LiteralLog, Minimax, NonSaturating, StableLog

LOGITS = np.linspace(-6, 6, 24).reshape(2, 12, 1)


def both() -> tuple[torch.Tensor, torch.Tensor]:
    """Real and fake logits of two replicas, in float64."""
    real = torch.from_numpy(LOGITS)
    return real, torch.from_numpy(LOGITS[:, ::-1].copy() * 0.7 - 1)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return np.asarray(1 / (1 + np.exp(-x)))


@pytest.mark.parametrize("loss", [NonSaturating(), Minimax()])
def test_discriminator_loss_is_the_paper_s(loss: NonSaturating | Minimax) -> None:
    real, fake = both()
    d_real, d_fake = sigmoid(real.numpy()), sigmoid(fake.numpy())
    expected = -np.log(d_real).mean((1, 2)) - np.log(1 - d_fake).mean((1, 2))
    np.testing.assert_allclose(loss.discriminator(real, fake).numpy(), expected, rtol=1e-12)


def test_generator_losses_are_the_paper_s() -> None:
    _, fake = both()
    d = sigmoid(fake.numpy())
    found = NonSaturating().generator(fake).numpy()
    np.testing.assert_allclose(found, -np.log(d).mean((1, 2)), rtol=1e-12)
    found = Minimax().generator(fake).numpy()
    np.testing.assert_allclose(found, np.log(1 - d).mean((1, 2)), rtol=1e-12)


@pytest.mark.parametrize("clip", [0.0, 1e-5, 0.2])
def test_literal_logs(clip: float) -> None:
    log, (_, logits) = LiteralLog(clip=clip), both()
    d = sigmoid(logits.numpy())
    # The literal form rounds D to float32, as its programs did.
    np.testing.assert_allclose(log.log_d(logits), np.log(np.maximum(d, clip)), rtol=1e-4)
    np.testing.assert_allclose(log.log_not_d(logits), np.log(np.maximum(1 - d, clip)), rtol=1e-4)


def test_below_the_clip_the_gradient_is_exactly_zero() -> None:
    """This freezes preset A: 4 of 20 seeds stand still at loss_d = -ln 1e-5."""
    logits = torch.tensor([[[30.0], [-30.0], [0.0]]], requires_grad=True)
    loss = Minimax(log=LiteralLog(clip=1e-5)).generator(logits)
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    assert slope[0, 0, 0] == 0
    assert slope[0, 2, 0] != 0
    frozen = NonSaturating(log=LiteralLog(clip=1e-5))
    real, fake = torch.full((1, 8, 1), 40.0), torch.full((1, 8, 1), 40.0)
    assert frozen.discriminator(real, fake).item() == pytest.approx(11.513, abs=1e-3)


def test_the_stable_form_never_loses_its_gradient() -> None:
    logits = torch.tensor([[[200.0], [-200.0]]], requires_grad=True)
    loss = NonSaturating().discriminator(-logits, logits)
    assert loss.item() == pytest.approx(200)
    (slope,) = torch.autograd.grad(loss.sum(), logits)
    assert slope.abs().max() > 0.4


def test_the_plain_literal_form_is_nan_where_tensorflow_s_is() -> None:
    """Where D is 1 in float32; elsewhere the addition that does it changes no bit."""
    log, logits = LiteralLog(), torch.linspace(-12, 15, 50)
    assert torch.equal(log.log_not_d(logits), torch.log(1 - log.sigmoid(logits)))
    sure = torch.tensor([30.0], requires_grad=True)
    value = log.log_not_d(sure)
    (slope,) = torch.autograd.grad(value.sum(), sure)
    assert value.isnan().all()
    assert slope.isnan().all()


def test_the_rounded_sigmoid_is_the_nearest_float32() -> None:
    x = torch.linspace(-20, 20, 4001)
    exact = 1 / (1 + np.exp(-x.numpy().astype(np.float64)))
    np.testing.assert_array_equal(LiteralLog().sigmoid(x), exact.astype(np.float32))


@pytest.mark.parametrize("loss", [NonSaturating(), Minimax()])
def test_gradients_against_finite_differences(loss: NonSaturating | Minimax) -> None:
    real, fake = (x.requires_grad_() for x in both())
    assert torch.autograd.gradcheck(loss.discriminator, (real, fake))
    assert torch.autograd.gradcheck(loss.generator, (fake,))


def test_both_forms_have_the_same_gradient_where_nothing_saturates() -> None:
    slopes = []
    for log in (StableLog(), LiteralLog()):
        logits = torch.linspace(-4, 4, 16).reshape(1, 16, 1).requires_grad_()
        loss = NonSaturating(log=log).discriminator(logits, -logits * 0.5)
        slopes.append(torch.autograd.grad(loss.sum(), logits)[0])
    torch.testing.assert_close(slopes[0], slopes[1], rtol=1e-4, atol=1e-6)


def test_equilibrium_is_the_loss_at_one_half() -> None:
    undecided = torch.zeros(1, 8, 1)
    for loss in (NonSaturating(), Minimax()):
        d, g = loss.equilibrium
        assert loss.discriminator(undecided, undecided).item() == pytest.approx(d, abs=1e-6)
        assert loss.generator(undecided).item() == pytest.approx(g, abs=1e-6)
        assert d == pytest.approx(2 * math.log(2))
