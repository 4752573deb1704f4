"""Loose connections: contacts of my contacts whom I was never in touch with, what each could bring, and how likely it is to come
about.

The order is worth times the part of all others who are not likelier. Who is likely to come about follows the score that was
proved on whom people came to know from two steps away (`network.likely`); of its chances only the order is proved, so only the
place is told. **worth** is what somebody new could bring: an organisation in which I know nobody myself, a title that decides,
how many people they are known to know. Its weights are set by hand.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Literal

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.facts.engine import rows
from weakties.network import likely
from weakties.network.likely import HALF_LIFE_DAYS, MOST_RECIPIENTS, NEVER_DAYS
from weakties.ties.reasons import Reason
from weakties.ties.words import ago, plural

# Of the worth: an organisation new to me, a title that decides, whom they know; fifty people are as much as that can give.
_NEW, _DECIDES, _KNOWS, _WELL_CONNECTED = 0.5, 0.25, 0.25, 50
# People that are told of at the most, and common contacts named for each.
MOST, _MIDDLES = 1_000, 3

Sort = Literal["both", "worth", "likely"]
Whole = NDArray[np.int64]
Floats = NDArray[np.float64]
# A graph as `network.likely` has it: starts, other, weight.
Ties = tuple[Whole, Whole, Floats]

# Who is within reach: over ties seen or said, over people named on one message or in another's words. That two worked in one house is
# too little. Whether somebody is likely to come into touch is told from ties seen or said alone, as it was proved.
_TIES = """
    SELECT x.node AS a, y.node AS b, k.fresh AS weight, k.how <> 'inferred' AS sure FROM knows k JOIN nodes x ON x.person = k.a
    JOIN nodes y ON y.person = k.b WHERE k.how <> 'inferred' OR k.events + k.spoken > 0
"""
_MINE = """
    WITH fresh AS (
        SELECT person, sum(pow(0.5, ($day - day) / $half) * (sent_share + received_share) / 1000.0) AS weight
        FROM tie_days WHERE owner = $owner AND day <= $day GROUP BY person
    )
    SELECT n.node, coalesce(f.weight, 0) AS weight FROM ties t JOIN nodes n USING (person) LEFT JOIN fresh f USING (person)
    WHERE t.messages > 0 ORDER BY n.node
"""
_WHO = """
    WITH beside AS (
        SELECT person, sum(1.0 / group_size) AS share FROM interactions
        WHERE owner = $owner AND day <= $day AND direction = 'beside' AND group_size BETWEEN 2 AND $most
            AND moment NOT IN (SELECT moment FROM interactions WHERE owner = $owner AND direction = 'heard')
        GROUP BY person
    ),
    seen AS (
        SELECT person, max(day) AS day FROM (SELECT a AS person, direct_day AS day FROM knows UNION ALL SELECT b, direct_day FROM
        knows) GROUP BY person
    ),
    own AS (SELECT DISTINCT j.house FROM jobs j JOIN ties t USING (person) WHERE t.sent > 0 AND t.received > 0),
    mine AS (SELECT DISTINCT j.house FROM jobs j JOIN owners o USING (person) WHERE o.owner = $owner),
    work AS (SELECT person, arg_max(house, last_day) AS house FROM jobs GROUP BY person)
    SELECT n.node, n.person, p.title, p.location, p.decides, coalesce(b.share, 0) AS beside, $day - s.day AS silent, h.house,
    h.name AS house_name,
        h.house IS NOT NULL AND h.house NOT IN (FROM own) AND h.house NOT IN (FROM mine) AND h.size >= 2 AS new_house
    FROM (SELECT unnest($nodes::INTEGER[]) AS node) JOIN nodes n USING (node) JOIN people p USING (person)
    LEFT JOIN beside b ON b.person = n.person LEFT JOIN seen s ON s.person = n.person LEFT JOIN work w ON w.person = n.person
    LEFT JOIN houses h ON h.house = w.house
    ORDER BY n.node
"""
_FILTER = """
    SELECT p.person FROM (SELECT unnest($among::VARCHAR[]) AS person) a JOIN people p USING (person)
    LEFT JOIN (SELECT person, string_agg(h.name || ' ' || h.house || ' ' || coalesce(h.domain, ''), ' ') AS houses
        FROM jobs JOIN houses h USING (house) WHERE person IN (SELECT unnest($among::VARCHAR[])) GROUP BY person) j USING (person)
    WHERE contains(lower(p.name || ' ' || p.handle), $query) AND contains(lower(p.title), $title)
        AND contains(lower(p.location), $place) AND contains(lower(coalesce(j.houses, '')), $organisation)
        AND ($topic = '' OR p.person IN (
            SELECT i.person FROM interactions i JOIN moments m USING (moment)
            -- Without a topic nothing needs to be read.
            WHERE $topic <> '' AND i.owner = $owner AND i.day <= $day AND i.person IN (SELECT unnest($among::VARCHAR[]))
                AND (list_contains(string_split(m.terms, ' '), $topic) OR contains(lower(m.subject), $topic))
        ))
