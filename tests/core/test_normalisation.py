"""Batch and layer normalisation against torch.nn's, and dropout against its mask."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from ganstudio.core.chance import Chance
from ganstudio.core.networks import Discriminator, Generator, Pass
from ganstudio.core.weights import Weights
from tests.core.helpers import buffers_of, weights_of


class Given:
    """A `Chance` that answers with its own tensors, and remembers who asked."""

    def __init__(self, replicas: int) -> None:
        self._replicas = replicas
        self.answers: dict[str, torch.Tensor] = {}

    def uniform(self, name: str, *shape: int) -> torch.Tensor:
        self.answers[name] = torch.rand(self._replicas, *shape)
        return self.answers[name]

    def normal(self, name: str, *shape: int) -> torch.Tensor:
        raise AssertionError(f"nobody needs {name} here")


def network(normalisation: str, **first: Any) -> Discriminator:
    layer = {"width": 5, "activation": "linear", "normalisation": normalisation} | first
    return Discriminator.parse({"layers": [layer]})


def shaken(d: Discriminator, replicas: int) -> Weights:
    """Weights with no gain of 1 and no shift of 0, which would hide a mistake."""
    weights = weights_of(d, 2, replicas)
    weights.flat.uniform_(-1, 1)
    return weights


def torch_s(weights: Weights, replica: int, norm: torch.nn.Module) -> torch.nn.Module:
    """One replica as a torch.nn module around a normalisation with the same gain and shift."""
    w0, b0, gain, shift, w1, b1 = (view[replica] for view in weights.views)
    first, last = torch.nn.Linear(2, 5), torch.nn.Linear(5, 1)
    given = [first.weight, first.bias, norm.weight, norm.bias, last.weight, last.bias]
    for parameter, value in zip(given, [w0.T, b0[0], gain[0], shift[0], w1.T, b1[0]], strict=True):
        assert isinstance(parameter, torch.Tensor)
        parameter.data = value.clone()
    return torch.nn.Sequential(first, norm, last)


def test_batch_normalisation_is_torch_s_in_training_and_evaluation() -> None:
    d = network("batch")
    weights, buffers = shaken(d, 3), buffers_of(d, 2, 3)
    modules = [torch_s(weights, i, torch.nn.BatchNorm1d(5)) for i in range(3)]
    for _ in range(4):
        x = torch.randn(3, 8, 2) * 3 + 1
        found = d(weights.views, x, Pass(buffers.views, training=True, learns=True))
        for i, module in enumerate(modules):
            torch.testing.assert_close(found[i], module(x[i]), rtol=1e-4, atol=1e-5)
    mean, variance = buffers.views
    x = torch.randn(3, 8, 2)
    found = d(weights.views, x, Pass(buffers.views))
    for i, module in enumerate(modules):
        norm = module.eval()[1]  # type: ignore[index]  # a Sequential
        torch.testing.assert_close(mean[i, 0], norm.running_mean, rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(variance[i, 0], norm.running_var, rtol=1e-4, atol=1e-6)
        torch.testing.assert_close(found[i], module(x[i]), rtol=1e-4, atol=1e-5)


def test_two_minibatches_are_normalised_apart_and_learned_from_together() -> None:
    d = network("batch")
    weights, buffers = shaken(d, 1), buffers_of(d, 2)
    real, fake = torch.randn(2, 1, 6, 2) * torch.tensor([1.0, 5.0]).view(2, 1, 1, 1)
    how = Pass(buffers.views, training=True, learns=True, minibatches=2)
    both = d(weights.views, torch.cat([real, fake], dim=1), how)
    module = torch_s(weights, 0, torch.nn.BatchNorm1d(5, momentum=0.1))
    apart = torch.cat([module(real[0]), module(fake[0])])
    torch.testing.assert_close(both[0], apart, rtol=1e-4, atol=1e-5)
    # torch has met them one after the other; ours counts both equally.
    seen = [batch @ weights.views[0] + weights.views[1] for batch in (real, fake)]
    mean = torch.stack([batch.mean(1) for batch in seen]).mean(0)
    variance = torch.stack([batch.var(1) for batch in seen]).mean(0)
    torch.testing.assert_close(buffers.views[0][0], 0.1 * mean)
    torch.testing.assert_close(buffers.views[1][0], 0.9 + 0.1 * variance)


def test_only_a_pass_that_learns_changes_what_is_remembered() -> None:
    d = network("batch")
    weights, buffers = shaken(d, 1), buffers_of(d, 2)
    before = buffers.flat.clone()
    for training in (True, False):
        d(weights.views, torch.randn(1, 6, 2), Pass(buffers.views, training=training))
        assert torch.equal(buffers.flat, before)


def test_layer_normalisation_is_torch_s_in_any_pass() -> None:
    d = network("layer")
    weights = shaken(d, 3)
    x = torch.randn(3, 7, 2) * 4
    for training in (True, False):
        found = d(weights.views, x, Pass(training=training))
        for i in range(3):
            expected = torch_s(weights, i, torch.nn.LayerNorm(5))(x[i])
            torch.testing.assert_close(found[i], expected, rtol=1e-4, atol=1e-5)


def test_one_sample_does_not_break_batch_normalisation() -> None:
    d = network("batch")
    weights, buffers = shaken(d, 1), buffers_of(d, 2)
    how = Pass(buffers.views, training=True, learns=True)
    assert torch.isfinite(d(weights.views, torch.randn(1, 1, 2), how)).all()
    assert torch.isfinite(buffers.flat).all()


def test_dropout_takes_its_mask_from_the_chance_and_scales_what_is_left() -> None:
    d = network("none", dropout=0.25)
    weights, chance = shaken(d, 2), Given(2)
    x = torch.randn(2, 400, 2)
    found = d(weights.views, x, Pass(training=True, chance=chance, label="d"))
    w0, b0, w1, b1 = weights.views
    kept = chance.answers["d.dropout.0"] >= 0.25
    assert kept.shape == (2, 400, 5)
    assert kept.float().mean().item() == pytest.approx(0.75, abs=0.03)
    torch.testing.assert_close(found, ((x @ w0 + b0) * kept / 0.75) @ w1 + b1)


def test_each_layer_that_drops_asks_for_its_own_numbers() -> None:
    drops = [{"width": 4, "dropout": 0.5}, {"width": 4}, {"width": 3, "dropout": 0.1}]
    g = Generator.parse({"layers": drops})
    chance = Given(1)
    how = Pass(training=True, chance=chance, label="g.generator")
    g(weights_of(g, 1).views, torch.randn(1, 6, 1), how)
    assert [(n, a.shape[2]) for n, a in chance.answers.items()] == [
        ("g.generator.dropout.0", 4),
        ("g.generator.dropout.1", 3),
    ]


def test_nothing_is_dropped_in_evaluation() -> None:
    dropped, plain = network("none", dropout=0.9), network("none")
    weights, chance = shaken(plain, 1), Given(1)
    x = torch.randn(1, 9, 2)
    no_chance: Chance = chance
    assert torch.equal(
        dropped(weights.views, x, Pass(chance=no_chance)), plain(weights.views, x, Pass())
    )
    assert not chance.answers


def test_training_with_dropout_needs_random_numbers() -> None:
    d = network("none", dropout=0.5)
    with pytest.raises(ValueError, match="needs random numbers"):
        d(shaken(d, 1).views, torch.randn(1, 4, 2), Pass(training=True))
