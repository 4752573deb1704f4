"""Where the log is cut, who is a candidate, what is contact afterwards; and that nothing of it leaks to a method."""

from __future__ import annotations

import numpy as np
import pytest
from tests.proof.conftest import DAY, Event, company, log_of

from weakties.proof import compare, metrics, protocol
from weakties.proof.models import MODELS
from weakties.proof.product import Weakties
from weakties.proof.protocol import Known

TASK = protocol.persistence(30)


def pairs(known: Known, connection: object) -> dict[tuple[str, str], tuple[bool, bool]]:
    names = dict(connection.execute("SELECT person, name FROM people").fetchall())  # type: ignore[attr-defined]
    table = known.past.pairs
    told = zip(table.ego.tolist(), table.alter.tolist(), known.contact.tolist(), known.both_wrote.tolist(), strict=True)
    return {(names[a], names[b]): (contact, both) for a, b, contact, both in told}


def test_candidates_and_labels() -> None:
    connection = log_of(
        [
            ("ana", "ben", 1, 1),
            ("ana", "eva", 2, 1),
            ("zoe", "ana", 10, 1),
            ("ana", "ben", 10.00002, 1),
            ("eva", "ana", 40, 1),
            ("ana", "eva", 39, 1),
            ("zoe", "ana", 40.00002, 1),
            ("ana", "new", 12, 1),
        ]
    )
    found = pairs(protocol.known_at(connection, 10 * DAY, TASK), connection)
    expected = {("ana", "ben"): (True, False), ("ana", "eva"): (True, True), ("ana", "zoe"): (False, False)}
    assert found == expected | {(b, a): label for (a, b), label in expected.items()}


def test_dormant_candidates_have_been_silent() -> None:
    connection = log_of([("ana", "ben", 1, 1), ("ana", "eva", 70, 1), ("ana", "ben", 110, 1), ("ana", "zoe", 40, 1)])
    found = pairs(protocol.known_at(connection, 100 * DAY, protocol.dormant(20, 60)), connection)
    assert found[("ana", "ben")] == (True, False)
    assert {pair[1] for pair in found if pair[0] == "ana"} == {"ben", "zoe"}


def test_the_log_is_cut_at_quantiles_of_its_events_and_a_horizon_before_its_end() -> None:
    connection = log_of([("ana", "ben", day, 1) for day in range(101)])
    assert protocol.cut_offs(connection, TASK) == [50 * DAY, 65 * DAY, 70 * DAY]
    assert protocol.cut_offs(connection, TASK, until=90 * DAY) == [50 * DAY, 60 * DAY, 60 * DAY]
    assert protocol.cut_offs(connection, protocol.dormant(10)) == [60 * DAY, 75 * DAY]
    assert protocol.cut_offs(connection, protocol.persistence(200)) == []


def test_snapshots_to_learn_from_end_at_the_cut_off(events: list[Event]) -> None:
    connection = log_of(events)
    found = protocol.trial(connection, 200 * DAY, TASK)
    assert [k.past.cut for k in found.taught] == [170 * DAY, 140 * DAY, 110 * DAY]
    assert found.asked.past.cut == 200 * DAY
    # Of the earlier ones only the nearest may be as thin as this.
    thin = log_of([("ana", "ben", day, 1) for day in range(300)])
    assert [k.past.cut for k in protocol.trial(thin, 200 * DAY, TASK).taught] == [170 * DAY]


def test_tie_days_are_those_of_production_and_end_at_the_cut_off() -> None:
    connection = log_of(
        [("ana", "ben", 1, 3), ("ben", "ana", 1.5, 1), ("ana", "ben", 9.25, 1), ("ana", "ben", 9.75, 1)]
    )
    days = protocol.known_at(connection, round(9.5 * DAY), TASK).past.days()
    names = dict(connection.execute("SELECT name, person FROM people").fetchall())
    rows = days.execute("SELECT * FROM tie_days WHERE owner = $1 ORDER BY day", [names["ana"]]).fetchall()
    ben = names["ben"]
    assert rows == [
        (names["ana"], ben, 1, "email", 1, 1, 0, 1, 333, 1000, 0),
        (names["ana"], ben, 9, "email", 1, 0, 1, 0, 1000, 0, 0),
    ]


