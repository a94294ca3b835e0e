"""Schedules against torch's own, and against their formulas."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from torch.optim import lr_scheduler

from ganstudio.core.schedules import (
    Constant,
    Cosine,
    Exponential,
    Linear,
    RateSchedule,
    Staircase,
    Step,
)
from ganstudio.errors import SpecError
from tests.core.helpers import members

UPDATES = np.arange(400)
LR = 0.25


def torchs(scheduler: type[lr_scheduler.LRScheduler], **settings: Any) -> NDArray[np.float64]:
    """The factors that torch's scheduler gives, one after another."""
    optimizer = torch.optim.SGD([torch.zeros(1, requires_grad=True)], lr=LR)
    schedule = scheduler(optimizer, **settings)
    rates = []
    for _ in UPDATES:
        rates.append(optimizer.param_groups[0]["lr"])
        optimizer.step()
        schedule.step()
    return np.array(rates) / LR


@pytest.mark.parametrize(
    ("ours", "scheduler", "settings"),
    [
        (Constant(), lr_scheduler.ConstantLR, {"factor": 1}),
        (Staircase(decay=0.8, every=30), lr_scheduler.StepLR, {"gamma": 0.8, "step_size": 30}),
        (Exponential(decay=0.5, every=100), lr_scheduler.ExponentialLR, {"gamma": 0.5**0.01}),
        (
            Step(multiplier=0.3, milestones=(1, 50, 51, 399)),
            lr_scheduler.MultiStepLR,
            {"gamma": 0.3, "milestones": [1, 50, 51, 399]},
        ),
        (
            Linear(length=250, final=0.2),
            lr_scheduler.LinearLR,
            {"start_factor": 1.0, "end_factor": 0.2, "total_iters": 250},
        ),
        (
            Constant(warmup=120),
            lr_scheduler.LinearLR,
            {"start_factor": 1 / 120, "total_iters": 119},
        ),
    ],
    ids=lambda part: getattr(part, "kind", None),
)
def test_a_schedule_is_torch_s(
    ours: RateSchedule, scheduler: type[lr_scheduler.LRScheduler], settings: dict[str, Any]
) -> None:
    expected = torchs(scheduler, **settings)
    np.testing.assert_allclose(ours.factor(UPDATES), expected, rtol=1e-9, atol=0)


def test_cosine_is_torch_s_until_the_floor_and_then_stays() -> None:
    found = Cosine(length=250, final=0.1).factor(UPDATES)
    expected = torchs(lr_scheduler.CosineAnnealingLR, T_max=250, eta_min=0.1 * LR)
    np.testing.assert_allclose(found[:251], expected[:251], rtol=1e-9, atol=0)
    np.testing.assert_array_equal(found[250:], 0.1)


def test_a_floor_of_0_stops_the_learning() -> None:
    for kind in (Cosine, Linear):
        found = kind(length=100, final=0).factor(UPDATES)
        assert (found[:100] > 0).all()
        assert (found[100:] == 0).all()


def test_staircase_and_exponential_meet_where_a_stair_begins() -> None:
    stairs = Staircase(decay=0.95, every=150).factor(np.array([0, 149, 150, 299, 300, 1199]))
    np.testing.assert_allclose(stairs, 0.95 ** np.array([0, 0, 1, 1, 2, 7]), rtol=1e-15)
    starts = np.arange(10) * 150
    smooth, stairs = (k(decay=0.95, every=150).factor(starts) for k in (Exponential, Staircase))
    np.testing.assert_allclose(smooth, stairs, rtol=1e-15)


def test_constant() -> None:
    np.testing.assert_array_equal(Constant().factor(np.arange(3)), [1, 1, 1])


def test_without_milestones_the_rate_stays() -> None:
    np.testing.assert_array_equal(Step(milestones=()).factor(UPDATES), 1)


@pytest.mark.parametrize("milestones", [(500, 300), (5, 5), (1, 9, 4, 20)])
def test_milestones_rise(milestones: tuple[int, ...]) -> None:
    with pytest.raises(SpecError, match=r"^milestones: the milestones must rise, but .* after"):
        Step.parse({"milestones": milestones})


@pytest.mark.parametrize("milestone", [0, -3, 10**9 + 1])
def test_milestones_have_a_range(milestone: int) -> None:
    with pytest.raises(SpecError, match=r"milestones\.0: input should be"):
        Step.parse({"milestones": [milestone]})


@pytest.mark.parametrize("kind", members(RateSchedule))
def test_what_holds_for_every_schedule(kind: type[RateSchedule]) -> None:
    factor = kind().factor(np.arange(5000))
    assert factor.shape == (5000,)
    assert factor.dtype == np.float64
    assert factor[0] == 1
    assert (factor > 0).all()
    assert (np.diff(factor) <= 0).all()
    # No memory: any counts may be asked for.
    np.testing.assert_array_equal(factor[1000:1010], kind().factor(np.arange(1000, 1010)))
    assert kind().factor(np.array([10**9])) <= 1


@pytest.mark.parametrize("kind", members(RateSchedule))
@pytest.mark.parametrize("warmup", [1, 2, 150])
def test_every_schedule_warms_up(kind: type[RateSchedule], warmup: int) -> None:
    warm = kind(warmup=warmup).factor(UPDATES)
    ramp = np.array([min(1.0, (t + 1) / warmup) for t in range(len(UPDATES))])
    np.testing.assert_allclose(warm, ramp * kind().factor(UPDATES), rtol=1e-15)
    assert warm[0] == pytest.approx(1 / warmup)
    np.testing.assert_array_equal(warm[warmup:], kind().factor(UPDATES)[warmup:])
