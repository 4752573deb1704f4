"""Introductions: what is said in words, what is seen from what came of a message, and what is neither."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import NamedTuple

import pytest

from weakties.config import Settings
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.testing import World
from weakties.workspace import Workspace

Tell = Callable[..., World]


class Found(NamedTuple):
    """A row of the table with people as words: by, the two in order of the alphabet."""

    by: str
    pair: str
    day: date
    said: bool
    took: date | None


def found(space: Workspace) -> list[Found]:
    connection = space.read(date(2030, 1, 1)).connection
    word = {
        person: handle.removeprefix("email:").partition("@")[0]
        for handle, person in connection.execute("SELECT handle, person FROM handles ORDER BY handle DESC").fetchall()
    }
    rows = connection.execute('SELECT "by", a, b, day, said, took_day FROM introductions').fetchall()
    on = [None if d is None else date.fromordinal(719_163 + d) for row in rows for d in (row[3], row[5])]
    assert all(a < b for _, a, b, *_ in rows)
    return sorted(
        Found(word[by], " ".join(sorted((word[a], word[b]))), day, said, took)  # type: ignore[arg-type]
        for (by, a, b, _, said, _), day, took in zip(rows, on[::2], on[1::2], strict=True)
    )


def letters(folder: Path, *mails: tuple[str, str, Sequence[str], str]) -> Workspace:
    """Return a workspace with messages: day, author, recipients, words."""
    folder.mkdir()
    for number, (day, author, to, words) in enumerate(mails):
        mail = EmailMessage()
        mail["From"], mail["To"] = _address(author), ", ".join(map(_address, to))
        at = datetime.fromisoformat(f"{day}T12:00:00").replace(tzinfo=UTC, second=number % 60)
        mail["Date"], mail["Message-ID"] = format_datetime(at), f"<{number}@mail.example>"
        mail["Subject"] = f"Number {number}"
        mail.set_content(words)
        (folder / f"{number}.eml").write_bytes(bytes(mail))
    space = Workspace(open_home(folder.parent / "home"), Settings(me=("me@me.example",)))
    space.import_(folder)
    return space


def _address(word: str) -> str:
    return f"{word.title()} Ash <{word}@{word}.example>"


def test_an_introduction_in_words_took_when_both_wrote(tmp_path: Path) -> None:
    words = "Me, meet Ana. Ana, meet Me."
    space = letters(
        tmp_path / "mail",
        ("2026-01-01", "carla", ["me"], "Good morning."),
        ("2026-01-05", "carla", ["me", "ana"], words),
        ("2026-01-07", "ana", ["me"], "Shall we talk?"),
        ("2026-01-09", "me", ["ana"], "Gladly."),
        ("2026-02-05", "carla", ["me", "ben"], "Me, meet Ben."),
        ("2026-02-07", "ben", ["me"], "Shall we talk?"),
        ("2026-03-05", "carla", ["me", "dan"], "Me, meet Dan."),
        ("2026-03-07", "dan", ["me"], "Shall we talk?"),
        ("2026-06-04", "me", ["dan"], "Sorry."),
    )
    assert found(space) == [
        Found("carla", "ana me", date(2026, 1, 5), said=True, took=date(2026, 1, 9)),
        Found("carla", "ben me", date(2026, 2, 5), said=True, took=None),
        Found("carla", "dan me", date(2026, 3, 5), said=True, took=None),
    ]


def test_a_tie_that_somebody_introduced_began_through_them(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-05", "carla", ["me", "ana"], "Me, meet Ana."),
        ("2026-01-07", "ana", ["me"], "Shall we talk?"),
        ("2026-02-07", "carla", ["me", "dan"], "Here are the plans."),
        ("2026-02-09", "dan", ["me"], "I have a question on them."),
    )
    view = space.read(date(2026, 3, 1))
    began = {name: space.why(f"{name}@{name}.example", view=view).began for name in ("ana", "dan")}
    assert {n: (b[0].how, b[1].name if b[1] else "") for n, b in began.items() if b} == {
        "ana": ("introduced", "Carla Ash"),
        "dan": ("thread", "Carla Ash"),
    }


def test_another_owner_of_the_home_is_named_where_somebody_introduced_them(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-05", "carla", ["me", "ben"], "Me, meet Ben."),
        ("2026-01-07", "ben", ["me"], "Shall we talk?"),
    )
    own = EmailMessage()
    own["From"], own["To"], own["Subject"] = _address("ben"), _address("eva"), "Plans"
    own["Date"], own["Message-ID"] = format_datetime(datetime(2026, 1, 8, tzinfo=UTC)), "<own@mail.example>"
    own.set_content("Here they are.")
    (tmp_path / "own.eml").write_bytes(bytes(own))
    theirs = Workspace(space.home, Settings(me=("ben@ben.example",)), owner="ben")
    theirs.import_(tmp_path / "own.eml")
    view = space.read(date(2026, 3, 1))
    assert view.owners == ["ben", "me"]
    (made,) = space.about(space.find("carla@carla.example", view=view).person, view=view).brought
    assert {who.name if who else "me" for who in (made.a, made.b)} == {"me", "Ben Ash"}
    assert made.by is not None
    assert made.said
    # Not before it was said in so many words.
    earlier = space.read(date(2026, 1, 4))
    assert space.about(space.find("carla@carla.example", view=earlier).person, view=earlier).brought == ()


def test_of_two_others_the_first_word_that_the_owner_sees_is_enough(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-05", "me", ["ana", "ben"], "Ana, meet Ben."),
        ("2026-01-06", "ben", ["ana", "me"], "Thanks, Me. Ana, shall we talk?"),
        ("2026-01-09", "carla", ["dan", "eva", "me"], "Dan, meet Eva."),
    )
    assert found(space) == [
        Found("carla", "dan eva", date(2026, 1, 9), said=True, took=None),
        Found("me", "ana ben", date(2026, 1, 5), said=True, took=date(2026, 1, 6)),
    ]


def test_each_counts_once_and_those_who_had_written_were_not_introduced(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-02", "dan", ["me"], "Good morning."),
        ("2026-01-05", "carla", ["me", "ana"], "Me, meet Ana."),
        ("2026-01-08", "carla", ["me", "ana"], "Me, meet Ana again."),
        ("2026-01-09", "carla", ["me", "dan"], "Me, meet Dan."),
    )
    assert [(i.pair, i.day) for i in found(space)] == [("ana me", date(2026, 1, 5))]


def test_what_is_said_later_counts_from_the_day_on_which_it_was_said(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-01", "carla", ["me"], "Good morning."),
        ("2026-01-05", "carla", ["me", "ana"], "Here are the plans."),
        ("2026-01-06", "carla", ["me", "ana"], "Me, meet Ana."),
        ("2026-01-08", "ana", ["me"], "Shall we talk?"),
        ("2026-01-09", "me", ["ana"], "Gladly."),
    )
    assert found(space) == [Found("carla", "ana me", date(2026, 1, 5), said=True, took=date(2026, 1, 9))]
    rows = space.read(date(2030, 1, 1)).connection.execute("SELECT day, said_day FROM introductions").fetchall()
    assert rows == [tuple(date(2026, 1, d).toordinal() - 719_163 for d in (5, 6))]
    made = {d: [c.told.made for c in space.connectors(as_of=date(2026, 1, d)).connectors] for d in (5, 6)}
    assert made == {5: [], 6: [1]}
    began = {d: space.why("ana@ana.example", view=space.read(date(2026, 1, d))).began for d in (5, 6)}
    assert {d: b[0].how for d, b in began.items() if b} == {5: "thread", 6: "introduced"}


def test_an_address_book_tells_of_an_introduction_without_a_message(home: Home) -> None:
    space = Workspace(home, Settings())
    space.import_(Path(__file__).parents[1] / "sources" / "golden" / "crm" / "monica-json" / "export.json")
    connection = space.read(date(2030, 1, 1)).connection
    rows = connection.execute("SELECT day, event, said, took_day FROM introductions").fetchall()
    assert rows == [((date(2021, 5, 1) - date(1970, 1, 1)).days, "", True, None)]


def test_machines_neither_introduce_nor_are_introduced(tmp_path: Path) -> None:
    space = letters(
        tmp_path / "mail",
        ("2026-01-05", "noreply", ["me", "ana"], "Me, meet Ana."),
        ("2026-01-08", "carla", ["me", "noreply"], "Noreply, meet Me."),
    )
    assert found(space) == []


def test_a_stranger_seen_first_beside_me_who_then_writes_was_brought_by_the_author(told: Tell) -> None:
    """The day is that of the message, and it took when each had written to the other."""
    world = told("""
        2026-01-01  carla -> me          email
        2026-01-05  carla -> me, ana     email "The kiln"
        2026-01-07  ana -> me            email
        2026-01-20  me -> ana            email
    """)
    assert found(world.workspace) == [Found("carla", "ana me", date(2026, 1, 5), said=False, took=date(2026, 1, 20))]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("2026-01-05  carla -> me, ana     email", id="the author was a stranger herself"),
        pytest.param(
            "2025-12-01  carla -> me    email\n2026-01-02  dan -> me, ana, ben  email\n2026-01-05  carla -> me, ana  email",
            id="seen before",
        ),
        pytest.param("2025-12-01  ana <-> me    email x2\n2026-01-05  carla -> me, ana  email", id="in touch before"),
        pytest.param(
            "2025-12-01  carla -> me    email\n2026-01-05  carla -> me, ana, ben, dan, eva, finn  email",
            id="to a crowd",
        ),
        pytest.param("2025-12-01  carla -> me    email\n2026-01-05  carla -> me, ana  newsletter", id="a newsletter"),
    ],
)
def test_no_introduction_is_seen_in_what_has_another_reason(told: Tell, text: str) -> None:
    after = "2026-01-07  ana -> me  email\n2026-01-08  me -> ana  email"
    assert found(told(f"{text}\n{after}").workspace) == []


@pytest.mark.parametrize(
    "after",
    [
        "2026-01-07  ana -> me  email x3",
        "2026-01-07  ana -> me  email\n2026-02-05  me -> ana  email",
        "2026-01-07  ana -> me  email\n2026-01-09  me -> ana, ben, dan, eva  email",
    ],
)
def test_both_must_write_soon_and_to_few(told: Tell, after: str) -> None:
    before = "2025-12-01  carla -> me    email\n2026-01-05  carla -> me, ana  email"
    assert found(told(f"{before}\n{after}").workspace) == []


def test_colleagues_meet_anyhow(told: Tell) -> None:
    for house, expected in (("acme", 0), ("borg", 1)):
        world = told(
            f"""
            2025-12-01  carla -> me@acme          email
            2026-01-05  carla -> me@acme, ana@{house}  email
            2026-01-07  ana@{house} -> me@acme    email
            2026-01-08  me@acme -> ana@{house}    email
            """,
            settings=Settings(me=("me@acme.example",)),
        )
        assert len(found(world.workspace)) == expected


def test_two_others_must_meet_outside_the_thread_that_put_them_together(told: Tell) -> None:
    """I write to both of them, who each knew me; answers to all in that thread are not yet a tie of theirs."""
    before = (
        '2025-12-01  me <-> ana  email x2\n2025-12-01  me <-> ben  email x2\n2026-01-05  me -> ana, ben  email "Kiln"'
    )
    within = '2026-01-06  ana -> me, ben  email "Kiln"\n2026-01-07  ben -> me, ana  email "Kiln"'
    apart = '2026-01-08  ana -> ben, me  email "Clay"\n2026-01-10  ben -> ana, me  email "Clay"'
    assert found(told(f"{before}\n{within}").workspace) == []
    assert found(told(f"{before}\n{within}\n{apart}").workspace) == [
        Found("me", "ana ben", date(2026, 1, 5), said=False, took=date(2026, 1, 10))
    ]
    together = '2025-12-20  carla -> me, ana, ben  email "Feast"'
    assert found(told(f"{before}\n{together}\n{within}\n{apart}").workspace) == []
