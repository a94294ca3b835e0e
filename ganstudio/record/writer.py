"""Writes a run into its file while it trains, from a thread of its own.

Training never waits for the disk, and nothing that goes wrong there ends it: what could not be
written waits, is tried again, and it is said.
"""

from __future__ import annotations

import sqlite3
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from queue import Empty, Queue
from threading import Event, Thread
from typing import Any

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Edited, Frame, Started
from ganstudio.errors import RecordError
from ganstudio.record import schema
from ganstudio.record.claim import Claim
from ganstudio.record.copies import cut, new_names
from ganstudio.record.store import Between, Store

COMMIT_SECONDS = 0.5
"""What a crash may lose, and less than a second is promised."""
RETRY_SECONDS = 2.0
BACKLOG = 256
"""Frames that may wait before training does."""
MOST_WAITING = 4_000
"""What waits for a full disk; then the oldest pictures are given up."""

Work = Callable[[Store], None]


class RunWriter:
    """One run's file, open to be written.

    Args:
        path: of the file.
        claim: on it, given up at the end.
        connection: to it.
        started: of the run.
        say: told, from another thread, when writing fails and when it works again.
    """

    def __init__(
        self,
        path: Path,
        claim: Claim,
        connection: sqlite3.Connection,
        started: Started,
        say: Callable[[str], None],
    ) -> None:
        self._path, self._started, self._say = path, started, say
        self._connection, self._claim = connection, claim
        self._queue: Queue[Work | Event | None] = Queue(BACKLOG)
        self._waiting: deque[Work] = deque()
        self._failed = False
        self._thread = Thread(target=self._serve, name=f"writes {path.name}")
        self._thread.start()

    @classmethod
    def create(
        cls,
        path: Path,
        started: Started,
        versions: Mapping[str, str],
        say: Callable[[str], None],
    ) -> RunWriter:
        """Begin a new file.

        Raises:
            FileError: it can't be made there.
        """
        facts: dict[str, Any] = {
            **new_names(),
            **_place(started, versions),
            "experiment": started.experiment.to_toml(),
            "parameters": [started.parameters_d, started.parameters_g],
            "floors": {name: asdict(floor) for name, floor in started.floors.items()},
            "parent": None,
            "gallery": dict(started.gallery),
        }
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise RecordError(f"{path}: the run can't be recorded there: {error}") from error
        with Claim(path) as claim:
            try:
                connection = schema.create(path, facts)
            except sqlite3.Error as error:
                raise RecordError(f"{path}: the run can't be recorded there: {error}") from error
            return cls(path, claim.kept(), connection, started, say)

    @classmethod
    def resume(
        cls,
        path: Path,
        started: Started,
        versions: Mapping[str, str],
        step: int,
        say: Callable[[str], None],
    ) -> RunWriter:
        """Go on in a file from a step; what came after it is done again.

        Raises:
            RecordError: it is no run file, or can't be written.
        """
        with Claim(path) as claim:
            try:
                connection = schema.open_to_write(path)
                connection.execute("BEGIN IMMEDIATE")
                cut(connection, step)
                for name, value in _place(started, versions).items():
                    schema.put_fact(connection, name, value)
                schema.put_fact(connection, "ended", None)
                connection.execute("COMMIT")
            except sqlite3.Error as error:
                raise RecordError(f"{path}: can't be written: {error}") from error
            return cls(path, claim.kept(), connection, started, say)

    def put(self, name: str, value: Any) -> None:
        """Keep one fact, in the place of an older one of that name."""
        self._queue.put(lambda store: store.put(name, value))

    def frame(self, frame: Frame) -> None:
        """Every frame: those between the regular ones bring losses."""
        if frame.number is not None:
            self._queue.put(lambda store: store.frame(frame))
            return
        # What waits for a full disk must not hold pictures that are never written.
        losses = Between(
            frame.step,
            frame.loss_d,
            frame.loss_g,
            frame.pretraining_step,
            frame.loss_pretraining,
        )
        self._queue.put(lambda store: store.losses(losses))

    def rest(self, frame: Frame) -> None:
        """The picture of a run that rests."""
        self._queue.put(lambda store: store.rest(frame))

    def edited(self, edited: Edited) -> None:
        """An edit that took effect."""
        self._queue.put(lambda store: store.edited(edited))

    def event(self, step: int, kind: str, words: str) -> None:
        """Something worth a mark on the timeline."""
        self._queue.put(lambda store: store.event(step, kind, words))

    def checkpoint(self, checkpoint: Checkpoint) -> None:
        """A state to go on from."""
        self._queue.put(lambda store: store.checkpoint(checkpoint))

    def flush(self, timeout: float | None = None) -> bool:
        """Wait until all is written that was given so far.

        Returns:
            Whether it is; not, if writing fails or takes longer than `timeout` seconds.
        """
        done = Event()
        self._queue.put(done)
        return done.wait(timeout) and not self._failed

    def close(self) -> bool:
        """Write what is left, once more if need be, and leave a single file.

        Returns:
            Whether all is written.
        """
        self._queue.put(None)
        self._thread.join()
        return not self._failed

    # ---------------------------------------------------------------------------- the thread

    def _serve(self) -> None:
        store: Store | None = None
        open_ = True
        while open_:
            work, flushes, open_ = self._gather()
            self._waiting.extend(work)
            store = self._write(store)
            for done in flushes:
                done.set()
        try:
            schema.close(self._connection)
        except sqlite3.Error as error:
            self._complain(error)
        self._claim.give_up()

    def _gather(self) -> tuple[list[Work], list[Event], bool]:
        """What came within the time between two commits."""
        work: list[Work] = []
        end = time.monotonic() + (RETRY_SECONDS if self._failed else COMMIT_SECONDS)
        # Nothing to write: nothing to hurry for.
        wait: float | None = None if not self._waiting else end - time.monotonic()
        while True:
            try:
                item = self._queue.get(timeout=wait)
            except Empty:
                return work, [], True
            if item is None:
                return work, [], False
            if isinstance(item, Event):
                return work, [item], True
            work.append(item)
            if wait is None:
                end = time.monotonic() + COMMIT_SECONDS
            wait = max(0.0, end - time.monotonic())

    def _write(self, store: Store | None) -> Store | None:
        """All that waits, in one transaction; the store to go on with, if there is one."""
        if not self._waiting:
            return store
        connection = self._connection
        try:
            store = store or Store(connection, self._started)
            connection.execute("BEGIN IMMEDIATE")
            for work in self._waiting:
                work(store)
            store.flush()
            connection.execute("COMMIT")
        except (sqlite3.Error, OSError, ValueError) as error:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            self._complain(error)
            while len(self._waiting) > MOST_WAITING:
                self._waiting.popleft()
            return None
        self._waiting.clear()
        if self._failed:
            self._failed = False
            self._say(f"{self._path.name} is being written again")
        return store

    def _complain(self, error: Exception) -> None:
        if not self._failed:
            self._failed = True
            self._say(
                f"{self._path.name} can't be written ({error}); training goes on, and it is tried "
                "again"
            )


def _place(started: Started, versions: Mapping[str, str]) -> dict[str, Any]:
    """Where a run is trained, which decides its last bits."""
    return {"versions": dict(versions), "device": started.device, "threads": started.threads}
