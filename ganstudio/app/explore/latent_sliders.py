"""z by hand: a slider for each of its dimensions."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout

from ganstudio.app.explore.latent_slider_list import SliderList
from ganstudio.app.explore.latent_way import EMPTY, BigPicture, Cells, Noise, Way
from ganstudio.app.explore.pane import Asker
from ganstudio.app.labels import wrapping
from ganstudio.core.questions import Generate, Made

BEST = 8
_AT_ONCE = 64
"""Dimensions that one question is about: an answer should take some tenths of a second."""
_PERTURBED = 2 / 3
"""How far a dimension is moved to see what it does, in parts of the noise's reach: of normal
noise by 2."""


class SlidersWay(Way):
    """All dimensions of one z, and the picture that the generator makes of it."""

    title = "Sliders"
    tip = "Change z by hand and see the picture follow"
    sentence = (
        "The generator sees nothing but these numbers. Start from a cell and move one at a time: "
        "most change a little of everything, for nobody told the generator what each should mean."
    )
    question = "Can you find a dimension with a meaning of its own, such as slant or thickness?"
    slots = ("Start",)
    hint = "Click the cell to start from."

    def __init__(self, make_asker: Callable[[str], Asker]) -> None:
        super().__init__(make_asker)
        self._luck = np.random.default_rng()
        self._ready = False
        """Whether the sliders stand where they should."""
        self._base: Noise = np.zeros(0, np.float32)
        """z around which the strongest dimensions are looked for."""
        self._change: list[float] = []
        """What the dimensions that were tried so far do to the pixels."""
        self.search = make_asker("Search")
        self.search.answered.connect(self._found)
        self.search.refused.connect(self._give_up)
        self.list = SliderList()
        self.list.value_changed.connect(self.renew)
        self.big = BigPicture("The picture of this z")
        self.note = wrapping("small")
        self._make_controls()
        self._build()

    def _make_controls(self) -> None:
        self.strongest = QPushButton(f"The {BEST} that change most")
        self.strongest.setToolTip(
            f"Try every dimension, a little less and a little more, and show the {BEST} that "
            "change the most pixels of this picture"
        )
        self.strongest.clicked.connect(self._look)
        self.all = QPushButton("All")
        self.all.setToolTip("Show the sliders of all dimensions again")
        self.all.clicked.connect(self._show_all)
        self.reset = QPushButton("Reset")
        self.reset.setToolTip("Back to the noise of the cell that was started from")
        self.reset.clicked.connect(self._start)
        self.random = QPushButton("Random")
        self.random.setToolTip("Draw a new z, as the generator gets it in training")
        self.random.clicked.connect(self._draw)

    def _build(self) -> None:
        controls = QHBoxLayout()
        for button in (self.strongest, self.all):
            controls.addWidget(button)
        controls.addStretch(1)
        left = QVBoxLayout()
        left.addLayout(controls)
        left.addWidget(self.note)
        left.addWidget(self.list, 1)
        below = QHBoxLayout()
        for button in (self.reset, self.random):
            below.addWidget(button)
        below.addStretch(1)
        right = QVBoxLayout()
        right.addWidget(self.big, 1)
        right.addLayout(below)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(left, 1)
        row.addLayout(right, 1)

    # ------------------------------------------------------------------------------- pictures

    def pick(self, slot: str, index: int) -> None:
        self._ready = False
        super().pick(slot, index)

    def exchange(self, cells: Cells) -> None:
        # With another class the same z is to be seen; other noise is another cell.
        if self._cells is None or not np.array_equal(cells.noise, self._cells.noise):
            self._ready = False
        super().exchange(cells)

    def wanted(self) -> Noise | None:
        cells = self._cells
        if cells is None or not self.picks["Start"]:
            return None
        if not self._ready:
            self._set(cells.noise[self.picks["Start"][0]])
        return cells.complete(self.list.values[None], self._class(cells))

    def _class(self, cells: Cells) -> Noise:
        told: Noise = cells.classes[self.picks["Start"][0]]
        return told

    def show_made(self, cells: Cells, made: Made) -> None:
        self.big.show_one(made.pictures[0], cells.words(made, 0))

    def forget(self) -> None:
        self._ready = False
        self.search.forget()
        self.list.set_values(np.zeros(0, np.float32), 1)
        self.big.show_one(EMPTY, "")
        self.note.setText("")

    # --------------------------------------------------------------------------- whole vectors

    def _set(self, values: Noise) -> None:
        if self._cells is None:
            return
        many = len(self.list.values) != len(values)
        self.list.set_values(values, self._cells.reach)
        self._ready = True
        if many:
            self._show_all()

    def _start(self) -> None:
        self._ready = False
        self.renew()

    def _draw(self) -> None:
        if self._cells is not None:
            drawn: Noise = self._cells.experiment.noise.draw(self._luck, 1, 1)
            self._set(drawn[0, 0])
            self.renew()

    def _show_all(self) -> None:
        self.search.forget()
        count = len(self.list.values)
        self.list.show_only(None)
        self.strongest.setEnabled(count > BEST)
        self.all.setEnabled(False)
        self.note.setText(f"{count} dimension{'s' if count != 1 else ''}")

    # --------------------------------------------------------------------- the strongest ones

    def _look(self) -> None:
        """Try every dimension around the z of now."""
        self._base, self._change = self.list.values.copy(), []
        self.strongest.setEnabled(False)
        self._try_next()

    def _try_next(self) -> None:
        cells, first = self._cells, len(self._change)
        if cells is None:
            return
        some = np.arange(first, min(first + _AT_ONCE, len(self._base)))
        self.note.setText(f"Trying {first + 1} to {some[-1] + 1} of {len(self._base)} dimensions")
        tried = np.repeat(self._base[None], 2 * len(some), axis=0)
        rows = np.arange(len(some))
        tried[rows, some] -= _PERTURBED * cells.reach
        tried[len(some) + rows, some] += _PERTURBED * cells.reach
        z = cells.complete(tried, self._class(cells))
        self.search.ask(Generate(z, cells.replica))

    def _found(self, made: Made) -> None:
        less, more = np.split(made.pictures.astype(np.float32), 2)
        self._change += [float(one) for one in np.abs(more - less).mean(axis=(1, 2))]
        if len(self._change) < len(self._base):
            self._try_next()
            return
        best = np.argsort(-np.array(self._change), kind="stable")[:BEST]
        self.list.show_only(set(best.tolist()))
        self.strongest.setEnabled(True)
        self.all.setEnabled(True)
        names = ", ".join(str(i + 1) for i in best)
        self.note.setText(f"Strongest first: {names}. They depend on where z stands.")

    def _give_up(self) -> None:
        self._show_all()
