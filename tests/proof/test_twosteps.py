"""Friends of friends: a log in which everything can be counted by hand."""

from __future__ import annotations

import numpy as np
import pytest
from tests.proof.conftest import Event, company, log_of

from weakties.errors import WeaktiesError
from weakties.network import likely
from weakties.proof import friends, protocol, ranking, twosteps
from weakties.proof.twosteps import Candidates

DAY = 86_400
TASK = protocol.fof(30)
# Ana knows ben and cyd; ben knows dan, cyd knows dan and eve; fay and gus are a world of their own.
HISTORY: list[Event] = [
    ("ana", "ben", 0, 1), ("cyd", "ana", 30, 1), ("ben", "dan", 30, 2), ("ben", "ana", 30, 2), ("cyd", "dan", 60, 1),
    ("cyd", "eve", 0, 1), ("fay", "gus", 60, 1),
]  # fmt: skip


def at_60(later: list[Event], *, egos: list[str] | None = None) -> tuple[Candidates, dict[str, int]]:
    connection = log_of([*HISTORY, *later], egos=egos)
    found = twosteps.candidates(connection, 60 * DAY, TASK)
    return found, dict(connection.execute("SELECT name, person FROM people").fetchall())


def of(found: Candidates, people: dict[str, int], ego: str) -> dict[str, tuple[bool, dict[str, float]]]:
    name = {number: who for who, number in people.items()}
    return {
        name[c]: (bool(came), dict(zip(twosteps.NUMBERS, row.tolist(), strict=True)))
        for e, c, came, row in zip(found.ego, found.candidate, found.came, found.values, strict=True)
        if e == people[ego]
    }


def test_candidates_are_exactly_two_steps_away() -> None:
    found, people = at_60([("dan", "ana", 70, 1)])
    assert {name: came for name, (came, _) in of(found, people, "ana").items()} == {"dan": True, "eve": False}
    # Of dan, ana and eve are two steps away; to eve nobody new came, and she is no ego.
    assert {name: came for name, (came, _) in of(found, people, "dan").items()} == {"ana": True, "eve": False}
    assert set(found.ego) == {people["ana"], people["dan"]}


def test_every_number_by_hand() -> None:
    found, people = at_60([("dan", "ana", 70, 1)])
    _, dan = of(found, people, "ana")["dan"]
    ben, cyd = np.sqrt((0.25 + 0.25) * 0.25), np.sqrt(0.5 * 1.0)
    known = twosteps.graph(log_of([*HISTORY, ("dan", "ana", 70, 1)]), 60 * DAY)
    walk = likely.walk(known.starts, known.other, people["ana"])
    expected = {
        "common": 2,
        "aa": 1 / np.log(2) + 1 / np.log(3),
        "ra": 1 / 2 + 1 / 3,
        "decayed": ben / np.log(2) + cyd / np.log(3),
        "paths": ben / 2 + cyd / 3,
        "walk": walk[people["dan"]],
        "degree": 2,
        "silent": 0,
        # Ben wrote to dan and ana at once.
        "beside": 0.5,
    }
    assert dan == pytest.approx(expected)
    _, eve = of(found, people, "ana")["eve"]
    assert (eve["common"], eve["silent"], eve["beside"]) == (1, 60, 0)


@pytest.mark.parametrize(
    "later",
    [[("dan", "ana", 91, 1)], [("ana", "ben", 70, 1)], [("ana", "zoe", 70, 1)], [("ana", "fay", 70, 1)]],
    ids=["too late", "no first contact", "nobody of the history", "nobody two steps away"],
)
def test_who_came_into_touch_with_no_friend_of_a_friend_is_left_out(later: list[Event]) -> None:
    found, people = at_60(later)
    assert people["ana"] not in found.ego


def test_egos_can_be_named() -> None:
    found, people = at_60([("dan", "ana", 70, 1)], egos=["ana"])
    assert set(found.ego) == {people["ana"]}


def test_at_most_so_many_egos_are_drawn_and_always_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    connection = log_of(company())
    monkeypatch.setattr(twosteps, "MOST_EGOS", 3)
    first, second = (twosteps.candidates(connection, 40 * DAY, TASK) for _ in range(2))
    assert 1 <= len(np.unique(first.ego)) <= 3
    assert first.ego.tolist() == second.ego.tolist()


def test_in_ones_own_sight_stands_what_one_stood_on() -> None:
    """Ana got ben's word to dan and cyd's to eve; that cyd wrote to dan as well she cannot know."""
    connection = log_of([*HISTORY, ("cyd", "ana", 40, 2), ("cyd", "eve", 40, 2), ("dan", "ana", 70, 1)], egos=["ana"])
    people = dict(connection.execute("SELECT name, person FROM people").fetchall())
    whole, seen = (twosteps.candidates(connection, 60 * DAY, TASK, own_sight=own) for own in (False, True))
    assert of(whole, people, "ana")["dan"][1]["common"] == 2
    known = of(seen, people, "ana")
    assert {name: came for name, (came, _) in known.items()} == {"dan": True, "eve": False}
    _, dan = known["dan"]
    assert (dan["common"], dan["degree"], dan["silent"]) == (1, 1, 30)
    assert known["eve"][1]["silent"] == 20


def test_rules_by_hand() -> None:
    found, people = at_60([("dan", "ana", 70, 1)])
    (eve,) = np.flatnonzero((found.ego == people["ana"]) & (found.candidate == people["eve"]))
    said = {rule.name: float(rule.score(found)[eve]) for rule in friends.RULES}
    assert said["ra_recent"] == pytest.approx(1 / 3 / 4)
    assert said["recency"] == -60
    assert said["resource_allocation"] == pytest.approx(1 / 3)
    assert friends.features(found)[eve, list(likely.RISES).index("silent")] == pytest.approx(np.log(61))


def test_rules_held_against_ours() -> None:
    found, _ = at_60([("dan", "ana", 70, 1)])
    ranked = friends.compare([found], TASK, dataset="log", resamples=50)
    assert ranked.counts == {"egos": 2, "candidates": 2, "positives": 1}
    assert ranked.drawn == "contacts"
    common = ranked.of("common")
    # Of ana's, dan has two common contacts; of dan's, ana has two.
    assert (common.numbers["auc"], common.numbers["ndcg_at_10"], common.numbers["ap"]) == (1, 1, 1)
    assert ranked.of("recency").numbers["auc"] == 1
    assert ranked.of("weakties").numbers["auc"] == 1
    assert set(common.better) == {"auc", "ndcg_at_10"}
    text = ranking.text(ranked)
    assert "log: friends of friends, in touch within 30 days; on average 2 egos with 2 people two steps away" in text


def test_many_egos_are_drawn_as_egos() -> None:
    connection = log_of(company())
    cuts = [twosteps.candidates(connection, day * DAY, TASK) for day in (20, 30, 40)]
    ranked = friends.compare(cuts, TASK, dataset="log", resamples=50)
    assert ranked.drawn == "egos"
    assert set(ranked.of("common").better) == {"auc", "ndcg_at_10", "ap"}
    rows = ranking.rows(ranked)
    assert rows[0]["method"] == "weakties"
    assert rows[0]["ci"] == {}


def test_nobody_new_is_said() -> None:
    connection = log_of(HISTORY)
    with pytest.raises(WeaktiesError, match="At no cut-off does anybody come into touch"):
        friends.compare(twosteps.at_cuts(connection, TASK), TASK, dataset="log")
