"""The handwritten digits that travel with the program: pictures without a download."""

from __future__ import annotations

from functools import cache
from importlib.resources import as_file, files

import numpy as np
from PIL import Image

from ganstudio.core.image_set import ImageSet
from ganstudio.data.images.idx import read_pair

SIDE, INK = 28, 20
"""Pixels of a picture, and of the digit in its middle: as in MNIST."""
FULL = 16
"""The darkest value of the 8 x 8 originals: each counts the 4 x 4 pixels of a scan."""
ATTRIBUTION = (
    "E. Alpaydin and C. Kaynak (1998), Optical Recognition of Handwritten Digits, UCI Machine "
    "Learning Repository, https://doi.org/10.24432/C50P49, CC BY 4.0; scaled from 8 x 8 pixels"
)


@cache
def digits() -> ImageSet:
    """The 1,797 digits of the set's 13 test writers, 28 x 28."""
    folder = files("ganstudio") / "resources" / "digits"
    with as_file(folder) as here:
        small = read_pair(
            here / "optdigits-images-idx3-ubyte.gz",
            here / "optdigits-labels-idx1-ubyte.gz",
            "Digits",
            attribution=ATTRIBUTION,
        )
    large = np.zeros((len(small), SIDE, SIDE), np.uint8)
    edge = (SIDE - INK) // 2
    inside = slice(edge, edge + INK)
    for picture, scan in zip(large, small.images, strict=True):
        grey = Image.fromarray((scan * (255 / FULL)).round().astype(np.uint8))
        # Between the few pixels it draws a pen's smooth line.
        picture[inside, inside] = np.asarray(grey.resize((INK, INK), Image.Resampling.BICUBIC))
    large.flags.writeable = False
    return ImageSet(small.name, large, small.labels, small.classes, small.attribution)
