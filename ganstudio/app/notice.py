"""A line below the transport that says what went wrong and what can be done now."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QToolButton,
)

from ganstudio.app.icons import icon
from ganstudio.app.theme import set_look


class Notice(QFrame):
    """Shows one sentence at a time; a report for developers can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setProperty("role", "card")
        self._report = ""
        self._of_run = self._is_advice = False
        self._words = QLabel()
        self._words.setProperty("role", "trouble")
        # A file from a stranger has a say in it.
        self._words.setTextFormat(Qt.TextFormat.PlainText)
        self._words.setWordWrap(True)
        self._words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._copy = QPushButton(icon("copy"), "Copy report")
        self._copy.setToolTip("Copy what a developer needs to find the cause")
        self._copy.clicked.connect(lambda: QApplication.clipboard().setText(self._report))
        self._act = QToolButton()
        self._act.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._act.setAccessibleName("What can be done now")
        self._act.setToolTip("What can be done now")
        dismiss = QPushButton("Dismiss")
        dismiss.setToolTip("Hide this line")
        dismiss.clicked.connect(self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 8, 6)
        row.addWidget(self._words, 1)
        row.addWidget(self._act)
        row.addWidget(self._copy)
        row.addWidget(dismiss)
        self.hide()

    @property
    def words(self) -> str:
        """The sentence that is shown, or was last."""
        return self._words.text()

    def say(
        self,
        sentence: str,
        report: str = "",
        *,
        of_run: bool = False,
        trouble: bool = True,
        action: QAction | None = None,
    ) -> None:
        """Show a sentence, with a button that copies the report if there is one.

        One `of_run` is over when a run starts or goes on; any other is to be read and dismissed.
        What is no `trouble` is not red. An `action` gets a button too: what can be done now.
        What is no trouble and has no button is advice, and over as soon as somebody trains.
        """
        set_look(self._words, "role", "trouble" if trouble else "plain")
        self._act.setVisible(action is not None)
        if action is not None:
            self._act.setDefaultAction(action)
        self._of_run = of_run
        self._is_advice = not (trouble or of_run or action)
        self._report = f"{sentence}\n\n{report}"
        self._words.setText(sentence)
        self._words.setAccessibleName(sentence)
        self._copy.setVisible(bool(report))
        self.show()

    def forget_run(self) -> None:
        """Another run has started, or this one goes on."""
        if self._of_run:
            self.hide()

    def forget_advice(self) -> None:
        """Somebody trains."""
        if self._is_advice:
            self.hide()
