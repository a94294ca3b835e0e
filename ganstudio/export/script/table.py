"""From the classes of an experiment to their text, one table for each choice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from ganstudio.core.spec import Spec
from ganstudio.errors import SpecError

T = TypeVar("T")
Table = Mapping[type[Spec], Callable[..., T]]
"""For each member of a choice what writes it: a function of the member."""


def written(table: Table[T], spec: Spec, field: str, *more: Any) -> T:
    """What the table says of a member; some tables' functions take more than that.

    Raises:
        SpecError: it is not in the table; names the field.
    """
    if type(spec) not in table:
        kind = type(spec).model_fields["kind"].default
        raise SpecError(f"{field}: {kind} can't be exported as a PyTorch script yet")
    return table[type(spec)](spec, *more)
