"""Numbers that differ between replicas: which may, and how the mathematics sees them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from ganstudio.core.lazy import torch
from ganstudio.core.spec import Spec
from ganstudio.errors import SpecError

if TYPE_CHECKING:
    from torch import Tensor

    from ganstudio.core.experiment import Experiment

MAY_VARY = (
    "optimizer_d.",
    "optimizer_g.",
    "loss.",
    "penalties_d.",
    "penalties_g.",
    "instance_noise.std",
    "ema",
    "noise.",
    "generator.initializer.",
    "discriminator.initializer.",
    "discriminator.minibatch.std",
)
"""Where a number may differ. What the target is, and how large anything is, is common to all."""
IN_UPDATES = ("loss.", "penalties_d.", "penalties_g.")
"""Where an update computes with the number itself rather than with what was made of it."""


def check_variation(e: Experiment) -> None:
    """Refuse a varied field that can't vary, or a value that is not valid there.

    Raises:
        ValueError: one sentence that names what is wrong.
    """
    path, values = e.vary.path, e.vary.values
    try:
        present = e.at(path)
        if not path.startswith(MAY_VARY) or not isinstance(present, float):
            raise ValueError(
                f"vary.path: {path} can't differ between replicas; a number of the optimizers, "
                "the loss, the penalties, the noise, the initializers, instance_noise.std or "
                "ema can"
            )
        if not values:
            raise ValueError(f"vary.values: it needs the values of {path}")
        if e.replicas % len(values):
            raise ValueError(
                f"vary.values: {len(values)} values can't share {e.replicas} replicas evenly; "
                f"make replicas a multiple of {len(values)}"
            )
        e.groups()
    except SpecError as error:
        raise ValueError(f"vary: {error}") from error


def stacked(e: Experiment, device: str) -> Experiment:
    """The experiment as its updates see it: a varied number there is a tensor (R,)."""
    path = e.vary.path
    if not e.vary or not path.startswith(IN_UPDATES):
        return e
    count = e.replicas // len(e.vary.values)
    values = torch.tensor(e.vary.values).repeat_interleave(count).to(device)
    changed: Experiment = _with(e, path.split("."), values)
    return changed


def _with(spec: Any, path: Sequence[str], value: Tensor) -> Any:
    """A copy of a spec, or of a tuple of them, with a tensor where a number was."""
    if not path:
        return value
    if isinstance(spec, tuple):
        at = int(path[0])
        return (*spec[:at], _with(spec[at], path[1:], value), *spec[at + 1 :])
    assert isinstance(spec, Spec)
    # Validation would refuse the tensor; the values themselves have been validated.
    return spec.model_copy(update={path[0]: _with(getattr(spec, path[0]), path[1:], value)})
