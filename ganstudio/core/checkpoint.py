"""All that decides what comes next in a run, so that it can go on elsewhere bit for bit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ganstudio.core.experiment import Experiment
from ganstudio.core.lazy import np, torch

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from torch import Tensor

    State = Mapping[str, Any]


@dataclass(frozen=True)
class Checkpoint:
    """The state after `step` updates.

    A run that starts from it makes the same numbers as one that was never stopped, on the same
    kind of device with the same number of threads.
    """

    step: int
    experiment: Experiment
    """As it was at that step, with all edits."""
    state: State
    """Text keys; the values are such mappings again, numpy arrays, or what JSON can hold."""


def array_of(tensor: Tensor) -> NDArray[np.float32]:
    """A copy of a tensor's numbers."""
    return np.asarray(tensor.detach().cpu().numpy().copy())


def put(tensor: Tensor, values: NDArray[np.float32]) -> None:
    """Overwrite a tensor with such a copy.

    Raises:
        ValueError: it has another shape.
        TypeError: these are no float32 numbers.
    """
    if not isinstance(values, np.ndarray) or values.dtype != np.float32:
        raise TypeError("a checkpoint's tensors are float32 arrays")
    if values.shape != tuple(tensor.shape):
        raise ValueError(f"a tensor of shape {values.shape}; it should be {tuple(tensor.shape)}")
    tensor.copy_(torch.from_numpy(np.array(values)))
