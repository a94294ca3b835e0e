"""The base of every spec: a frozen value, changed only by validated replacement.

A spec's fields know their own face: `Annotated[float, Field(gt=0), Hint(...)]` gives
validation, the range of the editor, log stepping, the tooltip and whether the field may
change while a run trains. Forms, the command line's `--set` and the tests read it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic.fields import FieldInfo

from ganstudio.core.problems import describe, unknown_field
from ganstudio.errors import SpecError


@dataclass(frozen=True)
class Hint:
    """How a field presents itself.

    Args:
        help: what it is, and what happens if it goes up, in plain words.
        label: the field's name on a form; the Python name with spaces when empty.
        unit: shown behind the number.
        zero: shown there instead where the number is 0, if 0 means something else than none.
        log: step by factors instead of differences.
        live: may change while a run trains, at a step boundary.
        advanced: shown after the others.
    """

    help: str
    label: str = ""
    unit: str = ""
    zero: str = ""
    log: bool = False
    live: bool = False
    advanced: bool = False


NO_HINT = Hint(help="")


def hint_of(field: FieldInfo) -> Hint:
    """The `Hint` in a field's annotation, or one that says nothing."""
    return next((item for item in field.metadata if isinstance(item, Hint)), NO_HINT)


class Spec(BaseModel):
    """A frozen value that rejects unknown fields and is changed by `replace`."""

    model_config = ConfigDict(
        frozen=True, extra="forbid", validate_default=True, allow_inf_nan=False
    )

    @classmethod
    def parse(cls, data: Mapping[str, Any]) -> Self:
        """A validated spec from plain data.

        Raises:
            SpecError: one sentence that names the field and what would be right.
        """
        try:
            return cls.model_validate(dict(data))
        except ValidationError as error:
            raise SpecError(describe(error, cls)) from error

    def replace(self, **changes: Any) -> Self:
        """A validated copy with `changes`; a key may be a path (`"optimizer_d.lr"`).

        Raises:
            SpecError: a path that does not exist, or a value that is not valid there.
        """
        data = self.model_dump()
        for path, value in changes.items():
            _put(data, path, value)
        return type(self).parse(data)

    def at(self, path: str) -> Any:
        """The value at a dotted path such as `"generator.layers.0.width"`.

        Raises:
            SpecError: the path does not exist; the nearest right name is in the message.
        """
        value: Any = self
        for part in path.split("."):
            value = _child(value, part, path)
        return value


def _child(value: Any, part: str, path: str) -> Any:
    if isinstance(value, Spec):
        if part not in type(value).model_fields:
            raise SpecError(unknown_field(path, part, type(value).model_fields))
        return getattr(value, part)
    if isinstance(value, tuple):
        return value[_index(value, part, path)]
    raise SpecError(f"{path}: there is no {part!r}; what stands before it is a plain value")


def _put(data: dict[str, Any], path: str, value: Any) -> None:
    """Put `value` at `path` in plain data; validation says later whether the names exist."""
    *parents, last = path.split(".")
    container: Any = data
    for part in parents:
        key = _key(container, part, path)
        inner = container.get(key, {}) if isinstance(container, dict) else container[key]
        if isinstance(inner, str):
            # An earlier change put a bare kind here.
            inner = {"kind": inner}
        container[key] = list(inner) if isinstance(inner, tuple) else inner
        container = container[key]
    if isinstance(value, Spec):
        value = value.model_dump()
    if last == "kind" and isinstance(container, dict) and value != container.get("kind"):
        # Another kind has other settings: start from its defaults.
        container.clear()
    container[_key(container, last, path)] = value


def _key(container: Any, part: str, path: str) -> Any:
    """What `part` of a path is in a container: a field's name, or an item's number.

    Raises:
        SpecError: there is no such item, or the value there contains nothing.
    """
    if isinstance(container, dict):
        return part
    if not isinstance(container, list):
        raise SpecError(f"{path}: there is no {part!r}; what stands before it is a plain value")
    return _index(container, part, path)


def _index(items: Sequence[Any], part: str, path: str) -> int:
    if not part.isdecimal() or int(part) >= len(items):
        raise SpecError(f"{path}: there is no item {part!r}; it has {len(items)} items")
    return int(part)


def leaves(spec: Spec, prefix: str = "") -> Iterator[tuple[str, FieldInfo, Any]]:
    """Every plain field below `spec` as (dotted path, field, value), in declared order."""
    for name, field in type(spec).model_fields.items():
        value = getattr(spec, name)
        path = f"{prefix}{name}"
        if isinstance(value, Spec):
            yield from leaves(value, f"{path}.")
        elif isinstance(value, tuple) and any(isinstance(item, Spec) for item in value):
            for index, item in enumerate(value):
                yield from leaves(item, f"{path}.{index}.")
        else:
            yield path, field, value


def changes(before: Spec, after: Spec, prefix: str = "", live: bool = False) -> dict[str, bool]:
    """Which paths differ, each with whether it may change while a run trains.

    A change of kind (another class in the union), or of the number of items, is reported at
    the path of the field that holds it and is live only if that field says so.
    """
    if type(before) is not type(after):
        return {prefix.rstrip("."): live}
    found: dict[str, bool] = {}
    for name, field in type(before).model_fields.items():
        old, new = getattr(before, name), getattr(after, name)
        if old == new:
            continue
        path, may = f"{prefix}{name}", hint_of(field).live
        if isinstance(old, Spec) and isinstance(new, Spec):
            found |= changes(old, new, f"{path}.", may)
        elif _are_specs(old) and _are_specs(new) and len(old) == len(new):
            for index, (a, b) in enumerate(zip(old, new, strict=True)):
                found |= changes(a, b, f"{path}.{index}.", may) if a != b else {}
        else:
            found[path] = may
    return found


def _are_specs(value: Any) -> bool:
    return isinstance(value, tuple) and all(isinstance(item, Spec) for item in value)
