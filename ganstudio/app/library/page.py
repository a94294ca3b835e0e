"""The library page: all runs with how they ended, searched, sorted, annotated, deleted, opened."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QHideEvent, QKeyEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.icons import icon
from ganstudio.app.library.details import Details
from ganstudio.app.library.finding import Nothing, search_field, sort_box
from ganstudio.app.library.lister import Lister
from ganstudio.app.library.model import Found, Runs
from ganstudio.app.library.runs import Run
from ganstudio.app.library.shelf import Shelf
from ganstudio.app.notice import Notice
from ganstudio.errors import GanStudioError
from ganstudio.plots.style import LIGHT, Style
from ganstudio.record.library import Library


class LibraryPage(QWidget):
    """Shows the runs of one folder; what is to be done with a run is said by signals.

    Args:
        library: None where nothing is recorded.
    """

    open_wanted = Signal(object)
    compare_wanted = Signal(object)
    """A list of paths."""
    duplicate_wanted = Signal(object)
    """An `Experiment`."""
    same_start_wanted = Signal(object)
    """The path of a run that is to be begun anew and compared with."""
    save_wanted = Signal(object)
    left = Signal()
    """Back to the run that is open."""

    def __init__(self, library: Library | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("library_page")
        self._library = library
        self._open: Path | None = None
        self._deleted: list[Path] = []
        self.runs = Runs(self)
        self.found = Found(self.runs)
        self.shelf = Shelf(self.runs, self.found, lambda path: path == self._open)
        self.details, self.notice = Details(), Notice()
        self.notice.setObjectName("library_notice")
        self._lister = Lister(library, self) if library is not None else None
        self._undo = QAction("Undo", self)
        self._undo.triggered.connect(lambda _checked: self.undo())
        self._make_head()
        self._build()
        self._connect()
        self.set_style(LIGHT)

    # ------------------------------------------------------------------------------ making

    def _make_head(self) -> None:
        self.back = QPushButton(icon("back"), "Back")
        self.back.setToolTip("Show the run that is open again (Escape)")
        self.back.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.search, self.sort = search_field(), sort_box()
        self.count = QLabel()
        self.count.setProperty("role", "muted")

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.back)
        head.addWidget(self.search, 1)
        head.addWidget(self.sort)
        head.addWidget(self.count)
        self._middle = QStackedWidget()
        self._nothing = Nothing()
        self._middle.addWidget(self._nothing)
        self._middle.addWidget(self.shelf)
        left = QVBoxLayout()
        left.setSpacing(8)
        left.addLayout(head)
        left.addWidget(self.notice)
        left.addWidget(self._middle, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 12, 10)
        row.setSpacing(10)
        row.addLayout(left, 1)
        row.addWidget(self.details)

    def _connect(self) -> None:
        self.back.clicked.connect(lambda _checked: self.left.emit())
        self.search.textChanged.connect(self._search)
        self.sort.currentIndexChanged.connect(
            lambda _index: self.found.sort_by(self.sort.currentData())
        )
        self.shelf.chosen_changed.connect(self._show_chosen)
        self.shelf.open_wanted.connect(partial(self._do, "open"))
        self.shelf.delete_wanted.connect(partial(self._do, "delete"))
        self.details.wanted.connect(self._do)
        self.details.annotated.connect(self._annotate)
        if self._lister is not None:
            self._lister.found.connect(self._take)
            self._lister.gone.connect(self._drop)
            self._lister.finished.connect(self._say_count)

    # ------------------------------------------------------------------ what a window uses

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self.shelf.set_style(style)
        self.details.set_style(style)
        self.search.setMinimumWidth(round(90 * style.text_scale))
        self.sort.setMinimumWidth(self.sort.sizeHint().width())
        self._say_count()

    def set_open(self, path: Path | None) -> None:
        """Which file the window shows; it can't be deleted."""
        if path != self._open:
            self._open = path
            self.shelf.viewport().update()
            self._show_chosen()

    def choose(self, paths: Sequence[Path]) -> None:
        """Select these runs, if they are found."""
        self.shelf.choose(paths)

    @property
    def chosen(self) -> list[Run]:
        """The selected runs, from the oldest to the newest."""
        return self.shelf.chosen

    def refresh(self) -> None:
        """Look now what is in the folder."""
        if self._lister is not None:
            self._lister.refresh()

    # ---------------------------------------------------------------------------- what is done

    def delete(self) -> None:
        """Take the chosen runs out, and offer to bring them back."""
        if self._library is None:
            return
        gone, problem, names = [], "", []
        for run in self.chosen:
            if run.path == self._open:
                problem = problem or f"“{run.title}” is open in this window: it stays."
                continue
            try:
                self._library.delete(run.path)
            except GanStudioError as error:
                problem = problem or str(error)
            else:
                gone.append(run.path)
                names.append(run.title)
        if gone:
            self._deleted = gone
            what = f"“{names[0]}”" if len(gone) == 1 else f"{len(gone)} runs"
            self.notice.say(
                f"Deleted {what}. {problem}".strip(), trouble=bool(problem), action=self._undo
            )
        elif problem:
            self.notice.say(problem)
        self.shelf.setFocus()
        self.refresh()

    def undo(self) -> None:
        """Bring back what was deleted last."""
        if self._library is None:
            return
        back, self._deleted = self._deleted, []
        self.notice.hide()
        for path in back:
            try:
                self._library.restore(path.name)
            except GanStudioError as error:
                self.notice.say(str(error))
        self._wanted = back
        self.refresh()

    def _do(self, what: str) -> None:
        """What a button or a key asks for, if the chosen runs allow it."""
        if not self.details.buttons[what].isEnabled():
            if what == "delete" and self.chosen:
                self.notice.say("The run that is open in this window can't be deleted.")
            return
        runs = self.chosen
        entry = runs[0].entry
        if what == "delete":
            self.delete()
        elif what == "compare":
            self.compare_wanted.emit([run.path for run in runs])
        elif what == "duplicate" and entry is not None:
            self.duplicate_wanted.emit(entry.experiment)
        else:
            signal = {
                "open": self.open_wanted,
                "same_start": self.same_start_wanted,
                "save_copy": self.save_wanted,
            }[what]
            signal.emit(runs[0].path)

    def _annotate(self, path: Path, notes: str, tags: Sequence[str]) -> None:
        if self._library is None:
            return
        try:
            self._library.annotate(path, notes=notes, tags=tags)
        except GanStudioError as error:
            self.notice.say(f"The notes are not kept: {error}")
        self.refresh()

    # ------------------------------------------------------------------------------ inside

    _wanted: Sequence[Path] = ()
    """Runs to be selected as soon as they are found."""

    def _take(self, runs: list[Run]) -> None:
        first = not self.runs.rowCount()
        self.runs.put(runs)
        if found := [path for path in self._wanted if self.runs.find(path) is not None]:
            self._wanted = ()
            self.choose(found)
        elif first and self.found.rowCount():
            # Something is always chosen, so that the keys mean something.
            self.shelf.setCurrentIndex(self.found.index(0, 0))
        self._say_count()
        self._show_chosen()

    def _drop(self, paths: set[Path]) -> None:
        self.runs.drop(paths)
        if not self.chosen and self.found.rowCount():
            here = self.shelf.currentIndex()
            self.shelf.setCurrentIndex(here if here.isValid() else self.found.index(0, 0))
        self._say_count()
        self._show_chosen()

    def _search(self, words: str) -> None:
        self.found.search(words)
        self._say_count()

    def _show_chosen(self) -> None:
        runs = self.chosen
        parent = None
        if len(runs) == 1 and (entry := runs[0].entry) is not None and entry.parent is not None:
            parent = self.runs.with_id(entry.parent.id)
        opened = any(run.path == self._open for run in runs)
        self.details.show_runs(runs, parent, opened=opened)

    def _say_count(self) -> None:
        shown, total = self.found.rowCount(), self.runs.rowCount()
        words = f"{shown:,} of {total:,}" if shown < total else f"{total:,}"
        self.count.setText(f"{words} run{'' if total == 1 else 's'}")
        self._middle.setCurrentIndex(int(shown > 0))
        self.details.setVisible(total > 0)
        self.count.setVisible(total > 0 and self.width() >= 2.5 * self.details.width())
        self._nothing.say_why(searched=total > 0, records=self._library is not None)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._say_count()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            if self.search.text():
                self.search.clear()
            else:
                self.left.emit()
            return
        super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._say_count()
        if self._lister is not None:
            self._lister.start()
        self.shelf.setFocus()

    def hideEvent(self, event: QHideEvent) -> None:
        if self._lister is not None:
            self._lister.stop()
        super().hideEvent(event)
