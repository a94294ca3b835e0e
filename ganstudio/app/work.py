"""Slow work beside the window: one piece at a time, which can be given up."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from threading import Event, Thread
from typing import Any

from PySide6.QtCore import QObject, Signal

from ganstudio.errors import GanStudioError

END_SECONDS = 2.0
"""How long a window that closes waits for what it gave up."""

Tell = Callable[[str, float], None]
"""Told what is being done, and how much of it is, from 0 to 1."""


class GivenUpError(Exception):
    """Nobody wants the work any more: raised by `Tell`, it ends it."""


class Work(QObject):
    """Runs a function in a thread; of several only the newest is heard.

    The threads are Python's own, as daemons, and no QThreads: a server that says nothing holds a
    download for up to a minute, and a QThread that still runs when the program ends aborts it.

    Args:
        parent: what it works for; with it, the work ends.
    """

    told = Signal(str, float)
    done = Signal(object)
    """What the function gave back."""
    failed = Signal(str)
    """One sentence; neither this nor `done` comes of work that was given up."""
    _said = Signal(int, str, object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._number = 0
        self._stop = Event()
        self._threads: list[Thread] = []
        self.is_busy = False
        self._said.connect(self._hear)
        parent.destroyed.connect(self.close)

    def begin(self, function: Callable[[Tell], Any]) -> None:
        """Have something done; what is being done is given up.

        Args:
            function: is told how it can tell; does nothing with widgets.
        """
        self.give_up()
        self._stop, self.is_busy = Event(), True
        work = _Piece(self, self._number, self._stop, function)
        thread = Thread(target=work, name="work", daemon=True)
        self._threads = [one for one in self._threads if one.is_alive()] + [thread]
        thread.start()

    def give_up(self) -> None:
        """Hear no more of it; it ends when it next tells something."""
        self._number += 1
        self._stop.set()
        self.is_busy = False

    def close(self) -> None:
        """Give up, and wait for the end as long as anybody likes to."""
        self.give_up()
        for thread in self._threads:
            thread.join(END_SECONDS)

    def say(self, number: int, what: str, value: object) -> None:
        """Called in the thread."""
        # The window may be gone.
        with contextlib.suppress(RuntimeError):
            self._said.emit(number, what, value)

    def _hear(self, number: int, what: str, value: Any) -> None:
        if number != self._number:
            return
        if what == "told":
            self.told.emit(*value)
            return
        self.is_busy = False
        (self.done if what == "done" else self.failed).emit(value)


class _Piece:
    """What one thread does."""

    def __init__(
        self, work: Work, number: int, stop: Event, function: Callable[[Tell], Any]
    ) -> None:
        self._work, self._number, self._stop, self._function = work, number, stop, function

    def __call__(self) -> None:
        try:
            what, value = "done", self._function(self._tell)
        except GivenUpError:
            return
        except GanStudioError as error:
            what, value = "failed", str(error)
        except Exception as error:
            # In a thread nobody would hear of it.
            what, value = "failed", f"That did not work: {error or type(error).__name__}"
        self._work.say(self._number, what, value)

    def _tell(self, what: str, share: float) -> None:
        if self._stop.is_set():
            raise GivenUpError
        self._work.say(self._number, "told", (what, share))
