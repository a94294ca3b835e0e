"""Holds only the newest frame, so that a fast trainer never floods a slow screen."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock

from ganstudio.core.events import Frame

KEPT_STEPS = 50_000
"""Losses kept for a screen that has not looked for a while."""


class Mailbox:
    """One place for one frame. Losses of frames that nobody saw are kept with the newest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._run = 0
        self._frame: Frame | None = None

    def put(self, run: int, frame: Frame) -> None:
        """Leave a frame of run number `run`, in the place of an unread one."""
        with self._lock:
            if self._frame is not None and self._run == run:
                frame = frame.after(self._frame)
            if len(frame.loss_d) > KEPT_STEPS:
                frame = replace(
                    frame,
                    loss_d=frame.loss_d[-KEPT_STEPS:].copy(),
                    loss_g=frame.loss_g[-KEPT_STEPS:].copy(),
                )
            self._run, self._frame = run, frame

    def take(self, run: int) -> Frame | None:
        """The newest frame of run number `run`, or None when there is no new one."""
        with self._lock:
            if self._run != run:
                return None
            frame, self._frame = self._frame, None
            return frame
