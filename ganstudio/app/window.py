"""The main window: puts bar, panel and views together and connects them to the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QCloseEvent, QPaintEvent, QShowEvent
from PySide6.QtWidgets import (
    QApplication,
    QLabel,
    QMainWindow,
    QMenu,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.actions import Actions
from ganstudio.app.commands import Commands
from ganstudio.app.dropping import Drops
from ganstudio.app.exporting.commands import Exporting
from ganstudio.app.keys import Keys
from ganstudio.app.library.desk import Desk
from ganstudio.app.notice import Notice
from ganstudio.app.pages import Pages
from ganstudio.app.panels.side_panel import SidePanel
from ganstudio.app.preferences import Preferences
from ganstudio.app.seed_box import SeedBox
from ganstudio.app.session import Session
from ganstudio.app.spaces import SPACES, space_of
from ganstudio.app.theme import apply_theme, system_prefers_dark
from ganstudio.app.timeline.bar import Timeline
from ganstudio.app.transport import Transport
from ganstudio.app.trouble import Trouble
from ganstudio.app.wording import chip, fitting, pause_words, status_line
from ganstudio.core.events import EarlyStop, Failed, Frame, NotFinite, Started
from ganstudio.core.experiment import Experiment
from ganstudio.data.files import write_experiment
from ganstudio.data.presets import load_preset
from ganstudio.data.share import from_text
from ganstudio.errors import GanStudioError
from ganstudio.plots.style import DARK, LIGHT, Style
from ganstudio.runs.messages import Facts, State

if TYPE_CHECKING:
    from ganstudio.plots.past import Past

STATUS_MS = 200
TELL_MS = 60
"""After the first of several pictures that are looked at."""
TITLE_BAR = 40
"""Pixels that a desktop's own frame may take from the screen."""


