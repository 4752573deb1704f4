"""The overlooked: whose place in one's life and whose place in one's records differ, each with one step to take.

**friends**: close by private channels (telephone, messages, chats, in person) and on no business network; **family**: the same of
declared relatives. **became friends**: it began at work, and by now more is said in private than in business. **fell out**: of an
employer that the owner has left, in steady exchange while she was there, silent since. The absence from a network is said of nobody
who may be there under a handle that is left to review, or of whom no full name is known.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import duckdb

from weakties.facts.days import date_of
from weakties.facts.engine import rows
from weakties.insight.contact import usual_channels
from weakties.ties.kinds import STRONG
from weakties.ties.words import ago, plural
from weakties.ties.words import channel as channel_name

Group = Literal["friends", "family", "became-friends", "fell-out"]
GROUPS: tuple[Group, ...] = ("friends", "family", "became-friends", "fell-out")

# Where people talk who are close. What else there is, mail and meetings above all, is business or may be.
PRIVATE = ("call", "facebook", "imessage", "in-person", "instagram", "letter", "signal", "sms", "telegram", "whatsapp")
# Networks on which one is seen for business: the kind of their handles, and the place of bare names that they know.
NETWORKS = ("linkedin",)
# Words between the two alone that make a private channel more than a way to say that one is late; of either side; and days within
# which there was one.
_PRIVATE_WORDS, _OF_EITHER, _STILL_DAYS = 20, 5, 365
# A tie by private channels that is not strong is close where it has lasted for so many days.
_LONG_DAYS = 3 * 365
# What went before in business: messages, and days over which they stretch; how soon after the first of them the place of work showed.
_BUSINESS_WORDS, _BUSINESS_DAYS, _SHOWN_DAYS = 10, 180, 90
# Messages by which somebody at an employer was more than a name. Around the day on which the owner left they fell silent, for at
# least as long.
_STEADY, _FELL_DAYS = 6, 365
_FACTS = 3

# Whose absence can be told: a full name (`Mum` or a number are nobody's on a network), no handle there, nor one left to review.
_ABSENT = """
    CREATE TEMP TABLE IF NOT EXISTS absent AS
    WITH there AS (
        SELECT handle, person FROM handles
        WHERE split_part(handle, ':', 1) IN $networks OR (handle LIKE 'name:%' AND split_part(handle, '@', -1) IN $networks)
    ),
    present AS (
        SELECT person FROM there
        UNION SELECT h.person FROM review r JOIN handles h ON h.handle = r.a WHERE r.b IN (SELECT handle FROM there)
        UNION SELECT h.person FROM review r JOIN handles h ON h.handle = r.b WHERE r.a IN (SELECT handle FROM there)
    )
    SELECT person FROM people WHERE regexp_matches(name, '^[^\\s\\d]+\\s+\\S') AND person NOT IN (FROM present)
"""
_RELATIVES = """
    WITH me AS (SELECT person FROM owners WHERE owner = $owner)
    SELECT DISTINCT if(x.person IN (FROM me), y.person, x.person)
    FROM dated_links l JOIN handles x ON x.handle = l.a JOIN handles y ON y.handle = l.b
    WHERE l.kind = 'family' AND (x.person IN (FROM me)) <> (y.person IN (FROM me)) AND l.day <= $day AND l.owner = $owner
"""
_MANAGERS = """
    WITH me AS (SELECT person FROM owners WHERE owner = $owner)
    SELECT DISTINCT y.person FROM dated_links l JOIN handles x ON x.handle = l.a JOIN handles y ON y.handle = l.b
    WHERE l.kind = 'reports-to' AND x.person IN (FROM me) AND y.person NOT IN (FROM me) AND l.day <= $day AND l.owner = $owner
