"""Views that have no room beside each other stand behind each other, as tabs, until they have."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QObject, QSize, QTimer

from ganstudio.app.docks import ViewDock

if TYPE_CHECKING:
    from ganstudio.app.views import Views

LAYOUT_VERSION = 2
AMPLE = 1.1
"""Of the room that is needed."""
MORE = QSize(40, 40)
"""So much more room than was too little is worth another try."""


@dataclass(frozen=True)
class Apart:
    """How views stood before they had to share places."""

    state: QByteArray
    needed: QSize
    shown: frozenset[ViewDock]


class Stacking(QObject):
    """Watches whether views have room. Qt would lay them over each other instead."""

    def __init__(self, views: Views) -> None:
        super().__init__(views)
        self._views = views
        self._known: set[ViewDock] = set()
        self._newest: ViewDock | None = None
        self._apart: Apart | None = None
        self._ample: tuple[QByteArray, frozenset[ViewDock]] = QByteArray(), frozenset()
        """How they stood when nothing was squeezed, and which they were."""
        self._is_busy = False
        self._soon = QTimer(self, interval=0, singleShot=True)
        self._soon.timeout.connect(self._look)

    def soon(self) -> None:
        """Look once everything is laid out."""
        self._soon.start()

    def try_again(self) -> None:
        """The views may need less room than before."""
        if self._apart is not None:
            self._apart = Apart(self._apart.state, QSize(), self._apart.shown)
        self.soon()

    def forget(self) -> None:
        """They are laid out anew: how they stood before is over."""
        self._apart = None
        self._ample = QByteArray(), frozenset()

    def forget_unless_busy(self) -> None:
        """The same, if it was somebody who moved a view."""
        if not self._is_busy:
            self.forget()

    def layout(self) -> QByteArray:
        """Where all views stand, or would if there were room."""
        return self._apart.state if self._apart else self._views.saveState(LAYOUT_VERSION)

    # ------------------------------------------------------------------------------ inside

    def _look(self) -> None:
        if not self._views.isVisible():
            return
        with self._at_work():
            was_tried = self._stand_apart()
            top, bottom = self._views.in_rows
            if self._apart is None:
                self._remember(frozenset(top + bottom), was_tried)
            self._stack(top, bottom)

    def _remember(self, shown: frozenset[ViewDock], was_tried: bool) -> None:
        """How views stand while they have room, and if they have none, that they stood so."""
        needed = self._views.needed
        if self._has(needed):
            if self._has(needed * AMPLE) or self._ample[1] != shown:
                # In less Qt squeezes the small ones last, and their proportions are lost.
                self._ample = self._views.saveState(LAYOUT_VERSION), shown
            return
        # What was said to be enough may not have been.
        needed = self._views.size() + MORE if was_tried else needed
        state, of = self._ample
        if of != shown:
            state = self._views.saveState(LAYOUT_VERSION)
        self._apart = Apart(state, needed, shown)

    def _stand_apart(self) -> bool:
        """Put the views back where they stood, if there may be room now."""
        apart, (top, bottom) = self._apart, self._views.in_rows
        if apart is None:
            return False
        if apart.shown != set(top + bottom):
            # One was switched on or off since: what stood where is another matter now.
            self._apart = None
            return False
        if not self._has(apart.needed):
            return False
        self._apart = None
        self._views.bring_back(apart.state)
        self._settle()
        return True

    def _stack(self, top: list[ViewDock], bottom: list[ViewDock]) -> None:
        """Put views behind each other until all that are left have room; the last give way."""
        now = set(chain(top, bottom))
        new, self._known = now - self._known, now
        if len(new) == 1:
            self._newest = new.pop()
            self._newest.raise_()
        for row in (bottom, top):
            for first in range(len(row) - 2, -1, -1):
                self._stack_behind(row[first], row[first + 1 :])
        if top and bottom and self._is_tight() and top[0] not in self._behind(bottom[0]):
            # Not even one above the other.
            for dock in bottom:
                self._views.tabifyDockWidget(top[-1], dock)
            (self._newest if self._newest in bottom else top[0]).raise_()

    def _stack_behind(self, first: ViewDock, rest: list[ViewDock]) -> None:
        behind = self._behind(first)
        apart = [dock for dock in rest if dock not in behind]
        if apart and self._is_tight():
            for dock in apart:
                self._views.tabifyDockWidget(first, dock)
            self._settle()
            # Who has switched one view on wants to see it, else the first one counts most.
            newest = self._newest if self._newest in (first, *rest) else None
            (newest or first).raise_()

    def _behind(self, dock: ViewDock) -> list[ViewDock]:
        """The views that share a place with this one."""
        return [d for d in self._views.tabifiedDockWidgets(dock) if isinstance(d, ViewDock)]

    def _is_tight(self) -> bool:
        return not self._has(self._views.needed)

    def _has(self, room: QSize) -> bool:
        there = self._views.size()
        return there.expandedTo(room) == there

    def _settle(self) -> None:
        """Lay out now: a wider card has a lower head, and so needs less height."""
        layout = self._views.layout()
        if layout is not None:
            layout.activate()

    @contextmanager
    def _at_work(self) -> Iterator[None]:
        self._is_busy = True
        try:
            yield
        finally:
            self._is_busy = False
