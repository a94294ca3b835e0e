"""Why what was done does not count, said over what stands around: nothing moves for it."""

from __future__ import annotations

from collections.abc import Collection

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPalette
from PySide6.QtWidgets import QAbstractScrollArea, QApplication, QLabel, QWidget

_GAP = 2
"""Pixels between the field and the sentence about it."""


class Refusal(QObject):
    """A sentence in a bubble below a field, or above it where there is more room for it there.

    There is one bubble at a time: another sentence takes its place. A click takes it away, and
    so does the keyboard when it comes to a field under it.

    Args:
        owner: the piece of a form that it belongs to.
    """

    replaced = Signal()
    """Another sentence took its place."""

    def __init__(self, owner: QWidget) -> None:
        super().__init__(owner)
        self._owner = owner
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
            self._bubble = Bubble(self._owner)
            self._bubble.replaced.connect(self._give_way)
            # It will lie on something that may outlive the field.
            self.destroyed.connect(self._bubble.deleteLater)
        self._bubble.setText(sentence)
        self._bubble.hide()
        if sentence:
            for other in _bubbles(self._owner):
                if other is not self._bubble:
                    other.replaced.emit()
            self._bubble.begin(at or self._owner)
            self._watch(self._bubble.anchor)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stays at its field when that moves, opens or closes."""
        kinds = (QEvent.Type.Move, QEvent.Type.Resize, QEvent.Type.Show, QEvent.Type.Hide)
        if event.type() in kinds and self._bubble is not None:
            self._bubble.place()
        return super().eventFilter(watched, event)

    def _watch(self, anchor: QWidget) -> None:
        holder = _holder(anchor)
        here: QWidget | None = anchor
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

    def _give_way(self) -> None:
        self.say("")
        self.replaced.emit()

    def _make_way(self, _before: QWidget | None, now: QWidget | None) -> None:
        bubble = self._bubble
        if bubble is None or now is None or not bubble.isVisible():
            return
        bubble.place()
        if bubble.covers(now):
            bubble.dismiss()


class Bubble(QLabel):
    """Text on a ground of its own, beside an anchor."""

    replaced = Signal()

    def __init__(self, anchor: QWidget) -> None:
        super().__init__(anchor)
        self.anchor = anchor
        self._dismissed = False
        self._kept_clear: tuple[str, ...] = ()
        self.setProperty("role", "trouble")
        self.setWordWrap(True)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setContentsMargins(8, 5, 8, 5)
        self.setToolTip("Click to take this away")

    def begin(self, anchor: QWidget) -> None:
        """Something new is said beside this widget."""
        self.anchor, self._dismissed, self._kept_clear = anchor, False, ()
        self.place()

    def keep_clear(self, paths: Collection[str]) -> None:
        """Cover none of these fields: they are what the sentence is about."""
        self._kept_clear = tuple(paths)
        self.place()

    def place(self) -> None:
        """Go below the anchor, or above it where that covers less that matters."""
        holder = _holder(self.anchor)
        if self.parentWidget() is not holder:
            self.setParent(holder)
        at = self.anchor.mapTo(holder, QPoint(0, 0))
        width = self.anchor.width()
        height = self.heightForWidth(width)
        below = QRect(at.x(), at.y() + self.anchor.height() + _GAP, width, height)
        above = QRect(at.x(), at.y() - height - _GAP, width, height)
        self.setGeometry(min(below, above, key=lambda place: self._cost(place, holder)))
        self.setVisible(self.anchor.isVisibleTo(holder) and not self._dismissed)
        self.raise_()

    def covers(self, widget: QWidget) -> bool:
        """Whether it lies on a widget; the anchor is never covered."""
        return _hides(self.geometry(), widget, _holder(self.anchor))

    def dismiss(self) -> None:
        """Out of sight until something else is refused."""
        self._dismissed = True
        self.hide()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click takes it away."""
        self.dismiss()

    def _cost(self, place: QRect, holder: QWidget) -> tuple[bool, bool, bool]:
        """What is worse than all that comes after it: unseen, on what it is about, in the way."""
        viewport = holder.parentWidget()
        seen = viewport.rect().translated(-holder.pos()) if viewport else holder.rect()
        # By their paths, for such a field may come and go.
        about = [holder.findChild(QWidget, path) for path in self._kept_clear]
        return (
            not seen.contains(place),
            any(_hides(place, widget, holder) for widget in about),
            _hides(place, _app().focusWidget(), holder),
        )

    def paintEvent(self, event: QPaintEvent) -> None:
        """A framed ground under the text."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(self.palette().color(QPalette.ColorRole.BrightText))
        painter.setBrush(self.palette().color(QPalette.ColorRole.Base))
        painter.drawRoundedRect(self.rect().adjusted(0, 0, -1, -1), 6, 6)
        painter.end()
        super().paintEvent(event)


def keep_clear(near: QWidget, paths: Collection[str]) -> None:
    """Let the sentence that is shown cover no field at one of these paths."""
    for bubble in _bubbles(near):
        bubble.keep_clear(paths)


def _bubbles(near: QWidget) -> list[Bubble]:
    """Those around that say something."""
    return [bubble for bubble in _holder(near).findChildren(Bubble) if bubble.text()]


def _hides(place: QRect, widget: QWidget | None, holder: QWidget) -> bool:
    if widget is None or not holder.isAncestorOf(widget) or not widget.isVisibleTo(holder):
        return False
    return place.intersects(widget.rect().translated(widget.mapTo(holder, QPoint(0, 0))))


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
