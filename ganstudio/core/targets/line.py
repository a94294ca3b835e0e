"""Densities on the line, each one class with all its mathematics."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, ClassVar, Literal

from pydantic import Field, model_validator

from ganstudio.core.lazy import np
from ganstudio.core.spec import Hint, Spec
from ganstudio.core.targets.distribution import (
    MODE_SHARE,
    Coordinate,
    Distribution,
    Share,
    SpaceName,
    Spread,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Density(Distribution):
    """A distribution on the real line. x has any shape; results have the same."""

    space: ClassVar[SpaceName] = "line"

    @property
    @abstractmethod
    def mean(self) -> float:
        """The expectation, in the target's units."""

    @property
    @abstractmethod
    def std(self) -> float:
        """The standard deviation, in the target's units."""

    @property
    def dimensions(self) -> int:
        return 1

    @property
    def centre(self) -> tuple[float, ...]:
        return (self.mean,)

    @property
    def spread(self) -> float:
        return self.std

    @property
    def modes(self) -> int:
        return 1

    def modes_found(self, x: Array) -> Array:
        """How many of them hold at least 1 % of each row of sorted samples (R, n): (R,)."""
        return np.ones(len(x))

    def points(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return self.draw(rng, shape)[..., None]

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

    weight: Share = 1.0
    mu: Annotated[Coordinate, Hint("Where this bell stands.", label="Mean μ")] = 0.0
    sigma: Annotated[Spread, Hint("How wide this bell is.", label="Std σ", log=True)] = 0.5


@lru_cache(maxsize=64)
def _arrays_of(components: tuple[Component, ...]) -> tuple[Array, Array, Array]:
    """Shares, means and standard deviations. Not kept in the spec: specs are compared."""
    rows = np.array([(c.weight, c.mu, c.sigma) for c in components])
    return rows[:, 0] / rows[:, 0].sum(), rows[:, 1], rows[:, 2]


@lru_cache(maxsize=64)
def _territories(components: tuple[Component, ...]) -> tuple[Array, NDArray[np.int64]]:
    """Where on the line each bell is the nearest, and within 3 of its sigmas.

    Returns:
        Ascending ends of stretches, (n + 1,), and the bell of each stretch, (n,); -1 for none.
    """
    _, mu, sigma = _arrays_of(components)
    i, j = np.triu_indices(len(mu), 1)
    # |x - mu_i| / sigma_i = |x - mu_j| / sigma_j between the two bells and, unless they are
    # equally wide, once more beside them.
    between = (mu[i] * sigma[j] + mu[j] * sigma[i]) / (sigma[i] + sigma[j])
    unlike = sigma[i] != sigma[j]
    i, j = i[unlike], j[unlike]
    beside = (mu[i] * sigma[j] - mu[j] * sigma[i]) / (sigma[j] - sigma[i])
    edges = np.unique(np.concatenate([between, beside, mu - 3 * sigma, mu + 3 * sigma]))
    middles = (edges[:-1] + edges[1:]) / 2
    off = np.abs((middles[:, None] - mu) / sigma)
    bells = np.where(off.min(axis=1) < 3, off.argmin(axis=1), -1)
    # One stretch for neighbours of the same bell.
    starts = np.append(True, bells[1:] != bells[:-1])
    return np.append(edges[:-1][starts], edges[-1]), bells[starts]


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

    def modes_found(self, x: Array) -> Array:
        # The nearest bell by Mahalanobis distance, if it is within 3 of its sigmas.
        edges, bells = _territories(self.components)
        counts = np.stack([np.searchsorted(row, edges) for row in np.asarray(x)])
        held = np.diff(counts, axis=1) @ (bells[:, None] == np.arange(self.modes))
        return np.asarray((held >= MODE_SHARE * x.shape[1]).sum(axis=1, dtype=float))

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


class Laplace(Density):
    """A pointed peak with long tails: p(x) = exp(-|x - mu| / b) / (2 b)."""

    kind: Literal["laplace"] = "laplace"
    mu: Annotated[Coordinate, Hint("Where the peak stands.", label="Mean μ")] = 0.0
    scale: Annotated[
        Spread,
        Hint("Mean distance from the peak; the std is 1.41 times it.", label="Scale b", log=True),
    ] = 1.0

    @property
    def mean(self) -> float:
        return self.mu

    @property
    def std(self) -> float:
        return float(np.sqrt(2) * self.scale)

    def density(self, x: Array) -> Array:
        return np.asarray(np.exp(-np.abs(x - self.mu) / self.scale) / (2 * self.scale))

    def distribution(self, x: Array) -> Array:
        z = (np.asarray(x) - self.mu) / self.scale
        tail = np.exp(-np.abs(z)) / 2
        return np.asarray(np.where(z < 0, tail, 1 - tail))

    def quantile(self, p: Array) -> Array:
        p = np.asarray(p)
        tail = np.minimum(p, 1 - p)
        return np.asarray(self.mu + self.scale * np.copysign(np.log(2 * tail), p - 0.5))

    def draw(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        return rng.laplace(self.mu, self.scale, shape)
