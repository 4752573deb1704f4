"""The owner's own log as events: who wrote to whom in her mailbox, as her tie days count it, up to a day.

Of others' traffic a mailbox shows only what reached its owner; so methods that need it are not asked here. Where the question is
about people she is not in touch with yet, what others wrote to each other in her sight counts as well.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

import duckdb

from weakties.proof import log, strangers
from weakties.proof.compare import METHODS, Comparison, compare
from weakties.proof.protocol import Task
from weakties.proof.ranking import Ranking
from weakties.ties.days import SPOKEN

# Nobody's id has blanks.
_ME = "the owner"
_DATASET = "own log"
# As tie days count: who meets or speaks was in touch both ways; machines have no tie days.
_EVENTS = """
    WITH contacts AS (
        SELECT i.person, m."at" AS t, m.channel, greatest(i.group_size, 1) AS g,
            i.direction IN ('out', 'met') OR (m.duration > 0 AND m.channel IN $spoken) AS mine,
            i.direction IN ('in', 'met') OR (m.duration > 0 AND m.channel IN $spoken) AS theirs
        FROM interactions i JOIN moments m USING (moment) SEMI JOIN tie_days d ON d.owner = i.owner AND d.person = i.person
        WHERE i.owner = $owner AND i.direction IN ('in', 'out', 'met') AND i.day <= $day
            AND NOT list_contains($hidden::VARCHAR[], i.person)
    )
    SELECT $me AS src, person AS dst, t, g, channel FROM contacts WHERE mine
    UNION ALL SELECT person, $me, t, g, channel FROM contacts WHERE theirs
"""

_SEEN = """
    WITH seen AS (
        SELECT i.moment, i.person, i.direction, m."at" AS t, m.channel, greatest(i.group_size, 1) AS g,
            m.duration > 0 AND m.channel IN $spoken AS spoken
        FROM interactions i JOIN moments m USING (moment)
        WHERE i.owner = $owner AND i.day <= $day AND NOT list_contains($hidden::VARCHAR[], i.person)
            AND i.person NOT IN (SELECT person FROM people WHERE machine <> '')
    )
    SELECT moment AS letter, $me AS src, person AS dst, t, g, channel FROM seen
    WHERE direction IN ('out', 'met') OR (direction = 'in' AND spoken)
    UNION ALL
    SELECT moment, person, $me, t, g, channel FROM seen WHERE direction IN ('in', 'met') OR (direction = 'out' AND spoken)
    UNION ALL
    SELECT x.moment, x.person, y.person, x.t, x.g, x.channel FROM seen x JOIN seen y USING (moment)
    WHERE x.direction = 'in' AND y.direction = 'beside'
"""


def measured(
    facts: duckdb.DuckDBPyConnection,
    apart: duckdb.DuckDBPyConnection,
    task: Task,
    *,
    owner: str,
    as_of_day: int,
    hidden: Iterable[str] = (),
    told: Callable[[str], None] = lambda _: None,
) -> Comparison | Ranking:
    """Measure every method of a task on the owner's log. Raises WeaktiesError where there is too little to measure.

    facts: a connection with the derived tables; apart: an empty one to work on; as_of_day: later contact does not count.
    """
    asked = {"owner": owner, "day": as_of_day, "hidden": sorted(hidden), "me": _ME, "spoken": list(SPOKEN)}
    new = task.name in strangers.TASKS
    apart.register("found", facts.sql(_SEEN if new else _EVENTS, params=asked).to_arrow_reader())
    apart.execute("CREATE OR REPLACE TABLE events AS FROM found")
    apart.unregister("found")
    if new:
        apart.execute("CREATE OR REPLACE TABLE letters AS SELECT letter, src, dst, t FROM events")
        return strangers.measured(apart, task, dataset=_DATASET, owner=_ME, told=told)
    apart.execute("CREATE OR REPLACE TABLE egos AS SELECT $1 AS ego", [_ME])
    log.make(apart, only=True)
    visible = [m for m in METHODS if not m.others]
    found = compare(apart, task, dataset=_DATASET, methods=visible, told=told)
    hidden_here = tuple((m.name, "a mailbox does not show the traffic of others") for m in METHODS if m.others)
    return replace(found, left_out=(*found.left_out, *hidden_here))
