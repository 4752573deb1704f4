"""Who knows whom: the ties between other people, as far as the owner's facts show them, each with how it is known and how surely.

**seen**: they wrote to each other, or met, in the owner's sight; somebody introduced them; one of them shares a ledger in which the
other stands. **said**: an address book, a profile or a program of contacts says so. **inferred**: both were named in others' messages
to few, one spoke of the other by name to few, or both worked in one house at one time; this is never shown as known. Lists, crowds
and big houses make nobody known.

Two numbers are given, both in [0, 1]. **confidence**: the chance that the two have been or within 90 days will be in direct contact;
1 where it is seen or said. **contact**: the chance that they write to each other within 90 days, by which a path is weighed.
What is inferred from messages follows two logistic formulas over five signals, learned on public sets in which what one mailbox
shows can be held against what all of them show (`bench/knows.py`). That a colleague is known follows from how many others people
write to in a department of 80 to 300 there: about 15 ever and 8 within 90 days. What declared ties are worth is set by hand.
"""

from __future__ import annotations

import json
from collections.abc import Collection
from importlib.resources import files

import duckdb

from weakties.network import likely, opening
from weakties.ties.days import SMALL_GROUP
from weakties.ties.regression import Weights

# How much more of each signal makes acquaintance, and contact, likelier (1) or less likely (-1).
RISES = {"wrote": 1, "days": 1, "silence": -1, "over": 1, "unseen": -1}
NAMES = ("confidence", "contact")

# Of a house of n people whom I know, each knows so many of the others: ever, and within 90 days. Known are fewer than there are.
_COLLEAGUES, _COLLEAGUES_IN_TOUCH = 15.0, 8.0
_COLLEAGUE_AT_MOST, _COLLEAGUE_IN_TOUCH_AT_MOST = 0.5, 0.25
# In a bigger house nobody is known for working there.
HOUSE = 150
# Days by which the times of two people in one house may miss each other: cards and addresses show only some days.
_OVERLAP_DAYS = 180
# A declared tie without anything seen.
_SAID_IN_TOUCH = 0.3
# Of 51 pairs of three public mailboxes of whom one named the other and nothing else was seen, 26 wrote to each other at some time.
_SPOKEN_OF, _SPOKEN_OF_IN_TOUCH = 0.5, 0.15
# Contact in another's ledger halves its weight in so many days.
_LEDGER_HALF = 180.0
# Kinds of links that say that two people know each other.
DECLARED = ("connected", "family", "reports-to", "endorsed", "recommended")

# The signals of a pair; `whole` has what of their messages each shares with anybody.
SIGNALS = {
    "wrote": "ln(1 + forth + back)",
    "days": "ln(1 + days)",
    "silence": "ln(1 + $day - last_day)",
    # Who was seen with hardly anybody else has it all: more than a quarter says no more.
    "over": "least(share / sqrt(whole_a * whole_b), 0.25)",
    "unseen": "ln(1 + $day - least(seen_a, seen_b))",
}
_TOGETHER = """
    CREATE OR REPLACE TEMP TABLE together AS
    WITH pair AS (
        SELECT a, b, sum(events)::BIGINT AS events, sum(forth)::BIGINT AS forth, sum(back)::BIGINT AS back,
            sum(met)::BIGINT AS met, sum(share)::BIGINT AS share, count(*) AS days, min(day) AS first_day, max(day) AS last_day,
            max(day) FILTER (WHERE forth > 0) AS forth_day, max(day) FILTER (WHERE back > 0) AS back_day,
            max(day) FILTER (WHERE forth + back + met > 0) AS direct_day,
            max(day) FILTER (WHERE events > forth + back + met) AS together_day,
            -- Halved as `opening` weighs a tie, and as `likely` does; a message to g counts 1/g.
            sum(pow(0.5, ($day - day) / $half_opening) * share / 1000.0 * (forth + back + met) / events) AS strength,
            sum(pow(0.5, ($day - day) / $half_likely) * share / 1000.0 * (forth + back + met) / events) AS fresh
        FROM acquainted WHERE owner = $owner AND day <= $day AND a NOT IN (FROM barred) AND b NOT IN (FROM barred)
        GROUP BY a, b
    ),
    each AS (
        SELECT person, sum(share)::BIGINT AS whole, max(last_day) AS seen
        FROM (SELECT a AS person, share, last_day FROM pair UNION ALL SELECT b, share, last_day FROM pair) GROUP BY person
    )
    SELECT p.*, x.whole AS whole_a, y.whole AS whole_b, x.seen AS seen_a, y.seen AS seen_b
    FROM pair p JOIN each x ON x.person = p.a JOIN each y ON y.person = p.b
"""

