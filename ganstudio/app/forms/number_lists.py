"""An editor of several numbers on one line."""

from __future__ import annotations

import re
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from ganstudio.app.forms.numerals import (
    NumberError,
    Range,
    format_bound,
    format_float,
    parse_float,
    parse_int,
)
from ganstudio.app.theme import set_look

Number = int | float


@dataclass(frozen=True)
class Lists:
    """Which lists of numbers a field takes.

    Args:
        each: the range of each number.
        whole: whether they are whole numbers.
        at_least: how many there must be.
        at_most: how many there may be; None for any number.
    """

    each: Range
    whole: bool
    at_least: int
    at_most: int | None

    def parse(self, text: str) -> tuple[Number, ...]:
        """The numbers in a text; commas, semicolons and spaces stand between them.

        Raises:
            NumberError: one sentence about the first thing that is wrong.
        """
        words = [word for word in re.split(r"[\s,;]+", text) if word]
        numbers: list[Number] = [self._number(word) for word in words]
        if len(numbers) < self.at_least:
            raise NumberError(f"At least {self.at_least} numbers belong here, such as 0.1, 0.3.")
        if self.at_most is not None and len(numbers) > self.at_most:
            raise NumberError(f"{len(numbers):,} numbers are too many: at most {self.at_most:,}.")
        return tuple(numbers)

    def _number(self, word: str) -> Number:
        try:
            number = parse_int(word) if self.whole else parse_float(word)
        except NumberError:
            example = "1000, 2000" if self.whole else "0.1, 0.3, 1"
            kind = "a whole number" if self.whole else "a number"
            raise NumberError(f"“{word[:20]}” is not {kind}; write them like {example}.") from None
        if number not in self.each:
            raise NumberError(f"{format_bound(number)} is out of range: {self.each.text()}.")
        return number


class NumbersEdit(QLineEdit):
    """Numbers with commas between them; they count on Enter or when the field is left.

    What is wrong is outlined while it is typed and then refused with a sentence; leaving the
    field or Escape brings the last good numbers back.

    Args:
        lists: what it takes.
    """

    valueChanged = Signal(object)
    """The user chose other numbers."""
    refused = Signal(str)
    """Why what was typed does not count; empty when that is over."""

    def __init__(self, lists: Lists, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lists = lists
        self._value: tuple[Number, ...] = ()
        self.setMinimumWidth(0)
        self.textEdited.connect(lambda text: self._outline(bool(self._problem(text))))
        self.editingFinished.connect(self._commit)

    def value(self) -> tuple[Number, ...]:
        """The last good numbers."""
        return self._value

    def setValue(self, value: tuple[Number, ...]) -> None:
        """Show other numbers; what is being typed stays if they are the same."""
        if value != self._value:
            self._value = value
            self._restore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings the last good numbers back; Enter is the end of typing."""
        if event.key() == Qt.Key.Key_Escape and self.text() != self._words():
            self._restore()
            self.refused.emit("")
            return
        super().keyPressEvent(event)
        entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if entered and not self._problem(self.text()):
            self.clearFocus()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes what was typed, or brings the last good numbers back."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._restore()

    def _commit(self) -> None:
        text = self.text()
        if text == self._words():
            return
        if sentence := self._problem(text):
            self.refused.emit(sentence)
            return
        before, self._value = self._value, self._lists.parse(text)
        self._restore()
        self.refused.emit("")
        if self._value != before:
            self.valueChanged.emit(self._value)

    def _restore(self) -> None:
        if self.text() != self._words():
            self.setText(self._words())
            self.setCursorPosition(0)
        self._outline(False)

    def _words(self) -> str:
        return ", ".join(str(n) if self._lists.whole else format_float(n) for n in self._value)

    def _problem(self, text: str) -> str:
        try:
            self._lists.parse(text)
        except NumberError as error:
            return str(error)
        return ""

    def _outline(self, refused: bool) -> None:
        set_look(self, "refused", "true" if refused else "false")
