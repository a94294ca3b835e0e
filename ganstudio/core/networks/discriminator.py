"""The discriminator: samples to logits."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from ganstudio.core.initializers import Initializer, Normal
from ganstudio.core.lazy import torch
from ganstudio.core.networks.comparing import (
    MinibatchDiscrimination,
    minibatch_std,
    minibatch_std_beside,
)
from ganstudio.core.networks.layers import Dense, Part, Pass, Walk
from ganstudio.core.networks.network import Network
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor


class Discriminator(Network):
    """Tells real from generated: D(x) is the sigmoid of its output, the logit."""

    minibatch: MinibatchDiscrimination = MinibatchDiscrimination()
    minibatch_std: Annotated[
        bool,
        Hint(
            "Tells D's last layer how much the samples of a batch differ, in one number "
            "(Karras et al. 2018). Against collapse.",
            label="Minibatch std",
        ),
    ] = False
    packing: Annotated[
        int,
        Field(ge=1, le=64),
        Hint(
            "D judges so many samples at once, side by side (PacGAN, Lin et al. 2018): alike "
            "ones give a collapse away. 1 is a plain D.",
            unit="samples",
        ),
    ] = 1
    spectral_norm: Annotated[
        bool,
        Hint(
            "Divides each weight matrix by its largest singular value, so that D is never "
            "steeper than 1 a layer (Miyato et al. 2018).",
            label="Spectral norm",
        ),
    ] = False

    @model_validator(mode="after")
    def _position(self) -> Discriminator:
        if self.minibatch.enabled and self.minibatch.position > len(self.layers):
            there = len(self.layers)
            raise ValueError(
                f"minibatch.position is {self.minibatch.position}, but there "
                + ("is only 1 hidden layer" if there == 1 else f"are only {there} hidden layers")
            )
        return self

    @property
    def projection(self) -> int | None:
        """The number of the linear map that is the minibatch projection, or None."""
        return self.minibatch.position if self.minibatch.enabled else None

    @property
    def compares(self) -> bool:
        """Whether D(x) depends on the samples that x stands beside."""
        return self.minibatch.enabled or self.minibatch_std or self.packing > 1

    def shapes(self, inputs: int, outputs: int = 1) -> list[tuple[int, int]]:
        shapes = super().shapes(inputs * self.packing, outputs)
        if self.minibatch_std:
            fan_in, fan_out = shapes[-1]
            shapes[-1] = (fan_in + 1, fan_out)
        if (at := self.projection) is not None:
            kernels = self.minibatch.kernels
            fan_in, fan_out = shapes[at]
            seen = fan_in - 1 if self.minibatch_std and at == len(self.layers) else fan_in
            shapes[at] = (fan_in + kernels, fan_out)
            shapes.insert(at, (seen, kernels * self.minibatch.dimensions))
        return shapes

    def is_projection(self, linear: int) -> bool:
        return linear == self.projection

    def layer_of(self, linear: int) -> Dense | None:
        at = self.projection
        if at is not None and linear >= at:
            # The projection belongs to the layer that it feeds.
            linear = max(linear - 1, at)
        return super().layer_of(linear)

    def parts(self, inputs: int, outputs: int = 1) -> list[Part]:
        projection = self.projection
        return [
            part
            for part in super().parts(inputs, outputs)
            if part.layer != projection or part.name in ("weight", "bias")
        ]

    def buffers(self, inputs: int, outputs: int = 1) -> list[Part]:
        projection = self.projection
        statistics = [p for p in super().buffers(inputs, outputs) if p.layer != projection]
        if not self.spectral_norm:
            return statistics
        shapes = enumerate(self.shapes(inputs, outputs))
        directions = [Part(i, "direction", (o,)) for i, (_, o) in shapes if i != projection]
        # The sort is stable: a layer's direction comes before its statistics.
        return sorted([*directions, *statistics], key=lambda part: part.layer)

    def initializer_of(self, layer: int) -> Initializer:
        if layer == self.projection:
            return Normal(std=self.minibatch.std)
        return self.initializer

    def __call__(
        self,
        weights: Sequence[Tensor],
        x: Tensor,
        how: Pass | None = None,
        *,
        others: Tensor | None = None,
    ) -> Tensor:
        """The logits of D.

        Args:
            weights: in the order of `parts`.
            x: samples (R, minibatches * n, features).
            how: how they go through; in evaluation as one minibatch if not given.
            others: (R, batch - 1, features); when given, each sample of `x` stands alone among
                these, which makes a discriminator that compares samples a function of one x. It
                is the logit of x in their batch, except where `minibatch_std` comes after
                `minibatch`: there the others are as they would be without x.

        Returns:
            (R, minibatches * n / packing, 1), or (R, n, 1) beside `others`.
        """
        *_, logits = self._through(weights, x, how or Pass(), others)
        return logits

    def hidden(self, weights: Sequence[Tensor], x: Tensor, how: Pass) -> list[Tensor]:
        """The outputs of the hidden layers, first to last: (R, n / packing, width) each."""
        return list(self._through(weights, x, how, None))[:-1]

    def _through(
        self, weights: Sequence[Tensor], x: Tensor, how: Pass, others: Tensor | None
    ) -> Iterator[Tensor]:
        walk = Walk(weights, how, spectral_norm=self.spectral_norm)
        streams = self._packed([x] if others is None else [x, others])
        for i, layer in enumerate(self.layers):
            if i == self.projection:
                streams = self._compared(walk, streams, how.minibatches)
            streams = walk.dense(layer, streams)
            yield streams[0]
        features = []
        if self.minibatch_std:
            features = [_spread(streams, how.minibatches)]
        if self.projection == len(self.layers):
            streams = self._compared(walk, streams, how.minibatches)
        streams = [torch.cat([streams[0], *features], dim=2)] if features else streams[:1]
        yield walk.linear(streams)[0]

    def _packed(self, streams: list[Tensor]) -> list[Tensor]:
        """Samples side by side, `packing` at a time; those that stand alone take companions."""
        if self.packing == 1:
            return streams
        if len(streams) == 1:
            return [_side_by_side(streams[0], self.packing)]
        x, others = streams
        friends = others[:, : self.packing - 1].flatten(1).unsqueeze(1)
        x = torch.cat([x, friends.expand(-1, x.shape[1], -1)], dim=2)
        return [x, _side_by_side(others[:, self.packing - 1 :], self.packing)]

    def _compared(self, walk: Walk, streams: list[Tensor], minibatches: int) -> list[Tensor]:
        """Each stream with the features of minibatch discrimination beside its own."""
        projected = walk.linear(streams, bounded=False)
        if len(streams) == 1:
            features = [self.minibatch.features(projected[0], minibatches)]
        else:
            features = [
                self.minibatch.features_beside(*projected),
                self.minibatch.features(projected[1], 1),
            ]
        return [torch.cat([x, f], dim=2) for x, f in zip(streams, features, strict=True)]


def _side_by_side(x: Tensor, packing: int) -> Tensor:
    replicas, count, features = x.shape
    return x.reshape(replicas, count // packing, packing * features)


def _spread(streams: list[Tensor], minibatches: int) -> Tensor:
    if len(streams) == 1:
        return minibatch_std(streams[0], minibatches)
    return minibatch_std_beside(*streams)
