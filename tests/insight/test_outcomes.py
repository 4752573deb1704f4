"""What came of whom teaches what makes somebody valuable."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.insight.outcomes import MOST_MONTHS, Choice, Outcome, by_month, learned
from weakties.insight.value import WEIGHTS, reasons
from weakties.testing import World, handle

Tell = Callable[..., World]
AS_OF = date(2026, 6, 1)
WORLD = """
2025-01-01  me <-> door@optics     email x6 every 9d
2025-02-01  door@optics -> me, far@glass, further@glass    email
2025-01-01  me <-> close@house     email x40 every 9d
2025-01-05  me <-> near@house      email x9 every 30d
2025-03-01  close@house -> me, near@house    email x4
"""


def drawn(count: int, taste: list[float], *, seed: int) -> list[Choice]:
    """Return choices of an owner to whom things come by that taste."""
    draw = np.random.default_rng(seed)
    found = []
    for _ in range(count):
        parts = draw.beta(1, 3, size=(200, 4))
        odds = np.exp(8 * parts @ np.array(taste))
        found.append(Choice(parts, int(draw.choice(len(parts), p=odds / odds.sum()))))
    return found


def test_without_outcomes_the_weights_are_those_set_by_hand() -> None:
    assert learned([]) == WEIGHTS


def test_a_taste_is_found_and_few_outcomes_move_little() -> None:
    standing = [0.05, 0.85, 0.05, 0.05]
    many, one = learned(drawn(100, standing, seed=1)), learned(drawn(1, standing, seed=1))
    assert many["standing"] > 0.5
    assert abs(one["standing"] - WEIGHTS["standing"]) < 0.1


def test_who_shares_the_taste_set_by_hand_keeps_it() -> None:
    found = learned(drawn(200, [WEIGHTS[name] for name in WEIGHTS], seed=2))
    assert all(abs(found[name] - WEIGHTS[name]) < 0.12 for name in WEIGHTS)


PART = st.floats(0, 1)


@settings(deadline=None)
@given(st.lists(st.lists(st.tuples(PART, PART, PART, PART), min_size=1, max_size=6), max_size=5))
def test_law_weights_are_shares(worlds: list[list[tuple[float, float, float, float]]]) -> None:
    found = learned([Choice(np.array(parts), 0) for parts in worlds])
    assert sum(found.values()) == pytest.approx(1, abs=2e-4)
    assert all(weight >= 0 for weight in found.values())


def test_the_newest_months_teach() -> None:
    found = by_month([Outcome(f"p{n}", 31 * n) for n in range(MOST_MONTHS + 3)])
    assert len(found) == MOST_MONTHS
    assert [p for people in found.values() for p in people] == [f"p{n}" for n in range(3, MOST_MONTHS + 3)]
    assert list(by_month([Outcome("ana", 40)])) == [31]


def weights(world: World) -> dict[str, float]:
    tie = world.workspace.why("near", as_of=world.as_of).tie
    assert tie is not None
    return {part: tie[f"weight_{part}"] for part in WEIGHTS}


def came(world: World, name: str, on: str) -> None:
    world.workspace.decide("outcome", handle(name), on=on, what="a customer")


def test_what_came_through_a_door_raises_the_weight_of_reach_and_undo_takes_it_back(told: Tell) -> None:
    world = told(WORLD, as_of=AS_OF)
    assert weights(world) == WEIGHTS
    came(world, "door@optics", "2026-05-03")
    assert weights(world)["reach"] > WEIGHTS["reach"]
    tie = world.workspace.why("near", as_of=world.as_of).tie
    assert tie is not None
    found = reasons(tie)
    assert found[-1].text.startswith("Weights learned from 1 outcome: reach 0.4")
    assert sum(r.weight for r in found) == pytest.approx(tie["value"])
    world.workspace.undo()
    assert weights(world) == WEIGHTS


def test_what_comes_later_than_the_day_or_through_nobody_known_then_teaches_nothing(told: Tell) -> None:
    world = told(WORLD, as_of=AS_OF)
    came(world, "door@optics", "2026-06-02")
    assert weights(world) == WEIGHTS
    came(world, "door@optics", "2024-12-31")
    assert weights(world) == WEIGHTS
    tie = world.workspace.why("near", as_of=world.as_of).tie
    assert tie is not None
    assert tie["value_taught"] == 0
    assert all("outcome" not in r.text for r in reasons(tie))


def test_an_outcome_is_told_from_the_ties_before_its_month(told: Tell) -> None:
    """What both did in the month itself is what came of it."""
    after = "\n2026-05-04  door@optics -> me, x@wood, y@wood, z@stone, w@stone    email x3"
    plain, busy = told(WORLD, as_of=AS_OF), told(WORLD + after, as_of=AS_OF)
    for world in (plain, busy):
        came(world, "door@optics", "2026-05-20")
    assert weights(plain) == weights(busy) != WEIGHTS
