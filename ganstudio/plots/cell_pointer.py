"""What mouse and keyboard do with the cells of a plot: point at one, go to the next, open it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication

from ganstudio.plots.sample_layout import beyond
from ganstudio.plots.style import Style
from ganstudio.plots.words import Words

if TYPE_CHECKING:
    from ganstudio.plots.cells_plot import CellsPlot

MOVES = {
    Qt.Key.Key_Left: (-1, 0),
    Qt.Key.Key_Right: (1, 0),
    Qt.Key.Key_Up: (0, -1),
    Qt.Key.Key_Down: (0, 1),
}
_OFF = 6
"""Pixels between a cell and its label."""


class Spot(NamedTuple):
    """A cell: which mosaic, which place in it."""

    panel: int
    place: int


class CellPointer(QObject):
    """The cell under the mouse and the one of the keyboard, with a label that says what it is."""

    def __init__(self, plot: CellsPlot) -> None:
        super().__init__(plot)
        self._plot = plot
        self.hover: Spot | None = None
        self.cursor: Spot | None = None
        self._mouse: QPointF | None = None
        self._pressed: Spot | None = None
        self._away = False
        self._moved_by_key = False
        self.label = Words(plot.style_in_use, "text", 12, ground=True)
        self.label.setParent(plot)
        self.label.hide()
        self._once = QTimer(self)
        self._once.setSingleShot(True)
        self._once.timeout.connect(self._open_pressed)
        view = plot.canvas.viewport()
        view.setMouseTracking(True)
        view.installEventFilter(self)
        plot.canvas.scene().sigMouseMoved.connect(self._moved)
        plot.canvas.box.sigRangeChanged.connect(self.refresh)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self.label.set_style(style)
        self.refresh()

    def forget(self) -> None:
        """Other pictures stand in the cells: no click on one of before counts."""
        self._once.stop()
        self._pressed = None
        self.refresh()

    def refresh(self, *_: object) -> None:
        """The same places may have other cells, other pictures, or none."""
        self.hover = self._at(self._mouse)
        if self.cursor is not None and not self._exists(self.cursor):
            self.cursor = None
        self._plot.mark_cells()
        self._say()

    @property
    def spots(self) -> list[Spot]:
        """The cells that somebody points at, the keyboard's first."""
        found = [] if self._away else [self.cursor, self.hover]
        return [spot for spot in dict.fromkeys(found) if spot is not None]

    @contextmanager
    def away(self) -> Iterator[None]:
        """For a picture: as if nobody pointed at anything."""
        self._away = True
        self.refresh()
        try:
            yield
        finally:
            self._away = False
            self.refresh()

    # ------------------------------------------------------------------------------- mouse

    def _at(self, scene: QPointF | None) -> Spot | None:
        """The cell under a point of the scene."""
        box = self._plot.canvas.box
        if scene is None or not box.sceneBoundingRect().contains(scene):
            return None
        point = box.mapSceneToView(scene)
        for panel, block in enumerate(self._plot.blocks):
            place = block.at(point.x(), point.y())
            if place is not None:
                return Spot(panel, place)
        return None

    def _moved(self, scene: QPointF) -> None:
        self._mouse = QPointF(scene)
        if self._at(self._mouse) != self.hover:
            self.refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Leave:
            self._mouse = None
            self.refresh()
        # Two texts at once would hide the cells: the label says what is here.
        return event.type() == QEvent.Type.ToolTip and self.hover is not None

    def clicked(self, event: Any) -> None:
        """The left button. What it does at once is undone if it was half of a double click, which
        is the plot's own; what can't be undone waits until it is sure.
        """
        pressed, self._pressed = self._pressed, None
        if event.double():
            self._once.stop()
            if pressed is not None:
                self._plot.take_back(pressed)
            return
        spot = self._at(event.scenePos())
        if spot is None:
            return
        if not self._plot.acts_at_once:
            self._pressed = spot
            self._once.start(QApplication.doubleClickInterval())
        elif self._plot.act(spot):
            self._pressed = spot

    def _open_pressed(self) -> None:
        pressed, self._pressed = self._pressed, None
        if pressed is not None and self._exists(pressed):
            self._plot.act(pressed)

    # ---------------------------------------------------------------------------- keyboard

    def press(self, key: int) -> None:
        """A key of the cells: a move, or one that acts."""
        self._moved_by_key = True
        if self.cursor is None:
            self.enter()
        elif key in MOVES:
            self._go(Spot(*beyond(self._plot.blocks, *self.cursor, *MOVES[Qt.Key(key)])))
        else:
            self._plot.act(self.cursor, key)

    def enter(self) -> None:
        """The keyboard comes to the cells."""
        if self.cursor is None and self._exists(Spot(0, 0)):
            self._go(Spot(0, 0))

    def leave(self) -> None:
        """The keyboard goes elsewhere."""
        self.cursor, self._moved_by_key = None, False
        self.refresh()

    @staticmethod
    def plain(event: QKeyEvent) -> bool:
        """Whether nothing but the key is pressed."""
        keypad = Qt.KeyboardModifier.KeypadModifier
        return event.modifiers() & ~keypad == Qt.KeyboardModifier.NoModifier

    def _exists(self, spot: Spot) -> bool:
        blocks = self._plot.blocks
        return spot.panel < len(blocks) and spot.place < blocks[spot.panel].count

    def _go(self, spot: Spot) -> None:
        self.cursor = spot
        box = self._plot.canvas.box
        middle, view = self._plot.rect_of(spot).center(), box.viewRect()
        if not view.contains(middle):
            # Somebody has zoomed in elsewhere.
            box.translateBy(middle - view.center())
        self.refresh()

    # ------------------------------------------------------------------------------- words

    def _say(self) -> None:
        """Put the label beside the cell that is meant: the mouse's, else the keyboard's."""
        plot, spots = self._plot, self.spots
        plot.speak(plot.words_for(self.cursor) if self.cursor is not None else "")
        # Where the keyboard only happens to be, a frame is enough: words would hide cells.
        if not spots or not (self.hover or self._moved_by_key):
            self.label.hide()
            return
        self.label.say(plot.words_for(spots[-1]))
        size = self.label.wanted(max(120, plot.width() - 2 * _OFF))
        cell = self._on_plot(spots[-1])
        x = min(cell.center().x() - size.width() // 2, plot.width() - size.width() - _OFF)
        y = cell.bottom() + _OFF
        if y + size.height() > plot.height():
            y = max(0, cell.top() - size.height() - _OFF)
        self.label.setGeometry(max(_OFF, x), y, size.width(), size.height())
        self.label.raise_()
        self.label.show()

    def _on_plot(self, spot: Spot) -> QRect:
        """A cell in the pixels of the plot."""
        canvas, rect = self._plot.canvas, self._plot.rect_of(spot)
        ends = [canvas.box.mapViewToScene(end) for end in (rect.topLeft(), rect.bottomRight())]
        return QRect(
            *(canvas.viewport().mapTo(self._plot, canvas.mapFromScene(end)) for end in ends)
        )
