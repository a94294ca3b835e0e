"""Editors of distributions that people draw or bring along, with many numbers each.

They show a picture and words in the place of a widget for each number.
"""

from __future__ import annotations

import math
from abc import abstractmethod
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ganstudio.app.forms.canvas import Canvas, Picture
from ganstudio.app.forms.numerals import format_float
from ganstudio.app.forms.rows import words_label
from ganstudio.app.forms.sheets import PLACES, DensitySheet, PointsSheet, SamplesPicture
from ganstudio.core.lazy import np
from ganstudio.core.spec import Spec
from ganstudio.core.targets import Drawn, Points, Samples
from ganstudio.core.targets.distribution import FEWEST_POINTS, LARGEST
from ganstudio.data.samples import read_line, read_plane
from ganstudio.errors import FileError

FILES = "Tables of numbers (*.csv *.tsv *.txt *.dat);;All files (*)"
Numbers = tuple[Any, ...]


class Drawing(QWidget):
    """A picture, what it holds in words, and a button to load a file.

    Args:
        picture: shows the numbers.
        columns: what a file has to hold, in words.
    """

    valueChanged = Signal(object)
    """The user drew, or loaded a file."""
    refused = Signal(str)
    """Why a file does not count; empty when that is over."""

    def __init__(self, picture: Picture, columns: str) -> None:
        super().__init__()
        self._value: Numbers = ()
        self.picture = picture
        self.words = words_label(role="small")
        self.load_button = QPushButton("Load CSV…")
        self.load_button.setToolTip(f"{columns} It takes the place of what is here.")
        self.load_button.setAccessibleName("Load a table of numbers")
        self.load_button.clicked.connect(self._ask)
        self.buttons = QHBoxLayout()
        self.buttons.addWidget(self.words, 1)
        self.buttons.addWidget(self.load_button)
        rows = QVBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(2)
        rows.addWidget(picture)
        rows.addLayout(self.buttons)

    @abstractmethod
    def show_value(self) -> None:
        """Put the numbers into the picture, and into words."""

    @abstractmethod
    def read(self, path: Path) -> None:
        """Take the numbers of a file.

        Raises:
            FileError: they can't be used.
        """

    def value(self) -> Numbers:
        """The numbers."""
        return self._value

    def setValue(self, value: Numbers) -> None:
        """Show other numbers; the picture stays as it is if they are the same."""
        if value != self._value:
            self._value = value
            self.show_value()

    def choose(self, value: Numbers) -> None:
        """Show other numbers, and tell them."""
        self.refused.emit("")
        if value != self._value:
            self.setValue(value)
            self.valueChanged.emit(value)

    def load(self, path: Path) -> None:
        """Take the numbers of a file, or say why not."""
        try:
            self.read(path)
        except FileError as error:
            # The dialog has just shown in which folder the file is.
            self.refused.emit(f"{str(error).replace(str(path), path.name)}.")

    def _ask(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self, "Load a table of numbers", "", FILES)
        if name:
            self.load(Path(name))


class SamplesEdit(Drawing):
    """Samples, which come from a file."""

    def __init__(self) -> None:
        self._histogram = SamplesPicture()
        super().__init__(self._histogram, "One column of numbers.")

    def show_value(self) -> None:
        """A histogram and its ends."""
        self._histogram.set_samples(self._value)
        low, high = (format_float(float(f"{end(self._value):.3g}")) for end in (min, max))
        self.words.setText(f"{len(self._value):,} samples\n{low} … {high}")

    def read(self, path: Path) -> None:
        """One column."""
        self.choose(read_line(path))


