"""Learning the weights of alive: the optimum within its limits, nothing of the future, little from little."""

from __future__ import annotations

import json
import math

import duckdb
import numpy as np
import pytest

from weakties.ties import learning, regression
from weakties.ties.regression import Outcomes, Weights
from weakties.ties.signals import SIGNALS

LIMITS = regression.limits_of(learning.RISES)


def drawn(rows: int, *, seed: int, owners: int = 2, by: str = "days_one") -> Outcomes:
    """Return outcomes that one signal alone decides, each owner with a level of its own."""
    chance = np.random.default_rng(seed)
    values = chance.normal(size=(rows, len(SIGNALS)))
    owner = np.arange(rows) % owners
    odds = 1.5 * values[:, list(SIGNALS).index(by)] + (owner - (owners - 1) / 2)
    return Outcomes(values, (chance.random(rows) < 1 / (1 + np.exp(-odds))).astype(float), owner.astype(str))


def plain() -> Weights:
    """Return weights that say nothing of anything."""
    return Weights(0.0, dict.fromkeys(SIGNALS, (0.0, 1.0, 0.0)))


def objective(known: Outcomes, found: np.ndarray, before: np.ndarray, held: np.ndarray) -> float:
    """Return what `fit` minimises, the levels of the groups chosen as well as can be."""
    levels = regression.levels_of([known])
    odds = found[0] + known.values @ found[1:]
    total = float(held @ (found - before) ** 2 / 2)
    for group in range(levels.max() + 1):
        mine, seen = odds[levels == group], known.came[levels == group]
        level = 0.0
        for _ in range(60):
            chance = 1 / (1 + np.exp(-(mine + level)))
            level += float(((seen - chance).sum() - level) / ((chance * (1 - chance)).sum() + 1))
        total += float(np.logaddexp(0, mine + level).sum() - seen @ (mine + level)) + level**2 / 2
    return total


def test_no_weights_within_the_limits_are_better() -> None:
    known = drawn(400, seed=1)
    z = np.column_stack([np.ones(400), known.values])
    before, held = np.zeros(z.shape[1]), np.full(z.shape[1], 2.0)
    found, _, ended = regression.fit(
        z, known.came, np.ones(400), regression.levels_of([known]), before=before, held=held, limits=LIMITS
    )
    assert ended
    low, high = LIMITS
    assert np.all((found >= low) & (found <= high))
    assert np.any(found == low)
    least = objective(known, found, before, held)
    chance = np.random.default_rng(2)
    for size in (1e-3, 1e-2, 0.1):
        for _ in range(20):
            other = np.clip(found + size * chance.normal(size=len(found)), low, high)
            assert objective(known, other, before, held) > least - 1e-9


def test_what_decides_is_found_and_what_does_not_stays_near_nothing() -> None:
    found = learning.fitted([drawn(3_000, seed=3)], plain())
    assert found.signals["days_one"][2] > 1
    assert all(abs(weight) < 0.2 for name, (_, _, weight) in found.signals.items() if name != "days_one")
    assert (found.rows, found.came > 1_000) == (3_000, True)


def test_little_history_hardly_moves_the_weights_and_hardly_any_not_at_all() -> None:
    start = learning.shipped()
    few = learning.fitted([drawn(60, seed=4)], start)
    assert few != start
    # As many outcomes as these are worth less than what is shipped.
    assert max(abs(few.signals[n][2] - start.signals[n][2]) for n in SIGNALS) < 0.5
    none = drawn(9, seed=5)
    assert learning.fitted([none], start) == start
    assert learning.fitted([], start) == start
    same = Outcomes(none.values.repeat(50, 0), np.ones(450), none.owners.repeat(50))
    assert learning.fitted([same], start) == start


def test_signals_that_go_together_and_are_far_apart_are_fitted_too() -> None:
    chance = np.random.default_rng(11)
    common = chance.normal(size=(2_000, 1))
    values = 4 * (common + 0.05 * chance.normal(size=(2_000, len(SIGNALS))))
    contact = (chance.random(2_000) < 1 / (1 + np.exp(-6 * common[:, 0]))).astype(float)
    known = Outcomes(values, contact, np.zeros(2_000).astype(str))
    z = np.column_stack([np.ones(2_000), values])
    rises = np.array([signal.rises for signal in SIGNALS.values()])
    before, held = np.concatenate([[0.0], 0.5 * rises]), np.full(z.shape[1], 50.0)
    found, _, ended = regression.fit(
        z, contact, np.ones(2_000), regression.levels_of([known]), before=before, held=held, limits=LIMITS
    )
    assert ended
    assert objective(known, found, before, held) < objective(known, before, before, held)
    low, high = LIMITS
    for _ in range(30):
        other = np.clip(found + 0.01 * chance.normal(size=len(found)), low, high)
        assert objective(known, other, before, held) > objective(known, found, before, held) - 1e-3


