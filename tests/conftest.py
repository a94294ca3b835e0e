"""What every test gets: a screen in memory, and a failure if it leaves something running."""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import resource_tracker
from pathlib import Path
from typing import Any

import numpy as np
import psutil
import pytest
from numpy.typing import NDArray

if sys.platform == "linux" and not (os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY")):
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

REFERENCE = Path(__file__).parents[2] / "shared" / "reference" / "tf1_runs.npz"

GRACE_SECONDS = 3.0
"""How long what a test has stopped may take to be gone."""

EXPECTED_QT_MESSAGES = (
    # Screens in memory can't do what real ones can, and say so.
    "This plugin does not support",
    "propagateSizeHints",
)


@pytest.fixture(scope="session")
def reference() -> dict[str, NDArray[Any]]:
    """Runs of the original TensorFlow programs, by the names that presets.md explains."""
    if not REFERENCE.exists():
        pytest.skip(f"the recorded TensorFlow runs are not here ({REFERENCE})")
    with np.load(REFERENCE) as file:
        return dict(file)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """A Qt warning that is not expected fails the test that caused it."""
    if not config.pluginmanager.has_plugin("pytest-qt"):
        return  # the environment of core's tests
    for item in items:
        item.add_marker(pytest.mark.qt_log_level_fail("WARNING"))
        item.add_marker(pytest.mark.qt_log_ignore(*EXPECTED_QT_MESSAGES, extend=True))


@pytest.fixture(autouse=True, scope="module")
def only_what_is_new() -> None:
    """Let `no_leaks` look at what a file's tests make, and not again at all modules and caches.

    There are half a million objects, and a look at them all, before and after each test, took
    more than most tests do.
    """
    gc.collect()
    gc.freeze()


@pytest.fixture(autouse=True)
def no_leaks(request: pytest.FixtureRequest) -> Iterator[None]:
    """Fail a test that leaves a thread, a child process, a timer or a window behind."""
    qt = "qapp" in request.fixturenames
    threads, children = set(threading.enumerate()), _children()
    # A timer that was there may begin to run: it belongs to what outlives this test.
    things = _qt_things(resting=True) if qt else {}
    yield
    _wait_until(lambda: set(threading.enumerate()) <= threads and _children() <= children)
    leaked = [f"thread {t.name}" for t in set(threading.enumerate()) - threads]
    leaked += [f"process {pid}" for pid in _children() - children]
    if qt:
        leaked += [what for key, what in _qt_things().items() if key not in things]
    if leaked:
        pytest.fail(f"left behind: {', '.join(sorted(leaked))}", pytrace=False)


def _wait_until(gone: Any) -> None:
    end = time.monotonic() + GRACE_SECONDS
    while not gone() and time.monotonic() < end:
        time.sleep(0.01)


def _children() -> set[int]:
    """Process numbers of the children, without multiprocessing's own helper, which stays."""
    multiprocessing.active_children()  # takes leave of those that have ended
    helper = getattr(resource_tracker._resource_tracker, "_pid", None)
    return {pid for pid in _child_pids() if pid != helper}


def _child_pids() -> set[int]:
    tasks = Path("/proc/self/task")
    try:
        # psutil looks at every process of the machine; the kernel knows at once.
        listed = [(task / "children").read_text() for task in tasks.iterdir()]
    except OSError:
        return {child.pid for child in psutil.Process().children()}
    return {int(pid) for text in listed for pid in text.split()}


def _qt_things(*, resting: bool = False) -> dict[int, str]:
    """Windows that exist and timers that run, or all, by identity, with words for a message."""
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication
    from shiboken6 import Shiboken

    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.collect()
    # By address: Python's stand-in for a widget that C++ made is another one each time. Menus
    # and lists that belong to a window go with it.
    windows = [w for w in QApplication.topLevelWidgets() if w.parent() is None]
    found = {Shiboken.getCppPointer(w)[0]: f"window {type(w).__name__}" for w in windows}
    for thing in gc.get_objects():
        # isinstance would ask lazily imported modules for their class, and load them.
        if not issubclass(type(thing), QTimer) or not Shiboken.isValid(thing):
            continue
        if resting or thing.isActive():
            found[id(thing)] = f"timer {thing.objectName() or type(thing.parent()).__name__}"
    return found
