"""Frames as bytes: nothing is lost, and nothing but frames is believed."""

from __future__ import annotations

import json
import random
import zlib
from typing import Any

import numpy as np
import pytest

from ganstudio.core.control import RunToEnd, Watch
from ganstudio.core.events import Frame
from ganstudio.record import frames, measures
from ganstudio.record.frames import decode, encode
from ganstudio.record.shapes import FrameError
from ganstudio.runs.training import train
from tests.core.helpers import TINY, small, spelled_event

KINDS: dict[str, dict[str, Any]] = {
    "line": {},
    "averaged": {"ema": 0.9},
    "fleet": {"replicas": 3},
    "plane": {"target": "ring"},
    "fleet in the plane": {"target": "grid", "replicas": 2},
    "compares": {"discriminator.minibatch": {"enabled": True}},
    "no probability": {"loss": "wasserstein"},
    "pictures": {"target": "digits"},
    "pictures of a class": {"target": "digits", "conditional": True, "replicas": 2},
}


class Shelf:
    """Keeps what many frames share."""

    def __init__(self) -> None:
        self.kept: list[bytes] = []

    def put(self, data: bytes) -> int:
        if data not in self.kept:
            self.kept.append(data)
        return self.kept.index(data)

    def get(self, id: int) -> bytes:
        return self.kept[id]


class Layers(RunToEnd):
    """Watches the layers of the last replica."""

    def watch(self) -> Watch:
        return Watch(layers=True)


def all_frames(**changes: Any) -> list[Frame]:
    """Of a small run."""
    experiment = small(steps=12, frame_every=4, **TINY).replace(**changes)
    return [event for event in train(experiment, control=Layers()) if isinstance(event, Frame)]


def without_losses(frame: Frame) -> list[Any]:
    """All else that a frame says."""
    empty = np.empty((0, len(frame.metrics.distance)), np.float32)
    kept = {name: getattr(frame, name) for name in frame.__dataclass_fields__}
    kept |= dict.fromkeys(("loss_d", "loss_g", "loss_pretraining"), empty)
    return list(spelled_event(Frame(**kept)))


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_a_frame_comes_back_to_the_last_bit(changes: dict[str, Any]) -> None:
    shelf = Shelf()
    for frame in all_frames(**changes):
        back = decode(encode(frame, shelf.put), shelf.get)
        assert repr(without_losses(back)) == repr(without_losses(frame))
        arrays = [one for one in vars(back.view).values() if isinstance(one, np.ndarray)]
        assert not any(array.flags.writeable for array in arrays)


@pytest.mark.parametrize("changes", KINDS.values(), ids=KINDS)
def test_metrics_come_back_to_the_last_bit(changes: dict[str, Any]) -> None:
    for frame in all_frames(**changes):
        back = measures.decode(frame.step, measures.encode(frame), type(frame.metrics))
        assert list(spelled_event(back.metrics)) == list(spelled_event(frame.metrics))
        assert back.conditions == tuple(v.condition for v in frame.verdicts)


def test_what_never_changes_is_kept_once() -> None:
    shelf = Shelf()
    found = all_frames()
    first = len(encode(found[0], shelf.put))
    kept = len(shelf.kept)
    assert kept >= 4
    for frame in found[1:]:
        encode(frame, shelf.put)
    # A grid may widen once or twice; it is not kept with each frame.
    assert len(shelf.kept) < 3 * kept
    assert first < 20_000


def corrupted(data: bytes, rng: random.Random) -> bytes:
    """The bytes with some harm done to them."""
    harmed = bytearray(data)
    match rng.randrange(4):
        case 0:
            del harmed[rng.randrange(len(harmed)) :]
        case 1:
            harmed[rng.randrange(len(harmed))] ^= 1 << rng.randrange(8)
        case 2:
            at = rng.randrange(len(harmed))
            harmed[at:at] = rng.randbytes(rng.randrange(1, 9))
        case _:
            at = rng.randrange(len(harmed))
            harmed[at : at + 4] = rng.randbytes(4)
    return bytes(harmed)


@pytest.mark.parametrize("inside", [False, True], ids=["packed", "unpacked"])
def test_mutants_are_one_typed_error(inside: bool) -> None:
    """Damage to the file, and damage made by someone who packs it properly again."""
    shelf, rng = Shelf(), random.Random(0)
    good = encode(all_frames(replicas=2)[-1], shelf.put)
    refused = 0
    for _ in range(3_000):
        if inside:
            data = zlib.compress(corrupted(zlib.decompress(good), rng), 1)
        else:
            data = corrupted(good, rng)
        try:
            decode(data, shelf.get)
        except FrameError:
            refused += 1
    # Inside, many bytes are numbers of curves, and any number is one.
    assert refused > (200 if inside else 2_900)


def head_of(data: bytes) -> tuple[dict[str, Any], bytes]:
    """The JSON and the arrays of a frame."""
    raw = zlib.decompress(data)
    [size] = frames.HEAD.unpack_from(raw)
    return json.loads(raw[frames.HEAD.size : frames.HEAD.size + size]), raw[
        frames.HEAD.size + size :
    ]


def packed(head: Any, body: bytes) -> bytes:
    """The other way."""
    text = json.dumps(head).encode()
    return zlib.compress(frames.HEAD.pack(len(text)) + text + body, 1)


def harm(head: Any, path: str, value: Any) -> Any:
    """The head with another value at a dotted path."""
    *parents, last = path.split(".")
    here = head
    for part in parents:
        here = here[int(part)] if isinstance(here, list) else here[part]
    here[int(last) if isinstance(here, list) else last] = value
    return head


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("step", "soon"),
        ("view", None),
        ("view.is", "Frame"),
        ("view.is", "Metrics"),
        ("view.replica", 2),
        ("view.replica", -1),
        ("view.d", ["<f4", [7], 0, 28]),
        ("view.d", ["|O", [1], 0, 8]),
        ("view.x.0", "<f8"),
        ("metrics.w1", ["<f4", [3], 0, 12]),
        ("verdicts", []),
        ("verdicts.0", ["splendid", ""]),
        ("fleet.extent", [0, 1, 2]),
        ("fleet.extent", [0, 1e999]),
        ("lost_at", ["<f8", [1], 0, 8]),
        ("floors", [1]),
    ],
)
def test_what_does_not_fit_together_is_refused(path: str, value: Any) -> None:
    shelf = Shelf()
    data = encode(all_frames(replicas=2)[-1], shelf.put)
    head, body = head_of(data)
    assert decode(packed(head, body), shelf.get).step == 12
    with pytest.raises(FrameError):
        decode(packed(harm(head, path, value), body), shelf.get)


def test_a_bomb_is_refused() -> None:
    """A few kilobytes that would become more than memory holds."""
    engine = zlib.compressobj(9)
    data = b"".join(engine.compress(bytes(2**24)) for _ in range(20)) + engine.flush()
    with pytest.raises(FrameError, match="larger"):
        decode(data, Shelf().get)
