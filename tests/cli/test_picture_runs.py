"""Runs on pictures on the command line: what is printed, and what can be taken out of a file."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import cli
from ganstudio.cli import OK
from ganstudio.core.experiment import Experiment
from ganstudio.data.files import write_experiment
from tests.cli.helpers import Obey, strict

DIGITS = Experiment().replace(
    title="Digits",
    target="digits",
    standardise=False,
    steps=24,
    batch_size=16,
    frame_every=8,
    **{"generator.layers": [{"width": 8}], "discriminator.layers": [{"width": 8}]},
    **{"generator.output": "sigmoid"},
)


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run file."""
    folder = tmp_path_factory.mktemp("digits")
    write_experiment(DIGITS, folder / "digits.toml")
    path = folder / "digits.ganrun"
    assert cli.main(["train", str(folder / "digits.toml"), "--out", str(path), "--json"]) == OK
    return path


def test_a_table_has_the_measures_of_pictures(obey: Obey, run: Path) -> None:
    code, out, _ = obey("train", str(run.with_suffix(".toml")), "--steps", "8")
    assert code == OK
    for words in ("Classifier FID", "Modes", "Precision", "Recall", "perfect generator"):
        assert words in out
    for words in ("W1", "Right class", "nan"):
        assert words not in out
    assert "Judge: " in out
    assert "CC BY 4.0" in out


def test_json_says_what_was_learnt_and_who_judged(obey: Obey, run: Path) -> None:
    code, out, _ = obey("train", str(run.with_suffix(".toml")), "--steps", "8", "--json")
    assert code == OK
    said = strict(out)
    (row,) = said["replicas"]
    assert row["fid"] > 1
    assert "right" not in row
    assert len(said["gallery"]["judge"]) == 12
    plain = strict(obey("train", "first-gan", "--steps", "5", "--json")[1])
    assert "gallery" not in plain


def test_info_says_what_was_learnt_and_who_judged(obey: Obey, run: Path) -> None:
    code, out, _ = obey("info", str(run))
    assert code == OK
    judge = strict(obey("info", str(run), "--json")[1])["gallery"]["judge"]
    for words in (judge, "right on held-out pictures", "Digits, 1,297 pictures", "CC BY 4.0"):
        assert words in out


def test_samples_are_pictures(obey: Obey, run: Path, tmp_path: Path) -> None:
    code, out, _ = obey("export", str(run), "--to", str(tmp_path / "s.npy"), "--count", "20")
    assert code == OK
    assert "an array of 1 × 20 × 28 × 28" in out.replace("\n", " ")
    found = np.load(tmp_path / "s.npy")
    assert found.shape == (1, 20, 28, 28)
    assert 0 <= found.min() < found.max() <= 1


def test_metrics_as_a_table(obey: Obey, run: Path, tmp_path: Path) -> None:
    assert obey("export", str(run), "--to", str(tmp_path / "m.csv"))[0] == OK
    head, *rows = (tmp_path / "m.csv").read_text().splitlines()
    assert head.startswith("step,seed,fid,kid,precision,recall,modes,")
    assert len(rows) == 4


def test_pictures_and_films_of_it(obey: Obey, run: Path, tmp_path: Path) -> None:
    for name, more in (
        ("a.png", ["--view", "samples"]),
        ("b.png", ["--view", "board", "--size", "1280x720"]),
        ("c.svg", ["--view", "samples", "--view", "fid"]),
        ("d.gif", ["--view", "samples", "--size", "320x240"]),
    ):
        code, _, err = obey("export", str(run), "--to", str(tmp_path / name), *more)
        assert code == OK, err
        assert (tmp_path / name).stat().st_size > 1_000
    with Image.open(tmp_path / "d.gif") as film:
        assert film.size == (320, 240)
        assert film.n_frames > 1  # type: ignore[attr-defined]  # Pillow's GIF has it
    code, _, err = obey("export", str(run), "--to", str(tmp_path / "e.png"), "--view", "w1")
    assert code != OK
    assert "is measured on the line and in the plane only" in " ".join(err.split())


def test_a_program_has_its_pictures_beside_it(obey: Obey, run: Path, tmp_path: Path) -> None:
    code, said, _ = obey("export", str(run), "--to", str(tmp_path / "train.py"))
    assert code == OK
    assert "with torch and numpy alone; it reads train.npz" in " ".join(said.split())
    assert np.load(tmp_path / "train.npz")["images"].shape == (1797 - 500, 28, 28)
