"""The child process: what becomes of it, of its window, and of what they hold."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest

from ganstudio.core.events import Failed, Frame
from ganstudio.record.library import Library
from ganstudio.record.reader import RunReader
from ganstudio.runs.messages import Facts, State, Status
from ganstudio.runs.process import ProcessRun
from tests.runs.helpers import LONG, PATIENCE_SECONDS, QUICK, Ear, frames, state_of, states, view

CLOSING_SECONDS = 2.0
"""What closing may take, whatever the child does."""

PARENT = """
import time
from pathlib import Path
from ganstudio.core.events import Frame
from ganstudio.runs.process import ProcessRun
from tests.runs.helpers import LONG

if __name__ == "__main__":
    run = ProcessRun()
    run.start(LONG, playing={playing}, record={record})
    for message in run.messages():
        if isinstance(message.content, Frame) and message.content.step >= {step}:
            print(run.pid, flush=True)
            time.sleep(600)
"""


@pytest.fixture
def alone() -> Iterator[Ear]:
    """A child of its own, which the test may harm."""
    ear = Ear(ProcessRun())
    yield ear
    ear.close()


def process(ear: Ear) -> psutil.Process:
    """The child."""
    assert isinstance(ear.run, ProcessRun)
    assert ear.run.pid is not None
    return psutil.Process(ear.run.pid)


def wait_until(done: Callable[[], bool]) -> None:
    """Look again and again; a failure after a long time."""
    end = time.monotonic() + PATIENCE_SECONDS
    while not done():
        assert time.monotonic() < end
        time.sleep(0.005)


def is_gone(pid: int) -> bool:
    """Whether a process has ended; where nobody takes leave of it, it stays as a zombie."""
    try:
        return bool(psutil.Process(pid).status() == psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return True


def test_the_beginning(alone: Ear) -> None:
    heard = alone.until_state(State.READY)
    assert states(heard) == [State.STARTING, State.READY]
    [facts] = [m.content for m in heard if isinstance(m.content, Facts)]
    assert facts.torch_version
    assert "cpu" in facts.devices
    assert {m.run for m in heard} == {0}


# ---------------------------------------------------------------------------- killed


def killed_while_starting(ear: Ear) -> None:
    ear.run.start(LONG)
    ear.until_state(State.STARTING)
    wait_until(lambda: isinstance(ear.run, ProcessRun) and ear.run.pid is not None)


def killed_while_ready(ear: Ear) -> None:
    ear.until_state(State.READY)


def killed_while_playing(ear: Ear) -> None:
    ear.run.start(LONG)
    ear.until_step(50)


def killed_while_paused(ear: Ear) -> None:
    ear.run.start(LONG, playing=False)
    ear.until_state(State.PAUSED)


@pytest.mark.parametrize(
    "moment",
    [killed_while_starting, killed_while_ready, killed_while_playing, killed_while_paused],
)
def test_a_killed_child_is_told(alone: Ear, moment: Callable[[Ear], None]) -> None:
    moment(alone)
    process(alone).kill()
    *_, failed, lost = alone.rest()
    assert isinstance(failed.content, Failed)
    assert "killed" in failed.content.message
    assert lost.content == Status(State.LOST)
    # Commands to the dead are no errors.
    alone.run.play()
    alone.run.start(QUICK)


def test_an_engine_that_cannot_start_says_why(
    alone: Ear, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "torch").mkdir()
    (tmp_path / "torch" / "__init__.py").write_text("raise ImportError('libgomp is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    ear = Ear(ProcessRun())
    *_, failed, lost = ear.rest()
    ear.close()
    assert isinstance(failed.content, Failed)
    assert "libgomp is missing" in failed.content.message
    assert "Traceback" in failed.content.report
    assert lost.content == Status(State.LOST)


def test_ctrl_c_in_the_terminal_is_for_the_window_to_decide(process_ear: Ear) -> None:
    process_ear.run.start(LONG)
    process_ear.until_step(1)
    for _ in range(3):
        process(process_ear).send_signal(signal.SIGINT)
    process_ear.run.pause()
    step = frames(process_ear.until_state(State.PAUSED))[-1].step
    process_ear.run.play()
    process_ear.until_step(step + 100)


@pytest.mark.parametrize("playing", [True, False])
def test_no_child_survives_its_killed_window(tmp_path: Path, playing: bool) -> None:
    kill_the_window(tmp_path, playing=playing)


def test_a_killed_window_leaves_a_run_to_recover(tmp_path: Path) -> None:
    path = tmp_path / "runs" / "a.ganrun"
    path.parent.mkdir()
    kill_the_window(tmp_path, playing=True, record=path, step=50)
    library = Library(path.parent)
    left = library.left_behind(path)
    assert left is not None
    assert not left.is_whole
    # The engine had the time to keep the very last step.
    with RunReader(path) as reader:
        assert reader.checkpoint_steps[-1] == left.step >= 50


def kill_the_window(
    folder: Path, *, playing: bool, record: Path | None = None, step: int = 0
) -> None:
    """A process that steers a run is killed once a step was seen; so ends the one that trains."""
    script = folder / "parent.py"
    kept = None if record is None else f"Path({str(record)!r})"
    script.write_text(PARENT.format(playing=playing, record=kept, step=step))
    root = Path(__file__).parents[2]
    environment = dict(os.environ, PYTHONPATH=str(root))
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, text=True, env=environment
    ) as parent:
        assert parent.stdout is not None
        pid = int(parent.stdout.readline())
        assert not is_gone(pid)
        parent.kill()
    wait_until(lambda: is_gone(pid))


# ---------------------------------------------------------------------------- closing


def close_in_time(ear: Ear) -> None:
    """Close, and see that nothing is left."""
    pid = ear.run.pid if isinstance(ear.run, ProcessRun) else None
    begun = time.monotonic()
    ear.close()
    assert time.monotonic() - begun < CLOSING_SECONDS
    assert pid is None or is_gone(pid)
    assert State.LOST not in states(ear.rest())


def test_closing_before_anything() -> None:
    run = ProcessRun()
    run.start(QUICK)
    run.close()
    run.close()
    assert states(list(run.messages())) == [State.STARTING]
    assert run.pid is None


def test_closing_at_once() -> None:
    for _ in range(5):
        close_in_time(Ear(ProcessRun()))


def test_closing_while_starting(alone: Ear) -> None:
    killed_while_starting(alone)
    close_in_time(alone)


@pytest.mark.parametrize(
    "busy",
    [LONG, LONG.replace(**{"pretraining.steps": 10**7})],
    ids=["training", "pretraining"],
)
def test_closing_while_busy(alone: Ear, busy: Any) -> None:
    alone.run.start(busy)
    alone.until(lambda m: isinstance(m.content, Frame))
    close_in_time(alone)


def test_a_child_that_does_not_answer_is_killed(alone: Ear) -> None:
    alone.run.start(LONG)
    alone.until_step(1)
    process(alone).suspend()
    # More than a pipe holds: whoever gives commands must not wait for a child that doesn't read.
    for _ in range(500):
        alone.run.edit(LONG)
    close_in_time(alone)


def test_closing_while_nobody_reads() -> None:
    """As a script does that leaves its loop."""
    run = ProcessRun()
    run.start(LONG)
    messages = run.messages()
    next(m for m in messages if isinstance(m.content, Frame) and m.content.step > 10)
    pid = run.pid
    assert pid is not None
    begun = time.monotonic()
    run.close()
    assert time.monotonic() - begun < CLOSING_SECONDS
    assert is_gone(pid)
    assert State.LOST not in states(list(messages))


def test_large_weights_may_be_sent_before_the_child_is_there() -> None:
    wide = QUICK.replace(
        **{"generator.layers": [{"width": 700}, {"width": 700}]}, steps=1, batch_size=2
    )
    weights = {
        "generator.0.weight": np.zeros((1, 700), dtype=np.float32),
        "generator.0.bias": np.zeros(700, dtype=np.float32),
        "generator.1.weight": np.zeros((700, 700), dtype=np.float32),
        "generator.1.bias": np.zeros(700, dtype=np.float32),
        "generator.2.weight": np.zeros((700, 1), dtype=np.float32),
        "generator.2.bias": np.full(1, 0.25, dtype=np.float32),
    }
    run = ProcessRun()
    try:
        # One thread gives commands and reads, as a script does.
        run.start(wide, weights=weights)
        first = next(m.content for m in run.messages() if isinstance(m.content, Frame))
        assert len(set(view(first).map.tolist())) == 1
    finally:
        run.close()


# ---------------------------------------------------------------------------- nothing grows


def held(ear: Ear) -> tuple[int, int, int, int, int]:
    """Threads, open files of both processes, and the number of children."""
    ours, child = psutil.Process(), process(ear)
    children = len(ours.children())
    return ours.num_threads(), ours.num_fds(), child.num_threads(), child.num_fds(), children


def start_stop_reset(ear: Ear, times: int) -> None:
    """Each command at some moment of a run."""
    run = ear.run
    for i in range(times):
        run.start(LONG, playing=i % 3 != 0)
        if i % 2:
            ear.until(lambda m: m.run == run.number and isinstance(m.content, Frame))
        if i % 5 == 0:
            run.stop()
        if i % 7 == 0:
            run.play()
        run.reset(playing=True)
    ear.until(lambda m: m.run == run.number and state_of(m) is State.PLAYING)


def test_starts_stops_and_resets_leave_nothing(process_ear: Ear) -> None:
    start_stop_reset(process_ear, 3)
    before = held(process_ear)
    start_stop_reset(process_ear, 30)
    assert held(process_ear) == before


def test_children_leave_nothing() -> None:
    ours = psutil.Process()
    ProcessRun().close()
    close_in_time(Ear(ProcessRun()))

    def held() -> tuple[int, int, int]:
        return ours.num_threads(), ours.num_fds(), len(ours.children())

    before = held()
    for _ in range(10):
        ear = Ear(ProcessRun())
        killed_while_starting(ear)
        ear.close()
        del ear  # and with it what a handle keeps of an ended child
    # What an earlier test left may end meanwhile; nothing may be added. The thread that sends
    # commands ends by itself, a moment after its child.
    wait_until(lambda: all(now <= then for now, then in zip(held(), before, strict=True)))


@pytest.mark.slow
@pytest.mark.timeout(1800)
def test_a_thousand_starts_stops_and_resets(process_ear: Ear) -> None:
    start_stop_reset(process_ear, 200)
    before, memory = held(process_ear), process(process_ear).memory_info().rss
    start_stop_reset(process_ear, 1000)
    assert held(process_ear) == before
    assert process(process_ear).memory_info().rss - memory < 20 * 2**20
