"""An editor of a list of different things, each kind once at most: the penalties on a network."""

from __future__ import annotations

from pydantic.fields import FieldInfo
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from ganstudio.app.forms.editors import spec_classes
from ganstudio.app.forms.list_edit import ListEdit
from ganstudio.app.forms.rows import GUIDE_INDENT, words_label
from ganstudio.app.forms.words import first_sentence, kind_of, readable, tooltip
from ganstudio.app.icons import icon
from ganstudio.core.spec import Spec


class KindItem(QWidget):
    """One item: its name, a button that removes it, its fields.

    Args:
        path: of the item, such as `"penalties_d.0"`.
        item: its value.
    """

    def __init__(self, path: str, item: Spec) -> None:
        # An item has a form, and a form has lists of items.
        from ganstudio.app.forms.form import Guide, SpecForm

        super().__init__()
        self.path = path
        self.setObjectName(path)
        words = readable(kind_of(type(item)))
        name = QLabel(words)
        name.setToolTip(tooltip(first_sentence(type(item))))
        self.remove = QToolButton()
        self.remove.setIcon(icon("close"))
        self.remove.setProperty("role", "row")
        self.remove.setToolTip(f"Remove {words}")
        self.remove.setAccessibleName(f"Remove {words}")
        self.remove.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.form = form = SpecForm(item, f"{path}.", indent=GUIDE_INDENT)
        line = QHBoxLayout()
        line.addWidget(name, 1)
        line.addWidget(self.remove)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addLayout(line)
        rows.addWidget(Guide(form))
        self.edited = form.edited
        self.setValue = form.setValue
        self.set_pending = form.set_pending
        self.set_idle = form.set_idle
        self.set_problem = form.set_problem
        self.clear_problems = form.clear_problems

    def shows(self, item: Spec) -> bool:
        """Whether it can show another item in place."""
        return type(self.form.value()) is type(item)


class KindsEdit(ListEdit[KindItem]):
    """Each item with its name and its own fields; what is added is chosen from a menu.

    Args:
        path: of the list.
        label: its name.
        field: says which kinds there are and how many may stand there, and helps.
    """

    def __init__(self, path: str, label: str, field: FieldInfo) -> None:
        super().__init__(path, label, field, words_label("None", "small"))
        self._classes = spec_classes(field.annotation)
        self.menu = QMenu(self)
        self.menu.setToolTipsVisible(True)
        for each in self._classes:
            action = self.menu.addAction(readable(kind_of(each)))
            action.setToolTip(tooltip(first_sentence(each)))
            action.triggered.connect(lambda _=False, kind=each: self._insert(kind))
        self.add.setMenu(self.menu)
        self.add.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._enable()

    def _make_row(self, index: int, item: Spec) -> KindItem:
        row = KindItem(f"{self._path}.{index}", item)
        row.remove.clicked.connect(lambda: self._remove(index))
        return row

    def _enable(self) -> None:
        there = {type(item) for item in self._items}
        for each, action in zip(self._classes, self.menu.actions(), strict=True):
            action.setEnabled(each not in there)
        if self._at_most is not None and len(self._items) >= self._at_most:
            self._head.set_room(f"At most {self._at_most}.")
        else:
            self._head.set_room("" if len(there) < len(self._classes) else "All are there already.")

    def _insert(self, kind: type[Spec]) -> None:
        taken = self._change((*self._items, kind()))
        (self._rows[-1].remove if taken else self.add).setFocus()

    def _remove(self, index: int) -> None:
        self._change((*self._items[:index], *self._items[index + 1 :]))
        self.add.setFocus()
