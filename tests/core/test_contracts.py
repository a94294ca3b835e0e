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
from ganstudio.core.optimizers import GradientClipping, GradientOptimizer
from ganstudio.core.penalties import Penalty
from ganstudio.core.play import TurnTaking
from ganstudio.core.problems import _models
from ganstudio.core.schedules import RateSchedule
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Distribution
from tests.core.helpers import concrete, members, reachable, record, small, spelled
from tests.core.unions import MEMBERS, UNIONS, every_member, placed

BASES: dict[type[Spec], tuple[str, ...]] = {
    GanLoss: ("loss",),
    GradientOptimizer: ("optimizer_g",),
    GradientClipping: ("optimizer_d.clip",),
    RateSchedule: ("optimizer_d.schedule",),
    Penalty: ("penalties_d", "penalties_g"),
    TurnTaking: ("play",),
    Distribution: ("target",),
    NoiseDistribution: ("noise",),
    ActivationFunction: ("generator.layers.0.activation",),
    WeightInitializer: ("discriminator.initializer",),
}
"""What the members of a union have in common, and where they stand."""


@pytest.mark.parametrize("base", BASES)
def test_every_class_is_registered_in_its_union(base: type[Spec]) -> None:
    registered = [kind for path in BASES[base] for kind in _models(UNIONS[path])]
    assert concrete(base) == set(registered)
    assert len(registered) >= 2


def test_no_union_is_forgotten_here() -> None:
    kinds = {spec for spec in reachable() if "kind" in spec.model_fields}
    assert kinds == {kind for _, kind in MEMBERS}


@pytest.mark.parametrize("path", UNIONS)
def test_names_are_not_taken_twice(path: str) -> None:
    names = [kind.model_fields["kind"].default for kind in _models(UNIONS[path])]
    assert len(set(names)) == len(names)


@every_member
def test_its_name_alone_stands_for_its_defaults(path: str, kind: type[Spec]) -> None:
    name = kind.model_fields["kind"].default
    found = Experiment().replace(**placed(path, name)).at(path)
    assert found == placed(path, kind())[path]


@every_member
def test_it_goes_through_toml(path: str, kind: type[Spec]) -> None:
    experiment = Experiment().replace(**placed(path, kind()))
    assert Experiment.from_toml(experiment.to_toml()) == experiment


@pytest.mark.usefixtures("uncaptured")
@every_member
def test_it_trains_and_twice_the_same(path: str, kind: type[Spec]) -> None:
    experiment = small(steps=2, frame_every=2).replace(**placed(path, kind()))
    run = record(experiment)
    assert np.isfinite(run.loss_d).all()
    assert np.isfinite(run.loss_g).all()
    assert np.isfinite(run.last.metrics.distance).all()
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
def test_losses_have_one_value_a_replica(kind: type[GanLoss]) -> None:
    real, fake = torch.randn(2, 3, 8, 1)
    shapes = {
        kind().discriminator(real, fake).shape,
        kind().generator(fake, real).shape,
    }
    assert shapes == {(3,)}
    assert kind().probability(real).shape == real.shape


@pytest.mark.parametrize("kind", members(ActivationFunction))
def test_activations_keep_shape_and_have_a_true_gradient(kind: type[ActivationFunction]) -> None:
    # Away from 0, where some have a corner.
    x = torch.tensor([[-2.0, -0.7, 0.3], [0.9, 1.7, 5.0]], dtype=torch.float64, requires_grad=True)
    assert kind()(x).shape == x.shape
    assert torch.autograd.gradcheck(kind(), (x,))
