"""Ways through the generator's noise: walks, slices, and sums of what pictures have in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ganstudio.core.lazy import np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Noise = NDArray[np.float32]


def linear(a: Noise, b: Noise, t: Noise) -> Noise:
    """(1 - t) a + t b for each t (n,): (n, dimensions)."""
    share = np.asarray(t, dtype=np.float32)[:, None]
    return np.asarray((1 - share) * a + share * b, dtype=np.float32)


def spherical(a: Noise, b: Noise, t: Noise) -> Noise:
    """Along a great circle, (n, dimensions) (Shoemake 1985; for noise, White 2016, section 2).

    Half way between two normal samples the straight line is nearer to 0 than any sample of many
    dimensions ever is; the circle keeps the length. Lengths that differ are mixed evenly, and
    parallel or empty vectors go straight.
    """
    lengths = np.linalg.norm(a), np.linalg.norm(b)
    if min(lengths) == 0:
        return linear(a, b, t)
    cosine = float(np.clip(a @ b / (lengths[0] * lengths[1]), -1, 1))
    angle = np.arccos(cosine)
    if np.sin(angle) < 1e-4:
        return linear(a, b, t)
    share = np.asarray(t, dtype=np.float32)[:, None]
    along = (
        np.sin((1 - share) * angle) * a / lengths[0] + np.sin(share * angle) * b / lengths[1]
    ) / np.sin(angle)
    return np.asarray(along * ((1 - share) * lengths[0] + share * lengths[1]), dtype=np.float32)


def plane(corners: Noise, count: int) -> Noise:
    """A grid over the plane through three noises: (count * count, dimensions), row by row.

    Args:
        corners: top left, top right and bottom left, (3, dimensions).
        count: places along one side.
    """
    t = np.linspace(0, 1, count, dtype=np.float32)
    right, down = corners[1] - corners[0], corners[2] - corners[0]
    grid = corners[0] + t[None, :, None] * right + t[:, None, None] * down
    return np.asarray(grid.reshape(count * count, -1), dtype=np.float32)


def arithmetic(plus: Noise, minus: Noise, also: Noise) -> Noise:
    """mean(plus) - mean(minus) + mean(also), (dimensions,) (Radford et al. 2016, section 6.3.2).

    Args:
        plus, minus, also: noises of some pictures each, (n, dimensions); empty ones count as 0.
    """
    empty = np.zeros(max(one.shape[1] for one in (plus, minus, also)), dtype=np.float32)
    p, m, a = (one.mean(axis=0) if len(one) else empty for one in (plus, minus, also))
    return np.asarray(p - m + a, dtype=np.float32)
