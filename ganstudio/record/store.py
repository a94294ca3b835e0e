"""Puts what a run says into its file, and keeps the file bounded."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Edited, Frame, Started
from ganstudio.record import checkpoints, frames, measures, schema
from ganstudio.record.losses import LossTable

MAX_PICTURES = 4_000
MAX_PICTURE_BYTES = 2**25
MAX_MEASURE_BYTES = 2**24
MAX_CHECKPOINT_BYTES = 2**24
FEWEST_CHECKPOINTS = 4


@dataclass(frozen=True)
class Between:
    """What is kept of a frame between two regular ones: its losses, see `Frame`."""

    step: int
    loss_d: NDArray[np.float32]
    loss_g: NDArray[np.float32]
    pretraining_step: int
    loss_pretraining: NDArray[np.float32]


class Store:
    """Writes one run into one file. All calls happen inside transactions of the caller.

    What it counts is counted anew from the file, so that after a failed transaction another
    store goes on.

    Args:
        connection: to the file.
        started: of the run.
    """

    def __init__(self, connection: sqlite3.Connection, started: Started) -> None:
        self._connection = connection
        replicas = started.experiment.replicas
        self._game = LossTable(connection, game=True, networks=2, replicas=replicas)
        self._before = LossTable(connection, game=False, networks=1, replicas=replicas)
        self._stills: dict[bytes, int] = {
            data: id for id, data in connection.execute("SELECT id, data FROM stills")
        }
        self._pictures = Thinned(connection, "pictures", MAX_PICTURE_BYTES, MAX_PICTURES)
        self._measures = Thinned(connection, "measures", MAX_MEASURE_BYTES, None)
        self._next = self._pictures.last + 1
        newest = connection.execute(
            "SELECT words FROM events WHERE kind = 'verdict' ORDER BY step DESC LIMIT 1"
        ).fetchone()
        self._condition = newest[0].partition(":")[0] if newest else ""

    def put(self, name: str, value: Any) -> None:
        """Keep one fact, in the place of an older one of that name."""
        schema.put_fact(self._connection, name, value)

    def frame(self, frame: Frame) -> None:
        """A frame's losses, and if it is a regular one its picture and metrics."""
        self.losses(frame)
        if frame.number is None:
            return
        self._next = frame.number + 1
        self._picture(frame.number, frame)
        self._measures.put(frame.number, frame.step, measures.encode(frame))
        self._note_condition(frame)

    def losses(self, frame: Frame | Between) -> None:
        """The losses since the frame before."""
        self._game.add(frame.step, np.stack([frame.loss_d, frame.loss_g], axis=1))
        self._before.add(frame.pretraining_step, frame.loss_pretraining[:, None])

    def rest(self, frame: Frame) -> None:
        """The picture of a run that rests, until the next regular one comes."""
        if frame.number is None:
            self._picture(self._next, frame)

    def edited(self, edited: Edited) -> None:
        """An edit that took effect."""
        value = {"paths": edited.paths, "experiment": edited.experiment.to_toml()}
        self._connection.execute(
            "INSERT INTO edits (step, value) VALUES (?, ?)", (edited.step, json.dumps(value))
        )

    def event(self, step: int, kind: str, words: str) -> None:
        """Something worth a mark on the timeline."""
        self._connection.execute(
            "INSERT OR IGNORE INTO events VALUES (?, ?, ?)", (step, kind, words)
        )

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """A state to go on from; older ones are thinned evenly."""
        self._connection.execute(
            "INSERT OR REPLACE INTO checkpoints VALUES (?, ?, ?, ?)",
            (checkpoint.step, *checkpoints.encode(checkpoint)),
        )
        found = list(
            self._connection.execute(
                "SELECT step, length(tensors) + length(facts) FROM checkpoints ORDER BY step"
            )
        )
        while len(found) > FEWEST_CHECKPOINTS and sum(size for _, size in found) > (
            MAX_CHECKPOINT_BYTES
        ):
            # The one whose neighbours are nearest to each other is missed least.
            gaps = [found[i + 1][0] - found[i - 1][0] for i in range(1, len(found) - 1)]
            [step, _] = found.pop(1 + int(np.argmin(gaps)))
            self._connection.execute("DELETE FROM checkpoints WHERE step = ?", (step,))

    def flush(self) -> None:
        """Write what is gathered to be written in larger pieces."""
        self._game.flush()
        self._before.flush()

    def _picture(self, number: int, frame: Frame) -> None:
        self._pictures.put(number, frame.step, frames.encode(frame, self._still))

    def _still(self, raw: bytes) -> int:
        if raw not in self._stills:
            cursor = self._connection.execute("INSERT INTO stills (data) VALUES (?)", (raw,))
            assert cursor.lastrowid is not None  # SQLite says so of every insert
            self._stills[raw] = cursor.lastrowid
        return self._stills[raw]

    def _note_condition(self, frame: Frame) -> None:
        if len(frame.verdicts) > 1:
            # A fleet has its own page for what becomes of each.
            return
        [verdict] = frame.verdicts
        if verdict.condition.value != self._condition:
            self._condition = verdict.condition.value
            self.event(frame.step, "verdict", f"{verdict.condition.value}: {verdict.reason}")


class Thinned:
    """A table of numbered rows of which, when they are too many, every second one goes.

    The first and the newest always stay.

    Args:
        connection: to the file.
        table: has the columns number, step and data.
        most_bytes: of all data.
        most_rows: of all rows, if that is limited too.
    """

    def __init__(
        self, connection: sqlite3.Connection, table: str, most_bytes: int, most_rows: int | None
    ) -> None:
        self._connection, self._table = connection, table
        self._limits = most_bytes, most_rows
        sizes = dict(connection.execute(f"SELECT number, length(data) FROM {table}"))
        self._sizes: dict[int, int] = sizes
        self._bytes = sum(sizes.values())
        self._stride = stride_of(sorted(sizes))
        self.last = max(sizes, default=-1)
        """The newest number, -1 before the first."""

    def put(self, number: int, step: int, data: bytes) -> None:
        """A row; the newest before it goes if it has no place in the grid."""
        is_first = len(self._sizes) == 1
        if self.last != number and self.last % self._stride and not is_first:
            self._delete([self.last])
        self._connection.execute(
            f"INSERT OR REPLACE INTO {self._table} VALUES (?, ?, ?)",
            (number, step, data),
        )
        self._bytes += len(data) - self._sizes.get(number, 0)
        self._sizes[number] = len(data)
        self.last = number
        while self._is_too_large():
            self._stride *= 2
            ends = min(self._sizes), number
            self._delete([n for n in self._sizes if n % self._stride and n not in ends])

    def _delete(self, numbers: Iterable[int]) -> None:
        for number in numbers:
            self._connection.execute(f"DELETE FROM {self._table} WHERE number = ?", (number,))
            self._bytes -= self._sizes.pop(number)

    def _is_too_large(self) -> bool:
        most_bytes, most_rows = self._limits
        rows = len(self._sizes)
        return rows > 2 and (self._bytes > most_bytes or rows > (most_rows or rows))


def stride_of(numbers: list[int]) -> int:
    """The grid on which all numbers but the last one stand: a power of two."""
    inner = numbers[1:-1]
    stride = 1
    while inner and all(number % (2 * stride) == 0 for number in inner):
        stride *= 2
    return stride
