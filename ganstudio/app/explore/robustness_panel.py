"""Accuracy against the size of the change, measured piece by piece while training goes on."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.app.explore.low_card import LowCard
from ganstudio.app.explore.pane import Asker
from ganstudio.app.labels import wrapping
from ganstudio.core.events import Started
from ganstudio.core.questions import Withstand, Withstood
from ganstudio.plots.robustness import RobustnessPlot
from ganstudio.plots.style import Style

EPSILONS = (0.0, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5)
COUNT, STEPS = 40, 8
"""Pictures and steps of one point of the curves: it takes training about a tenth of a second."""
PAUSE_MS = 100
"""Between two points, for training."""
_LEAST_PLOT = 170
"""Pixels of normal text."""


class RobustnessPanel(QWidget):
    """The curves, and the button that has them measured.

    Args:
        asker: for its questions alone.
    """

    def __init__(self, asker: Asker) -> None:
        super().__init__()
        self._asker = asker
        self._started: Started | None = None
        self._points: list[Withstood] = []
        self._whom, self._replica, self._step = False, 0, 0
        self._there = False
        self._next = QTimer(self, interval=PAUSE_MS, singleShot=True)
        self.plot = RobustnessPlot()
        self.card = LowCard(self.plot, _LEAST_PLOT)
        self.measure = QPushButton("Measure")
        self.measure.setToolTip(
            f"Attack up to {COUNT} held-out pictures with {len(EPSILONS)} sizes of change; "
            "training goes on in between"
        )
        self.progress = wrapping("muted")
        row = QHBoxLayout()
        row.addWidget(self.measure)
        row.addWidget(self.progress, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addLayout(row)
        column.addWidget(self.card, 1)
        self.measure.clicked.connect(self._begin)
        self._next.timeout.connect(self._ask)
        asker.answered.connect(self._add)
        asker.refused.connect(self._end)
        self._allow()

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self.card.set_style(style)

    # ------------------------------------------------------------------------ what it is told

    def start(self, started: Started | None) -> None:
        """Another run: nothing is measured of it."""
        self._started = started
        self.attack(of_discriminator=self._whom)

    def attack(self, *, of_discriminator: bool) -> None:
        """Another network is to be deceived: nothing is measured of it."""
        self._whom = of_discriminator
        self._forget()

    def set_ready(self, there: bool) -> None:
        """Whether there are pictures to attack."""
        self._there = there
        self._allow()

    def at(self, replica: int, step: int) -> None:
        """Whose networks they are, and how long they have learnt."""
        self._replica, self._step = replica, step

    # ----------------------------------------------------------------------------- measuring

    @property
    def _busy(self) -> bool:
        return self._asker.waits or self._next.isActive()

    def _allow(self) -> None:
        self.measure.setEnabled(self._there and not self._busy)

    def _forget(self) -> None:
        self._asker.forget()
        self._next.stop()
        self._points = []
        self.plot.clear()
        self.progress.setText("")
        self._allow()

    def _begin(self) -> None:
        self._forget()
        self._ask()

    def _ask(self) -> None:
        done = len(self._points)
        self.progress.setText(f"Measuring: {done} of {len(EPSILONS)}")
        question = Withstand((EPSILONS[done],), STEPS, COUNT, self._whom, self._replica)
        self._asker.ask(question)
        self._allow()

    def _add(self, point: Withstood) -> None:
        if self._started is None:
            return
        self._points.append(point)
        self.plot.show_points(self._points, self._started)
        if len(self._points) < len(EPSILONS):
            self._next.start()
        else:
            who = f"D at step {self._step:,}" if self._whom else "the classifier"
            self._end(f"{point.count} held-out pictures against {who}; iterated: {STEPS} steps")

    def _end(self, words: str) -> None:
        self.progress.setText(words)
        self._allow()
