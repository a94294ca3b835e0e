"""Themes, text sizes and layouts: everything is seen whole, and is where it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtGui import QAction, QColor, QTextDocumentFragment
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QGraphicsView,
    QLabel,
    QMessageBox,
    QPushButton,
    QScrollArea,
    QToolButton,
    QWidget,
)

from ganstudio.app.panels.contents import CONTENTS
from ganstudio.app.spaces import LINE, PLANE, TITLES
from ganstudio.app.theme import TEXT_SIZE
from ganstudio.core.events import Condition
from ganstudio.data.presets import load_preset, presets
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.runs.messages import State
from tests.app.laboratory import HEIGHT, WIDTH, Lab, is_at_hand, until

MakeLab = Callable[..., Lab]
ICON_ONLY = Qt.ToolButtonStyle.ToolButtonIconOnly


def shown(lab: Lab) -> tuple[str, ...]:
    """Names of the views that are on the screen."""
    return tuple(name for name in TITLES if lab.window.views.dock(name).isVisible())


def choose_theme(lab: Lab, name: str) -> None:
    """In the menu."""
    action = lab.window.findChild(QAction, f"theme_{name}")
    assert action is not None
    action.trigger()
    QApplication.processEvents()


@pytest.fixture
def look(lab: Lab) -> Iterator[Lab]:
    """A window that gets its first look back."""
    yield lab
    choose_theme(lab, "system")
    if lab.preferences.large_text:
        lab.trigger("large_text")
    lab.trigger("restore")


# ------------------------------------------------------------------------------- themes


def ground(lab: Lab) -> QColor:
    """The pixel in the corner of the bar, where nothing stands."""
    return lab.window.transport.grab().toImage().pixelColor(1, 1)


def most_common(lab: Lab) -> QColor:
    """The colour of most pixels of the distribution's plot."""
    image = lab.window.views.dock("distribution").card.plot.grab().toImage()
    width, height = range(0, image.width(), 3), range(0, image.height(), 3)
    pixels = [image.pixel(x, y) for x in width for y in height]
    return QColor(max(set(pixels), key=pixels.count))


@pytest.mark.parametrize(
    ("name", "style"),
    [("light", LIGHT), ("dark", DARK), ("system", LIGHT)],
    ids=lambda v: str(v)[:6],
)
def test_a_theme_changes_every_pixel(look: Lab, name: str, style: object) -> None:
    wanted = DARK if style is DARK else LIGHT
    choose_theme(look, "light" if wanted is DARK else "dark")
    choose_theme(look, name)
    assert ground(look) == QColor(wanted.window)
    assert most_common(look) == QColor(wanted.card)
    assert look.preferences.theme == name


def test_a_theme_can_change_while_training(look: Lab) -> None:
    look.session.edit("steps", 10**9)
    look.trigger("toggle")
    for name in ("dark", "light", "dark"):
        choose_theme(look, name)
        look.until_step(look.session.step + 5)
    assert look.session.state is State.PLAYING


# ------------------------------------------------------------------------------- text


def test_large_text_is_larger_and_shows_less(look: Lab) -> None:
    assert shown(look) == LINE.shown
    before = look.window.transport.train.fontMetrics().height()
    look.trigger("large_text")
    assert shown(look) == LINE.shown_to_a_room
    assert QApplication.font().pixelSize() == round(1.5 * TEXT_SIZE)
    assert look.window.transport.train.fontMetrics().height() > 1.3 * before
    look.trigger("large_text")
    assert shown(look) == LINE.shown
    assert look.window.transport.train.fontMetrics().height() == before


def plain(text: str) -> str:
    """What is seen of a label's text."""
    return QTextDocumentFragment.fromHtml(text).toPlainText() if "<" in text else text


def is_cut(widget: QWidget) -> str:
    """Why the text of a label or button is not seen whole; empty if it is."""
    if isinstance(widget, QLabel) and widget.wordWrap():
        needed, there = widget.heightForWidth(widget.width()), widget.height()
    elif isinstance(widget, QLabel):
        lines = plain(widget.text()).split("\n")
        needed = max(widget.fontMetrics().horizontalAdvance(line) for line in lines)
        there = widget.contentsRect().width()
    elif isinstance(widget, QPushButton | QToolButton):
        if isinstance(widget, QToolButton) and widget.toolButtonStyle() is ICON_ONLY:
            return ""
        icon = 0 if widget.icon().isNull() else widget.iconSize().width() + 4
        needed = widget.fontMetrics().horizontalAdvance(widget.text()) + icon + 6
        there = widget.width()
    else:
        return ""
    seen = widget.visibleRegion().boundingRect().width()
    if needed > there + 1:
        return f"needs {needed}, has {there}"
    return f"only {seen} of {widget.width()} are seen" if seen < widget.width() else ""


