"""A card that takes the height that is left, and asks for no more than it needs."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QWidget

from ganstudio.plots.card import Card
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style


class LowCard(Card):
    """Among texts that wrap a scroll area gives each what it hints at, and no less.

    Args:
        plot: what it shows.
        least: its height in pixels of normal text.
        parent: its owner.
    """

    def __init__(self, plot: Plot, least: int, parent: QWidget | None = None) -> None:
        self._least = least
        super().__init__(plot, parent)

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self.setMinimumHeight(round(self._least * style.text_scale))

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()
