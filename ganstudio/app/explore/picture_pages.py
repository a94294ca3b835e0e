"""More pictures than fit on a screen, page by page."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from ganstudio.app.explore.picture_grid import PictureGrid
from ganstudio.app.icons import icon
from ganstudio.core.image_set import ImageSet
from ganstudio.plots.style import LIGHT, Style

PAGE = 240
"""Pictures of one page: 12 rows of 20."""
_KEYS = "Page Up and Page Down turn pages; Home and End go to the first and the last"


class PicturePages(QWidget):
    """A grid of pictures with buttons, and keys, that turn pages."""

    turned = Signal(int)
    """Another page is shown, counted from 0."""

    def __init__(self) -> None:
        super().__init__()
        self._images: ImageSet | None = None
        self._indices: NDArray[np.intp] = np.empty(0, dtype=np.intp)
        self.page = 0
        self.grid = PictureGrid("Real pictures")
        self.grid.hovered.connect(self._point)
        self.words = QLabel()
        self.words.setProperty("role", "small")
        self.back = self._button("back", "The page before (Page Up)", -1)
        self.on = self._button("on", "The next page (Page Down)", 1)
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.words, 1)
        row.addWidget(self.back)
        row.addWidget(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self.grid, 1)
        column.addLayout(row)
        self._show()

    def _button(self, name: str, tip: str, by: int) -> QToolButton:
        made = QToolButton()
        made.setIcon(icon(name))
        made.setToolTip(f"{tip}. {_KEYS}")
        made.setAccessibleName(tip)
        made.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        made.clicked.connect(lambda _checked: self.turn(self.page + by))
        return made

    @property
    def count(self) -> int:
        """How many pages there are, one at least."""
        return max(1, -(-len(self._indices) // PAGE))

    def set_style(self, style: Style = LIGHT) -> None:
        """Take other colours and sizes."""
        self.grid.set_style(style)

    def show_images(self, images: ImageSet, indices: NDArray[np.intp]) -> None:
        """Show some pictures of a set, from their first page on."""
        self._images, self._indices, self.page = images, indices, 0
        self._show()

    def turn(self, page: int) -> None:
        """Go to a page, or to the nearest there is."""
        page = min(max(page, 0), self.count - 1)
        if page != self.page:
            self.page = page
            self._show()
            self.turned.emit(page)

    def _shown(self) -> NDArray[np.intp]:
        return self._indices[self.page * PAGE : (self.page + 1) * PAGE]

    def _show(self) -> None:
        shown = self._shown()
        if self._images is not None:
            # Whole columns of the same size, so that the last page is not another one.
            self.grid.show_pictures(self._images.images[shown])
        self.back.setEnabled(self.page > 0)
        self.on.setEnabled(self.page + 1 < self.count)
        self._point(-1)

    def _point(self, cell: int) -> None:
        """Say which pictures these are, or which one is pointed at."""
        shown = self._shown()
        if self._images is not None and 0 <= cell < len(shown):
            index = int(shown[cell])
            name = self._images.classes[self._images.labels[index]]
            self.words.setText(f"Picture {index + 1:,} of the part, of class “{name}”")
            return
        first = self.page * PAGE
        self.words.setText(
            f"{first + 1:,} to {first + len(shown):,} of {len(self._indices):,}"
            if len(shown)
            else "No pictures"
        )

    def keyPressEvent(self, event: QKeyEvent) -> None:
        wanted = {
            Qt.Key.Key_PageUp: self.page - 1,
            Qt.Key.Key_PageDown: self.page + 1,
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: self.count - 1,
        }.get(Qt.Key(event.key()))
        if wanted is None:
            super().keyPressEvent(event)
        else:
            self.turn(wanted)
