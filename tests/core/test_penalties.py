"""Penalties against formulas written out with numpy, and gradients against finite differences.

The critic here is D(x) = tanh(x W0 + b0) W1 + b1, whose slope is known by hand.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any, get_args

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter
from torch import Tensor
from torch.fx.experimental.proxy_tensor import make_fx

from ganstudio.core.penalties import (
    L1,
    L2,
    R1,
    R2,
    Dragan,
    FeatureMatching,
    GradientPenalty,
    HistoricalAveraging,
    Penalty,
    PenaltyD,
    PenaltyG,
    SlopePenalty,
)
from ganstudio.core.scene import Scene
from ganstudio.core.spec import Spec

OF_D: tuple[type[Penalty], ...] = get_args(get_args(PenaltyD)[0])
OF_G: tuple[type[Penalty], ...] = get_args(get_args(PenaltyG)[0])
REPLICAS, BATCH, FEATURES, WIDTH = 3, 6, 2, 5
Array = np.ndarray


ALL = slice(None)


@dataclass(frozen=True)
class Drawn:
    """Uniform numbers that depend on nothing but the request's name."""

    rows: slice
    dtype: torch.dtype

    def uniform(self, name: str, *shape: int) -> Tensor:
        rng = np.random.default_rng(list(name.encode()))
        return torch.from_numpy(rng.random((REPLICAS, *shape))[self.rows]).to(self.dtype)

    def normal(self, name: str, *shape: int) -> Tensor:
        raise AssertionError("no penalty asks for normal numbers")


def hidden(theta: Sequence[Tensor], x: Tensor) -> Tensor:
    return torch.tanh(torch.baddbmm(theta[1], x, theta[0]))


def critic(theta: Sequence[Tensor], x: Tensor) -> Tensor:
    return torch.baddbmm(theta[3], hidden(theta, x), theta[2])


def numbers(dtype: torch.dtype = torch.float64) -> tuple[list[Tensor], Tensor, Tensor, Tensor]:
    """D's weights, real and generated samples, and past weights, of three replicas."""
    rng = np.random.default_rng(7)
    shapes = [(FEATURES, WIDTH), (1, WIDTH), (WIDTH, 1), (1, 1)]
    parameters = sum(a * b for a, b in shapes)
    sizes = [*shapes, (BATCH, FEATURES), (BATCH, FEATURES)]
    drawn = [torch.from_numpy(rng.normal(size=(REPLICAS, *size))).to(dtype) for size in sizes]
    past = torch.from_numpy(rng.normal(size=(REPLICAS, parameters))).to(dtype)
    return drawn[:4], drawn[4] * 2 + 1, drawn[5], past


def scene_of(
    theta: Sequence[Tensor],
    real: Tensor,
    fake: Tensor,
    past: Tensor,
    rows: slice = ALL,
) -> Scene:
    """An update of D."""
    return Scene(
        theta=theta,
        weights=theta[::2],
        real=real,
        fake=fake,
        critic=lambda x: critic(theta, x),
        hidden=lambda x: [2 * x, hidden(theta, x)],
        chance=Drawn(rows, real.dtype),
        past=past,
    )


def scene() -> Scene:
    return scene_of(*numbers())


def slope_by_hand(theta: Sequence[Tensor], x: Array) -> Array:
    """dD/dx = W0 diag(1 - h^2) W1, (R, batch, features)."""
    w0, b0, w1, _ = (t.numpy() for t in theta)
    h = np.tanh(x @ w0 + b0)
    return np.asarray(((1 - h**2) * w1.transpose(0, 2, 1)) @ w0.transpose(0, 2, 1))


# ------------------------------------------------------------------------- the papers' formulas


def unit_slope(s: Scene, x: Array) -> Array:
    norm = np.sqrt((slope_by_hand(s.theta, x) ** 2).sum(2))
    return np.asarray(((norm - 1) ** 2).mean(1))


def squared_slope(s: Scene, x: Array) -> Array:
    return np.asarray(0.5 * (slope_by_hand(s.theta, x) ** 2).sum(2).mean(1))


def gradient_penalty(s: Scene) -> Array:
    epsilon = s.chance.uniform("gradient_penalty", BATCH, 1).numpy()
    return unit_slope(s, epsilon * s.real.numpy() + (1 - epsilon) * s.fake.numpy())


