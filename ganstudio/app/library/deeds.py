"""What can be done with the chosen runs: the buttons of the pane beside the list."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QWidget

from ganstudio.app.library.contrast import LETTERS
from ganstudio.app.library.runs import Run
from ganstudio.app.theme import set_look

MOST = len(LETTERS)
"""Runs that can be compared."""

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


class Deeds(QWidget):
    """The buttons."""

    pressed = Signal(str)
    """The id of one."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "plain")
        self.buttons = {id: _button(id) for id in _BUTTONS}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setSpacing(6)
        for id, button in self.buttons.items():
            grid.addWidget(button, *_PLACES[id])
            button.clicked.connect(lambda _checked, id=id: self.pressed.emit(id))

    def allow(self, runs: Sequence[Run], *, opened: bool) -> None:
        """Have those enabled that make sense for these runs, one of which may be open."""
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


def _button(id: str) -> QPushButton:
    text, help = _BUTTONS[id]
    made = QPushButton(text)
    made.setObjectName(f"library_{id}")
    made.setToolTip(help)
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made
