"""What a crash left behind is offered at the next start, once."""

from __future__ import annotations

from collections import deque
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from ganstudio.errors import GanStudioError

if TYPE_CHECKING:
    from ganstudio.app.window import Window
    from ganstudio.record.library import Entry, Library

WAIT_MS = 1_500
"""After the first paint: the engine and the drawings come first."""
STEP_MS = 30
"""Between two files, each of which takes some milliseconds."""
AMONG = 20
"""The newest files that are looked at: what broke off last is what somebody misses."""
TRASH_SECONDS = 24 * 3600
"""Deleted runs go for good at a start, after a day: until then another window may offer to bring
them back, and a mistake may be noticed tomorrow."""


class Recovery(QObject):
    """Looks through the newest runs, a file at a time.

    That a run was offered is written into its file: it goes where the file goes, and a run that
    was gone on with and broke off once more is offered once more.
    """

    def __init__(self, window: Window, parent: QObject) -> None:
        super().__init__(parent)
        self._window = window
        self._waiting: deque[Path] = deque()
        self._lost: list[Entry] = []
        self._library: Library | None = None
        self._soon = QTimer(self, interval=WAIT_MS, singleShot=True)
        self._soon.timeout.connect(self.start)
        self._looking = QTimer(self, interval=STEP_MS)
        self._looking.timeout.connect(self._look)
        self._action = QAction(self)
        self._action.triggered.connect(lambda _checked: self._act())

    def start_soon(self) -> None:
        """Begin when the window is up."""
        if self._window.session.recordings.records:
            self._soon.start()

    def start(self) -> None:
        """Look for runs that nobody closed and nobody writes."""
        self._library = library = self._window.session.recordings.library
        library.empty_trash(TRASH_SECONDS)
        self._waiting = deque(library.paths()[:AMONG])
        self._lost = []
        self._looking.start()

    def _look(self) -> None:
        assert self._library is not None  # says `start`
        if self._waiting:
            path = self._waiting.popleft()
            if path != self._window.session.history.path:
                found = self._library.left_behind(path)
                self._lost += [found] if found is not None else []
            return
        if not self._lost:
            self._looking.stop()
        elif not self._window.notice.isVisible():
            # What stands there already is read first.
            self._looking.stop()
            self._offer()

    def _offer(self) -> None:
        assert self._library is not None  # says `start`
        for entry in self._lost:
            # Where that can't be written it is offered again, which is no harm.
            with suppress(GanStudioError):
                self._library.settle(entry)
        first = self._lost[0]
        if len(self._lost) == 1:
            steps = f"{first.step:,} step{'' if first.step == 1 else 's'}"
            words = f"A run was cut off: “{first.title}”, {steps}. It is in the library."
            self._action.setText("Open it")
        else:
            words = f"{len(self._lost)} runs were cut off. They are in the library."
            self._action.setText("Open the library")
        self._window.notice.say(words, trouble=False, action=self._action)

    def _act(self) -> None:
        self._window.notice.hide()
        if len(self._lost) == 1:
            self._window.library.open_run(self._lost[0].path)
        else:
            self._window.library.show()
