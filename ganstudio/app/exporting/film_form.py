"""The fields of a film: what, how large, how long, in which format."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from ganstudio.errors import FileError, SpecError
from ganstudio.export.encoders import FORMATS, format_of
from ganstudio.export.film import Film
from ganstudio.export.look import LARGEST, SMALLEST, Look
from ganstudio.export.timeline import Timing

SIZES = ((480, 270), (800, 450), (1280, 720), (1920, 1080))
NAMES = {
    ".gif": "GIF: everywhere",
    ".webp": "WebP: small and sharp",
    ".apng": "APNG: exact colours",
    ".mp4": "MP4: for slides",
    ".webm": "WebM: for the web",
}
USUAL_SECONDS = 6.0
Box = TypeVar("Box", bound=QAbstractSpinBox)


class FilmForm(QWidget):
    """Edits what a film of some runs shows.

    Args:
        runs: their files.
        views: (name, title) of those that can be shown.
        chosen: the names of those that are at first.
        steps: the first and the last step there is.
        dark: whether the window is.
        before: the last film that was made and its suffix: its choices are taken over.
    """

    changed = Signal()

    def __init__(
        self,
        runs: tuple[Path, ...],
        views: Iterable[tuple[str, str]],
        chosen: Iterable[str],
        steps: tuple[int, int],
        dark: bool,
        before: tuple[Film, str] | None = None,
    ) -> None:
        super().__init__()
        self._runs = runs
        self.views = self._make_views(views, set(chosen))
        self.format = QComboBox()
        self.known_size = QComboBox()
        self.wide, self.high = _side(SIZES[1][0], "Width"), _side(SIZES[1][1], "Height")
        self.first, self.last = _step(steps, steps[0]), _step(steps, steps[1])
        self.every = _indented(QSpinBox())
        self.seconds, self.hold = _seconds(USUAL_SECONDS, 0.5), _seconds(1.0, 0.0)
        self.loop, self.caption = QCheckBox("Begin again at the end"), QCheckBox("Step and metrics")
        self.ground = QComboBox()
        self._fill(dark)
        if before is not None:
            self._take_over(*before)
        self._lay_out()
        self._connect()

    @property
    def suffix(self) -> str:
        """Of the chosen format."""
        return str(self.format.currentData())

    def film(self) -> Film:
        """What is chosen.

        Raises:
            SpecError: it makes no film.
        """
        items = [self.views.item(row) for row in range(self.views.count())]
        on = Qt.CheckState.Checked
        names = tuple(str(i.data(Qt.ItemDataRole.UserRole)) for i in items if i.checkState() == on)
        if not names:
            raise SpecError("choose at least one view to be shown")
        size = self.wide.value(), self.high.value()
        look = Look(names, size, bool(self.ground.currentData()), self.caption.isChecked())
        timing = Timing(
            self.first.value(),
            self.last.value(),
            self.every.value() or None,
            self.seconds.value(),
            self.hold.value(),
            self.loop.isChecked(),
        )
        return Film(self._runs, look, timing)

    # ------------------------------------------------------------------------------ making

    def _make_views(self, views: Iterable[tuple[str, str]], chosen: set[str]) -> QListWidget:
        made = QListWidget()
        made.setAccessibleName("Views")
        for name, title in views:
            item = QListWidgetItem(title, made)
            item.setData(Qt.ItemDataRole.UserRole, name)
            is_on = name in chosen
            item.setCheckState(Qt.CheckState.Checked if is_on else Qt.CheckState.Unchecked)
        made.ensurePolished()
        made.setFixedHeight(made.sizeHintForRow(0) * max(3, made.count()) + 14)
        return made

    def _fill(self, dark: bool) -> None:
        for suffix in FORMATS:
            self.format.addItem(NAMES.get(suffix, suffix), suffix)
            try:
                format_of(Path(f"film{suffix}"))
            except FileError as error:
                row = self.format.count() - 1
                self.format.setItemData(row, str(error), Qt.ItemDataRole.ToolTipRole)
                # What this machine can't make is seen, and why.
                self.format.setItemData(row, 0, Qt.ItemDataRole.UserRole - 1)
        for width, height in SIZES:
            self.known_size.addItem(f"{width} × {height}", (width, height))
        self.known_size.addItem("other", None)
        self.known_size.setCurrentIndex(1)
        self.every.setRange(0, 10_000)
        self.every.setSpecialValueText("as many as are smooth")
        self.every.setPrefix("every n-th, n = ")
        for words, is_dark in (("light", False), ("dark", True)):
            self.ground.addItem(words, is_dark)
        self.ground.setCurrentIndex(int(dark))
        self.loop.setChecked(True)
        self.caption.setChecked(True)

    def _take_over(self, film: Film, suffix: str) -> None:
        """What does not depend on the run."""
        self.format.setCurrentIndex(self.format.findData(suffix))
        self.wide.setValue(film.look.size[0])
        self.high.setValue(film.look.size[1])
        self._name_size()
        self.ground.setCurrentIndex(int(film.look.dark))
        self.caption.setChecked(film.look.caption)
        self.every.setValue(film.timing.every or 0)
        self.seconds.setValue(film.timing.seconds or USUAL_SECONDS)
        self.hold.setValue(film.timing.hold or 0.0)
        self.loop.setChecked(film.timing.loop)

    def _lay_out(self) -> None:
        column, form = QVBoxLayout(self), QFormLayout()
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addStretch()
        form.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.AllNonFixedFieldsGrow)
        form.addRow("Views", self.views)
        form.addRow("Format", self.format)
        form.addRow("Size", _row(self.known_size, self.wide, QLabel("×"), self.high))
        form.addRow("Steps", _row(self.first, QLabel("to"), self.last))
        form.addRow("Pictures", self.every)
        form.addRow("Length", _row(self.seconds, QLabel("of it the last picture"), self.hold))
        form.addRow("Background", self.ground)
        form.addRow("", _row(self.loop, self.caption))
        names = {
            self.format: ("Format", "The kind of file"),
            self.known_size: ("Size", "Pixels of each picture"),
            self.first: ("First step", "Where the film begins"),
            self.last: ("Last step", "Where the film ends"),
            self.every: ("Pictures", "Show every n-th picture of the run; 0 lets the film decide"),
            self.seconds: ("Length", "Seconds from the first picture to the end"),
            self.hold: ("Hold", "Seconds for which the last picture stays"),
            self.ground: ("Background", "Light or dark"),
            self.loop: ("Loop", "Begin again at the end"),
            self.caption: ("Caption", "A line with title, step and the main metrics"),
        }
        for widget, (name, tip) in names.items():
            widget.setAccessibleName(name)
            widget.setToolTip(tip)

    def _connect(self) -> None:
        self.views.itemChanged.connect(lambda _item: self.changed.emit())
        for box in (self.format, self.ground):
            box.currentIndexChanged.connect(lambda _index: self.changed.emit())
        for number in (self.wide, self.high, self.first, self.last, self.every):
            number.valueChanged.connect(lambda _value: self.changed.emit())
        for length in (self.seconds, self.hold):
            length.valueChanged.connect(lambda _value: self.changed.emit())
        for check in (self.loop, self.caption):
            check.toggled.connect(lambda _on: self.changed.emit())
        self.known_size.currentIndexChanged.connect(lambda _index: self._take_size())
        for side in (self.wide, self.high):
            side.valueChanged.connect(lambda _value: self._name_size())

    def _take_size(self) -> None:
        size = self.known_size.currentData()
        if size is not None:
            self.wide.setValue(size[0])
            self.high.setValue(size[1])

    def _name_size(self) -> None:
        size = self.wide.value(), self.high.value()
        known = SIZES.index(size) if size in SIZES else len(SIZES)
        self.known_size.blockSignals(True)
        self.known_size.setCurrentIndex(known)
        self.known_size.blockSignals(False)


def _side(value: int, name: str) -> QSpinBox:
    box = QSpinBox()
    box.setRange(SMALLEST, LARGEST)
    box.setValue(value)
    box.setAccessibleName(name)
    box.setToolTip(f"{name} in pixels")
    return _indented(box)


def _step(steps: tuple[int, int], value: int) -> QSpinBox:
    box = QSpinBox()
    box.setRange(*steps)
    box.setGroupSeparatorShown(True)
    box.setValue(value)
    return _indented(box)


def _seconds(value: float, least: float) -> QDoubleSpinBox:
    box = QDoubleSpinBox()
    box.setRange(least, 600.0)
    box.setDecimals(1)
    box.setSingleStep(0.5)
    box.setSuffix(" s")
    box.setValue(value)
    return _indented(box)


def _indented(box: Box) -> Box:
    # The style sheet leaves no room at the left: its padding would cut the number off.
    box.lineEdit().setTextMargins(7, 0, 0, 0)
    return box


def _row(*widgets: QWidget) -> QWidget:
    made = QWidget()
    row = QHBoxLayout(made)
    row.setContentsMargins(0, 0, 0, 0)
    for widget in widgets:
        row.addWidget(widget, int(not isinstance(widget, QLabel)))
    return made
