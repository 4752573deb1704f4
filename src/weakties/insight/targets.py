"""Whom a few words mean: a person, a role at an organisation, an organisation, a place, a role anywhere, or a topic.

Tried in this order; the first that fits somebody is meant, unless it is said which is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

import duckdb

from weakties.errors import AmbiguousPerson, UnknownPerson, UsageError
from weakties.identity import organisations
from weakties.insight import people

What = Literal["person", "role", "organisation", "place", "topic"]

# Whoever wrote of something so often writes of it.
_OFTEN = 2
_MOST = 200
_AT = re.compile(r"\s+(?:at|bei|chez|en|@|presso|na)\s+|\s*[,@]\s*", re.IGNORECASE)


def _word(column: str, asked: str) -> str:
    """Return the condition that words stand in a text as whole words; no words stand in any."""
    plain = "' ' || regexp_replace({}, '[^\\p{{L}}\\p{{N}}]+', ' ', 'g') || ' '"
    return f"({asked} = '' OR contains({plain.format(column)}, {plain.format(asked)}))"


_LIVING = "person NOT IN (FROM barred)"
_HOUSE = """
    SELECT house, name FROM houses
    WHERE house = $key OR lower(name) = $text OR lower(domain) = $text OR starts_with(house, $key) OR contains(lower(name), $text)
    ORDER BY house = $key OR lower(name) = $text OR lower(domain) = $text DESC, size DESC, house LIMIT 1
"""
# Those whose newest card or address is of the house come before those who were there once.
_AT_HOUSE = f"""
    WITH newest AS (SELECT person, max(last_day) AS day FROM jobs GROUP BY person)
    SELECT j.person FROM jobs j JOIN newest n USING (person) JOIN people p USING (person)
    WHERE j.house = $house AND j.{_LIVING} AND j.last_day >= n.day - 365 AND {_word("lower(coalesce(j.title, ''))", "$role")}
    ORDER BY p.decides DESC, p.events DESC, j.person LIMIT {_MOST}
"""  # noqa: S608  constants of this module
_AT_PLACE = f"""
    SELECT person FROM people WHERE contains(lower(location), $text) AND {_LIVING} ORDER BY decides DESC, events DESC, person
    LIMIT {_MOST}
"""  # noqa: S608  constants of this module
_IN_ROLE = f"""
    SELECT person FROM people WHERE {_word("lower(title)", "$text")} AND {_LIVING} ORDER BY decides DESC, events DESC, person
    LIMIT {_MOST}
"""  # noqa: S608  constants of this module
_ON_TOPIC = f"""
    SELECT a.person FROM authors a JOIN moments m USING (moment)
    WHERE m.owner = $owner AND m.day <= $day AND list_contains(string_split(m.terms, ' '), $text) AND a.{_LIVING}
    GROUP BY a.person HAVING count(*) >= {_OFTEN} ORDER BY count(*) DESC, a.person LIMIT {_MOST}
"""  # noqa: S608  constants of this module


@dataclass(frozen=True, slots=True)
class Meant:
    """Who is meant. what: as which the words were taken; text: that, in words; people: person ids, the likeliest first."""

    what: What
    text: str
    people: tuple[str, ...]


def meant(
    connection: duckdb.DuckDBPyConnection, text: str, *, owner: str, as_of_day: int, what: What | None = None
) -> Meant:
    """Return whom a few words mean. what: as which they are to be taken, any if None.

    Needs `houses`, `jobs`, `barred`. Raises UnknownPerson where they mean nobody, AmbiguousPerson where a name fits several.
    """
    folded = " ".join(text.casefold().split())
    doubt: AmbiguousPerson | None = None
    takes: dict[What, Callable[[], Meant | None]] = {
        "role": lambda: _role_at(connection, text),
        "organisation": lambda: _organisation(connection, text),
        "place": lambda: _those("place", f"people in {text}", connection, _AT_PLACE, {"text": folded}),
        "topic": lambda: _topic(connection, folded, owner, as_of_day),
    }
    if what in (None, "person"):
        try:
            found = people.find(connection, text)
            # Who is found by a house in the address alone is not who is meant by the name of the house.
            if what or folded in found.name.casefold() or not _is_house(connection, text):
                return Meant("person", found.name, (found.person,))
        except AmbiguousPerson as error:
            if what == "person":
                raise
            doubt = error
        except UnknownPerson:
            if what == "person":
                raise
    for one, take in takes.items():
        if what in (None, one) and folded and (got := take()):
            return got
    if doubt is not None:
        raise doubt
    raise UnknownPerson(f"Nobody and nothing here answers to {text!r}.", hint=_hint(what))


def listed(lines: Iterable[str], *, name: str, most: int) -> list[str]:
    """Return the targets of a table of comma-separated values: its column `target`, else the first, each once.

    name: of the table, for what is said of it. Raises csv.Error, and UsageError for none and for more than `most`.
    """
    table = [row for row in csv.reader(lines) if any(cell.strip() for cell in row)]
    if not table:
        raise UsageError(f"{name} is empty.", hint="Write a target on each line.")
    head = [cell.strip().casefold() for cell in table[0]]
    column, rows = (head.index("target"), table[1:]) if "target" in head else (0, table)
    found = dict.fromkeys(row[column].strip() for row in rows if len(row) > column and row[column].strip())
    if len(found) > most:
        raise UsageError(f"{name} names {len(found):,} targets.", hint=f"{most:,} at the most at once.")
    return list(found)


def _hint(what: What | None) -> str:
    if what is None:
        return "Name a person, an organisation, a role at one (`CTO at Acme`), a place or a topic; `people` and `org` list them."
    return f"Nobody was found by {what}; leave out --as {what} to try everything else."


def _those(
    what: What, text: str, connection: duckdb.DuckDBPyConnection, query: str, asked: dict[str, object]
) -> Meant | None:
    found = tuple(person for (person,) in connection.execute(query, asked).fetchall())
    return Meant(what, text, found) if found else None


def _is_house(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Tell whether a text is the whole name of an organisation, or its domain."""
    query = "SELECT 1 FROM houses WHERE house = $key OR lower(name) = $text OR lower(domain) = $text"
    return bool(connection.execute(query, {"key": organisations.key(text), "text": text.strip().casefold()}).fetchall())


def _organisation(connection: duckdb.DuckDBPyConnection, text: str, role: str = "") -> Meant | None:
    name = " ".join(text.split())
    key = organisations.key(name.rpartition(".")[0] or name) if "." in name else organisations.key(name)
    asked = {"key": key, "text": name.casefold()}
    house = connection.execute(_HOUSE, asked).fetchone() if key else None
    if house is None:
        return None
    said = f"{role} at {house[1]}" if role else f"people at {house[1]}"
    given: dict[str, object] = {"house": house[0], "role": role.casefold()}
    return _those("role" if role else "organisation", said, connection, _AT_HOUSE, given)


def _role_at(connection: duckdb.DuckDBPyConnection, text: str) -> Meant | None:
    role, *place = _AT.split(text.strip(), maxsplit=1)
    if place and role and place[0]:
        return _organisation(connection, place[0], role)
    return _those("role", f"whoever is {text}", connection, _IN_ROLE, {"text": " ".join(text.casefold().split())})


def _topic(connection: duckdb.DuckDBPyConnection, word: str, owner: str, as_of_day: int) -> Meant | None:
    given: dict[str, object] = {"owner": owner, "day": as_of_day, "text": word}
    return _those("topic", f"people who write of {word}", connection, _ON_TOPIC, given)
