"""Whenever a writer is killed: no file is torn, and nothing is lost that was said to be written."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.record.kills import KINDS

REPO = Path(__file__).parents[2]


def kill(kind: str, times: int, folder: Path) -> int:
    """How many of the kills came after a write."""
    command = [sys.executable, "-m", "tests.record.kills", kind, str(times), str(folder)]
    done = subprocess.run(command, cwd=REPO, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return int(done.stdout)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("kind", KINDS)
def test_a_kill_leaves_a_whole_file(kind: str, tmp_path: Path) -> None:
    assert kill(kind, 30, tmp_path) > 5


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("kind", KINDS)
def test_500_kills(kind: str, tmp_path: Path) -> None:
    assert kill(kind, 500, tmp_path) > 100
