"""Boards: every view in every size, the same pictures whatever came before, nothing cut."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QRect
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from ganstudio.app.spaces import SPACES, TITLES
from ganstudio.errors import SpecError
from ganstudio.export.board import Board
from ganstudio.export.drawings import BOARDS, HEROES, MAKERS
from ganstudio.export.encoders.pixels import rgb
from ganstudio.export.look import Look, parse_size
from ganstudio.export.timeline import Moment, Timing, moments
from ganstudio.plots.card import Card
from ganstudio.plots.over_time import OverTime
from ganstudio.plots.style import DARK, LIGHT
from ganstudio.plots.words import Words
from ganstudio.record.reader import RunReader
from tests.export.films import has
from tests.export.runs import record, tiny


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One run on the line, a fleet, one in the plane, one on pictures, and a shorter one."""
    folder = tmp_path_factory.mktemp("runs")
    made = {
        name: folder / f"{name}.ganrun" for name in ("line", "fleet", "plane", "pictures", "short")
    }
    record(made["line"], tiny("averaged"))
    record(made["fleet"], tiny("fleet"))
    record(made["plane"], tiny("plane"))
    record(made["pictures"], tiny("pictures"))
    record(made["short"], tiny("line", seed=3, steps=12))
    return made


@contextmanager
def board(runs: list[Path], **look: object) -> Iterator[tuple[Board, list[Moment]]]:
    with ExitStack() as stack:
        readers = [stack.enter_context(RunReader(run)) for run in runs]
        found = moments([reader.places for reader in readers], Timing())
        made = stack.enter_context(Board(readers, Look(**look), found))  # type: ignore[arg-type]
        yield made, found


def test_the_views_are_the_windows() -> None:
    assert set(MAKERS) == set(TITLES)
    for space in SPACES:
        assert HEROES[space.name] == space.shown_to_a_room
        assert BOARDS[space.name] == space.shown


@pytest.mark.parametrize("dark", [False, True])
def test_what_is_drawn(qtbot: QtBot, runs: dict[str, Path], dark: bool) -> None:
    style = DARK if dark else LIGHT
    with board([runs["line"]], dark=dark) as (made, found):
        first, last = made.draw(found[0]), made.draw(found[-1])
    assert (first.width(), first.height()) == (800, 450)
    for role in ("real", "generated", "discriminator", "card", "window", "text"):
        assert has(last, getattr(style, role)) > 40, role
    assert (rgb(first) != rgb(last)).any(axis=2).sum() > 500


@pytest.mark.parametrize("kind", ["line", "plane", "pictures"])
def test_each_view_alone(qtbot: QtBot, runs: dict[str, Path], kind: str) -> None:
    [space] = [space for space in SPACES if space.name == kind]
    for name in space.views:
        with board([runs[kind]], views=(name,), size=(400, 300)) as (made, found):
            image = made.draw(found[-1])
            assert list(made.panes[0].plots) == [name]
        assert has(image, LIGHT.generated) + has(image, LIGHT.text) > 60, name


def test_a_film_is_the_same_each_time(qtbot: QtBot, runs: dict[str, Path]) -> None:
    views = ("distribution", "generator_map", "losses", "w1")
    films = []
    for _ in range(2):
        with board([runs["line"]], views=views, size=(1200, 700)) as (made, found):
            films.append([rgb(made.draw(moment)) for moment in found])
    assert all(np.array_equal(a, b) for a, b in zip(*films, strict=True))


@pytest.mark.parametrize("kind", ["line", "plane", "pictures"])
def test_axes_stand_still(qtbot: QtBot, runs: dict[str, Path], kind: str) -> None:
    with board([runs[kind]], views=("board",), size=(1200, 700)) as (made, found):
        seen = []
        for moment in found:
            made.draw(moment)
            plots = made.panes[0].plots.values()
            places = [w.geometry().getRect() for w in made.findChildren(QWidget)]
            seen.append(([plot.canvas.span() for plot in plots], places))
        assert all(a == b for a, b in pairwise(seen))


def test_runs_side_by_side(qtbot: QtBot, runs: dict[str, Path]) -> None:
    three = [runs["line"], runs["short"], runs["fleet"]]
    with board(three, views=("distribution", "w1"), size=(1280, 720)) as (made, found):
        assert [moment.step for moment in found] == sorted({m.step for m in found})
        image = made.draw(found[-1])
        steps = [pane.frame(n).step for pane, n in zip(made.panes, found[-1].numbers, strict=True)]
        # The shorter one stays at its last picture.
        assert steps == [24, 12, 24]
        for name in ("distribution", "w1"):
            spans = [pane.plots[name].canvas.span() for pane in made.panes]
            assert spans[0] == spans[1] == spans[2]
            cards = [one for one in made.findChildren(Card) if one.plot.name == name]
            assert len(cards) == 3
            assert len({(card.y(), card.width(), card.height()) for card in cards}) == 1
        assert [pane.plots["w1"].replica for pane in made.panes] == [0, 0, 0]
    third = image.width() // 3
    assert all(has(image.copy(i * third, 0, third, 720), LIGHT.generated) > 40 for i in range(3))


def test_runs_of_one_title_are_told_apart(qtbot: QtBot, runs: dict[str, Path]) -> None:
    def said(names: list[str]) -> list[str]:
        with board([runs[name] for name in names], size=(1000, 450)) as (made, found):
            made.draw(found[0])
            return [pane.caption.said["title"].text for pane in made.panes]

    assert said(["line", "short"]) == ["Untitled, seed 42", "Untitled, seed 3"]
    assert said(["line", "plane"]) == ["Untitled (line)", "Untitled (plane)"]


