"""How each layer of both networks does: does it still learn, or are its units saturated?"""

from __future__ import annotations

import math

from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, LayerMeter, Started
from ganstudio.plots.axes import SteppedSpan, snap_decades
from ganstudio.plots.layer import Layer
from ganstudio.plots.layer_table import ROLES, LayerTable, Table
from ganstudio.plots.plot import Plot

_LAYERS = (
    Layer(
        "gradient",
        "gradients",
        "text",
        shape="band",
        help="The norm of the gradient of a layer's weights in the newest update, on a "
        "logarithmic scale. Near 0 the layer stands still.",
    ),
    Layer(
        "outputs",
        "outputs",
        "text",
        shape="fill",
        help="What the layer's units put out over a batch. The tick below marks 0.",
    ),
    Layer(
        "weights",
        "weights",
        "text",
        shape="fill",
        help="The layer's weights. The tick below marks 0.",
    ),
    Layer(
        "saturated",
        "saturated",
        "trouble",
        shape="band",
        help="The share of outputs where the activation is so flat that hardly any gradient "
        "gets through. Red above 90 %.",
    ),
)


class LayersPlot(Plot):
    """One row a layer: its name, gradient, outputs, weights, share of saturated outputs."""

    name = "layers"
    title = "Saturation: gradients, units and weights by layer"
    explanation = (
        "Both networks layer by layer, G from the noise to its samples, D from the samples to "
        "its guess. A layer with hardly any gradient, or whose units are saturated, learns nothing."
    )
    least_height = 112
    empty = "Press Train to see how each layer learns"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__({}, _LAYERS, parent)
        self.canvas.box.setMouseEnabled(x=False, y=False)
        self._table = self._add(LayerTable())

    def _begin(self, started: Started) -> None:
        self._meters: tuple[LayerMeter, ...] = ()
        self._span = SteppedSpan(snap_decades, -4.0, 1.0, freedom=self.freedom)
        self._table.show_table(Table())
        self._say("The next frame shows the layers")

    def _remember(self, frame: Frame) -> None:
        if frame.layers:
            order = list(ROLES)
            self._meters = tuple(
                sorted(frame.layers, key=lambda meter: (order.index(meter.network), meter.layer))
            )

    def _draw(self, frame: Frame) -> None:
        if not self._meters:
            return
        self._say("")
        norms = [math.log10(m.gradient) for m in self._meters if 0 < m.gradient < math.inf]
        if norms:
            self._span.update(min(norms), max(norms))
        shown = [layer.id for layer in self.layers() if layer.visible]
        self._table.show_table(Table(self._meters, shown, (self._span.low, self._span.high)))

    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        return ((0.0, 1.0), (0.0, 1.0)) if self._started is not None else None
