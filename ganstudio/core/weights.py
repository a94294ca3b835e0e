"""The weights of one network for all replicas, in one tensor, seen layer by layer."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.lazy import torch
from ganstudio.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

Arrays = Mapping[str, NDArray[np.float32]]


class Weights:
    """All weights of one network: `flat` (R, P), and `views` of it, [w0, b0, w1, b1, ...].

    The views share the flat tensor's memory, so one operation on `flat` updates all layers.
    """

    def __init__(self, initial: Sequence[Sequence[NDArray[np.float32]]], device: str) -> None:
        """Stack what `Network.initial` drew for each replica."""
        self.shapes = [array.shape for array in initial[0]]
        rows = [np.concatenate([a.ravel() for a in replica]) for replica in initial]
        self.flat: Tensor = torch.from_numpy(np.stack(rows)).to(device)
        self.views = self.split(self.flat)

    @property
    def replicas(self) -> int:
        """R, the number of replicas."""
        return int(self.flat.shape[0])

    def split(self, flat: Tensor) -> list[Tensor]:
        """Views of a tensor (R, P), one a weight or bias: (R, in, out) or (R, 1, out)."""
        parts = torch.split(flat, [math.prod(shape) for shape in self.shapes], dim=1)
        sizes = [shape if len(shape) == 2 else (1, *shape) for shape in self.shapes]
        return [part.view(-1, *size) for part, size in zip(parts, sizes, strict=True)]

    def named(self, network: str, flat: Tensor | None = None) -> dict[str, NDArray[np.float32]]:
        """Copies as numpy, by name: `"generator.0.weight"` (R, in, out), `".bias"` (R, out)."""
        views = self.views if flat is None else self.split(flat)
        named = {}
        for i, (view, shape) in enumerate(zip(views, self.shapes, strict=True)):
            array = view.reshape(self.replicas, *shape).cpu().numpy().copy()
            array.flags.writeable = False
            named[name_of(network, i)] = array
        return named

    def load(self, network: str, arrays: Arrays) -> None:
        """Take the arrays named for `network`; a leading replica axis is optional.

        Raises:
            WeightsError: a name is unknown or missing, or a shape does not fit.
        """
        expected = {name_of(network, i): i for i in range(len(self.shapes))}
        given = {name: a for name, a in arrays.items() if name.startswith(f"{network}.")}
        for name in given:
            if name not in expected:
                raise WeightsError(f"{name}: the {network} has only {', '.join(expected)}")
        if given and (missing := [name for name in expected if name not in given]):
            raise WeightsError(f"{missing[0]}: missing; give all weights of the {network} or none")
        for name, value in given.items():
            shape = self.shapes[expected[name]]
            array = np.asarray(value, dtype=np.float32)
            if array.shape not in (shape, (self.replicas, *shape)):
                raise WeightsError(f"{name}: its shape is {array.shape}; it should be {shape}")
            view = self.views[expected[name]]
            full = np.broadcast_to(array, (self.replicas, *shape)).reshape(view.shape)
            view.copy_(torch.from_numpy(full.copy()))


def name_of(network: str, index: int) -> str:
    """The public name of entry `index` of [w0, b0, w1, b1, ...]."""
    return f"{network}.{index // 2}.{'bias' if index % 2 else 'weight'}"


def check_names(arrays: Arrays, networks: Sequence[str]) -> None:
    """Refuse names of networks that do not exist.

    Raises:
        WeightsError: a name starts with none of `networks`.
    """
    for name in arrays:
        if name.split(".")[0] not in networks:
            raise WeightsError(f"{name}: weights are named {', '.join(networks)}, then the layer")
