"""`export` and `share`: a run file as data, an experiment as a line, without a display."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from ganstudio.cli import BAD_INPUT, OK, main
from ganstudio.core.sampling import samples_of, weights_of
from ganstudio.data import png
from ganstudio.data.files import read_experiment
from ganstudio.data.presets import load_preset
from ganstudio.data.share import into_picture
from ganstudio.data.weights import read_weights
from ganstudio.export.script import pytorch_script
from ganstudio.record.reader import RunReader
from tests.cli.helpers import Obey, ganstudio
from tests.core.helpers import same_bits, spelled_event
from tests.export.runs import STEPS, EditedFirst, record, tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fleet with checkpoints at 8, 16 and 24."""
    path = tmp_path_factory.mktemp("runs") / "run.ganrun"
    record(path, tiny("fleet", ema=0.9))
    return path


def export(obey: Obey, run: Path, to: Path, *more: str) -> str:
    """What a command that succeeds says."""
    code, out, err = obey("export", str(run), "--to", str(to), *more)
    assert (code, err) == (OK, "")
    assert out.count("\n") == 1
    return out


def refused(obey: Obey, *arguments: str) -> str:
    """What a command that can't be obeyed says."""
    code, out, err = obey(*arguments)
    assert (code, out) == (BAD_INPUT, "")
    assert err.count("\n") == 1
    return err


def test_tables(obey: Obey, run: Path, tmp_path: Path) -> None:
    assert export(obey, run, tmp_path / "a.csv").endswith("a.csv: metrics\n")
    assert export(obey, run, tmp_path / "b.csv", "--what", "losses").endswith("b.csv: losses\n")
    export(obey, run, tmp_path / "c.jsonl", "--what", "metrics")
    with RunReader(run) as reader:
        measured, losses = reader.measured, reader.losses
    with (tmp_path / "a.csv").open(newline="") as file:
        table = list(csv.DictReader(file))
    lines = [json.loads(line) for line in (tmp_path / "c.jsonl").read_text().splitlines()]
    assert len(table) == len(lines) == 3 * len(measured)
    for rows in (table, lines):
        assert np.float32(float(rows[-1]["w1"])) == measured[-1].metrics.distance[2]
    assert (tmp_path / "b.csv").read_text().count("\n") == 1 + 3 * len(losses.steps)


@pytest.mark.parametrize(
    ("more", "step"),
    [([], STEPS), (["--step", "19"], 16), (["--step", "8"], 8), (["--step", "0"], 8)],
)
def test_samples_and_weights_of_a_step(
    obey: Obey, run: Path, tmp_path: Path, more: list[str], step: int
) -> None:
    said = export(obey, run, tmp_path / "s.npy", *more, "--count", "50")
    assert f"at step {step}, an array of 3 × 50 × 1" in said
    assert f"at step {step}" in export(obey, run, tmp_path / "w.safetensors", *more)
    with RunReader(run) as reader:
        checkpoint = reader.checkpoint(step)
    assert np.load(tmp_path / "s.npy").tobytes() == samples_of(checkpoint, 50).tobytes()
    assert same_bits(read_weights(tmp_path / "w.safetensors"), weights_of(checkpoint))


def test_ten_thousand_samples_unless_told(obey: Obey, run: Path, tmp_path: Path) -> None:
    export(obey, run, tmp_path / "s.NPY")
    assert np.load(tmp_path / "s.NPY").shape == (3, 10_000, 1)


def test_weights_begin_another_run(obey: Obey, run: Path, tmp_path: Path) -> None:
    """Its first picture is the last one of the run that they come from."""
    weights, other = tmp_path / "w.safetensors", tmp_path / "other.ganrun"
    export(obey, run, weights)
    more = ["--start-from", str(weights), "--steps", "3", "--out", str(other), "--json"]
    code, _, err = obey("train", str(run), *more)
    assert code == OK, err
    with RunReader(run) as reader, RunReader(other) as went_on:
        last, first = reader.measured[-1].metrics, went_on.measured[0].metrics
        # A run that rests is measured more closely, on the same samples here.
        assert first.distance.tobytes() == last.distance.tobytes()
        views = [r.frame(r.places[at].number).view for r, at in ((reader, -1), (went_on, 0))]
        assert list(spelled_event(views[0])) == list(spelled_event(views[1]))


def test_a_program_that_trains_the_same(obey: Obey, run: Path, tmp_path: Path) -> None:
    export(obey, run, tmp_path / "train.py")
    text = (tmp_path / "train.py").read_text()
    compile(text, "train.py", "exec")
    assert "import torch" in text


def test_what_was_edited_before_the_first_step_counts(obey: Obey, tmp_path: Path) -> None:
    run, edited = tmp_path / "run.ganrun", tiny("line").replace(**{"optimizer_d.lr": 0.5})
    record(run, tiny("line"), EditedFirst())
    export(obey, run, tmp_path / "train.py")
    assert (tmp_path / "train.py").read_text() == pytorch_script(edited)
    code, out, _ = obey("train", str(run), "--steps", "3", "--json")
    assert code == OK
    assert json.loads(out)["experiment"] == edited.replace(steps=3).model_dump(mode="json")


