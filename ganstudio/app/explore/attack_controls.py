"""Whom to deceive, how, and by how much: the controls of adversarial examples."""

from __future__ import annotations

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.flow import Flow
from ganstudio.app.forms import FloatEdit, IntEdit
from ganstudio.app.forms.numerals import Range
from ganstudio.plots.robustness import LARGEST

MOST_STEPS = 40
TICKS = 100
"""Places of the slider."""
FIRST_EPSILON, FIRST_STEPS = 0.1, 10

_WHOM = (
    ("Classifier", "Deceive the small classifier that judges this run: make it name a wrong class"),
    ("Discriminator", "Deceive this run's own D: make it call a real picture generated"),
)
_HOW = (
    ("FGSM", "Fast gradient sign method: one look at the gradient, one step of ε for each pixel"),
    ("Iterated", "Many small steps, each with a new look at the gradient; together at most ε"),
)
_SIZE = "The largest change of any pixel, where ink is 1. More deceives sooner, and is seen sooner."
_STEPS = "How many steps the iterated method takes. More finds a better change, and takes longer."


class AttackControls(QWidget):
    """Victim, method, size and steps."""

    changed = Signal()
    """Another attack is wanted."""
    victim_changed = Signal()
    """And of another network."""

    def __init__(self) -> None:
        super().__init__()
        self.whom, self.how = QButtonGroup(self), QButtonGroup(self)
        groups = []
        self._holders: list[QWidget] = []
        for words, group, choices in (("Deceive", self.whom, _WHOM), ("with", self.how, _HOW)):
            groups.append(_row(QLabel(words)))
            for at, (text, tip) in enumerate(choices):
                button = QRadioButton(text)
                button.setToolTip(tip)
                button.setChecked(at == 0)
                group.addButton(button, at)
                groups[-1].addWidget(button)
        self.steps = IntEdit(Range(1, MOST_STEPS), unit="steps")
        self.steps.setValue(FIRST_STEPS)
        self.steps.setEnabled(False)
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setRange(0, TICKS)
        self.slider.setPageStep(TICKS // 10)
        self.number = FloatEdit(Range(0, LARGEST), scale=LARGEST)
        groups[-1].addWidget(self.steps)
        self._name(self.steps, "Steps", _STEPS)
        label = QLabel("Change ε")
        label.setBuddy(self.number)
        for widget in (self.slider, self.number):
            self._name(widget, "Change epsilon", _SIZE)
        self.slider.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        size = _row(label, QLabel("0"), self.slider, QLabel(f"{LARGEST:g}"), self.number)
        switches = QWidget()
        switches.setProperty("role", "plain")
        flow = Flow(switches, 14)
        for group_row in groups:
            holder = QWidget()
            holder.setProperty("role", "plain")
            holder.setLayout(group_row)
            flow.addWidget(holder)
            self._holders.append(holder)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(switches)
        column.addLayout(size)
        self.set_epsilon(FIRST_EPSILON)
        self._connect()

    def _connect(self) -> None:
        self.slider.valueChanged.connect(lambda at: self._choose(at * LARGEST / TICKS))
        self.number.valueChanged.connect(self._choose)
        self.steps.valueChanged.connect(lambda _: self.changed.emit())
        self.how.idToggled.connect(self._turn)
        self.whom.idToggled.connect(self._change_victim)

    @staticmethod
    def _name(widget: QWidget, name: str, tip: str) -> None:
        widget.setAccessibleName(name)
        widget.setToolTip(tip)

    # ------------------------------------------------------------------------------ values

    @property
    def of_discriminator(self) -> bool:
        """Whether D is to be deceived, else the classifier."""
        return self.whom.checkedId() == 1

    @property
    def iterated(self) -> bool:
        """Whether in many steps."""
        return self.how.checkedId() == 1

    @property
    def attack_steps(self) -> int:
        """Steps of one attack: 1 for the fast method."""
        return int(self.steps.value()) if self.iterated else 1

    @property
    def epsilon(self) -> float:
        """The largest change of a pixel."""
        return float(self.number.value())

    def set_epsilon(self, epsilon: float) -> None:
        """Show another size, as if it had been chosen, but without a signal."""
        with QSignalBlocker(self.slider):
            self.slider.setValue(round(epsilon * TICKS / LARGEST))
        self.number.setValue(round(epsilon, 4))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.level()

    def level(self) -> None:
        """Have all switches at one height, with or without a number beside them."""
        for holder in self._holders:
            holder.setMinimumHeight(self.steps.sizeHint().height())

    def _choose(self, epsilon: float) -> None:
        self.set_epsilon(epsilon)
        self.changed.emit()

    def _change_victim(self, _which: int, on: bool) -> None:
        if on:
            self.victim_changed.emit()

    def _turn(self, _which: int, on: bool) -> None:
        if on:
            self.steps.setEnabled(self.iterated)
            self.changed.emit()


def _row(*widgets: QWidget) -> QHBoxLayout:
    made = QHBoxLayout()
    made.setContentsMargins(0, 0, 0, 0)
    made.setSpacing(9)
    for widget in widgets:
        made.addWidget(widget)
    return made
