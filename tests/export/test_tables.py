"""Tables and arrays that other programs read: every bit of them, and never half a file."""

from __future__ import annotations

import csv
import os
import tracemalloc
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest

from ganstudio.core.experiment import Experiment
from ganstudio.core.sampling import samples_of
from ganstudio.errors import FileError, RecordError
from ganstudio.export.tables import write_losses, write_metrics, write_samples
from ganstudio.record import losses
from ganstudio.record.reader import LossCurves, RunReader
from tests.cli.helpers import strict
from tests.export.runs import KINDS, STEPS, Keeping, misfit, record, tiny

WRITERS = {"losses": write_losses, "metrics": write_metrics}


def rows_of(path: Path) -> list[dict[str, str]]:
    """A CSV file, each row by the names of the columns."""
    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file, strict=True))


def lines_of(path: Path) -> list[dict[str, Any]]:
    return [strict(line) for line in path.read_text(encoding="utf-8").splitlines()]


def number(text: str | float | None) -> np.float32:
    return np.float32(np.nan if text in ("", None) else float(cast("str", text)))


def column(rows: list[dict[str, Any]], name: str) -> bytes:
    """The bits of a column."""
    return bits(np.array([number(row[name]) for row in rows]))


def bits(values: Any) -> bytes:
    """Of float32 numbers; text has one NaN only."""
    assert values.dtype == np.float32
    return np.where(np.isnan(values), np.float32(np.nan), values).tobytes()


