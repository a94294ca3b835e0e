"""The generator: noise to samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated

from ganstudio.core.activations import Activation, Linear
from ganstudio.core.networks.layers import Pass, Walk
from ganstudio.core.networks.network import Network
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor


class Generator(Network):
    """Turns noise z into a sample x = G(z)."""

    output: Annotated[
        Activation, Hint("Applied to the last layer; linear lets x take any value.", advanced=True)
    ] = Linear()

    def __call__(self, weights: Sequence[Tensor], z: Tensor, how: Pass | None = None) -> Tensor:
        """G(z): noise (R, batch, dimensions of z) to samples (R, batch, features)."""
        walk = Walk(weights, how or Pass(), spectral_norm=False)
        streams = [z]
        for layer in self.layers:
            streams = walk.dense(layer, streams)
        (x,) = walk.linear(streams)
        return self.output(x)
