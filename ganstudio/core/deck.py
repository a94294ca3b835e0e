"""Pictures dealt like cards: every one of them once, in a new order each time around."""

from __future__ import annotations

import zlib
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import Tensor

MOST_DEALT = 2**48
ORDER = zlib.crc32(b"order of the pictures")


class Deck:
    """Batches of a pool that lies on the device, by indexing: no worker, no copy of the pool.

    Each replica has an order of its own for each epoch, which its seed alone decides, so a deck
    knows where it stands from the number of batches dealt. A batch goes on into the next epoch.

    Args:
        pool: (n, features)
        seeds: one a replica.
        batch_size: of each replica.
    """

    def __init__(self, pool: Tensor, seeds: Sequence[int], batch_size: int) -> None:
        self._pool, self._seeds, self._batch_size = pool, seeds, batch_size
        self._dealt, self._epoch = 0, -1
        self._order = torch.empty(len(seeds), 0, dtype=torch.int64)

    def next(self) -> Tensor:
        """The next batch, (R, batch, features)."""
        first, count = self._dealt * self._batch_size, len(self._pool)
        self._dealt += 1
        pieces, left = [], self._batch_size
        while left:
            epoch, at = divmod(first, count)
            piece = self._of(epoch)[:, at : at + left]
            pieces.append(piece)
            first += piece.shape[1]
            left -= piece.shape[1]
        which = pieces[0] if len(pieces) == 1 else torch.cat(pieces, dim=1)
        if len(self._seeds) == 1:
            return self._pool.index_select(0, which[0]).unsqueeze(0)
        return self._pool[which]

    def state(self) -> dict[str, Any]:
        """From where it goes on."""
        return {"dealt": self._dealt}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no such state.
        """
        dealt = int(state["dealt"])
        if not 0 <= dealt < MOST_DEALT:
            raise ValueError(f"{dealt} batches of pictures")
        self._dealt = dealt

    def _of(self, epoch: int) -> Tensor:
        """The order of an epoch, (R, n)."""
        if epoch != self._epoch:
            rows = [
                np.random.default_rng([seed, ORDER, epoch]).permutation(len(self._pool))
                for seed in self._seeds
            ]
            self._order = torch.from_numpy(np.stack(rows)).to(self._pool.device)
            self._epoch = epoch
        return self._order
