"""Heavy libraries, imported when first used.

So the window can read specs, with their ranges and help, without paying for numpy and torch
before it is on the screen; the process that trains pays once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    import torch
else:
    import lazy_loader

    np = lazy_loader.load("numpy")
    torch = lazy_loader.load("torch")

__all__ = ["np", "torch"]
