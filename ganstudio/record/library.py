"""The folder in which runs are recorded that nobody has saved elsewhere yet."""

from __future__ import annotations

import secrets
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from ganstudio.core.events import Condition
from ganstudio.core.experiment import Experiment
from ganstudio.errors import FileError, RecordError
from ganstudio.record import schema
from ganstudio.record.claim import is_claimed
from ganstudio.record.reader import RunReader

TRASH = "deleted"
BESIDE = ("-wal", "-shm", "-journal", ".lock")
"""What may stand beside a run file that was not closed."""


@dataclass(frozen=True)
class Entry:
    """One run of the library."""

    path: Path
    title: str
    created: str
    """When it began, ISO 8601 in UTC."""
    step: int
    """The last one that it has a picture of."""
    replicas: int
    conditions: tuple[Condition, ...]
    """Of all replicas in that picture."""
    is_whole: bool
    """Whether it was closed by who wrote it."""


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

    def entries(self) -> list[Entry]:
        """All runs that can be read, the newest first."""
        found = []
        for path in self._files():
            # A file that is broken, or is just being made, is no entry.
            with suppress(FileError):
                found.append(entry_of(path))
        return sorted(found, key=lambda entry: entry.created, reverse=True)

    def unfinished(self) -> list[Entry]:
        """Runs that nobody closed and nobody writes: what a crash left behind."""
        return [e for e in self.entries() if not e.is_whole and not is_claimed(e.path)]

    def delete(self, path: Path) -> None:
        """Take a run out; `restore` brings it back until the trash is emptied.

        Raises:
            RecordError: somebody writes it, or it can't be moved.
        """
        if is_claimed(path):
            raise RecordError(f"{path}: it is being written; stop its run first")
        self._move(path, self.folder / TRASH)

    def restore(self, name: str) -> Path:
        """Bring a deleted run back.

        Raises:
            RecordError: there is none of that name, or it can't be moved.
        """
        self._move(self.folder / TRASH / name, self.folder)
        return self.folder / name

    def empty_trash(self) -> None:
        """Delete for good what was deleted."""
        trash = self.folder / TRASH
        if trash.is_dir():
            for path in trash.iterdir():
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
        places = reader.places
        newest = reader.frame(places[-1].number) if places else None
        return Entry(
            path,
            reader.experiment.title,
            str(reader.fact("created")),
            newest.step if newest else 0,
            reader.experiment.replicas,
            tuple(v.condition for v in newest.verdicts) if newest else (),
            reader.fact("ended") is not None,
        )
