"""What the generator is to imitate: densities on the line, shapes in the plane, pictures.

Each is one class with all its mathematics; a new one is registered in `Target` below.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from ganstudio.core.choice import Shorthand
from ganstudio.core.targets.distribution import (
    MODE_SHARE,
    Coordinate,
    Distribution,
    Share,
    Spread,
)
from ganstudio.core.targets.empirical import Drawn, Samples
from ganstudio.core.targets.line import (
    Component,
    Density,
    Gaussian,
    GaussianMixture,
    Laplace,
    Uniform,
)
from ganstudio.core.targets.pictures import (
    Digits,
    FashionMnist,
    Kmnist,
    Mnist,
    PictureFolder,
    Pictures,
)
from ganstudio.core.targets.plane import Plane
from ganstudio.core.targets.shapes import (
    Gaussians,
    Grid,
    PlaneComponent,
    Points,
    Ring,
    Spiral,
    TwoMoons,
)

Target = Annotated[
    Gaussian
    | GaussianMixture
    | Uniform
    | Laplace
    | Drawn
    | Samples
    | Ring
    | Grid
    | Gaussians
    | TwoMoons
    | Spiral
    | Points
    | Digits
    | Mnist
    | FashionMnist
    | Kmnist
    | PictureFolder,
    Field(discriminator="kind"),
    Shorthand,
]

__all__ = [
    "MODE_SHARE",
    "Component",
    "Coordinate",
    "Density",
    "Digits",
    "Distribution",
    "Drawn",
    "FashionMnist",
    "Gaussian",
    "GaussianMixture",
    "Gaussians",
    "Grid",
    "Kmnist",
    "Laplace",
    "Mnist",
    "PictureFolder",
    "Pictures",
    "Plane",
    "PlaneComponent",
    "Points",
    "Ring",
    "Samples",
    "Share",
    "Spiral",
    "Spread",
    "Target",
    "TwoMoons",
    "Uniform",
]
