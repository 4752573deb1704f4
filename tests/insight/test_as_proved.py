"""What the answers weigh is what was proved: the same world, told as mail to the product and as a log to the proof."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import pytest
from tests.proof.conftest import log_of

from weakties.facts.days import day_number
from weakties.network import likely, opening
from weakties.proof import friends, introducers, letters, openings, protocol, twosteps
from weakties.testing import World

Tell = Callable[..., World]
Letter = tuple[int, str, str]

ON = date(2026, 1, 1)
# Day, author and recipients; the owner is on all of them. Ana, Ben, Carl and Dora know Zoe and her.
LETTERS: list[Letter] = [
    (0, "ana", "me"), (1, "me", "ana"), (2, "ana", "zoe, me"), (5, "ben", "me"), (6, "me", "ben"), (9, "ben", "zoe, me"),
    (12, "dora", "zoe, ben, me"), (20, "carl", "me"), (21, "me", "carl, ana"), (30, "carl", "zoe, me"), (33, "carl", "ana, ben, me"),
    (47, "ana", "zoe, me"), (60, "dora", "zoe, ben, carl, me"), (66, "ana", "carl, zoe, me"), (71, "me", "ben"),
]  # fmt: skip
ASKED = 80
# Ana brings the two together, and they write.
AFTER: list[Letter] = [(ASKED, "ana", "zoe, me"), (ASKED + 3, "me", "zoe")]


def proved() -> dict[str, float]:
    """Return the score that each candidate has in the proof, just before Ana's message."""
    connection = duckdb.connect()
    connection.execute("CREATE TABLE letters (letter INTEGER, src VARCHAR, dst VARCHAR, t BIGINT)")
    for number, (day, author, others) in enumerate(LETTERS + AFTER):
        at = (day_number(ON) + day) * 86_400 + 43_200
        for other in others.split(", "):
            connection.execute("INSERT INTO letters VALUES ($1, $2, $3, $4)", [number, author, other, at])
    cases = openings.cases(letters.read(connection))
    names = dict(connection.execute("SELECT person, name FROM writers").fetchall())
    score = opening.scores(introducers.features(cases), opening.shipped())
    last = cases.case == cases.case.max()
    return {names[who]: float(s) for who, s in zip(cases.candidate[last], score[last], strict=True)}


def test_an_introducer_weighs_what_the_proof_gave_them(told: Tell) -> None:
    def line(letter: Letter) -> str:
        day, author, others = letter
        return f"{ON + timedelta(days=day)}  {author} -> {others}    email"

    world = told("\n".join(map(line, LETTERS)), as_of=ON + timedelta(days=ASKED))
    found = world.workspace.intro("Zoe", as_of=world.as_of, introducers=1)
    learned = {
        way.asked[0].person.name.lower(): next(r.weight for r in way.asked[0].hop.reasons if r.what == "introducer")
        for way in found.ways
    }
    expected = proved()
    assert set(expected) == {"ana", "ben", "carl", "dora"}
    # In the product a message to three counts as 333 thousandths.
    assert {who: learned[who] for who in expected} == pytest.approx(expected, abs=0.01)


# Who is two steps away: often or once, lately or long ago, over one contact or two, over one who knows many or few.
FURTHER: list[Letter] = [
    (0, "ana", "me"), (1, "me", "ana"), (2, "ben", "me"), (3, "me", "ben"), (4, "carl", "me"), (5, "me", "carl"),
    (10, "ana", "zoe, me"), (20, "ana", "zoe, me"), (70, "ben", "zoe, me"), (30, "ana", "yan, me"), (31, "ana", "xia, me"),
    (50, "ben", "xia, me"), (60, "carl", "wim, me"), (74, "carl", "wim, me"), (12, "carl", "vera, me"), (40, "ana", "uli, ben, me"),
]  # fmt: skip


def test_who_is_likely_to_come_into_touch_is_ordered_as_the_proof_did(told: Tell) -> None:
    events = [
        (who, other, day, len(others.split(", "))) for day, who, others in FURTHER for other in others.split(", ")
    ]
    connection = log_of([*events, ("me", "zoe", ASKED + 3, 1)], egos=["me"])
    found = twosteps.candidates(connection, ASKED * 86_400, protocol.fof(30), own_sight=True)
    names = {number: name for name, number in connection.execute("SELECT name, person FROM people").fetchall()}
    score = likely.scores(friends.features(found), likely.shipped())
    expected = [names[int(found.candidate[i])].title() for i in score.argsort()[::-1]]
    mail = "\n".join(f"{ON + timedelta(days=day)}  {who} -> {others}    email" for day, who, others in FURTHER)
    world = told(mail, as_of=ON + timedelta(days=ASKED))
    ranked = sorted(world.workspace.loose(as_of=world.as_of), key=lambda one: one.told.rank)
    assert [one.person.name for one in ranked] == expected
    assert len(expected) == 6
