"""Weights by name: views of one tensor, out and in again, refused where they do not fit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.core.networks import Discriminator, Generator
from ganstudio.core.weights import check_names
from ganstudio.errors import WeightsError
from tests.core.helpers import weights_of


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
    for shape in ((1,), (2, 1), (3, 1, 1)):
        given = {
            "generator.0.weight": np.zeros(shape, np.float32),
            "generator.0.bias": np.zeros(1, np.float32),
        }
        with pytest.raises(WeightsError, match=r"generator\.0\.weight: its shape is"):
            weights.load("generator", given)


def test_names_of_no_network_are_refused() -> None:
    with pytest.raises(WeightsError, match=r"critic\.0\.weight: weights are named"):
        check_names({"critic.0.weight": np.zeros(1, np.float32)}, ("generator", "discriminator"))


EVERYTHING: dict[str, Any] = {
    "layers": [{"width": 4, "normalisation": "batch"}, {"width": 3, "normalisation": "layer"}],
    "minibatch": {"enabled": True},
    "packing": 2,
}


def test_what_goes_out_comes_in_again_for_every_kind_of_part() -> None:
    d = Discriminator.parse(EVERYTHING)
    given, taken = weights_of(d, 2, replicas=3), weights_of(d, 2, replicas=3)
    given.flat.uniform_(-1, 1)
    taken.load("discriminator", given.named("discriminator"))
    assert (given.flat == taken.flat).all()
    assert set(given.named("discriminator")) == {
        f"discriminator.{p.layer}.{p.name}" for p in d.parts(2)
    }


def test_one_replica_is_spread_over_all() -> None:
    g = Generator()
    one, many = weights_of(g, 1), weights_of(g, 1, replicas=4)
    given = one.named("generator")
    for arrays in (given, {name: array[0] for name, array in given.items()}):
        many.flat.zero_()
        many.load("generator", arrays)
        assert (many.flat == one.flat).all()


def test_weights_of_another_network_are_let_pass() -> None:
    weights = weights_of(Generator(), 1)
    before = weights.flat.clone()
    weights.load("generator", {"discriminator.0.weight": np.zeros(3, dtype=np.float32)})
    assert (weights.flat == before).all()
