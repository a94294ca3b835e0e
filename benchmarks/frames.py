"""What the live picture costs the training, and the memory of a large fleet."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

import psutil

from benchmarks.report import Result
from ganstudio import Experiment, Order, load_preset, train
from ganstudio.core.control import RunToEnd

FRAMES_PER_SECOND = 60
FRAMES = 120
WARM_FRAMES = 20
FLEET = 1024

TRAIN_FLEET = f"""
import sys
from ganstudio import Frame, load_preset, train
for event in train(load_preset("aylien", replicas={FLEET}, steps=200, frame_every=200)):
    if isinstance(event, Frame) and event.step == 200:
        print("trained", flush=True)
        sys.stdin.read()  # the run is still there while it is measured
"""


class Screen(RunToEnd):
    """Trains, and asks for a picture as often as a screen does."""

    def __init__(self) -> None:
        super().__init__()
        self.seconds: list[float] = []
        """What each picture took, from the order to the next question."""
        self._due = time.perf_counter()
        self._ordered: float | None = None

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """A picture where one is due, else a step."""
        now = time.perf_counter()
        if self._ordered is not None:
            self.seconds.append(now - self._ordered)
            self._ordered = None
            self._due = now + 1 / FRAMES_PER_SECOND
        if len(self.seconds) == WARM_FRAMES + FRAMES:
            return Order.STOP
        if now < self._due:
            return Order.BOTH
        self._ordered = now
        return Order.SHOW


def measure() -> list[Result]:
    """Preset A with a picture 60 times a second of training, and 1,024 seeds of it."""
    results = []
    for replicas, seeds in ((1, "one seed"), (64, "64 seeds")):
        seconds = seconds_per_frame(load_preset("aylien", replicas=replicas))
        results.append(
            Result(
                f"frames at {FRAMES_PER_SECOND} Hz, {seeds}, of the training time",
                100 * FRAMES_PER_SECOND * seconds,
                10,
                unit=" %",
                detail=f"{1000 * seconds:.2f} ms a frame",
            )
        )
    what = f"resident memory of a process that trains {FLEET:,} seeds"
    return [*results, Result(what, fleet_memory(), 600, unit=" MiB")]


def seconds_per_frame(experiment: Experiment) -> float:
    """The median over two seconds of training."""
    screen = Screen()
    for _ in train(experiment.replace(steps=10**9, frame_every=10**6), control=screen):
        pass
    return statistics.median(screen.seconds[WARM_FRAMES:])


def fleet_memory() -> float:
    """MiB of a fresh process after 200 steps of a fleet."""
    with subprocess.Popen(
        [sys.executable, "-c", TRAIN_FLEET],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as child:
        assert child.stdout is not None
        if child.stdout.readline() != "trained\n":
            raise RuntimeError("the fleet did not train")
        return float(psutil.Process(child.pid).memory_info().rss / 2**20)
