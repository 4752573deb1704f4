"""What is kept of a day changes no answer: it is taken, made anew or left out, and nobody can tell."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from weakties.testing import World
from weakties.workspace import Workspace

Tell = Callable[..., World]
AS_OF = date(2026, 3, 1)
LEDGER = """
2024-01-01  me <-> ana@acme     email x12 every 30d
2024-02-01  me <-> ben@optics   email x5 every 60d
2024-03-01  me -> ana@acme, cleo@glass  email
"""


@pytest.fixture
def world(told: Tell) -> World:
    return told(LEDGER, as_of=AS_OF)


def pages(space: Workspace) -> list[Path]:
    return sorted(space.home.derived.glob("*/days/*"))


def answers(space: Workspace, **asked: Any) -> list[object]:
    view = space.read(AS_OF, **asked)
    return [space.people(view=view), space.today(view=view), space.waiting(view=view), space.why("ana", view=view)]


def test_a_second_question_takes_the_page_and_says_the_same(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    space = world.workspace
    first = answers(space)
    assert len(pages(space)) == 1
    monkeypatch.setattr("weakties.ties.scored.score", lambda *_, **__: pytest.fail("scored again"))
    assert answers(space) == first


def test_another_day_and_another_decision_have_pages_of_their_own(world: World) -> None:
    space = world.workspace
    space.read(AS_OF)
    space.read(AS_OF - timedelta(days=1))
    assert len(pages(space)) == 2
    before = space.people(as_of=AS_OF)
    space.decide("hide", "email:ana@acme.example")
    after = space.people(as_of=AS_OF)
    assert len(pages(space)) == 3
    assert {r["name"] for r in before} - {r["name"] for r in after} == {"Ana"}


def test_what_moves_no_number_needs_no_other_page(world: World) -> None:
    space = world.workspace
    space.read(AS_OF)
    space.decide("snooze", "email:ana@acme.example", until="2027-01-01")
    space.decide("tag", "email:ana@acme.example", tag="optics")
    space.read(AS_OF)
    assert len(pages(space)) == 1
    assert [r["name"] for r in space.people(as_of=AS_OF, tag="optics")] == ["Ana"]


@pytest.mark.parametrize("file", ["ties.parquet", "people.parquet", "digests.json"])
@pytest.mark.parametrize("harm", ["cut", "turned", "gone"])
def test_a_damaged_page_is_made_anew(world: World, file: str, harm: str) -> None:
    space = world.workspace
    first = answers(space)
    (page,) = pages(space)
    target = page / file
    data = target.read_bytes()
    if harm == "gone":
        target.unlink()
    else:
        target.write_bytes(data[: len(data) // 2] if harm == "cut" else data[:-40] + bytes(40))
    assert answers(space) == first
    assert answers(space) == first


def test_a_page_that_cannot_be_written_is_not_kept(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    space = world.workspace
    first = answers(space)
    shutil.rmtree(pages(space)[0])
    monkeypatch.setattr("weakties.daybook.seal", full)
    assert answers(space) == first
    assert pages(space) == []


def full(folder: Path) -> None:
    raise OSError(28, "No space left on device", str(folder))


def test_nobody_waits_for_a_page_while_another_is_writing(world: World) -> None:
    space = world.workspace
    space.refresh()
    with space.home.lock("derived"):
        assert space.people(as_of=AS_OF)
        assert pages(space) == []


def test_only_the_newest_pages_are_kept(world: World) -> None:
    space = world.workspace
    for back in range(12):
        space.read(AS_OF - timedelta(days=back))
    assert len(pages(space)) == 8


def test_nothing_is_kept_of_invented_names_and_nothing_real_is_shown_by_them(world: World) -> None:
    space = world.workspace
    real = space.people(as_of=AS_OF)
    kept = pages(space)
    masked = space.people(view=space.read(AS_OF, incognito=True))
    assert pages(space) == kept
    assert {r["name"] for r in real}.isdisjoint(r["name"] for r in masked)


def test_who_is_forgotten_is_on_no_page(world: World) -> None:
    space = world.workspace
    space.read(AS_OF)
    assert space.forget(space.to_forget("ana").marks) == []
    assert pages(space) == []
    assert "Ana" not in {r["name"] for r in space.people(as_of=AS_OF)}


def test_a_reading_that_began_before_an_erasure_leaves_no_page_behind(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    space = world.workspace
    from weakties import daybook

    kept = daybook.keep

    def late(*asked: Any) -> None:
        # While this reading was scoring, somebody was forgotten.
        monkeypatch.setattr("weakties.daybook.keep", kept)
        assert space.forget(marks) == []
        kept(*asked)

    marks = space.to_forget("ana").marks
    shutil.rmtree(pages(space)[0])
    monkeypatch.setattr("weakties.daybook.keep", late)
    space.read(AS_OF)
    from weakties.facts import erasure

    assert erasure.left_in(space.home, marks) == []
    assert "Ana" not in {r["name"] for r in space.people(as_of=AS_OF)}


def test_what_one_owner_decides_moves_nothing_of_anothers(world: World) -> None:
    mine = world.workspace
    ben = Workspace(mine.home, mine.settings, owner="ben")
    before = mine.people(as_of=AS_OF)
    ben.decide("hide", "email:ana@acme.example")
    ben.decide("touch", "email:ben@optics.example", on="2026-02-20", channel="call")
    assert mine.people(as_of=AS_OF) == before
