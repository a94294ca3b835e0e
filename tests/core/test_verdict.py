"""Verdicts: each condition from a history made for it, and no flicker at the limits."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
import pytest

from ganstudio.core.events import Condition, Floor, Metrics, PlaneMetrics, Verdict
from ganstudio.core.metrics import Ruler
from ganstudio.core.targets import Component, Gaussian, GaussianMixture, Ring
from ganstudio.core.verdict import MEMORY, PATIENCE, Bench, fit_limit

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


def measured(w1: list[float], mean: list[float], ratio: list[float]) -> Metrics:
    """Metrics of which a verdict sees only these."""
    ones = np.ones(len(w1), dtype=np.float32)
    given = [np.array(values, dtype=np.float32) for values in (mean, ratio, w1)]
    return Metrics(given[0], ones, given[1], ones, ones, ones, given[2], ones, ones, 10_000)


def judged(histories: list[list[Look]], *, decisive: bool = False) -> list[tuple[Verdict, ...]]:
    """What is said of replicas with these histories, which are as long as each other."""
    bench = Bench(Gaussian(mu=MU, sigma=SIGMA), 1, len(histories), FLOOR.median)
    said = []
    for looks in zip(*histories, strict=True):
        w1, mean, ratio, play = (list(column) for column in zip(*looks, strict=True))
        figures = [np.array(row, dtype=np.float32) for row in zip(*play, strict=True)]
        metrics = measured(w1, mean, ratio)
        said.append(bench.judge(metrics, {"w1": FLOOR}, figures, decisive=decisive))
    return said


def verdicts(history: list[Look], *, decisive: bool = False) -> list[Condition]:
    return [verdict.condition for (verdict,) in judged([history], decisive=decisive)]


@pytest.mark.parametrize("condition", Condition)
def test_every_condition_is_reached(condition: Condition) -> None:
    assert verdicts(HISTORIES[condition])[-1] is condition


@pytest.mark.parametrize("condition", Condition)
def test_a_verdict_gives_its_reason(condition: Condition) -> None:
    reasons = [verdict.reason for (verdict,) in judged([HISTORIES[condition]])]
    assert all(reason and "\n" not in reason for reason in reasons)


def test_all_replicas_at_once_are_each_judged_as_if_alone() -> None:
    def padded(history: list[Look]) -> list[Look]:
        return (history * MEMORY)[:MEMORY]

    histories = [padded(history) for history in HISTORIES.values()]
    together = judged(histories)
    for replica, history in enumerate(histories):
        alone = [verdict for (verdict,) in judged([history])]
        assert [said[replica] for said in together] == alone


def test_a_decisive_look_decides_alone() -> None:
    history = [look()] * 5 + [look(w1=0.01)]
    assert verdicts(history)[-1] is Condition.OFF_TARGET
    assert verdicts([look(w1=0.01)], decisive=True) == [Condition.FITS]
    assert verdicts([look(ratio=0.1)], decisive=True) == [Condition.COLLAPSED]


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
    at_the_limit: Callable[[int], Look], condition: Condition
) -> None:
    waver = np.random.default_rng(0).choice([-1, 1], 200)
    history = [at_the_limit(side) for side in waver]
    found = verdicts([at_the_limit(-1)] * PATIENCE + history)
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


def test_replicas_that_were_lost_at_times_keep_their_own_memory() -> None:
    """Frames that are not finite are left out of a trend, in their replica only."""
    falling = HISTORIES[Condition.CONVERGING]
    gaps = [look(w1=math.nan) if i % 3 == 1 else falling[i] for i in range(MEMORY - 2)]
    gaps += [falling[-2]] * 2
    said = judged([falling, gaps, [look()] * MEMORY])
    assert [verdict.condition for verdict in said[-1]][::2] == [
        Condition.CONVERGING,
        Condition.OFF_TARGET,
    ]
    assert any(row[1].condition is Condition.DIVERGED for row in said)


def test_lost_replicas_are_diverged_until_it_is_taken_back() -> None:
    bench = Bench(Gaussian(mu=MU, sigma=SIGMA), 1, 3, FLOOR.median)
    metrics = measured([0.01] * 3, [MU] * 3, [1.0] * 3)
    figures = [np.full(3, figure, dtype=np.float32) for figure in LIVELY]
    for _ in range(PATIENCE):
        said = bench.judge(metrics, {"w1": FLOOR}, figures)
    assert bench.mark_lost(said, np.zeros(3, dtype=bool)) is said
    marked = bench.mark_lost(said, np.array([False, True, False]))
    kinds = [verdict.condition for verdict in marked]
    assert kinds == [Condition.FITS, Condition.DIVERGED, Condition.FITS]
    bench.forgive()
    again = bench.judge(metrics, {"w1": FLOOR}, figures, decisive=True)
    assert [verdict.condition for verdict in again] == [Condition.FITS] * 3


def test_what_fits_does_not_depend_on_how_many_samples_were_measured() -> None:
    """W1^2 of few samples is larger by what their floor's square is."""
    assert fit_limit(0.006, 0.006) == pytest.approx(3 * 0.006)
    for floor in (0.006, 0.02, 0.1):
        rest = math.sqrt((3 * 0.006) ** 2 - 0.006**2)
        assert fit_limit(floor, 0.006) == pytest.approx(math.hypot(rest, floor))


def test_fewer_than_half_of_the_modes_is_a_collapse() -> None:
    target = GaussianMixture(components=tuple(Component(mu=mu) for mu in (-6.0, -2.0, 2.0, 6.0)))
    bench = Bench(target, target.modes, 1, FLOOR.median)
    x = np.sort(np.random.default_rng(0).normal(2, 0.5, 10_000))[None]
    half = np.full(1, 0.5, dtype=np.float32)
    for _ in range(PATIENCE):
        (verdict,) = bench.judge(Ruler(target).measure(x), {"w1": FLOOR}, [half] * 4)
    assert verdict.condition is Condition.COLLAPSED
    assert verdict.reason == "1 of 4 modes"


@pytest.mark.parametrize(
    ("modes", "quality", "condition"),
    [
        (8, 0.95, Condition.FITS),
        (3, 0.95, Condition.COLLAPSED),
        (8, 0.3, Condition.OFF_TARGET),
        (3, 0.3, Condition.OFF_TARGET),
        (math.nan, math.nan, Condition.FITS),
    ],
)
def test_in_the_plane_a_fit_is_sharp_and_has_its_modes(
    modes: float, quality: float, condition: Condition
) -> None:
    bench = Bench(Ring(), 8, 1, FLOOR.median)
    one = np.ones(1, dtype=np.float32)
    metrics = PlaneMetrics(
        one, 0 * one, 0.01 * one, 0 * one, quality * one, modes * one, modes * one, one, 2500
    )
    for _ in range(PATIENCE):
        (verdict,) = bench.judge(metrics, {"w1": FLOOR}, [0.5 * one, 0.5 * one, one, one])
    assert verdict.condition is condition
