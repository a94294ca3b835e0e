"""Adversarial examples: pictures changed by so little that nobody sees it, and yet misjudged."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

EAGERNESS = 2.0
"""The steps of an iterated attack together reach so many times as far as they may go."""


class Victim(ABC):
    """A network that judges pictures (n, pixels) from 0 to 1."""

    @abstractmethod
    def loss(self, x: Tensor, labels: Tensor) -> Tensor:
        """The sum of what it would have to lose on each picture, (); an attack raises it."""

    @abstractmethod
    def says(self, x: Tensor, labels: Tensor) -> Tensor:
        """Its word on each picture: probabilities (n, k)."""

    @abstractmethod
    def is_right(self, x: Tensor, labels: Tensor) -> Tensor:
        """Whether it judges each rightly, (n,)."""


def attacked(victim: Victim, x: Tensor, labels: Tensor, epsilon: float, steps: int) -> Tensor:
    """Pictures within epsilon of x, pixel by pixel, that the victim judges as badly as can be.

    With one step x + epsilon sign(dL/dx), the fast gradient sign method (Goodfellow et al. 2015,
    section 4); with more its iterated form, clipped after each step (Kurakin et al. 2017, section
    2.2).

    Args:
        victim: whose loss is raised.
        x: pictures (n, pixels) from 0 to 1.
        labels: their classes, (n,).
        epsilon: the largest change of a pixel.
        steps: how many.
    """
    stride = epsilon if steps == 1 else EAGERNESS * epsilon / steps
    changed = x
    for _ in range(steps):
        changed = changed.detach().requires_grad_()
        with torch.enable_grad():
            (slope,) = torch.autograd.grad(victim.loss(changed, labels), changed)
        moved = changed.detach() + stride * slope.sign()
        changed = torch.minimum(torch.maximum(moved, x - epsilon), x + epsilon).clamp(0, 1)
    return changed


def withstood(
    victim: Victim, x: Tensor, labels: Tensor, epsilon: float, steps: int
) -> tuple[float, float, float]:
    """Shares of the pictures that are judged rightly, after changes of that size.

    Returns:
        Against the fast method, against its iterated form, and against random signs.
    """
    rng = torch.Generator().manual_seed(0)
    signs = torch.randint(0, 2, x.shape, generator=rng).float() * 2 - 1
    changed = (
        attacked(victim, x, labels, epsilon, 1),
        attacked(victim, x, labels, epsilon, steps),
        (x + epsilon * signs).clamp(0, 1),
    )
    with torch.no_grad():
        fast, iterated, noise = (
            float(victim.is_right(one, labels).float().mean()) for one in changed
        )
    return fast, iterated, noise
