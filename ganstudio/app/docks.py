"""One view in its dock: a slim bar to move, enlarge, float and hide it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.icons import icon

if TYPE_CHECKING:
    # They bring pyqtgraph and numpy, which are loaded once the window is on the screen.
    from ganstudio.plots.card import Card
    from ganstudio.plots.losses import LossesPlot

SMOOTHING_MARKS = (0.0, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


class ViewDock(QDockWidget):
    """One view with a slim bar to move, enlarge, float and hide it."""

    enlarge = Signal(str)
    touched = Signal(str)

    def __init__(self, name: str, title: str, parent: QWidget) -> None:
        super().__init__(title, parent)
        self.name = name
        self.setObjectName(f"dock_{name}")
        self._body = QWidget()
        self._column = QVBoxLayout(self._body)
        self._column.setContentsMargins(5, 0, 5, 8)
        self._empty = QFrame()
        self._empty.setProperty("role", "card")
        self._column.addWidget(self._empty)
        self._card: Card | None = None
        self.setWidget(self._body)
        self.bar = DockBar(self)
        self.setTitleBarWidget(self.bar)

    @property
    def filled(self) -> bool:
        """Whether the drawing is loaded."""
        return self._card is not None

    @property
    def card(self) -> Card:
        """The drawing with its title and legend.

        Raises:
            LookupError: it is not loaded yet.
        """
        if self._card is None:
            raise LookupError(f"the view {self.name} is not loaded yet")
        return self._card

    def fill(self, card: Card) -> None:
        """Put the drawing in, or back in after it was enlarged."""
        if self._card is None:
            card.plot.doubleClicked.connect(lambda: self.enlarge.emit(self.name))
            card.installEventFilter(self)
        self._card = card
        self._empty.hide()
        self._column.addWidget(card)
        card.show()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # The view under the pointer is the one that a picture is made of.
        if event.type() == QEvent.Type.Enter:
            self.touched.emit(self.name)
        return super().eventFilter(watched, event)


class DockBar(QWidget):
    """The slim bar: drag it to move the view; its buttons appear muted at the right."""

    def __init__(self, dock: ViewDock) -> None:
        super().__init__(dock)
        row = QHBoxLayout(self)
        row.setContentsMargins(8, 2, 6, 0)
        row.setSpacing(2)
        grip = QLabel("⠿")
        grip.setProperty("role", "small")
        grip.setToolTip("Drag to move this view, double-click to float it")
        row.addWidget(grip)
        row.addStretch(1)
        self._row = row
        self._dispensable: QLabel | None = None
        name = dock.windowTitle()
        self._add("full-screen", f"Enlarge: {name}", lambda: dock.enlarge.emit(dock.name))
        self._add(
            "float", f"Float or dock: {name}", lambda: dock.setFloating(not dock.isFloating())
        )
        self._add("close", f"Hide: {name} (the View menu brings it back)", dock.close)

    def sizeHint(self) -> QSize:
        return QSize(80, self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _add(self, name: str, tip: str, slot: Callable[[], object]) -> None:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setIconSize(QSize(12, 12))
        button.setProperty("role", "row")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda _checked: slot())
        self._row.addWidget(button)

    def add_controls(self, controls: QWidget) -> None:
        """Controls of the drawing, as wide as they need to be if there is room."""
        self._row.insertWidget(1, controls)

    def add_smoothing(self, plot: LossesPlot) -> None:
        """A slider for how far the thick loss lines look back."""
        label = QLabel("smoothing")
        label.setProperty("role", "small")
        slider = QSlider(Qt.Orientation.Horizontal)
        slider.setObjectName("smoothing")
        slider.setRange(0, len(SMOOTHING_MARKS) - 1)
        slider.setPageStep(1)
        slider.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        slider.setFixedWidth(70)
        slider.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        slider.setToolTip("How far the thick lines look back; the raw losses stay behind, faint")
        slider.setAccessibleName("Smoothing of the losses")
        nearest = min(SMOOTHING_MARKS, key=lambda mark: abs(mark - plot.smoothing))
        slider.setValue(SMOOTHING_MARKS.index(nearest))
        slider.valueChanged.connect(lambda mark: setattr(plot, "smoothing", SMOOTHING_MARKS[mark]))
        label.setBuddy(slider)
        self._row.insertWidget(2, label)
        self._row.insertWidget(3, slider)
        self._dispensable = label
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._dispensable is not None:
            # A word that would be cut off says nothing; the slider has a tooltip.
            rest = self._row.sizeHint().width()
            wanted = self._dispensable.sizeHint().width()
            rest -= wanted if self._dispensable.isVisibleTo(self) else 0
            self._dispensable.setVisible(self.width() >= rest + wanted)


class Enlarged(QWidget):
    """One card alone on the screen."""

    def __init__(self, card: Card, give_back: Callable[[], None]) -> None:
        super().__init__()
        self.setWindowTitle(card.title)
        self._give_back = give_back
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 12, 12, 12)
        column.addWidget(card)
        self._card = card

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Escape, Qt.Key.Key_F):
            self.close()
            return
        super().keyPressEvent(event)

    def closeEvent(self, event: object) -> None:
        self._give_back()
        self.deleteLater()
