"""An experiment as a PyTorch script: it trains the same GAN, number by number."""

from __future__ import annotations

import runpy
import subprocess
import sys
import textwrap
from collections.abc import Iterator
from functools import _lru_cache_wrapper
from itertools import islice
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
import torch

from ganstudio.core.control import Order
from ganstudio.core.draws import Feed
from ganstudio.core.experiment import Experiment
from ganstudio.core.game import Game
from ganstudio.data.presets import load_preset
from ganstudio.export.script import pytorch_script
from tests.core.helpers import plainly, record
from tests.core.unions import every_member, placed
from tests.export.script_cases import (
    CASES,
    WRITTEN,
    Losses,
    gallery_of,
    judge,
    loaded,
    losses_of,
    put_pictures,
    tiny,
)

STEPS, STEPS_OF_PICTURES = 100, 25


class Doubles:
    """Numpy, but its float32 has 64 bits."""

    float32 = np.float64

    def __getattr__(self, name: str) -> Any:
        return getattr(np, name)


@pytest.fixture(autouse=True)
def as_it_is_written(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Updates run as they are written, and in one thread, as a run has it."""
    monkeypatch.setattr("ganstudio.core.game.capture", plainly)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


@pytest.fixture
def in_doubles(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Everything computes with 64 bits, scripts too.

    A game amplifies rounding, some by 1e5 within 100 steps: one weight moved by its last bit
    changes those losses by a percent. In doubles what is left of that is next to nothing, and
    an error in a formula is not.
    """
    judge()
    for name, module in list(sys.modules.items()):
        if name.startswith("ganstudio.core") and hasattr(module, "np"):
            monkeypatch.setattr(module, "np", Doubles())
    monkeypatch.setattr(torch.Tensor, "float", lambda tensor: tensor)
    torch.set_default_dtype(torch.float64)
    forget_what_is_known()
    yield
    forget_what_is_known()
    torch.set_default_dtype(torch.float32)


def forget_what_is_known() -> None:
    """What is computed once for a target has one precision, and a later test another."""
    for name, module in list(sys.modules.items()):
        if name.startswith("ganstudio.core"):
            for known in vars(module).values():
                # Not all that answer so are caches: torch's stand-in answers anything.
                if isinstance(known, _lru_cache_wrapper):
                    known.cache_clear()


def own_losses(e: Experiment, steps: int) -> Losses:
    """The same of the first replica of an experiment's own run."""
    if (gallery := gallery_of(e)) is None:
        run = record(e.replace(steps=steps, frame_every=steps))
        return np.stack([run.loss_d[:, 0], run.loss_g[:, 0]], axis=1)
    # With nobody who measures: in doubles a classifier is not what it was.
    game, losses = Game(e, "cpu", {}, Feed(e, "cpu", gallery=gallery)), []
    for _ in range(steps):
        losses.append([loss.item() for loss in game.step(Order.BOTH) if loss is not None])
        game.follow()
    return np.array(losses)


def compared(e: Experiment, folder: Path, steps: int = STEPS) -> ModuleType:
    """The script after so many steps, whose losses are those of the experiment's own run."""
    put_pictures(e, folder)
    script = loaded(pytorch_script(e), folder)
    losses = losses_of(script, steps)
    np.testing.assert_allclose(losses, own_losses(e, steps), rtol=1e-6, atol=1e-9)
    return script


# ------------------------------------------------------------------------------ the same numbers

CHAOTIC = ("aylien-text-minibatch",)
"""Where 1 - D rounds to nothing within 20 steps: the last bit of a weight changes everything."""


def shortened(name: str) -> Experiment:
    """A preset with a short pretraining; of a chaotic one another seed."""
    e = load_preset(name)
    steps = min(e.pretraining.steps, 50)
    return e.replace(**{"pretraining.steps": steps, "seed": 0 if name in CHAOTIC else e.seed})


@pytest.mark.usefixtures("in_doubles")
@pytest.mark.parametrize("name", WRITTEN)
def test_a_preset_has_the_same_losses(name: str, tmp_path: Path) -> None:
    e = shortened(name)
    compared(e, tmp_path, STEPS_OF_PICTURES if e.target.space == "pictures" else STEPS)


@pytest.mark.slow
@pytest.mark.usefixtures("in_doubles")
@pytest.mark.parametrize("name", WRITTEN)
def test_it_has_them_after_its_whole_pretraining(name: str, tmp_path: Path) -> None:
    compared(load_preset(name, seed=shortened(name).seed), tmp_path)


@pytest.mark.parametrize("name", WRITTEN)
def test_a_preset_has_the_same_losses_in_single_precision(name: str, tmp_path: Path) -> None:
    e = shortened(name).replace(seed=load_preset(name).seed)
    put_pictures(e, tmp_path)
    losses = losses_of(loaded(pytorch_script(e), tmp_path), steps := 10)
    np.testing.assert_allclose(losses, own_losses(e, steps), rtol=1e-4)


@pytest.mark.usefixtures("in_doubles")
@every_member
def test_every_member_of_every_union_has_the_same_losses(
    path: str, kind: type[Any], tmp_path: Path
) -> None:
    compared(tiny(**placed(path, kind())), tmp_path)


@pytest.mark.usefixtures("in_doubles")
@pytest.mark.parametrize("name", CASES)
def test_what_else_an_experiment_has_gives_the_same_losses(name: str, tmp_path: Path) -> None:
    compared(tiny(**CASES[name]), tmp_path, steps=25)


@pytest.mark.usefixtures("in_doubles")
@pytest.mark.parametrize("warmup", [0, 10])
def test_the_weights_and_their_average_are_the_same(warmup: int, tmp_path: Path) -> None:
    layers = ({"width": 6, "normalisation": "layer"}, {"width": 5})
    e = tiny(ema=0.9, ema_warmup=warmup).replace(**{"generator.layers": layers})
    script = compared(e, tmp_path, steps=20)
    run = record(e.replace(steps=20, frame_every=20))
    for name, network in (("generator", script.G), ("average", script.average)):
        own = [w[0] for key, w in run.finished.weights.items() if key.startswith(f"{name}.")]
        written = [w.detach().numpy().T for w in network.parameters()]
        for a, b in zip(written, own, strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-9)


@pytest.mark.usefixtures("in_doubles")
def test_of_a_fleet_it_trains_the_first_replica(tmp_path: Path) -> None:
    e = tiny(replicas=4).replace(vary={"path": "optimizer_g.lr", "values": (0.05, 0.01)})
    script = compared(e, tmp_path, steps=20)
    assert e.seed == script.SEED
    assert script.optimizer_g.param_groups[0]["lr"] == 0.05


@pytest.mark.usefixtures("in_doubles")
def test_the_seed_on_top_is_all_that_another_replica_needs(tmp_path: Path) -> None:
    e = tiny(replicas=2)
    text = pytorch_script(e).replace(f"SEED = {e.seed}\n", f"SEED = {e.seed + 1}\n")
    run = record(e.replace(steps=20, frame_every=20))
    np.testing.assert_allclose(losses_of(loaded(text, tmp_path), 20)[:, 0], run.loss_d[:, 1])


def test_it_generates_in_the_targets_units(tmp_path: Path) -> None:
    script = loaded(pytorch_script(load_preset("first-gan")), tmp_path)
    for _ in script.train(600):
        pass
    samples = script.generate(1000)
    assert samples.shape == (1000, 1)
    assert 3 < samples.mean() < 5


@pytest.mark.parametrize("normalisation", ["batch", "none"])
def test_it_generates_without_dropout_and_from_running_statistics(
    normalisation: str, tmp_path: Path
) -> None:
    layers = ({"width": 6, "dropout": 0.5, "normalisation": normalisation},)
    script = loaded(pytorch_script(tiny(ema=0.5, **{"generator.layers": layers})), tmp_path)
    losses_of(script, 5)
    np.testing.assert_array_equal(script.generate(7), script.generate(7))
    alone, many = script.generate(1), script.generate(7)
    np.testing.assert_allclose(alone[0], many[0], rtol=1e-5)


# ------------------------------------------------------------------------------ only torch, numpy


def test_it_runs_where_there_is_no_ganstudio(tmp_path: Path) -> None:
    path = tmp_path / "script.py"
    path.write_text(pytorch_script(load_preset("ring", steps=40)), encoding="utf-8")
    run = textwrap.dedent(f"""
        import runpy, sys
        for name in ("ganstudio", "scipy", "pydantic", "lazy_loader", "PySide6"):
            sys.modules[name] = None
        runpy.run_path({str(path)!r}, run_name="__main__")
    """)
    done = subprocess.run(
        [sys.executable, "-I", "-c", run], capture_output=True, text=True, check=True, timeout=100
    )
    rows = done.stdout.splitlines()
    assert [row.split(":")[0] for row in rows] == [f"step {i}" for i in range(2, 41, 2)] + [
        "generated"
    ]


def test_a_run_prints_the_losses_that_train_yields(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    script = loaded(pytorch_script(tiny(steps=20)), tmp_path)
    d, g = next(islice(script.train(20), 19, None))
    runpy.run_path(str(tmp_path / "script.py"), run_name="__main__")
    assert f"step 20: loss of D {d:.4f}, of G {g:.4f}" in capsys.readouterr().out
