"""Notes and tags in a run file, also in one that somebody else writes."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from ganstudio.core.events import Edited
from ganstudio.errors import RecordError
from ganstudio.record.copies import branch, save_copy
from ganstudio.record.library import Library, entry_of
from ganstudio.record.notes import LONGEST_TAG, MOST_NOTES, MOST_TAGS, annotate, keep, tidied
from ganstudio.record.reader import RunReader
from tests.core.helpers import small
from tests.record.test_library import begin, run_in


@pytest.fixture
def library(tmp_path: Path) -> Library:
    return Library(tmp_path / "runs")


def test_they_are_kept_and_changed_apart(library: Library) -> None:
    path = run_in(library)
    before = entry_of(path)
    assert (before.notes, before.tags) == ("", ())
    library.annotate(path, notes="a\nb ü", tags=[" one ", "two  words", "one", ""])
    library.annotate(path, tags=["three"])
    entry = entry_of(path)
    assert (entry.notes, entry.tags) == ("a\nb ü", ("three",))
    library.annotate(path, notes="")
    assert entry_of(path).notes == ""
    assert entry_of(path).tags == ("three",)
    # Nothing stands beside the file.
    assert [p.name for p in library.folder.iterdir()] == [path.name]


def test_a_run_that_is_written_takes_notes_and_goes_on(library: Library) -> None:
    path = library.new_path(small())
    writer = begin(path)
    for number in range(20):
        # In between, its own thread writes.
        writer.put("ended", None)
        library.annotate(path, notes=f"note {number}", tags=[f"tag {number}"])
    writer.put("ended", {"step": 8, "stopped": False})
    assert writer.close()
    entry = entry_of(path)
    assert (entry.notes, entry.tags, entry.is_whole) == ("note 19", ("tag 19",), True)
    with RunReader(path) as reader:
        assert [place.step for place in reader.places] == [0, 4, 8]
    assert [p.name for p in library.folder.iterdir()] == [path.name]


def test_who_writes_for_too_long_is_not_disturbed(
    library: Library, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.record.notes.PATIENCE_MS", 20)
    path = run_in(library)
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(RecordError, match="can't be written now"):
            annotate(path, notes="too early")
        other.execute("ROLLBACK")
    annotate(path, notes="now")
    assert entry_of(path).notes == "now"


def test_a_file_that_can_t_be_written_is_said(library: Library) -> None:
    path = run_in(library)
    path.write_bytes(path.read_bytes()[:3000])
    with pytest.raises(RecordError):
        annotate(path, notes="x")
    with pytest.raises(RecordError):
        annotate(path.with_name("none.ganrun"), notes="x")


@pytest.mark.parametrize(
    "value", [None, 3, {"a": 1}, [1, None, ["x"]], "text", [["a"]], ["ok", 7]], ids=str
)
def test_a_stranger_s_notes_do_no_harm(library: Library, value: object) -> None:
    path = run_in(library)
    keep(path, {"notes": value, "tags": value, "parent": value})
    entry = entry_of(path)
    assert isinstance(entry.notes, str)
    assert all(isinstance(tag, str) for tag in entry.tags)
    assert entry.parent is None
    assert entry.tags == (("ok",) if value == ["ok", 7] else ())


def test_there_are_limits(library: Library) -> None:
    path = run_in(library)
    annotate(path, notes="x" * (MOST_NOTES + 9), tags=[f"{i}" + "y" * 99 for i in range(99)])
    entry = entry_of(path)
    assert len(entry.notes) == MOST_NOTES
    assert len(entry.tags) == MOST_TAGS
    assert {len(tag) for tag in entry.tags} == {LONGEST_TAG}
    assert tidied(["a\nb", "a b"]) == ["a b"]


def test_a_copy_has_them_and_a_branch_has_not(library: Library, tmp_path: Path) -> None:
    path, copy, other = run_in(library), tmp_path / "copy.ganrun", library.folder / "b.ganrun"
    annotate(path, notes="mine", tags=["x"])
    save_copy(path, copy)
    assert entry_of(copy).notes == "mine"
    branch(path, 4, other)
    entry = entry_of(other)
    assert (entry.notes, entry.tags) == ("", ())
    assert entry.parent is not None
    assert (entry.parent.id, entry.parent.step) == (entry_of(path).id, 4)
    assert library.parent_of(other) == path
    assert library.parent_of(path) is None
    library.delete(path)
    assert library.parent_of(other) is None


def test_an_entry_tells_what_a_list_shows(library: Library) -> None:
    path = run_in(library, replicas=2)
    entry = entry_of(path)
    assert entry.device == "cpu"
    assert entry.size == path.stat().st_size
    assert entry.created.endswith("+00:00")
    assert entry.experiment == entry.last
    assert len(entry.id) == 32


def test_edits_before_the_first_step_belong_to_the_start(library: Library) -> None:
    path = library.new_path(small())
    writer = begin(path)
    with RunReader(path) as reader:
        first = reader.experiment
    early, late = first.replace(seed=5), first.replace(seed=6)
    for step, experiment in ((0, early), (4, late)):
        writer.edited(Edited(step, experiment, ("seed",)))
    writer.close()
    entry = entry_of(path)
    assert (entry.experiment.seed, entry.last.seed) == (5, 6)


def test_the_newest_names_come_first(library: Library) -> None:
    names = ["20260101-1.ganrun", "20260301-1.ganrun", "20260201-1.ganrun"]
    library.folder.mkdir(parents=True)
    for name in names:
        (library.folder / name).write_text("never opened")
    assert [path.name for path in library.paths()] == sorted(names, reverse=True)


def test_what_was_left_behind_is_offered_once_for_each_break(library: Library) -> None:
    path = library.new_path(small())
    writer = begin(path)
    assert library.left_behind(path) is None, "somebody writes it"
    writer.close()
    entry = library.left_behind(path)
    assert entry is not None
    library.settle(entry)
    assert library.left_behind(path) is None
    # It was gone on with and broke off again, elsewhere.
    keep(path, {"offered": 4})
    assert library.left_behind(path) is not None
    keep(path, {"ended": {"step": 8, "stopped": True}})
    assert library.left_behind(path) is None
    path.write_text("broken")
    assert library.left_behind(path) is None


def test_the_trash_keeps_what_is_young(library: Library) -> None:
    path = run_in(library)
    library.delete(path)
    library.empty_trash(older_than=60)
    library.restore(path.name)
    assert path.exists()
    library.delete(path)
    library.empty_trash(older_than=0)
    with pytest.raises(RecordError):
        library.restore(path.name)
