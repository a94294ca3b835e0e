"""Between the window and the page that explores pictures: it comes and goes, and asks the run."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QAction

from ganstudio.app.explore.pane import Asker
from ganstudio.core.events import Answered, Failed, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures
from ganstudio.data.images.known import KNOWN
from ganstudio.data.presets import load_preset

if TYPE_CHECKING:
    # The page brings numpy and pyqtgraph: it is made when somebody asks for it.
    from ganstudio.app.explore.cell_dialog import CellDialog
    from ganstudio.app.explore.page import ExplorePage
    from ganstudio.app.window import Window
    from ganstudio.plots.sample_grid import SampleGridPlot
    from ganstudio.plots.style import Style


class ExploreDesk(QObject):
    """Shows the page in a window, and cells of the sample grid from close by."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._page: ExplorePage | None = None
        self._dialogs: list[CellDialog] = []
        session = window.session
        session.started.connect(self._start)
        session.frame.connect(self._show_frame)
        session.answered.connect(self._hear)
        session.failed.connect(self._fail)
        self._get = QAction(self)
        self._get.triggered.connect(self._look_at_missing)
        session.state_changed.connect(lambda _state: self._tell_playing())
        window.pages.currentChanged.connect(self._turned)

    # ------------------------------------------------------------------ what a window uses

    def load(self) -> None:
        """Once the drawings are there: a click on a cell opens it."""
        self._samples.cell_activated.connect(self.open_cell)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        if self._page is not None:
            self._page.set_style(style)

    @property
    def in_front(self) -> bool:
        """Whether the page is seen."""
        return self._page is not None and self._window.pages.currentWidget() is self._page

    @property
    def page(self) -> ExplorePage:
        """The page, made at the first call."""
        if self._page is None:
            self._page = self._made()
        return self._page

    def toggle(self) -> None:
        """Show the page, or the views again."""
        pages = self._window.pages
        pages.setCurrentWidget(pages.views if self.in_front else self.page)

    def open_cell(self, index: int, is_real: bool) -> None:
        """Show one cell of the sample grid from close by."""
        from ganstudio.app.explore.cell_dialog import CellDialog

        window, view = self._window, self._samples.view
        started = window.session.run_started
        if view is None or started is None:
            return
        dialog = CellDialog(
            started, view, index, is_real=is_real, style=window.style_in_use, parent=window
        )
        dialog.asks.connect(window.session.ask)
        dialog.destroyed.connect(lambda: self._dialogs.remove(dialog))
        self._dialogs.append(dialog)
        dialog.show()

    # ------------------------------------------------------------------------------ the page

    @property
    def _samples(self) -> SampleGridPlot:
        return cast("SampleGridPlot", self._window.views.dock("samples").card.plot)

    def _made(self) -> ExplorePage:
        from ganstudio.app.explore.page import ExplorePage

        window, session = self._window, self._window.session
        page = ExplorePage()
        page.asks.connect(session.ask)
        page.transfer.transfer_wanted.connect(lambda e: self._begin(e, from_last=True))
        page.transfer.fresh_wanted.connect(lambda e: self._begin(e, from_last=False))
        page.browser.use_wanted.connect(self._learn_from)
        page.browser.folder_chosen.connect(window.preferences.set_pictures)
        page.browser.set_folder(window.preferences.pictures)
        page.set_style(window.style_in_use)
        window.pages.addWidget(page)
        if session.run_started is not None:
            page.start(session.run_started)
            if session.newest is not None:
                page.show_frame(session.newest)
        page.scores.set_playing(session.playing)
        return page

    def _turned(self, _index: int) -> None:
        self._window.actions_table["explore"].setChecked(self.in_front)

    # ------------------------------------------------------------------- what the run says

    def _start(self, started: Started) -> None:
        # Their cells are of networks that are no more.
        for dialog in tuple(self._dialogs):
            dialog.close()
        if self._page is not None:
            self._page.start(started)

    def _show_frame(self, frame: Frame) -> None:
        if self._page is not None:
            self._page.show_frame(frame)
        for dialog in self._dialogs:
            dialog.show_frame(frame)

    def _tell_playing(self) -> None:
        if self._page is not None:
            self._page.scores.set_playing(self._window.session.playing)

    def _hear(self, answered: Answered) -> None:
        if self._page is not None:
            self._page.hear(answered)
        for dialog in tuple(self._dialogs):
            dialog.hear(answered)

    # ------------------------------------------------------------------ what the page asks for

    def _fail(self, failed: Failed) -> None:
        """Nobody answers any more; where pictures were missing, they are offered."""
        waiting = [] if self._page is None else self._page.findChildren(Asker)
        for dialog in self._dialogs:
            waiting += dialog.findChildren(Asker)
        for asker in waiting:
            asker.give_up(failed.message)
        QTimer.singleShot(0, self, self._offer_pictures)

    def _offer_pictures(self) -> None:
        """Where a run failed because its pictures are not here: say how to get them."""
        # They bring numpy and Pillow.
        from ganstudio.data.images.download import is_here
        from ganstudio.data.images.gallery import cache

        target = self._window.session.running.target
        known = KNOWN.get(target.kind)
        if known is not None and not is_here(known, cache() / known.name):
            self._get.setText(f"Get {known.title}…")
            self._get.setToolTip("See what it is, and download it if you want")
            self._window.notice.say(
                f"{known.title} is not on this machine yet ({known.size} MB to download, once).",
                of_run=True,
                trouble=False,
                action=self._get,
            )

    def _look_at_missing(self) -> None:
        self._window.pages.setCurrentWidget(self.page)
        self.page.look_at(self._window.session.running.target.kind)

    def _begin(self, experiment: Experiment, *, from_last: bool) -> None:
        window = self._window
        window.attempt(lambda: window.session.begin(experiment, from_last=from_last))

    def _learn_from(self, target: Pictures) -> None:
        """Another set for the experiment that is edited, or the preset of pictures with it."""
        window, session = self._window, self._window.session
        now = session.document.experiment
        if isinstance(now.target, Pictures):
            session.edit("target", target)
            session.restart()
        elif window.commands.may_discard():
            preset = load_preset("digits").with_start_of(now).replace(target=target)
            window.attempt(lambda: session.open(preset))
