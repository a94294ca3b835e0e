"""A run in a child process, so that training and painting never wait for each other."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.connection import wait

from ganstudio.core.events import Failed
from ganstudio.runs import child
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Close, Command, Message, State, Status

CLOSE_SECONDS = 1.5


class ProcessRun(Run):
    """Owns one child process, started when its messages are first read."""

    def __init__(self) -> None:
        super().__init__()
        context = multiprocessing.get_context("spawn")
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(
            target=child.main, args=(self._theirs,), name="ganstudio-engine", daemon=True
        )
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The child's process number, once it is started."""
        return self._process.pid

    def messages(self) -> Iterator[Message]:
        """Everything that happens; ends after `close`, or after the child's death is told."""
        yield Message(self.number, Status(State.STARTING))
        self._process.start()
        # With our copy closed, the connection ends when the child does.
        self._theirs.close()
        try:
            while True:
                wait([self._connection])
                message = self._connection.recv()
                if message.run in (0, self.number):
                    yield message
        except (EOFError, OSError):
            pass
        if not self._closing:
            self._process.join(CLOSE_SECONDS)
            yield Message(self.number, Failed(self._obituary(), ""))
            yield Message(self.number, Status(State.LOST))

    def close(self) -> None:
        """Ask the child to end; a child that does not answer in time is killed."""
        self._closing = True
        self._send(Close())
        if self._process.pid is not None:
            self._process.join(CLOSE_SECONDS)
            if self._process.is_alive():
                self._process.kill()
                self._process.join()
        self._connection.close()

    def _send(self, command: Command) -> None:
        try:
            self._connection.send(command)
        except OSError:
            # The child is gone; whoever reads the messages is told so there.
            return

    def _obituary(self) -> str:
        code = self._process.exitcode
        if code is None:
            how = "stopped answering"
        elif code < 0:
            how = f"was killed ({signal.Signals(-code).name})"
        else:
            how = f"ended by itself (exit code {code})"
        return f"The process that trains {how}. Press Train to begin again with a new one."
