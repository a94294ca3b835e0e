"""The two players and their updates: the body of the GAN algorithm.

Goodfellow et al. 2014, algorithm 1; the symbols are the paper's. Both updates are written
plainly over stacks of replicas and are replayed (see `replay`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core.draws import (
    WEIGHTS_D,
    WEIGHTS_G,
    WEIGHTS_PRETRAINING,
    generator,
)
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Network
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.replay import Update, capture
from ganstudio.core.weights import Arrays, Weights

if TYPE_CHECKING:
    from torch import Tensor

    Groups = tuple[Sequence[Tensor], ...]

COEFFICIENT_BLOCK = 256


class Player:
    """One network in training: its weights and what its optimizer remembers."""

    def __init__(self, weights: Weights, optimizer: GradientOptimizer) -> None:
        self.weights = weights
        self.slots = [torch.zeros_like(weights.flat) for _ in range(type(optimizer).slots)]
        self.updates = 0
        self.use(optimizer)

    def use(self, optimizer: GradientOptimizer) -> None:
        """Go on with an optimizer of the same kind and other settings."""
        self._optimizer = optimizer
        self._coefficients = self._blocks(optimizer)

    def coefficients(self) -> tuple[Tensor, ...]:
        """The optimizer's coefficients for the next update, which is counted by this."""
        row = next(self._coefficients)
        self.updates += 1
        return row

    def some_coefficients(self) -> tuple[Tensor, ...]:
        """As many numbers as the optimizer has coefficients; no update is counted."""
        count = self._optimizer.coefficients(np.arange(1)).shape[1]
        return torch.zeros(count, device=self.weights.flat.device).unbind(0)

    @property
    def tensors(self) -> list[Tensor]:
        """What an update of this player changes: flat weights, then the optimizer's slots."""
        return [self.weights.flat, *self.slots]

    def _blocks(self, optimizer: GradientOptimizer) -> Iterator[tuple[Tensor, ...]]:
        while True:
            updates = np.arange(self.updates, self.updates + COEFFICIENT_BLOCK)
            table = torch.from_numpy(optimizer.coefficients(updates).astype(np.float32))
            for row in table.to(self.weights.flat.device).unbind(0):
                yield row.unbind(0)


def gradient(loss: Tensor, theta: Sequence[Tensor]) -> Tensor:
    """d loss / d theta of each replica, flat: (R, P). Replicas do not mix in the sum."""
    parts = torch.autograd.grad(loss.sum(), list(theta))
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def free(weights: Sequence[Tensor]) -> list[Tensor]:
    """The same weights as the variables of a gradient."""
    return [w.detach().requires_grad_() for w in weights]


