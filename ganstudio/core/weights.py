"""The weights of one network for all replicas, in one tensor, seen part by part."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.lazy import torch
from ganstudio.core.networks.layers import Part
from ganstudio.errors import WeightsError

if TYPE_CHECKING:
    from torch import Tensor

Arrays = Mapping[str, NDArray[np.float32]]


class Weights:
    """All tensors of one network: `flat` (R, P), and `views` of it in the order of `parts`.

    The views share the flat tensor's memory, so one operation on `flat` updates all layers.

    Args:
        parts: what one replica has, as `Network.parts` says.
        flat: (R, P)
    """

    def __init__(self, parts: Sequence[Part], flat: Tensor) -> None:
        self.parts = list(parts)
        self.flat = flat
        self.views = self.split(flat)

    @property
    def replicas(self) -> int:
        """R, the number of replicas."""
        return int(self.flat.shape[0])

    def split(self, flat: Tensor) -> list[Tensor]:
        """Views of a tensor (R, P), one a part: (R, *its shape), or (R, 1, out) of a row."""
        pieces = torch.split(flat, [part.size for part in self.parts], dim=1)
        sizes = [p.shape if len(p.shape) > 1 else (1, *p.shape) for p in self.parts]
        return [piece.view(-1, *size) for piece, size in zip(pieces, sizes, strict=True)]

    def trained(self) -> Tensor | None:
        """1 where a number is trained and 0 where it is frozen, (P,); None if all are trained."""
        if all(part.trained for part in self.parts):
            return None
        mask = [torch.full((part.size,), float(part.trained)) for part in self.parts]
        return torch.cat(mask).to(self.flat.device)

    def named(self, network: str, flat: Tensor | None = None) -> dict[str, NDArray[np.float32]]:
        """Copies as numpy, by name: `"generator.0.weight"` (R, in, out), `".bias"` (R, out)."""
        views = self.views if flat is None else self.split(flat)
        named = {}
        for view, part in zip(views, self.parts, strict=True):
            array = view.reshape(self.replicas, *part.shape).cpu().numpy().copy()
            array.flags.writeable = False
            named[name_of(network, part)] = array
        return named

    def load(self, network: str, arrays: Arrays) -> None:
        """Take the arrays named for `network`; a leading replica axis is optional.

        Raises:
            WeightsError: a name is unknown or missing, or a shape does not fit.
        """
        expected = {name_of(network, part): i for i, part in enumerate(self.parts)}
        given = {name: a for name, a in arrays.items() if name.startswith(f"{network}.")}
        for name in given:
            if name not in expected:
                raise WeightsError(f"{name}: the {network} has only {', '.join(expected)}")
        if given and (missing := [name for name in expected if name not in given]):
            raise WeightsError(f"{missing[0]}: missing; give all weights of the {network} or none")
        for name, value in given.items():
            shape = self.parts[expected[name]].shape
            array = np.asarray(value, dtype=np.float32)
            if array.shape not in (shape, (1, *shape), (self.replicas, *shape)):
                raise WeightsError(f"{name}: its shape is {array.shape}; it should be {shape}")
            view = self.views[expected[name]]
            full = np.broadcast_to(array, (self.replicas, *shape)).reshape(view.shape)
            view.copy_(torch.from_numpy(full.copy()))


def stack(initial: Sequence[Sequence[NDArray[np.float32]]]) -> Tensor:
    """What was drawn for each replica, as one tensor (R, P)."""
    empty = np.empty(0, dtype=np.float32)
    rows = [np.concatenate([empty, *(a.ravel() for a in replica)]) for replica in initial]
    return torch.from_numpy(np.stack(rows))


def name_of(network: str, part: Part) -> str:
    """The public name of a part."""
    return f"{network}.{part.layer}.{part.name}"


def check_names(arrays: Arrays, networks: Sequence[str]) -> None:
    """Refuse names of networks that do not exist.

    Raises:
        WeightsError: a name starts with none of `networks`.
    """
    for name in arrays:
        if name.split(".")[0] not in networks:
            raise WeightsError(f"{name}: weights are named {', '.join(networks)}, then the layer")
