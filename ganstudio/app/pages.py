"""The pages of the window: one run's views, and all seeds of a fleet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from ganstudio.app.views import Views
from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.style import LIGHT, Style

if TYPE_CHECKING:
    # It brings the drawings, which are loaded once the window is on the screen.
    from ganstudio.app.fleet.page import FleetPage
    from ganstudio.plots.past import Past


class Pages(QStackedWidget):
    """One of several pages is in front; all of them hear what the run says."""

    fleet_shown = Signal(bool)
    """The page of all seeds came to the front, or left it."""
    replica_watched = Signal(int)
    seed_activated = Signal(int)
    """One seed of a fleet is wanted as a run of its own."""
    fleet_wanted = Signal(int)
    """So many seeds of the experiment are wanted."""

    def __init__(self) -> None:
        super().__init__()
        self.views = Views()
        self.addWidget(self.views)
        self._style = LIGHT
        self._fleet: FleetPage | None = None
        self._fleet_met = False

    def load(self) -> None:
        """Make what may come after the views were loaded."""
        from ganstudio.app.fleet.page import FleetPage

        self._fleet = fleet = FleetPage()
        fleet.set_style(self._style)
        fleet.replica_watched.connect(self.replica_watched)
        fleet.seed_activated.connect(self._open_seed)
        fleet.fleet_wanted.connect(self.fleet_wanted)
        self.addWidget(fleet)

    @property
    def shows_fleet(self) -> bool:
        """Whether the page of all seeds is in front."""
        return self._fleet is not None and self.currentWidget() is self._fleet

    def show_fleet(self, shown: bool) -> None:
        """Put the page of all seeds in front, or the views."""
        if self._fleet is not None:
            self.setCurrentWidget(self._fleet if shown else self.views)
            self.fleet_shown.emit(shown)

    def set_style(self, style: Style) -> None:
        """Other colours and sizes for all pages."""
        self._style = style
        self.views.set_style(style)
        if self._fleet is not None:
            self._fleet.set_style(style)

    def start(self, started: Started) -> None:
        """A run begins; the first fleet brings its page to the front, a single run its views."""
        self.views.start(started)
        if self._fleet is not None:
            self._fleet.start(started)
        many = started.experiment.replicas > 1
        if many and not self._fleet_met:
            self.show_fleet(True)
        elif not many and self.shows_fleet:
            self.show_fleet(False)
        self._fleet_met = many

    def show_frame(self, frame: Frame) -> None:
        """Show a frame on every page; hidden ones only remember it."""
        self.views.show_frame(frame)
        if self._fleet is not None:
            self._fleet.show_frame(frame)

    def remember(self, frame: Frame) -> None:
        """Take a frame while an earlier one is looked at."""
        self.views.remember(frame)
        if self._fleet is not None:
            self._fleet.remember(frame)

    def look_back(self, frame: Frame) -> None:
        """Show an earlier frame on every page."""
        self.views.look_back(frame)
        if self._fleet is not None:
            self._fleet.look_back(frame)

    def follow(self, newest: Frame | None) -> None:
        """Show what is newest again."""
        self.views.follow(newest)
        if self._fleet is not None:
            self._fleet.follow(newest)

    def recall(self, past: Past) -> None:
        """After `start`: what the run's file tells of the steps before it goes on."""
        self.views.recall(past)
        if self._fleet is not None:
            self._fleet.recall(past)

    def refresh(self) -> None:
        """Draw what had to wait for its turn: the run rests."""
        self.views.refresh()
        if self._fleet is not None:
            self._fleet.refresh()

    def edit(self, experiment: Experiment) -> None:
        """The run goes on with a changed experiment."""
        self.views.edit(experiment)
        if self._fleet is not None:
            self._fleet.edit(experiment)

    def set_replica(self, index: int) -> None:
        """Which replica all pages draw or mark."""
        self.views.set_replica(index)
        if self._fleet is not None:
            self._fleet.set_replica(index)

    def _open_seed(self, replica: int) -> None:
        self.seed_activated.emit(replica)
        self.show_fleet(False)
