"""A plot of cells that can be pointed at, with the mouse or the keyboard."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QWidget

from ganstudio.plots.cell_pointer import MOVES, CellPointer, Spot
from ganstudio.plots.layer import Layer
from ganstudio.plots.plot import Plot
from ganstudio.plots.sample_layout import Block
from ganstudio.plots.style import Style

_Reason = Qt.FocusReason
_BY_KEY = (_Reason.TabFocusReason, _Reason.BacktabFocusReason, _Reason.ShortcutFocusReason)
_FOR_A_WHILE = (_Reason.ActiveWindowFocusReason, _Reason.PopupFocusReason)
OPENS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class CellsPlot(Plot):
    """Blocks of cells, in coordinates whose y goes downwards. Subclasses say what is in them."""

    def __init__(self, layers: tuple[Layer, ...], parent: QWidget | None = None) -> None:
        self.blocks: list[Block] = []
        """Where the cells are now."""
        self._pointer: CellPointer | None = None
        super().__init__({}, layers, parent)
        box = self.canvas.box
        box.setAspectLocked(True)
        box.invertY(True)
        # Nearer than that, four pixels of a picture, there is nothing to be seen.
        box.setLimits(minXRange=4, minYRange=4)
        self._pointer = CellPointer(self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # ------------------------------------------------------------- what a subclass fills in

    @property
    def acts_at_once(self) -> bool:
        """Whether a click acts before it is known whether it becomes a double click."""
        return False

    @property
    def acting_keys(self) -> tuple[int, ...]:
        """Keys that act on the cell of the keyboard."""
        return OPENS

    @abstractmethod
    def act(self, spot: Spot, key: int = 0) -> bool:
        """Somebody clicked a cell or pressed a key on it; whether that did anything."""

    def take_back(self, spot: Spot) -> None:
        """What a click did was only the first half of a double click."""

    @abstractmethod
    def words_for(self, spot: Spot) -> str:
        """What there is to say of a cell."""

    @abstractmethod
    def mark_cells(self) -> None:
        """Frame the cells that somebody points at."""

    # ------------------------------------------------------------------------- what is here

    def rect_of(self, spot: Spot) -> QRectF:
        """Where a cell is, in the plot's coordinates."""
        block = self.blocks[spot.panel]
        return QRectF(*block.corner(spot.place), block.width, block.height)

    def speak(self, words: str) -> None:
        """Have the cell of the keyboard in the name that screen readers say."""
        name = f"{self.title}: {words}" if words else self.title
        if name != self.accessibleName():
            self.setAccessibleName(name)

    @property
    def _spots(self) -> list[Spot]:
        return self._pointer.spots if self._pointer is not None else []

    def _repoint(self, *, forget: bool = False) -> None:
        """Other pictures stand in the cells, or (forget) other cells."""
        if self._pointer is not None and forget:
            self._pointer.forget()
        elif self._pointer is not None:
            self._pointer.refresh()

    @contextmanager
    def without_buttons(self) -> Iterator[None]:
        assert self._pointer is not None
        with super().without_buttons(), self._pointer.away():
            yield

    # --------------------------------------------------------------------- Qt calls these

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        if self._pointer is not None:
            self._pointer.set_style(style)

    def _clicked(self, event: Any) -> None:
        super()._clicked(event)
        if event.button() == Qt.MouseButton.LeftButton and self._pointer is not None:
            self._pointer.clicked(event)

    def _owns(self, event: QKeyEvent) -> bool:
        own = event.key() in (*MOVES, *self.acting_keys)
        return bool(self.blocks) and own and CellPointer.plain(event)

    def event(self, event: QEvent) -> bool:
        # The window has commands on some of these keys; here they are for the cells.
        if (
            isinstance(event, QKeyEvent)
            and event.type() == QEvent.Type.ShortcutOverride
            and self._owns(event)
        ):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._owns(event) and self._pointer is not None:
            self._pointer.press(event.key())
        else:
            super().keyPressEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self._pointer is not None and event.reason() in _BY_KEY:
            self._pointer.enter()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        # A menu or another window gives the focus back.
        if self._pointer is not None and event.reason() not in _FOR_A_WHILE:
            self._pointer.leave()
