"""Training, from top to bottom like the algorithm box of the paper.

The trainer knows nothing of threads, processes, files or screens.
"""

from __future__ import annotations

import time
from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.control import Control, Order, RunToEnd, Watch
from ganstudio.core.device import resolve
from ganstudio.core.draws import Draws, Feed
from ganstudio.core.estimate import check_size
from ganstudio.core.events import (
    EarlyStop,
    Edited,
    Event,
    Finished,
    Fleet,
    Frame,
    Metrics,
    NotFinite,
    PlaneMetrics,
    Started,
    Verdict,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.looking import Care
from ganstudio.core.loss_log import LossLog
from ganstudio.core.portrait import Portrait
from ganstudio.core.spec import changes
from ganstudio.core.verdict import Bench
from ganstudio.core.weights import Arrays, check_names
from ganstudio.errors import SpecError

PRETRAINING_FRAME_EVERY = 50
TILE_SECONDS = 0.1
"""The small pictures of a fleet are no older than this."""
GLANCE_SECONDS = 0.1
"""A picture that comes sooner after a measurement is not measured: nobody reads faster."""
FLEET_PATIENCE = 10
"""A fleet has so many times fewer regular frames, or as many times fewer as it has replicas."""
NETWORKS = ("generator", "discriminator", "pretraining", "average")
"""What names of weights begin with; the average is that of the generator."""


def train(
    experiment: Experiment,
    *,
    weights: Arrays | None = None,
    draws: Draws | None = None,
    control: Control | None = None,
) -> Iterator[Event]:
    """Train a generator against a discriminator (Goodfellow et al. 2014, algorithm 1).

    Args:
        experiment: all that decides the result.
        weights: initial weights by name, such as `"generator.0.weight"` (in, out) or, with
            a leading replica axis, (R, in, out); a network is given whole or not at all.
        draws: takes the place of the experiment's own real samples and noise.
        control: steers the run; without one it goes on to the last step.

    Yields:
        `Started`, then a `Frame` of the untrained state and one every `frame_every` steps and
        at the end, `Edited` for every edit, `NotFinite` and `EarlyStop` where they happen, and
        `Finished`. Pretraining comes before the first step, an update for each time that the
        control is asked.

    Raises:
        TooLargeError, DeviceError, WeightsError, DrawsError: each before or while training,
            with one sentence.
    """
    begun = time.perf_counter()
    control = control or RunToEnd()
    run = _Run(experiment, weights or {}, draws)
    yield run.started()
    yield run.frame(control.watch())
    run.prepare()
    while (order := control.next(run.step, run.experiment)) is not Order.STOP:
        if isinstance(order, Experiment):
            yield run.edit(order)
        elif order is Order.SHOW:
            yield run.frame(control.watch(), full=True)
        elif order is Order.BACK:
            run.go_back()
            yield run.frame(control.watch(), full=True)
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


class _Run:
    """The state of one call of `train`."""

    def __init__(self, experiment: Experiment, weights: Arrays, draws: Draws | None) -> None:
        check_size(experiment)
        check_names(weights, NETWORKS)
        self.experiment = experiment
        self._device = resolve(experiment.device)
        torch.set_num_threads(experiment.threads)
        self._feed = Feed(experiment, self._device, draws)
        self._game = Game(experiment, self._device, weights, self._feed)
        self._portrait = Portrait(self._game)
        self._bench = Bench(experiment.target, experiment.replicas, self._portrait.single_floor)
        # A fleet keeps what is not finite in its replica; on a GPU each look would wait for it.
        self._guards = experiment.replicas == 1 and self._device == "cpu"
        self._spoilt = False
        self._good_enough = 0
        self.step = 0
        self._pretraining_step = 0
        self._shown = (-1, -1, False)
        self._losses_d = LossLog(experiment.replicas)
        self._losses_g = LossLog(experiment.replicas)
        self._losses_pretraining = LossLog(experiment.replicas)
        self._logs = (self._losses_d, self._losses_g, self._losses_pretraining)
        self._metrics: Metrics | PlaneMetrics | None = None
        self._floors = self._portrait.floors
        self._measured_at = -1
        self._measured_time = self._tiled_time = 0.0
        self._fleet: Fleet | None = None
        self._verdicts: tuple[Verdict, ...] = ()
        self._judged = -1

    def started(self) -> Started:
        game = self._game
        return Started(
            self.experiment,
            self._device,
            torch.get_num_threads(),
            game.discriminator.weights.flat.shape[1],
            game.generator.weights.flat.shape[1],
            self._portrait.floors,
        )

    @property
    def is_pretraining(self) -> bool:
        """Whether D still learns the target's density, before the game."""
        return self._pretraining_step < self.experiment.pretraining.steps

    @property
    def is_shown(self) -> bool:
        """Whether the last frame shows the state as it is, measured in full."""
        return self._shown == (self.step, self._pretraining_step, True)

    def prepare(self) -> None:
        """What the first step would otherwise have to wait for."""
        self._game.prepare()

    def pretrain(self) -> None:
        """One update of D before the game."""
        self._losses_pretraining.add(self._game.update_pretraining())
        self._pretraining_step += 1

    def play(self, order: Order) -> NotFinite | None:
        """One step, and what it spoilt, if it did."""
        game = self._game
        watches = self._guards and not self._spoilt
        if watches:
            game.arena.keep()
        loss_d, loss_g = game.step(order)
        self._losses_d.add(loss_d)
        self._losses_g.add(loss_g)
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
            self._bench.forgive()
            self._judged = -1
            for log in (self._losses_d, self._losses_g):
                log.forgive()

    def early_stop(self) -> EarlyStop | None:
        """Whether the metric has been good enough for long enough, said once."""
        rule = self.experiment.early_stopping
        if rule.metric == "none" or self._metrics is None or self._judged != self.step:
            return None
        if self.step == 0:
            # A pretraining has pictures too, all of the untrained generator.
            return None
        values = getattr(self._metrics, rule.metric)
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
        full = full or self.step >= self.experiment.steps
        due = self.frame_is_due() and self._judged < self.step
        care = self._care(due=due, full=full)
        now = time.perf_counter()
        tiles = now - self._tiled_time > TILE_SECONDS
        picture = self._portrait.draw(watch, care, tiles=tiles)
        if picture.fleet is not None:
            self._fleet, self._tiled_time = picture.fleet, now
        if picture.metrics is not None:
            self._metrics, self._measured_at = picture.metrics, self.step
            self._floors = self._portrait.floors_of(care)
            self._measured_time = time.perf_counter()
        assert self._metrics is not None  # the first picture is never a glance
        # A fleet is judged once more at rest, where it is measured more closely.
        closer = full and not self._portrait.always_full
        if self._judged < 0 or due or closer:
            self._judged = self.step
            self._verdicts = self._bench.judge(
                self._metrics, self._floors, self._play_figures(), decisive=closer
            )
        loss_d, loss_g, loss_pretraining = (log.take() for log in self._logs)
        lost_at = np.fmin(self._losses_d.lost_at, self._losses_g.lost_at)
        lost = np.isfinite(np.fmin(lost_at, self._losses_pretraining.lost_at))
        self._verdicts = self._bench.mark_lost(self._verdicts, lost)
        measured = full or (self._portrait.always_full and picture.metrics is not None)
        self._shown = (self.step, self._pretraining_step, measured)
        return Frame(
            self.step,
            loss_d,
            loss_g,
            loss_pretraining,
            self._pretraining_step,
            picture.view,
            self._metrics,
            self._floors,
            self._measured_at,
            self._verdicts,
            lost_at,
            self._fleet,
            picture.layers,
        )

    def _care(self, *, due: bool, full: bool) -> Care:
        """How closely this frame looks: a picture between two regular ones may just glance."""
        if full:
            return Care.FULL
        if due or self._metrics is None:
            return Care.MEASURED
        since = time.perf_counter() - self._measured_time
        patience = GLANCE_SECONDS * min(self.experiment.replicas, FLEET_PATIENCE)
        return Care.GLANCE if since < patience else Care.MEASURED

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

    def weights(self) -> dict[str, NDArray[np.float32]]:
        """All weights by name, and the generator's average."""
        g, d = self._game.generator.weights, self._game.discriminator.weights
        named = g.named("generator") | d.named("discriminator")
        if self._game.averages:
            named |= g.named("average", self._game.average)
        return named

    def _play_figures(self) -> list[NDArray[np.float32]]:
        """Mean D(real), mean D(fake), and both gradient norms of the newest updates, (R,)."""
        game = self._game
        half, one = np.full((2, self.experiment.replicas), [[0.5], [1.0]], dtype=np.float32)
        figures = [half, half]
        loss = self.experiment.loss
        if game.last_logits is not None and loss.is_probability:
            real, fake = loss.probability(game.last_logits).chunk(2, dim=1)
            figures = [real.mean((1, 2)).cpu().numpy(), fake.mean((1, 2)).cpu().numpy()]
        # A network that was not updated yet has no gradient that could be too small.
        for player in (game.discriminator, game.generator):
            slope = player.last_gradient
            figures.append(one if slope is None else slope.norm(dim=1).cpu().numpy())
        return figures