def test_five_are_too_many(qtbot: QtBot, runs: dict[str, Path]) -> None:
    with pytest.raises(SpecError, match="5 runs"), board([runs["line"]] * 5):
        pass


def test_curves_end_where_the_picture_is(qtbot: QtBot, runs: dict[str, Path]) -> None:
    with board([runs["line"]], views=("w1",)) as (made, found):
        plot = made.panes[0].plots["w1"]
        assert isinstance(plot, OverTime)
        for moment in found[1:]:
            made.draw(moment)
            end = plot.series[0].end
            assert end is not None
            assert end[0] <= moment.step


@pytest.mark.parametrize("scale", [1.5, 4.0])
def test_a_larger_picture_has_the_same_drawing(
    qtbot: QtBot, runs: dict[str, Path], scale: float
) -> None:
    with board([runs["line"]], views=("distribution",), size=(400, 300)) as (made, found):
        small, large = made.draw(found[-1]), made.draw(found[-1], scale)
    assert large.width() == 400 * scale
    growth = has(large, LIGHT.card) / has(small, LIGHT.card)
    assert 0.8 * scale**2 < growth < 1.25 * scale**2


def words_of(made: Board) -> list[Words]:
    return [one for one in made.findChildren(Words) if one.text and one.isVisibleTo(made)]


SIZES = ("800x450", "400x300", "1920x1080", "540x960", "320x240")


@pytest.mark.parametrize("kind", ["line", "plane", "fleet"])
def test_no_text_is_cut(qtbot: QtBot, runs: dict[str, Path], kind: str) -> None:
    for size in SIZES:
        with board([runs[kind]], size=parse_size(size)) as (made, found):
            made.draw(found[-1])
            whole = QRect(0, 0, made.width(), made.height())
            for one in words_of(made):
                assert one.wanted(one.width()).height() <= one.height()
                assert one.wanted(10_000).width() <= one.width() or one.height() > 20
            for card in made.findChildren(Card):
                assert whole.contains(card.geometry())
                for chip in card.legend.chips:
                    assert chip.sizeHint().width() <= chip.width()
                    assert card.legend.rect().contains(chip.geometry())
                assert card.plot.height() >= card.plot.least_height
            caption = made.panes[0].caption
            assert whole.contains(caption.geometry())
            assert {"step", "verdict"} <= set(caption.shown)


def test_little_room_is_shared_sensibly(qtbot: QtBot, runs: dict[str, Path]) -> None:
    """What nobody asked for goes first, then titles and legends, then the caption."""
    with board([runs["line"]], size=(400, 300)) as (made, _):
        assert list(made.panes[0].plots) == ["distribution"]
        assert made.findChildren(Card)
    with board([runs["line"]], size=(240, 160), views=("losses",)) as (made, found):
        assert not made.findChildren(Card)
        assert made.panes[0].caption.shown
        assert has(made.draw(found[-1]), LIGHT.generated) > 10
    with board([runs["line"]], size=(180, 122), views=("losses",)) as (made, found):
        assert made.panes[0].caption.isHidden()
        assert has(made.draw(found[-1]), LIGHT.generated) > 10
    with pytest.raises(SpecError, match="100x100 is too small for 1 view:"):
        board([runs["line"]], size=(100, 100)).__enter__()
    with pytest.raises(SpecError, match="250x200 is too small for 3 views:"):
        board([runs["line"]], size=(250, 200), views=("distribution", "losses", "w1")).__enter__()


def test_without_a_caption(qtbot: QtBot, runs: dict[str, Path]) -> None:
    with board([runs["line"]], caption=False) as (made, found):
        made.draw(found[-1])
        assert made.panes[0].caption.isHidden()


def test_only_these_layers(qtbot: QtBot, runs: dict[str, Path]) -> None:
    layers = {"distribution": frozenset({"real", "generated"})}
    with board([runs["line"]], views=("distribution",), layers=layers) as (made, found):
        image = made.draw(found[-1])
        [card] = made.findChildren(Card)
        assert [chip.layer.id for chip in card.legend.chips] == ["real", "generated"]
    # D's axis keeps its colour; its curves are gone.
    assert has(image.copy(70, 110, 640, 290), LIGHT.discriminator) == 0


def test_views_by_name(qtbot: QtBot, runs: dict[str, Path]) -> None:
    with board([runs["line"]], views=SPACES[0].views, size=(1920, 1080)) as (made, _):
        assert tuple(made.panes[0].plots) == SPACES[0].views
    with pytest.raises(SpecError, match="there is no view 'nothing'; there is distribution"):
        board([runs["line"]], views=("nothing",)).__enter__()
    with pytest.raises(SpecError, match="the view plane can't draw 'Untitled': This target"):
        board([runs["line"]], views=("plane",)).__enter__()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("0x0", "0x0 is too small"),
        ("100000x100000", "100000x100000 is too large"),
        ("7680x7680", "too large"),
        ("800", "no size"),
        ("-8x8", "no size"),
        ("8²x450", "no size"),
        ("x", "no size"),
        ("9" * 50 + "x1", "no size"),
    ],
)
def test_sizes_that_are_none(text: str, words: str) -> None:
    with pytest.raises(SpecError, match=words):
        parse_size(text)
