"""A line that says less where it has less room."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

from ganstudio.app.forms.words import tooltip
from ganstudio.app.library.head import Line


class Fitting(Line):
    """Says the first of several wordings that has room, each shorter than the one before."""

    def __init__(self, role: str) -> None:
        self._wordings: tuple[str, ...] = ("",)
        super().__init__(role)

    def say(self, *wordings: str) -> None:
        """Show one of these; where not even the last has room, it ends in dots."""
        self._wordings = wordings
        self.setText(wordings[0])

    def _elide(self) -> None:
        room, metrics = self.contentsRect().width() - 2, self.fontMetrics()
        fitting = (words for words in self._wordings if metrics.horizontalAdvance(words) <= room)
        words = next(fitting, self._wordings[-1])
        text = metrics.elidedText(words, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(tooltip(self.words) if text != self.words else "")
        QLabel.setText(self, text)
