"""Everybody, one row each; one person whole; and who answers to a name that the user typed."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.errors import AmbiguousPerson, UnknownPerson
from weakties.facts import handles
from weakties.facts.engine import rows

SORTS: Mapping[str, str] = {
    "value": "(t.sent > 0 AND t.received > 0) DESC NULLS LAST, v.value DESC NULLS LAST",
    "strength": "t.strength DESC NULLS LAST",
    "alive": "t.alive DESC NULLS LAST",
    "answer": "(t.sent > 0 AND t.received > 0) DESC NULLS LAST, t.answer DESC NULLS LAST",
    "overdue": "t.silence / greatest(t.usual_gap, 1) DESC NULLS LAST",
    "recent": "coalesce(t.last_day, p.last_day) DESC NULLS LAST",
    "name": "lower(p.name)",
}

_WANTED = """
    FROM people p LEFT JOIN ties t USING (person) LEFT JOIN valued v USING (person)
    LEFT JOIN organisations o ON o.organisation = p.organisation
    WHERE p.person NOT IN (SELECT person FROM owners WHERE owner = $owner)
    AND (p.machine <> '') = $automated
    AND p.person NOT IN (SELECT unnest($hidden::VARCHAR[]))
    AND ($among::VARCHAR[] IS NULL OR p.person IN (SELECT unnest($among::VARCHAR[])))
    AND (t.person IS NOT NULL OR p.first_day <= $day)
    AND ($kind = '' OR t.kind = $kind)
    AND ($org = '' OR contains(lower(p.organisation), $org) OR contains(lower(coalesce(o.name, p.employer, '')), $org))
    AND ($query = '' OR contains(lower(strip_accents(p.name)), $query) OR p.person IN (
        SELECT person FROM handles WHERE contains(lower(strip_accents(handle)), $query)
            OR contains(lower(strip_accents(name)), $query)))
"""
_EVERYBODY = 2**62
# The order first and the columns after, for those of the page alone.
_LISTED = """
    WITH page AS (
        SELECT p.person, row_number() OVER (ORDER BY {order}, p.person) AS place {wanted} ORDER BY place LIMIT $limit OFFSET $skip
    )
    SELECT p.person, p.name, p.handle, p.machine, p.title, p.organisation,
        coalesce(nullif(p.employer, ''), o.name, '') AS organisation_name,
        p.events, t.* EXCLUDE (owner, person), v.value, v.mutual, v.known
    FROM page JOIN people p USING (person) LEFT JOIN ties t USING (person) LEFT JOIN valued v USING (person)
    LEFT JOIN organisations o ON o.organisation = p.organisation
    ORDER BY page.place
"""

_INTRODUCED = """
    SELECT "by", a, b, day, event, said, said_day, took_day FROM introductions
    WHERE owner = $owner AND day <= $day AND (said_day <= $day OR took_day <= $day)
    AND ("by" = $person OR a = $person OR b = $person) ORDER BY day DESC, a, b, "by"
"""

_HANDLES = """
    SELECT person, list(handle ORDER BY events DESC, handle) FROM handles
    WHERE person IN (SELECT unnest($people::VARCHAR[])) GROUP BY person
"""

# Whoever was heard of lately and whoever used to be.
_MOVING = """
    SELECT t.person, t.motion, t.alive, t.silence, t.usual_gap, v.value FROM ties t JOIN valued v USING (person)
    JOIN people p USING (person)
    WHERE t.motion IN ('warming', 'cooling') AND p.machine = '' AND t.sent > 0 AND t.received > 0
    AND t.person NOT IN (SELECT unnest($hidden::VARCHAR[]))
    QUALIFY row_number() OVER (PARTITION BY t.motion ORDER BY v.value * t.strength DESC, t.person) <= $each
    ORDER BY t.motion DESC, v.value * t.strength DESC, t.person
