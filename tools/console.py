"""How dev.py talks to people and to other programs. Standard library only."""

from __future__ import annotations

import sys


class DevError(Exception):
    """Ends the script: one sentence for the user, an exit code, and what a tool said before."""

    def __init__(self, sentence: str, code: int = 1, output: str = "") -> None:
        super().__init__(sentence)
        self.code = code
        self.output = output


def call(command: list[str]) -> tuple[int, str]:
    """Run a command to its end; return its exit code and all that it printed."""
    import subprocess

    try:
        done = subprocess.run(
            command,
            check=False,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
    except OSError as error:  # no such program, or one for another machine
        return 127, f"{command[0]}: {error.strerror}\n"
    return done.returncode, done.stdout


def say(sentence: str) -> None:
    """Tell the user one thing, apart from what the commands print."""
    print(f"dev.py: {sentence}", file=sys.stderr, flush=True)
