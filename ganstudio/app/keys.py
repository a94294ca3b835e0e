"""Which keys belong to the table of commands, and which to the widget that has the focus."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractButton, QAbstractSlider, QApplication, QWidget

OWN_KEYS: dict[int, tuple[type[QWidget], ...]] = {
    Qt.Key.Key_Space: (QAbstractButton,),
    Qt.Key.Key_Right: (QAbstractSlider,),
}
"""Keys of the table of commands that these widgets need while they have the focus."""


class Keys(QObject):
    """Keeps keys and focus of one window in order.

    Args:
        window: which.
    """

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        window.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._give_back)

    def _give_back(self, _old: QWidget | None, new: QWidget | None) -> None:
        """A click on a button presses it and no more: Space goes on meaning train or pause.

        Who walks there with Tab means the button.
        """
        clicked = QApplication.mouseButtons() != Qt.MouseButton.NoButton
        if clicked and isinstance(new, QAbstractButton) and new.window() is self._window:
            new.clearFocus()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt asks whether a key is more than a shortcut here: a focused button wants its Space,
        # a slider its arrows.
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            kinds = OWN_KEYS.get(event.key(), ())
            if event.modifiers() == Qt.KeyboardModifier.NoModifier and isinstance(
                QApplication.focusWidget(), kinds
            ):
                event.accept()
                return True
        return super().eventFilter(watched, event)
