"""An editor of a list of specs: the layers of a network, the bells of a mixture."""

from __future__ import annotations

from collections.abc import Callable

from pydantic.fields import FieldInfo

from ganstudio.app.forms.editors import limit_of, spec_classes
from ganstudio.app.forms.items import Captions, ItemRow
from ganstudio.app.forms.list_edit import ListEdit
from ganstudio.app.forms.rows import words_label
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Component, PlaneComponent
from ganstudio.core.targets.distribution import LARGEST


class SequenceEdit(ListEdit[ItemRow]):
    """Compact rows, one an item, with a menu to move, copy and remove it.

    Args:
        path: of the list.
        label: its name.
        field: says what the items are and how many there may be, and helps.
    """

    def __init__(self, path: str, label: str, field: FieldInfo) -> None:
        super().__init__(path, label, field, words_label(f"No {label.lower()}", "muted"))
        (self._class,) = spec_classes(field.annotation)
        self._at_least = limit_of(field, "min_length") or 0
        self.add.clicked.connect(lambda: self._insert(len(self._items)))
        self._captions = Captions(self._class)
        self._column.insertWidget(1, self._captions)

    def _make_row(self, index: int, item: Spec) -> ItemRow:
        row = ItemRow(f"{self._path}.{index}", index, item)
        row.refused.connect(lambda sentence: self._problem.say(sentence, row))
        actions: dict[str, Callable[[], None]] = {
            "Move up": lambda: self._move(index, index - 1),
            "Move down": lambda: self._move(index, index + 1),
            "Duplicate": lambda: self._insert(index + 1),
            "Remove": lambda: self._remove(index),
        }
        for text, action in actions.items():
            row.menu.addAction(text).triggered.connect(action)
        return row

    def _enable(self) -> None:
        count = len(self._items)
        # Above nothing they would be the names of what is not there.
        self._captions.setVisible(count > 0)
        full = self._at_most is not None and count >= self._at_most
        self._head.set_room(f"At most {self._at_most}." if full else "")
        for index, row in enumerate(self._rows):
            up, down, duplicate, remove = row.menu.actions()
            up.setEnabled(index > 0)
            down.setEnabled(index < count - 1)
            duplicate.setEnabled(not full)
            remove.setEnabled(count > self._at_least)

    def _insert(self, index: int) -> None:
        """Like the item before, for people change one thing of it; a bell stands beside it."""
        new = beside(self._items[index - 1]) if index > 0 else self._class()
        self._put((*self._items[:index], new, *self._items[index:]), index)

    def _remove(self, index: int) -> None:
        self._put((*self._items[:index], *self._items[index + 1 :]), index)

    def _move(self, index: int, to: int) -> None:
        items = list(self._items)
        items.insert(to, items.pop(index))
        self._put(tuple(items), to)

    def _put(self, items: tuple[Spec, ...], focus: int) -> None:
        self._change(items)
        if self._rows:
            self._rows[min(focus, len(self._rows) - 1)].menu_button.setFocus()


def beside(item: Spec) -> Spec:
    """The next item after this one: a bell 2 sigma to the right, anything else the same again.

    Two bells in one place would look like one.
    """
    axis = {Component: "mu", PlaneComponent: "x"}.get(type(item))
    if axis is None:
        return item
    place, gap = item.at(axis), 2 * item.at("sigma")
    there = place + gap if place + gap <= LARGEST else place - gap
    return item.replace(**{axis: float(f"{there:.9g}")})
