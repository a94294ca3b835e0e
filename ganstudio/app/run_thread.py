"""A thread that owns a run's child process and turns its messages into signals."""

from __future__ import annotations

import traceback

from PySide6.QtCore import QThread, Signal

from ganstudio.core.events import Failed, Frame
from ganstudio.runs.handle import Run
from ganstudio.runs.mailbox import Mailbox
from ganstudio.runs.messages import Message, State, Status


class RunThread(QThread):
    """Reads one handle until it is closed.

    Frames go into the mailbox, everything else through `told`. An exception here would vanish
    in Qt, so it is told as a failed run.
    """

    told = Signal(object)
    arrived = Signal()
    """The mailbox has a frame where it had none."""

    def __init__(self, handle: Run) -> None:
        super().__init__()
        self.handle = handle
        self.mailbox = Mailbox()

    def run(self) -> None:
        """Runs in the thread; ends when the handle is closed or its process is gone."""
        try:
            for message in self.handle.messages():
                if isinstance(message.content, Frame):
                    if self.mailbox.put(message.run, message.content):
                        self.arrived.emit()
                else:
                    self.told.emit(message)
        except Exception as error:
            failed = Failed(f"The engine can't be reached: {error}", traceback.format_exc())
            self.told.emit(Message(0, failed))
            self.told.emit(Message(0, Status(State.LOST)))

    def close(self) -> None:
        """End the process and this thread, within 2 seconds."""
        self.handle.close()
        self.wait()