def test_a_method_gets_a_database_without_the_log(events: list[Event]) -> None:
    past = protocol.known_at(log_of(events), 150 * DAY, TASK).past
    days = past.days()
    there = [name for (name,) in days.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
    assert there == ["beside_days", "tie_days"]
    for table in there:
        assert days.execute(f"SELECT coalesce(max(day), 0) FROM {table}").fetchall()[0][0] <= 150


def test_who_got_the_same_message_of_somebody_else() -> None:
    connection = log_of(
        [("ana", "ben", 3, 2), ("ana", "eva", 3, 2), ("ana", "ben", 4, 1), ("ana", "ben", 8, 2), ("ana", "eva", 8, 2)]
    )
    days = protocol.known_at(connection, 5 * DAY, TASK).past.days()
    numbers = dict(connection.execute("SELECT name, person FROM people").fetchall())
    ben, eva = numbers["ben"], numbers["eva"]
    assert days.execute("SELECT * FROM beside_days ORDER BY owner").fetchall() == sorted(
        [(ben, eva, 3, 1), (eva, ben, 3, 1)]
    )


def test_no_method_says_anything_else_when_the_future_is_another(events: list[Event]) -> None:
    """The planted feature: every future event is swapped for a burst with the pairs that ordered last."""
    cut = 200
    other = [e for e in events if e[2] <= cut] + [("p1", f"p{n}", cut + 1 + n / 50, 1) for n in range(2, 24)] * 9
    for method in compare.METHODS:
        said = []
        for log in (events, other):
            connection = log_of(log)
            connection.execute("SET threads = 1")
            numbers = dict(connection.execute("SELECT name, person FROM people").fetchall())
            assert sorted(numbers.values()) == list(range(len(numbers)))
            found = protocol.trial(connection, cut * DAY, TASK)
            said.append(method.learn(found.taught)(found.asked.past).order)
        assert np.array_equal(said[0], said[1]), method.name


def test_a_future_that_has_nothing_to_do_with_the_past_cannot_be_foretold() -> None:
    """Whoever writes to whom after the cut-off is drawn anew among all pairs that ever wrote: an AUC of one half."""
    areas: dict[str, list[float]] = {}
    for seed in range(6):
        log = company(seed=seed)
        rng = np.random.default_rng(seed)
        known = sorted({(min(a, b), max(a, b)) for a, b, day, _ in log if day <= 200})
        some = rng.permutation(len(known))[: len(known) // 3]
        later: list[Event] = [(*known[i], 200 + float(rng.uniform(1, 29)), 1) for i in some]
        connection = log_of([e for e in log if e[2] <= 200] + later)
        found = protocol.trial(connection, 200 * DAY, TASK)
        ego, contact = found.asked.past.pairs.ego, found.asked.contact
        for method in (Weakties(), *MODELS):
            order = method.learn(found.taught)(found.asked.past).order
            areas.setdefault(method.name, []).append(metrics.per_ego(ego, order, contact).means()[0])
    for name, found_areas in areas.items():
        assert np.mean(found_areas) == pytest.approx(0.5, abs=0.05), name


def test_what_is_rewarded_is_foretelling(events: list[Event]) -> None:
    """The counterpart of the last test: in the company as it is, the past tells the future."""
    found = protocol.trial(log_of(events), 200 * DAY, TASK)
    order = Weakties().learn(found.taught)(found.asked.past).order
    assert metrics.per_ego(found.asked.past.pairs.ego, order, found.asked.contact).means()[0] > 0.7
