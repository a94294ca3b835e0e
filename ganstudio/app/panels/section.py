"""A part of a panel that opens and closes; its head says what it holds even when closed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QFont, QFontMetrics, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from ganstudio.app.forms.rows import PENDING, chain_focus
from ganstudio.app.icons import icon


class SectionHead(QAbstractButton):
    """Chevron, title, and on the right the summary: the longest of several that fits."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setCheckable(True)
        self.setText(title)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._summaries: tuple[str, ...] = ()
        self._marked = False
        self._trouble = False
        self._describe()

    def set_summary(self, *texts: str, trouble: bool = False) -> None:
        """Say what is inside: texts from long to short, of which the first that fits is shown."""
        if (texts, trouble) == (self._summaries, self._trouble):
            return
        self._summaries, self._trouble = texts, trouble
        self._describe()

    def set_marked(self, marked: bool) -> None:
        """Mark that something inside waits for a restart."""
        if marked != self._marked:
            self._marked = marked
            self._describe()

    def shown_summary(self) -> str:
        """The summary that fits now, with its mark; empty when not even the shortest does."""
        mark = f"{PENDING} " if self._marked else ""
        metrics = self.fontMetrics()
        room = self.width() - self._text_left() - self._bold_width() - round(1.2 * metrics.height())
        fits = (f"{mark}{text}" for text in self._summaries)
        return next((t for t in fits if metrics.horizontalAdvance(t) <= room), mark.strip())

    def sizeHint(self) -> QSize:
        """As high as a finger needs, as wide as the title."""
        height = self.fontMetrics().height()
        return QSize(self._text_left() + self._bold_width() + height, round(2.1 * height))

    def minimumSizeHint(self) -> QSize:
        """The title is never cut."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the head; colours from the palette, so a theme change needs nothing else."""
        painter = QPainter(self)
        colours, height, width = self.palette(), self.height(), self.width()
        unit = self.fontMetrics().height()
        if self.underMouse() or self.hasFocus():
            self._paint_ground(painter)
        arrow = icon("chevron-down" if self.isChecked() else "chevron-right")
        arrow.paint(painter, unit // 3, (height - unit) // 2, unit, unit)
        middle = Qt.AlignmentFlag.AlignVCenter
        trouble, muted = QPalette.ColorRole.BrightText, QPalette.ColorRole.PlaceholderText
        painter.setPen(colours.color(trouble if self._trouble else muted))
        inner = self.rect().adjusted(0, 0, -unit // 2, 0)
        painter.drawText(inner, middle | Qt.AlignmentFlag.AlignRight, self.shown_summary())
        painter.setPen(colours.color(QPalette.ColorRole.WindowText))
        painter.setFont(self._bold())
        left = self._text_left()
        painter.drawText(left, 0, width - left, height, middle, self.text())

    def enterEvent(self, event: Any) -> None:
        """Hovering shows that it can be pressed."""
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: Any) -> None:
        """Back to rest."""
        super().leaveEvent(event)
        self.update()

    def _paint_ground(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        colours = self.palette()
        focus = self.hasFocus()
        painter.setPen(colours.color(QPalette.ColorRole.Highlight) if focus else Qt.PenStyle.NoPen)
        painter.setBrush(colours.color(QPalette.ColorRole.AlternateBase))
        painter.drawRoundedRect(self.rect().adjusted(1, 1, -2, -2), 6, 6)

    def _describe(self) -> None:
        words = self._summaries[0] if self._summaries else ""
        waits = "; some fields wait for a restart" if self._marked else ""
        self.setAccessibleName(f"{self.text()}: {words}{waits}" if words else self.text())
        self.setToolTip(words)
        self.update()

    def _bold(self) -> QFont:
        font = self.font()
        font.setWeight(QFont.Weight.DemiBold)
        return font

    def _bold_width(self) -> int:
        return QFontMetrics(self._bold()).horizontalAdvance(self.text())

    def _text_left(self) -> int:
        return round(1.7 * self.fontMetrics().height())


class Section(QWidget):
    """A head, and a body that is made when it is first opened.

    Args:
        name: under which a window remembers whether it is open.
        title: on the head.
        build: makes the body.
    """

    toggled = Signal(bool)

    def __init__(
        self, name: str, title: str, build: Callable[[], QWidget], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.name = name
        self.head = SectionHead(title)
        self.head.toggled.connect(self._toggle)
        self._build = build
        self._body: QWidget | None = None
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(2)
        self._rows.addWidget(self.head)

    @property
    def body(self) -> QWidget | None:
        """What it holds, once it was open."""
        return self._body

    def is_open(self) -> bool:
        """Whether the body shows."""
        return self.head.isChecked()

    def set_open(self, opened: bool) -> None:
        """Open or close it."""
        self.head.setChecked(opened)

    def _toggle(self, opened: bool) -> None:
        if self._body is None and opened:
            self._body = self._build()
            self._rows.addWidget(self._body)
            chain_focus(self.head, self._body)
        if self._body is not None:
            self._body.setVisible(opened)
        self.toggled.emit(opened)
