"""Ctrl-C while a command loads what it needs, or writes: it ends, and leaves nothing half-done."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from ganstudio import cli
from ganstudio.cli import commands
from ganstudio.cli.signals import ending_at_once, leaving_nothing
from ganstudio.data.files import part_of

INTERRUPTED = """
import signal, sys
from pathlib import Path
from ganstudio.cli.signals import leaving_nothing
from ganstudio.data.files import make_folder, replace_with
def write(part):
    if part.is_dir():
        part = part / "events"
    part.write_text("half")
    signal.raise_signal(int(sys.argv[2]))
path = Path(sys.argv[1])
with leaving_nothing(path):
    (replace_with if path.suffix else make_folder)(path, write)
"""


def test_until_a_command_does_something_ctrl_c_ends_it_at_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Python's exception would come out of the middle of what numpy or Qt load."""
    seen: list[object] = []

    def obey(_: list[str]) -> int:
        seen.append(signal.getsignal(signal.SIGINT))
        return 0

    monkeypatch.setattr(commands, "obey", obey)
    assert cli.main(["doctor"]) == 0
    assert seen == [signal.SIG_DFL]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_who_does_not_want_ctrl_c_to_be_heeded_is_heeded() -> None:
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with ending_at_once():
            assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals to a process are POSIX")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("name", ["a.csv", "logs"])
def test_what_is_half_written_goes(tmp_path: Path, name: str, number: signal.Signals) -> None:
    path = tmp_path / name
    command = [sys.executable, "-c", INTERRUPTED, str(path), str(int(number))]
    done = subprocess.run(command, capture_output=True, timeout=60, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (128 + number, b"", b"")
    assert not list(tmp_path.iterdir())


def test_the_signals_are_given_back(tmp_path: Path) -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with leaving_nothing(tmp_path / "a.csv"):
        part_of(tmp_path / "a.csv").write_text("half")
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before
