"""The event log, read back as TensorBoard reads it: records, checksums, events."""

from __future__ import annotations

import os
import struct
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from ganstudio.core.events import PictureView, PlaneView, View
from ganstudio.errors import FileError, RecordError
from ganstudio.export import tensorboard
from ganstudio.export.tensorboard import _tensorboardx, write_tensorboard
from ganstudio.record.reader import RunReader
from tests.export.runs import KINDS, Keeping, misfit, record, tiny


def crc32c(data: bytes) -> int:
    """The checksum of TensorFlow's records (RFC 3720, B.4), bit by bit."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0x82F63B78 if crc & 1 else 0)
    return crc ^ 0xFFFFFFFF


def masked(data: bytes) -> int:
    crc = crc32c(data)
    return ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF


def records(content: bytes) -> Iterator[bytes]:
    """What each record holds, its checksums looked at."""
    while content:
        [size, of_size] = struct.unpack_from("<QI", content)
        body = content[12 : 12 + size]
        assert of_size == masked(content[:8])
        assert struct.unpack_from("<I", content, 12 + size)[0] == masked(body)
        yield body
        content = content[16 + size :]


@dataclass
class Log:
    """All that a folder shows, by tag: (step, value) each."""

    scalars: dict[str, list[tuple[int, float]]] = field(default_factory=lambda: defaultdict(list))
    histograms: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))
    images: dict[str, list[tuple[int, Any]]] = field(default_factory=lambda: defaultdict(list))


def read(folder: Path) -> Log:
    """A folder with one event file."""
    [path] = folder.iterdir()
    assert path.name.startswith("events.out.tfevents.")
    _, event_pb2, _ = _tensorboardx()
    first, *events = [event_pb2.Event.FromString(r) for r in records(path.read_bytes())]
    assert first.file_version == "brain.Event:2"
    log = Log()
    for event in events:
        assert event.summary.value
        for value in event.summary.value:
            kind = value.WhichOneof("value")
            kept = {"simple_value": log.scalars, "histo": log.histograms, "image": log.images}
            kept[kind][value.tag].append((event.step, getattr(value, kind)))
    return log


@pytest.fixture
def log(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[RunReader, Log]]:
    """A run file of a kind, and what its log shows."""
    record(tmp_path / "run.ganrun", tiny(request.param), Keeping(alone=5))
    with RunReader(tmp_path / "run.ganrun") as reader:
        write_tensorboard(reader, tmp_path / "log")
        yield reader, read(tmp_path / "log")


def points(steps: Any, values: NDArray[np.float32]) -> list[tuple[int, float]]:
    """A curve as it is in a log."""
    known = zip(map(int, steps), map(float, values), strict=True)
    return [(step, value) for step, value in known if not np.isnan(value)]


NAMES = {
    "line": [""],
    "plane": [""],
    "fleet": ["/seed_42", "/seed_43", "/seed_44"],
    "varied": [f"/optimizer_d.lr={lr}/seed_{seed}" for lr in (0.01, 0.001) for seed in (42, 43)],
}


@pytest.mark.parametrize(("log", "names"), NAMES.items(), ids=NAMES, indirect=["log"])
def test_curves_of_each_replica(log: tuple[RunReader, Log], names: list[str]) -> None:
    reader, found = log
    losses, measured = reader.losses, reader.measured
    for i, name in enumerate(names):
        assert found.scalars[f"loss/discriminator{name}"] == points(losses.steps, losses.d[:, i])
        assert found.scalars[f"loss/generator{name}"] == points(losses.steps, losses.g[:, i])
        assert 6 not in dict(found.scalars[f"loss/discriminator{name}"])
        for metric in ("w1", "mean_error", "modes"):
            values = np.array([getattr(m.metrics, metric)[i] for m in measured])
            tag = f"metrics/{metric}{name}"
            assert found.scalars[tag] == points([m.step for m in measured], values)
    assert len([tag for tag in found.scalars if tag.startswith("loss/")]) == 2 * len(names)


@pytest.mark.parametrize("log", ["many"], indirect=True)
def test_many_replicas_are_quartiles(log: tuple[RunReader, Log]) -> None:
    reader, found = log
    losses, measured = reader.losses, reader.measured
    ordered = np.sort(losses.g, axis=1).astype(np.float64)
    # Of twelve values, the quartiles lie between the 3rd and 4th, 6th and 7th, 9th and 10th.
    for name, at, share in (("lower_quartile", 2, 0.75), ("median", 5, 0.5)):
        curve = found.scalars[f"loss/generator/{name}"]
        expected = ordered[:, at] * (1 - share) + ordered[:, at + 1] * share
        assert [step for step, _ in curve] == losses.steps.tolist()
        np.testing.assert_allclose([v for _, v in curve], expected, rtol=1e-6)
    w1 = np.array([m.metrics.distance for m in measured])
    upper = [value for _, value in found.scalars["metrics/w1/upper_quartile"]]
    np.testing.assert_allclose(upper, np.quantile(w1, 0.75, axis=1), rtol=1e-6)
    assert {tag for tag in found.scalars if tag.startswith("loss/generator")} == {
        f"loss/generator/{name}" for name in ("lower_quartile", "median", "upper_quartile")
    }


@pytest.mark.parametrize("log", ["averaged"], indirect=True)
def test_a_histogram_is_that_of_the_picture(log: tuple[RunReader, Log]) -> None:
    reader, found = log
    told = found.histograms["generated/samples"]
    assert [step for step, _ in told] == [place.step for place in reader.places]
    for place, (_, histogram) in zip(reader.places, told, strict=True):
        view = reader.frame(place.number).view
        assert isinstance(view, View)
        assert histogram.bucket_limit == view.edges[1:].tolist()
        assert (histogram.min, histogram.max) == (float(view.edges[0]), float(view.edges[-1]))
        shares = view.shown_histogram * np.diff(view.edges)
        np.testing.assert_allclose(histogram.bucket, shares, rtol=1e-6)
        assert histogram.num == pytest.approx(1, abs=1e-4)
        mean = float(reader.measured[place.number].metrics.mean[0])  # type: ignore[union-attr]
        assert histogram.sum == pytest.approx(mean, abs=0.1)


@pytest.mark.parametrize("log", ["plane"], indirect=True)
def test_histograms_of_both_coordinates(log: tuple[RunReader, Log]) -> None:
    reader, found = log
    view = reader.frame(reader.places[-1].number).view
    assert isinstance(view, PlaneView)
    for i, name in enumerate("xy"):
        histogram = found.histograms[f"generated/{name}"][-1][1]
        assert histogram.num == pytest.approx(1, abs=1e-4)
        width = histogram.bucket_limit[1] - histogram.bucket_limit[0]
        assert histogram.sum == pytest.approx(float(view.shown[:, i].mean()), abs=width / 2)


@pytest.mark.parametrize("log", ["line", "fleet"], indirect=True)
def test_what_the_layers_do(log: tuple[RunReader, Log]) -> None:
    reader, found = log
    frame = reader.frame(reader.places[-1].number)
    who = "/seed_42" if reader.experiment.replicas > 1 else ""
    assert len(frame.layers) == 5
    for meter in frame.layers:
        tag = f"{meter.network}/layer_{meter.layer + 1}"
        assert found.scalars[f"{tag}/saturated{who}"][-1][1] == pytest.approx(meter.saturated)
        assert found.scalars[f"{tag}/gradient{who}"][-1][1] == pytest.approx(meter.gradient)
        for name in ("weights", "activations"):
            shown = found.histograms[f"{tag}/{name}{who}"][-1][1]
            edges = getattr(meter, f"{name.removesuffix('s')}_edges")
            assert shown.bucket_limit == edges[1:].tolist()


@pytest.mark.parametrize("kind", KINDS)
def test_pictures_are_the_pixels_drawn(tmp_path: Path, kind: str) -> None:
    record(tmp_path / "run.ganrun", tiny(kind))
    drawn: dict[int, NDArray[np.uint8]] = {}

    def draw(number: int) -> NDArray[np.uint8]:
        rng = np.random.default_rng(number)
        drawn[number] = rng.integers(0, 256, (20, 30, 3)).astype(np.uint8)
        return drawn[number]

    with RunReader(tmp_path / "run.ganrun") as reader:
        write_tensorboard(reader, tmp_path / "log", draw)
        places = {place.number: place.step for place in reader.places}
    shown = read(tmp_path / "log").images["picture"]
    assert 1 < len(shown) <= tensorboard.PICTURES
    assert [step for step, _ in shown] == [places[number] for number in drawn]
    assert {min(places), max(places)} <= drawn.keys()
    for (_, image), pixels in zip(shown, drawn.values(), strict=True):
        assert (image.height, image.width, image.colorspace) == (20, 30, 3)
        seen = QImage.fromData(image.encoded_image_string)
        seen = seen.convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(seen.constBits(), np.uint8).reshape(20, -1)[:, :90]
        assert rows.tobytes() == pixels.tobytes()


def test_long_runs_are_thinned(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tensorboard, "POINTS", 7)
    monkeypatch.setattr(tensorboard, "HISTOGRAMS", 4)
    record(tmp_path / "run.ganrun", tiny("line"))
    with RunReader(tmp_path / "run.ganrun") as reader:
        write_tensorboard(reader, tmp_path / "log")
    found = read(tmp_path / "log")
    assert [step for step, _ in found.scalars["loss/generator"]] == [1, 5, 9, 13, 16, 20, 24]
    assert [step for step, _ in found.scalars["metrics/w1"]] == [0, 4, 8, 12, 16, 20, 24]
    assert len(found.histograms["generated/samples"]) == 4


def test_what_is_not_finite_does_not_end_it(tmp_path: Path) -> None:
    wild = {"optimizer_g": {"kind": "sgd", "lr": 1e4}, "optimizer_d": {"kind": "sgd", "lr": 1e4}}
    record(tmp_path / "run.ganrun", tiny("many", **wild))
    with RunReader(tmp_path / "run.ganrun") as reader:
        assert not np.isfinite(reader.losses.d).all()
        write_tensorboard(reader, tmp_path / "log")
    assert read(tmp_path / "log").scalars["loss/generator/median"]


# ------------------------------------------------------------------------- whole or not at all


@pytest.fixture
def reader(tmp_path: Path) -> Iterator[RunReader]:
    record(tmp_path / "run.ganrun", tiny("line"))
    with RunReader(tmp_path / "run.ganrun") as found:
        yield found


@pytest.mark.parametrize("error", [KeyboardInterrupt, RuntimeError])
def test_an_end_in_the_middle_leaves_nothing(
    reader: RunReader, tmp_path: Path, error: type[BaseException]
) -> None:
    def draw(number: int) -> NDArray[np.uint8]:
        assert list((tmp_path / ".log.part").iterdir())
        raise error("enough")

    with pytest.raises(error, match="enough"):
        write_tensorboard(reader, tmp_path / "log", draw)
    assert [path.name for path in tmp_path.iterdir()] == ["run.ganrun"]


def test_a_full_disk_leaves_nothing(
    reader: RunReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match="log: can't be written: No space left"):
        write_tensorboard(reader, tmp_path / "log")
    assert [path.name for path in tmp_path.iterdir()] == ["run.ganrun"]


def test_what_is_there_stays(reader: RunReader, tmp_path: Path) -> None:
    folder = tmp_path / "log"
    folder.mkdir()
    for there in (folder, tmp_path / "run.ganrun"):
        with pytest.raises(FileError, match="there is something of that name"):
            write_tensorboard(reader, there)
    with pytest.raises(FileError, match="can't be written: No such file"):
        write_tensorboard(reader, tmp_path / "none" / "log")
    assert not list(folder.iterdir())


def test_what_a_kill_left_behind_is_taken_over(reader: RunReader, tmp_path: Path) -> None:
    part = tmp_path / ".log.part"
    part.mkdir()
    (part / "events.out.tfevents.1.ganstudio").write_bytes(b"half")
    write_tensorboard(reader, tmp_path / "log")
    assert read(tmp_path / "log").scalars
    assert not part.exists()


def test_parts_that_do_not_fit_are_one_sentence(tmp_path: Path) -> None:
    run = tmp_path / "run.ganrun"
    record(run, tiny("fleet"))
    misfit(run)
    with RunReader(run) as reader, pytest.raises(RecordError, match=r"run\.ganrun: damaged: "):
        write_tensorboard(reader, tmp_path / "log")
    assert [path.name for path in tmp_path.iterdir()] == ["run.ganrun"]


def test_torch_is_not_loaded(reader: RunReader, tmp_path: Path) -> None:
    """tensorboardX would: the window's process must not pay for it."""
    script = (
        "import sys\n"
        "from pathlib import Path\n"
        "from ganstudio.export.tensorboard import write_tensorboard\n"
        "from ganstudio.record.reader import RunReader\n"
        "with RunReader(Path(sys.argv[1])) as reader:\n"
        "    write_tensorboard(reader, Path(sys.argv[2]))\n"
        "print('torch._C' in sys.modules)\n"
        "import torch\n"
        "print(float(torch.ones(3).sum()))\n"
    )
    command = [sys.executable, "-c", script, str(reader.path), str(tmp_path / "log")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout.split() == ["False", "3.0"], done.stderr
    assert read(tmp_path / "log").scalars["loss/generator"]


@pytest.mark.parametrize("log", ["pictures"], indirect=True)
def test_what_a_generator_of_pictures_draws_is_there(log: tuple[RunReader, Log]) -> None:
    reader, found = log
    told = found.images["generated/samples"]
    assert [step for step, _ in told] == [
        place.step for place in tensorboard._some(reader.places, tensorboard.PICTURES)
    ]
    view = reader.frame(reader.places[-1].number).view
    assert isinstance(view, PictureView)
    image = QImage.fromData(told[-1][1].encoded_image_string)
    assert len(view.shown) == 10**2
    assert (image.width(), image.height()) == (10 * 30, 10 * 30)
    assert (told[-1][1].width, told[-1][1].height) == (10 * 30, 10 * 30)
    assert image.pixelColor(30 + 14, 60 + 14).red() == view.shown[21, 14, 14]
    assert image.pixelColor(29, 5).name() == "#000000"
    # A textbook's summaries: D's loss on real and on generated pictures, and both losses.
    for tag in ("metrics/loss_real", "metrics/loss_fake", "loss/discriminator", "loss/generator"):
        assert len(found.scalars[tag]) > 3
    assert "metrics/fid" in found.scalars
    assert "metrics/right" not in found.scalars
