"""Networks against torch.nn, minibatch discrimination against a double loop."""

from __future__ import annotations

import math

import numpy as np
import pytest
import torch

from ganstudio.core.activations import ActivationFunction
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Dense, Discriminator, Generator, MinibatchDiscrimination
from ganstudio.core.weights import Weights, check_names
from ganstudio.errors import WeightsError
from tests.core.helpers import members

SELF = {"one": 1.0, "identity": math.exp(-1), "zero": 0.0}
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


def weights_of(network: Generator | Discriminator, inputs: int, replicas: int) -> Weights:
    rngs = [np.random.default_rng(i) for i in range(replicas)]
    return Weights([network.initial(rng, inputs) for rng in rngs], "cpu")


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


def double_loop(layer: MinibatchDiscrimination, m: np.ndarray) -> np.ndarray:
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


@pytest.mark.parametrize("itself", SELF)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_one_sample_beside_others_is_that_sample_in_their_batch(itself: str, position: int) -> None:
    """What draws D(x) gives the same logit as a real batch with x as one of its samples."""
    d = Discriminator.parse(
        {
            "layers": [{"width": 4}, {"width": 3}],
            "minibatch": {"enabled": True, "position": position, "itself": itself, "std": 1.0},
        }
    )
    weights = weights_of(d, 1, replicas=2).views
    x, others = torch.randn(2, 5, 1), torch.randn(2, 7, 1)
    found = d(weights, x, others=others)
    for i in range(5):
        batch = torch.cat([x[:, i : i + 1], others], dim=1)
        torch.testing.assert_close(found[:, i], d(weights, batch)[:, 0], rtol=1e-4, atol=1e-5)


def test_shapes_with_the_minibatch_layer_are_the_published_ones() -> None:
    d = Discriminator.parse(
        {"layers": [{"width": 8}] * 2, "minibatch": {"enabled": True, "position": 2}}
    )
    assert d.shapes(1) == [(1, 8), (8, 8), (8, 15), (13, 1)]
    assert d.parameters(1) == 16 + 72 + 135 + 14


def test_separate_minibatches_do_not_see_each_other() -> None:
    d = Discriminator.parse({"minibatch": {"enabled": True, "std": 1.0}})
    weights = weights_of(d, 1, 1).views
    a, b, c = (torch.randn(1, 6, 1) for _ in range(3))
    with_b = d(weights, torch.cat([a, b], dim=1), minibatches=2)
    with_c = d(weights, torch.cat([a, c], dim=1), minibatches=2)
    torch.testing.assert_close(with_b[:, :6], with_c[:, :6], rtol=0, atol=0)
    torch.testing.assert_close(with_b[:, :6], d(weights, a), rtol=1e-5, atol=1e-6)


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


def test_weights_are_views_of_one_tensor() -> None:
    network = Generator()
    weights = weights_of(network, 1, 2)
    assert weights.flat.shape == (2, network.parameters(1))
    weights.flat.fill_(3)
    assert all((view == 3).all() for view in weights.views)
    named = weights.named("generator")
    assert named["generator.0.weight"].shape == (2, 1, 16)
    assert named["generator.1.bias"].shape == (2, 16)
    assert not named["generator.0.weight"].flags.writeable


@pytest.mark.parametrize(
    ("arrays", "says"),
    [
        ({"generator.0.weight": (2, 16)}, "generator.0.bias: missing; give all weights"),
        ({"generator.7.weight": (1, 1)}, "generator.7.weight: the generator has only"),
        ({"generator.0.wait": (1, 1)}, "generator.0.wait: the generator has only"),
    ],
)
def test_weights_that_do_not_fit(arrays: dict[str, tuple[int, ...]], says: str) -> None:
    weights = weights_of(Generator(), 1, 1)
    with pytest.raises(WeightsError, match=says):
        weights.load("generator", {k: np.zeros(v, dtype=np.float32) for k, v in arrays.items()})


def test_a_wrong_shape_is_named() -> None:
    weights = weights_of(Generator(layers=()), 1, 2)
    for shape in ((1,), (2, 1), (3, 1, 1), (1, 1, 1)):
        given = {
            "generator.0.weight": np.zeros(shape, np.float32),
            "generator.0.bias": np.zeros(1, np.float32),
        }
        with pytest.raises(WeightsError, match=r"generator\.0\.weight: its shape is"):
            weights.load("generator", given)


def test_names_of_no_network_are_refused() -> None:
    with pytest.raises(WeightsError, match=r"critic\.0\.weight: weights are named"):
        check_names({"critic.0.weight": np.zeros(1, np.float32)}, ("generator", "discriminator"))


def test_a_projection_beyond_the_layers_is_refused() -> None:
    with pytest.raises(ValueError, match="there are only 1 hidden layers"):
        Discriminator(
            layers=(Dense(),), minibatch=MinibatchDiscrimination(enabled=True, position=2)
        )


def test_the_default_experiment_is_what_people_meet_first() -> None:
    assert Experiment().discriminator.parameters(1) == 1153
