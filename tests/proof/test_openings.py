"""Who put whom in touch: logs small enough to count by hand."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import numpy as np
import pytest

from weakties.facts.engine import connect
from weakties.network.opening import NEVER_DAYS
from weakties.proof import letters, openings
from weakties.proof.openings import Cases
from weakties.proof.protocol import TAKES_DAYS

DAY = 86_400
Letter = tuple[float, str, str]

# Bea, carl and dora each know xia and yan, who do not know each other.
KNOWN: list[Letter] = [
    (0, "bea", "xia"), (1, "bea", "yan"), (2, "carl", "xia"), (3, "carl", "yan"), (4, "dora", "xia"), (5, "yan", "dora"),
]  # fmt: skip


def told(lines: Sequence[Letter]) -> duckdb.DuckDBPyConnection:
    """Return a connection with the letters (day, from, to)."""
    connection = connect()
    rows = [
        (i, sender, person, round(day * DAY))
        for i, (day, sender, people) in enumerate(lines)
        for person in people.split()
    ]
    connection.execute("CREATE TABLE letters (letter INTEGER, src VARCHAR, dst VARCHAR, t BIGINT)")
    for row in rows:
        connection.execute("INSERT INTO letters VALUES (?, ?, ?, ?)", row)
    return connection


def cases_of(lines: Sequence[Letter], takes_days: int = TAKES_DAYS) -> tuple[Cases, dict[str, int]]:
    connection = told(lines)
    found = openings.cases(letters.read(connection), takes_days=takes_days)
    return found, dict(connection.execute("SELECT name, person FROM writers").fetchall())


def of(found: Cases, people: dict[str, int], who: str, case: int = 0) -> dict[str, float]:
    (row,) = np.flatnonzero((found.case == case) & (found.candidate == people[who]))
    return dict(zip(openings.NUMBERS, found.values[row].tolist(), strict=True))


def test_who_put_two_strangers_in_touch_is_the_one_to_be_named() -> None:
    found, people = cases_of([*KNOWN, (10, "bea", "xia yan"), (20, "yan", "xia")])
    assert (found.possible, found.took, len(found.at)) == (1, 1, 1)
    assert sorted(found.candidate) == sorted(people[name] for name in ("bea", "carl", "dora"))
    assert found.candidate[found.came].tolist() == [people["bea"]]
    bea, dora = of(found, people, "bea"), of(found, people, "dora")
    x, y = ("x", "y") if people["xia"] < people["yan"] else ("y", "x")
    assert (bea[f"last_{x}"], bea[f"last_{y}"]) == (10, 9)
    assert bea[f"strength_{x}"] == pytest.approx(0.5 ** (10 / 60))
    assert (bea["count_x"], bea["degree"], bea["silent"], bea["introduced"]) == (1, 2, 9, 0)
    assert (bea["joint"], bea["beside"]) == (NEVER_DAYS, 0)
    # Dora's last word was the one to xia: yan wrote to her.
    assert (dora["silent"], dora[f"last_{y}"]) == (6, 5)


def test_what_was_before_counts_and_nothing_later() -> None:
    lines = [*KNOWN, (6, "ed", "xia yan bea"), (8, "bea", "xia yan"), (10, "bea", "xia yan"), (20, "xia", "yan")]
    found, people = cases_of(lines)
    # Ed knew neither of them.
    assert (found.possible, found.took, len(found.at)) == (2, 2, 2)
    first, second = (of(found, people, "bea", case) for case in (0, 1))
    assert (first["introduced"], first["joint"], first["beside"]) == (0, NEVER_DAYS, 1)
    assert (second["introduced"], second["joint"], second["beside"]) == (1, 2, 1)
    assert second["count_x"] == 2
    x = "x" if people["xia"] < people["yan"] else "y"
    assert second[f"strength_{x}"] == pytest.approx(0.5 ** (10 / 60) + 0.5 * 0.5 ** (2 / 60))
    assert of(found, people, "carl", 1)["joint"] == NEVER_DAYS


@pytest.mark.parametrize(
    ("lines", "possible", "took"),
    [
        ([*KNOWN, (10, "bea", "xia yan"), (41, "yan", "xia")], 1, 0),
        ([*KNOWN, (10, "bea", "xia yan"), (10, "yan", "xia")], 1, 0),
        ([*KNOWN, (9, "yan", "xia"), (10, "bea", "xia yan"), (20, "yan", "xia")], 0, 0),
        ([*KNOWN[1:], (10, "bea", "xia yan"), (20, "yan", "xia")], 0, 0),
        ([*KNOWN, (10, "bea", "xia yan a b c d"), (20, "yan", "xia")], 0, 0),
    ],
    ids=["too late", "at once", "no strangers", "knew one of them", "to a crowd"],
)
def test_what_is_no_introduction_that_took(lines: list[Letter], possible: int, took: int) -> None:
    found, _ = cases_of(lines)
    assert (found.possible, found.took, len(found.at)) == (possible, took, 0)


def test_two_common_contacts_are_no_choice() -> None:
    found, _ = cases_of([*KNOWN[:4], (10, "bea", "xia yan"), (20, "yan", "xia")])
    assert (found.took, len(found.at), len(found.case)) == (1, 0, 0)


def test_a_longer_wait_can_be_asked_for() -> None:
    found, _ = cases_of([*KNOWN, (10, "bea", "xia yan"), (41, "yan", "xia")], takes_days=31)
    assert found.took == 1


def test_cases_of_some_people_alone() -> None:
    connection = told([*KNOWN, (10, "bea", "xia yan"), (20, "yan", "xia")])
    read = letters.read(connection)
    people = dict(connection.execute("SELECT name, person FROM writers").fetchall())
    assert len(openings.cases(read, only=[people["xia"]]).at) == 1
    assert len(openings.cases(read, only=[people["bea"]]).at) == 0


def test_in_ones_own_sight_stands_what_one_stood_on() -> None:
    """That carl and dora know yan xia cannot see until they write to both; yan sees of xia's contacts no more than that."""
    both = [(6.0, "carl", "xia yan"), (7.0, "dora", "xia yan"), (8.0, "bea", "xia yan")]
    connection = told([*KNOWN, *both, (10, "bea", "xia yan"), (20, "yan", "xia")])
    read = letters.read(connection)
    people = dict(connection.execute("SELECT name, person FROM writers").fetchall())
    seen = openings.in_own_sight(read)
    # In the whole log four messages may have introduced them; in the sight of either only bea's second, the others being the
    # first by which she could see that their senders knew both.
    assert (openings.cases(read).possible, seen.possible, seen.took) == (4, 2, 2)
    assert seen.case.tolist() == [0, 0, 0, 1, 1, 1]
    assert set(seen.candidate[seen.came]) == {people["bea"]}
    assert seen.letter.tolist() == [9, 9]
    bea = dict(zip(openings.NUMBERS, seen.values[seen.candidate == people["bea"]][0].tolist(), strict=True))
    assert sorted([bea["count_x"], bea["count_y"]]) == [1, 2]
    assert bea["joint"] == 2


def test_rows_with_one_sender_and_one_time_are_one_message() -> None:
    connection = connect()
    connection.execute("""
        CREATE TABLE events AS SELECT * FROM (VALUES ('a', 'b', 5), ('a', 'c', 5), ('b', 'a', 5), ('a', 'b', 9), ('a', 'a', 9))
            t(src, dst, t)
    """)
    letters.of_events(connection)
    read = letters.read(connection)
    name = dict(connection.execute("SELECT person, name FROM writers").fetchall())
    assert [(at, name[sender], sorted(name[p] for p in people)) for at, sender, people in read] == [
        (5, "a", ["b", "c"]),
        (5, "b", ["a"]),
        (9, "a", ["b"]),
    ]


def test_circulars_are_left_out() -> None:
    crowd = " ".join(f"p{n}" for n in range(21))
    assert len(letters.read(told([(1, "a", crowd), (2, "a", crowd.removesuffix(" p20"))])).at) == 1


def test_no_letter_at_all() -> None:
    read = letters.read(told([]))
    assert (list(read), len(openings.cases(read).at)) == ([], 0)
