"""Circles told: what the people of each share, and what it is called for that.

A circle is called as the user says; else after the house in which most of its people are or were, after two houses, after the
meeting or chat that most of them are in, after their place, after a house of some of them, after the words or
the subject of their messages, or after whoever stands in its middle.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb

from weakties.facts.engine import rows

# Part of a circle that must share a house or a place for it to be called after that; of two houses together; and for `and others`.
_MOST, _BOTH, _SOME = 0.4, 0.5, 0.2
# A gathering is one for so many of a circle, and so much of it.
_GATHERED, _GATHERED_PART = 3, 0.3
_WORDS = 3

_LIVES = """
    CREATE OR REPLACE TEMP TABLE lives AS
    WITH given AS (SELECT unnest($rows::STRUCT(node INTEGER, circle INTEGER, second BOOLEAN)[], recursive := true))
    SELECT n.person, g.circle, g.second FROM given g JOIN nodes n USING (node)
"""
_HOUSES = """
    SELECT l.circle, h.name, count(*) AS n FROM lives l JOIN jobs j USING (person) JOIN houses h USING (house)
    GROUP BY ALL ORDER BY l.circle, n DESC, h.name
"""
_PLACES = """
    SELECT l.circle, p.location AS name, count(*) AS n FROM lives l JOIN people p USING (person) WHERE p.location <> ''
    GROUP BY ALL ORDER BY l.circle, n DESC, name
"""
# Meetings and chats, or mail, in which three or more of a circle took part, by what it is called.
_GATHERINGS = """
    WITH came AS (
        SELECT l.circle, i.moment, i.person FROM interactions i JOIN lives l USING (person)
        WHERE i.owner = $owner AND i.day <= $day AND i.group_size <= $crowd
    ),
    together AS (SELECT circle, moment FROM came GROUP BY circle, moment HAVING count(*) >= $few),
    named AS (
        SELECT t.circle, t.moment, trim(regexp_replace(m.subject, '^((re|fwd?|aw|wg|sv|rv|tr|fw)(\\[\\d+\\])?:\\s*)+', '', 'i'))
        AS name FROM together t JOIN moments m USING (moment)
        WHERE (m.channel <> 'email') = $met
    )
    SELECT n.circle, n.name, count(DISTINCT c.person) AS n, count(DISTINCT n.moment) AS moments
    FROM named n JOIN came c ON c.circle = n.circle AND c.moment = n.moment WHERE n.name <> ''
    GROUP BY n.circle, n.name ORDER BY n.circle, n DESC, moments DESC, n.name
"""
_TERMS = """
    WITH said AS (
        SELECT l.circle, i.moment FROM interactions i JOIN lives l USING (person)
        WHERE i.owner = $owner AND i.day <= $day AND NOT l.second AND i.direction <> 'beside' GROUP BY l.circle, i.moment
    ),
    words AS (
        SELECT s.circle, unnest(string_split(m.terms, ' ')) AS word, s.moment FROM said s JOIN moments m USING (moment) WHERE
        m.terms <> ''
    ),
    counted AS (SELECT circle, word, count(DISTINCT moment) AS n FROM words WHERE word <> '' GROUP BY circle, word),
    spread AS (SELECT word, count(*) AS circles, sum(n) AS whole FROM counted GROUP BY word),
    many AS (SELECT count(DISTINCT circle) AS n FROM lives)
    SELECT c.circle, c.word FROM counted c JOIN spread s USING (word), many
    WHERE c.n >= 2
    QUALIFY row_number() OVER (PARTITION BY c.circle ORDER BY c.n * ln(1 + many.n / s.circles) * c.n / s.whole DESC, c.word) <= $words
    ORDER BY c.circle, c.n DESC, c.word
"""
_TIES = """
    SELECT l.circle, count(*) AS people, count(*) FILTER (WHERE t.messages > 0) AS in_touch,
        count(*) FILTER (WHERE t.kind = 'strong') AS strong, max(t.strength) AS strength,
        max(t.last_day) AS last_day, avg(coalesce(t.alive, 0)) AS alive,
        list(l.person ORDER BY coalesce(t.strength, 0) DESC, l.person)[:$named] AS nearest
    FROM lives l LEFT JOIN ties t USING (person) GROUP BY l.circle ORDER BY l.circle
