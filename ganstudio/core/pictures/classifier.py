"""The small classifier that judges generated pictures; `training` makes one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.lazy import torch
from ganstudio.core.targets.pictures import LARGEST_SIDE, SMALLEST_SIDE
from ganstudio.errors import SpecError, WeightsError

if TYPE_CHECKING:
    from torch import Tensor

CHANNELS = (16, 32, 64)
FEATURES = 64
WITHIN = 16
"""Side of the first layer's maps at most: larger pictures are stepped over faster."""
CHUNK = 250
"""Pictures that go through the layers together: their maps stay in the cache."""


@dataclass(frozen=True)
class Convolution:
    """What a layer's weights do not tell."""

    kernel: int
    stride: int
    padding: int


def convolutions(side: int) -> tuple[Convolution, ...]:
    """The three of a judge for pictures of this side; each halves its maps, or does more.

    Raises:
        SpecError: there is none for this side.
    """
    if not SMALLEST_SIDE <= side <= LARGEST_SIDE:
        raise SpecError(f"pictures are {side} pixels wide; use {SMALLEST_SIDE} to {LARGEST_SIDE}")
    step = -(-side // WITHIN)
    return (Convolution(2 * step + 1, step, step), Convolution(3, 2, 1), Convolution(3, 2, 1))


def shapes(side: int, outputs: int) -> dict[str, tuple[int, ...]]:
    """Of all weights, by their names: three convolutions, the features, the logits."""
    found: dict[str, tuple[int, ...]] = {}
    before, length = 1, side
    for i, (layer, channels) in enumerate(zip(convolutions(side), CHANNELS, strict=True)):
        found[f"{i}.weight"] = (channels, before, layer.kernel, layer.kernel)
        before, length = channels, -(-length // layer.stride)
    found["3.weight"] = (FEATURES, before * length**2)
    found["4.weight"] = (outputs, FEATURES)
    return found | {name[0] + ".bias": shape[:1] for name, shape in found.items()}


@dataclass(frozen=True, eq=False)
class Classifier:
    """A frozen convolutional network that tells the classes of grey square pictures.

    Three convolutions with ReLU and a linear layer give the features; the logits are linear in
    their ReLU. Over the training pictures each feature has mean 0 and variance 1, nearly, so that
    distances between features have a scale. At 28 x 28 a picture takes 0.66 million multiply-adds.

    Raises:
        SpecError: there is no such classifier for this side.
        WeightsError: the weights are not those of such a network.
    """

    arrays: Mapping[str, NDArray[np.float32]]
    """See `shapes`."""
    classes: tuple[str, ...]
    """What each logit means."""
    side: int
    accuracy: float
    """On pictures that it did not learn from; NaN if there were none."""
    of_turns: bool = False
    """Whether it tells by how many quarter turns a picture was turned: what a set has to teach
    whose pictures are all of one class."""

    def __post_init__(self) -> None:
        wanted = shapes(self.side, len(self.classes))
        if set(self.arrays) != set(wanted):
            raise WeightsError(f"a judge's weights are {', '.join(sorted(wanted))}")
        for name, array in self.arrays.items():
            if array.shape != wanted[name] or array.dtype != np.float32:
                raise WeightsError(
                    f"judge: {name} is {array.dtype} {array.shape}; it should be float32 "
                    f"{wanted[name]}"
                )
            if not np.isfinite(array).all():
                raise WeightsError(f"judge: {name} is not finite")
            array.flags.writeable = False

    @property
    def feature_count(self) -> int:
        """The width of the penultimate layer."""
        return FEATURES

    @cached_property
    def sha256(self) -> str:
        """Of the weights: figures of judges with the same can be compared."""
        found = hashlib.sha256()
        for name, array in sorted(self.arrays.items()):
            found.update(name.encode())
            found.update(array.astype("<f4", order="C").tobytes())
        return found.hexdigest()

    def features(self, images: Tensor) -> Tensor:
        """The penultimate layer before its ReLU, (n, feature_count).

        Args:
            images: (n, side * side) or (n, side, side), from 0 to 1, or bytes.
        """
        return self._in_chunks(self._features, images)

    def logits(self, images: Tensor) -> Tensor:
        """One number a class, (n, classes); differentiable with respect to the pictures."""
        return self._in_chunks(lambda part: self.logits_of(self._features(part)), images)

    def probabilities(self, images: Tensor) -> Tensor:
        """Of each class, (n, classes)."""
        return self.logits(images).softmax(dim=1)

    def logits_of(self, features: Tensor) -> Tensor:
        """The last layer alone, for features that are known already."""
        weights = self._on(features)
        return torch.nn.functional.linear(features.relu(), weights["4.weight"], weights["4.bias"])

    def _features(self, images: Tensor) -> Tensor:
        weights, x = self._on(images), planes(images, self.side)
        for i, layer in enumerate(convolutions(self.side)):
            x = torch.nn.functional.conv2d(
                x, weights[f"{i}.weight"], weights[f"{i}.bias"], layer.stride, layer.padding
            ).relu()
        return torch.nn.functional.linear(x.flatten(1), weights["3.weight"], weights["3.bias"])

    def _in_chunks(self, function: Callable[[Tensor], Tensor], images: Tensor) -> Tensor:
        """Memory stays bounded, however many pictures there are, unless gradients are wanted."""
        return torch.cat([function(part) for part in torch.split(images, CHUNK)])

    @cached_property
    def _tensors(self) -> dict[str, Tensor]:
        return {name: torch.tensor(array) for name, array in self.arrays.items()}

    def _on(self, like: Tensor) -> dict[str, Tensor]:
        if like.device.type == "cpu":
            return self._tensors
        return {name: tensor.to(like.device) for name, tensor in self._tensors.items()}


def planes(images: Tensor, side: int) -> Tensor:
    """Pictures (n, side * side) or (n, side, side), bytes or from 0 to 1: (n, 1, side, side)."""
    x = images.reshape(-1, 1, side, side)
    return x.float() / 255 if x.dtype == torch.uint8 else x.float()
