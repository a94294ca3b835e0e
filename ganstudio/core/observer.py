"""Makes the frames of a run: pictures, metrics and verdicts, each as often as it is worth."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.control import Watch
from ganstudio.core.events import AnyMetrics, Condition, Fleet, Floor, Frame, Verdict
from ganstudio.core.game import Game
from ganstudio.core.looking import Care
from ganstudio.core.loss_log import Losses
from ganstudio.core.portrait import Picture, Portrait
from ganstudio.core.verdict import Bench

TILE_SECONDS = 0.1
"""The small pictures of a fleet are no older than this."""
GLANCE_SECONDS = 0.1
"""A picture that comes sooner after a measurement is not measured: nobody reads faster."""
FLEET_PATIENCE = 10
"""A fleet has so many times fewer regular frames, or as many times fewer as it has replicas."""


class Observer:
    """Looks at one game from frame to frame; nothing that it does changes the game."""

    def __init__(self, game: Game) -> None:
        e = game.experiment
        self._game = game
        self._portrait = Portrait(game)
        self._bench = Bench(e.target, game.reals.modes, e.replicas, self._portrait.single_floor)
        self.metrics: AnyMetrics | None = None
        self.judged = -1
        """The step of the newest verdicts."""
        self._shown = (-1, -1, False)
        self._numbered: tuple[int, ...] = (-1, -1)
        self._numbers = 0
        self._floors = self._portrait.floors
        self._measured_at = -1
        self._measured_time = self._tiled_time = 0.0
        self._fleet: Fleet | None = None
        self._verdicts: tuple[Verdict, ...] = ()

    @property
    def floors(self) -> Mapping[str, Floor]:
        """Of the metrics while a run trains."""
        return self._portrait.floors

    def has_shown(self, step: int, pretraining_step: int) -> bool:
        """Whether the last frame was of that state, measured in full."""
        return self._shown == (step, pretraining_step, True)

    def forgive(self) -> None:
        """The step that lost the replica was taken back: it is judged anew."""
        self._bench.forgive()
        self.judged = -1

    def frame(
        self,
        step: int,
        pretraining_step: int,
        losses: Losses,
        watch: Watch,
        *,
        due: bool,
        full: bool,
    ) -> Frame:
        """The state now, with the losses since the previous frame.

        Args:
            step: updates done.
            pretraining_step: the same of the pretraining.
            losses: are emptied.
            watch: what to show.
            due: whether it is a regular frame, which decides the verdicts.
            full: whether the run rests here.
        """
        decides = due and self.judged < step
        care = self._care(due=decides, full=full)
        picture = self._draw(watch, care, step)
        assert self.metrics is not None  # the first picture is never a glance
        # A fleet is judged once more at rest, where it is measured more closely.
        closer = full and not self._portrait.always_full
        if self.judged < 0 or decides or closer:
            self.judged = step
            self._verdicts = self._bench.judge(
                self.metrics, self._floors, self._play_figures(), decisive=closer
            )
        loss_d, loss_g, loss_pretraining = losses.take()
        self._verdicts = self._bench.mark_lost(self._verdicts, losses.lost)
        measured = full or (self._portrait.always_full and picture.metrics is not None)
        self._shown = (step, pretraining_step, measured)
        return Frame(
            step,
            loss_d,
            loss_g,
            loss_pretraining,
            pretraining_step,
            picture.view,
            self.metrics,
            self._floors,
            self._measured_at,
            self._verdicts,
            losses.lost_at,
            self._fleet,
            picture.layers,
            self._number(step, pretraining_step) if due else None,
        )

    def state(self) -> dict[str, Any]:
        """All that decides the next verdicts."""
        return {
            "bench": self._bench.state(),
            "judged": self.judged,
            "numbered": list(self._numbered),
            "numbers": self._numbers,
            "verdicts": [[v.condition.value, v.reason] for v in self._verdicts],
        }

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no such state.
        """
        self._bench.load(state["bench"])
        self.judged = int(state["judged"])
        step, pretraining_step = state["numbered"]
        self._numbered = int(step), int(pretraining_step)
        self._numbers = int(state["numbers"])
        verdicts = tuple(Verdict(Condition(c), str(reason)) for c, reason in state["verdicts"])
        if len(verdicts) != self._game.experiment.replicas:
            raise ValueError(f"{len(verdicts)} verdicts")
        self._verdicts = verdicts

    def _draw(self, watch: Watch, care: Care, step: int) -> Picture:
        now = time.perf_counter()
        picture = self._portrait.draw(watch, care, tiles=now - self._tiled_time > TILE_SECONDS)
        if picture.fleet is not None:
            self._fleet, self._tiled_time = picture.fleet, now
        if picture.metrics is not None:
            self.metrics, self._measured_at = picture.metrics, step
            self._floors = self._portrait.floors_of(care)
            self._measured_time = time.perf_counter()
        return picture

    def _number(self, *state: int) -> int:
        """The number of a regular frame: the same for the same state, which may be shown again."""
        if state != self._numbered:
            self._numbered = state
            self._numbers += 1
        return self._numbers - 1

    def _care(self, *, due: bool, full: bool) -> Care:
        """How closely this frame looks: a picture between two regular ones may just glance."""
        if full:
            return Care.FULL
        if due or self.metrics is None:
            return Care.MEASURED
        since = time.perf_counter() - self._measured_time
        patience = GLANCE_SECONDS * min(self._game.experiment.replicas, FLEET_PATIENCE)
        glances = since < patience or not self._portrait.is_quick
        return Care.GLANCE if glances else Care.MEASURED

    def _play_figures(self) -> list[NDArray[np.float32]]:
        """Mean D(real), mean D(fake), and both gradient norms of the newest updates, (R,)."""
        game, e = self._game, self._game.experiment
        half, one = np.full((2, e.replicas), [[0.5], [1.0]], dtype=np.float32)
        figures = [half, half]
        if game.last_logits is not None and e.loss.is_probability:
            real, fake = e.loss.probability(game.last_logits).chunk(2, dim=1)
            figures = [real.mean((1, 2)).cpu().numpy(), fake.mean((1, 2)).cpu().numpy()]
        # A network that was not updated yet has no gradient that could be too small.
        for player in (game.discriminator, game.generator):
            slope = player.last_gradient
            # In double precision: the square of a large number is still one.
            figures.append(one if slope is None else slope.double().norm(dim=1).cpu().numpy())
        return figures
