"""Houses: who works or worked in which organisation, from when to when, as cards and addresses in use show it."""

from __future__ import annotations

import duckdb

# From the first to the last day that shows it, as far as was known on the day. A card without a date says how things were on the
# day of its import.
_JOBS = """
    CREATE OR REPLACE TEMP TABLE jobs AS
    WITH dated AS (
        SELECT e.person, e.house, e.name, e.title, e.how, coalesce(e.first_day, i."at" // 86400, 0)::INTEGER AS first_day,
            least(coalesce(e.last_day, i."at" // 86400, 0), $day)::INTEGER AS last_day
        FROM employed e LEFT JOIN imported i ON e.first_day IS NULL AND i.import = e.import
        WHERE e.person NOT IN (FROM unseen)
    )
    SELECT person, house, min(first_day) AS first_day, max(last_day) AS last_day,
        arg_max(title, (last_day, title)) FILTER (WHERE title <> '') AS title,
        arg_max(name, (last_day, name)) FILTER (WHERE how = 'card') AS called, min(name) FILTER (WHERE how = 'address') AS domain
    FROM dated WHERE first_day <= $day GROUP BY person, house
"""
# A house is called what most of its people's cards call it, else as its domain.
_HOUSES = """
    CREATE OR REPLACE TEMP TABLE houses AS
    WITH names AS (SELECT house, called, count(*) AS n FROM jobs WHERE called <> '' GROUP BY house, called),
    sizes AS (SELECT house, count(*) AS size, min(domain) AS domain FROM jobs GROUP BY house)
    SELECT s.house, coalesce(n.name, nullif(o.name, ''), s.domain, s.house) AS name, s.size, s.domain
    FROM sizes s LEFT JOIN (SELECT house, arg_max(called, (n, called)) AS name FROM names GROUP BY house) n USING (house)
    LEFT JOIN organisations o ON o.organisation = s.domain
"""


def derive(connection: duckdb.DuckDBPyConnection, *, as_of_day: int) -> None:
    """Make `jobs` (person, house, first_day, last_day, title, called, domain) and `houses` (house, name, size, domain).

    Needs `employed`, `imported`, `organisations` and `unseen`. Days since 1970; nothing that was first seen later counts.
    """
    connection.execute(_JOBS, {"day": as_of_day})
    connection.execute(_HOUSES)