def test_a_folder_for_tensorboard(obey: Obey, run: Path, tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    assert f"tensorboard --logdir {folder}" in export(obey, run, folder)
    assert len(list(folder.iterdir())) == 1
    for more in ([], ["--overwrite"]):
        words = refused(obey, "export", str(run), "--to", str(folder), *more)
        assert "there is such a folder already; choose another name\n" in words
    assert len(list(folder.iterdir())) == 1


@pytest.mark.parametrize(
    ("to", "more", "says"),
    [
        ("a.docx", [], "nothing is exported as .docx; there is .csv (a table)"),
        ("run.ganrun", [], "nothing is exported as .ganrun"),
        ("a.csv", ["--what", "dreams"], "there is losses and metrics"),
        ("a.csv", ["--count", "5"], "--count: a table can't heed it"),
        ("a.safetensors", ["--count", "5"], "--count: weights can't heed it"),
        ("logs", ["--step", "5"], "--step: a folder for TensorBoard can't heed it"),
        ("a.npy", ["--what", "losses"], "--what: samples can't heed it"),
        ("a.npy", ["--step", "25"], "--step 25: it should be from 0 to 24, where the run ends"),
        ("a.safetensors", ["--step", "9" * 30], "it should be from 0 to 24"),
        ("a.csv", ["--what", ""], "there is losses and metrics"),
        (".csv", [], ".csv: a name before .csv is missing"),
        ("a.npy", ["--count", "99999999999"], "are too many; take 22,369,621"),
        ("a.npy", ["--count", "0"], "--count"),
        ("none/a.csv", [], "there is no folder"),
        ("none/logs", [], "there is no folder"),
    ],
)
def test_what_can_not_be_done_is_one_line(
    obey: Obey, run: Path, tmp_path: Path, to: str, more: list[str], says: str
) -> None:
    assert says in refused(obey, "export", str(run), "--to", str(tmp_path / to), *more)
    assert not list(tmp_path.iterdir())


def test_other_files_are_one_line(obey: Obey, tmp_path: Path) -> None:
    other = tmp_path / "other.ganrun"
    other.write_text("nothing of the kind")
    for path in (other, tmp_path / "none.ganrun"):
        for to in ("a.csv", "a.npy", "a.safetensors", "logs"):
            assert str(path) in refused(obey, "export", str(path), "--to", str(tmp_path / to))
    assert list(tmp_path.iterdir()) == [other]


def test_a_program_without_a_display(run: Path, tmp_path: Path) -> None:
    for name in ("a.csv", "a.npy", "logs"):
        done = ganstudio("export", str(run), "--to", str(tmp_path / name))
        assert (done.returncode, done.stderr) == (OK, "")
    assert len(list(tmp_path.iterdir())) == 3


# ---------------------------------------------------------------------------------- share


def test_a_line_is_trained_as_what_it_came_from(obey: Obey, tmp_path: Path) -> None:
    code, line, err = obey("share", "first-gan", "--set", "seed=7")
    assert (code, err) == (OK, "")
    assert line.count("\n") == 1
    assert len(line) < 100
    for what in (line.strip(), f"try <{line[:20]}\n{line[20:].strip()}>"):
        code, out, _ = obey("train", what, "--steps", "3", "--json")
        assert code == OK
        found = json.loads(out)["experiment"]
        assert (found["title"], found["seed"]) == ("First GAN", 7)


def test_all_that_holds_an_experiment(obey: Obey, run: Path, tmp_path: Path) -> None:
    mine = load_preset("ring", seed=99)
    (tmp_path / "a.toml").write_text(mine.to_toml())
    (tmp_path / "a.png").write_bytes(into_picture(png.encoded(np.zeros((4, 4, 3), np.uint8)), mine))
    lines = [obey("share", str(tmp_path / name))[1] for name in ("a.toml", "a.png")]
    assert lines[0] == lines[1]
    with RunReader(run) as reader:
        assert main(["share", str(run)]) == OK
        (tmp_path / "b.toml").write_text(reader.experiment.to_toml())
    assert obey("share", str(tmp_path / "b.toml"))[0] == OK
    assert read_experiment(tmp_path / "b.toml") == tiny("fleet", ema=0.9)


@pytest.mark.parametrize("command", ["share", "train"])
def test_what_is_no_experiment_is_one_line(obey: Obey, tmp_path: Path, command: str) -> None:
    (tmp_path / "plain.png").write_bytes(png.encoded(np.zeros((4, 4, 3), np.uint8)))
    for what, says in {
        "ganstudio:1:AAAA": "is not whole: copy it again",
        "ganstudio:2:AAAA": "newer GAN Studio",
        str(tmp_path / "plain.png"): "carries no experiment",
        str(tmp_path / "none.png"): "can't be read",
        str(tmp_path / "none.ganrun"): "there is no such file",
        "first-gun": "did you mean 'first-gan'",
    }.items():
        assert says in refused(obey, command, what)
