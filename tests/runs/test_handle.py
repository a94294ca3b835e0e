"""Both handles obey the same commands and say the same things."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import Edited, Failed, Finished, Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.core.trainer import train
from ganstudio.runs.handle import Run
from ganstudio.runs.local import LocalRun
from ganstudio.runs.messages import Message, State
from ganstudio.runs.process import ProcessRun
from tests.runs.helpers import LONG, QUICK, Ear, events, frames, losses, state_of, states, view

PRETRAINING = QUICK.replace(**{"pretraining.steps": 10**7})
"""Would take minutes before its first step."""
NEVER = 0.001
"""Steps a second: the second step is beyond the patience of a test."""


def same(a: list[Frame], b: list[Frame]) -> bool:
    """Whether the losses are the same, bit for bit."""
    return all(x.tobytes() == y.tobytes() for x, y in zip(losses(a), losses(b), strict=True))


def test_a_run_from_start_to_end(ear: Ear, run: Run) -> None:
    run.start(QUICK)
    heard = ear.until_state(State.ENDED)
    assert states(heard) == [State.PLAYING, State.ENDED]
    first, *others = events(heard)
    assert isinstance(first, Started)
    assert first.experiment == QUICK
    assert others == frames(heard)
    assert frames(heard)[-1].step == QUICK.steps
    run.stop()
    heard = ear.until_state(State.READY)
    [finished] = events(heard)
    assert isinstance(finished, Finished)
    assert (finished.step, finished.stopped) == (QUICK.steps, False)
    assert {m.run for m in heard} == {run.number}


def test_the_numbers_are_those_of_train(ear: Ear, run: Run) -> None:
    run.start(QUICK)
    heard = frames(ear.until_state(State.ENDED))
    direct = [event for event in train(QUICK) if isinstance(event, Frame)]
    assert same(heard, direct)
    assert heard[-1].metrics.distance == direct[-1].metrics.distance
    assert np.array_equal(view(heard[-1]).shown_histogram, view(direct[-1]).shown_histogram)


def test_given_weights_reach_the_run_and_every_reset(ear: Ear, run: Run) -> None:
    [*_, finished] = train(QUICK)
    assert isinstance(finished, Finished)
    run.start(QUICK, weights=finished.weights)
    trained = frames(ear.until_state(State.ENDED))
    run.reset(playing=True)
    again = frames(ear.until_state(State.ENDED))
    run.start(QUICK)
    fresh = frames(ear.until_state(State.ENDED))
    assert same(trained, again)
    assert not same(trained, fresh)


def test_every_loss_arrives_once(ear: Ear, run: Run) -> None:
    run.start(LONG)
    heard = ear.until_step(300)
    run.pause()
    heard += ear.until_state(State.PAUSED)
    step = 0
    for frame in frames(heard):
        assert len(frame.loss_d) == len(frame.loss_g) == frame.step - step
        step = frame.step
    direct = [f for f in train(LONG.replace(steps=step)) if isinstance(f, Frame)]
    assert same(frames(heard), direct)


def test_a_pause_is_the_last_word(ear: Ear, run: Run) -> None:
    run.start(LONG)
    heard = ear.until_step(1)
    run.pause()
    heard += ear.until_state(State.PAUSED)
    shown = frames(heard)[-1]
    run.step()
    # Whatever had come after the pause would stand before the step that was asked for.
    after = ear.next()
    assert after is not None
    assert isinstance(after.content, Frame)
    assert after.content.step == shown.step + 1


def test_pause_and_resume(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(1)
    for _ in range(3):
        run.pause()
        stopped = frames(ear.until_state(State.PAUSED))[-1].step
        run.play()
        assert states(ear.until_step(stopped + 1)) == [State.PLAYING]


@pytest.mark.parametrize(
    ("order", "missing"),
    [
        (Order.BOTH, ()),
        (Order.DISCRIMINATOR, ("loss_g",)),
        (Order.GENERATOR, ("loss_d",)),
    ],
)
def test_single_steps(ear: Ear, run: Run, order: Order, missing: tuple[str, ...]) -> None:
    for step in (1, 2, 3):
        run.step(order)
        [frame] = frames(ear.until_step(step))
        assert frame.step == step
        for name in ("loss_d", "loss_g"):
            [[loss]] = getattr(frame, name)
            assert np.isnan(loss) == (name in missing)


def test_a_step_while_playing_pauses(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(1)
    run.step()
    assert states(ear.until_state(State.PAUSED)) == [State.PAUSED]


def test_steps_lead_over_the_end(ear: Ear, run: Run) -> None:
    run.play(until=QUICK.steps - 1)
    ear.until_state(State.PAUSED)
    run.step()
    ear.until_state(State.ENDED)
    run.step()
    assert frames(ear.until_step(QUICK.steps + 1))


def test_train_to_a_step(ear: Ear, run: Run) -> None:
    for until in (7, 31):
        run.play(until=until)
        heard = ear.until_state(State.PAUSED)
        assert states(heard) == [State.PLAYING, State.PAUSED]
        assert frames(heard)[-1].step == until
    # A step that is past already asks for nothing, and the next command is obeyed.
    run.play(until=3)
    run.step()
    assert [f.step for f in frames(ear.until_step(32))] == [32]


def test_a_slow_pace_shows_every_step(ear: Ear, run: Run) -> None:
    run.pace(20)
    run.start(LONG)
    steps = [frame.step for frame in frames(ear.until_step(5))]
    assert steps == [0, 1, 2, 3, 4, 5]


@pytest.mark.parametrize("before", [True, False], ids=["before the run", "during the run"])
def test_a_pace_that_never_comes_can_be_left(ear: Ear, run: Run, before: bool) -> None:
    if before:
        run.pace(NEVER)
    run.start(LONG)
    if not before:
        run.pace(NEVER)
    ear.until_step(1)
    run.pause()
    ear.until_state(State.PAUSED)
    run.play()
    run.pace(None)
    ear.until_step(300)


def test_an_edit_takes_effect_at_its_step(ear: Ear, run: Run) -> None:
    faster = QUICK.replace(**{"optimizer_d.lr": 0.01, "steps": 50})
    run.play(until=20)
    heard = ear.until_state(State.PAUSED)
    run.edit(faster)
    run.play()
    heard += ear.until_state(State.ENDED)
    [edited] = [event for event in events(heard) if isinstance(event, Edited)]
    assert (edited.step, edited.experiment) == (20, faster)
    assert set(edited.paths) == {"optimizer_d.lr", "steps"}

    class At20(RunToEnd):
        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            if step == 20 and experiment == QUICK:
                return faster
            return super().next(step, experiment)

    direct = [f for f in train(QUICK, control=At20()) if isinstance(f, Frame)]
    assert same(frames(heard), direct)


def test_more_steps_wait_until_they_are_asked_for(ear: Ear, run: Run) -> None:
    run.play()
    ear.until_state(State.ENDED)
    run.edit(QUICK.replace(steps=90))
    assert states(ear.until_state(State.PAUSED)) == [State.PAUSED]
    run.play()
    assert frames(ear.until_state(State.ENDED))[-1].step == 90


def test_fewer_steps_end_a_run(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(10)
    run.edit(LONG.replace(steps=1))
    ear.until_state(State.ENDED)


def test_reset_is_the_same_run_once_more(ear: Ear, run: Run) -> None:
    run.start(QUICK)
    once = frames(ear.until_state(State.ENDED))
    run.reset()
    heard = ear.until_state(State.PAUSED)
    assert frames(heard)[-1].step == 0
    run.play()
    assert same(once, frames(heard) + frames(ear.until_state(State.ENDED)))


def test_stop_ends_a_run_and_the_next_can_start(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(1)
    run.stop()
    heard = ear.until_state(State.READY)
    finished = events(heard)[-1]
    assert isinstance(finished, Finished)
    assert finished.stopped
    run.play()  # was meant for a run that is over
    run.start(QUICK, playing=False)
    assert states(ear.until_state(State.PAUSED)) == [State.PAUSED]


@pytest.mark.parametrize(
    ("commands", "state"),
    [
        (lambda run: run.pause(), State.PAUSED),
        (lambda run: run.stop(), State.READY),
        (lambda run: run.step(), State.PAUSED),
        (lambda run: run.play(until=3), State.PAUSED),
        (lambda run: run.edit(LONG.replace(steps=4)), State.ENDED),
    ],
    ids=["pause", "stop", "step", "play until", "edit"],
)
def test_what_follows_a_start_belongs_to_it(
    ear: Ear, run: Run, commands: Callable[[Run], None], state: State
) -> None:
    """The run before is still under way when both commands arrive."""
    run.start(LONG)
    ear.until_step(1)
    run.start(LONG)
    commands(run)
    ear.until(lambda m: m.run == run.number and state_of(m) is state)


def test_steps_that_follow_a_start_are_all_taken(ear: Ear, run: Run) -> None:
    run.start(LONG)
    ear.until_step(1)
    run.start(LONG, playing=False)
    for _ in range(5):
        run.step()
    ear.until(lambda m: m.run == run.number and isinstance(m.content, Started))
    assert frames(ear.until_step(5))[-1].step == 5


@pytest.mark.parametrize("kind", [LocalRun, ProcessRun])
def test_messages_of_older_runs_are_not_passed_on(kind: type[Run]) -> None:
    run = kind()
    try:
        messages = run.messages()
        for number in range(1, 6):
            run.start(LONG)
            for message in messages:
                assert message.run in (0, number)
                if isinstance(message.content, Frame) and message.content.step:
                    break
    finally:
        run.close()
    assert all(m.run in (0, run.number) for m in messages)


def test_a_failed_start_is_told_and_the_next_one_works(ear: Ear, run: Run) -> None:
    run.start(QUICK.replace(device="cuda:9"))
    heard = ear.until_state(State.READY)
    [failed] = events(heard)
    assert isinstance(failed, Failed)
    assert "cuda:9" in failed.message
    assert "\n" not in failed.message
    assert "DeviceError" in failed.report
    run.start(QUICK)
    ear.until_state(State.ENDED)


@pytest.mark.parametrize("bad", [{"nonsense": 1}, {"generator.0.weight": (3, 3)}])
def test_weights_that_do_not_fit_are_told(ear: Ear, run: Run, bad: dict[str, Any]) -> None:
    run.start(QUICK, weights={n: np.zeros(s, dtype=np.float32) for n, s in bad.items()})
    [failed] = events(ear.until_state(State.READY))
    assert isinstance(failed, Failed)
    assert "WeightsError" in failed.report


def test_a_forbidden_edit_ends_the_run_with_a_sentence(ear: Ear, run: Run) -> None:
    run.edit(QUICK.replace(batch_size=4))
    [failed] = events(ear.until_state(State.READY))
    assert isinstance(failed, Failed)
    assert "batch_size" in failed.message


def test_numbers_that_are_not_finite_pause_the_run_each_time(ear: Ear, run: Run) -> None:
    wild = {"kind": "sgd", "lr": 1e9}
    run.start(LONG.replace(optimizer_d=wild, optimizer_g=wild, frame_every=5))
    heard = ear.until_state(State.DIVERGED)
    assert states(heard) == [State.PLAYING, State.DIVERGED]
    assert frames(heard)[-1].step < 100
    for _ in range(2):
        # Whoever goes on goes on from the good state, where the same happens again.
        run.play()
        assert states(ear.until_state(State.DIVERGED)) == [State.PLAYING, State.DIVERGED]


def is_pretraining(message: Message) -> bool:
    """A frame from before the first step."""
    return isinstance(message.content, Frame) and message.content.pretraining_step > 0


def test_pretraining_is_training_and_can_be_left(ear: Ear, run: Run) -> None:
    run.start(PRETRAINING)
    assert states(ear.until(is_pretraining)) == [State.PLAYING]
    run.start(QUICK, playing=False)
    ear.until(lambda m: m.run == run.number and state_of(m) is State.PAUSED)
    run.start(PRETRAINING)
    ear.until(is_pretraining)
    run.stop()
    assert states(ear.until_state(State.READY)) == [State.READY]


def test_pretraining_obeys_pause_and_step(ear: Ear, run: Run) -> None:
    run.start(QUICK.replace(**{"pretraining.steps": 60}), playing=False)
    ear.until_state(State.PAUSED)
    run.step()
    (shown,) = frames(ear.until(is_pretraining))
    assert (shown.step, shown.pretraining_step) == (0, 1)
    run.play()
    heard = ear.until_state(State.ENDED)
    assert sum(len(frame.loss_pretraining) for frame in frames(heard)) == 59
