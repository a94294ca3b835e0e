"""What the run file costs the training, how large it grows, and how fast it opens."""

from __future__ import annotations

import statistics
import tempfile
import time
from dataclasses import replace
from pathlib import Path

from benchmarks.report import Result
from ganstudio import Experiment, Frame, load_preset, train
from ganstudio.core.events import Started
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from ganstudio.runs.messages import State, Status
from ganstudio.runs.process import ProcessRun

ROUNDS = 5
STEPS = 12_000
WARM_STEPS = 2_000
MILLION = 1_000_000


def measure() -> list[Result]:
    """Preset A in a child, recorded and not, in turns; then a file as after a million steps."""
    experiment = load_preset("aylien", steps=STEPS)
    with tempfile.TemporaryDirectory() as folder:
        plain, recorded = [], []
        for i in range(ROUNDS):
            plain.append(rate(experiment, None))
            recorded.append(rate(experiment, Path(folder) / f"{i}.ganrun"))
        cost = statistics.median(1 - b / a for a, b in zip(plain, recorded, strict=True))
        size, seconds = of_a_million(Path(folder) / "million.ganrun")
    speeds = f"{statistics.median(plain):,.0f} and {statistics.median(recorded):,.0f} steps/s"
    return [
        Result("writing, of the training's speed", 100 * cost, 5, unit=" %", detail=speeds),
        Result("file after 1,000,000 steps of preset A", size, 100, unit=" MiB"),
        Result("first picture of that file", 1000 * seconds, 500, unit=" ms"),
    ]


def rate(experiment: Experiment, record: Path | None) -> float:
    """Steps a second in a child process."""
    run = ProcessRun()
    run.start(experiment, record=record)
    begun, first = 0.0, 0
    try:
        for message in run.messages():
            content = message.content
            if isinstance(content, Frame) and not first and content.step >= WARM_STEPS:
                begun, first = time.perf_counter(), content.step
            if isinstance(content, Status) and content.state is State.ENDED:
                return (experiment.steps - first) / (time.perf_counter() - begun)
    finally:
        run.close()
    raise RuntimeError("the run did not end")


def of_a_million(path: Path) -> tuple[float, float]:
    """MiB of the file, and the seconds until its last picture is there.

    The pictures are those of a shorter run over and over: what they show changes nothing in how
    large they are.
    """
    events = list(train(load_preset("aylien", steps=20_000)))
    assert isinstance(events[0], Started)
    pictures = [event for event in events if isinstance(event, Frame)][1:]
    every = events[0].experiment.frame_every
    writer = RunWriter.create(path, events[0], {}, _fail)
    for i in range(MILLION // every):
        writer.frame(replace(pictures[i % len(pictures)], number=i, step=every * (i + 1)))
    if not writer.close():
        raise RuntimeError("the file was not written")
    begun = time.perf_counter()
    with RunReader(path) as reader:
        reader.frame(reader.places[-1].number)
        return path.stat().st_size / 2**20, time.perf_counter() - begun


def _fail(sentence: str) -> None:
    raise RuntimeError(sentence)
