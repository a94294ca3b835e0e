"""Training, from top to bottom like the algorithm box of the paper.

The trainer knows nothing of threads, processes, files or screens.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.control import Control, Order, RunToEnd, Watch
from ganstudio.core.device import resolve
from ganstudio.core.draws import Draws, Feed
from ganstudio.core.estimate import check_size
from ganstudio.core.events import (
    Answered,
    EarlyStop,
    Edited,
    Event,
    Finished,
    Frame,
    NotFinite,
    Started,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.loss_log import Losses
from ganstudio.core.observer import FLEET_PATIENCE, Observer
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.questions import Asked
from ganstudio.core.spec import changes
from ganstudio.core.studio import Studio
from ganstudio.core.weights import Arrays, check_names
from ganstudio.errors import CheckpointError, GanStudioError, SpecError

PRETRAINING_FRAME_EVERY = 50
NETWORKS = ("generator", "discriminator", "pretraining", "average")
"""What names of weights begin with; the average is that of the generator."""


def train(
    experiment: Experiment,
    *,
    weights: Arrays | None = None,
    draws: Draws | None = None,
    control: Control | None = None,
    start: Checkpoint | None = None,
    gallery: Gallery | None = None,
) -> Iterator[Event]:
    """Train a generator against a discriminator (Goodfellow et al. 2014, algorithm 1).

    Args:
        experiment: all that decides the result.
        weights: initial weights by name, such as `"generator.0.weight"` (in, out) or, with
            a leading replica axis, (R, in, out); a network is given whole or not at all.
        draws: takes the place of the experiment's own real samples and noise.
        control: steers the run; without one it goes on to the last step.
        start: goes on from there instead of from the first step. The experiment may differ from
            the checkpoint's where a run takes an edit, and in device and threads.
        gallery: the pictures that a target of pictures stands for, which it must have.

    Yields:
        `Started`, then a `Frame` of the untrained state and one every `frame_every` steps and
        at the end, `Edited` for every edit, `NotFinite` and `EarlyStop` where they happen,
        `Checkpoint` when it is ordered, `Answered` to every question, and `Finished`. Pretraining
        comes before the first step, an update for each time that the control is asked.

    Raises:
        TooLargeError, DeviceError, WeightsError, CheckpointError, DrawsError: each before or
            while training, with one sentence.
        SpecError: an edit, or an experiment that does not go on from `start`, or a target of
            pictures without its gallery.
    """
    begun = time.perf_counter()
    control = control or RunToEnd()
    run = (
        _Run(experiment, weights or {}, draws, gallery)
        if start is None
        else _resumed(experiment, start, gallery)
    )
    yield run.started()
    yield run.frame(control.watch())
    if run.experiment != experiment:
        yield run.edit(experiment)
    run.prepare()
    while (order := control.next(run.step, run.experiment)) is not Order.STOP:
        if isinstance(order, Experiment):
            yield run.edit(order)
        elif isinstance(order, Asked):
            yield run.answer(order)
        elif order is Order.SHOW:
            yield run.frame(control.watch(), full=True)
        elif order is Order.BACK:
            run.go_back()
            yield run.frame(control.watch(), full=True)
        elif order is Order.KEEP:
            yield run.checkpoint()
        else:
            if run.is_pretraining:
                run.pretrain()
            elif (trouble := run.play(order)) is not None:
                control.hear(trouble)
                yield trouble
            if run.frame_is_due() or control.wants_frame():
                yield run.frame(control.watch())
                if (enough := run.early_stop()) is not None:
                    control.hear(enough)
                    yield enough
    if not run.is_shown:
        yield run.frame(control.watch(), full=True)
    stopped = run.step < run.experiment.steps
    yield Finished(run.step, time.perf_counter() - begun, stopped, run.weights())


def _resumed(experiment: Experiment, start: Checkpoint, gallery: Gallery | None) -> _Run:
    """A run as it was at a checkpoint."""
    here = {name: experiment.at(name) for name in ("device", "threads")}
    run = _Run(start.experiment.replace(**here), {}, None, gallery)
    run.load(start)
    return run


class _Run:
    """The state of one call of `train`."""

    def __init__(
        self,
        experiment: Experiment,
        weights: Arrays,
        draws: Draws | None,
        gallery: Gallery | None,
    ) -> None:
        check_size(experiment, pictures=len(gallery.training) if gallery is not None else 0)
        if (experiment.target.space == "pictures") is not (gallery is not None):
            raise SpecError("target: pictures, and only they, need a gallery of what they show")
        check_names(weights, NETWORKS)
        self.experiment = experiment
        self._device = resolve(experiment.device)
        torch.set_num_threads(experiment.threads)
        self._feed = Feed(experiment, self._device, draws, gallery)
        self._game = Game(experiment, self._device, weights, self._feed)
        self._observer = Observer(self._game)
        self._losses = Losses(experiment.replicas)
        # A fleet keeps what is not finite in its replica; on a GPU each look would wait for it.
        self._guards = experiment.replicas == 1 and self._device == "cpu"
        self._transferred = bool(weights)
        self._spoilt = False
        self._good_enough = 0
        self._studio: Studio | None = None
        self.step = 0
        self._pretraining_step = 0

    def started(self) -> Started:
        game = self._game
        return Started(
            self.experiment,
            self._device,
            torch.get_num_threads(),
            game.discriminator.weights.flat.shape[1],
            game.generator.weights.flat.shape[1],
            self._observer.floors,
            self._transferred,
            {} if (gallery := self._feed.gallery) is None else gallery.facts,
        )

    @property
    def is_pretraining(self) -> bool:
        """Whether D still learns the target's density, before the game."""
        return self._pretraining_step < self.experiment.pretraining.steps

    @property
    def is_shown(self) -> bool:
        """Whether the last frame shows the state as it is, measured in full."""
        return self._observer.has_shown(self.step, self._pretraining_step)

    def prepare(self) -> None:
        """What the first step would otherwise have to wait for."""
        self._game.prepare()

    def pretrain(self) -> None:
        """One update of D before the game."""
        self._losses.pretraining.add(self._game.update_pretraining())
        self._pretraining_step += 1

    def play(self, order: Order) -> NotFinite | None:
        """One step, and what it spoilt, if it did."""
        game = self._game
        watches = self._guards and not self._spoilt
        if watches:
            game.arena.keep()
        loss_d, loss_g = game.step(order)
        self._losses.d.add(loss_d)
        self._losses.g.add(loss_g)
        self.step += 1
        if watches and not game.arena.is_finite():
            self._spoilt = True
            return self._not_finite()
        game.follow()
        return None

    def _not_finite(self) -> NotFinite:
        found = self._game.trouble()
        # The arena is not finite, so something in it is.
        assert found is not None
        return NotFinite(self.step, *found)

    def go_back(self) -> None:
        """Take back the step that left something not finite; nothing otherwise."""
        if self._spoilt:
            self._game.go_back()
            self._spoilt = False
            self.step -= 1
            self._observer.forgive()
            self._losses.forgive()

    def early_stop(self) -> EarlyStop | None:
        """Whether the metric has been good enough for long enough, said once."""
        rule = self.experiment.early_stopping
        metrics = self._observer.metrics
        if rule.metric == "none" or metrics is None or self._observer.judged != self.step:
            return None
        if self.step == 0:
            # A pretraining has pictures too, all of the untrained generator.
            return None
        values = getattr(metrics, rule.metric)
        self._good_enough = self._good_enough + 1 if rule.is_met(values) else 0
        if self._good_enough != rule.patience:
            return None
        finite = values[np.isfinite(values)]
        return EarlyStop(self.step, rule.metric, float(np.median(finite)))

    def frame_is_due(self) -> bool:
        """Whether this state has a regular frame, which decides the verdicts too."""
        if self.step == 0:
            done = not self.is_pretraining
            return done or self._pretraining_step % PRETRAINING_FRAME_EVERY == 0
        e = self.experiment
        # To measure many replicas takes longer, so it is done more seldom.
        interval = e.frame_every * min(e.replicas, FLEET_PATIENCE)
        return self.step == e.steps or self.step % interval == 0

    def frame(self, watch: Watch, *, full: bool = False) -> Frame:
        """The state now, with the losses since the previous frame."""
        return self._observer.frame(
            self.step,
            self._pretraining_step,
            self._losses,
            watch,
            due=self.frame_is_due(),
            full=full or self.step >= self.experiment.steps,
        )

    def checkpoint(self) -> Checkpoint:
        """All that decides what comes next; of a spoilt state what `go_back` would lead to."""
        if not self._spoilt:
            return Checkpoint(self.step, self.experiment, self._state())
        spoilt = self._state()
        self.go_back()
        found = self.checkpoint()
        # The broken state stays to be looked at.
        self._restore(spoilt)
        self._spoilt = True
        self.step += 1
        return found

    def _state(self) -> dict[str, Any]:
        return {
            "game": self._game.state(),
            "feed": self._feed.state(),
            "losses": self._losses.state(),
            "observer": self._observer.state(),
            "pretraining_step": self._pretraining_step,
            "good_enough": self._good_enough,
        }

    def load(self, start: Checkpoint) -> None:
        """Go on from a checkpoint of this experiment.

        Raises:
            CheckpointError: it does not fit.
        """
        try:
            self._restore(start.state)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
            raise CheckpointError(
                f"the checkpoint of step {start.step:,} does not fit its experiment: {error}"
            ) from error
        self.step = start.step

    def _restore(self, state: Mapping[str, Any]) -> None:
        self._game.load(state["game"])
        self._feed.load(state["feed"])
        self._losses.load(state["losses"])
        self._observer.load(state["observer"])
        self._pretraining_step = int(state["pretraining_step"])
        self._good_enough = int(state["good_enough"])

    def edit(self, experiment: Experiment) -> Edited:
        """Go on with a changed experiment.

        Raises:
            SpecError: a change that a run can't take while it trains.
        """
        changed = changes(self.experiment, experiment)
        for path, live in changed.items():
            if not live:
                raise SpecError(f"{path}: it can't change while a run trains; restart the run")
        self.experiment = experiment
        self._game.edit(experiment)
        return Edited(self.step, experiment, tuple(changed))

    def answer(self, asked: Asked) -> Answered:
        """What a question comes to, or why there is no answer; the run goes on in any case."""
        begun = time.perf_counter()
        answer, problem = None, ""
        try:
            self._studio = self._studio or Studio(self._game)
            answer = asked.question.answer(self._studio)
        except GanStudioError as error:
            problem = str(error)
        except Exception as error:
            # Whatever it is, nobody loses a run over a question.
            problem = f"{type(error).__name__}: {error}"
        seconds = time.perf_counter() - begun
        return Answered(asked.topic, asked.number, self.step, answer, problem, seconds)

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights by name, and the generator's average."""
        g, d = self._game.generator.weights, self._game.discriminator.weights
        named = g.named("generator") | d.named("discriminator")
        if self._game.averages:
            named |= g.named("average", self._game.average)
        return named