"""
# What of each tie went by private channels, and what did not, before and since the first word in private.
_SPOKEN = """
    WITH days AS (
        SELECT person, day, channel IN $private AS private, sent, received, sent_direct, received_direct
        FROM all_days WHERE day <= $day AND sent + received > 0
    ),
    began AS (
        SELECT person, min(day) FILTER (private) AS private_day, min(day) FILTER (NOT private) AS business_day
        FROM days GROUP BY person
    )
    SELECT d.person, b.private_day, b.business_day,
        max(d.day) FILTER (d.private)::INTEGER AS private_last,
        coalesce(sum(d.sent_direct) FILTER (d.private), 0)::INTEGER AS mine,
        coalesce(sum(d.received_direct) FILTER (d.private), 0)::INTEGER AS theirs,
        coalesce(sum(d.sent_direct + d.received_direct) FILTER (d.private AND d.day > $day - $still), 0)::INTEGER AS private_lately,
        coalesce(sum(d.sent + d.received) FILTER (NOT d.private AND d.day > $day - $still), 0)::INTEGER AS business_lately,
        coalesce(sum(d.sent + d.received) FILTER (NOT d.private AND d.day < b.private_day), 0)::INTEGER AS business_before,
        t.strength
    FROM days d JOIN began b USING (person) JOIN ties t USING (person) JOIN people p USING (person)
    WHERE p.machine = '' GROUP BY ALL HAVING mine >= $either AND theirs >= $either AND mine + theirs >= $words
    ORDER BY t.strength DESC, d.person
"""
# Whose place of work showed by an address, as the first messages were exchanged, or who was of a house of the owner's then.
_AT_WORK = """
    WITH me AS (SELECT person FROM owners WHERE owner = $owner),
    mine AS (SELECT house, first_day, last_day FROM jobs WHERE person IN (FROM me)),
    asked AS (SELECT unnest($first::STRUCT(person VARCHAR, "day" INTEGER)[], recursive := true))
    SELECT DISTINCT a.person FROM asked a JOIN jobs j USING (person) LEFT JOIN mine m ON m.house = j.house
    WHERE j.first_day <= a.day + $shown AND (j.domain IS NOT NULL OR m.first_day <= a.day + $shown)
"""
# A card without a date shows a place of work long after it was left: what has a date tells when.
_LEFT = """
    WITH me AS (SELECT person FROM owners WHERE owner = $owner),
    dated AS (
        SELECT house, max(last_day) AS day FROM worked WHERE person IN (FROM me) AND dated GROUP BY house
    ),
    mine AS (
        SELECT j.house, j.first_day, coalesce(d.day, j.last_day) AS last_day FROM jobs j LEFT JOIN dated d USING (house)
        WHERE j.person IN (FROM me)
    )
    SELECT m.house, any_value(h.name) AS name, m.first_day, m.last_day AS left_day FROM mine m JOIN houses h USING (house)
    WHERE m.last_day < $day - $fell
        AND EXISTS (SELECT 1 FROM mine o WHERE o.house <> m.house AND o.first_day > m.first_day AND o.last_day > m.last_day)
    GROUP BY ALL
"""
_FELL_OUT = """
    WITH gone AS (SELECT unnest($left::STRUCT(house VARCHAR, name VARCHAR, first_day INTEGER, left_day INTEGER)[], recursive := true))
    SELECT t.person, arg_max(g.house, g.left_day) AS house, arg_max(g.name, g.left_day) AS name, max(g.left_day) AS left_day,
        any_value(t.messages) AS messages, any_value(t.first_day) AS first_day, any_value(t.last_day) AS last_day,
        any_value(t.silence) AS silence, any_value(t.strength) AS strength, coalesce(any_value(v.value), 0) AS value
    FROM ties t JOIN people p USING (person) JOIN jobs j USING (person) JOIN gone g USING (house) LEFT JOIN valued v USING (person)
    WHERE p.machine = '' AND t.messages >= $steady AND t.sent > 0 AND t.received > 0 AND t.silence > $fell
        AND j.first_day <= g.left_day AND t.first_day <= g.left_day
        AND t.last_day BETWEEN g.left_day - $fell AND g.left_day + $fell
    GROUP BY t.person ORDER BY value DESC, strength DESC, t.person
"""
# Whose address at the old employer may lead nowhere, and who is known on a network.
_MOVED = """
    SELECT DISTINCT h.person FROM handles h
    WHERE split_part(h.handle, ':', 1) = $network AND h.person IN (SELECT unnest($people::VARCHAR[]))
        AND EXISTS (SELECT 1 FROM jobs j JOIN jobs o USING (person)
            WHERE j.person = h.person AND o.house <> j.house AND o.first_day > j.first_day AND o.last_day > j.last_day)
