"""Editors of one number that never hold a wrong one.

What is typed counts when Enter is pressed or the field is left. A wrong number is outlined while
it is typed and refused with a sentence; leaving the field or Escape brings the last good one
back.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QLabel, QLineEdit, QWidget

from ganstudio.app.forms.numerals import (
    NumberError,
    Range,
    format_float,
    parse_float,
    parse_int,
    step_float,
    step_int,
)
from ganstudio.app.theme import set_look

_GAP = 4
"""Pixels between the number and its unit."""


class NumberEdit(QAbstractSpinBox):
    """A line for a number with arrows, and its unit inside on the right.

    Args:
        limits: which numbers it takes.
        unit: shown behind the number.
        zero: shown there instead where the number is 0.
        log: steps go by factors.
        scale: a typical size, which decides how fine the steps are.
    """

    valueChanged = Signal(object)
    """The user chose another number."""
    refused = Signal(str)
    """Why what was typed does not count; empty when that is over."""

    def __init__(
        self,
        limits: Range,
        *,
        unit: str = "",
        zero: str = "",
        log: bool = False,
        scale: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._limits, self._log, self._scale = limits, log, scale
        self._value: Any = None
        self._units = unit, zero or unit
        self._unit = QLabel(unit, self)
        self._unit.setProperty("role", "small")
        self._unit.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._unit.setVisible(bool(unit or zero))
        self.setKeyboardTracking(False)
        # A wheel that turns over a form scrolls the form; only a chosen field takes it.
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMinimumWidth(0)
        self.lineEdit().textEdited.connect(self._judge)
        self.lineEdit().installEventFilter(self)
        self.editingFinished.connect(self._commit)

    @abstractmethod
    def parse(self, text: str) -> Any:
        """The number that `text` means.

        Raises:
            NumberError: none.
        """

    @abstractmethod
    def format(self, value: Any) -> str:
        """The text of a number."""

    @abstractmethod
    def stepped(self, value: Any, steps: int) -> Any:
        """The number that many steps away from `value`."""

    def value(self) -> Any:
        """The last good number."""
        return self._value

    def setValue(self, value: Any) -> None:
        """Show another number; what is being typed stays if it is the same number."""
        if value == self._value:
            return
        self._value = value
        self._restore()

    def stepBy(self, steps: int) -> None:
        """Go up or down, from what is typed if that is a number."""
        text = self.lineEdit().text()
        start = self._value if self._problem(text) else self.parse(text)
        self._choose(self.stepped(start, steps))

    def stepEnabled(self) -> QAbstractSpinBox.StepEnabledFlag:
        """Arrows are grey at the ends of the range."""
        flags = QAbstractSpinBox.StepEnabledFlag.StepNone
        if self._value is not None and self._value < self._limits.high:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepUpEnabled
        if self._value is not None and self._value > self._limits.low:
            flags |= QAbstractSpinBox.StepEnabledFlag.StepDownEnabled
        return flags

    def minimumSizeHint(self) -> QSize:
        """Wide enough for six digits or so and the arrows; a unit comes if there is room."""
        hint = super().minimumSizeHint()
        return QSize(self._digits() + 2 * self.fontMetrics().height(), hint.height())

    def sizeHint(self) -> QSize:
        """The same as the least size: forms make it wider."""
        return self.minimumSizeHint()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Steps only if the field was chosen."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Escape brings the last good number back."""
        if event.key() == Qt.Key.Key_Escape and self.lineEdit().text() != self.format(self._value):
            self._restore()
            self.refused.emit("")
        else:
            super().keyPressEvent(event)
            entered = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if entered and not self._problem(self.lineEdit().text()):
                # Done with this field: the next key is a command again.
                self.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Leaves Space, which no number has, to the window's shortcut."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() == Qt.Key.Key_Space
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Takes what was typed, or brings the last good number back."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self._restore()

    def resizeEvent(self, event: Any) -> None:
        """Keeps the unit at the right end."""
        super().resizeEvent(event)
        self._place_unit()

    def changeEvent(self, event: QEvent) -> None:
        """Another text size moves the unit."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.StyleChange):
            self._place_unit()

    def _place_unit(self) -> None:
        line: QLineEdit = self.lineEdit()
        # Padding in the style sheet does not reach the line inside a spin box.
        left = self.fontMetrics().height() // 3
        size, inside = self._unit.sizeHint(), line.geometry()
        fits = left + self._digits() + _GAP + size.width() <= inside.width()
        self._unit.setVisible(bool(self._unit.text()) and fits)
        if self._unit.isHidden():
            line.setTextMargins(left, 0, 0, 0)
            return
        self._unit.setGeometry(
            inside.right() - size.width(), inside.top(), size.width(), inside.height()
        )
        line.setTextMargins(left, 0, size.width() + _GAP, 0)

    def _digits(self) -> int:
        """The width of a usual number."""
        return self.fontMetrics().horizontalAdvance("0.0001")

    def _commit(self) -> None:
        text = self.lineEdit().text()
        if text == self.format(self._value):
            return
        if sentence := self._problem(text):
            self.refused.emit(sentence)
        else:
            self._choose(self.parse(text))

    def _choose(self, value: Any) -> None:
        changed = value != self._value
        self._value = value
        self._restore()
        self.refused.emit("")
        if changed:
            self.valueChanged.emit(value)

    def _restore(self) -> None:
        self.lineEdit().setText(self.format(self._value))
        unit, zero = self._units
        self._unit.setText(unit if self._value else zero)
        self._place_unit()
        self._outline(False)

    def _judge(self, text: str) -> None:
        # An empty line or a lone minus is on its way to a number: no reproach yet.
        self._outline(text.strip() not in ("", "-", "+") and bool(self._problem(text)))

    def _problem(self, text: str) -> str:
        try:
            value = self.parse(text)
        except NumberError as error:
            return str(error)
        return (
            ""
            if value in self._limits
            else f"{text.strip()} is out of range: {self._limits.text()}."
        )

    def _outline(self, refused: bool) -> None:
        set_look(self, "refused", "true" if refused else "false")


class FloatEdit(NumberEdit):
    """A decimal number, shown as short as it can be written: 0.001, 4, 1e-8."""

    def parse(self, text: str) -> float:
        """`0.5`, `0,5`, `5e-1`."""
        return parse_float(text)

    def format(self, value: float) -> str:
        """The shortest text that reads back as the same number."""
        return "" if value is None else format_float(value)

    def stepped(self, value: float, steps: int) -> float:
        """1-2-5 for factors, otherwise a tenth of its size."""
        return step_float(value, steps, self._limits, self._log, self._scale)


class IntEdit(NumberEdit):
    """A whole number."""

    def parse(self, text: str) -> int:
        """`2000`, `2,000`, `2e3`."""
        return parse_int(text)

    def format(self, value: int) -> str:
        """Its digits."""
        return "" if value is None else str(value)

    def stepped(self, value: int, steps: int) -> int:
        """One more, or twice as many."""
        return step_int(value, steps, self._limits, self._log)
