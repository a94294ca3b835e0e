"""Adversarial examples: real pictures that are changed until a network says something else."""

from __future__ import annotations

from typing import ClassVar

from PySide6.QtCore import QElapsedTimer, QSize
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.attack_card import AttackCard
from ganstudio.app.explore.deceiving import ANSWER, QUESTION, Search, flipped, predictions
from ganstudio.app.explore.held_out import HeldOut, read_held_out
from ganstudio.app.explore.pane import Pane
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.explore.robustness_panel import RobustnessPanel
from ganstudio.app.labels import wrapping
from ganstudio.app.work import Work
from ganstudio.core.events import Frame
from ganstudio.core.questions import Attack, Attacked
from ganstudio.plots.predictions import Prediction
from ganstudio.plots.style import Style

AGAIN_MS = 500
"""While D learns, what it says is asked again so often."""
_LEAST_GRID = 150
"""Pixels of normal text."""
WAITS = "Reading the pictures ..."


class _Shelf(PictureGrid):
    """Takes the height that is left, and asks for no more than it needs."""

    def sizeHint(self) -> QSize:
        return self.minimumSizeHint()

    def minimumSizeHint(self) -> QSize:
        return QSize(_LEAST_GRID, _LEAST_GRID) * self._style.text_scale


class AdversarialPane(Pane):
    """Pick a real picture, change it, and see the label flip."""

    title: ClassVar[str] = "Adversarial example"
    tip: ClassVar[str] = "Change a real picture by so little that a network takes it for another"

    def __init__(self) -> None:
        super().__init__()
        self._held_out: HeldOut | None = None
        self._trouble = ""
        self._search: Search | None = None
        self._asked = (0.0, False)
        """The size of the attack that is waited for, and whether it is one on D."""
        self._since = QElapsedTimer()
        self._reading = Work(self)
        self._attacks = self.make_asker("attack")
        self._searches = self.make_asker("search")
        self.grid = _Shelf("Real pictures to choose from")
        self.grid.selection_mode = "single"
        self.grid.setToolTip("A held-out real picture: click it, or use the arrow keys and Space")
        self.attack = AttackCard()
        self.curves = RobustnessPanel(self.make_asker("curve"))
        self._lay_out()
        self._connect()

    # ---------------------------------------------------------------------------- its pieces

    def _lay_out(self) -> None:
        body = QWidget()
        body.setProperty("role", "plain")
        right = QVBoxLayout()
        right.setSpacing(8)
        right.addWidget(self.attack, 4)
        right.addWidget(self.curves, 3)
        columns = QGridLayout(body)
        columns.setContentsMargins(0, 8, 4, 8)
        columns.setSpacing(8)
        columns.addWidget(self._shelf(), 0, 0)
        columns.addWidget(self._lesson(), 1, 0)
        columns.addLayout(right, 0, 1, 2, 1)
        columns.setRowStretch(0, 1)
        columns.setColumnStretch(0, 2)
        columns.setColumnStretch(1, 5)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setWidget(body)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(scroll)

    def _shelf(self) -> QFrame:
        made = QFrame()
        made.setProperty("role", "card")
        column = QVBoxLayout(made)
        title = QLabel("Choose a real picture")
        title.setProperty("role", "title")
        title.setWordWrap(True)
        column.addWidget(title)
        column.addWidget(self.grid, 1)
        return made

    def _lesson(self) -> QFrame:
        made = QFrame()
        made.setProperty("role", "card")
        column = QVBoxLayout(made)
        question = wrapping("title")
        question.setText(QUESTION)
        self.answer = wrapping("muted")
        self.answer.setText(ANSWER)
        self.answer.hide()
        self.show_answer = QPushButton("Show the answer")
        self.show_answer.setToolTip("What both have in common, and what not; think first")
        self.show_answer.setCheckable(True)
        for widget in (question, self.show_answer, self.answer):
            column.addWidget(widget)
        return made

    def _connect(self) -> None:
        controls = self.attack.controls
        controls.changed.connect(self._ask)
        controls.victim_changed.connect(self._change_victim)
        self.grid.selection_changed.connect(self._pick)
        self.attack.search.clicked.connect(self._begin_search)
        self.show_answer.toggled.connect(self._reveal)
        self._reading.done.connect(self._take_pictures)
        self._reading.failed.connect(self._lack_pictures)
        self._attacks.answered.connect(self._show)
        self._searches.answered.connect(self._narrow)
        for asker in (self._attacks, self._searches):
            asker.refused.connect(self.attack.say)
        self._searches.refused.connect(lambda _: self._end_search())

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self.grid.set_style(style)
        self.attack.set_style(style)
        self.curves.set_style(style)

    # --------------------------------------------------------------------------- another run

    def begin(self) -> None:
        self._held_out, self._trouble = None, ""
        self._reading.give_up()
        self.grid.show_pictures(self.grid.pictures[:0])
        self.attack.clear(WAITS)
        self._end_search()
        self.curves.start(self._started)
        self._allow()

    def refresh(self) -> None:
        waits = self._reading.is_busy or self._trouble
        if self._held_out is None and not waits and (target := self.target) is not None:
            self._reading.begin(lambda tell: read_held_out(target, tell))

    def follow(self, frame: Frame) -> None:
        """While D learns it is deceived anew; the classifier stays as it is."""
        self.curves.at(frame.view.replica, frame.step)
        old = not self._since.isValid() or self._since.elapsed() > AGAIN_MS
        busy = self._attacks.waits or self._search is not None
        if self.attack.controls.of_discriminator and old and not busy:
            self._ask()

    def _take_pictures(self, found: HeldOut) -> None:
        self._held_out = found
        names = [found.classes[label] for label in found.labels]
        self.grid.show_pictures(found.images, names)
        self.grid.select((0,))
        self._allow()

    def _lack_pictures(self, why: str) -> None:
        self._trouble = why
        self.attack.clear(why)

    def _allow(self) -> None:
        there = self._held_out is not None
        self.attack.controls.setEnabled(there)
        self.attack.search.setEnabled(there and self._search is None)
        self.curves.set_ready(there)

    # ------------------------------------------------------------------------- one picture

    @property
    def _chosen(self) -> int | None:
        return self.grid.selection[0] if self.grid.selection else None

    def _pick(self) -> None:
        if self._held_out is not None and self._chosen is not None:
            label = self._held_out.labels[self._chosen]
            self.attack.show_picture(
                self._held_out.images[self._chosen], self._held_out.classes[label]
            )
            self._ask()

    def _attack(self, epsilon: float) -> Attack | None:
        found, at = self._held_out, self._chosen
        if found is None or at is None:
            return None
        controls = self.attack.controls
        return Attack(
            found.images[at],
            int(found.labels[at]),
            epsilon,
            controls.attack_steps,
            controls.of_discriminator,
            self._frame.view.replica if self._frame else 0,
        )

    def _ask(self) -> None:
        """Attack as it is set now; a search for another picture or network is of no use."""
        epsilon = self.attack.controls.epsilon
        self.curves.plot.mark(epsilon)
        self._end_search()
        if (attack := self._attack(epsilon)) is not None:
            self._since.start()
            self._asked = epsilon, attack.of_discriminator
            self._attacks.ask(attack)

    def _said(self, attacked: Attacked, of_discriminator: bool) -> tuple[Prediction, Prediction]:
        assert self._held_out is not None
        assert self._chosen is not None
        truth = self._held_out.truth(self._chosen)
        return predictions(
            attacked, self._held_out.judged, truth, of_discriminator=of_discriminator
        )

    def _show(self, attacked: Attacked) -> None:
        epsilon, of_discriminator = self._asked
        if self._chosen is not None:
            said = self._said(attacked, of_discriminator)
            self.attack.show_attacked(attacked, said, epsilon, of_discriminator=of_discriminator)

    # ------------------------------------------------------------------ the smallest change

    def _begin_search(self) -> None:
        self._search = Search()
        self._allow()
        self.attack.say("Looking for the smallest change ...")
        self._ask_narrower()

    def _ask_narrower(self) -> None:
        assert self._search is not None
        epsilon = self._search.next()
        attack = None if epsilon is None else self._attack(epsilon)
        if attack is not None:
            self._searches.ask(attack)
            return
        found = self._search.found
        self._end_search()
        if found is None:
            self.attack.say("No change of this kind deceives it: try more steps, or a picture.")
        else:
            self.attack.controls.set_epsilon(found)
            self._ask()

    def _narrow(self, attacked: Attacked) -> None:
        if self._search is not None:
            of_discriminator = self.attack.controls.of_discriminator
            self._search.take(flipped(*self._said(attacked, of_discriminator)))
            self._ask_narrower()

    def _end_search(self) -> None:
        self._search = None
        self._searches.forget()
        self._allow()

    # ------------------------------------------------------------------------- many pictures

    def _change_victim(self) -> None:
        self.curves.attack(of_discriminator=self.attack.controls.of_discriminator)
        self._ask()

    def _reveal(self, shown: bool) -> None:
        self.answer.setVisible(shown)
        self.show_answer.setText("Hide the answer" if shown else "Show the answer")
