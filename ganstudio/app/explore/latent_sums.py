"""Sums of what pictures have in common: a smiling woman minus a woman plus a man."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ganstudio.app.explore.latent_way import EMPTY, NOTHING, BigPicture, Cells, Noise, Way
from ganstudio.app.explore.pane import Asker
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.labels import wrapping
from ganstudio.core.pictures.latent import arithmetic
from ganstudio.core.questions import Made

_SIDE = 3
_CENTRE = _SIDE**2 // 2
_SIGNS = {"A": "", "B": "−", "C": "+"}
_FARS = (0.1, 0.25, 0.5, 1.0)
_PAPER = 0.25
_ROOM = 104
"""Pixels of the picture of a mean."""


class SumsWay(Way):
    """mean(A) - mean(B) + mean(C) (Radford et al. 2016, section 6.3.2)."""

    title = "Sums"
    tip = "Calculate with what pictures have in common"
    sentence = (
        "Smiling woman − woman + man = smiling man. Put cells that share something into A and C, "
        "and into B those that are like A without it. Means of three or more work better than "
        "single cells: what is odd about each cancels out (Radford et al. 2016)."
    )
    question = "Can you make a digit thicker or more slanted? Try one cell in each, then four."
    slots = ("A", "B", "C")
    hint = "Choose A, B or C, then click the cells that belong to it; a second click takes one out."
    several = True

    def __init__(self, make_asker: Callable[[str], Asker]) -> None:
        super().__init__(make_asker)
        self._made: Made | None = None
        self._luck = np.random.default_rng(0)
        self._around: Noise | None = None
        """Steps from the result to its neighbours, from -1 to 1, (9, dimensions)."""
        self._nudge: Noise | None = None
        """How far the result has been moved, (dimensions,)."""
        self.means = {slot: PictureGrid(f"Mean of {slot}") for slot in self.slots}
        self.counts = {slot: QLabel() for slot in self.slots}
        self.result = PictureGrid("The result and its neighbours")
        self.result.setToolTip("A click on a neighbour goes there")
        self.result.hovered.connect(self._point)
        self.result.clicked.connect(self._move)
        self.big = BigPicture("The result")
        self.said = wrapping()
        self._make_controls()
        self._build()

    # -------------------------------------------------------------------------------- making

    def _make_controls(self) -> None:
        self.far = QComboBox()
        for far in _FARS:
            self.far.addItem(f"{far:g}", far)
        self.far.setCurrentIndex(_FARS.index(_PAPER))
        self.far.setAccessibleName("How far the neighbours are")
        self.far.setToolTip(
            "How far from the result its neighbours are, in widths of the noise; more makes them "
            "less alike"
        )
        self.far.currentIndexChanged.connect(self.renew)
        self.others = QPushButton("Other neighbours")
        self.others.setToolTip("Look from the result into other directions, drawn at random")
        self.others.clicked.connect(self._look_elsewhere)
        self.back = QPushButton("Back to the sum")
        self.back.setToolTip("Undo all steps to neighbours")
        self.back.clicked.connect(self._go_back)

    def _build(self) -> None:
        sum_row = QGridLayout()
        sum_row.setHorizontalSpacing(8)
        sum_row.setVerticalSpacing(0)
        for place, slot in enumerate(self.slots):
            if _SIGNS[slot]:
                sign = QLabel(_SIGNS[slot])
                sign.setProperty("role", "title")
                sum_row.addWidget(sign, 0, 2 * place - 1)
            self.counts[slot].setProperty("role", "small")
            self.means[slot].setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.means[slot].setFixedSize(_ROOM, _ROOM)
            sum_row.addWidget(self.means[slot], 0, 2 * place)
            sum_row.addWidget(self.counts[slot], 1, 2 * place)
        sum_row.setColumnStretch(2 * len(self.slots), 1)
        sum_row.addWidget(self.said, 0, 2 * len(self.slots))
        controls = QHBoxLayout()
        label = QLabel("Neighbours at")
        label.setBuddy(self.far)
        for one in (label, self.far, self.others, self.back):
            controls.addWidget(one)
        controls.addStretch(1)
        pictures = QHBoxLayout()
        pictures.setSpacing(12)
        pictures.addWidget(self.result, 1)
        pictures.addWidget(self.big, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(sum_row)
        column.addLayout(pictures, 1)
        column.addLayout(controls)

    # ------------------------------------------------------------------------------- pictures

    def sum_of(self, cells: Cells) -> Noise:
        """The noise of the result before it was moved, (dimensions,)."""
        groups = [cells.noise[list(self.picks[slot])] for slot in self.slots]
        found: Noise = arithmetic(*groups)
        return found

    def wanted(self) -> Noise | None:
        """The means of A, B and C, then the result among its neighbours."""
        cells = self._cells
        if cells is None or not self.picks["A"]:
            return None
        dimensions = cells.experiment.noise.dimensions
        if self._around is None or self._nudge is None:
            self._nudge = np.zeros(dimensions, dtype=np.float32)
            self._draw(dimensions)
        # A uniform distribution as wide as the noise: of uniform noise, itself.
        width = float(cells.noise.std()) * np.sqrt(3)
        step = self.far.currentData() * width * self._around
        around = self.sum_of(cells) + self._nudge + step
        told = [self._class_of(cells, slot) for slot in (*self.slots, *["A"] * len(around))]
        return cells.complete(np.concatenate([self._means(cells), around]), np.stack(told))

    def _means(self, cells: Cells) -> Noise:
        """(3, dimensions); of an empty group 0."""
        empty = np.zeros((1, cells.experiment.noise.dimensions), dtype=np.float32)
        groups = [cells.noise[list(self.picks[slot])] for slot in self.slots]
        return np.stack([(one if len(one) else empty).mean(axis=0) for one in groups])

    def _class_of(self, cells: Cells, slot: str) -> Noise:
        """That of the first cell: of several classes there is no mean."""
        chosen = self.picks[slot] or self.picks["A"]
        told: Noise = cells.classes[chosen[0]]
        return told

    def _draw(self, dimensions: int) -> None:
        drawn = self._luck.uniform(-1, 1, (_SIDE**2, dimensions)).astype(np.float32)
        drawn[_CENTRE] = 0
        self._around = drawn

    def show_made(self, cells: Cells, made: Made) -> None:
        self._made = made
        for place, slot in enumerate(self.slots):
            picture = made.pictures[place : place + 1]
            self.means[slot].show_pictures(picture if self.picks[slot] else NOTHING)
        self.result.show_pictures(made.pictures[len(self.slots) :], columns=_SIDE)
        self.result.marks = {_CENTRE: "="}
        self._say()
        self._point(-1)

    def forget(self) -> None:
        self._made = self._around = self._nudge = None
        for slot in self.slots:
            self.means[slot].show_pictures(NOTHING)
        self.result.marks = {}
        self.result.show_pictures(NOTHING)
        self.big.show_one(EMPTY, "")
        self._say()

    def _say(self) -> None:
        for slot in self.slots:
            count = len(self.picks[slot])
            cells = f"{count} cell{'s' if count != 1 else ''}" if count else "no cells yet"
            self.counts[slot].setText(f"mean of {slot}: {cells}")
        if self.picks["A"]:
            self.said.setText("= the picture in the middle below, marked “=”.")
        else:
            self.said.setText("Nothing to add yet: choose some cells for A on the left.")
        self._enable()

    def _enable(self) -> None:
        self.others.setEnabled(self._made is not None)
        self.back.setEnabled(self._nudge is not None and bool(self._nudge.any()))

    # --------------------------------------------------------------------------------- moving

    def _point(self, index: int) -> None:
        """Show a neighbour large, or the result where nobody points."""
        if self._made is not None and self._cells is not None:
            at = len(self.slots) + (index if index >= 0 else _CENTRE)
            self.big.show_one(self._made.pictures[at], self._cells.words(self._made, at))

    def _move(self, index: int) -> None:
        """A neighbour is the middle from now on."""
        if self._cells is None or self._around is None or self._nudge is None:
            return
        width = float(self._cells.noise.std()) * np.sqrt(3)
        moved = self._nudge + self.far.currentData() * width * self._around[index]
        self._nudge = moved.astype(np.float32)
        self._look_elsewhere()

    def _look_elsewhere(self) -> None:
        if self._cells is not None:
            self._draw(self._cells.experiment.noise.dimensions)
            self.renew()

    def _go_back(self) -> None:
        if self._nudge is not None:
            self._nudge[:] = 0
            self.renew()
