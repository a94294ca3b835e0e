"""Random numbers inside an update: who asks for them, and where they come from."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from torch import Tensor


class Chance(Protocol):
    """Fresh random numbers for one update of all replicas.

    Each request has a name of its own, so that one can come or go while a run trains and the
    others see the same numbers as before.
    """

    def uniform(self, name: str, *shape: int) -> Tensor:
        """U[0, 1) of shape (R, *shape)."""

    def normal(self, name: str, *shape: int) -> Tensor:
        """N(0, 1) of shape (R, *shape)."""