class Window(QMainWindow):
    """One window with one session.

    Args:
        session: what it shows; the window closes it when it is closed itself.
        preferences: how it looked the last time.
        trouble: where uncaught exceptions arrive.
    """

    def __init__(self, session: Session, preferences: Preferences, trouble: Trouble) -> None:
        super().__init__()
        self.session = session
        self.preferences = preferences
        self._trouble = trouble
        # Before any widget is made: one that has its font already would keep it.
        self._apply_theme()
        self._laid_out = self._painted = self._unasked = False
        self._state = session.state
        self.commands = Commands(self)
        self.exporting = Exporting(self)
        self.actions_table = Actions(self, self.commands.find)
        self.recent_menu = QMenu("Recent experiments", self)
        self.transport = Transport(self.actions_table, self.recent_menu)
        self.panel = SidePanel(session.document.experiment)
        self.pages = Pages()
        self.views = self.pages.views
        self.notice = Notice()
        self._status = QLabel()
        self._replica = SeedBox()
        self.timeline = Timeline(session.history, self.actions_table)
        self.library = Desk(self)
        self._ticking = QTimer(self, interval=STATUS_MS)
        self._ticking.timeout.connect(self._tick)
        self._telling = QTimer(self, interval=TELL_MS, singleShot=True)
        self._telling.timeout.connect(self._tick)
        self._build()
        self._connect()
        self._restore()
        self._show_experiment(session.document.experiment)

    # ------------------------------------------------------------------------------ making

    def _build(self) -> None:
        self.setObjectName("window")
        self.drops = Drops(self)
        self._keys = Keys(self)
        self.setMinimumSize(960, 600)
        room = self.screen().availableSize()
        self.resize(min(1440, room.width()), min(900, room.height() - TITLE_BAR))
        self._splitter = QSplitter(Qt.Orientation.Horizontal)
        self._splitter.addWidget(self.panel)
        self._splitter.addWidget(self._with_timeline())
        self._splitter.setStretchFactor(1, 1)
        self._splitter.setChildrenCollapsible(False)
        body = QWidget()
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.transport)
        column.addWidget(self.notice)
        column.addWidget(self._splitter, 1)
        self.setCentralWidget(body)
        self.actions_table.fill_menus()
        self._fill_extra_menus()
        self._status.setProperty("role", "muted")
        self._status.setAccessibleName("Status")
        self.statusBar().addWidget(self._status, 1)
        self.statusBar().addPermanentWidget(self._replica)
        self.statusBar().setSizeGripEnabled(False)
        self._status.setContentsMargins(8, 0, 0, 0)

    def _with_timeline(self) -> QWidget:
        """The pages above their timeline."""
        made = QWidget()
        column = QVBoxLayout(made)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.pages, 1)
        column.addWidget(self.timeline)
        return made

    def _fill_extra_menus(self) -> None:
        file, view = self._menu("file"), self._menu("view")
        file.insertMenu(self.actions_table["save"], self.recent_menu)
        self.recent_menu.aboutToShow.connect(self.commands.fill_recent)
        shown = QMenu("Views", view)
        shown.addActions(self.views.actions_to_show())
        view.insertMenu(self.actions_table["restore"], shown)
        theme = QMenu("Theme", view)
        theme.addActions(self.commands.theme_actions(theme))
        view.insertMenu(self.actions_table["large_text"], theme)
        view.aboutToShow.connect(self.commands.tick)

    def _menu(self, name: str) -> QMenu:
        menu = self.menuBar().findChild(QMenu, f"menu_{name}")
        if not isinstance(menu, QMenu):
            raise LookupError(name)
        return menu

    def _connect(self) -> None:
        s = self.session
        s.edits.changed.connect(self._show_experiment)
        s.edits.waiting_changed.connect(self.panel.set_pending)
        s.edits.refused.connect(self._refuse)
        s.state_changed.connect(self._show_state)
        s.started.connect(self._start)
        s.frame.connect(self._show_frame)
        s.edited.connect(self.pages.edit)
        s.recalled.connect(self._recall)
        s.record_news.connect(self.notice.say)
        s.history.looked.connect(self._look)
        s.history.failed.connect(self.notice.say)
        self.timeline.branch_wanted.connect(self._branch)
        s.failed.connect(self._fail)
        s.paused_by.connect(self._explain_pause)
        s.facts.connect(self._learn)
        s.pace_changed.connect(self.transport.set_pace)
        self.panel.edited.connect(s.edit)
        self.panel.restart_requested.connect(s.restart)
        self.transport.preset_chosen.connect(self._open_preset)
        self.transport.pace_chosen.connect(s.set_pace)
        self._replica.valueChanged.connect(self._choose_replica)
        self.pages.fleet_shown.connect(self.actions_table["fleet"].setChecked)
        self.pages.replica_watched.connect(self._replica.setValue)
        self.pages.seed_activated.connect(s.open_seed)
        self.pages.fleet_wanted.connect(s.train_fleet)
        layers = self.views.dock("layers")
        layers.visibilityChanged.connect(lambda shown: s.watch(layers=shown))
        hints = QApplication.styleHints()
        hints.colorSchemeChanged.connect(lambda _scheme: self.restyle())

    def _restore(self) -> None:
        p = self.preferences
        # First of all, because text size decides how wide the panel wants to be.
        self.restyle()
        self.restoreGeometry(p.bytes("geometry"))
        if not self._splitter.restoreState(p.bytes("splitter")):
            self._splitter.setSizes([self.panel.sizeHint().width(), 1100])
        self.views.enter(space_of(self.session.document.experiment), large=p.large_text)
        layouts = {space.name: p.bytes(f"layout_{space.name}") for space in SPACES}
        self._laid_out = self.views.restore_layouts(layouts)
        if not self._laid_out:
            self.arrange_for_text()
        if (names := p.open_sections) is not None:
            self.panel.set_open_sections(names)
        self.session.set_pace(p.pace(otherwise=200.0))

    # ------------------------------------------------------------------------------- style

    @property
    def style_in_use(self) -> Style:
        """Light or dark, larger for a projector."""
        theme = self.preferences.theme
        app = QApplication.instance()
        dark = theme == "dark" or (
            theme == "system" and isinstance(app, QApplication) and system_prefers_dark(app)
        )
        style = DARK if dark else LIGHT
        return style.projector() if self.preferences.large_text else style

    def restyle(self) -> None:
        """Take the theme and the text size from the preferences, at once and everywhere."""
        self._apply_theme()
        self.pages.set_style(self.style_in_use)
        self.timeline.set_style(self.style_in_use)
        self.library.set_style(self.style_in_use)
        self.transport.adapt()

    def _apply_theme(self) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply_theme(app, self.style_in_use)

    def arrange_for_text(self) -> None:
        """Fewer views in large text, the first layout again in normal text."""
        self.views.arrange(large=self.preferences.large_text)
        panel = self.panel.sizeHint().width()
        self._splitter.setSizes([panel, max(1, self._splitter.width() - panel)])

    def load(self) -> None:
        """What may come after the first paint, which calls this: drawings, then the engine."""
        if not self.isVisible():
            # Closed before its first paint was over: an engine would have no window.
            return
        self.views.load()
        # First, so that its process gets ready while the rest is made.
        self.session.open_engine()
        self.pages.load()
        # A run from the command line: its engine may need seconds.
        self.session.introduce()
        self.library.recovery.start_soon()

    # ------------------------------------------------------------- what the session reports

    def _show_experiment(self, experiment: Experiment) -> None:
        document = self.session.document
        self.panel.setValue(experiment)
        self.transport.set_experiment(experiment)
        self.actions_table["undo"].setEnabled(document.can_undo)
        self.actions_table["redo"].setEnabled(document.can_redo)
        name = document.path.name if document.path else experiment.title
        self.setWindowTitle(f"{name}[*] - GAN Studio")
        self.setWindowModified(document.changed)

    def _show_state(self, state: State) -> None:
        self.transport.set_state(state, playing=self.session.playing)
        self.actions_table["go_back"].setEnabled(state is State.DIVERGED)
        if state is not State.PLAYING:
            self.pages.refresh()
        goes_on = state is State.PLAYING and self.session.playing
        if goes_on or (self._state is State.DIVERGED and state is not State.DIVERGED):
            # What made it pause is over.
            self.notice.forget_run()
        if goes_on:
            self.notice.forget_advice()
        self._state = state
        self._tick()

    def _show_frame(self, frame: Frame) -> None:
        if self.session.history.frame is not None:
            self.pages.remember(frame)
            return
        self.pages.show_frame(frame)
        if self.session.state is not State.PLAYING:
            # No other frame will come for the curves that take turns.
            self.pages.refresh()

    def _recall(self, past: Past) -> None:
        self.pages.recall(past)
        self._look_on()

    def _look_on(self) -> None:
        """A run began on all pages: go on looking at the picture that was looked at."""
        looked = self.session.history.frame
        if looked is not None:
            self.pages.look_back(looked)

    def _look(self, frame: Frame | None) -> None:
        """An earlier picture is looked at, or the newest one again."""
        if frame is None:
            self.pages.follow(self.session.newest)
        else:
            self.pages.look_back(frame)
        # Words that change at 60 Hz can't be read, and each change lays out the window anew.
        if not self._telling.isActive():
            self._telling.start()

    def _branch(self, step: int) -> None:
        if self.attempt(partial(self.session.branch, step)):
            self.notice.say(
                f"A run of its own from step {step:,} on: change something and train. The run it "
                "comes from stays as it is.",
                trouble=False,
            )

    def _start(self, started: Started) -> None:
        self.notice.forget_run()
        self._replica.set_seeds(started.experiment.seed, started.experiment.replicas)
        self.views.enter(space_of(started.experiment), large=self.preferences.large_text)
        self.pages.start(started)
        self._look_on()
        self._tick()

    def _fail(self, failed: Failed) -> None:
        self.notice.say(failed.message, failed.report, of_run=True)
        self._tick()

    def _explain_pause(self, reason: NotFinite | EarlyStop) -> None:
        broken = isinstance(reason, NotFinite)
        back = self.actions_table["go_back"] if broken else None
        self.notice.say(pause_words(reason), of_run=True, trouble=broken, action=back)

    def _learn(self, facts: Facts) -> None:
        self.panel.set_devices(["auto", *facts.devices])

    def _refuse(self, path: str, sentence: str) -> None:
        # The panel shows the refused value already; what stands there must be what is trained.
        self.panel.setValue(self.session.document.experiment)
        if not path or not self.panel.set_problem(path, sentence):
            self.notice.say(sentence)

    def _tick(self) -> None:
        """What changes too often to be read at every frame."""
        # First, because the trouble may be below.
        if (found := self._trouble.take()) is not None:
            self.notice.say(*found)
        s, replica, looked = self.session, self.shown_replica, self.session.history.frame
        self.transport.set_verdict(*chip(s.state, s.run_started, looked or s.newest, replica))
        rate = s.steps_per_second()
        self._say_status(status_line(s.state, s.run_started, s.newest, rate, replica, looked))

    def _say_status(self, line: str) -> None:
        """In large text not all of it has room; the rest is in the tooltip."""
        width, metrics = self._status.contentsRect().width(), self._status.fontMetrics()
        self._status.setToolTip(line)
        self._status.setText(fitting(line, lambda text: metrics.horizontalAdvance(text) <= width))

    @property
    def shown_replica(self) -> int:
        """Index of the replica that the views draw."""
        return self._replica.value()

    def _choose_replica(self, index: int) -> None:
        self.session.watch(replica=index)
        self.pages.set_replica(index)
        self._tick()

    # -------------------------------------------------------------------------- documents

    def _open_preset(self, name: str) -> None:
        # The class keeps its machine's settings and its seed from one preset to the next.
        now = self.session.document.experiment
        if self.commands.may_discard():
            self.attempt(lambda: self.session.open(load_preset(name).with_start_of(now)))

    def open_file(self, path: Path) -> None:
        """Open an experiment or a run, or say why not."""

        def load() -> None:
            if path.suffix.lower() == ".ganrun":
                self.open_run(path)
            else:
                self.session.open_file(path)
            self.preferences.add_recent(path)

        self.attempt(load)

    def open_run(self, path: Path) -> None:
        """Open a run, and say so where what is trained now does not go into its file.

        Raises:
            RecordError, FileError, TooLargeError: nothing changes then.
        """
        self.session.open_run(path)
        if (why := self.session.recordings.why_apart(path)) is not None:
            self.notice.say(
                f"{why}: it stays as it is, and what you train from here on is a run of its own.",
                trouble=False,
            )

    def open_text(self, text: str) -> None:
        """Open the experiment in a text, or say why not."""
        self.attempt(lambda: self.session.open(from_text(text)))

    def attempt(self, work: Callable[[], None]) -> bool:
        """Do something that may be refused; say so in the window."""
        try:
            work()
        except GanStudioError as error:
            self.notice.say(str(error))
            return False
        return True

    # ------------------------------------------------------------------------------- events

    def close_unasked(self) -> None:
        """Close like its user would, where nobody is there to answer a question."""
        self._unasked = True
        self.close()

    def _keep_edits(self) -> None:
        """Edits that no file has are among the recent experiments at the next start."""
        document, path = self.session.document, self.preferences.kept_edits
        if not document.changed:
            return
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            write_experiment(document.experiment, path)
        except (GanStudioError, OSError):
            # Nobody is left to be told, and closing must not fail.
            return
        self.preferences.add_recent(path)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._laid_out:
            # Docks know their room only once the window has its size.
            self._laid_out = True
            QTimer.singleShot(0, self.views, self.views.share_out)
        self._ticking.start()
        self.transport.train.setFocus()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if not self._painted:
            self._painted = True
            QTimer.singleShot(0, self, self.load)

    def closeEvent(self, event: QCloseEvent) -> None:
        may_close = self._unasked or (self.commands.may_discard() and self.exporting.may_close())
        if not may_close:
            event.ignore()
            return
        if self.views.enlarged is not None:
            self.views.enlarged.close()
        p = self.preferences
        p.set_bytes("geometry", self.saveGeometry())
        p.set_bytes("splitter", self._splitter.saveState())
        for name, layout in self.views.layouts().items():
            p.set_bytes(f"layout_{name}", layout)
        p.open_sections = self.panel.open_sections()
        p.set_pace(self.session.pace)
        self._keep_edits()
        p.save()
        self._ticking.stop()
        self.exporting.close()
        self.session.close()
        event.accept()
