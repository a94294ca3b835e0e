"""A run file as an event log for TensorBoard: scalars, histograms, and pictures if somebody draws.

TensorBoard shows a sample of long curves; what it would not show is not written.
"""

from __future__ import annotations

import importlib
import math
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ganstudio.core.events import Frame, LayerMeter, PictureView, PlaneView, View
from ganstudio.core.experiment import Experiment
from ganstudio.data.files import make_folder
from ganstudio.data.png import encoded
from ganstudio.export.tables import fitting
from ganstudio.record.measures import names_of
from ganstudio.record.reader import RunReader

POINTS, HISTOGRAMS, PICTURES = 10_000, 500, 10
"""At most, of each curve and so on: TensorBoard's own limits, or more."""
SINGLE = 8
"""Up to so many replicas have curves of their own; more have median and quartiles."""
QUARTILES = {"lower_quartile": 0.25, "median": 0.5, "upper_quartile": 0.75}
PLANE_BINS = 60
SAMPLES_GAP = 2
"""Black pixels between the samples of a mosaic."""

Draw = Callable[[int], NDArray[np.uint8]]
"""A frame's picture (height, width, 3) by the number of the frame."""
Floats = NDArray[np.float32]


def write_tensorboard(reader: RunReader, folder: Path, draw: Draw | None = None) -> None:
    """Write a new folder that TensorBoard opens: the whole of it, or nothing.

    Losses and metrics have a curve for each replica or, for many, the median and the quartiles.
    Histograms are those of the replica in the picture.

    Args:
        reader: of the run.
        folder: is made.
        draw: what it raises ends the writing, and nothing is left of it.

    Raises:
        RecordError: the run file is damaged.
        FileError: the folder can't be written, or there is something of that name.
    """

    def fill(part: Path) -> None:
        log = _Log(part)
        try:
            with fitting(reader):
                _write_curves(reader, log)
                _write_frames(reader, log)
                _write_samples(reader, log)
            if draw is not None:
                for place in _some(reader.places, PICTURES):
                    log.picture(place.step, "picture", draw(place.number))
        finally:
            log.close()

    make_folder(folder, fill)


# ----------------------------------------------------------------------------------- curves


def _write_curves(reader: RunReader, log: _Log) -> None:
    e, losses = reader.experiment, reader.losses
    curves = {"loss/discriminator": losses.d, "loss/generator": losses.g}
    _write_rows(e, log, losses.steps, curves)
    measured = _some(reader.measured, POINTS)
    if measured:
        names = names_of(type(measured[0].metrics))
        columns = {
            f"metrics/{name}": np.stack([getattr(m.metrics, name) for m in measured])
            for name in names
        }
        _write_rows(e, log, np.array([m.step for m in measured]), columns)


def _write_rows(
    e: Experiment, log: _Log, steps: NDArray[np.int64], columns: Mapping[str, Floats]
) -> None:
    """Columns (n, R), one event a row."""
    kept = _some(np.arange(len(steps)), POINTS)
    curves = {
        tag + name: curve
        for tag, values in columns.items()
        for name, curve in _curves(e, values[kept])
    }
    for i, step in enumerate(steps[kept]):
        log.scalars(int(step), {tag: float(curve[i]) for tag, curve in curves.items()})


def _curves(e: Experiment, values: Floats) -> Iterator[tuple[str, Floats]]:
    """What is drawn of (n, R): the end of each curve's name, and its points (n,)."""
    if e.replicas <= SINGLE:
        for i in range(e.replicas):
            yield _name_of(e, i), values[:, i]
        return
    groups = np.array([e.group(i) for i in range(e.replicas)])
    for group in range(groups.max() + 1):
        rows = values[:, groups == group]
        known = ~np.isnan(rows).all(axis=1)
        for name, share in QUARTILES.items():
            curve = np.full(len(rows), np.nan, np.float32)
            # Between two infinities there is no number.
            with np.errstate(invalid="ignore"):
                curve[known] = np.nanquantile(rows[known], share, axis=1)
            yield f"{_name_of_value(e, group)}/{name}", curve


def _name_of(e: Experiment, replica: int) -> str:
    """What tells the curve of one replica from the others': nothing if there are none."""
    seed = f"/seed_{e.seed_of(replica)}" if e.replicas > 1 else ""
    return _name_of_value(e, e.group(replica)) + seed


def _name_of_value(e: Experiment, group: int) -> str:
    return f"/{e.vary.path}={e.vary.values[group]!r}" if e.vary else ""


# ------------------------------------------------------------------------------- histograms


def _write_frames(reader: RunReader, log: _Log) -> None:
    for place in _some(reader.places, HISTOGRAMS):
        frame = reader.frame(place.number)
        who = _name_of(reader.experiment, frame.view.replica)
        for name, edges, shares in _samples(frame):
            log.histogram(place.step, f"generated/{name}{who}", edges, shares)
        for meter in frame.layers:
            _write_layer(log, place.step, meter, who)


def _samples(frame: Frame) -> Iterator[tuple[str, Floats, Floats]]:
    """Where the generator's samples lie: a name, edges, and the share in each bin."""
    match frame.view:
        case View() as view:
            yield "samples", view.edges, view.shown_histogram * np.diff(view.edges)
        case PlaneView() as view:
            for i, axis in enumerate((view.x, view.y)):
                edges = np.linspace(axis[0], axis[-1], PLANE_BINS + 1, dtype=np.float32)
                places = view.shown[:, i]
                # As on the line, the outer bins hold what lies beyond.
                inside = np.clip(places[~np.isnan(places)], edges[0], edges[-1])
                counts = np.histogram(inside, edges)[0]
                yield "xy"[i], edges, (counts / max(1, len(places))).astype(np.float32)


