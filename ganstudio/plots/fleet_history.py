"""What a fan chart remembers of a fleet."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from ganstudio.core.outcomes import fan
from ganstudio.plots.history import MetricHistory, Numbers


@dataclass(frozen=True)
class Fan:
    """Quantiles over the seeds at some steps; NaN where no seed had a finite value."""

    steps: Numbers
    """(n,)"""
    quantiles: Numbers
    """(5, n): 5, 25, 50, 75 and 95 %."""


class FanHistory(MetricHistory):
    """One metric of all seeds, in a bounded number of buckets."""

    def fan(self) -> Fan:
        """The quantiles of the seeds' means in each bucket; lost seeds are left out."""
        used = np.flatnonzero(self._seen)
        count = self._count[used]
        mean = np.where(count > 0, self._sum[used] / np.maximum(count, 1), np.nan)
        first = self._first + used * self.stride
        steps = (first + np.minimum(first + self.stride - 1, self._last)) / 2
        return Fan(steps, fan(mean))
