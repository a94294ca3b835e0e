"""The real samples: how each target is drawn, with numpy alone, and what its density is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.core.targets import (
    Digits,
    Drawn,
    FashionMnist,
    Gaussian,
    GaussianMixture,
    Gaussians,
    Grid,
    Kmnist,
    Laplace,
    Mnist,
    PictureFolder,
    Pictures,
    Points,
    Ring,
    Samples,
    Spiral,
    TwoMoons,
    Uniform,
)
from ganstudio.core.targets.empirical import NARROWEST
from ganstudio.core.targets.shapes import MOON_BELLS, SPIRAL_BELLS
from ganstudio.export.script.pictures import drawing
from ganstudio.export.script.table import Table
from ganstudio.export.script.text import array, block, lines

NORMAL_QUANTILE = block('''
    def normal_quantile(p):
        """The x with P(X <= x) = p for X ~ N(0, 1): makes normal numbers of uniform ones."""
        return torch.special.ndtri(torch.from_numpy(p)).numpy()
''')


@dataclass(frozen=True)
class TargetText:
    """How one target is written."""

    about: str
    """What it is, in a few words."""
    draw: str
    """Lines that draw x, (BATCH_SIZE, dimensions), from `real_rng`."""
    constants: str = ""
    """Lines that stand before."""
    density: str = ""
    """Lines of a function of x, (batch, 1), that return p(x); on the line only."""
    bells: bool = False
    """Whether it needs `normal_quantile`."""


# ---------------------------------------------------------------------------------- on the line


def _gaussian(t: Gaussian) -> TargetText:
    return TargetText(
        about=f"N({t.mu:g}, {t.sigma:g}^2)",
        draw=f"x = real_rng.normal({t.mu!r}, {t.sigma!r}, (BATCH_SIZE, 1))",
        density=block(
            """
            z = (x - $mu) / $sigma
            return np.exp(-0.5 * z * z) / ($sigma * math.sqrt(2 * math.pi))
            """,
            mu=t.mu,
            sigma=t.sigma,
        ),
    )


def _uniform(t: Uniform) -> TargetText:
    return TargetText(
        about=f"U[{t.low:g}, {t.high:g})",
        draw=f"x = real_rng.uniform({t.low!r}, {t.high!r}, (BATCH_SIZE, 1))",
        density=f"return ((x >= {t.low!r}) & (x <= {t.high!r})) / {t.high - t.low!r}",
    )


def _laplace(t: Laplace) -> TargetText:
    return TargetText(
        about=f"the Laplace distribution around {t.mu:g}",
        draw=f"x = real_rng.laplace({t.mu!r}, {t.scale!r}, (BATCH_SIZE, 1))",
        density=f"return np.exp(-np.abs(x - {t.mu!r}) / {t.scale!r}) / {2 * t.scale!r}",
    )


def _mixture(t: GaussianMixture) -> TargetText:
    components = t.components
    return TargetText(
        about=f"a mixture of {len(components)} bells",
        constants=lines(
            "# The share, the mean and the standard deviation of each bell",
            _shares([c.weight for c in components]),
            array("MEANS", [c.mu for c in components]),
            array("STDS", [c.sigma for c in components]),
        ),
        draw=block("""
            # Two uniform numbers a sample: which bell, and where in it
            u = real_rng.random((BATCH_SIZE, 2))
            bell = np.searchsorted(np.cumsum(SHARES)[:-1], u[:, 0])
            x = (MEANS[bell] + STDS[bell] * normal_quantile(u[:, 1]))[:, None]
        """),
        density=block("""
            z = (x - MEANS) / STDS
            bells = np.exp(-0.5 * z * z) / (STDS * math.sqrt(2 * math.pi))
            return (bells @ SHARES)[:, None]
        """),
        bells=True,
    )


def _drawn(t: Drawn) -> TargetText:
    return TargetText(
        about=f"a curve drawn by hand from {t.low:g} to {t.high:g}",
        constants=block(
            """
            # The density is a chain of straight lines between heights at even places.
            LOW, HIGH = $low, $high
            $heights
            STRETCH = (HIGH - LOW) / (len(HEIGHTS) - 1)
            AREAS = (HEIGHTS[:-1] + HEIGHTS[1:]) / 2 * STRETCH
            HEIGHTS, SHARES = HEIGHTS / AREAS.sum(), AREAS / AREAS.sum()
            """,
            low=t.low,
            high=t.high,
            heights=array("HEIGHTS", [height / max(t.heights) for height in t.heights]),
        ),
        draw=block("""
            # The stretch k that a uniform number p falls into, and the place t in it, where
            # the area below the line, a t + (b - a) t^2 / 2, is what is left of p
            p = real_rng.random((BATCH_SIZE, 1))
            ends = np.cumsum(SHARES)
            k = np.minimum(np.searchsorted(ends, p, side="right"), len(SHARES) - 1)
            rest = np.maximum(p - (ends - SHARES)[k], 0) / STRETCH
            a, b = HEIGHTS[k], HEIGHTS[k + 1]
            below = a + np.sqrt(np.maximum(a * a + 2 * (b - a) * rest, 0))
            t = np.divide(2 * rest, below, out=np.zeros_like(rest), where=below > 0)
            x = LOW + (k + np.minimum(t, 1)) * STRETCH
        """),
        density=block("""
            places = np.linspace(LOW, HIGH, len(HEIGHTS))
            return np.interp(x, places, HEIGHTS, left=0.0, right=0.0)
        """),
    )


def _samples(t: Samples) -> TargetText:
    return TargetText(
        about=f"{len(t.values):,} given samples, smoothed by a Gaussian kernel",
        constants=block(
            """
            $values
            # The width of the kernel (Silverman 1986, eq. 3.31)
            LOWER, UPPER = np.quantile(SAMPLES, [0.25, 0.75])
            KERNEL = 0.9 * min(SAMPLES.std(), (UPPER - LOWER) / 1.34) * len(SAMPLES) ** -0.2
            KERNEL = max(KERNEL, $narrowest * SAMPLES.std())
            """,
            values=array("SAMPLES", t.values),
            narrowest=NARROWEST,
        ),
        draw=block("""
            # Two uniform numbers a sample: which of the given ones, and how far from it
            u = real_rng.random((BATCH_SIZE, 2))
            given = SAMPLES[(u[:, 0] * len(SAMPLES)).astype(int)]
            x = (given + KERNEL * normal_quantile(u[:, 1]))[:, None]
        """),
        density=block("""
            z = (x - SAMPLES) / KERNEL
            kernels = np.exp(-0.5 * z * z) / (KERNEL * math.sqrt(2 * math.pi))
            return kernels.mean(axis=1, keepdims=True)
        """),
        bells=True,
    )


# --------------------------------------------------------------------------------- in the plane

EVEN_BELLS = block("""
    # Three uniform numbers a point: which bell, and x and y in it
    u = real_rng.random((BATCH_SIZE, 3))
    bell = (len(CENTRES) * u[:, 0]).astype(int)
    x = CENTRES[bell] + SIGMA * normal_quantile(u[:, 1:])
