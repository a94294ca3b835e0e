"""The child process that makes a film, so that the window stays as quick as it is.

This module must not load Qt: its platform is chosen in `main`, before anything that does.
"""

from __future__ import annotations

import contextlib
import os
import signal
from dataclasses import dataclass
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ganstudio.export.film import Film

_POLITE = 5
"""How far the child stands behind training and painting for the processor."""


@dataclass(frozen=True)
class Done:
    """The film is there."""

    bytes: int


@dataclass(frozen=True)
class Failure:
    """It could not be made."""

    sentence: str


Said = tuple[int, int] | Done | Failure
"""Pictures done, of how many; or how it ended."""


def main(
    connection: Connection, film: Film, path: Path | None, suffix: str, room: Path | None
) -> None:
    """Make a film and say how far it is, until told to stop or left alone.

    Args:
        connection: says all that happens; anything that comes in means: stop.
        film: to be made.
        path: where; None only estimates its size.
        suffix: the format to be estimated.
        room: a folder for what an estimate tries, which its owner takes away.
    """
    # Ctrl-C in a terminal reaches the whole group; the parent decides what becomes of us.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(_POLITE)
    with contextlib.suppress(OSError):
        connection.send(_made(connection, film, path, suffix, room))


def _made(
    connection: Connection, film: Film, path: Path | None, suffix: str, room: Path | None
) -> Done | Failure:
    from ganstudio.errors import GanStudioError
    from ganstudio.export.application import without_display
    from ganstudio.export.film import Cancelled, estimate, make

    stopped: list[bool] = []

    def listen() -> None:
        # A word or the parent's end: both mean that nobody waits for the film.
        with contextlib.suppress(EOFError, OSError):
            connection.recv()
        stopped.append(True)

    Thread(target=listen, daemon=True).start()

    def progress(done: int, total: int) -> bool:
        if not stopped:
            connection.send((done, total))
        return not stopped

    try:
        with without_display():
            if path is None:
                return Done(estimate(film, suffix, room))
            make(film, path, progress)
            return Done(path.stat().st_size)
    except Cancelled:
        return Failure("")
    except GanStudioError as error:
        return Failure(str(error))
    except Exception as error:
        # Whatever it is, the window is told: a process that ends says nothing.
        return Failure(f"the film can't be made: {type(error).__name__}: {error}")
