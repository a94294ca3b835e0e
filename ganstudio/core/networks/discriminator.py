"""The discriminator: samples to logits."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from ganstudio.core.initializers import Initializer, Normal
from ganstudio.core.lazy import torch
from ganstudio.core.networks.comparing import (
    MinibatchDiscrimination,
    minibatch_std,
    minibatch_std_beside,
)
from ganstudio.core.networks.convolution import ConvolutionMap, as_pictures
from ganstudio.core.networks.layers import Layer, LinearMap, Part, Pass
from ganstudio.core.networks.network import Network
from ganstudio.core.networks.walk import Walk
from ganstudio.core.spec import Hint

if TYPE_CHECKING:
    from torch import Tensor


class Discriminator(Network):
    """Tells real from generated: D(x) is the sigmoid of its output, the logit.

    Convolutions come first (Radford et al. 2016, section 3); what they give is one row of
    numbers for the layers behind. Packed pictures are the channels of one.
    """

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
            "steeper than 1 a layer (Miyato et al. 2018). A convolution, whose matrix has a row "
            "for each channel, may be steeper, up to about kernel / stride.",
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
                + (" behind the convolutions" if self.convolutions else "")
            )
        return self

    @property
    def projection(self) -> int | None:
        """The number of the linear map that is the minibatch projection, or None."""
        if not self.minibatch.enabled:
            return None
        return len(self.convolutions) + self.minibatch.position

    @property
    def compares(self) -> bool:
        """Whether D(x) depends on the samples that x stands beside."""
        return self.minibatch.enabled or self.minibatch_std or self.packing > 1

    @property
    def hidden_layers(self) -> Mapping[str, Layer]:
        convolutions = {f"convolutions.{i}": layer for i, layer in enumerate(self.convolutions)}
        return convolutions | {f"layers.{i}": layer for i, layer in enumerate(self.layers)}

    def maps(self, inputs: int, outputs: int = 1) -> list[LinearMap]:
        maps = self._convolution_maps(inputs)
        before = maps[-1].numbers if maps else inputs * self.packing
        maps += self._dense_maps(before, outputs)
        if (at := self.projection) is not None:
            fed, kernels = maps[at], self.minibatch.kernels
            maps[at] = replace(fed, inputs=fed.inputs + kernels)
            maps.insert(at, LinearMap(fed.inputs, kernels * self.minibatch.dimensions))
        if self.minibatch_std:
            maps[-1] = replace(maps[-1], inputs=maps[-1].inputs + 1)
        return maps

    def _convolution_maps(self, inputs: int) -> list[LinearMap]:
        maps: list[LinearMap] = []
        if self.convolutions:
            side, channels = self._side(inputs), self.packing
            for layer in self.convolutions:
                side //= layer.stride
                maps.append(ConvolutionMap(channels, layer.channels, side, layer.kernel))
                channels = layer.channels
        return maps

    def is_projection(self, linear: int) -> bool:
        return linear == self.projection

    def layer_of(self, linear: int) -> Layer | None:
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
        maps = enumerate(self.maps(inputs, outputs))
        directions = [Part(i, "direction", (m.outputs,)) for i, m in maps if i != projection]
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
        """The outputs of the hidden layers, first to last: (R, n / packing, width) each.

        All pixels of all channels are in one row.
        """
        return list(self._through(weights, x, how, None))[:-1]

    def _through(
        self, weights: Sequence[Tensor], x: Tensor, how: Pass, others: Tensor | None
    ) -> Iterator[Tensor]:
        walk = Walk(weights, how, spectral_norm=self.spectral_norm)
        streams = self._packed([x] if others is None else [x, others])
        if self.convolutions:
            streams = [as_pictures(x, self.packing) for x in streams]
            for convolution in self.convolutions:
                streams = walk.convolution(convolution, streams)
                yield streams[0].flatten(2)
            streams = [x.flatten(2) for x in streams]
        at = self.minibatch.position if self.minibatch.enabled else None
        for i, layer in enumerate(self.layers):
            if i == at:
                streams = self._compared(walk, streams, how.minibatches)
            streams = walk.dense(layer, streams)
            yield streams[0]
        features = []
        if self.minibatch_std:
            features = [_spread(streams, how.minibatches)]
        if at == len(self.layers):
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
