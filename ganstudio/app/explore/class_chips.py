"""Which class of pictures is looked at."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QButtonGroup, QPushButton, QScrollArea, QWidget

from ganstudio.app.explore.flow import Flow

LINES = 3
"""What is more is scrolled to: a set may have 256 classes."""
_GAP = 2


class ClassChips(QScrollArea):
    """All, or one class; how many pictures each has stands on it."""

    chosen = Signal(object)
    """The label, or None for all."""

    def __init__(self) -> None:
        super().__init__()
        self.label: int | None = None
        self.chips: dict[int | None, QPushButton] = {}
        self._named: tuple[str, ...] | None = None
        self._group: QButtonGroup | None = None
        self._inside: QWidget | None = None
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName("Classes")

    def show_classes(self, names: Sequence[str], counts: Sequence[int]) -> None:
        """Offer these classes; one that has no picture can't be chosen."""
        if tuple(names) != self._named:
            self._rebuild(names)
        if self.label is not None and not counts[self.label]:
            self.label = None
        whole = sum(counts)
        for label, chip in self.chips.items():
            count = whole if label is None else counts[label]
            name = "All" if label is None else names[label]
            chip.setText(f"{name}  {count:,}")
            chip.setEnabled(bool(count))
            what = "all classes" if label is None else f"class “{name}” only"
            chip.setToolTip(f"Show the {count:,} pictures of {what}")
            chip.setChecked(label == self.label)
        self._fit()

    def choose(self, label: int | None) -> None:
        """Look at another class."""
        self.label = label
        self.chips[label].setChecked(True)
        self.chosen.emit(label)

    def _rebuild(self, names: Sequence[str]) -> None:
        self._named, self.label = tuple(names), None
        self._inside = QWidget()
        self._inside.setProperty("role", "plain")
        flow = Flow(self._inside, _GAP)
        self._group = QButtonGroup(self._inside)
        self.chips = {}
        for label in (None, *range(len(names))):
            chip = QPushButton()
            chip.setCheckable(True)
            chip.clicked.connect(lambda _checked, label=label: self.choose(label))
            self._group.addButton(chip)
            flow.addWidget(chip)
            self.chips[label] = chip
        self.setWidget(self._inside)

    def _fit(self) -> None:
        """As high as the chips need, up to some lines."""
        if self._inside is None or not self.chips:
            return
        line = self.chips[None].sizeHint().height() + _GAP
        needed = self._inside.heightForWidth(self.viewport().width())
        self.setFixedHeight(min(needed, LINES * line) + 1)

    def sizeHint(self) -> QSize:
        return QSize(300, self.height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()
