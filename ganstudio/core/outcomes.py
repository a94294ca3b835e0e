"""What many seeds came to: shares with their uncertainty, and whether two fleets differ.

scipy.stats has these tests, too. But loading it takes more than a second and touches torch,
which the window's process must never load; so they are written out here.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import AnyMetrics, Condition, Frame, Verdict
from ganstudio.core.experiment import Experiment

Array = NDArray[np.float64]

_Z = 1.959963984540054
"""The standard normal distribution's 97.5 % quantile: intervals are 95 % ones."""
QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The lines of a fan chart."""
_EXACT_UP_TO = 8
"""Seeds in the smaller fleet up to which a rank test counts all arrangements."""


@dataclass(frozen=True)
class Share:
    """`count` successes among `of` seeds, with the 95 % interval of their probability."""

    count: int
    of: int

    @property
    def value(self) -> float:
        """The share itself, 0 to 1."""
        return self.count / self.of

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's score interval (Wilson 1927; Brown, Cai & DasGupta 2001, eq. 4).

        The textbook's p +- 1.96 sqrt(p (1 - p) / n) is empty at 0 of n and n of n.
        """
        p, n, z2 = self.value, self.of, _Z * _Z
        centre = (p + z2 / (2 * n)) / (1 + z2 / n)
        half = _Z / (1 + z2 / n) * math.sqrt(p * (1 - p) / n + z2 / (4 * n * n))
        return max(0.0, centre - half), min(1.0, centre + half)

    def words(self, verb: str = "") -> str:
        """In words: "14 of 64 fit (22 %, 95 % interval 14–33 %)", or without the verb."""
        count, share = f"{self.count:,} of {self.of:,}", f"{percent(self.value)} %"
        said = f"({share}, 95 % interval {self.interval_words})"
        return " ".join(part for part in (count, verb, said) if part)

    @property
    def interval_words(self) -> str:
        """The interval in words: "14–33 %"."""
        low, high = map(percent, self.interval)
        return f"{low}–{high} %"


def percent(share: float) -> str:
    """A share of 1 as a percentage; "0" and "100" are said of nothing and of all only."""
    value = 100 * share
    if math.isclose(value, 0, abs_tol=1e-9) or math.isclose(value, 100) or 1 <= value <= 99:
        return f"{value:.0f}"
    return {"0.0": "~0", "100.0": "~100"}.get(text := f"{value:.1f}", text)


def counts(verdicts: Sequence[Verdict]) -> dict[Condition, Share]:
    """How many replicas each condition has; conditions that nobody has are left out."""
    found = Counter(verdict.condition for verdict in verdicts)
    return {one: Share(found[one], len(verdicts)) for one in Condition if one in found}


@dataclass(frozen=True)
class Outcome:
    """How a fleet stands at one step; arrays have shape (R,), NaN where a replica is lost."""

    experiment: Experiment
    step: int
    """The one that was measured; a picture may be of a later one."""
    verdicts: tuple[Verdict, ...]
    distance: Array
    """W1, or of pictures the FID."""
    std_ratio: Array
    samples: int
    """How many samples of each replica were measured."""

    @classmethod
    def of(cls, experiment: Experiment, frame: Frame) -> Outcome:
        """What a frame says of its fleet. A replica without finite numbers is lost."""
        far = frame.metrics.distance.astype(np.float64)
        ratio = frame.metrics.std_ratio.astype(np.float64)
        gone = lost(frame.verdicts, frame.metrics) | np.isfinite(frame.lost_at)
        far[gone] = ratio[gone] = np.nan
        measured = frame.measured_at, frame.verdicts, far, ratio, frame.metrics.samples
        return cls(experiment, *measured)

    @property
    def fits(self) -> Share:
        """How many fit."""
        return _having(Condition.FITS, self.verdicts)

    @property
    def lost(self) -> int:
        """How many have no finite numbers any more."""
        return int(np.isnan(self.distance).sum())


def lost(verdicts: Sequence[Verdict], metrics: AnyMetrics) -> NDArray[np.bool_]:
    """Which replicas have no finite numbers any more, (R,)."""
    diverged = [verdict.condition is Condition.DIVERGED for verdict in verdicts]
    return np.asarray(diverged) | ~np.isfinite(metrics.distance)


@dataclass(frozen=True)
class ValueSummary:
    """The replicas that have one value of a varied field."""

    value: float
    fits: Share
    distance: float
    """Their median distance, lost ones ranking worst: infinite if half of them are lost."""
    diverged: int


