"""The views as docks: each can be hidden, floated, moved, enlarged and put back."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QAction, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QDockWidget,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QSizePolicy,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.icons import icon
from ganstudio.core.events import Frame, Started
from ganstudio.plots.card import Card
from ganstudio.plots.distribution import DistributionPlot
from ganstudio.plots.generator_map import GeneratorMapPlot
from ganstudio.plots.losses import LossesPlot
from ganstudio.plots.metrics import MetricPlot
from ganstudio.plots.plot import Plot
from ganstudio.plots.style import Style

SHOWN_FIRST = ("distribution", "generator_map", "losses", "w1", "std_ratio")
LAYOUT_VERSION = 1
SMOOTHING_MARKS = (0.0, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)


class Views(QMainWindow):
    """All views, in docks of their own inside the main window."""

    current_changed = Signal(object)
    """The `Card` that pictures are made of: the one last clicked or hovered with the keyboard."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        plots: Sequence[Plot] = (
            DistributionPlot(),
            GeneratorMapPlot(),
            LossesPlot(),
            *(MetricPlot(name) for name in ("w1", "std_ratio", "js", "ks", "mean_error")),
        )
        self._docks = {plot.name: ViewDock(Card(plot), self) for plot in plots}
        self._current = self._docks["distribution"].card
        self._enlarged: Enlarged | None = None
        for dock in self._docks.values():
            dock.enlarge.connect(self.enlarge)
            dock.touched.connect(self._touch)
        self.arrange()

    @property
    def plots(self) -> list[Plot]:
        """Every view's plot, the hidden ones too."""
        return [dock.card.plot for dock in self._docks.values()]

    @property
    def current(self) -> Card:
        """The card that was touched last; the distribution at first."""
        return self._current

    @property
    def enlarged(self) -> Enlarged | None:
        """The window that shows one view alone, if there is one."""
        return self._enlarged

    def dock(self, name: str) -> ViewDock:
        """The dock of a view by the name of its plot."""
        return self._docks[name]

    def actions_to_show(self) -> list[QAction]:
        """One switch for each view, for a menu."""
        return [dock.toggleViewAction() for dock in self._docks.values()]

    def arrange(self) -> None:
        """The layout that everybody meets first: the picture is the hero."""
        for dock in self._docks.values():
            dock.setFloating(False)
            self.removeDockWidget(dock)
        top = Qt.DockWidgetArea.TopDockWidgetArea
        d = self._docks
        self.addDockWidget(top, d["distribution"])
        self.splitDockWidget(d["distribution"], d["losses"], Qt.Orientation.Vertical)
        self.splitDockWidget(d["distribution"], d["generator_map"], Qt.Orientation.Horizontal)
        for left, right in (("losses", "w1"), ("w1", "std_ratio"), ("std_ratio", "js"),
                            ("js", "ks"), ("ks", "mean_error")):
            self.splitDockWidget(d[left], d[right], Qt.Orientation.Horizontal)
        for name, dock in d.items():
            dock.setVisible(name in SHOWN_FIRST)
        self.share_out()

    def share_out(self) -> None:
        """Give the distribution the most room."""
        d = self._docks
        wide, high = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self.resizeDocks([d["distribution"], d["generator_map"]], [680, 320], wide)
        self.resizeDocks([d["losses"], d["w1"], d["std_ratio"]], [340, 330, 330], wide)
        self.resizeDocks([d["distribution"], d["losses"]], [560, 440], high)

    def layout_state(self) -> QByteArray:
        """Where everything is, for the preferences."""
        return self.saveState(LAYOUT_VERSION)

    def restore_layout(self, state: QByteArray) -> bool:
        """Put everything where it was; False if that is not possible."""
        return self.restoreState(state, LAYOUT_VERSION)

    def set_style(self, style: Style) -> None:
        """Other colours and sizes for all views."""
        for dock in self._docks.values():
            dock.card.set_style(style)

    def start(self, started: Started) -> None:
        """A run begins."""
        for plot in self.plots:
            plot.start(started)

    def show_frame(self, frame: Frame) -> None:
        """Draw a frame in every view; hidden ones only remember it."""
        for plot in self.plots:
            plot.show_frame(frame)

    def set_replica(self, index: int) -> None:
        """Which replica all views draw."""
        for plot in self.plots:
            plot.replica = index

    def enlarge(self, card: Card) -> None:
        """Show one view alone on the whole screen until Escape or a double click."""
        if self._enlarged is not None:
            self._enlarged.close()
            return
        dock = next(dock for dock in self._docks.values() if dock.card is card)
        self._enlarged = Enlarged(card, lambda: self._put_back(dock))
        self._enlarged.showFullScreen()

    def _put_back(self, dock: ViewDock) -> None:
        self._enlarged = None
        dock.take_back()

    def _touch(self, card: Card) -> None:
        self._current = card
        self.current_changed.emit(card)


class ViewDock(QDockWidget):
    """One view with a slim bar to move, enlarge, float and hide it."""

    enlarge = Signal(object)
    touched = Signal(object)

    def __init__(self, card: Card, parent: QWidget) -> None:
        super().__init__(card.plot.title, parent)
        self.card = card
        self.setObjectName(f"dock_{card.plot.name}")
        self._body = QWidget()
        column = QVBoxLayout(self._body)
        column.setContentsMargins(5, 0, 5, 8)
        column.addWidget(card)
        self.setWidget(self._body)
        self.setTitleBarWidget(DockBar(self))
        card.plot.doubleClicked.connect(lambda: self.enlarge.emit(self.card))

    def take_back(self) -> None:
        """The card returns from being enlarged."""
        layout = self._body.layout()
        if layout is not None:
            layout.addWidget(self.card)
        self.card.show()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.touched.emit(self.card)
        super().mousePressEvent(event)


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
        if isinstance(dock.card.plot, LossesPlot):
            self._add_smoothing(row, dock.card.plot)
        name = dock.card.plot.title
        self._add(row, "full-screen", f"Enlarge: {name}", lambda: dock.enlarge.emit(dock.card))
        self._add(row, "float", f"Float or dock: {name}",
                  lambda: dock.setFloating(not dock.isFloating()))
        self._add(row, "close", f"Hide: {name} (the View menu brings it back)", dock.close)

    def sizeHint(self) -> QSize:
        return QSize(80, 22)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def _add(self, row: QHBoxLayout, name: str, tip: str, slot: Callable[[], object]) -> None:
        button = QToolButton(self)
        button.setIcon(icon(name))
        button.setIconSize(QSize(12, 12))
        button.setProperty("role", "row")
        button.setToolTip(tip)
        button.setAccessibleName(tip)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: slot())
        row.addWidget(button)

    def _add_smoothing(self, row: QHBoxLayout, plot: LossesPlot) -> None:
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
        slider.valueChanged.connect(
            lambda mark: setattr(plot, "smoothing", SMOOTHING_MARKS[mark])
        )
        label.setBuddy(slider)
        row.addWidget(label)
        row.addWidget(slider)
        row.addSpacing(8)


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
