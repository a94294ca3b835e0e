"""Numbers that change from update to update, computed beforehand in blocks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

BLOCK = 256

Rule = Callable[[NDArray[np.int64]], NDArray[np.float64]]
"""From counts (n,) to K numbers each, (n, K)."""


class Ticker:
    """Hands out the numbers for one count after another.

    Args:
        rules: one for all replicas, or one for each group of them.
        replicas: how many replicas share the groups evenly.
        device: where the tensors go.
        count: the first count.
    """

    def __init__(self, rules: Sequence[Rule], replicas: int, device: str, count: int = 0) -> None:
        self._replicas, self._device = replicas, device
        self._count = count
        self.use(rules)

    def use(self, rules: Sequence[Rule]) -> None:
        """Go on with other rules of as many numbers."""
        self._rules = rules
        self._rows = self._blocks()

    @property
    def count(self) -> int:
        """The count that is next."""
        return self._count

    @count.setter
    def count(self, count: int) -> None:
        self._count = count
        self._rows = self._blocks()

    def next(self) -> tuple[Tensor, ...]:
        """K tensors for this count: () each, or (R, 1) where the groups differ."""
        row = next(self._rows)
        self._count += 1
        return row

    def example(self) -> tuple[Tensor, ...]:
        """Tensors like those of `next`, without counting."""
        return self._table(np.arange(1))[0]

    def _blocks(self) -> Iterator[tuple[Tensor, ...]]:
        while True:
            yield from self._table(np.arange(self._count, self._count + BLOCK))

    def _table(self, counts: NDArray[np.int64]) -> list[tuple[Tensor, ...]]:
        table = np.stack([rule(counts) for rule in self._rules], axis=-1)
        if len(self._rules) == 1:
            values = table[..., 0]
        else:
            values = np.repeat(table, self._replicas // len(self._rules), axis=-1)[..., None]
        rows = torch.from_numpy(values.astype(np.float32)).to(self._device)
        return [row.unbind(0) for row in rows.unbind(0)]
