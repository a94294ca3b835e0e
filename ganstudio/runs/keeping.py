"""When a recorded run makes a checkpoint."""

from __future__ import annotations

import time
from collections.abc import Iterator

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Order
from ganstudio.core.events import Event, Frame

KEEP_EVERY = 200
"""Steps from one checkpoint to the next, at least."""
KEEP_SHARE = 0.01
"""Checkpoints of large runs come less often, so that they take this share of the time."""


class Keeping:
    """Knows which step has a checkpoint, and when the next one is due.

    Args:
        on: whether checkpoints are made at all.
    """

    def __init__(self, on: bool) -> None:
        self._on = on
        self._kept = self._regular = self._shown = 0
        self._begun = self._next = 0.0

    def here(self, step: int) -> Order | None:
        """The order for a checkpoint of this step, unless it has one."""
        if not self._on or step == self._kept:
            return None
        self._kept = step
        self._begun = time.monotonic()
        return Order.KEEP

    def at_end(self, step: int) -> Order | None:
        """The same for a run that is to stop: first its state is shown, and brings all losses."""
        if self._on and step not in (self._kept, self._shown):
            self._shown = step
            return Order.SHOW
        return self.here(step)

    def now_and_then(self, step: int) -> Order | None:
        """The same at some regular frames, which have brought all losses."""
        if step != self._regular or step < self._kept + KEEP_EVERY:
            return None
        return self.here(step) if time.monotonic() >= self._next else None

    def watched(self, events: Iterator[Event]) -> Iterator[Event]:
        """The events of the run; from them it learns where checkpoints may be, and their cost."""
        for event in events:
            if isinstance(event, Frame) and event.number is not None:
                self._regular = event.step
            yield event
            if isinstance(event, Checkpoint):
                # By now it is on its way to the disk.
                now = time.monotonic()
                self._next = now + (now - self._begun) * (1 / KEEP_SHARE - 1)
