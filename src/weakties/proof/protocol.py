"""The rules under which scores are compared: where the log is cut, who is a candidate, what counts as contact afterwards.

**persistence**: cut-offs C at the 50, 65 and 80 % quantiles of the event times, at most the end of the log less the horizon;
candidates are all pairs with an event in either direction up to C; the label is an event in either direction in
(C, C + horizon]. **dormant**: C at 60 and 75 %; only pairs whose last contact is so many days before C. What is fitted sees
the snapshots at C - horizon, C - 2 horizons (and 3 of persistence), whose labels end at C at the latest.

A method gets a `Past`: the numbers of the history and its tie days, in a database of their own. There is no way from it to
what happened later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.facts.engine import connect
from weakties.proof import features
from weakties.proof.features import Flags, Table
from weakties.proof.log import DAY
from weakties.ties.days import MEETING

# Earlier snapshots with fewer events before them teach nothing.
_ENOUGH_EVENTS = 500
# Two whom somebody introduced are in touch within so many days, or were not introduced.
TAKES_DAYS = 30


@dataclass(frozen=True, slots=True)
class Task:
    """What is asked. horizon_days: within which contact counts; lags: how many horizons before C models are taught;
    silent_days: for how long candidates must have been silent.
    """

    name: str
    horizon_days: int
    quantiles: tuple[float, ...]
    lags: tuple[int, ...]
    silent_days: int = 0

    @property
    def window(self) -> int:
        """The horizon in seconds."""
        return self.horizon_days * DAY


def persistence(horizon_days: int) -> Task:
    """Return the task: which of everybody I know will I be in touch with?"""
    return Task("persistence", horizon_days, (0.5, 0.65, 0.8), (1, 2, 3))


def dormant(horizon_days: int, silent_days: int | None = None) -> Task:
    """Return the task: which silent tie wakes up? silent_days: as long as the horizon if None."""
    return Task("dormant", horizon_days, (0.6, 0.75), (1, 2), silent_days or horizon_days)


def fof(horizon_days: int) -> Task:
    """Return the task: with which friend of a friend will I be in touch for the first time? See `twosteps`."""
    return Task("fof", horizon_days, (0.5, 0.65, 0.8), ())


def introducer(horizon_days: int) -> Task:
    """Return the task: who would put two strangers in touch? horizon_days: within which they must be. See `openings`."""
    return Task("introducer", horizon_days, (), ())


_TASKS = {"persistence": persistence, "dormant": dormant, "fof": fof, "introducer": introducer}
TASKS = tuple(_TASKS)


def usual(name: str, horizon_days: int) -> int:
    """Return the horizon of a task where none is asked for, days: thirty for introducers, as published."""
    return TAKES_DAYS if name == "introducer" else horizon_days


def task(name: str, horizon_days: int) -> Task:
    """Return a task by its name, one of TASKS."""
    return _TASKS[name](horizon_days)


@dataclass(frozen=True, slots=True)
class Past:
    """All that a method gets to see at a cut-off. cut: seconds; pairs: the candidates and what the history says of them.

    days: opens a new database, apart from the log, in which `tie_days` stands: owner and person as numbers, day, channel,
    sent, received, sent_direct, received_direct, sent_share, received_share (thousandths), seconds; and `beside_days`: owner,
    person, day, messages of others that went to both. All ties of the egos, silent or not.
    """

    cut: int
    horizon_days: int
    pairs: Table
    days: Callable[[], duckdb.DuckDBPyConnection]


@dataclass(frozen=True, slots=True)
class Known:
    """A past and what came of it. contact: (n,) any event within the horizon; both_wrote: (n,) events in both directions."""

    past: Past
    contact: Flags
    both_wrote: Flags


@dataclass(frozen=True, slots=True)
class Trial:
    """One cut-off: earlier snapshots to learn from, the nearest first, and the one that is asked."""

    taught: tuple[Known, ...]
    asked: Known


_CUT = "SELECT floor(quantile_cont(t, $quantile))::BIGINT, min(t), max(t) FROM log"
_OUTCOME = """
    WITH later AS (
        SELECT a, b, bool_or(forward) AS forth, bool_or(NOT forward) AS back FROM log
        WHERE t > $cut AND t <= $cut + $window GROUP BY a, b
    )
    SELECT a, b, forth AND back AS both_wrote FROM later