def dragan(s: Scene) -> Array:
    x = s.real.numpy()
    u = s.chance.uniform("dragan.noise", BATCH, FEATURES).numpy()
    alpha = s.chance.uniform("dragan.length", BATCH, 1).numpy()
    # The program's own lines, for each replica.
    perturbed = np.stack([a + 0.5 * a.std() * b for a, b in zip(x, u, strict=True)])
    return unit_slope(s, x + alpha * (perturbed - x))


def matched(s: Scene, features: Callable[[Array], Array]) -> Array:
    difference = features(s.real.numpy()).mean(1) - features(s.fake.numpy()).mean(1)
    return np.asarray((difference**2).sum(1))


def tanh_layer(s: Scene) -> Callable[[Array], Array]:
    w0, b0 = s.theta[0].numpy(), s.theta[1].numpy()
    return lambda x: np.tanh(x @ w0 + b0)


def all_numbers(s: Scene) -> Array:
    return np.concatenate([t.numpy().reshape(REPLICAS, -1) for t in s.theta], axis=1)


def matrices(s: Scene) -> Array:
    return np.concatenate([t.numpy().reshape(REPLICAS, -1) for t in (s.theta[0], s.theta[2])], 1)


FORMULAS: dict[type[Penalty], Callable[[Scene], Array]] = {
    GradientPenalty: gradient_penalty,
    Dragan: dragan,
    R1: lambda s: squared_slope(s, s.real.numpy()),
    R2: lambda s: squared_slope(s, s.fake.numpy()),
    L1: lambda s: np.abs(matrices(s)).sum(1),
    L2: lambda s: 0.5 * (matrices(s) ** 2).sum(1),
    HistoricalAveraging: lambda s: ((all_numbers(s) - s.past.numpy()) ** 2).sum(1),
    FeatureMatching: lambda s: matched(s, tanh_layer(s)),
}
every_penalty = pytest.mark.parametrize("kind", FORMULAS, ids=lambda kind: kind.__name__)


def test_every_penalty_has_a_formula_here() -> None:
    assert set(FORMULAS) == {*OF_D, *OF_G}


@every_penalty
def test_values_are_the_papers(kind: type[Penalty]) -> None:
    expected = 0.7 * FORMULAS[kind](scene())
    found = kind(weight=0.7).value(scene()).detach().numpy()
    np.testing.assert_allclose(found, expected, rtol=1e-10)


def test_feature_matching_counts_layers_from_the_last() -> None:
    found = FeatureMatching(layer=2).value(scene()).numpy()
    np.testing.assert_allclose(found, matched(scene(), lambda x: 2 * x), rtol=1e-10)


def test_the_papers_weights_are_the_defaults() -> None:
    assert GradientPenalty().weight == Dragan().weight == 10


@every_penalty
def test_gradients_against_finite_differences(kind: type[Penalty]) -> None:
    theta, real, fake, past = numbers()

    def value(*theta: Tensor) -> Tensor:
        return kind(weight=0.7).value(scene_of(theta, real, fake, past))

    given = tuple(t.requires_grad_() for t in theta)
    assert torch.autograd.gradcheck(value, given)
    assert torch.autograd.gradgradcheck(value, given)


@pytest.mark.parametrize("kind", [GradientPenalty, R2])
def test_a_slope_does_not_push_the_generator(kind: type[Penalty]) -> None:
    theta, real, fake, past = numbers()
    fake.requires_grad_()
    theta = [t.requires_grad_() for t in theta]
    found = kind().value(scene_of(theta, real, fake, past)).sum()
    (slope,) = torch.autograd.grad(found, fake, allow_unused=True)
    assert slope is None


def test_feature_matching_pushes_the_generator() -> None:
    theta, real, fake, past = numbers()

    def value(fake: Tensor) -> Tensor:
        return FeatureMatching().value(scene_of(theta, real, fake, past))

    assert torch.autograd.gradcheck(value, (fake.requires_grad_(),))
    assert value(fake).requires_grad


# --------------------------------------------------------------------------------- a flat critic


@pytest.mark.parametrize("kind", [GradientPenalty, Dragan])
def test_where_the_critic_is_flat_the_gradient_is_finite(kind: type[Penalty]) -> None:
    """|.| has no derivative at 0; the root of a sum of squares would give NaN."""
    theta, real, fake, past = numbers(torch.float32)
    theta[2][0] = 0
    # Its square is 0 in float32.
    theta[2][1] *= 1e-25
    theta = [t.requires_grad_() for t in theta]
    value = kind(weight=10.0).value(scene_of(theta, real, fake, past))
    assert value[:2].tolist() == [10, 10]
    slopes = torch.autograd.grad(value.sum(), theta[:3])
    assert all(slope.isfinite().all() for slope in slopes)
    assert slopes[2][2].abs().max() > 1e-3


