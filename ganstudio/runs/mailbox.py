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
        self._frame: Frame | None = None

    def put(self, frame: Frame) -> None:
        """Leave a frame, in the place of an unread one."""
        with self._lock:
            if self._frame is not None and self._frame.step <= frame.step:
                frame = frame.after(self._frame)
            if len(frame.loss_d) > KEPT_STEPS:
                frame = replace(
                    frame,
                    loss_d=frame.loss_d[-KEPT_STEPS:].copy(),
                    loss_g=frame.loss_g[-KEPT_STEPS:].copy(),
                )
            self._frame = frame

    def take(self) -> Frame | None:
        """The newest frame, or None when it was taken already."""
        with self._lock:
            frame, self._frame = self._frame, None
            return frame

    def clear(self) -> None:
        """Forget what is in it: a new run begins."""
        with self._lock:
            self._frame = None
