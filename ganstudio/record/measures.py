"""Metrics and conditions of the regular frames, in few bytes each."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, fields

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import AnyMetrics, Condition, Frame
from ganstudio.record.frames import inflated
from ganstudio.record.shapes import FrameError

CONDITIONS = tuple(Condition)
HEAD = struct.Struct("<II")


@dataclass(frozen=True)
class Measure:
    """What was measured of all replicas at one step."""

    step: int
    metrics: AnyMetrics
    conditions: tuple[Condition, ...]


def names_of(kind: type[AnyMetrics]) -> list[str]:
    """The fields that hold a number for each replica."""
    return [field.name for field in fields(kind) if field.name != "samples"]


def encode(frame: Frame) -> bytes:
    """The metrics (names, R) and the conditions (R,) of a frame."""
    metrics = frame.metrics
    values = np.stack([getattr(metrics, name) for name in names_of(type(metrics))])
    codes = bytes(CONDITIONS.index(verdict.condition) for verdict in frame.verdicts)
    head = HEAD.pack(metrics.samples, len(codes))
    return zlib.compress(head + codes + values.astype("<f4").tobytes(), 1)


def decode(step: int, data: bytes, kind: type[AnyMetrics]) -> Measure:
    """What such bytes hold.

    Raises:
        FrameError: these are no such bytes.
    """
    try:
        raw = inflated(data)
        samples, replicas = HEAD.unpack_from(raw)
        codes = raw[HEAD.size : HEAD.size + replicas]
        values: NDArray[np.float32] = np.frombuffer(raw[HEAD.size + replicas :], dtype="<f4")
        names = names_of(kind)
        rows = values.reshape(len(names), replicas)
        metrics = kind(**dict(zip(names, rows, strict=True)), samples=samples)
        return Measure(int(step), metrics, tuple(CONDITIONS[code] for code in codes))
    except (LookupError, TypeError, ValueError, struct.error, zlib.error) as error:
        raise FrameError(f"the metrics of step {step} are damaged: {error}") from error