"""

# How well a typed text fits a handle: the id itself, a whole handle, a whole name, each word of it, any part.
_FOLDED = """
    CREATE TEMP TABLE IF NOT EXISTS folded AS
    SELECT h.person, h.handle, h.alias, lower(strip_accents(h.handle)) AS handle_text,
        lower(strip_accents(h.name)) AS name_text, lower(strip_accents(p.name)) AS shown, p.name, p.events,
        p.machine <> '' AS machine
    FROM handles h JOIN people p USING (person)
"""
_SILENCES = """
    SELECT person, $day - max(day) FROM all_days
    WHERE day < $day AND sent + received > 0 AND person IN (SELECT unnest($ids::VARCHAR[])) GROUP BY person
"""
_OF_ID = """
    SELECT person, name, (SELECT min(handle) FROM handles WHERE person = $person) FROM people WHERE person = $person
"""
# An id in other letters, or one that somebody had once.
_BY_ID = """
    SELECT person, any_value(name), min(handle), 0 AS fit, any_value(machine) FROM folded
    WHERE person = $1 OR alias = $1 GROUP BY person
"""
_FITS = """
    WITH
    -- Whatever fits holds the longest word; the rest need not be taken apart.
    near AS (
        SELECT * FROM folded WHERE contains(shown, $longest) OR contains(name_text, $longest) OR contains(handle_text, $longest)
            OR person = $text OR alias = $text
    ),
    fits AS (
        SELECT *, CASE
            WHEN person = $text OR alias = $text THEN 0
            WHEN handle_text = $text OR handle_text = 'email:' || $text THEN 1
            WHEN shown = $text OR name_text = $text THEN 2
            WHEN list_has_all(regexp_split_to_array(shown, '[^\\w]+'), $words) THEN 3
            WHEN list_has_all(regexp_split_to_array(name_text, '[^\\w]+'), $words) THEN 3
            WHEN list_has_all(regexp_split_to_array(handle_text, '[^\\w]+'), $words) THEN 4
            WHEN contains(shown, $text) OR contains(name_text, $text) THEN 5
            WHEN contains(handle_text, $text) THEN 6
        END AS fit
        FROM near
    ),
    once AS (
        SELECT person, min(fit) AS fit, any_value(name) AS name, any_value(events) AS events,
            arg_min(handle, (fit, handle)) AS handle, bool_or(machine) AS machine
        FROM fits WHERE fit IS NOT NULL GROUP BY person
    )
    SELECT person, name, handle, fit, machine FROM once
    WHERE fit = (SELECT min(fit) FROM once) ORDER BY machine, events DESC, person
"""

# People added by hand have no address to show.
_LIKE = """
    WITH known AS (
        SELECT person, p.name, p.machine, p.events,
            if(h.handle LIKE 'name:%', '', substr(h.handle, strpos(h.handle, ':') + 1)) AS shown,
            contains(lower(strip_accents(p.name)), $text) AND p.name <> '' AS by_name
        FROM handles h JOIN people p USING (person)
        WHERE person NOT IN (SELECT person FROM handles WHERE handle IN (SELECT unnest($hidden::VARCHAR[])))
    )
    SELECT name, shown, by_name FROM known WHERE by_name OR contains(lower(strip_accents(shown)), $text)
    ORDER BY machine <> '', events DESC, person, shown LIMIT $limit
"""
# A fit as good as this or better is by the whole of an id, a handle or a name.
_WHOLE = 2
_NEAREST_HANDLES = """
    SELECT handle FROM (SELECT handle, events,
        damerau_levenshtein(lower(substr(handle, strpos(handle, ':') + 1)), $1) AS slips FROM handles)
    WHERE slips <= length($1) // 6 ORDER BY slips, events DESC, handle LIMIT 3
"""


@dataclass(frozen=True, slots=True)
class Found:
    """Whom a typed text means. person: id; handle: the one that fitted."""

    person: str
    name: str
    handle: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom a list is to hold. query: part of a name or handle; kind: of tie; organisation: part of its name or domain;
    automated: machines instead of people; hidden: person ids to leave out; among: these people only, everybody if None."""

    owner: str
    as_of_day: int
    query: str = ""
    kind: str = ""
    organisation: str = ""
    automated: bool = False
    hidden: frozenset[str] = frozenset()
    among: frozenset[str] | None = None

    def asked(self) -> dict[str, Any]:
        """Return the parameters of the queries."""
        return {
            "query": _folded(self.query),
            "kind": self.kind,
            "org": self.organisation.lower(),
            "automated": self.automated,
            "hidden": sorted(self.hidden),
            "among": None if self.among is None else sorted(self.among),
            "owner": self.owner,
            "day": self.as_of_day,
        }


