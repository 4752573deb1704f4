"""Introductions: through whom one reaches somebody, and what each of them would really do.

Ways lead over one introducer or a few. Each introducer is weighed by what was seen of the people who did put others in touch
(`network.opening`: how lately and how much they are in touch with either side, how many they know, how often they introduced, whether
all three were on one message); then by how sure it is that they know the next, by whether they vouch for either, and by how
often they were asked lately. The worth of a way is the product of its introducers, and two thirds less for each after the first
(Dodds, Muhamad & Watts 2003). The best few ways ask different people first.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.facts.engine import rows
from weakties.insight import acquaintance
from weakties.insight.acquaintance import Acquaintance
from weakties.insight.vouches import ME
from weakties.network import opening, paths
from weakties.network.graph import Graph
from weakties.network.opening import HALF_LIFE_DAYS, NEVER_DAYS
from weakties.ties.reasons import Reason
from weakties.ties.words import ago, plural, times

# What is set by hand beside the learned weights: a word of endorsement for either side, and each thing asked of somebody within so
# many days; and where a middling introducer of one mailbox stands, which shows less than the whole logs that taught (the medians of
# three public mailboxes and the demo world are -6.5 to -1.6).
_VOUCHED, _ASKED, _ASKED_DAYS = 0.5, -0.25, 90
_MIDDLING = -3.0
# Ways that are looked at for each target, and targets of one question.
_LOOKED_AT, _TARGETS = 40, 200
# A way of less worth is none.
_LEAST_WORTH = 5e-3
# A tie without any chance to be known adds this.
_LEAST = 1e-3

# Of everybody at once, made once for a connection: whoever asks for ways to one asks for ways to another.
_OWN = """
    CREATE TEMP TABLE own_ties AS
    WITH decayed AS (
        SELECT person, sum(pow(0.5, ($day - day) / $half) * (sent_share + received_share) / 1000.0) AS strength
        FROM tie_days WHERE owner = $owner AND day <= $day GROUP BY person
    ),
    heard AS (
        SELECT person, max(day) AS day FROM interactions
        WHERE owner = $owner AND day <= $day AND direction IN ('in', 'heard', 'met') GROUP BY person
    ),
    asked AS (
        SELECT person, count(*) AS n FROM requests WHERE owner = $owner AND day BETWEEN $day - $asked_days AND $day GROUP BY person
    ),
    made AS (SELECT "by" AS person, count(*) AS n, count(took_day) AS took FROM introduced GROUP BY 1),
    put AS (
        SELECT "by" AS person, sum(pairs)::BIGINT AS pairs FROM put_together WHERE owner = $owner AND day <= $day GROUP BY 1
    )
    SELECT person, t.silence, t.messages, t.strength AS closeness, t.kind, t.answer, d.strength, $day - h.day AS silent,
        a.n AS asked, m.n AS made, m.took, b.pairs AS put_together
    FROM (FROM heard SELECT person UNION FROM ties SELECT person UNION FROM made SELECT person UNION FROM put SELECT person)
    LEFT JOIN ties t USING (person) LEFT JOIN decayed d USING (person) LEFT JOIN heard h USING (person)
    LEFT JOIN asked a USING (person) LEFT JOIN made m USING (person) LEFT JOIN put b USING (person)
"""
_OWN_OF = """
    SELECT u.person, silence, coalesce(messages, 0) AS messages, coalesce(closeness, 0) AS closeness, kind, answer,
        coalesce(strength, 0) AS strength, silent, coalesce(asked, 0) AS asked, coalesce(made, 0) AS made,
        coalesce(took, 0) AS took, coalesce(put_together, 0) AS put_together
    FROM (SELECT unnest($people::VARCHAR[]) AS person) u LEFT JOIN own_ties USING (person)
"""
# Found by one side first: among so many ties that takes a quarter of the time of finding both sides at once.
_OTHERS = """
    WITH asked AS (SELECT unnest($pairs::STRUCT(a VARCHAR, b VARCHAR)[], recursive := true))
    SELECT k.a, k.b, k.how, k.confidence, k.strength, $day - k.direct_day AS direct, $day - k.forth_day AS forth,
        $day - k.back_day AS back, k.events - k.forth - k.back - k.met AS beside
    FROM (FROM knows WHERE a IN (SELECT a FROM asked)) k SEMI JOIN asked USING (a, b)
