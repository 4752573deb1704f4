"""Names of ties: what they follow from, that they do not flicker, and which way a tie moves."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import duckdb
import narwhals as nw
import pytest

from weakties.testing import World
from weakties.ties import kinds

Tell = Callable[..., World]


def named(
    alive: float, *, strength: float = 0.2, was: tuple[bool, bool] | None = None, own: float | None = None
) -> str:
    """Return the kind of a long silent tie. was: strong, asleep at the beginning of the week; own: the user's word for alive."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE ties AS SELECT 'me' AS owner, 'ana' AS person, $1::DOUBLE AS strength, $1::DOUBLE AS computed_strength, "
        "$2::DOUBLE AS alive, $3::DOUBLE AS computed_alive, 400 AS silence, 5 AS sent, 5 AS received, 0 AS first_day, "
        "600 AS last_day, 1.0::DOUBLE AS pace",
        [strength, alive if own is None else own, alive],
    )
    made.execute(
        "CREATE TABLE before AS SELECT 'me' AS owner, 'ana' AS person, $1 AS was_strong, $2 AS was_asleep, true AS was_long_silent, "
        "false AS was_young, 'steady' AS was_moving WHERE $3",
        [*(was or (False, False)), was is not None],
    )
    tables = (nw.from_native(made.table(t)) for t in ("ties", "before"))
    return str(kinds.with_kind(*tables).to_native().select("kind").fetchall()[0][0])


def test_without_a_week_before_the_numbers_name_it() -> None:
    assert named(0.24) == "dormant"
    assert named(0.26) == "weak"
    assert named(0.9, strength=0.5) == "strong"


@pytest.mark.parametrize("alive", [0.20, 0.24, 0.26, 0.30])
def test_within_a_week_no_number_that_sways_changes_a_name(alive: float) -> None:
    assert named(alive, was=(False, True)) == "dormant"
    assert named(alive, was=(False, False)) == "weak"
    assert named(0.9, strength=alive + 0.25, was=(True, False)) == "strong"


def test_what_the_user_says_names_it_at_once() -> None:
    assert named(0.9, was=(False, False), own=0.24) == "dormant"
    assert named(0.1, was=(False, True), own=0.9) == "weak"


def test_contact_wakes_a_dormant_tie_at_once(told: Tell) -> None:
    old = "2023-01-05  me <-> ana    email x6 every 20d"
    tuesday = date(2025, 3, 4)
    assert told(old, as_of=tuesday).between("me", "ana").kind == "dormant"
    assert told(f"{old}\n2025-03-04  ana -> me    email", as_of=tuesday).between("me", "ana").kind != "dormant"


def test_a_tie_warms_cools_or_is_steady(told: Tell) -> None:
    world = told(
        """
        2024-01-01  me <-> stig    email x60 every 14d
        2024-01-01  me <-> wanda   email x60 every 14d
        2026-02-01  me <-> wanda   email x20 every 2d
        2023-01-01  me <-> cora    email x60 every 7d
        """,
        as_of=date(2026, 3, 15),
    )
    motions = {"stig": "steady", "wanda": "warming", "cora": "cooling"}
    assert {row["name"].lower(): row["motion"] for row in world.workspace.people(as_of=world.as_of)} == motions


def test_within_a_week_of_silence_nothing_is_renamed(told: Tell) -> None:
    monday = date(2025, 10, 6)
    # Of each past a tie that is silent since yesterday, another since three days, and so on.
    even = [(f"even{n}", n, "x12 every 20d", 11 * 20) for n in range(1, 400, 2)]
    busy = [(f"busy{n}", n, "x12 every 60d", 11 * 60) for n in range(1, 100, 2)]
    lately = [(f"busy{n}", n, "x20 every 2d", 19 * 2) for n in range(1, 100, 2)]
    lines = [
        f"{monday - timedelta(days=silence + before)}  me <-> {name}    email {what}"
        for name, silence, what, before in (*even, *busy, *lately)
    ]
    space = told("\n".join(lines), as_of=monday).workspace
    on_monday, on_sunday, a_week_later = (
        {row["name"]: str(row["motion"]) for row in space.people(as_of=monday + timedelta(days=n))} for n in (0, 6, 7)
    )
    assert set(on_monday.values()) == {"warming", "steady", "cooling"}
    assert on_sunday == on_monday
    # By the numbers of each day, some would have got another name meanwhile.
    renamed = {(on_monday[name], motion) for name, motion in a_week_later.items() if motion != on_monday[name]}
    assert renamed == {("warming", "steady"), ("steady", "cooling")}


def test_neither_half_a_year_nor_ninety_days_rename_anybody_before_the_week_is_over(told: Tell) -> None:
    """Ana is silent for half a year on a Tuesday, Nils is known for ninety days on a Friday."""
    world = told("2024-01-01  me <-> ana    email x12 every 20d\n2024-11-02  me <-> nils   email x2")

    def kinds_on(day: date) -> dict[str, str]:
        return {row["name"]: row["kind"] for row in world.workspace.people(as_of=day)}

    assert [kinds_on(date(2025, 2, day))["Ana"] for day in (3, 4, 9, 10)] == ["weak", "weak", "weak", "dormant"]
    days = [date(2025, 1, 30), date(2025, 1, 31), date(2025, 2, 2), date(2025, 2, 3)]
    assert [kinds_on(day)["Nils"] for day in days] == ["new", "new", "new", "weak"]
