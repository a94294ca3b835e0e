"""Verdicts: each condition from a history made for it, and no flicker at the limits."""

from __future__ import annotations

import math

import numpy as np
import pytest

from ganstudio.core.events import Condition, Floor, Metrics
from ganstudio.core.metrics import Ruler
from ganstudio.core.targets import Component, Gaussian, GaussianMixture
from ganstudio.core.verdict import MEMORY, PATIENCE, Bench, Judge

MU, SIGMA, FLOOR = 4.0, 0.5, Floor(0.006, 0.0104)
LIVELY = (0.5, 0.5, 1.0, 1.0)
"""D undecided, both networks with a gradient."""

Look = tuple[float, float, float, tuple[float, float, float, float]]


def look(
    w1: float = 1.0,
    mean: float = MU,
    ratio: float = 1.0,
    play: tuple[float, float, float, float] = LIVELY,
) -> Look:
    return w1, mean, ratio, play


HISTORIES: dict[Condition, list[Look]] = {
    Condition.OFF_TARGET: [look()] * MEMORY,
    Condition.CONVERGING: [look(w1=2 * 0.95**i) for i in range(MEMORY)],
    Condition.MOVING_AWAY: [look(w1=0.5 * 1.05**i) for i in range(MEMORY)],
    Condition.FITS: [look(w1=0.01)] * PATIENCE,
    Condition.COLLAPSED: [look(ratio=0.1)] * PATIENCE,
    Condition.OSCILLATING: [look(mean=MU + math.sin(i / 2)) for i in range(MEMORY)],
    Condition.DISCRIMINATOR_WON: [look(play=(0.999, 0.001, 1.0, 1e-5))] * PATIENCE,
    Condition.FROZEN: [look(play=(0.7, 0.3, 0.0, 0.0))] * PATIENCE,
    Condition.DIVERGED: [look(), look(w1=math.nan)],
}


def verdicts(history: list[Look]) -> list[Condition]:
    judge = Judge(SIGMA, MU, FLOOR)
    return [judge.judge(*frame).condition for frame in history]


@pytest.mark.parametrize("condition", Condition)
def test_every_condition_is_reached(condition: Condition) -> None:
    assert verdicts(HISTORIES[condition])[-1] is condition


@pytest.mark.parametrize("condition", Condition)
def test_a_verdict_gives_its_reason(condition: Condition) -> None:
    judge = Judge(SIGMA, MU, FLOOR)
    reasons = [judge.judge(*frame).reason for frame in HISTORIES[condition]]
    assert all(reason and "\n" not in reason for reason in reasons)


@pytest.mark.parametrize("odd", [look(w1=0.001), look(ratio=0.01), look(play=(1.0, 0.0, 1.0, 0.0))])
def test_single_odd_frames_change_nothing(odd: Look) -> None:
    history = ([look()] * 5 + [odd] * (PATIENCE - 1)) * 6
    assert set(verdicts(history)) == {Condition.OFF_TARGET}


@pytest.mark.parametrize(
    ("at_the_limit", "condition"),
    [
        (lambda side: look(w1=3 * FLOOR.median * (1 + 0.1 * side)), Condition.FITS),
        (lambda side: look(ratio=0.25 * (1 + 0.1 * side)), Condition.COLLAPSED),
    ],
)
def test_a_value_that_wavers_around_its_limit_does_not_flicker(
    at_the_limit: object, condition: Condition
) -> None:
    waver = np.random.default_rng(0).choice([-1, 1], 200)
    history = [at_the_limit(side) for side in waver]  # type: ignore[operator]  # a lambda
    found = verdicts([at_the_limit(-1)] * PATIENCE + history)  # type: ignore[operator]
    assert set(found[PATIENCE:]) == {condition}


def test_leaving_a_limit_clearly_is_seen() -> None:
    for condition in (Condition.FITS, Condition.COLLAPSED):
        found = verdicts(HISTORIES[condition] + [look()] * PATIENCE)
        assert found[PATIENCE - 1] is condition
        assert found[-1] is not condition


@pytest.mark.parametrize("broken", range(4))
def test_any_figure_that_is_not_finite_is_divergence_at_once(broken: int) -> None:
    play = list(LIVELY)
    play[broken] = math.inf
    found = verdicts([look(), look(play=(play[0], play[1], play[2], play[3]))])
    assert found[-1] is Condition.DIVERGED


def test_after_divergence_the_history_still_counts() -> None:
    found = verdicts([*HISTORIES[Condition.CONVERGING], look(w1=math.nan), *([look(w1=0.01)] * 3)])
    assert found[-4:] == [Condition.DIVERGED] * 3 + [Condition.FITS]


def test_each_replica_has_a_judge_of_its_own() -> None:
    bench = Bench(Gaussian(mu=MU, sigma=SIGMA), {"w1": FLOOR}, 3)
    w1 = np.array([0.01, 1.0, np.nan], dtype=np.float32)
    ones = np.ones(3, dtype=np.float32)
    metrics = Metrics(ones * 4, ones, ones, ones, ones, ones, w1, ones, ones)
    for _ in range(PATIENCE):
        found = bench.judge(metrics, [ones * 0.5, ones * 0.5, ones, ones])
    assert [v.condition for v in found] == [
        Condition.FITS,
        Condition.OFF_TARGET,
        Condition.DIVERGED,
    ]


def test_fewer_than_half_of_the_modes_is_a_collapse() -> None:
    target = GaussianMixture(components=tuple(Component(mu=mu) for mu in (-6.0, -2.0, 2.0, 6.0)))
    bench = Bench(target, {"w1": FLOOR}, 1)
    x = np.sort(np.random.default_rng(0).normal(2, 0.5, 10_000))[None]
    half = np.full(1, 0.5, dtype=np.float32)
    for _ in range(PATIENCE):
        (verdict,) = bench.judge(Ruler(target).measure(x), [half, half, half, half])
    assert verdict.condition is Condition.COLLAPSED
    assert verdict.reason == "1 of 4 modes"
