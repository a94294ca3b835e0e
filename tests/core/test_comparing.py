"""What compares samples: features, spread and packs, by loops; and one sample beside others."""

from __future__ import annotations

import math
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from ganstudio.core.networks import Discriminator, MinibatchDiscrimination, Pass
from ganstudio.core.networks.comparing import minibatch_std
from tests.core.helpers import buffers_of, weights_of

SELF = {"one": 1.0, "identity": math.exp(-1), "zero": 0.0}
LAYERS = [{"width": 4}, {"width": 3}]


def double_loop(layer: MinibatchDiscrimination, m: NDArray[Any]) -> NDArray[Any]:
    """sum_j exp(-|M_ik - M_jk|_1) as the paper writes it, with the published self terms."""
    m = m.reshape(len(m), layer.kernels, layer.dimensions)
    found = np.zeros((len(m), layer.kernels))
    for i in range(len(m)):
        for j in range(len(m)):
            for k in range(layer.kernels):
                alike = np.exp(-np.abs(m[i, k] - m[j, k]).sum())
                found[i, k] += alike if i != j else SELF[layer.itself]
    return found


@pytest.mark.parametrize("itself", SELF)
def test_minibatch_features_against_a_double_loop(itself: str) -> None:
    layer = MinibatchDiscrimination.parse(
        {"enabled": True, "kernels": 4, "dimensions": 3, "itself": itself}
    )
    m = np.random.default_rng(0).normal(size=(2, 12, 12))
    found = layer.features(torch.from_numpy(m), minibatches=2).numpy()
    for replica in range(2):
        for half in (slice(0, 6), slice(6, 12)):
            expected = double_loop(layer, m[replica, half])
            np.testing.assert_allclose(found[replica, half], expected, rtol=1e-6)


def test_the_spread_of_a_minibatch_against_a_loop() -> None:
    x = np.random.default_rng(0).normal(size=(3, 10, 4)) * 2 + 1
    found = minibatch_std(torch.from_numpy(x), minibatches=2)
    assert found.shape == (3, 10, 1)
    for replica in range(3):
        for half in (slice(0, 5), slice(5, 10)):
            each = [np.std(x[replica, half, unit]) for unit in range(4)]
            np.testing.assert_allclose(found[replica, half], np.mean(each), rtol=1e-6)


def test_a_collapsed_batch_has_a_gradient() -> None:
    x = torch.ones(1, 6, 3, requires_grad=True)
    (slope,) = torch.autograd.grad(minibatch_std(x, 1).sum(), x)
    assert torch.isfinite(slope).all()


def test_the_spread_goes_to_the_last_layer() -> None:
    d = Discriminator.parse({"layers": LAYERS, "minibatch_std": True})
    weights = weights_of(d, 1)
    x = torch.randn(1, 8, 1)
    hidden = d.hidden(weights.views, x, Pass())[-1]
    w, b = weights.views[4:]
    expected = torch.cat([hidden, minibatch_std(hidden, 1)], dim=2) @ w + b
    torch.testing.assert_close(d(weights.views, x), expected)


def test_packed_samples_stand_side_by_side() -> None:
    packed = Discriminator.parse({"layers": LAYERS, "packing": 3})
    plain = Discriminator.parse({"layers": LAYERS})
    weights = weights_of(packed, 2, replicas=2)
    x = torch.randn(2, 12, 2)
    by_hand = torch.stack(
        [
            torch.stack([torch.cat([x[r, i], x[r, i + 1], x[r, i + 2]]) for i in range(0, 12, 3)])
            for r in range(2)
        ]
    )
    found = packed(weights.views, x)
    assert found.shape == (2, 4, 1)
    torch.testing.assert_close(found, plain(weights.views, by_hand))


def test_packs_of_two_minibatches_do_not_mix() -> None:
    d = Discriminator.parse({"layers": LAYERS, "packing": 2, "minibatch_std": True})
    weights = weights_of(d, 1)
    a, b = torch.randn(2, 1, 6, 1)
    both = d(weights.views, torch.cat([a, b], dim=1), Pass(minibatches=2))
    apart = torch.cat([d(weights.views, a), d(weights.views, b)], dim=1)
    torch.testing.assert_close(both, apart)


@pytest.mark.parametrize("itself", SELF)
def test_separate_minibatches_do_not_see_each_other(itself: str) -> None:
    d = Discriminator.parse(
        {"minibatch": {"enabled": True, "std": 1.0, "itself": itself}, "minibatch_std": True}
    )
    weights = weights_of(d, 1).views
    a, b, c = (torch.randn(1, 6, 1) for _ in range(3))
    with_b = d(weights, torch.cat([a, b], dim=1), Pass(minibatches=2))
    with_c = d(weights, torch.cat([a, c], dim=1), Pass(minibatches=2))
    torch.testing.assert_close(with_b[:, :6], with_c[:, :6], rtol=0, atol=0)
    torch.testing.assert_close(with_b[:, :6], d(weights, a), rtol=1e-5, atol=1e-6)


def discriminator(position: int | None, itself: str, spread: bool, packing: int) -> Discriminator:
    minibatch: dict[str, Any] = {"enabled": position is not None, "itself": itself, "std": 1.0}
    if position is not None:
        minibatch["position"] = position
    return Discriminator.parse(
        {
            "layers": LAYERS,
            "minibatch": minibatch,
            "minibatch_std": spread,
            "packing": packing,
            "spectral_norm": spread,
        }
    )


# Where the spread comes after the features, the others' units have not met x.
ALONE = [*product([None, 0, 1, 2], [False]), *product([None, 2], [True])]


@pytest.mark.parametrize("itself", SELF)
@pytest.mark.parametrize(("position", "spread"), ALONE)
@pytest.mark.parametrize("packing", [1, 2, 3])
def test_one_sample_beside_others_is_that_sample_in_their_batch(
    itself: str, position: int | None, spread: bool, packing: int
) -> None:
    """What draws D(x) gives the logit of x's own pack in a real batch with the others."""
    d = discriminator(position, itself, spread, packing)
    weights, buffers = weights_of(d, 2, replicas=2).views, buffers_of(d, 2, replicas=2).views
    x, others = torch.randn(2, 5, 2), torch.randn(2, 11, 2)
    found = d(weights, x, Pass(buffers), others=others)
    assert found.shape == (2, 5, 1)
    for i in range(5):
        batch = torch.cat([x[:, i : i + 1], others], dim=1)
        expected = d(weights, batch, Pass(buffers))[:, 0]
        torch.testing.assert_close(found[:, i], expected, rtol=1e-4, atol=1e-5)


def test_which_discriminators_compare() -> None:
    assert not Discriminator().compares
    for change in ({"minibatch": {"enabled": True}}, {"minibatch_std": True}, {"packing": 2}):
        assert Discriminator.parse(change).compares
