"""Names of ties: what they follow from, that they do not flicker, and which way a tie moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import pairwise

import duckdb
import narwhals as nw
import pytest

from weakties.testing import World
from weakties.ties import kinds

Tell = Callable[..., World]


def named(now: float, before: str, *, strength: float = 0.2, own: float | None = None) -> str:
    """Return the kind of a long silent tie whose alive is `now`. own: what the user says of alive instead."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE ties AS SELECT 'me' AS owner, 'ana' AS person, $1::DOUBLE AS strength, $1::DOUBLE AS computed_strength, "
        "$2::DOUBLE AS alive, $3::DOUBLE AS computed_alive, 400 AS silence, 5 AS sent, 5 AS received, 0 AS first_day, "
        "600 AS last_day, 1.0::DOUBLE AS pace",
        [strength, now if own is None else own, now],
    )
    made.execute(
        "CREATE TABLE before AS SELECT 'me' AS owner, 'ana' AS person, $1 AS kind_before, 'steady' AS motion_before",
        [before],
    )
    tables = (nw.from_native(made.table(t)) for t in ("ties", "before"))
    return str(kinds.with_kind(*tables).to_native().select("kind").fetchall()[0][0])


@pytest.mark.parametrize(
    ("alive", "before", "kind"),
    [
        (0.24, "", "dormant"),
        (0.26, "", "weak"),
        # Just beyond the line is not beyond it far enough to change a name ...
        (0.24, "weak", "weak"),
        (0.26, "dormant", "dormant"),
        # ... and well beyond it is.
        (0.19, "weak", "dormant"),
        (0.31, "dormant", "weak"),
    ],
)
def test_a_name_is_kept_until_the_number_is_well_beyond_the_line(alive: float, before: str, kind: str) -> None:
    assert named(alive, before) == kind


def test_strong_has_two_lines_too_and_what_the_user_says_has_one() -> None:
    assert named(0.9, "weak", strength=0.52) == "weak"
    assert named(0.9, "weak", strength=0.56) == "strong"
    assert named(0.9, "strong", strength=0.46) == "strong"
    assert named(0.9, "strong", strength=0.44) == "weak"
    # The user said .24: that is dormant at once.
    assert named(0.9, "weak", own=0.24) == "dormant"


def test_a_tie_warms_cools_or_is_steady(told: Tell) -> None:
    steady = "2024-01-01  me <-> ana    email x60 every 14d"
    cases = {
        "steady": steady,
        "warming": steady + "\n2026-02-01  me <-> ana    email x20 every 2d",
        "cooling": "2023-01-01  me <-> ana    email x60 every 7d",
    }
    for motion, text in cases.items():
        assert told(text, as_of=date(2026, 3, 15)).between("me", "ana").row["motion"] == motion


def test_names_change_at_most_once_in_a_month_of_silence(told: Tell) -> None:
    text = "2024-01-01  me <-> ana    email x12 every 20d"
    seen = [told(text, as_of=date(2025, 2, 1) + timedelta(days=n)).between("me", "ana").kind for n in range(0, 28, 3)]
    assert sum(a != b for a, b in pairwise(seen)) <= 1
