"""Two fleets in words: what was changed, and whether it made a difference. No Qt here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ganstudio.app.forms.words import path_words, readable
from ganstudio.core.experiment import Experiment
from ganstudio.core.outcomes import Outcome, ValueSummary, fisher_exact, rank_test
from ganstudio.core.spec import Spec, changes
from ganstudio.core.words import in_percent
from ganstudio.plots.fleet_history import Fan
from ganstudio.plots.measures import distance_of
from ganstudio.plots.palette import number

NO_DIFFERENCE = {"title", "about", "replicas", "steps"}
"""What two experiments may differ in without being different ones.

Sizes are said apart. How long a run is to be makes no difference at the same step, and who
trains on beyond its end has edited nothing.
"""
_JOINED = "\N{NO-BREAK SPACE}"
CHANCE = 0.05
"""From this p on chance alone is a fair explanation."""
NEAR = 0.05
"""Fleets are measured every few steps: so far apart, as a share of A's step, still compares."""


@dataclass(frozen=True)
class Kept:
    """A fleet that others are compared with."""

    outcome: Outcome
    """How it stood when it was kept."""
    regular: Outcome | None
    """How it stood in the last regular frame before, which comes in other runs, too."""
    fans: Mapping[str, Fan]
    """By the name of the metric."""


class Meeting:
    """Where a fleet that trains, B, comes to stand like one that was kept, A.

    Distances shrink with every step, so that only fleets at the same step can be compared.
    Frames come when they are made: B may never be seen at A's very last step.
    """

    def __init__(self, kept: Kept) -> None:
        self._places = [kept.outcome, *([kept.regular] if kept.regular is not None else [])]
        self._nearest: dict[int, Outcome] = {}
        """B's measurement that is most like each of A's, by its place."""
        self.step = 0
        """Where B is now."""

    def add(self, b: Outcome, step: int) -> None:
        """B was measured, and is at a step."""
        self.step = step
        for place, a in enumerate(self._places):
            found = self._nearest.get(place)
            if found is None or _unlike(a, b) <= _unlike(a, found):
                self._nearest[place] = b

    @property
    def pair(self) -> tuple[Outcome, Outcome] | None:
        """A and B at the same step, or nearly so; None as long as there is none."""
        found = [
            (a, b)
            for place, a in enumerate(self._places)
            if (b := self._nearest.get(place)) is not None
            and self.step >= a.step
            and abs(b.step - a.step) <= NEAR * a.step
        ]
        return min(found, key=lambda pair: _unlike(*pair), default=None)

    def words(self) -> str:
        """How the fleets compare, or why they can't be compared yet."""
        if self.pair is not None:
            a, b = self.pair
            at = "" if b.step == self.step else f"At step {b.step:,}: "
            if a.step != b.step:
                at = f"A at step {a.step:,}, B at {b.step:,}: "
            return f"{at}{ranks_in_words(a, b)}"
        end = self._places[0].step
        if self.step < end:
            then = f"B is at {self.step:,}: compared once it gets there"
        else:
            then = f"B, at {self.step:,}, was not measured near that: train it again"
        return f"A was kept at step {end:,}; {then}."


def _unlike(a: Outcome, b: Outcome) -> tuple[int, bool]:
    return abs(b.step - a.step), b.samples != a.samples


def differences(a: Experiment, b: Experiment) -> list[str]:
    """What was changed from A to B: "Generator, Learning rate: 0.001 → 0.01"."""
    return [
        f"{path_words(a, path)}: {_value(a.at(path))} → {_value(b.at(path))}"
        for path in changes(a, b)
        if path not in NO_DIFFERENCE
    ]


def _value(value: Any) -> str:
    if isinstance(value, Spec):
        return readable(str(getattr(value, "kind", type(value).__name__))).lower()
    if isinstance(value, tuple):
        return ", ".join(map(_value, value)) or "none"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value) or "none"


def ranks_in_words(a: Outcome, b: Outcome) -> str:
    """Which fleet is nearer the target, how often, and whether chance alone could do that."""
    ranks = rank_test(a.distance, b.distance)
    names, share = ("B", "A"), ranks.superiority
    if share < 0.5:
        names, share = ("A", "B"), 1 - share
    chance = " Chance alone could do that." if ranks.p >= CHANCE else ""
    unlike = ""
    if a.samples != b.samples:
        fewer, name = "A" if a.samples < b.samples else "B", distance_of(a.experiment)
        unlike = f" {fewer} was measured with fewer samples, which makes its {name} larger."
    return (
        f"{names[0]} is better than {names[1]} in {in_percent(share)} of pairs, "
        f"{p_words(ranks.p)}.{chance}{unlike}"
    )


def findings(a: Outcome, b: Outcome) -> list[str]:
    """Whether more seeds fit, and what must be known to judge the ranks."""
    p, name = fisher_exact(a.fits, b.fits), distance_of(a.experiment)
    said = [
        f"Fits: A {a.fits.count:,} of {a.fits.of:,}, B {b.fits.count:,} of {b.fits.of:,} "
        f"(Fisher's exact test, {p_words(p)}).",
        f"Pairs: each seed of B against each of A by {name} (Mann-Whitney U, two-sided).",
    ]
    if len(a.verdicts) != len(b.verdicts):
        said.append(f"The fleets differ in size: A {len(a.verdicts):,}, B {len(b.verdicts):,}.")
    if a.step != b.step:
        said.append(f"A stands at step {a.step:,}, B at step {b.step:,}.")
    if a.samples != b.samples:
        said.append(
            f"A was measured with {a.samples:,} samples a seed, B with {b.samples:,}: "
            f"fewer make {name} larger."
        )
    if a.experiment.target != b.experiment.target:
        said.append(f"The targets differ: the two {name} are distances to different things.")
    if gone := [f"{one.lost:,} of {name}" for name, one in (("A", a), ("B", b)) if one.lost]:
        said.append(f"Diverged seeds rank worst: {' and '.join(gone)}.")
    return said


def p_words(p: float) -> str:
    """A p-value as papers write it, on one line: "p = .045"."""
    words = "p < .0001" if p < 0.0001 else f"p = {p:.2g}".replace("0.", ".")
    return words.replace(" ", _JOINED)


def value_rows(rows: tuple[ValueSummary, ...]) -> list[tuple[str, ...]]:
    """A sweep's table, heading first: value, fits with interval, median distance, lost seeds."""
    table: list[tuple[str, ...]] = [("value", "fit (95 %)", "distance", "lost")]
    for row in rows:
        far = number(row.distance) if row.distance < float("inf") else "∞"
        fits = f"{row.fits.count:,} of {row.fits.of:,} ({row.fits.interval_words})"
        table.append((f"{row.value:g}", fits, far, f"{row.diverged:,}"))
    return table
