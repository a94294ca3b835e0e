"""Weights as files: bit for bit there and back, and one sentence for whatever else a file is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import save

from ganstudio.data.weights import read_weights, write_weights
from ganstudio.errors import FileError


def some() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    return {
        "generator.0.weight": rng.normal(size=(2, 3, 4)).astype(np.float32),
        "generator.0.bias": np.array([[np.nan, -0.0, np.inf]], dtype=np.float32),
    }


def test_there_and_back(tmp_path: Path) -> None:
    path = tmp_path / "w.safetensors"
    write_weights(some(), path)
    found = read_weights(path)
    assert found.keys() == some().keys()
    for name, array in some().items():
        assert found[name].tobytes() == array.tobytes()
        assert found[name].shape == array.shape


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "not a safetensors file"),
        (b"\x00" * 100, "not a safetensors file"),
        (b"\xff" * 100, "not a safetensors file"),
        (b"pickle rick" * 50, "not a safetensors file"),
        (save({"a": np.zeros(3)}), "a is float64; it should be float32"),
    ],
)
def test_what_are_no_weights(tmp_path: Path, content: bytes, says: str) -> None:
    path = tmp_path / "w.safetensors"
    path.write_bytes(content)
    with pytest.raises(FileError, match=says) as caught:
        read_weights(path)
    assert str(caught.value).startswith(str(path))


def test_mutants_raise_one_typed_error_or_are_read(tmp_path: Path) -> None:
    path, whole = tmp_path / "w.safetensors", save(some())
    rng = np.random.default_rng(1)
    refused = 0
    for _ in range(2_000):
        mutant = bytearray(whole)
        for place in rng.integers(0, len(mutant), rng.integers(1, 4)):
            mutant[place] = rng.integers(0, 256)
        path.write_bytes(mutant[: rng.integers(1, len(mutant) + 1)])
        try:
            read_weights(path)
        except FileError:
            refused += 1
    assert refused > 1_000


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileError, match="can't be read"):
        read_weights(tmp_path / "none.safetensors")