@pytest.fixture(scope="module", params=KINDS)
def run(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run.ganrun"
    record(path, tiny(request.param), Keeping(STEPS, alone=5))
    return path


def both(reader: RunReader, what: str, folder: Path) -> list[list[dict[str, Any]]]:
    """The rows of a table as CSV and as JSON lines."""
    WRITERS[what](reader, folder / "t.csv")
    WRITERS[what](reader, folder / "t.JSONL")
    return [rows_of(folder / "t.csv"), lines_of(folder / "t.JSONL")]


def test_losses_to_the_last_bit(run: Path, tmp_path: Path) -> None:
    with RunReader(run) as reader:
        e, curves = reader.experiment, reader.losses
        assert np.isnan(curves.d[5]).all()
        for rows in both(reader, "losses", tmp_path):
            assert column(rows, "loss_d") == bits(curves.d)
            assert column(rows, "loss_g") == bits(curves.g)
            steps = [int(row["step"]) for row in rows]
            assert steps == np.repeat(np.arange(1, STEPS + 1), e.replicas).tolist()
            assert {int(row["averaged"]) for row in rows} == {1}
            check_replicas(rows, e)


def check_replicas(rows: list[dict[str, Any]], e: Experiment) -> None:
    """That each row says whose it is."""
    for at, row in enumerate(rows):
        replica = at % e.replicas
        assert int(row["seed"]) == e.seed_of(replica)
        assert (e.vary.path in row) == bool(e.vary)
        if e.vary:
            assert float(row[e.vary.path]) == e.vary.values[e.group(replica)]


def test_metrics_to_the_last_bit(run: Path, tmp_path: Path) -> None:
    with RunReader(run) as reader:
        e, measured = reader.experiment, reader.measured
        for rows in both(reader, "metrics", tmp_path):
            assert len(rows) == len(measured) * e.replicas
            check_replicas(rows, e)
            names = set(rows[0]) - {"step", "seed", e.vary.path, "samples", "condition"}
            assert {type(measured[0].metrics).main, "std_ratio"} < names
            for name in names:
                expected = np.array([getattr(m.metrics, name) for m in measured])
                assert column(rows, name) == bits(expected)
            told = [(int(r["step"]), int(r["samples"]), r["condition"]) for r in rows]
            assert told == [
                (m.step, m.metrics.samples, c.value) for m in measured for c in m.conditions
            ]


def test_what_is_not_there_is_empty_or_null(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    record(path, tiny("line"), Keeping(alone=5))
    with RunReader(path) as reader:
        table, lines = both(reader, "losses", tmp_path)
    assert table[5]["loss_d"] == ""
    assert lines[5]["loss_d"] is None
    assert (tmp_path / "t.csv").read_text().splitlines()[0] == "step,seed,averaged,loss_d,loss_g"


def test_means_of_several_steps_say_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(losses, "MAX_VALUES", 60)
    path = tmp_path / "run.ganrun"
    record(path, tiny("fleet", steps=50), Keeping())
    with RunReader(path) as reader:
        table, _ = both(reader, "losses", tmp_path)
        assert column(table, "loss_d") == bits(reader.losses.d)
    averaged = [int(row["averaged"]) for row in table[::3]]
    assert max(averaged) > 1
    assert np.cumsum(averaged).tolist() == [int(row["step"]) for row in table[::3]]


# ------------------------------------------------------------------------------- very many


def stub(steps: int, replicas: int) -> RunReader:
    """Stands in for a reader of a long run, with all kinds of float32 among the losses."""
    rng = np.random.default_rng(0)
    bits = rng.integers(0, 2**32, (2, steps, replicas), dtype=np.uint32)
    d, g = bits.view(np.float32)
    curves = LossCurves(np.arange(1, steps + 1), d, g)
    return cast(
        "RunReader", SimpleNamespace(experiment=Experiment(replicas=replicas), losses=curves)
    )


def test_all_kinds_of_numbers(tmp_path: Path) -> None:
    reader = stub(20_000, 2)
    table, lines = both(reader, "losses", tmp_path)
    for name, curve in {"loss_d": reader.losses.d, "loss_g": reader.losses.g}.items():
        assert column(table, name) == bits(curve)
        finite = np.where(np.isfinite(curve), curve, np.float32(np.nan))
        assert column(lines, name) == bits(finite)


def test_a_million_steps_take_little_memory(tmp_path: Path) -> None:
    reader = stub(300_000, 1)
    tracemalloc.start()
    try:
        write_losses(reader, tmp_path / "t.csv")
        most = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    # What is spelled at once is always as much.
    assert most < 40_000_000
    assert (tmp_path / "t.csv").read_bytes().count(b"\n") == 300_001


# ----------------------------------------------------------------------------------- samples


def test_samples_are_an_array(tmp_path: Path) -> None:
    record(tmp_path / "run.ganrun", tiny("plane"))
    with RunReader(tmp_path / "run.ganrun") as reader:
        drawn = samples_of(reader.checkpoint(16), 200)
    write_samples(drawn, tmp_path / "points.npy")
    found = np.load(tmp_path / "points.npy", allow_pickle=False)
    assert found.shape == (1, 200, 2)
    assert found.tobytes() == drawn.tobytes()
    assert sorted(p.name for p in tmp_path.iterdir()) == ["points.npy", "run.ganrun"]


# ------------------------------------------------------------------------------------ trouble


@pytest.fixture
def reader(tmp_path: Path) -> Any:
    record(tmp_path / "run.ganrun", tiny("line"))
    with RunReader(tmp_path / "run.ganrun") as found:
        yield found


@pytest.mark.parametrize("what", WRITERS)
@pytest.mark.parametrize("name", ["t.txt", "t", "t.csv.gz"])
def test_other_suffixes(reader: RunReader, tmp_path: Path, what: str, name: str) -> None:
    with pytest.raises(FileError, match=r"a table is \.csv or \.jsonl"):
        WRITERS[what](reader, tmp_path / name)


@pytest.mark.parametrize("what", WRITERS)
def test_a_full_disk_leaves_the_old_file(
    reader: RunReader, tmp_path: Path, what: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"t\.csv: can't be written: No space left"):
        WRITERS[what](reader, path)
    with pytest.raises(FileError, match="No space left"):
        write_samples(np.zeros((1, 2, 1)), path)
    assert path.read_text() == "old"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["run.ganrun", "t.csv"]


@pytest.mark.parametrize("error", [KeyboardInterrupt, RecordError])
def test_an_end_in_the_middle_leaves_the_old_file(
    tmp_path: Path, error: type[BaseException], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text("old")
    seen = []

    def tile(values: Any, count: int) -> Any:
        seen.append(count)
        if len(seen) == 3:
            raise error("here")
        return np.repeat(values, count)

    monkeypatch.setattr(np, "tile", tile)
    with pytest.raises(error, match="here"):
        write_losses(stub(100_000, 1), path)
    assert path.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["t.jsonl"]


def test_parts_that_do_not_fit_are_one_sentence(tmp_path: Path) -> None:
    run = tmp_path / "run.ganrun"
    record(run, tiny("fleet"))
    misfit(run)
    with RunReader(run) as reader, pytest.raises(RecordError, match=r"run\.ganrun: damaged: "):
        write_metrics(reader, tmp_path / "t.csv")
    assert [p.name for p in tmp_path.iterdir()] == ["run.ganrun"]
