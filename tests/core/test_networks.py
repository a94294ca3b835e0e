"""Networks against torch.nn; what their parts are, and which of them learn."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.activations import ActivationFunction
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Dense, Discriminator, Generator, MinibatchDiscrimination, Pass
from tests.core.helpers import members, weights_of

MODULES: dict[str, torch.nn.Module] = {
    "linear": torch.nn.Identity(),
    "relu": torch.nn.ReLU(),
    "leaky_relu": torch.nn.LeakyReLU(0.2),
    "tanh": torch.nn.Tanh(),
    "sigmoid": torch.nn.Sigmoid(),
    "softplus": torch.nn.Softplus(),
    "elu": torch.nn.ELU(),
    "selu": torch.nn.SELU(),
    "gelu": torch.nn.GELU(),
    "silu": torch.nn.SiLU(),
}


def torch_mlp(
    views: list[torch.Tensor], replica: int, function: torch.nn.Module
) -> torch.nn.Module:
    """One replica as a torch.nn module, with `function` between its layers."""
    parts: list[torch.nn.Module] = []
    for w, b in zip(views[::2], views[1::2], strict=True):
        linear = torch.nn.Linear(w.shape[1], w.shape[2])
        linear.weight.data, linear.bias.data = w[replica].T.clone(), b[replica, 0].clone()
        parts += [linear, function]
    return torch.nn.Sequential(*parts[:-1])


@pytest.mark.parametrize("kind", sorted(MODULES))
def test_a_network_is_torch_s_for_every_replica(kind: str) -> None:
    generator = Generator.parse(
        {"layers": [{"width": 5, "activation": kind}, {"width": 3, "activation": kind}]}
    )
    weights = weights_of(generator, 2, replicas=3)
    for view in weights.views[1::2]:
        view.uniform_(-1, 1)
    z = torch.randn(3, 7, 2)
    found = generator(weights.views, z)
    for i in range(3):
        expected = torch_mlp(weights.views, i, MODULES[kind])(z[i])
        torch.testing.assert_close(found[i], expected, rtol=1e-5, atol=1e-6)


def test_every_activation_is_compared() -> None:
    kinds = {spec.model_fields["kind"].default for spec in members(ActivationFunction)}
    assert kinds == set(MODULES)


def test_the_output_function_is_applied_last() -> None:
    generator = Generator.parse({"output": "sigmoid"})
    weights = weights_of(generator, 1, 1)
    out = generator(weights.views, torch.randn(1, 50, 1) * 30)
    plain = generator.replace(output="linear")(weights.views, torch.zeros(1, 1, 1))
    assert ((out >= 0) & (out <= 1)).all()
    assert plain.shape == (1, 1, 1)


def test_no_hidden_layers_is_a_line() -> None:
    generator = Generator(layers=())
    weights = weights_of(generator, 1, 1)
    w, b = weights.views
    z = torch.randn(1, 5, 1)
    torch.testing.assert_close(generator(weights.views, z), z * w + b)


def test_shapes_with_the_minibatch_layer_are_the_published_ones() -> None:
    d = Discriminator.parse(
        {"layers": [{"width": 8}] * 2, "minibatch": {"enabled": True, "position": 2}}
    )
    assert d.shapes(1) == [(1, 8), (8, 8), (8, 15), (13, 1)]
    assert d.parameters(1) == 16 + 72 + 135 + 14


def test_biases_start_at_zero_and_the_projection_has_its_own_spread() -> None:
    d = Discriminator.parse(
        {
            "layers": [{"width": 200}],
            "minibatch": {"enabled": True, "std": 0.02, "kernels": 50},
            "initializer": {"kind": "normal", "std": 1.0},
        }
    )
    drawn = d.initial(np.random.default_rng(0), 1)
    assert all(not bias.any() for bias in drawn[1::2])
    assert drawn[2].std() == pytest.approx(0.02, rel=0.02)
    assert drawn[4].std() == pytest.approx(1.0, rel=0.15)


def test_a_projection_beyond_the_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="there is only 1 hidden layer"):
        Discriminator(
            layers=(Dense(),), minibatch=MinibatchDiscrimination(enabled=True, position=2)
        )


def test_the_default_experiment_is_what_people_meet_first() -> None:
    assert Experiment().discriminator.parameters(1) == 1153


FULL: dict[str, Any] = {
    "layers": [
        {"width": 4, "normalisation": "batch"},
        {"width": 3, "normalisation": "layer", "frozen": True},
        {"width": 2},
    ],
    "minibatch": {"enabled": True, "position": 2, "kernels": 6, "dimensions": 5},
    "minibatch_std": True,
    "packing": 2,
    "spectral_norm": True,
}


def test_parts_have_names_shapes_and_an_order() -> None:
    d = Discriminator.parse(FULL)
    assert [(p.layer, p.name, p.shape, p.trained) for p in d.parts(3)] == [
        (0, "weight", (6, 4), True),  # two samples of three numbers side by side
        (0, "bias", (4,), True),
        (0, "gain", (4,), True),
        (0, "shift", (4,), True),
        (1, "weight", (4, 3), False),
        (1, "bias", (3,), False),
        (1, "gain", (3,), False),
        (1, "shift", (3,), False),
        (2, "weight", (3, 30), True),  # the projection
        (2, "bias", (30,), True),
        (3, "weight", (9, 2), True),  # with its six features
        (3, "bias", (2,), True),
        (4, "weight", (3, 1), True),  # with the standard deviation
        (4, "bias", (1,), True),
    ]
    assert d.parameters(3) == sum(p.size for p in d.parts(3))
    assert [(p.layer, p.name, p.shape) for p in d.buffers(3)] == [
        (0, "direction", (4,)),
        (0, "mean", (4,)),
        (0, "variance", (4,)),
        (1, "direction", (3,)),
        (3, "direction", (2,)),
        (4, "direction", (1,)),
    ]


def test_a_projection_is_frozen_with_the_layer_that_it_feeds() -> None:
    layers = [{"width": 4}, {"width": 3, "frozen": True}]
    d = Discriminator.parse({"layers": layers, "minibatch": {"enabled": True, "position": 1}})
    assert {p.layer for p in d.parts(1) if not p.trained} == {1, 2}
    last = d.replace(**{"minibatch.position": 2, "freeze_output": True})
    assert {p.layer for p in last.parts(1) if not p.trained} == {1, 2, 3}


def test_the_projection_before_the_output_takes_no_standard_deviation() -> None:
    d = Discriminator.parse(
        {
            "layers": [{"width": 4}],
            "minibatch": {"enabled": True, "position": 1, "kernels": 2, "dimensions": 3},
            "minibatch_std": True,
        }
    )
    assert d.shapes(1) == [(1, 4), (4, 6), (4 + 2 + 1, 1)]


def test_first_values() -> None:
    network = Discriminator.parse({"layers": [{"width": 3, "normalisation": "batch"}], "bias": 0.5})
    first = network.initial(np.random.default_rng(0), 1)
    found = {part.name: a for part, a in zip(network.parts(1)[:4], first[:4], strict=True)}
    assert (found["bias"] == 0.5).all()
    assert (found["gain"] == 1).all()
    assert (found["shift"] == 0).all()
    mean, variance = network.initial_buffers(np.random.default_rng(0), 1)
    assert (mean == 0).all()
    assert (variance == 1).all()


def test_without_biases_they_are_0_and_do_not_count() -> None:
    network = Generator.parse({"layers": [{"width": 3}], "biases": False, "bias": 2.0})
    assert network.parameters(2) == 2 * 3 + 3
    biases = [p for p in network.parts(2) if p.name == "bias"]
    assert not any(p.trained for p in biases)
    assert all(not first.any() for first in network.initial(np.random.default_rng(0), 2)[1::2])


def test_which_numbers_are_trained() -> None:
    network = Generator.parse({"layers": [{"width": 2, "frozen": True}], "biases": False})
    trained = weights_of(network, 1).trained()
    assert trained is not None
    assert trained.tolist() == [0, 0, 0, 0, 1, 1, 0]
    assert weights_of(Generator(), 1).trained() is None


def test_hidden_layers_are_those_that_the_logits_come_from() -> None:
    d = Discriminator.parse({"layers": [{"width": 4}, {"width": 3}]})
    weights = weights_of(d, 1)
    x = torch.randn(1, 6, 1)
    first, second = d.hidden(weights.views, x, Pass())
    assert first.shape == (1, 6, 4)
    w, b = weights.views[4:]
    torch.testing.assert_close(second @ w + b, d(weights.views, x))


def test_units_are_seen_before_and_after_their_activation() -> None:
    seen: list[tuple[torch.Tensor, torch.Tensor]] = []
    g = Generator.parse({"layers": [{"width": 4, "activation": "tanh"}]})
    weights = weights_of(g, 1)
    z = torch.randn(1, 6, 1)
    g(weights.views, z, Pass(seen=seen))
    [(before, after)] = seen
    torch.testing.assert_close(before, z * weights.views[0] + weights.views[1])
    torch.testing.assert_close(after, torch.tanh(before))
