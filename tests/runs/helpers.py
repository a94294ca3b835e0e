"""Reading a run's messages in tests: until something is said, or for all of one run."""

from __future__ import annotations

from collections.abc import Callable
from queue import Empty, SimpleQueue
from threading import Thread

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Event, Frame, View
from ganstudio.core.experiment import Experiment
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Facts, Message, Preparing, RecordNews, State, Status

PATIENCE_SECONDS = 60.0

QUICK = Experiment().replace(
    **{"generator.layers": [{"width": 4}], "discriminator.layers": [{"width": 4}]},
    steps=60,
    frame_every=10,
    batch_size=8,
)
"""An experiment that is over in a moment."""
LONG = QUICK.replace(steps=10**9)
"""One that goes on until something ends it."""


class Ear:
    """Reads the messages of a handle in a thread, and hands them out with a time limit.

    Like the window it reads all the time, so that a run never waits for a test.
    """

    def __init__(self, run: Run) -> None:
        self.run = run
        self._heard: SimpleQueue[Message | Exception | None] = SimpleQueue()
        self._thread = Thread(target=self._listen, name="ear")
        self._thread.start()

    def next(self) -> Message | None:
        """The next message; None at the end."""
        try:
            heard = self._heard.get(timeout=PATIENCE_SECONDS)
        except Empty:
            raise AssertionError("the run says nothing any more") from None
        if isinstance(heard, Exception):
            raise heard
        return heard

    def until(self, found: Callable[[Message], bool]) -> list[Message]:
        """All messages up to the first that `found` accepts."""
        messages: list[Message] = []
        while (message := self.next()) is not None:
            messages.append(message)
            if found(message):
                return messages
        raise AssertionError(f"the messages ended with {messages[-3:]}")

    def until_state(self, *states: State) -> list[Message]:
        """All messages up to one of these states."""
        return self.until(lambda message: state_of(message) in states)

    def until_step(self, step: int) -> list[Message]:
        """All messages up to a frame at that step or later."""
        return self.until(lambda m: isinstance(m.content, Frame) and m.content.step >= step)

    def rest(self) -> list[Message]:
        """All that is left, to the end."""
        messages = []
        while (message := self.next()) is not None:
            messages.append(message)
        return messages

    def settle(self) -> None:
        """End what is under way; afterwards a new run is paused at step 0, and all is heard."""
        self.run.pace(None)
        self.run.start(QUICK, playing=False)
        number = self.run.number
        self.until(lambda m: m.run == number and state_of(m) is State.PAUSED)

    def close(self) -> None:
        """Close the handle and see that its messages end."""
        self.run.close()
        self._thread.join(PATIENCE_SECONDS)
        assert not self._thread.is_alive()

    def _listen(self) -> None:
        try:
            for message in self.run.messages():
                self._heard.put(message)
        except Exception as error:
            self._heard.put(error)
        self._heard.put(None)


def state_of(message: Message) -> State | None:
    """The state that a message tells, if it tells one."""
    return message.content.state if isinstance(message.content, Status) else None


def states(messages: list[Message]) -> list[State]:
    """The states among messages, in order."""
    return [state for m in messages if (state := state_of(m)) is not None]


def events(messages: list[Message]) -> list[Event]:
    """What is about the run itself: no state, no fact, no news of its file."""
    beside = Status | Facts | RecordNews | Preparing
    return [m.content for m in messages if not isinstance(m.content, beside)]


def frames(messages: list[Message]) -> list[Frame]:
    """The frames, in order."""
    return [m.content for m in messages if isinstance(m.content, Frame)]


def view(frame: Frame) -> View:
    """The picture in a frame of a run on the line."""
    assert isinstance(frame.view, View)
    return frame.view


def losses(of: list[Frame]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Both losses of every step, joined."""
    return np.concatenate([f.loss_d for f in of]), np.concatenate([f.loss_g for f in of])
