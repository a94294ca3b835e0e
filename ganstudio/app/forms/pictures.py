"""Editors of what only pictures have: which classes, and in which folder they are."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.forms.choices import TextEdit
from ganstudio.app.forms.rows import words_label
from ganstudio.app.forms.words import tooltip
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Digits, FashionMnist, Kmnist, Mnist, PictureFolder
from ganstudio.data.images.known import FASHION, KMNIST, MNIST

_SHORT = 3
"""Letters of a name; ten such names stand in one row."""
_LONG_COLUMNS = 3
_GAP = 3


class ClassesEdit(QWidget):
    """A button for each class: those that are pressed, or all if none is.

    Args:
        names: of the classes, by their numbers.
    """

    valueChanged = Signal(object)
    """The user pressed or released a class."""

    def __init__(self, names: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._names = tuple(names)
        self.buttons = [self._button(number, name) for number, name in enumerate(names)]
        short = max(map(len, names)) <= _SHORT
        columns = len(names) if short else _LONG_COLUMNS
        grid = QGridLayout()
        grid.setSpacing(_GAP)
        for number, button in enumerate(self.buttons):
            grid.addWidget(button, number // columns, number % columns)
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        self.words = words_label("", "small")
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addLayout(grid)
        rows.addWidget(self.words)
        self._say()

    def _button(self, number: int, name: str) -> QToolButton:
        made = QToolButton(self)
        made.setText(name)
        made.setCheckable(True)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        made.setAccessibleName(f"Class {number}: {name}")
        numbered = name if name == str(number) else f"{name} (class {number})"
        made.setToolTip(tooltip(f"Learn from pictures of {numbered}. With none pressed, from all."))
        # A click counts, setChecked does not.
        made.clicked.connect(self._commit)
        return made

    def value(self) -> tuple[int, ...]:
        """The classes that are pressed."""
        return tuple(i for i, button in enumerate(self.buttons) if button.isChecked())

    def setValue(self, value: Sequence[int]) -> None:
        """Press others, without a signal."""
        for number, button in enumerate(self.buttons):
            button.setChecked(number in value)
        self._say()

    def _commit(self) -> None:
        if len(self.value()) == len(self.buttons):
            # All of them is what none means, and the same experiment has one spelling.
            self.setValue(())
        self._say()
        self.valueChanged.emit(self.value())

    def _say(self) -> None:
        chosen = [self._names[number] for number in self.value()]
        self.words.setText(f"Only {', '.join(chosen)}" if chosen else "All of them")


class FolderEdit(QWidget):
    """The path of a folder, written or chosen.

    Args:
        longest: how many characters it may have.
    """

    valueChanged = Signal(object)
    """The user wrote or chose another one."""

    def __init__(self, longest: int = 4096, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.path = TextEdit(longest)
        self.path.setPlaceholderText("No folder chosen")
        self.path.setAccessibleName("Path of the folder")
        self.choose = QPushButton("Choose…")
        self.choose.setToolTip("Choose a folder of PNG and JPEG files, or of IDX files")
        self.choose.setAccessibleName("Choose a folder")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(6)
        row.addWidget(self.path, 1)
        row.addWidget(self.choose)
        self.setFocusProxy(self.path)
        self.path.valueChanged.connect(self.valueChanged)
        self.choose.clicked.connect(lambda _checked: self._ask())

    def value(self) -> str:
        """The path that counts."""
        return self.path.value()

    def setValue(self, value: str) -> None:
        """Show another path, without a signal."""
        self.path.setValue(value)
        self.path.setToolTip(value)

    def _ask(self) -> None:
        here = self.value() if Path(self.value()).is_dir() else ""
        found = QFileDialog.getExistingDirectory(self, "Choose a folder of pictures", here)
        if found and found != self.value():
            self.setValue(found)
            self.valueChanged.emit(found)


OF_PICTURES: dict[tuple[type[Spec], str], Callable[[], QWidget]] = {
    (Digits, "classes"): partial(ClassesEdit, MNIST.classes),
    (Mnist, "classes"): partial(ClassesEdit, MNIST.classes),
    (FashionMnist, "classes"): partial(ClassesEdit, FASHION.classes),
    (Kmnist, "classes"): partial(ClassesEdit, KMNIST.classes),
    (PictureFolder, "folder"): FolderEdit,
}
"""The editors that stand below their labels, by the field that they edit."""
