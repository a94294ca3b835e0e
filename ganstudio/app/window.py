"""The main window: puts bar, panel and views together and connects them to the session."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, cast

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
from ganstudio.app.explore.desk import ExploreDesk
from ganstudio.app.exporting.commands import Exporting
from ganstudio.app.keys import Keys
from ganstudio.app.library.desk import Desk
from ganstudio.app.notice import Notice
from ganstudio.app.pages import Pages
from ganstudio.app.panels.side_panel import SidePanel
from ganstudio.app.preferences import Preferences
from ganstudio.app.reports import Reports
from ganstudio.app.seed_box import SeedBox
from ganstudio.app.session import Session
from ganstudio.app.spaces import SPACES, space_of
from ganstudio.app.theme import apply_theme, system_prefers_dark
from ganstudio.app.timeline.bar import Timeline
from ganstudio.app.transport import Transport
from ganstudio.app.trouble import Trouble
from ganstudio.data.files import write_experiment
from ganstudio.data.presets import load_preset
from ganstudio.data.share import from_text
from ganstudio.errors import GanStudioError
from ganstudio.plots.style import DARK, LIGHT, Style

if TYPE_CHECKING:
    # It brings the drawings, which are loaded once the window is on the screen.
    from ganstudio.plots.sample_grid import SampleGridPlot

CELLS = 100
"""Pictures in the view of samples at first."""
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
        # Before any widget is made: one that has its font already would keep it.
        self._apply_theme()
        self._laid_out = self._painted = self._unasked = False
        self.commands = Commands(self)
        self.exporting = Exporting(self)
        self.actions_table = Actions(self, self.commands.find)
        self.recent_menu = QMenu("Recent experiments", self)
        self.transport = Transport(self.actions_table, self.recent_menu)
        self.panel = SidePanel(session.document.experiment)
        self.pages = Pages()
        self.views = self.pages.views
        self.notice = Notice()
        self.status = QLabel()
        self.seed_box = SeedBox()
        self.timeline = Timeline(session.history, self.actions_table)
        self.library = Desk(self)
        self.explore = ExploreDesk(self)
        self._build()
        self.reports = Reports(self, trouble)
        self._connect()
        self._restore()
        self.reports.show_experiment(session.document.experiment)

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
        self.status.setProperty("role", "muted")
        self.status.setAccessibleName("Status")
        self.statusBar().addWidget(self.status, 1)
        self.statusBar().addPermanentWidget(self.seed_box)
        self.statusBar().setSizeGripEnabled(False)
        self.status.setContentsMargins(8, 0, 0, 0)

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
        self.timeline.branch_wanted.connect(self._branch)
        self.panel.edited.connect(s.edit)
        self.panel.restart_requested.connect(s.restart)
        self.transport.preset_chosen.connect(self._open_preset)
        self.transport.pace_chosen.connect(s.set_pace)
        self.seed_box.valueChanged.connect(self.reports.choose_replica)
        self.pages.fleet_shown.connect(self.actions_table["fleet"].setChecked)
        self.pages.replica_watched.connect(self.seed_box.setValue)
        self.pages.seed_activated.connect(s.open_seed)
        self.pages.fleet_wanted.connect(s.train_fleet)
        s.watch(cells=self.preferences.cells(otherwise=CELLS))
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
        self.explore.set_style(self.style_in_use)
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
        self._connect_samples()
        # First, so that its process gets ready while the rest is made.
        self.session.open_engine()
        self.pages.load()
        self.explore.load()
        # A run from the command line: its engine may need seconds.
        self.session.introduce()
        self.library.recovery.start_soon()

    def _connect_samples(self) -> None:
        """How many pictures there are, and of which noise, is asked for in their own view."""
        samples, s = cast("SampleGridPlot", self.views.dock("samples").card.plot), self.session
        samples.columns_wanted.connect(self._show_cells)
        samples.fresh_noise_wanted.connect(s.watch_fresh_noise)
        samples.first_noise_wanted.connect(lambda: s.watch(noise=0))

    def _show_cells(self, cells: int) -> None:
        self.session.watch(cells=cells)
        self.preferences.set_cells(cells)

    @property
    def shown_replica(self) -> int:
        """Index of the replica that the views draw."""
        return self.seed_box.value()

    # -------------------------------------------------------------------------- documents

    def _branch(self, step: int) -> None:
        if self.attempt(partial(self.session.branch, step)):
            self.notice.say(
                f"A run of its own from step {step:,} on: change something and train. The run it "
                "comes from stays as it is.",
                trouble=False,
            )

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
        self.reports.begin()
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
        self.reports.end()
        self.exporting.close()
        self.session.close()
        event.accept()