class Sketch(Drawing):
    """A picture that can be drawn by hand.

    Args:
        canvas: to draw on.
        columns: what a file has to hold, in words.
    """

    def __init__(self, canvas: Canvas, columns: str) -> None:
        super().__init__(canvas, columns)
        self.canvas = canvas
        canvas.setToolTip(f"<p>{canvas.keys}</p>")
        canvas.finished.connect(self._take)
        self.clear_button = QPushButton("Clear")
        self.clear_button.setToolTip("An empty sheet. What was there counts until you draw.")
        self.clear_button.setAccessibleName("Clear the drawing")
        self.clear_button.clicked.connect(self._clear)
        self.buttons.insertWidget(1, self.clear_button)

    @abstractmethod
    def drawn(self) -> Numbers:
        """What is on the sheet; empty if that is too little to count."""

    @abstractmethod
    def say(self) -> None:
        """Say in words what is on the sheet."""

    def setAccessibleName(self, name: str) -> None:
        """The sheet, which has the focus, is called so too."""
        super().setAccessibleName(name)
        self.canvas.setAccessibleName(name)

    def setAccessibleDescription(self, description: str) -> None:
        """The sheet says it too, and its keys."""
        super().setAccessibleDescription(description)
        self.canvas.setAccessibleDescription(f"{description}\n{self.canvas.keys}")

    def _clear(self) -> None:
        self.canvas.clear()
        self.say()

    def _take(self) -> None:
        numbers = self.drawn()
        self.say()
        if numbers and numbers != self._value:
            self._value = numbers
            self.refused.emit("")
            self.valueChanged.emit(numbers)


class DensityEdit(Sketch):
    """The heights of a density."""

    replaced = Signal(object)
    """A whole density, for that of a file lies elsewhere."""

    def __init__(self) -> None:
        self.sheet = DensitySheet()
        self._ends = (0.0, 1.0)
        super().__init__(self.sheet, "One column of samples, of which a histogram is made.")

    def show_owner(self, owner: Drawn) -> None:
        """The ends of the density, for the words."""
        self._ends = (owner.low, owner.high)
        self.say()

    def show_value(self) -> None:
        """The heights."""
        self.sheet.set_heights(self._value)
        self.say()

    def drawn(self) -> Numbers:
        """The heights, if one is above 0."""
        return tuple(self.sheet.heights) if any(self.sheet.heights) else ()

    def say(self) -> None:
        """From where to where."""
        low, high = map(format_float, self._ends)
        self.words.setText(f"{low} … {high}" if self.drawn() else "Draw a density")

    def read(self, path: Path) -> None:
        """A histogram of one column."""
        values = read_line(path)
        if min(values) == max(values):
            raise FileError(f"{path}: all numbers are the same; a density needs different ones")
        low, high, heights = histogram(values)
        self.refused.emit("")
        self.replaced.emit(Drawn(low=low, high=high, heights=heights))


class PointsEdit(Sketch):
    """Points in the plane."""

    def __init__(self) -> None:
        self.sheet = PointsSheet()
        super().__init__(self.sheet, "Two columns of numbers, x and y.")

    def show_value(self) -> None:
        """The points."""
        self.sheet.set_points(self._value)
        self.say()

    def drawn(self) -> Numbers:
        """The points, if they are enough."""
        points = tuple(self.sheet.points)
        return points if len(points) >= FEWEST_POINTS else ()

    def say(self) -> None:
        """How many."""
        count = len(self.sheet.points)
        enough = count >= FEWEST_POINTS
        self.words.setText(f"{count:,} points" if enough else f"At least {FEWEST_POINTS} points")

    def read(self, path: Path) -> None:
        """Two columns."""
        self.choose(read_plane(path))


def histogram(values: tuple[float, ...]) -> tuple[float, float, tuple[float, ...]]:
    """Ends and heights of a density that is made of samples.

    The lines between the middles of the bars, and 0 half a bar beside the outermost ones.
    """
    bars = min(max(round(2 * math.sqrt(len(values))), 8), PLACES) - 2
    counts, edges = np.histogram(values, bars)
    bar = (edges[-1] - edges[0]) / bars
    low, high = (float(f"{end:.6g}") for end in (edges[0] - bar / 2, edges[-1] + bar / 2))
    heights = (0.0, *(float(f"{count / counts.max():.4g}") for count in counts), 0.0)
    return max(low, -LARGEST), min(high, LARGEST), heights


DRAWINGS: dict[tuple[type[Spec], str], Callable[[], Drawing]] = {
    (Drawn, "heights"): DensityEdit,
    (Samples, "values"): SamplesEdit,
    (Points, "positions"): PointsEdit,
}
"""The editor of each field that holds too many numbers to write them down."""
