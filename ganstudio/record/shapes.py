"""What the arrays of a frame have to do with each other, and with the run's experiment."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from ganstudio.core.control import MOST_CELLS
from ganstudio.core.events import Frame, PictureView
from ganstudio.core.experiment import Experiment
from ganstudio.core.measurements import METRICS_OF, AnyMetrics
from ganstudio.core.targets.pictures import LARGEST_SIDE, SMALLEST_SIDE
from ganstudio.core.views import VIEW_OF

SHAPES: dict[str, dict[str, tuple[str | int, ...]]] = {
    "View": {
        "x": ("n",),
        "target_density": ("n",),
        "shown_density": ("n",),
        "current_density": ("n",),
        "d": ("n",),
        "d_best": ("n",),
        "edges": ("b+1",),
        "target_histogram": ("b",),
        "shown_histogram": ("b",),
        "z": ("m",),
        "map": ("m",),
    },
    "PlaneView": {
        "x": ("n",),
        "y": ("m",),
        "d": ("m", "n"),
        "real": ("c", 2),
        "shown": ("k", 2),
        "current": ("k", 2),
        "slope": ("a", 2),
        "arrows": ("a", 2),
        "mesh": ("p", "q", 2),
    },
    "PictureView": {
        "real": ("c", "h", "w"),
        "shown": ("k", "h", "w"),
        "d_real": ("c",),
        "d_shown": ("k",),
        "wanted": ("n",),
    },
    "Fleet": {},
    "LayerMeter": {
        "weight_edges": ("w+1",),
        "weight_shares": ("w",),
        "activation_edges": ("v+1",),
        "activation_shares": ("v",),
    },
}
"""What the sizes of arrays have to do with each other; those of metrics are (R,)."""
AXES = {"x", "y", "edges", "z", "weight_edges", "activation_edges"}
"""What is drawn over them."""


class FrameError(ValueError):
    """Bytes that are no frame."""


def check_fits(frame: Frame, experiment: Experiment) -> None:
    """Refuse a frame of another experiment: what draws it relies on what that says.

    Raises:
        FrameError: it is of other replicas, of a target elsewhere, or of other pictures.
    """
    space, view, metrics = experiment.target.space, frame.view, frame.metrics
    if type(view) is not VIEW_OF[space] or type(metrics) is not METRICS_OF[space]:
        raise FrameError(f"a {type(view).__name__} of a target that is {space}")
    check_replicas(metrics, experiment)
    if isinstance(view, PictureView) and view.shown[0].size != experiment.features:
        raise FrameError(
            f"pictures of {view.shown[0].size} pixels instead of {experiment.features}"
        )


def check_replicas(metrics: AnyMetrics, experiment: Experiment) -> None:
    """Refuse metrics of other replicas.

    Raises:
        FrameError: they are.
    """
    if len(metrics.distance) != experiment.replicas:
        raise FrameError(f"{len(metrics.distance)} replicas instead of {experiment.replicas}")


def check_shapes(name: str, values: Mapping[str, Any]) -> None:
    """Refuse arrays that do not belong together.

    Args:
        name: of the class that they are the fields of.
        values: all of its fields.

    Raises:
        FrameError: they do not.
    """
    known: dict[str, int] = {}
    for field, shape in SHAPES.get(name, {}).items():
        array = values[field]
        if array.ndim != len(shape):
            raise FrameError(f"{name}.{field} has {array.ndim} axes")
        for length, size in zip(array.shape, shape, strict=True):
            letter, _, more = str(size).partition("+")
            expected = (
                size
                if isinstance(size, int)
                else known.setdefault(letter, length - int(more or 0)) + int(more or 0)
            )
            if length != expected:
                raise FrameError(f"{name}.{field} has the shape {array.shape}")
        if field in AXES and not (len(array) > 1 and np.isfinite(array).all()):
            raise FrameError(f"{name}.{field} is no axis")
    if name == "PictureView":
        _check_pictures(values, known)
    if name == "Fleet":
        shapes, target, extent = values["shapes"], values["target"], values["extent"]
        if shapes.shape[1:] != target.shape or len(extent) != 2 * target.ndim:
            raise FrameError(f"a fleet's pictures of shape {shapes.shape}")


def _check_pictures(values: Mapping[str, Any], known: Mapping[str, int]) -> None:
    """What draws a grid makes room for as many pictures as it is told of, of their size."""
    sizes = known["h"] == known["w"] and SMALLEST_SIDE <= known["h"] <= LARGEST_SIDE
    counts = all(0 < known[letter] <= MOST_CELLS for letter in "ck")
    asked = known["n"] in (0, known["k"]) and np.isfinite(values["wanted"]).all()
    if not (sizes and counts and asked and values["noise"] >= 0):
        raise FrameError(f"pictures of shape {values['shown'].shape}")
