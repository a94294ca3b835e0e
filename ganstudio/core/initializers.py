"""Initial weights, each scheme one class. Drawn with numpy, so they are the same on any device."""

from __future__ import annotations

import math
from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray


class WeightInitializer(Spec):
    """Draws the first values of a weight matrix; biases start at 0."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float32]:
        """A weight matrix of shape (fan_in, fan_out)."""


class Normal(WeightInitializer):
    """N(0, std^2), whatever the width of the layer."""

    kind: Literal["normal"] = "normal"
    std: Annotated[
        float,
        Field(gt=0, le=100),
        Hint("Spread of the first weights; too large saturates the units.", log=True),
    ] = 1.0

    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float32]:
        return (rng.standard_normal((fan_in, fan_out)) * self.std).astype(np.float32)


class XavierUniform(WeightInitializer):
    """U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 16)."""

    kind: Literal["xavier_uniform"] = "xavier_uniform"
    gain: Annotated[
        float, Field(gt=0, le=100), Hint("Multiplies the spread of the first weights.", log=True)
    ] = 1.0

    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float32]:
        limit = self.gain * np.sqrt(6 / (fan_in + fan_out))
        return rng.uniform(-limit, limit, (fan_in, fan_out)).astype(np.float32)


class HeNormal(WeightInitializer):
    """N(0, 2 / fan_in), made for relu (He et al. 2015, eq. 10)."""

    kind: Literal["he_normal"] = "he_normal"

    def draw(self, rng: np.random.Generator, fan_in: int, fan_out: int) -> NDArray[np.float32]:
        std = math.sqrt(2 / fan_in)
        return (rng.standard_normal((fan_in, fan_out)) * std).astype(np.float32)


Initializer = Annotated[Normal | XavierUniform | HeNormal, Field(discriminator="kind"), Shorthand]