def test_the_same_outcomes_give_the_same_bytes_and_their_order_hardly_matters() -> None:
    known = drawn(500, seed=6)
    shuffled = np.random.default_rng(7).permutation(500)
    other = Outcomes(known.values[shuffled], known.came[shuffled], known.owners[shuffled])
    first, second = (learning.fitted([k], learning.shipped()).as_json() for k in (known, known))
    assert first == second
    moved = Weights.from_json(learning.fitted([other], learning.shipped()).as_json(), SIGNALS)
    for name, (_, _, weight) in Weights.from_json(first, SIGNALS).signals.items():
        assert moved.signals[name][2] == pytest.approx(weight, abs=2e-6)


def ledger(days: list[tuple[str, int]]) -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    made.execute("CREATE TABLE beside_days (owner VARCHAR, person VARCHAR, day INTEGER, messages INTEGER)")
    made.execute(
        "CREATE TABLE tie_days AS SELECT 'me' AS owner, unnest($1::VARCHAR[]) AS person, unnest($2::INTEGER[]) AS day, "
        "'email' AS channel, 1 AS sent, 1 AS received, 1 AS sent_direct, 1 AS received_direct, 1000::BIGINT AS sent_share, "
        "1000::BIGINT AS received_share, 0::BIGINT AS seconds",
        [[person for person, _ in days], [day for _, day in days]],
    )
    return made


def test_nothing_after_the_day_is_learned_from() -> None:
    past = [(f"p{n}", day) for n in range(40) for day in range(n, 600, 7 + n)]
    future = [(f"p{n}", day) for n in range(40) for day in range(601, 900)]
    found = []
    for days in (past, past + future):
        made = ledger(days)
        found.append(learning.learned(made.table("tie_days"), made.table("beside_days"), day=600, horizon_days=30))
    assert found[0] == found[1]
    assert found[0].rows > 100


def test_an_empty_log_teaches_nothing() -> None:
    made = ledger([])
    assert (
        learning.learned(made.table("tie_days"), made.table("beside_days"), day=10, horizon_days=30)
        == learning.shipped()
    )


def test_shipped_weights_keep_the_limits_and_come_back_as_they_were() -> None:
    start = learning.shipped()
    for name, (_, spread, weight) in start.signals.items():
        assert weight * SIGNALS[name].rises >= 0, name
        assert spread > 0
        assert math.isfinite(weight)
    assert Weights.from_json(start.as_json(), SIGNALS) == start
    said = json.loads(start.as_json())
    for broken in (
        "",
        "{}",
        "[1]",
        json.dumps({**said, "signals": {"silence": [0.0, 1.0, 0.0]}}),
        json.dumps({**said, "signals": {"silence": 3}}),
    ):
        with pytest.raises(ValueError, match="weights"):
            Weights.from_json(broken, SIGNALS)


def test_where_everybody_is_always_heard_of_nothing_is_learned() -> None:
    """Where everybody is always heard of, no outcome tells one tie from another."""
    made = duckdb.connect()
    made.execute(
        "CREATE TABLE tie_days AS SELECT 'me' AS owner, 'p' || who AS person, day::INTEGER AS day, 'email' AS channel, 1 AS sent, "
        "1 AS received, 1 AS sent_direct, 1 AS received_direct, 1000::BIGINT AS sent_share, 1000::BIGINT AS received_share, "
        "0::BIGINT AS seconds FROM range(3000) AS t(day), range(12) AS w(who)"
    )
    made.execute("CREATE TABLE beside_days (owner VARCHAR, person VARCHAR, day INTEGER, messages INTEGER)")
    found = learning.learned(made.table("tie_days"), made.table("beside_days"), day=2_999, horizon_days=90)
    assert found == learning.shipped()
