"""What optimizers are tested on: noisy quadratics, their references, and our own runs.

Each replica has another problem; its gradient is g = H (w - c) + noise. The references are
torch's own optimizers, or the papers' formulas, in float64.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganstudio.core.optimizers import (
    AdaGrad,
    Adam,
    AdamW,
    GradientOptimizer,
    Momentum,
    Nesterov,
    OptimisticAdam,
    RmsProp,
    RmsPropNesterov,
    Sgd,
)
from ganstudio.core.schedules import Cosine
from tests.core.helpers import members

Doubles = NDArray[np.float64]
Clip = Callable[[torch.Tensor], object]
Rule = Callable[[Any, int], Doubles]

STEPS, R, P = 120, 3, 7
rng = np.random.default_rng(0)
START = rng.standard_normal((R, P))
ROOTS = rng.standard_normal((R, P, P)) / np.sqrt(P)
H = ROOTS @ ROOTS.transpose(0, 2, 1) + 0.1 * np.eye(P)
CENTRES = rng.standard_normal((R, P))
NOISE = rng.standard_normal((STEPS, R, P))

COSINE = Cosine(length=80, final=0.2)
WARM = Cosine(length=500, final=0.0, warmup=30)
SETTINGS: dict[type[GradientOptimizer], list[GradientOptimizer]] = {
    Sgd: [Sgd(lr=0.05), Sgd(lr=0.02, schedule=COSINE), Sgd(lr=0.1, schedule=WARM)],
    Momentum: [
        Momentum(lr=0.02),
        Momentum(lr=0.05, momentum=0.5, schedule=COSINE),
        Momentum(lr=0.1, momentum=0.0, schedule=WARM),
    ],
    Nesterov: [
        Nesterov(lr=0.02),
        Nesterov(lr=0.05, momentum=0.5, schedule=COSINE),
        Nesterov(lr=0.1, momentum=0.1, schedule=WARM),
    ],
    AdaGrad: [
        AdaGrad(lr=0.1),
        AdaGrad(lr=0.3, initial=0.1, schedule=COSINE),
        AdaGrad(lr=0.2, initial=3.0, eps=0.1, schedule=WARM),
    ],
    RmsProp: [
        RmsProp(lr=0.01),
        RmsProp(lr=0.02, rho=0.99, eps=1e-2, schedule=COSINE),
        RmsProp(lr=0.005, rho=0.0, schedule=WARM),
    ],
    RmsPropNesterov: [
        RmsPropNesterov(lr=0.002),
        RmsPropNesterov(lr=0.01, rho=0.99, momentum=0.5, eps=1e-2, schedule=COSINE),
        RmsPropNesterov(lr=0.005, rho=0.5, momentum=0.0, schedule=WARM),
    ],
    Adam: [
        Adam(lr=0.01),
        Adam(lr=0.02, beta1=0.5, beta2=0.9, eps=1e-2, schedule=COSINE),
        Adam(lr=0.05, beta1=0.0, beta2=0.7, schedule=WARM),
    ],
    AdamW: [
        AdamW(lr=0.01, weight_decay=1.0),
        AdamW(lr=0.02, beta1=0.5, beta2=0.9, eps=1e-2, schedule=COSINE),
        AdamW(lr=0.05, beta1=0.0, weight_decay=0.3, schedule=WARM),
    ],
    OptimisticAdam: [
        OptimisticAdam(lr=0.01),
        OptimisticAdam(lr=0.02, beta1=0.5, beta2=0.9, eps=1e-2, schedule=COSINE),
        OptimisticAdam(lr=0.05, beta1=0.0, schedule=WARM),
    ],
}
EVERY = members(GradientOptimizer)
every_optimizer = pytest.mark.parametrize("kind", EVERY, ids=lambda kind: kind.__name__)


def slope(weights: Doubles, step: int, replica: int) -> Doubles:
    """The gradient at one replica's weights (P,)."""
    return np.asarray(H[replica] @ (weights - CENTRES[replica]) + NOISE[step, replica])


# ------------------------------------------------------------------------- the references


