"""Is a layer alive? Its gradient, its weights and its units, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.draws import evaluation_inputs
from ganstudio.core.events import LayerMeter
from ganstudio.core.game import Game
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Layer, Network, Pass
from ganstudio.core.player import Player
from ganstudio.core.updates import labelled

if TYPE_CHECKING:
    from torch import Tensor

BINS = 24
FLAT = 0.05
"""An activation that is less steep than this lets next to no gradient through."""
NOISE_SAMPLES = 256

Seen = list[tuple["Tensor", "Tensor"]]


def measure_layers(game: Game, replica: int, x: Tensor) -> tuple[LayerMeter, ...]:
    """All layers of both networks of one replica, the generator's first.

    Args:
        game: whose networks are measured; nothing in it changes.
        replica: which one.
        x: real samples (n, `inputs_d`) as D takes them, which it sees beside generated ones.
    """
    e, own = game.experiment, slice(replica, replica + 1)
    z = torch.from_numpy(evaluation_inputs(e, NOISE_SAMPLES)).to(game.device)[None]
    passed_g: Seen = []
    passed_d: Seen = []
    g, d = game.generator, game.discriminator
    with torch.no_grad():
        how_g = Pass([b[own] for b in g.buffers.views], seen=passed_g)
        fake = e.generator([w[own] for w in g.weights.views], z, how_g)
        count = min(len(x), fake.shape[1]) // e.discriminator.packing * e.discriminator.packing
        judged = labelled(e, fake, z)
        both = torch.cat([x[None, :count], judged[:, :count]], dim=1)
        how_d = Pass([b[own] for b in d.buffers.views], seen=passed_d, minibatches=2)
        logits = e.discriminator([w[own] for w in d.weights.views], both, how_d)
    return (
        *_meters("generator", e.generator, g, replica, passed_g, fake),
        *_meters("discriminator", e.discriminator, d, replica, passed_d, logits),
    )


def _meters(
    name: str, network: Network, player: Player, replica: int, seen: Seen, output: Tensor
) -> list[LayerMeter]:
    units = iter([*zip(network.hidden_layers.values(), seen, strict=True)])
    parts = player.weights.parts
    meters = []
    for i in sorted({part.layer for part in parts}):
        mine = [k for k, part in enumerate(parts) if part.layer == i]
        weights = player.weights.views[mine[0]][replica]
        gradient = float("nan")
        if player.last_gradient is not None:
            slopes = player.weights.split(player.last_gradient)
            gradient = float(torch.cat([slopes[k][replica].flatten() for k in mine]).norm())
        layer = network.layer_of(i)
        if network.is_projection(i):
            words, values, saturated = "minibatch projection", weights, 0.0
        elif layer is None:
            words, values, saturated = "output", output, 0.0
        else:
            layer, (before, values) = next(units)
            words, saturated = _words(layer, before), _saturated(layer, before)
        w_edges, w_shares = _histogram(weights)
        a_edges, a_shares = _histogram(values)
        meters.append(
            LayerMeter(name, i, words, gradient, w_edges, w_shares, a_edges, a_shares, saturated)
        )
    return meters


def _words(layer: Layer, before: Tensor) -> str:
    """Its activation and its size; of pictures what they measure, too."""
    pictures = before.dim() > 3
    size = _counted(before.shape[2], "channel" if pictures else "unit")
    if pictures:
        size += f" of {before.shape[3]} x {before.shape[4]}"
    return f"{layer.activation.kind.replace('_', ' ')}, {size}"


def _counted(count: int, thing: str) -> str:
    return f"{count:,} {thing if count == 1 else f'{thing}s'}"


def _saturated(layer: Layer, before: Tensor) -> float:
    """Share of the units' outputs at which the activation is flat."""
    with torch.enable_grad():
        x = before.detach().requires_grad_()
        y = layer.activation(x)
        # A linear activation is its input, whose slope is 1 everywhere.
        slope = torch.autograd.grad(y.sum(), x)[0] if y is not x else torch.ones_like(x)
    return float((slope.abs() < FLAT).float().mean())


def _histogram(values: Tensor) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Edges and shares of all finite numbers in a tensor; one empty bin where there is none."""
    flat = values.detach().flatten().cpu().numpy()
    flat = flat[np.isfinite(flat)]
    if not len(flat):
        return np.array([0, 1], dtype=np.float32), np.zeros(1, dtype=np.float32)
    low, high = float(flat.min()), float(flat.max())
    if high - low < 1e-6 * max(1.0, abs(low)):
        low, high = low - 0.5, high + 0.5
    held, edges = np.histogram(flat, bins=BINS, range=(low, high))
    return edges.astype(np.float32), (held / len(flat)).astype(np.float32)
