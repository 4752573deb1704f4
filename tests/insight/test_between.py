"""What lies between the owner and people: the same of several at once as of each, and nothing of whom nothing is known."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np

from weakties.insight import timeline
from weakties.insight.between import between, ids, moments
from weakties.testing import World

AS_OF = date(2026, 3, 1)


def test_several_are_read_as_each_is(told: Callable[..., World]) -> None:
    world = told(
        """
        2024-06-01  ana <-> me        email x5 every 9d "Lenses"
        2025-06-02  me, ana, bea      meeting 60m x2 every 9d "Choir"
        2026-02-03  bea -> me, ana    email "Choir"
        """,
        as_of=AS_OF,
    )
    space = world.workspace
    view = space.read(AS_OF)
    connection, day = view.connection, view.as_of_day
    people = [space.find(name, view=view).person for name in ("bea", "ana")] + ["nobody's"]
    together = between(connection, people, owner="me", as_of_day=day)
    for person in people:
        (alone,) = between(connection, [person], owner="me", as_of_day=day).values()
        for name in ("moment", "day", "way", "size"):
            assert np.array_equal(getattr(together[person], name), getattr(alone, name))
    bea, ana, nobody = (together[person] for person in people)
    assert (bea.went("met").sum(), bea.went("in").sum(), len(nobody.moment)) == (2, 1, 0)
    assert [year for year, *_ in timeline.years(ana)] == [2024, 2025]
    assert between(connection, [], owner="me", as_of_day=day) == {}
    known = moments(connection, bea.moment)
    assert ids(connection, bea.moment) == {number: said["id"] for number, said in known.items()}
    assert (ids(connection, []), moments(connection, [])) == ({}, {})
