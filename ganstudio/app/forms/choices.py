"""Editors of everything that is not a number: choices, switches, texts."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from ganstudio.app.forms.words import first_sentence, kind_of, readable, tooltip
from ganstudio.core.spec import Spec


class ChoiceEdit(QComboBox):
    """One of several texts, such as those of a `Literal`.

    Args:
        choices: the values; people see them as `readable` says, or as they are if `verbatim`.
    """

    valueChanged = Signal(object)
    """The user chose another value."""

    def __init__(
        self, choices: Sequence[str], *, verbatim: bool = False, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._verbatim = verbatim
        self._last = ""
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.set_choices(choices)
        self.activated.connect(self._emit)

    def set_choices(self, choices: Sequence[str], shown: str | None = None) -> None:
        """Offer other values.

        Args:
            choices: the values.
            shown: the one to show; that which is shown stays if not given, even if it is not
                among them.
        """
        shown = self._last if shown is None else shown
        self.clear()
        for choice in choices:
            self._add(choice)
        if shown:
            self.setValue(shown)

    def value(self) -> str:
        """The value that is shown."""
        return self._last

    def setValue(self, value: str) -> None:
        """Show a value; one that is not offered is added, so that no file is misread."""
        if (index := self.findData(value)) < 0:
            self._add(value)
            index = self.count() - 1
        self._last = value
        self.setCurrentIndex(index)

    def showPopup(self) -> None:
        """The list is as wide as its longest line, however narrow the box is."""
        self.view().setMinimumWidth(
            self.view().sizeHintForColumn(0) + 3 * self.fontMetrics().height()
        )
        super().showPopup()

    def minimumSizeHint(self) -> QSize:
        """The few words of a kind are never cut; lists of other texts may be long."""
        hint = super().minimumSizeHint()
        if self._verbatim:
            return hint
        metrics = self.fontMetrics()
        widths = [metrics.horizontalAdvance(self.itemText(i)) for i in range(self.count())]
        arrow_and_padding = round(2.3 * metrics.height())
        return QSize(max(widths, default=0) + arrow_and_padding, hint.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Another choice only if the box was chosen first; else the form scrolls."""
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def _add(self, choice: str) -> None:
        self.addItem(choice if self._verbatim else readable(choice), choice)

    def _emit(self) -> None:
        value = self.currentData()
        if value != self._last:
            self._last = value
            self.valueChanged.emit(value)


class KindEdit(ChoiceEdit):
    """Which class of a union: the value is its kind, the tooltips are the classes' own words."""

    def __init__(self, classes: Sequence[type[Spec]], *, parent: QWidget | None = None) -> None:
        super().__init__([kind_of(each) for each in classes], parent=parent)
        for index, each in enumerate(classes):
            words = tooltip(first_sentence(each))
            self.setItemData(index, words, Qt.ItemDataRole.ToolTipRole)


class Switch(QCheckBox):
    """On or off."""

    valueChanged = Signal(object)
    """The user switched it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        # A click counts, setChecked does not.
        self.clicked.connect(lambda: self.valueChanged.emit(self.isChecked()))

    def value(self) -> bool:
        """Whether it is on."""
        return self.isChecked()

    def setValue(self, value: bool) -> None:
        """Switch it without a signal."""
        self.setChecked(value)


class TextEdit(QLineEdit):
    """A line of text that counts when Enter is pressed or the field is left.

    Args:
        longest: how many characters fit.
    """

    valueChanged = Signal(object)
    """The user wrote another text."""

    def __init__(self, longest: int | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._last = ""
        if longest is not None:
            self.setMaxLength(longest)
        self.setMinimumWidth(0)
        self.editingFinished.connect(self._commit)

    def value(self) -> str:
        """The last text that counted."""
        return self._last

    def setValue(self, value: str) -> None:
        """Show another text."""
        if value != self._last:
            self._last = value
            self.setText(value)
            self.setCursorPosition(0)

    def _commit(self) -> None:
        if self.isModified() and self.text() != self._last:
            self._last = self.text()
            self.valueChanged.emit(self._last)
