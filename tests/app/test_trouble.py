"""Errors that nobody expected are seen in the window, and the window lives."""

from __future__ import annotations

import sys
import threading
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QPushButton

from ganstudio.app.trouble import KEPT, Trouble
from ganstudio.core.events import Failed
from ganstudio.runs.messages import State
from tests.app.laboratory import Lab, until


@pytest.fixture
def hooks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both hooks, given back afterwards."""
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


@pytest.fixture
def catching(lab: Lab, hooks: None) -> Lab:
    """A window that is told about uncaught exceptions, as in the program."""
    lab.trouble.install()
    return lab


def fail(*_: Any, **__: Any) -> Any:
    raise RuntimeError("broken on purpose")


def shown_report(lab: Lab) -> str:
    """The notice's report, by way of its button and the clipboard."""
    button = next(b for b in lab.window.notice.findChildren(QPushButton) if "Copy" in b.text())
    assert button.isVisible()
    button.click()
    return QApplication.clipboard().text()


def test_an_exception_in_a_slot(catching: Lab) -> None:
    timer = QTimer(interval=0, singleShot=True)
    timer.timeout.connect(fail)
    timer.start()
    until(catching.window.notice.isVisible)
    assert "RuntimeError: broken on purpose" in catching.window.notice.words
    report = shown_report(catching)
    assert "Traceback" in report
    assert "def fail" in report or "in fail" in report


def test_an_exception_in_a_thread(catching: Lab) -> None:
    thread = threading.Thread(target=fail)
    thread.start()
    thread.join()
    until(catching.window.notice.isVisible)
    assert "broken on purpose" in catching.window.notice.words


SLOTS = ("views.show_frame", "views.start", "transport.set_verdict", "transport.set_state")


@pytest.mark.parametrize("slot", SLOTS)
def test_the_window_lives_on(
    catching: Lab, monkeypatch: pytest.MonkeyPatch, slot: str, capsys: pytest.CaptureFixture[str]
) -> None:
    owner, name = slot.split(".")
    notice = catching.window.notice
    with monkeypatch.context() as patch:
        patch.setattr(getattr(catching.window, owner), name, fail)
        catching.trigger("toggle")
        catching.until_step(10)
        catching.trigger("reset")
        until(notice.isVisible)
    until(lambda: catching.trouble.take() is None)
    notice.hide()
    catching.until_rest()
    catching.trigger("toggle")
    catching.until_step(10)
    catching.until_state(State.PLAYING)
    assert not notice.isVisible()
    assert "broken on purpose" in capsys.readouterr().err


def test_a_slot_that_fails_at_every_frame_fills_no_memory(hooks: None) -> None:
    trouble = Trouble()
    trouble.install()
    for _ in range(1000):
        sys.excepthook(ValueError, ValueError("again"), None)
    taken = 0
    while trouble.take() is not None:
        taken += 1
    assert taken == KEPT


def test_where_there_is_no_stderr(hooks: None, monkeypatch: pytest.MonkeyPatch) -> None:
    trouble = Trouble()
    trouble.install()
    monkeypatch.setattr(sys, "stderr", None)
    sys.excepthook(ValueError, ValueError("unheard"), None)
    found = trouble.take()
    assert found is not None
    assert "unheard" in found[0]


def test_the_notice_of_a_run_goes_with_the_next_run(lab: Lab) -> None:
    notice = lab.window.notice
    lab.session.failed.emit(Failed("It broke.", "how"))
    assert notice.isVisible()
    assert shown_report(lab).startswith("It broke.")
    lab.trigger("reset")
    until(lambda: not notice.isVisible())
    lab.until_rest()
    notice.say("Read me.")
    lab.trigger("reset")
    lab.until_rest()
    assert notice.isVisible()
    next(b for b in notice.findChildren(QPushButton) if b.text() == "Dismiss").click()
    assert not notice.isVisible()
