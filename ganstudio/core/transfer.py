"""Whether trained networks fit into an experiment."""

from __future__ import annotations

from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Network


def misfit(trained: Experiment, wanted: Experiment) -> str | None:
    """Why networks of one experiment can't begin another; None if they can."""
    if trained.replicas != wanted.replicas:
        return (
            f"Transfer needs as many replicas as were trained: {trained.replicas:,}, "
            f"not {wanted.replicas:,}."
        )
    for name in ("generator", "discriminator"):
        before, after = (_shapes(e, name) for e in (trained, wanted))
        if before != after:
            return (
                f"Transfer needs the {name} that was trained: its layers had {_words(before)} "
                f"inputs and outputs, now {_words(after)}."
            )
    return None


def _shapes(e: Experiment, name: str) -> list[tuple[int, ...]]:
    network: Network = e.generator if name == "generator" else e.discriminator
    sizes = (e.noise.dimensions, e.features) if name == "generator" else (e.features, 1)
    return [part.shape for part in network.parts(*sizes)]


def _words(shapes: list[tuple[int, ...]]) -> str:
    """The sizes of the weights' matrices; those of biases follow from them."""
    return ", ".join(f"{s[0]} × {s[1]}" for s in shapes if len(s) == 2)
