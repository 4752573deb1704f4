"""`strength` against what people say of their ties: surveys of a dormitory, acquaintance, recall, who is whose boss.

`make evaluate TASK=declared`. Protocols and anchors are the published ones; egos need three candidates and both classes.
Where a set has only counts (EIES, recall), they stand on one single day. `weakties` is the product's own `strength`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np

from bench.datasets import DATA, load
from weakties.facts.engine import connect
from weakties.proof import bootstrap, features, log, metrics, models, protocol
from weakties.proof.features import NAMES, Flags, Floats, Table, Whole
from weakties.proof.metrics import PerEgo
from weakties.proof.product import NAME, looked_up, strengths
from weakties.proof.protocol import Past
from weakties.proof.single import four_numbers, rank
from weakties.ties.strength import SHIPPED

SETS = ("social-evolution", "manufacturing-email", "declared")
FEWEST = 3
TAUGHT, ASKED = ("2008-12-13", "2009-03-05"), ("2009-04-17", "2009-05-18")
# How hard the logistic over surveys is held back, as published.
_C = 0.3
_SILENT = 999.0
# set and label -> the best published: AUC or Spearman, NDCG@10.
ANCHORS = {
    "CloseFriend, communicating pairs": (0.811, 0.889),
    "CloseFriend, all pairs": (0.756, 0.647),
    "SocializeTwicePerWeek, communicating pairs": (0.749, 0.848),
    "boss or report": (0.855, 0.542),
    "same team": (0.784, 0.543),
    "acquaintance (EIES)": (0.444, 0.778),
    "ham radio": (0.487, math.nan),
    "fraternity": (0.457, math.nan),
    "office": (0.416, math.nan),
    "tech": (0.481, math.nan),
}

Row = dict[str, Any]


def strength(connection: duckdb.DuckDBPyConnection, pairs: Table, cut: int) -> Floats:
    """Return the product's strength of pairs at a moment, (n,)."""
    task = protocol.persistence(90)
    apart = protocol.known_at(connection, cut, task).past.days()
    return looked_up(strengths(apart, as_of_day=cut // log.DAY), pairs, "strength")


def terms(connection: duckdb.DuckDBPyConnection, pairs: Table, cut: int) -> Floats:
    """Return the terms of the product's strength of pairs at a moment, before their weights, (n, k)."""
    apart = protocol.known_at(connection, cut, protocol.persistence(90)).past.days()
    ties = strengths(apart, as_of_day=cut // log.DAY)
    parts = [looked_up(ties, pairs, f"strength_{name}") / w for name, (_, _, w) in SHIPPED.signals.items()]
    return np.column_stack(parts)


def held(dataset: str, label: str, per_method: Mapping[str, PerEgo], *, spearman: bool = False) -> list[Row]:
    """Return the rows of one label and print them."""
    drawn = {name: bootstrap.by_ego([one]) for name, one in per_method.items()}
    means = {name: one.means() for name, one in per_method.items()}
    first = "spearman" if spearman else "auc"
    anchor = ANCHORS[label]
    egos = len(next(iter(per_method.values())).ego)
    print(f"\n{dataset}: {label}; {egos} egos; published best {first} {anchor[0]:.3f}, NDCG@10 {anchor[1]:.3f}")
    rows = []
    for name, (main, ndcg, ap) in means.items():
        row: Row = {"dataset": dataset, "task": f"declared: {label}", "horizon": None, "method": name}
        row |= {"auc": None if spearman else main, "spearman": main if spearman else None, "ndcg_at_10": _known(ndcg)}
        row |= {
            "ap": None if spearman else ap,
            "brier": None,
            "ece": None,
            "ci": {},
            "beats": {},
            "anchor": list(map(_known, anchor)),
        }
        said = ""
        if name != NAME:
            for place, key in enumerate(("auc", "ndcg_at_10")):
                d = bootstrap.spread(means[NAME][place] - (main, ndcg)[place], drawn[NAME][key] - drawn[name][key])
                if math.isnan(d.value):
                    continue
                row["ci"][first if place == 0 else key] = [d.value, d.low, d.high]
                row["beats"][first if place == 0 else key] = {"above": d.value > 0, "sure": d.sure}
                said += f"   {d.value:+.3f} ({d.low:+.3f} to {d.high:+.3f})"
        print(f"  {name:18}{main:7.3f}{ndcg:7.3f}{said}")
        rows.append(row)
    return rows


def _known(x: float) -> float | None:
    return None if math.isnan(x) else x


# --- Social Evolution -------------------------------------------------------------------------------------------------


class Survey:
    """One survey of the dormitory. grid: every ego with every other subject, features as the protocol has them."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, day: str, relation: str) -> None:
        self.cut = int(datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp())
        file = f"read_csv('{DATA}/social-evolution/RelationshipsFromSurveys.csv.gz', all_varchar = true)"
        wanted = 'WHERE relationship = $what AND "survey.date" = $day AND "id.A" <> "id.B"'
        query = f'SELECT "id.A"::INT, "id.B"::INT FROM {file} {wanted}'
        named = set(connection.execute(query, {"what": relation, "day": day}).fetchall())
        everybody = (
            f"SELECT user_id::INT FROM read_csv('{DATA}/social-evolution/Subjects.csv', all_varchar = true) ORDER BY 1"
        )
        subjects = [s for (s,) in connection.execute(everybody).fetchall()]
        grid = [(a, b) for a in sorted({a for a, _ in named}) for b in subjects if a != b]
        self.ego, self.alter = (np.array(x, dtype=np.int64) for x in zip(*grid, strict=True))
        self.named: Flags = np.array([pair in named for pair in grid])
        numbers = dict(connection.execute("SELECT name::INT, person FROM people").fetchall())
        table = features.at(connection, self.cut)
        places = {pair: i for i, pair in enumerate(zip(table.ego.tolist(), table.alter.tolist(), strict=True))}
        at = np.array([places.get((numbers.get(a, -1), numbers.get(b, -1)), -1) for a, b in grid])
        self.spoke: Flags = at >= 0
        self.values = np.where(self.spoke[:, None], table.values[at], 0.0)
        for name in ("recency", "gap_ratio"):
            self.values[~self.spoke, NAMES.index(name)] = _SILENT
        self.rank = {h: np.where(self.spoke, rank(table, h)[at], 0.0) for h in (30, 120)}
        self.strength = np.where(self.spoke, strength(connection, table, self.cut)[at], 0.0)
        self.terms = np.where(self.spoke[:, None], terms(connection, table, self.cut)[at], 0.0)
        empty: dict[int, Floats] = {}
        grid_table = Table(self.ego, self.alter, self.values, empty, empty, empty)
        self.four = four_numbers(Past(self.cut, 90, grid_table, lambda: connection)).order

    def scores(self) -> dict[str, Floats]:
        """Return what each score without a model says of the grid, (n,)."""
        found = {NAME: self.strength, "four_numbers": self.four, "ir_30d": self.rank[30], "ir_120d": self.rank[120]}
        for name, column, sign in (
            ("frequency", "frequency", 1),
            ("active_days", "active_days", 1),
            ("recency", "recency", -1),
            ("mutual", "mutual", 1),
        ):
            found[name] = sign * self.values[:, NAMES.index(column)]
        return found


def dormitory() -> list[Row]:
    """Return the rows of the surveys of the dormitory."""
    connection = connect()
    load(connection, "social-evolution")
    log.make(connection)
    rows = []
    for relation, everywhere in (("CloseFriend", (False, True)), ("SocializeTwicePerWeek", (False,))):
        taught = [Survey(connection, day, relation) for day in TAUGHT]
        asked = [Survey(connection, day, relation) for day in ASKED]
        values = np.concatenate([features.seen_by_models(s.values) for s in taught])
        model = models.fit(values, np.concatenate([s.named for s in taught]), c=_C)
        scores = [{**s.scores(), "logistic_28": model.log_odds(features.seen_by_models(s.values))} for s in asked]
        for all_pairs in everywhere:
            kept = [np.ones(len(s.ego), dtype=bool) if all_pairs else s.spoke for s in asked]
            # Each ego counts once per survey.
            ego = np.concatenate([s.ego[k] + 1_000 * n for n, (s, k) in enumerate(zip(asked, kept, strict=True))])
            label = np.concatenate([s.named[k] for s, k in zip(asked, kept, strict=True)])
            per = {
                name: metrics.per_ego(
                    ego, np.concatenate([s[name][k] for s, k in zip(scores, kept, strict=True)]), label, fewest=FEWEST
                )
                for name in scores[0]
            }
            rows += held("social-evolution", f"{relation}, {'all' if all_pairs else 'communicating'} pairs", per)
    return rows


# --- Manufacturing ----------------------------------------------------------------------------------------------------


def company() -> tuple[duckdb.DuckDBPyConnection, int, Table, Flags, Flags]:
    """Return the company's log, its end, all pairs, and of each whether one is the other's boss, and whether both are of one team."""
    connection = connect()
    load(connection, "manufacturing-email")
    log.make(connection)
    end = connection.execute("SELECT max(t) FROM log").fetchall()[0][0]
    pairs = features.at(connection, end)
    names = dict(connection.execute("SELECT person, name FROM people").fetchall())
    file = f"read_csv('{DATA}/manufacturing-email/reportsto.csv', all_varchar = true)"
    above = dict(connection.execute(f"SELECT ID, ReportsToID FROM {file}").fetchall())
    told = [(names[a], names[b]) for a, b in zip(pairs.ego.tolist(), pairs.alter.tolist(), strict=True)]
    boss = np.array([above.get(a) == b or above.get(b) == a for a, b in told])
    team = boss | np.array([above.get(a, "?") == above.get(b, "!") for a, b in told])
    return connection, end, pairs, boss, team


def hierarchy() -> list[Row]:
    """Return the rows of who is whose boss in the manufacturing company."""
    connection, end, pairs, boss, team = company()
    scores = {NAME: strength(connection, pairs, end), "recency": -pairs.column("recency")}
    scores |= {name: pairs.column(name) for name in ("group_discounted", "frequency", "overlap")}
    rows = []
    for label, is_so in (("boss or report", boss), ("same team", team)):
        per = {name: metrics.per_ego(pairs.ego, s, is_so, fewest=FEWEST) for name, s in scores.items()}
        rows += held("manufacturing-email", label, per)
    return rows


# --- Counts and what people say ---------------------------------------------------------------------------------------


def ranks(values: Floats) -> Floats:
    """Return ranks from 1, equals sharing theirs."""
    _, inverse, counts = np.unique(values, return_inverse=True, return_counts=True)
    last = np.cumsum(counts)
    found: Floats = ((last - counts + 1 + last) / 2)[inverse]
    return found


def spearman(ego: Whole, score: Floats, told: Floats) -> tuple[Whole, Floats]:
    """Return each ego's rank correlation, those without variation in either left out."""
    egos, found = [], []
    for one in np.unique(ego):
        a, b = ranks(score[ego == one]), ranks(told[ego == one])
        if a.std() > 0 and b.std() > 0:
            egos.append(one)
            found.append(float(np.corrcoef(a, b)[0, 1]))
    return np.array(egos, dtype=np.int64), np.array(found)


def counted(connection: duckdb.DuckDBPyConnection, ego: Whole, alter: Whole, sent: Floats, got: Floats) -> Floats:
    """Return the product's strength of pairs of whom only counts are known, all on one day, one to one."""
    there = (sent + got) > 0
    columns = {
        "owner": ego[there],
        "person": alter[there],
        "sent": sent[there].astype(int),
        "received": got[there].astype(int),
    }
    source = ", ".join("unnest($" + name + ") AS " + name for name in columns)
    connection.execute(
        f"""CREATE OR REPLACE TABLE tie_days AS SELECT owner, person, 0 AS day, 'email' AS channel, sent::INTEGER AS sent,
            received::INTEGER AS received, sent::INTEGER AS sent_direct, received::INTEGER AS received_direct,
            1000 * sent::BIGINT AS sent_share, 1000 * received::BIGINT AS received_share, 0::BIGINT AS seconds
        FROM (SELECT {source})""",
        {name: values.tolist() for name, values in columns.items()},
    )
    connection.execute(
        "CREATE OR REPLACE TABLE beside_days (owner BIGINT, person BIGINT, day INTEGER, messages INTEGER)"
    )
    ties = strengths(connection, as_of_day=0).select("owner, person, strength").fetchall()
    known = {(a, b): s for a, b, s in ties}
    return np.array([known.get(pair, 0.0) for pair in zip(ego.tolist(), alter.tolist(), strict=True)])


def acquaintance() -> list[Row]:
    """Return the rows of 32 researchers: messages against acquaintance."""
    connection = connect()
    file = f"read_csv('{DATA}/declared/Freeman_EIES_dyads.csv')"
    found = connection.execute(
        f"SELECT ego, alter, AcquaintanceT2 AS told, Messages AS n FROM {file} ORDER BY ego, alter"
    ).fetchall()
    names = sorted({r[0] for r in found})
    ego, alter = (np.array([names.index(r[i]) for r in found]) for i in (0, 1))
    told, sent = (np.array([float(r[i]) for r in found]) for i in (2, 3))
    counts = np.zeros((len(names), len(names)))
    counts[ego, alter] = sent
    got, total = counts[alter, ego], counts.sum(axis=0) + counts.sum(axis=1)
    scores = {
        NAME: counted(connection, ego, alter, sent, got),
        "normalised": (sent + got) / np.sqrt(total[ego] * total[alter]),
        "messages": sent,
        "received": got,
    }
    per = {}
    for name, score in scores.items():
        egos, found_rank = spearman(ego, score, told)
        graded = metrics.per_ego(ego, score, 2**told - 1, both=False)
        ndcg = np.full(len(egos), np.nan)
        ndcg[np.isin(egos, graded.ego)] = graded.ndcg[np.isin(graded.ego, egos)]
        per[name] = PerEgo(egos, found_rank, ndcg, ndcg)
    return held("declared", "acquaintance (EIES)", per, spearman=True)


# label -> file, observed, recalled, and whether a high number means much.
_RECALLED = {
    "ham radio": ("Bernard_HamRadio_dyads", "Calls", "Recalls", 1),
    "fraternity": ("BK_fraternity_dyads", "bkfrab", "bkfrac", 1),
    "office": ("BK_office_dyads", "bkoffb", "bkoffc", -1),
    "tech": ("BK_tech_dyads", "bktecb", "bktecc", -1),
}


def recall() -> list[Row]:
    """Return the rows of what was observed against what people recalled."""
    rows = []
    for label, (name, observed, recalled, sign) in _RECALLED.items():
        connection = connect()
        query = (
            f"SELECT ego, alter, {observed}, {recalled} FROM read_csv('{DATA}/declared/{name}.csv') ORDER BY ego, alter"
        )
        found = connection.execute(query).fetchall()
        names = sorted({r[0] for r in found} | {r[1] for r in found})
        ego, alter = (np.array([names.index(r[i]) for r in found]) for i in (0, 1))
        seen, said = (np.array([float(r[i]) for r in found]) for i in (2, 3))
        per = {}
        for method, score in ((NAME, counted(connection, ego, alter, seen, seen)), ("observed", seen)):
            egos, value = spearman(ego, score, sign * said)
            nothing = np.full(len(egos), np.nan)
            per[method] = PerEgo(egos, value, nothing, nothing)
        rows += held("declared", label, per, spearman=True)
    return rows


_OF: dict[str, Sequence[Callable[[], list[Row]]]] = {
    "social-evolution": (dormitory,),
    "manufacturing-email": (hierarchy,),
    "declared": (acquaintance, recall),
}


def report(sets: Sequence[str] = SETS) -> list[Row]:
    """Measure and print the declared ties of some sets; those that have none are passed over."""
    return [row for name in sets for measure in _OF.get(name, ()) for row in measure()]


if __name__ == "__main__":
    report()
