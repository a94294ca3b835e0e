"""What is happening, said aloud: one condition a replica, with hysteresis against flicker."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Condition, Floor, Metrics, Verdict
from ganstudio.core.targets import Density

PATIENCE = 3
"""Frames in a row that must agree before a verdict changes."""
UNDER_WAY = {Condition.OFF_TARGET, Condition.CONVERGING, Condition.MOVING_AWAY}
"""These agree with each other that it is none of the others."""
MEMORY = 40
"""Frames that "converging" and "oscillating" look back on."""
CLEARLY = 1.25
"""A state entered at a limit is left only this factor beyond it."""
FIT_FLOORS = 3.0
COLLAPSE_RATIO = 0.25
FALLING, RISING = 0.9, 1.1
"""W1 in the second half of the memory against the first, beyond which it moves."""
SMALL_GRADIENT = 1e-3
NO_GRADIENT = 1e-4
"""The clipped log leaves exactly 0 to G and, once D is sure, a rest of about 1e-5 to D."""

Floats = NDArray[np.float32]


class Judge:
    """Follows one replica from frame to frame."""

    def __init__(self, sigma: float, mu: float, floor: Floor, modes: int = 1) -> None:
        self._sigma, self._mu, self._floor = sigma, mu, floor
        self._modes = modes
        self._found: float = modes
        self._held = Condition.OFF_TARGET
        self._candidate, self._agreed = Condition.OFF_TARGET, 0
        self._w1: deque[float] = deque(maxlen=MEMORY)
        self._offsets: deque[float] = deque(maxlen=MEMORY)

    def judge(
        self,
        w1: float,
        mean: float,
        ratio: float,
        play: tuple[float, float, float, float],
        modes_found: float = 1,
    ) -> Verdict:
        """The verdict after one more frame.

        Args:
            w1: 1-Wasserstein distance, in the target's units.
            mean: of the generated samples.
            ratio: their standard deviation over the target's.
            play: mean D(real), mean D(fake), gradient norm of D, gradient norm of G.
            modes_found: how many of the target's modes the samples have.
        """
        if np.isfinite(w1):
            self._w1.append(w1)
            self._offsets.append((mean - self._mu) / self._sigma)
        self._found = modes_found
        seen = self._see(w1, ratio, play)
        same = seen is self._candidate or {seen, self._candidate} <= UNDER_WAY
        self._agreed = self._agreed + 1 if same else 1
        self._candidate = seen
        if self._agreed >= PATIENCE or seen is Condition.DIVERGED:
            self._held = seen
        return Verdict(self._held, self._reason(w1, ratio, play))

    def lose(self) -> Verdict:
        """A number was not finite: that needs no patience."""
        self._held = Condition.DIVERGED
        return Verdict(self._held, "a number is not finite")

    def _see(self, w1: float, ratio: float, play: tuple[float, float, float, float]) -> Condition:
        d_real, d_fake, slope_d, slope_g = play
        if not np.isfinite([w1, *play]).all():
            return Condition.DIVERGED
        if w1 <= FIT_FLOORS * self._floor.median * self._slack(Condition.FITS):
            return Condition.FITS
        if slope_d < NO_GRADIENT and slope_g < NO_GRADIENT:
            return Condition.FROZEN
        if d_real > 0.99 and d_fake < 0.01 and slope_g < SMALL_GRADIENT:
            return Condition.DISCRIMINATOR_WON
        narrow = ratio < COLLAPSE_RATIO * self._slack(Condition.COLLAPSED)
        if narrow or 2 * self._found < self._modes:
            return Condition.COLLAPSED
        if self._swings() >= 4:
            return Condition.OSCILLATING
        trend = self._trend()
        if trend < FALLING:
            return Condition.CONVERGING
        return Condition.MOVING_AWAY if trend > RISING else Condition.OFF_TARGET

    def _slack(self, condition: Condition) -> float:
        return CLEARLY if self._held is condition else 1.0

    def _swings(self) -> int:
        """How often the generated mean crossed the target's, by more than half a sigma."""
        sides = [1 if offset > 0 else -1 for offset in self._offsets if abs(offset) > 0.5]
        return sum(a != b for a, b in pairwise(sides))

    def _trend(self) -> float:
        """Median W1 in the second half of the memory over that in the first."""
        if len(self._w1) < 6:
            return 1.0
        half = len(self._w1) // 2
        values = list(self._w1)
        return float(np.median(values[half:]) / np.median(values[:half]))

    def _reason(self, w1: float, ratio: float, play: tuple[float, float, float, float]) -> str:
        ratio_w1 = w1 / self._floor.median
        times = f"{ratio_w1:,.1f}x" if ratio_w1 < 100 else f"{ratio_w1:,.0f}x"
        floors = f"W1 is {times} its floor"
        return {
            Condition.OFF_TARGET: floors,
            Condition.CONVERGING: f"W1 falls, {times} its floor",
            Condition.MOVING_AWAY: f"W1 grows, {times} its floor",
            Condition.FITS: floors,
            Condition.COLLAPSED: f"{self._found:.0f} of {self._modes} modes"
            if 2 * self._found < self._modes
            else f"std is {ratio:.2g} of the target's",
            Condition.OSCILLATING: "the generated mean swings around the target's",
            Condition.DISCRIMINATOR_WON: f"D(real) {play[0]:.3f}, D(fake) {play[1]:.3f}, "
            "and G gets no gradient",
            Condition.FROZEN: "neither network gets a gradient any more",
            Condition.DIVERGED: "a number is not finite",
        }[self._held]


class Bench:
    """One judge for each replica."""

    def __init__(self, target: Density, floors: Mapping[str, Floor], replicas: int) -> None:
        sigma, mu, modes = target.std, target.mean, target.modes
        self._judges = [Judge(sigma, mu, floors["w1"], modes) for _ in range(replicas)]

    def judge(self, metrics: Metrics, play: Sequence[Floats]) -> tuple[Verdict, ...]:
        """The verdict on each replica; `play` holds the four figures of `Judge.judge`, (R,)."""
        return tuple(
            judge.judge(
                float(metrics.w1[i]),
                float(metrics.mean[i]),
                float(metrics.std_ratio[i]),
                (float(play[0][i]), float(play[1][i]), float(play[2][i]), float(play[3][i])),
                float(metrics.modes[i]),
            )
            for i, judge in enumerate(self._judges)
        )

    def mark_lost(
        self, verdicts: tuple[Verdict, ...], lost: NDArray[np.bool_]
    ) -> tuple[Verdict, ...]:
        """The verdicts with those replicas diverged whose losses are not finite, (R,)."""
        return tuple(
            judge.lose() if gone else verdict
            for judge, verdict, gone in zip(self._judges, verdicts, lost, strict=True)
        )
