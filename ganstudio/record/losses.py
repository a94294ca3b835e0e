"""The losses of every step as blocks of rows; where they are very many, neighbours share one."""

from __future__ import annotations

import sqlite3
import zlib
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganstudio.record.frames import inflated
from ganstudio.record.shapes import FrameError

Floats = NDArray[np.float32]

BLOCK_ROWS = 4_096
MAX_VALUES = 2**22
"""Values that are kept of all networks and replicas; beyond, neighbours are averaged."""


@dataclass(frozen=True)
class Block:
    """Losses over some steps, (n, networks, R); each row is the mean of `stride` steps."""

    first: int
    """The first step of the first row, from 1."""
    stride: int
    rows: Floats

    @property
    def after(self) -> int:
        """The step after its last."""
        return self.first + self.stride * len(self.rows)

    @property
    def steps(self) -> NDArray[np.int64]:
        """The last step of each row."""
        return self.first + self.stride * np.arange(1, len(self.rows) + 1) - 1

    def joined(self, rows: Floats) -> Block:
        """With more rows."""
        return Block(self.first, self.stride, np.concatenate([self.rows, rows]))

    def until(self, step: int) -> Block:
        """Without the rows that reach beyond a step."""
        kept = max(0, (step + 1 - self.first) // self.stride)
        return Block(self.first, self.stride, self.rows[:kept])

    def coarser(self, stride: int) -> Block:
        """With rows of so many steps; what does not fill a last one is left out."""
        share = stride // self.stride
        whole = len(self.rows) // share * share
        grouped = self.rows[:whole].reshape(-1, share, *self.rows.shape[1:])
        known = ~np.isnan(grouped)
        with np.errstate(invalid="ignore", divide="ignore", over="ignore"):
            # A step that did not update a network says nothing of its loss.
            mean = np.where(known, grouped, 0).sum(axis=1) / known.sum(axis=1)
        return Block(self.first, stride, mean.astype(np.float32))

    def encoded(self) -> bytes:
        """The rows, with the checksum that compression brings."""
        return zlib.compress(np.ascontiguousarray(self.rows, dtype="<f4").tobytes(), 1)


def read_blocks(
    connection: sqlite3.Connection, game: bool, networks: int, replicas: int
) -> list[Block]:
    """All losses of the game, or of the pretraining before it.

    Raises:
        FrameError: a block is damaged.
        sqlite3.Error: so is the file.
    """
    found = connection.execute(
        "SELECT first, stride, data FROM losses WHERE game = ? ORDER BY first", (game,)
    )
    return [decoded(row, networks, replicas) for row in found]


def decoded(row: tuple[int, int, bytes], networks: int, replicas: int) -> Block:
    """One row of the table.

    Raises:
        FrameError: it is damaged.
    """
    first, stride, data = row
    try:
        rows = np.frombuffer(inflated(data), dtype="<f4").reshape(-1, networks, replicas)
    except (TypeError, ValueError, zlib.error) as error:
        raise FrameError(f"the losses from step {first} on are damaged: {error}") from error
    if not (isinstance(first, int) and isinstance(stride, int) and stride > 0):
        raise FrameError("the losses are damaged")
    return Block(first, stride, rows)


class LossTable:
    """Adds losses to a file, in blocks that are rewritten while they grow.

    Args:
        connection: inside a transaction whenever something is added.
        game: of the game, rather than of the pretraining.
        networks: how many have a loss.
        replicas: how many replicas there are.
    """

    def __init__(
        self, connection: sqlite3.Connection, *, game: bool, networks: int, replicas: int
    ) -> None:
        self._connection, self._game = connection, game
        self._size = networks, replicas
        blocks = read_blocks(connection, game, networks, replicas)
        self._rows = sum(len(block.rows) for block in blocks)
        self._stride = blocks[-1].stride if blocks else 1
        empty = np.empty((0, networks, replicas), np.float32)
        self._open = blocks[-1] if blocks else Block(1, 1, empty)
        self._rest = Block(self._open.after, 1, empty)
        self._dirty = False

    def add(self, last: int, rows: Floats) -> None:
        """Losses of successive steps, the last of which is `last`, (n, networks, R).

        Steps that are there already were done again, and take the place of the old ones.
        """
        first = last - len(rows) + 1
        if not len(rows) or first < 1:
            return
        if first < self._rest.after:
            self._cut(first - 1)
        # Steps that nobody told of are there without a loss.
        missing = np.full((first - self._rest.after, *rows.shape[1:]), np.nan, np.float32)
        self._rest = self._rest.joined(np.concatenate([missing, rows.astype(np.float32)]))
        ready = self._rest.coarser(self._stride)
        left = self._rest.rows[len(ready.rows) * self._stride :]
        self._rest = Block(ready.after, 1, left)
        self._append(ready.rows)

    def flush(self) -> None:
        """Write what was added since the last time."""
        if self._dirty:
            self._write(self._open)
            self._dirty = False

    def _append(self, rows: Floats) -> None:
        self._rows += len(rows)
        while len(rows):
            if len(self._open.rows) >= BLOCK_ROWS:
                self.flush()
                self._open = Block(self._open.after, self._stride, rows[:0])
            room = BLOCK_ROWS - len(self._open.rows)
            self._open, rows = self._open.joined(rows[:room]), rows[room:]
            self._dirty = True
        if self._rows * self._size[0] * self._size[1] > MAX_VALUES:
            self._thin()

    def _write(self, block: Block) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO losses VALUES (?, ?, ?, ?)",
            (self._game, block.first, block.stride, block.encoded()),
        )

    def _cut(self, step: int) -> None:
        """Forget what comes after a step."""
        self.flush()
        blocks = read_blocks(self._connection, self._game, *self._size)
        kept = [block for block in blocks if block.first <= step]
        self._connection.execute(
            "DELETE FROM losses WHERE game = ? AND first > ?", (self._game, step)
        )
        empty = self._rest.rows[:0]
        self._open = kept[-1].until(step) if kept else Block(1, self._stride, empty)
        self._rows = sum(len(block.rows) for block in kept[:-1]) + len(self._open.rows)
        self._dirty = True
        self._rest = Block(self._open.after, 1, empty)

    def _thin(self) -> None:
        """Twice as many steps in each row, in blocks as long as before."""
        self.flush()
        blocks = read_blocks(self._connection, self._game, *self._size)
        self._stride *= 2
        rows = np.concatenate([block.coarser(self._stride).rows for block in blocks])
        # Blocks have an even number of rows, all but the last: its odd one goes on by itself.
        behind = blocks[-1].rows[len(blocks[-1].rows) // 2 * 2 :]
        self._connection.execute("DELETE FROM losses WHERE game = ?", (self._game,))
        self._rows = len(rows)
        first = blocks[0].first
        for at in range(0, len(rows), BLOCK_ROWS):
            self._open = Block(first + at * self._stride, self._stride, rows[at : at + BLOCK_ROWS])
            self._write(self._open)
        old = np.repeat(behind, self._stride // 2, axis=0)
        self._rest = Block(self._open.after, 1, np.concatenate([old, self._rest.rows]))
