"""Random valid experiments, made from the fields' own types and bounds.

A new class in a union takes part by itself.
"""

from __future__ import annotations

import types
import typing
from typing import Any

from annotated_types import Ge, Gt, Le, Lt, MaxLen, MinLen
from hypothesis import strategies as st
from pydantic import ValidationError
from pydantic.fields import FieldInfo

from ganstudio.core.experiment import Experiment, Pretraining
from ganstudio.core.networks import Discriminator
from ganstudio.core.remedies import EarlyStopping
from ganstudio.core.spec import Spec

DEVICES = ("auto", "cpu", "cuda:0", "cuda:7", "mps")
USUAL: dict[tuple[type[Spec], str], Any] = {
    (Discriminator, "packing"): 1,
    (Pretraining, "steps"): 0,
    (EarlyStopping, "metric"): "none",
    (Experiment, "penalties_d"): (),
    (Experiment, "penalties_g"): (),
    (Experiment, "sort_batch"): False,
}
"""What hardly anything else is valid beside, so that it is left as it is half of the time."""


def experiments() -> st.SearchStrategy[Experiment]:
    """Experiments with every field drawn from its whole range."""
    return plain(Experiment).map(_validated).filter(bool).map(lambda found: found[0])


def _validated(data: dict[str, Any]) -> list[Experiment]:
    # Some fields depend on each other (penalties and normalisation): those are left out.
    try:
        return [Experiment.model_validate(data)]
    except ValidationError:
        return []


def plain(spec: type[Spec]) -> st.SearchStrategy[dict[str, Any]]:
    """Plain data for one spec class."""
    fields = {n: _field(spec, n, f) for n, f in spec.model_fields.items()}
    return st.fixed_dictionaries(fields).map(lambda data: data | _fitting(data))


def _fitting(data: dict[str, Any]) -> dict[str, Any]:
    """What has to change so that fields that depend on each other do not all get refused."""
    if "high" in data and data["low"] >= data["high"]:
        return {"low": data["high"], "high": data["low"] + (data["low"] == data["high"])}
    if "milestones" in data:
        return {"milestones": tuple(sorted(set(data["milestones"])))}
    if "packing" in data:
        position = min(data["minibatch"]["position"], len(data["layers"]))
        return {"minibatch": data["minibatch"] | {"position": position}}
    if "discriminator" in data:
        packing = data["discriminator"]["packing"]
        return {"batch_size": max(1, data["batch_size"] // packing) * packing}
    return {}


def _field(spec: type[Spec], name: str, field: FieldInfo) -> st.SearchStrategy[Any]:
    if name == "device":
        return st.sampled_from(DEVICES)
    if name in ("kind", "vary"):
        # Which path may vary, over how many replicas, has tests of its own.
        return st.just(field.default)
    if name == "convolutions":
        # Which of them fit which pictures has tests of its own.
        return st.just(())
    values = _values(field.annotation, field.metadata)
    if (spec, name) in USUAL:
        return st.one_of(st.just(USUAL[spec, name]), values)
    return values


def _values(annotation: Any, rules: list[Any]) -> st.SearchStrategy[Any]:
    origin, inner = typing.get_origin(annotation), typing.get_args(annotation)
    if origin is typing.Annotated:
        bounds = [r for item in inner[1:] for r in getattr(item, "metadata", [item])]
        return _values(inner[0], [*bounds, *rules])
    if origin is typing.Literal:
        return st.sampled_from(inner)
    if origin in (typing.Union, types.UnionType):
        return st.one_of([_values(choice, rules) for choice in inner])
    if origin is tuple and inner[-1] is not Ellipsis:
        return st.tuples(*[_values(choice, []) for choice in inner])
    if origin is tuple:
        low = next((rule.min_length for rule in rules if isinstance(rule, MinLen)), 0)
        high = next((rule.max_length for rule in rules if isinstance(rule, MaxLen)), 4)
        most = max(low, min(high, 4))
        return st.lists(_values(inner[0], []), min_size=low, max_size=most).map(tuple)
    if issubclass(annotation, Spec):
        return plain(annotation)
    return _numbers(annotation, rules)


def _numbers(annotation: Any, rules: list[Any]) -> st.SearchStrategy[Any]:
    low: Any = next((r.ge for r in rules if isinstance(r, Ge)), None)
    above: Any = next((r.gt for r in rules if isinstance(r, Gt)), None)
    high: Any = next((r.le for r in rules if isinstance(r, Le)), None)
    below: Any = next((r.lt for r in rules if isinstance(r, Lt)), None)
    if annotation is bool:
        return st.booleans()
    if annotation is str:
        longest = next((r.max_length for r in rules if isinstance(r, MaxLen)), 100)
        # TOML has no lone surrogates.
        letters = st.characters(exclude_categories=["Cs"])
        return st.text(letters, max_size=min(longest, 50))
    if annotation is int:
        return st.integers(low, high)
    return st.floats(
        min_value=low if above is None else above,
        max_value=high if below is None else below,
        exclude_min=above is not None,
        exclude_max=below is not None,
        allow_nan=False,
        allow_infinity=False,
    )
