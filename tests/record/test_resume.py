"""A checkpoint from a file, in another process, leads to the bits of a run that never stopped."""

from __future__ import annotations

import hashlib
import json
import random
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ganstudio.core.experiment import Experiment
from ganstudio.core.optimizers import GradientOptimizer
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import GanStudioError, RecordError
from ganstudio.record.checkpoints import decode, encode
from ganstudio.record.checkpoints import digest as hash_of
from tests.core.helpers import TINY, members, small
from tests.core.helpers import train_here as train
from tests.core.test_checkpoint import ALL, HALF, after, whole


def experiments(threads: int) -> Iterator[Experiment]:
    """Every preset and every optimizer, and a fleet."""
    for name in presets():
        e = load_preset(name, steps=ALL, frame_every=4, threads=threads)
        yield e.replace(**{"pretraining.steps": 10}) if e.pretraining.steps else e
    for optimizer in members(GradientOptimizer):
        both = {"optimizer_d": optimizer(), "optimizer_g": optimizer()}
        yield small(steps=ALL, frame_every=4, threads=threads, **TINY, **both)
    yield small(steps=ALL, frame_every=4, threads=threads, replicas=3, ema=0.9)


def digest(said: list[Any]) -> str:
    """Of all that a run said, to the last bit."""
    return hashlib.sha256(repr(said).encode()).hexdigest()


def go_on(folder: Path) -> dict[str, str]:
    """What the child does: go on from every checkpoint in a folder."""
    found = {}
    for path in sorted(folder.glob("*.json")):
        text, sha256 = json.loads(path.read_text())
        checkpoint = decode(path.with_suffix(".safetensors").read_bytes(), text, sha256)
        events = list(train(checkpoint.experiment, start=checkpoint))
        found[path.stem] = digest(after(events, checkpoint.step))
    return found


CHILD = """
import json, sys
from pathlib import Path
from tests.record.test_resume import go_on
print(json.dumps(go_on(Path(sys.argv[1]))))
"""


@pytest.mark.timeout(400)
@pytest.mark.parametrize("threads", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_another_process_makes_the_same_bits(threads: int, tmp_path: Path) -> None:
    expected = {}
    for i, experiment in enumerate(experiments(threads)):
        events, checkpoint = whole(experiment, HALF)
        tensors, text, sha256 = encode(checkpoint)
        (tmp_path / f"{i:03}.json").write_text(json.dumps([text, sha256]))
        (tmp_path / f"{i:03}.safetensors").write_bytes(tensors)
        expected[f"{i:03}"] = digest(after(events, HALF))
    assert len(expected) > 20
    root = Path(__file__).parents[2]
    command = [sys.executable, "-c", CHILD, str(tmp_path)]
    child = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert child.returncode == 0, child.stderr
    assert json.loads(child.stdout) == expected


@pytest.fixture(scope="module")
def parts() -> tuple[bytes, str, str]:
    """A checkpoint as bytes."""
    return encode(whole(small(steps=14, replicas=2, **TINY), HALF)[1])


def test_a_checkpoint_comes_back(parts: tuple[bytes, str, str]) -> None:
    checkpoint = decode(*parts)
    assert checkpoint.step == HALF
    assert encode(checkpoint) == parts
    weights = checkpoint.state["game"]["generator"]["weights"]
    assert weights.dtype == np.float32
    assert weights.shape[0] == 2


def test_nothing_in_it_is_not_a_number(parts: tuple[bytes, str, str]) -> None:
    """JSON that other programs read, and integers of 128 bits as text."""
    text = parts[1]
    assert "NaN" not in text
    assert "Infinity" not in text
    before = json.loads(text)["state"]["feed"]["real"]["before"]
    assert all(isinstance(part, str) for place in before for part in place)


def test_mutants_are_one_typed_error(parts: tuple[bytes, str, str]) -> None:
    tensors, text, sha256 = parts
    rng = random.Random(0)
    for _ in range(500):
        harmed = bytearray(tensors)
        harmed[rng.randrange(len(harmed))] ^= 1 << rng.randrange(8)
        with pytest.raises(RecordError, match="SHA-256"):
            decode(bytes(harmed), text, sha256)


def test_mutants_with_the_right_hash_are_one_typed_error(parts: tuple[bytes, str, str]) -> None:
    """Made by somebody, rather than by chance: the trainer may refuse them, too."""
    tensors, text, _ = parts
    rng = random.Random(1)
    refused = 0
    for _ in range(400):
        harmed, words = bytearray(tensors), bytearray(text.encode())
        target = harmed if rng.random() < 0.5 else words
        target[rng.randrange(min(len(target), 4_000))] = rng.randrange(32, 127)
        try:
            found = decode(bytes(harmed), words.decode(), hash_of(bytes(harmed), words.decode()))
            next(train(found.experiment, start=found))
        except GanStudioError:
            refused += 1
    assert refused > 150
