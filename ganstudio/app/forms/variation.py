"""The editor of what differs between replicas: which number, and its values."""

from __future__ import annotations

from collections.abc import Set
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.app.forms.choices import ChoiceEdit
from ganstudio.app.forms.editors import lists_of
from ganstudio.app.forms.number_lists import NumbersEdit
from ganstudio.app.forms.numerals import Range
from ganstudio.app.forms.rows import ROW_GAP, FieldRow, words_label
from ganstudio.app.forms.words import label_of, path_words, plain_help
from ganstudio.core.experiment import Experiment
from ganstudio.core.remedies import Variation
from ganstudio.core.spec import hint_of, leaves
from ganstudio.core.variation import MAY_VARY

NOTHING = "Nothing"
AROUND = (0.1, 0.3, 1.0, 3.0)
"""The first values of a field that is to differ, as multiples of what it is now."""
MOST_REPLICAS = round(Range.of(Experiment.model_fields["replicas"]).high)


def may_vary(experiment: Experiment) -> dict[str, str]:
    """The paths of the numbers that may differ, each in words that fit into a box."""
    return {
        path: _short(path_words(experiment, path))
        for path, _, value in leaves(experiment)
        if path.startswith(MAY_VARY) and isinstance(value, float)
    }


def _short(words: str) -> str:
    return words.replace("Generator, ", "G, ", 1).replace("Discriminator, ", "D, ", 1)


def values_around(experiment: Experiment, path: str) -> tuple[float, ...]:
    """Values to begin with: around the present one, as far as the field takes them."""
    found = next((f, v) for p, f, v in leaves(experiment) if p == path)
    limits, present = Range.of(found[0]), found[1]
    # Around 0 there is nothing to multiply.
    candidates = [factor * (present or 1.0) for factor in AROUND]
    rounded = {float(f"{value:.6g}") for value in (present, *candidates)}
    return tuple(sorted(value for value in rounded if value in limits))


def shared(replicas: int, values: int) -> int:
    """The number of replicas nearest above that so many values share evenly."""
    each = max(1, -(-replicas // max(values, 1)))
    return min(each, max(1, MOST_REPLICAS // max(values, 1))) * max(values, 1)


class VariationEdit(QWidget):
    """Which number of the experiment differs, and its values.

    An edit of it may need another number of replicas, and is then several edits, each of
    which is valid: nothing differs, the replicas, what differs.

    Args:
        path: of the variation in the experiment.
        label: its name.
    """

    edited = Signal(str, object)

    def __init__(self, path: str, label: str) -> None:
        super().__init__()
        self._path = path
        self._experiment = Experiment()
        self._value = Variation()
        fields = Variation.model_fields
        self._paths: dict[str, str] = {}
        self._which = ChoiceEdit([NOTHING], verbatim=True)
        self._values = NumbersEdit(lists_of(fields["values"]))
        self._rows = {
            name: FieldRow(
                f"{path}.{name}",
                label if name == "path" else label_of(name, hint_of(fields[name])),
                editor,
                plain_help(fields[name], hint_of(fields[name])),
                wide=True,
            )
            for name, editor in (("path", self._which), ("values", self._values))
        }
        self._rows["path"].edited.connect(lambda _, words: self._choose(words))
        self._rows["values"].edited.connect(lambda _, values: self._change(values))
        self._note = words_label(role="small")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(ROW_GAP)
        for row in self._rows.values():
            column.addWidget(row)
        column.addWidget(self._note)

    def value(self) -> Variation:
        """What differs."""
        return self._value

    def setValue(self, value: Variation) -> None:
        """Show something else that differs, without a signal."""
        if value != self._value:
            self.clear_problems()
        self._value = value
        self._values.setValue(value.values)

    def show_owner(self, owner: Any) -> None:
        """Offer the numbers of the experiment that may differ."""
        self._experiment, before = owner, self._paths
        self._paths = may_vary(owner)
        here = self._value.path
        shown = self._paths.get(here, here) if here else NOTHING
        if self._paths != before:
            self._which.set_choices([NOTHING, *self._paths.values()], shown)
        self._which.setValue(shown)
        self._note.setText(self._words())

    def set_pending(self, paths: Set[str]) -> None:
        """Mark what waits."""
        for row in self._rows.values():
            row.set_pending(paths)

    def set_idle(self, paths: Set[str]) -> None:
        """Grey what means nothing now."""
        for row in self._rows.values():
            row.set_idle(paths)

    def set_problem(self, path: str, sentence: str) -> bool:
        """At its field; what is about both is said at the values."""
        at = f"{self._path}.values" if path == self._path else path
        return any(row.set_problem(at, sentence) for row in self._rows.values())

    def clear_problems(self) -> None:
        """Forget all refusals."""
        for row in self._rows.values():
            row.clear_problems()

    def _words(self) -> str:
        count = len(self._value.values)
        if not self._value.path:
            return "Choose a number to train several values of it side by side."
        each = self._experiment.replicas // max(count, 1)
        seeds = "seed" if each == 1 else "seeds"
        return f"{count:,} values × {each:,} {seeds}, the same seeds for each value."

    def _choose(self, words: str) -> None:
        path = next((p for p, w in self._paths.items() if w == words), "")
        values = values_around(self._experiment, path) if path else ()
        self._emit(Variation(path=path, values=values))

    def _change(self, values: tuple[float, ...]) -> None:
        self._emit(self._value.replace(values=values))

    def _emit(self, wanted: Variation) -> None:
        before, replicas = self._value, self._experiment.replicas
        needed = shared(replicas, len(wanted.values)) if wanted else replicas
        if needed != replicas:
            if before:
                self.edited.emit(self._path, Variation())
            self.edited.emit(f"{self._path.removesuffix('vary')}replicas", needed)
        self.edited.emit(self._path, wanted)
