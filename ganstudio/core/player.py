"""One network in training: its weights, and what is remembered about it between updates."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ganstudio.core.checkpoint import array_of, put
from ganstudio.core.lazy import torch
from ganstudio.core.networks import Part
from ganstudio.core.ticker import Ticker
from ganstudio.core.weights import Weights

if TYPE_CHECKING:
    from torch import Tensor


PLURALS = {"weight": "weights", "bias": "biases"}


@dataclass(frozen=True)
class Side:
    """The tensors of one network as an update sees them."""

    parts: Sequence[Part]
    """What the network's weights are."""
    flat: Tensor
    """All weights, (R, P)."""
    views: list[Tensor]
    """The same part by part, in the order of `Network.parts`."""
    slots: list[Tensor]
    """What the optimizer remembers, (R, P) each."""
    buffers: list[Tensor]
    """What the network remembers, in the order of `Network.buffers`."""
    past: Tensor
    """Mean of the past weights, (R, P), or (R, 0) where nobody asks for it."""
    trained: Tensor | None
    """1 where a weight is trained, 0 where it is frozen, (P,); None if all are."""

    def tensors(self) -> list[Tensor]:
        """All of them, flat."""
        trained = [] if self.trained is None else [self.trained]
        return [self.flat, *self.views, *self.slots, *self.buffers, self.past, *trained]

    def rebuilt(self, tensors: Iterator[Tensor]) -> Side:
        """One of this structure from the next of some other tensors."""
        return Side(
            self.parts,
            next(tensors),
            [next(tensors) for _ in self.views],
            [next(tensors) for _ in self.slots],
            [next(tensors) for _ in self.buffers],
            next(tensors),
            None if self.trained is None else next(tensors),
        )


class Player:
    """One network and its optimizer's memory.

    Args:
        weights: of the network.
        buffers: of the network.
        slots: of the optimizer.
        coefficients: of the optimizer; counts the network's own updates.
    """

    def __init__(
        self,
        weights: Weights,
        buffers: Weights,
        slots: Sequence[Tensor],
        coefficients: Ticker,
    ) -> None:
        self.weights, self.buffers = weights, buffers
        self.slots = list(slots)
        self.coefficients = coefficients
        self.last_gradient: Tensor | None = None
        """Of the newest update, (R, P)."""
        self._past = torch.empty(weights.replicas, 0, device=weights.flat.device)
        self._trained = weights.trained()
        self._remembered = 0

    @property
    def side(self) -> Side:
        """What an update of this player changes and reads."""
        return Side(
            self.weights.parts,
            self.weights.flat,
            self.weights.views,
            self.slots,
            self.buffers.views,
            self._past,
            self._trained,
        )

    def begin_to_remember(self) -> None:
        """Let the mean of the past weights begin here, unless it has begun."""
        if not self._past.numel():
            self._past = self.weights.flat.clone()

    def forget(self) -> None:
        """Let that mean begin with the weights of now."""
        if self._past.numel():
            self._past.copy_(self.weights.flat)
            self._remembered = 0

    def remember(self) -> None:
        """Count the weights of now into the mean of the past ones."""
        self._remembered += 1
        self._past.lerp_(self.weights.flat, 1 / (self._remembered + 1))

    def state(self) -> dict[str, Any]:
        """All that decides its next update."""
        return {
            "weights": array_of(self.weights.flat),
            "buffers": array_of(self.buffers.flat),
            "slots": {str(i): array_of(slot) for i, slot in enumerate(self.slots)},
            "past": array_of(self._past),
            "remembered": self._remembered,
            "updates": self.coefficients.count,
            "gradient": None if self.last_gradient is None else array_of(self.last_gradient),
        }

    def load(self, state: dict[str, Any]) -> None:
        """Go on from there.

        Raises:
            KeyError, TypeError, ValueError: it is no state of this player.
        """
        put(self.weights.flat, state["weights"])
        put(self.buffers.flat, state["buffers"])
        if len(state["slots"]) != len(self.slots):
            raise ValueError("another optimizer's memory")
        for i, slot in enumerate(self.slots):
            put(slot, state["slots"][str(i)])
        if state["past"].shape[1]:
            self.begin_to_remember()
            put(self._past, state["past"])
        self._remembered = int(state["remembered"])
        self.coefficients.count = int(state["updates"])
        if (gradient := state["gradient"]) is not None:
            self.last_gradient = torch.empty_like(self.weights.flat)
            put(self.last_gradient, gradient)

    def trouble(self) -> tuple[int, str] | None:
        """The first layer that is not finite, and what of it; None if all is finite.

        The gradient comes first: what is wrong with it spoils all the others in the same step.
        """
        w = self.weights
        kinds = [("gradient of the ", self.last_gradient), ("", w.flat)]
        kinds += [("optimizer's memory of the ", slot) for slot in self.slots]
        for prefix, flat in kinds:
            if flat is None:
                continue
            for part, view in zip(w.parts, w.split(flat), strict=True):
                if not torch.isfinite(view).all():
                    return part.layer, f"{prefix}{PLURALS.get(part.name, part.name)}"
        for part, view in zip(self.buffers.parts, self.buffers.views, strict=True):
            if not torch.isfinite(view).all():
                return part.layer, f"running {part.name}"
        return None