def by_value(
    verdicts: Sequence[Verdict], metrics: AnyMetrics, values: Sequence[float]
) -> tuple[ValueSummary, ...]:
    """One summary a value: value v belongs to the replicas v n ... (v + 1) n - 1."""
    count = len(verdicts) // len(values)
    gone = lost(verdicts, metrics)
    far = np.where(gone, np.inf, metrics.distance)
    rows = []
    for index, value in enumerate(values):
        own = slice(index * count, (index + 1) * count)
        fits = _having(Condition.FITS, verdicts[own])
        rows.append(ValueSummary(value, fits, float(np.median(far[own])), int(gone[own].sum())))
    return tuple(rows)


def _having(condition: Condition, verdicts: Sequence[Verdict]) -> Share:
    return Share(sum(verdict.condition is condition for verdict in verdicts), len(verdicts))


def fan(values: NDArray[Any]) -> Array:
    """Quantiles over the replicas of values (n, R), as (5, n); NaN where there are none.

    Values that are not finite are left out. The quantiles are those of `numpy.nanquantile`
    (Hyndman & Fan 1996, type 7), which takes a Python call for every row.
    """
    ordered = np.sort(np.where(np.isfinite(values), values, np.nan), axis=1)  # NaN comes last
    count = np.isfinite(ordered).sum(axis=1)
    at = np.multiply.outer(QUANTILES, np.maximum(count - 1, 0))
    below = np.floor(at).astype(np.intp)
    above = np.minimum(below + 1, np.maximum(count - 1, 0))
    rows = np.arange(len(ordered))
    low, high = ordered[rows, below], ordered[rows, above]
    return np.asarray(low + (at - below) * (high - low), dtype=np.float64)


@dataclass(frozen=True)
class RankTest:
    """Whether two fleets' distances differ by more than chance."""

    p: float
    """Two-sided: how often fleets that differ by chance alone would look as different."""
    superiority: float
    """How often a seed of B is nearer than one of A, ties counted half."""


def rank_test(a: Array, b: Array) -> RankTest:
    """Mann and Whitney's U test (1947) of distances (R,); a lost replica, NaN, ranks worst.

    Exact where the smaller fleet has 8 seeds or fewer and no two are tied; else by the normal
    approximation, corrected for ties and continuity. U / (n_a n_b) is the probability of
    superiority (McGraw & Wong 1992; Vargha & Delaney 2000, eq. 1).
    """
    far = np.nan_to_num(np.concatenate([a, b]), nan=np.inf, posinf=np.inf)
    _, which, ties = np.unique(far, return_inverse=True, return_counts=True)
    ranks = (np.cumsum(ties) - (ties - 1) / 2)[which]
    m, n = len(a), len(b)
    u = float(ranks[:m].sum()) - m * (m + 1) / 2
    if min(m, n) <= _EXACT_UP_TO and ties.max() == 1:
        p = _exact_tail(m, n, max(u, m * n - u))
    else:
        total = m + n
        tied = float((ties**3 - ties).sum()) / (total * (total - 1))
        variance = m * n / 12 * (total + 1 - tied)
        off = abs(u - m * n / 2) - 0.5
        p = math.erfc(off / math.sqrt(2 * variance)) if variance > 0 else 1.0
    return RankTest(min(1.0, p), u / (m * n))


def _exact_tail(m: int, n: int, u: float) -> float:
    """2 P(U >= u) by counting: choosing rank r as the j-th smallest adds r - j to U."""
    chosen = min(m, n)
    ways = np.zeros((chosen + 1, m * n + 1))
    ways[0, 0] = 1
    for rank in range(1, m + n + 1):
        for j in range(min(chosen, rank), 0, -1):
            if (gap := rank - j) <= m * n:
                ways[j, gap:] += ways[j - 1, : m * n + 1 - gap]
    return 2 * float(ways[chosen, math.ceil(u) :].sum() / ways[chosen].sum())


def fisher_exact(a: Share, b: Share) -> float:
    """Fisher's exact test of two shares, two-sided (Fisher 1935).

    The probability, given the margins, of all tables that are no likelier than this one.
    """
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, a.of + b.of + 1)))])

    def log_choose(n: int, k: NDArray[Any]) -> Array:
        return np.asarray(log_factorial[n] - log_factorial[k] - log_factorial[n - k])

    both = a.count + b.count
    k = np.arange(max(0, both - b.of), min(a.of, both) + 1)
    log_p = log_choose(a.of, k) + log_choose(b.of, both - k)
    p = np.exp(log_p - log_p.max())
    seen = p[a.count - k[0]]
    # Tables that are equally likely differ by rounding.
    return min(1.0, float(p[p <= seen * (1 + 1e-7)].sum() / p.sum()))
