"""Holds only the newest frame, so that a fast trainer never floods a slow screen."""

from __future__ import annotations

from dataclasses import replace
from threading import Lock
from typing import TYPE_CHECKING

from ganstudio.core.events import Frame

if TYPE_CHECKING:
    from ganstudio.core.events import Floats

KEPT_STEPS = 50_000
"""Losses kept for a screen that has not looked for a while."""
KEPT_VALUES = 500_000
"""The same over all replicas: a large fleet keeps fewer steps, not more memory."""


class Mailbox:
    """One place for one frame. Losses of frames that nobody saw are kept with the newest."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._run = 0
        self._frame: Frame | None = None

    def put(self, run: int, frame: Frame) -> bool:
        """Leave a frame of run number `run`, in the place of an unread one.

        Returns:
            Whether this run had no unread frame.
        """
        with self._lock:
            unread = self._frame if self._run == run else None
            if unread is not None:
                frame = frame.after(unread)
            self._run, self._frame = run, _bounded(frame)
            return unread is None

    def take(self, run: int) -> Frame | None:
        """The newest frame of run number `run`, or None when there is no new one."""
        with self._lock:
            if self._run != run:
                return None
            frame, self._frame = self._frame, None
            return frame


def _bounded(frame: Frame) -> Frame:
    kept = min(KEPT_STEPS, max(1, KEPT_VALUES // frame.loss_d.shape[1]))
    if max(len(frame.loss_d), len(frame.loss_pretraining)) <= kept:
        return frame

    def newest(losses: Floats) -> Floats:
        return losses[-kept:].copy()

    return replace(
        frame,
        loss_d=newest(frame.loss_d),
        loss_g=newest(frame.loss_g),
        loss_pretraining=newest(frame.loss_pretraining),
    )
