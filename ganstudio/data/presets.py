"""The experiments that come with the program, each a TOML file among the resources."""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

from ganstudio.core.experiment import Experiment
from ganstudio.errors import PresetError

ORDER = (
    "first-gan",
    "aylien",
    "aylien-minibatch",
    "aylien-blog",
    "aylien-blog-minibatch",
    "aylien-dec16",
    "aylien-dec16-minibatch",
    "aylien-text",
    "aylien-text-minibatch",
    "book",
    "ring",
    "ring-modern",
    "grid-modern",
    "moons-modern",
    "digits",
    "digits-conditional",
    "digits-dcgan",
    "mnist-textbook",
    "mnist-leaky",
    "mnist-broken",
    "mnist-modern",
)
"""As a course meets them."""


def presets() -> tuple[str, ...]:
    """The names of all presets, in the order in which to meet them."""
    return ORDER


def load_preset(name: str, **changes: Any) -> Experiment:
    """A preset, with fields replaced; a key may be a path, as in `Spec.replace`.

    Raises:
        PresetError: there is no preset of that name.
        SpecError: a change does not fit.
    """
    if name not in ORDER:
        near = get_close_matches(name, ORDER, n=1)
        advice = f"did you mean {near[0]!r}?" if near else f"there is {', '.join(ORDER)}"
        raise PresetError(f"there is no preset {name!r}; {advice}")
    experiment = _load(name)
    return experiment.replace(**changes) if changes else experiment


@cache
def _load(name: str) -> Experiment:
    folder = files("ganstudio") / "resources" / "presets"
    return Experiment.from_toml((folder / f"{name}.toml").read_text(encoding="utf-8"))
