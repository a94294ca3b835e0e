"""How soon the window is drawn, against how long importing torch alone takes."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks.report import Result

ROUNDS = 7

IMPORT_TORCH = "import torch, time; print(time.time())"

DRAW_WINDOW = """
import time
from ganstudio.app import main, window
# The first paint calls `load`; what comes after it is not part of being visible.
window.Window.load = lambda self: (print(time.time(), flush=True), self.close())
main.run([])
"""

PRESS_TRAIN = """
import time
from PySide6.QtCore import QTimer
from ganstudio.app import main, window

load = window.Window.load

def loaded(self):
    load(self)
    QTimer.singleShot(5000, self, lambda: press(self))

def press(self):
    begun = time.perf_counter()
    def shown(frame):
        if frame.step:
            print(time.perf_counter() - begun, flush=True)
            self.close()
    self.session.frame.connect(shown)
    self.transport.train.click()

window.Window.load = loaded
main.run([])
"""


def measure() -> list[Result]:
    """Both sides alternately in fresh processes; the median of the ratios."""
    with tempfile.TemporaryDirectory() as folder:
        environment = _environment(Path(folder))
        ratios, windows, imports = [], [], []
        for _ in range(ROUNDS):
            windows.append(_seconds_until_print(DRAW_WINDOW, environment))
            imports.append(_seconds_until_print(IMPORT_TORCH, environment))
            ratios.append(windows[-1] / imports[-1])
        reaction = statistics.median(_printed(PRESS_TRAIN, environment) for _ in range(3))
    figures = f"{statistics.median(windows):.2f} s against {statistics.median(imports):.2f} s"
    return [
        Result(
            "window drawn, against import torch", statistics.median(ratios), 0.4, detail=figures
        ),
        Result(
            "Train pressed 5 s after launch, until the first new frame",
            1000 * reaction,
            100,
            unit=" ms",
        ),
    ]


def _seconds_until_print(script: str, environment: dict[str, str]) -> float:
    """From starting a Python with `script` until the moment that the script prints."""
    begun = time.time()
    return _printed(script, environment) - begun


def _printed(script: str, environment: dict[str, str]) -> float:
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=environment,
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return float(done.stdout.split()[0])


def _environment(folder: Path) -> dict[str, str]:
    """This one, with settings of its own."""
    kept = {name: words for name, words in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    # Nobody starts a program that is compiled anew each time.
    return {**kept, "XDG_CONFIG_HOME": str(folder)}
