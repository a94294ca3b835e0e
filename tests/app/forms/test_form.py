"""Contracts of forms, over every field of every spec class there is."""

from __future__ import annotations

from itertools import pairwise

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from ganstudio.app.forms import SpecForm
from ganstudio.app.forms.numbers import NumberEdit
from ganstudio.app.forms.numerals import Range
from ganstudio.app.forms.rows import FieldRow
from ganstudio.app.icons import icon
from ganstudio.app.theme import apply_theme
from ganstudio.core.experiment import Experiment
from ganstudio.core.networks import Discriminator, Generator
from ganstudio.core.optimizers import Adam, Sgd
from ganstudio.core.spec import Spec, hint_of
from ganstudio.core.targets import GaussianMixture, Uniform
from ganstudio.plots.style import LIGHT, Style
from tests.app.forms.hands import enter, find, listen, open_all
from tests.app.forms.specs import all_classes, other_value, plain_fields, typed_fields

CLASSES = list(all_classes())


def shown(qtbot: QtBot, form: QWidget, width: int = 300) -> QWidget:
    """The form in a window, everything in it opened."""
    qtbot.addWidget(form)
    form.resize(width, 800)
    form.show()
    form.activateWindow()
    open_all(form)
    QApplication.processEvents()
    return form


def test_every_field_helps() -> None:
    for spec_class in CLASSES:
        for name, field in plain_fields(spec_class):
            assert len(hint_of(field).help) > 10, f"{spec_class.__name__}.{name}"


def test_a_value_that_is_set_is_the_value(qtbot: QtBot, subtests: pytest.Subtests) -> None:
    for spec_class in CLASSES:
        with subtests.test(spec_class.__name__):
            form = SpecForm(spec_class)
            qtbot.addWidget(form)
            heard = listen(form.edited)
            value = spec_class()
            for name, field in plain_fields(spec_class):
                value = value.model_copy(update={name: other_value(field, getattr(value, name))})
            form.setValue(value)
            assert form.value() == value
            for name, _ in plain_fields(spec_class):
                assert form.part(name).editor.value() == getattr(value, name)
            assert heard == []


def test_typing_a_value_is_one_edit(qtbot: QtBot, subtests: pytest.Subtests) -> None:
    for spec_class in CLASSES:
        with subtests.test(spec_class.__name__):
            form = SpecForm(spec_class, "some.path.")
            shown(qtbot, form)
            heard = listen(form.edited)
            for name, field in typed_fields(spec_class):
                heard.clear()
                before = getattr(form.value(), name)
                after = other_value(field, before)
                enter(form.part(name).editor, after)
                assert heard == [(f"some.path.{name}", after)]
                assert type(heard[0][1]) is type(before)
                assert getattr(form.value(), name) == after


def test_what_is_out_of_range_is_refused_and_the_last_value_comes_back(
    qtbot: QtBot, subtests: pytest.Subtests
) -> None:
    for spec_class in CLASSES:
        with subtests.test(spec_class.__name__):
            form = SpecForm(spec_class)
            shown(qtbot, form)
            heard = listen(form.edited)
            before = form.value()
            for name, field in plain_fields(spec_class):
                row = form.part(name)
                if isinstance(row.editor, NumberEdit):
                    too_much = str(int(Range.of(field).high) + 1)
                    enter(row.editor, too_much)
                    assert "out of range" in row._problem.text()
                    assert row.editor.lineEdit().text() == too_much
                    row.editor.clearFocus()
                    assert row.editor.lineEdit().text() == row.editor.format(getattr(before, name))
                    assert "out of range" in row._problem.text()
            assert (heard, form.value()) == ([], before)


@pytest.mark.parametrize("style", [LIGHT, LIGHT.projector()], ids=["normal", "projector"])
def test_nothing_is_cut(
    qtbot: QtBot, qapp: QApplication, subtests: pytest.Subtests, style: Style
) -> None:
    apply_theme(qapp, style)
    room = round(270 * style.text_scale)
    for spec_class in CLASSES:
        with subtests.test(spec_class.__name__):
            check_that_nothing_is_cut(shown(qtbot, SpecForm(spec_class), room), room, style)


