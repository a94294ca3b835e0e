"""Films: the pictures that were asked for, times exact to the format, and never a torn file."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from ganstudio.data.files import part_of
from ganstudio.errors import FileError, RecordError, SpecError
from ganstudio.export.background import Export
from ganstudio.export.encoders import FORMATS, video
from ganstudio.export.film import Cancelled, Film, Showing, estimate, make
from ganstudio.export.look import Look
from ganstudio.export.still import drawn
from ganstudio.export.timeline import Moment, Timing, moments, nearest, plan
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.record import schema
from ganstudio.record.reader import Place, RunReader
from tests.export.films import Read, has, read
from tests.export.runs import record, tiny

SMALL = Look(views=("distribution",), size=(240, 160))
PILLOWS = (".gif", ".apng", ".webp")


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run with a picture at each second step up to 24."""
    path = tmp_path_factory.mktemp("runs") / "run.ganrun"
    record(path, tiny("line"))
    return path


def film(run: Path, **timing: Any) -> Film:
    return Film((run,), SMALL, Timing(**timing))


def made(film: Film, path: Path) -> Read:
    make(film, path)
    assert [entry.name for entry in path.parent.iterdir()] == [path.name]
    return read(path)


# ------------------------------------------------------------------------------------- plans

LONG = [Moment(i * 10, (i,)) for i in range(1000)]


@pytest.mark.parametrize("tick", [1, 10])
@pytest.mark.parametrize(
    ("timing", "count", "total"),
    [
        (Timing(), 225, 10_000),
        (Timing(every=1), 1000, 41_000),
        (Timing(every=10), 101, 5_040),
        (Timing(seconds=6), 125, 6_000),
        (Timing(seconds=6, every=1), 250, 6_000),
        (Timing(seconds=6, every=1, hold=0), 300, 6_000),
        (Timing(seconds=1, every=7), 37, 1_000),
        (Timing(seconds=0.333, every=100, hold=0), 11, 330),
        (Timing(every=999), 2, 1_080),
    ],
)
def test_plans(tick: int, timing: Timing, count: int, total: int) -> None:
    shown, times = plan(LONG, timing, tick, 20)
    assert len(shown) == len(times) == count
    assert abs(sum(times) - total) <= 3 * (tick == 1)
    assert all(ms % tick == 0 and ms >= 20 for ms in times)
    assert shown[-1] == LONG[-1]
    assert shown == sorted(shown, key=lambda moment: moment.step)
    # No time differs from another by more than rounding, but for the last.
    assert max(times[:-1]) - min(times[:-1]) <= tick


def test_one_picture_is_a_film_too() -> None:
    assert plan(LONG[:1], Timing(), 10, 20) == (LONG[:1], [40])
    assert plan(LONG[:1], Timing(seconds=2), 10, 20) == (LONG[:1], [2000])


def test_runs_share_a_timeline() -> None:
    a = [Place(0, 0), Place(1, 10), Place(2, 20)]
    b = [Place(5, 10), Place(6, 15)]
    found = moments([a, b], Timing())
    assert [moment.step for moment in found] == [0, 10, 15, 20]
    assert [moment.numbers for moment in found] == [(0, 5), (1, 5), (1, 6), (2, 6)]
    assert moments([a, b], Timing(first=10, last=15)) == found[1:3]
    assert nearest([a], 19) == Moment(10, (1,))
    assert nearest([a], None) == Moment(20, (2,))


def test_pretraining_has_pictures_of_one_step() -> None:
    places = [Place(0, 0), Place(1, 0), Place(2, 0), Place(3, 5)]
    assert [m.numbers for m in moments([places], Timing())] == [(0,), (1,), (2,), (3,)]


