"""What is learnt next, which layers keep their weights, and for how long."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ganstudio.app.explore.transfer_plan import NETWORKS, NetworkName, layer_choices
from ganstudio.app.explore.transfer_target import TargetChooser
from ganstudio.app.forms import IntEdit
from ganstudio.app.forms.numerals import Range
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures

MOST_STEPS = 10**9
_HEADS = {
    "generator": "Layers of G that keep their weights",
    "discriminator": "Layers of D that keep their weights",
}


class TransferForm(QScrollArea):
    """All that is to be chosen."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.target = TargetChooser()
        self.layers: dict[str, QCheckBox] = {}
        """By the path of the field in an experiment."""
        self.steps = IntEdit(Range(1, MOST_STEPS), unit="steps", log=True)
        self.steps.setToolTip("How long the next run trains; both starts train as long")
        self.steps.setAccessibleName("Steps")
        body = QWidget()
        body.setProperty("role", "plain")
        column = QVBoxLayout(body)
        column.setContentsMargins(0, 0, 6, 0)
        column.setSpacing(6)
        column.addWidget(_head("What the next run learns"))
        column.addWidget(self.target)
        self._checks: dict[NetworkName, QVBoxLayout] = {}
        for network in NETWORKS:
            column.addSpacing(4)
            column.addWidget(_head(_HEADS[network]))
            self._checks[network] = QVBoxLayout()
            self._checks[network].setSpacing(4)
            column.addLayout(self._checks[network])
        row = QHBoxLayout()
        label = QLabel("Train for")
        label.setBuddy(self.steps)
        row.addWidget(label)
        row.addWidget(self.steps, 1)
        column.addSpacing(4)
        column.addLayout(row)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setWidget(body)
        self.target.changed.connect(self.changed)
        self.steps.valueChanged.connect(lambda _: self.changed.emit())

    # ------------------------------------------------------------------------------- values

    def show_base(self, base: Experiment) -> None:
        """Offer the layers of a run's networks and the pictures that it did not learn."""
        assert isinstance(base.target, Pictures)
        self.target.show_base(base.target)
        self.steps.setValue(base.steps)
        self.layers = {}
        for network, column in self._checks.items():
            while (item := column.takeAt(0)) is not None:
                if (old := item.widget()) is not None:
                    old.hide()
                    old.deleteLater()
            for choice in layer_choices(base, network):
                box = QCheckBox(choice.words)
                box.setToolTip(f"Whether {choice.short} stays as it was trained; else it learns on")
                box.setAccessibleName(f"Keep the weights of {choice.short}")
                box.clicked.connect(self.changed)
                column.addWidget(box)
                self.layers[choice.path] = box

    def update_sets(self) -> None:
        """A set may have been downloaded since."""
        self.target.update_sets()

    def value(self) -> tuple[Pictures, tuple[str, ...], int]:
        """What is learnt, the paths of the kept layers, and the steps.

        Raises:
            SpecError: nothing to learn was chosen.
        """
        kept = tuple(path for path, box in self.layers.items() if box.isChecked())
        return self.target.target(), kept, int(self.steps.value())


def _head(words: str) -> QLabel:
    made = QLabel(words)
    made.setProperty("role", "title")
    made.setWordWrap(True)
    return made