def test_packed_samples_are_one_point() -> None:
    """A critic of pairs: the slope is that of a pair's numbers, all in one row."""
    rng = np.random.default_rng(3)
    w = torch.from_numpy(rng.normal(size=(REPLICAS, 2 * FEATURES, 1)))
    packed = replace(
        scene(), critic=lambda x: torch.bmm(x.reshape(REPLICAS, BATCH // 2, 2 * FEATURES), w)
    )
    norm = np.sqrt((w.numpy() ** 2).sum((1, 2)))
    found = GradientPenalty(weight=1.0).value(packed).numpy()
    np.testing.assert_allclose(found, (norm - 1) ** 2, rtol=1e-10)
    np.testing.assert_allclose(R1(weight=1.0).value(packed).numpy(), norm**2 / 2, rtol=1e-10)


# ------------------------------------------------------------------------- what holds for each


@every_penalty
def test_replicas_do_not_see_each_other(kind: type[Penalty]) -> None:
    theta, real, fake, past = numbers()
    together = kind().value(scene_of(theta, real, fake, past))
    assert together.shape == (REPLICAS,)
    for i in range(REPLICAS):
        rows = slice(i, i + 1)
        alone = scene_of([t[rows] for t in theta], real[rows], fake[rows], past[rows], rows)
        torch.testing.assert_close(kind().value(alone)[0], together[i])


@every_penalty
def test_nan_stays_in_its_replica(kind: type[Penalty]) -> None:
    def gradients(theta: list[Tensor]) -> list[Tensor]:
        theta = [t.requires_grad_() for t in theta]
        value = kind().value(scene_of(theta, *numbers()[1:]))
        slopes = torch.autograd.grad(value.sum(), theta, allow_unused=True)
        return [value.detach(), *(s for s in slopes if s is not None)]

    theta = numbers()[0]
    whole = gradients([t.clone() for t in theta])
    theta[0][1, 0, 0] = torch.nan
    broken = gradients(theta)
    assert broken[0][1].isnan()
    for a, b in zip(whole, broken, strict=True):
        assert torch.equal(a[[0, 2]], b[[0, 2]])


@every_penalty
def test_a_recorded_penalty_is_the_plain_one(kind: type[Penalty]) -> None:
    def step(real: Tensor, fake: Tensor, past: Tensor, *theta: Tensor) -> tuple[Tensor, ...]:
        free = [t.detach().requires_grad_() for t in theta]
        here = scene_of(free, real, fake, past)
        total = kind().value(here) + here.critic(here.real).mean((1, 2))
        return total.detach(), *torch.autograd.grad(total.sum(), free)

    theta, *others = numbers(torch.float32)
    recorded = make_fx(step)(*(torch.rand_like(t) for t in (*others, *theta)))
    for a, b in zip(recorded(*others, *theta), step(*others, *theta), strict=True):
        assert torch.equal(a, b)


@every_penalty
def test_each_replica_its_own_weight(kind: type[Penalty]) -> None:
    weights = torch.tensor([0.0, 0.5, 20.0], dtype=torch.float64)
    found = kind().model_copy(update={"weight": weights}).value(scene())
    torch.testing.assert_close(found, weights * kind(weight=1.0).value(scene()))


@every_penalty
def test_it_says_what_it_needs(kind: type[Penalty]) -> None:
    plain = kind().value(scene())
    other_past = replace(scene(), past=numbers()[3] + 1)
    assert (not torch.equal(kind().value(other_past), plain)) == kind.remembers
    if kind in OF_G:
        other_real = replace(scene(), real=numbers()[1] + 1)
        assert (not torch.equal(kind().value(other_real), plain)) == kind.needs_real


@pytest.mark.parametrize(("union", "kinds"), [(PenaltyD, OF_D), (PenaltyG, OF_G)])
def test_a_bare_kind_stands_for_the_defaults(union: Any, kinds: tuple[type[Penalty], ...]) -> None:
    for kind in kinds:
        name = kind.model_fields["kind"].default
        assert TypeAdapter(union).validate_python(name) == kind()
        assert kind.__doc__ not in (None, Spec.__doc__, Penalty.__doc__)
        assert hash(kind()) == hash(kind())


def test_penalties_on_the_slope_are_known_as_such() -> None:
    assert {kind for kind in OF_D if issubclass(kind, SlopePenalty)} == {
        GradientPenalty,
        R1,
        R2,
        Dragan,
    }
