"""Houses: who works or worked in which organisation, from when to when, as cards and addresses in use show it."""

from __future__ import annotations

import duckdb

# From the first to the last day that shows it, as far as was known on the day. A card without a date says how things were on the
# day of its import.
_WORKED = """
    CREATE OR REPLACE TEMP TABLE worked AS
    WITH told AS (
        SELECT e.person, e.house, e.name, e.title, e.how, e.days IS NOT NULL AS dated,
            list_filter(coalesce(e.days, [coalesce(i."at" // 86400, 0)::INTEGER]), lambda d: d <= $day) AS days
        FROM employed e LEFT JOIN imported i ON e.days IS NULL AND i.import = e.import
        WHERE e.person NOT IN (FROM unseen)
    )
    SELECT person, house, name, title, how, dated, list_min(days) AS first_day, list_max(days) AS last_day
    FROM told WHERE len(days) > 0
"""
_JOBS = """
    CREATE OR REPLACE TEMP TABLE jobs AS
    SELECT person, house, min(first_day) AS first_day, max(last_day) AS last_day,
        arg_max(title, (last_day, title)) FILTER (WHERE title <> '') AS title,
        arg_max(name, (last_day, name)) FILTER (WHERE how = 'card') AS called, min(name) FILTER (WHERE how = 'address') AS domain
    FROM worked GROUP BY person, house
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
    """Make `worked` (person, house, name, title, how, dated, first_day, last_day), `jobs` (person, house, first_day, last_day, title,
    called, domain) and `houses` (house, name, size, domain).

    worked: a row for each name and title, as a card or an address shows it; dated: whether by days of its own. Days since 1970, each
    one on which it was seen; nothing that was seen later counts. Needs `employed`, `imported`, `organisations` and `unseen`.
    """
    connection.execute(_WORKED, {"day": as_of_day})
    connection.execute(_JOBS)
    connection.execute(_HOUSES)
