"""What a generator of pictures makes: many at once, beside real ones, or mixed with them."""

from __future__ import annotations

from typing import cast

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from ganstudio.core.events import Frame, PictureView, Started
from ganstudio.core.experiment import Experiment
from ganstudio.plots.cell_marks import CellMarks, Headings, Mark
from ganstudio.plots.cell_pointer import Spot
from ganstudio.plots.cells_plot import OPENS, CellsPlot
from ganstudio.plots.guessing import Guessing, Tally
from ganstudio.plots.layer import Layer
from ganstudio.plots.sample_cells import (
    LAYERS,
    Mode,
    Order,
    Panel,
    panel_of,
    panel_of_game,
    words_in_game,
    words_of,
)
from ganstudio.plots.sample_layout import Block, Span, columns_for, lay_out
from ganstudio.plots.sample_mosaic import Mosaic, strip_for
from ganstudio.plots.sample_words import game_headings, guessed_mark, headings

_GUESSES = {Qt.Key.Key_G: False, Qt.Key.Key_R: True}
"""In the game: "generated", "real"."""


class SampleGridPlot(CellsPlot):
    """Pictures that the generator makes, in a grid; also a game: real or generated?

    Its controls only ask for other cells or other noise: the session answers with frames.
    """

    cell_activated = Signal(int, bool)
    """A picture that somebody wants to see more of: its number in the view, whether it is real."""
    columns_wanted = Signal(int)
    """So many cells are wanted, such as 64 for 8 x 8."""
    fresh_noise_wanted = Signal()
    first_noise_wanted = Signal()
    """The noise that every run begins with."""
    state_changed = Signal()
    """Another mode, order, game, size or noise: for controls that show it."""

    name = "samples"
    title = "What the generator makes"
    explanation = (
        "Every cell is a picture that the generator makes of noise, always of the same noise: "
        "follow one while it learns. White is ink. Point at a cell to see what D thinks of it."
    )
    empty = "Press Train to see pictures come out of noise"
    unsuited = "This target is no set of pictures: the view of its distribution shows the samples"

    def __init__(
        self, parent: QWidget | None = None, rng: np.random.Generator | None = None
    ) -> None:
        self._rng = rng or np.random.default_rng()
        self._order, self._playing, self._says_real = Order.NOISE, False, False
        self._game: Guessing | None = None
        self._panels: list[Panel] = []
        self._whole: tuple[Span, Span] | None = None
        self._announced: tuple[int, ...] = ()
        self._kept: tuple[Layer, ...] = LAYERS
        super().__init__(LAYERS, parent)
        self._mosaics: list[Mosaic] = [self._add(Mosaic()), self._add(Mosaic())]
        self._marks: CellMarks = self._add(CellMarks(), z=5)
        self._headings: Headings = self._add(Headings(), z=10)
        self.canvas.box.sigResized.connect(self._resized)

    def suits(self, experiment: Experiment) -> bool:
        return experiment.target.space == "pictures"

    # ------------------------------------------------------------------- what controls use

    @property
    def mode(self) -> Mode:
        """What stands in the cells now."""
        if self._playing:
            return Mode.GUESS
        return Mode.BOTH if self._shown("real") else Mode.GENERATED

    def set_mode(self, mode: Mode) -> None:
        """Show something else in the cells; a game begins with the pictures of now."""
        was, self._playing = self._playing, mode is Mode.GUESS
        if was and self._playing:
            return
        self._set_zoomed(False)
        self._game = None
        if self._playing:
            # Chips that show or hide what is real would give it away.
            self._kept = self.layers()
            self._set_layers(())
        else:
            if was:
                self._set_layers(self._kept)
            self.set_layer("generated", True)
            self.set_layer("real", mode is Mode.BOTH)
        self._start_over()

    def set_layer(self, id: str, visible: bool) -> None:
        super().set_layer(id, visible)
        self.state_changed.emit()

    @property
    def order(self) -> Order:
        """In which order the cells are."""
        return self._order

    def set_order(self, order: Order) -> None:
        """Put the cells into another order."""
        self._order = order
        self._start_over()

    @property
    def view(self) -> PictureView | None:
        """The newest pictures, shown or not."""
        return cast("PictureView", self._frame.view) if self._frame else None

    # --------------------------------------------------------------------------- the game

    @property
    def game(self) -> Guessing | None:
        """What is played: its cells, what was said of them, the tally."""
        return self._game

    @property
    def tally(self) -> Tally | None:
        """Of the game that is played."""
        return self._game.tally if self._game else None

    @property
    def says_real(self) -> bool:
        """Whether a click in the game says "real" instead of "generated"."""
        return self._says_real

    @says_real.setter
    def says_real(self, real: bool) -> None:
        self._says_real = real
        self._tell()
        self.state_changed.emit()

    def shuffle(self) -> None:
        """Deal again, with the newest pictures; the tally is empty."""
        self._game = None
        self._start_over()

    @property
    def acts_at_once(self) -> bool:
        return self._playing

    @property
    def acting_keys(self) -> tuple[int, ...]:
        return (*OPENS, *_GUESSES) if self._playing else OPENS

    def act(self, spot: Spot, key: int = 0) -> bool:
        if self._playing:
            real = _GUESSES.get(Qt.Key(key), self._says_real)
            counts = self._game is not None and self._game.say(spot.place, real)
            self._tell()
            self.state_changed.emit()
            return counts
        self.cell_activated.emit(*self.meaning(spot))
        return True

    def take_back(self, spot: Spot) -> None:
        if self._game is not None:
            self._game.take_back(spot.place)
            self._tell()
            self.state_changed.emit()

    # ------------------------------------------------------------------------------ a run

    def clear(self) -> None:
        super().clear()
        self._forget()

    def _begin(self, started: Started) -> None:
        self._forget()
        for item in self._mosaics:
            item.erase()
        self._headings.draw(())

    def _forget(self) -> None:
        self._game, self._panels, self.blocks, self._whole = None, [], [], None
        self._repoint(forget=True)

    def _draw(self, frame: Frame) -> None:
        view = frame.view
        assert isinstance(view, PictureView)  # says `suits`
        if self._playing:
            if self._game is None or not self._game.fits(view):
                self._game = Guessing(view, frame.step, self._rng)
                self._rename()
            self._panels = [panel_of_game(self._game)]
        else:
            self._panels = []
            if self._shown("generated"):
                self._panels.append(panel_of(view, "generated", self._order))
            if self._shown("real"):
                self._panels.append(panel_of(view, "real", self._order))
        self._place()
        state = (view.noise, len(view.shown))
        if state != self._announced:
            self._announced = state
            self.state_changed.emit()

    def _heading(self, frame: Frame | None) -> str:
        if frame is None or not isinstance(frame.view, PictureView):
            return type(self).title
        if self._playing:
            step = frame.step if self._game is None else self._game.step
            return f"Real or generated? Held still at step {step:,}"
        count = len(frame.view.shown)
        return f"{type(self).title}: {count:,} samples at step {frame.step:,}"

    # ------------------------------------------------------------------------------ places

    def _ranges(self) -> tuple[Span, Span] | None:
        return self._whole

    def _resized(self, *_: object) -> None:
        self._whole = None
        self._place()

    def _place(self) -> None:
        """Put the mosaics where they fit best in the room of now, and all that is on them."""
        whole = self._whole
        self._arrange()
        for index, item in enumerate(self._mosaics):
            if index < len(self._panels):
                panel = self._panels[index]
                scores = panel.scores if self._shown("d") else None
                item.draw(self.blocks[index], panel.pictures, scores)
            else:
                item.erase()
        if whole != self._whole:
            self._apply_ranges()
        self._tell()

    def _arrange(self) -> None:
        """Find where the mosaics are to be."""
        if not self._panels:
            self.blocks = []
            return
        columns = columns_for(max(len(panel.order) for panel in self._panels))
        blocks = []
        for panel in self._panels:
            high, wide = panel.pictures.shape[1:]
            strip = strip_for(high) if self._shown("d") else 0
            blocks.append(Block(len(panel.order), high, wide, strip, columns=columns))
        if self._same_cells(blocks) is False:
            self._set_zoomed(False)
        box, line = self.canvas.box, self._headings.height()
        head = line if self._playing or len(blocks) > 1 else 0.0
        foot = line if self._reference else 0.0
        room = (box.width(), box.height())
        self.blocks, self._whole = lay_out(blocks, room, head, foot)

    def _same_cells(self, blocks: list[Block]) -> bool:
        """Whether a zoom into the cells that were there means something in these, too."""
        return [(b.columns, b.pitch) for b in blocks] == [(b.columns, b.pitch) for b in self.blocks]

    def meaning(self, spot: Spot) -> tuple[int, bool]:
        """Which picture a cell shows: its number in the view, whether it is real."""
        if self._game is not None:
            return int(self._game.index[spot.place]), bool(self._game.is_real[spot.place])
        panel = self._panels[spot.panel]
        return int(panel.order[spot.place]), panel.kind == "real"

    # ----------------------------------------------------------------------- words, marks

    def words_for(self, spot: Spot) -> str:
        if self._game is not None:
            return words_in_game(self._game, spot.place)
        assert self.view is not None
        index, real = self.meaning(spot)
        return words_of(self.view, real, index)

    def mark_cells(self) -> None:
        game = self._game
        cells = game.said if game is not None else []
        marks = [guessed_mark(game, cell, self.rect_of(Spot(0, cell))) for cell in cells if game]
        self._marks.draw([*marks, *map(self._pointed, self._spots)])

    def _pointed(self, spot: Spot) -> Mark:
        rect = self.rect_of(spot)
        right = self._game.right(spot.place) if self._game else None
        if self._game is not None and right is None:
            return Mark(rect, "text", width=3.5)
        return Mark(rect, "real" if self.meaning(spot)[1] else "generated", width=3.5, right=right)

    @property
    def _reference(self) -> str:
        """Which batch D looks at a picture in, where its scores depend on that."""
        return self.view.d_reference if self.view is not None else ""

    def _tell(self) -> None:
        """Say over the mosaics what they are."""
        if not self.blocks or self._whole is None:
            self._headings.draw(())
        elif self._game is not None:
            right, reference = self._whole[0][1], self._reference
            found = game_headings(self._game, self._says_real, self.blocks, right, reference)
            self._headings.draw(found)
        else:
            right = self._whole[0][1]
            self._headings.draw(headings(self._panels, self.blocks, right, self._reference))
        self._repoint()

    def _start_over(self) -> None:
        """Other cells stand in the places, or in another order."""
        self._repoint(forget=True)
        self._refresh()
        self._rename()
        self.state_changed.emit()
