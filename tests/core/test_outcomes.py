"""Statistics over seeds, against scipy's and numpy's own."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest
from scipy import stats

from ganstudio.core.events import Condition
from ganstudio.core.outcomes import (
    QUANTILES,
    Outcome,
    Share,
    by_value,
    counts,
    fan,
    fisher_exact,
    rank_test,
)
from tests.plots import fleet_frames

SHARES = [(0, 1), (0, 64), (1, 2), (5, 64), (14, 64), (64, 64), (300, 1024)]


@pytest.mark.parametrize(("count", "of"), SHARES)
def test_intervals_are_wilsons(count: int, of: int) -> None:
    expected = stats.binomtest(count, of).proportion_ci(method="wilson")
    assert Share(count, of).interval == pytest.approx((expected.low, expected.high), abs=1e-12)


def test_shares_in_words() -> None:
    assert Share(14, 64).words("fit") == "14 of 64 fit (22 %, 95 % interval 14–33 %)"
    assert Share(1024, 1024).words() == "1,024 of 1,024 (100 %, 95 % interval 99.6–100 %)"


@pytest.mark.parametrize(
    ("count", "of", "said"),
    [
        (0, 1024, "0 of 1,024 (0 %, 95 % interval 0–0.4 %)"),
        (1, 1024, "1 of 1,024 (0.1 %, 95 % interval ~0–0.6 %)"),
        (1023, 1024, "1,023 of 1,024 (99.9 %, 95 % interval 99.4–~100 %)"),
        (1, 4096, "1 of 4,096 (~0 %, 95 % interval ~0–0.1 %)"),
        (0, 64, "0 of 64 (0 %, 95 % interval 0–6 %)"),
    ],
)
def test_none_and_all_are_said_of_none_and_all_only(count: int, of: int, said: str) -> None:
    assert Share(count, of).words() == said


def test_an_outcome_is_of_the_step_that_was_measured() -> None:
    frame = fleet_frames.frame(40, (Condition.FITS,))
    outcome = Outcome.of(fleet_frames.started(1).experiment, replace(frame, measured_at=20))
    assert outcome.step == 20


def test_counts_leave_out_what_nobody_has() -> None:
    found = (Condition.FITS,) * 3 + (Condition.DIVERGED,) + (Condition.COLLAPSED,) * 2
    shares = counts(fleet_frames.frame(1, found).verdicts)
    assert {condition: (s.count, s.of) for condition, s in shares.items()} == {
        Condition.FITS: (3, 6),
        Condition.COLLAPSED: (2, 6),
        Condition.DIVERGED: (1, 6),
    }


@pytest.mark.parametrize("sizes", [(1, 1), (2, 2), (3, 8), (8, 60), (9, 9), (64, 64), (33, 500)])
@pytest.mark.parametrize("shift", [0.0, 0.8])
def test_ranks_are_mann_and_whitneys(sizes: tuple[int, int], shift: float) -> None:
    rng = np.random.default_rng(sum(sizes))
    a, b = rng.normal(0, 1, sizes[0]), rng.normal(shift, 1, sizes[1])
    expected = stats.mannwhitneyu(a, b)
    found = rank_test(a, b)
    assert found.p == pytest.approx(expected.pvalue, rel=1e-9)
    assert found.superiority == pytest.approx((b[None] < a[:, None]).mean())


@pytest.mark.parametrize("sizes", [(4, 5), (64, 32)])
def test_ties_count_half_and_lost_seeds_rank_worst(sizes: tuple[int, int]) -> None:
    rng = np.random.default_rng(0)
    a, b = rng.integers(0, 6, sizes[0]).astype(float), rng.integers(1, 7, sizes[1]).astype(float)
    a[:2], b[1] = np.nan, np.nan
    far_a, far_b = np.nan_to_num(a, nan=np.inf), np.nan_to_num(b, nan=np.inf)
    found = rank_test(a, b)
    assert found.p == pytest.approx(stats.mannwhitneyu(far_a, far_b).pvalue, rel=1e-9)
    wins = (far_b[None] < far_a[:, None]) + 0.5 * (far_b[None] == far_a[:, None])
    assert found.superiority == pytest.approx(wins.mean())


def test_two_lost_fleets_do_not_differ() -> None:
    found = rank_test(np.full(64, np.nan), np.full(32, np.nan))
    assert (found.p, found.superiority) == (1.0, 0.5)


@pytest.mark.parametrize(
    ("a", "b"), [((5, 64), (14, 64)), ((0, 8), (8, 8)), ((3, 3), (3, 3)), ((70, 1024), (9, 64))]
)
def test_fits_are_compared_by_fishers_test(a: tuple[int, int], b: tuple[int, int]) -> None:
    table = [[count, of - count] for count, of in (a, b)]
    expected = stats.fisher_exact(table).pvalue
    assert fisher_exact(Share(*a), Share(*b)) == pytest.approx(expected, rel=1e-6)


def test_a_fan_has_numpys_quantiles() -> None:
    rng = np.random.default_rng(1)
    values = rng.lognormal(0, 1, (40, 23))
    values[3, 5:] = np.nan
    values[4, 1:] = np.inf
    expected = np.nanquantile(np.where(np.isinf(values), np.nan, values), QUANTILES, axis=1)
    assert fan(values) == pytest.approx(expected, rel=1e-12)


def test_a_fan_of_nothing_has_no_quantiles() -> None:
    values = np.full((3, 4), np.nan)
    values[1] = 2.0
    found = fan(values)
    assert np.isnan(found[:, [0, 2]]).all()
    assert (found[:, 1] == 2).all()


def test_values_are_summarised_by_their_own_replicas() -> None:
    fits, off, lost = Condition.FITS, Condition.OFF_TARGET, Condition.DIVERGED
    frame = fleet_frames.frame(
        9, (fits, fits, off, lost, lost, off), w1=np.array([0.1, 0.3, 0.9, 9.0, 9.0, 0.5])
    )
    first, second = by_value(frame.verdicts, frame.metrics, (0.001, 0.01))
    assert (first.value, first.fits, first.diverged) == (0.001, Share(2, 3), 0)
    assert first.distance == pytest.approx(0.3)
    assert (second.value, second.fits, second.diverged) == (0.01, Share(0, 3), 2)
    assert second.distance == np.inf  # half of them and more are lost


def test_every_sign_of_loss_counts() -> None:
    begun = fleet_frames.started(4)
    found = (Condition.FITS, Condition.DIVERGED, Condition.OFF_TARGET, Condition.OFF_TARGET)
    frame = fleet_frames.frame(7, found, w1=np.array([0.1, 0.2, np.nan, 0.4]))
    frame = replace(frame, lost_at=np.array([np.nan, np.nan, np.nan, 5.0]))
    outcome = Outcome.of(begun.experiment, frame)
    assert np.isnan(outcome.distance).tolist() == [False, True, True, True]
    assert np.isnan(outcome.std_ratio).tolist() == [False, True, True, True]
    assert (outcome.lost, outcome.fits, outcome.step) == (3, Share(1, 4), 7)


def test_comparing_does_not_load_torch() -> None:
    """The window compares fleets in its own process."""
    program = (
        "import sys, numpy as np\n"
        "from ganstudio.core.outcomes import Share, fisher_exact, rank_test\n"
        "rank_test(np.arange(64.0), np.arange(64.0) + 0.5)\n"
        "fisher_exact(Share(5, 64), Share(14, 64))\n"
        "assert 'torch._C' not in sys.modules\n"
    )
    subprocess.run([sys.executable, "-c", program], check=True, timeout=60)
