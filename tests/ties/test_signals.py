"""The signals of a tie, counted by hand on a few days; and what a letter today would make of them, against writing it."""

from __future__ import annotations

import math
from typing import Any

import duckdb
import narwhals as nw
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from weakties.ties.features import features
from weakties.ties.signals import SIGNALS, prepared, signals

TODAY, HORIZON = 1_000, 90
# Of everybody else, and of how uneven the gaps are: one letter is not asked what it would make of these.
UNTOUCHED = ("owner_ties", "owner_recent", "owner_kept", "owner_trend", "burstiness")

Day = tuple[int, int, int]


def connection(days: list[Day], beside: list[tuple[int, int]] = ()) -> duckdb.DuckDBPyConnection:  # type: ignore[assignment]
    """Return a database with one tie. days: (day, sent, received), all one to one; beside: (day, messages)."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE tie_days (owner VARCHAR, person VARCHAR, day INTEGER, channel VARCHAR, sent INTEGER, received INTEGER, "
        "sent_direct INTEGER, received_direct INTEGER, sent_share BIGINT, received_share BIGINT, seconds BIGINT)"
    )
    made.execute("CREATE TABLE beside_days (owner VARCHAR, person VARCHAR, day INTEGER, messages INTEGER)")
    for day, sent, received in days:
        made.execute(
            "INSERT INTO tie_days VALUES ('me', 'ana', $1, 'email', $2, $3, $2, $3, 1000 * $2, 1000 * $3, 0)",
            [day, sent, received],
        )
    for day, messages in beside:
        made.execute("INSERT INTO beside_days VALUES ('me', 'ana', $1, $2)", [day, messages])
    return made


def of_today(made: duckdb.DuckDBPyConnection, *, word_today: bool = False) -> dict[str, float]:
    days, beside = nw.from_native(made.table("tie_days")), nw.from_native(made.table("beside_days"))
    at: dict[str, Any] = {"as_of_day": TODAY, "horizon_days": HORIZON}
    asked = signals(
        prepared(features(days, beside, **at), **at), horizon_days=HORIZON, word_today=word_today
    ).to_native()
    letter = "w" if word_today else "s"
    (row,) = asked.select(", ".join(f"{letter}_{name}" for name in SIGNALS)).fetchall()
    return dict(zip(SIGNALS, row, strict=True))


def test_signals_by_hand() -> None:
    # 900: I write, 910: Ana answers twice, 940: I write again. Seen beside each other on 990.
    found = of_today(connection([(900, 1, 0), (910, 0, 2), (940, 1, 0)], [(990, 3)]))

    def log(value: float) -> Any:
        return pytest.approx(math.log1p(value), abs=1e-5)

    assert found["silence"] == found["silence_sent"] == log(60)
    assert found["silence_received"] == log(90)
    assert (found["messages"], found["active_days"], found["age"]) == (log(4), log(3), log(100))
    # 40 days between the first and the last of four messages.
    assert found["spacing"] == log(40 / 3)
    assert found["silence_by_spacing"] == log(60 / (40 / 3))
    # Neither gap, of 10 and of 30 days, was longer than 60.
    assert found["longer_share"] == pytest.approx(1 / 4)
    # Ages 60, 90 and 100 days: the first in the last horizon, the others in the one before.
    assert (found["block0"], found["block1"], found["block2"]) == (1, 1, 0)
    assert found["days_one"] == log(0.5 ** (60 / 90) + 0.5 ** (90 / 90) + 0.5 ** (100 / 90))
    assert found["sent_four"] == log(0.5 ** (60 / 360) + 0.5 ** (100 / 360))
    assert found["reciprocity"] == pytest.approx(2 / 3)
    assert found["last_mine"] == 1
    assert found["beside"] == log(3)
    assert found["seen"] == found["unseen"] == log(10)


CONTACT = st.lists(st.tuples(st.integers(1, TODAY), st.integers(0, 3), st.integers(0, 3)), min_size=1, max_size=12)


@settings(max_examples=25, deadline=None)
@given(CONTACT.filter(lambda days: any(s + r for _, s, r in days)))
def test_law_what_a_letter_today_would_make_is_what_it_makes(days: list[Day]) -> None:
    imagined = of_today(connection(days), word_today=True)
    written = of_today(connection([*days, (TODAY, 1, 0)]))
    for name in SIGNALS:
        if name not in UNTOUCHED:
            assert imagined[name] == pytest.approx(written[name], abs=1e-5), name


@settings(max_examples=15, deadline=None)
@given(CONTACT.filter(lambda days: any(s + r for _, s, r in days)), CONTACT)
def test_law_nothing_after_today_is_seen(days: list[Day], later: list[Day]) -> None:
    after = [(day + TODAY, sent, received) for day, sent, received in later]
    assert of_today(connection([*days, *after], [(TODAY + 5, 2)])) == of_today(connection(days))


@settings(max_examples=15, deadline=None)
@given(st.permutations([(day, day % 3, (day + 1) % 2) for day in range(700, 1000, 17)]))
def test_law_the_order_of_the_days_changes_no_bit(days: list[Day]) -> None:
    assert of_today(connection(days)) == of_today(connection(sorted(days)))


def test_a_letter_to_thousands_is_a_number_too() -> None:
    made = connection([])
    made.execute("INSERT INTO tie_days VALUES ('me', 'ana', 900, 'email', 0, 1, 0, 0, 0, 0, 0)")
    assert all(math.isfinite(value) for value in of_today(made).values())


def test_ten_thousand_days_alike_are_bounded() -> None:
    made = connection([])
    made.execute(
        "INSERT INTO tie_days SELECT 'me', 'ana', i::INTEGER, 'email', 1, 1, 1, 1, 1000, 1000, 0 FROM range(-9000, 1001) r(i)"
    )
    assert all(math.isfinite(value) for value in of_today(made).values())