TIMINGS: list[tuple[dict[str, Any], str]] = [
    ({"every": 0}, "every 0th"),
    ({"seconds": 0.0}, "0 seconds"),
    ({"seconds": float("nan")}, "nan seconds"),
    ({"seconds": 1e9}, "seconds"),
    ({"hold": -1.0}, "a hold of -1"),
    ({"hold": 3.0, "seconds": 3.0}, "leaves nothing"),
    ({"first": 100}, "no picture in these steps; the run has some from 0 to 24"),
    ({"first": 20, "last": 10}, "no picture"),
    ({"last": -1}, "no picture"),
]


def test_timings_that_are_none(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    for timing, words in TIMINGS:
        with pytest.raises(SpecError, match=words) as caught:
            make(film(run, **timing), tmp_path / "a.gif")
        assert "\n" not in str(caught.value)
    assert not list(tmp_path.iterdir())


# ------------------------------------------------------------------------------------- files


def test_times_are_exact(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    for suffix in PILLOWS:
        path = tmp_path / suffix / f"a{suffix}"
        path.parent.mkdir()
        found = made(film(run, every=1, seconds=1.23, hold=0.4), path)
        assert found.size == (240, 160)
        assert sum(found.times) == 1230
        assert len(found.times) == 13
        assert found.times[-1] >= 400
        assert found.loop == 0
        assert (found.first != found.last).any(axis=2).sum() > 100


def test_films_that_end(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    for suffix in PILLOWS:
        make(film(run, last=8, loop=False), tmp_path / f"a{suffix}")
        assert read(tmp_path / f"a{suffix}").loop == (None if suffix == ".gif" else 1)


@pytest.mark.parametrize("suffix", PILLOWS)
def test_colours_are_right(qtbot: QtBot, run: Path, tmp_path: Path, suffix: str) -> None:
    for dark, style in ((False, LIGHT), (True, DARK)):
        one = Film((run,), Look(size=(480, 300), dark=dark), Timing())
        path = tmp_path / f"a{suffix}"
        make(one, path)
        with Showing(one, FORMATS[suffix]) as showing:
            drawn = [showing.draw(index) for index in range(len(showing.times))]
        found = read(path)
        for role in ("card", "window", "generated", "real"):
            colour = getattr(style, role)
            wanted = has(drawn[-1], colour, 0)
            assert has(found.last, colour, 0) >= 0.9 * wanted > 0, role
        close = np.abs(found.last.astype(int) - _pixels(drawn[-1])).max(axis=2)
        assert np.quantile(close, 0.999) <= (0 if suffix == ".apng" else 24)


def _pixels(image: QImage) -> Any:
    from ganstudio.export.encoders.pixels import rgb

    return rgb(image).astype(int)


def test_pictures_that_do_not_change(
    qtbot: QtBot, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stills = [QImage(200, 150, QImage.Format.Format_RGB32) for _ in range(2)]
    stills[0].fill(0xFF884422)
    stills[1].fill(0xFF224488)
    monkeypatch.setattr(Showing, "draw", lambda _, index: stills[index > 0])
    look = Look(views=("losses",), size=(200, 150))
    for suffix in PILLOWS:
        make(Film((run,), look, Timing(every=1, seconds=2)), tmp_path / f"a{suffix}")
        assert sum(read(tmp_path / f"a{suffix}").times) == 2000


@pytest.mark.parametrize(("suffix", "codec"), [(".mp4", "h264"), (".webm", "vp9")])
def test_videos(qtbot: QtBot, run: Path, tmp_path: Path, suffix: str, codec: str) -> None:
    av = pytest.importorskip("av")
    odd = Film((run,), Look(views=("losses",), size=(241, 161)), Timing(every=1, seconds=1.5))
    make(odd, tmp_path / f"a{suffix}")
    with av.open(str(tmp_path / f"a{suffix}")) as container:
        [stream] = container.streams.video
        assert stream.codec_context.name.removeprefix("lib").startswith(codec)
        assert (stream.width, stream.height) == (242, 162)
        assert container.duration == pytest.approx(1_500_000, abs=21_000)
        frames = list(container.decode(stream))
    # The last one comes twice, so that the film is as long as it should be.
    assert len(frames) == 14
    card = frames[-1].to_ndarray(format="rgb24")
    assert has(card, LIGHT.card, 4) > 5_000


def test_videos_need_pyav(
    qtbot: QtBot, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(video, "find_spec", lambda _: None)
    with pytest.raises(FileError, match=r"pip install 'ganstudio\[video\]'"):
        make(film(run), tmp_path / "a.mp4")


def test_estimates(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    one = film(run, every=1)
    for suffix in (*PILLOWS, ".mp4"):
        make(one, tmp_path / f"a{suffix}")
        size = (tmp_path / f"a{suffix}").stat().st_size
        assert 0.5 * size < estimate(one, suffix) < 2 * size


def test_other_suffixes(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    for name in ("a.avi", "a", "a.png"):
        with pytest.raises(FileError, match="no film is made as"):
            make(film(run), tmp_path / name)
    assert not list(tmp_path.iterdir())


def test_no_run(qtbot: QtBot, tmp_path: Path) -> None:
    with pytest.raises(RecordError, match=r"none\.ganrun"):
        make(film(tmp_path / "none.ganrun"), tmp_path / "a.gif")


# ---------------------------------------------------------------------- cancelled and killed


@pytest.mark.parametrize("suffix", [*PILLOWS, ".mp4"])
def test_cancelling_leaves_nothing(qtbot: QtBot, run: Path, tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"a{suffix}"
    for after, old in ((0, b""), (5, b""), (5, b"old")):
        if old:
            path.write_bytes(old)
        with pytest.raises(Cancelled):
            make(film(run, every=1), path, lambda done, _, after=after: done < after)  # type: ignore[misc]
        left = {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()}
        assert left == ({path.name: old} if old else {})


def test_progress_goes_to_the_end(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []

    def progress(done: int, total: int) -> bool:
        told.append((done, total))
        return True

    count = make(film(run, every=1), tmp_path / "a.gif", progress)
    assert told == [(done, count) for done in range(count + 1)]


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "locked"
    folder.mkdir()
    folder.chmod(0o500)
    yield folder
    folder.chmod(0o700)


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may write")
def test_a_locked_folder(qtbot: QtBot, run: Path, locked: Path) -> None:
    with pytest.raises(FileError, match=r"a\.gif: can't be written: Permission denied"):
        make(film(run), locked / "a.gif")


def test_a_missing_folder(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    for suffix in (*PILLOWS, ".mp4"):
        with pytest.raises(FileError, match=r"can't be written: No such file") as caught:
            make(film(run), tmp_path / "missing" / f"a{suffix}")
        assert "\n" not in str(caught.value)


def ended(qtbot: QtBot, export: Export) -> tuple[str, object]:
    """Which of the three signals came, and with what."""
    came: list[tuple[str, object]] = []
    export.finished.connect(lambda size: came.append(("finished", size)))
    export.failed.connect(lambda words: came.append(("failed", words)))
    export.cancelled.connect(lambda: came.append(("cancelled", None)))
    qtbot.waitUntil(lambda: bool(came), timeout=30_000)
    [how] = came
    return how


def test_in_the_background(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.gif"
    export = Export(film(run, every=1), path)
    told: list[tuple[int, int]] = []
    export.progress.connect(lambda done, total: told.append((done, total)))
    export.start()
    assert ended(qtbot, export) == ("finished", path.stat().st_size)
    assert told == sorted(told)
    assert len(read(path).times) == 13
    export.close()


def test_an_estimate_in_the_background(qtbot: QtBot, run: Path) -> None:
    export = Export(film(run, every=1), None, ".gif")
    export.start()
    how, size = ended(qtbot, export)
    assert how == "finished"
    assert isinstance(size, int)
    assert 1_000 < size < 200_000


def test_an_estimate_that_nobody_waits_for(
    qtbot: QtBot, run: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    Export(film(run), None).close()
    export = Export(long_film(run), None, ".webp")
    export.start()
    qtbot.waitUntil(lambda: any(tmp_path.glob("*/*/part")), timeout=30_000)
    begun = time.perf_counter()
    export.close()
    assert time.perf_counter() - begun < 1.0
    assert not list(tmp_path.iterdir())


def test_what_fails_in_the_background_is_said(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    export = Export(film(run), tmp_path / "missing" / "a.gif")
    export.start()
    how, words = ended(qtbot, export)
    assert how == "failed"
    assert "can't be written" in str(words)


def long_film(run: Path) -> Film:
    """One that takes a while."""
    return Film((run,), Look(size=(1920, 1080)), Timing(every=1))


def until_drawing(qtbot: QtBot, export: Export, path: Path) -> None:
    export.start()
    qtbot.waitUntil(part_of(path).exists, timeout=30_000)


def test_a_run_that_thins_its_pictures_out_meanwhile(qtbot: QtBot, tmp_path: Path) -> None:
    path = tmp_path / "run.ganrun"
    record(path, tiny("line"))
    with closing(schema.open_to_write(path)) as theirs, RunReader(path) as reader:
        with (
            Showing(film(path, every=1), FORMATS[".gif"]) as showing,
            reader.unchanging(),
            drawn(reader, SMALL) as draw,
        ):
            theirs.execute("DELETE FROM pictures WHERE number % 2")
            assert len(showing.times) == len(reader.places) == 13
            for index, place in enumerate(reader.places):
                assert showing.draw(index).width() == 240
                assert draw(place.number).shape == (160, 240, 3)
        assert len(reader.places) == 7


def test_a_film_does_not_keep_a_run_from_going_on(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    with Showing(film(run), FORMATS[".gif"]):
        schema.open_to_write(run).close()


def test_cancelling_in_the_background(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    export = Export(long_film(run), path)
    until_drawing(qtbot, export, path)
    export.cancel()
    export.cancel()
    assert ended(qtbot, export)[0] == "cancelled"
    assert not list(tmp_path.iterdir())


def test_closing_in_the_background(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    Export(film(run), tmp_path / "b.gif").close()
    path = tmp_path / "a.webp"
    export = Export(long_film(run), path)
    until_drawing(qtbot, export, path)
    export.close()
    assert not list(tmp_path.iterdir())


def test_a_child_that_is_killed(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    path = tmp_path / "a.webp"
    path.write_bytes(b"old")
    export = Export(long_film(run), path)
    until_drawing(qtbot, export, path)
    assert export.pid is not None
    os.kill(export.pid, signal.SIGKILL)
    how, words = ended(qtbot, export)
    assert how == "failed"
    assert "ended by itself" in str(words)
    assert {entry.name: entry.read_bytes() for entry in tmp_path.iterdir()} == {"a.webp": b"old"}


def killed(run: Path, path: Path, seconds: float) -> None:
    """A command that makes a film, killed after so long; or done before."""
    command = [sys.executable, "-m", "ganstudio", "export", str(run), "--to", str(path)]
    with subprocess.Popen([*command, "--size", "320x240"], stdout=subprocess.DEVNULL) as child:
        time.sleep(seconds)
        child.kill()


def kill_often(run: Path, tmp_path: Path, times: int) -> None:
    chance = random.Random(0)
    path = tmp_path / "a.gif"
    path.write_bytes(b"old")
    for _ in range(times):
        killed(run, path, chance.uniform(0.3, 2.0))
        if path.read_bytes() != b"old":
            assert read(path).size == (320, 240)
    make(film(run), path)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.gif"]


def test_killed_at_any_moment(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    kill_often(run, tmp_path, 4)


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_killed_five_hundred_times(qtbot: QtBot, run: Path, tmp_path: Path) -> None:
    kill_often(run, tmp_path, 500)
