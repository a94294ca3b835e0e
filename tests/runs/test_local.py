"""What only a run in this process lets a test arrange: errors inside, and a slow screen."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ganstudio.core.events import Edited, Event, Failed, Frame
from ganstudio.errors import GanStudioError
from ganstudio.runs import engine
from ganstudio.runs.local import LocalRun
from ganstudio.runs.messages import State
from ganstudio.runs.training import train
from tests.runs.helpers import LONG, QUICK, Ear, events, frames, losses, states

HOOKS = (
    "core.trainer._Run.__init__",
    "core.trainer._Run.started",
    "core.observer.Observer.frame",
    "core.trainer._Run.play",
    "core.trainer._Run.frame_is_due",
    "core.trainer._Run.edit",
    "core.game.Game.update_discriminator",
    "core.game.Game.update_generator",
    "core.portrait.Portrait.draw",
    "core.verdict.Bench.judge",
    "runs.steering.Steering.next",
    "runs.steering.Steering.wants_frame",
    "runs.steering.Steering.saw_frame",
)


@pytest.fixture
def ear() -> Iterator[Ear]:
    ear = Ear(LocalRun())
    yield ear
    ear.close()


@pytest.mark.parametrize(
    ("hook", "error"),
    [
        *((hook, RuntimeError("boom")) for hook in HOOKS),
        ("core.trainer._Run.play", MemoryError()),
        ("core.trainer._Run.play", GanStudioError("no luck")),
    ],
)
def test_an_error_anywhere_inside_is_a_failed_run(
    ear: Ear, monkeypatch: pytest.MonkeyPatch, hook: str, error: Exception
) -> None:
    def fail(*_args: Any, **_more: Any) -> Any:
        raise error

    with monkeypatch.context() as patch:
        patch.setattr(f"ganstudio.{hook}", fail)
        ear.run.start(LONG)
        ear.run.edit(LONG.replace(steps=10**8))
        heard = ear.until(lambda m: isinstance(m.content, Failed))
        [failed] = [event for event in events(heard) if isinstance(event, Failed)]
        assert str(error) in failed.message
        assert isinstance(error, GanStudioError) or type(error).__name__ in failed.message
        assert "Traceback" in failed.report
        assert states(ear.until_state(State.READY)) == [State.READY]
    ear.run.start(QUICK)
    ear.until_state(State.ENDED)


def test_frames_before_the_error_are_told(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(*args: Any, **named: Any) -> Iterator[Event]:
        for event in train(*args, **named):
            yield event
            if isinstance(event, Frame) and event.step >= 10:
                raise ValueError("on the way")

    monkeypatch.setattr(engine, "train", breaks)
    ear.run.start(QUICK)
    heard = ear.until(lambda m: isinstance(m.content, Failed))
    assert frames(heard)


def test_frames_faster_than_a_screen_are_folded(ear: Ear, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "SEND_SECONDS", 1e9)
    every = QUICK.replace(frame_every=1)
    ear.run.start(every)
    heard = frames(ear.until_state(State.ENDED))
    assert heard[-1].step == every.steps
    assert len(heard) <= 2
    direct = [event for event in train(every) if isinstance(event, Frame)]
    for ours, theirs in zip(losses(heard), losses(direct), strict=True):
        assert ours.tobytes() == theirs.tobytes()


def test_an_edit_comes_after_the_frames_before_it(
    ear: Ear, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "SEND_SECONDS", 1e9)
    every = LONG.replace(frame_every=1)
    ear.run.start(every)
    heard = ear.until_state(State.PLAYING)
    ear.run.edit(every.replace(ema=0.5))
    heard += ear.until(lambda m: isinstance(m.content, Edited))
    edited = events(heard)[-1]
    assert isinstance(edited, Edited)
    assert sum(len(frame.loss_d) for frame in frames(heard)) == edited.step


@pytest.mark.parametrize("playing", [True, False])
def test_closing_ends_the_messages(playing: bool) -> None:
    ear = Ear(LocalRun())
    ear.run.start(LONG, playing=playing)
    ear.until_state(State.PLAYING if playing else State.PAUSED)
    ear.close()
    ear.rest()


def test_closing_while_pretraining() -> None:
    ear = Ear(LocalRun())
    ear.run.start(LONG.replace(**{"pretraining.steps": 10**7}))
    ear.until_state(State.PLAYING)
    ear.close()
