"""The map of a day's network: kept, opened again, and the same whatever lies on the disk."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pytest
from tests.insight.test_network import TWO_WORLDS

from weakties import shape
from weakties.network.layout import Places
from weakties.testing import World

AS_OF = date(2026, 3, 1)


@pytest.fixture
def worlds(told: Callable[..., World]) -> World:
    return told(TWO_WORLDS, as_of=AS_OF)


def test_a_map_that_was_kept_is_the_one_that_was_laid_out(worlds: World) -> None:
    laid_out, opened = _map(worlds), _map(worlds)
    assert len(laid_out)
    assert opened.tobytes() == laid_out.tobytes()
    assert len(list(_shelf(worlds).iterdir())) == 2  # the day's, and that of the year's beginning


def test_a_map_follows_from_the_day_and_not_from_what_was_asked_before(worlds: World, tmp_path: Path) -> None:
    first = _map(worlds)
    shutil.rmtree(_shelf(worlds))
    for day in (date(2025, 8, 1), date(2026, 1, 5), date(2026, 2, 27)):
        _map(worlds, day)
    assert _map(worlds).tobytes() == first.tobytes()


@pytest.mark.parametrize("file", ["place.npy", "people.npy"])
def test_a_damaged_map_is_laid_out_anew(worlds: World, file: str) -> None:
    first = _map(worlds)
    for page in _shelf(worlds).iterdir():
        (page / file).write_bytes((page / file).read_bytes()[:-5])
    assert _map(worlds).tobytes() == first.tobytes()


def test_the_tables_are_those_of_the_day_after_a_map_was_laid_out(worlds: World) -> None:
    view = worlds.workspace.read(AS_OF)
    drawn = worlds.workspace.shape(view=view)
    tables = ["FROM nodes ORDER BY ALL", "FROM knows ORDER BY ALL", "FROM jobs ORDER BY ALL"]
    before = [view.connection.execute(table).fetchall() for table in tables]
    shape.laid_out(view, worlds.workspace.home, drawn)
    assert [view.connection.execute(table).fetchall() for table in tables] == before


def test_from_one_day_to_the_next_people_stay_where_they_are(worlds: World) -> None:
    """Between the two days nobody wrote, so that only the passing of time moves the map."""
    moved = np.linalg.norm(_map(worlds, AS_OF) - _map(worlds, date(2026, 3, 2)), axis=1)
    assert np.median(moved) < 0.02


def test_who_is_hidden_is_not_on_the_map_and_all_others_start_from_the_same_places(worlds: World) -> None:
    before = _map(worlds)
    worlds.workspace.decide("hide", worlds.workspace.find("hal").handle)
    assert len(_map(worlds)) == len(before) - 1
    # Two days' maps, and one of the year's beginning, from which both were drawn.
    assert len(list(_shelf(worlds).iterdir())) == 3


def _map(worlds: World, day: date = AS_OF) -> Places:
    view = worlds.workspace.read(day)
    return shape.laid_out(view, worlds.workspace.home, worlds.workspace.shape(view=view))


def _shelf(worlds: World) -> Path:
    return worlds.workspace.read(AS_OF).build.path / "layouts"
