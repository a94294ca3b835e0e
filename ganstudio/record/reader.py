"""Reads a run file, also while another process writes it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.events import Edited, Floor, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import METRICS_OF
from ganstudio.errors import RecordError, SpecError
from ganstudio.record import checkpoints, frames, measures, schema
from ganstudio.record.losses import read_blocks
from ganstudio.record.measures import Measure
from ganstudio.record.shapes import FrameError, check_fits, check_replicas

KEPT_FRAMES = 64
"""Decoded frames that are remembered, for scrubbing to and fro."""
DAMAGE = (
    ArithmeticError,
    AttributeError,
    FrameError,
    LookupError,
    RecursionError,
    SpecError,
    TypeError,
    ValueError,
    sqlite3.Error,
)
"""What reading a damaged file raises below."""


@dataclass(frozen=True)
class Place:
    """Where a picture stands in the file."""

    number: int
    step: int


@dataclass(frozen=True)
class Mark:
    """Something that happened: an edit, another verdict, an early stop, ..."""

    step: int
    kind: str
    words: str


@dataclass(frozen=True)
class LossCurves:
    """Losses of D and G by step; where steps are very many, the means of neighbours."""

    steps: NDArray[np.int64]
    d: NDArray[np.float32]
    """(n, R)"""
    g: NDArray[np.float32]
    """(n, R)"""


class RunReader:
    """One run file, open to be read.

    Args:
        path: of the file.

    Raises:
        RecordError: it is no run file, is damaged, or was written by a newer program. All other
            calls raise it too, when they come to something that is damaged.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._connection = schema.open_to_read(path)
        self._decoded = lru_cache(KEPT_FRAMES)(self._decode)
        self._cached = -1
        self._still = lru_cache(KEPT_FRAMES)(self._find_still)
        try:
            self.experiment: Experiment = self._experiment()
        except BaseException:
            # Whatever it is, Ctrl-C too: nobody else knows of the connection.
            self.close()
            raise

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    @contextmanager
    def unchanging(self) -> Iterator[None]:
        """Have all that is read below be of one moment, though another process writes the file.

        Meanwhile the file can't be tidied: not for longer than it takes. A file that nobody writes
        is not held, since that would keep a run from going on in it.
        """
        with self._reading():
            written = self._one("PRAGMA journal_mode") == ("wal",)
            mine = written and not self._connection.in_transaction
            if mine:
                self._connection.execute("BEGIN")
                self._one("SELECT 1 FROM meta")
        try:
            yield
        finally:
            if mine and self._connection.in_transaction:
                self._connection.execute("ROLLBACK")

    def __enter__(self) -> RunReader:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # ------------------------------------------------------------------------------ the run

    def fact(self, name: str) -> Any:
        """What is kept under a name, None if nothing is."""
        with self._reading("its description"):
            row = self._one("SELECT value FROM meta WHERE name = ?", name)
            return None if row is None else json.loads(row[0])

    @cached_property
    def gallery(self) -> dict[str, str]:
        """What a run on pictures learns from, in words; empty for others, and in older files."""
        with self._reading("its description"):
            known = self.fact("gallery") or {}
            return {str(name): str(words) for name, words in known.items()}

    @cached_property
    def started(self) -> Started:
        """What the run said when it began."""
        with self._reading("its description"):
            d, g = self.fact("parameters")
            floors = {
                str(name): Floor(float(floor["median"]), float(floor["high"]))
                for name, floor in self.fact("floors").items()
            }
            threads = int(self.fact("threads"))
            return Started(
                self.experiment,
                str(self.fact("device")),
                threads,
                int(d),
                int(g),
                floors,
                gallery=self.gallery,
            )

    @property
    def version(self) -> int:
        """Another number once another process has written something."""
        with self._reading():
            row = self._one("PRAGMA data_version")
            return int(row[0]) if row is not None else 0

    @property
    def edits(self) -> list[Edited]:
        """All edits that took effect, in their order."""
        with self._reading("the edits"):
            return [
                Edited(int(step), Experiment.from_toml(value["experiment"]), tuple(value["paths"]))
                for step, value in (
                    (step, json.loads(text))
                    for step, text in self._all("SELECT step, value FROM edits ORDER BY id")
                )
            ]

    @property
    def begun(self) -> Experiment:
        """What the first step was made with: edits may come before it."""
        return self._edited("WHERE step = 0") or self.experiment

    @property
    def last(self) -> Experiment:
        """What the last step was made with, or the next one will be."""
        return self._edited("") or self.experiment

    @property
    def marks(self) -> list[Mark]:
        """What happened, in the order of steps; an "edit" says the paths of its fields."""
        with self._reading("the events"):
            found = self._all("SELECT step, kind, words FROM events ORDER BY step, kind, words")
            events = [Mark(int(step), str(kind), str(words)) for step, kind, words in found]
            found = self._all("SELECT step, value FROM edits ORDER BY id")
            edits = [
                Mark(int(step), "edit", ", ".join(map(str, json.loads(value)["paths"])))
                for step, value in found
            ]
            return sorted(events + edits, key=lambda mark: mark.step)

    # ------------------------------------------------------------------------------- frames

    @property
    def places(self) -> list[Place]:
        """All pictures, in their order."""
        with self._reading("the pictures"):
            found = self._all("SELECT number, step FROM pictures ORDER BY number")
            return [Place(int(number), int(step)) for number, step in found]

    @property
    def last_place(self) -> Place | None:
        """The newest picture, None before the first."""
        with self._reading("the pictures"):
            row = self._one("SELECT number, step FROM pictures ORDER BY number DESC LIMIT 1")
            return None if row is None else Place(int(row[0]), int(row[1]))

    def frame(self, number: int) -> Frame:
        """A picture by its number, without losses."""
        if (version := self.version) != self._cached:
            # The picture of a run that rests gives its number to the next.
            self._decoded.cache_clear()
            self._cached = version
        return self._decoded(number)

    @property
    def losses(self) -> LossCurves:
        """Of the game."""
        steps, rows = self._losses(game=True, networks=2)
        return LossCurves(steps, rows[:, 0], rows[:, 1])

    @property
    def pretraining_losses(self) -> NDArray[np.float32]:
        """Of the pretraining, (n, R)."""
        return self._losses(game=False, networks=1)[1][:, 0]

    @property
    def measured(self) -> list[Measure]:
        """The metrics of regular frames, in the order of steps."""
        kind = METRICS_OF[self.experiment.target.space]
        with self._reading("the metrics"):
            found = self._all("SELECT step, data FROM measures ORDER BY number")
            known = [measures.decode(step, data, kind) for step, data in found]
            for measure in known:
                check_replicas(measure.metrics, self.experiment)
            return known

    # -------------------------------------------------------------------------- checkpoints

    @property
    def checkpoint_steps(self) -> list[int]:
        """The steps from which the run can go on, in their order."""
        with self._reading("the checkpoints"):
            return [int(s) for (s,) in self._all("SELECT step FROM checkpoints ORDER BY step")]

    @property
    def goes_on(self) -> tuple[Experiment, int | None]:
        """With what the run goes on, and from which step; None where it has no checkpoint."""
        steps, edits = self.checkpoint_steps, self.edits
        start = self.checkpoint().experiment if steps else self.experiment
        if edits and edits[-1].step >= (steps[-1] if steps else 0):
            # Made while the run rested, after its state was kept: what its user wanted last.
            start = edits[-1].experiment
        return start, steps[-1] if steps else None

    def checkpoint(self, step: int | None = None) -> Checkpoint:
        """The state after a step; after the last one that has one, if none is given."""
        with self._reading("the checkpoints"):
            columns = "SELECT tensors, facts, sha256 FROM checkpoints "
            row = (
                self._one(columns + "ORDER BY step DESC LIMIT 1")
                if step is None
                else self._one(columns + "WHERE step = ?", step)
            )
            if row is None:
                at = "" if step is None else f" of step {step:,}"
                raise RecordError(f"{self.path}: there is no checkpoint{at}")
            return checkpoints.decode(*row)

    # -------------------------------------------------------------------------------- inside

    def _experiment(self) -> Experiment:
        with self._reading("the experiment"):
            return Experiment.from_toml(str(self.fact("experiment")))

    def _edited(self, which: str) -> Experiment | None:
        """The experiment of the last of some edits."""
        with self._reading("the edits"):
            row = self._one(f"SELECT value FROM edits {which} ORDER BY id DESC LIMIT 1")
            return None if row is None else Experiment.from_toml(json.loads(row[0])["experiment"])

    def _decode(self, number: int) -> Frame:
        with self._reading("the pictures"):
            row = self._one("SELECT data FROM pictures WHERE number = ?", number)
            if row is None:
                raise RecordError(f"{self.path}: there is no picture {number}")
            frame = frames.decode(row[0], self._still)
            check_fits(frame, self.experiment)
            return frame

    def _find_still(self, id: int) -> bytes:
        row = self._one("SELECT data FROM stills WHERE id = ?", id)
        if row is None:
            raise FrameError(f"there is no array {id}")
        return bytes(row[0])

    def _losses(
        self, *, game: bool, networks: int
    ) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        replicas = self.experiment.replicas
        with self._reading("the losses"):
            blocks = read_blocks(self._connection, game, networks, replicas)
        steps = [block.steps for block in blocks]
        empty = np.empty((0, networks, replicas), np.float32)
        rows = np.concatenate([empty, *(block.rows for block in blocks)])
        return np.concatenate([np.empty(0, np.int64), *steps]), rows

    def _one(self, query: str, *values: Any) -> tuple[Any, ...] | None:
        found = self._connection.execute(query, values).fetchone()
        return None if found is None else tuple(found)

    def _all(self, query: str) -> list[tuple[Any, ...]]:
        return self._connection.execute(query).fetchall()

    @contextmanager
    def _reading(self, part: str = "a part of it") -> Iterator[None]:
        try:
            yield
        except RecordError as error:
            # What is said below does not know the file.
            words = str(error)
            named = words if words.startswith(str(self.path)) else f"{self.path}: {words}"
            raise RecordError(named) from error
        except DAMAGE as error:
            raise RecordError(f"{self.path}: damaged: {part} can't be read ({error})") from error


def experiment_at(first: Experiment, edits: Sequence[Edited], step: int) -> Experiment:
    """With what a run made a step; edits before the first one count as its beginning.

    Args:
        first: with what it began.
        edits: all of them, in their order.
        step: an edit takes effect before the update that follows its own.
    """
    seen = first
    for edit in edits:
        if edit.step < max(step, 1):
            seen = edit.experiment
    return seen
