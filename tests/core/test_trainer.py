"""The trainer: what it yields, what it obeys, what it refuses."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ganstudio.core import observer
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.device import available, resolve
from ganstudio.core.events import Condition, Edited, Event, Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.trainer import train
from ganstudio.errors import DeviceError, SpecError, TooLargeError, WeightsError
from tests.core.helpers import line_view, new_game, record, same_bits, small, spelled

Answer = Order | Experiment


class Script(RunToEnd):
    """Answers with what stands in the script, then stops."""

    def __init__(self, *answers: Answer | Callable[[Experiment], Experiment]) -> None:
        super().__init__()
        self._answers = list(answers)
        self.frames: list[bool] = []

    def next(self, step: int, experiment: Experiment) -> Answer:
        if not self._answers:
            return Order.STOP
        answer = self._answers.pop(0)
        return answer if isinstance(answer, Answer) else answer(experiment)


def events(experiment: Experiment, *script: Any) -> list[Event]:
    return list(train(experiment, control=Script(*script)))


def test_the_order_of_events() -> None:
    found = list(train(small(steps=12, frame_every=5)))
    assert [type(event) for event in found] == [Started, *[Frame] * 4, Finished]
    assert [e.step for e in found if isinstance(e, Frame)] == [0, 5, 10, 12]
    started, finished = found[0], found[-1]
    assert isinstance(started, Started)
    assert isinstance(finished, Finished)
    assert (started.device, started.threads) == ("cpu", 1)
    assert (started.parameters_g, started.parameters_d) == (321, 1153)
    assert (finished.step, finished.stopped) == (12, False)


@pytest.mark.parametrize("frame_every", [1, 3, 7, 1000])
def test_frames_carry_every_loss_once(frame_every: int) -> None:
    run = record(small(steps=20, frame_every=frame_every, replicas=2))
    assert run.loss_d.shape == run.loss_g.shape == (20, 2)
    assert np.isfinite(run.loss_d).all()
    lengths = [len(frame.loss_d) for frame in run.frames]
    assert np.cumsum(lengths).tolist() == [frame.step for frame in run.frames]
    assert run.loss_d.tobytes() == record(small(steps=20, replicas=2)).loss_d.tobytes()


def test_losses_are_those_before_the_update() -> None:
    e = small(steps=1)
    untrained = new_game(e)
    assert untrained.last_logits is None
    first = record(e).loss_d[0, 0]
    assert first == record(e.replace(**{"optimizer_d.lr": 0.5})).loss_d[0, 0]


def test_steps_of_one_network_leave_the_other_alone() -> None:
    e = small()
    finished = events(e, Order.STOP)[-1]
    assert isinstance(finished, Finished)
    start = finished.weights
    for order, moved in ((Order.DISCRIMINATOR, "discriminator"), (Order.GENERATOR, "generator")):
        found = events(e, order, order)
        last = found[-1]
        assert isinstance(last, Finished)
        for name, weight in last.weights.items():
            same = np.array_equal(weight, start[name])
            assert same is not name.startswith(moved), name
        frames = [f for f in found if isinstance(f, Frame)]
        loss_d = np.concatenate([f.loss_d for f in frames])
        loss_g = np.concatenate([f.loss_g for f in frames])
        assert loss_d.shape == loss_g.shape == (2, 1)
        assert np.isnan(loss_g if moved == "discriminator" else loss_d).all()
        assert np.isfinite(loss_d if moved == "discriminator" else loss_g).all()
        assert last.step == 2


def test_show_yields_the_state_as_it_is() -> None:
    found = events(small(), Order.BOTH, Order.SHOW, Order.SHOW)
    frames = [f for f in found if isinstance(f, Frame)]
    assert [f.step for f in frames] == [0, 1, 1]
    assert [len(f.loss_d) for f in frames] == [0, 1, 0]
    assert frames[1].metrics.distance == frames[2].metrics.distance


def test_stop_says_so_and_shows_the_last_state() -> None:
    found = events(small(), Order.BOTH, Order.BOTH)
    finished = found[-1]
    assert isinstance(finished, Finished)
    assert (finished.step, finished.stopped) == (2, True)
    assert isinstance(found[-2], Frame)
    assert found[-2].step == 2


def test_wanted_frames_come_beside_the_regular_ones_and_change_nothing() -> None:
    class Curious(RunToEnd):
        def wants_frame(self) -> bool:
            return True

    seldom, often = record(small(frame_every=10)), record(small(frame_every=10), control=Curious())
    assert len(often.frames) == 21
    assert list(spelled(seldom)) == list(spelled(often))
    assert seldom.last.verdicts == often.last.verdicts


def test_live_edits_take_effect_at_the_next_step() -> None:
    frozen = {"optimizer_d.lr": 1e-30, "optimizer_g.lr": 1e-30}
    script = [Order.BOTH] * 3 + [lambda e: e.replace(**frozen)] + [Order.BOTH] * 3
    found = events(small(frame_every=1), *script)
    edited = next(e for e in found if isinstance(e, Edited))
    assert edited.step == 3
    assert set(edited.paths) == set(frozen)
    assert edited.experiment.at("optimizer_d.lr") == 1e-30
    maps = [line_view(f).map for f in found if isinstance(f, Frame)]
    assert not np.array_equal(maps[2], maps[3])
    np.testing.assert_allclose(maps[3], maps[6], atol=1e-6)


def test_an_edit_to_the_number_of_steps_extends_the_run() -> None:
    class Extend(RunToEnd):
        def next(self, step: int, experiment: Experiment) -> Answer:
            if step == 20 and experiment.steps == 20:
                return experiment.replace(steps=25)
            return super().next(step, experiment)

    longer = record(small(steps=25))
    extended = list(train(small(steps=20), control=Extend()))
    last = extended[-1]
    assert isinstance(last, Finished)
    assert (last.step, last.stopped) == (25, False)
    assert same_bits(dict(last.weights), dict(longer.finished.weights))


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("seed", 1),
        ("batch_size", 5),
        ("target.mu", 1.0),
        ("generator.layers.0.width", 3),
        ("optimizer_d", "sgd"),
        ("noise", "uniform"),
        ("replicas", 2),
        ("standardise", False),
    ],
)
def test_edits_that_need_a_restart_are_refused(path: str, value: Any) -> None:
    with pytest.raises(SpecError, match=rf"^{path}.*restart the run"):
        events(small(), Order.BOTH, lambda e: e.replace(**{path: value}))


def test_an_average_that_is_switched_on_begins_at_the_newest_weights() -> None:
    found = events(small(), *[Order.BOTH] * 5, lambda e: e.replace(ema=0.9))
    last = found[-1]
    assert isinstance(last, Finished)
    for name in [n for n in last.weights if n.startswith("average")]:
        newest = last.weights[name.replace("average", "generator")]
        np.testing.assert_array_equal(last.weights[name], newest)


def test_the_average_is_exponential() -> None:
    weights, average = [], np.empty(0, dtype=np.float32)
    for step in range(1, 6):
        run = record(small(steps=step, ema=0.7))
        weights.append(run.finished.weights["generator.0.weight"])
        average = run.finished.weights["average.0.weight"]
    start = events(small(ema=0.7), Order.STOP)[-1]
    assert isinstance(start, Finished)
    expected = start.weights["generator.0.weight"].astype(float)
    for weight in weights:
        expected = 0.7 * expected + 0.3 * weight
    np.testing.assert_allclose(average, expected, atol=1e-6)


def test_k_discriminator_steps() -> None:
    """k = 3 is D, D, D, G; with orders for one network at a time it is the same run."""
    together = record(small(steps=2, discriminator_steps=3)).finished.weights
    script = ([Order.DISCRIMINATOR] * 3 + [Order.GENERATOR]) * 2
    apart = events(small(), *script)[-1]
    assert isinstance(apart, Finished)
    assert same_bits(dict(together), dict(apart.weights))


def test_pretraining_comes_first_and_is_told() -> None:
    e = small(steps=3, pretraining={"steps": 120})
    run = record(e)
    assert [f.pretraining_step for f in run.frames][:4] == [0, 50, 100, 120]
    assert run.loss_pretraining.shape == (120, 1)
    assert [f.step for f in run.frames][:4] == [0, 0, 0, 0]
    assert run.loss_pretraining[-20:].mean() < run.loss_pretraining[:20].mean()


def test_pretraining_has_its_own_optimizer_and_weights() -> None:
    e = small(steps=1, standardise=False, pretraining={"steps": 30}, optimizer_d="sgd")
    d = {k: v for k, v in first_weights(e).items() if k.startswith("discriminator")}
    renamed = {k.replace("discriminator", "pretraining"): v for k, v in d.items()}
    given = record(e, weights=renamed)
    other = record(e)
    assert given.loss_pretraining[0] != other.loss_pretraining[0]
    assert np.isfinite(given.loss_d).all()


def first_weights(experiment: Experiment) -> dict[str, Any]:
    last = events(experiment, Order.STOP)[-1]
    assert isinstance(last, Finished)
    return dict(last.weights)


def test_weights_go_out_and_in_again() -> None:
    e = small(seed=5, replicas=2)
    given = record(small(seed=5, replicas=2, steps=7)).finished.weights
    assert same_bits(first_weights_from(e, given), dict(given))
    one = {name: weight[1] for name, weight in given.items()}
    spread = first_weights_from(e, one)
    for name, weight in one.items():
        np.testing.assert_array_equal(spread[name], np.broadcast_to(weight, (2, *weight.shape)))


def first_weights_from(experiment: Experiment, weights: Any) -> dict[str, Any]:
    last = list(train(experiment, weights=weights, control=Script()))[-1]
    assert isinstance(last, Finished)
    return dict(last.weights)


@pytest.mark.parametrize(
    ("name", "shape", "says"),
    [
        ("critic.0.weight", (1, 16), "critic.0.weight: weights are named generator"),
        ("generator.9.weight", (1, 16), "generator.9.weight: the generator has only"),
        ("generator.0.weight", (1, 16), "generator.0.bias: missing"),
        ("pretraining.0.weight", (9, 9), "pretraining.0.bias: missing"),
    ],
)
def test_weights_that_do_not_fit(name: str, shape: tuple[int, ...], says: str) -> None:
    e = small(pretraining={"steps": 1})
    with pytest.raises(WeightsError, match=says):
        list(train(e, weights={name: np.zeros(shape, dtype=np.float32)}))


def test_what_is_too_large_is_refused_at_once() -> None:
    wide = [{"width": 1_000_000}] * 2
    with pytest.raises(TooLargeError, match="TiB"):
        next(train(small().replace(**{"generator.layers": wide})))


def test_devices_that_are_not_here() -> None:
    for missing in ("cuda:63", "mps"):
        if missing not in available():
            with pytest.raises(DeviceError, match="there is cpu"):
                next(train(small(device=missing)))
    assert resolve("auto") in available()
    assert resolve("cpu") == "cpu"


@pytest.mark.parametrize("name", ["optimizer_d", "optimizer_g"])
def test_a_rate_beyond_reason_ends_in_numbers_that_are_not_finite_and_is_told(name: str) -> None:
    run = record(small(steps=30).replace(**{name: {"kind": "sgd", "lr": 1e9}}))
    assert run.last.step == 30
    diverged = Condition.DIVERGED
    finite = np.isfinite(run.last.metrics.distance[0]) and np.isfinite(run.loss_d[-1, 0])
    assert (run.last.verdicts[0].condition is diverged) or finite


def test_verdicts_and_metrics_have_one_entry_a_replica() -> None:
    run = record(small(replicas=3))
    for frame in run.frames:
        assert len(frame.verdicts) == 3
        assert frame.metrics.distance.shape == frame.lost_at.shape == (3,)
        view = line_view(frame)
        assert view.d.shape == view.d_best.shape == view.x.shape
        assert frame.fleet is not None
        assert len(frame.fleet.shapes) == 3


class Curious(RunToEnd):
    """Wants a picture after every step."""

    def wants_frame(self) -> bool:
        return True


def test_pictures_that_come_fast_are_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    """A regular frame is, and a fleet has fewer of those."""
    monkeypatch.setattr(observer, "GLANCE_SECONDS", math.inf)
    run = record(small(steps=12, frame_every=2, replicas=3), control=Curious())
    assert [frame.step for frame in run.frames] == list(range(13))
    assert [frame.measured_at for frame in run.frames] == [0] * 6 + [6] * 6 + [12]
    for frame in run.frames:
        measured = run.frames[frame.measured_at]
        assert np.array_equal(frame.metrics.distance, measured.metrics.distance)
        assert frame.floors == measured.floors
    alone = record(small(steps=6, frame_every=3), control=Curious())
    assert [frame.measured_at for frame in alone.frames] == [0, 0, 0, 3, 3, 3, 6]


def test_pictures_that_take_their_time_are_all_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(observer, "GLANCE_SECONDS", 0.0)
    run = record(small(steps=4, frame_every=100, replicas=3), control=Curious())
    assert [frame.measured_at for frame in run.frames] == [0, 1, 2, 3, 4]


def test_folded_frames_keep_every_loss() -> None:
    frames = record(small(frame_every=1)).frames
    folded = frames[3].after(frames[2].after(frames[1]))
    assert folded.step == 3
    np.testing.assert_array_equal(folded.loss_d, np.concatenate([f.loss_d for f in frames[1:4]]))
    assert not folded.loss_d.flags.writeable


def test_seconds_are_told() -> None:
    assert 0 < record(small(steps=1)).finished.seconds < math.inf
