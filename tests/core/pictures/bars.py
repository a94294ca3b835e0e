"""Small pictures that are quickly told apart."""

from __future__ import annotations

import numpy as np

from ganstudio.core.image_set import ImageSet


def bars(count: int, side: int = 10, seed: int = 0) -> ImageSet:
    """Upright and lying bars somewhere in the picture, and empty ones, in noise."""
    rng = np.random.default_rng(seed)
    images = rng.integers(0, 80, (count, side, side), np.uint8)
    labels = rng.integers(0, 3, count, np.uint8)
    for picture, label, at in zip(images, labels, rng.integers(2, side - 2, count), strict=True):
        if label < 2:
            (picture if label else picture.T)[at] += 150
    return ImageSet("Bars", images, labels, ("upright", "lying", "empty"))
