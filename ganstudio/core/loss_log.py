"""The losses since the last frame, bounded on the device however far apart frames are."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

HELD = 1_000
"""Losses that stay small tensors; beyond that they are stacked, which waits for the device."""


class LossLog:
    """Losses (R,) one after another, taken out as one array (n, R)."""

    def __init__(self, replicas: int) -> None:
        self._replicas = replicas
        self._held: list[Tensor | None] = []
        self._stacked: list[NDArray[np.float32]] = []
        self.lost_at = np.full(replicas, np.nan)
        """The number (from 1) of the first loss that was not finite; NaN if all were, (R,)."""
        self._counted = 0

    def add(self, loss: Tensor | None) -> None:
        """One more; None where the network was not updated, which becomes NaN."""
        self._held.append(loss)
        if len(self._held) >= HELD:
            self._stack()

    def take(self) -> NDArray[np.float32]:
        """All that were added since the last time."""
        if not self._held and not self._stacked:
            return np.empty((0, self._replicas), np.float32)
        if self._held:
            self._stack()
        taken, self._stacked = self._stacked, []
        return taken[0] if len(taken) == 1 else np.concatenate(taken)

    def forgive(self) -> None:
        """The last loss was taken back, and with it what was lost."""
        self._stack()
        self._counted -= 1
        self.lost_at[:] = np.nan

    def state(self) -> dict[str, Any]:
        """How many there were, and which was the first that was not finite."""
        self._stack()
        return {"counted": self._counted, "lost_at": self.lost_at.copy()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on counting from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of such a log.
        """
        self._counted = int(state["counted"])
        self.lost_at[:] = state["lost_at"]

    def _note_lost(self, values: NDArray[np.float32], places: list[int]) -> None:
        lost = ~np.isfinite(values)
        new = lost.any(axis=0) & np.isnan(self.lost_at)
        first = np.array(places)[lost.argmax(axis=0)]
        self.lost_at[new] = self._counted + 1 + first[new]

    def _stack(self) -> None:
        computed = [loss for loss in self._held if loss is not None]
        rows = np.full((len(self._held), self._replicas), np.nan, dtype=np.float32)
        if computed:
            values = torch.stack(computed).cpu().numpy()
            rows[[loss is not None for loss in self._held]] = values
            self._note_lost(values, [i for i, loss in enumerate(self._held) if loss is not None])
        self._counted += len(self._held)
        self._held.clear()
        self._stacked.append(rows)


class Losses:
    """The three logs of one run: of D, of G, and of the pretraining."""

    def __init__(self, replicas: int) -> None:
        self.d, self.g, self.pretraining = (LossLog(replicas) for _ in range(3))

    def take(self) -> list[NDArray[np.float32]]:
        """All that were added since the last time, (n, R) each."""
        return [log.take() for log in self._logs.values()]

    @property
    def lost_at(self) -> NDArray[np.float64]:
        """The step whose loss was the first that was not finite, or NaN, (R,)"""
        return np.asarray(np.fmin(self.d.lost_at, self.g.lost_at))

    @property
    def lost(self) -> NDArray[np.bool_]:
        """Which replicas are lost, in the game or before it, (R,)"""
        return np.asarray(np.isfinite(np.fmin(self.lost_at, self.pretraining.lost_at)))

    def forgive(self) -> None:
        """The last step was taken back, and with it what was lost."""
        self.d.forgive()
        self.g.forgive()

    def state(self) -> dict[str, Any]:
        """From where each log goes on counting."""
        return {name: log.state() for name, log in self._logs.items()}

    def load(self, state: Mapping[str, Any]) -> None:
        """Go on counting from there.

        Raises:
            KeyError, TypeError, ValueError: it is no such state.
        """
        for name, log in self._logs.items():
            log.load(state[name])

    @property
    def _logs(self) -> dict[str, LossLog]:
        return {"d": self.d, "g": self.g, "pretraining": self.pretraining}
