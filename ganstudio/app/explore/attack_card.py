"""One adversarial example: the picture, the change, the changed picture, and what is said of it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout

from ganstudio.app.explore.attack_controls import AttackControls
from ganstudio.app.explore.deceiving import flipped, head, verdict
from ganstudio.app.labels import wrapping
from ganstudio.app.theme import set_look
from ganstudio.core.questions import Attacked
from ganstudio.plots.palette import number
from ganstudio.plots.predictions import ChangeLabel, Prediction, PredictionBars, rows_of
from ganstudio.plots.single_picture import PictureLabel
from ganstudio.plots.style import Style

_LINES = 2
"""Of the verdict: what is below it does not move when it gets longer."""


class AttackCard(QFrame):
    """Controls, pictures, bars, and the verdict."""

    def __init__(self) -> None:
        super().__init__()
        self.setProperty("role", "card")
        self.controls = AttackControls()
        self.picture, self.change, self.changed = PictureLabel(), ChangeLabel(), PictureLabel()
        self.before, self.after = PredictionBars("Before"), PredictionBars("After")
        self.verdict = wrapping()
        self.search = QPushButton("Find the smallest ε")
        self.search.setToolTip(
            "Try several sizes, always halving what is left, until the smallest is found that "
            "makes the network say something else"
        )
        title = QLabel("A real picture, changed by so little that it is taken for another")
        title.setProperty("role", "title")
        title.setWordWrap(True)
        shown = QHBoxLayout()
        shown.setSpacing(10)
        for picture in (self.picture, self.change, self.changed):
            shown.addWidget(picture, 5)
        for bars in (self.before, self.after):
            shown.addWidget(bars, 6)
        said = QHBoxLayout()
        said.addWidget(self.verdict, 1)
        said.addWidget(self.search)
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(6)
        column.addWidget(title)
        column.addWidget(self.controls)
        column.addLayout(shown, 1)
        column.addLayout(said)
        self._fix_lines()

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        for one in (self.picture, self.change, self.changed, self.before, self.after):
            one.set_style(style)
        self.controls.level()
        self._fix_lines()

    def _fix_lines(self) -> None:
        self.verdict.setMinimumHeight(_LINES * self.verdict.fontMetrics().lineSpacing() + 4)

    # ------------------------------------------------------------------------------ showing

    def clear(self, sentence: str) -> None:
        """No picture, and why."""
        for picture in (self.picture, self.changed):
            picture.set_picture(None)
        self.change.set_change(None, 1.0, "", "")
        for bars in (self.before, self.after):
            bars.show_prediction(None)
        self.say(sentence)

    def say(self, sentence: str, *, strong: bool = False) -> None:
        """A sentence below the pictures; a strong one is bold."""
        self.verdict.setText(sentence)
        set_look(self.verdict, "role", "title" if strong else "muted")

    def show_picture(self, picture: NDArray[np.uint8], name: str) -> None:
        """The real one, at once."""
        self.picture.set_picture(picture, f"real: {name}", "real")

    def show_attacked(
        self,
        attacked: Attacked,
        said: tuple[Prediction, Prediction],
        epsilon: float,
        *,
        of_discriminator: bool,
    ) -> None:
        """What came of an attack."""
        before, after = said
        times = 1 / epsilon if epsilon else 1.0
        self.change.set_change(
            attacked.change,
            times,
            f"change × {number(times)}",
            f"The change, {number(times)} times as strong as it is: yellow adds ink, purple takes "
            "ink away, grey leaves a pixel alone",
        )
        ink = np.rint(255 * np.clip(np.nan_to_num(attacked.picture), 0, 1)).astype(np.uint8)
        self.changed.set_picture(
            ink, "changed", tip="The real picture plus the change, as strong as it is"
        )
        rows = rows_of(before, after)
        for bars, one, what in ((self.before, before, "Before"), (self.after, after, "After")):
            bars.show_prediction(one, head(what, one, of_discriminator=of_discriminator), rows)
        sentence = verdict(before, after, epsilon, of_discriminator=of_discriminator)
        self.say(sentence, strong=before.best == before.true and flipped(before, after))
