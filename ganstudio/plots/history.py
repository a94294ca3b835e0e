"""What the curves over time remember: a bounded number of buckets, however long the run."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import AnyMetrics, Frame
from ganstudio.plots.past import Past

Numbers = NDArray[np.float64]

CAPACITY = 600
"""Buckets of one curve, and so the most points that are drawn: about one a pixel."""

_CELLS = 64 * CAPACITY
"""Buckets times replicas of one history: a large fleet gets fewer buckets, not more memory."""


@dataclass(frozen=True)
class Trace:
    """One replica's history, one entry a bucket; NaN where nothing finite was seen."""

    steps: Numbers
    """The middle of each bucket."""
    mean: Numbers
    low: Numbers
    high: Numbers


class History:
    """Values over steps in equal buckets, each with mean, min and max of what was finite.

    When the last bucket is full, neighbours are merged and buckets become twice as long, so
    between half of the capacity and all of it is in use. `stride` is a bucket's length in steps.
    """

    def __init__(self, replicas: int, capacity: int = CAPACITY) -> None:
        self.capacity = max(64, min(capacity, _CELLS // replicas)) // 2 * 2
        self._replicas = replicas
        self.clear()

    def clear(self) -> None:
        """Forget everything."""
        replicas = self._replicas
        self.stride = 1
        self._first = -1
        self._last = -1
        self._seen = np.zeros(self.capacity, dtype=bool)
        self._count = np.zeros((self.capacity, replicas), dtype=np.int32)
        self._sum = np.zeros((self.capacity, replicas))
        self._low = np.full((self.capacity, replicas), np.inf, dtype=np.float32)
        self._high = np.full((self.capacity, replicas), -np.inf, dtype=np.float32)

    def extend(self, steps: NDArray[np.int64], values: NDArray[np.float32]) -> None:
        """Add values, (n, replicas), at ascending steps, (n,), none before the first one."""
        if not len(steps):
            return
        if self._first < 0:
            self._first = int(steps[0])
        self._last = max(self._last, int(steps[-1]))
        while (self._last - self._first) // self.stride >= self.capacity:
            self._halve()
        bucket = (steps - self._first) // self.stride
        starts = np.flatnonzero(np.diff(bucket, prepend=-1))
        at = bucket[starts]
        finite = np.isfinite(values)
        self._seen[at] = True
        self._count[at] += np.add.reduceat(finite, starts, dtype=np.int32)
        kept = np.where(finite, values, 0).astype(np.float64)
        self._sum[at] += np.add.reduceat(kept, starts)
        low = np.minimum.reduceat(np.where(finite, values, np.inf), starts)
        high = np.maximum.reduceat(np.where(finite, values, -np.inf), starts)
        self._low[at] = np.minimum(self._low[at], low)
        self._high[at] = np.maximum(self._high[at], high)

    def trace(self, replica: int) -> Trace:
        """What is remembered of one replica, in the order of time."""
        used = np.flatnonzero(self._seen)
        first = self._first + used * self.stride
        steps = (first + np.minimum(first + self.stride - 1, self._last)) / 2
        count = self._count[used, replica]
        empty = count == 0
        mean = self._sum[used, replica] / np.maximum(count, 1)
        low = self._low[used, replica].astype(np.float64)
        high = self._high[used, replica].astype(np.float64)
        mean[empty] = low[empty] = high[empty] = np.nan
        return Trace(steps, mean, low, high)

    def _halve(self) -> None:
        half = self.capacity // 2
        self.stride *= 2
        self._seen[:half] = self._seen[0::2] | self._seen[1::2]
        self._count[:half] = self._count[0::2] + self._count[1::2]
        self._sum[:half] = self._sum[0::2] + self._sum[1::2]
        self._low[:half] = np.minimum(self._low[0::2], self._low[1::2])
        self._high[:half] = np.maximum(self._high[0::2], self._high[1::2])
        self._seen[half:] = False
        self._count[half:] = 0
        self._sum[half:] = 0
        self._low[half:] = np.inf
        self._high[half:] = -np.inf


class LossHistory:
    """Both losses of every step."""

    def __init__(self, replicas: int) -> None:
        self.discriminator = History(replicas)
        self.generator = History(replicas)

    def add(self, frame: Frame) -> None:
        """Take the losses since the previous frame."""
        for history, losses in (
            (self.discriminator, frame.loss_d),
            (self.generator, frame.loss_g),
        ):
            steps = np.arange(frame.step - len(losses), frame.step, dtype=np.int64)
            history.extend(steps, losses)

    def recall(self, past: Past) -> None:
        """Take the losses of a run up to where it goes on."""
        losses = past.losses
        self.discriminator.clear()
        self.generator.clear()
        # A loss is known before the update that its step makes.
        self.discriminator.extend(losses.steps - 1, losses.d)
        self.generator.extend(losses.steps - 1, losses.g)


class MetricHistory(History):
    """One metric, by the name of its field in `Metrics`, at every frame."""

    def __init__(self, metric: str, replicas: int) -> None:
        super().__init__(replicas)
        self._metric = metric
        self._samples: int | None = None
        self._measured_at = -1

    def add(self, frame: Frame) -> None:
        """Take the metric of a frame; an error counts by its size, whatever its sign.

        It counts where it was measured: some frames repeat an older measurement, and some bring
        those of frames that nobody saw. The last measurement of a fleet has more samples and a
        lower floor, and is no point of this curve.
        """
        for step, metrics in (*frame.missed, (frame.measured_at, frame.metrics)):
            self._samples = self._samples or metrics.samples
            if step > self._measured_at and metrics.samples == self._samples:
                self._measured_at = step
                self.extend(np.array([step], dtype=np.int64), self._of(metrics)[None])

    def recall(self, past: Past) -> None:
        """Take the measurements of a run up to where it goes on."""
        self.clear()
        if not past.measures:
            return
        self._samples = past.measures[0].metrics.samples
        found = [m for m in past.measures if m.metrics.samples == self._samples]
        steps = np.array([measure.step for measure in found], dtype=np.int64)
        self.extend(steps, np.stack([self._of(measure.metrics) for measure in found]))
        self._measured_at = int(steps[-1])

    def _of(self, metrics: AnyMetrics) -> NDArray[np.float32]:
        values: NDArray[np.float32] = getattr(metrics, self._metric)
        return np.abs(values) if self._metric == "mean_error" else values


def smooth(values: Numbers, weight: float) -> Numbers:
    """The exponential moving average, weighted so that its start leans to no value.

    Each value counts `weight` times as much as the next; NaN stays NaN and is passed over.
    """
    if weight <= 0:
        return values
    result: list[float] = []
    average = total = 0.0
    for value in values.tolist():
        if math.isfinite(value):
            average = weight * average + (1 - weight) * value
            total = weight * total + (1 - weight)
            result.append(average / total)
        else:
            result.append(math.nan)
    return np.array(result)
