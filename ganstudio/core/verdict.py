"""What is happening, said aloud: one condition a replica, with hysteresis against flicker."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import (
    AnyMetrics,
    Condition,
    Floor,
    Metrics,
    PictureMetrics,
    Verdict,
)
from ganstudio.core.measurements import SHORT
from ganstudio.core.targets import Distribution

PATIENCE = 3
"""Frames in a row that must agree before a verdict changes."""
MEMORY = 40
"""Frames that "converging" and "oscillating" look back on."""
FEWEST = 6
"""Frames that a trend needs."""
CLEARLY = 1.25
"""A state entered at a limit is left only this factor beyond it."""
FIT_FLOORS = 3.0
COLLAPSE_RATIO = 0.25
SHARP = 0.5
"""Less than this share of good samples is a blur that neither fits nor has collapsed."""
FALLING, RISING = 0.9, 1.1
"""The distance in the second half of the memory against the first, beyond which it moves."""
SMALL_GRADIENT = 1e-3
NO_GRADIENT = 1e-4
"""The clipped log leaves exactly 0 to G and, once D is sure, a rest of about 1e-5 to D."""
SWINGS = 4

CONDITIONS = tuple(Condition)
CODE = {condition: code for code, condition in enumerate(CONDITIONS)}
UNDER_WAY = [CODE[c] for c in (Condition.OFF_TARGET, Condition.CONVERGING, Condition.MOVING_AWAY)]
"""These agree with each other that it is none of the others."""

MEMORIES = ("held", "candidate", "agreed", "w1", "crossed", "side")
"""The arrays that a bench keeps from frame to frame."""

Floats = NDArray[np.float32]
Array = NDArray[np.float64]
Codes = NDArray[np.int64]


class Bench:
    """Follows all replicas from frame to frame; each is judged by itself.

    Args:
        target: what they are to imitate.
        modes: how many modes it has, or classes.
        replicas: how many there are.
        full_floor: the distance's floor of a single run.
    """

    def __init__(self, target: Distribution, modes: int, replicas: int, full_floor: float) -> None:
        self._target, self._modes = target, modes
        self._full_floor = full_floor
        self._name = ""
        off_target = CODE[Condition.OFF_TARGET]
        self._held: Codes = np.full(replicas, off_target)
        self._candidate: Codes = np.full(replicas, off_target)
        self._agreed: Codes = np.zeros(replicas, dtype=np.int64)
        # Each replica remembers its own last finite frames, the newest in the last row.
        self._w1: Array = np.full((MEMORY, replicas), np.nan)
        self._crossed = np.zeros((MEMORY, replicas), dtype=bool)
        self._side: Array = np.zeros(replicas)

    def judge(
        self,
        metrics: AnyMetrics,
        floors: Mapping[str, Floor],
        play: Sequence[Floats],
        *,
        decisive: bool = False,
    ) -> tuple[Verdict, ...]:
        """The verdict on each replica after one more frame.

        Args:
            metrics: of the shown generators.
            floors: of these metrics.
            play: mean D(real), mean D(fake), gradient norm of D, gradient norm of G, (R,) each.
            decisive: a last look at a run that rests: it decides alone.
        """
        w1, ratio, modes = (
            np.asarray(figures, dtype=np.float64)
            for figures in (metrics.distance, metrics.std_ratio, metrics.modes)
        )
        figures = np.stack([np.asarray(figure, dtype=np.float64) for figure in play])
        self._remember(w1, metrics)
        floor = floors[metrics.main].median
        self._name = SHORT[metrics.main]
        limit = fit_limit(floor, self._full_floor, squared=metrics.main_is_squared)
        seen = self._see(w1 / limit, ratio, modes, figures, _is_sharp(metrics, floors))
        same = (seen == self._candidate) | (
            np.isin(seen, UNDER_WAY) & np.isin(self._candidate, UNDER_WAY)
        )
        self._agreed = np.where(same, self._agreed + 1, 1)
        self._candidate = seen
        at_once = (seen == CODE[Condition.DIVERGED]) | decisive
        self._held = np.where((self._agreed >= PATIENCE) | at_once, seen, self._held)
        return tuple(
            Verdict(CONDITIONS[code], self._reason(CONDITIONS[code], *row))
            for code, *row in zip(
                self._held.tolist(),
                (w1 / floor).tolist(),
                ratio.tolist(),
                modes.tolist(),
                figures[0].tolist(),
                figures[1].tolist(),
                strict=True,
            )
        )

    def mark_lost(
        self, verdicts: tuple[Verdict, ...], lost: NDArray[np.bool_]
    ) -> tuple[Verdict, ...]:
        """The verdicts with those replicas diverged whose losses are not finite, (R,)."""
        if not lost.any():
            return verdicts
        self._held[lost] = CODE[Condition.DIVERGED]
        gone = Verdict(Condition.DIVERGED, "a number is not finite")
        return tuple(
            gone if is_lost else verdict for verdict, is_lost in zip(verdicts, lost, strict=True)
        )

    def forgive(self) -> None:
        """The steps that lost a replica were taken back."""
        self._held[self._held == CODE[Condition.DIVERGED]] = CODE[Condition.OFF_TARGET]

    def state(self) -> dict[str, Any]:
        """What it remembers, as arrays."""
        return {name: getattr(self, f"_{name}").copy() for name in MEMORIES}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of such a bench.
        """
        for name in MEMORIES:
            getattr(self, f"_{name}")[:] = state[name]
        for codes in (self._held, self._candidate):
            if not ((codes >= 0) & (codes < len(CONDITIONS))).all():
                raise ValueError("there is no such condition")

    def _remember(self, w1: Array, metrics: AnyMetrics) -> None:
        offset = np.zeros_like(w1)
        if isinstance(metrics, Metrics):
            mean = metrics.mean.astype(np.float64)
            offset = (mean - self._target.centre[0]) / self._target.spread
        # The mean swings when it comes to the other side of the target's by half a sigma.
        side = np.sign(offset) * (np.abs(offset) > 0.5)
        known = np.isfinite(w1)
        for memory, value in ((self._w1, w1), (self._crossed, side * self._side < 0)):
            memory[:-1, known] = memory[1:, known]
            memory[-1, known] = value[known]
        self._side = np.where(known & (side != 0), side, self._side)

    def _see(
        self,
        share: Array,
        ratio: Array,
        modes: Array,
        play: Array,
        sharp: NDArray[np.bool_],
    ) -> Codes:
        d_real, d_fake, slope_d, slope_g = play
        trend = self._trend()
        near = share <= self._slack(Condition.FITS)
        lacks = 2 * modes < self._modes
        narrow = ratio < COLLAPSE_RATIO * self._slack(Condition.COLLAPSED)
        won = (d_real > 0.99) & (d_fake < 0.01) & (slope_g < SMALL_GRADIENT)
        with np.errstate(invalid="ignore"):
            # The first that holds counts.
            rules = {
                Condition.DIVERGED: ~np.isfinite([share, *play]).all(axis=0),
                Condition.FITS: near & sharp & ~lacks,
                Condition.FROZEN: (slope_d < NO_GRADIENT) & (slope_g < NO_GRADIENT),
                Condition.DISCRIMINATOR_WON: won,
                Condition.COLLAPSED: narrow | (lacks & sharp),
                Condition.OSCILLATING: self._crossed.sum(axis=0) >= SWINGS,
                Condition.CONVERGING: trend < FALLING,
                Condition.MOVING_AWAY: trend > RISING,
            }
        codes = [np.int64(CODE[condition]) for condition in rules]
        return np.select(list(rules.values()), codes, CODE[Condition.OFF_TARGET])

    def _slack(self, condition: Condition) -> Array:
        return np.where(self._held == CODE[condition], CLEARLY, 1.0)

    def _trend(self) -> Array:
        """Median W1 in the second half of each memory over that in the first."""
        known = np.isfinite(self._w1).sum(axis=0)
        trend = np.ones(len(known))
        # Replicas with memories of one length, which is nearly always all, are taken together.
        for count in np.unique(known[known >= FEWEST]):
            which = known == count
            values = self._w1[-count:, which]
            half = count // 2
            first, second = np.median(values[:half], axis=0), np.median(values[half:], axis=0)
            trend[which] = np.divide(second, first, out=np.ones_like(first), where=first > 0)
        return trend

    def _reason(
        self,
        held: Condition,
        floors: float,
        ratio: float,
        found: float,
        d_real: float,
        d_fake: float,
    ) -> str:
        match held:
            case Condition.COLLAPSED if 2 * found < self._modes:
                things = "classes" if self._target.space == "pictures" else "modes"
                return f"{found:.0f} of {self._modes} {things}"
            case Condition.COLLAPSED:
                return f"std is {ratio:.2g} of the target's"
            case Condition.OSCILLATING:
                return "the generated mean swings around the target's"
            case Condition.DISCRIMINATOR_WON:
                return f"D(real) {d_real:.3f}, D(fake) {d_fake:.3f}, and G gets no gradient"
            case Condition.FROZEN:
                return "neither network gets a gradient any more"
            case Condition.DIVERGED:
                return "a number is not finite"
        times = f"{floors:,.1f}x" if floors < 100 else f"{floors:,.0f}x"
        moves = {Condition.CONVERGING: "falls,", Condition.MOVING_AWAY: "grows,"}
        return f"{self._name} {moves.get(held, 'is')} {times} its floor"


def _is_sharp(metrics: AnyMetrics, floors: Mapping[str, Floor]) -> NDArray[np.bool_]:
    """Whether the samples lie on the modes rather than between them, (R,).

    Distances between whole distributions hardly see that a cloud is blurred; without modes, and
    on the line, they tell all. Not even of held-out pictures all lie among those to learn from.
    """
    if isinstance(metrics, Metrics):
        return np.ones(len(metrics.w1), dtype=bool)
    if isinstance(metrics, PictureMetrics):
        return ~(metrics.precision < SHARP * floors["precision"].median)
    return ~(metrics.high_quality < SHARP)


def fit_limit(floor: float, full_floor: float, *, squared: bool = False) -> float:
    """The largest distance that fits, for a measurement with this floor.

    In full it is three floors. With fewer samples W1^2 is larger by the difference of the
    squared floors, and so is the limit: what fits does not depend on how many were measured. A
    distance that is `squared` itself, as the FID is, is larger by the difference of the floors.
    """
    if squared:
        return floor + (FIT_FLOORS - 1) * full_floor
    return float(np.sqrt((FIT_FLOORS * full_floor) ** 2 + floor**2 - full_floor**2))