def check_that_nothing_is_cut(form: QWidget, room: int, style: Style) -> None:
    assert form.minimumSizeHint().width() <= room
    for label in form.findChildren(QLabel):
        if label.isVisible() and not label.wordWrap():
            assert label.minimumSizeHint().width() <= label.width(), label.text()
    for combo in form.findChildren(QComboBox):
        widest = max(combo.fontMetrics().horizontalAdvance(t) for t in texts(combo))
        arrow_and_padding = round(34 * style.text_scale)
        assert widest + arrow_and_padding <= combo.width(), texts(combo)
    for line in number_edits(form):
        margins = line.lineEdit().textMargins()
        inside = line.lineEdit().width() - margins.left() - margins.right() - 4
        assert line.fontMetrics().horizontalAdvance(line.text()) <= inside, line.objectName()


def number_edits(form: QWidget) -> list[NumberEdit]:
    return [w for w in form.findChildren(QWidget) if isinstance(w, NumberEdit)]


def texts(combo: QComboBox) -> list[str]:
    return [combo.itemText(i) for i in range(combo.count())]


def test_everything_has_a_name_and_words(qtbot: QtBot, subtests: pytest.Subtests) -> None:
    for spec_class in CLASSES:
        with subtests.test(spec_class.__name__):
            form = shown(qtbot, SpecForm(spec_class))
            for widget in form.findChildren(QWidget):
                inside_another = isinstance(widget, QLineEdit) and isinstance(
                    widget.parent(), NumberEdit
                )
                if widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.window() is form:
                    assert inside_another or widget.accessibleName(), widget
            for row in form.findChildren(FieldRow):
                assert "Applies at" in row.toolTip()
                assert row.editor.accessibleDescription()


def test_tab_goes_from_top_to_bottom_even_after_kinds_changed(qtbot: QtBot) -> None:
    form = SpecForm(Experiment)
    shown(qtbot, form)
    form.setValue(Experiment().replace(target="mixture", optimizer_d="sgd", loss="minimax"))
    form.setValue(Experiment().replace(target="gaussian", optimizer_d="adam"))
    form.setValue(form.value().replace(target="mixture"))
    open_all(form)
    form.resize(300, form.sizeHint().height())
    QApplication.processEvents()
    chain = []
    widget = first = find(form, "title")
    while (widget := widget.nextInFocusChain()) is not first:
        tab = widget.focusPolicy() & Qt.FocusPolicy.TabFocus
        if tab and widget.isVisible() and not widget.focusProxy() and widget is not form:
            chain.append(widget)
    places = [w.mapTo(form, w.rect().center()) for w in chain]
    assert len(places) > 40
    for before, after in pairwise(places):
        # On one line the middles may differ by some pixels.
        same_line = abs(before.y() - after.y()) < 10
        assert before.x() < after.x() if same_line else before.y() < after.y()


def test_another_kind_brings_its_own_fields(qtbot: QtBot) -> None:
    form = SpecForm(Experiment)
    shown(qtbot, form)
    heard = listen(form.edited)
    enter(find(form, "optimizer_d.kind"), "sgd")
    assert heard[-1] == ("optimizer_d.kind", "sgd")
    assert form.value().optimizer_d == Sgd()
    heard.clear()
    enter(find(form, "optimizer_d.lr"), 0.5)
    assert heard == [("optimizer_d.lr", 0.5)]
    assert form.value() == Experiment().replace(**{"optimizer_d.kind": "sgd"}, **dict(heard))
    assert form.value().optimizer_d == Sgd(lr=0.5)


def test_a_value_of_the_same_kinds_is_shown_in_place(qtbot: QtBot) -> None:
    form = SpecForm(Experiment)
    shown(qtbot, form)
    editor = find(form, "optimizer_d.lr")
    editor.setFocus()
    before = set(form.findChildren(QWidget))
    form.setValue(Experiment().replace(**{"optimizer_d.lr": 0.5, "generator.layers.0.width": 7}))
    assert set(form.findChildren(QWidget)) == before
    assert editor.hasFocus()


