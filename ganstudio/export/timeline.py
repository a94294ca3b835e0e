"""Which pictures of one or several runs a film shows, and for how long. No Qt here."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from ganstudio.errors import SpecError
from ganstudio.record.reader import Place

Item = TypeVar("Item")

RATE = 25
"""Pictures a second, unless told how many seconds there are."""
SECONDS = 10.0
"""How long a film is at most, unless told."""
HOLD = 1.0
"""Seconds for which the last picture stays, unless told; in short films a quarter of all."""
MOST_SECONDS = 600.0
MOST_FRAMES = 20_000


@dataclass(frozen=True)
class Moment:
    """What is seen at one time: of each run the number of a picture."""

    step: int
    numbers: tuple[int, ...]


@dataclass(frozen=True)
class Timing:
    """How a film goes through its runs.

    Args:
        first: the first step; None for the runs' own.
        last: the last step; None for the runs' own.
        every: show every n-th picture; None as many as are smooth.
        seconds: the length of the film with the hold; None what its pictures take.
        hold: for how many seconds more the last picture stays; None for a second or less.
        loop: whether it begins again.
    """

    first: int | None = None
    last: int | None = None
    every: int | None = None
    seconds: float | None = None
    hold: float | None = None
    loop: bool = True

    def __post_init__(self) -> None:
        if self.every is not None and self.every < 1:
            raise SpecError(f"every {self.every}th picture: it should be 1 or more")
        if self.seconds is not None and not 0 < self.seconds <= MOST_SECONDS:
            raise SpecError(f"{self.seconds:g} seconds: it should be more than 0, at most 600")
        if self.hold is not None and not 0 <= self.hold <= MOST_SECONDS:
            raise SpecError(f"a hold of {self.hold:g} seconds: it should be from 0 to 600")
        if self.seconds is not None and (self.hold or 0) >= self.seconds:
            raise SpecError(
                f"a hold of {self.hold:g} seconds leaves nothing of {self.seconds:g} to move in"
            )


def moments(runs: Sequence[Sequence[Place]], timing: Timing) -> list[Moment]:
    """All moments in the range, in their order.

    One run has a moment for each of its pictures. Several share a timeline: at each step at which
    one of them has a picture, each shows its last one up to there, or its first.

    Raises:
        SpecError: there are none.
    """
    if len(runs) == 1:
        found = [Moment(place.step, (place.number,)) for place in runs[0]]
    else:
        steps = sorted({place.step for run in runs for place in run})
        columns = [_last_until(run, steps) for run in runs if run]
        # A run without any picture has nothing to be compared.
        whole = len(columns) == len(runs)
        found = list(map(Moment, steps, zip(*columns, strict=True))) if whole else []
    if not found:
        raise SpecError("there is no picture in the run yet")
    low = found[0].step if timing.first is None else timing.first
    high = found[-1].step if timing.last is None else timing.last
    kept = [moment for moment in found if low <= moment.step <= high]
    if not kept:
        ends = f"{found[0].step:,} to {found[-1].step:,}"
        raise SpecError(f"there is no picture in these steps; the run has some from {ends}")
    return kept


def nearest(runs: Sequence[Sequence[Place]], step: int | None) -> Moment:
    """The last moment up to a step; the very last one for None.

    Raises:
        SpecError: there is none.
    """
    return moments(runs, Timing(last=step))[-1]


def plan(
    found: Sequence[Moment], timing: Timing, tick: int, least: int
) -> tuple[list[Moment], list[int]]:
    """The moments that are shown, and the milliseconds of each; their sum is the film's length.

    Args:
        found: those in the range.
        timing: how to go through them.
        tick: milliseconds that the format counts in.
        least: milliseconds below which players slow down.

    Raises:
        SpecError: there are too many pictures.
    """
    shown = list(found)
    if timing.every is not None:
        # The last one is what the film is about.
        shown = shown[:: timing.every]
        shown += [] if shown[-1] is found[-1] else [found[-1]]
    moving, hold = _length(timing, len(shown))
    # Where the pictures come too fast for players, or for eyes, some are left out.
    fewest = least if timing.every is not None else 1000 // RATE
    shown = thinned(shown, max(1, int(moving // max(fewest, least))))
    if len(shown) > MOST_FRAMES:
        raise SpecError(f"{len(shown):,} pictures are too many for one film: {MOST_FRAMES:,}")
    ends = [round(moving * (i + 1) / len(shown) / tick) * tick for i in range(len(shown))]
    ends[-1] = max(round((moving + hold) / tick) * tick, len(shown) * tick)
    times = [end - begin for begin, end in zip([0, *ends], ends, strict=False)]
    return shown, times


def _length(timing: Timing, pictures: int) -> tuple[float, float]:
    """Milliseconds in which the pictures move, and for which the last one stays."""
    moving = pictures * 1000 / RATE
    if timing.seconds is not None:
        hold = min(HOLD, timing.seconds / 4) if timing.hold is None else timing.hold
        moving = 1000 * (timing.seconds - hold)
    else:
        hold = HOLD if timing.hold is None else timing.hold
        if timing.every is None:
            moving = min(moving, 1000 * (SECONDS - HOLD))
    return moving, 1000 * hold if pictures > 1 or timing.seconds is not None else 0.0


def thinned(found: list[Item], most: int) -> list[Item]:
    """So many of them at most, evenly, the first and the last among them."""
    count = len(found)
    if count <= most:
        return found
    if most == 1:
        return found[-1:]
    return [found[round(i * (count - 1) / (most - 1))] for i in range(most)]


def _last_until(run: Sequence[Place], steps: Sequence[int]) -> list[int]:
    """The number of a run's last picture up to each step."""
    own = [place.step for place in run]
    return [run[max(0, bisect_right(own, step) - 1)].number for step in steps]
