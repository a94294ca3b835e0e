"""The program as users start it: processes, signals, exit codes, and the way to the window."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from ganstudio import cli
from ganstudio.cli import machine
from ganstudio.core.experiment import Experiment
from ganstudio.data.presets import load_preset, presets
from ganstudio.errors import DisplayError
from tests.cli.helpers import Obey, ganstudio, strict

KEYS = [
    "experiment",
    "steps",
    "seconds",
    "steps_per_second",
    "device",
    "replicas",
    "verdicts",
    "stopped_early",
    "not_finite",
]
REPLICA_KEYS = ["seed", "loss_d", "loss_g", "mean", "std", "js", "w1", "verdict"]

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals to a process are POSIX")


def test_train_prints_one_json_object() -> None:
    done = ganstudio("train", "aylien", "--json", "--steps", "40", "--seed", "3", "--replicas", "2")
    assert done.returncode == 0
    assert done.stderr == ""
    found = strict(done.stdout)
    assert list(found) == KEYS
    assert Experiment.parse(found["experiment"]) == load_preset(
        "aylien", steps=40, seed=3, replicas=2
    )
    assert (found["steps"], found["device"]) == (40, "cpu")
    assert found["steps_per_second"] == pytest.approx(40 / found["seconds"])
    assert [list(replica) for replica in found["replicas"]] == [REPLICA_KEYS] * 2
    assert [replica["seed"] for replica in found["replicas"]] == [3, 4]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("train", "first-gann"), "did you mean 'first-gan'"),
        (("train", "first-gan", "--stepz", "3"), "No such option: --stepz"),
        (("train", "first-gan", "--set", "optimizer_d.lrr=1"), "did you mean 'lr'"),
    ],
)
def test_bad_input_is_one_line_and_exit_code_2(arguments: tuple[str, ...], says: str) -> None:
    done = ganstudio(*arguments)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("ganstudio: ")
    assert says in done.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a display")
def test_without_a_display() -> None:
    done = ganstudio()
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.count("\n") == 1
    assert "display" in done.stderr
    assert "ganstudio train first-gan" in done.stderr


@posix
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_stops_at_a_step_and_prints_the_results(number: signal.Signals) -> None:
    command = [sys.executable, "-c", ANNOUNCED, "train", "aylien", "--json", "--steps", "1000000"]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stderr is not None
        # The first step has begun.
        assert process.stderr.readline() == "step\n"
        process.send_signal(number)
        out, err = process.communicate(timeout=30)
    assert process.returncode == 128 + number
    assert err == ""
    assert 0 < strict(out)["steps"] < 1_000_000


ANNOUNCED = """
import sys
from ganstudio import cli
from ganstudio.cli import training
class Announced(training.UntilSignal):
    def next(self, step, experiment):
        if step == 1:
            sys.stderr.write("step\\n"); sys.stderr.flush()
        return super().next(step, experiment)
training.UntilSignal = Announced
sys.exit(cli.main())
"""


def test_presets_have_a_line_each(obey: Obey) -> None:
    code, out, _ = obey("presets")
    lines = out.splitlines()[1:]
    assert code == 0
    assert [line.split()[0] for line in lines] == list(presets())
    for line in lines:
        assert load_preset(line.split()[0]).about in line


def test_version(obey: Obey) -> None:
    code, out, _ = obey("--version")
    assert (code, out) == (0, f"ganstudio {machine.program_version()}\n")
    assert machine.program_version()[0].isdecimal()


@pytest.mark.parametrize("arguments", [("--help",), ("-h",), ("train", "--help")])
def test_help(obey: Obey, arguments: tuple[str, ...]) -> None:
    code, out, _ = obey(*arguments)
    assert code == 0
    assert "first-gan" in out


@pytest.mark.parametrize("arguments", [[], ["first-gan"], ["some/where.toml"], ["A.TOML"]])
def test_what_opens_the_window(
    monkeypatch: pytest.MonkeyPatch, arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    opened: list[list[str]] = []

    def open_window(given: list[str]) -> int:
        opened.append(given)
        return 0

    monkeypatch.setattr(cli, "_open_window", open_window)
    assert cli.main(arguments) == 0
    assert opened == [arguments]


def test_a_window_that_can_not_be_opened(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(_: list[str]) -> int:
        raise DisplayError("no display\nhere")

    monkeypatch.setattr("ganstudio.app.main.run", refuse)
    assert cli.main([]) == 2
    assert capsys.readouterr().err == "ganstudio: no display here\n"


def test_nothing_is_said_where_there_is_no_stderr(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stderr", None)
    cli.say("heard by nobody")
