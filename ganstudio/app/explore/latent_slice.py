"""A slice through the latent space: the plane through three of the generator's cells."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QVBoxLayout

from ganstudio.app.explore.latent_way import EMPTY, NOTHING, BigPicture, Cells, Noise, Way
from ganstudio.app.explore.pane import Asker
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.labels import wrapping
from ganstudio.core.pictures.latent import plane
from ganstudio.core.questions import Made
from ganstudio.core.words import in_percent

SIDES = (7, 11, 15)


class SliceWay(Way):
    """A grid of pictures over a plane."""

    title = "Slice"
    tip = "A map of pictures: the plane through three of them"
    sentence = (
        "A flat map cut out of the latent space: A at the top left, B at the top right, C at the "
        "bottom left. Neighbours look alike; the bottom right is B + C − A."
    )
    question = "Where on the map does one kind of picture become another: at a sharp border?"
    slots = ("A", "B", "C")
    hint = "Click three cells, one after the other: the corners A, B and C of the map."

    def __init__(self, make_asker: Callable[[str], Asker]) -> None:
        super().__init__(make_asker)
        self._made: Made | None = None
        self._at = SIDES[1] ** 2 // 2
        self.map = PictureGrid("Map of pictures")
        self.map.setToolTip("Point at a picture to see it large")
        self.map.hovered.connect(self._point)
        self.map.clicked.connect(self._point)
        self.side = QComboBox()
        for side in SIDES:
            self.side.addItem(f"{side} × {side}", side)
        self.side.setCurrentIndex(1)
        self.side.setAccessibleName("Pictures on the map")
        self.side.setToolTip("How many pictures the map has; more make finer steps and take longer")
        self.side.currentIndexChanged.connect(self._resize)
        self.big = BigPicture("The picture that is pointed at")
        self.where = wrapping("small")
        self.where.setAccessibleName("Its place on the map")
        self._build()

    def _build(self) -> None:
        aside = QVBoxLayout()
        aside.setSpacing(4)
        size = QHBoxLayout()
        label = QLabel("Map of")
        label.setBuddy(self.side)
        size.addWidget(label)
        size.addWidget(self.side)
        size.addStretch(1)
        aside.addLayout(size)
        aside.addWidget(self.big, 1)
        aside.addWidget(self.where)
        aside.addStretch(1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addWidget(self.map, 2)
        row.addLayout(aside, 1)

    def wanted(self) -> Noise | None:
        cells = self._cells
        if cells is None or not all(self.picks.values()):
            return None
        corners = [self.picks[slot][0] for slot in self.slots]
        # Classes are no place on a map: all are of A's.
        return cells.complete(
            plane(cells.noise[corners], self.side.currentData()), cells.classes[corners[0]]
        )

    def show_made(self, cells: Cells, made: Made) -> None:
        self._made = made
        side = round(np.sqrt(len(made.pictures)))
        self.map.show_pictures(made.pictures, columns=side)
        self.map.marks = {0: "A", side - 1: "B", side * (side - 1): "C"}
        self._point(min(self._at, len(made.pictures) - 1))

    def forget(self) -> None:
        self._made, self.map.marks = None, {}
        self.map.show_pictures(NOTHING)
        self.big.show_one(EMPTY, "")
        self.where.setText("")

    def _resize(self) -> None:
        # The middle of any map is the same place.
        self._at = self.side.currentData() ** 2 // 2
        self.renew()

    def _point(self, index: int) -> None:
        """Show one of the map's pictures large; where nobody points the last one stays."""
        if index < 0 or self._made is None or self._cells is None:
            return
        self._at = index
        side = round(np.sqrt(len(self._made.pictures)))
        down, right = (part / (side - 1) for part in divmod(index, side))
        self.big.show_one(self._made.pictures[index], self._cells.words(self._made, index))
        self.where.setText(
            f"{in_percent(right)} of the way from A to B, {in_percent(down)} from A to C"
        )
