"""Connectors: who spans worlds, and above all who is in the habit of introducing; what of a connector I am; whom I could introduce.

The order of connectors is ln(1 + introductions made + those that took) + ln(worlds) / 2 + ln(1 + effective size) / 4. The weights are
set by hand: the habit counts most, then in how many worlds somebody's ties lie, then how many of them do not know each other anyway
(Burt 1992). Worlds and size are those that I can see.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np

from weakties.facts.engine import rows
from weakties.network import bridges
from weakties.network.graph import Graph
from weakties.ties.reasons import Reason
from weakties.ties.words import plural

# Whoever knows fewer people connects nobody.
_FEWEST = 3
# People that are looked at more closely: those with most introductions and most ties.
_LOOKED_AT = 500

_MADE = """
    SELECT "by" AS person, count(*) AS made, count(took_day) AS took, max(day) AS last_day,
        list(event ORDER BY day DESC, event) FILTER (WHERE event <> '') AS events
    FROM introduced GROUP BY 1
"""
_MY_YEARS = """
    WITH mine AS (SELECT person FROM owners WHERE owner = $owner),
    made AS (
        SELECT year(DATE '1970-01-01' + day) AS year, count(*) AS made, count(took_day) AS took
        FROM introduced WHERE "by" IN (FROM mine) GROUP BY 1
    ),
    touched AS (
        SELECT DISTINCT year(DATE '1970-01-01' + day) AS year, person FROM tie_days
        WHERE owner = $owner AND day <= $day AND sent > 0 AND person NOT IN (FROM barred)
    ),
    counted AS (
        SELECT t.year, count(DISTINCT t.person) AS people, count(DISTINCT l.circle) AS worlds
        FROM touched t LEFT JOIN lives l ON l.person = t.person AND NOT l.second GROUP BY t.year
    )
    SELECT c.year, c.people, c.worlds, coalesce(m.made, 0) AS made, coalesce(m.took, 0) AS took
    FROM counted c LEFT JOIN made m USING (year) ORDER BY c.year
"""
# What each of my contacts writes of, weighed by how few others do.
_TOPICS = """
    WITH said AS (
        SELECT i.person, unnest(string_split(m.terms, ' ')) AS word FROM interactions i JOIN moments m USING (moment)
        WHERE i.owner = $owner AND i.day BETWEEN $day - $lately AND $day AND i.direction IN ('in', 'out') AND i.group_size <= 3
            AND m.terms <> '' AND i.person IN (SELECT unnest($people::VARCHAR[]))
    ),
    words AS (SELECT person, word, count(*) AS n FROM said GROUP BY person, word),
    few AS (SELECT word, count(*) AS people FROM words WHERE n >= 2 GROUP BY word HAVING count(*) BETWEEN 2 AND $few)
    SELECT w.person, w.word, f.people FROM words w JOIN few f USING (word) WHERE w.n >= 2 ORDER BY w.word, w.person
"""
_WILLING = """
    SELECT t.person, t.strength, t.answer, v.value, p.title, p.organisation
    FROM ties t JOIN valued v USING (person) JOIN people p USING (person)
    WHERE t.sent > 0 AND t.received > 0 AND t.silence <= $lately AND p.machine = '' AND t.person NOT IN (SELECT
    unnest($never::VARCHAR[])) ORDER BY t.strength DESC, t.person LIMIT $most
"""
_STRANGERS = """
    WITH asked AS (SELECT unnest($pairs::STRUCT(a VARCHAR, b VARCHAR)[], recursive := true))
    SELECT q.a, q.b FROM asked q ANTI JOIN knows k ON k.a = q.a AND k.b = q.b
    -- Those of one circle will meet anyhow.
    WHERE NOT EXISTS (FROM lives x JOIN lives y USING (circle) WHERE x.person = q.a AND y.person = q.b) AND NOT EXISTS (FROM jobs
    x JOIN jobs y USING (house) WHERE x.person = q.a AND y.person = q.b)
