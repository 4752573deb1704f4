"""What is asked of people not yet in touch, on the log of a connection: friends of friends, and introducers."""

from __future__ import annotations

from collections.abc import Callable

import duckdb

from weakties.proof import friends, introducers, letters, log, openings, twosteps
from weakties.proof.protocol import Task
from weakties.proof.ranking import Ranking

TASKS = ("fof", "introducer")
_NUMBER = "SELECT person FROM writers WHERE name = $1"


def measured(
    connection: duckdb.DuckDBPyConnection,
    task: Task,
    *,
    dataset: str,
    owner: str | None = None,
    told: Callable[[str], None] = lambda _: None,
) -> Ranking:
    """Measure every rule of a task, one of TASKS. Raises WeaktiesError where there is nothing to measure on.

    connection: with the tables `events(src, dst, t, g)` and `letters(letter, src, dst, t)` of one and the same log. owner: the one
    person who is asked about, as ego or as one of the two strangers; everybody if None.
    """
    if task.name == "introducer":
        told("who put whom in touch")
        read = letters.read(connection)
        only = None if owner is None else [row[0] for row in connection.execute(_NUMBER, [owner]).fetchall()]
        return introducers.compare(openings.cases(read, takes_days=task.horizon_days, only=only), task, dataset=dataset)
    if owner is not None:
        connection.execute("CREATE OR REPLACE TABLE egos AS SELECT $1 AS ego", [owner])
    log.make(connection, only=owner is not None)
    return friends.compare(twosteps.at_cuts(connection, task), task, dataset=dataset, told=told)
