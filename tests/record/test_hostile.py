"""Run files from strangers, from the future, cut off, or with some bits turned."""

from __future__ import annotations

import json
import random
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Frame, Started
from ganstudio.core.trainer import train
from ganstudio.errors import FileError, GanStudioError, RecordError
from ganstudio.record import schema
from ganstudio.record.reader import RunReader
from ganstudio.record.writer import RunWriter
from tests.core.helpers import TINY, small
from tests.core.test_checkpoint import Keeper


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A whole run file."""
    path = tmp_path_factory.mktemp("good") / "run.ganrun"
    experiment = small(steps=24, frame_every=4, **TINY)
    events = train(experiment, control=Keeper(8, 16))
    started = next(events)
    assert isinstance(started, Started)
    writer = RunWriter.create(path, started, {"torch": "2"}, pytest.fail)
    for event in events:
        if isinstance(event, Frame):
            writer.frame(event)
        elif isinstance(event, Checkpoint):
            writer.checkpoint(event)
    assert writer.close()
    return path


def read_all(path: Path) -> int:
    """Everything that the program ever asks of a file; how much there was."""
    with RunReader(path) as reader:
        found = [reader.started, *reader.edits, *reader.marks, *reader.measured]
        found += [reader.frame(place.number) for place in reader.places]
        found += [reader.losses, reader.pretraining_losses]
        found += [reader.checkpoint(step) for step in reader.checkpoint_steps]
        found += [reader.fact("versions"), reader.fact("parent")]
        return len(found)


def harmed(data: bytes, rng: random.Random) -> bytes:
    """The file with some harm done to it."""
    mutant = bytearray(data)
    match rng.randrange(5):
        case 0:
            del mutant[rng.randrange(len(mutant)) :]
        case 1:
            # The first page says what the file is.
            mutant[rng.randrange(4_096)] = rng.randrange(256)
        case 2:
            for _ in range(rng.randrange(1, 20)):
                mutant[rng.randrange(len(mutant))] ^= 1 << rng.randrange(8)
        case 3:
            at, end = sorted(rng.randrange(len(mutant)) for _ in range(2))
            mutant[at:end] = bytes(end - at)
        case _:
            at = rng.randrange(len(mutant))
            mutant[at : at + 16] = rng.randbytes(16)
    return bytes(mutant)


def try_mutants(good: Path, folder: Path, count: int, seed: int) -> int:
    """How many of so many mutants were refused, all with one sentence of one type."""
    rng, data = random.Random(seed), good.read_bytes()
    sentences: list[str] = []
    path = folder / "mutant.ganrun"
    for _ in range(count):
        path.write_bytes(harmed(data, rng))
        try:
            read_all(path)
        except RecordError as error:
            sentences.append(str(error))
    assert all(words.startswith(str(path)) and "\n" not in words for words in sentences)
    return len(sentences)


def test_the_good_file_is_read(good: Path) -> None:
    assert read_all(good) > 20


def test_mutants_are_one_typed_error(good: Path, tmp_path: Path) -> None:
    assert try_mutants(good, tmp_path, 1_000, 0) > 500


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_20_000_mutants(good: Path, tmp_path: Path) -> None:
    assert try_mutants(good, tmp_path, 20_000, 1) > 10_000


@pytest.mark.parametrize(
    "other", [{"target": "ring"}, {"target": "digits"}, {"replicas": 2}, {"seed": 3}]
)
def test_frames_of_another_experiment_are_refused(
    good: Path, tmp_path: Path, other: dict[str, Any]
) -> None:
    path = tmp_path / "other.ganrun"
    path.write_bytes(good.read_bytes())
    with RunReader(path) as reader:
        begun = reader.experiment
    stated = json.dumps(begun.replace(**{"noise.size": 1, **other}).to_toml())
    with closing(sqlite3.connect(path)) as file, file:
        file.execute("UPDATE meta SET value = ? WHERE name = 'experiment'", (stated,))
    if "seed" in other:
        assert read_all(path) > 20
        return
    with RunReader(path) as reader:
        with pytest.raises(RecordError, match="damaged: the pictures can't be read"):
            reader.frame(reader.places[0].number)
        with pytest.raises(RecordError, match="damaged: the metrics can't be read"):
            assert reader.measured == []


def test_a_file_from_the_future_is_refused_and_stays(good: Path, tmp_path: Path) -> None:
    path = tmp_path / "newer.ganrun"
    path.write_bytes(good.read_bytes())
    with sqlite3.connect(path) as file:
        file.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    file.close()
    before = path.read_bytes()
    with pytest.raises(RecordError, match=r"newer GAN Studio.*please update"):
        RunReader(path)
    with pytest.raises(RecordError, match="newer"):
        schema.open_to_write(path)
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE TRIGGER t AFTER INSERT ON meta BEGIN DELETE FROM pictures; END",
        "CREATE VIEW v AS SELECT * FROM meta",
        "CREATE TABLE more (a)",
        "DROP TABLE events",
        "ALTER TABLE pictures ADD COLUMN more",
        "PRAGMA application_id = 7",
        "PRAGMA user_version = 0",
        "DELETE FROM meta",
        "UPDATE meta SET value = '[' WHERE name = 'experiment'",
        "UPDATE meta SET value = '\"steps = 1\"' WHERE name = 'started'; DELETE FROM meta",
        "UPDATE meta SET value = '7' WHERE name = 'floors'",
        "UPDATE meta SET value = '\"a\"' WHERE name = 'threads'",
        "UPDATE pictures SET step = 'x'",
        "UPDATE pictures SET data = NULL",
        "UPDATE pictures SET data = 'text'",
        "UPDATE losses SET stride = 0",
        "UPDATE losses SET stride = 'a'",
        "UPDATE losses SET first = 'a'",
        "UPDATE measures SET data = x''",
        "DELETE FROM stills",
        "UPDATE checkpoints SET facts = '[]'",
        "UPDATE checkpoints SET sha256 = 5",
        "INSERT INTO edits VALUES (1, 2, '{}')",
        "INSERT INTO edits VALUES (1, 2, '[[[[')",
    ],
)
def test_what_somebody_changed_is_refused(good: Path, tmp_path: Path, statement: str) -> None:
    path = tmp_path / "changed.ganrun"
    path.write_bytes(good.read_bytes())
    file = sqlite3.connect(path)
    try:
        file.executescript(statement)
        file.commit()
    except sqlite3.IntegrityError:
        pytest.skip("SQLite itself does not take it")
    finally:
        file.close()
    with pytest.raises(RecordError) as caught:
        read_all(path)
    assert "\n" not in str(caught.value)


def damage(path: Path, table: str) -> None:
    """Overwrite where a table begins."""
    with closing(sqlite3.connect(path)) as file:
        query = "SELECT rootpage FROM sqlite_schema WHERE name = ?"
        [page] = file.execute(query, [table]).fetchone()
        [size] = file.execute("PRAGMA page_size").fetchone()
    content = bytearray(path.read_bytes())
    content[(page - 1) * size : page * size] = bytes(size)
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("table", "part"),
    [
        ("meta", "its description"),
        ("pictures", "the pictures"),
        ("measures", "the metrics"),
        ("losses", "the losses"),
        ("edits", "the edits"),
        ("checkpoints", "the checkpoints"),
    ],
)
def test_the_part_that_is_damaged_is_named(
    good: Path, tmp_path: Path, table: str, part: str
) -> None:
    path = tmp_path / "damaged.ganrun"
    path.write_bytes(good.read_bytes())
    damage(path, table)
    with pytest.raises(RecordError) as caught:
        read_all(path)
    assert str(caught.value).partition(" (")[0] == f"{path}: damaged: {part} can't be read"
    with pytest.raises(RecordError, match="damaged: a part of this run file is missing"):
        schema.open_to_write(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (lambda whole: whole[: len(whole) // 2], schema.DAMAGED),
        (lambda whole: whole[:5_000], schema.DAMAGED),
        (lambda _: b"hello", "not a run file of GAN Studio"),
        (lambda _: b"", "not a run file of GAN Studio"),
    ],
)
def test_what_is_wrong_is_said_in_a_users_words(
    good: Path, tmp_path: Path, content: Callable[[bytes], bytes], words: str
) -> None:
    """What SQLite says stands in parentheses at most."""
    path = tmp_path / "other.ganrun"
    path.write_bytes(content(good.read_bytes()))
    with pytest.raises(RecordError) as caught:
        RunReader(path)
    assert str(caught.value).partition(" (")[0] == f"{path}: {words}"


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("SQLITE_BUSY", "another program is writing it; try again in a moment"),
        ("SQLITE_CANTOPEN_ISDIR", "can't be read (its words)"),
        ("SQLITE_READONLY_DIRECTORY", "can't be written (its words)"),
        ("SQLITE_CORRUPT_VTAB", f"{schema.DAMAGED} (its words)"),
    ],
)
def test_what_else_sqlite_says(code: str, words: str) -> None:
    error = sqlite3.OperationalError("its words")
    error.sqlite_errorname = code
    assert schema.in_words(Path("a.ganrun"), error) == f"a.ganrun: {words}"


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0", b"steps = 1", bytes(100_000)])
def test_other_files_are_refused(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "other.ganrun"
    path.write_bytes(content)
    with pytest.raises(RecordError, match="run file"):
        RunReader(path)
    assert path.read_bytes() == content


@pytest.mark.parametrize(
    "name", ["none.ganrun", "a?b=c&mode=memory.ganrun", "%41.ganrun", "é #.ganrun"]
)
def test_names_are_taken_as_they_are(good: Path, tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    with pytest.raises(FileError, match="no such file"):
        RunReader(path)
    path.write_bytes(good.read_bytes())
    assert read_all(path) > 20


def test_a_folder_is_no_run_file(tmp_path: Path) -> None:
    with pytest.raises(GanStudioError, match="a folder, not a run file"):
        RunReader(tmp_path)
