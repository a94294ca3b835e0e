"""The fleet page: every seed, how many of them fit, how far they spread, and A beside B."""

from __future__ import annotations

from dataclasses import replace
from typing import cast

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QMessageBox,
    QPushButton,
    QSizePolicy,
    QSplitter,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.fleet.comparing import Kept, Meeting
from ganstudio.app.fleet.fan_card import FanCard
from ganstudio.app.fleet.outcome_card import OutcomeCard
from ganstudio.app.fleet.parts import NoFleet, carded
from ganstudio.core.events import Condition, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import Outcome, Share
from ganstudio.plots.fleet_fan import FanPlot
from ganstudio.plots.fleet_grid import SORTS, Sort
from ganstudio.plots.fleet_tiles import FleetTiles
from ganstudio.plots.past import Past
from ganstudio.plots.style import LIGHT, Style

FLEETS = {"line": 64, "plane": 64, "pictures": 12}
"""Seeds that the empty page proposes, by the space of the target: those of pictures take long."""
FANS = {
    "line": ("w1", "std_ratio"),
    "plane": ("w1", "std_ratio"),
    "pictures": ("fid", "modes"),
}
"""Whose spread is drawn, by the space of the target."""
TILES = {
    False: "Every seed: generated (orange) over target (blue)",
    True: "Every seed: some of the pictures that it generates",
}
"""By whether the target is a set of pictures."""
SHARES = [580, 420]
"""How tiles and fans share the height at first."""
WORTH_ASKING = 300
"""Steps of a fleet that nobody wants to lose by a double click."""
LEAST_MS = 100
"""Between two refreshes with few seeds; every four seeds take another millisecond."""


