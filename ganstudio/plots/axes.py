"""When an axis may change: in steps and with hysteresis, never per frame. No Qt here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

PATIENCE = 100
"""Frames in a row that must fit a smaller axis before it shrinks: two seconds at 50 Hz."""

Ladder = Callable[[float], float]
"""From what must be seen to the axis end that shows it; never falls as its argument grows."""

Snap = Callable[[float, float], tuple[float, float]]
"""From the lowest and highest value to axis ends that hold both."""

_ENDS = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)
ROUND_STEPS = (1.0, 2.0, 5.0, 10.0)


def nice_above(value: float, steps: tuple[float, ...] = _ENDS) -> float:
    """The smallest round number that is at least `value` > 0."""
    decade = 10.0 ** math.floor(math.log10(value))
    # The tolerance keeps 0.3 from becoming 0.4 because 0.1 * 3 is 0.30000000000000004.
    return next(step * decade for step in steps if step * decade >= value * (1 - 1e-9))


def nice_ladder(lowest: float, highest: float = math.inf) -> Ladder:
    """Round ends from `lowest` to `highest`, a little above what must be seen."""

    def ladder(needed: float) -> float:
        return min(highest, max(lowest, nice_above(max(needed * 1.08, 1e-300))))

    return ladder


def step_ladder(last: int, lowest: int = 100) -> Ladder:
    """1, 2, 5, 10, ... updates; the run's end where it is next, so that the axis ends there."""

    def ladder(needed: float) -> float:
        end = nice_above(max(needed, lowest), ROUND_STEPS)
        return float(last) if needed <= last < end else end

    return ladder


def growth_ladder(home: float, most: float, factor: float = 1.5) -> Ladder:
    """`home` times powers of `factor`, up to the first at or above `most`."""

    def ladder(needed: float) -> float:
        if needed <= home:
            return home
        power = math.ceil(math.log(min(needed, most) / home) / math.log(factor) - 1e-9)
        return home * factor**power

    return ladder


USUAL = 0.8
"""The share of a film's pictures that its axes hold in any case."""
MODEST = 2.25
"""An axis that long, in its least lengths, may hold all of them: the way to the target is long."""


@dataclass
class Freedom:
    """What the axes of a plot may do: live they follow, in a film they learn, then stand still."""

    grow: bool = True
    shrink: bool = True

    def learn(self) -> None:
        """Take in what the pictures of a film need."""
        self.grow, self.shrink = True, False

    def stand(self) -> None:
        """Never move again, from the next picture on."""
        self.grow = self.shrink = False


class Stepper:
    """One end of an axis: grows at once to the next rung, shrinks only after long calm.

    Args:
        ladder: its rungs.
        patience: the frames in a row that must fit a lower one.
        slack: how many times what they need must fit it, or the axis would go back and forth.
        freedom: what it may do.
        modest: the length, in its least lengths, up to which it holds all pictures of a film.
    """

    def __init__(
        self,
        ladder: Ladder,
        patience: int = PATIENCE,
        slack: float = 1.25,
        freedom: Freedom | None = None,
        modest: float = MODEST,
    ) -> None:
        self._ladder = ladder
        self._patience = patience
        self._slack, self._modest = slack, modest
        self._may = freedom or Freedom()
        self._learnt: list[float] = []
        self._calm = 0
        self._calm_rung = -math.inf
        self.level = ladder(0.0)

    def update(self, needed: float) -> bool:
        """Take what must be seen now, >= 0; whether the level changed."""
        if not math.isfinite(needed):
            return False
        before = self.level
        if not self._may.shrink:
            self._learn(needed)
            return self.level != before
        rung = self._ladder(needed)
        if rung > before:
            self.level = rung
            self._forget()
        elif self._ladder(needed * self._slack) < before:
            self._calm += 1
            self._calm_rung = max(self._calm_rung, self._ladder(needed * self._slack))
            if self._calm >= self._patience:
                self.level = self._calm_rung
                self._forget()
        else:
            self._forget()
        return self.level != before

    def _learn(self, needed: float) -> None:
        """Stand where the usual pictures of a film fit, or all of them if that is not too far.

        One picture in which the generator is far off would make all the others small.
        """
        if self._may.grow:
            self._learnt.append(needed)
        elif self._learnt:
            inner, outer = self._ladder(0.0), self._ladder(max(self._learnt))
            usual = sorted(self._learnt)[round(USUAL * (len(self._learnt) - 1))]
            self.level = min(outer, max(self._ladder(usual), self._modest * inner))
            self._learnt = []

    def _forget(self) -> None:
        self._calm, self._calm_rung = 0, -math.inf


def snap_linear(low: float, high: float) -> tuple[float, float]:
    """Ends at multiples of a round step, about five steps apart."""
    span = max(high - low, 1e-9 * max(abs(low), abs(high)), 1e-300)
    step = nice_above(span / 5, ROUND_STEPS)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    if last <= first:
        # Both are one number, and so many steps from 0 that a billionth of one is lost.
        first, last = first - 1, last + 1
    return first * step, last * step


def snap_decades(low: float, high: float) -> tuple[float, float]:
    """For logarithms to base 10: ends at 1, 2 or 5 times a power of ten, half a decade apart."""
    marks = (0.0, math.log10(2), math.log10(5), 1.0)

    def at_most(value: float) -> float:
        whole = math.floor(value + 1e-9)
        return whole + max(mark for mark in marks if whole + mark <= value + 1e-9)

    low, high = at_most(low), -at_most(-high)
    # The mirrored marks are 1/2 and 1/5: of a decade, 5 and 2. So both ends are round.
    while high - low < 0.5:
        low, high = at_most(low - 0.1), -at_most(-high - 0.1)
    return low, high


class SteppedSpan:
    """Both ends of an axis together: grow at once, shrink after long calm."""

    def __init__(
        self,
        snap: Snap,
        low: float,
        high: float,
        patience: int = PATIENCE,
        freedom: Freedom | None = None,
    ) -> None:
        self._snap = snap
        self._patience = patience
        self._may = freedom or Freedom()
        self._calm = 0
        self.low, self.high = snap(low, high)

    def update(self, low: float, high: float) -> bool:
        """Take the lowest and highest value that must be seen; whether an end moved."""
        if not (math.isfinite(low) and math.isfinite(high)):
            return False
        before = self.low, self.high
        if low < self.low or high > self.high:
            if self._may.grow:
                self.low, self.high = self._snap(min(low, self.low), max(high, self.high))
            self._calm = 0
        elif self._may.shrink:
            ends = self._snap(low, high)
            small = ends[1] - ends[0] <= 0.6 * (self.high - self.low)
            self._calm = self._calm + 1 if small else 0
            if self._calm >= self._patience:
                self.low, self.high = ends
                self._calm = 0
        return (self.low, self.high) != before


class Reach:
    """What is in view around a centre, each side on its own: `home` wide until more is needed."""

    def __init__(
        self, centre: float, home: float, most: float, freedom: Freedom | None = None
    ) -> None:
        self._centre = centre
        self._low = Stepper(growth_ladder(home, most), freedom=freedom)
        self._high = Stepper(growth_ladder(home, most), freedom=freedom)

    @property
    def ends(self) -> tuple[float, float]:
        """The lowest and the highest x in view."""
        return self._centre - self._low.level, self._centre + self._high.level

    def update(self, low: float, high: float) -> bool:
        """Take where the mass lies now; whether an end moved."""
        below = self._low.update(max(0.0, self._centre - low))
        above = self._high.update(max(0.0, high - self._centre))
        return below or above
