"""What the window costs the training, and whether it draws evenly."""

from __future__ import annotations

import itertools
import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.report import Result
from ganstudio import Frame, load_preset
from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.core.experiment import Experiment
from ganstudio.runs.messages import State
from ganstudio.runs.process import ProcessRun

ROUNDS = 3
SECONDS = 8.0
WARM_SECONDS = 2.0


def measure() -> list[Result]:
    """Preset A without end: in a child alone, and in a child with the live window."""
    experiment = load_preset("aylien", steps=10**9)
    ratios: list[float] = []
    intervals: list[float] = []
    headless: list[float] = []
    for _ in range(ROUNDS):
        headless.append(headless_rate(experiment))
        rate, seen = window_rate(experiment)
        ratios.append(rate / headless[-1])
        intervals += seen
    milliseconds = sorted(1000 * i for i in intervals)
    p95 = milliseconds[int(0.95 * len(milliseconds))]
    figures = f"{statistics.median(headless):,.0f} steps/s headless"
    return [
        Result(
            "steps/s with the live window, against headless",
            statistics.median(ratios),
            0.9,
            True,
            "x",
            figures,
        ),
        Result("interval between drawn frames, 95th percentile", p95, 20, unit=" ms"),
        Result("longest gap between drawn frames", milliseconds[-1], 100, unit=" ms"),
    ]


def headless_rate(experiment: Experiment) -> float:
    """Steps a second in a child process whose frames nobody draws."""
    run = ProcessRun()
    run.start(experiment)
    marks: list[tuple[float, int]] = []
    try:
        for message in run.messages():
            if isinstance(message.content, Frame) and message.content.step:
                marks.append((time.monotonic(), message.content.step))
                if marks[-1][0] - marks[0][0] > WARM_SECONDS + SECONDS:
                    break
    finally:
        run.close()
    return _rate(marks)


def window_rate(experiment: Experiment) -> tuple[float, list[float]]:
    """Steps a second with the whole window, and the seconds between drawn frames."""
    app = QApplication.instance() or QApplication([])
    marks: list[tuple[float, int]] = []
    with tempfile.TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.set_pace(None)
        # Recorded, as every run in the window is.
        session = Session(experiment, runs=Path(folder) / "runs")
        window = Window(session, preferences, Trouble())
        loop = QEventLoop()

        def mark(frame: Frame) -> None:
            # Painting happens in the same turn of the event loop or the next: count it in.
            app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            if frame.step:
                marks.append((time.monotonic(), frame.step))
                if marks[-1][0] - marks[0][0] > WARM_SECONDS + SECONDS:
                    loop.quit()

        def begin(state: State) -> None:
            if state is State.PAUSED and not marks:
                session.train()

        session.state_changed.connect(begin)
        session.frame.connect(mark)
        window.show()
        QTimer.singleShot(60_000, loop, loop.quit)
        loop.exec()
        window.close()
    times = [t for t, _ in marks if t - marks[0][0] > WARM_SECONDS]
    return _rate(marks), [b - a for a, b in itertools.pairwise(times)]


def _rate(marks: list[tuple[float, int]]) -> float:
    """Steps a second after the warm-up."""
    warm = [mark for mark in marks if mark[0] - marks[0][0] > WARM_SECONDS]
    (begun, first), (ended, last) = warm[0], warm[-1]
    return (last - first) / (ended - begun)
