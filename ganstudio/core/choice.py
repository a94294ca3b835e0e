"""A choice between spec classes, told apart by their `kind`; a bare kind means its defaults."""

from __future__ import annotations

from typing import Any

from pydantic import BeforeValidator


def _expand(value: Any) -> Any:
    return {"kind": value} if isinstance(value, str) else value


Shorthand = BeforeValidator(_expand)
"""Lets `activation = "relu"` stand for `activation = { kind = "relu" }`."""
