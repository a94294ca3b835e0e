"""The latent space: what lies between the pictures that a generator makes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QHideEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QFrame,
    QHBoxLayout,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
)

from ganstudio.app.explore.latent_cells import CellPicker, ClassRow
from ganstudio.app.explore.latent_slice import SliceWay
from ganstudio.app.explore.latent_sliders import SlidersWay
from ganstudio.app.explore.latent_sums import SumsWay
from ganstudio.app.explore.latent_walk import WalkWay
from ganstudio.app.explore.latent_way import NOTHING, Cells, Way, class_numbers
from ganstudio.app.explore.pane import Asker, Pane
from ganstudio.app.explore.pulse import Pulse
from ganstudio.app.labels import wrapping
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.events import Frame, PictureView
from ganstudio.core.pictures.gallery import class_names
from ganstudio.core.questions import Generate, Made
from ganstudio.plots.style import Style

MOST = 36
"""Cells to choose from."""


class LatentPane(Pane):
    """Four ways through the noise of a generator, starting from its own cells."""

    title = "Latent space"
    tip = "Walk, slice and calculate in the noise that the generator makes pictures of"

    def __init__(self) -> None:
        super().__init__()
        self.ways: tuple[Way, ...] = tuple(
            way(self._way_asker) for way in (WalkWay, SliceWay, SumsWay, SlidersWay)
        )
        self._cells: Cells | None = None
        self._behind = False
        """Whether the networks went on while an answer was still to come."""
        self._cell_asker = self._way_asker("Cells")
        self._cell_asker.answered.connect(self._show_cells)
        self._pulse = Pulse(self)
        self._pulse.beat.connect(self._look)
        self.picker, self.classes = CellPicker(), ClassRow()
        self.sentence, self.question = wrapping(), wrapping("muted")
        self.refusal = wrapping("muted")
        self.refusal.hide()
        self.judge = QCheckBox("Ask the judge")
        self.judge.setToolTip(
            "Also say which class a classifier, trained on real pictures, takes the large picture "
            "for; a look takes a little longer"
        )
        self._make_switch()
        self._build()
        self._connect()
        self._turn_to(0)

    def _way_asker(self, what: str) -> Asker:
        asker = self.make_asker(what)
        asker.refused.connect(self._refuse)
        asker.answered.connect(self._accept)
        return asker

    # -------------------------------------------------------------------------------- making

    def _make_switch(self) -> None:
        self.switch = QButtonGroup(self)
        for number, way in enumerate(self.ways):
            button = QToolButton()
            button.setText(way.title)
            button.setToolTip(way.tip)
            button.setCheckable(True)
            button.setChecked(not number)
            self.switch.addButton(button, number)

    def _build(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(4)
        for button in self.switch.buttons():
            head.addWidget(button)
        head.addStretch(1)
        head.addWidget(self.judge)
        self.stack = QStackedWidget()
        for way in self.ways:
            self.stack.addWidget(way)
        card = QFrame()
        card.setProperty("role", "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(4)
        inside.addWidget(self.sentence)
        inside.addWidget(self.question)
        inside.addSpacing(4)
        inside.addWidget(self.stack, 1)
        inside.addWidget(self.refusal)
        body = QHBoxLayout()
        body.setSpacing(10)
        body.addWidget(self.picker, 1)
        body.addWidget(card, 4)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 8, 0, 8)
        column.setSpacing(8)
        column.addLayout(head)
        column.addWidget(self.classes)
        column.addLayout(body, 1)

    def _connect(self) -> None:
        self.switch.idToggled.connect(lambda number, on: self._turn_to(number) if on else None)
        self.picker.picked.connect(self._pick)
        self.classes.chosen.connect(self._fix_class)
        self.judge.toggled.connect(self._ask_judge)
        for way in self.ways:
            way.picks_changed.connect(lambda: self.picker.mark(self.way.picks))

    # ---------------------------------------------------------------------------------- ways

    def _pick(self, slot: str, index: int) -> None:
        self.way.pick(slot, index)

    @property
    def way(self) -> Way:
        """The one that is looked at."""
        return self.ways[self.stack.currentIndex()]

    def _turn_to(self, number: int) -> None:
        self.stack.setCurrentIndex(number)
        way = self.way
        self.sentence.setText(way.sentence)
        self.question.setText(f"Ask: {way.question}")
        self.picker.offer(way.slots, way.hint, several=way.several)
        self.picker.mark(way.picks)
        if self.isVisible() and self._cells is not None:
            way.renew()

    def _fix_class(self, number: int | None) -> None:
        if self._cells is not None:
            self._use(replace(self._cells, fixed=number))

    def _ask_judge(self, judged: bool) -> None:
        for way in self.ways:
            way.set_judged(judged)

    def set_style(self, style: Style) -> None:
        super().set_style(style)
        self.picker.set_style(style)
        for way in self.ways:
            way.set_style(style)

    # --------------------------------------------------------------------------------- cells

    def begin(self) -> None:
        self._pulse.rest()
        self._cells = None
        self.picker.grid.show_pictures(NOTHING)
        self.refusal.hide()
        for way in self.ways:
            way.begin(None)
        self.picker.mark(self.way.picks)
        e = self._started.experiment if self._started and self.target else None
        names = self._names
        numbers = class_numbers(e) if e is not None else []
        self.classes.offer({i: names[i] if i < len(names) else str(i) for i in numbers})

    @property
    def _names(self) -> tuple[str, ...]:
        return class_names(self._started.gallery) if self._started else ()

    def refresh(self) -> None:
        if self._frame is not None:
            self._look()

    def follow(self, frame: Frame) -> None:
        self._pulse.poke(self.way.asker.seconds + self._cell_asker.seconds)

    def _look(self) -> None:
        """At the networks as they are now."""
        frame = self._frame
        if frame is None or not isinstance(frame.view, PictureView) or not self.isVisible():
            return
        fresh = self._find_cells(frame.view)
        if not self._cell_asker.waits:
            self._draw_cells(frame.view.shown)
        # Who waits for an older answer looks again after it.
        self._behind = not fresh and not self.way.follow()

    def _find_cells(self, view: PictureView) -> bool:
        """Know the noise of the cells; whether it is other noise than before."""
        if self._started is None:
            return False
        e, old = self._started.experiment, self._cells
        # Some noise is spread evenly over all cells: fewer of them would be others.
        z = evaluation_inputs(e, len(view.shown), view.noise)[:MOST]
        if old is not None and old.replica == view.replica and np.array_equal(old.z, z):
            return False
        fixed = old.fixed if old is not None else None
        cells = Cells(e, z, view.replica, self._names, fixed)
        if old is not None and len(old.z) == len(z):
            self._use(cells)
        else:
            self._cells = cells
            for way in self.ways:
                way.begin(cells)
        return True

    def _use(self, cells: Cells) -> None:
        self._cells = cells
        for way in self.ways:
            way.exchange(cells)
        if self._frame is not None and isinstance(self._frame.view, PictureView):
            self._draw_cells(self._frame.view.shown)

    def _draw_cells(self, shown: NDArray[np.uint8]) -> None:
        """Without a fixed class every frame has the cells, which costs training nothing."""
        cells = self._cells
        if cells is None:
            return
        if cells.fixed is None:
            self._cell_asker.forget()
            self.picker.grid.show_pictures(shown[: len(cells.z)])
        else:
            self._cell_asker.ask(Generate(cells.whole, cells.replica))

    def _show_cells(self, made: Made) -> None:
        self.picker.grid.show_pictures(made.pictures)

    # ------------------------------------------------------------------------------ refusals

    def _refuse(self, words: str) -> None:
        self.refusal.setText(words)
        self.refusal.show()

    def _accept(self) -> None:
        self.refusal.hide()
        if self._behind and self._frame is not None:
            self._behind = False
            self.follow(self._frame)

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse.rest()
