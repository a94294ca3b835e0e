"""`ganstudio train`: what it makes of its words, and what it prints."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from ganstudio.cli import experiments, training
from ganstudio.core.experiment import Experiment
from ganstudio.core.trainer import train
from ganstudio.data.files import write_experiment
from ganstudio.data.presets import load_preset
from ganstudio.errors import SpecError
from ganstudio.runs.keeping import Keeping
from tests.cli.helpers import Obey, strict


def test_the_results_are_those_of_the_engine(obey: Obey) -> None:
    code, out, _ = obey("train", "first-gan", "--steps", "30", "--json")
    (row,) = strict(out)["replicas"]
    *_, frame, finished = train(load_preset("first-gan", steps=30))
    assert code == 0
    assert row["w1"] == float(frame.metrics.distance[0])  # type: ignore[union-attr]  # the last frame
    assert row["loss_d"] == float(frame.loss_d[-1, 0])  # type: ignore[union-attr]
    assert row["verdict"] == frame.verdicts[0].condition.value  # type: ignore[union-attr]
    assert finished.step == 30  # type: ignore[union-attr]


def test_a_diverged_run_is_a_result(obey: Obey) -> None:
    wild = ("--set", "optimizer_d.lr=1e9", "--set", "optimizer_g.lr=1e9")
    code, out, _ = obey("train", "first-gan", "--steps", "60", "--json", *wild)
    (row,) = strict(out)["replicas"]
    assert (code, row["verdict"], row["mean"]) == (0, "diverged", None)


def test_a_table_for_people(obey: Obey) -> None:
    code, out, err = obey("train", "first-gan", "--steps", "20", "--replicas", "3")
    assert (code, err) == (0, "")
    for word in ("Seed", "Verdict", "W1", "42", "43", "44", "perfect generator", "20 steps"):
        assert word in out
    assert "…" not in out


def test_settings_are_toml_values_or_words(obey: Obey) -> None:
    settings = {
        "optimizer_d": "sgd",
        "optimizer_d.lr": "0.25",
        "optimizer_g.lr": ".5",
        "loss": "minimax",
        "target.mu": "3",
        "standardise": "false",
        "title": "Mine = yours",
        "generator.layers": '[{width = 3, activation = "tanh"}]',
    }
    words = [word for path, value in settings.items() for word in ("--set", f"{path}={value}")]
    code, out, _ = obey("train", "first-gan", "--steps", "2", "--json", *words)
    found = Experiment.parse(strict(out)["experiment"])
    assert code == 0
    assert found.optimizer_d.kind == "sgd"
    assert (found.optimizer_d.lr, found.optimizer_g.lr) == (0.25, 0.5)
    assert (found.loss.kind, found.target.centre, found.standardise) == ("minimax", (3,), False)
    assert found.title == "Mine = yours"
    assert [layer.width for layer in found.generator.layers] == [3]


def test_options_win_over_settings(obey: Obey) -> None:
    _, out, _ = obey(
        "train", "first-gan", "--json", "--set", "steps=9", "--steps", "3", "--threads", "2"
    )
    found = strict(out)
    assert (found["steps"], found["experiment"]["threads"]) == (3, 2)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("a=1", 1),
        ("a = 1.5", 1.5),
        ("a=true", True),
        ("a='1'", "1"),
        ("a=adam", "adam"),
        ("a=", ""),
        ("a=b=c", "b=c"),
        ("a=1\nb=2", "1\nb=2"),
        ("a=" + "[" * 5000, "[" * 5000),
        ("a=" + "9" * 5000, "9" * 5000),
    ],
)
def test_parse_setting(text: str, value: object) -> None:
    assert experiments.parse_setting(text) == ("a", value)


@pytest.mark.parametrize("text", ["a", "=1", "", " = 1"])
def test_settings_that_set_nothing(text: str) -> None:
    with pytest.raises(SpecError, match="FIELD=VALUE"):
        experiments.parse_setting(text)


def test_an_experiment_file(tmp_path: Path, obey: Obey) -> None:
    path = tmp_path / "mine.toml"
    write_experiment(load_preset("aylien", steps=5), path)
    code, out, _ = obey("train", str(path), "--json")
    assert (code, strict(out)["steps"]) == (0, 5)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "No such file"),
        (b"sede = 1", "did you mean 'seed'"),
        (b"\xff\xfe\x00", "not a text file"),
        (b"a = " + b"[" * 40_000, "nested too deeply"),
        (b"title = 3 # \x1b[31m", "not valid TOML"),
    ],
)
def test_files_that_are_no_experiments(
    tmp_path: Path, obey: Obey, content: bytes | None, says: str
) -> None:
    path = tmp_path / "e.toml"
    if content is not None:
        path.write_bytes(content)
    code, out, err = obey("train", str(path))
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1
    assert "\x1b" not in err


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train",), "Missing argument"),
        (("train", "nope"), "nor is there a file of that name"),
        (("train", "long" * 100), "nor is there a file of that name"),
        (("train", "long" * 100 + ".ganrun"), "there is no such file"),
        (("train", "first-gan", "--steps", "many"), "--steps"),
        (("train", "first-gan", "--steps", "0"), "steps: input should be greater"),
        (("train", "first-gan", "--device", "cuda:77"), "there is no 'cuda:77' here"),
        (("train", "first-gan", "--device", "gpu"), "'gpu' is not a device"),
        (("train", "first-gan", "--set", "loss=minmax"), "did you mean 'minimax'"),
        (
            ("train", "first-gan", "--set", "generator.layers=[{width=999999},{width=999999}]"),
            "TiB",
        ),
        (("trian", "first-gan"), "Did you mean 'train'"),
        (("two", "words"), "No such command 'two'"),
        (("--nope",), "No such option: --nope"),
    ],
)
def test_bad_input(obey: Obey, arguments: tuple[str, ...], says: str) -> None:
    code, out, err = obey(*arguments)
    assert (code, out) == (2, "")
    assert says in err
    assert err.count("\n") == 1


@pytest.mark.parametrize(
    "error",
    [RuntimeError("it broke"), RuntimeError("CUDA out of memory\nmuch more"), MemoryError()],
)
def test_a_failed_run_is_one_line_and_exit_code_1(
    obey: Obey, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(training, "train", fail)
    code, out, err = obey("train", "first-gan")
    assert (code, out, err.count("\n")) == (1, "", 1)


def test_a_signal_during_pretraining(obey: Obey, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stopped(training.UntilSignal):
        def __init__(self, keeping: Keeping, *, looks: bool) -> None:
            super().__init__(keeping, looks=looks)
            self.signal = signal.SIGTERM

    monkeypatch.setattr(training, "UntilSignal", Stopped)
    long = ("--set", "pretraining.steps=10000000")
    code, out, _ = obey("train", "aylien-blog", "--json", *long)
    assert (code, strict(out)["steps"], strict(out)["seconds"] < 60) == (143, 0, True)


def test_signals_are_given_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with training.UntilSignal(Keeping(False), looks=False) as control:
        assert signal.getsignal(signal.SIGINT) != before[0]
        signal.raise_signal(signal.SIGINT)
        assert control.signal == signal.SIGINT
        # A second one is not held back.
        assert signal.getsignal(signal.SIGINT) == before[0]
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_a_fleet_is_summed_up(obey: Obey) -> None:
    code, out, _ = obey("train", "first-gan", "--steps", "20", "--replicas", "4", "--json")
    found = strict(out)
    assert code == 0
    assert sum(row["count"] for row in found["verdicts"].values()) == 4
    for row in found["verdicts"].values():
        low, high = row["interval_95"]
        assert 0 <= low <= row["share"] <= high <= 1
    _, text, _ = obey("train", "first-gan", "--steps", "20", "--replicas", "4")
    assert "95 % interval" in text


def test_a_number_that_differs_by_seed(obey: Obey) -> None:
    vary = 'vary={path="optimizer_g.lr",values=[0.001,0.5]}'
    words = ("train", "first-gan", "--steps", "20", "--replicas", "4", "--set", vary)
    code, out, _ = obey(*words, "--json")
    rows = strict(out)["replicas"]
    assert code == 0
    assert [row["seed"] for row in rows] == [42, 43, 42, 43]
    assert [row["optimizer_g.lr"] for row in rows] == [0.001, 0.001, 0.5, 0.5]
    assert len({row["w1"] for row in rows}) == 4
    _, text, _ = obey(*words)
    assert "Median W1" in text
    code, _, err = obey("train", "first-gan", "--replicas", "3", "--set", vary)
    assert code == 2
    assert "share 3 replicas evenly" in err


def test_a_run_begins_where_another_ended(obey: Obey, tmp_path: Path) -> None:
    file = str(tmp_path / "trained.safetensors")
    assert obey("train", "first-gan", "--steps", "200", "--save-weights", file)[0] == 0
    _, fresh, _ = obey("train", "first-gan", "--steps", "1", "--json")
    code, out, _ = obey("train", "first-gan", "--steps", "1", "--json", "--start-from", file)
    assert code == 0
    assert strict(out)["replicas"][0]["w1"] < strict(fresh)["replicas"][0]["w1"] / 2
    code, _, err = obey("train", "aylien", "--steps", "1", "--start-from", file)
    assert code == 2
    assert "the generator has only" in err


def test_why_a_run_ended_is_said(obey: Obey) -> None:
    stop = 'early_stopping={metric="w1",threshold=1000.0,patience=2}'
    _, out, _ = obey("train", "first-gan", "--steps", "100", "--set", stop)
    assert "stopped early by w1 after 40 of 100 steps" in out
    _, out, _ = obey("train", "first-gan", "--steps", "60", "--set", "optimizer_g.lr=1e9")
    assert "Not finite: the " in out
    _, out, _ = obey("train", "ring", "--steps", "5")
    for word in ("Std / σ", "Modes", "High quality", "Reverse KL"):
        assert word in out