"""
# The last message or meeting on which somebody was seen with a common contact.
_SEEN_AT = """
    WITH asked AS (SELECT unnest($pairs::STRUCT(person VARCHAR, middle VARCHAR)[], recursive := true)),
    last AS (
        SELECT q.person, max(x.moment) AS moment FROM asked q
        JOIN interactions x ON x.person = q.person JOIN interactions y ON y.person = q.middle AND y.moment = x.moment
        WHERE x.owner = $owner AND y.owner = $owner AND x.day <= $day
            AND x.person IN (SELECT person FROM asked) AND y.person IN (SELECT middle FROM asked)
        GROUP BY q.person
    ),
    -- Who was never seen with them was spoken of.
    spoken AS (
        SELECT q.person, max(m.moment) AS moment
        FROM asked q JOIN knows k ON k.a = least(q.person, q.middle) AND k.b = greatest(q.person, q.middle)
        JOIN moments m ON m.event = k.spoken_in AND m.owner = $owner
        WHERE k.spoken > 0 AND q.person NOT IN (SELECT person FROM last) GROUP BY q.person
    )
    SELECT l.person, m.channel, m.subject, m.event, m.day, l.heard
    FROM (SELECT *, false AS heard FROM last UNION ALL SELECT *, true FROM spoken) l JOIN moments m USING (moment)
"""


@dataclass(frozen=True, slots=True)
class Loose:
    """A contact of a contact. worth: in [0, 1]; rank: place by how likely it is to come about, and among how many; score: worth
    x share, the order; middles: person ids of the contacts we share, the best first, and how many there are; seen_at: channel,
    subject, event and day of the last fact that shows it, and whether they were only heard of there, or empty; reasons: of the
    worth, which they add up to."""

    person: str
    worth: float
    rank: tuple[int, int]
    middles: tuple[str, ...]
    shared: int
    title: str
    house: str
    place: str
    seen_at: Mapping[str, Any]
    reasons: tuple[Reason, ...]

    @property
    def share(self) -> float:
        """The part of all within reach who are not likelier than they, above 0 to 1."""
        place, among = self.rank
        return (among - place + 1) / among

    @property
    def score(self) -> float:
        """What orders the list."""
        return self.worth * self.share


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which loose connections are asked for; of each text a part is enough. topic: a word of what they were seen in."""

    query: str = ""
    organisation: str = ""
    title: str = ""
    place: str = ""
    topic: str = ""


def loose(
    connection: duckdb.DuckDBPyConnection,
    people: Sequence[str],
    wanted: Wanted,
    *,
    owner: str,
    as_of_day: int,
    sort: Sort = "both",
) -> list[Loose]:
    """Return everybody two steps away who is wanted, the best first. people: person ids by node.

    Needs `knows`, `nodes`, `jobs`, `houses`, `ties`.
    """
    asked = {"owner": owner, "day": as_of_day}
    near, known, own = _network(connection, len(people), asked)
    me = len(people)
    who, shared, _ = likely.two_steps(*near, me)
    if not len(who):
        return []
    about = rows(connection, _WHO, {**asked, "nodes": who.tolist(), "most": MOST_RECIPIENTS})
    odds = _odds(known, who, about, me)
    degree = np.diff(near[0])
    place = np.empty(len(odds), dtype=np.int64)
    place[np.lexsort((who, -odds))] = np.arange(1, len(odds) + 1)
    found = [
        _told(
            row,
            [people[n] for n in _middles(near, own, node)],
            shared=int(shared[i]),
            rank=(int(place[i]), len(odds)),
            knows=int(degree[node]),
        )
        for i, (node, row) in enumerate(zip(who.tolist(), about, strict=True))
    ]
    kept = fitting(connection, [one.person for one in found], wanted, owner=owner, as_of_day=as_of_day)
    first = {"both": "score", "worth": "worth", "likely": "share"}[sort]
    fits = [one for one in found if one.person in kept]
    best = sorted(fits, key=lambda one: (-getattr(one, first), -one.score, one.person))[:MOST]
    return _seen(connection, best, asked)


