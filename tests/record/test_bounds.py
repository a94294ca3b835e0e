"""However long a run is, its file stays bounded, evenly."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Frame, Started
from ganstudio.core.trainer import train
from ganstudio.record import losses, schema, store
from ganstudio.record.losses import Block, LossTable
from ganstudio.record.reader import RunReader
from ganstudio.record.store import Store, stride_of
from tests.core.helpers import TINY, small

EXPERIMENT = small(steps=4, frame_every=2, **TINY)


@pytest.fixture(scope="module")
def said() -> tuple[Started, Frame]:
    """What a run said at its beginning and its end."""
    events = list(train(EXPERIMENT))
    assert isinstance(events[0], Started)
    return events[0], [event for event in events if isinstance(event, Frame)][-1]


@pytest.fixture
def file(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    connection = schema.create(tmp_path / "run.ganrun", {"experiment": EXPERIMENT.to_toml()})
    yield connection
    connection.close()


def at(frame: Frame, number: int, each: int = 10) -> Frame:
    """The same picture as a later regular frame, with the losses of the steps between."""
    steps = np.arange(each, dtype=np.float32)[:, None] + (number - 1) * each
    if not number:
        steps = steps[:0]
    return replace(
        frame, number=number, step=number * each, loss_d=steps, loss_g=-steps, pretraining_step=0
    )


def numbers(file: sqlite3.Connection, table: str) -> list[int]:
    return [n for (n,) in file.execute(f"SELECT number FROM {table} ORDER BY number")]


def test_old_pictures_are_thinned_evenly(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_PICTURES", 50)
    started, frame = said
    kept = Store(file, started)
    for number in range(1_000):
        kept.frame(at(frame, number))
        found = numbers(file, "pictures")
        assert len(found) <= 50
        assert (found[0], found[-1]) == (0, number)
        # All gaps are one, but the last may be shorter.
        gaps = set(np.diff(found[:-1]).tolist())
        assert len(gaps) <= 1
    assert len(found) > 25
    # The metrics are small, and stay.
    assert numbers(file, "measures") == list(range(1_000))


def test_the_first_picture_of_a_branch_stays(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_PICTURES", 10)
    started, frame = said
    kept = Store(file, started)
    for number in range(7, 100):
        kept.frame(at(frame, number))
        found = numbers(file, "pictures")
        assert (found[0], found[-1]) == (7, number)
    assert len(set(np.diff(found[1:-1]).tolist())) == 1


def test_a_file_that_is_opened_again_goes_on_thinning(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_PICTURES", 20)
    started, frame = said
    for first in range(0, 300, 7):
        again = Store(file, started)
        for number in range(first, first + 7):
            again.frame(at(frame, number))
    found = numbers(file, "pictures")
    assert len(set(np.diff(found[:-1]).tolist())) == 1
    assert 10 < len(found) <= 20


def test_large_pictures_are_fewer(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_PICTURE_BYTES", 40_000)
    started, frame = said
    kept = Store(file, started)
    for number in range(60):
        kept.frame(at(frame, number))
    [size] = file.execute("SELECT sum(length(data)) FROM pictures").fetchone()
    assert size <= 40_000
    assert len(numbers(file, "pictures")) >= 3


@pytest.mark.parametrize(
    ("found", "stride"),
    [([], 1), ([0], 1), ([0, 1], 1), ([0, 1, 2], 1), ([0, 4, 8, 9], 4), ([0, 4, 6, 8], 2)],
)
def test_the_grid_of_numbers_is_found_again(found: list[int], stride: int) -> None:
    assert stride_of(found) == stride


def test_a_picture_at_rest_gives_way_to_the_next(
    file: sqlite3.Connection, said: tuple[Started, Frame]
) -> None:
    started, frame = said
    kept = Store(file, started)
    for number in range(3):
        kept.frame(at(frame, number))
    kept.rest(replace(at(frame, 0), number=None, step=25))
    assert file.execute("SELECT number, step FROM pictures").fetchall()[-1] == (3, 25)
    kept.frame(at(frame, 3))
    assert file.execute("SELECT number, step FROM pictures").fetchall()[-1] == (3, 30)
    # Where a regular frame is, nothing more is to be shown.
    kept.rest(at(frame, 3))
    assert numbers(file, "pictures") == [0, 1, 2, 3]


def test_checkpoints_are_thinned_evenly(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_CHECKPOINT_BYTES", 100_000)
    kept = Store(file, said[0])
    for step in range(1_000, 41_000, 1_000):
        state = {"weights": np.zeros(2_000, np.float32)}
        kept.checkpoint(Checkpoint(step, EXPERIMENT, state))
    steps = [s for (s,) in file.execute("SELECT step FROM checkpoints ORDER BY step")]
    assert (steps[0], steps[-1]) == (1_000, 40_000)
    assert 6 <= len(steps) <= 12
    gaps = np.diff(steps)
    assert gaps.max() <= 8 * gaps.min()


def test_the_largest_checkpoints_are_some(
    file: sqlite3.Connection, said: tuple[Started, Frame], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "MAX_CHECKPOINT_BYTES", 1)
    kept = Store(file, said[0])
    for step in range(10):
        kept.checkpoint(Checkpoint(step, EXPERIMENT, {}))
    assert file.execute("SELECT count(*) FROM checkpoints").fetchone() == (4,)


# ----------------------------------------------------------------------------------- losses


def rows(first: int, last: int, replicas: int = 2) -> np.ndarray:
    """Losses that say which step, network and replica they are of, (n, 2, R)."""
    steps = np.arange(first, last + 1, dtype=np.float32)[:, None] + 0.1 * np.arange(replicas)
    return np.stack([steps, -steps], axis=1)


def read(file: sqlite3.Connection) -> tuple[np.ndarray, np.ndarray]:
    blocks = losses.read_blocks(file, True, 2, 2)
    assert all(a.after == b.first for a, b in pairwise(blocks))
    steps = np.concatenate([block.steps for block in blocks])
    return steps, np.concatenate([block.rows for block in blocks])


def table(file: sqlite3.Connection) -> LossTable:
    return LossTable(file, game=True, networks=2, replicas=2)


def test_every_loss_is_there(file: sqlite3.Connection) -> None:
    kept = table(file)
    last = 0
    for n in (1, 50, 4_000, 46, 5_000, 3, 9_000):
        kept.add(last + n, rows(last + 1, last + n))
        last += n
    kept.flush()
    steps, found = read(file)
    assert steps.tolist() == list(range(1, last + 1))
    np.testing.assert_array_equal(found, rows(1, last).astype(np.float32))


def test_another_table_goes_on(file: sqlite3.Connection) -> None:
    for first in range(1, 10_000, 700):
        kept = table(file)
        kept.add(first + 699, rows(first, first + 699))
        kept.flush()
    steps, found = read(file)
    np.testing.assert_array_equal(found, rows(1, len(steps)).astype(np.float32))


def test_what_is_done_again_takes_the_place_of_the_old(file: sqlite3.Connection) -> None:
    kept = table(file)
    kept.add(9_000, rows(1, 9_000))
    kept.add(5_010, 100 + rows(5_001, 5_010))
    kept.flush()
    steps, found = read(file)
    assert steps[-1] == 5_010
    np.testing.assert_array_equal(found[:5_000], rows(1, 5_000).astype(np.float32))
    np.testing.assert_array_equal(found[5_000:], (100 + rows(5_001, 5_010)).astype(np.float32))


def test_steps_that_nobody_told_of_have_no_loss(file: sqlite3.Connection) -> None:
    kept = table(file)
    kept.add(10, rows(1, 10))
    kept.add(15, rows(14, 15))
    kept.flush()
    steps, found = read(file)
    assert steps.tolist() == list(range(1, 16))
    assert np.isnan(found[10:13]).all()
    assert found[13, 0, 0] == 14


def test_very_many_losses_share_rows(
    file: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(losses, "MAX_VALUES", 40_000)
    monkeypatch.setattr(losses, "BLOCK_ROWS", 512)
    kept, last = table(file), 0
    for n in [37] * 1_500:
        kept.add(last + n, rows(last + 1, last + n))
        last += n
    kept.flush()
    steps, found = read(file)
    stride = steps[1] - steps[0]
    assert stride == 8
    assert found.size <= 40_000
    assert (np.diff(steps) == stride).all()
    # What does not fill a row yet waits.
    assert last - stride < steps[-1] <= last
    expected = rows(1, int(steps[-1])).reshape(-1, stride, 2, 2).mean(axis=1)
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_a_mean_ignores_steps_without_an_update() -> None:
    given = np.array([1, np.nan, np.nan, np.nan, np.inf, 1], np.float32)[:, None, None]
    coarse = Block(1, 1, given).coarser(2)
    assert coarse.rows[0] == 1
    assert np.isnan(coarse.rows[1])
    assert np.isinf(coarse.rows[2])
    assert (coarse.first, coarse.stride, coarse.after) == (1, 2, 7)


def test_an_empty_file_has_nothing_to_show(
    file: sqlite3.Connection, said: tuple[Started, Frame], tmp_path: Path
) -> None:
    Store(file, said[0])
    with RunReader(tmp_path / "run.ganrun") as reader:
        assert reader.places == []
        assert reader.measured == []
        assert reader.losses.d.shape == (0, 1)
        assert reader.checkpoint_steps == []
