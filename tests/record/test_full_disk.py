"""A real disk that is full: what was written stays, and the user is told."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from ganstudio.core.events import Frame, Started
from ganstudio.core.trainer import train
from ganstudio.errors import FileError
from ganstudio.record.copies import branch, save_copy
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from tests.core.helpers import TINY, small

SIZE = 2**20


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A file system with one MiB."""
    place = tmp_path / "disk"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    is_linux = sys.platform == "linux"
    if not is_linux or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("a small file system can't be mounted here: that needs Linux and root")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.fixture(scope="module")
def said() -> tuple[Started, Frame]:
    events = list(train(small(steps=8, frame_every=4, **TINY)))
    assert isinstance(events[0], Started)
    return events[0], next(e for e in events if isinstance(e, Frame) and e.step == 8)


def fill(disk: Path, left: int) -> Path:
    """Take all room but some bytes."""
    ballast = disk / "ballast"
    free = SIZE - sum(path.stat().st_blocks * 512 for path in disk.iterdir())
    ballast.write_bytes(bytes(max(0, free - left)))
    return ballast


def test_writing_waits_for_room_and_says_so(disk: Path, said: tuple[Started, Frame]) -> None:
    started, frame = said
    news: list[str] = []
    path = disk / "run.ganrun"
    writer = RunWriter.create(path, started, {}, news.append)
    writer.frame(replace(frame, number=0, step=0))
    assert writer.flush(30)
    ballast = fill(disk, 0)
    for number in range(1, 40):
        writer.frame(replace(frame, number=number, step=4 * number))
    assert not writer.flush(30)
    assert len(news) == 1
    assert "full" in news[0]
    # Whoever reads meanwhile sees what was written before.
    with RunReader(path) as reader:
        assert reader.places[0].step == 0
        assert reader.frame(reader.places[-1].number).step == reader.places[-1].step
    ballast.unlink()
    assert writer.close()
    assert "again" in news[-1]
    with RunReader(path) as reader:
        assert [place.number for place in reader.places] == list(range(40))


@pytest.mark.parametrize("left", [0, 4096, 60_000])
def test_a_copy_that_has_no_room_leaves_the_old_one(
    disk: Path, tmp_path: Path, said: tuple[Started, Frame], left: int
) -> None:
    started, frame = said
    large, target = tmp_path / "large.ganrun", disk / "run.ganrun"
    target.write_bytes(b"what stood there")
    writer = RunWriter.create(large, started, {}, pytest.fail)
    for number in range(200):
        writer.frame(replace(frame, number=number, step=4 * number))
    assert writer.close()
    fill(disk, left)
    for copy in (save_copy, lambda source, path: branch(source, 8, path)):
        with pytest.raises(FileError, match=r"full|space"):
            copy(large, target)
        assert target.read_bytes() == b"what stood there"
        assert {path.name for path in disk.iterdir()} == {"ballast", "run.ganrun"}


def test_a_run_that_can_t_begin_there_is_one_sentence(
    disk: Path, said: tuple[Started, Frame]
) -> None:
    fill(disk, 0)
    with pytest.raises(FileError, match=r"full|space"):
        RunWriter.create(disk / "run.ganrun", said[0], {}, pytest.fail)
    assert [path.name for path in disk.iterdir()] == ["ballast"]
