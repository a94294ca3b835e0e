"""The sigmoid rounded as TensorFlow rounds it. Imports torch at once; import it where needed."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class RoundedSigmoid(torch.autograd.Function):
    """sigmoid(x) to the nearest float32.

    torch's own is off by one unit in the last place near 1. That is nothing for D, but where
    D is sure, 1 - D has only a few units left: at 1 - D = 1e-5 one of them moves the logarithm
    by 0.4 %, and the programs of 2016 can't be followed. The gradient uses the rounded value,
    as TensorFlow's does, so that it cancels against that of the logarithm.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        """sigmoid(x), same shape."""
        # Apple's GPUs have no float64; there the sigmoid is what it is.
        y = torch.sigmoid(x) if x.device.type == "mps" else torch.sigmoid(x.double()).float()
        ctx.save_for_backward(y)
        return y

    @staticmethod
    def backward(ctx: Any, *grads: Tensor) -> Tensor:
        """grad * y (1 - y)."""
        y: Tensor = ctx.saved_tensors[0]
        return grads[0] * (y * (1 - y))
