"""Ways to run the program and to read what it printed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from typing import Any

Obey = Callable[..., tuple[int, str, str]]
"""The fixture `obey`: a command line to (exit code, stdout, stderr)."""

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")


def ganstudio(*arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    """A real run of the program, on a machine without a display."""
    environ = {k: v for k, v in os.environ.items() if k not in SCREENS} | extra
    command = [sys.executable, "-m", "ganstudio", *arguments]
    return subprocess.run(
        command, capture_output=True, text=True, env=environ, timeout=60, check=False
    )


def strict(text: str) -> Any:
    """JSON without the NaN and Infinity that Python would read."""

    def refuse(word: str) -> None:
        raise AssertionError(f"{word} is not JSON")

    return json.loads(text, parse_constant=refuse)
