"""Strength, alive and kinds, on worlds small enough to check by hand."""

from __future__ import annotations

import math
from collections.abc import Callable
from datetime import date
from itertools import pairwise

import duckdb
import numpy as np
import pytest

from weakties.facts.days import day_number
from weakties.testing import World
from weakties.ties import scored, strength
from weakties.ties.alive import alive_reasons
from weakties.ties.learning import shipped

Tell = Callable[..., World]


def test_reciprocity_beats_volume(ties: World) -> None:
    """
    2026-01-05  ana -> me            email x40
    2026-01-06  carla <-> me         email x6
    2026-02-01  me, carla, dan       meeting 30m
    """
    assert ties.between("me", "carla").strength > ties.between("me", "ana").strength


def test_a_letter_to_one_weighs_more_than_a_circular(ties: World) -> None:
    """
    2026-01-05  me <-> ana                              email x8
    2026-01-05  me -> ben, b, c, d, e, f, g, h          email x4
    2026-01-09  ben -> me, b, c, d, e, f, g, h          email x4
    """
    assert ties.between("me", "ana").strength > ties.between("me", "ben").strength


def test_many_days_beat_one_busy_day(ties: World) -> None:
    """
    2025-01-05  me <-> spread        email x20 every 9d
    2025-12-01  me <-> burst         email x20 every 0d
    """
    spread, burst = ties.between("me", "spread"), ties.between("me", "burst")
    assert (spread.active_days, burst.active_days) == (20, 1)
    assert spread.strength > burst.strength


def test_silence_does_not_make_a_strong_tie_weak(told: Tell) -> None:
    text = "2024-01-05  me <-> ana    email x60 every 5d"
    soon, later = told(text, as_of=date(2024, 11, 1)), told(text, as_of=date(2025, 11, 1))
    assert soon.between("me", "ana").kind == "strong"
    assert later.between("me", "ana").strength > 0.9 * soon.between("me", "ana").strength
    assert later.between("me", "ana").alive < 0.85 * soon.between("me", "ana").alive


def test_strength_is_the_documented_formula(ties: World) -> None:
    """
    2026-01-05  me <-> ana           email x4 every 10d
    """

    # Two letters each way to one person alone, 5, 15 and 25 January and 4 February, asked on the last day.
    def half(days: int) -> float:
        return float(0.5 ** (days / 1095))

    sent, received = half(30) + half(10), half(20) + half(0)
    time = math.log(1 + 30 / (365.25 / 12))
    logit = -3.0 + 0.5 * math.log(1 + sent) + 0.25 * math.log(1 + received) + 0.25 * time
    assert ties.between("me", "ana").strength == pytest.approx(1 / (1 + math.exp(-logit)), abs=1e-6)


def test_what_nobody_answers_brings_nobody_close(ties: World) -> None:
    """
    Of a hundred letters without an answer two count, from either side.

    2026-01-05  few -> me      email x2 every 0d
    2026-01-05  many -> me     email x100 every 0d
    2026-01-05  me -> short    email x2 every 0d
    2026-01-05  me -> long     email x100 every 0d
    """
    strength = {row["name"]: row["strength"] for row in ties.workspace.people(as_of=ties.as_of)}
    assert strength["Many"] == pytest.approx(strength["Few"], abs=0.002)
    assert strength["Long"] == pytest.approx(strength["Short"], abs=0.002)


def test_the_contributions_add_up_to_the_number(ties: World) -> None:
    """
    2025-03-05  me <-> ana           email x9 every 20d
    2025-04-05  me -> ana, ben       email x3 every 30d
    """
    row = ties.between("me", "ana").row
    for number, reasons in (("strength", strength.strength_reasons(row)), ("alive", alive_reasons(row))):
        logit = math.fsum(r.weight for r in reasons)
        assert 1 / (1 + math.exp(-logit)) == pytest.approx(row[number])


def test_kinds(told: Tell) -> None:
    world = told(
        """
        2020-01-05  me <-> dora         email x6 every 40d
        2026-01-20  me <-> nils         email x2
        2025-01-05  ole -> me           email x5 every 30d
        2025-02-01  ole -> me, seen     email
        2024-06-01  me <-> wanda        email x5 every 120d
        2024-01-01  me <-> stig         email x90 every 8d
        """,
        as_of=date(2026, 2, 1),
    )
    expected = {"dora": "dormant", "nils": "new", "ole": "one-sided", "wanda": "weak", "stig": "strong", "seen": "seen"}
    assert {name: world.between("me", name).kind for name in expected} == expected


