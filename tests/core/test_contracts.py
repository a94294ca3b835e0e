"""What holds for every member of every union; a new class takes part by being registered."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from ganstudio.core.activations import ActivationFunction
from ganstudio.core.experiment import Experiment
from ganstudio.core.initializers import WeightInitializer
from ganstudio.core.losses import GanLoss
from ganstudio.core.noise import NoiseDistribution
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.schedules import RateSchedule
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Density
from tests.core.helpers import concrete, members, reachable, record, small, spelled

PLACES: dict[type[Spec], str] = {
    GanLoss: "loss",
    GradientOptimizer: "optimizer_g",
    Density: "target",
    NoiseDistribution: "noise",
    ActivationFunction: "generator.layers.0.activation",
    WeightInitializer: "discriminator.initializer",
    RateSchedule: "optimizer_d.schedule",
}
MEMBERS = [(path, kind) for base, path in PLACES.items() for kind in members(base)]
every_member = pytest.mark.parametrize(
    ("path", "kind"), MEMBERS, ids=[f"{path}-{kind.__name__}" for path, kind in MEMBERS]
)


@pytest.mark.parametrize("base", PLACES)
def test_every_class_is_registered_in_its_union(base: type[Spec]) -> None:
    assert concrete(base) == set(members(base))
    assert len(members(base)) >= 2


def test_no_union_is_forgotten_here() -> None:
    kinds = {spec for spec in reachable() if "kind" in spec.model_fields}
    listed = {kind for _, kind in MEMBERS}
    assert {kind.__name__ for kind in kinds - listed} == {"StableLog", "LiteralLog"}


@every_member
def test_its_name_alone_stands_for_its_defaults(path: str, kind: type[Spec]) -> None:
    name = kind.model_fields["kind"].default
    assert Experiment().replace(**{path: name}).at(path) == kind()


@every_member
def test_it_goes_through_toml(path: str, kind: type[Spec]) -> None:
    experiment = Experiment().replace(**{path: kind()})
    assert Experiment.from_toml(experiment.to_toml()) == experiment


@every_member
def test_it_trains_and_twice_the_same(path: str, kind: type[Spec]) -> None:
    experiment = small(steps=3).replace(**{path: kind()})
    run = record(experiment)
    assert np.isfinite(run.loss_d).all()
    assert np.isfinite(run.loss_g).all()
    assert np.isfinite(run.last.metrics.w1).all()
    assert list(spelled(run)) == list(spelled(record(experiment)))


@every_member
def test_it_is_explained(path: str, kind: type[Spec]) -> None:
    assert kind.__doc__
    assert kind.__doc__ != Spec.__doc__


@every_member
def test_it_can_be_compared_and_hashed(path: str, kind: type[Spec]) -> None:
    assert kind() == kind()
    assert hash(kind()) == hash(kind())


@pytest.mark.parametrize("kind", members(GanLoss))
def test_losses_have_one_value_a_replica_and_a_true_gradient(kind: type[GanLoss]) -> None:
    loss = kind()
    real = torch.randn(3, 8, 1, dtype=torch.float64, requires_grad=True)
    fake = torch.randn(3, 8, 1, dtype=torch.float64, requires_grad=True)
    assert loss.discriminator(real, fake).shape == loss.generator(fake).shape == (3,)
    assert torch.autograd.gradcheck(loss.discriminator, (real, fake))
    assert torch.autograd.gradcheck(loss.generator, (fake,))
    assert loss.probability(real).shape == real.shape


@pytest.mark.parametrize("kind", members(GradientOptimizer))
def test_optimizers_go_downhill_and_keep_replicas_apart(kind: type[GradientOptimizer]) -> None:
    optimizer = kind(lr=0.05)
    weights = torch.tensor([[1.0, -2.0], [3.0, 0.5]])
    slots = [torch.zeros_like(weights) for _ in range(kind.slots)]
    for row in torch.from_numpy(optimizer.coefficients(np.arange(300)).astype(np.float32)):
        gradient = 2 * weights.clone()
        gradient[1] = 0
        optimizer.update_(weights, gradient, slots, row.unbind())
    assert weights[0].abs().max() < 0.1
    assert weights[1].tolist() == [3.0, 0.5]


@pytest.mark.parametrize("kind", members(RateSchedule))
def test_schedules_begin_with_the_rate_and_stay_positive(kind: type[RateSchedule]) -> None:
    factor = kind().factor(np.arange(5000))
    assert factor.shape == (5000,)
    assert factor[0] == 1
    assert (factor > 0).all()
    np.testing.assert_array_equal(factor[1000:1010], kind().factor(np.arange(1000, 1010)))


@pytest.mark.parametrize("kind", members(WeightInitializer))
def test_initializers_have_shape_and_follow_their_generator(kind: type[WeightInitializer]) -> None:
    drawn = [kind().draw(np.random.default_rng(1), 6, 4) for _ in range(2)]
    assert drawn[0].shape == (6, 4)
    assert drawn[0].dtype == np.float32
    np.testing.assert_array_equal(drawn[0], drawn[1])


@pytest.mark.parametrize("kind", members(ActivationFunction))
def test_activations_keep_shape_and_have_a_true_gradient(kind: type[ActivationFunction]) -> None:
    # Away from 0, where some have a corner.
    x = torch.tensor([[-2.0, -0.7, 0.3], [0.9, 1.7, 5.0]], dtype=torch.float64, requires_grad=True)
    assert kind()(x).shape == x.shape
    assert torch.autograd.gradcheck(kind(), (x,))
