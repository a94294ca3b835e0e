"""`python -m ganstudio` as a process: it starts, it listens to signals, it leaves nothing."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from ganstudio.app.preferences import Preferences

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="signals, /proc, offscreen")
PATIENCE_SECONDS = 60.0

WATCHED = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from ganstudio import cli
from ganstudio.app import main
from ganstudio.runs.messages import State

class Watched(main.Window):
    def __init__(self, *arguments):
        super().__init__(*arguments)
        self.looking = QTimer(self, interval=20)
        self.looking.timeout.connect(self.look)
        self.looking.start()

    def look(self):
        {look}

    def say(self, *words):
        print(*words, flush=True)
        self.looking.stop()

if __name__ == "__main__":
    main.Window = Watched
    sys.exit(cli.main(sys.argv[1:]))
"""
SHOWN = """
        if self.session.state is State.PAUSED and self.session.newest is not None:
            experiment = self.session.running
            self.say(experiment.title, experiment.seed, repr(self.notice.words))
            self.close()
"""
ASKING = """
        if self.session.state is State.PAUSED and QApplication.activeModalWidget() is None:
            QTimer.singleShot(0, self, self.commands.run_to)
        elif QApplication.activeModalWidget() is not None:
            self.say("asking")
"""
EDITED_FILE = """
        if self.session.state is State.PAUSED:
            self.session.edit("seed", 9)
            self.say("edited")
"""


class Program:
    """One run of the program with a home of its own."""

    def __init__(self, folder: Path, command: list[str]) -> None:
        self.config = folder / "config"
        environment = {name: value for name, value in os.environ.items() if "XDG" not in name}
        environment |= {
            "XDG_CONFIG_HOME": str(self.config),
            "XDG_DATA_HOME": str(folder / "data"),
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(Path(__file__).parents[2]),
        }
        self.process = subprocess.Popen(
            [sys.executable, *command],
            env=environment,
            cwd=folder,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    @property
    def preferences(self) -> Preferences:
        """What it has stored."""
        return Preferences(self.config / "ganstudio" / "window.ini")

    def engine(self) -> psutil.Process:
        """Its child, once there is one."""
        end = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < end:
            for child in psutil.Process(self.process.pid).children():
                if "spawn_main" in " ".join(child.cmdline()):
                    return child
            time.sleep(0.01)
        raise AssertionError("it has no engine")

    def end(self) -> tuple[int, str, str]:
        """Exit code, stdout and stderr, once it has ended."""
        out, err = self.process.communicate(timeout=PATIENCE_SECONDS)
        return self.process.returncode, out, err


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., Program]]:
    programs: list[Program] = []

    def make(*command: str) -> Program:
        programs.append(Program(tmp_path, list(command)))
        return programs[-1]

    yield make
    for program in programs:
        if program.process.poll() is None:
            program.process.kill()
        program.process.communicate()


def is_gone(process: psutil.Process) -> bool:
    """It ended."""
    return not process.is_running() or bool(process.status() == psutil.STATUS_ZOMBIE)


def has_torch(engine: psutil.Process) -> bool:
    """Whether it is past its imports."""
    return "libtorch_cpu" in Path(f"/proc/{engine.pid}/maps").read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
@pytest.mark.parametrize("warm", [False, True], ids=["starting", "warm"])
def test_a_signal_closes_and_saves(
    start: Callable[..., Program], number: signal.Signals, warm: bool
) -> None:
    program = start("-m", "ganstudio")
    engine = program.engine()
    while warm and not has_torch(engine):
        time.sleep(0.05)
    program.process.send_signal(number)
    assert program.end() == (0, "", "")
    assert is_gone(engine)
    assert not program.preferences.bytes("geometry").isEmpty()
    assert not program.preferences.bytes("layout_line").isEmpty()


def test_ctrl_c_in_a_terminal_reaches_the_engine_too(start: Callable[..., Program]) -> None:
    program = start("-m", "ganstudio")
    engine = program.engine()
    while not has_torch(engine):
        time.sleep(0.05)
    engine.send_signal(signal.SIGINT)
    program.process.send_signal(signal.SIGINT)
    assert program.end() == (0, "", "")


def test_a_killed_program_leaves_no_engine(start: Callable[..., Program]) -> None:
    program = start("-m", "ganstudio")
    engine = program.engine()
    program.process.kill()
    program.end()
    end = time.monotonic() + PATIENCE_SECONDS
    while not is_gone(engine):
        assert time.monotonic() < end
        time.sleep(0.02)


@pytest.mark.parametrize(
    ("content", "shown"),
    [
        pytest.param("title = 'Mine'\nseed = 5\n", "Mine 5 ''", id="good"),
        pytest.param("sede = 5\n", "First GAN 42", id="bad", marks=pytest.mark.slow),
        pytest.param(None, "First GAN 42", id="missing"),
    ],
)
def test_a_file_on_the_command_line(
    start: Callable[..., Program], tmp_path: Path, content: str | None, shown: str
) -> None:
    (tmp_path / "script.py").write_text(WATCHED.format(look=SHOWN.strip()))
    if content is not None:
        (tmp_path / "mine.toml").write_text(content)
    code, out, err = start("script.py", "mine.toml").end()
    assert (code, err) == (0, "")
    assert out.startswith(shown)
    # A sentence about the file is still there when the engine is ready.
    assert ("mine.toml" in out) == (shown.startswith("First"))


def test_a_preset_on_the_command_line(start: Callable[..., Program], tmp_path: Path) -> None:
    (tmp_path / "script.py").write_text(WATCHED.format(look=SHOWN.strip()))
    code, out, _ = start("script.py", "book").end()
    assert code == 0
    assert "First GAN" not in out


@pytest.mark.parametrize("look", [ASKING, EDITED_FILE], ids=["in a dialog", "unsaved"])
def test_a_signal_asks_nobody(start: Callable[..., Program], tmp_path: Path, look: str) -> None:
    (tmp_path / "script.py").write_text(WATCHED.format(look=look.strip()))
    (tmp_path / "mine.toml").write_text("seed = 5\n")
    program = start("script.py", "mine.toml")
    assert program.process.stdout is not None
    assert program.process.stdout.readline().strip() in ("asking", "edited")
    program.process.send_signal(signal.SIGTERM)
    code, _, err = program.end()
    assert code == 0
    assert "Traceback" not in err
    assert (tmp_path / "mine.toml").read_text() == "seed = 5\n"


@pytest.mark.slow
@pytest.mark.timeout(4 * 3600)
def test_five_hundred_closes_at_random_moments(start: Callable[..., Program]) -> None:
    moments = random.Random(0)
    for _ in range(500):
        program = start("-m", "ganstudio")
        engine = program.engine()
        time.sleep(moments.uniform(0, 4))
        program.process.send_signal(moments.choice([signal.SIGTERM, signal.SIGINT]))
        assert program.end() == (0, "", "")
        assert is_gone(engine)
        assert not program.preferences.bytes("geometry").isEmpty()
