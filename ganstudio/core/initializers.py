"""Initial weights, each scheme one class. Drawn with numpy, so they are the same on any device.

A unit's incoming weights are a column of its layer's matrix (fan_in, units).
"""

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

Std = Annotated[
    float,
    Field(gt=0, le=100),
    Hint("Spread of the first weights; too large saturates the units.", log=True),
]
Gain = Annotated[
    float, Field(gt=0, le=100), Hint("Multiplies the spread of the first weights.", log=True)
]


class WeightInitializer(Spec):
    """Draws the first values of a weight matrix; biases start at 0."""

    @abstractmethod
    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        """A weight matrix of shape (fan_in, units).

        Args:
            rng: where it is drawn from.
            fan_in: how many numbers a unit takes.
            units: how many share their weights with no other.
            fan_out: how many units take a number, where that is another count: a convolution's
                units use their weights at several pixels.
        """


class Normal(WeightInitializer):
    """N(0, std^2), whatever the width of the layer."""

    kind: Literal["normal"] = "normal"
    std: Std = 1.0

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        return _normal(rng, self.std, fan_in, units)


class XavierUniform(WeightInitializer):
    """U(-a, a) with a = gain sqrt(6 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 16)."""

    kind: Literal["xavier_uniform"] = "xavier_uniform"
    gain: Gain = 1.0

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        limit = self.gain * math.sqrt(6 / (fan_in + (fan_out or units)))
        return _uniform(rng, limit, fan_in, units)


class XavierNormal(WeightInitializer):
    """N(0, gain^2 2 / (fan_in + fan_out)) (Glorot and Bengio 2010, eq. 12)."""

    kind: Literal["xavier_normal"] = "xavier_normal"
    gain: Gain = 1.0

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        std = self.gain * math.sqrt(2 / (fan_in + (fan_out or units)))
        return _normal(rng, std, fan_in, units)


class HeNormal(WeightInitializer):
    """N(0, 2 / fan_in), made for relu (He et al. 2015, eq. 10)."""

    kind: Literal["he_normal"] = "he_normal"

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        return _normal(rng, math.sqrt(2 / fan_in), fan_in, units)


class HeUniform(WeightInitializer):
    """U(-a, a) with a = sqrt(6 / fan_in): the variance of He et al. 2015, eq. 10."""

    kind: Literal["he_uniform"] = "he_uniform"

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        return _uniform(rng, math.sqrt(6 / fan_in), fan_in, units)


class Orthogonal(WeightInitializer):
    """A random rotation times gain: signals keep their length (Saxe et al. 2014).

    The columns are orthonormal, or the rows where they are fewer. Uniform over all such
    matrices, because the signs of R's diagonal are taken out of Q (Mezzadri 2007).
    """

    kind: Literal["orthogonal"] = "orthogonal"
    gain: Gain = 1.0

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        tall = (max(fan_in, units), min(fan_in, units))
        q, r = np.linalg.qr(rng.standard_normal(tall))
        q *= self.gain * np.copysign(1.0, np.diag(r))
        return (q if fan_in >= units else q.T).astype(np.float32)


class Sparse(WeightInitializer):
    """Each unit has only k incoming weights that are not 0, N(0, std^2) (Martens 2010, section 5).

    A layer with fewer than k inputs is full.
    """

    kind: Literal["sparse"] = "sparse"
    connections: Annotated[
        int,
        Field(ge=1, le=10**6),
        Hint("k, the incoming weights of a unit that are not 0. Fewer keep units unlike."),
    ] = 15
    std: Std = 1.0

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        # Each column of places is a random order of the inputs.
        places = rng.random((fan_in, units)).argsort(axis=0)
        return _normal(rng, self.std, fan_in, units) * (places < self.connections)


class ConstantValue(WeightInitializer):
    """All weights are equal: the units of a layer stay identical for ever."""

    kind: Literal["constant"] = "constant"
    value: Annotated[float, Field(ge=-100, le=100), Hint("Every weight begins with this.")] = 0.1

    def draw(
        self, rng: np.random.Generator, fan_in: int, units: int, fan_out: int | None = None
    ) -> NDArray[np.float32]:
        return np.full((fan_in, units), self.value, dtype=np.float32)


def _normal(rng: np.random.Generator, std: float, fan_in: int, units: int) -> NDArray[np.float32]:
    return (rng.standard_normal((fan_in, units)) * std).astype(np.float32)


def _uniform(
    rng: np.random.Generator, limit: float, fan_in: int, units: int
) -> NDArray[np.float32]:
    return rng.uniform(-limit, limit, (fan_in, units)).astype(np.float32)


Initializer = Annotated[
    Normal
    | XavierUniform
    | XavierNormal
    | HeNormal
    | HeUniform
    | Orthogonal
    | Sparse
    | ConstantValue,
    Field(discriminator="kind"),
    Shorthand,
]
