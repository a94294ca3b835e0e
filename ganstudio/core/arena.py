"""Everything that an update changes, in one piece of memory, so that it is kept in one copy."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

ALIGNMENT = 16
"""Each tensor begins at a multiple of so many numbers: matrix libraries choose their way, and
with it the rounding, by how their operands lie."""


class Arena:
    """Copies of some tensors, side by side in one flat tensor.

    Args:
        tensors: float32; what is worked with are their `views` from now on.
    """

    def __init__(self, tensors: Sequence[Tensor], device: str) -> None:
        starts = [0]
        for tensor in tensors:
            starts.append(starts[-1] + -(-tensor.numel() // ALIGNMENT) * ALIGNMENT)
        self.flat = torch.zeros(max(1, starts[-1]), device=device)
        self.views: list[Tensor] = []
        for start, tensor in zip(starts, tensors, strict=False):
            # `data`, so that autograd does not take a change of one for a change of all.
            view = self.flat[start : start + tensor.numel()].view(tensor.shape).data
            view.copy_(tensor)
            self.views.append(view)
        self._kept = self.flat.clone()

    def keep(self) -> None:
        """Remember the state as it is now."""
        self._kept.copy_(self.flat)

    def go_back(self) -> None:
        """Back to the state that was kept last."""
        self.flat.copy_(self._kept)

    def is_finite(self) -> bool:
        """Whether every number is finite; waits for the device."""
        # One sum tells in nearly every case, and a sum that overflows is looked at closely.
        return math.isfinite(self.flat.sum().item()) or bool(torch.isfinite(self.flat).all())
