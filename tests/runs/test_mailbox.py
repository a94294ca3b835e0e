"""The mailbox: the newest frame, every loss of a short absence, never more memory."""

from __future__ import annotations

import tracemalloc
from dataclasses import replace
from functools import cache
from threading import Thread

import numpy as np
import pytest

from ganstudio.core.events import Frame
from ganstudio.core.trainer import train
from ganstudio.runs.mailbox import KEPT_STEPS, KEPT_VALUES, Mailbox
from tests.runs.helpers import QUICK


@cache
def _some_frame() -> Frame:
    return next(event for event in train(QUICK) if isinstance(event, Frame))


def frame(step: int, losses: int = 1, replicas: int = 1) -> Frame:
    """A frame whose losses are the numbers of their steps."""
    steps = np.arange(step - losses + 1, step + 1, dtype=np.float32)
    table = np.repeat(steps[:, None], replicas, axis=1)
    none = np.empty((0, replicas), dtype=np.float32)
    return replace(_some_frame(), step=step, loss_d=table, loss_g=-table, loss_pretraining=none)


def test_it_holds_one_frame_once() -> None:
    box = Mailbox()
    assert box.take(1) is None
    box.put(1, frame(1))
    assert box.take(1) is not None
    assert box.take(1) is None


def test_losses_of_unseen_frames_are_kept() -> None:
    box = Mailbox()
    for step in range(1, 101):
        box.put(1, frame(step))
    newest = box.take(1)
    assert newest is not None
    assert newest.step == 100
    assert newest.loss_d[:, 0].tolist() == list(range(1, 101))
    assert newest.loss_g[:, 0].tolist() == [-step for step in range(1, 101)]


def test_runs_are_not_mixed() -> None:
    box = Mailbox()
    box.put(1, frame(5))
    box.put(2, frame(1))
    assert box.take(1) is None
    newest = box.take(2)
    assert newest is not None
    assert newest.loss_d.shape == (1, 1)


def test_frames_that_nobody_reads_do_not_grow() -> None:
    box = Mailbox()
    put, each = 10_000, 10
    tracemalloc.start()
    try:
        for step in range(each, put * each // 2 + 1, each):
            box.put(1, frame(step, each))
        before, _ = tracemalloc.get_traced_memory()
        for step in range(put * each // 2 + each, put * each + 1, each):
            box.put(1, frame(step, each))
        after, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    newest = box.take(1)
    assert newest is not None
    assert newest.step == put * each
    assert len(newest.loss_d) == len(newest.loss_g) == KEPT_STEPS
    assert newest.loss_d[-1, 0] == put * each
    assert after - before < 100_000


@pytest.mark.parametrize("replicas", [64, 4096])
def test_a_fleet_keeps_fewer_steps_and_not_more_memory(replicas: int) -> None:
    box = Mailbox()
    for step in range(200, 10_001, 200):
        box.put(1, frame(step, 200, replicas))
    newest = box.take(1)
    assert newest is not None
    assert 1 <= len(newest.loss_d) <= KEPT_VALUES // replicas
    assert newest.loss_d[-1, 0] == 10_000


def test_pretraining_is_bounded_too() -> None:
    box = Mailbox()
    many = np.zeros((40_000, 1), dtype=np.float32)
    for _ in range(5):
        box.put(1, replace(frame(0, 0), loss_pretraining=many))
    newest = box.take(1)
    assert newest is not None
    assert len(newest.loss_pretraining) == KEPT_STEPS


def test_two_threads_lose_no_loss() -> None:
    box = Mailbox()
    count = 3000

    def write() -> None:
        for step in range(1, count + 1):
            box.put(1, frame(step))

    writer = Thread(target=write)
    writer.start()
    seen: list[float] = []
    while writer.is_alive() or not seen or seen[-1] < count:
        taken = box.take(1)
        seen += taken.loss_d[:, 0].tolist() if taken is not None else []
    writer.join()
    assert seen == list(range(1, count + 1))