"""
_BEHIND = """
    SELECT person, event FROM (
        SELECT i.person, i.moment, m.event FROM interactions i JOIN moments m USING (moment)
        WHERE i.owner = $owner AND i.day <= $day AND i.person IN (SELECT unnest($people::VARCHAR[]))
            AND i.direction IN ('in', 'out', 'met') AND (NOT $private_alone OR m.channel IN $private)
        QUALIFY row_number() OVER (PARTITION BY i.person ORDER BY i.moment DESC) <= $facts
    ) ORDER BY person, moment DESC
"""


@dataclass(frozen=True, slots=True)
class Overlooked:
    """Somebody overlooked. person: id; worth: what orders the group, in [0, 1]: strength, of those who fell out the value; text: why,
    in a sentence; evidence: ids of facts, the newest first; step, channel: what to do, and by which channel."""

    person: str
    group: Group
    worth: float
    text: str
    step: str
    channel: str
    evidence: tuple[str, ...] = ()


def has_network(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether the export of a business network was imported: without one nobody's absence means anything."""
    query = "SELECT count(*) FROM imported WHERE source IN $networks"
    return bool(connection.execute(query, {"networks": NETWORKS}).fetchall()[0][0])


def name_absent(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `absent`, before names are masked: who is on no business network, as far as names and handles tell."""
    connection.execute(_ABSENT, {"networks": NETWORKS})


def overlooked(
    connection: duckdb.DuckDBPyConnection,
    *,
    owner: str,
    as_of_day: int,
    relations: Mapping[str, Sequence[str]] | None = None,
) -> list[Overlooked]:
    """Return the overlooked, group by group, the best first in each.

    relations: what people are to the owner in her own words, by person id. Needs `ties`, `valued`, `all_days`, `jobs` and `houses`.
    Without the export of a business network there are neither friends nor family.
    """
    at = {"owner": owner, "day": as_of_day}
    said = relations or {}
    spoken = _spoken(connection, as_of_day)
    found = _absent(connection, spoken, at, said) if has_network(connection) else []
    named = {one.person for one in found}
    found += [one for one in _became_friends(connection, spoken, at, said) if one.person not in named]
    found += _fell_out(connection, at, said)
    return sorted(found, key=lambda one: GROUPS.index(one.group))


def _spoken(connection: duckdb.DuckDBPyConnection, day: int) -> list[dict[str, Any]]:
    asked = {"day": day, "private": PRIVATE, "either": _OF_EITHER, "words": _PRIVATE_WORDS, "still": _STILL_DAYS}
    return rows(connection, _SPOKEN, asked)


def _absent(
    connection: duckdb.DuckDBPyConnection,
    spoken: Sequence[Mapping[str, Any]],
    at: Mapping[str, Any],
    said: Mapping[str, Sequence[str]],
) -> list[Overlooked]:
    """Return friends and relatives who are close by private channels and on no business network."""
    name_absent(connection)
    absent = _ids(connection, "FROM absent", {})
    kin = _ids(connection, _RELATIVES, at) | {person for person, words in said.items() if "family" in words}
    kept = [row for row in spoken if row["person"] in absent and _is_close(row, at["day"])]
    behind = _behind(connection, [row["person"] for row in kept], at, private=True)
    channels = _private_channels(connection, [row["person"] for row in kept], at)
    found = []
    for row in kept:
        person, words = row["person"], row["mine"] + row["theirs"]
        channel = channels.get(person, ["call"])
        text = (
            f"{plural(words, 'message or call', 'messages and calls')} in private between the two of you "
            f"({', '.join(map(channel_name, channel))}), last {ago(at['day'] - row['private_last'])}; "
            "on no business network of yours."
        )
        group: Group = "family" if person in kin else "friends"
        step = "Ask what their work is these days" + (", and connect on LinkedIn." if group == "friends" else ".")
        found.append(Overlooked(person, group, row["strength"], text, step, channel[0], behind.get(person, ())))
    return found


def _is_close(row: Mapping[str, Any], day: int) -> bool:
    still = day - row["private_last"] <= _STILL_DAYS
    lasts = row["private_last"] - row["private_day"] >= _LONG_DAYS
    return bool(still and (row["strength"] >= STRONG or lasts))


def _became_friends(
    connection: duckdb.DuckDBPyConnection,
    spoken: Sequence[Mapping[str, Any]],
    at: Mapping[str, Any],
    said: Mapping[str, Sequence[str]],
) -> list[Overlooked]:
    """Return those with whom it began at work, and with whom more is said in private by now."""
    moved = [
        row
        for row in spoken
        if _is_close(row, at["day"])
        and row["business_before"] >= _BUSINESS_WORDS
        and row["private_day"] - row["business_day"] >= _BUSINESS_DAYS
        and row["private_lately"] > row["business_lately"]
        and "family" not in said.get(row["person"], ())
    ]
    asked = {
        "owner": at["owner"],
        "first": [{"person": row["person"], "day": row["business_day"]} for row in moved],
        "shown": _SHOWN_DAYS,
    }
    at_work = _ids(connection, _AT_WORK, asked) - _ids(connection, _RELATIVES, at)
    moved = [row for row in moved if row["person"] in at_work]
    behind = _behind(connection, [row["person"] for row in moved], at, private=True)
    channels = _private_channels(connection, [row["person"] for row in moved], at)
    found = []
    for row in moved:
        person, channel = row["person"], channels.get(row["person"], ["call"])[0]
        text = (
            f"It began at work on {date_of(row['business_day'])}; since {date_of(row['private_day'])} you talk by "
            f"{channel_name(channel)}: "
            f"{row['private_lately']:,} words within a year, and {row['business_lately']:,} in business."
        )
        step = "Propose a day to meet, with no business in it."
        found.append(Overlooked(person, "became-friends", row["strength"], text, step, channel, behind.get(person, ())))
    return found


def _fell_out(
    connection: duckdb.DuckDBPyConnection, at: Mapping[str, Any], said: Mapping[str, Sequence[str]]
) -> list[Overlooked]:
    """Return those of earlier employers with whom it broke off as the owner left."""
    left = rows(connection, _LEFT, {**at, "fell": _FELL_DAYS})
    found = rows(connection, _FELL_OUT, {"left": left, "steady": _STEADY, "fell": _FELL_DAYS}) if left else []
    ids = [row["person"] for row in found]
    managers = _ids(connection, _MANAGERS, at) | {person for person, words in said.items() if "manager" in words}
    behind = _behind(connection, ids, at, private=False)
    channels = usual_channels(connection, ids, as_of_day=at["day"])
    channels |= dict.fromkeys(_ids(connection, _MOVED, {"network": NETWORKS[0], "people": ids}), NETWORKS[0])
    told = []
    for row in found:
        person = row["person"]
        was = "Your manager" if person in managers else "A colleague"
        text = (
            f"{was} at {row['name']}: {plural(row['messages'], 'message', 'messages')} from {date_of(row['first_day'])} to "
            f"{date_of(row['last_day'])}, none since; you were last seen there on {date_of(row['left_day'])}."
        )
        channel = channels.get(person, "email")
        # A meeting or a Slack of the old employer is closed to whoever has left.
        channel = "email" if channel in ("meeting", "slack") else channel
        step = "Write what you have done since, and ask the same."
        told.append(Overlooked(person, "fell-out", row["value"], text, step, channel, behind.get(person, ())))
    return told


def _ids(connection: duckdb.DuckDBPyConnection, query: str, asked: Mapping[str, Any]) -> set[str]:
    return {person for (person,) in connection.execute(query, dict(asked)).fetchall()}


def _behind(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], at: Mapping[str, Any], *, private: bool
) -> dict[str, tuple[str, ...]]:
    """Return the newest facts of each, by private channels alone or by all."""
    asked = {**at, "people": list(people), "facts": _FACTS, "private_alone": private, "private": PRIVATE}
    found: dict[str, list[str]] = {}
    for person, event in connection.execute(_BEHIND, asked).fetchall():
        found.setdefault(person, []).append(event)
    return {person: tuple(events) for person, events in found.items()}


_CHANNELS = """
    SELECT person, channel FROM all_days
    WHERE day <= $day AND channel IN $private AND person IN (SELECT unnest($people::VARCHAR[]))
    GROUP BY ALL HAVING sum(sent_direct + received_direct) > 0
    ORDER BY person, sum(sent_direct + received_direct) DESC, channel
"""


def _private_channels(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], at: Mapping[str, Any]
) -> dict[str, list[str]]:
    """Return the private channels of each, those with most words first."""
    asked = {"day": at["day"], "people": list(people), "private": PRIVATE}
    found: dict[str, list[str]] = {}
    for person, channel in connection.execute(_CHANNELS, asked).fetchall():
        found.setdefault(person, []).append(channel)
    return found