def _write_samples(reader: RunReader, log: _Log) -> None:
    """Of a generator of pictures, some of what it draws."""
    if reader.experiment.target.space != "pictures":
        return
    for place in _some(reader.places, PICTURES):
        view = reader.frame(place.number).view
        assert isinstance(view, PictureView)  # says the target
        who = _name_of(reader.experiment, view.replica)
        log.picture(place.step, f"generated/samples{who}", mosaic(view.shown))


def mosaic(pictures: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Grey pictures (k, h, w) in rows as one picture (height, width, 3), a gap around each."""
    count, high, wide = pictures.shape
    columns = math.ceil(math.sqrt(count))
    rows = -(-count // columns)
    cells = np.zeros((rows * columns, high + SAMPLES_GAP, wide + SAMPLES_GAP), np.uint8)
    cells[:count, :high, :wide] = pictures
    cells = cells.reshape(rows, columns, *cells.shape[1:]).transpose(0, 2, 1, 3)
    whole = cells.reshape(rows * (high + SAMPLES_GAP), -1)
    return np.repeat(whole[..., None], 3, axis=2)


def _write_layer(log: _Log, step: int, meter: LayerMeter, who: str) -> None:
    tag = f"{meter.network}/layer_{meter.layer + 1}"
    log.histogram(step, f"{tag}/weights{who}", meter.weight_edges, meter.weight_shares)
    log.histogram(step, f"{tag}/activations{who}", meter.activation_edges, meter.activation_shares)
    figures = {"gradient": meter.gradient, "saturated": meter.saturated}
    log.scalars(step, {f"{tag}/{name}{who}": value for name, value in figures.items()})


def _some(items: Any, most: int) -> Any:
    """The first, the last and what lies evenly between, at most so many."""
    if len(items) <= most:
        return items
    chosen = np.linspace(0, len(items) - 1, most).round().astype(np.int64)
    return [items[i] for i in chosen]


# ---------------------------------------------------------------------------------- the file


class _Log:
    """One event file.

    It is written here and now: tensorboardX's SummaryWriter does it in a thread, where a full
    disk is nobody's error.
    """

    def __init__(self, folder: Path) -> None:
        writer, event, summary = _tensorboardx()
        self._event, self._summary = event.Event, summary.Summary
        self._time = time.time()
        # With the machine's name, as is usual, a file would tell more than was asked.
        name = f"events.out.tfevents.{int(self._time)}.ganstudio"
        # A name that begins with "s3:" would be taken for one in a cloud.
        self._writer = writer.RecordWriter(str((folder / name).absolute()))
        self._add(file_version="brain.Event:2")

    def close(self) -> None:
        """No more events."""
        self._writer.close()

    def scalars(self, step: int, values: Mapping[str, float]) -> None:
        """The points of some curves at one step; what is NaN is not there."""
        self._show(
            step, [{"tag": t, "simple_value": v} for t, v in values.items() if not np.isnan(v)]
        )

    def histogram(self, step: int, tag: str, edges: Floats, shares: Floats) -> None:
        """Shares of a whole in bins; nothing where the whole is not finite, and so in no bin."""
        total = float(shares.sum())
        if not total > 0:
            return
        middles = ((edges[1:] + edges[:-1]) / 2).astype(np.float64)
        histogram = {
            "min": float(edges[0]),
            "max": float(edges[-1]),
            "num": total,
            "sum": float(shares @ middles),
            "sum_squares": float(shares @ middles**2),
            "bucket_limit": edges[1:].tolist(),
            "bucket": shares.tolist(),
        }
        self._show(step, [{"tag": tag, "histo": histogram}])

    def picture(self, step: int, tag: str, pixels: NDArray[np.uint8]) -> None:
        """Pixels (height, width, 3)."""
        height, width, colours = pixels.shape
        image = {
            "height": height,
            "width": width,
            "colorspace": colours,
            "encoded_image_string": encoded(pixels),
        }
        self._show(step, [{"tag": tag, "image": image}])

    def _show(self, step: int, values: list[dict[str, Any]]) -> None:
        if values:
            self._add(step=step, summary=self._summary(value=values))

    def _add(self, **fields: Any) -> None:
        event = self._event(wall_time=self._time, **fields)
        self._writer.write(event.SerializeToString())


def _tensorboardx() -> tuple[Any, Any, Any]:
    """The modules that write records, and that say what events and summaries are.

    tensorboardX imports torch where it finds it, to tell its tensors from arrays, and does
    without where it does not; the window's process must not pay for it.
    """
    names = ("record_writer", "proto.event_pb2", "proto.summary_pb2")
    known = sys.modules.get("torch")
    if "torch._C" not in sys.modules:
        sys.modules["torch"] = None  # type: ignore[assignment]  # Python's word for "not here"
    try:
        writer, event, summary = (importlib.import_module(f"tensorboardX.{n}") for n in names)
        return writer, event, summary
    finally:
        if known is not None:
            sys.modules["torch"] = known
        else:
            sys.modules.pop("torch", None)