def listed(
    connection: duckdb.DuckDBPyConnection,
    wanted: Wanted,
    *,
    sort: str = "value",
    limit: int | None = None,
    skip: int = 0,
) -> list[dict[str, Any]]:
    """Return one row per person with the numbers of the tie, in the order asked for. Needs `ties` and `valued`.

    sort: one of `SORTS`; by value, whoever one exchanges letters with comes first: the others have a value on paper only.
    limit: how many, all if None; skip: after so many others.
    """
    asked = {**wanted.asked(), "limit": _EVERYBODY if limit is None else limit, "skip": skip}
    return rows(connection, _LISTED.format(order=SORTS[sort], wanted=_WANTED), asked)


def counted(connection: duckdb.DuckDBPyConnection, wanted: Wanted) -> int:
    """Return how many people a list would hold. Needs `ties`."""
    return int(connection.execute(f"SELECT count(*) {_WANTED}", wanted.asked()).fetchall()[0][0])


def handles_of(connection: duckdb.DuckDBPyConnection, people: Sequence[str]) -> dict[str, list[str]]:
    """Return every handle of each of these people, the busiest first."""
    return dict(connection.execute(_HANDLES, {"people": list(people)}).fetchall())


def persons_of(connection: duckdb.DuckDBPyConnection, known: Sequence[str]) -> dict[str, str]:
    """Return whose each of these handles is, by handle; those that nobody has are left out."""
    query = "SELECT handle, person FROM handles WHERE handle IN (SELECT unnest($1::VARCHAR[]))"
    return dict(connection.execute(query, [list(known)]).fetchall())


def introductions_of(
    connection: duckdb.DuckDBPyConnection, person: str, *, owner: str, as_of_day: int
) -> list[dict[str, Any]]:
    """Return the introductions that a person made or was part of, as far as they were known on a day, the newest first: by, a, b,
    day, event, said, said_day, took_day, as `ties.introductions` has them."""
    return rows(connection, _INTRODUCED, {"person": person, "owner": owner, "day": as_of_day})


def silences(connection: duckdb.DuckDBPyConnection, ids: Sequence[str], *, as_of_day: int) -> dict[str, int]:
    """Return the days from the last contact before a day to it, by id; with whom there was none is left out. Needs `all_days`."""
    asked = {"ids": list(ids), "day": as_of_day}
    return dict(connection.execute(_SILENCES, asked).fetchall())


def kinds_of(connection: duckdb.DuckDBPyConnection, people: Sequence[str]) -> dict[str, str]:
    """Return what kind of tie the owner has to each of these people; who has none is left out. Needs `ties`."""
    query = "SELECT person, kind FROM ties WHERE person IN (SELECT unnest($1::VARCHAR[]))"
    return dict(connection.execute(query, [list(people)]).fetchall())


def moving(connection: duckdb.DuckDBPyConnection, *, hidden: Collection[str] = (), each: int) -> list[dict[str, Any]]:
    """Return the ties that grow warmer and those that cool, so many of each, those worth most first. Needs `ties`, `valued`.

    A row has person, motion, alive, silence, usual_gap (days) and value.
    """
    return rows(connection, _MOVING, {"hidden": sorted(hidden), "each": each})


def like(
    connection: duckdb.DuckDBPyConnection, text: str, *, hidden: Sequence[str] = (), limit: int
) -> list[tuple[str, str, bool]]:
    """Return names and handles that contain a text: name, handle without its kind, and whether the name does.

    The busiest people come first, machines last. hidden: handles of people to leave out.
    """
    asked = {"text": _folded(text), "hidden": list(hidden), "limit": limit}
    return connection.execute(_LIKE, asked).fetchall()


