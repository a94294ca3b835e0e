"""Specs: frozen, changed only by validated replacement, with errors that name the field."""

from __future__ import annotations

import re

import pytest
from pydantic import ValidationError

from ganstudio.core.experiment import Experiment
from ganstudio.core.losses import Minimax, NonSaturating
from ganstudio.core.networks import Dense, Network
from ganstudio.core.optimizers import Adam, Sgd
from ganstudio.core.spec import Hint, Spec, changes, hint_of, leaves
from ganstudio.core.targets import Uniform
from ganstudio.errors import SpecError
from tests.core.helpers import reachable


def test_nothing_can_be_assigned() -> None:
    experiment = Experiment()
    with pytest.raises(ValidationError, match="frozen"):
        experiment.seed = 3  # type: ignore[misc]  # the point


@pytest.mark.parametrize(
    ("path", "value", "found"),
    [
        ("seed", 7, 7),
        ("optimizer_d.lr", 0.25, 0.25),
        ("generator.layers.1.width", 99, 99),
        ("generator.layers.0.activation.slope", 0.5, 0.5),
        ("loss", "minimax", Minimax()),
        ("loss.kind", "minimax", Minimax()),
        ("optimizer_g", Sgd(lr=0.5), Sgd(lr=0.5)),
        ("target", {"kind": "uniform", "low": 1, "high": 2}, Uniform(low=1, high=2)),
        ("generator.layers", (Dense(width=3),), (Dense(width=3),)),
    ],
)
def test_replace_by_path(path: str, value: object, found: object) -> None:
    before = Experiment()
    after = before.replace(**{path: value})
    assert after.at(path) == found if path != "loss.kind" else after.loss == found
    assert before == Experiment()


def test_replace_several_that_hang_together() -> None:
    changed = Experiment().replace(
        **{
            "optimizer_d": "sgd",
            "optimizer_d.lr": 0.1,
            "target": "uniform",
            "target.low": 5.0,
            "target.high": 6.0,
            "loss.log": "literal",
            "loss.log.clip": 1e-5,
        }
    )
    assert changed.optimizer_d == Sgd(lr=0.1)
    assert changed.target == Uniform(low=5, high=6)
    assert changed.at("loss.log.clip") == 1e-5


def test_another_kind_starts_from_its_defaults() -> None:
    before = Experiment().replace(**{"optimizer_d.lr": 0.5})
    assert before.replace(**{"optimizer_d.kind": "sgd"}).optimizer_d == Sgd()
    # The same kind again is no change.
    assert before.replace(**{"optimizer_d.kind": "adam"}) == before


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("sed", 1, "sed: there is no field 'sed'; did you mean 'seed'?"),
        ("optimizer_d.lrr", 1, "optimizer_d.lrr: there is no field 'lrr'; did you mean 'lr'?"),
        ("optimizer_d.lr", -1, "optimizer_d.lr: input should be greater than 0, not -1"),
        ("optimizer_d.lr", float("nan"), "optimizer_d.lr: input should be a finite number"),
        ("optimizer_d.lr", "fast", "optimizer_d.lr: input should be a valid number"),
        ("loss", "minmax", "did you mean 'minimax'?"),
        ("loss", {"clip": 1}, "loss: it needs a 'kind'"),
        ("generator.layers.7.width", 3, "there is no item '7'; it has 2 items"),
        ("generator.layers.x.width", 3, "there is no item 'x'"),
        ("generator.layers.-1.width", 3, "there is no item '-1'"),
        ("generator.layers.²", 3, "there is no item '²'"),
        ("seed.x", 3, "seed.x: there is no 'x'"),
        ("device", "gpu", "device: 'gpu' is not a device; use auto, cpu, cuda:0"),
        ("discriminator.minibatch", {"enabled": True, "position": 9}, "only 2 hidden layers"),
        ("target", {"kind": "uniform", "low": 2, "high": 1}, "must be below high"),
    ],
)
def test_errors_name_the_field_and_what_is_right(path: str, value: object, says: str) -> None:
    with pytest.raises(SpecError, match=re.escape(says)) as caught:
        Experiment().replace(**{path: value})
    assert "\n" not in str(caught.value)


def test_at_names_the_nearest_field() -> None:
    with pytest.raises(SpecError, match="did you mean 'width'"):
        Experiment().at("generator.layers.0.with")
    with pytest.raises(SpecError, match="no item '9'"):
        Experiment().at("generator.layers.9")
    with pytest.raises(SpecError, match="there is no 'x'"):
        Experiment().at("seed.x")


def test_changes_say_what_may_happen_live() -> None:
    before = Experiment()
    after = before.replace(
        **{
            "optimizer_d.lr": 0.5,
            "seed": 1,
            "loss": "minimax",
            "generator.layers.0.width": 5,
            "target.mu": 1.0,
        }
    )
    assert changes(before, after) == {
        "optimizer_d.lr": True,
        "seed": False,
        "loss": True,
        "generator.layers.0.width": False,
        "target.mu": False,
    }
    assert changes(before, before) == {}


def test_a_change_of_kind_or_of_length_is_one_change() -> None:
    before = Experiment()
    assert changes(before, before.replace(optimizer_d="sgd")) == {"optimizer_d": False}
    longer = before.replace(**{"generator.layers": (Dense(),) * 3})
    assert changes(before, longer) == {"generator.layers": False}
    scheduled = before.replace(**{"optimizer_d.schedule": "staircase"})
    assert changes(before, scheduled) == {"optimizer_d.schedule": True}


def test_leaves_are_all_plain_fields_and_can_be_replaced_by_their_path() -> None:
    experiment = Experiment()
    found = {path: value for path, _, value in leaves(experiment)}
    assert found["generator.layers.1.activation.kind"] == "leaky_relu"
    assert not any(isinstance(value, Spec) for value in found.values())
    for path, value in found.items():
        assert experiment.at(path) == value
        assert experiment.replace(**{path: value}) == experiment


def test_every_field_explains_itself() -> None:
    """A form without a help text would be a form nobody understands."""
    parts = {"generator", "discriminator", "minibatch", "pretraining", "kind"}
    parts |= {"unrolling", "instance_noise", "early_stopping"}
    for spec in reachable():
        for name, field in spec.model_fields.items():
            if name not in parts:
                assert hint_of(field).help, f"{spec.__name__}.{name}"


def test_hint_of_a_field_without_one_is_empty() -> None:
    assert hint_of(Experiment.model_fields["pretraining"]) == Hint(help="")


def test_the_same_experiment_with_another_ones_start() -> None:
    other = Experiment(seed=9, threads=2, replicas=3)
    kept = Experiment(loss=NonSaturating(), optimizer_d=Adam()).with_start_of(other)
    assert (kept.seed, kept.threads, kept.replicas, kept.optimizer_d) == (9, 2, 3, Adam())


def test_networks_take_no_unknown_field() -> None:
    with pytest.raises(SpecError, match="did you mean 'layers'"):
        Network.parse({"layer": []})
