"""The line above a list: its name, and the button that adds to it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QWidget

from ganstudio.app.forms.rows import PENDING
from ganstudio.app.icons import icon


class ListHead(QWidget):
    """A name and a plus.

    Args:
        label: the name of the list.
    """

    def __init__(self, label: str) -> None:
        super().__init__()
        self._label = label
        self._title = QLabel(label)
        self._title.setProperty("role", "muted")
        self.add = QToolButton()
        self.add.setIcon(icon("add"))
        self.add.setProperty("role", "row")
        self.add.setAccessibleName(f"Add to {label}")
        # QToolButton takes focus by Tab only if told so.
        self.add.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self._title, 1)
        line.addWidget(self.add)

    def set_waiting(self, waiting: bool) -> None:
        """Say that items which came or went wait for a restart."""
        self._title.setText(f"{self._label}  {PENDING} at restart" if waiting else self._label)

    def set_room(self, reason: str) -> None:
        """Whether something can be added: empty, or the reason why not."""
        self.add.setEnabled(not reason)
        self.add.setToolTip(reason or f"Add to {self._label}")
