"""The strengths that the owner sets teach the formula of her other ties."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.testing import World, handle
from weakties.ties.strength import SHIPPED, fitted, strength_reasons

Tell = Callable[..., World]
AS_OF = date(2026, 2, 1)
WORLD = """
2025-01-05  me <-> ana     email x40 every 9d
2025-02-05  me <-> ben     email x6 every 30d
2025-03-05  me <-> cleo    email x3 every 90d
2025-04-05  wall -> me     email x3 every 30d
2025-04-05  wall -> me, far    email
"""
TERM = st.floats(0, 8)


def strengths(world: World) -> dict[str, float]:
    return {name: world.between("me", name).row["computed_strength"] for name in ("ana", "ben", "cleo", "wall")}


def overrule(world: World, name: str, value: float) -> Any:
    return world.workspace.decide("overrule", handle(name), number="strength", value=value)


def test_a_strength_that_is_set_higher_lifts_the_others_and_undo_takes_it_back(told: Tell) -> None:
    world = told(WORLD, as_of=AS_OF)
    before = strengths(world)
    overrule(world, "ben", 0.9)
    after = strengths(world)
    assert all(after[name] > before[name] for name in before)
    assert sorted(after, key=after.__getitem__) == sorted(before, key=before.__getitem__)
    assert world.between("me", "ben").strength == 0.9
    row = world.between("me", "ana").row
    reasons = strength_reasons(row)
    assert "learned from 1 number that you set" in reasons[-1].text
    assert 1 / (1 + math.exp(-math.fsum(r.weight for r in reasons))) == pytest.approx(row["computed_strength"])
    world.workspace.undo()
    assert strengths(world) == before


def test_what_is_set_of_somebody_never_in_touch_or_of_alive_teaches_nothing(told: Tell) -> None:
    world = told(WORLD, as_of=AS_OF)
    before = strengths(world)
    overrule(world, "far", 0.9)
    world.workspace.decide("overrule", handle("ben"), number="alive", value=0.9)
    assert strengths(world) == before


def test_one_number_moves_the_others_less_than_its_own(told: Tell) -> None:
    world = told(WORLD, as_of=AS_OF)
    before = strengths(world)
    overrule(world, "cleo", 0.95)
    after = strengths(world)
    assert after["cleo"] - before["cleo"] < 0.5 * (0.95 - before["cleo"])


def test_many_numbers_of_one_mind_are_followed() -> None:
    draw = np.random.default_rng(1)
    terms = draw.uniform(0, 4, size=(200, 3))
    said = 1 / (1 + np.exp(-(-1.5 + terms @ [0.5, 0.25, 0.25])))
    found = fitted(terms.tolist(), said.tolist())
    assert found.level == pytest.approx(-1.5, abs=0.25)
    assert found.rows == 200


@settings(deadline=None)
@given(st.lists(st.tuples(TERM, TERM, TERM, st.floats(0, 1)), min_size=1, max_size=20))
def test_law_no_numbers_make_more_contact_count_against_a_tie(rows: list[tuple[float, float, float, float]]) -> None:
    found = fitted([row[:3] for row in rows], [row[3] for row in rows])
    assert found.is_sane()
    assert list(found.signals) == list(SHIPPED.signals)
    assert all(weight >= 0 for _, _, weight in found.signals.values())
    assert abs(found.level - SHIPPED.level) < 12


def test_what_is_written_after_a_strength_was_set_moves_nobody_else(
    told: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A number is held against the tie as it stood when it was said."""
    more = "\n2026-01-20  me <-> ben    email x12 every 0d"
    found = []
    for text in (WORLD, WORLD + more):
        world = told(text, as_of=AS_OF)
        monkeypatch.setattr(
            "weakties.workspace.decided.now", lambda: int(datetime(2026, 1, 10, tzinfo=UTC).timestamp())
        )
        overrule(world, "ben", 0.9)
        found.append({name: strengths(world)[name] for name in ("ana", "cleo")})
    assert found[0] == found[1]
