"""A run writes itself into its file, and goes on from there, wherever it executes."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from pathlib import Path

import numpy as np
import pytest

from ganstudio.core.events import Failed, Frame, View
from ganstudio.core.trainer import train
from ganstudio.record import schema
from ganstudio.record.reader import RunReader
from ganstudio.runs.handle import Run
from ganstudio.runs.messages import Message, Origin, RecordNews, State
from ganstudio.runs.process import ProcessRun
from tests.core.helpers import spelled_event
from tests.runs.helpers import LONG, QUICK, Ear, events, frames

MODERN = QUICK.replace(ema=0.9, replicas=2)


def alone(path: Path) -> list[str]:
    """The names of all files beside a path that begin like it."""
    return sorted(p.name for p in path.parent.iterdir() if p.name.startswith(path.stem))


def until_still(path: Path) -> None:
    """The file is written to its end: nothing but itself is left."""
    end = time.monotonic() + 30
    while not path.exists() or alone(path) != [path.name]:
        assert time.monotonic() < end, alone(path)
        time.sleep(0.01)


def contents(path: Path) -> list[object]:
    """All that a file says of the course of a run."""
    with RunReader(path) as reader:
        said: list[object] = []
        for place in reader.places:
            said += [place, *spelled_event(reader.frame(place.number))]
        losses = reader.losses
        said += [losses.steps.tolist(), losses.d.tobytes(), losses.g.tobytes()]
        said += [part for m in reader.measured for part in spelled_event(m)]
        return [*said, reader.marks]


def test_the_file_holds_what_was_said(ear: Ear, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    run.start(MODERN, record=path)
    ear.until_state(State.ENDED)
    run.stop()
    ear.until_state(State.READY)
    assert alone(path) == ["run.ganrun"]
    expected = [event for event in train(MODERN) if isinstance(event, Frame)]
    with RunReader(path) as reader:
        assert reader.experiment == MODERN
        assert reader.started.parameters_g == 13
        assert [place.step for place in reader.places] == [frame.step for frame in expected]
        shown = [frame for frame in expected if frame.step < 60]
        for place, frame in zip(reader.places, shown, strict=False):
            found = reader.frame(place.number)
            assert list(spelled_event(found.view)) == list(spelled_event(frame.view))
            assert found.metrics.distance.tobytes() == frame.metrics.distance.tobytes()
            assert found.verdicts == frame.verdicts
        whole = np.concatenate([frame.loss_d for frame in expected])
        np.testing.assert_array_equal(reader.losses.d, whole)
        assert reader.checkpoint_steps == [60]
        assert reader.fact("ended") == {"step": 60, "stopped": False}
        assert set(reader.fact("versions")) >= {"torch", "numpy", "python"}


def test_a_run_that_was_never_trained_leaves_no_file(ear: Ear, run: Run, tmp_path: Path) -> None:
    run.start(QUICK, playing=False, record=tmp_path / "run.ganrun")
    ear.until_state(State.PAUSED)
    run.stop()
    ear.until_state(State.READY)
    assert list(tmp_path.iterdir()) == []


def test_a_pause_is_soon_in_the_file(ear: Ear, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    run.start(LONG, record=path)
    ear.until_step(100)
    run.pause()
    step = frames(ear.until_state(State.PAUSED))[-1].step
    until_shown = time.monotonic() + 10
    steps: list[int] = []
    while step not in steps:
        assert time.monotonic() < until_shown
        with RunReader(path) as reader:
            steps = [place.step for place in reader.places]
            kept = reader.checkpoint_steps
    assert kept[-1] == step
    run.stop()
    ear.until_state(State.READY)


@pytest.mark.parametrize("at", [20, 37])
def test_going_on_in_the_same_file_makes_the_same_file(
    ear: Ear, run: Run, tmp_path: Path, at: int
) -> None:
    whole, parts = tmp_path / "whole.ganrun", tmp_path / "parts.ganrun"
    run.start(QUICK, record=whole)
    ear.until_state(State.ENDED)
    run.start(QUICK, playing=False, record=parts)
    run.play(until=at)
    ear.until_step(at)
    ear.until_state(State.PAUSED)
    run.stop()
    ear.until_state(State.READY)
    run.start(QUICK, record=parts, origin=Origin(parts))
    ear.until_state(State.ENDED)
    run.stop()
    ear.until_state(State.READY)
    assert contents(parts) == contents(whole)
    with RunReader(parts) as reader:
        assert reader.checkpoint_steps == [at, 60]
        assert reader.fact("parent") is None


def picture(reader: RunReader, number: int) -> np.ndarray:
    shown = reader.frame(number).view
    assert isinstance(shown, View)
    return shown.map


def test_a_branch_remembers_its_parent(ear: Ear, run: Run, tmp_path: Path) -> None:
    trunk, branch = tmp_path / "trunk.ganrun", tmp_path / "branch.ganrun"
    run.start(QUICK, playing=False, record=trunk)
    run.play(until=33)  # no regular frame comes there
    ear.until_step(33)
    ear.until_state(State.PAUSED)
    run.play()
    ear.until_state(State.ENDED)
    other = QUICK.replace(**{"optimizer_g.lr": 0.05})
    run.start(other, record=branch, origin=Origin(trunk, 33))
    heard = ear.until_state(State.ENDED)
    run.stop()
    ear.until_state(State.READY)
    # From its first frame on it stands where the trunk was left.
    assert frames(heard)[0].step == 33
    with RunReader(trunk) as old, RunReader(branch) as new:
        assert new.fact("parent") == {"id": old.fact("id"), "step": 33}
        assert new.fact("id") != old.fact("id")
        assert [edit.step for edit in new.edits] == [33]
        # Its past is the trunk's.
        shared = [place for place in old.places if place.step <= 33]
        assert new.places[: len(shared)] == shared
        for place in shared:
            np.testing.assert_array_equal(picture(new, place.number), picture(old, place.number))
        assert new.losses.steps.tolist() == list(range(1, 61))
        np.testing.assert_array_equal(new.losses.d[:33], old.losses.d[:33])
        assert not np.array_equal(new.losses.g[33:], old.losses.g[33:])
        # What the trunk did later is not its own.
        last = new.places[-1].number
        assert not np.array_equal(picture(new, last), picture(old, last))


def test_a_missing_checkpoint_is_one_sentence(ear: Ear, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    run.start(QUICK, record=path)
    ear.until_state(State.ENDED)
    for origin in (Origin(path, 7), Origin(tmp_path / "none.ganrun")):
        run.start(QUICK, origin=origin)
        [failed] = [e for e in events(ear.until_state(State.READY)) if isinstance(e, Failed)]
        assert "\n" not in failed.message
        assert str(origin.path) in failed.message


def test_a_folder_that_is_not_there_is_made(ear: Ear, run: Run, tmp_path: Path) -> None:
    path = tmp_path / "a" / "b" / "run.ganrun"
    run.start(QUICK, record=path)
    ear.until_state(State.ENDED)
    run.stop()
    ear.until_state(State.READY)
    assert alone(path) == ["run.ganrun"]


def test_a_place_that_can_t_be_written_ends_the_run_with_a_sentence(
    ear: Ear, run: Run, tmp_path: Path
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("no folder")
    run.start(QUICK, record=blocked / "run.ganrun")
    heard = ear.until_state(State.READY)
    [failed] = [event for event in events(heard) if isinstance(event, Failed)]
    assert "recorded" in failed.message


def test_a_full_disk_is_said_and_training_goes_on(
    ear: Ear, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite's own limit gives its own error for a full disk."""
    if isinstance(run, ProcessRun):
        pytest.skip("the limit is set in this process")
    path = tmp_path / "run.ganrun"
    limited: list[sqlite3.Connection] = []
    create = schema.create

    def small(path: Path, facts: dict[str, object]) -> sqlite3.Connection:
        limited.append(create(path, facts))
        limited[-1].execute("PRAGMA max_page_count = 400")
        return limited[-1]

    monkeypatch.setattr(schema, "create", small)
    run.start(LONG, record=path)

    def is_news(message: Message) -> bool:
        return isinstance(message.content, RecordNews)

    said = ear.until(is_news)[-1].content
    assert isinstance(said, RecordNews)
    assert "full" in said.sentence
    assert "training goes on" in said.sentence
    step = frames(ear.until_step(200))[-1].step
    ear.until_step(step + 1_000)
    with RunReader(path) as reader:
        held = reader.places[-1].step
        assert np.isfinite(reader.frame(reader.places[-1].number).metrics.distance).all()
    # There is room again.
    limited[0].execute("PRAGMA max_page_count = 100000")
    said = ear.until(is_news)[-1].content
    assert isinstance(said, RecordNews)
    assert "again" in said.sentence
    run.stop()
    ear.until_state(State.READY)
    with RunReader(path) as reader:
        assert reader.places[-1].step > held


def kill_while_it_writes(path: Path, rng: random.Random) -> None:
    """A recorded run in a child that is killed at some moment, having said some frames."""
    ear = Ear(ProcessRun())
    ear.run.start(LONG.replace(frame_every=2), record=path)
    try:
        ear.until_step(2)
        time.sleep(rng.uniform(0, 1.6))
        assert isinstance(ear.run, ProcessRun)
        assert ear.run.pid is not None
        os.kill(ear.run.pid, signal.SIGKILL)
        ear.until_state(State.LOST)
    finally:
        ear.close()


@pytest.mark.parametrize("seed", range(2))
def test_a_kill_leaves_a_whole_file(tmp_path: Path, seed: int) -> None:
    path = tmp_path / "run.ganrun"
    kill_while_it_writes(path, random.Random(seed))
    with RunReader(path) as reader:
        for place in reader.places:
            assert reader.frame(place.number).step == place.step
        assert len(reader.places) == len(reader.measured)
        if reader.places[1:]:
            assert reader.losses.steps[-1] == reader.places[-1].step
        for step in reader.checkpoint_steps:
            assert reader.checkpoint(step).step == step
