"""What the curves over time need to know of steps that nobody saw them make."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.record.measures import Measure
from ganstudio.record.reader import LossCurves, RunReader


@dataclass(frozen=True)
class Past:
    """A run up to some step, as its file tells it."""

    losses: LossCurves
    measures: Sequence[Measure]
    """In the order of steps."""

    @classmethod
    def of(cls, reader: RunReader, until: int | None = None) -> Past:
        """All that the file holds, or what it holds up to a step.

        Raises:
            RecordError: the file is damaged.
        """
        losses, measures = reader.losses, reader.measured
        if until is None:
            return cls(losses, measures)
        kept = losses.steps <= until
        return cls(
            LossCurves(losses.steps[kept], losses.d[kept], losses.g[kept]),
            [measure for measure in measures if measure.step <= until],
        )