"""


@dataclass(frozen=True, slots=True)
class Hop:
    """One introducer on a way: whom one asks, to be introduced to the next. sure: whether they are seen or said to know them;
    score: log-odds against a middling introducer; reasons: what makes it up; known: how it is known that they know the next;
    own: my own tie to them, for the first."""

    person: str
    towards: str
    score: float
    sure: bool
    reasons: tuple[Reason, ...]
    known: Acquaintance | None
    own: Mapping[str, Any] | None


@dataclass(frozen=True, slots=True)
class Way:
    """A way to somebody. target: person id; hops: the introducers in their order, none where I know them myself; worth: in (0, 1),
    orders ways and is no chance; own: my own tie to the target where I have one."""

    target: str
    hops: tuple[Hop, ...]
    worth: float
    own: Mapping[str, Any] | None = None

    @property
    def sure(self) -> bool:
        """Whether each introducer is seen or said to know the next."""
        return all(hop.sure for hop in self.hops)

    @property
    def first(self) -> str:
        """Whom one asks."""
        return self.hops[0].person if self.hops else self.target


@dataclass(frozen=True, slots=True)
class Network:
    """What ways are looked for in. people: person ids by node; node_of: the reverse; graph: with me as the last node; degree: (n,) of
    each without me, by ties seen, said or mine; vouched: (who, for whom), ME for me."""

    people: Sequence[str]
    node_of: Mapping[str, int]
    graph: Graph
    degree: NDArray[np.int64]
    vouched: frozenset[tuple[str, str]] = frozenset()


def ways(
    connection: duckdb.DuckDBPyConnection,
    network: Network,
    targets: Sequence[str],
    *,
    owner: str,
    as_of_day: int,
    introducers: int = 2,
    limit: int = 5,
) -> list[Way]:
    """Return ways to any of some people, the best first, each asking somebody else first; those I know come first.

    targets: person ids. introducers: at the most on one way. Needs `knows`, `houses`, `ties`, `introduced` and `put_together`.
    """
    found: list[tuple[int, ...]] = []
    for target in targets[:_TARGETS]:
        if target in network.node_of:
            found += _candidates(network.graph, network.node_of[target], introducers)
    chains = [tuple(network.people[node] for node in chain) for chain in found]
    weighed = _Weighed(connection, network, chains, targets, owner=owner, as_of_day=as_of_day)
    mine = weighed.mine
    direct = [Way(t, (), mine[t]["answer"] or 0.0, mine[t]) for t in targets if t in mine and mine[t]["messages"]]
    direct.sort(key=lambda way: (-way.worth, way.target))
    over = _diverse([weighed.way(chain) for chain in chains], {w.target for w in direct})
    # Where both are many, each has a half.
    known = direct[: max(limit - len(over), -(-limit // 2))]
    return weighed.told([*known, *over[: limit - len(known)]])


def _candidates(graph: Graph, target: int, introducers: int) -> list[tuple[int, ...]]:
    """Return chains from the first introducer to the target that are worth a closer look."""
    me = graph.nodes - 1
    found = [path.nodes[1:] for path in paths.introducers(graph, me, target, _LOOKED_AT)]
    if introducers > 1:
        further = paths.best_paths(graph, me, target, introducers + 1, _LOOKED_AT)
        mine = set(graph.neighbours(me)[0].tolist())
        # Whom I know myself I need not be introduced to on the way.
        found += [p.nodes[1:] for p in further if len(p.nodes) > 3 and mine.isdisjoint(p.nodes[2:-1])]
    return found


def _diverse(found: Sequence[Way], known: set[str]) -> list[Way]:
    """Return the ways, best first, no two of which ask the same person first; whom I know myself needs none.

    Those over ties that were seen or said come before those that are only inferred: no introducer of the public logs who was not
    in touch with both was among those that the score was proved on.
    """
    asked: set[str] = set()
    chosen = []
    for way in sorted(found, key=lambda w: (not w.sure, -w.worth, len(w.hops), w.first, w.target)):
        if way.first not in asked and way.target not in known and way.worth >= _LEAST_WORTH:
            asked.add(way.first)
            chosen.append(way)
    return chosen


def own_ties(
    connection: duckdb.DuckDBPyConnection, people: Sequence[str], *, owner: str, as_of_day: int
) -> dict[str, dict[str, Any]]:
    """Return my own tie to each of some people: messages, silence, kind, strength decayed, what was asked, introductions made, how
    many strangers they put together. owner, as_of_day: of the connection, which knows no other."""
    wanted = {"people": list(people)}
    try:
        found = rows(connection, _OWN_OF, wanted)
    except duckdb.CatalogException as missing:
        if "own_ties" not in str(missing):
            raise
        asked = {"owner": owner, "day": as_of_day, "half": HALF_LIFE_DAYS, "asked_days": _ASKED_DAYS}
        connection.execute(_OWN, asked)
        found = rows(connection, _OWN_OF, wanted)
    return {row["person"]: row for row in found}


class _Weighed:
    """The introducers of some chains, each weighed once. chains: person ids, from whom one asks to the target; targets: everybody
    who is to be reached; mine: my own tie to each of them all."""

    def __init__(
        self,
        connection: duckdb.DuckDBPyConnection,
        network: Network,
        chains: Sequence[tuple[str, ...]],
        targets: Sequence[str],
        *,
        owner: str,
        as_of_day: int,
    ) -> None:
        self._connection, self._network, self._owner, self._day = connection, network, owner, as_of_day
        steps = list(dict.fromkeys(step for chain in chains for step in _steps(chain)))
        people = sorted({p for step in steps for p in step if p}.union(targets))
        self.mine = own_ties(connection, people, owner=owner, as_of_day=as_of_day)
        self._others = self._between([(x, z) for x, z, _ in steps if x] + [(z, y) for _, z, y in steps])
        self._hops = dict(zip(steps, self._weigh(steps), strict=True)) if steps else {}

    def way(self, chain: tuple[str, ...]) -> Way:
        """Return a chain as a way."""
        hops = tuple(self._hops[step] for step in _steps(chain))
        worth = math.prod(1 / (1 + math.exp(_MIDDLING - hop.score)) for hop in hops)
        return Way(chain[-1], hops, worth * paths.PER_HOP ** (len(hops) - 1))

    def told(self, chosen: Sequence[Way]) -> list[Way]:
        """Return ways with how it is known that each introducer knows the next, with the facts."""
        pairs = [(hop.person, hop.towards) for way in chosen for hop in way.hops]
        known = acquaintance.between(self._connection, pairs, owner=self._owner, as_of_day=self._day)
        return [
            replace(way, hops=tuple(replace(hop, known=known.get((hop.person, hop.towards))) for hop in way.hops))
            for way in chosen
        ]

    def _between(self, pairs: Iterable[tuple[str, str]]) -> dict[tuple[str, str], dict[str, Any]]:
        asked = [{"a": a, "b": b} for a, b in dict.fromkeys((min(p), max(p)) for p in pairs)]
        found = rows(self._connection, _OTHERS, {"pairs": asked, "day": self._day}) if asked else []
        return {(row["a"], row["b"]): row for row in found}

    def _weigh(self, steps: Sequence[tuple[str, str, str]]) -> list[Hop]:
        weights = opening.shipped()
        features = opening.features(self._known(steps))
        parts = opening.contributions(features, weights)
        return [self._hop(step, part) for step, part in zip(steps, parts, strict=True)]

    def _known(self, steps: Sequence[tuple[str, str, str]]) -> dict[str, NDArray[np.float64]]:
        """Return what is known of each introducer z between x (empty for me) and y, as `opening` wants it."""
        node_of, degree = self._network.node_of, self._network.degree
        known: dict[str, list[float]] = {name: [] for name in opening.KNOWN}
        for x, z, y in steps:
            mine, onward = self.mine[z], self._tie(z, y)
            before = self._tie(x, z) if x else None
            known["last_x"].append(_days(before["direct"] if before else mine["silence"]))
            known["strength_x"].append(before["strength"] if before else mine["strength"])
            known["last_y"].append(_days(onward["direct"]))
            known["strength_y"].append(onward["strength"])
            known["degree"].append(float(degree[node_of[z]]))
            known["silent"].append(_days(mine["silent"]))
            # Where nobody could see that they had known both before, what they said shows it.
            known["introduced"].append(float(max(mine["put_together"], mine["made"])))
            # What went to both of two others is seen only where I am the third.
            known["joint"].append(_days((onward["forth"] if z < y else onward["back"]) if not x else None))
            known["beside"].append(float(onward["beside"]) if not x else 0.0)
        return {name: np.array(values, dtype=np.float64) for name, values in known.items()}

    def _tie(self, a: str, b: str) -> Mapping[str, Any]:
        return self._others[min(a, b), max(a, b)]

    def _hop(self, step: tuple[str, str, str], parts: NDArray[np.float64]) -> Hop:
        x, z, y = step
        mine, onward = self.mine[z], self._tie(z, y)
        sure = onward["confidence"]
        reasons = [
            Reason("introducer", float(parts.sum()), _habit(mine)),
            Reason("certainty", math.log(max(sure, _LEAST)), f"That they know each other is {sure:.0%} sure."),
        ]
        reasons += [
            Reason("vouched", _VOUCHED, "They vouch for " + ("you." if whom == ME else "them."))
            for whom in (x or ME, y)
            if (z, whom) in self._network.vouched
        ]
        if not x and mine["asked"]:
            said = f"Asked {times(mine['asked'])} within {_ASKED_DAYS} days."
            reasons.append(Reason("asked", _ASKED * mine["asked"], said))
        if not x:
            reasons.insert(0, Reason("tie", 0.0, own_text(mine)))
        score = sum(r.weight for r in reasons)
        return Hop(z, y, score, onward["how"] != "inferred", tuple(reasons), None, None if x else mine)


def _steps(chain: tuple[str, ...]) -> list[tuple[str, str, str]]:
    """Return for each introducer who asks them (empty for me), they, and to whom they lead."""
    return [("" if i == 0 else chain[i - 1], chain[i], chain[i + 1]) for i in range(len(chain) - 1)]


def _days(number: float | None) -> float:
    return float(NEVER_DAYS if number is None else min(max(number, 0), NEVER_DAYS))


def own_text(mine: Mapping[str, Any]) -> str:
    """Return how I stand with somebody, in one sentence."""
    if not mine["messages"]:
        return "You never wrote to each other."
    return (
        f"{plural(mine['messages'], 'message', 'messages')} between you, last {ago(mine['silence'])}; {mine['kind']}."
    )


def _habit(mine: Mapping[str, Any]) -> str:
    if not mine["made"]:
        return "How lately and how much they are in touch with both sides; no introduction of theirs was seen."
    took = f", {mine['took']} of which took" if mine["took"] else ""
    made = plural(mine["made"], "introduction", "introductions")
    return f"How lately and how much they are in touch with both sides; made {made}{took}."
