"""One file of the library as the page knows it, and how files are found and put in order."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path
from typing import Any

from ganstudio.app.library.sketch import Sketch
from ganstudio.app.wording import CHIP_LOOK, sentence
from ganstudio.core.events import Condition
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import FileError
from ganstudio.plots.fleet_marks import MARKS
from ganstudio.record.library import Entry, described, newest_frame
from ganstudio.record.reader import RunReader

_RANKS = {condition: rank for rank, condition in enumerate(MARKS)}


@dataclass(frozen=True)
class Run:
    """A run file: what it holds, or why it can't be read."""

    path: Path
    entry: Entry | None = None
    sketch: Sketch | None = None
    verdict: str = ""
    """The last verdict with its reason, of a single run."""
    problem: str = ""

    @classmethod
    def read(cls, path: Path) -> Run:
        """Open a file, look, and close it again; what is wrong with it is in the result."""
        try:
            return cls._look(path)
        except FileError as error:
            return cls(path, problem=str(error).removeprefix(f"{path}: "))
        except Exception as error:
            # A stranger's file may hold anything, and the others are still to be listed.
            return cls(path, problem=f"damaged: {error}")

    @classmethod
    def _look(cls, path: Path) -> Run:
        with RunReader(path) as reader:
            frame = newest_frame(reader)
            entry = described(reader, frame)
        if frame is None:
            return cls(path, entry)
        verdict = sentence(frame.verdicts[0]) if len(frame.verdicts) == 1 else ""
        return cls(path, entry, Sketch.of(frame), verdict)

    @property
    def title(self) -> str:
        """What the list calls it."""
        return self.entry.title if self.entry is not None else self.path.stem

    @property
    def fits(self) -> int:
        """How many of its seeds fit."""
        conditions = self.entry.conditions if self.entry is not None else ()
        return sum(condition is Condition.FITS for condition in conditions)

    @property
    def outcome(self) -> str:
        """How it ended, in few words."""
        if self.entry is None:
            return "can't be read"
        match self.entry.conditions:
            case ():
                return "untrained"
            case (condition,):
                return condition.value
            case many:
                return f"{self.fits:,} of {len(many):,} fit"

    @property
    def look(self) -> str:
        """How the outcome's chip looks, see `theme`."""
        if self.entry is None:
            return "trouble"
        conditions = self.entry.conditions
        if len(conditions) == 1:
            return CHIP_LOOK[conditions[0]]
        return look_of_many(self.fits, len(conditions))

    @property
    def condition(self) -> Condition | None:
        """The verdict of a single run."""
        conditions = self.entry.conditions if self.entry is not None else ()
        return conditions[0] if len(conditions) == 1 else None

    @property
    def preset(self) -> Experiment | None:
        """The preset that it began from, as its title tells."""
        return _by_title().get(self.title) if self.entry is not None else None

    @cached_property
    def words(self) -> str:
        """All that a search looks at."""
        e = self.entry
        if e is None:
            return f"{self.path.name} {self.outcome}".casefold()
        verdicts = " ".join(condition.value for condition in set(e.conditions))
        said = f"{e.title} {e.notes} {' '.join(e.tags)} {self.outcome} {verdicts} {self.path.name}"
        return said.casefold()

    def answers(self, search: str) -> bool:
        """Whether every word of a search is somewhere in it."""
        return all(word in self.words for word in search.casefold().split())


def look_of_many(fits: int, count: int) -> str:
    """How the chip of a fleet looks, of which so many seeds fit."""
    if not count:
        return "plain"
    return "good" if fits >= count / 2 else "plain" if fits else "trouble"


@cache
def _by_title() -> dict[str, Experiment]:
    found = (load_preset(name) for name in presets())
    return {experiment.title: experiment for experiment in found}


def _newest(run: Run) -> Any:
    # A file's name begins with when its run began; what was brought in from elsewhere says it.
    created = run.entry.created if run.entry is not None else ""
    return created, run.path.name


def _outcome(run: Run) -> Any:
    """The larger, the better: the share that fits, then how bad the others are."""
    conditions = run.entry.conditions if run.entry is not None else ()
    count = max(1, len(conditions))
    return run.fits / count, -sum(map(_RANKS.__getitem__, conditions)) / count, _newest(run)


ORDERS: dict[str, tuple[str, Callable[[Run], Any], bool]] = {
    "newest": ("newest first", _newest, True),
    "name": ("by name", lambda run: (run.title.casefold(), run.path.name), False),
    "longest": ("longest first", lambda run: run.entry.step if run.entry else 0, True),
    "outcome": ("best first", _outcome, True),
}
"""By id: the name, the key, and whether the largest comes first."""


def when(created: str) -> str:
    """A time in UTC as people here say it: "21 Nov 2026, 14:05"."""
    try:
        moment = datetime.fromisoformat(created).astimezone()
    except (ValueError, OverflowError, OSError):
        # A stranger's file may say anything.
        return "at an unknown time"
    return f"{moment.day} {moment:%b %Y, %H:%M}"
