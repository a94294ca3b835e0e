"""The experiment that is being edited: its history, its file, what waits for a restart."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from ganstudio.core.experiment import Experiment
from ganstudio.core.spec import changes
from ganstudio.data.files import write_experiment
from ganstudio.errors import SpecError

UNDO_LIMIT = 200


@dataclass
class _Origin:
    """Where an experiment was opened, and what is there now."""

    path: Path | None
    saved: Experiment


_Version = tuple[Experiment, _Origin]


class Document:
    """An experiment with undo and redo, as it is in the panels.

    Taking back that another file was opened leads back to the file before: its name, too, or
    the next save would write one experiment over another.
    """

    def __init__(self, experiment: Experiment) -> None:
        self._now = experiment
        self._origin = _Origin(None, experiment)
        self._undo: list[_Version] = []
        self._redo: list[_Version] = []

    @property
    def experiment(self) -> Experiment:
        """The experiment as edited so far."""
        return self._now

    @property
    def path(self) -> Path | None:
        """The file it came from or was saved to; None for a preset."""
        return self._origin.path

    @property
    def can_undo(self) -> bool:
        """Whether there is an edit to take back."""
        return bool(self._undo)

    @property
    def can_redo(self) -> bool:
        """Whether there is an edit to do again."""
        return bool(self._redo)

    @property
    def changed(self) -> bool:
        """Whether there are edits that no file has."""
        return self._now != self._origin.saved

    def put(self, experiment: Experiment) -> None:
        """An edit: the experiment is now this one."""
        if experiment == self._now:
            return
        self._undo.append((self._now, self._origin))
        del self._undo[:-UNDO_LIMIT]
        self._redo.clear()
        self._now = experiment

    def open(self, experiment: Experiment, path: Path | None = None) -> None:
        """Another experiment altogether; taking that back is one undo."""
        self.put(experiment)
        self._origin = _Origin(path, experiment)

    def undo(self) -> bool:
        """Take the last edit back; whether that leads to another experiment altogether."""
        return self._move(self._undo, self._redo)

    def redo(self) -> bool:
        """Do the edit again that was taken back last; the same answer."""
        return self._move(self._redo, self._undo)

    def _move(self, source: list[_Version], other: list[_Version]) -> bool:
        if not source:
            return False
        before = self._origin
        other.append((self._now, before))
        self._now, self._origin = source.pop()
        return self._origin is not before

    def save(self, path: Path) -> None:
        """Write a TOML file, old or new.

        Raises:
            FileError: it can't be written; the old file stands.
        """
        write_experiment(self._now, path)
        self._origin.path, self._origin.saved = path, self._now


def live_part(running: Experiment, edited: Experiment) -> tuple[Experiment, set[str]]:
    """What of an edit a run can take at once, and the paths that wait for a restart."""
    found = changes(running, edited)
    now = {path: edited.at(path) for path, live in found.items() if live}
    waiting = {path for path, live in found.items() if not live}
    try:
        return (running.replace(**now) if now else running), waiting
    except SpecError:
        # What could change at once makes no sense without what has to wait.
        return running, set(found)
