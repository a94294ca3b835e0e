"""The game: two players, their turns, and the state that is kept in case of trouble."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.arena import Arena
from ganstudio.core.checkpoint import array_of, put
from ganstudio.core.control import Order
from ganstudio.core.draws import WEIGHTS_D, WEIGHTS_G, WEIGHTS_PRETRAINING, Feed
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.luck import Answering, Asking, Luck, Request
from ganstudio.core.pictures.gallery import Gallery
from ganstudio.core.plan import Plan
from ganstudio.core.player import Player, Side
from ganstudio.core.replay import Update, capture
from ganstudio.core.targets import Distribution
from ganstudio.core.ticker import Rule, Ticker
from ganstudio.core.updates import (
    blurs,
    constrain,
    discriminator_update,
    generator_update,
    needs_real,
    pretraining_update,
)
from ganstudio.core.variation import stacked
from ganstudio.core.weights import Arrays, Weights

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.targets import Density

    Losses = tuple[Tensor | None, Tensor | None]


class Game:
    """A generator and a discriminator, ready to be updated.

    Args:
        experiment: what to train.
        device: a device's torch name.
        weights: initial weights by name, instead of the experiment's own.
        feed: where samples and noise come from.

    Raises:
        WeightsError: `weights` does not fit.
    """

    def __init__(self, experiment: Experiment, device: str, weights: Arrays, feed: Feed) -> None:
        self.experiment = e = experiment
        self.device = device
        self._feed = feed
        self._luck = Luck(e, device)
        self._seen = stacked(e, device)
        plans = [
            Plan("generator", e.generator, e.inputs_g, e.features, WEIGHTS_G),
            Plan("discriminator", e.discriminator, e.inputs_d, 1, WEIGHTS_D),
            Plan("pretraining", e.discriminator, e.inputs_d, 1, WEIGHTS_PRETRAINING),
        ]
        if not e.pretraining.steps:
            plans.pop()
        tensors = [t for plan in plans for t in plan.tensors(e)]
        self.arena = Arena(tensors, device)
        pieces = iter(self.arena.views)
        players = [plan.player(e, pieces, weights, device) for plan in plans]
        self.generator, self.discriminator = players[:2]
        self._pretrained = players[2] if len(players) > 2 else None
        g = self.generator.weights
        average = Weights(g.parts, g.flat.clone())
        average.load("average", weights)
        self.average = average.flat
        self.last_logits: Tensor | None = None
        """Of D's newest update: real samples, then generated ones, (R, 2 batch / packing, 1)."""
        self._steps = Ticker([_step_rule(one) for one in e.groups()], e.replicas, device)
        self._sigma, self._forgetting = self._steps.example()
        self._captured: dict[str, tuple[Update, list[Request]]] = {}
        for player in self._remembering():
            player.begin_to_remember()

    @property
    def reals(self) -> Distribution | Gallery:
        """What real samples come from."""
        return self._feed.reals

    # ------------------------------------------------------------------------------- a step

    def step(self, order: Order) -> Losses:
        """One step of both players, or one update of one of them.

        Returns:
            The losses of D and G before their updates, (R,); None for one that was not updated.
        """
        self._sigma, self._forgetting = self._steps.next()
        if order is Order.DISCRIMINATOR:
            return self.update_discriminator(), None
        if order is Order.GENERATOR:
            return None, self.update_generator()
        return self.experiment.play.step(self, self.experiment.discriminator_steps)

    def follow(self) -> None:
        """What comes after a step: averages over time take the new weights in."""
        if self.averages:
            self.average.lerp_(self.generator.weights.flat, self._forgetting)
        for player in self._remembering():
            player.remember()

    def update_discriminator(self) -> Tensor:
        """One update of D on the next batches; the loss before it, (R,)."""
        d = self.discriminator
        # The order of the draws is the published programs'.
        x, z = self._feed.real(), self._feed.noise()
        given = (z, self._sigma, x, *d.coefficients.next())
        loss, d.last_gradient, self.last_logits = self._play(discriminator_update, given)
        return loss

    def update_generator(self) -> Tensor:
        """One update of G on the next batches; the loss before it, (R,)."""
        g = self.generator
        reals = [self._feed.real()] if needs_real(self._seen) else []
        given = (self._feed.noise(), self._sigma, *reals, *g.coefficients.next())
        loss, g.last_gradient = self._play(generator_update, given)
        return loss

    def update_pretraining(self) -> Tensor:
        """Fit a copy of D to the target's density, and take it over for D; the loss before, (R,).

        Raises:
            RuntimeError: the experiment has no pretraining.
        """
        e, copy = self.experiment, self._pretrained
        if copy is None:
            raise RuntimeError("this experiment has no pretraining")
        x = self._feed.pretraining_inputs()
        (shift,), factor = e.scale
        places = shift + factor * x.cpu().numpy().astype(np.float64)
        # Only on the line there is a pretraining.
        density = cast("Density", e.target).density(places)
        label = torch.from_numpy(density.astype(np.float32)).to(self.device)
        inputs = (x, label, *copy.coefficients.next())
        name = pretraining_update.__name__
        if name not in self._captured:

            def update(*tensors: Tensor) -> tuple[Tensor, ...]:
                rest = iter(tensors)
                return pretraining_update(self._seen, copy.side.rebuilt(rest), *rest)

            self._captured[name] = (capture(update, copy.side.tensors(), inputs), [])
        loss, _ = self._captured[name][0](*inputs)
        self.discriminator.weights.flat.copy_(copy.weights.flat)
        # What it replaces was never played with.
        self.discriminator.forget()
        return loss

    def constrain(self) -> None:
        """Hold D to what its loss demands, where an update did not do it itself."""
        constrain(self._seen, self.discriminator.side)

    def go_back(self) -> None:
        """Back to the state that `arena` keeps; what the lost step told is forgotten."""
        self.arena.go_back()
        self.last_logits = self.discriminator.last_gradient = self.generator.last_gradient = None

    def state(self) -> dict[str, Any]:
        """All that decides the next step; the draws of the feed are apart."""
        state: dict[str, Any] = {name: player.state() for name, player in self._players.items()}
        state["average"] = array_of(self.average)
        state["logits"] = None if self.last_logits is None else array_of(self.last_logits)
        return state | {"steps": self._steps.count, "luck": self._luck.state()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of this game.
        """
        for name, player in self._players.items():
            player.load(state[name])
        put(self.average, state["average"])
        if (logits := state["logits"]) is not None:
            self.last_logits = torch.from_numpy(np.array(logits)).to(self.device)
        self._steps.count = int(state["steps"])
        self._luck.load(state["luck"])

    @property
    def _players(self) -> dict[str, Player]:
        known = {"generator": self.generator, "discriminator": self.discriminator}
        return known | ({"pretraining": self._pretrained} if self._pretrained is not None else {})

    @property
    def averages(self) -> bool:
        """Whether the shown generator is an average of the past ones."""
        return self.experiment.averages

    def trouble(self) -> tuple[str, int, str] | None:
        """The first thing that is not finite: network, layer, what; None if all is."""
        for name, player in (("discriminator", self.discriminator), ("generator", self.generator)):
            if (found := player.trouble()) is not None:
                return name, *found
        return None

    # --------------------------------------------------------------------------- its edits

    def edit(self, experiment: Experiment) -> None:
        """Go on with an experiment that differs only where a run may be changed."""
        if _recorded(experiment) != _recorded(self.experiment):
            self._captured.clear()
        if not self.averages:
            # An average that is switched on now begins here.
            self.average.copy_(self.generator.weights.flat)
        self.experiment = e = experiment
        self._seen = stacked(e, self.device)
        for player in self._remembering():
            player.begin_to_remember()
        groups = e.groups()
        self._steps.use([_step_rule(one) for one in groups])
        self.generator.coefficients.use([one.optimizer_g.coefficients for one in groups])
        self.discriminator.coefficients.use([one.optimizer_d.coefficients for one in groups])
        if self._pretrained is not None:
            self._pretrained.coefficients.use([one.optimizer_d.coefficients for one in groups])

    def prepare(self) -> None:
        """Capture both updates now, so that the first step is as quick as the others."""
        e = self.experiment
        shape = (e.replicas, e.batch_size)
        z = torch.zeros(*shape, e.inputs_g, device=self.device)
        x = torch.zeros(*shape, e.inputs_d, device=self.device)
        d = (z, self._sigma, x, *self.discriminator.coefficients.example())
        reals = [x] if needs_real(self._seen) else []
        g = (z, self._sigma, *reals, *self.generator.coefficients.example())
        for function, inputs in ((discriminator_update, d), (generator_update, g)):
            self._capture(function, inputs)

    # -------------------------------------------------------------------------------- inside

    def _remembering(self) -> Iterator[Player]:
        """The players whose penalties look back."""
        if any(penalty.remembers for penalty in self.experiment.penalties_d):
            yield self.discriminator
        if any(penalty.remembers for penalty in self.experiment.penalties_g):
            yield self.generator

    def _play(
        self, function: Callable[..., tuple[Tensor, ...]], inputs: Sequence[Tensor]
    ) -> tuple[Tensor, ...]:
        update, requests = self._capture(function, inputs)
        return update(*[self._luck.next(request) for request in requests], *inputs)

    def _capture(
        self, function: Callable[..., tuple[Tensor, ...]], inputs: Sequence[Tensor]
    ) -> tuple[Update, list[Request]]:
        """An update as a function of random numbers and inputs, captured at its first call."""
        name = function.__name__
        if name not in self._captured:
            e, sides = self._seen, (self.discriminator.side, self.generator.side)
            tensors = [tensor for side in sides for tensor in side.tensors()]
            requests = what_is_asked(function, e, sides, inputs)
            update = _flat(function, e, sides, len(requests))
            lots = [self._luck.example(request) for request in requests]
            self._captured[name] = capture(update, tensors, [*lots, *inputs]), requests
        return self._captured[name]


def what_is_asked(
    function: Callable[..., tuple[Tensor, ...]],
    e: Experiment,
    sides: Sequence[Side],
    inputs: Sequence[Tensor],
) -> list[Request]:
    """The random numbers that an update asks for, found without computing anything."""
    from torch._subclasses.fake_tensor import FakeTensorMode

    # A number that differs between replicas is a tensor that the experiment holds.
    with FakeTensorMode(allow_non_fake_inputs=True) as mode:
        shapes = iter([mode.from_tensor(t) for side in sides for t in side.tensors()])
        asking = Asking(e.replicas, inputs[0].device.type)
        given = [mode.from_tensor(t) for t in inputs]
        function(e, *(side.rebuilt(shapes) for side in sides), asking, *given)
    return asking.requests


def _flat(
    function: Callable[..., tuple[Tensor, ...]],
    e: Experiment,
    sides: Sequence[Side],
    lots: int,
) -> Update:
    """An update that takes all its tensors one by one."""

    def update(*tensors: Tensor) -> tuple[Tensor, ...]:
        rest = iter(tensors)
        rebuilt = [side.rebuilt(rest) for side in sides]
        chance = Answering(list(islice(rest, lots)))
        return function(e, *rebuilt, chance, *rest)

    return update


def _step_rule(e: Experiment) -> Rule:
    """For each step: the instance noise's std, and how much of G's average is forgotten."""

    def rule(step: NDArray[np.int64]) -> NDArray[np.float64]:
        decay = np.full(len(step), e.ema)
        if e.ema_warmup:
            # With w = 10 as TensorFlow's ExponentialMovingAverage(num_updates) has it.
            decay = np.minimum(decay, (1 + step) / (e.ema_warmup + step))
        return np.concatenate([e.instance_noise.coefficients(step), 1 - decay[:, None]], axis=1)

    return rule


def _recorded(e: Experiment) -> tuple[object, ...]:
    """What a captured update has recorded and so can't change without a new capture."""
    kinds = [(type(o), type(o.clip)) for o in (e.optimizer_d, e.optimizer_g)]
    return (e.loss, e.penalties_d, e.penalties_g, e.unrolling, blurs(e), *kinds)
