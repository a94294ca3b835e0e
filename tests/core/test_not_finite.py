"""What is not finite: caught within a step, named, and taken back if somebody wants that."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core import trainer as trainer_module
from ganstudio.core.control import Order, RunToEnd
from ganstudio.core.events import (
    Condition,
    EarlyStop,
    Event,
    Finished,
    Frame,
    NotFinite,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.trainer import train
from tests.core.helpers import TINY, record, same_bits, small

pytestmark = pytest.mark.usefixtures("uncaptured")

WILD = {"kind": "sgd", "lr": 1e9}
EVERYTHING: dict[str, Any] = {
    "generator.layers": [{"width": 3, "normalisation": "batch"}],
    "discriminator.layers": [{"width": 4, "normalisation": "layer"}],
    "discriminator.spectral_norm": True,
}


class Meddler(RunToEnd):
    """Does something to the game before one step, and goes back as often as it hears of it."""

    def __init__(
        self, meddle: Callable[[Game], None], at: int, game: list[Game], *, back: bool
    ) -> None:
        super().__init__()
        self._meddle, self._at, self._game, self._back = meddle, at, game, back
        self.heard: list[NotFinite | EarlyStop] = []
        self._answers: list[Order] = []

    def hear(self, event: NotFinite | EarlyStop) -> None:
        self.heard.append(event)
        if self._back:
            self._answers.append(Order.BACK)

    def next(self, step: int, experiment: Experiment) -> Order | Experiment:
        if self._answers:
            return self._answers.pop()
        if step == self._at:
            self._at = -1
            self._meddle(self._game[0])
        return super().next(step, experiment)


@pytest.fixture
def games(monkeypatch: pytest.MonkeyPatch) -> list[Game]:
    """The games that the trainer makes, the newest first."""
    made: list[Game] = []

    class Seen(Game):
        def __init__(self, *given: Any) -> None:
            super().__init__(*given)
            made.insert(0, self)

    monkeypatch.setattr(trainer_module, "Game", Seen)
    return made


def spoiled(e: Experiment, games: list[Game], meddle: Callable[[Game], None]) -> list[Event]:
    """All events of a run whose game is meddled with before its fourth step."""
    return list(train(e, control=Meddler(meddle, 3, games, back=False)))


@pytest.mark.parametrize("network", ["optimizer_d", "optimizer_g"])
def test_a_rate_beyond_reason_is_caught_and_the_run_goes_on_to_its_end(network: str) -> None:
    critic = {"kind": "wasserstein", "clip": 0.0}
    e = small(steps=30, loss=critic).replace(**{network: WILD | {"kind": "momentum"}})
    events = list(train(e))
    told = [event for event in events if isinstance(event, NotFinite)]
    assert len(told) == 1
    assert 1 <= told[0].step < 30
    finished, last = events[-1], events[-2]
    assert isinstance(finished, Finished)
    assert (finished.step, finished.stopped) == (30, False)
    assert isinstance(last, Frame)
    assert last.verdicts[0].condition is Condition.DIVERGED


TENSORS = [
    ("discriminator", "weights"),
    ("discriminator", "slot 0"),
    ("discriminator", "slot 1"),
    ("discriminator", "buffers"),
    ("generator", "weights"),
    ("generator", "slot 0"),
    ("generator", "slot 1"),
    ("generator", "buffers"),
]


def pieces(game: Game, network: str, which: str) -> list[tuple[int, str, torch.Tensor]]:
    """(layer, name, tensor) of what a network has of one sort."""
    player = getattr(game, network)
    if which == "buffers":
        parts, views = player.buffers.parts, player.buffers.views
    elif which == "weights":
        parts, views = player.weights.parts, player.weights.views
    else:
        parts = player.weights.parts
        views = player.weights.split(player.slots[int(which[-1])])
    return [(part.layer, part.name, view) for part, view in zip(parts, views, strict=True)]


@pytest.mark.parametrize(("network", "which"), TENSORS)
def test_nan_anywhere_is_caught_in_the_same_step_and_named(
    network: str, which: str, games: list[Game]
) -> None:
    e = small(steps=6, frame_every=6, **EVERYTHING)
    record(e)
    for number, (layer, name, _) in enumerate(pieces(games[0], network, which)):

        def meddle(game: Game, number: int = number) -> None:
            pieces(game, network, which)[number][2].view(-1)[0] = float("nan")

        events = spoiled(e, games, meddle)
        told = [event for event in events if isinstance(event, NotFinite)]
        assert len(told) == 1, (layer, name)
        assert told[0].step == 4
        assert told[0].network in ("generator", "discriminator")
        assert told[0].what
        assert "\n" not in told[0].sentence
        assert f"step {told[0].step}" in told[0].sentence
        if which.startswith("slot"):
            # Memory spoils only the weights that it belongs to before the step is over.
            assert (told[0].network, told[0].layer) == (network, layer), name


@pytest.mark.parametrize("network", ["discriminator", "generator"])
def test_what_is_told_is_what_is_wrong(network: str, games: list[Game]) -> None:
    """Something that nothing else depends on names itself."""
    e = small(steps=6, frame_every=6, optimizer_d="adagrad", optimizer_g="adagrad", **TINY)

    def meddle(game: Game) -> None:
        player = getattr(game, network)
        # An infinite sum of squares stops its weight, and spoils nothing.
        player.weights.split(player.slots[0])[0].view(-1)[0] = float("inf")

    [told] = [event for event in spoiled(e, games, meddle) if isinstance(event, NotFinite)]
    assert (told.network, told.layer) == (network, 0)
    assert told.what == "optimizer's memory of the weights"
    assert told.sentence == (
        f"Not finite: the optimizer's memory of the weights of the {network}'s layer 1 in step 4"
    )


def test_the_gradient_is_named_before_what_it_spoils(games: list[Game]) -> None:
    def meddle(game: Game) -> None:
        game.generator.weights.views[0].fill_(float("nan"))

    e = small(steps=6, frame_every=6, **TINY)
    [told] = [event for event in spoiled(e, games, meddle) if isinstance(event, NotFinite)]
    assert (told.network, told.layer, told.what) == ("discriminator", 0, "gradient of the weights")


@pytest.mark.parametrize("play", ["alternating", "extragradient"])
def test_going_back_restores_the_last_good_state_bit_for_bit(play: str, games: list[Game]) -> None:
    e = small(steps=8, frame_every=2, play=play, **EVERYTHING)
    kept: list[torch.Tensor] = []

    def meddle(game: Game) -> None:
        kept.append(game.arena.flat.clone())
        # Not a part of the state that is kept: the next real batch is what is wrong.
        real = game._feed.real

        def broken() -> torch.Tensor:
            game._feed.real = real  # type: ignore[method-assign]  # once only
            return real() * float("nan")

        game._feed.real = broken  # type: ignore[method-assign]

    control = Meddler(meddle, 3, games, back=True)
    seen: list[torch.Tensor] = []
    frames: list[Frame] = []
    for event in train(e, control=control):
        if isinstance(event, NotFinite):
            assert not torch.isfinite(games[0].arena.flat).all()
        if isinstance(event, Frame):
            frames.append(event)
            seen.append(games[0].arena.flat.clone())
    assert len(control.heard) == 1
    after = next(i for i, f in enumerate(frames) if f.step == 3)
    assert torch.equal(seen[after], kept[0])
    assert np.isnan(frames[after].lost_at).all()
    assert frames[after].verdicts[0].condition is not Condition.DIVERGED
    assert frames[-1].step == 8
    assert np.isfinite(frames[-1].metrics.distance).all()
    assert np.isnan(frames[-1].lost_at).all()
    assert torch.isfinite(games[0].arena.flat).all()


def test_going_back_without_need_changes_nothing() -> None:
    class Nervous(RunToEnd):
        def __init__(self) -> None:
            super().__init__()
            self._back = False

        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            self._back = not self._back
            return Order.BACK if self._back else super().next(step, experiment)

    e = small(steps=6, **TINY)
    nervous = record(e, control=Nervous())
    calm = record(e)
    assert same_bits(dict(nervous.finished.weights), dict(calm.finished.weights))
    assert nervous.loss_d.tobytes() == calm.loss_d.tobytes()


def test_going_back_repeats_as_often_as_it_is_needed(games: list[Game]) -> None:
    """A rate that is always too large fails again, and the state of before is kept each time."""
    e = small(steps=8, **TINY, optimizer_d={"kind": "momentum", "lr": 1e9})

    class Stubborn(Meddler):
        def next(self, step: int, experiment: Experiment) -> Order | Experiment:
            return (
                Order.STOP
                if len(self.heard) == 3 and not self._answers
                else super().next(step, experiment)
            )

    control = Stubborn(lambda game: None, -1, games, back=True)
    finished = list(train(e, control=control))[-1]
    assert isinstance(finished, Finished)
    steps = {event.step for event in control.heard}
    assert len(steps) <= 3
    assert all(np.isfinite(w).all() for w in finished.weights.values())


@pytest.mark.parametrize("size", [1e30, 5e37])
def test_losses_that_are_only_huge_are_no_trouble(size: float) -> None:
    """An unbounded critic, for ever the same; nothing overflows."""
    line = {"layers": [], "freeze_output": True}
    critic = {"kind": "wasserstein", "clip": 0.0}
    e = small(steps=4, batch_size=1, generator=line, discriminator=line, loss=critic)
    weights = {
        "generator.0.weight": np.ones((1, 1), np.float32),
        "generator.0.bias": np.zeros(1, np.float32),
        "discriminator.0.weight": np.full((1, 1), size, np.float32),
        "discriminator.0.bias": np.zeros(1, np.float32),
    }
    events = list(train(e, weights=weights))
    assert not [event for event in events if isinstance(event, NotFinite)]
    finished = events[-1]
    assert isinstance(finished, Finished)
    frames = [event for event in events if isinstance(event, Frame)]
    losses = np.concatenate([frame.loss_d for frame in frames])
    assert np.isfinite(losses).all()
    assert np.abs(losses).max() > 0.1 * size


def test_a_fleet_keeps_it_in_its_replica_and_counts(games: list[Game]) -> None:
    e = small(steps=12, frame_every=1, replicas=4, seed=5, **EVERYTHING)
    clean = record(e)

    def meddle(game: Game) -> None:
        game.generator.weights.views[0][2].fill_(float("nan"))

    events = spoiled(e, games, meddle)
    assert not [event for event in events if isinstance(event, NotFinite)]
    frames = [event for event in events if isinstance(event, Frame)]
    loss_d = np.concatenate([frame.loss_d for frame in frames])
    assert np.isfinite(loss_d[:3]).all()
    assert np.isnan(loss_d[3:, 2]).all()
    others = [0, 1, 3]
    np.testing.assert_array_equal(loss_d[:, others], clean.loss_d[:, others])
    assert frames[-1].lost_at.tolist()[2] == 4
    assert np.isnan(frames[-1].lost_at[others]).all()
    assert frames[-1].verdicts[2].condition is Condition.DIVERGED
    assert all(frames[-1].verdicts[i].condition is not Condition.DIVERGED for i in others)


def test_a_lost_loss_is_counted_at_its_own_step_however_seldom_frames_are() -> None:
    from ganstudio.core.loss_log import HELD, LossLog

    log = LossLog(3)
    for step in range(1, HELD + 500):
        loss = torch.ones(3)
        if step >= 7:
            loss[0] = float("inf")
        if step >= HELD + 3:
            loss[2] = float("nan")
        log.add(None if step % 5 == 0 else loss)
        if step == 6:
            log.take()
    log.take()
    assert log.lost_at[0] == 7
    assert np.isnan(log.lost_at[1])
    assert log.lost_at[2] == HELD + 3
    log.forgive()
    assert np.isnan(log.lost_at).all()
