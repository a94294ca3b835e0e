"""Copies of run files: to keep a run elsewhere, and to go on from an earlier step of it."""

from __future__ import annotations

import json
import sqlite3
import uuid
from collections.abc import Callable
from contextlib import closing, suppress
from datetime import UTC, datetime
from pathlib import Path

from ganstudio.data.files import replace_with
from ganstudio.errors import FileError
from ganstudio.record import schema
from ganstudio.record.claim import Claim

BY_STEP = ("pictures", "measures", "checkpoints", "edits", "events")
"""Tables whose rows belong to a step; losses, which come in blocks, are cut as they are added."""


def save_copy(source: Path, target: Path) -> None:
    """Copy a run file, also one that is being written; the copy is whole at any moment.

    Raises:
        RecordError: the source is no run file.
        FileError: the copy can't be written; what stood there stands.
    """
    _copy(source, target, lambda _connection: None)


def branch(source: Path, step: int, target: Path) -> None:
    """A run of its own, which has the past of another one up to a step and knows its parent.

    Raises:
        RecordError: the source is no run file.
        FileError: the branch can't be written.
    """

    def change(connection: sqlite3.Connection) -> None:
        cut(connection, step)
        [parent] = connection.execute("SELECT value FROM meta WHERE name = 'id'").fetchone()
        schema.put_fact(connection, "parent", {"id": json.loads(parent), "step": step})
        # What was said of the parent was not said of this one.
        connection.execute("DELETE FROM meta WHERE name IN ('notes', 'tags')")
        for name, value in new_names().items():
            schema.put_fact(connection, name, value)

    _copy(source, target, change)


def cut(connection: sqlite3.Connection, step: int) -> None:
    """Forget what came after a checkpoint, inside a transaction: the run goes on from there."""
    for table in BY_STEP:
        connection.execute(f"DELETE FROM {table} WHERE step > ?", (step,))
    # Edits at that very step may have come before the checkpoint or after it.
    query = "SELECT facts FROM checkpoints WHERE step = ?"
    row = connection.execute(query, (step,)).fetchone()
    known = json.loads(row[0])["experiment"] if row is not None else None
    query = "SELECT id, value FROM edits WHERE step = ? ORDER BY id DESC"
    for id, value in connection.execute(query, (step,)).fetchall():
        if json.loads(value)["experiment"] == known:
            break
        connection.execute("DELETE FROM edits WHERE id = ?", (id,))


def new_names() -> dict[str, str]:
    """What tells one run from all others: its id, and when it began, ISO 8601 in UTC."""
    now = datetime.now(UTC).isoformat(timespec="seconds")
    return {"id": uuid.uuid4().hex, "created": now}


def _copy(source: Path, target: Path, change: Callable[[sqlite3.Connection], None]) -> None:
    def make(part: Path) -> None:
        with closing(schema.open_to_read(source)) as ours, closing(sqlite3.connect(part)) as theirs:
            ours.backup(theirs)
            with theirs:
                change(theirs)
            # One single file, wherever it goes from here.
            theirs.execute("PRAGMA journal_mode = DELETE")
        _leave_alone(target)

    if not target.parent.is_dir():
        raise FileError(f"{target}: can't be written: there is no such folder")
    if target.exists() and source.samefile(target):
        raise FileError(f"{target}: it is this run's own file; choose another name")
    try:
        with Claim(target):
            replace_with(target, make)
    except sqlite3.Error as error:
        raise FileError(f"{target}: can't be written: {error}") from error


def _leave_alone(path: Path) -> None:
    """Take away what stands beside a file that is to be replaced: SQLite would mix the two."""
    with suppress(FileError, *schema.READ_ERRORS):
        # It belongs to the old file, as long as that is there.
        schema.tidy(path)
    for end in schema.SIDECARS:
        path.with_name(path.name + end).unlink(missing_ok=True)
