"""`export` of pictures and films: without a display, one line for each thing that is wrong."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from ganstudio.cli import BAD_INPUT, OK
from ganstudio.cli.export import KINDS
from ganstudio.cli.export_film import FILMS, PICTURES
from ganstudio.data.files import part_of
from ganstudio.data.share import experiment_in
from ganstudio.export import still
from ganstudio.export.encoders import FORMATS
from ganstudio.plots.style import DARK
from tests.cli.helpers import Obey, ganstudio
from tests.export.films import has, read
from tests.export.runs import EditedFirst, record, tiny


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("runs") / "run.ganrun"
    record(path, tiny("line"))
    return path


def test_the_suffixes_are_those_that_there_are() -> None:
    assert tuple(FORMATS) == FILMS
    assert still.SUFFIXES == PICTURES
    assert set(FILMS + PICTURES) <= set(KINDS)


def test_without_a_display(run: Path, tmp_path: Path) -> None:
    """The command of the manual, on a machine that has only a terminal."""
    to = tmp_path / "film.gif"
    words = ["--view", "distribution", "--every", "2", "--seconds", "2", "--size", "320x240"]
    done = ganstudio("export", str(run), "--to", str(to), *words)
    assert (done.returncode, done.stderr) == (OK, "")
    assert done.stdout == f"{to}: a film of 7 pictures, {to.stat().st_size:,} bytes\n"
    found = read(to)
    assert found.size == (320, 240)
    assert sum(found.times) == 2000
    assert [entry.name for entry in tmp_path.iterdir()] == ["film.gif"]


def test_all_options_of_a_film(qtbot: QtBot, obey: Obey, run: Path, tmp_path: Path) -> None:
    to = tmp_path / "a.gif"
    some = ["--from", "4", "--until", "12", "--hold", "0.5", "--every", "1", "--once", "--dark"]
    more = ["--no-caption", "--beside", str(run), "--size", "640x300", "--view", "distribution"]
    code, out, err = obey("export", str(run), "--to", str(to), *some, *more)
    assert (code, err) == (OK, "")
    assert "a film of 5 pictures" in out
    found = read(to)
    assert found.times == [40, 40, 40, 40, 540]
    assert found.loop is None
    assert has(found.last, DARK.window) > 500


def test_pictures(qtbot: QtBot, obey: Obey, run: Path, tmp_path: Path) -> None:
    options = ["--step", "9", "--view", "losses", "--view", "w1", "--size", "600x300"]
    for suffix in PICTURES:
        to = tmp_path / f"a{suffix}"
        code, out, err = obey("export", str(run), "--to", str(to), *options, "--scale", "2")
        assert (code, out, err) == (OK, f"{to}: a picture of step 8\n", "")
    assert read_size(tmp_path / "a.png") == (1200, 600)
    assert experiment_in(tmp_path / "a.png") == tiny("line")


@pytest.mark.parametrize(
    ("options", "step"), [([], 24), (["--step", "11"], 10), (["--step", "10"], 10)]
)
def test_which_step_a_picture_shows(
    qtbot: QtBot, obey: Obey, run: Path, tmp_path: Path, options: list[str], step: int
) -> None:
    to, same = tmp_path / "a.png", tmp_path / "b.png"
    assert obey("export", str(run), "--to", str(to), *options) == (
        OK,
        f"{to}: a picture of step {step}\n",
        "",
    )
    obey("export", str(run), "--to", str(same), "--step", str(step))
    assert to.read_bytes() == same.read_bytes()


def test_the_nearest_picture_may_come_after(qtbot: QtBot, obey: Obey, tmp_path: Path) -> None:
    run, to = tmp_path / "run.ganrun", tmp_path / "a.svg"
    record(run, tiny("line", frame_every=10))
    for step, shown in (("6", 10), ("14", 10), ("23", 24)):
        _, out, _ = obey("export", str(run), "--to", str(to), "--step", step, "--overwrite")
        assert out == f"{to}: a picture of step {shown}\n"


def test_the_experiment_in_a_picture_is_that_of_the_first_step(
    qtbot: QtBot, obey: Obey, tmp_path: Path
) -> None:
    run = tmp_path / "run.ganrun"
    record(run, tiny("line"), EditedFirst())
    assert obey("export", str(run), "--to", str(tmp_path / "a.png"))[0] == OK
    assert experiment_in(tmp_path / "a.png") == tiny("line").replace(**{"optimizer_d.lr": 0.5})


def read_size(path: Path) -> tuple[int, int]:
    from PIL import Image

    with Image.open(path) as picture:
        return picture.size


WRONG = [
    ("--size 0x0", "0x0 is too small"),
    ("--size 100000x100000", "100000x100000 is too large"),
    ("--size big", "'big' is no size"),
    ("--size 60x60", "60x60 is too small for 1 view"),
    ("--every 0", "every 0th picture"),
    ("--seconds 0", "0 seconds"),
    ("--seconds nan", "nan seconds"),
    ("--hold 9 --seconds 3", "leaves nothing"),
    ("--from 20 --until 10", "--from 20 comes after --until 10"),
    ("--from 999", "the run has some from 0 to 24"),
    ("--view nothing", "there is no view 'nothing'"),
    ("--view plane", "the view plane can't draw"),
    ("--what losses", "--what: a film can't heed it"),
    ("--step 3", "--step: a film can't heed it"),
    ("--scale 2", "--scale: a film can't heed it"),
    ("--to a.png --every 2", "--every: a picture can't heed it"),
    ("--to a.csv --dark", "--dark: a table can't heed it"),
    ("--to a.png --scale 5", "a scale of 5: it should be from 1 to 4"),
    ("--to a.png --scale 4 --size 4000x4000", "16000x16000 is too large"),
    ("--to a.xyz", "nothing is exported as .xyz"),
    ("--to missing/a.gif", "missing/a.gif: there is no folder missing; make it first"),
    ("--to missing/a.svg", "missing/a.svg: there is no folder missing; make it first"),
    ("--to a.png --step 99999999", "--step 99,999,999: it should be from 0 to 24"),
    ("--to a.png --step -1", "--step"),
    ("--from -1", "--from"),
    ("--until -1", "--until"),
    ("--beside none.ganrun", "none.ganrun"),
]


def test_what_is_wrong_is_one_line(
    qtbot: QtBot, obey: Obey, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for words, said in WRONG:
        code, out, err = obey("export", str(run), "--to", "a.gif", *words.split())
        assert (code, out) == (BAD_INPUT, "")
        assert err.count("\n") == 1
        assert said in err
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_it_cleanly(run: Path, tmp_path: Path, number: signal.Signals) -> None:
    to = tmp_path / "a.webp"
    to.write_bytes(b"old")
    command = [sys.executable, "-m", "ganstudio", "export", str(run), "--to", str(to)]
    with subprocess.Popen(
        [*command, "--size", "2560x1440", "--overwrite"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as child:
        end = time.monotonic() + 60
        while not part_of(to).exists():
            assert time.monotonic() < end
            assert child.poll() is None
            time.sleep(0.01)
        child.send_signal(number)
        out, err = child.communicate(timeout=30)
    assert (child.returncode, out, err) == (128 + number, b"", b"")
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"a.webp": b"old"}
