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
        before, after = (_parts(e, name) for e in (trained, wanted))
        if before != after:
            return (
                f"Transfer needs the {name} that was trained: its layers had "
                f"{_words(trained, name)} inputs and outputs, now {_words(wanted, name)}."
            )
    return None


def _parts(e: Experiment, name: str) -> list[tuple[int, ...]]:
    network, sizes = _network(e, name)
    return [part.shape for part in network.parts(*sizes)]


def _words(e: Experiment, name: str) -> str:
    """The sizes of the linear maps; those of biases follow from them."""
    network, sizes = _network(e, name)
    return ", ".join(map(str, network.maps(*sizes)))


def _network(e: Experiment, name: str) -> tuple[Network, tuple[int, int]]:
    """A network, and how many numbers it takes and gives."""
    if name == "generator":
        return e.generator, (e.inputs_g, e.features)
    return e.discriminator, (e.inputs_d, 1)