TORCH: dict[type[GradientOptimizer], Callable[[list[torch.Tensor], Any], torch.optim.Optimizer]] = {
    Sgd: lambda w, o: torch.optim.SGD(w, lr=o.lr),
    Momentum: lambda w, o: torch.optim.SGD(w, lr=o.lr, momentum=o.momentum),
    Nesterov: lambda w, o: torch.optim.SGD(
        w, lr=o.lr, momentum=o.momentum, nesterov=o.momentum > 0
    ),
    AdaGrad: lambda w, o: torch.optim.Adagrad(
        w, lr=o.lr, initial_accumulator_value=o.initial, eps=o.eps
    ),
    RmsProp: lambda w, o: torch.optim.RMSprop(w, lr=o.lr, alpha=o.rho, eps=o.eps),
    Adam: lambda w, o: torch.optim.Adam(w, lr=o.lr, betas=(o.beta1, o.beta2), eps=o.eps),
    AdamW: lambda w, o: torch.optim.AdamW(
        w, lr=o.lr, betas=(o.beta1, o.beta2), eps=o.eps, weight_decay=o.weight_decay
    ),
}


def torchs(optimizer: GradientOptimizer, replica: int, clip: Clip | None = None) -> Doubles:
    """One replica's weights at the end, by torch.optim."""
    weights = torch.from_numpy(START[replica].copy()).requires_grad_()
    rule = TORCH[type(optimizer)]([weights], optimizer)
    for step, rate in enumerate(rates(optimizer)):
        rule.param_groups[0]["lr"] = rate
        weights.grad = torch.from_numpy(slope(weights.detach().numpy(), step, replica))
        if clip is not None:
            clip(weights)
        rule.step()
    return weights.detach().numpy()


def rates(optimizer: GradientOptimizer) -> list[float]:
    """The learning rate of each step."""
    factors = optimizer.schedule.factor(np.arange(STEPS))
    return [float(optimizer.lr * factor) for factor in factors]


def book(o: RmsPropNesterov, replica: int) -> Doubles:
    """Algorithm 8.6 line by line; the weights returned are its interim ones."""
    theta, r, v = START[replica], np.zeros(P), np.zeros(P)
    for step, rate in enumerate(rates(o)):
        interim = theta + o.momentum * v
        g = slope(interim, step, replica)
        r = o.rho * r + (1 - o.rho) * g * g
        v = o.momentum * v - rate / (np.sqrt(r) + o.eps) * g
        theta = theta + v
    return np.asarray(theta + o.momentum * v)


def daskalakis(o: OptimisticAdam, replica: int) -> Doubles:
    """Algorithm 1 of Daskalakis et al. 2018, with bias-corrected moments."""
    theta, m, v, before = START[replica], np.zeros(P), np.zeros(P), np.zeros(P)
    for step, rate in enumerate(rates(o)):
        g = slope(theta, step, replica)
        m = o.beta1 * m + (1 - o.beta1) * g
        v = o.beta2 * v + (1 - o.beta2) * g * g
        m_hat, v_hat = m / (1 - o.beta1 ** (step + 1)), v / (1 - o.beta2 ** (step + 1))
        now = rate * m_hat / (np.sqrt(v_hat) + o.eps)
        theta = theta - 2 * now + before
        before = now
    return np.asarray(theta)


BY_HAND: dict[type[GradientOptimizer], Rule] = {RmsPropNesterov: book, OptimisticAdam: daskalakis}


def reference(optimizer: GradientOptimizer, replica: int) -> Doubles:
    by_hand = BY_HAND.get(type(optimizer))
    return by_hand(optimizer, replica) if by_hand else torchs(optimizer, replica)


# ------------------------------------------------------------------------------ our own


def numbers(
    optimizers: list[GradientOptimizer], dtype: torch.dtype
) -> Iterator[tuple[torch.Tensor, ...]]:
    """The coefficients of each step: () for one optimizer, (R, 1) for one a replica."""
    tables = [torch.from_numpy(o.coefficients(np.arange(STEPS))).to(dtype) for o in optimizers]
    for rows in zip(*tables, strict=True):
        yield rows[0].unbind() if len(rows) == 1 else torch.stack(rows)[:, :, None].unbind(1)


def ours(
    optimizers: list[GradientOptimizer],
    replicas: tuple[int, ...] = (0, 1, 2),
    dtype: torch.dtype = torch.float64,
    spoil: Callable[[int, torch.Tensor], None] | None = None,
) -> list[torch.Tensor]:
    """The weights (R, P) at the end, then the slots."""
    here = list(replicas)
    weights = torch.from_numpy(START[here]).to(dtype)
    slots = [torch.zeros_like(weights) for _ in range(type(optimizers[0]).slots)]
    for step, row in enumerate(numbers(optimizers, dtype)):
        w = weights.numpy().astype(np.float64)
        slopes = np.stack([slope(one, step, r) for one, r in zip(w, here, strict=True)])
        gradient = torch.from_numpy(slopes).to(dtype)
        if spoil is not None:
            spoil(step, gradient)
        optimizers[0].step_(weights, gradient, slots, row)
    return [weights, *slots]
