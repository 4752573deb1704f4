"""The network that is kept beside a build: opened again it is the same, damaged it is drawn anew."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.insight.test_network import TWO_WORLDS

from weakties.shape import Shape
from weakties.testing import World

AS_OF = date(2026, 3, 1)


@pytest.fixture
def worlds(told: Callable[..., World]) -> World:
    return told(TWO_WORLDS, as_of=AS_OF)


def test_a_network_that_was_kept_answers_as_the_one_that_was_drawn(worlds: World) -> None:
    drawn, opened = _shape(worlds), _shape(worlds)
    assert drawn.found is None
    assert opened.found is not None
    assert _told(drawn) == _told(opened)
    assert worlds.workspace.intro("iva", as_of=AS_OF) == worlds.workspace.intro("iva", as_of=AS_OF)


def test_a_kept_network_is_left_when_what_it_follows_from_has_changed(worlds: World) -> None:
    _shape(worlds)
    worlds.workspace.decide("hide", worlds.workspace.find("hal").handle)
    assert not any("hal" in person for person in _shape(worlds).people)


def test_a_word_with_somebody_moves_my_own_tie_and_draws_nothing_anew(worlds: World) -> None:
    space = worlds.workspace
    before = _shape(worlds)
    space.decide("touch", space.find("iva").handle, on=AS_OF.isoformat(), channel="call")
    after = _shape(worlds)
    assert after.found is not None
    node = after.node_of[space.find("iva").person]
    assert (before.mine[node], after.mine[node] > 0) == (0, True)
    assert _told(after)[:-1] == _told(before)[:-1]


def test_the_circles_of_the_quarter_leave_the_tables_of_the_day_as_they_were(worlds: World) -> None:
    """Under invented names nothing is kept, so Today draws the quarter's eve anew, on a view that may hold the day's network."""
    space = worlds.workspace
    view = space.read(date(2025, 7, 20), incognito=True)
    drawn = space.shape(view=view)
    space.today(view=view)
    nodes = [person for (person,) in view.connection.execute("SELECT person FROM nodes ORDER BY node").fetchall()]
    assert nodes == list(drawn.people)


@pytest.mark.parametrize("file", ["sure.npy", "home.npy", "knows.parquet", "graph"])
def test_a_damaged_network_is_drawn_anew(worlds: World, file: str) -> None:
    drawn = _shape(worlds)
    page = _page(worlds)
    found = page / file
    for part in sorted(found.iterdir()) if found.is_dir() else [found]:
        part.write_bytes(part.read_bytes()[:-9])
    again = _shape(worlds)
    assert again.found is None
    assert _told(again) == _told(drawn)


def _shape(worlds: World) -> Shape:
    return worlds.workspace.shape(as_of=AS_OF)


def _page(worlds: World) -> Path:
    (page,) = (worlds.workspace.read(AS_OF).build.path / "networks").iterdir()
    return page


def _told(shape: Shape) -> list[object]:
    arrays = (shape.around.indptr, shape.around.indices, shape.around.weight, shape.since, shape.sure, shape.mine)
    return [shape.people, shape.circle_ids, shape.circles.home.tolist(), *(np.asarray(a).tolist() for a in arrays)]
