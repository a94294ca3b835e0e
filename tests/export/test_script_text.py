"""The text of a script: what is in it, what is not, and that no experiment is left out."""

from __future__ import annotations

import re
import subprocess
import sys
import textwrap
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings

from ganstudio.core.experiment import Experiment
from ganstudio.core.problems import _models
from ganstudio.data.presets import load_preset
from ganstudio.errors import SpecError
from ganstudio.export.script import pytorch_script
from ganstudio.export.script.body import ACTIVATIONS
from ganstudio.export.script.data import NOISES
from ganstudio.export.script.losses import LOGARITHMS, LOSSES
from ganstudio.export.script.optimizers import CLIPPINGS, OPTIMIZERS
from ganstudio.export.script.penalties import PENALTIES
from ganstudio.export.script.schedules import SCHEDULES
from ganstudio.export.script.table import Table
from ganstudio.export.script.targets import TARGETS
from ganstudio.export.script.text import WIDTH
from ganstudio.export.script.turns import PLAYS
from ganstudio.export.script.weights import INITIALIZERS
from tests.core.strategies import experiments
from tests.core.unions import UNIONS
from tests.export.script_cases import CASES, WRITTEN, loaded, losses_of, tiny

TABLES: dict[str, Table[Any]] = {
    "loss": LOSSES,
    "loss.log": LOGARITHMS,
    "optimizer_g": OPTIMIZERS,
    "optimizer_d.clip": CLIPPINGS,
    "optimizer_d.schedule": SCHEDULES,
    "penalties_d": PENALTIES,
    "penalties_g": PENALTIES,
    "play": PLAYS,
    "target": TARGETS,
    "noise": NOISES,
    "generator.layers.0.activation": ACTIVATIONS,
    "discriminator.initializer": INITIALIZERS,
}


def test_every_union_has_a_table() -> None:
    assert UNIONS.keys() == TABLES.keys()


@pytest.mark.parametrize("path", UNIONS)
def test_every_member_of_a_union_is_in_its_table(path: str) -> None:
    missing = set(_models(UNIONS[path])) - set(TABLES[path])
    assert not missing, f"say in ganstudio/export/script how these are written: {missing}"


def test_a_member_that_nobody_wrote_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    e = tiny(loss="hinge")
    monkeypatch.delitem(LOSSES, type(e.loss))
    with pytest.raises(SpecError, match=r"^loss: hinge can't be exported as a PyTorch script"):
        pytorch_script(e)


def test_batch_normalisation_of_one_sample_is_refused() -> None:
    layers = ({"width": 6, "normalisation": "batch"},)
    e = tiny(**{"discriminator.layers": layers, "discriminator.packing": 8})
    with pytest.raises(SpecError, match=r"^discriminator.layers.0.normalisation: .*batch_size"):
        pytorch_script(e)


def checked(text: str) -> None:
    """What holds for each script."""
    compile(text, "script", "exec")
    assert not re.search(r"^\s*(import|from)\s+(ganstudio|scipy)", text, re.MULTILINE)
    assert [row for row in text.split("\n") if len(row) > WIDTH] == []
    assert not re.search(r"[ \t]$", text, re.MULTILINE)


def ruff(*command: str) -> str:
    """What ruff says."""
    done = subprocess.run(
        [sys.executable, "-m", "ruff", *command], capture_output=True, text=True, check=False
    )
    return "" if done.returncode == 0 else done.stdout + done.stderr


def test_ruff_finds_nothing(tmp_path: Path) -> None:
    pytest.importorskip("ruff")
    every = {name: load_preset(name) for name in WRITTEN}
    every |= {re.sub(r"\W", "_", name): tiny(**changes) for name, changes in CASES.items()}
    for name, e in every.items():
        text = pytorch_script(e)
        checked(text)
        (tmp_path / f"{name}.py").write_text(text, encoding="utf-8")
    width = f"line-length={WIDTH}"
    assert not ruff("check", "--isolated", "--select=E,F", f"--config={width}", str(tmp_path))
    assert not ruff("format", "--isolated", "--check", f"--config={width}", str(tmp_path))


@settings(max_examples=60, deadline=None)
@given(experiments())
def test_any_experiment_is_a_script_or_says_why_not(e: Experiment) -> None:
    try:
        text = pytorch_script(e)
    except SpecError as error:
        assert "batch normalisation" in str(error)  # noqa: PT017
        return
    checked(text)
    assert Experiment.parse(tomllib.loads(toml_of(text))) == e


def toml_of(text: str) -> str:
    """The experiment that a script ends with."""
    _, foot = text.split("# The experiment, as GAN Studio reads it", 1)
    return "\n".join(row.removeprefix("#").removeprefix(" ") for row in foot.split("\n")[1:])


@pytest.mark.parametrize("name", WRITTEN)
def test_the_experiment_stands_at_its_end(name: str) -> None:
    e = load_preset(name)
    assert Experiment.from_toml(toml_of(pytorch_script(e))) == e


def test_a_title_is_no_statement() -> None:
    e = tiny(
        title='"""\nimport os  # \\',
        about="\rraise SystemExit\u2028\u202e\x0c" + "word " * 300 + "long" * 100,
    )
    text = pytorch_script(e)
    checked(text)
    assert "\nimport os" not in text
    assert Experiment.from_toml(toml_of(text)) == e


def test_long_data_stands_in_it_once(tmp_path: Path) -> None:
    places = np.random.default_rng(0).standard_normal((3000, 2)).round(3)
    points = [[float(x), float(y)] for x, y in places]
    text = pytorch_script(tiny(target={"kind": "points", "positions": points}))
    checked(text)
    assert text.count(f"[{points[7][0]!r}, {points[7][1]!r}]") == 1
    script = loaded(text, tmp_path)
    np.testing.assert_array_equal(script.CENTRES, points)
    assert np.isfinite(losses_of(script, 2)).all()


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"replicas": 8}, "trains 8 replicas side by side, from 42 on"),
        ({"early_stopping.metric": "w1"}, "stops early, by w1"),
        ({"generator.freeze_output": True}, "its weights are not in here"),
        ({"device": "auto"}, "this trains on the CPU"),
        ({"replicas": 2, "vary": {"path": "ema", "values": (0.1, 0.2)}}, "here it is 0.1"),
        (
            {"generator.layers": ({"width": 6, "normalisation": "batch"},)},
            "running statistics of batch normalisation",
        ),
    ],
)
def test_its_head_says_what_differs(changes: dict[str, Any], words: str) -> None:
    head = pytorch_script(tiny(**changes)).split("\nimport ")[0]
    assert words in " ".join(head.replace("#", "").split())
    plain = pytorch_script(tiny()).split("\nimport ")[0]
    assert words not in " ".join(plain.replace("#", "").split())


def test_nothing_is_in_it_that_the_experiment_does_not_use() -> None:
    text, _ = pytorch_script(tiny()).split("# The experiment, as", 1)
    unused = ("average", "deepcopy", "Dropout", "stream", "schedule", "sigma", "total_", "pretrain")
    assert [word for word in unused if word in text] == []
    assert len(text.split("\n")) < 170


def test_it_is_written_without_torch() -> None:
    write = textwrap.dedent("""
        import sys
        from ganstudio.data.presets import load_preset, presets
        from ganstudio.export.script import pytorch_script
        for name in presets():
            pytorch_script(load_preset(name))
        sys.exit("torch._C" in sys.modules)
    """)
    subprocess.run([sys.executable, "-c", write], check=True, timeout=100)
