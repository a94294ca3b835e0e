"""Heavy libraries, imported when first used.

So the window can read specs, with their ranges and help, without paying seconds for torch and
scipy; the process that trains pays once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import torch
    from scipy import optimize, special
else:
    import lazy_loader

    torch = lazy_loader.load("torch")
    optimize = lazy_loader.load("scipy.optimize", suppress_warning=True)
    special = lazy_loader.load("scipy.special", suppress_warning=True)

__all__ = ["optimize", "special", "torch"]
