"""Convolutional layers: for a discriminator as they are, for a generator transposed."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Annotated

from pydantic import Field, model_validator

from ganstudio.core.initializers import WeightInitializer
from ganstudio.core.lazy import np, torch
from ganstudio.core.networks.layers import Layer, LinearMap
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor


class _Kernels(Spec):
    # A base of its own, so that its fields come before the others on forms and in files.
    channels: Annotated[
        int,
        Field(ge=1, le=4096),
        Hint("Pictures that this layer makes of one. More can tell more patterns apart.", log=True),
    ] = 16
    kernel: Annotated[
        int,
        Field(ge=1, le=15),
        Hint("Pixels that a pattern is wide and high. More see more at once.", unit="pixels"),
    ] = 4
    stride: Annotated[
        int,
        Field(ge=1, le=4),
        Hint(
            "Pixels from one place of the pattern to the next. In D it makes pictures so many "
            "times smaller, in G larger; 1 leaves them as large as they are.",
            unit="pixels",
        ),
    ] = 2


class Convolution(Layer, _Kernels):
    """One convolutional layer: the same small pattern is looked for, or drawn, everywhere.

    A stride s makes a picture exactly s times smaller, whatever the kernel: k - s rows and
    columns of zeros stand around it, the odd one above and on the left. Transposed, the layer
    makes it s times larger and cuts as much off again (Radford et al. 2016; in torch's words
    padding (k - s + 1) // 2 and output_padding (k - s) % 2).
    """

    @model_validator(mode="after")
    def _everywhere(self) -> Convolution:
        if self.kernel < self.stride:
            raise ValueError(
                f"kernel ({self.kernel}) must be at least stride ({self.stride}), or pixels "
                "between two places are never seen"
            )
        return self

    def shrunk(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """The convolution.

        Args:
            x: (R, n, inputs, side, side); the stride divides the side.
            w: (R, channels, inputs, kernel, kernel)
            b: (R, 1, channels)

        Returns:
            (R, n, channels, side / stride, side / stride)
        """
        before, after = self.zeros
        convolve = partial(torch.nn.functional.conv2d, stride=self.stride, padding=before)
        y = _one_by_one(convolve, x, w, b)
        # torch puts as many zeros behind as before; only stride 1 gets to see the one too many.
        return y if self.stride > 1 or before == after else y[..., :-1, :-1]

    def enlarged(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
        """The transposed convolution.

        Args:
            x: (R, n, channels, side, side)
            w: (R, channels, outputs, kernel, kernel)
            b: (R, 1, outputs)

        Returns:
            (R, n, outputs, side * stride, side * stride)
        """
        before, after = self.zeros
        transposed = torch.nn.functional.conv_transpose2d
        if self.stride > 1:
            spread = partial(
                transposed, stride=self.stride, padding=before, output_padding=before - after
            )
            return _one_by_one(spread, x, w, b)
        y = _one_by_one(partial(transposed, padding=after), x, w, b)
        # torch has no output_padding for stride 1.
        return y if before == after else y[..., 1:, 1:]

    @property
    def zeros(self) -> tuple[int, int]:
        """Rows of zeros above and below the picture that is convolved."""
        spare = self.kernel - self.stride
        return (spare + 1) // 2, spare // 2


@dataclass(frozen=True)
class ConvolutionMap(LinearMap):
    """A convolution; its weight is (out, in, kernel, kernel), as in torch."""

    kernel: int = 1

    @property
    def shape(self) -> tuple[int, ...]:
        return self.outputs, self.inputs, self.kernel, self.kernel

    @property
    def channels(self) -> int:
        return self.outputs

    @property
    def numbers(self) -> int:
        return self.outputs * self.side**2

    def first(
        self, rng: np.random.Generator, initializer: WeightInitializer
    ) -> NDArray[np.float32]:
        return np.moveaxis(self._drawn(rng, initializer), -1, 0)

    def _drawn(
        self, rng: np.random.Generator, initializer: WeightInitializer
    ) -> NDArray[np.float32]:
        """Each unit's incoming weights: (in, kernel, kernel, out)."""
        area = self.kernel**2
        drawn = initializer.draw(rng, self.inputs * area, self.outputs, self.outputs * area)
        return drawn.reshape(self.inputs, self.kernel, self.kernel, self.outputs)

    def __str__(self) -> str:
        return f"{super().__str__()} ({self.kernel} × {self.kernel} pixels)"


@dataclass(frozen=True)
class TransposedMap(ConvolutionMap):
    """A transposed convolution; its weight is (in, out, kernel, kernel), as in torch.

    The fans of its first weights are those of the map, in * kernel^2 and out * kernel^2;
    torch.nn.init reads them off the weight's shape and so takes one for the other here.
    """

    @property
    def shape(self) -> tuple[int, ...]:
        return self.inputs, self.outputs, self.kernel, self.kernel

    def first(
        self, rng: np.random.Generator, initializer: WeightInitializer
    ) -> NDArray[np.float32]:
        return np.moveaxis(self._drawn(rng, initializer), -1, 1)


def as_pictures(x: Tensor, channels: int) -> Tensor:
    """(R, n, channels * side^2) as (R, n, channels, side, side)."""
    side = math.isqrt(x.shape[2] // channels)
    return x.reshape(*x.shape[:2], channels, side, side)


def _one_by_one(function: Callable[..., Tensor], x: Tensor, w: Tensor, b: Tensor) -> Tensor:
    """A convolution of each replica, stacked; of a single one nothing is copied.

    One convolution with a group for each replica is no faster: with its gradients it took 0.7 to
    2.2 times as long on one core, on average as long (4 and 16 replicas of 16 to 64 channels).
    """
    if len(x) == 1:
        # An index would cost a tensor of zeros in the gradient.
        return function(x.squeeze(0), w.squeeze(0), b.flatten()).unsqueeze(0)
    return torch.stack([function(*own) for own in zip(x, w, b.squeeze(1), strict=True)])
