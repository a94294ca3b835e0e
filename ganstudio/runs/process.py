"""A run in a child process, so that training and painting never wait for each other."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from multiprocessing.reduction import ForkingPickler
from queue import SimpleQueue
from threading import Lock, Thread

from ganstudio.core.events import Failed
from ganstudio.runs import child
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Close, Command, Message, State, Status

CLOSE_SECONDS = 1.5


class ProcessRun(Run):
    """Owns one child process, started when its messages are first read.

    What concerns the child and no run in particular is told as run 0, which is never stale.
    """

    def __init__(self) -> None:
        super().__init__()
        context = multiprocessing.get_context("spawn")
        self._connection, self._theirs = context.Pipe()
        self._process = context.Process(
            target=child.main, args=(self._theirs,), name="ganstudio-engine", daemon=True
        )
        # A child that doesn't read must not stop whoever gives a command: a thread waits instead.
        self._outbox: SimpleQueue[bytes | None] = SimpleQueue()
        self._starting = Lock()
        self._closing = False

    @property
    def pid(self) -> int | None:
        """The child's process number, once it is started."""
        return self._process.pid

    def messages(self) -> Iterator[Message]:
        """Everything that happens; ends after `close`, or after the child's death is told."""
        yield Message(0, Status(State.STARTING))
        if not self._launch():
            return
        explained = False
        try:
            while True:
                message = self._connection.recv()
                explained |= message.run == 0 and isinstance(message.content, Failed)
                if message.run in (0, self.number):
                    yield message
        except (EOFError, OSError):
            pass
        finally:
            # Closed by the thread that reads: elsewhere its number could go to another file.
            self._outbox.put(None)
            self._connection.close()
        if not self._closing:
            self._process.join(CLOSE_SECONDS)
            if not explained:
                yield Message(0, Failed(self._obituary(), ""))
            yield Message(0, Status(State.LOST))

    def close(self) -> None:
        """Ask the child to end; a child that does not answer in time is killed."""
        with self._starting:
            self._closing = True
        if self._process.pid is None:
            self._connection.close()
            self._theirs.close()
            return
        self._send(Close())
        self._process.join(CLOSE_SECONDS)
        if self._process.is_alive():
            self._process.kill()
            self._process.join()

    def _launch(self) -> bool:
        """Start the child, unless it is too late."""
        with self._starting:
            if self._closing:
                return False
            self._process.start()
        # With our copy closed, the connection ends when the child does.
        self._theirs.close()
        Thread(target=self._write, name="ganstudio-commands", daemon=True).start()
        return True

    def _send(self, command: Command) -> None:
        self._outbox.put(bytes(ForkingPickler.dumps(command)))

    def _write(self) -> None:
        try:
            while (command := self._outbox.get()) is not None:
                self._connection.send_bytes(command)
        except (OSError, TypeError):
            # The child is gone, or the connection is being closed (a TypeError within CPython);
            # whoever reads the messages is told so there.
            return

    def _obituary(self) -> str:
        code = self._process.exitcode
        if code is None:
            how = "stopped answering"
        elif code < 0:
            how = f"was killed ({signal.strsignal(-code) or -code})"
        else:
            how = f"ended by itself (exit code {code})"
        return f"The process that trains {how}. Press Train to begin again with a new one."
