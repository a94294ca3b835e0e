"""A film of two curves as a GIF, against matplotlib's FuncAnimation with its Pillow writer."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.animation import FuncAnimation, PillowWriter
from matplotlib.figure import Figure
from PySide6.QtWidgets import QApplication

from benchmarks.report import Result
from ganstudio import Frame, load_preset, train
from ganstudio.core.events import Started, View
from ganstudio.export.film import Film, make
from ganstudio.export.look import Look
from ganstudio.export.timeline import Timing
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter

ROUNDS = 3
FRAMES = 200
SIZE = (800, 450)
RATE = 25


def measure() -> list[Result]:
    """200 pictures of 800x450, the target's and the generated density, by both in turn."""
    app = QApplication.instance() or QApplication([])
    with tempfile.TemporaryDirectory() as folder:
        run, ours, theirs = (Path(folder) / name for name in ("run.ganrun", "a.gif", "b.gif"))
        record(run)
        times = [
            (timed(lambda: make_ours(run, ours)), timed(lambda: plot(run, theirs)))
            for _ in range(ROUNDS)
        ]
        ratio = statistics.median(theirs_s / ours_s for ours_s, theirs_s in times)
        sizes = ours.stat().st_size, theirs.stat().st_size
    del app
    medians = [statistics.median(column) for column in zip(*times, strict=True)]
    seconds = f"{medians[0]:.2f} s and {medians[1]:.2f} s"
    kilobytes = f"{sizes[0] / 1000:,.0f} kB and {sizes[1] / 1000:,.0f} kB"
    return [
        Result(
            "200 frames to GIF, times as fast as matplotlib",
            ratio,
            10,
            at_least=True,
            unit="x",
            detail=seconds,
        ),
        Result("size of that file, of matplotlib's", sizes[0] / sizes[1], 1, detail=kilobytes),
    ]


def timed(work: Any) -> float:
    """The seconds that it takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def record(path: Path) -> None:
    """A run of 200 pictures."""
    events = list(train(load_preset("first-gan", steps=FRAMES * 20)))
    assert isinstance(events[0], Started)
    writer = RunWriter.create(path, events[0], {}, _fail)
    pictures = [event for event in events if isinstance(event, Frame)]
    for frame in pictures[-FRAMES:]:
        writer.frame(frame)
    if not writer.close():
        raise RuntimeError("the run was not written")


def make_ours(run: Path, path: Path) -> None:
    """The view Distribution with the same two curves; everything else is as a user has it."""
    layers = {"distribution": frozenset({"real", "generated"})}
    look = Look(views=("distribution",), size=SIZE, layers=layers)
    made = make(Film((run,), look, Timing(every=1, hold=0.0)), path)
    if made != FRAMES:
        raise RuntimeError(f"{made} pictures instead of {FRAMES}")


def plot(run: Path, path: Path) -> None:
    """The same in matplotlib, as its documentation has it: two lines, axes, a title, a legend."""
    with RunReader(run) as reader:
        frames = [reader.frame(place.number) for place in reader.places]
    views = [frame.view for frame in frames if isinstance(frame.view, View)]
    mpl.use("Agg")
    figure = Figure(figsize=(SIZE[0] / 100, SIZE[1] / 100), dpi=100)
    axes = figure.subplots()
    axes.plot(views[0].x, views[0].target_density, label="real")
    [line] = axes.plot(views[0].x, views[0].shown_density, label="generated")
    axes.set(xlim=(2, 6), ylim=(0, 2), xlabel="x", ylabel="density")
    axes.legend()
    title = axes.set_title("")

    def update(index: int) -> tuple[Any, ...]:
        line.set_data(views[index].x, views[index].shown_density)
        title.set_text(f"Distribution at step {frames[index].step:,}")
        return line, title

    film = FuncAnimation(figure, update, frames=len(frames), interval=1000 / RATE)
    film.save(path, writer=PillowWriter(fps=RATE))


def _fail(sentence: str) -> None:
    raise RuntimeError(sentence)
