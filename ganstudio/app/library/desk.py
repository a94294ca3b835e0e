"""Between the window and the library: its pages come and go, and what they ask for is done."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, Qt, QTimer
from PySide6.QtWidgets import QWidget

from ganstudio.app.library.recovery import Recovery
from ganstudio.core.experiment import Experiment

if TYPE_CHECKING:
    # The pages bring numpy and pyqtgraph: they are made when somebody asks for them.
    from ganstudio.app.library.compare import ComparePage
    from ganstudio.app.library.page import LibraryPage
    from ganstudio.app.library.player import Player
    from ganstudio.app.window import Window
    from ganstudio.plots.style import Style


class Desk(QObject):
    """Shows the library in a window, and remembers with what the run of now is to be compared."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._page: LibraryPage | None = None
        self._comparing: ComparePage | None = None
        self._before: QWidget = window.pages.views
        self._hidden_panel = False
        self._layout = QByteArray()
        self._in_front = self._asked_in_list = False
        self._start: tuple[Path, Experiment] | None = None
        """The run that was begun anew, to be changed in one thing."""
        self.recovery = Recovery(window, self)
        window.pages.currentChanged.connect(self._turned)
        window.session.history.changed.connect(lambda _reel: self._tell_open())

    # ------------------------------------------------------------------ what a window uses

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        if self._page is not None and self._comparing is not None:
            self._page.set_style(style)
            self._comparing.set_style(style)

    @property
    def in_front(self) -> bool:
        """Whether one of its pages is seen."""
        return self._in_front

    @property
    def compared(self) -> tuple[Path, ...]:
        """The files of the runs that are compared, while they are."""
        comparing = self._comparing
        if comparing is None or self.player is None:
            return ()
        return tuple(column.reader.path for column in comparing.columns)

    @property
    def player(self) -> Player | None:
        """The timeline of the runs that are compared, while they are."""
        comparing = self._comparing
        seen = comparing is not None and self._window.pages.currentWidget() is comparing
        return comparing.player if comparing is not None and seen else None

    @property
    def page(self) -> LibraryPage:
        """The list of all runs."""
        return self._made()[0]

    @property
    def comparing(self) -> ComparePage:
        """The page of the runs that are compared."""
        return self._made()[1]

    def toggle(self) -> None:
        """Show the list of all runs, or what was there before."""
        if self._in_front:
            self.leave()
        else:
            self.show()

    def show(self) -> None:
        """Bring the list of all runs to the front."""
        page = self.page
        self._tell_open()
        self._window.pages.setCurrentWidget(page)

    def leave(self) -> None:
        """Back to where one came from."""
        if self._in_front:
            self._window.pages.setCurrentWidget(self._before)

    def compare_with_before(self) -> None:
        """The run that is open beside the one it was made from, or else the one before it."""
        window, now = self._window, self._window.session.history.record
        if now is None or window.session.step == 0:
            window.notice.say("Train some steps first: then there is something to compare.")
            return
        found: list[Path | None] = []
        if not window.attempt(lambda: found.append(self._partner(now))):
            return
        [before] = found
        if before is None:
            window.notice.say("There is no other run to compare this one with yet.", trouble=False)
        else:
            self._compare([before, now])

    # ------------------------------------------------------------------------------ its pages

    def _made(self) -> tuple[LibraryPage, ComparePage]:
        if self._page is not None and self._comparing is not None:
            return self._page, self._comparing
        from ganstudio.app.library.compare import ComparePage
        from ganstudio.app.library.page import LibraryPage

        window = self._window
        recordings = window.session.recordings
        page = LibraryPage(recordings.library if recordings.records else None)
        comparing = ComparePage()
        page.left.connect(self.leave)
        page.open_wanted.connect(self.open_run)
        page.compare_wanted.connect(self._compare)
        page.duplicate_wanted.connect(self._duplicate)
        page.same_start_wanted.connect(self._begin_anew)
        page.save_wanted.connect(window.commands.save_copy_of)
        comparing.left.connect(self.show)
        # Later: it says so while it is just being shown.
        comparing.failed.connect(self._fail, Qt.ConnectionType.QueuedConnection)
        self._page, self._comparing = page, comparing
        self.set_style(window.style_in_use)
        for one in (page, comparing):
            window.pages.addWidget(one)
        return page, comparing

    def _turned(self, _index: int) -> None:
        """Another page is in front. In the library nothing can be set, and time is another one."""
        window, now = self._window, self._window.pages.currentWidget()
        in_front = self._page is not None and now in (self._page, self._comparing)
        if in_front and not self._in_front:
            self._layout = window.views.saveState()
            self._hidden_panel = not window.panel.isHidden()
            window.panel.hide()
        elif self._in_front and not in_front and self._hidden_panel:
            window.panel.show()
        if self._in_front and not in_front:
            # They were as wide as the library for a moment, and would keep other shares of it.
            QTimer.singleShot(0, window.views, self._put_back)
        self._in_front = in_front
        window.timeline.setVisible(not in_front)
        window.timeline.lend_keys(self.player is not None)
        window.actions_table["library"].setChecked(in_front)
        document = window.session.document
        window.actions_table["undo"].setEnabled(in_front or document.can_undo)
        window.actions_table["redo"].setEnabled(not in_front and document.can_redo)
        window.actions_table["fleet"].setChecked(window.pages.shows_fleet)
        if not in_front and now is not None:
            self._before = now

    def _put_back(self) -> None:
        """Let the views stand as they stood."""
        self._window.views.restoreState(self._layout)
        self._window.transport.train.setFocus()

    def undo(self) -> bool:
        """Bring back what was deleted last; whether that is what undoing means now."""
        if self._in_front and self._page is not None:
            self._page.undo()
        return self._in_front

    def _tell_open(self) -> None:
        if self._page is not None:
            # Also the file that stands for a branch until it trains: the branch needs it.
            self._page.set_open(self._window.session.history.path)

    # ------------------------------------------------------------------------ what they ask for

    def open_run(self, path: Path) -> None:
        """Show a run with all its steps, and no longer the library."""
        window = self._window
        open_it = partial(window.open_run, path)
        is_open = path == window.session.history.record
        if is_open or (window.commands.may_discard() and window.attempt(open_it)):
            self.leave()

    def _compare(self, paths: list[Path]) -> None:
        self._asked_in_list = self._in_front
        self.comparing.compare(paths)
        self._window.pages.setCurrentWidget(self.comparing)

    def _duplicate(self, experiment: Experiment) -> bool:
        window = self._window
        done = window.commands.may_discard() and window.attempt(
            partial(window.session.open, experiment)
        )
        if done:
            self.leave()
        return done

    def _begin_anew(self, path: Path) -> None:
        """The same first networks and samples: whatever is different later, the change did it."""
        from ganstudio.record.reader import RunReader

        window = self._window

        def read() -> None:
            with RunReader(path) as reader:
                self._start = path, reader.begun

        if not window.attempt(read) or self._start is None:
            return
        experiment = self._start[1]
        if self._duplicate(experiment):
            window.panel.show()
            window.notice.say(
                f"The same start as “{experiment.title}”, seed {experiment.seed}: change one "
                "thing, train, then compare.",
                trouble=False,
                action=window.actions_table["compare"],
            )

    def _fail(self, sentence: str) -> None:
        if self._asked_in_list:
            self.show()
        else:
            self.leave()
        self._window.notice.say(sentence)

    def _partner(self, now: Path) -> Path | None:
        """What the run in a file is compared with.

        Raises:
            RecordError: that file is damaged.
        """
        from ganstudio.record.library import Library

        session = self._window.session
        if self._start is not None:
            path, experiment = self._start
            same = (experiment.title, experiment.seed, experiment.target)
            running = session.running
            alike = same == (running.title, running.seed, running.target)
            if alike and path != now and path.is_file():
                return path
        if not session.recordings.records:
            return None
        library: Library = session.recordings.library
        return library.parent_of(now) or next((p for p in library.paths() if p != now), None)
