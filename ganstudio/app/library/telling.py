"""What tells runs apart that have the same title. No Qt here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations

from ganstudio.app.library.contrast import Contrast, contrasts
from ganstudio.app.library.runs import when
from ganstudio.core.experiment import Experiment
from ganstudio.record.reader import RunReader


@dataclass(frozen=True)
class Known:
    """What a run may be told from others by."""

    experiment: Experiment
    """What its last step was made with."""
    branched: int | None = None
    """The step of another run from which it went on."""
    created: str = ""

    @classmethod
    def of(cls, reader: RunReader) -> Known:
        """The run in an open file.

        Raises:
            RecordError: the file is damaged.
        """
        match reader.fact("parent"):
            case {"step": int(step)}:
                branched: int | None = step
            case _:
                branched = None
        return cls(reader.last, branched, str(reader.fact("created")))


@dataclass(frozen=True)
class Telling:
    """What a run has that others of its title have not: ("seed 2", "learning rate 0.001")."""

    words: tuple[str, ...] = ()
    least: tuple[str, ...] = ()
    """So much of it that no other has all of that."""


def told_apart(runs: Sequence[Known]) -> list[Telling]:
    """Of each run its seed, its branch or the first differences; nothing if its title is enough."""
    titles = [run.experiment.title for run in runs]
    found = [Telling()] * len(runs)
    for title in set(titles):
        same = [place for place, other in enumerate(titles) if other == title]
        rows = _rows([runs[place] for place in same])
        for place, row in zip(same, rows, strict=True):
            words = tuple(filter(None, row))
            found[place] = Telling(words, tuple(filter(None, _least(row, rows))) or words)
    return found


def _rows(runs: Sequence[Known]) -> list[tuple[str, ...]]:
    """Of each run as many words as it takes until no two runs have the same."""
    rows: list[tuple[str, ...]] = [()] * len(runs)
    for column in _columns(runs):
        more = [(*row, words) for row, words in zip(rows, column, strict=True)]
        # Only what parts some that were still one.
        if len(set(more)) > len(set(rows)):
            rows = more
    return rows


def _least(row: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> tuple[str, ...]:
    """The fewest words of a row that stand in no other row at the same places."""
    places = range(len(row))
    for count in range(len(row)):
        for kept in combinations(places, count):
            if sum(all(other[i] == row[i] for i in kept) for other in rows) == 1:
                return tuple(row[i] for i in kept)
    return row


def _columns(runs: Sequence[Known]) -> list[tuple[str, ...]]:
    """By what they may differ, each with words for every run, the best first."""
    found = contrasts([run.experiment for run in runs])
    seeds = [_words(one) for one in found if one.name == "Seed"]
    others = [_words(one) for one in found if one.name != "Seed"]
    branches = tuple(
        "" if run.branched is None else f"branch from step {run.branched:,}" for run in runs
    )
    begun = tuple(f"begun {when(run.created)}" for run in runs)
    return [*seeds, branches, *others, begun]


def _words(one: Contrast) -> tuple[str, ...]:
    # Names such as ReLU keep their capitals.
    name = " ".join(w.lower() if w[1:].strip(",").islower() else w for w in one.name.split(" "))
    return tuple(f"{name} {value}" for value in one.values)
