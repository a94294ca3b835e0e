"""What is known of the chosen runs, what people say of them, and what can be done with them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.labels import wrapping
from ganstudio.app.library.contrast import LETTERS, as_list, as_table, contrasts
from ganstudio.app.library.runs import Run, when
from ganstudio.app.theme import set_look
from ganstudio.app.wording import size_words
from ganstudio.plots.style import LIGHT, Style
from ganstudio.record.notes import LONGEST_TAG, MOST_NOTES, MOST_TAGS, tidied

MOST = len(LETTERS)
"""Runs that can be compared."""
WIDTH = 320
PICTURE = QSize(284, 124)
ROOM_FOR_PICTURE = 430
CHIP_HEIGHT = 26
"""Pixels of normal text: twice the radius of its corners."""
SETTLE_MS = 800
"""After so long without a key, notes are kept."""

_BUTTONS = {
    "open": ("Open", "Show this run with all its steps, paused where it can go on (Enter)"),
    "compare": ("Compare", f"Put the chosen runs, up to {MOST}, on one timeline"),
    "same_start": (
        "Same start, one change",
        "Begin anew from the same networks: change one thing, train, and compare with this run",
    ),
    "duplicate": ("Duplicate", "Open its experiment untrained, as a new one"),
    "save_copy": ("Copy…", "Save a copy of this run elsewhere, with all its steps"),
    "delete": ("Delete", "Take the chosen runs out of the library (Delete); this can be undone"),
}
_PLACES = {
    "open": (0, 0, 1, 3),
    "compare": (0, 3, 1, 3),
    "same_start": (1, 0, 1, 6),
    "duplicate": (2, 0, 1, 2),
    "save_copy": (2, 2, 1, 2),
    "delete": (2, 4, 1, 2),
}


class Details(QFrame):
    """The pane beside the list."""

    wanted = Signal(str)
    """The id of a button was pressed: what it says is to be done with the chosen runs."""
    annotated = Signal(object, str, object)
    """A path, its notes and a tuple of its tags."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self._style = LIGHT
        self._runs: list[Run] = []
        self._shown: tuple[object, ...] = ()
        self.picture = QLabel()
        self.title, self.facts = wrapping("title"), wrapping("muted")
        self.verdict, self.differences = wrapping(), wrapping()
        for words in (self.title, self.facts, self.verdict):
            # What a stranger's file says is no markup.
            words.setTextFormat(Qt.TextFormat.PlainText)
        self.outcome = QLabel()
        self.outcome.setProperty("role", "chip")
        self.outcome.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
        self.tags, self.notes = QLineEdit(), QPlainTextEdit()
        self.buttons = {id: _button(id) for id in _BUTTONS}
        self._writing = QTimer(self, interval=SETTLE_MS, singleShot=True)
        self._writing.timeout.connect(self.keep_words)
        self._about: Run | None = None
        self._kept: tuple[str, tuple[str, ...]] = "", ()
        """The notes and tags that its file has, or that were handed on last."""
        self._make_fields()
        self._build()
        self.show_runs([], None)

    # ------------------------------------------------------------------------------ making

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
        self.notes.setFixedHeight(74)
        self.tags.textEdited.connect(lambda _text: self._writing.start())
        self.notes.textChanged.connect(self._note_change)
        for field in (self.tags, self.notes):
            field.installEventFilter(self)

    def _build(self) -> None:
        inside = QWidget()
        inside.setProperty("role", "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(7)
        parts = (
            self.picture,
            self.title,
            self.outcome,
            self.verdict,
            self.facts,
            self.tags,
            self.notes,
            self.differences,
        )
        for part in parts:
            column.addWidget(part)
        column.addStretch(1)
        self._scroll = QScrollArea()
        self._scroll.setWidgetResizable(True)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._scroll.setWidget(inside)
        grid = QGridLayout()
        grid.setSpacing(6)
        for id, button in self.buttons.items():
            grid.addWidget(button, *_PLACES[id])
            button.clicked.connect(lambda _checked, id=id: self._press(id))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 8, 10)
        outer.setSpacing(8)
        outer.addWidget(self._scroll, 1)
        outer.addLayout(grid)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self.setFixedWidth(round(WIDTH * min(style.text_scale, 1.35)))
        self.notes.setFixedHeight(round(74 * style.text_scale))
        self.outcome.setMinimumHeight(round(CHIP_HEIGHT * style.text_scale))
        self._shown = ()
        self._redraw()

    # ------------------------------------------------------------------------------ showing

    def show_runs(self, runs: Sequence[Run], parent: Run | None, *, opened: bool = False) -> None:
        """Show the chosen runs.

        Args:
            runs: from the oldest to the newest.
            parent: the run that a single chosen one is a branch of, if it is still there.
            opened: whether one of them is the run that the window shows.
        """
        self.keep_words()
        self._runs = list(runs)
        self._parent = parent
        shown = tuple((id(run), opened, id(parent)) for run in runs)
        if not runs or shown != self._shown:
            self._shown = shown
            self._redraw()
        self._allow(opened=opened)

    def _redraw(self) -> None:
        runs = self._runs
        one = runs[0] if len(runs) == 1 else None
        entry = one.entry if one is not None else None
        for field in (self.tags, self.notes):
            field.setVisible(entry is not None)
        for part in (self.picture, self.outcome, self.verdict, self.facts, self.differences):
            part.setVisible(bool(runs))
        if one is not None:
            self._show_one(one)
        elif runs:
            self._show_several(runs)
        else:
            self._about = None
            self.title.setText("Choose a run to see what it was, or several to compare them.")
        set_look(self.title, "role", "title" if runs else "muted")

    def _show_one(self, run: Run) -> None:
        e = run.entry
        self.title.setText(run.title)
        self.outcome.setText(run.outcome)
        set_look(self.outcome, "state", run.look)
        self.verdict.setText(run.verdict or run.problem)
        self.verdict.setVisible(bool(run.verdict or run.problem))
        self._show_picture()
        if run.sketch is not None:
            ratio = self.devicePixelRatioF()
            image = run.sketch.image(PICTURE, ratio, self._style)
            self.picture.setPixmap(QPixmap.fromImage(image))
        self.facts.setText("\n".join(self._facts(run)))
        self._show_words(run)
        if e is None:
            self.differences.hide()
            return
        preset = run.preset
        if preset is None:
            self.differences.hide()
            return
        found = contrasts([preset, e.last])
        name = html.escape(preset.title)
        self.differences.setText(
            f"Changed from the preset {name}:{as_list(found)}"
            if found
            else f"The preset {name} as it is."
        )

    def _show_picture(self) -> None:
        """The list has it too: where there is little room, words come first."""
        room = self.height() >= ROOM_FOR_PICTURE * self._style.text_scale
        one = len(self._runs) == 1 and self._runs[0].sketch is not None
        self.picture.setVisible(one and room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_picture()

    def _show_words(self, run: Run) -> None:
        """Notes and tags, unless somebody is just writing them."""
        e, writes = run.entry, self.tags.hasFocus() or self.notes.hasFocus()
        same = self._about is not None and self._about.path == run.path
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

    def _facts(self, run: Run) -> list[str]:
        e = run.entry
        if e is None:
            return [f"File: {run.path.name}"]
        seeds = f", {e.replicas:,} seeds" if e.replicas > 1 else f", seed {e.experiment.seed}"
        said = [
            f"{e.step:,} steps{seeds}",
            f"{when(e.created)} on {e.device.upper()}, {size_words(e.size)}",
        ]
        if contrasts([e.experiment, e.last]):
            said.append("Edited while it trained")
        if e.parent is not None:
            of = f"“{self._parent.title}”" if self._parent is not None else "a run that is gone"
            said.append(f"Branch of {of} from step {e.parent.step:,}")
        return said

    def _show_several(self, runs: Sequence[Run]) -> None:
        self._about = None
        for part in (self.picture, self.outcome, self.verdict):
            part.hide()
        entries = [run.entry for run in runs if run.entry is not None]
        self.title.setText(f"{len(runs):,} runs")
        if len(runs) > MOST or len(entries) < len(runs):
            self.facts.setText(
                f"Choose up to {MOST} to compare them."
                if len(runs) > MOST
                else "One of them can't be read."
            )
            self.differences.hide()
            return
        named = [f"{LETTERS[i]}: {run.title}, {run.outcome}" for i, run in enumerate(runs)]
        self.facts.setText("\n".join(named))
        found = contrasts([entry.last for entry in entries])
        self.differences.setText(
            as_table(found, LETTERS[: len(runs)])
            if found
            else "The same experiment: what differs between them is chance, or nothing."
        )

    def _allow(self, *, opened: bool) -> None:
        runs = self._runs
        readable = bool(runs) and all(run.entry is not None for run in runs)
        seen = readable and all(run.sketch is not None for run in runs)
        one = readable and len(runs) == 1
        allowed = {
            "open": one,
            "compare": seen and 2 <= len(runs) <= MOST,
            "same_start": one,
            "duplicate": one,
            "save_copy": one,
            "delete": bool(runs) and not opened,
        }
        several = allowed["compare"]
        for id, button in self.buttons.items():
            button.setEnabled(allowed[id])
        set_look(self.buttons["open"], "role", "" if several else "primary")
        set_look(self.buttons["compare"], "role", "primary" if several else "")
        words = "The run that is open stays" if opened else _BUTTONS["delete"][1]
        self.buttons["delete"].setToolTip(words)

    # ------------------------------------------------------------------------------ writing

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

    def _press(self, id: str) -> None:
        self.keep_words()
        self.wanted.emit(id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            self.keep_words()
        return super().eventFilter(watched, event)

    def hideEvent(self, event: QHideEvent) -> None:
        self.keep_words()
        super().hideEvent(event)


def _button(id: str) -> QPushButton:
    text, help = _BUTTONS[id]
    made = QPushButton(text)
    made.setObjectName(f"library_{id}")
    made.setToolTip(help)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
