"""The session's link to the process that trains: commands out, messages and frames in."""

from __future__ import annotations

import time
from collections import deque

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ganstudio.app.run_thread import RunThread
from ganstudio.core.control import Watch
from ganstudio.core.events import Frame, Started
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Message
from ganstudio.runs.process import ProcessRun

BREATH_MS = 14
"""From one look at the run to the next at least: less than a screen's refresh."""
SPEED_SECONDS = 1.0


class EngineLink(QObject):
    """Opens the place where runs execute, and hears what the newest of them says.

    Args:
        make_run: where runs execute.
    """

    told = Signal(object)
    """A message of the newest run, in order; a frame that was sent before it is shown first."""
    frame = Signal(object)
    """The newest `Frame`, no more often than a screen shows one."""

    def __init__(self, make_run: type[Run]) -> None:
        super().__init__()
        self._make_run = make_run
        self.pace: float | None = None
        """The limit in steps a second, None for none."""
        self.watch = Watch()
        """What the pictures are to show."""
        self._thread: RunThread | None = None
        self._shown_run = 0
        self._looked = 0.0
        self._seen: deque[tuple[float, int]] = deque()
        self._looking = QTimer(self, singleShot=True, timerType=Qt.TimerType.PreciseTimer)
        self._looking.timeout.connect(self._look)

    @property
    def is_open(self) -> bool:
        """Whether there is anybody to command."""
        return self._thread is not None

    @property
    def run(self) -> Run:
        """The handle that takes commands.

        Raises:
            RuntimeError: the engine is not open.
        """
        if self._thread is None:
            raise RuntimeError("the engine is not open")
        return self._thread.handle

    @property
    def pid(self) -> int | None:
        """The process that trains, if there is one."""
        return self.run.pid if self.is_open and isinstance(self.run, ProcessRun) else None

    def prepare(self) -> None:
        """A new handle, which takes commands at once; `open` lets it begin."""
        self._thread = RunThread(self._make_run())
        # The thread object lives in this one, so Qt would take its signals for our own.
        self._thread.told.connect(self._hear, Qt.ConnectionType.QueuedConnection)
        self._thread.arrived.connect(self._look_soon, Qt.ConnectionType.QueuedConnection)
        self.run.pace(self.pace)
        self.run.look(self.watch)

    def open(self) -> None:
        """Begin to listen to the handle that was prepared."""
        if self._thread is not None:
            self._thread.start()

    def close(self) -> None:
        """Stop the run and let go of its process, within 2 seconds."""
        self._looking.stop()
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.close()

    def set_pace(self, steps_per_second: float | None) -> None:
        """Limit the speed of this run and of those to come; None for as fast as possible."""
        self.pace = steps_per_second
        if self.is_open:
            self.run.pace(steps_per_second)

    def look(self, watch: Watch) -> None:
        """Say what the pictures of this run and of those to come are to show."""
        before, self.watch = self.watch, watch
        if watch != before and self.is_open:
            self.run.look(watch)

    def steps_per_second(self) -> float:
        """Measured over the last second."""
        if len(self._seen) < 2:
            return 0.0
        (first, a), (last, b) = self._seen[0], self._seen[-1]
        return (b - a) / (last - first) if last > first else 0.0

    def forget_speed(self) -> None:
        """What comes now has another speed."""
        self._seen.clear()

    def _look_soon(self) -> None:
        """Look when a frame is there: looks at fixed times would miss each other one."""
        if self._thread is not None and not self._looking.isActive():
            since = 1000 * (time.monotonic() - self._looked)
            self._looking.start(max(0, round(BREATH_MS - since)))

    def _look(self) -> None:
        """Take the newest frame, if there is one, and show it."""
        # A frame may overtake the `Started` of its run, and the views are not ready for it then.
        if self._thread is None or self._shown_run != self._thread.handle.number:
            return
        frame = self._thread.mailbox.take(self._shown_run)
        if frame is None:
            return
        self._looked = time.monotonic()
        self._note(frame)
        self.frame.emit(frame)

    def _note(self, frame: Frame) -> None:
        self._seen.append((self._looked, frame.step))
        # At one step a second the two newest are farther apart than that.
        while len(self._seen) > 2 and self._looked - self._seen[0][0] > SPEED_SECONDS:
            self._seen.popleft()

    def _hear(self, message: Message) -> None:
        if self._thread is None or message.run not in (0, self._thread.handle.number):
            return
        if isinstance(message.content, Started):
            self._shown_run = message.run
        else:
            self._look()
        self.told.emit(message)
