"""What a run file is: an SQLite database with these tables and no others."""

from __future__ import annotations

import json
import os
import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

from ganstudio.data.files import replace_with
from ganstudio.errors import FileError, RecordError

SUFFIX = ".ganrun"
APPLICATION_ID = 0x47414E52
"""SQLite's mark of whose file it is: "GANR"."""
VERSION = 1
TABLES = {
    # What there is one of, as JSON, by name.
    "meta": "CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID",
    # Arrays that are the same in many pictures.
    "stills": "CREATE TABLE stills (id INTEGER PRIMARY KEY, data BLOB NOT NULL)",
    # What the views draw at regular frames; old ones are thinned. Where the run rests between
    # two of them, its picture has the number of the next, and gives way to it.
    "pictures": (
        "CREATE TABLE pictures (number INTEGER PRIMARY KEY, step INTEGER NOT NULL, "
        "data BLOB NOT NULL)"
    ),
    # Metrics and conditions of regular frames.
    "measures": (
        "CREATE TABLE measures (number INTEGER PRIMARY KEY, step INTEGER NOT NULL, "
        "data BLOB NOT NULL)"
    ),
    # Losses of successive steps of the game, or before it; `stride` steps share one row.
    "losses": (
        "CREATE TABLE losses (game INTEGER NOT NULL, first INTEGER NOT NULL, "
        "stride INTEGER NOT NULL, data BLOB NOT NULL, PRIMARY KEY (game, first)) WITHOUT ROWID"
    ),
    "edits": (
        "CREATE TABLE edits (id INTEGER PRIMARY KEY, step INTEGER NOT NULL, value TEXT NOT NULL)"
    ),
    "events": (
        "CREATE TABLE events (step INTEGER NOT NULL, kind TEXT NOT NULL, words TEXT NOT NULL, "
        "PRIMARY KEY (step, kind, words)) WITHOUT ROWID"
    ),
    "checkpoints": (
        "CREATE TABLE checkpoints (step INTEGER PRIMARY KEY, tensors BLOB NOT NULL, "
        "facts TEXT NOT NULL, sha256 TEXT NOT NULL)"
    ),
}
SIDECARS = ("-wal", "-shm", "-journal")
"""What may stand beside a file that was not closed."""
READ_ERRORS = (sqlite3.Error, UnicodeDecodeError)
"""What SQLite raises over a file that is damaged or none of ours."""
FOREIGN = "not a run file of GAN Studio"
DAMAGED = "damaged: a part of this run file is missing or was overwritten"


def create(path: Path, facts: Mapping[str, Any]) -> sqlite3.Connection:
    """A new run file with some facts in it, ready to be written; who sees it sees all of that.

    Raises:
        FileError: it can't be made.
        sqlite3.Error: it can't be opened.
    """

    def make(part: Path) -> None:
        for end in SIDECARS:
            # What another file of that name has left would be taken for ours.
            path.with_name(path.name + end).unlink(missing_ok=True)
        with closing(_connect(part, "rwc")) as connection:
            connection.execute("BEGIN")
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {VERSION}")
            for statement in TABLES.values():
                connection.execute(statement)
            for name, value in facts.items():
                put_fact(connection, name, value)
            connection.execute("COMMIT")
            # Here, where nobody sees it: the change itself can be broken off.
            connection.execute("PRAGMA journal_mode = WAL")

    if path.exists():
        raise FileError(f"{path}: there is a file already, which stays as it is")
    replace_with(path, make)
    return _writing(_connect(path, "rw"))


def put_fact(connection: sqlite3.Connection, name: str, value: Any) -> None:
    """Keep one fact, in the place of an older one of that name."""
    text = json.dumps(value, allow_nan=False)
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (name, text))


