"""What every plot has: layers that can be switched, a title, a style, an empty state."""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any, ClassVar, TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QMenu, QVBoxLayout, QWidget

from ganstudio.core.events import Frame, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.axes import Freedom
from ganstudio.plots.canvas import Axis, Canvas
from ganstudio.plots.layer import Dressed, Layer
from ganstudio.plots.palette import Role
from ganstudio.plots.past import Past
from ganstudio.plots.reset_button import ResetButton
from ganstudio.plots.style import LIGHT, Style
from ganstudio.plots.words import Words

Item = TypeVar("Item", bound=Any)


class Plot(QWidget):
    """A drawing of frames. Subclasses say what is drawn; colours and switches are here.

    A frame that arrives while the plot is hidden is remembered and drawn when it is shown.
    """

    title_changed = Signal(str)
    layers_changed = Signal()
    doubleClicked = Signal()

    name: ClassVar[str]
    title: str
    explanation: str
    over_time: ClassVar[bool] = False
    """Whether it draws all that has been, and not only what is now."""
    least_height: ClassVar[int] = 80
    """Pixels; less shows nothing."""
    empty: ClassVar[str] = "Press Train to see it move"
    unsuited: str = ""
    """What it says instead of a run that it can't draw."""

    def __init__(
        self, axes: dict[str, Axis], layers: tuple[Layer, ...], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._style = LIGHT
        self._replica = 0
        self._started: Started | None = None
        self._frame: Frame | None = None
        self._stale = self._zoomed = False
        self.freedom = Freedom()
        self._layers = {layer.id: layer for layer in layers}
        self._members: list[tuple[Any, tuple[str, ...]]] = []
        self._dressed: list[Dressed] = []
        self.canvas = Canvas(axes)
        self._hint = Words(self._style, "muted", 14)
        self._note = Words(self._style, "muted", 12, ground=True)
        self._note.setParent(self)
        self._reset_button = ResetButton(self._style, self)
        self._build()
        self.set_style(self._style)
        self.clear()

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.canvas)
        column.addWidget(self._hint)
        self._note.hide()
        self.setMinimumSize(160, self.least_height)
        self._explain()
        self.setAccessibleName(self.title)
        self.canvas.scene().sigMouseClicked.connect(self._clicked)
        self.canvas.box.sigRangeChangedManually.connect(self._zoomed_by_hand)
        self.reset_action = QAction("Show the whole picture", self)
        self.reset_action.triggered.connect(self.reset_view)
        self.addAction(self.reset_action)
        self._reset_button.clicked.connect(self.reset_view)

    # ------------------------------------------------------------------ what a window uses

    def layers(self) -> tuple[Layer, ...]:
        """What can be switched now, in the legend's order."""
        return tuple(self._layers.values())

    def set_layer(self, id: str, visible: bool) -> None:
        """Show or hide one layer.

        Raises:
            KeyError: the plot has no such layer.
        """
        if self._layers[id].visible == visible:
            return
        self._layers[id] = replace(self._layers[id], visible=visible)
        self._show_members()
        self._refresh()
        self.layers_changed.emit()

    @property
    def style_in_use(self) -> Style:
        """The style that it is drawn in (QWidget.style is Qt's own)."""
        return self._style

    def set_style(self, style: Style) -> None:
        """Draw everything in other colours and sizes, at once."""
        self._style = style
        self.canvas.dress(style)
        for item in self._dressed:
            item.dress(style)
        self._hint.set_style(style)
        self._note.set_style(style)
        self._reset_button.set_style(style)
        self._place_over()
        self._refresh()

    @property
    def replica(self) -> int:
        """Which replica the curves over time are of; a picture is of the one in its frame."""
        return self._replica

    @replica.setter
    def replica(self, index: int) -> None:
        count = self._started.experiment.replicas if self._started else index + 1
        if not 0 <= index < count:
            raise IndexError(f"replica {index} does not exist; there are {count}")
        self._replica = index
        self._refresh()

    def start(self, started: Started) -> None:
        """Forget the previous run and prepare for this one; the target can be seen already.

        A run that it can't draw leaves it empty, with one sentence that says why.
        """
        if not self.suits(started.experiment):
            self.clear()
            self._hint.say(self.unsuited)
            return
        self._started, self._frame = started, None
        self._replica = min(self._replica, started.experiment.replicas - 1)
        self._say("")
        self._set_zoomed(False)
        self._begin(started)
        self._adapt(started.experiment)
        self._set_empty(False)
        self._rename()

    def edit(self, experiment: Experiment) -> None:
        """Go on with a changed experiment: guides and layers follow."""
        if self._started is not None:
            self._started = replace(self._started, experiment=experiment)
            self._adapt(experiment)
            self._apply_ranges()
            self._refresh()

    def show_frame(self, frame: Frame, *, draw: bool = True) -> None:
        """Take the newest state, and draw it now or at the next `refresh`.

        Frames before `start` are ignored.
        """
        if self._started is None:
            return
        self._remember(frame)
        self._frame = frame
        self._rename()
        self._stale = True
        if draw and self.isVisible():
            self.refresh()

    def remember(self, frame: Frame) -> None:
        """Keep what a new state tells, while an older one is looked at."""
        if self._started is not None:
            self._remember(frame)

    def look_back(self, step: int | None, *, future: bool = True, draw: bool = True) -> None:
        """From which step to look at what is drawn over time.

        Args:
            step: None follows the newest again.
            future: whether what came after it stays there, faintly.
            draw: now, or at the next `refresh`.
        """

    def recall(self, past: Past) -> None:
        """After `start`: keep what the run's file tells of the steps before it goes on."""
        if self._started is not None:
            self._recall(past)
            self._refresh()

    def refresh(self) -> None:
        """Draw the newest frame now, if that has not been done."""
        if self._stale and self._frame is not None:
            self._stale = False
            self._draw(self._frame)

    def clear(self) -> None:
        """No run yet: one muted sentence says what to do."""
        self._started = self._frame = None
        self._say("")
        self._set_zoomed(False)
        self._hint.say(self.empty)
        self._set_empty(True)
        self._rename()

    def reset_view(self) -> None:
        """Undo zooming and panning."""
        self._set_zoomed(False)
        self._apply_ranges()

    @contextmanager
    def without_buttons(self) -> Iterator[None]:
        """For a picture: nothing in it that can only be pressed."""
        shown = self._reset_button.isVisibleTo(self)
        self._reset_button.hide()
        try:
            yield
        finally:
            self._reset_button.setVisible(shown)

    # ------------------------------------------------------------- what a subclass fills in

    def suits(self, experiment: Experiment) -> bool:
        """Whether it can draw a run of this experiment."""
        return True

    @abstractmethod
    def _begin(self, started: Started) -> None:
        """Prepare for a run: ranges, guides, floors, what is known of the target."""

    def _adapt(self, experiment: Experiment) -> None:
        """Follow what may change while a run trains; called after `_begin`, too."""

    def _remember(self, frame: Frame) -> None:
        """Keep what later frames do not repeat."""

    def _recall(self, past: Past) -> None:
        """The same of steps that are only in a file."""

    @abstractmethod
    def _draw(self, frame: Frame) -> None:
        """Put a frame's numbers into the curves."""

    @abstractmethod
    def _ranges(self) -> tuple[tuple[float, float], tuple[float, float]] | None:
        """What x and y the view shows; None before the first run."""

    def _heading(self, frame: Frame | None) -> str:
        """The title for a frame; None before the first."""
        return type(self).title

    # ------------------------------------------------------------------ for the subclasses

    def _add(self, item: Item, *layers: str, z: float = 0.0) -> Item:
        """Put an item into the view; it is seen while one of its layers, if any, is on."""
        self.canvas.box.addItem(item, ignoreBounds=True)
        if z:
            item.setZValue(z)
        self._dressed.append(item)
        if layers:
            self._members.append((item, layers))
            item.setVisible(any(map(self._shown, layers)))
        item.dress(self._style)
        return item

    def _remove(self, item: Any) -> None:
        """Take an item out of the view again."""
        self.canvas.box.removeItem(item)
        self._dressed.remove(item)
        self._members = [member for member in self._members if member[0] is not item]

    def _shown(self, layer: str) -> bool:
        return layer in self._layers and self._layers[layer].visible

    def _set_layers(self, layers: tuple[Layer, ...]) -> None:
        """List other layers, each as visible as it was."""
        self._layers = {
            layer.id: replace(layer, visible=self._layers[layer.id].visible)
            if layer.id in self._layers
            else layer
            for layer in layers
        }
        self._show_members()
        self.layers_changed.emit()

    def _apply_ranges(self) -> None:
        """Show the ranges of now, unless somebody has zoomed."""
        ranges = self._ranges()
        if ranges is not None and not self._zoomed:
            self.canvas.box.setRange(xRange=ranges[0], yRange=ranges[1], padding=0)

    def _say(self, text: str, role: Role = "muted") -> None:
        """One line over the top of the picture, or nothing."""
        self._note.say(text, role)
        self._note.setVisible(bool(text))
        self._place_over()

    # -------------------------------------------------------------------------- its own

    def _show_members(self) -> None:
        for item, layers in self._members:
            item.setVisible(any(map(self._shown, layers)))

    def _set_empty(self, empty: bool) -> None:
        self.canvas.setVisible(not empty)
        self._hint.setVisible(empty)
        layout = self.layout()
        if layout is not None:
            layout.activate()  # not some time later: a picture may be taken now
        self._apply_ranges()

    def _explain(self) -> None:
        self.setToolTip(self.explanation)
        self.setWhatsThis(self.explanation)
        self.setAccessibleDescription(self.explanation)

    def _rename(self) -> None:
        heading = self._heading(self._frame)
        if heading != self.title:
            self.title = heading
            self.setAccessibleName(heading)
            self.title_changed.emit(heading)

    def _refresh(self) -> None:
        self._stale = True
        self.refresh()

    def _place_over(self) -> None:
        """Put what stands over the picture where it belongs."""
        self._reset_button.move(self.width() - self._reset_button.width() - 4, 4)
        if self._note.text:
            size = self._note.wanted(round(self.width() * 0.7))
            self._note.setGeometry(
                (self.width() - size.width()) // 2, 10, size.width(), size.height()
            )
            self._note.raise_()

    def _zoomed_by_hand(self, *_: object) -> None:
        self._set_zoomed(True)

    def _set_zoomed(self, zoomed: bool) -> None:
        self._zoomed = zoomed
        self._reset_button.setVisible(zoomed)
        self._reset_button.raise_()

    def _clicked(self, event: Any) -> None:
        if event.double():
            self.doubleClicked.emit()
        elif event.button() == Qt.MouseButton.RightButton:
            menu = QMenu(self)
            menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
            menu.addActions(self.actions())
            menu.popup(event.screenPos().toPoint())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_over()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.refresh()
