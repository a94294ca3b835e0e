"""How evenly the past is dragged through, and how soon a large run file is there."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QCoreApplication, QEventLoop
from PySide6.QtWidgets import QApplication

from benchmarks.record import of_a_million
from benchmarks.report import Result
from ganstudio import load_preset
from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.core.experiment import Experiment
from ganstudio.runs.messages import State

FRAMES = 1_000
SCREEN_SECONDS = 1 / 60
PATIENCE_SECONDS = 120.0


def measure() -> list[Result]:
    """Drag over 1,000 pictures of preset A and of the ring; open a file of a million steps."""
    app = QApplication.instance() or QApplication([])
    results = []
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder)
        for preset, words in (("aylien", "preset A"), ("ring", "the ring")):
            seconds = dragged(app, load_preset(preset), place / preset)
            figures = f"median {seconds[len(seconds) // 2]:.1f} ms, longest {seconds[-1]:.1f} ms"
            p95 = seconds[int(0.95 * len(seconds))]
            what = f"drag over {FRAMES:,} pictures of {words}, 95th percentile"
            results.append(Result(what, p95, 20, unit=" ms", detail=figures))
        million = place / "million.ganrun"
        size, _ = of_a_million(million)
        opening = 1000 * opened(app, million, place / "opening")
        what = "opening that run in the window until its last picture is drawn"
        results.append(Result(what, opening, 500, unit=" ms", detail=f"{size:.0f} MiB"))
    return results


def dragged(app: QCoreApplication, experiment: Experiment, folder: Path) -> list[float]:
    """Milliseconds from a mouse's move to all being painted, sorted."""
    experiment = experiment.replace(steps=FRAMES * experiment.frame_every)
    session, window = _window(app, experiment, folder)
    try:
        session.train()
        _until(app, lambda: session.state is State.ENDED)
        _until(app, lambda: len(session.history.reel.places) > FRAMES)
        found = []
        for index in range(FRAMES):
            begun = time.perf_counter()
            session.history.look(index)
            app.processEvents()
            found.append(1000 * (time.perf_counter() - begun))
            # A hand moves on with the next refresh of the screen.
            while time.perf_counter() - begun < SCREEN_SECONDS:
                app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 1)
        return sorted(found)
    finally:
        window.close_unasked()


def opened(app: QCoreApplication, path: Path, folder: Path) -> float:
    """Seconds from the command to the last picture on the screen."""
    session, window = _window(app, load_preset("first-gan"), folder)
    try:
        begun = time.perf_counter()
        session.open_run(path)
        app.processEvents()
        return time.perf_counter() - begun
    finally:
        window.close_unasked()


def _window(app: QCoreApplication, experiment: Experiment, folder: Path) -> tuple[Session, Window]:
    """A window whose engine is warm."""
    session = Session(experiment, runs=folder / "runs")
    window = Window(session, Preferences(folder / "window.ini"), Trouble())
    session.set_pace(None)
    window.resize(1440, 900)
    window.show()
    _until(app, lambda: session.newest is not None and session.state is State.PAUSED)
    return session, window


def _until(app: QCoreApplication, done: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        if time.monotonic() > end:
            raise TimeoutError("it never came")
        app.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 10)
