"""Text that dresses itself: style sheets and palettes of the application leave it alone."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from ganstudio.plots.palette import Role, colour, font
from ganstudio.plots.style import Style

_WRAP = Qt.TextFlag.TextWordWrap


class Words(QWidget):
    """A wrapped text in one role's colour; lets the mouse through.

    With `ground` it stands on the card's colour, so that it can be read over curves.
    """

    def __init__(
        self,
        style: Style,
        role: Role = "text",
        pixels: int = 13,
        bold: bool = False,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignCenter,
        ground: bool = False,
    ) -> None:
        super().__init__()
        self._ground = ground
        self._role, self._pixels, self._bold = role, pixels, bold
        self._flags = int(align) | int(_WRAP)
        self._text = ""
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.set_style(style)

    @property
    def text(self) -> str:
        """What it says."""
        return self._text

    def say(self, text: str, role: Role | None = None) -> None:
        """Show another text, in another colour where a role is given."""
        if text == self._text and role in (None, self._role):
            return
        self._text, self._role = text, role or self._role
        self.setAccessibleName(text)
        self.update()

    def set_style(self, style: Style) -> None:
        """Take the style's colours and sizes."""
        self._style = style
        self.setFont(font(style, self._pixels, self._bold))
        self.update()

    def wanted(self, width: int, text: str = "") -> QSize:
        """The space that a text (its own, if none is given) takes when `width` is the most."""
        metrics = QFontMetrics(font(self._style, self._pixels, self._bold))
        room = QRect(0, 0, width, 10_000)
        # One more pixel: antialiased glyphs reach a little beyond their advance.
        size = metrics.boundingRect(room, self._flags, text or self._text).size()
        return size + (QSize(16, 6) if self._ground else QSize(2, 0))

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        if self._ground:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour(self._style, "card", 0.9))
            painter.drawRoundedRect(self.rect(), 5, 5)
        painter.setFont(font(self._style, self._pixels, self._bold))
        painter.setPen(colour(self._style, self._role))
        painter.drawText(self.rect(), self._flags, self._text)
