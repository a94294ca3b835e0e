"""What small drawings that are no plots have in common."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from ganstudio.plots.style import LIGHT, Style


class Painted(QWidget):
    """A widget that paints itself in the colours and sizes of a style.

    Args:
        parent: its owner.
        style: colours and sizes.
    """

    def __init__(self, parent: QWidget | None = None, style: Style = LIGHT) -> None:
        super().__init__(parent)
        self._style = style

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.updateGeometry()
        self.update()
