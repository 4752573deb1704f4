"""The 28 features of a pair at a cut-off, from its history alone, and the decayed counts that other scores are made of.

Sums that decay or are shared are added as whole billionths of a thousandth of a message, so that their order does not
matter and the same log gives the same bytes. Ages are in days (86,400 s), from the event to the cut-off.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from weakties.proof.log import DAY

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
Flags = NDArray[np.bool_]

NAMES = (
    "frequency", "sent", "received", "recency", "tie_age", "active_days", "active_weeks", "mean_group",
    "group_discounted", "direct", "burstiness", "mean_gap", "gap_ratio", "reciprocity", "since_ego_wrote",
    "mutual", "overlap", "alter_degree", "ego_degree", "recent_30", "recent_90", "alter_last_seen",
    "shared_7", "shared_30", "shared_120", "decayed_7", "decayed_30", "decayed_120",
)  # fmt: skip
# Those that only the traffic of others tells; the rest can be counted in one person's mailbox.
OF_OTHERS = ("mutual", "overlap", "alter_degree", "alter_last_seen")
# Shares and signed numbers: models take them as they are, everything else as ln(1 + x).
_AS_THEY_ARE = ("burstiness", "reciprocity", "overlap")
HALF_LIVES = (3, 7, 14, 30, 60, 120, 240, 480)
# Never wrote counts as ten years ago.
_NEVER_DAYS = 3_650
# A tie of one event has no gap: a month stands for it in the gap ratio, and no gap counts as shorter than half a day there.
_ONE_EVENT_GAP, _SHORTEST_GAP = 30.0, 0.5
_UNIT = 1e12

_WEIGHTS = ", ".join(f"pow(0.5, ($cut - t) / {DAY * h}.0) AS w{h}" for h in HALF_LIVES)
_DECAYED = ",\n        ".join(
    f"sum(round({_UNIT} * w{h})::BIGINT) FILTER (WHERE forward) AS forth_{h}, "
    f"sum(round({_UNIT} * w{h})::BIGINT) FILTER (WHERE NOT forward) AS back_{h}, "
    f"sum(round({_UNIT} * w{h} / g)::BIGINT) AS shared_{h}"
    for h in HALF_LIVES
)
_DYADS = f"""
    CREATE OR REPLACE TEMP TABLE dyads AS
    SELECT a, b, count(*) AS n, count(*) FILTER (WHERE forward) AS forth, min(t) AS first, max(t) AS last,
        max(t) FILTER (WHERE forward) AS last_forth, max(t) FILTER (WHERE NOT forward) AS last_back,
        count(*) FILTER (WHERE new_day) AS days, count(*) FILTER (WHERE new_week) AS weeks,
        sum(g) AS g, sum(round({_UNIT} / g)::BIGINT) AS shared, count(*) FILTER (WHERE g <= 2) AS direct,
        sum(gap::HUGEINT * gap) AS gap_squares,
        count(*) FILTER (WHERE t > $cut - {30 * DAY}) AS recent_30, count(*) FILTER (WHERE t > $cut - {90 * DAY}) AS recent_90,
        {_DECAYED}
    FROM (SELECT *, {_WEIGHTS} FROM log WHERE t <= $cut) GROUP BY a, b
"""  # noqa: S608  constants of ours
_NODES = """
    CREATE OR REPLACE TEMP TABLE nodes AS
    SELECT person, count(*) AS degree, max(last) AS seen
    FROM (SELECT a AS person, last FROM dyads UNION ALL SELECT b, last FROM dyads) GROUP BY person
"""
# From whichever of the two knows fewer people: the other's are looked up.
_MUTUAL = """
    CREATE OR REPLACE TEMP TABLE mutuals AS
    WITH near AS (SELECT a AS x, b AS y FROM dyads UNION ALL SELECT b, a FROM dyads),
    asked AS (
        SELECT d.a, d.b, if(p.degree <= q.degree, d.a, d.b) AS few, if(p.degree <= q.degree, d.b, d.a) AS many
        FROM dyads d JOIN nodes p ON p.person = d.a JOIN nodes q ON q.person = d.b
        WHERE d.a IN (FROM ego_numbers) OR d.b IN (FROM ego_numbers)
    )
    SELECT k.a, k.b, count(*) AS mutual FROM asked k JOIN near x ON x.x = k.few JOIN near y ON y.x = k.many AND y.y = x.y
    GROUP BY k.a, k.b
"""
_BOTH = "n, first, last, days, weeks, g, shared, direct, gap_squares, recent_30, recent_90"
_FROM_A = ", ".join(f"forth_{h} AS sent_{h}, back_{h} AS got_{h}, shared_{h}" for h in HALF_LIVES)
_FROM_B = ", ".join(f"back_{h}, forth_{h}, shared_{h}" for h in HALF_LIVES)
_SIDED = f"""
    WITH sided AS (
        SELECT a, b, a AS ego, b AS alter, forth AS sent, last_forth AS wrote, {_BOTH}, {_FROM_A} FROM dyads
        UNION ALL
        SELECT a, b, b, a, n - forth, last_back, {_BOTH}, {_FROM_B} FROM dyads
    )
    SELECT s.* EXCLUDE (a, b), coalesce(m.mutual, 0) AS mutual, p.degree AS ego_degree, q.degree AS alter_degree, q.seen
    FROM sided s SEMI JOIN ego_numbers USING (ego) LEFT JOIN mutuals m ON m.a = s.a AND m.b = s.b
    JOIN nodes p ON p.person = s.ego JOIN nodes q ON q.person = s.alter
    ORDER BY s.ego, s.alter
