"""A walk from one of the generator's cells to another, straight or along a circle."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QSlider, QToolButton, QVBoxLayout

from ganstudio.app.explore.latent_way import EMPTY, NOTHING, BigPicture, Cells, Noise, Way
from ganstudio.app.explore.pane import Asker
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.icons import icon
from ganstudio.core.pictures.latent import linear, spherical
from ganstudio.core.questions import Made

STOPS = 11
"""Pictures in a row."""
FRAMES = 61
"""Of the moving picture, one way; every sixth is one of the row."""
_EVERY = (FRAMES - 1) // (STOPS - 1)
_MS = 33
_PATHS = {"straight": linear, "circle": spherical}
_STRAIGHT = "Linear: the straight line"
_CIRCLE = "Spherical: along a circle"


class WalkWay(Way):
    """Two rows of pictures from A to B, and one picture that walks."""

    title = "Walk"
    tip = "From one picture to another, step by step"
    sentence = (
        "Between two noises there is no gap: the pictures change little by little from A to B, "
        "although nobody ever drew those in between."
    )
    question = (
        "Which middle looks less like a real picture, and what has the length of z to do with it?"
    )
    slots = ("A", "B")
    hint = "Click the cell that the walk begins at, A, then the one where it ends, B."

    def __init__(self, make_asker: Callable[[str], Asker]) -> None:
        super().__init__(make_asker)
        self._made: Made | None = None
        self.rows = {path: PictureGrid(f"Walk, {path}") for path in _PATHS}
        self.lengths = {path: QLabel() for path in _PATHS}
        self.big = BigPicture("The picture that walks")
        self._clock = QTimer(self, interval=_MS)
        self._clock.timeout.connect(self._step)
        self._onward = 1
        self._make_controls()
        self._build()
        self._playing(True)

    # -------------------------------------------------------------------------------- making

    def _make_controls(self) -> None:
        self.play = QToolButton()
        self.play.setCheckable(True)
        self.play.setChecked(True)
        self.play.setAccessibleName("Walk on")
        self.play.setToolTip("Let the picture walk from A to B and back, or stand still")
        self.play.toggled.connect(self._playing)
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.place.setRange(0, FRAMES - 1)
        self.place.setPageStep(_EVERY)
        self.place.setAccessibleName("Place between A and B")
        self.place.setToolTip("Where the large picture is: A on the left, B on the right")
        self.place.valueChanged.connect(self._show_place)
        self.place.sliderPressed.connect(lambda: self.play.setChecked(False))
        self.paths = QButtonGroup(self)
        self.path_buttons = {}
        for path, words in (("straight", "linear"), ("circle", "spherical")):
            button = QToolButton()
            button.setText(words)
            button.setCheckable(True)
            button.setChecked(path == "circle")
            button.setToolTip(f"The large picture takes the {words} path")
            self.paths.addButton(button)
            self.path_buttons[path] = button
        self.paths.buttonToggled.connect(lambda _button, on: self.renew() if on else None)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for path, row in self.rows.items():
            self.lengths[path].setProperty("role", "small")
            column.addWidget(self.lengths[path])
            column.addWidget(row, 2)
            row.setMaximumHeight(130)
            row.setToolTip("A click lets the large picture stand here")
            row.clicked.connect(lambda index, path=path: self._stand(path, index))
        below = QHBoxLayout()
        below.setSpacing(6)
        below.addWidget(self.play)
        below.addWidget(QLabel("A"))
        below.addWidget(self.place, 1)
        below.addWidget(QLabel("B"))
        for button in self.path_buttons.values():
            below.addWidget(button)
        column.addSpacing(6)
        column.addWidget(self.big, 5)
        column.addLayout(below)

    # ------------------------------------------------------------------------------- pictures

    @property
    def path(self) -> str:
        """The one that the large picture takes: "straight" or "circle"."""
        return next(path for path, button in self.path_buttons.items() if button.isChecked())

    def _walk(self, cells: Cells, path: str, count: int) -> Noise:
        """So many noises from A to B, (count, `inputs_g`). Classes are mixed evenly."""
        a, b = (self.picks[slot][0] for slot in self.slots)
        t = np.linspace(0, 1, count, dtype=np.float32)
        noise = _PATHS[path](cells.noise[a], cells.noise[b], t)
        return cells.complete(noise, linear(cells.classes[a], cells.classes[b], t))

    def wanted(self) -> Noise | None:
        cells = self._cells
        if cells is None or not all(self.picks.values()):
            return None
        other = next(path for path in _PATHS if path != self.path)
        dense, sparse = self._walk(cells, self.path, FRAMES), self._walk(cells, other, STOPS)
        self._say_lengths(cells)
        return np.concatenate([dense, sparse])

    def _say_lengths(self, cells: Cells) -> None:
        """Why the straight line leaves the places that the generator knows."""
        for path, words in (("straight", _STRAIGHT), ("circle", _CIRCLE)):
            walk = self._walk(cells, path, 3)[:, : cells.experiment.noise.dimensions]
            a, middle, b = (f"{length:.1f}" for length in np.linalg.norm(walk, axis=1))
            self.lengths[path].setText(
                f"{words}. Length of z: {a} at A, {middle} half way, {b} at B"
            )

    def show_made(self, cells: Cells, made: Made) -> None:
        self._made = made
        captions = ["A", *[""] * (STOPS - 2), "B"]
        captions[STOPS // 2] = "half"
        for path, row in self.rows.items():
            dense = path == self.path
            pictures = made.pictures[:FRAMES:_EVERY] if dense else made.pictures[FRAMES:]
            row.show_pictures(pictures, captions, columns=STOPS)
        self._show_place()

    def forget(self) -> None:
        self._made = None
        for path, row in self.rows.items():
            row.show_pictures(NOTHING)
            self.lengths[path].setText("")
        self.big.show_one(EMPTY, "")

    def _show_place(self) -> None:
        if self._made is not None and self._cells is not None:
            at = self.place.value()
            words = self._cells.words(self._made, at)
            self.big.show_one(self._made.pictures[at], words)

    # --------------------------------------------------------------------------------- moving

    def _stand(self, path: str, index: int) -> None:
        """The large picture goes to one of the rows' and rests there."""
        self.play.setChecked(False)
        self.place.setValue(index * _EVERY)
        self.path_buttons[path].setChecked(True)

    def _step(self) -> None:
        at = self.place.value() + self._onward
        if not 0 <= at < FRAMES:
            self._onward = -self._onward
            at = self.place.value() + self._onward
        self.place.setValue(at)

    def _playing(self, on: bool) -> None:
        self.play.setIcon(icon("pause" if on else "play"))
        if on and self.isVisible():
            self._clock.start()
        else:
            self._clock.stop()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._playing(self.play.isChecked())

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        # Nobody sees it: it costs nothing.
        self._clock.stop()
