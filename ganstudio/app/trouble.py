"""Exceptions that nobody caught: seen in the window instead of lost in a terminal."""

from __future__ import annotations

import sys
import threading
import traceback
from queue import Empty, SimpleQueue
from types import TracebackType

KEPT = 20
"""Reports that wait at most: a slot that fails at every frame must not fill the memory."""


class Trouble:
    """Collects uncaught exceptions of all threads until the window asks.

    An exception in a slot or in `QThread.run` reaches `sys.excepthook` in the thread that raised
    it, where no widget may be touched: so they wait here.
    """

    def __init__(self) -> None:
        self._reports: SimpleQueue[tuple[str, str]] = SimpleQueue()

    def install(self) -> None:
        """Take over both hooks."""
        sys.excepthook = self._caught
        threading.excepthook = lambda args: self._caught(
            args.exc_type, args.exc_value or args.exc_type(), args.exc_traceback
        )

    def take(self) -> tuple[str, str] | None:
        """The next (sentence, report), or None."""
        try:
            return self._reports.get_nowait()
        except Empty:
            return None

    def _caught(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        report = "".join(traceback.format_exception(kind, error, trace))
        # A program started from a desktop may have no stderr.
        if sys.stderr is not None:
            sys.stderr.write(report)
        if self._reports.qsize() < KEPT:
            self._reports.put((f"Something went wrong inside: {kind.__name__}: {error}", report))
