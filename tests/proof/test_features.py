"""The 28 features, by hand and against a plain retelling of their definitions."""

from __future__ import annotations

import itertools
import math
import statistics
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.proof.conftest import DAY, Event, log_of

from weakties.proof import features
from weakties.proof.features import NAMES

EVENTS = st.lists(
    st.tuples(
        st.sampled_from("abcd"), st.sampled_from("abcd"), st.integers(0, 4000).map(lambda n: n / 7), st.integers(1, 6)
    ),
    min_size=1,
    max_size=40,
)


def by_pair(found: features.Table, connection: object) -> dict[tuple[str, str], dict[str, float]]:
    names = dict(connection.execute("SELECT person, name FROM people").fetchall())  # type: ignore[attr-defined]
    return {
        (names[a], names[b]): dict(zip(NAMES, row, strict=True))
        for a, b, row in zip(found.ego.tolist(), found.alter.tolist(), found.values.tolist(), strict=True)
    }


def test_by_hand() -> None:
    events: list[Event] = [
        ("ana", "ben", 0, 1), ("ben", "ana", 10, 4), ("ana", "ben", 10.5, 2), ("ana", "eva", 5, 1),
        ("eva", "ben", 12, 1), ("ana", "ben", 30, 1), ("eva", "zoe", 19, 1),
    ]  # fmt: skip
    connection = log_of(events)
    found = by_pair(features.at(connection, 20 * DAY), connection)
    tie = found["ana", "ben"]
    expected = {
        "frequency": 3, "sent": 2, "received": 1, "recency": 9.5, "tie_age": 20, "active_days": 2, "active_weeks": 2,
        "mean_group": 7 / 3, "group_discounted": 1.75, "direct": 2, "mean_gap": 5.25, "gap_ratio": 9.5 / 5.25,
        "burstiness": (4.75 - 5.25) / (4.75 + 5.25), "reciprocity": 0.5, "since_ego_wrote": 9.5, "mutual": 1,
        "overlap": 1 / 1, "alter_degree": 2, "ego_degree": 2, "recent_30": 3, "recent_90": 3, "alter_last_seen": 8,
        "shared_30": 0.5 ** (20 / 30) + 0.5 ** (10 / 30) / 4 + 0.5 ** (9.5 / 30) / 2,
        "decayed_7": 0.5 ** (20 / 7) + 0.5 ** (10 / 7) + 0.5 ** (9.5 / 7),
    }  # fmt: skip
    assert {name: tie[name] for name in expected} == pytest.approx(expected)
    assert found["ben", "ana"]["since_ego_wrote"] == 10
    assert found["ben", "eva"]["since_ego_wrote"] == 3650
    assert found["zoe", "eva"]["mean_gap"] == found["zoe", "eva"]["tie_age"] == 1
    assert found["zoe", "eva"]["gap_ratio"] == pytest.approx(1 / 30)


def retold(events: list[Event], cut: float) -> dict[tuple[str, str], dict[str, float]]:
    """Return the features as the protocol words them, pair by pair, in days."""
    past = sorted((e for e in events if e[0] != e[1] and e[2] <= cut), key=lambda e: e[2])
    near: dict[str, set[str]] = defaultdict(set)
    seen: dict[str, float] = {}
    for a, b, t, _ in past:
        near[a].add(b)
        near[b].add(a)
        seen[a] = seen[b] = t
    found = {}
    for ego, alter in {(a, b) for e in past for a, b in ((e[0], e[1]), (e[1], e[0]))}:
        mine = [e for e in past if {e[0], e[1]} == {ego, alter}]
        times, sizes, ages = [e[2] for e in mine], [e[3] for e in mine], [cut - e[2] for e in mine]
        sent = [e[2] for e in mine if e[0] == ego]
        n, received = len(mine), len(mine) - len(sent)
        gaps = [y - x for x, y in itertools.pairwise(times)]
        mean = statistics.fmean(gaps) if gaps else cut - times[0]
        spread = statistics.pstdev(gaps) if gaps else 0.0
        both = len(near[ego] & near[alter])
        found[ego, alter] = {
            "frequency": n, "sent": len(sent), "received": received, "recency": cut - times[-1], "tie_age": cut - times[0],
            "active_days": len({math.floor(t) for t in times}), "active_weeks": len({math.floor(t / 7) for t in times}),
            "mean_group": statistics.fmean(sizes), "group_discounted": sum(1 / g for g in sizes),
            "direct": sum(g <= 2 for g in sizes),
            "burstiness": (spread - mean) / (spread + mean) if n > 2 and spread + mean > 0 else 0.0, "mean_gap": mean,
            "gap_ratio": (cut - times[-1]) / max(mean if n > 1 else 30.0, 0.5),
            "reciprocity": min(len(sent), received) / max(len(sent), received, 1),
            "since_ego_wrote": min(cut - sent[-1], 3650) if sent else 3650, "mutual": both,
            "overlap": both / max(len(near[ego]) + len(near[alter]) - 2 - both, 1), "alter_degree": len(near[alter]),
            "ego_degree": len(near[ego]), "recent_30": sum(a < 30 for a in ages), "recent_90": sum(a < 90 for a in ages),
            "alter_last_seen": cut - seen[alter],
            **{f"shared_{h}": sum(0.5 ** (a / h) / g for a, g in zip(ages, sizes, strict=True)) for h in (7, 30, 120)},
            **{f"decayed_{h}": sum(0.5 ** (a / h) for a in ages) for h in (7, 30, 120)},
        }  # fmt: skip
    return found


@settings(max_examples=60, deadline=None)
@given(EVENTS, st.integers(0, 4000).map(lambda n: n / 7))
def test_law_as_the_protocol_words_them(events: list[Event], cut: float) -> None:
    whole = [(a, b, round(day * DAY) / DAY, g) for a, b, day, g in events]
    cut = round(cut * DAY) / DAY
    connection = log_of(whole)
    found = by_pair(features.at(connection, round(cut * DAY)), connection)
    expected = retold(whole, cut)
    assert found.keys() == expected.keys()
    for pair, row in expected.items():
        assert found[pair] == pytest.approx(row, abs=1e-6), pair


def test_only_the_egos_asked_for() -> None:
    connection = log_of([("ana", "ben", 1, 1), ("ben", "eva", 2, 1)], egos=["eva"])
    found = by_pair(features.at(connection, 10 * DAY), connection)
    assert list(found) == [("eva", "ben")]
    assert found["eva", "ben"]["alter_degree"] == 2


def test_models_see_logarithms_but_of_shares() -> None:
    values = np.full((1, len(NAMES)), -0.5)
    values[0, NAMES.index("frequency")] = math.e - 1
    seen = dict(zip(NAMES, features.seen_by_models(values)[0], strict=True))
    assert seen["frequency"] == pytest.approx(1)
    assert seen["burstiness"] == seen["reciprocity"] == seen["overlap"] == -0.5
    assert seen["recency"] == 0


def test_the_same_log_in_another_order_gives_the_same_bytes(events: list[Event]) -> None:
    one, other = (features.at(log_of(e), 200 * DAY) for e in (events, events[::-1]))
    assert one.values.tobytes() == other.values.tobytes()
    assert one.ego.tobytes() == other.ego.tobytes()