def cut_off(lab: Lab) -> list[str]:
    """All labels and buttons whose text is not seen whole; the chip has its tooltip."""
    QApplication.processEvents()
    found = []
    for widget in lab.window.findChildren(QWidget):
        if not isinstance(widget, QLabel | QAbstractButton) or widget is lab.window.transport.chip:
            continue
        # What is scrolled away is not cut.
        if widget.text() and not widget.visibleRegion().isEmpty() and (why := is_cut(widget)):
            found.append(f"{type(widget).__name__} {widget.text()!r}: {why}")
    return found


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_no_text_is_cut_off(look: Lab, large: bool) -> None:
    look.window.resize(WIDTH, HEIGHT)
    if large:
        look.trigger("large_text")
    assert look.window.size().width() == WIDTH
    look.train_to(50)
    for content in CONTENTS:
        look.window.panel.set_open_sections([content.name])
        assert cut_off(look) == [], content.name
    look.window.panel.set_open_sections([])


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_no_title_of_a_preset_is_cut_off(look: Lab, large: bool) -> None:
    if large:
        look.trigger("large_text")
    for name in filter(is_at_hand, presets()):
        look.fresh(name)
        assert cut_off(look) == [], name


def overlaps(widgets: list[QWidget]) -> list[str]:
    """Pairs of widgets that are seen, of one window, and share pixels."""
    shown = [w for w in widgets if not w.visibleRegion().isEmpty()]
    places = [QRect(w.mapToGlobal(QPoint(0, 0)), w.size()) for w in shown]
    return [
        f"{shown[i].objectName() or shown[i]} {a} and {shown[j].objectName() or shown[j]} {b}"
        for i, a in enumerate(places)
        for j, b in enumerate(places[:i])
        if a.intersects(b)
    ]


def is_seen(widget: QWidget) -> bool:
    """Whether some of it is on the screen."""
    return not widget.visibleRegion().isEmpty()


def are_apart(views: QWidget, docks: list[QWidget]) -> bool:
    """Whether all that is seen of some docks has a place of its own in the window."""
    seen = [dock for dock in docks if not dock.visibleRegion().isEmpty()]
    return not overlaps(seen) and all(views.rect().contains(dock.geometry()) for dock in seen)


@pytest.mark.parametrize(
    ("size", "large"),
    [((960, 600), False), ((1280, 720), False), ((960, 600), True), ((1280, 720), True)],
)
def test_nothing_in_the_bar_overlaps(look: Lab, size: tuple[int, int], large: bool) -> None:
    if large:
        look.trigger("large_text")
    look.window.resize(*size)
    bar = look.window.transport
    QApplication.processEvents()
    assert bar.width() == look.window.width() == size[0]
    found = bar.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
    assert overlaps(found) == []
    assert all(bar.rect().contains(w.geometry()) for w in found if w.isVisible())
    for condition in Condition:
        bar.set_verdict(f"{condition.value.capitalize()}: for a reason of many words", "trouble")
        if size != (960, 600) or not large:
            assert bar.chip.text().startswith(condition.value.capitalize())
    # There is the same, whole, where there is room.
    look.window.resize(1600, 720)
    QApplication.processEvents()
    if not large:
        assert bar.seed.toolButtonStyle() is not ICON_ONLY


@pytest.mark.parametrize("name", ["first-gan", "ring-modern"])
@pytest.mark.parametrize(
    ("size", "large"),
    [
        ((960, 600), False),
        ((1280, 720), False),
        ((1280, 720), True),
        ((1440, 900), False),
        ((1440, 900), True),
    ],
)
def test_no_view_overlaps_another(look: Lab, name: str, large: bool, size: tuple[int, int]) -> None:
    if large:
        look.trigger("large_text")
    look.fresh(name)
    look.window.resize(*size)
    views = look.window.views
    space = PLANE if name == "ring-modern" else LINE
    for added in ("", "layers"):
        new = bool(added) and views.dock(added).isHidden()
        if new:
            views.dock(added).toggleViewAction().trigger()
        # Docks glide to their places.
        until(partial(are_apart, views, [views.dock(name) for name in space.views]))
        # Who asks for a view sees it.
        until(partial(is_seen, views.dock(added) if new else views))
        bottom = views.mapTo(look.window, QPoint(0, views.height())).y()
        assert bottom <= look.window.statusBar().y()


