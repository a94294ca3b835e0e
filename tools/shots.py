"""Pictures of every page of the real program, light and dark: `python3 dev.py shots [folder]`."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Literal

from PySide6.QtCore import QEventLoop, QTimer
from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ganstudio.app.panels.contents import CONTENTS
from ganstudio.app.preferences import Preferences
from ganstudio.app.session import Session
from ganstudio.app.spaces import TITLES
from ganstudio.app.trouble import Trouble
from ganstudio.app.window import Window
from ganstudio.data.presets import load_preset
from ganstudio.runs.messages import State

STEP = 1_240
"""Where the pictures are taken: the generator nearly fits, and one sees that it came from afar."""
PLANE_STEP, FLEET_STEP, DIGITS_STEP = 2_000, 2_500, 4_000
COMPARED_STEP, COMPARED_SEEDS = 2_000, (1, 2)
TIMELINE_STEP, LOOKED_STEP = 3_000, 1_100
PATIENCE_MS = 120_000
EXPLORED_MS = 4_000
Theme = Literal["light", "dark"]


def main(folder: Path) -> int:
    """Take all pictures; 1 if the program did not get so far."""
    folder.mkdir(parents=True, exist_ok=True)
    app = QApplication(["ganstudio"])
    themes: tuple[Theme, ...] = ("light", "dark")
    for theme in themes:
        with tempfile.TemporaryDirectory() as settings:
            preferences = Preferences(Path(settings) / "window.ini")
            preferences.theme = theme
            preferences.set_pace(None)
            session = Session(load_preset("first-gan"), runs=Path(settings) / "runs")
            window = Window(session, preferences, Trouble())
            window.resize(1440, 900)
            window.show()
            if not _wait(partial(_is_ready, session)):
                print("the engine did not get ready", file=sys.stderr)
                return 1
            session.train(until=STEP)
            _wait(partial(_has_come_to, STEP, session))
            for name, widget in _pages(window):
                _settle()
                path = folder / f"{name}-{theme}.png"
                widget.grab().save(str(path))
                print(path)
            window.close()
    app.quit()
    return 0


def _pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    """(name, what is to be drawn) for each page, brought into the window before."""
    yield "window", window
    window.resize(1280, 720)
    yield "window-small", window
    window.resize(2560, 1440)
    yield "window-large", window
    window.resize(1440, 900)
    window.panel.set_open_sections([content.name for content in CONTENTS])
    window.panel.setMinimumHeight(2000)
    yield "panel", window.panel
    window.panel.setMinimumHeight(0)
    window.panel.set_open_sections([])
    for name in TITLES:
        window.views.dock(name).show()
        _settle()
        yield f"view-{name.replace('_', '-')}", window.views.dock(name).card
    window.views.arrange()
    window.actions_table["shortcuts"].trigger()
    dialogs = window.findChildren(QDialog)
    yield "shortcuts", dialogs[-1]
    dialogs[-1].close()
    window.actions_table["large_text"].trigger()
    yield "window-projector", window
    window.actions_table["large_text"].trigger()
    yield from _timeline_pages(window)
    yield from _plane_pages(window)
    yield from _picture_pages(window)
    yield from _fleet_pages(window)
    yield from _library_pages(window)


def _timeline_pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    session = window.session
    session.open(load_preset("aylien", steps=TIMELINE_STEP))
    _train(session, TIMELINE_STEP)
    _wait(partial(_is_recorded, TIMELINE_STEP, session))
    session.history.look(session.history.reel.nearest(LOOKED_STEP))
    yield "timeline", window
    session.history.follow()


def _plane_pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    session = window.session
    session.open(load_preset("ring-modern", steps=PLANE_STEP))
    _train(session, PLANE_STEP)
    yield "plane", window
    window.views.dock("layers").show()
    _settle()
    yield "view-layers", window.views.dock("layers").card
    window.views.arrange()


def _picture_pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    session = window.session
    session.open(load_preset("digits", steps=DIGITS_STEP))
    _train(session, DIGITS_STEP)
    yield "digits", window
    window.resize(1280, 720)
    yield "digits-small", window
    window.resize(1440, 900)
    window.actions_table["explore"].trigger()
    page = window.explore.page
    for pane in page.panes:
        page.tabs.setCurrentWidget(pane)
        # Its questions are answered one after another.
        _settle(EXPLORED_MS)
        yield pane.title.lower().replace(" ", "-"), window
    window.resize(1280, 720)
    for pane in page.panes:
        page.tabs.setCurrentWidget(pane)
        _settle()
        yield f"{pane.title.lower().replace(' ', '-')}-small", window
    window.resize(1440, 900)
    window.actions_table["explore"].trigger()


def _fleet_pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    session = window.session
    session.open(load_preset("aylien-minibatch", replicas=64, steps=FLEET_STEP))
    _train(session, FLEET_STEP)
    yield "fleet", window
    window.resize(1280, 720)
    yield "fleet-small", window
    window.resize(1440, 900)


def _library_pages(window: Window) -> Iterator[tuple[str, QWidget]]:
    session = window.session
    for seed in COMPARED_SEEDS:
        session.open(load_preset("aylien-minibatch", seed=seed, steps=COMPARED_STEP))
        _train(session, COMPARED_STEP)
        _wait(partial(_is_recorded, COMPARED_STEP, session))
    window.actions_table["library"].trigger()
    yield "library", window
    window.actions_table["compare"].trigger()
    yield "compare", window
    comparing = window.library.comparing
    comparing.over.setChecked(True)
    yield "compare-overlaid", window
    window.resize(1280, 720)
    yield "compare-overlaid-small", window
    comparing.side.setChecked(True)
    yield "compare-small", window


def _train(session: Session, step: int) -> None:
    _wait(partial(_is_ready, session))
    session.train()
    _wait(partial(_has_come_to, step, session))


def _is_recorded(step: int, session: Session) -> bool:
    places = session.history.reel.places
    return bool(places) and places[-1].step >= step


def _is_ready(session: Session) -> bool:
    return session.state is State.PAUSED


def _has_come_to(step: int, session: Session) -> bool:
    return session.step >= step


def _wait(done: Callable[[], bool]) -> bool:
    """Let the program work until `done`, or until patience ends."""
    loop = QEventLoop()
    look, end = QTimer(interval=20), QTimer(interval=PATIENCE_MS, singleShot=True)
    look.timeout.connect(lambda: loop.quit() if done() else None)
    end.timeout.connect(loop.quit)
    look.start()
    end.start()
    loop.exec()
    return done()


def _settle(milliseconds: int = 300) -> None:
    """Let layouts and paints that are under way come to rest."""
    loop = QEventLoop()
    QTimer.singleShot(milliseconds, loop.quit)
    loop.exec()


if __name__ == "__main__":
    raise SystemExit(main(Path(sys.argv[1])))
