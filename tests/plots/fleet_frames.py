"""Frames of fleets, as a run would send them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import (
    Condition,
    Fleet,
    Floor,
    Frame,
    Metrics,
    PlaneMetrics,
    Started,
    Verdict,
    View,
)
from ganstudio.core.experiment import Experiment

BINS = 64
CELLS = 32
FLOORS = {"w1": Floor(0.0060, 0.0104), "std_ratio": Floor(1.0, 1.014)}


def started(replicas: int, **changes: Any) -> Started:
    """The beginning of a fleet's run."""
    experiment = Experiment().replace(replicas=replicas, **changes)
    return Started(experiment, "cpu", 1, 1153, 321, FLOORS)


def conditions(replicas: int) -> tuple[Condition, ...]:
    """All of them in turn, the best first in each round."""
    return tuple(list(Condition)[i % len(Condition)] for i in range(replicas))


def frame(
    step: int,
    found: tuple[Condition, ...],
    w1: NDArray[Any] | None = None,
    std_ratio: NDArray[Any] | None = None,
    *,
    plane: bool = False,
) -> Frame:
    """A frame in which replica i has the condition found[i].

    Diverged ones have no finite numbers. W1 and std / sigma follow from the conditions unless
    they are given, each replica with its own.
    """
    count = len(found)
    rng = np.random.default_rng(3)
    good = np.array([one is Condition.FITS for one in found])
    narrow = np.array([one is Condition.COLLAPSED for one in found])
    gone = np.array([one is Condition.DIVERGED for one in found])
    far = np.where(good, 0.01, 0.4) * rng.uniform(0.6, 1.6, count) if w1 is None else w1
    wide = np.where(narrow, 0.1, 0.95) * rng.uniform(0.8, 1.1, count)
    wide = wide if std_ratio is None else std_ratio
    far, wide = np.where(gone, np.nan, far), np.where(gone, np.nan, wide)
    shape = _plane if plane else _line
    return Frame(
        step=step,
        loss_d=_f(np.empty((0, count))),
        loss_g=_f(np.empty((0, count))),
        loss_pretraining=_f(np.empty((0, count))),
        pretraining_step=0,
        view=_view(),
        metrics=_plane_metrics(far, wide) if plane else _metrics(far, wide),
        floors=FLOORS,
        measured_at=step,
        verdicts=tuple(Verdict(one, f"as figure {i} says") for i, one in enumerate(found)),
        lost_at=np.where(gone, float(step), np.nan),
        fleet=shape(far, wide),
    )


def _line(far: NDArray[Any], wide: NDArray[Any]) -> Fleet:
    edges = np.linspace(0.0, 8.0, BINS + 1)
    x = (edges[:-1] + edges[1:]) / 2
    sides = np.where(np.arange(len(far)) % 2, 1, -1)
    mean, std = (4 + sides * far)[:, None], (0.5 * wide)[:, None]
    shapes = np.exp(-0.5 * ((x - mean) / std) ** 2) / (std * np.sqrt(2 * np.pi))
    target = np.exp(-0.5 * ((x - 4) / 0.5) ** 2) / (0.5 * np.sqrt(2 * np.pi))
    return Fleet(_f(shapes), _f(target), (0.0, 8.0))


def _plane(far: NDArray[Any], wide: NDArray[Any]) -> Fleet:
    """Rings of eight modes; a narrow one has only the first of them."""
    rows = np.zeros((len(far), CELLS, CELLS))
    turns = np.arange(8) * np.pi / 4
    cells = np.stack([16 + 11 * np.sin(turns), 16 + 11 * np.cos(turns)]).astype(int)
    for i, (off, ratio) in enumerate(zip(far, wide, strict=True)):
        modes = slice(None) if ratio > 0.25 else slice(0, 1)
        shift = int(np.nan_to_num(off) * 6)
        y, x = cells[0, modes], np.minimum(cells[1, modes] + shift, CELLS - 1)
        rows[i, y, x] = 1 / len(y) if np.isfinite(off) else np.nan
    target = np.zeros((CELLS, CELLS))
    target[cells[0], cells[1]] = 1 / 8
    return Fleet(_f(rows), _f(target), (-1.5, 1.5, -1.5, 1.5))


def _metrics(far: NDArray[Any], wide: NDArray[Any]) -> Metrics:
    same = _f(np.full(len(far), 0.1))
    return Metrics(same, same, _f(wide), same, same, same, _f(far), same, same, 2500)


def _plane_metrics(far: NDArray[Any], wide: NDArray[Any]) -> PlaneMetrics:
    same = _f(np.full(len(far), 0.1))
    return PlaneMetrics(_f(wide), same, _f(far), same, same, same, same, same, 2500)


def _view() -> View:
    """Nothing of a fleet's page looks at it."""
    none = _f(np.empty(0))
    return View(0, none, none, none, none, none, none, none, none, none, none, none, "")


def _f(values: Any) -> NDArray[np.float32]:
    return np.ascontiguousarray(values, dtype=np.float32)
