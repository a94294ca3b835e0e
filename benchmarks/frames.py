"""What the live picture costs the training, and the memory of a large fleet."""

from __future__ import annotations

import gc
import subprocess
import sys
import time

import psutil

from benchmarks.report import Result
from ganstudio import Experiment, Frame, Order, load_preset, train
from ganstudio.core.control import RunToEnd

FRAMES_PER_SECOND = 60
FRAMES = 120
WARM_FRAMES = 20
ROUNDS = 5
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
    """Trains, and asks for a picture as often as a screen shows one."""

    def __init__(self) -> None:
        super().__init__()
        self.asked = self._due = time.perf_counter()

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        """Always one more step."""
        self.asked = time.perf_counter()
        return Order.BOTH

    def wants_frame(self) -> bool:
        """60 times a second."""
        if time.perf_counter() < self._due:
            return False
        self._due = time.perf_counter() + 1 / FRAMES_PER_SECOND
        return True


def measure() -> list[Result]:
    """Preset A with a picture 60 times a second of training, and 1,024 seeds of it."""
    # Each picture of one seed is measured. A fleet is measured at its regular frames, and they
    # count here; in between its pictures show shapes alone.
    cases = (
        ("one seed", load_preset("aylien", frame_every=10**6)),
        ("64 seeds", load_preset("aylien", replicas=64)),
    )
    # As the child process of a window does it, once it is warm.
    share_of_frames(cases[0][1])
    gc.freeze()
    rounds = [[share_of_frames(experiment) for _, experiment in cases] for _ in range(ROUNDS)]
    results = []
    for (seeds, _), found in zip(cases, zip(*rounds, strict=True), strict=True):
        share, detail = sorted(found)[ROUNDS // 2]
        what = f"frames at {FRAMES_PER_SECOND} Hz, {seeds}, of the training time"
        results.append(Result(what, 100 * share, 10, unit=" %", detail=detail))
    what = f"resident memory of a process that trains {FLEET:,} seeds"
    return [*results, Result(what, fleet_memory(), 600, unit=" MiB")]


def share_of_frames(experiment: Experiment) -> tuple[float, str]:
    """What pictures take of the time that steps take, over some seconds, and in words."""
    screen = Screen()
    frames: list[float] = []
    begun, first = 0.0, 0
    elapsed, done = 0.0, 0
    for event in train(experiment.replace(steps=10**9), control=screen):
        if not isinstance(event, Frame) or event.step == 0:
            continue
        # From the order to the picture: one step, and the picture.
        frames.append(time.perf_counter() - screen.asked)
        if len(frames) == WARM_FRAMES:
            begun, first = time.perf_counter(), event.step
        if len(frames) == WARM_FRAMES + FRAMES:
            done, elapsed = event.step - first, time.perf_counter() - begun
            break
    own = frames[WARM_FRAMES:]
    # All steps of that time cost the same, those with a picture too.
    step = (elapsed - sum(own)) / (done - len(own))
    pictures = sum(own) - len(own) * step
    detail = f"{1000 * pictures / len(own):.2f} ms a frame, {done / elapsed:,.0f} steps/s"
    return pictures / (elapsed - pictures), detail


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
