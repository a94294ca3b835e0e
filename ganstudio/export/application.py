"""Qt without a display, for programs that have no window."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtGui import QFontDatabase, QGuiApplication
from PySide6.QtWidgets import QApplication

from ganstudio.errors import DisplayError


@contextmanager
def without_display() -> Iterator[None]:
    """Have an application in which widgets can be drawn, and let go of what was drawn.

    Raises:
        DisplayError: there is no font to draw text with.
    """
    app = QGuiApplication.instance()
    if app is None:
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
        app = QApplication(sys.argv[:1])
    if not QFontDatabase.families():
        raise DisplayError(
            "there is no font to draw text with; on Debian or Ubuntu: sudo apt install "
            "fonts-dejavu-core"
        )
    try:
        yield
    finally:
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
