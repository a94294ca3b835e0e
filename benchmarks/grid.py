"""What a grid of 16 x 16 samples costs the training, and whether its page keeps up."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication

from benchmarks.pictures import many_pictures, preset
from benchmarks.report import Result
from ganstudio import Experiment, Frame, Order, train
from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.core.control import RunToEnd, Watch
from ganstudio.runs.messages import State

CELLS = 16**2
FRAMES_PER_SECOND = 30
WARM_SECONDS, SECONDS = 1.0, 5.0
LIVE_SECONDS = 10.0
ROUNDS = 5


class Screen(RunToEnd):
    """Trains for some seconds, with a grid as often as it is refreshed, or with none."""

    def __init__(self, *, looks: bool) -> None:
        super().__init__()
        self._looks = looks
        self._begun = self._due = 0.0
        self.marks: list[tuple[float, int]] = []

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """One step more, until the time is over."""
        now = time.perf_counter()
        self._begun = self._begun or now
        if now - self._begun > WARM_SECONDS:
            self.marks.append((now, step))
        over = now - self._begun > WARM_SECONDS + SECONDS
        return Order.STOP if over else Order.BOTH

    def wants_frame(self) -> bool:
        """30 times a second."""
        now = time.perf_counter()
        if not self._looks or now < self._due:
            return False
        self._due = max(self._due + 1 / FRAMES_PER_SECOND, now)
        return True

    def watch(self) -> Watch:
        """All cells."""
        return Watch(cells=CELLS)

    @property
    def rate(self) -> float:
        """Steps a second."""
        (begun, first), (ended, last) = self.marks[0], self.marks[-1]
        return (last - first) / (ended - begun)


def measure() -> list[Result]:
    """Preset D with and without the grid, in turn; then the whole window."""
    gallery = many_pictures()
    whole = preset().replace(steps=10**9, frame_every=10**6)
    costs, rates = [], []
    for _ in range(ROUNDS):
        screens = [Screen(looks=looks) for looks in (False, True)]
        for screen in screens:
            for _event in train(whole, control=screen, gallery=gallery):
                pass
        plain, looked = (screen.rate for screen in screens)
        costs.append(100 * (1 - looked / plain))
        rates.append(plain)
    milliseconds = sorted(1000 * seconds for seconds in live_intervals())
    detail = f"{statistics.median(rates):,.0f} steps/s without"
    p95 = milliseconds[int(0.95 * len(milliseconds))]
    what = "the window draws a frame of 16 x 16 samples, 95th percentile"
    return [
        Result(
            "a grid of 16 x 16 samples at 30 Hz, of the training's speed",
            statistics.median(costs),
            5,
            unit=" %",
            detail=detail,
        ),
        Result(what, p95, 20, unit=" ms", detail=f"{len(milliseconds)} frames"),
    ]


def live_intervals() -> list[float]:
    """Seconds that the window works on each frame of a live run, painting and all."""
    app = QApplication.instance() or QApplication([])
    taken: list[float] = []
    with tempfile.TemporaryDirectory() as folder:
        preferences = Preferences(Path(folder) / "window.ini")
        preferences.set_pace(None)
        preferences.set_cells(CELLS)
        session = Session(preset().replace(steps=10**9), runs=Path(folder) / "runs")
        # Before any view, so that it sees the frame first.
        arrived = [0.0]
        session.frame.connect(lambda _frame: arrived.__setitem__(0, time.perf_counter()))
        window = Window(session, preferences, Trouble())
        loop = QEventLoop()

        def mark(frame: Frame) -> None:
            app.processEvents(QEventLoop.ProcessEventsFlag.ExcludeUserInputEvents)
            if frame.step:
                taken.append(time.perf_counter() - arrived[0])

        def begin(state: State) -> None:
            if state is State.PAUSED and not taken:
                session.train()
                QTimer.singleShot(int(1000 * LIVE_SECONDS), loop, loop.quit)

        session.state_changed.connect(begin)
        session.frame.connect(mark)
        window.show()
        QTimer.singleShot(90_000, loop, loop.quit)
        loop.exec()
        window.close()
    # Without the beginning: windows and caches were new.
    return taken[len(taken) // 5 :]
