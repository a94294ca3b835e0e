"""Batches drawn in blocks, one random generator a replica, from where anybody can go on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from ganstudio.core.lazy import torch

if TYPE_CHECKING:
    from torch import Tensor

Generators = Sequence[np.random.Generator]


class Stream:
    """Hands out one batch after another.

    One large draw costs far less than many small ones; how large the blocks are changes nothing
    in the numbers.

    Args:
        generators: one for each replica.
        draw: the next block of all replicas, (batches, R, ...).
    """

    def __init__(self, generators: Generators, draw: Callable[[Generators], Tensor]) -> None:
        self._generators, self._draw = generators, draw
        self._before = [_place(g) for g in generators]
        self._rows: Iterator[Tensor] = iter(())
        self._taken = 0

    def next(self) -> Tensor:
        """The next batch, (R, ...)."""
        row = next(self._rows, None)
        if row is None:
            self._refill()
            row = next(self._rows)
        self._taken += 1
        return row

    def state(self) -> dict[str, Any]:
        """From where the stream goes on: where its block began, and how much of it is taken."""
        return {"before": self._before, "taken": self._taken}

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of this stream.
        """
        for rng, place in zip(self._generators, state["before"], strict=True):
            _put(rng, place)
        self._before, self._taken = list(state["before"]), 0
        self._rows = iter(())
        if taken := int(state["taken"]):
            self._refill()
            for _ in range(taken):
                if next(self._rows, None) is None:
                    raise ValueError(f"no block has {taken} batches")
            self._taken = taken

    def _refill(self) -> None:
        self._before = [_place(g) for g in self._generators]
        self._rows = iter(torch.unbind(self._draw(self._generators)))
        self._taken = 0


def _place(rng: np.random.Generator) -> list[str]:
    """Where a PCG64 generator stands; as text, because JSON has no integers of 128 bits."""
    found = rng.bit_generator.state
    inner = found["state"]
    parts = (inner["state"], inner["inc"], found["has_uint32"], found["uinteger"])
    return [str(part) for part in parts]


def _put(rng: np.random.Generator, place: Sequence[str]) -> None:
    state, inc, has_half, half = (int(part) for part in place)
    rng.bit_generator.state = {
        "bit_generator": "PCG64",
        "state": {"state": state, "inc": inc},
        "has_uint32": has_half,
        "uinteger": half,
    }
