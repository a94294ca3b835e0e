"""Cards in one, two or three columns, as the width asks for."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ganstudio.plots.card import Card
from ganstudio.plots.style import Style

_LEAST = 340
"""Pixels of one column, in normal text."""
_GAP = 10
_EAGER = 100
"""How much more of the room that is left a plot takes than what stands empty below."""


class Columns(QScrollArea):
    """Scrolls where the cards are higher than the room.

    Plots take the room that is left.

    Args:
        cards: all of them.
        plans: of one, two, three columns: which cards stand in each, from the top, by number.
    """

    def __init__(self, cards: Sequence[QWidget], plans: Sequence[Sequence[Sequence[int]]]) -> None:
        super().__init__()
        self._cards, self._plans = tuple(cards), plans
        self._scale, self.count = 1.0, 0
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside = QWidget()
        inside.setProperty("role", "plain")
        self._row = row = QHBoxLayout(inside)
        row.setContentsMargins(0, 0, 4, 0)
        row.setSpacing(_GAP)
        self._columns: list[QVBoxLayout] = []
        for _ in plans:
            column = QVBoxLayout()
            column.setSpacing(_GAP)
            column.addStretch(1)
            row.addLayout(column, 1)
            self._columns.append(column)
        self.setWidget(inside)
        self._arrange()

    def set_style(self, style: Style) -> None:
        """Larger text needs wider columns."""
        self._scale = style.text_scale
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        count = min(max(1, int(self.width() / (_LEAST * self._scale))), len(self._plans))
        if count == self.count:
            return
        self.count = count
        for column in self._columns:
            for card in self._cards:
                # Not `takeAt`: Python would keep the item, and with it the sizes of before.
                column.removeWidget(card)
        for at, column in enumerate(self._columns):
            numbers = self._plans[count - 1][at] if at < count else ()
            self._row.setStretch(at, int(at < count))
            for place, number in enumerate(numbers):
                card = self._cards[number]
                column.insertWidget(place, card, _EAGER if isinstance(card, Card) else 0)
