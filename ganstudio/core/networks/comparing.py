"""What lets a discriminator compare the samples of a batch, so that it sees a collapse."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Annotated, Literal

from pydantic import Field

from ganstudio.core.lazy import torch
from ganstudio.core.spec import Hint, Spec

if TYPE_CHECKING:
    from torch import Tensor


class MinibatchDiscrimination(Spec):
    """Lets D compare the samples of a batch, so that it sees a collapse (Salimans et al. 2016).

    A projection maps each sample's hidden units h_i to `kernels` vectors of `dimensions`
    numbers, M_i; the feature of sample i for kernel k is sum_j exp(-|M_ik - M_jk|_1) over the
    batch (eq. 1 of section 3.2) and joins the layer's input. The published programs differ in
    what a sample says about itself (j = i).
    """

    enabled: Annotated[
        bool, Hint("Lets D see how alike the samples of a batch are, against collapse.", label="On")
    ] = False
    kernels: Annotated[
        int, Field(ge=1, le=1000), Hint("How many likeness features each sample gets.")
    ] = 5
    dimensions: Annotated[
        int, Field(ge=1, le=1000), Hint("In how many numbers each kernel compares samples.")
    ] = 3
    position: Annotated[
        int,
        Field(ge=0, le=32),
        Hint("After how many hidden layers it stands; convolutions do not count.", unit="layers"),
    ] = 1
    itself: Annotated[
        Literal["one", "identity", "zero"],
        Hint(
            "What a sample adds to its own likeness: 1 (each is as close to itself as can be), "
            "1/e (one published program adds the identity to the distances), or 0 (left out).",
            label="Self term",
            advanced=True,
        ),
    ] = "one"
    std: Annotated[
        float,
        Field(gt=0, le=100),
        Hint(
            "Spread of the first projection weights; large ones tell samples apart at once.",
            label="Kernel std",
            log=True,
            advanced=True,
        ),
    ] = 0.02

    def features(self, m: Tensor, minibatches: int) -> Tensor:
        """Likeness within each minibatch.

        Args:
            m: projections (R, minibatches * n, kernels * dimensions).
            minibatches: how many separate minibatches lie along the second axis.

        Returns:
            (R, minibatches * n, kernels)
        """
        replicas, total, _ = m.shape
        m = m.reshape(replicas, minibatches, -1, self.kernels, self.dimensions)
        distance = (m.unsqueeze(3) - m.unsqueeze(2)).abs().sum(-1)
        if self.itself == "identity":
            distance = distance + torch.eye(m.shape[2], device=m.device).unsqueeze(-1)
        likeness = torch.exp(-distance).sum(3).reshape(replicas, total, self.kernels)
        return likeness - 1 if self.itself == "zero" else likeness

    def features_beside(self, m: Tensor, others: Tensor) -> Tensor:
        """Likeness of each sample alone to the `others`, as if it stood in their batch.

        Args:
            m: projections (R, n, kernels * dimensions).
            others: projections (R, batch - 1, kernels * dimensions).

        Returns:
            (R, n, kernels)
        """
        split = (self.kernels, self.dimensions)
        own = m.reshape(*m.shape[:2], 1, *split)
        others = others.reshape(others.shape[0], 1, others.shape[1], *split)
        likeness = torch.exp(-(own - others).abs().sum(-1)).sum(2)
        return likeness + {"one": 1.0, "identity": math.exp(-1), "zero": 0.0}[self.itself]


def minibatch_std(x: Tensor, minibatches: int) -> Tensor:
    """The standard deviation within each minibatch, as one more feature (Karras et al. 2018, 3).

    Over the batch for each feature, then averaged over the features: one number a minibatch.

    Args:
        x: hidden units (R, minibatches * n, width).
        minibatches: how many separate minibatches lie along the second axis.

    Returns:
        (R, minibatches * n, 1)
    """
    replicas, total, width = x.shape
    grouped = x.reshape(replicas, minibatches, -1, width)
    spread = _std(grouped.var(2, unbiased=False)).mean(-1)
    return spread.repeat_interleave(total // minibatches, dim=1).unsqueeze(-1)


def minibatch_std_beside(x: Tensor, others: Tensor) -> Tensor:
    """The same for each sample of `x` alone among the `others`, (R, batch - 1, width)."""
    count = others.shape[1] + 1
    mean = (x + others.sum(1, keepdim=True)) / count
    square = (x.square() + others.square().sum(1, keepdim=True)) / count
    return _std((square - mean.square()).clamp_min(0)).mean(-1, keepdim=True)


def _std(variance: Tensor) -> Tensor:
    # The root of 0 has no finite gradient; a collapsed batch has exactly that variance.
    return torch.sqrt(variance + 1e-8)
