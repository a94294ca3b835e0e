"""How runs are found in the list: the search, the order, and what is said where there are none."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QLineEdit, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.app.library.runs import ORDERS


def search_field() -> QLineEdit:
    """Where words are typed that a run is to have."""
    made = QLineEdit()
    made.setPlaceholderText("Search: title, tag, note, verdict")
    made.setAccessibleName("Search the runs")
    made.setToolTip("Runs that hold all of these words in their title, notes, tags or verdict")
    made.setClearButtonEnabled(True)
    return made


def sort_box() -> QComboBox:
    """The orders, with their ids as data."""
    made = QComboBox()
    for id, (name, _key, _largest) in ORDERS.items():
        made.addItem(name, id)
    made.setAccessibleName("Sort the runs")
    made.setToolTip("The order of the runs; best first: the largest share of seeds fits")
    made.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return made


class Nothing(QWidget):
    """Stands in the place of the list while no run is in it."""

    def __init__(self) -> None:
        super().__init__()
        self._title, self._words = QLabel(), QLabel()
        self._title.setProperty("role", "title")
        self._words.setProperty("role", "muted")
        self._words.setWordWrap(True)
        self._words.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._words.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        column = QVBoxLayout(self)
        column.setSpacing(12)
        column.addStretch(2)
        column.addWidget(self._title, 0, Qt.AlignmentFlag.AlignHCenter)
        column.addWidget(self._words)
        column.addStretch(3)

    def say_why(self, *, searched: bool, records: bool) -> None:
        """Say why there is none.

        Args:
            searched: there are some, but none has the words of the search.
            records: runs are recorded at all.
        """
        if searched:
            self._title.setText("No run has all of these words")
            self._words.setText("A search looks at titles, notes, tags and verdicts.")
        elif not records:
            self._title.setText("Runs are not recorded here")
            self._words.setText("This window was started without a folder for them.")
        else:
            self._title.setText("Every run you train will be here")
            self._words.setText(
                "Train some steps: the run is recorded by itself, with all its pictures. Later it "
                "can be found, opened, noted down and compared with others."
            )
