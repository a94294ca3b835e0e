"""The folder of recorded runs: found, deleted, brought back, copied."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from ganstudio.core.events import Frame, Started
from ganstudio.core.trainer import train
from ganstudio.data.presets import load_preset
from ganstudio.errors import FileError, RecordError
from ganstudio.record.copies import save_copy
from ganstudio.record.library import BESIDE, TRASH, Library
from ganstudio.record.notes import keep
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from tests.core.helpers import TINY, small


def begin(path: Path, **changes: object) -> RunWriter:
    """A file that holds a small run and is still open."""
    events = list(train(small(steps=8, frame_every=4, title="My run", **TINY).replace(**changes)))
    assert isinstance(events[0], Started)
    writer = RunWriter.create(path, events[0], {}, pytest.fail)
    for event in events:
        if isinstance(event, Frame):
            writer.frame(event)
    assert writer.flush(30)
    return writer


def run_in(library: Library, **changes: object) -> Path:
    """A run that was closed as it should be."""
    path = library.new_path(small())
    writer = begin(path, **changes)
    writer.put("ended", {"step": 8, "stopped": False})
    assert writer.close()
    return path


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "runs")


def test_an_empty_library(library: Library) -> None:
    assert library.entries() == []
    library.empty_trash()
    assert not library.folder.exists()


def test_names_say_what_and_never_collide(library: Library) -> None:
    experiment = load_preset("first-gan")
    paths = {library.new_path(experiment) for _ in range(50)}
    assert len(paths) == 50
    assert all("first-gan" in path.name and path.suffix == ".ganrun" for path in paths)
    odd = library.new_path(small(title='../..\\x: <"é"> ' + "long " * 30))
    assert odd.parent == library.folder
    assert len(odd.name) < 80


def test_runs_are_listed(library: Library) -> None:
    path = run_in(library, replicas=2)
    (library.folder / "broken.ganrun").write_text("no run")
    (library.folder / "notes.txt").write_text("no run either")
    [entry] = library.entries()
    assert (entry.path, entry.title, entry.step, entry.replicas) == (path, "My run", 8, 2)
    assert len(entry.conditions) == 2
    assert entry.is_whole


def test_what_a_crash_left_is_found(library: Library, tmp_path: Path) -> None:
    run_in(library)
    path = library.new_path(small())
    writer = begin(path)
    # It is being written, so nothing is wrong with it.
    assert library.left_behind(path) is None
    # What a kill leaves: the file as it is, and no owner.
    save_copy(path, library.folder / "crashed.ganrun")
    assert library.left_behind(library.folder / "crashed.ganrun") is not None
    writer.close()


def test_a_deleted_run_comes_back(library: Library) -> None:
    path = run_in(library)
    before = path.read_bytes()
    library.delete(path)
    assert library.entries() == []
    assert library.restore(path.name) == path
    assert path.read_bytes() == before
    library.delete(path)
    library.empty_trash()
    with pytest.raises(RecordError):
        library.restore(path.name)


def test_what_stands_beside_a_deleted_run_goes_with_it(library: Library) -> None:
    path = run_in(library)
    long_ago = time.time() - 10_000
    names = {path.name + end for end in BESIDE}
    for name in names:
        # A run that crashed long ago, and is deleted today.
        (library.folder / name).write_text("news")
        os.utime(library.folder / name, (long_ago, long_ago))
    (library.folder / f"{path.name}.lock").unlink()
    names.remove(f"{path.name}.lock")
    library.delete(path)
    library.empty_trash(1_000)
    trash = library.folder / TRASH
    assert {one.name for one in trash.iterdir()} == {path.name, *names}
    os.utime(trash / path.name, (long_ago, long_ago))
    library.empty_trash(1_000)
    assert not list(trash.iterdir())


def test_the_parent_is_found_among_others(library: Library, tmp_path: Path) -> None:
    parent = run_in(library)
    run_in(library)
    (library.folder / "99-broken.ganrun").write_text("no run")
    child = library.folder / "child.ganrun"
    save_copy(parent, child)
    with RunReader(parent) as reader:
        keep(child, {"id": "another", "parent": {"id": reader.fact("id"), "step": 4}})
    assert library.parent_of(child) == parent
    assert library.parent_of(parent) is None


def test_a_run_that_is_written_is_not_deleted(library: Library) -> None:
    path = library.new_path(small())
    writer = begin(path)
    with pytest.raises(RecordError, match="being written"):
        library.delete(path)
    writer.close()
    assert path.exists()


def test_a_copy_of_a_run_that_is_being_written(library: Library, tmp_path: Path) -> None:
    path, copy = library.new_path(small()), tmp_path / "copy.ganrun"
    writer = begin(path)
    save_copy(path, copy)
    with RunReader(copy) as ours, RunReader(path) as theirs:
        assert ours.places == theirs.places
        assert ours.losses.d.tobytes() == theirs.losses.d.tobytes()
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == ["copy.ganrun"]
    writer.close()


def test_a_copy_that_can_t_be_made_leaves_what_was_there(library: Library, tmp_path: Path) -> None:
    path, target = run_in(library), tmp_path / "target.ganrun"
    target.write_text("mine")
    broken = tmp_path / "broken.ganrun"
    broken.write_text("no run")
    with pytest.raises(RecordError):
        save_copy(broken, target)
    assert target.read_text() == "mine"
    with pytest.raises(FileError):
        save_copy(path, tmp_path / "none" / "x.ganrun")
    assert sorted(p.name for p in tmp_path.iterdir() if p.is_file()) == [
        "broken.ganrun",
        "target.ganrun",
    ]


def test_a_copy_is_not_mixed_with_what_a_kill_left_of_the_old_file(tmp_path: Path) -> None:
    old, new = tmp_path / "old.ganrun", tmp_path / "new.ganrun"
    writer = begin(old)
    left = {end: old.with_name(old.name + end).read_bytes() for end in ("-wal", "-shm")}
    content = old.read_bytes()
    assert writer.close()
    # As after a SIGKILL: the newest is still beside the file.
    old.write_bytes(content)
    for end, data in left.items():
        old.with_name(old.name + end).write_bytes(data)
    assert begin(new, title="Another").close()
    save_copy(new, old)
    with RunReader(old) as reader:
        assert reader.experiment.title == "Another"
        with RunReader(new) as source:
            assert reader.fact("id") == source.fact("id")
            assert reader.places == source.places
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new.ganrun", "old.ganrun"]


def test_a_file_begins_clean_beside_what_another_one_left(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    writer = begin(path)
    left = path.with_name(path.name + "-wal").read_bytes()
    assert writer.close()
    path.unlink()
    path.with_name(path.name + "-wal").write_bytes(left)
    assert begin(path, title="Another").close()
    with RunReader(path) as reader:
        assert reader.experiment.title == "Another"
        assert len(reader.places) == 3


def test_a_copy_over_itself_or_over_a_run_that_is_written_is_refused(tmp_path: Path) -> None:
    path, other = tmp_path / "run.ganrun", tmp_path / "other.ganrun"
    assert begin(path).close()
    with pytest.raises(FileError, match="own file"):
        save_copy(path, path)
    writer = begin(other)
    with pytest.raises(FileError, match="writing it"):
        save_copy(path, other)
    assert writer.close()
    with RunReader(other) as reader:
        assert len(reader.places) == 3
