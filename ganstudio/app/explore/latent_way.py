"""What all ways through the latent space have in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QVBoxLayout, QWidget

from ganstudio.app.explore.pane import Asker
from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.labels import wrapping
from ganstudio.core.draws import one_hot
from ganstudio.core.experiment import Experiment
from ganstudio.core.questions import Generate, Made
from ganstudio.core.words import in_percent
from ganstudio.plots.style import LIGHT, Style

Noise = NDArray[np.float32]

DIGITS = 2
"""Of numbers that change many times a second."""


@dataclass(frozen=True, eq=False)
class Cells:
    """The generator's own cells, from which every way starts.

    Args:
        experiment: says what z is.
        z: of each cell, with the class to draw if the generator is told one, (n, `inputs_g`).
        replica: whose generator it is.
        names: of the classes, as far as they are known.
        fixed: the class that is drawn everywhere, or None.
    """

    experiment: Experiment
    z: Noise
    replica: int
    names: tuple[str, ...]
    fixed: int | None = None

    @property
    def noise(self) -> Noise:
        """Without the class, (n, dimensions)."""
        return self.z[:, : self.experiment.noise.dimensions]

    @property
    def classes(self) -> Noise:
        """What the generator is told to draw, (n, labels): 1 at the class."""
        told = self.z[:, self.experiment.noise.dimensions :]
        if self.fixed is None or not self.experiment.labels:
            return told
        chosen: Noise = np.zeros_like(told)
        chosen[:, self.fixed] = 1
        return chosen

    @property
    def whole(self) -> Noise:
        """z of each cell with the fixed class, if there is one, (n, `inputs_g`)."""
        return self.complete(self.noise, self.classes)

    @property
    def reach(self) -> float:
        """Noise is seldom beyond plus or minus this."""
        return float(np.abs(self.experiment.noise.grid(2)).max())

    @staticmethod
    def complete(noise: Noise, classes: Noise) -> Noise:
        """Noise (n, dimensions) with one class (labels,) or one for each (n, labels)."""
        told = np.broadcast_to(classes, (len(noise), classes.shape[-1]))
        return np.concatenate([noise, told], axis=1).astype(np.float32)

    def name(self, label: int) -> str:
        """Of a class."""
        return self.names[label] if label < len(self.names) else str(label)

    def words(self, made: Made, index: int) -> str:
        """What D, and the judge if it was asked, say of a picture."""
        d = float(made.d[index])
        said = f"D = {d:.{DIGITS}f}" if np.isfinite(d) else "D = not a number"
        if len(made.taken_for):
            name = self.name(int(made.taken_for[index]))
            said += f" · the judge takes it for “{name}”, {in_percent(made.sure[index])} sure"
        return said


def class_numbers(experiment: Experiment) -> list[int]:
    """The classes that the generator can be told to draw."""
    if not experiment.labels:
        return []
    # As the cells take turns, they say which there are.
    told = one_hot(np.arange(experiment.labels), experiment)
    return sorted({int(one) for one in told.argmax(axis=1)})


class Way(QWidget):
    """One way through the noise. It asks one question at a time and shows the answer.

    Args:
        make_asker: for questions of a kind.
    """

    title: ClassVar[str]
    tip: ClassVar[str]
    sentence: ClassVar[str]
    """What one sees."""
    question: ClassVar[str]
    """To the class."""
    slots: ClassVar[tuple[str, ...]]
    """What cells are chosen for, such as A and B."""
    hint: ClassVar[str]
    """How cells are chosen."""
    several: ClassVar[bool] = False
    """Whether a slot takes several cells."""

    picks_changed = Signal()

    def __init__(self, make_asker: Callable[[str], Asker]) -> None:
        super().__init__()
        self.setAccessibleName(self.title)
        self._style = LIGHT
        self._cells: Cells | None = None
        self.picks: dict[str, tuple[int, ...]] = dict.fromkeys(self.slots, ())
        """The cells of each slot."""
        self._judged = False
        self._asked = False
        self.asker = make_asker(self.title)
        self.asker.answered.connect(self._hear)

    # ------------------------------------------------------------------- what the pane tells

    def begin(self, cells: Cells | None) -> None:
        """Other cells, or none: all that was done with those before is over."""
        self.asker.forget()
        self._cells, self._asked = cells, False
        self.picks = {slot: self._first(place) for place, slot in enumerate(self.slots)}
        self.forget()
        self.picks_changed.emit()
        self.renew()

    def _first(self, place: int) -> tuple[int, ...]:
        """Which cell a slot begins with."""
        there = self._cells is not None and place < len(self._cells.z)
        return (place,) if there and not self.several else ()

    def exchange(self, cells: Cells) -> None:
        """The same cells of other noise or with another class."""
        self._cells = cells
        self.renew()

    def pick(self, slot: str, index: int) -> None:
        """A cell is chosen for a slot; where a slot takes several, it may be taken back."""
        was = self.picks[slot]
        if not self.several:
            self.picks[slot] = (index,)
        else:
            for other, chosen in self.picks.items():
                self.picks[other] = tuple(i for i in chosen if i != index)
            if index not in was:
                self.picks[slot] = (*was, index)
        self.picks_changed.emit()
        self.renew()

    def set_judged(self, judged: bool) -> None:
        """Whether the judge is asked, too."""
        self._judged = judged
        self.renew()

    def renew(self) -> None:
        """What is wanted is another thing: ask, if somebody looks."""
        self._asked = False
        if self.isVisible():
            self.ask()

    def follow(self) -> bool:
        """The networks went on: ask again, unless an answer is still to come; whether that was
        possible."""
        if self.asker.waits:
            return False
        self.ask()
        return True

    def ask(self) -> None:
        """Ask for all that is shown."""
        z = self.wanted() if self._cells is not None else None
        if self._cells is None or z is None:
            self.asker.forget()
            self.forget()
            return
        self._asked = True
        self.asker.ask(Generate(z, self._cells.replica, self._judged))

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        for grid in self.findChildren(PictureGrid):
            grid.set_style(style)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if not self._asked:
            self.ask()

    def _hear(self, made: Made) -> None:
        if self._cells is not None:
            self.show_made(self._cells, made)

    # --------------------------------------------------------------- what a subclass fills in

    def wanted(self) -> Noise | None:
        """Noise of all that is shown, or None if something has to be chosen first."""
        raise NotImplementedError

    def show_made(self, cells: Cells, made: Made) -> None:
        """What came of it."""
        raise NotImplementedError

    def forget(self) -> None:
        """Show nothing."""
        raise NotImplementedError


class BigPicture(QWidget):
    """One large picture with what is said of it below."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self.grid = PictureGrid(name)
        # There is nothing to choose.
        self.grid.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.words = wrapping("muted")
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.words.setMinimumHeight(self.words.fontMetrics().height() * 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        column.addWidget(self.grid, 1)
        column.addWidget(self.words)

    def show_one(self, picture: NDArray[np.uint8], words: str) -> None:
        """Show a picture (h, w), or none at all (0, 0)."""
        self.grid.show_pictures(picture[None] if picture.size else NOTHING)
        self.words.setText(words)


NOTHING: NDArray[np.uint8] = np.zeros((0, 1, 1), np.uint8)
"""No pictures."""
EMPTY: NDArray[np.uint8] = np.zeros((0, 0), np.uint8)
"""No picture."""
