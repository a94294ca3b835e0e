"""Checkpoints as bytes: arrays as safetensors, all else as JSON, so that nothing can run."""

from __future__ import annotations

import json
from collections.abc import Mapping
from hashlib import sha256
from typing import Any

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from ganstudio.core.checkpoint import Checkpoint
from ganstudio.core.experiment import Experiment
from ganstudio.errors import RecordError, SpecError

ARRAY = "array"
"""Stands in the JSON for an array, which is no text key that a state has."""


def encode(checkpoint: Checkpoint) -> tuple[bytes, str, str]:
    """The arrays, the rest, and the SHA-256 of both."""
    arrays: dict[str, np.ndarray[Any, Any]] = {}
    facts = {
        "step": checkpoint.step,
        "experiment": checkpoint.experiment.to_toml(),
        "state": _without_arrays(checkpoint.state, "state", arrays),
    }
    tensors, text = save(arrays), json.dumps(facts, allow_nan=False)
    return tensors, text, digest(tensors, text)


def decode(tensors: bytes, text: str, expected: str) -> Checkpoint:
    """A checkpoint from such bytes.

    Raises:
        RecordError: they are not what was written.
    """
    if digest(tensors, text) != expected:
        raise RecordError("a checkpoint is damaged: its SHA-256 is another one")
    try:
        facts = json.loads(text)
        arrays = load(tensors)
        state = _with_arrays(facts["state"], "state", arrays)
        experiment = Experiment.from_toml(facts["experiment"])
        return Checkpoint(int(facts["step"]), experiment, state)
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        SafetensorError,
        SpecError,
        TypeError,
        ValueError,
    ) as error:
        raise RecordError(f"a checkpoint can't be read: {error}") from error


def digest(tensors: bytes, text: str) -> str:
    """The SHA-256 of a checkpoint, in hexadecimal."""
    found = sha256(tensors)
    found.update(text.encode())
    return found.hexdigest()


def _without_arrays(value: Any, path: str, arrays: dict[str, np.ndarray[Any, Any]]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[path] = np.ascontiguousarray(value)
        return {ARRAY: path}
    if isinstance(value, Mapping):
        return {key: _without_arrays(v, f"{path}.{key}", arrays) for key, v in value.items()}
    return value


def _with_arrays(value: Any, path: str, arrays: Mapping[str, np.ndarray[Any, Any]]) -> Any:
    if not isinstance(value, dict):
        return value
    if value.keys() == {ARRAY}:
        return arrays[path]
    return {key: _with_arrays(v, f"{path}.{key}", arrays) for key, v in value.items()}
