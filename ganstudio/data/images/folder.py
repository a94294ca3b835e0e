"""A folder of pictures as a set to learn from: each folder in it is a class, or it is one."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from ganstudio.core.image_set import MOST_CLASSES, ImageSet
from ganstudio.errors import FileError

SUFFIXES = (".png", ".jpg", ".jpeg")
MOST_PICTURES = 200_000
MOST_PIXELS = 50_000_000
"""Of one picture, before it is made smaller: more is no photograph but an attack."""


def read_pictures(
    folder: Path, side: int = 28, tell: Callable[[int, int], None] = lambda _done, _all: None
) -> ImageSet:
    """All PNG and JPEG files, grey, made as large as they fit into a square.

    Args:
        folder: other files in it do not matter.
        side: of the square, in pixels; what a picture does not fill has the grey of its edge.
        tell: told after each picture how many are read, of how many; an exception from it ends
            the work.

    Raises:
        FileError: the folder can't be read or has no picture, or one of them is damaged or too
            large; the sentence names the file.
    """
    found = _files(folder)
    paths = [(label, path) for label, (_, files) in enumerate(found) for path in files]
    if len(paths) > MOST_PICTURES:
        raise FileError(f"{folder}: has {len(paths):,} pictures, more than {MOST_PICTURES:,}")
    images = np.empty((len(paths), side, side), np.uint8)
    with warnings.catch_warnings():
        # Pillow warns of what is refused here.
        warnings.simplefilter("ignore", Image.DecompressionBombWarning)
        for done, (_, path) in enumerate(paths):
            images[done] = _read(path, side)
            tell(done + 1, len(paths))
    labels = np.array([label for label, _ in paths], np.uint8)
    return ImageSet(folder.name, images, labels, tuple(name for name, _ in found))


def _files(folder: Path) -> list[tuple[str, list[Path]]]:
    """The name of each class with its pictures, in the order of their names."""
    try:
        inside = sorted(folder.iterdir())
        classes = [(one.name, _pictures(sorted(one.iterdir()))) for one in inside if one.is_dir()]
        found = [one for one in classes if one[1]] or [(folder.name, _pictures(inside))]
    except (OSError, ValueError) as error:
        # A ValueError is what a name with a null character raises.
        reason = getattr(error, "strerror", None) or error
        raise FileError(f"{folder}: can't be read: {reason}") from error
    if not any(files for _, files in found):
        raise FileError(f"{folder}: has no pictures; they end in {', '.join(SUFFIXES)}")
    if len(found) > MOST_CLASSES:
        raise FileError(
            f"{folder}: has {len(found):,} folders of pictures, each a class; there may be "
            f"{MOST_CLASSES}"
        )
    return found


def _pictures(paths: list[Path]) -> list[Path]:
    return [path for path in paths if path.suffix.lower() in SUFFIXES and path.is_file()]


def _read(path: Path, side: int) -> NDArray[np.uint8]:
    try:
        with Image.open(path, formats=("PNG", "JPEG")) as picture:
            wide, high = picture.size
            if wide * high > MOST_PIXELS:
                raise FileError(f"{path}: {wide:,} x {high:,} pixels are too many")
            # Cameras turn a picture by a word in the file.
            upright = ImageOps.exif_transpose(picture)
            # What is seen through stands for nothing.
            grey = upright.convert("LA").getchannel("L")
    except FileError:
        raise
    except Exception as error:
        # Pillow has no one error for a damaged file: some forty were seen.
        raise FileError(f"{path}: not a picture that can be read ({error})") from error
    small = ImageOps.contain(grey, (side, side), Image.Resampling.LANCZOS)
    pixels = np.asarray(small)
    edge = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    ground = Image.new("L", (side, side), int(np.median(edge)))
    ground.paste(small, ((side - small.width) // 2, (side - small.height) // 2))
    return np.asarray(ground)
