"""Who writes a run file: one process at a time, and everybody sees whether it lives."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Self

from filelock import FileLock, Timeout

from ganstudio.errors import RecordError


class Claim:
    """A lock beside a run file; the system takes it away from a process that is gone.

    Used in a `with`, it is given up at the end unless it was `kept`.

    Args:
        path: of the run file.

    Raises:
        RecordError: another process writes the file, or the place can't be written.
    """

    def __init__(self, path: Path) -> None:
        self._place = _place(path)
        self._lock = FileLock(self._place, thread_local=False)
        self._is_kept = False
        try:
            self._lock.acquire(timeout=0)
        except Timeout as error:
            raise RecordError(f"{path}: another GAN Studio is writing it") from error
        except OSError as error:
            raise RecordError(f"{path}: can't be written: {error.strerror or error}") from error

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if not self._is_kept:
            self.give_up()

    def kept(self) -> Self:
        """The claim, which outlives the `with`."""
        self._is_kept = True
        return self

    def give_up(self) -> None:
        """Let others write, and leave nothing behind."""
        # While it is still ours: nobody can hold the lock of a name that is gone. Windows does
        # not let an open file go, and tidies up by itself.
        with suppress(OSError):
            self._place.unlink()
        self._lock.release()


def is_claimed(path: Path) -> bool:
    """Whether a living process writes a run file."""
    if not _place(path).exists():
        return False
    try:
        with Claim(path):
            return False
    except RecordError:
        return True


def _place(path: Path) -> Path:
    return path.with_name(f"{path.name}.lock")
