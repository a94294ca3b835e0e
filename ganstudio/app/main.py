"""The composition root: makes the application, the session and the window, and lets them go."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path
from types import FrameType

from platformdirs import user_data_path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.data.share import is_shared
from ganstudio.errors import DisplayError

SCREENLESS = ("offscreen", "minimal", "vnc", "eglfs", "linuxfb")


def run(arguments: list[str]) -> int:
    """Open the window and stay until it is closed.

    Args:
        arguments: nothing, or what to begin with: a preset's name, a file, a shared text.

    Returns:
        The exit code.

    Raises:
        DisplayError: there is no display to open a window on.
    """
    check_display()
    app = QApplication(sys.argv[:1])
    app.setApplicationName("ganstudio")
    app.setApplicationDisplayName("GAN Studio")
    trouble = Trouble()
    trouble.install()
    runs = user_data_path("ganstudio", appauthor=False) / "runs"
    session = Session(_first_experiment(arguments), runs=runs)
    window = Window(session, Preferences(), trouble)
    window.show()
    if arguments and arguments[0] not in presets():
        if is_shared(arguments[0]):
            window.open_text(arguments[0])
        else:
            window.open_file(Path(arguments[0]))
    _close_on_signals(window)
    return app.exec()


def check_display() -> None:
    """Refuse early, in one sentence, where Qt would abort the process.

    Raises:
        DisplayError: neither X11 nor Wayland, and no platform that needs none was asked for.
    """
    if sys.platform != "linux" or os.environ.get("QT_QPA_PLATFORM", "").split(":")[0] in SCREENLESS:
        return
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        raise DisplayError(
            "there is no display to open a window on: log in to a desktop, use ssh -X, or "
            "xvfb-run; without one, `ganstudio train first-gan` trains in the terminal"
        )


def _first_experiment(arguments: list[str]) -> Experiment:
    if arguments and arguments[0] in presets():
        return load_preset(arguments[0])
    return load_preset("first-gan")


def _close_on_signals(window: Window) -> None:
    """Ctrl-C and SIGTERM close the window like its user would, and save what it saves."""

    def close(_number: int, _frame: FrameType | None) -> None:
        # Not here, in the middle of whatever Python was doing when the signal came.
        QTimer.singleShot(0, window, window.close_unasked)

    # Python runs its handlers between bytecodes: the session's timer provides them.
    signal.signal(signal.SIGINT, close)
    signal.signal(signal.SIGTERM, close)
