"""The generator's input z, each distribution one class."""

from __future__ import annotations

from abc import abstractmethod
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float32]


class NoiseDistribution(Spec):
    """Where z comes from. All shapes end in (batch, dimensions of z)."""

    @property
    def dimensions(self) -> int:
        """How many numbers one z has."""
        return 1

    @abstractmethod
    def draw(self, rng: np.random.Generator, batches: int, size: int) -> Samples:
        """Noise of shape (batches, size, dimensions)."""

    @abstractmethod
    def grid(self, count: int) -> Samples:
        """`count` evenly spread values of the first coordinate, ascending; shape (count,)."""

    def evaluation(self, count: int, number: int = 0) -> Samples:
        """The noise that metrics are computed on: fixed, so that only the generator moves.

        Random like the training noise, so that a perfect generator scores a metric's floor;
        shape (count, dimensions). Another number is other noise.
        """
        return np.asarray(self.draw(np.random.default_rng(number), 1, count)[0])


class StratifiedNoise(NoiseDistribution):
    """Evenly spaced over [-range, range] plus a small jitter, as in the first 1-D programs."""

    kind: Literal["stratified"] = "stratified"
    range: Annotated[
        float, Field(gt=0, le=1000), Hint("z spans from minus to plus this value.")
    ] = 8.0
    jitter: Annotated[
        float, Field(ge=0, le=10), Hint("Each z moves up by a random part of this.", advanced=True)
    ] = 0.01

    def draw(self, rng: np.random.Generator, batches: int, size: int) -> Samples:
        jitter = rng.random((batches, size)) * self.jitter
        spaced = np.linspace(-self.range, self.range, size) + jitter
        return spaced.astype(np.float32)[..., None]

    def grid(self, count: int) -> Samples:
        return np.linspace(-self.range, self.range, count, dtype=np.float32)

    def evaluation(self, count: int, number: int = 0) -> Samples:
        """`linspace(-range, range)`, what the original programs are judged on; later uniform."""
        if not number:
            return self.grid(count)[:, None]
        # A second row of even places would be the first one.
        z = np.random.default_rng(number).uniform(-self.range, self.range, (count, 1))
        return z.astype(np.float32)


class _IndependentNoise(NoiseDistribution):
    """The same distribution in each of `size` dimensions."""

    size: Annotated[
        int,
        Field(ge=1, le=512),
        Hint("Numbers in one z. More gives the generator more room.", label="Dimensions"),
    ] = 1

    @property
    def dimensions(self) -> int:
        return self.size


class UniformNoise(_IndependentNoise):
    """U(-limit, limit) in each dimension."""

    kind: Literal["uniform"] = "uniform"
    limit: Annotated[float, Field(gt=0, le=1000), Hint("z lies between minus and plus this.")] = 1.0

    def draw(self, rng: np.random.Generator, batches: int, size: int) -> Samples:
        z = rng.uniform(-self.limit, self.limit, (batches, size, self.size))
        return z.astype(np.float32)

    def grid(self, count: int) -> Samples:
        return np.linspace(-self.limit, self.limit, count, dtype=np.float32)


class NormalNoise(_IndependentNoise):
    """N(0, 1) in each dimension."""

    kind: Literal["normal"] = "normal"

    def draw(self, rng: np.random.Generator, batches: int, size: int) -> Samples:
        return rng.standard_normal((batches, size, self.size), dtype=np.float32)

    def grid(self, count: int) -> Samples:
        return np.linspace(-3, 3, count, dtype=np.float32)


Noise = Annotated[
    StratifiedNoise | UniformNoise | NormalNoise, Field(discriminator="kind"), Shorthand
]