def fitting(
    connection: duckdb.DuckDBPyConnection, among: Sequence[str], wanted: Wanted, *, owner: str, as_of_day: int
) -> frozenset[str]:
    """Return who of some people is wanted. among: person ids. Needs `jobs`, `houses`."""
    asked = {**_filter(wanted, {"owner": owner, "day": as_of_day}), "among": list(among)}
    return frozenset(person for (person,) in connection.execute(_FILTER, asked).fetchall())


def _filter(wanted: Wanted, asked: Mapping[str, Any]) -> dict[str, Any]:
    texts = ("query", "organisation", "title", "place", "topic")
    return {**asked, **{name: " ".join(getattr(wanted, name).casefold().split()) for name in texts}}


def _network(connection: duckdb.DuckDBPyConnection, people: int, asked: Mapping[str, Any]) -> tuple[Ties, Ties, Floats]:
    """Return who is tied to whom at all, and as far as is seen or said, with me as the last node, weighed as ties fade; and my
    own ties by node, 0 without one."""
    found = connection.execute(_TIES).fetchnumpy()
    mine = connection.execute(_MINE, {**asked, "half": HALF_LIFE_DAYS}).fetchnumpy()
    a = np.concatenate([found["a"], mine["node"]]).astype(np.int64)
    b = np.concatenate([found["b"], np.full(len(mine["node"]), people)]).astype(np.int64)
    weight = np.concatenate([found["weight"], mine["weight"]]).astype(np.float64)
    sure = np.concatenate([found["sure"], np.ones(len(mine["node"]), dtype=np.bool_)]).astype(np.bool_)
    own = np.zeros(people + 1)
    own[mine["node"].astype(np.int64)] = mine["weight"].astype(np.float64) + 1e-9
    return likely.ties(a, b, weight, people + 1), likely.ties(a[sure], b[sure], weight[sure], people + 1), own


def _odds(known: Ties, who: Whole, about: Sequence[Mapping[str, Any]], me: int) -> Floats:
    """Return the score of everybody within reach; nearly nothing of who is so over ties that are only inferred."""
    starts, other, _ = known
    paths = np.zeros(me + 1)
    reached, _, decayed = likely.two_steps(*known, me)
    paths[reached] = decayed
    silent = [float(NEVER_DAYS if row["silent"] is None else min(max(row["silent"], 0), NEVER_DAYS)) for row in about]
    found = {
        "paths": paths[who],
        "walk": likely.walk(starts, other, me)[who],
        "degree": np.maximum(np.diff(starts)[who], 1).astype(np.float64),
        "silent": np.array(silent),
        "beside": np.array([row["beside"] for row in about], dtype=np.float64),
    }
    return likely.scores(likely.features(found), likely.shipped())


def _middles(near: Ties, own: Floats, node: int) -> list[int]:
    """Return the contacts that a person and I share: first those whose weaker tie of the two is the strongest."""
    starts, other, weight = near
    row = slice(int(starts[node]), int(starts[node + 1]))
    common = own[other[row]] > 0
    others = other[row][common]
    least = np.minimum(own[others], weight[row][common])
    return [int(n) for n in others[np.lexsort((others, -own[others], -least))][:_MIDDLES]]


def _told(row: Mapping[str, Any], middles: Sequence[str], *, shared: int, rank: tuple[int, int], knows: int) -> Loose:
    much = _KNOWS * min(1.0, math.log1p(knows - shared) / math.log1p(_WELL_CONNECTED))
    reasons = []
    if row["new_house"]:
        reasons.append(Reason("organisation", _NEW, f"You know nobody at {row['house_name']} yourself."))
    if row["decides"]:
        reasons.append(Reason("title", _DECIDES, f"Decides as {row['title']}."))
    reasons.append(Reason("knows", much, f"Known or likely to know {plural(knows, 'person', 'people')} you know of."))
    worth = sum(r.weight for r in reasons)
    silent = row["silent"]
    said = "Never seen in touch with anybody." if silent is None else f"Last seen in touch with anybody {ago(silent)}."
    reasons.append(Reason("likely", 0.0, f"{plural(shared, 'contact', 'contacts')} in common. {said}"))
    return Loose(
        person=row["person"],
        worth=worth,
        rank=rank,
        middles=tuple(middles),
        shared=shared,
        title=row["title"],
        house=row["house_name"] or "",
        place=row["location"],
        seen_at={},
        reasons=tuple(reasons),
    )


def _seen(connection: duckdb.DuckDBPyConnection, found: Sequence[Loose], asked: Mapping[str, Any]) -> list[Loose]:
    pairs = [{"person": one.person, "middle": one.middles[0]} for one in found if one.middles]
    seen = {row.pop("person"): row for row in rows(connection, _SEEN_AT, {**asked, "pairs": pairs})} if pairs else {}
    return [replace(one, seen_at=seen.get(one.person, {})) for one in found]
