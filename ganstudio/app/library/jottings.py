"""What people say of a run: its tags and notes, kept as they are written."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from ganstudio.app.library.runs import Run
from ganstudio.plots.style import Style
from ganstudio.record.notes import LONGEST_TAG, MOST_NOTES, MOST_TAGS, tidied

HEIGHT = 74
"""Of the notes, in pixels of normal text."""
SETTLE_MS = 800
"""After so long without a key, notes are kept."""


class Jottings(QWidget):
    """Two fields."""

    annotated = Signal(object, str, object)
    """A path, its notes and a tuple of its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "plain")
        self.tags, self.notes = QLineEdit(), QPlainTextEdit()
        self._writing = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._writing.timeout.connect(self.keep_words)
        self._about: Run | None = None
        self._kept: tuple[str, tuple[str, ...]] = "", ()
        """The notes and tags that its file has, or that were handed on last."""
        self._make_fields()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(7)
        column.addWidget(self.tags)
        column.addWidget(self.notes)

    def _make_fields(self) -> None:
        self.tags.setPlaceholderText("Tags: lecture 3, collapse")
        self.tags.setAccessibleName("Tags")
        self.tags.setToolTip(
            f"Words to find this run by, with commas between them: up to {MOST_TAGS} of "
            f"{LONGEST_TAG} letters"
        )
        self.notes.setPlaceholderText("Notes: what was seen here?")
        self.notes.setAccessibleName("Notes")
        self.notes.setToolTip(f"What is to be remembered of this run: up to {MOST_NOTES:,} letters")
        self.notes.setTabChangesFocus(True)
        self.notes.setFixedHeight(HEIGHT)
        self.tags.textEdited.connect(lambda _text: self._writing.start())
        self.notes.textChanged.connect(self._note_change)
        for field in (self.tags, self.notes):
            field.installEventFilter(self)

    def set_style(self, style: Style) -> None:
        """Take other sizes."""
        self.notes.setFixedHeight(round(HEIGHT * style.text_scale))

    def show_of(self, run: Run | None) -> None:
        """Show what is kept of a run that can be read, unless somebody is just writing that."""
        e = run.entry if run is not None else None
        writes = self.tags.hasFocus() or self.notes.hasFocus()
        same = self._about is not None and run is not None and self._about.path == run.path
        self._about = run if e is not None else None
        if e is None or (same and writes):
            return
        self._kept = e.notes, e.tags
        for field in (self.tags, self.notes):
            field.blockSignals(True)
        self.tags.setText(", ".join(e.tags))
        if self.notes.toPlainText() != e.notes:
            self.notes.setPlainText(e.notes)
        for field in (self.tags, self.notes):
            field.blockSignals(False)

    def keep_words(self) -> None:
        """Hand on notes and tags that are not kept yet."""
        self._writing.stop()
        if self._about is None:
            return
        tags = tidied(self.tags.text().split(","))
        said = self.notes.toPlainText(), tuple(tags)
        if said != self._kept:
            # Nothing is handed on twice, also where it can't be written.
            self._kept = said
            self.annotated.emit(self._about.path, *said)

    def _note_change(self) -> None:
        if self._about is not None:
            self._writing.start()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.keep_words()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep_words()
        super().hideEvent(event)
