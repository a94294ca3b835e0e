"""The edited experiment: history, file, and what of an edit a run can take."""

from __future__ import annotations

from pathlib import Path

import pytest

from ganstudio.app.document import UNDO_LIMIT, Document, live_part
from ganstudio.core.experiment import Experiment
from ganstudio.data.files import read_experiment, write_experiment
from ganstudio.errors import FileError

A, B, C = (Experiment(seed=seed) for seed in (1, 2, 3))


def test_undo_and_redo_walk_the_edits() -> None:
    document = Document(A)
    document.put(B)
    document.put(B)
    document.put(C)
    assert document.changed
    for step, now in ((document.undo, B), (document.undo, A), (document.undo, A)):
        step()
        assert document.experiment == now
    assert not document.can_undo
    assert not document.changed
    for step, now in ((document.redo, B), (document.redo, C), (document.redo, C)):
        step()
        assert document.experiment == now
    assert not document.can_redo


def test_history_is_bounded() -> None:
    document = Document(A)
    for seed in range(2, 3 * UNDO_LIMIT):
        document.put(Experiment(seed=seed))
    taken_back = 0
    while document.can_undo:
        document.undo()
        taken_back += 1
    assert taken_back == UNDO_LIMIT


def test_undoing_an_opened_file_goes_back_to_the_file_before(tmp_path: Path) -> None:
    """Or the next save would write one experiment over another."""
    first, second = tmp_path / "first.toml", tmp_path / "second.toml"
    document = Document(A)
    document.open(A, first)
    document.open(B, second)
    document.put(C)
    document.undo()
    assert (document.path, document.changed) == (second, False)
    document.undo()
    assert (document.path, document.experiment, document.changed) == (first, A, False)
    document.redo()
    assert (document.path, document.experiment, document.changed) == (second, B, False)


def test_saving_is_remembered_through_undo(tmp_path: Path) -> None:
    document = Document(A)
    document.put(B)
    document.save(tmp_path / "b.toml")
    assert not document.changed
    document.undo()
    assert document.changed
    assert document.path == tmp_path / "b.toml"
    document.redo()
    assert not document.changed


def test_a_failed_save_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    write_experiment(A, path)
    document = Document(A)
    document.open(A, path)
    document.put(B)
    with pytest.raises(FileError):
        document.save(tmp_path / "missing" / "b.toml")
    assert document.path == path
    assert document.changed
    assert read_experiment(path) == A


def test_a_run_takes_the_live_part_of_an_edit() -> None:
    edited = A.replace(batch_size=7, steps=5, **{"optimizer_d.lr": 0.3, "loss": "minimax"})
    now, waiting = live_part(A, edited)
    assert now == A.replace(steps=5, **{"optimizer_d.lr": 0.3, "loss": "minimax"})
    assert waiting == {"batch_size"}
    assert live_part(edited, edited) == (edited, set())