""")


def _even(about: str, sigma: float, *centres: str) -> TargetText:
    """Bells of one share and width; `centres` are the lines that place them."""
    constants = lines(*centres, f"SIGMA = {sigma!r}")
    return TargetText(about, EVEN_BELLS, constants, bells=True)


def _ring(t: Ring) -> TargetText:
    radius = "" if t.radius == 1 else f"{t.radius!r} * "
    return _even(
        f"{t.modes} bells on a circle",
        t.sigma,
        f"ANGLES = 2 * np.pi * np.arange({t.modes}) / {t.modes}",
        f"CENTRES = {radius}np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)",
    )


def _grid(t: Grid) -> TargetText:
    return _even(
        f"{t.modes} bells on a grid",
        t.sigma,
        f"PLACES = {t.spacing!r} * (np.arange({t.side}) - {(t.side - 1) / 2!r})",
        "CENTRES = np.stack(np.meshgrid(PLACES, PLACES), axis=-1).reshape(-1, 2)",
    )


def _two_moons(t: TwoMoons) -> TargetText:
    return _even(
        "two half circles, one reaching into the other",
        t.noise,
        f"# Each is a row of {MOON_BELLS} bells.",
        f"ANGLES = np.pi * (np.arange({MOON_BELLS}) + 0.5) / {MOON_BELLS}",
        "UPPER = np.stack([np.cos(ANGLES), np.sin(ANGLES)], axis=1)",
        "LOWER = np.stack([1 - np.cos(ANGLES), 0.5 - np.sin(ANGLES)], axis=1)",
        "CENTRES = np.concatenate([UPPER, LOWER])",
    )


def _spiral(t: Spiral) -> TargetText:
    return _even(
        f"a spiral of {t.turns:g} turns",
        t.noise,
        f"# A row of {SPIRAL_BELLS:,} bells at even lengths along the curve: T is its radius.",
        f"T = np.linspace(0, 1, {16 * SPIRAL_BELLS})",
        f"ANGLES = {2 * t.turns!r} * np.pi * T",
        "CURVE = np.stack([T * np.cos(ANGLES), T * np.sin(ANGLES)], axis=1)",
        "LENGTH = np.append(0.0, np.cumsum(np.hypot(*np.diff(CURVE, axis=0).T)))",
        f"EVEN = (np.arange({SPIRAL_BELLS}) + 0.5) / {SPIRAL_BELLS} * LENGTH[-1]",
        "CENTRES = np.stack([np.interp(EVEN, LENGTH, line) for line in CURVE.T], axis=1)",
    )


def _points(t: Points) -> TargetText:
    about = f"{len(t.positions):,} given points, each with a little Gaussian noise around it"
    return _even(about, t.sigma, array("CENTRES", t.positions))


def _gaussians(t: Gaussians) -> TargetText:
    components = t.components
    return TargetText(
        about=f"a mixture of {len(components)} round bells",
        constants=lines(
            "# The share, the place and the standard deviation of each bell",
            _shares([c.weight for c in components]),
            array("CENTRES", [(c.x, c.y) for c in components]),
            array("SIGMAS", [c.sigma for c in components]),
        ),
        draw=block("""
            # Three uniform numbers a point: which bell, and x and y in it
            u = real_rng.random((BATCH_SIZE, 3))
            bell = np.searchsorted(np.cumsum(SHARES)[:-1], u[:, 0], side="right")
            x = CENTRES[bell] + SIGMAS[bell, None] * normal_quantile(u[:, 1:])
        """),
        bells=True,
    )


# -------------------------------------------------------------------------------------- pictures


def _pictures(t: Pictures) -> TargetText:
    return TargetText(f"pictures of {t.width} x {t.width} pixels ({t.kind})", drawing(t))


def _shares(weights: Sequence[float]) -> str:
    total = sum(weights)
    return array("SHARES", [weight / total for weight in weights])


TARGETS: Table[TargetText] = {
    Gaussian: _gaussian,
    GaussianMixture: _mixture,
    Uniform: _uniform,
    Laplace: _laplace,
    Drawn: _drawn,
    Samples: _samples,
    Ring: _ring,
    Grid: _grid,
    Gaussians: _gaussians,
    TwoMoons: _two_moons,
    Spiral: _spiral,
    Points: _points,
    **dict.fromkeys((Digits, Mnist, FashionMnist, Kmnist, PictureFolder), _pictures),
}
