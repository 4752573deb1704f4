"""Views that are kept: nobody waits twice for the same numbers, and nobody is shown what no longer holds."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from weakties.errors import HomeError
from weakties.testing import World
from weakties.workspace import Workspace
from weakties.workspace.at_hand import AtHand

AS_OF = date(2026, 3, 1)
SOME = """
2025-06-01  ana <-> me            email x9 every 9d "Lenses"
2025-06-02  bea <-> me            email x6 every 9d "Choir"
2025-06-03  ana, bea -> me        email x3 every 9d "Choir"
"""


@pytest.fixture
def space(told: Callable[..., World]) -> Workspace:
    return told(SOME, as_of=AS_OF).workspace


@pytest.fixture
def hand(space: Workspace) -> Iterator[AtHand]:
    kept = AtHand(space, patience=20)
    yield kept
    kept.close()


def test_a_view_is_made_once_and_lent_again(hand: AtHand) -> None:
    with hand.view(AS_OF) as first:
        pass
    with hand.view(AS_OF) as second, hand.view(AS_OF) as third:
        assert second is first
        assert third is not first
        assert third.answers is first.answers


def test_answers_are_worked_out_once_until_something_changes(hand: AtHand, space: Workspace) -> None:
    worked: list[int] = []

    def work() -> int:
        worked.append(1)
        return len(worked)

    for _ in range(3):
        with hand.view(AS_OF) as seen:
            assert seen.once("n", work) == 1
    space.decide("tag", space.find("ana").handle, tag="optics")
    with hand.view(AS_OF) as seen:
        assert seen.once("n", work) == 2


def test_what_leaves_the_numbers_alone_is_laid_over_the_same_view(hand: AtHand, space: Workspace) -> None:
    ana = space.find("ana")
    with hand.view(AS_OF) as seen:
        before = seen
    space.decide("snooze", ana.handle, until="2027-01-01")
    with hand.view(AS_OF) as seen:
        assert seen is before
        assert ana.person in seen.view.wishes.snoozed
        assert not seen.behind
    space.undo()
    with hand.view(AS_OF) as seen:
        assert ana.person not in seen.view.wishes.snoozed


def test_what_moves_the_numbers_makes_a_new_view(hand: AtHand, space: Workspace) -> None:
    ana = space.find("ana")
    with hand.view(AS_OF) as seen:
        silence = space.why("ana", view=seen.view).tie
    space.decide("touch", ana.handle, on=AS_OF.isoformat(), channel="call")
    with hand.view(AS_OF) as seen:
        now = space.why("ana", view=seen.view).tie
    assert silence is not None
    assert now is not None
    assert (silence["silence"] > 0, now["silence"]) == (True, 0)


def test_whoever_has_no_patience_is_told_how_things_stood_and_that_it_is_so(space: Workspace) -> None:
    hand = AtHand(space, patience=0)
    with hand.view(AS_OF) as seen:
        assert not seen.behind
    space.decide("touch", space.find("ana").handle, on=AS_OF.isoformat(), channel="call")
    with hand.view(AS_OF) as seen:
        assert seen.behind
    until = time.monotonic() + 30
    while hand.is_behind(AS_OF) and time.monotonic() < until:
        time.sleep(0.05)
    with hand.view(AS_OF) as seen:
        assert not seen.behind
    hand.close()


def test_whoever_was_hidden_is_in_no_view_from_then_on(space: Workspace) -> None:
    """Also without patience, and while something that came in is still to be counted."""
    hand = AtHand(space, patience=0)
    with hand.view(AS_OF) as seen:
        assert len(seen.directory.people) == 2
        assert len(seen.shape.people) == 2
    space.decide("hide", space.find("ana").handle)
    with hand.view(AS_OF) as seen:
        assert [row["name"] for row in space.people(view=seen.view)] == ["Bea"]
        assert [p for p in seen.shape.people if p == space.find("ana").person] == []
    hand.close()


def test_what_was_decided_is_heeded_before_what_came_in_is_counted(space: Workspace, tmp_path: Path) -> None:
    """The import is there, its counting is held up; who was hidden meanwhile is gone all the same."""
    hand = AtHand(space, patience=0)
    with hand.view(AS_OF) as seen:
        assert not seen.behind
    space.import_(_letter(tmp_path))
    ana = space.find("ana", view=seen.view)
    with space.home.lock("derived"):
        space.decide("hide", ana.handle)
        with hand.view(AS_OF) as seen:
            assert seen.behind
            assert [row["name"] for row in space.people(view=seen.view)] == ["Bea"]
    until = time.monotonic() + 60
    while hand.is_behind(AS_OF) and time.monotonic() < until:
        time.sleep(0.05)
    with hand.view(AS_OF) as seen:
        assert sorted(row["name"] for row in space.people(view=seen.view)) == ["Bea", "Carla Ruiz"]
    hand.close()


def test_an_answer_outlives_what_it_does_not_follow_from(hand: AtHand, space: Workspace) -> None:
    worked: list[str] = []

    def ask(name: str, of: tuple[str, ...]) -> None:
        with hand.view(AS_OF) as seen:
            seen.once(name, lambda: worked.append(name), of=of)

    for _ in range(2):
        ask("numbers", ())
        ask("tags", ("tags",))
        ask("all", ("said",))
        space.decide("snooze", space.find("ana").handle, until="2027-01-01")
    assert worked == ["numbers", "tags", "all", "all"]
    space.decide("tag", space.find("ana").handle, tag="optics")
    ask("numbers", ())
    ask("tags", ("tags",))
    assert worked[4:] == ["tags"]


def test_settings_that_were_changed_elsewhere_are_taken_up(space: Workspace) -> None:
    from weakties import config

    hand = AtHand(space, patience=20, settings=lambda: config.load(space.home.path, environment={}))
    with hand.view(AS_OF) as seen:
        assert seen.space.settings.minutes == 15
    (space.home.path / "config.toml").write_text('minutes = 30\nme = ["me@me.example"]\n')
    with hand.view(AS_OF) as seen:
        assert seen.space.settings.minutes == 30
    (space.home.path / "config.toml").write_text("minutes = nonsense\n")
    with hand.view(AS_OF) as seen:
        assert seen.space.settings.minutes == 30
    hand.close()


def test_who_was_forgotten_is_in_no_view_from_then_on(space: Workspace) -> None:
    hand = AtHand(space, patience=0)
    with hand.view(AS_OF) as seen:
        assert space.count_people(view=seen.view) == 2
    space.forget(space.to_forget("ana").marks)
    with hand.view(AS_OF) as seen:
        assert [row["name"] for row in space.people(view=seen.view)] == ["Bea"]
    hand.close()


def test_readers_go_on_while_something_comes_in(space: Workspace, tmp_path: Path) -> None:
    """Twelve readers ask without a pause; the new letter is there at the end, and nobody met an error."""
    hand = AtHand(space, patience=0)
    letter = _letter(tmp_path)
    failed: list[Exception] = []
    most: list[int] = []
    stop = threading.Event()

    def read() -> None:
        try:
            while not stop.is_set():
                with hand.view(AS_OF) as seen:
                    most.append(space.count_people(view=seen.view))
        except Exception as error:  # noqa: BLE001  any of them
            failed.append(error)

    readers = [threading.Thread(target=read) for _ in range(12)]
    for reader in readers:
        reader.start()
    space.import_(letter)
    until = time.monotonic() + 60
    while max(most, default=0) < 3 and time.monotonic() < until and not failed:
        time.sleep(0.05)
    stop.set()
    for reader in readers:
        reader.join()
    hand.close()
    assert not failed
    assert (min(most), max(most)) == (2, 3)


@pytest.mark.parametrize("seen_before", [False, True])
def test_what_goes_wrong_is_told_and_asked_again(space: Workspace, seen_before: bool) -> None:
    hand = AtHand(space, patience=0)
    if seen_before:
        with hand.view(AS_OF):
            pass
    manifest = space.home.facts / "MANIFEST"
    whole = manifest.read_bytes()
    manifest.write_bytes(b"{")
    with pytest.raises(HomeError), hand.view(AS_OF):
        pass
    manifest.write_bytes(whole)
    with hand.view(AS_OF) as seen:
        assert space.count_people(view=seen.view) == 2
    hand.close()


def test_under_invented_names_decisions_still_find_their_people(space: Workspace, hand: AtHand) -> None:
    with hand.view(AS_OF, incognito=True) as seen:
        assert space.count_people(view=seen.view) == 2
    space.decide("hide", space.find("ana").handle)
    with hand.view(AS_OF, incognito=True) as seen:
        assert space.count_people(view=seen.view) == 1
        (row,) = space.people(view=seen.view)
        assert "bea" not in row["name"].lower()
        assert seen.person_of(row["id"]) == space.find("bea").person


def test_whoever_waits_for_a_view_gets_one_also_when_its_day_was_let_go_of(space: Workspace, hand: AtHand) -> None:
    """Two views of a day are lent, a third is waited for; meanwhile others ask for two more days."""
    got: list[int] = []

    def wait() -> None:
        with hand.view(AS_OF) as seen:
            got.append(space.count_people(view=seen.view))

    with hand.view(AS_OF), hand.view(AS_OF):
        waiting = threading.Thread(target=wait, daemon=True)
        waiting.start()
        for other in (date(2026, 2, 1), date(2026, 1, 1)):
            with hand.view(other):
                pass
    waiting.join(60)
    assert got == [2]


def _letter(folder: Path) -> Path:
    letter = folder / "new.eml"
    letter.write_text(
        "From: Carla Ruiz <carla@example.com>\nTo: me@me.example\nDate: Sat, 28 Feb 2026 10:00:00 +0000\n"
        "Message-ID: <n1@example.com>\nSubject: Hello\n\nHello.\n"
    )
    return letter


def test_questions_that_take_long_are_asked_one_after_another(hand: AtHand) -> None:
    """So that whoever asks something quick finds a view meanwhile."""
    second = threading.Event()

    def ask() -> None:
        with hand.view(AS_OF, slow=True):
            second.set()

    with hand.view(AS_OF, slow=True):
        other = threading.Thread(target=ask)
        other.start()
        with hand.view(AS_OF), hand.view(AS_OF):
            assert not second.wait(0.2)
    assert second.wait(20)
    other.join()


def test_whoever_walks_through_days_fills_no_disk_and_takes_no_view_of_the_usual_day(space: Workspace) -> None:
    hand = AtHand(space, as_of=AS_OF, patience=20)
    with hand.view() as usual:
        assert usual.view.as_of == AS_OF
    kept = {path.name for path in (usual.view.build.path / "days").iterdir()}
    for back in (30, 60, 90):
        with hand.view(AS_OF - timedelta(days=back)) as seen:
            assert seen.shape.people
            assert seen.view.page is None
    assert {path.name for path in (usual.view.build.path / "days").iterdir()} == kept
    with hand.view() as again:
        assert again is usual
    hand.close()


def test_whoever_asks_waits_no_longer_than_patience_while_others_go_on_deciding(space: Workspace) -> None:
    hand = AtHand(space, patience=0.5)
    ana = space.find("ana").handle
    with hand.view(AS_OF):
        pass
    over = threading.Event()

    def decide() -> None:
        day = 1
        while not over.wait(0.15):
            day = day % 27 + 1
            space.decide("touch", ana, on=f"2026-02-{day:02}", channel="call")

    other = threading.Thread(target=decide)
    other.start()
    try:
        time.sleep(0.4)
        began = time.monotonic()
        with hand.view(AS_OF):
            assert time.monotonic() - began < 5
    finally:
        over.set()
        other.join()
        hand.close()


def test_a_view_on_which_something_broke_is_not_lent_again(hand: AtHand) -> None:
    with pytest.raises(ZeroDivisionError), hand.view(AS_OF) as broken:
        1 / 0  # noqa: B018  something that nobody foresaw
    with pytest.raises(HomeError), hand.view(AS_OF) as whole:
        raise HomeError("It is said.", hint="Nothing.")
    with hand.view(AS_OF) as seen:
        assert seen is whole
        assert seen is not broken
