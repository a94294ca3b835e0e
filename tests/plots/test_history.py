"""Histories stay small, lose no extreme and survive numbers that are not finite."""

from __future__ import annotations

import dataclasses
import tracemalloc
import warnings

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ganstudio.core.events import MOST_MISSED
from ganstudio.plots.history import CAPACITY, History, LossHistory, MetricHistory, smooth
from tests.plots import frames

floats32 = st.floats(width=32) | st.just(float("nan"))


@given(st.lists(st.lists(floats32, max_size=40), min_size=1, max_size=30), st.integers(1, 3))
@settings(max_examples=60)
def test_buckets_keep_mean_min_and_max(blocks: list[list[float]], replicas: int) -> None:
    history = History(replicas, capacity=64)
    step = 5
    for block in blocks:
        values = np.repeat(np.array(block, dtype=np.float32)[:, None], replicas, axis=1)
        history.extend(np.arange(step, step + len(block)), values)
        step += len(block)
    everything = np.array([v for block in blocks for v in block], dtype=np.float32)
    trace = history.trace(replicas - 1)
    assert len(trace.steps) <= 64
    assert len(trace.steps) == -(-len(everything) // history.stride)
    for i, steps in enumerate(
        np.split(everything, range(history.stride, len(everything), history.stride))
    ):
        if not len(everything):
            continue
        finite = steps[np.isfinite(steps)].astype(np.float64)
        if len(finite):
            assert trace.mean[i] == pytest.approx(finite.mean(), rel=1e-6, abs=1e-30)
            assert (trace.low[i], trace.high[i]) == (finite.min(), finite.max())
        else:
            assert np.isnan([trace.mean[i], trace.low[i], trace.high[i]]).all()


def test_ten_minutes_stay_below_two_mebibytes() -> None:
    history = LossHistory(1)
    begun = frames.started()
    noise = np.ones((50_000, 1), dtype=np.float32)
    tracemalloc.start()
    before = tracemalloc.get_traced_memory()[0]
    for i in range(36):  # 1,800,000 steps
        history.add(frames.frame(begun, 50_000 * (i + 1), loss_d=noise, loss_g=noise))
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    assert grown < 2 * 2**20
    assert len(history.generator.trace(0).steps) <= CAPACITY


def test_a_big_fleet_gets_fewer_buckets() -> None:
    history = History(4096)
    history.extend(np.arange(1000), np.zeros((1000, 4096), dtype=np.float32))
    assert history.capacity == 64
    assert len(history.trace(4095).steps) <= 64


def test_sparse_steps_leave_no_gaps() -> None:
    history = MetricHistory("w1", 1)
    begun = frames.started()
    for step in range(20, 40_001, 20):
        history.add(frames.frame(begun, step, metrics={"w1": 0.5}))
    trace = history.trace(0)
    assert np.isfinite(trace.mean).all()
    assert CAPACITY / 4 <= len(trace.steps) <= CAPACITY
    assert (np.diff(trace.steps) > 0).all()


def test_losses_stand_at_the_steps_they_belong_to() -> None:
    history = LossHistory(1)
    losses = np.arange(10.0)[:, None]
    history.add(frames.frame(frames.started(), 10, loss_d=losses, loss_g=losses))
    trace = history.discriminator.trace(0)
    assert trace.steps.tolist() == trace.mean.tolist() == list(range(10))


def test_an_error_counts_by_its_size() -> None:
    history = MetricHistory("mean_error", 1)
    history.add(frames.frame(frames.started(), 5, metrics={"mean_error": -0.25}))
    assert history.trace(0).mean.tolist() == [0.25]


def test_smoothing_is_unbiased_and_passes_over_gaps() -> None:
    assert smooth(np.full(50, 3.0), 0.9) == pytest.approx(np.full(50, 3.0))
    values = np.array([1.0, np.nan, 3.0])
    assert np.array_equal(smooth(values, 0.0), values, equal_nan=True)
    result = smooth(values, 0.5)
    assert np.isnan(result[1])
    assert result[2] == pytest.approx((0.25 * 1 + 0.5 * 3) / 0.75)


def test_nothing_warns() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        history = History(1)
        history.extend(np.arange(3), np.array([[np.nan], [np.inf], [3e38]], dtype=np.float32))
        history.trace(0)
        assert len(History(2).trace(1).steps) == 0


def test_metrics_of_frames_that_nobody_saw_are_there() -> None:
    begun, history = frames.started(), MetricHistory("w1", 1)
    seen = frames.frame(begun, 0, metrics={"w1": 8.0})
    for step in range(1, 1_000):
        seen = frames.frame(begun, step, metrics={"w1": 8.0 + step}).after(seen)
    history.add(seen)
    trace = history.trace(0)
    # From the very first on, and no more of them than a message may hold.
    assert trace.steps[0] < 10
    assert trace.mean[-1] == pytest.approx(8.0 + 999, abs=2)
    assert len(seen.missed) <= MOST_MISSED
    assert [step for step, _ in seen.missed] == sorted({step for step, _ in seen.missed})


def test_a_metric_counts_where_it_was_measured() -> None:
    """Frames between two measurements repeat the older one, whose own frame may not be seen."""
    history = MetricHistory("w1", 1)
    begun = frames.started()
    for step, measured_at in ((0, 0), (3, 0), (7, 5), (9, 5), (10, 10)):
        shown = frames.frame(begun, step)
        history.add(dataclasses.replace(shown, measured_at=measured_at))
    trace = history.trace(0)
    assert trace.steps.tolist() == [0, 5, 10]


def test_a_measurement_with_more_samples_is_no_point_of_the_curve() -> None:
    history = MetricHistory("w1", 1)
    begun = frames.started()
    first = frames.frame(begun, 0)
    more = dataclasses.replace(first.metrics, samples=first.metrics.samples * 2)
    history.add(first)
    history.add(dataclasses.replace(frames.frame(begun, 5), metrics=more))
    assert history.trace(0).steps.tolist() == [0]
