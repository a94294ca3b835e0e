"""The views as docks: each can be hidden, floated, moved, enlarged and put back."""

from __future__ import annotations

from itertools import chain, pairwise
from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QByteArray, QEvent, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMainWindow, QTabWidget

from ganstudio.app.docks import Enlarged, ViewDock
from ganstudio.app.spaces import LINE, TITLES, Space
from ganstudio.app.stacking import LAYOUT_VERSION, Stacking
from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.style import LIGHT, Style

if TYPE_CHECKING:
    # The drawings bring pyqtgraph and numpy, which take as long as all the rest of the window:
    # they are loaded once it is on the screen.
    from ganstudio.plots.card import Card
    from ganstudio.plots.losses import LossesPlot
    from ganstudio.plots.past import Past
    from ganstudio.plots.plot import Plot
    from ganstudio.plots.sample_grid import SampleGridPlot

REST_MS = 60
"""Without another earlier frame, all curves are drawn up to the one that is looked at."""
LEAST = QSize(440, 300)
"""In less than this not even two views beside or below each other can be seen."""


class Views(QMainWindow):
    """All views, in docks of their own inside the main window."""

    def __init__(self) -> None:
        super().__init__()
        self.setWindowFlags(Qt.WindowType.Widget)
        self.setDockNestingEnabled(True)
        self.setDockOptions(
            QMainWindow.DockOption.AnimatedDocks | QMainWindow.DockOption.AllowNestedDocks
        )
        self.setTabPosition(Qt.DockWidgetArea.AllDockWidgetAreas, QTabWidget.TabPosition.North)
        self._style = LIGHT
        self._turn = 0
        self._docks = {name: ViewDock(name, title, self) for name, title in TITLES.items()}
        self._space = LINE
        self._layouts: dict[str, QByteArray] = {}
        self._current = LINE.top[0]
        self._enlarged: Enlarged | None = None
        self._large = False
        self._resting = QTimer(self, interval=REST_MS, singleShot=True)
        self._resting.timeout.connect(self.refresh)
        self._stacking = Stacking(self)
        for dock in self._docks.values():
            dock.enlarge.connect(self.enlarge)
            dock.touched.connect(self._touch)
            dock.toggleViewAction().toggled.connect(self._stacking.soon)
            dock.dockLocationChanged.connect(self._stacking.forget_unless_busy)
        self.arrange()

    def load(self) -> None:
        """Put the drawings into the docks; until then each is an empty card."""
        from ganstudio.export.drawings import MAKERS
        from ganstudio.plots.card import Card
        from ganstudio.plots.sample_controls import SampleControls

        for name, dock in self._docks.items():
            card = Card(MAKERS[name]())
            card.set_style(self._style)
            dock.fill(card)
        losses = self._docks["losses"]
        losses.bar.add_smoothing(cast("LossesPlot", losses.card.plot))
        samples = self._docks["samples"]
        samples.bar.add_controls(SampleControls(cast("SampleGridPlot", samples.card.plot)))

    @property
    def plots(self) -> list[Plot]:
        """Every view's plot, the hidden ones too."""
        return [dock.card.plot for dock in self._docks.values()]

    @property
    def current(self) -> Card:
        """The card that was touched last; the hero at first."""
        return self._docks[self._current].card

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

    def enter(self, space: Space, *, large: bool) -> None:
        """Show the views of another space, where they stood there the last time."""
        if space is self._space:
            return
        if self._enlarged is not None and self._current not in space.views:
            self._enlarged.close()
        self._layouts = self.layouts()
        self._space = space
        self._current = space.top[0]
        self._arrange(large)
        if space.name in self._layouts:
            self.bring_back(self._layouts[space.name])

    def make_ready(self, space: Space, *, large: bool) -> None:
        """A run in a space begins in some seconds: what was drawn elsewhere is over."""
        if space is not self._space:
            for plot in self.plots:
                plot.clear()
            self.enter(space, large=large)

    def bring_back(self, layout: QByteArray) -> bool:
        """Put the views of this space where they were; the others stay away."""
        known = self.restoreState(layout, LAYOUT_VERSION)
        for name, dock in self._docks.items():
            if name not in self._space.views:
                self.removeDockWidget(dock)
        return known

    def arrange(self, *, large: bool = False) -> None:
        """The layout that everybody meets first: the picture is the hero."""
        self._layouts.clear()
        self._arrange(large)

    def _arrange(self, large: bool) -> None:
        d, space = self._docks, self._space
        self._large = large
        self._stacking.forget()
        for name, dock in d.items():
            dock.setFloating(False)
            self.removeDockWidget(dock)
            dock.toggleViewAction().setVisible(name in space.views)
        wide, high = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        across, along = (wide, high) if space.beside else (high, wide)
        self.addDockWidget(Qt.DockWidgetArea.TopDockWidgetArea, d[space.top[0]])
        self.splitDockWidget(d[space.top[0]], d[space.bottom[0]], across)
        for first, second in chain(pairwise(space.top), pairwise(space.bottom)):
            self.splitDockWidget(d[first], d[second], along)
        shown = space.shown_to_a_room if large else space.shown
        for name in space.views:
            d[name].setVisible(name in shown)
        self.share_out()

    def share_out(self) -> None:
        """Give the hero the most room, and nearly all of it in front of a room."""
        d, space = self._docks, self._space
        wide, high = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        across, along = (wide, high) if space.beside else (high, wide)
        self.resizeDocks([d[name] for name in space.top], list(space.widths), along)
        others = [d[name] for name in space.bottom if name in space.shown]
        self.resizeDocks(others, [1000 // len(others)] * len(others), along)
        hero = 700 if self._large and not space.beside else 560
        self.resizeDocks([d[space.top[0]], d[space.bottom[0]]], [hero, 1000 - hero], across)
        self._stacking.forget()
        self._stacking.soon()

    # ------------------------------------------------------------------------------- room

    @property
    def in_rows(self) -> tuple[list[ViewDock], list[ViewDock]]:
        """The views that are seen, above and below each other or side by side."""
        top, bottom = (
            [dock for dock in map(self.dock, names) if not (dock.isHidden() or dock.isFloating())]
            for names in (self._space.top, self._space.bottom)
        )
        return top, bottom

    @property
    def needed(self) -> QSize:
        """The room that all views need as they stand."""
        return super().minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        # What has no room beside the others goes behind one of them.
        return LEAST.boundedTo(super().minimumSizeHint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._stacking.soon()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            # A head may need another line, and so the view more height.
            self._stacking.soon()
        return super().event(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._stacking.soon()

    # ---------------------------------------------------------------------------- layouts

    def layouts(self) -> dict[str, QByteArray]:
        """Where everything is in each space that was seen, for the preferences."""
        return self._layouts | {self._space.name: self._stacking.layout()}

    def restore_layouts(self, layouts: dict[str, QByteArray]) -> bool:
        """Put everything where it was; False if that is not possible in the present space."""
        self._layouts = dict(layouts)
        return self.bring_back(layouts.get(self._space.name, QByteArray()))

    def set_style(self, style: Style) -> None:
        """Other colours and sizes for all views."""
        self._style = style
        for dock in self._docks.values():
            if dock.filled:
                dock.card.set_style(style)
        self._stacking.try_again()

    def start(self, started: Started) -> None:
        """A run begins."""
        for plot in self.plots:
            plot.start(started)

    def show_frame(self, frame: Frame) -> None:
        """Show a frame in every view; hidden ones only remember it.

        The curves over time take turns, one a frame: nobody sees a long curve grow by a pixel
        twenty times a second rather than sixty, and the picture moves evenly.
        """
        has_turn = self._next_turn()
        for plot in self.plots:
            plot.show_frame(frame, draw=not plot.over_time or plot is has_turn)

    def _next_turn(self) -> Plot | None:
        """The one of the curves over time that is drawn now, if any can be seen."""
        slow = [plot for plot in self.plots if plot.over_time and plot.isVisible()]
        self._turn += 1
        return slow[self._turn % len(slow)] if slow else None

    def remember(self, frame: Frame) -> None:
        """Take a frame while an earlier one is looked at: only the curves over time go on."""
        for plot in self.plots:
            plot.remember(frame)

    def look_back(self, frame: Frame) -> None:
        """Show an earlier frame: pictures as they were, curves over time up to its step.

        Curves take turns here, too, and the others follow once nothing moves any more.
        """
        has_turn = self._next_turn()
        for plot in self.plots:
            plot.show_frame(frame, draw=not plot.over_time)
            plot.look_back(frame.step, draw=plot is has_turn)
        self._resting.start()

    def follow(self, newest: Frame | None) -> None:
        """Show what is newest again."""
        for plot in self.plots:
            if newest is not None:
                plot.show_frame(newest, draw=not plot.over_time)
            plot.look_back(None)

    def recall(self, past: Past) -> None:
        """After `start`: what the run's file tells of the steps before it goes on."""
        for plot in self.plots:
            plot.recall(past)

    def refresh(self) -> None:
        """Draw what had to wait for its turn: the run rests."""
        for plot in self.plots:
            if plot.isVisible():
                plot.refresh()

    def edit(self, experiment: Experiment) -> None:
        """The run goes on with a changed experiment."""
        for plot in self.plots:
            plot.edit(experiment)

    def set_replica(self, index: int) -> None:
        """Which replica all views draw."""
        for plot in self.plots:
            plot.replica = index

    def enlarge(self, name: str) -> None:
        """Show one view alone on the whole screen until Escape or a double click."""
        if self._enlarged is not None:
            self._enlarged.close()
            return
        dock = self._docks[name]
        self._enlarged = Enlarged(dock.card, lambda: self._put_back(dock))
        # In front of a class one plot is steered like all of them.
        self._enlarged.addActions(self.window().actions())
        self._enlarged.showFullScreen()

    def enlarge_current(self) -> None:
        """The same for the view that was touched last."""
        self.enlarge(self._current)

    def _put_back(self, dock: ViewDock) -> None:
        self._enlarged = None
        dock.fill(dock.card)

    def _touch(self, name: str) -> None:
        self._current = name