"""  # noqa: S608  constants of ours


@dataclass(frozen=True, slots=True)
class Table:
    """What the history says of every pair of an ego and somebody it was ever in touch with, in the order of (ego, alter).

    ego, alter: (n,) numbers of people. values: (n, 28) in the order of NAMES, not transformed. sent, received, shared: by
    half-life in days, (n,) decayed counts of events from the ego, of events to it, and of both, each 1/g.
    """

    ego: Whole
    alter: Whole
    values: Floats
    sent: dict[int, Floats]
    received: dict[int, Floats]
    shared: dict[int, Floats]

    def column(self, name: str) -> Floats:
        """Return one feature, (n,)."""
        return self.values[:, NAMES.index(name)]

    def where(self, kept: Flags) -> Table:
        """Return the same for some of the pairs."""
        decayed = [{h: v[kept] for h, v in of.items()} for of in (self.sent, self.received, self.shared)]
        return Table(self.ego[kept], self.alter[kept], self.values[kept], *decayed)


def at(connection: duckdb.DuckDBPyConnection, cut: int) -> Table:
    """Return the features of every pair with any event up to and including the cut-off, in seconds."""
    connection.execute(_DYADS, {"cut": cut})
    connection.execute(_NODES)
    connection.execute(_MUTUAL)
    found = connection.execute(_SIDED).fetchnumpy()
    raw = {name: _filled(values) for name, values in found.items()}
    count = len(raw["ego"])
    decayed = [{h: raw[f"{of}_{h}"] / _UNIT for h in HALF_LIVES} for of in ("sent", "got", "shared")]
    columns = _columns(raw, cut)
    values = np.column_stack([columns[name] for name in NAMES]) if count else np.zeros((0, len(NAMES)))
    return Table(raw["ego"].astype(np.int64), raw["alter"].astype(np.int64), values, *decayed)


def seen_by_models(values: Floats) -> Floats:
    """Return the features as the models take them: ln(1 + max(x, 0)), but for shares and signed numbers. (n, 28)."""
    seen: Floats = np.log1p(np.maximum(values, 0.0))
    for name in _AS_THEY_ARE:
        place = NAMES.index(name)
        seen[:, place] = values[:, place]
    return seen


def _filled(values: NDArray[Any] | np.ma.MaskedArray[Any, Any]) -> Floats:
    filled = np.ma.filled(values.astype(np.float64), np.nan) if np.ma.isMaskedArray(values) else values
    return np.asarray(filled, dtype=np.float64)


def _columns(raw: dict[str, Floats], cut: int) -> dict[str, Floats]:
    n, sent = raw["n"], raw["sent"]
    received = n - sent
    recency, age = (cut - raw["last"]) / DAY, (cut - raw["first"]) / DAY
    mean_gap = np.where(n > 1, (age - recency) / np.maximum(n - 1, 1), age)
    usual = np.where(n > 1, mean_gap, _ONE_EVENT_GAP)
    known = raw["mutual"]
    rest = np.maximum(raw["ego_degree"] + raw["alter_degree"] - 2 - known, 1)
    wrote = np.nan_to_num((cut - raw["wrote"]) / DAY, nan=_NEVER_DAYS)
    found = {
        "frequency": n, "sent": sent, "received": received, "recency": recency, "tie_age": age,
        "active_days": raw["days"], "active_weeks": raw["weeks"], "mean_group": raw["g"] / np.maximum(n, 1),
        "group_discounted": raw["shared"] / _UNIT, "direct": raw["direct"], "burstiness": _burstiness(raw),
        "mean_gap": mean_gap, "gap_ratio": recency / np.maximum(usual, _SHORTEST_GAP),
        "reciprocity": np.minimum(sent, received) / np.maximum(np.maximum(sent, received), 1),
        "since_ego_wrote": np.minimum(wrote, _NEVER_DAYS), "mutual": known, "overlap": known / rest,
        "alter_degree": raw["alter_degree"], "ego_degree": raw["ego_degree"],
        "recent_30": raw["recent_30"], "recent_90": raw["recent_90"], "alter_last_seen": (cut - raw["seen"]) / DAY,
    }  # fmt: skip
    for h in (7, 30, 120):
        found[f"shared_{h}"] = raw[f"shared_{h}"] / _UNIT
        found[f"decayed_{h}"] = (np.nan_to_num(raw[f"sent_{h}"]) + np.nan_to_num(raw[f"got_{h}"])) / _UNIT
    return found


def _burstiness(raw: dict[str, Floats]) -> Floats:
    """(sigma - mu) / (sigma + mu) of the gaps between events (Goh & Barabasi 2008), 0 of fewer than two gaps."""
    gaps = np.maximum(raw["n"] - 1, 1)
    mean = (raw["last"] - raw["first"]) / gaps
    spread = np.sqrt(np.maximum(np.nan_to_num(raw["gap_squares"]) / gaps - mean**2, 0.0))
    both = spread + mean
    return np.where((raw["n"] > 2) & (both > 0), (spread - mean) / np.where(both > 0, both, 1.0), 0.0)
