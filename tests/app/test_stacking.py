"""Views share places where there is no room, and part again where there is."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QRect, Qt
from PySide6.QtTest import QTest

from ganstudio.app.docks import ViewDock
from tests.app.laboratory import Lab, until

WIDE, NARROW = (1280, 720), (960, 600)


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory, qapp: object) -> Iterator[Lab]:
    lab = Lab(tmp_path_factory.mktemp("stacking")).show()
    yield lab
    lab.close()


@pytest.fixture
def resized(lab: Lab) -> Callable[[tuple[int, int]], None]:
    """Gives the window a size, and waits until all is laid out in it."""

    def to(size: tuple[int, int]) -> None:
        lab.window.resize(*size)
        QTest.qWait(50)

    lab.window.views.arrange()
    to(WIDE)
    return to


def seen(lab: Lab) -> dict[str, QRect]:
    views = lab.window.views
    return {dock.objectName(): dock.geometry() for row in views.in_rows for dock in row}


def behind(lab: Lab, name: str) -> int:
    views = lab.window.views
    return len(views.tabifiedDockWidgets(views.dock(name)))


def test_tabs_go_with_the_lack_of_room(
    lab: Lab, resized: Callable[[tuple[int, int]], None]
) -> None:
    before = seen(lab)
    assert behind(lab, "losses") == 0
    resized(NARROW)
    until(lambda: behind(lab, "losses") == 2)
    # What is kept for the next start is how they stand where there is room.
    kept = lab.window.views.layouts()
    resized(WIDE)
    until(lambda: behind(lab, "losses") == 0)
    until(lambda: seen(lab) == before)
    assert lab.window.views.restore_layouts(kept)
    until(lambda: seen(lab) == before)


def test_tabs_that_somebody_made_stay(lab: Lab, resized: Callable[[tuple[int, int]], None]) -> None:
    views = lab.window.views
    resized(NARROW)
    until(lambda: behind(lab, "losses") == 2)
    # As with the mouse.
    views.addDockWidget(Qt.DockWidgetArea.BottomDockWidgetArea, views.dock("w1"))
    views.tabifyDockWidget(views.dock("losses"), views.dock("w1"))
    resized(WIDE)
    assert behind(lab, "losses") >= 1
    assert all(isinstance(dock, ViewDock) for row in views.in_rows for dock in row)


def test_a_view_that_is_switched_on_there_stays_on(
    lab: Lab, resized: Callable[[tuple[int, int]], None]
) -> None:
    views = lab.window.views
    resized(NARROW)
    until(lambda: behind(lab, "losses") == 2)
    views.dock("ks").toggleViewAction().trigger()
    until(lambda: not views.dock("ks").isHidden())
    resized(WIDE)
    assert "dock_ks" in seen(lab)
