"""A script that learns pictures, and the file of pictures beside it."""

from __future__ import annotations

import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from ganstudio.core.experiment import Experiment
from ganstudio.core.targets import Digits
from ganstudio.data.images.gallery import training_of
from ganstudio.data.presets import load_preset
from ganstudio.errors import FileError
from ganstudio.export.script import pytorch_script, write_script
from tests.core.helpers import small
from tests.export.script_cases import loaded

FEW: dict[str, Any] = {"classes": (3, 8), "count": 40}


def few(**changes: object) -> Experiment:
    return small(target=Digits(**FEW), conditional=True, **changes)


def test_the_pictures_of_its_training_part_lie_beside_it(tmp_path: Path) -> None:
    e = few()
    told: list[str] = []
    paths = write_script(e, tmp_path / "train.py", lambda what, _share: told.append(what))
    assert paths == (tmp_path / "train.py", tmp_path / "train.npz")
    assert (tmp_path / "train.py").read_text(encoding="utf-8") == pytorch_script(e)
    written, training = np.load(tmp_path / "train.npz"), training_of(Digits(**FEW))
    np.testing.assert_array_equal(written["images"], training.images)
    np.testing.assert_array_equal(written["labels"], training.labels)
    assert len(written["images"]) == 40


def test_one_of_numbers_has_nothing_beside_it(tmp_path: Path) -> None:
    assert write_script(small(), tmp_path / "train.py") == (tmp_path / "train.py",)
    assert [path.name for path in tmp_path.iterdir()] == ["train.py"]


def test_pictures_of_somebody_else_are_not_replaced(tmp_path: Path) -> None:
    e, beside = few(), tmp_path / "train.npz"
    write_script(e, tmp_path / "train.py")
    write_script(e, tmp_path / "train.py")
    beside.write_bytes(b"my results")
    (tmp_path / "train.py").write_text("mine")
    with pytest.raises(FileError, match=r"^train.npz: .* choose another name for the script$"):
        write_script(e, tmp_path / "train.py")
    assert beside.read_bytes() == b"my results"
    assert (tmp_path / "train.py").read_text() == "mine"


def test_a_set_that_is_not_here_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ganstudio.data.images.gallery.cache", lambda: tmp_path / "none")
    with pytest.raises(FileError, match="MNIST is not on this machine"):
        write_script(load_preset("mnist-textbook"), tmp_path / "train.py")
    assert list(tmp_path.iterdir()) == []


def test_it_draws_what_came_of_it_without_ganstudio(tmp_path: Path) -> None:
    path = tmp_path / "train.py"
    write_script(load_preset("digits-conditional", steps=20), path)
    run = textwrap.dedent(f"""
        import runpy, sys
        for name in ("ganstudio", "scipy", "pydantic", "lazy_loader", "PySide6"):
            sys.modules[name] = None
        runpy.run_path({str(path)!r}, run_name="__main__")
    """)
    command = [sys.executable, "-I", "-c", run]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=100)
    assert done.stdout.splitlines()[-1] == "generated: see train.png"
    with Image.open(tmp_path / "train.png") as drawn:
        assert drawn.size == (280, 280)
        assert drawn.mode == "L"
        assert len(set(drawn.tobytes())) > 50


def test_the_classes_that_are_asked_for_take_turns(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    e = few(steps=5, standardise=False)
    write_script(e, tmp_path / "script.py")
    script = loaded((tmp_path / "script.py").read_text(), tmp_path)
    asked = []

    def blank(z: torch.Tensor) -> torch.Tensor:
        asked.append(z)
        return torch.zeros(len(z), 784)

    monkeypatch.setattr(script, "G", blank)
    assert script.generate(4).shape == (4, 28, 28)
    (z,) = asked
    assert z[:, -10:].argmax(1).tolist() == [3, 8, 3, 8]