class FleetPage(QWidget):
    """Many seeds of one experiment at once. It shows frames and changes nothing."""

    replica_watched = Signal(int)
    """This replica is to be drawn in the other views."""
    seed_activated = Signal(int)
    """This replica is to be opened as a run of its own."""
    fleet_wanted = Signal(int)
    """Train that many seeds."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("fleet_page")
        self._style = LIGHT
        self._experiment: Experiment | None = None
        self._frame: Frame | None = None
        self._stale = False
        self._kept: Kept | None = None
        self._meeting: Meeting | None = None
        """With A, if this fleet is another one."""
        self._regular: Outcome | None = None
        """This fleet in its last regular frame."""
        self.tiles, self.outcome = FleetTiles(), OutcomeCard()
        self.fan_card = FanCard(FANS["line"])
        self._waiting = QTimer(self, singleShot=True)
        self._waiting.timeout.connect(self._draw_stale)
        self._make_head()
        self._build()
        self._connect()
        self.set_style(self._style)

    # ------------------------------------------------------------------------------ making

    def _make_head(self) -> None:
        self.headline = QLabel()
        self.headline.setProperty("role", "title")
        self.headline.setWordWrap(True)
        self.finding = QLabel()
        self.finding.setProperty("role", "muted")
        self.finding.setWordWrap(True)
        for words in (self.headline, self.finding):
            # A long sentence wraps rather than push the buttons away.
            words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.sort = QComboBox()
        for id, name in SORTS.items():
            self.sort.addItem(f"by {name}", id)
        self.sort.setAccessibleName("Sort the seeds")
        self.sort.setToolTip("The order of the pictures: the best or the smallest first")
        self.keep = QPushButton("Keep as A")
        self.keep.setToolTip("Remember this fleet, to compare the next one with it")
        self.forget = QPushButton("Forget A")
        self.forget.setToolTip("Compare no longer")
        for one in (self.sort, self.keep, self.forget):
            one.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        said = QVBoxLayout()
        said.setSpacing(0)
        said.addWidget(self.headline)
        said.addWidget(self.finding)
        head.addLayout(said, 1)
        for one in (self.sort, self.keep, self.forget):
            head.addWidget(one)
        self._left = left = QSplitter(Qt.Orientation.Vertical)
        self._tiles_title = QLabel(TILES[False])
        left.addWidget(
            carded(
                self._tiles_title,
                "A click watches a seed. A double click opens it as a run of its own from step 0; "
                "the fleet ends.",
                self.tiles,
            )
        )
        left.addWidget(self.fan_card)
        left.setStretchFactor(0, 3)
        left.setStretchFactor(1, 2)
        left.setSizes(SHARES)
        both = QSplitter(Qt.Orientation.Horizontal)
        both.addWidget(left)
        both.addWidget(self.outcome)
        both.setStretchFactor(0, 1)
        both.setSizes([670, 330])
        for splitter in (left, both):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(10)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(8, 6, 8, 8)
        column.addLayout(head)
        column.addWidget(both, 1)
        self._nobody = NoFleet()
        self._nobody.propose(FLEETS["line"])
        self.train_fleet = self._nobody.train
        self._pages = QStackedLayout(self)
        self._pages.addWidget(self._nobody)
        self._pages.addWidget(body)

    def _connect(self) -> None:
        self.tiles.watched.connect(self._watch)
        self.tiles.activated.connect(self._open)
        self.outcome.filter_changed.connect(self.tiles.show_only)
        self.train_fleet.clicked.connect(lambda _checked: self._ask_for_fleet())
        self.sort.currentIndexChanged.connect(
            lambda _index: self.tiles.sort_by(cast("Sort", self.sort.currentData()))
        )
        self.keep.clicked.connect(lambda _checked: self.keep_as_a())
        self.forget.clicked.connect(lambda _checked: self.forget_a())

    # ------------------------------------------------------------------ what a window uses

    @property
    def fans(self) -> dict[str, FanPlot]:
        """The spread of each metric that is drawn, by its name."""
        return self.fan_card.plots

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self.tiles.set_style(style)
        self.outcome.set_style(style)
        self.fan_card.set_style(style)

    def start(self, started: Started) -> None:
        """A run begins; with one seed there is nothing to compare."""
        self._experiment, self._frame = started.experiment, None
        self._meeting = Meeting(self._kept) if self._kept is not None else None
        self._regular = None
        many = started.experiment.replicas > 1
        space = started.experiment.target.space
        self._nobody.propose(FLEETS[space])
        self._pages.setCurrentIndex(int(many))
        if not many:
            return
        self.tiles.start(started.experiment)
        self.outcome.clear()
        self._tiles_title.setText(TILES[space == "pictures"])
        self._measure_by(FANS[space])
        self.fan_card.name_judge(started.gallery.get("judge", ""))
        for plot in self.fans.values():
            plot.start(started)
        self._keep_behind(self._kept)
        self._say_head()

    def show_frame(self, frame: Frame) -> None:
        """Take a frame: remembered at once, drawn when its turn comes."""
        if self._experiment is None or self._experiment.replicas == 1:
            return
        self._measure(self._experiment, frame)
        self._take(frame)

    def remember(self, frame: Frame) -> None:
        """Take a frame while an earlier one is looked at."""
        if self._experiment is None or self._experiment.replicas == 1:
            return
        self._measure(self._experiment, frame)
        for plot in self.fans.values():
            plot.remember(frame)

    def look_back(self, frame: Frame) -> None:
        """Show an earlier frame: the seeds as they were, their spread up to its step."""
        for plot in self.fans.values():
            plot.look_back(frame.step)
        if self._experiment is not None and self._experiment.replicas > 1:
            self._take(frame)

    def follow(self, newest: Frame | None) -> None:
        """Show what is newest again."""
        for plot in self.fans.values():
            plot.look_back(None)
        if newest is not None and self._experiment is not None and self._experiment.replicas > 1:
            self._take(newest)

    def recall(self, past: Past) -> None:
        """After `start`: what the run's file tells of the steps before it goes on."""
        for plot in self.fans.values():
            plot.recall(past)

    def _take(self, frame: Frame) -> None:
        self._frame, self._stale = frame, True
        for plot in self.fans.values():
            plot.show_frame(frame, draw=False)
        if self.isVisible() and not self._waiting.isActive():
            self.refresh()

    def refresh(self) -> None:
        """Draw the newest frame now."""
        if self._frame is None or self._experiment is None or not self._stale:
            return
        self._stale = False
        self.tiles.show_frame(self._frame)
        for plot in self.fans.values():
            plot.refresh()
        self._show_outcome()
        self._say_head()
        self._waiting.start(LEAST_MS + self._experiment.replicas // 4)

    def edit(self, experiment: Experiment) -> None:
        """The run goes on with a changed experiment."""
        self._experiment = experiment
        if experiment.replicas > 1:
            for plot in self.fans.values():
                plot.edit(experiment)

    def set_replica(self, index: int) -> None:
        """Which replica is watched everywhere."""
        self.tiles.select(index)
        for plot in self.fans.values():
            plot.replica = index

    # ------------------------------------------------------------------------------- A, B

    def keep_as_a(self) -> None:
        """Remember the fleet as it stands, to show the next one beside it."""
        if self._frame is None or self._experiment is None:
            return
        fans = {name: plot.fan for name, plot in self.fans.items()}
        outcome = Outcome.of(self._experiment, self._frame)
        self._kept, self._meeting = Kept(outcome, self._regular, fans), None
        self._redraw_comparison()

    def forget_a(self) -> None:
        """Compare no longer."""
        self._kept = self._meeting = None
        self._redraw_comparison()

    def _measure(self, experiment: Experiment, frame: Frame) -> None:
        """Remember what fleets are compared by: they train on."""
        now = Outcome.of(experiment, frame)
        if frame.number is not None and now.step == frame.step:
            self._regular = now
        if self._meeting is not None:
            self._meeting.add(now, frame.step)
        elif self._kept is not None:
            a = self._kept.outcome
            if now.step == a.step and now.samples > a.samples:
                # A was kept while it trained; it rests there now, and is measured more closely.
                self._kept = replace(self._kept, outcome=replace(now, experiment=a.experiment))

    def _redraw_comparison(self) -> None:
        self._keep_behind(self._kept if self._meeting is not None else None)
        self._show_outcome()
        self._say_head()

    def _keep_behind(self, kept: Kept | None) -> None:
        """Draw the fans of A behind those of this fleet, as far as both are of one metric."""
        for name, plot in self.fans.items():
            plot.keep(kept.fans.get(name) if kept else None)

    # ------------------------------------------------------------------------------ inside

    def _measure_by(self, metrics: tuple[str, ...]) -> None:
        """Have fans of these metrics."""
        if tuple(self.fans) == metrics:
            return
        old, self.fan_card = self.fan_card, FanCard(metrics)
        self.fan_card.set_style(self._style)
        sizes = self._left.sizes()
        self._left.replaceWidget(self._left.indexOf(old), self.fan_card)
        self._left.setStretchFactor(1, 2)
        self._left.setSizes(sizes if any(sizes) else SHARES)
        old.deleteLater()

    def _ask_for_fleet(self) -> None:
        space = self._experiment.target.space if self._experiment is not None else "line"
        self.fleet_wanted.emit(FLEETS[space])

    def _watch(self, replica: int) -> None:
        for plot in self.fans.values():
            plot.replica = replica
        self.replica_watched.emit(replica)

    def _open(self, replica: int) -> None:
        """Ask first where much would be lost: one seed's run takes the place of all of them."""
        if self._experiment is None:
            return
        step = self._frame.step if self._frame is not None else 0
        if step > WORTH_ASKING:
            seed = self._experiment.seed_of(replica)
            answer = QMessageBox.question(
                self,
                "Open one seed",
                f"Open seed {seed} as a run of its own? It starts from step 0, and this fleet, "
                f"which has made {step:,} steps, ends.",
            )
            if answer != QMessageBox.StandardButton.Yes:
                return
        self.seed_activated.emit(replica)

    def _draw_stale(self) -> None:
        if self.isVisible():
            self.refresh()

    def _show_outcome(self) -> None:
        if self._frame is None or self._experiment is None:
            return
        self.finding.setVisible(self._kept is not None)
        if self._meeting is not None:
            pair = self._meeting.pair
            self.outcome.show_outcome(self._experiment, self._frame, self._kept, pair)
            self.finding.setText(self._meeting.words())
            return
        self.outcome.show_outcome(self._experiment, self._frame)
        if self._kept is not None:
            at = f"{self._kept.outcome.step:,}"
            self.finding.setText(
                f"Kept as A at step {at}: change something and train again to compare."
            )

    def _say_head(self) -> None:
        self.keep.setEnabled(self._frame is not None and self._frame.step > 0)
        self.forget.setVisible(self._kept is not None)
        if self._experiment is None:
            return
        e, frame = self._experiment, self._frame
        if frame is None or frame.step == 0:
            self.headline.setText(f"{e.replicas:,} seeds, untrained")
            return
        fits = sum(verdict.condition is Condition.FITS for verdict in frame.verdicts)
        share = Share(fits, len(frame.verdicts)).words("fit" if fits != 1 else "fits")
        self.headline.setText(share)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
