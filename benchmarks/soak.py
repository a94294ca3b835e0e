"""Memory over ten minutes of training with the window open."""

from __future__ import annotations

import tempfile
from pathlib import Path

import psutil
from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.report import Result
from ganstudio import load_preset
from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.runs.messages import State

WARM_SECONDS = 60
SECONDS = 600
SAMPLES = 20


def measure() -> list[Result]:
    """Resident memory of the window's process and the child's, after a minute and at the end."""
    # Named, because the session holds its window's only timer and must outlive the loop.
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.set_pace(None)
        session = Session(load_preset("aylien", steps=10**9))
        window = Window(session, preferences, Trouble())
        window.show()
        session.state_changed.connect(
            lambda state: session.train() if state is State.PAUSED and not session.step else None
        )
        _wait(WARM_SECONDS)
        before = _resident(session)
        _wait(SECONDS)
        after = _resident(session)
        step = session.step
        window.close()
    del app
    return [
        Result(
            f"memory growth of {name} in {SECONDS // 60} minutes, {step:,} steps",
            end - start,
            10,
            unit=" MiB",
            detail=f"{start:.0f} to {end:.0f} MiB",
        )
        for name, start, end in zip(("the window", "the child"), before, after, strict=True)
    ]


def _wait(seconds: float) -> None:
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop, loop.quit)
    loop.exec()


def _resident(session: Session) -> tuple[float, float]:
    """MiB of this process and of the child, the least of some samples."""
    processes = [psutil.Process(), psutil.Process(session.engine_pid)]
    readings = []
    for _ in range(SAMPLES):
        _wait(0.1)
        readings.append([process.memory_info().rss / 2**20 for process in processes])
    return min(r[0] for r in readings), min(r[1] for r in readings)
