"""Distances between two sets of features (n, d), each as its paper defines it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

CHUNK = 1_000
"""Rows whose triple products are summed in single precision."""
NEIGHBOURS = 3


@dataclass(frozen=True, eq=False)
class Moments:
    """What the distances need to know of a set of features; in double precision."""

    count: int
    first: Tensor
    """E x, (d,)"""
    second: Tensor
    """E x x^T, (d, d)"""
    third: Tensor
    """E x_a x_b x_c for a <= b, (d (d + 1) / 2, d)"""
    own: float
    """E k(x, x), see `kernel_distance`."""

    @property
    def covariance(self) -> Tensor:
        """Unbiased, as numpy.cov; 0 of one row."""
        centred = self.second - self.first.outer(self.first)
        return centred * (self.count / max(self.count - 1, 1))

    @property
    def root(self) -> Tensor:
        """The symmetric square root of the covariance."""
        values, vectors = torch.linalg.eigh(self.covariance)
        found: Tensor = (vectors * values.clamp(min=0).sqrt()) @ vectors.mT
        return found


def moments(features: Tensor) -> Moments:
    """Of features (n, d), n at least 1."""
    x = features.double()
    count, d = x.shape
    a, b = torch.triu_indices(d, d, device=x.device)
    third = x.new_zeros(len(a), d)
    for part in torch.split(features.float(), CHUNK):
        # The products are as many as 32 rows of features: one matrix product does all of them.
        columns = part.T.contiguous()
        third += (columns[a] * columns[b]) @ part
    own = (((x * x).sum(dim=1) / d + 1) ** 3).mean()
    return Moments(count, x.mean(dim=0), x.T @ x / count, third / count, float(own))


def frechet(a: Moments, b: Moments, root: Tensor | None = None) -> float:
    """|m_a - m_b|^2 + tr(C_a + C_b - 2 (C_a C_b)^(1/2)) (Heusel et al. 2017, equation 6).

    The product has the eigenvalues of the symmetric C_a^(1/2) C_b C_a^(1/2), none below 0.

    Args:
        a: of one set.
        b: of the other.
        root: that of `a`, if it is known already.
    """
    root = a.root if root is None else root
    values = torch.linalg.eigvalsh(root @ b.covariance @ root)
    means = (a.first - b.first).square().sum()
    return float(
        means + a.covariance.trace() + b.covariance.trace() - 2 * values.clamp(min=0).sqrt().sum()
    )


def kernel_distance(a: Moments, b: Moments) -> float:
    """Unbiased squared maximum mean discrepancy, k(x, y) = (x.y / d + 1)^3 (Binkowski et al. 2018).

    With this kernel it is a distance between the first three moments, over all pairs. Without
    pairs of a row with itself each mean within a set is (n S - E k(x, x)) / (n - 1), where S is
    the mean with them.
    """
    biased = _inner(a.first - b.first, a.second - b.second, a.third - b.third, constant=0.0)
    for one in (a, b):
        with_themselves = _inner(one.first, one.second, one.third, constant=1.0)
        biased -= (one.own - with_themselves) / max(one.count - 1, 1)
    return biased


def _inner(first: Tensor, second: Tensor, third: Tensor, *, constant: float) -> float:
    """What (x.y / d + 1)^3 becomes: the squared length of moments."""
    d = len(first)
    a, b = torch.triu_indices(d, d, device=first.device)
    # Those with a < b stand for two.
    twice = torch.where(a == b, 1.0, 2.0).to(third.dtype)
    return float(
        constant
        + 3 * first.square().sum() / d
        + 3 * second.square().sum() / d**2
        + (twice * third.square().sum(dim=1)).sum() / d**3
    )


@dataclass(frozen=True, eq=False)
class Manifold:
    """Where features lie: balls around them that reach their k-th nearest neighbour."""

    features: Tensor
    """(n, d)"""
    radii: Tensor
    """Squared, (n,)"""

    def share_inside(self, features: Tensor) -> float:
        """The share of other features (m, d) that lie in at least one ball."""
        inside = squared_distances(features, self.features) <= self.radii
        return float(inside.any(dim=1).float().mean())


def manifold(features: Tensor, k: int = NEIGHBOURS) -> Manifold:
    """Of features (n, d); with fewer than k neighbours the farthest of them counts."""
    if len(features) < 2:
        return Manifold(features, features.new_zeros(len(features)))
    far = squared_distances(features, features).fill_diagonal_(torch.inf)
    nearest = far.topk(min(k, len(features) - 1), dim=1, largest=False, sorted=True).values
    return Manifold(features, nearest[:, -1])


def precision_recall(real: Manifold, generated: Manifold) -> tuple[float, float]:
    """Share of generated features among real ones, and of real ones among generated ones.

    As Kynkaanniemi et al. 2019, section 2; there both sets are of the same size.
    """
    return real.share_inside(generated.features), generated.share_inside(real.features)


def squared_distances(x: Tensor, y: Tensor) -> Tensor:
    """Of rows (n, d) and (m, d): (n, m), none below 0."""
    norms = x.square().sum(dim=1)[:, None] + y.square().sum(dim=1)
    return torch.addmm(norms, x, y.T, alpha=-2).clamp_(min=0)
