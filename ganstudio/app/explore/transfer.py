"""Transfer: begin with trained networks on other pictures, and compare with a fresh start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.low_card import LowCard
from ganstudio.app.explore.pane import Pane
from ganstudio.app.explore.transfer_form import TransferForm
from ganstudio.app.explore.transfer_plan import (
    LOOK,
    UNTRAINED,
    Plan,
    classes_words,
    plan_for,
    problem_with,
    what_comes_along,
)
from ganstudio.app.labels import wrapping
from ganstudio.app.theme import set_look
from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Pictures
from ganstudio.errors import SpecError
from ganstudio.plots.style import Style
from ganstudio.plots.transfer_curves import TransferPlot

_LEAST_PLOT, _WIDEST_FORM = 220, 460
"""Pixels of normal text: where the window is lower, one scrolls."""


@dataclass(frozen=True)
class _Awaited:
    """A run that was asked for here."""

    transferred: bool
    experiment: Experiment
    words: str

    def is_this(self, started: Started) -> bool:
        """Whether it is this run that begins."""
        same = (self.transferred, self.experiment)
        return same == (started.transferred, started.experiment)


class TransferPane(Pane):
    """Choose what is learnt next and what is kept; both starts are drawn over each other."""

    title: ClassVar[str] = "Transfer"
    tip: ClassVar[str] = "Go on from trained networks with other pictures: is it faster?"

    transfer_wanted = Signal(object)
    """An `Experiment`, its kept layers frozen, to be begun with the networks of the run that is
    shown now, and to play at once."""
    fresh_wanted = Signal(object)
    """The same `Experiment` with all layers free, to be begun from its own first weights, and to
    play at once."""

    def __init__(self) -> None:
        super().__init__()
        self._base: Experiment | None = None
        """Of the run that was not begun here: what its settings are, both starts have."""
        self._awaited: list[_Awaited] = []
        self._own = ""
        """What the run of now is, if it was begun here."""
        self._plan: Plan | None = None
        self.form = TransferForm()
        self.begin_trained = QPushButton("Start from the trained networks")
        self.begin_trained.setProperty("role", "primary")
        self.begin_trained.setToolTip(
            "Begin a new run with the weights that the networks have now; ticked layers keep them"
        )
        self.begin_fresh = QPushButton("Start fresh, for comparison")
        self.begin_fresh.setToolTip(
            "Begin a new run on the same pictures with untrained networks: same seed, same settings"
        )
        self.state, self.why = wrapping(), wrapping("muted")
        self.plot = TransferPlot()
        self.card = LowCard(self.plot, _LEAST_PLOT)
        self.listed = wrapping("muted")
        self.clear = QPushButton("Clear")
        self.clear.setToolTip("Forget the curves; the runs themselves stay in the library")
        self._lay_out()
        self.form.changed.connect(self._think)
        self.begin_trained.clicked.connect(self._want_trained)
        self.begin_fresh.clicked.connect(self._want_fresh)
        self.clear.clicked.connect(self._forget)
        self._think()

    def _lay_out(self) -> None:
        self._left = QFrame()
        self._left.setProperty("role", "card")
        column = QVBoxLayout(self._left)
        column.setContentsMargins(12, 8, 8, 12)
        column.addWidget(self.form, 1)
        column.addWidget(self.begin_trained)
        column.addWidget(self.begin_fresh)
        below = QHBoxLayout()
        below.addWidget(self.listed, 1)
        below.addWidget(self.clear)
        said = QFrame()
        said.setProperty("role", "card")
        words = QVBoxLayout(said)
        words.setContentsMargins(12, 8, 12, 8)
        question = QLabel("What is transferred?")
        question.setProperty("role", "title")
        for widget in (question, self.state, self.why):
            words.addWidget(widget)
        body = QWidget()
        body.setProperty("role", "plain")
        right = QVBoxLayout(body)
        right.setContentsMargins(0, 0, 2, 0)
        right.setSpacing(8)
        right.addWidget(said)
        right.addWidget(self.card, 1)
        right.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 8, 4, 8)
        row.setSpacing(8)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        row.addWidget(self._left, 2)
        row.addWidget(scroll, 3)

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self.card.set_style(style)
        self._left.setMaximumWidth(round(_WIDEST_FORM * style.text_scale))

    # --------------------------------------------------------------------- what the page tells

    def begin(self) -> None:
        assert self._started is not None
        started, target = self._started, self.target
        found = next((one for one in self._awaited if one.is_this(started)), None)
        self._own = found.words if found is not None else ""
        if found is not None:
            self.plot.add_run(started, found.words)
        else:
            self.plot.follow_none()
            self._base = started.experiment if target is not None else None
            if self._base is not None:
                self.form.show_base(self._base)
        self._think()

    def refresh(self) -> None:
        self.form.update_sets()
        self.plot.refresh()

    def show_frame(self, frame: Frame) -> None:
        # Curves grow while nobody looks, too.
        first = self._frame is None or (self._frame.step == 0) != (frame.step == 0)
        super().show_frame(frame)
        self.plot.take(frame)
        if first:
            self._think()

    # -------------------------------------------------------------------------- what is wanted

    @property
    def _is_trained(self) -> bool:
        if self._started is None or self._frame is None:
            return False
        return self._started.transferred or self._frame.step > 0

    def _think(self) -> None:
        """What would happen, and whether it can."""
        self._plan, problem = None, ""
        if self._base is not None and self._started is not None:
            try:
                target, kept, steps = self.form.value()
                self._plan = plan_for(self._base, target, kept, steps)
                problem = problem_with(self._started.experiment, self._plan)
            except SpecError as error:
                problem = str(error)
        self._say(problem)
        self.begin_trained.setEnabled(self._plan is not None and not problem and self._is_trained)
        self.begin_fresh.setEnabled(self._plan is not None)
        self.form.setEnabled(self._base is not None)
        self.clear.setEnabled(bool(self.plot.runs))
        self.listed.setText("\n".join(_named(self.plot)))

    def _say(self, problem: str) -> None:
        words, look = "", ""
        if self._base is None:
            words, look = "There is no run on pictures yet.", "muted"
        elif problem:
            words, look = problem, "trouble"
        elif not self._is_trained:
            words, look = UNTRAINED, "muted"
        elif self._plan is not None:
            words = f"{what_comes_along(self._plan)} {self._whence()}"
        self.state.setText(words)
        set_look(self.state, "role", look)
        self.why.setText(LOOK)

    def _whence(self) -> str:
        """Which networks are the trained ones."""
        assert self._base is not None
        assert self._started is not None
        if self._own:
            then = "Now start fresh, for comparison. " if self._started.transferred else ""
            return (
                f"{then}The networks of now are those of “{self._own}”: to begin from the first "
                "run again, open it in the library."
            )
        learnt = self._base.target
        what = classes_words(learnt) if isinstance(learnt, Pictures) else "?"
        return f"Now they know {what}."

    def _want_trained(self) -> None:
        if self._plan is not None:
            self._await(True, self._plan.trained, self._plan.trained_words)
            self.transfer_wanted.emit(self._plan.trained)

    def _want_fresh(self) -> None:
        if self._plan is not None:
            self._await(False, self._plan.fresh, self._plan.fresh_words)
            self.fresh_wanted.emit(self._plan.fresh)

    def _await(self, transferred: bool, experiment: Experiment, words: str) -> None:
        one = _Awaited(transferred, experiment, words)
        self._awaited = [other for other in self._awaited if other != one] + [one]

    def _forget(self) -> None:
        self.plot.forget()
        self._awaited.clear()
        self._think()


def _named(plot: TransferPlot) -> list[str]:
    return [f"{run.name}: {run.words}" for run in plot.runs]