def test_large_text_leaves_the_hero_most_of_the_room(look: Lab) -> None:
    look.window.resize(WIDTH, HEIGHT)
    look.trigger("large_text")
    views = look.window.views
    until(lambda: views.dock("distribution").height() > 330)
    assert views.dock("distribution").card.plot.canvas.box.height() > 170


@pytest.mark.parametrize("large", [False, True], ids=["normal", "large"])
def test_help_and_presets_fit_a_small_screen(look: Lab, large: bool) -> None:
    if large:
        look.trigger("large_text")
    menu = look.window.transport.preset.menu()
    assert menu.sizeHint().width() <= WIDTH
    assert menu.sizeHint().height() <= HEIGHT
    look.trigger("shortcuts")
    overlay = look.window.findChild(QDialog, "shortcuts_overlay")
    assert overlay is not None
    assert overlay.width() <= WIDTH
    assert overlay.height() <= HEIGHT
    QApplication.processEvents()
    area = overlay.findChild(QScrollArea)
    assert area is not None
    body = area.widget()
    assert body is not None
    # It scrolls down if at all, and every label is whole.
    assert body.width() == area.viewport().width()
    assert body.minimumSizeHint().width() <= body.width()
    assert all(is_whole(label) for label in body.findChildren(QLabel))
    overlay.close()


def is_whole(label: QLabel) -> bool:
    """Whether all its words have room."""
    if label.wordWrap():
        return label.heightForWidth(label.width()) <= label.height()
    return label.sizeHint().width() <= label.width()


def test_words_do_not_move_the_window(look: Lab) -> None:
    look.window.resize(960, 600)
    look.window.notice.say("A sentence that is longer than the window is wide. " * 5, "report")
    look.window.status.setText("Training  ·  " * 40)
    look.window.transport.set_verdict("A verdict of many words " * 10, "good")
    QApplication.processEvents()
    assert (look.window.width(), look.window.height()) == (960, 600)


# ------------------------------------------------------------------------------- layout


def test_views_are_hidden_floated_and_restored(look: Lab) -> None:
    views = look.window.views
    for name in LINE.views:
        switch = views.dock(name).toggleViewAction()
        was = name in shown(look)
        switch.trigger()
        assert (name in shown(look)) is not was
        switch.trigger()
        assert (name in shown(look)) is was
    views.dock("losses").setFloating(True)
    views.dock("distribution").close()
    look.trigger("toggle")
    look.until_step(10)
    look.trigger("restore")
    assert shown(look) == LINE.shown
    assert not views.dock("losses").isFloating()


def test_the_buttons_of_a_view(look: Lab) -> None:
    dock = look.window.views.dock("losses")
    buttons = {b.accessibleName().split(":")[0]: b for b in dock.bar.findChildren(QToolButton)}
    buttons["Float or dock"].click()
    assert dock.isFloating()
    buttons["Float or dock"].click()
    assert not dock.isFloating()
    next(b for name, b in buttons.items() if name.startswith("Hide")).click()
    assert "losses" not in shown(look)


def test_the_panel_is_hidden_and_shown(look: Lab) -> None:
    look.trigger("panel")
    assert not look.window.panel.isVisible()
    look.trigger("panel")
    assert look.window.panel.isVisible()


