"""The folder in which runs are recorded that nobody has saved elsewhere yet."""

from __future__ import annotations

import json
import math
import os
import secrets
import sqlite3
import time
from collections.abc import Sequence
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ganstudio.core.events import Condition, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.errors import FileError, RecordError
from ganstudio.record import schema
from ganstudio.record.claim import is_claimed
from ganstudio.record.notes import annotate, keep, notes_of, tags_of
from ganstudio.record.reader import RunReader

TRASH = "deleted"
BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""What may stand beside a run file that was not closed."""


OFFERED = "offered"
"""The fact that says at which step a run was offered for recovery."""


@dataclass(frozen=True)
class Parent:
    """The run that a branch goes on from."""

    id: str
    step: int


@dataclass(frozen=True)
class Entry:
    """One run of the library."""

    path: Path
    id: str
    experiment: Experiment
    """What its first step was made with."""
    last: Experiment
    """What its last step was made with: the same, unless it was edited while it trained."""
    created: str
    """When it began, ISO 8601 in UTC."""
    device: str
    step: int
    """The last one that it has a picture of."""
    conditions: tuple[Condition, ...]
    """Of all replicas in that picture."""
    is_whole: bool
    """Whether it was closed by who wrote it."""
    is_written: bool
    """Whether somebody writes it just now."""
    parent: Parent | None
    notes: str
    tags: tuple[str, ...]
    size: int
    """Bytes on the disk."""

    @property
    def title(self) -> str:
        """What it is called."""
        return self.experiment.title

    @property
    def replicas(self) -> int:
        """How many seeds it trains."""
        return self.experiment.replicas


class Library:
    """Finds, deletes and brings back the runs in one folder.

    Args:
        folder: is made when the first run is recorded.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def new_path(self, experiment: Experiment) -> Path:
        """Where a new run of an experiment goes."""
        plain = "".join(c if c.isalnum() else "-" for c in experiment.title.lower())
        name = "-".join(part for part in plain.split("-") if part)[:40] or "run"
        now = datetime.now().astimezone()
        # Two windows may begin a run within one second.
        return self.folder / f"{now:%Y%m%d-%H%M%S}-{name}-{secrets.token_hex(2)}{schema.SUFFIX}"

    def paths(self) -> list[Path]:
        """The files of all runs, the newest first, as their names tell: none of them is opened."""
        return sorted(self._files(), key=lambda path: path.name, reverse=True)

    def entries(self) -> list[Entry]:
        """All runs that can be read, the newest first."""
        found = []
        for path in self._files():
            # A file that is broken, or is just being made, is no entry.
            with suppress(FileError):
                found.append(entry_of(path))
        return sorted(found, key=lambda entry: entry.created, reverse=True)

    def left_behind(self, path: Path) -> Entry | None:
        """A run that a crash left behind and that nobody was offered at its last step."""
        try:
            if is_claimed(path):
                return None
            with RunReader(path) as reader:
                if reader.fact("ended") is not None:
                    return None
                entry = described(reader, newest_frame(reader))
                return None if reader.fact(OFFERED) == entry.step else entry
        except FileError:
            return None

    def parent_of(self, path: Path) -> Path | None:
        """The run that one is a branch of, if it is still here.

        Raises:
            RecordError: the branch's file is damaged.
        """
        with RunReader(path) as reader:
            parent = _parent(reader.fact("parent"))
        if parent is None:
            return None
        for other in self.paths():
            if other != path and _id_of(other) == parent.id:
                return other
        return None

    def settle(self, entry: Entry) -> None:
        """Remember in the run's file that it was offered: if it breaks off again, it is again.

        Raises:
            RecordError: it can't be written.
        """
        keep(entry.path, {OFFERED: entry.step})

    def annotate(
        self, path: Path, *, notes: str | None = None, tags: Sequence[str] | None = None
    ) -> None:
        """Keep what somebody says of a run in its file, also of one that is being trained.

        Raises:
            RecordError: it is no run file, or can't be written now.
        """
        annotate(path, notes=notes, tags=tags)

    def delete(self, path: Path) -> None:
        """Take a run out; `restore` brings it back until the trash is emptied.

        Raises:
            RecordError: somebody writes it, or it can't be moved.
        """
        if is_claimed(path):
            raise RecordError(f"{path}: it is being written; stop its run first")
        self._move(path, self.folder / TRASH)
        with suppress(OSError):
            # How long it has been there decides when it goes for good.
            os.utime(self.folder / TRASH / path.name)

    def restore(self, name: str) -> Path:
        """Bring a deleted run back.

        Raises:
            RecordError: there is none of that name, or it can't be moved.
        """
        self._move(self.folder / TRASH / name, self.folder)
        return self.folder / name

    def empty_trash(self, older_than: float = 0.0) -> None:
        """Delete for good what was deleted so many seconds ago, or earlier."""
        trash, latest = self.folder / TRASH, time.time() - older_than
        if not trash.is_dir():
            return
        # All are judged before any is gone: what stands beside a run goes with it.
        for path in [path for path in trash.iterdir() if _deleted_at(path) <= latest]:
            with suppress(OSError):
                path.unlink()

    def _files(self) -> list[Path]:
        try:
            return [p for p in self.folder.iterdir() if p.suffix == schema.SUFFIX and p.is_file()]
        except OSError:
            return []

    def _move(self, path: Path, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
            path.rename(folder / path.name)
            for end in BESIDE:
                beside = path.with_name(path.name + end)
                if beside.exists():
                    beside.rename(folder / beside.name)
        except OSError as error:
            raise RecordError(f"{path}: can't be moved: {error.strerror or error}") from error


def entry_of(path: Path) -> Entry:
    """What the library shows of a file.

    Raises:
        RecordError: it is no run file, or damaged.
    """
    with RunReader(path) as reader:
        return described(reader, newest_frame(reader))


def newest_frame(reader: RunReader) -> Frame | None:
    """The last picture of a run, if there is one.

    Raises:
        RecordError: it is damaged.
    """
    place = reader.last_place
    return reader.frame(place.number) if place is not None else None


def described(reader: RunReader, newest: Frame | None) -> Entry:
    """What the library shows of an open file, whose last picture is known.

    Raises:
        RecordError: it is damaged.
    """
    return Entry(
        path=reader.path,
        id=str(reader.fact("id")),
        experiment=reader.begun,
        last=reader.last,
        created=str(reader.fact("created")),
        device=str(reader.fact("device")),
        step=newest.step if newest else 0,
        conditions=tuple(v.condition for v in newest.verdicts) if newest else (),
        is_whole=reader.fact("ended") is not None,
        is_written=is_claimed(reader.path),
        parent=_parent(reader.fact("parent")),
        notes=notes_of(reader),
        tags=tags_of(reader),
        size=size_of(reader.path),
    )


def size_of(path: Path) -> int:
    """The bytes that a run takes, with what stands beside it while it is written."""
    total = 0
    for end in ("", *BESIDE):
        with suppress(OSError):
            total += path.with_name(path.name + end).stat().st_size
    return total


def _deleted_at(path: Path) -> float:
    """When a file in the trash came there: with its run, if that is there too."""
    run = next((path.name.removesuffix(end) for end in BESIDE if path.name.endswith(end)), None)
    for one in (*([path.with_name(run)] if run else []), path):
        with suppress(OSError):
            return one.stat().st_mtime
    return math.inf


def _id_of(path: Path) -> object:
    """A run's id, None if it can't be read. Nothing else is: a library may have many files."""
    try:
        with closing(schema.open_to_read(path)) as connection:
            row = connection.execute("SELECT value FROM meta WHERE name = 'id'").fetchone()
            return json.loads(row[0]) if row is not None else None
    except (FileError, ValueError, TypeError, RecursionError, sqlite3.Error):
        return None


def _parent(fact: object) -> Parent | None:
    match fact:
        case {"id": str(id), "step": int(step)}:
            return Parent(id, step)
    return None