def open_to_write(path: Path) -> sqlite3.Connection:
    """A run file to go on with.

    Raises:
        RecordError: it is none, damaged, of another version, or can't be written.
    """
    connection = open_to_read(path, mode="rw")
    try:
        # Before anybody trains for hours what can't be kept.
        found = connection.execute("PRAGMA quick_check(1)").fetchone()
        if found != ("ok",):
            raise RecordError(f"{path}: {DAMAGED}")
        return _writing(connection)
    except BaseException as error:
        connection.close()
        if isinstance(error, sqlite3.Error):
            raise RecordError(in_words(path, error)) from error
        raise


def open_to_read(path: Path, *, mode: str = "ro") -> sqlite3.Connection:
    """A run file that another process may be writing.

    Raises:
        RecordError: it is none, damaged, or of a newer program.
    """
    # Those of Path raise over a name that is too long.
    if os.path.isdir(path):
        raise RecordError(f"{path}: a folder, not a run file")
    if not os.path.isfile(path):
        raise RecordError(f"{path}: there is no such file")
    try:
        if path.with_name(path.name + "-journal").exists():
            # Somebody was killed in the middle of a change: who may write takes it back.
            with closing(_connect(path, "rw")) as connection:
                connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        connection = _connect(path, mode)
        try:
            _check(connection, path)
        except BaseException:
            # Whatever it is, Ctrl-C too: nobody else knows of the connection.
            connection.close()
            raise
    except READ_ERRORS as error:
        raise RecordError(in_words(path, error)) from error
    return connection


def in_words(path: Path, error: Exception) -> str:
    """What SQLite says of a file as a sentence for people; its own words stand in parentheses."""
    match getattr(error, "sqlite_errorname", "").removeprefix("SQLITE_").partition("_")[0]:
        case "NOTADB":
            return f"{path}: {FOREIGN}"
        case "CANTOPEN" | "IOERR" | "PERM":
            return f"{path}: can't be read ({error})"
        case "READONLY" | "FULL":
            return f"{path}: can't be written ({error})"
        case "BUSY" | "LOCKED":
            return f"{path}: another program is writing it; try again in a moment"
    return f"{path}: {DAMAGED} ({error})"


def close(connection: sqlite3.Connection) -> None:
    """Leave one single file behind, if nobody else reads it just now.

    Raises:
        sqlite3.Error: something is left to be written and can't be.
    """
    try:
        # Nobody is waited for: a film may be made of it just now.
        connection.execute("PRAGMA busy_timeout = 0")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode = DELETE")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorname not in ("SQLITE_BUSY", "SQLITE_LOCKED"):
            raise
        # Somebody reads it, and what is beside it belongs to it: `tidy` puts them together.
    finally:
        connection.close()


def tidy(path: Path) -> None:
    """Leave one single file where somebody who read it kept the writer from doing so.

    Raises:
        RecordError: it is no run file, or damaged.
        sqlite3.Error: it can't be written.
    """
    if path.with_name(path.name + "-wal").exists():
        close(open_to_write(path))


def _writing(connection: sqlite3.Connection) -> sqlite3.Connection:
    # Others read while one writes, and what a power cut loses are the last moments.
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")
    return connection


def _connect(path: Path, mode: str) -> sqlite3.Connection:
    # Autocommit, so that each BEGIN and COMMIT is ours.
    return sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=5.0,
    )


def _check(connection: sqlite3.Connection, path: Path) -> None:
    # A file from a stranger may hold views and triggers that run when it is read.
    connection.execute("PRAGMA trusted_schema = OFF")
    connection.execute("PRAGMA cell_size_check = ON")
    [application] = connection.execute("PRAGMA application_id").fetchone()
    if application != APPLICATION_ID:
        raise RecordError(f"{path}: {FOREIGN}")
    [version] = connection.execute("PRAGMA user_version").fetchone()
    if version > VERSION:
        raise RecordError(
            f"{path}: written by a newer GAN Studio (format {version}; this one knows up to "
            f"{VERSION}): please update"
        )
    found = dict(connection.execute("SELECT name, sql FROM sqlite_schema WHERE sql IS NOT NULL"))
    if version < VERSION or found != TABLES:
        raise RecordError(f"{path}: {DAMAGED} (its tables are not those of one)")
