"""Words that break a silence: which they are, what was known when they were written, and what is learned from them."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import numpy as np
import pytest

from weakties.ties import answering, days
from weakties.ties.answering import RISES

ME, THEM, BOTH = "out", "in", "met"
Word = tuple[int, str, int]


def reopened(words: list[Word], *, person: str = "ana") -> duckdb.DuckDBPyConnection:
    """Return a database with what was derived of (day, direction, group size), one after the other."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE interactions (owner VARCHAR, person VARCHAR, moment INTEGER, day INTEGER, channel VARCHAR, "
        "direction VARCHAR, group_size INTEGER, duration INTEGER)"
    )
    made.execute("CREATE TABLE machines (person VARCHAR)")
    for moment, (day, direction, size) in enumerate(words):
        made.execute(
            "INSERT INTO interactions VALUES ('me', $1, $2, $3, 'email', $4, $5, 0)",
            [person, moment, day, direction, size],
        )
    days.reopen(made)
    return made


def told(made: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    found = made.table("reopenings")
    return [dict(zip(found.columns, row, strict=True)) for row in found.order("day").fetchall()]


def test_a_word_breaks_a_silence_after_two_weeks_and_an_answer_counts_for_thirty_days() -> None:
    found = told(
        reopened(
            [
                (0, THEM, 1),
                (13, ME, 1),  # no silence yet
                (40, ME, 1),  # answered on the same day
                (40, THEM, 1),
                (100, ME, 1),  # answered too late
                (131, THEM, 1),
                (200, ME, 5),  # to more than three: no word to anybody
                (300, ME, 1),  # answered in a crowd: no answer
                (301, THEM, 50),
                (400, ME, 1),
                (430, THEM, 2),
            ]
        )
    )
    assert [(w["day"], w["answered_day"]) for w in found] == [(40, 40), (100, None), (300, None), (400, 430)]
    assert [(w["tried"], w["taken"]) for w in found] == [(0, 0), (1, 1), (2, 1), (3, 1)]
    assert [(w["silence"], w["age"], w["sent"], w["received"]) for w in found] == [
        (27, 40, 1, 1),
        (60, 100, 2, 2),
        (100, 300, 4, 3),
        (99, 400, 5, 4),
    ]


def test_what_answers_a_second_word_does_not_answer_the_first() -> None:
    found = told(reopened([(0, THEM, 1), (1, ME, 1), (20, ME, 1), (40, ME, 1), (45, THEM, 1)]))
    assert [(w["day"], w["answered_day"], w["taken"]) for w in found] == [(20, None, 0), (40, 45, 0)]


def test_only_whom_both_wrote_before_is_asked_anew_and_a_meeting_ends_a_silence() -> None:
    assert told(reopened([(0, ME, 1), (50, ME, 1), (60, THEM, 1)])) == []
    assert told(reopened([(0, THEM, 1), (50, ME, 1), (95, BOTH, 4), (100, ME, 1)]))[1:] == []


def chance(words: list[Word], *, day: int) -> dict[str, Any]:
    """Return a tie with what is said of an answer. The tie itself is counted from the words up to that day."""
    made = reopened(words)
    past = [(at, way) for at, way, _ in words if at <= day]
    mine, theirs = ([at for at, way in past if way == who] for who in (ME, THEM))
    first, last = past[0][0], past[-1][0]
    made.execute(
        "CREATE TABLE ties AS SELECT 'me' AS owner, 'ana' AS person, $1 AS sent, $2 AS received, $3 AS silence, "
        "$4 AS first_day, $5 AS last_day",
        [len(mine), len(theirs), day - last, first, last],
    )
    ties, every = (nw.from_native(made.table(name)) for name in ("ties", "reopenings"))
    found = answering.scored(ties, every, answering.shipped(), as_of_day=day).to_native()
    (row,) = found.fetchall()
    return dict(zip(found.columns, row, strict=True))


HISTORY = [(0, THEM, 1), (1, ME, 1), (20, ME, 1), (25, THEM, 1), (60, ME, 1), (95, ME, 1), (100, THEM, 1)]


def test_the_reasons_add_up_and_nothing_later_is_known() -> None:
    tie = chance(HISTORY, day=96)
    assert (tie["tried"], tie["taken"]) == (3, 1)
    odds = sum(reason.weight for reason in answering.answer_reasons(tie))
    assert 1 / (1 + np.exp(-odds)) == pytest.approx(tie["answer"])
    assert chance(HISTORY[:-1], day=96) == tie
    assert chance(HISTORY, day=99)["answer"] == chance(HISTORY[:-1], day=99)["answer"]
    assert chance(HISTORY, day=100)["taken"] == 2


def test_a_tie_of_today_has_the_signals_that_its_word_would_have_had() -> None:
    """What is asked of a tie today is what was learned from: the word of day 95 as it stood before it was written."""
    before = chance(HISTORY[:5], day=95)
    (word,) = [w for w in told(reopened(HISTORY)) if w["day"] == 95]
    for name in ("silence", "received", "tried", "taken"):
        assert before[name] == word[name], name


def many(answers: Any, *, seed: int, people: int = 60) -> duckdb.DuckDBPyConnection:
    """Return what is derived of people who write now and then, and answer as `answers(person, chance)` says."""
    draw = np.random.default_rng(seed)
    made = reopened([])
    moment = 0
    for person in range(people):
        day = 0
        rows = [(day, THEM)]
        for _ in range(12):
            day += int(draw.integers(20, 120))
            rows.append((day, ME))
            if answers(person, draw.random()):
                rows.append((day + 2, THEM))
        for at, way in rows:
            moment += 1
            made.execute(
                "INSERT INTO interactions VALUES ('me', $1, $2, $3, 'email', $4, 1, 0)",
                [f"p{person}", at * 1_000 + moment % 1_000, at, way],
            )
    days.reopen(made)
    return made


def test_whether_much_or_little_is_answered_is_learned() -> None:
    start = answering.shipped()
    for share in (0.1, 0.9):
        made = many(lambda _, luck, share=share: luck < share, seed=1)
        learned = answering.learned(made.table("reopenings"), day=3_000)
        assert learned.rows > 600
        assert (learned.level > start.level) == (share > 0.5)
        assert learned == answering.learned(made.table("reopenings"), day=3_000)
        for name, (_, _, weight) in learned.signals.items():
            assert weight * RISES[name] >= 0, name


def test_little_history_moves_little_and_what_comes_later_nothing() -> None:
    made = many(lambda _, luck: luck < 0.1, seed=2)
    start = answering.shipped()
    assert answering.learned(made.table("reopenings"), day=60) == start
    early = answering.learned(made.table("reopenings"), day=400)
    made.execute("DELETE FROM reopenings WHERE day > 400 - 30")
    assert answering.learned(made.table("reopenings"), day=400) == early
    assert early.level < start.level
