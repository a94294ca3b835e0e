"""What a set of pictures looks like on the whole: its mean, its spread, its classes."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ganstudio.app.explore.real_set import Part
from ganstudio.core.words import in_percent
from ganstudio.plots.picture_scores import Bar, Bars, Row
from ganstudio.plots.single_picture import PictureLabel
from ganstudio.plots.style import Style

WIDTH = 288
_PICTURE = 142
"""With its caption: four pixels of the screen for each of 28."""
MOST_CLASSES = 40
"""Bars of a histogram."""


class SetFacts(QFrame):
    """One column of figures about the pictures that are looked at."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.mean, self.spread = PictureLabel(), PictureLabel()
        self.bars = Bars("How many pictures each class has")
        self.title, self.figures, self.more = QLabel(), QLabel(), QLabel()
        histogram = QLabel("Pictures of each class")
        for words, role in (
            (self.title, "title"),
            (self.figures, "small"),
            (histogram, "title"),
            (self.more, "small"),
        ):
            words.setProperty("role", role)
            words.setWordWrap(True)
        pictures = QHBoxLayout()
        for one in (self.mean, self.spread):
            pictures.addWidget(one, 1)
        inside = QWidget()
        inside.setProperty("role", "plain")
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 4, 0)
        column.setSpacing(6)
        column.addWidget(self.title)
        column.addLayout(pictures)
        for part in (self.figures, histogram, self.bars, self.more):
            column.addWidget(part)
        column.addStretch(1)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(inside)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(12, 8, 6, 8)
        outer.addWidget(scroll)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        for one in (self.mean, self.spread, self.bars):
            one.set_style(style)
        self.setFixedWidth(round(WIDTH * style.text_scale))
        for one in (self.mean, self.spread):
            one.setMinimumHeight(round(_PICTURE * style.text_scale))

    def show_part(self, part: Part, label: int | None, figures: str) -> None:
        """Show a class of a part, or all of it."""
        names = part.images.classes
        self.title.setText("All classes" if label is None else f"Class “{names[label]}”")
        mean, spread = part.mean(label), part.spread(label)
        self.mean.set_picture(
            _grey(mean, 1.0),
            f"mean: {in_percent(mean.mean())} ink",
            "real",
            "The mean of each pixel over all these pictures",
        )
        most = float(spread.max())
        self.spread.set_picture(
            _grey(spread, most),
            f"spread: up to {most:.2f}",
            "real",
            "The standard deviation of each pixel: bright where these pictures differ",
        )
        self.figures.setText(figures)
        order = _largest(part.counts)
        self.bars.show_rows(
            [
                Row(names[one], (Bar(float(part.counts[one]), f"{part.counts[one]:,}", "real"),))
                for one in order
            ]
        )
        left_out = len(names) - len(order)
        self.more.setVisible(bool(left_out))
        self.more.setText(f"The {len(order)} largest classes; there are {left_out} more.")


def _grey(values: NDArray[np.float64], most: float) -> NDArray[np.uint8]:
    """(h, w) from 0 to `most` as bytes."""
    return np.rint(255 * values / most if most > 0 else values).astype(np.uint8)


def _largest(counts: NDArray[np.intp]) -> list[int]:
    """The labels of the largest classes, in their own order."""
    if len(counts) <= MOST_CLASSES:
        return list(range(len(counts)))
    return sorted(np.argsort(-counts, kind="stable")[:MOST_CLASSES].tolist())
