"""What the next run is to learn: other classes of the same set, or another set."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QStandardItemModel
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.flow import Flow
from ganstudio.app.explore.transfer_plan import (
    SETS,
    TITLES,
    class_names,
    missing,
    others,
    target_for,
)
from ganstudio.app.forms import TextEdit
from ganstudio.core.targets import PictureFolder, Pictures

_GAP = 2
_TICK = "✓ "


class ClassChip(QPushButton):
    """A class that is learnt or not: a tick says so, for which there is always room."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.setCheckable(True)
        self.setAccessibleName(name)
        self.toggled.connect(self._tick)
        self.setChecked(True)

    def sizeHint(self) -> QSize:
        hint = super().sizeHint()
        tick = 0 if self.isChecked() else self.fontMetrics().horizontalAdvance(_TICK)
        return QSize(hint.width() + tick, hint.height())

    def _tick(self, checked: bool) -> None:
        self.setText(f"{_TICK if checked else ''}{self._name}")


class TargetChooser(QWidget):
    """A set, and which of its classes."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._base: Pictures | None = None
        self.sets = QComboBox()
        self.sets.setToolTip("Which pictures the next run learns: the same set, or another one")
        self.sets.setAccessibleName("Set of pictures")
        self.classes: list[QPushButton] = []
        self._chips = QWidget()
        self._chips.setProperty("role", "plain")
        self._flow = Flow(self._chips, _GAP)
        self.all, self.others = QPushButton("All"), QPushButton("The others")
        self.all.setToolTip("Learn all classes of the set")
        self.others.setToolTip("Learn those classes that are not chosen now, instead of them")
        self.folder = TextEdit()
        self.folder.setToolTip("Where your own pictures are: a folder of PNG or JPEG files")
        self.folder.setAccessibleName("Folder")
        self.browse = QPushButton("Choose ...")
        self.browse.setToolTip("Look for a folder of pictures")
        self._folder_row, self._class_part = QWidget(), QWidget()
        self._lay_out()
        self.sets.activated.connect(self._turn)
        self.all.clicked.connect(lambda: self._check(range(len(self.classes))))
        self.others.clicked.connect(self._invert)
        self.folder.valueChanged.connect(lambda _: self.changed.emit())
        self.browse.clicked.connect(self._browse)

    def _lay_out(self) -> None:
        for part in (self._folder_row, self._class_part):
            part.setProperty("role", "plain")
        row = QHBoxLayout(self._folder_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.folder, 1)
        row.addWidget(self.browse)
        quick = QHBoxLayout()
        quick.addWidget(QLabel("Its classes"))
        quick.addStretch(1)
        quick.addWidget(self.all)
        quick.addWidget(self.others)
        classes = QVBoxLayout(self._class_part)
        classes.setContentsMargins(0, 0, 0, 0)
        classes.setSpacing(4)
        classes.addLayout(quick)
        classes.addWidget(self._chips)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        for widget in (self.sets, self._folder_row, self._class_part):
            column.addWidget(widget)

    # ------------------------------------------------------------------------------- values

    def show_base(self, base: Pictures) -> None:
        """The trained run learnt this: offer the classes that it did not learn."""
        self._base = base
        self._list_sets()
        self.folder.setValue(base.folder if isinstance(base, PictureFolder) else "")
        self._choose_set(base.kind)
        self._check(others(base), silently=True)

    def update_sets(self) -> None:
        """A set may have been downloaded since."""
        if self._base is not None:
            kind = self.kind
            self._list_sets()
            self.sets.setCurrentIndex(self.sets.findData(kind))

    @property
    def kind(self) -> str:
        """Of the chosen set."""
        return str(self.sets.currentData())

    @property
    def chosen(self) -> tuple[int, ...]:
        """The chosen classes."""
        return tuple(at for at, chip in enumerate(self.classes) if chip.isChecked())

    def target(self) -> Pictures:
        """What was chosen.

        Raises:
            SpecError: nothing was.
        """
        assert self._base is not None
        return target_for(self._base, self.kind, self.chosen, self.folder.value())

    def choose(self, kind: str) -> None:
        """Another set, with all its classes."""
        self._choose_set(kind)
        self.changed.emit()

    # ------------------------------------------------------------------------------- inside

    def _list_sets(self) -> None:
        self.sets.clear()
        model = self.sets.model()
        assert isinstance(model, QStandardItemModel)
        assert self._base is not None
        for at, kind in enumerate(SETS):
            why = missing(kind)
            same = " (the same set)" if kind == self._base.kind else ""
            self.sets.addItem(f"{TITLES[kind]}{' (not here)' if why else same}", kind)
            if why:
                model.item(at).setEnabled(False)
                self.sets.setItemData(at, why, Qt.ItemDataRole.ToolTipRole)

    def _turn(self, _at: int) -> None:
        self.choose(self.kind)

    def _choose_set(self, kind: str) -> None:
        self.sets.setCurrentIndex(self.sets.findData(kind))
        self._folder_row.setVisible(kind == "folder")
        names = class_names(kind)
        self._class_part.setVisible(bool(names))
        while (item := self._flow.takeAt(0)) is not None:
            if (old := item.widget()) is not None:
                old.hide()
                old.deleteLater()
        self.classes = []
        for name in names:
            chip = ClassChip(name)
            chip.setToolTip(f"Whether the next run learns pictures of “{name}”")
            chip.clicked.connect(self.changed)
            self._flow.addWidget(chip)
            # Where the parent is shown already a child is not, by itself.
            chip.show()
            self.classes.append(chip)

    def _check(self, labels: range | tuple[int, ...], *, silently: bool = False) -> None:
        for at, chip in enumerate(self.classes):
            chip.setChecked(at in labels)
        if not silently:
            self.changed.emit()

    def _invert(self) -> None:
        chosen = self.chosen
        self._check(tuple(at for at in range(len(self.classes)) if at not in chosen))

    def _browse(self) -> None:
        start = self.folder.value() or str(Path.home())
        if path := QFileDialog.getExistingDirectory(self, "A folder of pictures", start):
            self.folder.setValue(path)
            self.changed.emit()
