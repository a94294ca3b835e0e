"""How often a run that goes on is looked at."""

from __future__ import annotations

import time

from PySide6.QtCore import QObject, QTimer, Signal

_LEAST_SECONDS = 0.2
_COST = 20
"""Between two refreshes training goes on at least so many times as long as it waited for one."""


class Pulse(QObject):
    """Says when it is time to look at a run that goes on, not too often."""

    beat = Signal()

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._last = -_LEAST_SECONDS
        self._later = QTimer(self, singleShot=True)
        self._later.timeout.connect(self._beat)

    def poke(self, cost: float) -> None:
        """There is something new; the last look at it made training wait so many seconds."""
        if self._later.isActive():
            return
        rest = max(_LEAST_SECONDS, _COST * cost) - (time.monotonic() - self._last)
        if rest <= 0:
            self._beat()
        else:
            # The last frame before a pause is seen, too.
            self._later.start(round(1000 * rest))

    def rest(self) -> None:
        """Nobody looks."""
        self._later.stop()

    def _beat(self) -> None:
        self._last = time.monotonic()
        self.beat.emit()
