"""Asks what a film of runs is to show, with one of its pictures and about how large it gets."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtGui import QImage, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QSizePolicy,
    QSlider,
    QVBoxLayout,
    QWidget,
)

from ganstudio.app.exporting.film_form import FilmForm
from ganstudio.app.theme import set_look
from ganstudio.app.wording import size_words
from ganstudio.errors import GanStudioError
from ganstudio.export.background import Export
from ganstudio.export.encoders import format_of
from ganstudio.export.film import GLANCES, Film, Showing

PREVIEW_MS, ESTIMATE_MS = 150, 700
"""After the last change."""
MOST = 1000
"""Marks of the preview's slider."""


class FilmDialog(QDialog):
    """Not modal: the run goes on, and so may its user.

    Args:
        form: what can be chosen.
    """

    def __init__(self, form: FilmForm, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("Export film")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = form
        self.preview = Preview()
        self.place = QSlider(Qt.Orientation.Horizontal)
        self.said = QLabel()
        self._estimate: Export | None = None
        self._showing: Showing | None = None
        self._drawing = QTimer(self, interval=PREVIEW_MS, singleShot=True)
        self._drawing.timeout.connect(self._draw)
        self._weighing = QTimer(self, interval=ESTIMATE_MS, singleShot=True)
        self._weighing.timeout.connect(self._weigh)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.export = buttons.addButton("Export…", QDialogButtonBox.ButtonRole.AcceptRole)
        self.export.setProperty("role", "primary")
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        self._lay_out(buttons)
        self.resize(1100, 560)
        form.changed.connect(self._change)
        self.place.valueChanged.connect(lambda _value: self._drawing.start())
        self._change()

    def film(self) -> Film:
        """What is chosen.

        Raises:
            SpecError: it makes no film.
        """
        return self.form.film()

    def done(self, result: int) -> None:
        self._drawing.stop()
        self._weighing.stop()
        self._forget_estimate()
        self._forget_showing()
        super().done(result)

    def _lay_out(self, buttons: QDialogButtonBox) -> None:
        self.place.setRange(0, MOST)
        self.place.setValue(MOST)
        self.place.setAccessibleName("Which picture is shown here")
        self.place.setToolTip("Which picture of the film is shown here")
        self.said.setProperty("role", "muted")
        self.said.setWordWrap(True)
        self.said.setMinimumHeight(2 * self.fontMetrics().lineSpacing())
        left = QVBoxLayout()
        left.addWidget(self.preview, 1)
        left.addWidget(self.place)
        left.addWidget(self.said)
        both = QHBoxLayout()
        both.setSpacing(16)
        both.addLayout(left, 1)
        both.addWidget(self.form)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 12)
        column.addLayout(both, 1)
        column.addWidget(buttons)

    def _change(self) -> None:
        self._forget_estimate()
        self._forget_showing()
        self._drawing.start()
        self._weighing.start()

    def _draw(self) -> None:
        try:
            if self._showing is None:
                form = format_of(Path(f"film{self.form.suffix}"))
                # As long as it is open, the run's file must not be held.
                self._showing = Showing(self.film(), form, GLANCES, unchanging=False)
            last = len(self._showing.times) - 1
            self.preview.show_image(self._showing.draw(last * self.place.value() // MOST))
        except GanStudioError as error:
            # A run that trains on may have thinned that picture out: the next try finds others.
            self._forget_showing()
            self._weighing.stop()
            self._refuse(str(error))
            return
        self.export.setEnabled(True)
        if self._estimate is None:
            set_look(self.said, "role", "muted")
            self.said.setText("Estimating its size…")

    def _refuse(self, sentence: str) -> None:
        self.export.setEnabled(False)
        set_look(self.said, "role", "trouble")
        self.said.setText(sentence)

    def _weigh(self) -> None:
        try:
            film = self.film()
        except GanStudioError as error:
            self._refuse(str(error))
            return
        self._estimate = estimate = Export(film, None, self.form.suffix, self)
        estimate.finished.connect(self._say_weight)
        estimate.failed.connect(self._refuse)
        estimate.start()

    def _say_weight(self, size: int) -> None:
        set_look(self.said, "role", "muted")
        self.said.setText(f"About {size_words(size)}")

    def _forget_showing(self) -> None:
        if self._showing is not None:
            self._showing.__exit__()
            self._showing = None

    def _forget_estimate(self) -> None:
        if self._estimate is not None:
            self._estimate.close()
            self._estimate.deleteLater()
            self._estimate = None


class Preview(QLabel):
    """A picture, as large as there is room."""

    def __init__(self) -> None:
        super().__init__()
        self._image = QImage()
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setMinimumSize(400, 225)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("One picture of the film")

    def sizeHint(self) -> QSize:
        return QSize(720, 420)

    def show_image(self, image: QImage) -> None:
        """Show another picture."""
        self._image = image
        self._fit()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        if self._image.isNull():
            return
        ratio = self.devicePixelRatioF()
        room = self.size() * ratio
        pixmap = QPixmap.fromImage(self._image)
        if room.width() < pixmap.width() or room.height() < pixmap.height():
            pixmap = pixmap.scaled(
                room,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        pixmap.setDevicePixelRatio(ratio)
        self.setPixmap(pixmap)