def find(connection: duckdb.DuckDBPyConnection, text: str) -> Found:
    """Return the one person whom a text means: any unambiguous part of a name or handle, or an id.

    A whole address or handle means itself and no longer one. Raises UnknownPerson, AmbiguousPerson. People win over machines
    where both fit equally well.
    """
    # An id is nobody else's name, and what pages and programs ask with.
    if exact := connection.execute(_OF_ID, {"person": text}).fetchall():
        return Found(*exact[0])
    folded = _folded(text)
    if not folded:
        raise UnknownPerson("No person was named.", hint="Give a name, a part of one, or an address.")
    words = [w for w in "".join(c if c.isalnum() or c == "_" else " " for c in folded).split() if w]
    asked = {"text": folded, "words": words or [folded], "longest": max(words, key=len, default=folded)}
    # Made once for a connection: who asks of one person will ask of another.
    connection.execute(_FOLDED)
    fits = connection.execute(_BY_ID, [folded]).fetchall() or connection.execute(_FITS, asked).fetchall()
    # Part of a name is a name; part of an address is somebody else's address.
    if not fits or (_is_whole(text) and fits[0][3] > _WHOLE):
        raise UnknownPerson(f"Nobody here answers to {text!r}.", hint=_nearest(connection, folded))
    humans = [f for f in fits if not f[4]] or fits
    if len(humans) > 1:
        candidates = [(person, name, handles.value(handle)) for person, name, handle, _, _ in humans[:10]]
        shown = "; ".join(f"{name} ({handle})" for _, name, handle in candidates[:5])
        more = f" and {len(humans) - 5} more" if len(humans) > 5 else ""
        raise AmbiguousPerson(
            f"{text!r} fits {len(humans)} people: {shown}{more}.",
            hint="Say more of the name, or give the address.",
            candidates=candidates,
        )
    person, name, handle = humans[0][:3]
    return Found(person, name, handle)


def handle_of(connection: duckdb.DuckDBPyConnection, person: str) -> str:
    """Return the oldest handle of somebody, by id: the one that decisions on them are kept under."""
    return str(connection.execute("SELECT handle FROM people WHERE person = $1", [person]).fetchall()[0][0])


def handle_meant(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    """Return the handle that a text means: the one that it names, or the oldest of the one person it fits.

    Raises UnknownPerson, AmbiguousPerson.
    """
    found = find(connection, text)
    return found.handle if found.handle == handles.parse(text) else handle_of(connection, found.person)


def is_id(connection: duckdb.DuckDBPyConnection, text: str) -> bool:
    """Tell whether `find` takes a text for the id of somebody, one of theirs or an older one."""
    connection.execute(_FOLDED)
    return bool(connection.execute(_BY_ID, [_folded(text)]).fetchall())


def _is_whole(text: str) -> bool:
    handle = handles.parse(text)
    return handle is not None and (not handles.domain(handle) or "." in handles.domain(handle))


def _nearest(connection: duckdb.DuckDBPyConnection, text: str) -> str:
    if "@" in text:
        near_by = connection.execute(_NEAREST_HANDLES, [text.removeprefix("email:")]).fetchall()
        if near_by:
            return f"Did you mean {' or '.join(handles.value(handle) for (handle,) in near_by)}?"
    names = connection.execute(
        "SELECT DISTINCT name FROM people WHERE machine = '' AND name <> '' ORDER BY name"
    ).fetchall()
    by_text = {_folded(name): name for (name,) in names}
    by_word = {word: name for folded, name in by_text.items() for word in folded.split()}
    near = difflib.get_close_matches(text, by_text, n=3, cutoff=0.7)
    found = [by_text[n] for n in near] or [
        by_word[w] for w in difflib.get_close_matches(text, by_word, n=3, cutoff=0.75)
    ]
    return f"Did you mean {' or '.join(dict.fromkeys(found))}?" if found else "weakties people lists everybody."


def _folded(text: str) -> str:
    import unicodedata

    apart = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(c for c in apart if not unicodedata.combining(c))
