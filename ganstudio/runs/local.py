"""A run in this process, in a thread of its own."""

from __future__ import annotations

from collections.abc import Iterator
from queue import SimpleQueue
from threading import Thread

from ganstudio.runs.engine import Engine
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Close, Command, Message, State, Status
from ganstudio.runs.steering import Inbox


class LocalRun(Run):
    """For scripts and tests: no process, one background thread."""

    def __init__(self) -> None:
        super().__init__()
        self._inbox: Inbox = SimpleQueue()
        self._outbox: SimpleQueue[Message | None] = SimpleQueue()
        self._thread = Thread(target=self._serve, name="ganstudio-local-run", daemon=True)
        self._thread.start()

    def messages(self) -> Iterator[Message]:
        """Everything that happens, until closed."""
        yield Message(0, Status(State.READY))
        while (message := self._outbox.get()) is not None:
            if message.run == self.number:
                yield message

    def close(self) -> None:
        """Stop training and end the thread."""
        self._send(Close())
        self._thread.join()

    def _serve(self) -> None:
        try:
            Engine(self._inbox, self._outbox.put).serve()
        finally:
            self._outbox.put(None)

    def _send(self, command: Command) -> None:
        self._inbox.put(command)
