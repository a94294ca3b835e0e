"""Optimizers against torch's own, or against their papers' formulas; what holds for all."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from torch.fx.experimental.proxy_tensor import make_fx

from ganstudio.core.experiment import Experiment
from ganstudio.core.optimizers import (
    Adam,
    AdamW,
    GradientClipping,
    GradientOptimizer,
    Momentum,
    RmsPropNesterov,
    Sgd,
)
from ganstudio.core.schedules import Staircase
from ganstudio.core.ticker import BLOCK, Ticker
from tests.core.helpers import members
from tests.core.quadratics import (
    BY_HAND,
    EVERY,
    SETTINGS,
    START,
    STEPS,
    TORCH,
    P,
    R,
    book,
    every_optimizer,
    ours,
    reference,
    slope,
)


def test_every_optimizer_has_a_reference() -> None:
    assert set(EVERY) == set(SETTINGS) == set(TORCH) | set(BY_HAND)


@every_optimizer
def test_one_setting_for_all_replicas(kind: type[GradientOptimizer]) -> None:
    for optimizer in SETTINGS[kind]:
        expected = np.stack([reference(optimizer, r) for r in range(R)])
        np.testing.assert_allclose(ours([optimizer])[0], expected, rtol=0, atol=1e-10)
        in_float32 = ours([optimizer], dtype=torch.float32)[0]
        np.testing.assert_allclose(in_float32, expected, rtol=0, atol=3e-5)


@every_optimizer
def test_each_replica_with_its_own_setting(kind: type[GradientOptimizer]) -> None:
    expected = np.stack([reference(o, r) for r, o in enumerate(SETTINGS[kind])])
    np.testing.assert_allclose(ours(SETTINGS[kind])[0], expected, rtol=0, atol=1e-10)


@every_optimizer
@pytest.mark.parametrize("clip", ["none", "norm", "value"])
def test_a_replica_of_a_fleet_is_the_single_run_bit_for_bit(
    kind: type[GradientOptimizer], clip: str
) -> None:
    optimizers = [o.replace(clip=clip) for o in SETTINGS[kind]]
    fleet = ours(optimizers, dtype=torch.float32)
    for r, optimizer in enumerate(optimizers):
        alone = ours([optimizer], replicas=(r,), dtype=torch.float32)
        for a, b in zip(fleet, alone, strict=True):
            assert a[r].numpy().tobytes() == b[0].numpy().tobytes()


def test_momentum_is_the_heavy_ball() -> None:
    """w' = w - lr g + momentum (w - w_before), Polyak's own form."""
    o = Momentum(lr=0.03, momentum=0.8)
    before = now = START[0]
    for step in range(STEPS):
        ahead = now - o.lr * slope(now, step, 0) + o.momentum * (now - before)
        before, now = now, ahead
    np.testing.assert_allclose(ours([o])[0][0], now, rtol=0, atol=1e-10)


def test_an_epsilon_next_to_0_is_the_book_s_algorithm() -> None:
    """The book has no ε: its root is bare."""
    o = RmsPropNesterov(lr=0.002, eps=1e-300)
    np.testing.assert_allclose(ours([o])[0][2], book(o, 2), rtol=0, atol=1e-10)


@pytest.mark.parametrize("eps", [1e-8, 1e-2])
def test_adam_is_tensorflow_s(eps: float) -> None:
    """lr sqrt(1 - b2^t) / (1 - b1^t) m / (sqrt(v) + eps)."""
    w, m, v = START[1], np.zeros(P), np.zeros(P)
    for t in range(1, STEPS + 1):
        g = slope(w, t - 1, 1)
        m = 0.9 * m + 0.1 * g
        v = 0.999 * v + 0.001 * g * g
        w = w - 0.01 * np.sqrt(1 - 0.999**t) / (1 - 0.9**t) * m / (np.sqrt(v) + eps)
    found = ours([Adam(lr=0.01, eps=eps, epsilon="tensorflow")])[0][1]
    np.testing.assert_allclose(found, w, rtol=0, atol=1e-10)


def test_the_two_epsilons_differ_where_gradients_are_small() -> None:
    def shrink(step: int, gradient: torch.Tensor) -> None:
        gradient.mul_(1e-8)

    forms = [ours([Adam(epsilon=form)], spoil=shrink)[0] for form in ("torch", "tensorflow")]
    assert (forms[0] - forms[1]).abs().max() > 1e-4


def test_adamw_without_decay_is_adam_bit_for_bit() -> None:
    adam, adamw = (ours([o], dtype=torch.float32) for o in (Adam(), AdamW(weight_decay=0)))
    assert all(torch.equal(a, b) for a, b in zip(adam, adamw, strict=True))


# ------------------------------------------------------------- what holds for every optimizer


@every_optimizer
@pytest.mark.parametrize("clip", ["none", "norm", "value"])
def test_coefficients_of_a_block_are_those_one_by_one(
    kind: type[GradientOptimizer], clip: str
) -> None:
    for optimizer in SETTINGS[kind]:
        clipping = optimizer.replace(clip=clip)
        block = clipping.coefficients(np.arange(1000, 1200))
        assert block.dtype == np.float64
        assert np.isfinite(block).all()
        single = [clipping.coefficients(np.array([t])) for t in range(1000, 1200)]
        assert block.tobytes() == np.concatenate(single).tobytes()


@every_optimizer
@pytest.mark.parametrize("clip", ["none", "norm", "value"])
def test_a_captured_step_serves_all_numbers(kind: type[GradientOptimizer], clip: str) -> None:
    """A number that is recorded instead of being a coefficient would stay what it was."""
    recorded, *others = [o.replace(clip=clip) for o in SETTINGS[kind]]
    others = [o.replace(**{"clip.limit": 0.1} if clip != "none" else {}) for o in others]

    def step(*tensors: torch.Tensor) -> torch.Tensor:
        weights, gradient, *rest = tensors
        recorded.step_(weights, gradient, rest[: kind.slots], rest[kind.slots :])
        return weights

    def state() -> list[torch.Tensor]:
        drawn = np.random.default_rng(1).random((2 + kind.slots, R, P), dtype=np.float32)
        return list(torch.from_numpy(drawn).unbind())

    def row(optimizer: GradientOptimizer) -> tuple[torch.Tensor, ...]:
        return torch.from_numpy(optimizer.coefficients(np.array([9]))).float()[0].unbind()

    replay = make_fx(step)(*state(), *row(recorded))
    for optimizer in others:
        expected, found = state(), state()
        weights, gradient, *slots = expected
        optimizer.step_(weights, gradient, slots, row(optimizer))
        replay(*found, *row(optimizer))
        assert all(torch.equal(a, b) for a, b in zip(expected, found, strict=True))
        recorded_only = state()
        replay(*recorded_only, *row(recorded))
        assert not torch.equal(found[0], recorded_only[0])


@every_optimizer
def test_it_goes_downhill(kind: type[GradientOptimizer]) -> None:
    optimizer = kind(lr=0.05)
    start = torch.tensor([[1.0, -2.0], [3.0, 0.5]])
    weights = start.clone()
    slots = [torch.zeros_like(weights) for _ in range(kind.slots)]
    for row in torch.from_numpy(optimizer.coefficients(np.arange(600)).astype(np.float32)):
        optimizer.step_(weights, 2 * weights, slots, row.unbind())
    # AdaGrad's steps shrink: it comes from 3 to 1.04.
    assert (weights.abs() < 0.4 * start.abs()).all()


@every_optimizer
@pytest.mark.parametrize("clip", members(GradientClipping))
def test_without_a_gradient_nothing_moves(
    kind: type[GradientOptimizer], clip: type[GradientClipping]
) -> None:
    weights = torch.from_numpy(START).float()
    before = weights.clone()
    slots = [torch.zeros_like(weights) for _ in range(kind.slots)]
    for optimizer in SETTINGS[kind]:
        # What decays does so without a gradient: it is set to 0.
        no_decay: dict[str, Any] = {"weight_decay": 0.0} if kind is AdamW else {}
        still = optimizer.replace(clip=clip(), **no_decay)
        row = torch.from_numpy(still.coefficients(np.array([0])).astype(np.float32))[0]
        still.step_(weights, torch.zeros_like(weights), slots, row.unbind())
    assert torch.equal(weights, before)


@every_optimizer
def test_a_schedule_multiplies_the_rate(kind: type[GradientOptimizer]) -> None:
    """Besides the rate, which comes first, only what is made of it may follow the schedule."""
    constant = kind(lr=0.5)
    falling = constant.replace(schedule=Staircase(decay=0.5, every=10))
    plain, found = (o.coefficients(np.arange(40)) for o in (constant, falling))
    stairs = 0.5 ** (np.arange(40) // 10)
    np.testing.assert_allclose(found[:, 0], plain[:, 0] * stairs, rtol=1e-15)
    if kind is AdamW:
        np.testing.assert_allclose(1 - found[:, -1], (1 - plain[:, -1]) * stairs, rtol=1e-12)
        plain, found = plain[:, :-1], found[:, :-1]
    np.testing.assert_array_equal(found[:, 1:], plain[:, 1:])


def test_updates_are_counted_across_blocks_and_edits() -> None:
    optimizer = Sgd(lr=1.0, schedule=Staircase(decay=0.5, every=100))
    ticker = Ticker([optimizer.coefficients], 1, "cpu")
    count = BLOCK + 50
    found = [ticker.next()[0].item() for _ in range(count)]
    np.testing.assert_allclose(found, 0.5 ** (np.arange(count) // 100))
    ticker.use([optimizer.replace(lr=8.0).coefficients])
    assert ticker.next()[0].item() == pytest.approx(8 * 0.5 ** (count // 100))


def test_an_experiment_s_networks_have_their_own_optimizers() -> None:
    experiment = Experiment().replace(optimizer_d="sgd")
    assert isinstance(experiment.optimizer_d, Sgd)
    assert isinstance(experiment.optimizer_g, Adam)
