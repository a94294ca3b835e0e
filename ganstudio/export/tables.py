"""What a run file holds as tables and arrays for other programs.

Numbers have the fewest digits that lead back to the same float32. In CSV a number that is not
there is empty; JSON has neither NaN nor infinity, so there both are null.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import cast

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import METRICS_OF
from ganstudio.data.files import replace_with
from ganstudio.errors import FileError, RecordError
from ganstudio.record.measures import Measure, names_of
from ganstudio.record.reader import DAMAGE, RunReader

LOSSES = ("loss_d", "loss_g")
ROWS = 2**14
"""Rows that are spelled at once."""

Columns = Mapping[str, NDArray[np.generic]]
"""Some rows of a table, by the names of the columns."""
Form = Callable[[Sequence[str], Iterable[Columns]], Iterator[str]]
"""A table's names and rows as pieces of text."""


def write_losses(reader: RunReader, path: Path) -> None:
    """The losses of the game, a row for each step and replica, as .csv or .jsonl.

    `averaged` is the number of steps, up to and with `step`, of which a row has the mean: more
    than 1 in very long runs only.

    Raises:
        RecordError: the run file is damaged.
        FileError: the table can't be written; an old one stands.
    """
    names = ["step", *replicas(reader.experiment), "averaged", *LOSSES]
    with fitting(reader):
        _write(path, names, _losses(reader))


def write_metrics(reader: RunReader, path: Path) -> None:
    """The metrics of regular frames, a row for each frame and replica, as .csv or .jsonl.

    `samples` is how many of the generator's samples were measured, `condition` the verdict.

    Raises:
        RecordError: the run file is damaged.
        FileError: the table can't be written; an old one stands.
    """
    e = reader.experiment
    names = ["step", *replicas(e), *_metric_names(e), "samples", "condition"]
    with fitting(reader):
        _write(path, names, _metrics(e, reader.measured))


def write_samples(samples: NDArray[np.float64], path: Path) -> None:
    """Samples (R, count, features), as `samples_of` draws them, or pictures of them, as .npy.

    Raises:
        FileError: the file can't be written; an old one stands.
    """

    def save(part: Path) -> None:
        # Given a path, numpy would append its suffix.
        with part.open("wb") as file:
            np.save(file, samples, allow_pickle=False)

    replace_with(path, save)


@contextmanager
def fitting(reader: RunReader) -> Iterator[None]:
    """Name the file where its parts, each of them whole, do not fit together.

    Raises:
        RecordError: in the place of what that raises.
    """
    try:
        yield
    except DAMAGE as error:
        raise RecordError(f"{reader.path}: damaged: {error}") from error


# ------------------------------------------------------------------------------------- rows


def replicas(e: Experiment) -> dict[str, NDArray[np.generic]]:
    """What tells the replicas apart, (R,) each: the seed, and the field that they vary."""
    everyone = range(e.replicas)
    found: dict[str, NDArray[np.generic]] = {"seed": np.array([e.seed_of(i) for i in everyone])}
    if e.vary:
        found[e.vary.path] = np.array([e.vary.values[e.group(i)] for i in everyone])
    return found


def _losses(reader: RunReader) -> Iterator[Columns]:
    e, curves = reader.experiment, reader.losses
    averaged = np.diff(curves.steps, prepend=0)
    for some in _slices(len(curves.steps), e.replicas):
        yield {
            **_places(e, curves.steps[some]),
            "averaged": np.repeat(averaged[some], e.replicas),
            "loss_d": curves.d[some].ravel(),
            "loss_g": curves.g[some].ravel(),
        }


def _metrics(e: Experiment, measured: Sequence[Measure]) -> Iterator[Columns]:
    for some in _slices(len(measured), e.replicas):
        rows = measured[some]
        yield {
            **_places(e, np.array([row.step for row in rows])),
            **{
                name: np.concatenate([getattr(row.metrics, name) for row in rows])
                for name in _metric_names(e)
            },
            "samples": np.repeat([row.metrics.samples for row in rows], e.replicas),
            "condition": np.array([c.value for row in rows for c in row.conditions]),
        }


def _metric_names(e: Experiment) -> list[str]:
    return names_of(METRICS_OF[e.target.space])


def _places(e: Experiment, steps: NDArray[np.int64]) -> dict[str, NDArray[np.generic]]:
    """The first columns: each step once for each replica."""
    tiled = {name: np.tile(column, len(steps)) for name, column in replicas(e).items()}
    return {"step": np.repeat(steps, e.replicas), **tiled}


def _slices(steps: int, each: int) -> Iterator[slice]:
    """Steps in pieces of about ROWS rows."""
    at_once = max(1, ROWS // each)
    return (slice(at, at + at_once) for at in range(0, steps, at_once))


# ------------------------------------------------------------------------------------- text


def _write(path: Path, names: Sequence[str], rows: Iterable[Columns]) -> None:
    form = FORMS.get(path.suffix.lower())
    if form is None:
        raise FileError(f"{path}: a table is {' or '.join(FORMS)}")

    def fill(part: Path) -> None:
        with part.open("w", encoding="utf-8", newline="\n") as file:
            file.writelines(form(names, rows))

    replace_with(path, fill)


def _csv(names: Sequence[str], rows: Iterable[Columns]) -> Iterator[str]:
    yield ",".join(names) + "\n"
    for columns in rows:
        cells = [_csv_cells(columns[name]) for name in names]
        yield from (",".join(row) + "\n" for row in zip(*cells, strict=True))


def _csv_cells(values: NDArray[np.generic]) -> list[str]:
    """One column. No name and no word in it needs CSV's quotes."""
    text = values.astype(np.str_)
    if values.dtype.kind == "f":
        text[np.isnan(values)] = ""
    return cast("list[str]", text.tolist())


def _json_lines(names: Sequence[str], rows: Iterable[Columns]) -> Iterator[str]:
    line = "{" + ", ".join(f"{json.dumps(name)}: %s" for name in names) + "}\n"
    for columns in rows:
        cells = [_json_cells(columns[name]) for name in names]
        yield from (line % row for row in zip(*cells, strict=True))


def _json_cells(values: NDArray[np.generic]) -> list[str]:
    """One column."""
    if values.dtype.kind == "U":
        return [json.dumps(word) for word in values.tolist()]
    text = values.astype(np.str_)
    if values.dtype.kind == "f":
        text[~np.isfinite(values)] = "null"
    return cast("list[str]", text.tolist())


FORMS: dict[str, Form] = {".csv": _csv, ".jsonl": _json_lines}
