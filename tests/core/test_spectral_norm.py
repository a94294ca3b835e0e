"""Spectral normalisation against the singular values, and against torch's own."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.networks import Discriminator, Pass
from tests.core.helpers import buffers_of, weights_of

LAYERS = [{"width": 6, "activation": "linear"}, {"width": 4, "activation": "linear"}]


def network(**changes: object) -> Discriminator:
    return Discriminator.parse({"layers": LAYERS, "spectral_norm": True} | changes)


def test_after_some_steps_every_matrix_has_norm_one() -> None:
    d, plain = network(), network(spectral_norm=False)
    weights, buffers = weights_of(d, 3, 2), buffers_of(d, 3, 2)
    weights.flat.uniform_(-1, 1)
    x = torch.randn(2, 8, 3)
    for _ in range(200):
        found = d(weights.views, x, Pass(buffers.views, training=True, learns=True))
    for replica in range(2):
        views = [view[replica : replica + 1].clone() for view in weights.views]
        for w in views[::2]:
            w.div_(float(np.linalg.svd(w[0].numpy(), compute_uv=False)[0]))
        expected = plain(views, x[replica : replica + 1])
        torch.testing.assert_close(found[replica], expected[0], rtol=1e-4, atol=1e-5)
    # In evaluation the last direction is used and nothing moves.
    before = buffers.flat.clone()
    torch.testing.assert_close(d(weights.views, x, Pass(buffers.views)), found)
    assert torch.equal(buffers.flat, before)


def test_each_step_and_its_gradient_are_torch_s() -> None:
    """torch begins with a direction of its own; it is given ours."""
    d = network(layers=[])
    for seed in range(3):
        torch.manual_seed(seed)
        weights, buffers = weights_of(d, 5), buffers_of(d, 5)
        weights.flat.uniform_(-1, 1)
        linear = torch.nn.Linear(5, 1)
        linear.weight.data = weights.views[0][0].T.clone()
        linear.bias.data = weights.views[1][0, 0].clone()
        theirs = torch.nn.utils.parametrizations.spectral_norm(linear)
        # torch publishes no types for what it puts in the place of a weight.
        there: Any = theirs.parametrizations["weight"]  # type: ignore[index]
        there[0]._u.copy_(buffers.views[0][0, 0])
        x = torch.randn(1, 9, 5)
        theta = [w.clone().requires_grad_() for w in weights.views]
        ours = d(theta, x, Pass(buffers.views, training=True, learns=True))
        expected = theirs(x[0])
        torch.testing.assert_close(ours[0], expected)
        (slope,) = torch.autograd.grad(ours.square().sum(), theta[0])
        (their_slope,) = torch.autograd.grad(expected.square().sum(), there.original)
        torch.testing.assert_close(slope[0].T, their_slope)


@pytest.mark.parametrize("steps", [1, 3])
def test_the_power_iteration_by_hand(steps: int) -> None:
    """Miyato et al. 2018, algorithm 1: v = W u / |W u|, u = W^T v / |W^T v|, sigma = v^T W u."""
    d = network()
    weights, buffers = weights_of(d, 3), buffers_of(d, 3)
    w, u = weights.views[0][0].double().numpy(), buffers.views[0][0, 0].double().numpy()
    for _ in range(steps):
        d(weights.views, torch.randn(1, 4, 3), Pass(buffers.views, training=True, learns=True))
        v = w @ u / np.linalg.norm(w @ u)
        u = w.T @ v / np.linalg.norm(w.T @ v)
    np.testing.assert_allclose(buffers.views[0][0, 0], u, atol=1e-5)


def test_the_projection_is_not_bounded() -> None:
    d = network(minibatch={"enabled": True, "position": 1})
    assert [part.layer for part in d.buffers(3)] == [0, 2, 3]


def test_a_d_that_is_bounded_is_nowhere_steeper_than_one() -> None:
    d = Discriminator.parse({"layers": [{"width": 16}] * 2, "spectral_norm": True})
    weights, buffers = weights_of(d, 2), buffers_of(d, 2)
    weights.flat.mul_(20)
    for _ in range(100):
        d(weights.views, torch.randn(1, 4, 2), Pass(buffers.views, training=True, learns=True))
    x = (torch.randn(1, 500, 2) * 3).requires_grad_()
    (slope,) = torch.autograd.grad(d(weights.views, x, Pass(buffers.views)).sum(), x)
    assert slope.norm(dim=2).max() <= 1 + 1e-4
    assert slope.norm(dim=2).max() > 0.05
