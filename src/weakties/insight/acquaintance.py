"""How it is known that two people know each other: the tie between them in sentences, with the facts behind it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import duckdb

from weakties.facts.engine import rows
from weakties.ties.days import SMALL_GROUP
from weakties.ties.reasons import Reason
from weakties.ties.words import ago, plural, times

Pair = tuple[str, str]

# Facts that are shown of one tie.
_FACTS = 3

# Found by each side first: among so many ties that takes half the time of finding both sides at once.
_TIES = """
    WITH asked AS (SELECT unnest($pairs::STRUCT(a VARCHAR, b VARCHAR)[], recursive := true))
    SELECT k.*, p.name AS introducer, h.name AS house_name, x.name AS name_a, y.name AS name_b,
        $day - greatest(k.forth_day, k.back_day) AS word, $day - k.together_day AS beside
    FROM (FROM knows WHERE a IN (SELECT a FROM asked) AND b IN (SELECT b FROM asked)) k SEMI JOIN asked USING (a, b)
    JOIN people x ON x.person = k.a JOIN people y ON y.person = k.b
    LEFT JOIN people p ON p.person = k.introduced_by LEFT JOIN houses h ON h.house = k.house
"""
_MESSAGES = """
    WITH asked AS (SELECT unnest($pairs::STRUCT(a VARCHAR, b VARCHAR)[], recursive := true)),
    both_ AS (
        SELECT q.a, q.b, x.moment,
            CASE
                WHEN x.direction = 'met' AND y.direction = 'met' THEN 'met'
                WHEN w.person IN (q.a, q.b) THEN 'wrote' ELSE 'together'
            END AS what
        FROM asked q
        JOIN interactions x ON x.person = q.a JOIN interactions y ON y.person = q.b AND y.moment = x.moment
        LEFT JOIN authors w ON w.moment = x.moment
        WHERE x.owner = $owner AND y.owner = $owner AND x.group_size BETWEEN 2 AND $small AND x.day <= $day
            AND x.person IN (SELECT a FROM asked) AND y.person IN (SELECT b FROM asked)
        QUALIFY row_number() OVER (PARTITION BY q.a, q.b, what ORDER BY x.moment DESC) <= $facts
    )
    SELECT a, b, what, m.event FROM both_ JOIN moments m USING (moment) ORDER BY a, b, m.moment DESC
"""


@dataclass(frozen=True, slots=True)
class Acquaintance:
    """A tie between two others. how: `seen`, `said` or `inferred`; confidence, contact: as `network.knows` has them; last_day:
    on which it was seen, None where never; reasons: what shows it, with the facts."""

    how: str
    confidence: float
    contact: float
    last_day: int | None
    reasons: tuple[Reason, ...]

    @property
    def text(self) -> str:
        """How it is known, in one sentence."""
        return " ".join(reason.text for reason in self.reasons)


def between(
    connection: duckdb.DuckDBPyConnection, pairs: Iterable[Pair], *, owner: str, as_of_day: int, facts: bool = True
) -> dict[Pair, Acquaintance]:
    """Return how it is known that people know each other, by pair in either order as asked; pairs of strangers are left out.

    facts: whether to look up the messages behind it. Needs `knows` and `houses`.
    """
    given = list(dict.fromkeys(pairs))
    sorted_ = [{"a": min(pair), "b": max(pair)} for pair in given]
    asked = {"pairs": sorted_, "day": as_of_day}
    found = {(row["a"], row["b"]): row for row in rows(connection, _TIES, asked)} if given else {}
    events: dict[tuple[Pair, str], list[str]] = {}
    if facts and found:
        more = {**asked, "owner": owner, "small": SMALL_GROUP, "facts": _FACTS}
        for row in rows(connection, _MESSAGES, more):
            events.setdefault(((row["a"], row["b"]), row["what"]), []).append(row["event"])
    told = {}
    for pair in given:
        key = (min(pair), max(pair))
        if key in found:
            told[pair] = _told(found[key], {what: events.get((key, what), []) for what in _SEEN})
    return told


def _told(row: Mapping[str, Any], events: Mapping[str, Iterable[str]]) -> Acquaintance:
    reasons = [r.backed_by(tuple(events[r.what])) if r.what in _SEEN else r for r in _reasons(row)]
    return Acquaintance(row["how"], row["confidence"], row["contact"], row["last_day"], tuple(reasons))


_SEEN = ("wrote", "met", "together")


def _reasons(row: Mapping[str, Any]) -> Iterable[Reason]:
    wrote, sure = row["forth"] + row["back"], row["confidence"]
    if wrote:
        yield Reason("wrote", sure, f"{_who_wrote(row)} {times(wrote)} in your sight, last {ago(row['word'])}.")
    if row["met"]:
        yield Reason("met", sure, f"They met {times(row['met'])} in your sight.")
    if row["introduced_by"]:
        by = f" by {row['introducer']}" if row["introducer"] else ""
        yield Reason("introduced", sure, f"They were introduced to each other{by}.")
    if row["ledger"]:
        yield Reason("ledger", sure, f"{plural(row['ledger'], 'message', 'messages')} between them in a shared ledger.")
    if row["said"]:
        kinds = " and ".join(kind.replace("-", " ") for kind in row["said"])
        yield Reason("said", sure, f"An address book, a profile or a list says so ({kinds}).")
    beside = row["events"] - wrote - row["met"]
    if beside > 0 and not wrote:
        text = f"Both were named on {plural(beside, 'message', 'messages')} to few, last {ago(row['beside'])}."
        yield Reason("together", sure, text)
    if row["spoken"]:
        said = f"One spoke of the other by name {times(row['spoken'])}."
        yield Reason("spoken", sure, said).backed_by((row["spoken_in"],))
    if row["house"]:
        yield Reason("house", sure, f"Both are or were of {row['house_name'] or row['house']} at one time.")


def _who_wrote(row: Mapping[str, Any]) -> str:
    if row["forth"] and row["back"]:
        return "They wrote to each other"
    first, second = ("name_a", "name_b") if row["forth"] else ("name_b", "name_a")
    return f"{row[first]} wrote to {row[second]}"