"""


@dataclass(frozen=True, slots=True)
class Told:
    """A circle and what its people share. number: in its network; name, named_by: what it is called and after what (`you`,
    `organisation`, `gathering`, `place`, `words`, `subject`, `person`); houses, places, gatherings: (name, people), most first;
    words: of their messages; people: how many; in_touch, strong: with how many I have ever been in touch, and closely; nearest:
    person ids, my strongest ties first; last_day: of my last contact with any of them, or None."""

    number: int
    name: str
    named_by: str
    houses: tuple[tuple[str, int], ...]
    places: tuple[tuple[str, int], ...]
    gatherings: tuple[tuple[str, int], ...]
    words: tuple[str, ...]
    people: int
    in_touch: int
    strong: int
    alive: float
    last_day: int | None
    nearest: tuple[str, ...]


def name_lives(connection: duckdb.DuckDBPyConnection, homes: Sequence[int], also: Sequence[Sequence[int]]) -> None:
    """Make `lives` (person, circle, second): who is in which circle. homes: of each node, -1 for none; also: node and circle."""
    given = [{"node": node, "circle": circle, "second": False} for node, circle in enumerate(homes) if circle >= 0]
    given += [{"node": node, "circle": circle, "second": True} for node, circle in also]
    connection.execute(_LIVES, {"rows": given})


def told(
    connection: duckdb.DuckDBPyConnection,
    middles: Sequence[str],
    *,
    owner: str,
    as_of_day: int,
    called: Mapping[int, str] | None = None,
    named: int = 5,
) -> list[Told]:
    """Return the circles of `lives`. middles: the name of who stands in the middle of each; called: what the user calls some of them;
    named: how many of the nearest to give. Needs `jobs`, `houses` and `ties`."""
    asked = {"owner": owner, "day": as_of_day}
    houses, places = _counted(connection, _HOUSES, {}), _counted(connection, _PLACES, {})
    some = {**asked, "crowd": 20, "few": _GATHERED}
    gathered, subjects = (_counted(connection, _GATHERINGS, {**some, "met": met}) for met in (True, False))
    words: dict[int, list[str]] = defaultdict(list)
    for circle, word in connection.execute(_TERMS, {**asked, "words": _WORDS}).fetchall():
        words[circle].append(word)
    found = []
    for row in rows(connection, _TIES, {"named": named}):
        circle = row["circle"]
        shown = Told(
            number=circle,
            name="",
            named_by="person",
            houses=tuple(houses[circle][:4]),
            places=tuple(places[circle][:2]),
            gatherings=tuple(gathered[circle][:2]),
            words=tuple(words[circle]),
            people=row["people"],
            in_touch=row["in_touch"],
            strong=row["strong"],
            alive=row["alive"],
            last_day=row["last_day"],
            nearest=tuple(row["nearest"]),
        )
        name, named_by = _name(shown, subjects[circle], middles[circle])
        if said := (called or {}).get(circle):
            name, named_by = said, "you"
        found.append(replace(shown, name=name, named_by=named_by))
    return found


def _counted(
    connection: duckdb.DuckDBPyConnection, query: str, asked: Mapping[str, Any]
) -> dict[int, list[tuple[str, int]]]:
    found: dict[int, list[tuple[str, int]]] = defaultdict(list)
    for circle, name, n, *_ in connection.execute(query, dict(asked)).fetchall():
        found[circle].append((name, n))
    return found


def _name(shown: Told, subjects: Sequence[tuple[str, int]], middle: str) -> tuple[str, str]:
    """Return what a circle is called, and after what."""
    people, houses, gatherings, places, words = shown.people, shown.houses, shown.gatherings, shown.places, shown.words
    if houses and houses[0][1] >= _MOST * people:
        return houses[0][0], "organisation"
    if len(houses) > 1 and min(houses[0][1], houses[1][1]) > 1 and houses[0][1] + houses[1][1] >= _BOTH * people:
        return f"{houses[0][0]} and {houses[1][0]}", "organisation"
    if gatherings and gatherings[0][1] >= max(_GATHERED, _GATHERED_PART * people):
        return gatherings[0][0], "gathering"
    if places and places[0][1] >= _MOST * people:
        return places[0][0], "place"
    if houses and houses[0][1] >= max(_GATHERED, _SOME * people):
        return f"{houses[0][0]} and others", "organisation"
    if words:
        return ", ".join(words), "words"
    if subjects and subjects[0][1] >= max(_GATHERED, _GATHERED_PART * people):
        return subjects[0][0], "subject"
    return f"Around {middle}", "person"
