"""What is known of the chosen runs, what people say of them, and what can be done with them."""

from __future__ import annotations

import html
from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QPixmap, QResizeEvent
from PySide6.QtWidgets import QFrame, QLabel, QScrollArea, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.app.labels import wrapping
from ganstudio.app.library.contrast import LETTERS, SAME, as_lines, as_list, as_table, contrasts
from ganstudio.app.library.deeds import MOST, Deeds
from ganstudio.app.library.jottings import Jottings
from ganstudio.app.library.runs import Run, when
from ganstudio.app.theme import set_look
from ganstudio.app.wording import size_words
from ganstudio.plots.style import LIGHT, Style

WIDTH = 320
PICTURE = QSize(284, 124)
ROOM_FOR_PICTURE = 430
CHIP_HEIGHT = 26
"""Pixels of normal text: twice the radius of its corners."""


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
        self.jottings, self._deeds = Jottings(), Deeds()
        self.tags, self.notes = self.jottings.tags, self.jottings.notes
        self.buttons = self._deeds.buttons
        self.jottings.annotated.connect(self.annotated)
        self._deeds.pressed.connect(self._press)
        self._build()
        self.show_runs([], None)

    # ------------------------------------------------------------------------------ making

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
            self.jottings,
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
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 10, 8, 10)
        outer.setSpacing(8)
        outer.addWidget(self._scroll, 1)
        outer.addWidget(self._deeds)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self.setFixedWidth(round(WIDTH * min(style.text_scale, 1.35)))
        self.jottings.set_style(style)
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
        self.jottings.keep_words()
        self._runs = list(runs)
        self._parent = parent
        shown = tuple((id(run), opened, id(parent)) for run in runs)
        if not runs or shown != self._shown:
            self._shown = shown
            self._redraw()
        self._deeds.allow(runs, opened=opened)

    def _redraw(self) -> None:
        runs = self._runs
        one = runs[0] if len(runs) == 1 else None
        entry = one.entry if one is not None else None
        self.jottings.setVisible(entry is not None)
        self.jottings.show_of(one)
        for part in (self.picture, self.outcome, self.verdict, self.facts, self.differences):
            part.setVisible(bool(runs))
        if one is not None:
            self._show_one(one)
        elif runs:
            self._show_several(runs)
        else:
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
        if e is None:
            self.differences.hide()
            return
        preset = run.preset
        if preset is None:
            self.differences.hide()
            return
        found = contrasts([preset, e.last])
        name = html.escape(preset.title)
        words = f"The preset {name} as it is."
        if found:
            words = f"Changed from the preset {name}:{as_list(found)}"
        elif preset.steps != e.last.steps:
            words = f"The preset {name}, with {e.last.steps:,} steps for {preset.steps:,}."
        self.differences.setText(words)

    def _show_picture(self) -> None:
        """The list has it too: where there is little room, words come first."""
        room = self.height() >= ROOM_FOR_PICTURE * self._style.text_scale
        one = len(self._runs) == 1 and self._runs[0].sketch is not None
        self.picture.setVisible(one and room)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_picture()

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
        # The pane is too narrow for columns of more than two.
        table = as_table(found, LETTERS[:2]) if len(runs) == 2 else as_lines(found)
        self.differences.setText(table if found else SAME)

    def _press(self, id: str) -> None:
        self.jottings.keep_words()
        self.wanted.emit(id)
