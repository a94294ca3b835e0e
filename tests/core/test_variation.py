"""One number that differs between the replicas: each is the run that it would be alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.core.experiment import Experiment
from ganstudio.errors import SpecError
from tests.core.helpers import TINY, Floats, record, same_bits, small

pytestmark = pytest.mark.usefixtures("uncaptured")

SGD = {"kind": "sgd", "lr": 0.05}
VARIED: dict[str, tuple[tuple[float, ...], dict[str, Any]]] = {
    "optimizer_g.lr": ((1e-3, 0.05), {}),
    "optimizer_d.beta1": ((0.0, 0.9), {}),
    "optimizer_d.schedule.decay": (
        (0.5, 0.9),
        {"optimizer_d.schedule": {"kind": "staircase", "every": 3}},
    ),
    "optimizer_d.clip.limit": ((0.01, 1.0), {"optimizer_d.clip": "norm"}),
    "optimizer_g.weight_decay": ((0.0, 2.0), {"optimizer_g": "adamw"}),
    "loss.smoothing": ((0.0, 0.3), {}),
    "loss.log.clip": ((0.0, 0.45), {"loss.log": "literal"}),
    "loss.clip": ((0.0, 0.05), {"loss": "wasserstein", "optimizer_d": SGD, "optimizer_g": SGD}),
    "penalties_d.0.weight": ((0.0, 5.0), {"penalties_d": ({"kind": "r1"},)}),
    "penalties_g.1.weight": ((0.0, 0.5), {"penalties_g": ("l1", "feature_matching")}),
    "instance_noise.std": ((0.0, 1.0), {}),
    "generator.initializer.std": ((0.01, 1.0), {"generator.initializer": "normal"}),
    "discriminator.initializer.gain": ((0.1, 2.0), {"discriminator.initializer": "orthogonal"}),
    "discriminator.minibatch.std": ((0.01, 1.0), {"discriminator.minibatch.enabled": True}),
    "noise.limit": ((0.5, 3.0), {"noise": "uniform"}),
    "ema": ((0.0, 0.9), {}),
}


def varied(path: str, values: tuple[float, ...], replicas: int, **changes: Any) -> Experiment:
    e = small(steps=8, frame_every=8, seed=3, **TINY).replace(**changes)
    return e.replace(replicas=replicas, vary={"path": path, "values": values})


def near(found: Floats, expected: Floats) -> None:
    """Equal up to rounding: matrix products over a stack may sum in another order."""
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)


@pytest.mark.parametrize("path", VARIED)
def test_every_replica_is_the_single_run_that_it_stands_for(path: str) -> None:
    values, changes = VARIED[path]
    e = varied(path, values, 4, **changes)
    fleet = record(e)
    for i in range(4):
        single = e.single(i)
        assert (single.at(path), single.seed) == (values[i // 2], 3 + i % 2)
        assert (single.replicas, bool(single.vary)) == (1, False)
        alone = record(single)
        near(fleet.loss_d[:, i], alone.loss_d[:, 0])
        near(fleet.loss_g[:, i], alone.loss_g[:, 0])
        for name, weight in alone.finished.weights.items():
            near(fleet.finished.weights[name][i], weight[0])


@pytest.mark.parametrize("path", VARIED)
def test_the_number_makes_a_difference(path: str) -> None:
    values, changes = VARIED[path]
    e = varied(path, values, 2, **changes)
    assert e.seed_of(0) == e.seed_of(1)
    finished = record(e).finished.weights
    network = "average" if path == "ema" else "generator"
    moved = [np.abs(w[0] - w[1]).max() for n, w in finished.items() if n.startswith(network)]
    assert max(moved) > 1e-5


def test_the_shown_generator_without_an_average_is_the_newest() -> None:
    e = varied("ema", (0.0, 0.9), 2)
    weights = record(e).finished.weights
    for name in [n for n in weights if n.startswith("average")]:
        newest = weights[name.replace("average", "generator")]
        np.testing.assert_array_equal(weights[name][0], newest[0])
        assert not np.array_equal(weights[name][1], newest[1])


def test_one_value_is_a_fleet_of_that_value() -> None:
    e = varied("optimizer_g.lr", (0.02,), 3)
    plain = small(steps=8, frame_every=8, seed=3, replicas=3, **TINY)
    same = record(plain.replace(**{"optimizer_g.lr": 0.02}))
    assert same_bits(dict(record(e).finished.weights), dict(same.finished.weights))


def test_groups_and_seeds() -> None:
    e = varied("loss.smoothing", (0.0, 0.1, 0.2), 6)
    assert [e.group(i) for i in range(6)] == [0, 0, 1, 1, 2, 2]
    assert [e.seed_of(i) for i in range(6)] == [3, 4] * 3
    assert [one.at("loss.smoothing") for one in e.groups()] == [0.0, 0.1, 0.2]
    assert {one.replicas for one in e.groups()} == {2}
    plain = small(replicas=4, seed=9)
    assert plain.groups() == [plain]
    assert plain.single(2) == small(seed=11)


@pytest.mark.parametrize(
    ("path", "values", "replicas", "says"),
    [
        ("batch_size", (8, 16), 2, "vary.path: batch_size can't differ between replicas"),
        ("target.mu", (1.0, 2.0), 2, "vary.path: target.mu can't differ"),
        ("discriminator.layers.0.dropout", (0.1, 0.2), 2, "can't differ between replicas"),
        ("discriminator_steps", (1.0, 2.0), 2, "can't differ between replicas"),
        ("optimizer_g.kind", (1.0, 2.0), 2, "can't differ between replicas"),
        ("optimizer_g", (1.0, 2.0), 2, "can't differ between replicas"),
        ("noise.size", (1.0, 2.0), 2, "can't differ between replicas"),
        ("optimizer_g.lrr", (1.0, 2.0), 2, "did you mean 'lr'?"),
        ("penalties_d.0.weight", (1.0, 2.0), 2, "there is no item '0'"),
        ("optimizer_g.lr", (0.1, -1.0), 2, "optimizer_g.lr: input should be greater than 0"),
        ("loss.smoothing", (0.1, 1.0), 2, "loss.smoothing: input should be less than 1"),
        ("optimizer_g.lr", (), 2, "vary.values: it needs the values of optimizer_g.lr"),
        ("optimizer_g.lr", (0.1, 0.2), 3, "vary.values: 2 values can't share 3 replicas evenly"),
        ("optimizer_g.lr", (0.1, 0.2, 0.3), 2, "make replicas a multiple of 3"),
    ],
)
def test_what_can_not_vary_is_one_clear_sentence(
    path: str, values: tuple[float, ...], replicas: int, says: str
) -> None:
    with pytest.raises(SpecError) as caught:
        varied(path, values, replicas)
    sentence = str(caught.value)
    assert says in sentence
    assert "\n" not in sentence


def test_a_value_that_conflicts_with_another_setting_is_refused() -> None:
    with pytest.raises(SpecError, match=r"loss\.clip"):
        varied(
            "loss.clip",
            (0.0, 0.1),
            2,
            loss={"kind": "wasserstein", "clip": 0.0},
            penalties_d=("r1",),
        )


def test_it_goes_through_toml() -> None:
    e = varied("optimizer_g.lr", (1e-3, 2e-3, 0.5), 6)
    again = Experiment.from_toml(e.to_toml())
    assert again == e
    assert again.vary.values == (1e-3, 2e-3, 0.5)
    nothing = small()
    assert not Experiment.from_toml(nothing.to_toml()).vary


def test_an_edit_of_what_varies_needs_a_restart() -> None:
    from ganstudio.core.spec import changes

    before = varied("optimizer_g.lr", (0.1, 0.2), 2)
    found = changes(before, before.replace(**{"vary.values": (0.1, 0.3)}))
    assert found
    assert not any(found.values())
