"""How large an experiment is, counted before anything is allocated.

Python's integers are exact, so a layer of a million units beside another is counted as well as
a small one. What torch itself takes (about 200 MiB) is not counted.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from ganstudio.errors import TooLargeError

if TYPE_CHECKING:
    from ganstudio.core.experiment import Experiment
    from ganstudio.core.networks import Network

NUMBER = 4
"""Bytes of a float32."""
EVALUATION_SAMPLES, EVALUATION_PICTURES = 10_000, 1_000
"""Measured of one replica: points, and pictures."""
EVALUATION_NUMBERS = 2**24
"""Activations that an evaluation holds at once: it takes replicas a few at a time."""
WORKING_COPIES = 8
"""Tensors as large as a network that live at once beside the optimizer's own: the weights, the
gradient in parts, flat and kept, and what an update makes on its way (measured). The generator
has its average besides."""
PLACE = 8
"""Bytes of an int64: where a picture stands in the order of an epoch."""
CURVE_POINTS = 401
"""Places at which D(x) is drawn."""
FALLBACK_LIMIT = 4 * 2**30


@dataclass(frozen=True)
class Estimate:
    """The size of an experiment.

    Args:
        parameters_g: weights and biases of one replica's generator.
        parameters_d: the same of its discriminator.
        bytes: memory that training needs at its fullest, over all replicas.
    """

    parameters_g: int
    parameters_d: int
    bytes: int


def estimate(experiment: Experiment) -> Estimate:
    """Count parameters and memory; costs microseconds, whatever the sizes."""
    e = experiment
    return Estimate(*_parameters(e), sum(_parts(e).values()))


def default_limit() -> int:
    """Half of this machine's memory, in bytes; 4 GiB where that can't be read (Windows)."""
    try:
        return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2
    except (AttributeError, OSError, ValueError):
        return FALLBACK_LIMIT


def check_size(
    experiment: Experiment, limit_bytes: int | None = None, *, pictures: int = 0
) -> None:
    """Refuse an experiment that would not fit.

    Args:
        experiment: to be trained.
        limit_bytes: half of this machine's memory unless given.
        pictures: how many there are to learn from, once that is known.

    Raises:
        TooLargeError: one sentence with the estimate, the limit and what to make smaller.
    """
    limit = default_limit() if limit_bytes is None else limit_bytes
    parts = _parts(experiment)
    # All of them lie on the device as D takes them, and each replica has an order of its own.
    pool = experiment.inputs_d * NUMBER + experiment.replicas * PLACE
    parts["learn from fewer pictures"] = pictures * pool
    total = sum(parts.values())
    if total <= limit:
        return
    advice = max(parts, key=lambda part: parts[part])
    if experiment.replicas > 1:
        advice += ", or train fewer replicas"
    raise TooLargeError(
        f"This experiment would need about {bytes_text(total)} of memory; "
        f"the limit is {bytes_text(limit)}: {advice}"
    )


def bytes_text(count: int) -> str:
    """A number of bytes with the unit that suits it: "3.2 TiB", "640 KiB"."""
    units = ("bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB", "ZiB", "YiB")
    power = min(max(count.bit_length() - 1, 0) // 10, len(units) - 1)
    tenths = count * 10 // 1024**power
    if power == 0:
        return f"{count} bytes"
    text = f"{tenths // 10:,}" if tenths >= 100 else f"{tenths // 10}.{tenths % 10}"
    return f"{text.removesuffix('.0')} {units[power]}"


def _parameters(e: Experiment) -> tuple[int, int]:
    """Of one replica's generator and discriminator."""
    return e.generator.parameters(e.inputs_g, e.features), e.discriminator.parameters(e.inputs_d)


def _parts(e: Experiment) -> dict[str, int]:
    """Bytes of each part, named by what makes it smaller."""
    parameters_g, parameters_d = _parameters(e)
    copies = parameters_g * (1 + WORKING_COPIES + type(e.optimizer_g).slots)
    copies += parameters_d * (WORKING_COPIES + type(e.optimizer_d).slots)
    g = _activations(e.generator, e.inputs_g, e.features)
    d = _activations(e.discriminator, e.inputs_d, 1)
    # D's update sends 2 B samples through D, G's update B samples through G and D. A penalty on
    # D's slope has a pass of its own and a gradient of a gradient; so has a D that looks ahead.
    passes = 2 * len(e.penalties_d) + len(e.penalties_g) + 4 * e.unrolling.steps
    activations = e.batch_size * (max(g + 2 * d, 2 * (g + d)) + 2 * passes * d)
    parts = {
        "make layers narrower": copies,
        "make layers narrower or the batch smaller": activations,
        "make the batch smaller or compare with fewer kernels": _likeness(e),
    }
    sizes = {name: numbers * e.replicas * NUMBER for name, numbers in parts.items()}
    sizes["make layers narrower"] += _evaluation(e)
    return sizes


def _activations(network: Network, inputs: int, outputs: int) -> int:
    """Numbers kept for the backward pass of one sample: before and after each function.

    A normalisation keeps what it centres, too, and makes as much again on its way (measured).
    """
    kept = inputs
    for i, linear in enumerate(network.maps(inputs, outputs)):
        layer = network.layer_of(i)
        normalised = layer and layer.normalisation != "none" and not network.is_projection(i)
        kept += (6 if normalised else 2) * linear.numbers
    return kept


def _likeness(e: Experiment) -> int:
    """Numbers of one replica in the tensors (2, B, B, K, D) of minibatch discrimination.

    Three of them live at once: the differences, their absolute values and a gradient. Drawing
    D(x) compares each place with a batch instead, without gradients.
    """
    layer = e.discriminator.minibatch
    if not layer.enabled:
        return 0
    vectors = layer.kernels * layer.dimensions
    training = 3 * 2 * e.batch_size**2 * vectors
    drawing = 2 * CURVE_POINTS * (e.batch_size - 1) * vectors
    return max(training, drawing)


def _evaluation(e: Experiment) -> int:
    """Bytes for the measured samples of each replica, and two neighbouring layers of some."""
    pictures = e.target.space == "pictures"
    count = EVALUATION_PICTURES if pictures else EVALUATION_SAMPLES
    given = [e.inputs_g, *(m.numbers for m in e.generator.maps(e.inputs_g, e.features))]
    widest = max(before + 2 * after for before, after in pairwise(given))
    at_once = min(max(count * widest, 3 * EVALUATION_NUMBERS), count * widest * e.replicas)
    # Points are copied in double precision.
    copies = 3 * (e.features if pictures else 2) * count * e.replicas
    return NUMBER * (at_once + copies)
