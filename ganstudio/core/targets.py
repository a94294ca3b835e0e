"""What the generator is to imitate: 1-D densities, each one class with all its mathematics."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field, model_validator

from ganstudio.core.choice import Shorthand
from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


Coordinate = Annotated[float, Field(ge=-1e6, le=1e6)]
Spread = Annotated[float, Field(ge=1e-6, le=1e6)]


MODE_SHARE = 0.01
"""A mode with a smaller share of the samples counts as lost."""


class Density(Spec):
    """A distribution on the real line. x has any shape; results have the same."""

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expectation, in the target's units."""

    @property
    @abstractmethod
    def std(self) -> float:
        """The standard deviation, in the target's units."""

    @property
    def modes(self) -> int:
        """How many bells there are to be found."""
        return 1

    def modes_found(self, x: Array) -> int:
        """How many of them hold at least 1 % of the samples `x`."""
        return 1

    @abstractmethod
    def density(self, x: Array) -> Array:
        """p(x)."""

    @abstractmethod
    def distribution(self, x: Array) -> Array:
        """P(X <= x)."""

    @abstractmethod
    def quantile(self, p: Array) -> Array:
        """The x with P(X <= x) = p, for p in (0, 1)."""

    @abstractmethod
    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        """Independent samples; drawing them in pieces gives the same ones."""


class Gaussian(Density):
    """N(mu, sigma^2)."""

    kind: Literal["gaussian"] = "gaussian"
    mu: Annotated[Coordinate, Hint("Where the bell stands.", label="Mean μ")] = 4.0
    sigma: Annotated[
        Spread, Hint("How wide the bell is: one standard deviation.", label="Std σ", log=True)
    ] = 0.5

    @property
    def mean(self) -> float:
        return self.mu

    @property
    def std(self) -> float:
        return self.sigma

    def density(self, x: Array) -> Array:
        z = (x - self.mu) / self.sigma
        return np.asarray(np.exp(-0.5 * z * z) / (self.sigma * np.sqrt(2 * np.pi)))

    def distribution(self, x: Array) -> Array:
        from scipy import special

        return np.asarray(special.ndtr((x - self.mu) / self.sigma))

    def quantile(self, p: Array) -> Array:
        from scipy import special

        return np.asarray(self.mu + self.sigma * special.ndtri(p))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.normal(self.mu, self.sigma, shape)


class Component(Spec):
    """One bell of a mixture."""

    weight: Annotated[
        float, Field(gt=0, le=1e6), Hint("Its share, relative to the other bells.")
    ] = 1.0
    mu: Annotated[Coordinate, Hint("Where this bell stands.", label="Mean μ")] = 0.0
    sigma: Annotated[Spread, Hint("How wide this bell is.", label="Std σ", log=True)] = 0.5


@lru_cache(maxsize=64)
def _arrays_of(components: tuple[Component, ...]) -> tuple[Array, Array, Array]:
    """Shares, means and standard deviations. Not kept in the spec: specs are compared."""
    rows = np.array([(c.weight, c.mu, c.sigma) for c in components])
    return rows[:, 0] / rows[:, 0].sum(), rows[:, 1], rows[:, 2]


class GaussianMixture(Density):
    """Several bells; a generator that finds only some of them has collapsed."""

    kind: Literal["mixture"] = "mixture"
    components: Annotated[
        tuple[Component, ...],
        Field(min_length=1, max_length=64),
        Hint("The bells of the mixture.", label="Bells"),
    ] = (Component(mu=-2.0), Component(mu=2.0))

    @property
    def _arrays(self) -> tuple[Array, Array, Array]:
        return _arrays_of(self.components)

    @property
    def mean(self) -> float:
        share, mu, _ = self._arrays
        return float(share @ mu)

    @property
    def std(self) -> float:
        share, mu, sigma = self._arrays
        return float(np.sqrt(share @ (sigma**2 + (mu - self.mean) ** 2)))

    @property
    def modes(self) -> int:
        return len(self.components)

    def modes_found(self, x: Array) -> int:
        # The nearest bell by Mahalanobis distance, if it is within 3 of its sigmas.
        _, mu, sigma = self._arrays
        off = np.abs((np.asarray(x)[:, None] - mu) / sigma)
        nearest = off.argmin(axis=1)[off.min(axis=1) < 3]
        held = np.bincount(nearest, minlength=len(mu))
        return int((held >= MODE_SHARE * len(x)).sum())

    def density(self, x: Array) -> Array:
        share, mu, sigma = self._arrays
        z = (np.asarray(x)[..., None] - mu) / sigma
        return np.asarray((np.exp(-0.5 * z * z) / (sigma * np.sqrt(2 * np.pi))) @ share)

    def distribution(self, x: Array) -> Array:
        from scipy import special

        share, mu, sigma = self._arrays
        return np.asarray(special.ndtr((np.asarray(x)[..., None] - mu) / sigma) @ share)

    def quantile(self, p: Array) -> Array:
        from scipy import optimize

        _, mu, sigma = self._arrays
        low, high = float((mu - 40 * sigma).min()), float((mu + 40 * sigma).max())

        def solve(level: float) -> float:
            # The mixture's quantile lies between those of its narrowest and widest bell.
            return float(
                optimize.brentq(lambda x: float(self.distribution(np.array(x))) - level, low, high)
            )

        flat = np.asarray(p, dtype=float).ravel()
        if flat.size <= 64:
            return np.array([solve(q) for q in flat]).reshape(np.shape(p))
        ends = solve(float(flat.min())), solve(float(flat.max()))
        # Many levels at once: tabulate the distribution finely where the mass is and invert.
        spots = [m + s * np.linspace(-7, 7, 4001) for m, s in zip(mu, sigma, strict=True)]
        x = np.unique(np.clip(np.concatenate([*spots, ends]), *ends))
        return np.asarray(np.interp(np.asarray(p), self.distribution(x), x))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        from scipy import special

        share, mu, sigma = self._arrays
        # Two uniform numbers a sample, side by side, keep the stream the same in any blocks.
        u = rng.random((*shape, 2))
        which = np.minimum(np.searchsorted(np.cumsum(share), u[..., 0]), len(mu) - 1)
        return np.asarray(mu[which] + sigma[which] * special.ndtri(np.maximum(u[..., 1], 1e-300)))


class Uniform(Density):
    """The same density everywhere between two ends."""

    kind: Literal["uniform"] = "uniform"
    low: Annotated[Coordinate, Hint("The lower end.")] = -1.0
    high: Annotated[Coordinate, Hint("The upper end.")] = 1.0

    @model_validator(mode="after")
    def _ordered(self) -> Uniform:
        if not self.low < self.high:
            raise ValueError(f"low ({self.low}) must be below high ({self.high})")
        return self

    @property
    def mean(self) -> float:
        return (self.low + self.high) / 2

    @property
    def std(self) -> float:
        return float((self.high - self.low) / np.sqrt(12))

    def density(self, x: Array) -> Array:
        inside = (np.asarray(x) >= self.low) & (np.asarray(x) <= self.high)
        return np.asarray(inside / (self.high - self.low))

    def distribution(self, x: Array) -> Array:
        return np.asarray(np.clip((x - self.low) / (self.high - self.low), 0, 1))

    def quantile(self, p: Array) -> Array:
        return np.asarray(self.low + np.asarray(p) * (self.high - self.low))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.uniform(self.low, self.high, shape)


Target = Annotated[Gaussian | GaussianMixture | Uniform, Field(discriminator="kind"), Shorthand]