class Game:
    """A generator and a discriminator, ready to be updated.

    Args:
        experiment: what to train.
        device: a device's torch name.
        weights: initial weights by name, instead of the experiment's own.

    Raises:
        WeightsError: `weights` does not fit.
    """

    def __init__(self, experiment: Experiment, device: str, weights: Arrays) -> None:
        self.experiment = experiment
        self.device = device
        e = experiment
        self.generator = Player(
            self._weights(e.generator, "generator", weights, WEIGHTS_G, e.noise.dimensions),
            e.optimizer_g,
        )
        self.discriminator = Player(
            self._weights(e.discriminator, "discriminator", weights, WEIGHTS_D, 1), e.optimizer_d
        )
        self._pretrained = Player(
            self._weights(e.discriminator, "pretraining", weights, WEIGHTS_PRETRAINING, 1),
            e.optimizer_d,
        )
        self.average = self.generator.weights.flat.clone()
        if any(name.startswith("average.") for name in weights):
            self.average = self._weights(
                e.generator, "average", weights, WEIGHTS_G, e.noise.dimensions
            ).flat
        self.last_gradient_d: Tensor | None = None
        self.last_gradient_g: Tensor | None = None
        self.last_logits: Tensor | None = None
        self._captured: dict[str, Update] = {}

    def _weights(
        self, network: Network, name: str, given: Arrays, stream: int, inputs: int
    ) -> Weights:
        e = self.experiment
        initial = [network.initial(generator(e, i, stream), inputs) for i in range(e.replicas)]
        weights = Weights(initial, self.device)
        weights.load(name, given)
        return weights

    def edit(self, experiment: Experiment) -> None:
        """Go on with an experiment that differs only where a run may be changed."""
        if _recorded(experiment) != _recorded(self.experiment):
            self._captured.clear()
        if not self.experiment.ema:
            # An average that is switched on now begins here.
            self.average.copy_(self.generator.weights.flat)
        self.experiment = experiment
        self.generator.use(experiment.optimizer_g)
        self.discriminator.use(experiment.optimizer_d)
        self._pretrained.use(experiment.optimizer_d)

    def prepare(self) -> None:
        """Capture both updates now, so that the first step is as quick as the others."""
        e = self.experiment
        x = torch.zeros(e.replicas, e.batch_size, 1, device=self.device)
        z = torch.zeros(e.replicas, e.batch_size, e.noise.dimensions, device=self.device)
        self._discriminator_update((x, z, *self.discriminator.some_coefficients()))
        self._generator_update((z, *self.generator.some_coefficients()))

    def update_discriminator(self, x: Tensor, z: Tensor) -> Tensor:
        """One update of D on real samples x and noise z, both (R, batch, features).

        Returns:
            The loss before the update, (R,).
        """
        inputs = (x, z, *self.discriminator.coefficients())
        loss, self.last_gradient_d, self.last_logits = self._discriminator_update(inputs)(*inputs)
        return loss

    def update_generator(self, z: Tensor) -> Tensor:
        """One update of G, and of its moving average, on noise z (R, batch, features).

        Returns:
            The loss before the update, (R,).
        """
        inputs = (z, *self.generator.coefficients())
        loss, self.last_gradient_g = self._generator_update(inputs)(*inputs)
        return loss

    def update_pretraining(self, x: Tensor) -> Tensor:
        """Fit a copy of D to the target's density at x, (R, batch, 1), and take it over for D.

        Returns:
            The loss before the update, (R,).
        """
        e, copy = self.experiment, self._pretrained
        shift, factor = e.scale
        places = shift + factor * x.cpu().numpy().astype(np.float64)
        label = torch.from_numpy(e.target.density(places).astype(np.float32)).to(self.device)
        inputs = (x, label, *copy.coefficients())
        update = self._captured_once(
            partial(_pretraining_update, e), (copy.tensors, copy.weights.views), inputs
        )
        (loss,) = update(*inputs)
        self.discriminator.weights.flat.copy_(copy.weights.flat)
        return loss

    def _discriminator_update(self, inputs: Sequence[Tensor]) -> Update:
        d, g = self.discriminator, self.generator
        return self._captured_once(
            partial(_discriminator_update, self.experiment),
            (d.tensors, d.weights.views, g.weights.views),
            inputs,
        )

    def _generator_update(self, inputs: Sequence[Tensor]) -> Update:
        d, g = self.discriminator, self.generator
        return self._captured_once(
            partial(_generator_update, self.experiment),
            ([*g.tensors, self.average], g.weights.views, d.weights.views),
            inputs,
        )

    def _captured_once(
        self, update: partial[Any], state: Groups, inputs: Sequence[Tensor]
    ) -> Update:
        """The update as a function of its inputs alone, captured at the first call."""
        name = update.func.__name__
        if name not in self._captured:
            sizes = [len(group) for group in state]
            flat = [tensor for group in state for tensor in group]
            self._captured[name] = capture(partial(_regrouped, update, sizes), flat, inputs)
        return self._captured[name]


def _recorded(e: Experiment) -> tuple[object, ...]:
    """What a captured update has recorded and so can't change without a new capture."""
    rules = [o.replace(lr=1.0, schedule="constant") for o in (e.optimizer_d, e.optimizer_g)]
    return (e.loss, e.ema, *rules)


def _regrouped(
    update: Callable[..., tuple[Tensor, ...]], sizes: Sequence[int], *tensors: Tensor
) -> tuple[Tensor, ...]:
    """Call `update` with the first tensors in groups of `sizes`, and the rest one by one."""
    rest = iter(tensors)
    groups = [[next(rest) for _ in range(size)] for size in sizes]
    return update(*groups, *rest)


def _discriminator_update(
    e: Experiment,
    d: list[Tensor],
    d_views: list[Tensor],
    g_views: list[Tensor],
    x: Tensor,
    z: Tensor,
    *coefficients: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    weights, *slots = d
    theta = free(d_views)
    # One pass over real and generated samples; they stay separate minibatches.
    both = torch.cat([x, e.generator(g_views, z)], dim=1)
    logits = e.discriminator(theta, both, minibatches=2)
    loss = e.loss.discriminator(*logits.chunk(2, dim=1))
    g = gradient(loss, theta)
    e.optimizer_d.update_(weights, g, slots, coefficients)
    return loss.detach(), g, logits.detach()


def _generator_update(
    e: Experiment,
    g: list[Tensor],
    g_views: list[Tensor],
    d_views: list[Tensor],
    z: Tensor,
    *coefficients: Tensor,
) -> tuple[Tensor, Tensor]:
    weights, *slots, average = g
    theta = free(g_views)
    loss = e.loss.generator(e.discriminator(d_views, e.generator(theta, z)))
    slope = gradient(loss, theta)
    e.optimizer_g.update_(weights, slope, slots, coefficients)
    if e.ema:
        average.lerp_(weights, 1 - e.ema)
    return loss.detach(), slope


def _pretraining_update(
    e: Experiment,
    copy: list[Tensor],
    views: list[Tensor],
    x: Tensor,
    label: Tensor,
    *coefficients: Tensor,
) -> tuple[Tensor]:
    weights, *slots = copy
    theta = free(views)
    loss = (e.loss.probability(e.discriminator(theta, x)) - label).square().mean((1, 2))
    e.optimizer_d.update_(weights, gradient(loss, theta), slots, coefficients)
    return (loss.detach(),)
