"""Pieces of the fleet page that stand still: what it says without a fleet, and its cards."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget


class NoFleet(QWidget):
    """What the page says while one seed is trained."""

    def __init__(self) -> None:
        super().__init__()
        title = QLabel("One lucky seed is no evidence")
        title.setProperty("role", "title")
        self._words = words = QLabel()
        words.setProperty("role", "muted")
        words.setWordWrap(True)
        words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self.train = QPushButton()
        self.train.setProperty("role", "primary")
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(words)
        column.addWidget(self.train, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addStretch(3)

    def propose(self, seeds: int) -> None:
        """Offer to train so many."""
        self._words.setText(
            f"This page compares many seeds: train with {seeds} replicas, and see how many of "
            "them fit, collapse or diverge."
        )
        self.train.setText(f"Train {seeds} seeds")
        self.train.setToolTip(
            f"Start this experiment over with {seeds} seeds side by side instead of one"
        )


def carded(title: QLabel, help: str, widget: QWidget) -> QFrame:
    """A widget on a card, below its title and a line of help."""
    made = QFrame()
    made.setProperty("role", "card")
    column = QVBoxLayout(made)
    column.setContentsMargins(12, 8, 8, 8)
    column.setSpacing(6)
    for words, role in ((title, "title"), (QLabel(help), "small")):
        words.setProperty("role", role)
        words.setWordWrap(True)
        column.addWidget(words)
    column.addWidget(widget, 1)
    return made
