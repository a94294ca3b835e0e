"""Distributions in the plane: each is a mixture of round Gaussians, so all is exact."""

from __future__ import annotations

from abc import abstractmethod
from functools import lru_cache
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from ganstudio.core.lazy import np
from ganstudio.core.targets.distribution import Distribution, SpaceName

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CHUNK_NUMBERS = 2**20
"""Distances between points and bells that are held at once."""


class Mixture(NamedTuple):
    """sum_k share_k N(centre_k, sigma_k^2 I)."""

    shares: Array
    """Positive and summing to 1, (k,)"""
    centres: Array
    """(k, 2)"""
    sigmas: Array
    """(k,)"""


def even_mixture(centres: Array, sigma: float) -> Mixture:
    """Equal bells at `centres` (k, 2)."""
    k = len(centres)
    return Mixture(np.full(k, 1 / k), np.asarray(centres), np.full(k, sigma))


@lru_cache(maxsize=16)
def _mixture_of(target: Plane) -> Mixture:
    """Not kept in the spec: specs are compared."""
    return target._mixture()


class Plane(Distribution):
    """A distribution in the plane: a mixture of round Gaussian bells."""

    space: ClassVar[SpaceName] = "plane"

    @abstractmethod
    def _mixture(self) -> Mixture:
        """The bells, from the settings."""

    @property
    def mixture(self) -> Mixture:
        """The bells that the distribution is made of; only some kinds have modes."""
        return _mixture_of(self)

    @property
    def mode_centres(self) -> Array | None:
        """Where the modes stand, (k, 2); None for a shape without modes."""
        return None

    @property
    def mode_sigma(self) -> Array | None:
        """The standard deviation of each mode, in any direction, (k,)."""
        return None

    @property
    def mode_shares(self) -> Array | None:
        """The probability of each mode, (k,)."""
        return None

    @property
    def dimensions(self) -> int:
        return 2

    @property
    def centre(self) -> tuple[float, ...]:
        shares, centres, _ = self.mixture
        x, y = shares @ centres
        return float(x), float(y)

    @property
    def spread(self) -> float:
        """Root mean square distance from the centre, over sqrt(2)."""
        shares, centres, sigmas = self.mixture
        off = ((centres - self.centre) ** 2).sum(axis=1)
        return float(np.sqrt(shares @ (off / 2 + sigmas**2)))

    def density(self, xy: Array) -> Array:
        """p at points (..., 2): (...). For a picture, `density_on_grid` is far quicker."""
        shares, centres, sigmas = self.mixture
        flat = np.asarray(xy, dtype=float).reshape(-1, 2)
        rows = max(1, CHUNK_NUMBERS // len(shares))
        parts = [np.empty(0)]
        for first in range(0, len(flat), rows):
            off = (flat[first : first + rows, None] - centres) / sigmas[:, None]
            bells = np.exp(-0.5 * (off**2).sum(axis=-1))
            parts.append(bells @ (shares / (2 * np.pi * sigmas**2)))
        return np.concatenate(parts).reshape(np.shape(xy)[:-1])

    def density_on_grid(self, x: Array, y: Array) -> Array:
        """p at every pair of x (n,) and y (m,): (m, n), rows are y.

        A round bell is a product of its coordinates' bells, so one product of matrices does it.
        """
        shares, centres, sigmas = self.mixture
        along_x = _bells(x, centres[:, 0], sigmas)
        along_y = _bells(y, centres[:, 1], sigmas)
        return np.asarray((along_y * (shares / (2 * np.pi * sigmas**2))) @ along_x.T)

    def points(self, rng: np.random.Generator, shape: tuple[int, ...]) -> Array:
        # Three uniform numbers a point, side by side, keep the stream the same in any blocks.
        return self.place(rng.random((*shape, 3)))

    def place(self, u: Array) -> Array:
        """The points (..., 2) that uniform numbers (..., 3) stand for: bell, x, y in it."""
        from scipy import special

        shares, centres, sigmas = self.mixture
        which = np.searchsorted(np.cumsum(shares), u[..., 0], side="right")
        which = np.minimum(which, len(shares) - 1)
        z = special.ndtri(np.maximum(u[..., 1:], 1e-300))
        return np.asarray(centres[which] + sigmas[which][..., None] * z)


def _bells(x: Array, centres: Array, sigmas: Array) -> Array:
    """exp(-(x - centre)^2 / 2 sigma^2), (n, k); held above 1e-130 so that products stay normal."""
    off = (np.asarray(x)[:, None] - centres) / sigmas
    return np.exp(np.maximum(-0.5 * off * off, -300))
