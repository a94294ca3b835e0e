"""Gradient clipping against torch's own; one replica's gradient never touches another."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch

from ganstudio.core.optimizers import (
    GradientClipping,
    GradientOptimizer,
    NoClipping,
    NormClipping,
    ValueClipping,
)
from tests.core.helpers import members
from tests.core.quadratics import SETTINGS, TORCH, Clip, P, every_optimizer, ours, torchs

CLIPS: list[tuple[Callable[[float], GradientClipping], Callable[[float], Clip]]] = [
    (
        lambda limit: NormClipping(limit=limit),
        lambda limit: lambda w: torch.nn.utils.clip_grad_norm_(w, limit),
    ),
    (
        lambda limit: ValueClipping(limit=limit),
        lambda limit: lambda w: torch.nn.utils.clip_grad_value_(w, limit),
    ),
]


@pytest.mark.parametrize("kind", TORCH, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize(("clipping", "theirs"), CLIPS, ids=["norm", "value"])
def test_clipping_is_torch_s_in_each_replica(
    kind: type[GradientOptimizer],
    clipping: Callable[[float], GradientClipping],
    theirs: Callable[[float], Clip],
) -> None:
    limits = [0.5, 3.0, 100.0]
    own = [o.replace(clip=clipping(c)) for o, c in zip(SETTINGS[kind], limits, strict=True)]
    expected = np.stack([torchs(o, r, theirs(limits[r])) for r, o in enumerate(SETTINGS[kind])])
    # torch divides by the norm + 1e-6.
    np.testing.assert_allclose(ours(own)[0], expected, rtol=0, atol=1e-5)
    unclipped = ours(SETTINGS[kind])[0]
    # Only the first two are ever reached.
    changed = [not torch.equal(a, b) for a, b in zip(ours(own)[0], unclipped, strict=True)]
    assert changed == [True, True, False]


def clipped(clip: GradientClipping, gradient: torch.Tensor) -> torch.Tensor:
    return clip.clipped(gradient, torch.tensor(clip.limits).unbind())


def test_norm_clipping_keeps_the_direction_and_leaves_short_gradients_alone() -> None:
    gradient = torch.tensor([[3.0, 4.0], [0.3, 0.4], [0.0, 0.0], [-3e18, 4e18]])
    found = clipped(NormClipping(limit=1.0), gradient)
    torch.testing.assert_close(found[[0, 3]], torch.tensor([[0.6, 0.8], [-0.6, 0.8]]))
    assert torch.equal(found[1:3], gradient[1:3])


def test_a_gradient_whose_length_overflows_counts_as_0() -> None:
    found = clipped(NormClipping(limit=1.0), torch.tensor([[1e30, 1.0], [1.0, 0.0]]))
    assert found.tolist() == [[0, 0], [1, 0]]


def test_value_clipping_cuts_each_entry() -> None:
    gradient = torch.tensor([[3.0, -0.2, -np.inf], [0.1, np.inf, 0.5]])
    found = clipped(ValueClipping(limit=0.5), gradient)
    torch.testing.assert_close(found, torch.tensor([[0.5, -0.2, -0.5], [0.1, 0.5, 0.5]]))


def test_no_clipping_is_the_same_tensor() -> None:
    gradient = torch.ones(2, 3)
    assert clipped(NoClipping(), gradient) is gradient


@every_optimizer
@pytest.mark.parametrize("clip", members(GradientClipping))
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e30, -1e12])
def test_a_wild_replica_does_not_touch_the_others(
    kind: type[GradientOptimizer], clip: type[GradientClipping], value: float
) -> None:
    def spoil(step: int, gradient: torch.Tensor) -> None:
        if step >= 3:
            gradient[1, step % P] = value

    optimizers = [o.replace(clip=clip()) for o in SETTINGS[kind]]
    calm = ours(optimizers, dtype=torch.float32)
    with np.errstate(invalid="ignore"):
        wild = ours(optimizers, dtype=torch.float32, spoil=spoil)
    assert not torch.equal(calm[0][1], wild[0][1])
    for a, b in zip(calm, wild, strict=True):
        assert torch.equal(a[[0, 2]], b[[0, 2]])
        assert torch.isfinite(b[[0, 2]]).all()