# Nobody who is hidden or a machine knows or is known; the owner's own ties are no matter of this table.
_BARRED = """
    CREATE OR REPLACE TEMP TABLE barred AS
    SELECT person FROM unseen UNION SELECT person FROM people WHERE machine <> ''
    UNION SELECT person FROM owners WHERE owner = $owner AND person <> ''
"""
_COLLEAGUES_OF = """
    CREATE OR REPLACE TEMP TABLE colleagues AS
    WITH there AS (SELECT * FROM jobs WHERE person NOT IN (FROM barred)),
    houses AS (SELECT house, count(*) AS size FROM there GROUP BY house HAVING count(*) BETWEEN 2 AND $house)
    SELECT x.person AS a, y.person AS b, arg_min(x.house, h.size) AS house, min(h.size) AS size,
        max(least(x.last_day, y.last_day)) AS last_day, min(greatest(x.first_day, y.first_day)) AS first_day
    FROM there x JOIN houses h USING (house) JOIN there y ON y.house = x.house AND x.person < y.person
    WHERE x.first_day <= y.last_day + $overlap AND y.first_day <= x.last_day + $overlap
    GROUP BY x.person, y.person
"""
_SAID = """
    CREATE OR REPLACE TEMP TABLE said AS
    SELECT least(x.person, y.person) AS a, greatest(x.person, y.person) AS b, list(DISTINCT l.kind ORDER BY l.kind) AS kinds
    FROM dated_links l JOIN handles x ON x.handle = l.a JOIN handles y ON y.handle = l.b
    WHERE l.kind IN $declared AND x.person <> y.person AND l.day <= $day
        AND (l.owner = $owner OR l.owner IN (SELECT unnest($shared::VARCHAR[])))
        AND x.person NOT IN (FROM barred) AND y.person NOT IN (FROM barred)
    GROUP BY 1, 2
"""
# Whoever names somebody in full knows of them; where the name is one person's alone, it is known whose it is.
_MENTIONED = """
    CREATE TEMP TABLE IF NOT EXISTS mentioned AS
    WITH named AS (
        SELECT lower(strip_accents(name)) AS name, min(person) AS person FROM people
        WHERE machine = '' AND contains(name, ' ') GROUP BY 1 HAVING count(*) = 1
    )
    SELECT DISTINCT h.person AS who, n.person AS whom, l.event, l.owner
    FROM dated_links l JOIN handles h ON h.handle = l.a
    JOIN named n ON n.name = lower(strip_accents(regexp_extract(l.b, '^name:(.*)@[^@]*$', 1)))
    WHERE l.kind = 'mentioned' AND h.person <> n.person
"""
# A list and a crowd tell of many whom their author never met. A link may stand in a copy of the message.
_SPOKEN = """
    CREATE OR REPLACE TEMP TABLE spoken AS
    WITH told AS (
        SELECT l.who, l.whom, coalesce(c.event, l.event) AS event FROM mentioned l LEFT JOIN copies c ON c.id = l.event
        WHERE l.owner = $owner AND l.who NOT IN (FROM barred) AND l.whom NOT IN (FROM barred)
    )
    SELECT least(s.who, s.whom) AS a, greatest(s.who, s.whom) AS b, count(DISTINCT s.event) AS times, max(m.day) AS last_day,
        min(m.day) AS first_day, arg_max(s.event, m.moment) AS event
    FROM told s JOIN moments m ON m.event = s.event
    WHERE m.owner = $owner AND m.day <= $day AND m.bulk = '' AND m.group_size <= $few
    GROUP BY 1, 2
"""
_BROUGHT = """
    CREATE OR REPLACE TEMP TABLE brought AS
    SELECT a, b, min(day) AS day, arg_min("by", day) AS "by" FROM introduced
    WHERE a NOT IN (FROM barred) AND b NOT IN (FROM barred) AND "by" NOT IN (FROM unseen)
    GROUP BY a, b
"""
# Whoever shares a ledger is in touch with those who stand in it.
_LEDGERS = """
    CREATE OR REPLACE TEMP TABLE ledgers AS
    SELECT least(o.person, t.person) AS a, greatest(o.person, t.person) AS b, min(t.day) AS first_day, max(t.day) AS last_day,
        (sum(t.sent) + sum(t.received))::BIGINT AS messages
    FROM tie_days t JOIN owners o USING (owner)
    WHERE t.owner IN (SELECT unnest($shared::VARCHAR[])) AND t.owner <> $owner AND t.day <= $day AND o.person <> t.person
        AND t.person NOT IN (FROM barred) AND o.person NOT IN (FROM barred)
    GROUP BY 1, 2 HAVING sum(t.sent) > 0 AND sum(t.received) > 0
"""
_KNOWS = """
    CREATE OR REPLACE TEMP TABLE knows AS
    WITH pairs_of AS (
        SELECT a, b FROM together UNION SELECT a, b FROM colleagues UNION SELECT a, b FROM said UNION SELECT a, b FROM brought
        UNION SELECT a, b FROM ledgers UNION SELECT a, b FROM spoken
    ),
    weighed AS (
        SELECT *, 1 / (1 + exp(-({confidence}))) AS confidence, 1 / (1 + exp(-({contact}))) AS contact FROM together
    ),
    found AS (
        SELECT p.a, p.b, coalesce(t.events, 0) AS events, coalesce(t.forth, 0) AS forth, coalesce(t.back, 0) AS back,
            coalesce(t.met, 0) AS met, coalesce(t.days, 0) AS days,
            least(t.first_day, c.first_day, i.day, l.first_day, m.first_day) AS first_day,
            greatest(t.last_day, i.day, l.last_day, m.last_day) AS last_day, coalesce(m.times, 0) AS spoken, m.event AS spoken_in,
            t.forth_day, t.back_day, greatest(t.direct_day, l.last_day) AS direct_day, t.together_day,
            coalesce(t.strength, 0) AS strength, coalesce(t.fresh, 0) AS fresh, coalesce(s.kinds, []) AS said,
            i."by" AS introduced_by, c.house,
            l.messages AS ledger,
            CASE
                WHEN t.forth + t.back + t.met > 0 OR i.a IS NOT NULL OR l.a IS NOT NULL THEN 'seen'
                WHEN s.a IS NOT NULL THEN 'said' ELSE 'inferred'
            END AS how,
            coalesce(t.confidence, 0) AS by_messages, coalesce(t.contact, 0) AS touch_by_messages,
            if(c.a IS NULL, 0, least($at_most, $colleagues / c.size)) AS by_house,
            if(c.a IS NULL, 0, least($touch_at_most, $touch / c.size)) AS touch_by_house,
            if(m.a IS NULL, 0, $spoken) AS by_name, if(m.a IS NULL, 0, $touch_spoken) AS touch_by_name,
            if(l.a IS NULL, 0, pow(0.5, ($day - l.last_day) / $half)) AS touch_by_ledger
        FROM pairs_of p LEFT JOIN weighed t ON t.a = p.a AND t.b = p.b LEFT JOIN colleagues c ON c.a = p.a AND c.b = p.b
        LEFT JOIN said s ON s.a = p.a AND s.b = p.b LEFT JOIN brought i ON i.a = p.a AND i.b = p.b
        LEFT JOIN ledgers l ON l.a = p.a AND l.b = p.b LEFT JOIN spoken m ON m.a = p.a AND m.b = p.b
    )
    SELECT a, b, how, if(how = 'inferred', greatest(by_messages, by_house, by_name), 1) AS confidence,
        greatest(touch_by_messages, touch_by_house, touch_by_name, touch_by_ledger, if(len(said) > 0, $said, 0)) AS contact,
        events, forth, back, met, days, first_day, last_day, forth_day, back_day, direct_day, together_day, strength, fresh, said,
        introduced_by, house, ledger, spoken, spoken_in
    FROM found
"""


