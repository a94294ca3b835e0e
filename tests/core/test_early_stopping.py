"""Early stopping: each metric of each kind of target, patience, and fleets."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import RunToEnd
from ganstudio.core.events import EarlyStop, Event, Finished, Frame
from ganstudio.core.experiment import Experiment
from ganstudio.core.remedies import (
    HIGHER_IS_BETTER,
    METRICS,
    EarlyStopping,
)
from ganstudio.errors import SpecError
from ganstudio.runs.training import train
from tests.core.helpers import TINY, small

SPACES: dict[str, dict[str, Any]] = {
    "line": {},
    "plane": {"target": "ring", "noise": {"kind": "normal", "size": 2}},
    "pictures": {"target": {"kind": "digits", "count": 200}},
}


def stopped(events: list[Event]) -> list[EarlyStop]:
    return [event for event in events if isinstance(event, EarlyStop)]


def run(metric: str, threshold: float, patience: int = 3, **changes: Any) -> list[Event]:
    """All events of a run in which nothing ever changes, with a picture every second step."""
    still = {"optimizer_d.lr": 1e-30, "optimizer_g.lr": 1e-30}
    rule = {"metric": metric, "threshold": threshold, "patience": patience}
    e = small(steps=12, frame_every=2, **TINY, early_stopping=rule, **changes)
    return list(train(e.replace(**still)))


@pytest.mark.parametrize(
    ("metric", "changes"),
    [(metric, changes) for space, changes in SPACES.items() for metric in METRICS[space]],
    ids=[f"{space}-{metric}" for space in SPACES for metric in METRICS[space]],
)
def test_each_metric_ends_a_run_when_it_is_good_enough(
    metric: str, changes: dict[str, Any]
) -> None:
    [first] = [e for e in run("none", 0.0, **changes) if isinstance(e, Frame)][:1]
    value = float(getattr(first.metrics, metric)[0])
    better = 1 if metric in HIGHER_IS_BETTER else -1
    off = 0.1 * abs(value) + 0.01
    if np.isfinite(value):
        events = run(metric, max(0.0, value - better * off), **changes)
        [told] = stopped(events)
        assert (told.metric, told.step) == (metric, 6)
        assert told.value == pytest.approx(value, rel=1e-3)
        finished = events[-1]
        assert isinstance(finished, Finished)
        assert (finished.step, finished.stopped) == (6, True)
    if value + better * off >= 0:
        never = run(metric, value + better * off, **changes)
        assert not stopped(never)
        assert isinstance(never[-1], Finished)
        assert never[-1].step == 12


@pytest.mark.parametrize(("patience", "step"), [(1, 2), (2, 4), (4, 8)])
def test_patience_is_counted_in_regular_pictures(patience: int, step: int) -> None:
    # The picture of the untrained state counts for nothing: no step was taken.
    [told] = stopped(run("w1", 1e6, patience))
    assert told.step == step


def test_pictures_of_a_pretraining_do_not_count() -> None:
    [told] = stopped(run("w1", 1e6, patience=2, pretraining={"steps": 150}))
    assert told.step == 4


def test_pictures_that_somebody_wants_do_not_count() -> None:
    class Curious(RunToEnd):
        def wants_frame(self) -> bool:
            return True

    e = small(steps=12, frame_every=4, **TINY)
    e = e.replace(early_stopping={"metric": "w1", "threshold": 1e6, "patience": 2})
    plain, curious = stopped(list(train(e))), stopped(list(train(e, control=Curious())))
    assert plain[0].step == curious[0].step


def test_a_control_may_go_on_and_is_told_once() -> None:
    class Deaf(RunToEnd):
        def hear(self, event: Any) -> None:
            pass

    e = small(steps=20, frame_every=2, **TINY)
    e = e.replace(early_stopping={"metric": "w1", "threshold": 1e6, "patience": 2})
    events = list(train(e, control=Deaf()))
    assert len(stopped(events)) == 1
    assert isinstance(events[-1], Finished)
    assert events[-1].step == 20


def test_every_replica_has_to_be_good_enough() -> None:
    rule = EarlyStopping(metric="w1", threshold=0.1)
    assert rule.is_met(np.array([0.09, 0.05], dtype=np.float32))
    assert not rule.is_met(np.array([0.09, 0.2], dtype=np.float32))


def test_a_fleet_waits_for_its_last_finite_replica() -> None:
    rule = EarlyStopping(metric="w1", threshold=0.1)
    assert rule.is_met(np.array([0.05, np.nan, 0.02], dtype=np.float32))
    assert not rule.is_met(np.array([np.nan, np.nan], dtype=np.float32))
    high = EarlyStopping(metric="high_quality", threshold=0.9)
    assert high.is_met(np.array([0.95, 0.91], dtype=np.float32))
    assert not high.is_met(np.array([0.95, 0.85], dtype=np.float32))
    events = run("w1", 1e6, patience=1, replicas=3)
    [told] = stopped(events)
    assert told.step == 6  # a fleet of three has a third of the regular pictures


@pytest.mark.parametrize(
    ("metric", "changes"), [("js", SPACES["plane"]), ("mmd", {}), ("reverse_kl", {})]
)
def test_a_metric_that_the_target_has_not_is_refused(metric: str, changes: dict[str, Any]) -> None:
    with pytest.raises(SpecError, match=f"this target is not measured by {metric}; use w1"):
        small(**changes).replace(**{"early_stopping.metric": metric})


def test_the_rule_may_change_while_a_run_trains() -> None:
    class Impatient(RunToEnd):
        def next(self, step: int, experiment: Experiment) -> Any:
            if step == 4 and experiment.early_stopping.metric == "none":
                rule = {"metric": "w1", "threshold": 1e6, "patience": 1}
                return experiment.replace(early_stopping=rule)
            return super().next(step, experiment)

    events = list(train(small(steps=20, frame_every=2, **TINY), control=Impatient()))
    [told] = stopped(events)
    assert told.step == 6
