"""Which device and how many threads a run uses."""

from __future__ import annotations

from ganstudio.core.lazy import torch
from ganstudio.errors import DeviceError


def available() -> list[str]:
    """The devices of this machine by their torch names, the CPU first."""
    found = ["cpu", *(f"cuda:{i}" for i in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        found.append("mps")
    return found


def resolve(device: str) -> str:
    """The device's torch name; `auto` is the first GPU, or else the CPU.

    Raises:
        DeviceError: this machine does not have it.
    """
    found = available()
    if device == "auto":
        return found[1] if len(found) > 1 else "cpu"
    if device not in found:
        raise DeviceError(f"device: there is no {device!r} here; there is {', '.join(found)}")
    return device
