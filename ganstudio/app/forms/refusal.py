"""Why what was done does not count, said over what stands around: nothing moves for it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget

_GAP = 2
"""Pixels between the field and the sentence about it."""


class Refusal(QObject):
    """A sentence in a bubble above a field, or below where there is no room above.

    A click takes it away, and so does the keyboard when it comes to a field under it.

    Args:
        owner: the piece of a form that it belongs to.
    """

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._anchor = owner
        self._bubble: Bubble | None = None
        self._watched: list[QWidget] = []

    def text(self) -> str:
        """What it says; empty when there is nothing to say."""
        return self._bubble.text() if self._bubble is not None else ""

    def is_visible(self) -> bool:
        """Whether it can be read now."""
        return self._bubble is not None and self._bubble.isVisible()

    def say(self, sentence: str, at: QWidget | None = None) -> None:
        """Say a sentence beside a widget; empty takes it back."""
        self._unwatch()
        if self._bubble is None:
            if not sentence:
                return
            self._bubble = Bubble(self._anchor)
            # It will lie on something that may outlive the field.
            self.destroyed.connect(self._bubble.deleteLater)
        self._bubble.setText(sentence)
        self._bubble.hide()
        if sentence:
            self._anchor = at or self._anchor
            self._bubble.dismissed = False
            self._watch()
            self._place()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays at its field when that moves, opens or closes."""
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds:
            self._place()
        return super().eventFilter(watched, event)

    def _watch(self) -> None:
        holder = _holder(self._anchor)
        here: QWidget | None = self._anchor
        while here is not None:
            here.installEventFilter(self)
            self._watched.append(here)
            here = here.parentWidget() if here is not holder else None
        _app().focusChanged.connect(self._make_way)

    def _unwatch(self) -> None:
        if not self._watched:
            return
        for widget in self._watched:
            widget.removeEventFilter(self)
        self._watched.clear()
        _app().focusChanged.disconnect(self._make_way)

    def _place(self) -> None:
        bubble, holder = self._bubble, _holder(self._anchor)
        if bubble is None:
            return
        if bubble.parentWidget() is not holder:
            bubble.setParent(holder)
        at = self._anchor.mapTo(holder, QPoint(0, 0))
        width = self._anchor.width()
        height = bubble.heightForWidth(width)
        viewport = holder.parentWidget()
        seen_from = -holder.y() if viewport is not None else 0
        above = at.y() - height - _GAP
        top = above if above >= seen_from else at.y() + self._anchor.height() + _GAP
        bubble.setGeometry(at.x(), top, width, height)
        bubble.setVisible(self._anchor.isVisibleTo(holder) and not bubble.dismissed)
        bubble.raise_()

    def _make_way(self, _before: QWidget | None, now: QWidget | None) -> None:
        bubble = self._bubble
        if bubble is None or now is None or self._anchor.isAncestorOf(now):
            return
        place = now.rect().translated(now.mapToGlobal(QPoint(0, 0)))
        if bubble.isVisible() and place.intersects(
            bubble.rect().translated(bubble.mapToGlobal(QPoint(0, 0)))
        ):
            bubble.dismiss()


class Bubble(QLabel):
    """Text on a ground of its own."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.dismissed = False
        self.setProperty("role", "trouble")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(8, 5, 8, 5)
        self.setToolTip("Click to take this away")

    def dismiss(self) -> None:
        """Out of sight until something else is refused."""
        self.dismissed = True
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes it away."""
        self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        """A framed ground under the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.BrightText))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        painter.end()
        super().paintEvent(event)


def _holder(anchor: QWidget) -> QWidget:
    """What the bubble lies on: the inside of a scroll area, so that it scrolls along."""
    here = anchor
    while (parent := here.parentWidget()) is not None and not here.isWindow():
        above = parent.parentWidget()
        if isinstance(above, QAbstractScrollArea) and above.viewport() is parent:
            return here
        here = parent
    return here


def _app() -> QApplication:
    app = QApplication.instance()
    # There are widgets, so there is an application.
    assert isinstance(app, QApplication)
    return app