def test_a_newsletter_is_no_tie(told: Tell) -> None:
    world = told("2026-01-05  me <-> ana    email x2\n2026-01-05  daily -> me    newsletter x30")
    view = world.workspace.read(world.as_of)
    assert [r["name"] for r in world.workspace.people(view=view)] == ["Ana"]
    machines = world.workspace.people(view=view, automated=True)
    assert [r["machine"] for r in machines] == ["What it writes carries the headers of a newsletter (30 of 30)."]


def test_what_comes_after_as_of_does_not_count(told: Tell) -> None:
    text = "2025-01-05  me <-> ana    email x4 every 10d\n2025-06-01  me <-> ana    email x40"
    then = told(text, as_of=date(2025, 3, 1))
    before = told("2025-01-05  me <-> ana    email x4 every 10d", as_of=date(2025, 3, 1))
    rows = [world.between("me", "ana").row for world in (then, before)]
    for row in rows:
        del row["events"]  # all there ever were: who is a machine does not depend on the day
    assert rows[0] == rows[1]


def silent_since() -> duckdb.DuckDBPyConnection:
    """Return the days of 600 owners who have one tie each: 1 to 30 letters to and fro, 1 to 20 days between two of them."""
    made = duckdb.connect()
    made.execute(
        """
        CREATE VIEW all_days AS
        SELECT times || ' every ' || every AS owner, 'ana' AS person, ($1 + n * every)::INTEGER AS day, 'email' AS channel,
            1 - n % 2 AS sent, n % 2 AS received, sent AS sent_direct, received AS received_direct,
            1000 * sent AS sent_share, 1000 * received AS received_share, 0 AS seconds
        FROM range(1, 31) a(times), range(1, 21) b(every), range(30) c(n) WHERE n < times
        """.replace("$1", str(day_number(date(2020, 1, 5))))
    )
    made.execute("CREATE TABLE own_beside (owner VARCHAR, person VARCHAR, day INTEGER, messages INTEGER)")
    return made


def test_law_numbers_are_bounded_and_alive_falls_with_silence() -> None:
    """The silence is told in whole horizons: in others, the contact of a few weeks may lie in two of them where it lay in one."""
    made, weights, first = silent_since(), shipped(), day_number(date(2023, 1, 1))
    seen = []
    for silence in (0, 90, 180, 270, 360, 720, 1_440, 2_520):
        scored.numbers(made, as_of_day=first + silence, weights=weights, horizon_days=90)
        seen.append(made.execute("SELECT strength, alive, alive_after FROM scored ORDER BY owner").fetchnumpy())
    for numbers in seen:
        strength, alive, after = (numbers[name] for name in ("strength", "alive", "alive_after"))
        assert len(strength) == 600
        assert np.all((strength >= 0) & (strength <= 1))
        assert np.all((alive > 0) & (alive < 1))
        assert np.all((after >= alive) & (after < 1))
    for early, late in pairwise(seen):
        assert np.all(late["alive"] < early["alive"])
        assert np.all(late["strength"] <= early["strength"])


def test_what_is_longer_ago_than_ten_years_is_told_as_it_was(told: Tell) -> None:
    world = told(
        """
        2005-01-05  me <-> ana    email x4 every 10d
        2005-06-01  ben -> me     email x2
        2005-06-01  cid <-> me    email x2
        2005-07-01  me -> cid     email
        """,
        as_of=date(2020, 1, 1),
    )
    texts = {}
    for name in ("ana", "ben", "cid"):
        reasons = world.workspace.why(name, as_of=world.as_of).reasons
        texts[name] = {r.what: r.text for r in (*reasons["alive"], *reasons["answer"]) if r.what != "silence"}
    said = "The last word was 15 years ago: you wrote 15 years ago, they wrote 15 years ago."
    assert said in [r.text for r in world.workspace.why("ana", as_of=world.as_of).reasons["alive"]]
    assert [texts[name]["turns"] for name in texts] == ["The last word was theirs."] * 2 + ["The last word was yours."]


def test_whom_i_only_saw_has_no_strength_and_no_reasons_for_any(told: Tell) -> None:
    world = told("2025-01-05  me <-> ana    email x4\n2025-02-01  ana -> me, seen   email", as_of=date(2025, 3, 1))
    why = world.workspace.why("seen", as_of=world.as_of)
    assert why.numbers["strength"] == 0
    assert [(r.weight, r.text) for r in why.reasons["strength"]] == [(0.0, "Never in touch.")]
