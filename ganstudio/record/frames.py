"""Frames as bytes: a JSON head and plain arrays, compressed; no pickle.

A frame from a file is checked to the last shape, because what draws it takes it as it is.
"""

from __future__ import annotations

import json
import math
import struct
import zlib
from collections.abc import Callable, Mapping
from dataclasses import fields
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import (
    Condition,
    Fleet,
    Floor,
    Frame,
    LayerMeter,
    Verdict,
)
from ganstudio.core.measurements import METRICS_OF
from ganstudio.core.views import VIEW_OF
from ganstudio.record.shapes import FrameError, check_shapes

Array = NDArray[np.generic]
Still = Callable[[bytes], int]
"""Keeps the bytes of an array that many frames share; the same number for the same bytes."""

MAX_BYTES = 2**28
STILLS = {"x", "y", "edges", "target", "target_density", "target_histogram", "z", "real"}
"""Fields that change seldom or never."""
VIEWS, METRICS = tuple(VIEW_OF.values()), tuple(METRICS_OF.values())
CLASSES = {c.__name__: c for c in (*VIEWS, *METRICS, Fleet, LayerMeter, Floor)}
HEAD = struct.Struct("<I")


def encode(frame: Frame, still: Still) -> bytes:
    """A frame without its losses, which are kept step by step."""
    pieces: list[bytes] = []
    places: dict[bytes, list[Any]] = {}

    def put(name: str, array: Array) -> list[Any]:
        raw = np.ascontiguousarray(array).tobytes()
        kind, shape = array.dtype.str, list(array.shape)
        if name in STILLS:
            return [kind, shape, "still", still(raw)]
        if raw not in places:
            # Several curves are often the same one.
            places[raw] = [sum(map(len, pieces)), len(raw)]
            pieces.append(raw)
        return [kind, shape, *places[raw]]

    head = {
        "step": frame.step,
        "pretraining_step": frame.pretraining_step,
        "view": _plain(frame.view, put),
        "metrics": _plain(frame.metrics, put),
        "floors": {name: _plain(floor, put) for name, floor in frame.floors.items()},
        "measured_at": frame.measured_at,
        "verdicts": [[v.condition.value, v.reason] for v in frame.verdicts],
        "lost_at": put("lost_at", frame.lost_at),
        "fleet": None if frame.fleet is None else _plain(frame.fleet, put),
        "layers": [_plain(layer, put) for layer in frame.layers],
        "number": frame.number,
    }
    text = json.dumps(head, allow_nan=False).encode()
    return zlib.compress(HEAD.pack(len(text)) + text + b"".join(pieces), 1)


def decode(data: bytes, still: Callable[[int], bytes]) -> Frame:
    """The frame in such bytes.

    Args:
        data: what `encode` gave.
        still: the bytes kept under a number.

    Raises:
        FrameError: these are no such bytes.
    """
    try:
        return _decode(data, still)
    except FrameError:
        raise
    except (
        ArithmeticError,
        AttributeError,
        LookupError,
        RecursionError,
        TypeError,
        ValueError,
        struct.error,
        zlib.error,
    ) as error:
        raise FrameError(f"not a frame: {error}") from error


def _decode(data: bytes, still: Callable[[int], bytes]) -> Frame:
    raw = inflated(data)
    [size] = HEAD.unpack_from(raw)
    head, body = json.loads(raw[HEAD.size : HEAD.size + size]), raw[HEAD.size + size :]

    def get(place: list[Any]) -> Array:
        kind, shape, at, length = place
        content = still(int(length)) if at == "still" else body[int(at) : int(at) + int(length)]
        if kind not in ("<f4", "<f8", "|u1"):
            raise FrameError(f"an array of {kind}")
        array = np.frombuffer(content, dtype=kind) if content else np.empty(0, dtype=kind)
        return array.reshape([int(n) for n in shape])

    metrics = _object(head["metrics"], get, *METRICS)
    replicas = len(metrics.distance)
    for field in fields(metrics):
        if field.name != "samples" and getattr(metrics, field.name).shape != (replicas,):
            raise FrameError(f"metrics.{field.name} is not of {replicas} replicas")
    verdicts = tuple(Verdict(Condition(c), str(reason)) for c, reason in head["verdicts"])
    lost_at = get(head["lost_at"])
    if len(verdicts) != replicas or lost_at.shape != (replicas,):
        raise FrameError("verdicts of other replicas")
    empty = np.empty((0, replicas), np.float32)
    fleet = None if head["fleet"] is None else _object(head["fleet"], get, Fleet)
    if fleet is not None and len(fleet.shapes) != replicas:
        raise FrameError("a fleet of other replicas")
    view = _object(head["view"], get, *VIEWS)
    if not 0 <= view.replica < replicas:
        raise FrameError(f"the view of replica {view.replica} of {replicas}")
    floors = {str(name): _object(one, get, Floor) for name, one in head["floors"].items()}
    return Frame(
        int(head["step"]),
        empty,
        empty,
        empty,
        int(head["pretraining_step"]),
        view,
        metrics,
        floors,
        int(head["measured_at"]),
        verdicts,
        lost_at.astype(np.float64),
        fleet,
        tuple(_object(layer, get, LayerMeter) for layer in head["layers"]),
        None if head["number"] is None else int(head["number"]),
    )


def inflated(data: bytes) -> bytes:
    """What was compressed, bounded.

    Raises:
        FrameError: it is larger than anything we write.
        zlib.error: it is damaged.
    """
    engine = zlib.decompressobj()
    raw = engine.decompress(data, MAX_BYTES)
    if not engine.eof:
        raise FrameError("cut off, or larger than anything that was ever written")
    return raw


def _plain(value: Any, put: Callable[[str, Array], list[Any]]) -> dict[str, Any]:
    """A dataclass as what JSON can hold."""
    found: dict[str, Any] = {"is": type(value).__name__}
    for field in fields(value):
        item = getattr(value, field.name)
        if isinstance(item, np.ndarray):
            item = put(field.name, item)
        # JSON has no NaN.
        found[field.name] = None if isinstance(item, float) and math.isnan(item) else item
    return found


def _object(plain: Mapping[str, Any], get: Callable[[list[Any]], Array], *expected: type) -> Any:
    """The dataclass that was made plain, of one of some classes."""
    made = CLASSES.get(plain["is"])
    if made is None or made not in expected:
        raise FrameError(f"{plain['is']!r} where {expected[0].__name__} should be")
    values = {}
    for field in fields(made):
        item = plain[field.name]
        kind = str(field.type)
        values[field.name] = _value(kind, item, get)
    check_shapes(made.__name__, values)
    return made(**values)


def _value(kind: str, item: Any, get: Callable[[list[Any]], Array]) -> Any:
    match kind:
        case "Floats" | "Bytes":
            array = get(item)
            if array.dtype != (np.float32 if kind == "Floats" else np.uint8):
                raise FrameError(f"an array of {array.dtype}")
            return array
        case "int":
            return int(item)
        case "float":
            return np.nan if item is None else float(item)
        case "str":
            return str(item)
    # What is left are the ends of a fleet's pictures.
    ends = tuple(float(end) for end in item)
    if not np.isfinite(ends).all():
        raise FrameError("an extent without end")
    return ends
