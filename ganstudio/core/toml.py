"""Experiments as TOML text, bounded before it is parsed."""

from __future__ import annotations

import re
import tomllib
from typing import Any

import tomli_w

from ganstudio.core.spec import Spec
from ganstudio.errors import SpecError

MAX_CHARACTERS = 4_000_000
"""A target of 20,000 points has about 1,000,000."""
MAX_DOTS = 5_000
"""Outside of numbers. tomllib takes time with the square of a key's parts: 20,000 of them cost
7 seconds."""
KEY_DOT = re.compile(r"\.(?!\d)|(?<![\d])\.")
"""A dot that does not stand between the digits of a number."""


def loads(text: str) -> dict[str, Any]:
    """TOML text as plain data.

    Raises:
        SpecError: too long, nested too deeply, or not TOML.
    """
    if len(text) > MAX_CHARACTERS:
        raise SpecError(
            f"the file has {len(text):,} characters; an experiment has at most {MAX_CHARACTERS:,}"
        )
    if text.count(".") > MAX_DOTS and len(KEY_DOT.findall(text)) > MAX_DOTS:
        raise SpecError(f"the file has more than {MAX_DOTS:,} dots; no experiment needs as many")
    try:
        return tomllib.loads(text.removeprefix("\ufeff"))
    except RecursionError as error:
        raise SpecError("the file is nested too deeply to be an experiment") from error
    except (tomllib.TOMLDecodeError, ValueError) as error:
        # A ValueError is what an integer of thousands of digits raises.
        raise SpecError(f"not valid TOML: {error}") from error


def dumps(spec: Spec) -> str:
    """A spec as TOML; a choice without settings is written as its bare kind."""
    return tomli_w.dumps(_plain(spec.model_dump(exclude_none=True)))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        if list(value) == ["kind"]:
            return value["kind"]
        kind_first = sorted(value.items(), key=lambda pair: pair[0] != "kind")
        return {key: _plain(item) for key, item in kind_first}
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
