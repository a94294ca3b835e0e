"""Trained weights as files: safetensors, so that nothing in them can run."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganstudio.data.files import replace_file
from ganstudio.errors import FileError

MAX_WEIGHTS_BYTES = 2**30

Arrays = Mapping[str, NDArray[np.float32]]


def read_weights(path: Path) -> dict[str, NDArray[np.float32]]:
    """The weights in a file, by the names that `train(weights=...)` takes.

    Raises:
        FileError: it can't be read, or is no safetensors file of float32 numbers.
    """
    try:
        if path.stat().st_size > MAX_WEIGHTS_BYTES:
            raise FileError(f"{path}: larger than any weights ({MAX_WEIGHTS_BYTES:,} bytes)")
        arrays = load(path.read_bytes())
    except OSError as error:
        raise FileError(f"{path}: can't be read: {error.strerror or error}") from error
    except (SafetensorError, ValueError, KeyError, TypeError, OverflowError) as error:
        raise FileError(f"{path}: not a safetensors file: {error}") from error
    for name, array in arrays.items():
        if array.dtype != np.float32:
            raise FileError(f"{path}: {name} is {array.dtype}; it should be float32")
    return arrays


def write_weights(weights: Arrays, path: Path) -> None:
    """Write weights, old or new.

    Raises:
        FileError: the file can't be written; the old one stands.
    """
    replace_file(path, save({name: np.ascontiguousarray(a) for name, a in weights.items()}))
