"""What is said of a tie between two others, and the facts behind it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from weakties.insight import acquaintance
from weakties.insight.acquaintance import Acquaintance
from weakties.network.circles import Circles
from weakties.shape import ids
from weakties.testing import World

Tell = Callable[..., World]
AS_OF = date(2026, 2, 1)


def between(world: World, a: str, b: str) -> tuple[Acquaintance, dict[str, str]]:
    """Return the tie between two people, and who wrote each message behind it."""
    view = world.workspace.read(AS_OF)
    world.workspace.shape(view=view)
    pair = tuple(world.workspace.find(name, view=view).person for name in (a, b))
    (found,) = acquaintance.between(
        view.connection, [(pair[0], pair[1])], owner="me", as_of_day=view.as_of_day
    ).values()
    query = "SELECT m.event, p.name FROM authors JOIN moments m USING (moment) JOIN people p USING (person)"
    return found, dict(view.connection.execute(query).fetchall())


def test_a_word_of_one_side_is_no_exchange_and_its_facts_are_their_own_words(told: Tell) -> None:
    text = """
    2026-01-05  ana -> ben, me            email x2 every 2d
    2026-01-29  carl -> ana, ben, me      email
    """
    found, author = between(told(text), "Ana", "Ben")
    (wrote,) = [r for r in found.reasons if r.what == "wrote"]
    assert wrote.text == "Ana wrote to Ben twice in your sight, last 4 weeks ago."
    assert {author[event] for event in wrote.evidence} == {"Ana"}


def test_words_of_both_sides_are_an_exchange(told: Tell) -> None:
    found, author = between(
        told("2026-01-05  ana -> ben, me    email\n2026-01-25  ben -> ana, me    email"), "Ana", "Ben"
    )
    assert found.text == "They wrote to each other twice in your sight, last 7 days ago."
    assert {author[event] for event in found.reasons[0].evidence} == {"Ana", "Ben"}


def test_those_who_were_only_named_together_are_told_so(told: Tell) -> None:
    found, author = between(told("2026-01-25  carl -> ana, ben, me    email"), "Ana", "Ben")
    assert (found.how, found.text) == ("inferred", "Both were named on 1 message to few, last 7 days ago.")
    assert {author[event] for event in found.reasons[0].evidence} == {"Carl"}


def test_founders_who_leave_three_circles_for_one_of_their_own_still_get_an_id() -> None:
    people = [f"p{n}" for n in range(9)]
    home = np.array([3, 3, 3, 0, 0, 1, 1, 2, 2], dtype=np.int32)
    found = Circles(home, np.array([3, 5, 7, 0], dtype=np.int32), np.zeros((0, 2), dtype=np.int64), 0.5)
    before = {p: ("p0", "p1", "p2")[(n - 3) // 2] for n, p in enumerate(people) if n > 2}
    assert ids(people, found, before) == ["p0", "p1", "p2", "p0-2"]
