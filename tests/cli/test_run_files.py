"""`train --out`, `resume` and `info`: a run file on the command line, without a display."""

from __future__ import annotations

import errno
import json
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from ganstudio.cli import BAD_INPUT, OK, main
from ganstudio.record.reader import RunReader
from tests.core.helpers import spelled_event
from tests.record.test_hostile import damage

QUICK = ["--set", "generator.layers=[{width=4}]", "--set", "discriminator.layers=[{width=4}]"]


def train(path: Path, *more: str) -> int:
    return main(["train", "first-gan", *QUICK, "--out", str(path), *more])


def test_a_run_goes_on_where_it_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole, parts = tmp_path / "whole.ganrun", tmp_path / "parts.ganrun"
    assert train(whole, "--steps", "90") == OK
    assert train(parts, "--steps", "50") == OK
    capsys.readouterr()
    assert main(["resume", str(parts), "--steps", "90", "--json"]) == OK
    said = json.loads(capsys.readouterr().out)
    assert said["steps"] == 90
    with RunReader(whole) as one, RunReader(parts) as other:
        assert one.losses.d.tobytes() == other.losses.d.tobytes()
        last = [reader.frame(reader.places[-1].number) for reader in (one, other)]
        assert list(spelled_event(last[0].view)) == list(spelled_event(last[1].view))
        assert said["replicas"][0]["w1"] == pytest.approx(float(last[1].metrics.distance[0]))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["parts.ganrun", "whole.ganrun"]


def test_info_says_what_is_in_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.ganrun"
    assert train(path, "--steps", "60", "--replicas", "3") == OK
    capsys.readouterr()
    assert main(["info", str(path)]) == OK
    words = capsys.readouterr().out
    assert "60 of 60" in words
    assert "First GAN" in words
    assert main(["info", str(path), "--json"]) == OK
    found = json.loads(capsys.readouterr().out)
    assert (found["step"], found["replicas"], found["checkpoints"]) == (60, 3, [60])
    assert sum(found["verdicts"].values()) == 3


def test_nothing_is_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.ganrun"
    path.write_text("mine")
    assert train(path) == BAD_INPUT
    assert "resume" in capsys.readouterr().err
    assert path.read_text() == "mine"


def test_a_damaged_file_is_not_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """What is trained could not be kept."""
    path = tmp_path / "run.ganrun"
    assert train(path, "--steps", "20") == OK
    damage(path, "pictures")
    content = path.read_bytes()
    capsys.readouterr()
    assert main(["resume", str(path), "--steps", "40"]) == BAD_INPUT
    assert capsys.readouterr().err.startswith(f"ganstudio: {path}: damaged: a part of this run")
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {"run.ganrun": content}


def test_a_run_whose_file_can_not_be_written_is_not_gone_on_with(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "run.ganrun"
    assert train(path, "--steps", "20") == OK
    capsys.readouterr()

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.EROFS, "Read-only file system")

    monkeypatch.setattr(Path, "open", refuse)
    assert main(["resume", str(path), "--steps", "40"]) == BAD_INPUT
    assert capsys.readouterr().err == (
        f"ganstudio: {path}: can't be written: Read-only file system\n"
    )


def test_what_is_done_is_done(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "run.ganrun"
    assert train(path, "--steps", "20") == OK
    for more in ([], ["--steps", "20"], ["--steps", "7"]):
        assert main(["resume", str(path), *more]) == BAD_INPUT
        assert "20 steps are done already; to go on, ask for more" in capsys.readouterr().err


@pytest.mark.parametrize("command", ["info", "resume"])
def test_other_files_are_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    other = tmp_path / "other.ganrun"
    other.write_text("nothing of the kind")
    for path in (other, tmp_path / "none.ganrun", tmp_path, tmp_path / ("long" * 100)):
        assert main([command, str(path)]) == BAD_INPUT
        assert capsys.readouterr().err.count("\n") == 1


def test_ctrl_c_is_a_stop_from_where_it_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    command = [sys.executable, "-m", "ganstudio", "train", "first-gan", *QUICK]
    with subprocess.Popen(
        [*command, "--steps", "1000000", "--out", str(path)],
        cwd=Path(__file__).parents[2],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        end = time.monotonic() + 60
        while not path.exists():
            assert time.monotonic() < end
            assert child.poll() is None
            time.sleep(0.05)
        time.sleep(0.3)
        child.send_signal(signal.SIGINT)
        child.communicate(timeout=30)
    assert child.returncode == 128 + signal.SIGINT
    with RunReader(path) as reader:
        step = reader.checkpoint_steps[-1]
        assert step == reader.places[-1].step == reader.losses.steps[-1]
        assert reader.fact("ended") == {"step": step, "stopped": True}
    assert main(["resume", str(path), "--steps", str(step + 30)]) == OK
