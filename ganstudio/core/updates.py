"""The updates of both networks, each one pure function: the body of the GAN algorithm.

Goodfellow et al. 2014, algorithm 1; the symbols are the paper's. They are written plainly over
stacks of replicas, take the tensors they read or change, and are captured and replayed (see
`replay`). D is judged and G is pushed by the same loss; penalties are added for the gradient,
but the loss that is reported is the game's own.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganstudio.core.chance import Chance
from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Pass
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.core.player import Side
from ganstudio.core.scene import Scene

if TYPE_CHECKING:
    from torch import Tensor


def discriminator_update(
    e: Experiment,
    d: Side,
    g: Side,
    chance: Chance,
    z: Tensor,
    sigma: Tensor,
    x: Tensor,
    *coefficients: Tensor,
) -> tuple[Tensor, Tensor, Tensor]:
    """One update of D.

    Args:
        e: its settings.
        d: changed.
        g: read.
        chance: random numbers.
        z: noise, with the classes to draw if they are told (R, batch, `inputs_g`).
        sigma: standard deviation of the instance noise, () or (R, 1).
        x: real samples, with their classes if they are told (R, batch, `inputs_d`).
        coefficients: of D's optimizer.

    Returns:
        The loss before the update (R,), its gradient (R, P), and the logits of real, then
        generated samples (R, 2 batch / packing, 1).
    """
    theta = free(d.views)
    fake = e.generator(g.views, z, Pass(g.buffers, True, False, chance, "d.generator"))
    fake = labelled(e, fake, z)
    x, fake = _blurred(e, chance, sigma, x), _blurred(e, chance, sigma, fake, "generated")
    # One pass over real and generated samples; they stay separate minibatches.
    how = Pass(d.buffers, True, True, chance, "d.both", minibatches=2)
    logits = e.discriminator(theta, torch.cat([x, fake], dim=1), how)
    loss = e.loss.discriminator(*logits.chunk(2, dim=1))
    total = loss
    if e.penalties_d:
        scene = _scene(e, d, theta, d, theta, chance, x, fake, "d.penalty")
        total = loss + torch.stack([p.value(scene) for p in e.penalties_d]).sum(0)
    slope = gradient(total, theta)
    _step(e.optimizer_d, d, slope, coefficients)
    constrain(e, d)
    return loss.detach(), slope, logits.detach()


def generator_update(
    e: Experiment,
    d: Side,
    g: Side,
    chance: Chance,
    z: Tensor,
    sigma: Tensor,
    *rest: Tensor,
) -> tuple[Tensor, Tensor]:
    """One update of G; `rest` is x, if `needs_real`, and the optimizer's coefficients.

    Returns:
        The loss before the update (R,), and its gradient (R, P).
    """
    reals, coefficients = (rest[:1], rest[1:]) if needs_real(e) else ((), rest)
    theta = free(g.views)
    fake = e.generator(theta, z, Pass(g.buffers, True, True, chance, "g.generator"))
    fake = labelled(e, fake, z)
    seen = [_blurred(e, chance, sigma, x, "g.real") for x in reals]
    shown = _blurred(e, chance, sigma, fake, "g.generated")
    phi = _looked_ahead(e, d, chance, seen[0], shown) if e.unrolling.steps else d.views
    how = Pass(d.buffers, True, False, chance, "g.both", minibatches=2 if e.loss.pairs else 1)
    if e.loss.pairs:
        both = e.discriminator(phi, torch.cat([*seen, shown], dim=1), how)
        of_real, of_fake = both.chunk(2, dim=1)
        loss = e.loss.generator(of_fake, of_real)
    else:
        # Pictures are large: what need not be copied is not.
        loss = e.loss.generator(e.discriminator(phi, shown, how))
    total = loss
    if e.penalties_g:
        real = seen[0] if seen else shown.detach()
        scene = _scene(e, d, phi, g, theta, chance, real, shown, "g.penalty")
        total = loss + torch.stack([p.value(scene) for p in e.penalties_g]).sum(0)
    slope = gradient(total, theta)
    _step(e.optimizer_g, g, slope, coefficients)
    return loss.detach(), slope


def pretraining_update(
    e: Experiment, d: Side, x: Tensor, label: Tensor, *coefficients: Tensor
) -> tuple[Tensor, Tensor]:
    """One update of D towards D(x) = label, both (R, batch, 1), by the mean squared error.

    Returns:
        The loss before the update (R,), and its gradient (R, P).
    """
    theta = free(d.views)
    logits = e.discriminator(theta, x, Pass(d.buffers))
    loss = (e.loss.fitted(logits) - label).square().mean((1, 2))
    slope = gradient(loss, theta)
    _step(e.optimizer_d, d, slope, coefficients)
    return loss.detach(), slope


def labelled(e: Experiment, fake: Tensor, z: Tensor) -> Tensor:
    """Generated samples as D gets them: beside each the class that it was asked for, if any."""
    return torch.cat([fake, z[..., e.noise.dimensions :]], dim=-1) if e.labels else fake


def needs_real(e: Experiment) -> bool:
    """Whether G's update looks at real samples too."""
    return e.loss.pairs or e.unrolling.steps > 0 or any(p.needs_real for p in e.penalties_g)


