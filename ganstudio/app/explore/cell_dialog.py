"""One cell of the sample grid from close by: what it is made of, and what it is like."""

from __future__ import annotations

import itertools

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.explore.latent_way import BigPicture, Cells
from ganstudio.app.explore.noise_bars import NoiseBars, as_list
from ganstudio.app.explore.pane import Asker
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.explore.pulse import Pulse
from ganstudio.app.labels import wrapping
from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.events import Answered, Frame, PictureView, Started
from ganstudio.core.pictures.gallery import class_names
from ganstudio.core.questions import Generate, Made, Nearest, Neighbours, Recognise, Recognised
from ganstudio.plots.style import LIGHT, Style

NEIGHBOURS = 5
MUCH_NEARER = 0.6
"""Of the distance to the nearest held-out picture."""

_numbers = itertools.count(1)
"""Of the dialogs: each has topics of its own."""


class CellDialog(QDialog):
    """Not modal. Whoever makes it connects `asks`, `hear` and `show_frame`, then shows it.

    Args:
        started: the run that the cell is of.
        view: what the grid shows.
        index: of the cell in it.
        is_real: whether it is one of the real pictures.
    """

    asks = Signal(object)
    """An `Asked` for the engine."""

    def __init__(
        self,
        started: Started,
        view: PictureView,
        index: int,
        *,
        is_real: bool = False,
        style: Style = LIGHT,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._index, self._is_real = index, is_real
        self._picture: NDArray[np.uint8] = (view.real if is_real else view.shown)[index]
        self._cells = _cells(started, view)
        self._noise: NDArray[np.float32] = (
            np.zeros(0, np.float32) if is_real else self._cells.noise[index]
        )
        self._behind = False
        """Whether the networks went on while an answer was still to come."""
        self._told = False
        """Whether the first questions were asked."""
        topic = f"{type(self).__name__}.{next(_numbers)}"
        self._generate, self._nearest = Asker(f"{topic}.z", self), Asker(f"{topic}.like", self)
        self._recognise = Asker(f"{topic}.who", self)
        self._pulse = Pulse(self)
        kind, count = ("Real", len(view.real)) if is_real else ("Generated", len(view.shown))
        self.setWindowTitle(f"{kind} cell {index + 1} of {count}")
        self._make(kind.lower())
        self._build()
        self._connect()
        self.set_style(style)
        self._d = (view.d_real if is_real else view.d_shown)[index : index + 1]
        nobody = np.zeros(0, np.float32)
        self._show_made(Made(self._picture[None], self._d, nobody, nobody))
        self.resize(760, 520)

    # -------------------------------------------------------------------------------- making

    def _make(self, kind: str) -> None:
        self.big = BigPicture(f"The {kind} picture")
        self.bars = NoiseBars()
        self.numbers = QPlainTextEdit(as_list(self._noise))
        self.numbers.setReadOnly(True)
        self.numbers.setTabChangesFocus(True)
        self.numbers.setAccessibleName("The numbers of z")
        self.numbers.setToolTip("The same numbers to read and to copy")
        self.bars.show_noise(self._noise, self._cells.reach)
        self.copy = QPushButton("Copy z")
        self.copy.setToolTip("Put the numbers of z on the clipboard, as a list")
        self.follow = QCheckBox("Follow the run")
        self.follow.setToolTip(
            "Show what the networks make of the same noise while they train on; else this cell "
            "stays as it was when it was opened"
        )
        self.training = PictureGrid("Nearest pictures to learn from")
        self.held_out = PictureGrid("Nearest held-out pictures")
        self.meaning = wrapping()
        self.meaning.setText("Looking for the nearest real pictures …")
        self.refusal = wrapping("muted")
        self.refusal.hide()

    def _build(self) -> None:
        left = QVBoxLayout()
        left.addWidget(self.big, 1)
        if not self._is_real:
            left.addWidget(_title(f"Its noise z: {len(self._noise)} numbers{self._told_class}"))
            left.addWidget(self.bars)
            self.numbers.setFixedHeight(4 * self.fontMetrics().height())
            left.addWidget(self.numbers)
            left.addWidget(self.copy, 0, Qt.AlignmentFlag.AlignLeft)
        right = QVBoxLayout()
        for words, grid in (
            ("Nearest pictures to learn from", self.training),
            ("Nearest held-out pictures, which nobody learns from", self.held_out),
        ):
            right.addWidget(_title(words))
            grid.setToolTip("Below each: the distance, pixel by pixel")
            right.addWidget(grid, 1)
        right.addWidget(self.meaning)
        right.addWidget(self.refusal)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 2)
        both.addLayout(right, 3)
        foot = QHBoxLayout()
        foot.addWidget(self.follow)
        self.buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.buttons.button(QDialogButtonBox.StandardButton.Close).setToolTip(
            "Close this cell; the run goes on"
        )
        foot.addWidget(self.buttons)
        column = QVBoxLayout(self)
        column.addLayout(both, 1)
        column.addLayout(foot)

    def _connect(self) -> None:
        for asker in (self._generate, self._nearest, self._recognise):
            asker.asks.connect(self.asks)
            asker.refused.connect(self._refuse)
        self._generate.answered.connect(self._regenerated)
        self._nearest.answered.connect(self._show_neighbours)
        self._recognise.answered.connect(self._name)
        self._pulse.beat.connect(self._look)
        self.follow.toggled.connect(lambda on: self._pulse.poke(0) if on else self._pulse.rest())
        self.copy.clicked.connect(self._copy)
        self.buttons.rejected.connect(self.reject)

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        for one in (self.big.grid, self.training, self.held_out, self.bars):
            one.set_style(style)

    # -------------------------------------------------------------------------- the engine

    def hear(self, answered: Answered) -> None:
        """An answer to somebody's question."""
        for asker in (self._generate, self._nearest, self._recognise):
            if asker.topic == answered.topic:
                asker.hear(answered)

    def show_frame(self, frame: Frame) -> None:
        """The run went on."""
        if not self.follow.isChecked():
            return
        if not self._is_real:
            self._pulse.poke(self._cost)
        elif isinstance(frame.view, PictureView) and self._index < len(frame.view.d_real):
            # The same pictures in every frame: only D's opinion of them changes.
            d = frame.view.d_real[self._index : self._index + 1]
            nobody = np.zeros(0, np.float32)
            self._show_made(Made(self._picture[None], d, nobody, nobody))

    @property
    def _cost(self) -> float:
        """How many seconds training waited for the last look."""
        return self._generate.seconds + self._nearest.seconds

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._told:
            self._told = True
            # What was clicked is what stays: the networks of now may make another picture.
            self._nearest.ask(Nearest(self._picture[None], NEIGHBOURS))
            self._recognise.ask(Recognise(self._picture[None]))

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._pulse.rest()

    def _look(self) -> None:
        """Ask what the generator makes of this noise now, and what the judge says."""
        if self._is_real:
            return
        self._behind = self._generate.waits
        if self._behind:
            return
        z = self._cells.z[self._index : self._index + 1]
        self._generate.ask(Generate(z, self._cells.replica, judged=True))

    def _name(self, found: Recognised) -> None:
        """Say what the judge takes the picture for that was opened."""
        self._show_made(Made(self._picture[None], self._d, found.taken_for, found.sure))

    def _regenerated(self, made: Made) -> None:
        self.refusal.hide()
        self._show_made(made)
        if not np.array_equal(made.pictures[0], self._picture):
            self._picture = made.pictures[0]
            self._nearest.ask(Nearest(made.pictures, NEIGHBOURS))
        if self._behind and self.follow.isChecked():
            self._pulse.poke(self._cost)

    # ------------------------------------------------------------------------------- showing

    @property
    def _told_class(self) -> str:
        told = self._cells.classes[self._index]
        if not len(told):
            return ""
        return f", told to draw “{self._cells.name(int(told.argmax()))}”"

    def _show_made(self, made: Made) -> None:
        self.big.show_one(made.pictures[0], self._cells.words(made, 0))

    def _show_neighbours(self, found: Neighbours) -> None:
        for grid, pictures, distances in (
            (self.training, found.training[0], found.training_distances[0]),
            (self.held_out, found.held_out[0], found.held_out_distances[0]),
        ):
            grid.show_pictures(pictures, [f"{far:.2f}" for far in distances], columns=NEIGHBOURS)
        seen = float(found.training_distances[0, 0])
        unseen = float(found.held_out_distances[0, 0])
        self.meaning.setText(self._means(seen, unseen))

    def _means(self, seen: float, unseen: float) -> str:
        """What the distances say of learning by heart."""
        if self._is_real:
            return (
                "It is one of the pictures to learn from, so the nearest of them is itself, at "
                "distance 0; the others show how alike real pictures are."
            )
        both = f"{seen:.2f} against {unseen:.2f}"
        if seen < MUCH_NEARER * unseen:
            return (
                f"A picture to learn from is much nearer than any held-out one ({both}): the "
                "generator may have learnt it by heart."
            )
        return (
            f"Held-out pictures are about as near as those to learn from ({both}): no sign that "
            "this cell was learnt by heart. The more pictures a part has, the nearer its nearest."
        )

    def _refuse(self, words: str) -> None:
        self.refusal.setText(words)
        self.refusal.show()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.numbers.toPlainText())


def _cells(started: Started, view: PictureView) -> Cells:
    e = started.experiment
    z = evaluation_inputs(e, len(view.shown), view.noise)
    return Cells(e, z, view.replica, class_names(started.gallery))


def _title(words: str) -> QLabel:
    made = QLabel(words)
    made.setProperty("role", "title")
    return made
