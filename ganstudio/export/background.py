"""An export that runs beside the window, in a process of its own."""

from __future__ import annotations

import multiprocessing
import tempfile
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.data.files import part_of
from ganstudio.export import worker
from ganstudio.export.film import Film
from ganstudio.export.worker import Done, Failure, Said

LOOK_MS = 50
"""Between two looks at how far it is."""
CLOSE_SECONDS = 1.5


class Export(QObject):
    """One film that is being made, or the estimate of its size.

    It ends with exactly one of `finished`, `failed` and `cancelled`.

    Args:
        film: what it shows.
        path: where it goes; None only estimates.
        suffix: the format that is estimated, such as ".gif"; that of `path` where one is given.
    """

    progress = Signal(int, int)
    """Pictures done, of how many."""
    finished = Signal(object)
    """Bytes of the film, as a Python int: it is there, or would have about that many."""
    failed = Signal(str)
    """One sentence."""
    cancelled = Signal()

    def __init__(
        self,
        film: Film,
        path: Path | None,
        suffix: str = ".gif",
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._path = path
        # The child of an estimate may be killed, and could not take its folder away.
        self._room = (
            tempfile.TemporaryDirectory(prefix="ganstudio-", ignore_cleanup_errors=True)
            if path is None
            else None
        )
        room = Path(self._room.name) if self._room is not None else None
        context = multiprocessing.get_context("spawn")
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(
            target=worker.main,
            args=(self._theirs, film, path, suffix, room),
            name="ganstudio-export",
            daemon=True,
        )
        self._wanted, self._ended = True, False
        self._timer = QTimer(self, interval=LOOK_MS)
        self._timer.timeout.connect(self._look)

    @property
    def pid(self) -> int | None:
        """The child's process number, once it is started."""
        return self._process.pid

    def start(self) -> None:
        """Begin; the signals come by and by."""
        self._process.start()
        # With our copy closed, the connection ends when the child does.
        self._theirs.close()
        self._timer.start()

    def cancel(self) -> None:
        """Ask it to stop: soon `cancelled` is said, unless it was done already."""
        if self._process.pid is None or self._ended or not self._wanted:
            return
        self._wanted = False
        try:
            self._connection.send(None)
        except OSError:
            return  # it is gone, which the next look finds

    def close(self) -> None:
        """Let go of it at once, whatever it does: no signal comes any more, no file is torn."""
        self._timer.stop()
        if self._ended:
            return
        self._ended = True
        if self._process.pid is None:
            self._theirs.close()
        self._connection.close()
        if self._process.pid is not None:
            if self._path is not None:
                # It hears that the connection is closed, and takes its temporary file away.
                self._process.join(CLOSE_SECONDS)
            self._bury()
        self._leave_room()

    def _look(self) -> None:
        """Pass on what the child has said since the last look."""
        newest: Said | None = None
        try:
            while self._connection.poll():
                newest = self._connection.recv()
                if not isinstance(newest, tuple):
                    break
        except (EOFError, OSError):
            newest = Failure("")
            if self._wanted:
                self._process.join(CLOSE_SECONDS)
                code = self._process.exitcode
                newest = Failure(f"The process that makes the film ended by itself (code {code})")
        if isinstance(newest, tuple):
            self.progress.emit(*newest)
        elif newest is not None:
            self._end(newest)

    def _end(self, how: Done | Failure) -> None:
        self._timer.stop()
        self._ended = True
        self._connection.close()
        self._process.join(CLOSE_SECONDS)
        self._bury()
        self._leave_room()
        if isinstance(how, Done):
            self.finished.emit(how.bytes)
        elif self._wanted:
            self.failed.emit(how.sentence)
        else:
            self.cancelled.emit()

    def _bury(self) -> None:
        """Take away what a child leaves that was killed."""
        if self._process.is_alive():
            self._process.kill()
            self._process.join()
        if self._process.exitcode and self._path is not None:
            part_of(self._path).unlink(missing_ok=True)
        self._process.close()

    def _leave_room(self) -> None:
        """Take away the folder of an estimate."""
        if self._room is not None:
            self._room.cleanup()