"""
_LATELY, _FEW_WORDS, _MOST = 730, 6, 400


@dataclass(frozen=True, slots=True)
class Connector:
    """Somebody who connects. made, took: introductions seen, and those that took; people: whom they are known to know; worlds:
    circles their ties lie in; spread: the effective number of these; constraint, size: Burt's constraint and effective size;
    score: the order; reasons: add up to it."""

    person: str
    score: float
    made: int
    took: int
    last_day: int | None
    people: int
    worlds: int
    spread: float
    constraint: float
    size: float
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """Two of my contacts who do not know each other as far as I can see, and write of the same. words: what they share, the
    rarest first; score: the order."""

    a: str
    b: str
    words: tuple[str, ...]
    score: float


def connectors(
    connection: duckdb.DuckDBPyConnection,
    around: Graph,
    people: Sequence[str],
    home: np.ndarray[Any, np.dtype[np.int32]],
) -> list[Connector]:
    """Return the connectors, the best first. around: the ties between others that are seen or said; people: by node; home: (n,)
    circles, -1 for none.

    Needs `introduced`. Who introduced nobody and lives in one world with all they know is no connector.
    """
    made = {row["person"]: row for row in rows(connection, _MADE)}
    habit = np.array([made[p]["made"] + made[p]["took"] if p in made else 0 for p in people])
    degree = around.degree
    looked_at = np.lexsort((np.arange(len(people)), -degree, -habit))[:_LOOKED_AT]
    found = []
    for node in looked_at.tolist():
        person, known = people[node], int(degree[node])
        if known < _FEWEST and person not in made:
            continue
        found.append(_connector(person, known, made.get(person), around, node, home))
    wanted = [c for c in found if c.made or c.worlds > 1]
    return sorted(wanted, key=lambda c: (-c.score, c.person))


def _connector(
    person: str,
    known: int,
    made: dict[str, Any] | None,
    around: Graph,
    node: int,
    home: np.ndarray[Any, np.dtype[np.int32]],
) -> Connector:
    broker = bridges.brokerage(around, node)
    worlds = bridges.worlds(around, node, home)
    count, took = (made["made"], made["took"]) if made else (0, 0)
    events = tuple((made["events"] or [])[:3]) if made else ()
    said = (
        f"Made {plural(count, 'introduction', 'introductions')}, {took} of which took."
        if count
        else "No introduction seen."
    )
    spread = max(worlds.effective, 1.0)
    reasons = (
        Reason("habit", math.log1p(count + took), said).backed_by(events),
        Reason(
            "worlds", math.log(spread) / 2, f"Their ties lie in {plural(max(worlds.number, 1), 'circle', 'circles')}."
        ),
        Reason(
            "reach",
            math.log1p(broker.effective_size) / 4,
            f"Known to know {plural(known, 'person', 'people')} beside you.",
        ),
    )
    return Connector(
        person,
        sum(r.weight for r in reasons),
        count,
        took,
        made["last_day"] if made else None,
        known,
        worlds.number,
        spread,
        broker.constraint,
        broker.effective_size,
        reasons,
    )


def my_years(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> list[dict[str, int]]:
    """Return year, people I wrote to, worlds (today's circles) they live in, introductions made and those that took, year by year.

    Needs `lives`, `barred` and `introduced`.
    """
    return rows(connection, _MY_YEARS, {"owner": owner, "day": as_of_day})


def matches(
    connection: duckdb.DuckDBPyConnection,
    *,
    owner: str,
    as_of_day: int,
    never: Collection[str] = (),
    limit: int = 20,
) -> list[Match]:
    """Return pairs of my contacts whom I could introduce to each other: in touch with me, strangers, and writing of the same.

    never: person ids whom nobody is to be introduced to. Needs `knows`, `jobs`, `lives`, `ties` and `valued`.
    """
    willing = rows(connection, _WILLING, {"never": sorted(never), "lately": _LATELY, "most": _MOST})
    mine = {row["person"]: row for row in willing}
    asked = {"owner": owner, "day": as_of_day, "lately": _LATELY, "people": list(mine), "few": _FEW_WORDS}
    by_word: dict[str, list[str]] = defaultdict(list)
    for person, word, _ in connection.execute(_TOPICS, asked).fetchall():
        by_word[word].append(person)
    shared: dict[tuple[str, str], list[str]] = defaultdict(list)
    for word, some in by_word.items():
        for i, a in enumerate(some):
            for b in some[i + 1 :]:
                shared[min(a, b), max(a, b)].append(word)
    # Words that the very same people share are one topic, or the language that they write in.
    topics = {pair: list({tuple(by_word[word]): word for word in words}.values()) for pair, words in shared.items()}
    found = [_match(pair, words, by_word, mine) for pair, words in topics.items() if len(words) > 1]
    best = sorted(found, key=lambda m: (-m.score, m.a, m.b))[: 20 * limit]
    strangers = _strangers(connection, best)
    chosen: list[Match] = []
    seen: dict[str, int] = defaultdict(int)
    for match in best:
        # A few people are not to be introduced to everybody.
        if (match.a, match.b) in strangers and max(seen[match.a], seen[match.b]) < 2:
            chosen.append(match)
            seen[match.a] += 1
            seen[match.b] += 1
    return chosen[:limit]


def _match(
    pair: tuple[str, str], words: Iterable[str], by_word: dict[str, list[str]], mine: dict[str, dict[str, Any]]
) -> Match:
    a, b = mine[pair[0]], mine[pair[1]]
    telling = sorted(words, key=lambda word: (len(by_word[word]), word))
    topic = sum(1 / math.log(1 + len(by_word[word])) for word in telling)
    # Both must be near enough to me to take my word, and worth something to the other.
    near = math.sqrt(a["strength"] * b["strength"])
    score = topic * near * (a["value"] + b["value"])
    return Match(pair[0], pair[1], tuple(telling[:5]), score)


def _strangers(connection: duckdb.DuckDBPyConnection, found: Sequence[Match]) -> set[tuple[str, str]]:
    if not found:
        return set()
    pairs = [{"a": m.a, "b": m.b} for m in found]
    return set(connection.execute(_STRANGERS, {"pairs": pairs}).fetchall())
