"""The experiment as it is edited, and when its edits go to the run."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.app.document import Document
from ganstudio.core.estimate import check_size
from ganstudio.core.experiment import Experiment
from ganstudio.errors import GanStudioError

SETTLE_MS = 120
"""Edits that come faster, as from a spinning wheel, reach the run together."""


class Edits(QObject):
    """Takes edits, refuses those that are not valid, and says when they have settled.

    Args:
        experiment: what is edited at first.
    """

    changed = Signal(object)
    """The edited `Experiment` is another one; so may be undo, redo and the file."""
    waiting_changed = Signal(object)
    """The set of paths that wait for a restart."""
    refused = Signal(str, str)
    """A path (or ""), and the sentence that says why its new value was not taken."""
    settled = Signal()
    """Nothing was edited for a moment."""
    reopened = Signal()
    """Undo or redo led to another experiment altogether."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        self.document = Document(experiment)
        self.waiting: set[str] = set()
        self._settling = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._settling.timeout.connect(self.settled)

    @property
    def experiment(self) -> Experiment:
        """As edited so far."""
        return self.document.experiment

    @property
    def settling(self) -> bool:
        """Whether an edit is on its way to the run."""
        return self._settling.isActive()

    def edit(self, path: str, value: Any) -> None:
        """Change one field; a value that is not valid is refused, and nothing changes."""
        try:
            changed = self.experiment.replace(**{path: value})
            check_size(changed)
        except GanStudioError as error:
            self.refused.emit(path, str(error))
            return
        self.put(changed)
        self.settle()

    def put(self, experiment: Experiment) -> None:
        """An edit that somebody else passes on to the run."""
        self.document.put(experiment)
        self.changed.emit(experiment)

    def open(self, experiment: Experiment, path: Path | None = None) -> None:
        """Another experiment altogether."""
        self.document.open(experiment, path)
        self.changed.emit(experiment)

    def save(self, path: Path) -> None:
        """Write the experiment to a file.

        Raises:
            FileError: the old file stands.
        """
        self.document.save(path)
        self.changed.emit(self.experiment)

    def undo(self) -> None:
        """Take the last edit back."""
        self._moved(reopened=self.document.undo())

    def redo(self) -> None:
        """Do the edit again that was taken back last."""
        self._moved(reopened=self.document.redo())

    def settle(self) -> None:
        """Say `settled` in a moment, unless something is edited again."""
        self._settling.start()

    def hold(self) -> None:
        """Do not say it."""
        self._settling.stop()

    def wait_for(self, paths: set[str]) -> None:
        """These fields are edited, and wait for a restart."""
        if paths != self.waiting:
            self.waiting = paths
            self.waiting_changed.emit(paths)

    def _moved(self, *, reopened: bool) -> None:
        self.changed.emit(self.experiment)
        if reopened:
            self.reopened.emit()
        else:
            self.settle()