def test_a_rule_between_fields_is_said_at_the_field(qtbot: QtBot) -> None:
    form = SpecForm(Uniform)
    shown(qtbot, form)
    heard = listen(form.edited)
    enter(form.part("low").editor, 5)
    assert heard == []
    assert "must be below" in form.part("low")._problem.text()
    assert form.part("low").editor.value() == -1.0
    enter(form.part("high").editor, 8)
    assert not form.part("low")._problem.is_visible()


def test_a_rule_of_the_holder_takes_the_edit_back(qtbot: QtBot) -> None:
    form = SpecForm(Discriminator().replace(**{"minibatch.enabled": True}), "d.")
    shown(qtbot, form)
    position = find(form, "d.minibatch.position")
    enter(position, 9)
    assert position.value() == 1
    words = [label.text() for label in form.findChildren(QLabel) if label.isVisible()]
    assert any("only 2 hidden layers" in text for text in words)


def test_pending_fields_are_marked_in_words(qtbot: QtBot) -> None:
    form = SpecForm(Experiment)
    shown(qtbot, form)
    form.set_pending({"seed", "target", "generator.layers.1.width", "discriminator.layers"})
    marked = [w.text() for w in form.findChildren(QLabel) if "↻" in w.text()]
    assert len(marked) == 3
    assert [b.text() for b in form.findChildren(QToolButton) if "↻" in b.text()] == ["2↻"]
    form.setValue(form.value().replace(target="mixture"))
    form.set_pending(set())
    assert not [w for w in form.findChildren(QLabel) if "↻" in w.text()]


def test_a_problem_behind_more_opens_it(qtbot: QtBot) -> None:
    form = SpecForm(Adam(), "optimizer_d.")
    qtbot.addWidget(form)
    form.show()
    (more,) = form.findChildren(QPushButton)
    closed = more.icon().pixmap(16).toImage()
    assert closed == icon("chevron-right").pixmap(16).toImage()
    assert form.set_problem("optimizer_d.eps", "No.")
    assert more.icon().pixmap(16).toImage() == icon("chevron-down").pixmap(16).toImage()
    assert form.part("eps").isVisible()
    assert form.part("eps")._problem.text() == "No."
    assert not form.set_problem("elsewhere", "No.")
    form.setValue(Adam(eps=0.5))
    assert not form.part("eps")._problem.is_visible()


def test_a_device_is_picked_from_those_there_are(qtbot: QtBot) -> None:
    form = SpecForm(Experiment, names=["device"], choices={"device": ["auto", "cpu"]})
    qtbot.addWidget(form)
    combo = form.part("device").editor
    assert texts(combo) == ["auto", "cpu"]
    form.setValue(Experiment(device="cuda:3"))
    assert combo.value() == "cuda:3"
    combo.set_choices(["cpu"])
    assert (combo.value(), texts(combo)) == ("cuda:3", ["cpu", "cuda:3"])


@pytest.mark.parametrize("spec", [Generator(), GaussianMixture()])
def test_a_form_needs_no_more_than_its_value(qtbot: QtBot, spec: Spec) -> None:
    form = SpecForm(spec)
    qtbot.addWidget(form)
    assert form.value() is spec


def test_nothing_is_hidden_where_all_is_advanced(qtbot: QtBot) -> None:
    form = SpecForm(Experiment, names=["replicas", "vary"])
    qtbot.addWidget(form)
    form.show()
    assert form.part("replicas").isVisible()
    assert form.findChildren(QPushButton) == []


def test_fields_that_mean_nothing_now_are_grey_even_after_their_kind_came_back(
    qtbot: QtBot,
) -> None:
    form = SpecForm(Experiment)
    shown(qtbot, form)
    form.set_idle({"unrolling.lr", "target.sigma", "penalties_d"})
    form.setValue(form.value().replace(target="uniform"))
    form.setValue(form.value().replace(target="gaussian"))
    assert not find(form, "unrolling.lr").isEnabled()
    assert not form.part("penalties_d").isEnabled()
    target = form.part("target")._guide.form
    assert not target.part("sigma").isEnabled()
    assert target.part("mu").isEnabled()
    form.set_idle(set())
    assert target.part("sigma").isEnabled()
