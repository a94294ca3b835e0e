"""What Ctrl-C and SIGTERM do to a command that trains nothing.

An exception, which is Python's way, would be lost among Qt's callbacks, and breaks what is just
being loaded: numpy and Qt crash over it.
"""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path


@contextmanager
def ending_at_once() -> Iterator[None]:
    """Ctrl-C ends the process without a word, wherever it is."""
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:
        # Whoever started the program does not want it to heed Ctrl-C.
        yield
        return
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def leaving_nothing(path: Path) -> Iterator[None]:
    """Both signals end the process, and take away what is written so far of a file or folder."""
    from ganstudio.data.files import part_of

    part = part_of(path)

    def end(number: int, _frame: object) -> None:
        with suppress(OSError):
            shutil.rmtree(part) if part.is_dir() else part.unlink(missing_ok=True)
        os._exit(128 + number)

    before = {number: signal.signal(number, end) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
