"""The button behind which a form keeps what few people need."""

from __future__ import annotations

from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from ganstudio.app.forms.rows import ROW_GAP
from ganstudio.app.icons import icon


class MoreButton(QPushButton):
    """Shows and hides `body`, which holds what few people need."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.body = QWidget(parent)
        self._rows = QVBoxLayout(self.body)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(ROW_GAP)
        self.setProperty("role", "quiet")
        self.setCheckable(True)
        self.toggled.connect(self._show)
        self._show(False)

    def add(self, part: QWidget) -> None:
        """Put a row into the body."""
        self._rows.addWidget(part)

    def holds(self, part: object) -> bool:
        """Whether a row is in the body."""
        return isinstance(part, QWidget) and part.parent() is self.body

    def _show(self, shown: bool) -> None:
        self.body.setVisible(shown)
        self.setText("Less" if shown else "More")
        self.setAccessibleName("Fewer settings" if shown else "More settings")
        self.setToolTip("Hide what few people need" if shown else "Show what few people need, too")
        # As on the head of a section: down is open.
        self.setIcon(icon("chevron-down" if shown else "chevron-right"))
