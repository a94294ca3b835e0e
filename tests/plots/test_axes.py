"""Axes grow in round steps at once, and shrink only after long calm."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ganstudio.plots.axes import (
    Reach,
    SteppedSpan,
    Stepper,
    growth_ladder,
    nice_above,
    nice_ladder,
    snap_decades,
    snap_linear,
    step_ladder,
)

positive = st.floats(1e-30, 1e30)
ordinary = st.floats(-1e6, 1e6)


@given(positive)
def test_nice_above_is_round_and_barely_above(value: float) -> None:
    found = nice_above(value)
    assert found >= value * (1 - 1e-8)
    assert found <= 1.5 * value * (1 + 1e-8)
    digits = found / 10 ** math.floor(math.log10(found) + 1e-9)
    assert min(abs(digits - d) for d in (1, 1.5, 2, 3, 4, 5, 6, 8, 10)) < 1e-6


@given(st.lists(positive, min_size=2, max_size=20))
def test_ladders_never_fall(values: list[float]) -> None:
    for ladder in (nice_ladder(1.0, 2.5), growth_ladder(1.0, 64.0), step_ladder(2000)):
        rungs = [ladder(value) for value in sorted(values)]
        assert rungs == sorted(rungs)


def test_step_ladder_ends_with_the_run() -> None:
    ladder = step_ladder(3000)
    assert [ladder(n) for n in (0, 100, 101, 900, 1999, 2500, 3000, 3001)] == [
        100, 100, 200, 1000, 2000, 3000, 3000, 5000,
    ]  # fmt: skip


def test_stepper_grows_at_once_and_shrinks_after_patience() -> None:
    stepper = Stepper(nice_ladder(1.0), patience=10)
    assert stepper.level == 1.0
    assert stepper.update(3.0)
    assert stepper.level == 4.0
    assert not any(stepper.update(1.0) for _ in range(9))
    assert stepper.update(1.0)
    assert stepper.level == 1.5
    assert not stepper.update(math.nan)


def test_stepper_shrinks_to_what_the_calm_has_needed() -> None:
    stepper = Stepper(nice_ladder(1.0), patience=10)
    stepper.update(9.0)
    for needed in (1.0, 2.0, 3.0, 1.0) * 3:
        stepper.update(needed)
    assert stepper.level == 5.0


@given(st.lists(st.floats(0, 100), min_size=1, max_size=300))
def test_stepper_always_shows_what_is_needed_and_seldom_moves(needs: list[float]) -> None:
    stepper = Stepper(nice_ladder(1.0), patience=60)
    moves = 0
    for needed in needs:
        moves += stepper.update(needed)
        assert stepper.level >= needed
    assert moves <= 22 + len(needs) // 60 * 22


def test_a_trembling_value_moves_nothing() -> None:
    stepper = Stepper(nice_ladder(1.0), patience=60)
    stepper.update(1.9)
    assert not any(stepper.update(1.9 + 0.2 * (i % 2 - 0.5)) for i in range(1000))


@pytest.mark.parametrize("snap", [snap_linear, snap_decades])
@given(low=st.floats(-8, 8), span=st.floats(0.001, 8))
def test_snaps_hold_their_range(snap: object, low: float, span: float) -> None:
    assert callable(snap)
    a, b = snap(low, low + span)
    assert a <= low + 1e-6
    assert b >= low + span - 1e-6
    assert b > a


def test_one_number_has_an_axis_around_it() -> None:
    for value in (0.0, 0.25, -3.7, 1e6):
        low, high = snap_linear(value, value)
        assert low < value < high or (value == 0 and low <= 0 <= high and low < high)


def test_decades_are_round() -> None:
    low, high = snap_decades(math.log10(0.006), math.log10(3.7))
    assert 10**low == pytest.approx(0.005)
    assert 10**high == pytest.approx(5)


@given(st.lists(st.tuples(ordinary, st.floats(0, 1e6)), min_size=1, max_size=30))
def test_spans_hold_all_that_they_are_given(ranges: list[tuple[float, float]]) -> None:
    span = SteppedSpan(snap_linear, 0.0, 1.0, patience=5)
    for low, size in ranges:
        span.update(low, low + size)
        # To within a millionth of the axis, far below a pixel.
        unseen = 1e-6 * (span.high - span.low)
        assert span.low <= low + unseen
        assert span.high >= low + size - unseen


def test_span_shrinks_after_patience_only() -> None:
    span = SteppedSpan(snap_linear, 0.0, 10.0, patience=5)
    assert not any(span.update(0.0, 1.0) for _ in range(4))
    assert span.update(0.0, 1.0)
    assert (span.low, span.high) == (0.0, 1.0)
    assert not span.update(math.nan, 1.0)


def test_reach_grows_on_the_side_that_needs_it() -> None:
    reach = Reach(4.0, 2.0, 32.0)
    assert reach.ends == (2.0, 6.0)
    assert reach.update(-0.1, 4.5)
    assert reach.ends == (4.0 - 4.5, 6.0)
    assert reach.update(-1e9, 4.5)
    low, high = reach.ends
    assert high == 6.0
    assert 32.0 <= 4.0 - low <= 48.0
