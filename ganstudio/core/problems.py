"""Pydantic's list of errors as one sentence a person can act on."""

from __future__ import annotations

import types
import typing
from collections.abc import Iterable
from difflib import get_close_matches
from typing import Any

from pydantic import BaseModel, ValidationError


def unknown_field(path: str, name: str, known: Iterable[str]) -> str:
    """The sentence for a name that no field has, with the nearest one that exists."""
    known = list(known)
    near = get_close_matches(name, known, n=1, cutoff=0.5)
    advice = f"did you mean {near[0]!r}?" if near else f"the fields are {', '.join(known)}"
    return f"{path}: there is no field {name!r}; {advice}"


def describe(error: ValidationError, model: type[BaseModel]) -> str:
    """The first of the errors as `path: what is wrong`, and how many more there are."""
    problems = error.errors(include_url=False)
    first = problems[0]
    path = ".".join(_without_tags(first["loc"], model))
    if first["type"] == "extra_forbidden":
        text = unknown_field(path, str(first["loc"][-1]), _fields_at(first["loc"][:-1], model))
    else:
        text = f"{path}: {_sentence(first)}" if path else _sentence(first)
    more = len(problems) - 1
    return f"{text} (and {more} more)" if more else text


def _sentence(problem: Any) -> str:
    kind, context, given = problem["type"], problem.get("ctx", {}), problem["input"]
    shown = repr(given) if not isinstance(given, (dict, list, tuple)) else "what is given"
    if len(shown) > 60:
        shown = shown[:57] + "..."
    if kind == "union_tag_invalid":
        expected = str(context["expected_tags"]).replace("'", "")
        near = get_close_matches(str(context["tag"]), expected.split(", "), n=1, cutoff=0.5)
        advice = f"; did you mean {near[0]!r}?" if near else ""
        return f"{context['tag']!r} is not one of: {expected}{advice}"
    if kind == "union_tag_not_found":
        return "it needs a 'kind'"
    if kind == "missing":
        return "this field is required"
    message = str(problem["msg"]).removeprefix("Value error, ")
    if kind == "value_error":
        return message
    return f"{message[0].lower()}{message[1:]}, not {shown}"


def _models(annotation: Any) -> list[type[BaseModel]]:
    """The spec classes that an annotation allows, through Annotated, unions and tuples."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    origin = typing.get_origin(annotation)
    inner = typing.get_args(annotation)
    if origin is typing.Annotated:
        return _models(inner[0])
    if origin in (typing.Union, types.UnionType, tuple):
        return [model for part in inner for model in _models(part)]
    return []


def _walk(loc: Iterable[Any], model: type[BaseModel]) -> tuple[list[str], list[type[BaseModel]]]:
    """The path without pydantic's union tags, and the classes that may stand at its end."""
    here: list[type[BaseModel]] = [model]
    path: list[str] = []
    for part in loc:
        tagged = [m for m in here if _kind(m) == part]
        fields = [m.model_fields[part] for m in here if part in m.model_fields]
        if fields:
            path.append(str(part))
            here = [m for f in fields for m in _models(f.annotation)]
        elif tagged:
            here = tagged
        else:
            path.append(str(part))
    return path, here


def _kind(model: type[BaseModel]) -> Any:
    field = model.model_fields.get("kind")
    return field.default if field is not None else None


def _without_tags(loc: Iterable[Any], model: type[BaseModel]) -> list[str]:
    return _walk(loc, model)[0]


def _fields_at(loc: Iterable[Any], model: type[BaseModel]) -> list[str]:
    return [name for m in _walk(loc, model)[1] for name in m.model_fields]