"""
_DAYS = """
    WITH sided AS (
        SELECT a AS owner, b AS person, forward AS mine, day, channel, g FROM log WHERE t <= $cut
        UNION ALL SELECT b, a, NOT forward, day, channel, g FROM log WHERE t <= $cut
    )
    SELECT owner, person, day, channel, count(*) FILTER (WHERE mine)::INTEGER AS sent,
        count(*) FILTER (WHERE NOT mine)::INTEGER AS received,
        count(*) FILTER (WHERE mine AND g = 1)::INTEGER AS sent_direct,
        count(*) FILTER (WHERE NOT mine AND g = 1)::INTEGER AS received_direct,
        coalesce(sum(1000 // g) FILTER (WHERE mine), 0)::BIGINT AS sent_share,
        coalesce(sum(1000 // g) FILTER (WHERE NOT mine), 0)::BIGINT AS received_share, 0::BIGINT AS seconds
    FROM sided SEMI JOIN ego_numbers ON ego = owner GROUP BY owner, person, day, channel ORDER BY owner, person, day, channel
"""

# Who got the same message of somebody else: rows with one sender and one time are one message to several.
_BESIDE = """
    WITH told AS (
        SELECT CASE WHEN forward THEN a ELSE b END AS src, CASE WHEN forward THEN b ELSE a END AS dst, t, day
        FROM log WHERE t <= $cut
    ),
    small AS (SELECT src, t FROM told GROUP BY src, t HAVING count(*) BETWEEN 2 AND $crowd)
    SELECT x.dst AS owner, y.dst AS person, x.day, count(*)::INTEGER AS messages
    FROM told x SEMI JOIN ego_numbers ON ego = x.dst SEMI JOIN small s ON s.src = x.src AND s.t = x.t
    JOIN told y ON y.src = x.src AND y.t = x.t AND y.dst <> x.dst
    GROUP BY x.dst, y.dst, x.day ORDER BY ALL
"""


def cut_offs(connection: duckdb.DuckDBPyConnection, task: Task, *, until: int | None = None) -> list[int]:
    """Return where the log is cut, seconds, one per quantile; those before its first event are left out.

    until: the end of the log if its last events are not to count as such.
    """
    found = []
    for quantile in task.quantiles:
        at, first, last = connection.execute(_CUT, {"quantile": quantile}).fetchall()[0]
        if at is not None:
            at = min(at, (last if until is None else until) - task.window)
            found += [at] if at >= first else []
    return found


def known_at(connection: duckdb.DuckDBPyConnection, cut: int, task: Task) -> Known:
    """Return the candidates at a cut-off, what the history says of them, and what came after."""
    table = features.at(connection, cut)
    if task.silent_days:
        table = table.where(table.column("recency") >= task.silent_days)
    past = Past(cut, task.horizon_days, table, lambda: days_until(connection, cut))
    later = connection.execute(_OUTCOME, {"cut": cut, "window": task.window}).fetchnumpy()
    contact, both = _found(table, later)
    return Known(past, contact, both)


def trial(connection: duckdb.DuckDBPyConnection, cut: int, task: Task) -> Trial:
    """Return what is taught and asked at a cut-off."""
    taught = [known_at(connection, at, task) for at in _taught_at(connection, cut, task)]
    return Trial(tuple(taught), known_at(connection, cut, task))


def trials(connection: duckdb.DuckDBPyConnection, task: Task, *, until: int | None = None) -> Iterator[Trial]:
    """Yield the trials of a task, one per cut-off, each made when it is asked for."""
    for cut in cut_offs(connection, task, until=until):
        yield trial(connection, cut, task)


def together(taught: Sequence[Known]) -> tuple[features.Floats, Flags]:
    """Return the features as models see them, (rows, 28), and the labels of all snapshots, one below the other."""
    values = [features.seen_by_models(k.past.pairs.values) for k in taught]
    return np.concatenate(values), np.concatenate([k.contact for k in taught])


def only(known: Known, kept: Flags) -> Known:
    """Return the same for some of its candidates."""
    past = replace(known.past, pairs=known.past.pairs.where(kept))
    return Known(past, known.contact[kept], known.both_wrote[kept])


def _taught_at(connection: duckdb.DuckDBPyConnection, cut: int, task: Task) -> list[int]:
    found = []
    for lag in task.lags:
        at = cut - lag * task.window
        before = connection.execute("SELECT count(*) FROM log WHERE t <= $1", [at]).fetchall()[0][0]
        needed = _ENOUGH_EVENTS if lag > 1 or task.silent_days else 0
        found += [at] if before > needed else []
    return found


def _found(table: Table, later: dict[str, NDArray[Any]]) -> tuple[Flags, Flags]:
    """Look the pairs of a table up among those with a later event."""
    a, b = later["a"].astype(np.int64), later["b"].astype(np.int64)
    most = int(max(b.max(initial=0), table.ego.max(initial=0), table.alter.max(initial=0))) + 1
    asked = np.minimum(table.ego, table.alter) * most + np.maximum(table.ego, table.alter)
    key = a * most + b
    both = key[np.asarray(later["both_wrote"], dtype=bool)]
    return np.isin(asked, key), np.isin(asked, both)


def days_until(connection: duckdb.DuckDBPyConnection, cut: int) -> duckdb.DuckDBPyConnection:
    """Return a database of its own with `tie_days` and `beside_days` of the log up to a moment, seconds."""
    spill = connection.execute("SELECT current_setting('temp_directory')").fetchall()[0][0]
    apart = connect(spill=Path(spill) / f"days-{cut}" if spill else None)
    for name, query, asked in (
        ("tie_days", _DAYS, {"cut": cut}),
        ("beside_days", _BESIDE, {"cut": cut, "crowd": MEETING}),
    ):
        apart.register("found", connection.sql(query, params=asked).to_arrow_reader())
        apart.execute(f"CREATE TABLE {name} AS FROM found")
        apart.unregister("found")
    return apart
