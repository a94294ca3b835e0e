"""Which of the seeds that train side by side the views draw."""

from __future__ import annotations

from PySide6.QtWidgets import QSpinBox


class SeedBox(QSpinBox):
    """Its value is the replica's index, and what it shows is the seed.

    Seeds go up to 2^32 - 1, beyond the integers of a spin box.
    """

    def __init__(self) -> None:
        super().__init__()
        self._first = 0
        # A typed seed would be checked against the range of the indices.
        self.lineEdit().setReadOnly(True)
        self.setPrefix("seed ")
        self.setToolTip("Which of the seeds that train side by side is drawn")
        self.setAccessibleName("Shown seed")
        self.hide()

    def set_seeds(self, first: int, count: int) -> None:
        """Choose among `count` seeds from `first` on; one alone is no choice and not shown."""
        self._first = first
        self.blockSignals(True)
        self.setRange(0, count - 1)
        self.setSuffix(f"  ({count} side by side)")
        self.blockSignals(False)
        self.setVisible(count > 1)

    def textFromValue(self, value: int) -> str:
        return str(self._first + value)
