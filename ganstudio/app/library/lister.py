"""Reads the library a few files at a time, so that a window with hundreds of runs stays smooth."""

from __future__ import annotations

import os
import time
from collections import deque
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.app.library.runs import Run
from ganstudio.record.library import Library

BATCH_SECONDS = 0.008
"""A file takes 2 to 6 ms: after so long the window has its turn, half a frame of the screen."""
REFRESH_MS = 2_000
"""How often it looks for what other windows and the run that trains have written."""

Signature = tuple[tuple[int, int], ...]


class Lister(QObject):
    """Finds runs, the newest first, and then what has changed, while it is `start`ed.

    Args:
        library: whose runs.
        parent: its owner.
    """

    found = Signal(object)
    """A list of `Run`: new ones, or changed ones."""
    gone = Signal(object)
    """A set of paths that are no longer there."""
    finished = Signal()
    """All files were looked at."""

    def __init__(self, library: Library, parent: QObject) -> None:
        super().__init__(parent)
        self._library = library
        self._known: dict[Path, Signature] = {}
        self._waiting: deque[tuple[Path, Signature]] = deque()
        self._reading = QTimer(self, interval=0)
        self._reading.timeout.connect(self._read_some)
        self._looking = QTimer(self, interval=REFRESH_MS)
        self._looking.timeout.connect(self.refresh)

    def start(self) -> None:
        """Look now, and again and again."""
        self._looking.start()
        self.refresh()

    def stop(self) -> None:
        """Rest; what is known stays known."""
        self._looking.stop()
        self._reading.stop()
        self._waiting.clear()

    def refresh(self) -> None:
        """Look which files are new, changed or gone."""
        paths = self._library.paths()
        if lost := self._known.keys() - set(paths):
            for path in lost:
                del self._known[path]
            self.gone.emit(lost)
        signed = ((path, _signature(path)) for path in paths)
        self._waiting = deque(pair for pair in signed if self._known.get(pair[0]) != pair[1])
        if self._waiting:
            self._reading.start()
        else:
            self.finished.emit()

    def _read_some(self) -> None:
        end = time.monotonic() + BATCH_SECONDS
        batch = []
        while self._waiting:
            path, signature = self._waiting.popleft()
            self._known[path] = signature
            batch.append(Run.read(path))
            if time.monotonic() >= end:
                break
        self.found.emit(batch)
        if not self._waiting:
            self._reading.stop()
            self.finished.emit()


def _signature(path: Path) -> Signature:
    """Changes when a file does, also one that is being written, whose news stand beside it."""
    parts = []
    for one in (path, path.with_name(f"{path.name}-wal")):
        try:
            found = os.stat(one)
            parts.append((found.st_mtime_ns, found.st_size))
        except OSError:
            parts.append((0, 0))
    return tuple(parts)