def shipped() -> dict[str, Weights]:
    """Return the two formulas, by name, that came of the public sets: `python -m bench.knows --ship` makes them."""
    said = json.loads(files("weakties.network").joinpath("knows.json").read_text(encoding="utf-8"))
    return {name: Weights.from_json(json.dumps(said[name]), RISES) for name in NAMES}


def log_odds(weights: Weights) -> str:
    """Return a formula over the columns of `together` as SQL."""
    terms = [f"{w / spread!r} * (({SIGNALS[n]}) - {mean!r})" for n, (mean, spread, w) in weights.signals.items() if w]
    return " + ".join([repr(weights.level), *terms]).replace("+ -", "- ")


def put_together(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> None:
    """Make `together`: pairs seen together by the owner until a day, and what of it the formulas look at. Needs `barred`."""
    halves = {"half_opening": opening.HALF_LIFE_DAYS, "half_likely": likely.HALF_LIFE_DAYS}
    connection.execute(_TOGETHER, {"owner": owner, "day": as_of_day, **halves})


def name_mentioned(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `mentioned` (who, whom, event, owner), before names are masked: who names whom in full, and in whose import.

    Needs `people`, `handles` and `dated_links`.
    """
    connection.execute(_MENTIONED)


def derive(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int, shared: Collection[str] = ()) -> None:
    """Make `knows` (a < b: who knows whom, how, confidence, contact and what shows it) and `barred` (who knows nobody).

    Needs the derived tables, `dated_links`, `unseen`, `jobs` and `introduced`. shared: the owners who share their ledgers with
    this one.
    """
    asked = {"owner": owner, "day": as_of_day}
    connection.execute(_BARRED, {"owner": owner})
    put_together(connection, owner=owner, as_of_day=as_of_day)
    connection.execute(_COLLEAGUES_OF, {"house": HOUSE, "overlap": _OVERLAP_DAYS})
    connection.execute(_SAID, {**asked, "declared": DECLARED, "shared": sorted(shared)})
    name_mentioned(connection)
    connection.execute(_SPOKEN, {**asked, "few": SMALL_GROUP})
    connection.execute(_BROUGHT)
    connection.execute(_LEDGERS, {**asked, "shared": sorted(shared)})
    formulas = {name: log_odds(weights) for name, weights in shipped().items()}
    scales = {
        "at_most": _COLLEAGUE_AT_MOST,
        "colleagues": _COLLEAGUES,
        "touch_at_most": _COLLEAGUE_IN_TOUCH_AT_MOST,
        "touch": _COLLEAGUES_IN_TOUCH,
        "half": _LEDGER_HALF,
        "spoken": _SPOKEN_OF,
        "touch_spoken": _SPOKEN_OF_IN_TOUCH,
        "said": _SAID_IN_TOUCH,
    }
    connection.execute(_KNOWS.format(**formulas), {"day": as_of_day, **scales})
    for table in ("together", "colleagues", "said", "spoken", "brought", "ledgers"):
        connection.execute(f"DROP TABLE {table}")