def blurs(e: Experiment) -> bool:
    """Whether D sees real and generated samples through instance noise."""
    return e.instance_noise.std > 0 or e.vary.path == "instance_noise.std"


def gradient(loss: Tensor, theta: Sequence[Tensor]) -> Tensor:
    """d loss / d theta of each replica, flat: (R, P). Replicas do not mix in the sum."""
    parts = torch.autograd.grad(loss.sum(), list(theta))
    return torch.cat([part.flatten(1) for part in parts], dim=1)


def free(weights: Sequence[Tensor]) -> list[Tensor]:
    """The same weights as the variables of a gradient."""
    return [w.detach().requires_grad_() for w in weights]


def _blurred(e: Experiment, chance: Chance, sigma: Tensor, x: Tensor, name: str = "real") -> Tensor:
    """Samples as D sees them: with instance noise, if there is any; classes stay clear."""
    if not blurs(e):
        return x
    shape = (*x.shape[1:-1], e.features)
    noise = sigma.unsqueeze(-1) * chance.normal(f"instance_noise.{name}", *shape)
    return x + torch.nn.functional.pad(noise, (0, e.labels)) if e.labels else x + noise


def _looked_ahead(
    e: Experiment, d: Side, chance: Chance, x: Tensor, fake: Tensor
) -> Sequence[Tensor]:
    """D's weights after some updates, as a function of the generated samples (see Unrolling)."""
    phi: Sequence[Tensor] = free(d.views)
    trained = [part.trained for part in d.parts]
    for k in range(e.unrolling.steps):
        how = Pass(d.buffers, True, False, chance, f"g.ahead.{k}", minibatches=2)
        logits = e.discriminator(phi, torch.cat([x, fake], dim=1), how)
        loss = e.loss.discriminator(*logits.chunk(2, dim=1))
        slopes = torch.autograd.grad(loss.sum(), list(phi), create_graph=True)
        phi = [
            w - e.unrolling.lr * slope if learns else w
            for w, slope, learns in zip(phi, slopes, trained, strict=True)
        ]
    return phi


def constrain(e: Experiment, d: Side) -> None:
    """Hold D to what its loss demands of the weights; frozen ones stay what they are."""
    if d.trained is None:
        e.loss.constrain_(d.flat)
        return
    before = d.flat.clone()
    e.loss.constrain_(d.flat)
    d.flat.copy_(torch.where(d.trained > 0, d.flat, before))


def _scene(
    e: Experiment,
    d: Side,
    phi: Sequence[Tensor],
    updated: Side,
    theta: Sequence[Tensor],
    chance: Chance,
    real: Tensor,
    fake: Tensor,
    label: str,
) -> Scene:
    """What the penalties of one update see; phi are D's weights, theta those that learn."""
    how = Pass(d.buffers, True, False, chance, label)
    return Scene(
        theta,
        [w for w, part in zip(theta, updated.parts, strict=True) if part.name == "weight"],
        real,
        fake,
        lambda samples: e.discriminator(phi, samples, how),
        lambda samples: e.discriminator.hidden(phi, samples, how),
        chance,
        updated.past,
    )


def _step(
    optimizer: GradientOptimizer, side: Side, slope: Tensor, coefficients: Sequence[Tensor]
) -> None:
    """The optimizer's step; frozen weights stay what they are."""
    if side.trained is None:
        optimizer.step_(side.flat, slope, side.slots, coefficients)
        return
    before = side.flat.clone()
    optimizer.step_(side.flat, slope * side.trained, side.slots, coefficients)
    # Weight decay moves a weight without a gradient, too.
    side.flat.copy_(torch.where(side.trained > 0, side.flat, before))
