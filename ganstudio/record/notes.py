"""What people say of a run: notes and tags, kept in its file.

The claim says who writes the run itself: its pictures, losses and checkpoints. Notes and tags are
facts that no run ever touches, so another process may put them in beside it: SQLite lets one of
the two wait for the other, and each waits for milliseconds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

from ganstudio.errors import RecordError
from ganstudio.record import schema
from ganstudio.record.reader import RunReader

MOST_NOTES = 20_000
"""Characters; who has more to say writes a document."""
MOST_TAGS, LONGEST_TAG = 20, 40
PATIENCE_MS = 1_000
"""How long somebody who writes notes waits for a run that writes its pictures."""


def annotate(path: Path, *, notes: str | None = None, tags: Sequence[str] | None = None) -> None:
    """Keep notes, or tags, or both; what is not given stays.

    Raises:
        RecordError: it is no run file, or can't be written now.
    """
    facts: dict[str, Any] = {}
    if notes is not None:
        facts["notes"] = notes[:MOST_NOTES]
    if tags is not None:
        facts["tags"] = tidied(tags)
    keep(path, facts)


def keep(path: Path, facts: Mapping[str, Any]) -> None:
    """Put some facts into a run file, all or none, whoever else writes it.

    Raises:
        RecordError: it is no run file, or can't be written now.
    """
    with closing(schema.open_to_read(path, mode="rw")) as connection:
        try:
            connection.execute(f"PRAGMA busy_timeout = {PATIENCE_MS}")
            connection.execute("BEGIN IMMEDIATE")
            for name, value in facts.items():
                schema.put_fact(connection, name, value)
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            raise RecordError(f"{path}: can't be written now: {error}") from error


def notes_of(reader: RunReader) -> str:
    """What was noted, empty if nothing was."""
    found = reader.fact("notes")
    return found[:MOST_NOTES] if isinstance(found, str) else ""


def tags_of(reader: RunReader) -> tuple[str, ...]:
    """The tags, whatever a stranger's file holds."""
    found = reader.fact("tags")
    return tuple(tidied(found)) if isinstance(found, list) else ()


def tidied(tags: Iterable[object]) -> list[str]:
    """Each tag once, on one line, not too many and none too long."""
    plain = (" ".join(tag.split())[:LONGEST_TAG].strip() for tag in tags if isinstance(tag, str))
    return list(dict.fromkeys(tag for tag in plain if tag))[:MOST_TAGS]
