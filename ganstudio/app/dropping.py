"""Files and texts that are dropped on the window or pasted into it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QObject
from PySide6.QtGui import QDragEnterEvent, QDropEvent

from ganstudio.data.share import is_shared

if TYPE_CHECKING:
    from ganstudio.app.window import Window

SUFFIXES = (".toml", ".ganrun", ".png")


class Drops(QObject):
    """Opens what comes to a window from elsewhere.

    Args:
        window: which.
    """

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def open(self, data: QMimeData) -> bool:
        """Open what was dropped or pasted, if it is anything of ours."""
        path, text = file_in(data), text_in(data)
        if path is None and text is None:
            return False
        if self._window.commands.may_discard():
            if path is not None:
                self._window.open_file(path)
            else:
                self._window.open_text(str(text))
        return True

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDragEnterEvent):
            data = event.mimeData()
            if file_in(data) is not None or text_in(data) is not None:
                event.acceptProposedAction()
                return True
        elif isinstance(event, QDropEvent) and event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            self.open(event.mimeData())
            return True
        return super().eventFilter(watched, event)


def file_in(data: QMimeData) -> Path | None:
    """The first file that the window can open."""
    paths = [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
    return next((path for path in paths if path.suffix.lower() in SUFFIXES), None)


def text_in(data: QMimeData) -> str | None:
    """A text that holds an experiment."""
    return data.text() if data.hasText() and is_shared(data.text()) else None
