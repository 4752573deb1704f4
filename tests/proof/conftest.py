"""Logs small enough to check by hand, and one that is made by a known rule."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import duckdb
import numpy as np
import pytest

from weakties.facts.engine import connect
from weakties.proof import log

Event = tuple[str, str, float, int]
MakeLog = Callable[..., duckdb.DuckDBPyConnection]
DAY = 86_400


def log_of(events: Sequence[Event], *, egos: Sequence[str] | None = None) -> duckdb.DuckDBPyConnection:
    """Return a connection with the log of events (from, to, day, people it was for)."""
    connection = connect()
    columns = list(zip(*events, strict=True)) or [(), (), (), ()]
    connection.execute(
        "CREATE TABLE events AS SELECT unnest($1::VARCHAR[]) AS src, unnest($2::VARCHAR[]) AS dst, "
        "unnest($3::BIGINT[]) AS t, unnest($4::INTEGER[]) AS g",
        [list(columns[0]), list(columns[1]), [round(day * DAY) for day in columns[2]], list(columns[3])],
    )
    if egos is not None:
        connection.execute("CREATE TABLE egos AS SELECT unnest($1::VARCHAR[]) AS ego", [list(egos)])
    log.make(connection, only=egos is not None)
    return connection


def company(*, people: int = 24, days: int = 300, seed: int = 1) -> list[Event]:
    """Return the mail of an invented company: each pair writes at a rate of its own, some fall silent for good."""
    rng = np.random.default_rng(seed)
    events: list[Event] = []
    for a in range(people):
        for b in range(a + 1, people):
            if rng.random() < 0.4:
                continue
            rate, end = rng.gamma(0.5, 0.12), days if rng.random() < 0.6 else rng.uniform(0, days)
            for day in rng.uniform(0, end, rng.poisson(rate * end)):
                x, y = (a, b) if rng.random() < 0.5 else (b, a)
                events.append((f"p{x}", f"p{y}", float(day), int(rng.integers(1, 5))))
    return sorted(events, key=lambda e: e[2])


@pytest.fixture(scope="session")
def events() -> list[Event]:
    return company()
