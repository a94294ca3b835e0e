"""What stands above a run that is compared: its letter, and lines that never push it wider."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from ganstudio.app.forms.words import tooltip
from ganstudio.plots.overlaid import DASHES
from ganstudio.plots.palette import colour, font, pen
from ganstudio.plots.style import LIGHT, Style


class Badge(QWidget):
    """A run's letter, and how its curves are dashed where runs are drawn over each other."""

    def __init__(self, letter: str, place: int) -> None:
        super().__init__()
        self._letter, self._dash = letter, DASHES[place]
        self._style = LIGHT
        self.setToolTip(f"Run {letter}: its curves look like this where runs are overlaid")
        self.setAccessibleName(f"Run {letter}")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def set_style(self, style: Style) -> None:
        """Take other colours and sizes."""
        self._style = style
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(58, 22) * self._style.text_scale

    def paintEvent(self, event: QPaintEvent) -> None:
        style, painter = self._style, QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self.height() - 2
        box = QRectF(1, 1, side, side)
        painter.setPen(QPen(colour(style, "muted"), 1))
        painter.setBrush(colour(style, "raised"))
        painter.drawRoundedRect(box, 5, 5)
        painter.setFont(font(style, 13, bold=True))
        painter.setPen(colour(style, "text"))
        painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), self._letter)
        painter.setPen(pen(style, "text", 1.8, self._dash))
        middle = self.height() / 2
        painter.drawLine(QPointF(side + 6, middle), QPointF(self.width() - 2, middle))


class Line(QLabel):
    """One line that ends in dots where it has no room; its tooltip says all."""

    def __init__(self, role: str) -> None:
        super().__init__()
        self.setProperty("role", role)
        # What a stranger's file says is no markup.
        self.setTextFormat(Qt.TextFormat.PlainText)
        self._words = ""
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        beyond = super().sizeHint().width() - self.fontMetrics().horizontalAdvance(self.text())
        words = self.fontMetrics().horizontalAdvance(self._words)
        return QSize(words + beyond + 4, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(40, super().minimumSizeHint().height())

    def setText(self, words: str) -> None:
        self._words = words
        self.setAccessibleName(words)
        self.updateGeometry()
        self._elide()

    @property
    def words(self) -> str:
        """All of it."""
        return self._words

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._elide()

    def _elide(self) -> None:
        room = self.contentsRect().width() - 2
        text = self.fontMetrics().elidedText(self._words, Qt.TextElideMode.ElideRight, room)
        self.setToolTip(tooltip(self._words) if text != self._words else "")
        super().setText(text)
