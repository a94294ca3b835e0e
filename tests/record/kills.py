"""Kills processes that write run files, again and again, and looks at what they leave.

A program of its own, because each writer is a fork, and a process with threads must not fork:
`python -m tests.record.kills frames|checkpoints|save COUNT FOLDER`. It ends with an error at the
first file that is torn, or lacks what was said to be written.
"""

from __future__ import annotations

import gc
import os
import random
import signal
import sqlite3
import struct
import sys
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import replace
from itertools import count
from pathlib import Path

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.trainer import train
from ganstudio.record.copies import save_copy
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from tests.core.helpers import TINY, small

LONGEST_SECONDS = 0.4
TOLD = struct.Struct("<q")

Write = Callable[[Path, Callable[[int], None]], None]
"""Writes at a place for ever, and tells what is surely written."""
Check = Callable[[Path, int], None]
"""Looks at what is left there, given what was told last."""


class KeepAtEnd(RunToEnd):
    """Asks for a checkpoint before it stops."""

    kept = False

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        order = super().next(step, experiment)
        if order is Order.STOP and not self.kept:
            self.kept = True
            return Order.KEEP
        return order


def said() -> tuple[Started, Frame, Checkpoint]:
    """What a small run said."""
    events = list(train(small(steps=8, frame_every=4, **TINY), control=KeepAtEnd()))
    frames = [event for event in events if isinstance(event, Frame)]
    [checkpoint] = [event for event in events if isinstance(event, Checkpoint)]
    assert isinstance(events[0], Started)
    return events[0], frames[-1], checkpoint


STARTED, FRAME, CHECKPOINT = said()


def write_frames(path: Path, tell: Callable[[int], None]) -> None:
    writer = RunWriter.create(path, STARTED, {}, _fail)
    for number in count():
        writer.frame(replace(FRAME, number=number, step=4 * number))
        if number % 3 == 0 and writer.flush(30):
            tell(number)


def check_frames(path: Path, told: int) -> None:
    if told < 0 and not path.exists():
        return
    with RunReader(path) as reader:
        numbers = [place.number for place in reader.places]
        assert numbers == list(range(len(numbers))), numbers
        assert len(numbers) > told, (told, numbers)
        for number in numbers:
            assert reader.frame(number).step == 4 * number
        assert len(reader.measured) == len(numbers)


def write_checkpoints(path: Path, tell: Callable[[int], None]) -> None:
    writer = RunWriter.create(path, STARTED, {}, _fail)
    for step in count(1):
        writer.checkpoint(replace(CHECKPOINT, step=step))
        if writer.flush(30):
            tell(step)


def check_checkpoints(path: Path, told: int) -> None:
    if told < 0 and not path.exists():
        return
    with RunReader(path) as reader:
        steps = reader.checkpoint_steps
        assert told < 0 or told in steps, (told, steps)
        for step in steps:
            assert reader.checkpoint(step).step == step


def write_copies(path: Path, tell: Callable[[int], None]) -> None:
    """A run's file over an older one, in turns of two."""
    sources = [path.with_name(f"source-{i}.ganrun") for i in range(2)]
    for i in count():
        save_copy(sources[i % 2], path)
        tell(i)


def check_copies(path: Path, told: int) -> None:
    with RunReader(path) as reader:
        assert len(reader.places) in (1, 2)
        for place in reader.places:
            assert reader.frame(place.number).step == place.step
    save_copy(path.with_name("source-0.ganrun"), path)
    # What the killed one left behind is gone with the next save.
    left = sorted(p.name for p in path.parent.iterdir())
    assert left == ["run.ganrun", "source-0.ganrun", "source-1.ganrun"], left


def make_sources(path: Path) -> None:
    for i in range(2):
        writer = RunWriter.create(path.with_name(f"source-{i}.ganrun"), STARTED, {}, _fail)
        for number in range(i + 1):
            writer.frame(replace(FRAME, number=number, step=4 * number))
        assert writer.close()
    save_copy(path.with_name("source-0.ganrun"), path)


KINDS: dict[str, tuple[Write, Check]] = {
    "frames": (write_frames, check_frames),
    "checkpoints": (write_checkpoints, check_checkpoints),
    "save": (write_copies, check_copies),
}


def killed(write: Write, path: Path, rng: random.Random) -> int:
    """Let a process write, kill it at some moment; the last that it told."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.close(reading)
        try:
            write(path, lambda number: _tell(writing, number))
        finally:
            os._exit(1)
    os.close(writing)
    time.sleep(rng.uniform(0, LONGEST_SECONDS) ** 2 / LONGEST_SECONDS)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    whole = len(content) // TOLD.size * TOLD.size
    return int(TOLD.unpack_from(content, whole - TOLD.size)[0]) if whole else -1


def _tell(pipe: int, number: int) -> None:
    os.write(pipe, TOLD.pack(number))


def _fail(sentence: str) -> None:
    raise RuntimeError(sentence)


def main(kind: str, times: int, folder: Path) -> None:
    write, check = KINDS[kind]
    rng = random.Random(kind)
    gc.freeze()
    path = folder / "run.ganrun"
    if kind == "save":
        make_sources(path)
    told = []
    for _ in range(times):
        told.append(killed(write, path, rng))
        check(path, told[-1])
        if path.exists():
            with closing(sqlite3.connect(path)) as connection:
                assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        if kind != "save":
            for left in folder.iterdir():
                left.unlink()
    # Kills before the first write show little: how many came after one.
    sys.stdout.write(str(sum(number >= 0 for number in told)))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
