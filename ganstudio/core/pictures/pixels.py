"""Generated pictures against real ones pixel by pixel: were they learnt by heart?

Distances are Euclidean over all pixels, from 0 to 1 each.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.frozen import freeze
from ganstudio.core.image_set import ImageSet
from ganstudio.core.lazy import torch
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from torch import Tensor

    Pictures = ImageSet | Tensor | NDArray[np.uint8] | NDArray[np.floating]
    Small = NDArray[np.float32]

CHUNK = 1_000
SIGMAS = np.geomspace(1 / 64, 1, 25)
"""Widths of a Parzen window that are tried: a grey level is 1 / 255, all of them are 1."""


def nearest(images: Pictures, of: Pictures, k: int = 1) -> tuple[NDArray[np.int64], Small]:
    """The nearest neighbours of each picture.

    Args:
        images: (n, pixels) or (n, height, width), bytes or from 0 to 1.
        of: among which; (m, ...) likewise.
        k: how many.

    Returns:
        Indices into `of` and distances, (n, k) each, the nearest first; fewer if m < k.
    """
    x, y = _rows(images), of.images if isinstance(of, ImageSet) else of
    k = min(k, len(y))
    found, distances = [], []
    for part in torch.split(x, CHUNK):
        best, where = part.new_empty(len(part), 0), torch.empty(len(part), 0, dtype=torch.int64)
        for start in range(0, len(y), CHUNK):
            # Of a large set only some are turned into floats at once.
            far = _squared(part, _rows(y[start : start + CHUNK]))
            few = far.topk(min(k, far.shape[1]), dim=1, largest=False)
            best = torch.cat([best, few.values], dim=1)
            where = torch.cat([where, few.indices + start], dim=1)
            best, kept = best.topk(min(k, best.shape[1]), dim=1, largest=False)
            where = where.gather(1, kept)
        # A matrix product leaves some 0.01 between equal pictures.
        exact = torch.stack(
            [(part - _rows(y[column.numpy()])).norm(dim=1) for column in where.T], dim=1
        )
        exact, order = exact.sort(dim=1, stable=True)
        found.append(where.gather(1, order))
        distances.append(exact)
    return torch.cat(found).numpy(), torch.cat(distances).numpy()


@dataclass(frozen=True)
class Memorisation:
    """How near generated pictures are to real ones that the generator saw, and did not see.

    A generator that has learnt pictures by heart is nearer to those it saw.
    """

    to_training: NDArray[np.float32]
    """Distance to the nearest training picture, (n,)"""
    to_held_out: NDArray[np.float32]
    """Distance to the nearest held-out picture, (n,)"""
    compared: int
    """How many pictures of either part were looked at."""

    def __post_init__(self) -> None:
        freeze(self)

    @property
    def nearer_to_training(self) -> float:
        """The share of the pictures that are; half of those of a generator that generalises."""
        nearer = self.to_training < self.to_held_out
        equal = self.to_training == self.to_held_out
        return float(nearer.mean() + equal.mean() / 2)


def memorisation(images: Pictures, training: ImageSet, held_out: ImageSet) -> Memorisation:
    """Distances of pictures (n, pixels) to the nearest of both parts.

    The nearest of many is nearer than the nearest of few: of the larger part only as many
    pictures count as the smaller one has, drawn once at random.

    Raises:
        SpecError: one of the parts is empty.
    """
    count = min(len(training), len(held_out))
    if not count:
        raise SpecError(f"{training.name}: both parts need pictures to compare with")
    parts = [
        part.images[np.sort(np.random.default_rng(0).permutation(len(part))[:count])]
        for part in (training, held_out)
    ]
    seen, unseen = (nearest(images, part)[1][:, 0] for part in parts)
    return Memorisation(seen, unseen, count)


@dataclass(frozen=True)
class Parzen:
    """The log-likelihood of real pictures under a Parzen window around generated ones.

    It misleads: in so many dimensions it ranks generators in another order than people do (Theis,
    van den Oord and Bethge 2016, arXiv 1511.01844). The first GAN paper reports 225 +- 2 on MNIST.
    """

    mean: float
    """Nats a picture."""
    standard_error: float
    sigma: float
    """The window's width."""


def parzen(images: Pictures, reference: Pictures, validation: Pictures) -> Parzen:
    """Fit a Gaussian window to generated pictures (Breuleux et al. 2011; Goodfellow et al. 2014).

    Args:
        images: the generated ones, (n, pixels) or (n, height, width), bytes or from 0 to 1.
        reference: real ones whose likelihood is wanted.
        validation: other real ones, for which the best width is chosen.
    """
    x = _rows(images)
    tried = log_likelihoods(x, _rows(validation), SIGMAS).mean(axis=1)
    sigma = float(SIGMAS[int(tried.argmax())])
    found = log_likelihoods(x, _rows(reference), np.array([sigma]))[0]
    error = float(found.std(ddof=1) / math.sqrt(len(found))) if len(found) > 1 else math.nan
    return Parzen(float(found.mean()), error, sigma)


def log_likelihoods(
    centres: Tensor, points: Tensor, sigmas: NDArray[np.float64]
) -> NDArray[np.float64]:
    """log of the mean over c of N(x; c, sigma^2 I), for each width and point: (widths, points)."""
    pixels, widths = centres.shape[1], torch.tensor(2 * sigmas**2)[:, None]
    found = []
    for part in torch.split(points, CHUNK):
        total = torch.full((len(sigmas), len(part)), -torch.inf, dtype=torch.float64)
        for some in torch.split(centres, CHUNK):
            far = _squared(part, some).double()
            each = torch.stack([(-far / width).logsumexp(dim=1) for width in widths])
            total = torch.logaddexp(total, each)
        found.append(total)
    norm = math.log(len(centres)) + pixels / 2 * torch.log(math.pi * widths)
    return (torch.cat(found, dim=1) - norm).numpy()


def _rows(images: Pictures) -> Tensor:
    """(n, pixels), from 0 to 1."""
    pixels = images.images if isinstance(images, ImageSet) else images
    # A copy: torch warns of arrays that nobody may write to.
    x = torch.tensor(pixels) if isinstance(pixels, np.ndarray) else pixels.detach().cpu()
    x = x.flatten(1)
    return x.float() / 255 if x.dtype == torch.uint8 else x.float()


def _squared(x: Tensor, y: Tensor) -> Tensor:
    norms = x.square().sum(dim=1)[:, None] + y.square().sum(dim=1)
    return torch.addmm(norms, x, y.T, alpha=-2).clamp_(min=0)