def double_click(look: Lab, name: str) -> None:
    plot = look.window.views.dock(name).card.plot
    drawing = plot.findChild(QGraphicsView)
    assert drawing is not None
    place = drawing.viewport()
    middle = place.rect().center()
    QTest.mouseClick(place, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseDClick(place, Qt.MouseButton.LeftButton, pos=middle)
    QTest.mouseRelease(place, Qt.MouseButton.LeftButton, pos=middle)


@pytest.mark.parametrize("back", [Qt.Key.Key_Escape, Qt.Key.Key_F, None])
def test_a_plot_is_enlarged_and_put_back(look: Lab, back: Qt.Key | None) -> None:
    views = look.window.views
    card = views.dock("losses").card
    size = card.size()
    double_click(look, "losses")
    alone = views.enlarged
    assert alone is not None
    assert card.window() is alone
    # It is steered like the whole window.
    alone.activateWindow()
    look.trigger("toggle")
    look.until_step(5)
    assert alone.actions() == look.window.actions()
    if back is None:
        double_click(look, "losses")
    else:
        QTest.keyClick(alone, back)
    until(lambda: views.enlarged is None)
    assert card.window() is look.window
    until(lambda: card.size() == size)


def test_the_current_plot_is_enlarged(look: Lab) -> None:
    look.trigger("full_plot")
    alone = look.window.views.enlarged
    assert alone is not None
    assert look.window.views.current.window() is alone
    look.trigger("full_plot")
    until(lambda: look.window.views.enlarged is None)


def test_the_window_takes_the_whole_screen(look: Lab) -> None:
    look.trigger("full_screen")
    assert look.window.isFullScreen()
    look.trigger("full_screen")
    assert not look.window.isFullScreen()


def test_about(look: Lab, monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    monkeypatch.setattr(QMessageBox, "about", lambda *words: said.append(words[-1]))
    look.trigger("about")
    assert "torch" in said[0]


# ------------------------------------------------------------------------------- restart


def test_layout_and_preferences_survive_a_restart(make_lab: MakeLab) -> None:
    first = make_lab()
    first.show()
    first.window.views.dock("generator_map").close()
    first.window.views.dock("js").show()
    first.window.views.dock("losses").setFloating(True)
    first.window.panel.set_open_sections(["loss", "training"])
    first.window.transport.speed.setValue(5)
    choose_theme(first, "dark")
    first.session.edit("seed", 3)
    pace, views = first.session.pace, shown(first)
    first.close()
    second = make_lab()
    second.show()
    assert shown(second) == views
    assert second.window.views.dock("losses").isFloating()
    assert second.window.panel.open_sections() == ["loss", "training"]
    assert second.session.pace == pace
    assert second.window.transport.speed.value() == 5
    assert ground(second) == QColor(DARK.window)
    theme = second.window.findChild(QAction, "theme_dark")
    assert theme is not None
    assert theme.isChecked()


def test_large_text_survives_a_restart(make_lab: MakeLab) -> None:
    first = make_lab()
    first.show()
    first.trigger("large_text")
    first.close()
    second = make_lab()
    second.show()
    assert shown(second) == LINE.shown_to_a_room
    assert QApplication.font().pixelSize() == round(1.5 * TEXT_SIZE)
    second.trigger("large_text")


@pytest.mark.qt_log_ignore("QVariant", "invalid type", "QMainWindow")
@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff" * 500,
        b"[General]\nlayout_line=@ByteArray(nonsense)\ngeometry=@ByteArray(\\0\\0)\npace=nan\n"
        b"theme=pink\nopen_sections=nowhere|loss\nlarge_text=5\nrecent={}\nsplitter=7\n",
    ],
    ids=["binary", "nonsense"],
)
def test_corrupt_preferences_give_the_first_look(make_lab: MakeLab, content: bytes) -> None:
    lab = make_lab()
    file = lab.preferences._file.fileName()
    lab.close()
    with open(file, "wb") as out:
        out.write(content)
    again = make_lab()
    again.show()
    assert shown(again) == LINE.shown
    assert again.session.pace == 200
    assert again.preferences.theme == "system"
    assert not again.window.notice.isVisible()


# ------------------------------------------------------------------------- line and plane


def test_line_and_plane_have_views_of_their_own(look: Lab) -> None:
    look.window.views.dock("generator_map").close()
    before = shown(look)
    look.session.open(load_preset("ring", steps=50))
    until(lambda: shown(look) == tuple(name for name in TITLES if name in PLANE.shown))
    look.window.views.dock("layers").show()
    until(lambda: look.session._engine.watch.layers)
    look.session.open(load_preset("first-gan"))
    until(lambda: shown(look) == before)
    look.session.open(load_preset("ring", steps=50))
    until(lambda: "layers" in shown(look))
    offered = [a.text() for a in look.window.views.actions_to_show() if a.isVisible()]
    assert offered == [TITLES[name] for name in TITLES if name in PLANE.views]


def test_ticks_in_the_view_menu_say_what_is_on(look: Lab) -> None:
    menu = look.window._menu("view")

    def ticked(id: str) -> bool:
        menu.aboutToShow.emit()
        return look.window.actions_table[id].isChecked()

    for id in ("panel", "large_text", "fleet"):
        before = ticked(id)
        look.trigger(id)
        assert ticked(id) is not before
        look.trigger(id)
        assert ticked(id) is before
