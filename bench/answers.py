"""Who answers a word that breaks a silence: how its shipped weights come about, and how good they are.

`python -m bench.answers` measures: on each public set the words before the 60 % quantile of their days are learned from, those
after are asked. Each owner learns from her own words alone, as in the product, starting from weights of the other sets. Beside
it: the counts of letters, silence, and the share answered halved every three years of silence, which stands for what today's
order used before (that took answers to questions, of which the sets know nothing). The fourteen and thirty days and the three
signals were chosen in view of these sets. `python -m bench.answers --ship` learns on all sets and writes the file beside the formula.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import narwhals as nw
import numpy as np
from numpy.typing import NDArray

from bench import shipped
from bench.datasets import SETS, family, load
from weakties.facts.engine import connect
from weakties.proof import log
from weakties.proof.bootstrap import by_ego, spread
from weakties.proof.metrics import per_ego
from weakties.proof.product import NAME
from weakties.ties import answering, days, regression
from weakties.ties.regression import Outcomes, Weights

Floats = NDArray[np.float64]
Row = dict[str, Any]

FILE = Path(answering.__file__).parent / "answering.json"
# Rows that all sets together count as.
_ROWS = 4_000.0
_QUANTILE, _FEW = 0.6, 5
METHODS = (NAME, "received", "messages", "share_by_silence", "silence")
_CHANCES = (NAME, "share_by_silence")
# How today's order took account of silence before an answer was learned.
HALVED_DAYS = 3 * 365
_INTERACTIONS = """
    CREATE OR REPLACE TABLE interactions AS
    WITH sided AS (
        SELECT a AS owner, b AS person, forward AS mine, t, day, g, channel FROM log
        UNION ALL SELECT b, a, NOT forward, t, day, g, channel FROM log
    )
    SELECT owner, person, row_number() OVER (ORDER BY t, owner, person, mine, g, channel) AS moment, day, channel,
        if(mine, 'out', 'in') AS direction, g AS group_size, 0 AS duration
    FROM sided SEMI JOIN ego_numbers ON ego = owner
"""


@lru_cache(maxsize=len(SETS))
def reopened(name: str) -> duckdb.DuckDBPyConnection:
    """Return a connection with the words of a set that broke a silence."""
    connection = connect()
    load(connection, name)
    log.make(connection, only=True)
    connection.execute(_INTERACTIONS)
    connection.execute("CREATE TABLE machines (person INTEGER)")
    days.reopen(connection)
    return connection


def _words(name: str, upto: int | None = None) -> Outcomes:
    connection = reopened(name)
    (last,) = connection.execute("SELECT max(day) FROM log").fetchall()[0]
    return answering.outcomes(nw.from_native(connection.table("reopenings")), day=last if upto is None else upto)


def train(without: str = "") -> Weights:
    """Return weights learned on all sets but those of the family `without`, each set with the same weight."""
    known = [_words(name) for name in SETS if family(name) != without]
    return shipped.taught(known, [1 / len(k.came) for k in known], answering.RISES, rows=_ROWS)


@dataclass(frozen=True, slots=True)
class Asked:
    """Words after the cut-off. owners, came: (n,); of each method the score and, where it is one, the chance, (n,)."""

    owners: NDArray[np.int64]
    came: Floats
    scores: dict[str, Floats]
    before: float


def asked(name: str) -> Asked:
    """Return what each method says of the later words of a set, ours learned from the earlier ones of the same owner."""
    connection = reopened(name)
    (cut,) = connection.execute("SELECT quantile_disc(day, $q) FROM reopenings", {"q": _QUANTILE}).fetchall()[0]
    earlier, every = _words(name, cut), _words(name)
    later = connection.sql(
        f"SELECT * FROM reopenings WHERE day > {cut} AND day <= (SELECT max(day) FROM log) - {days.ANSWERED_DAYS} "
        "ORDER BY day DESC, owner, person"
    ).fetchnumpy()
    values, came, owners = (part[: len(later["day"])] for part in (every.values, every.came, every.owners))
    start, limits = train(without=family(name)), regression.limits_of(tuple(answering.RISES.values()))
    chance = np.zeros(len(came))
    for owner in np.unique(owners):
        mine = earlier.owners == owner
        own = [Outcomes(earlier.values[mine], earlier.came[mine], earlier.owners[mine])] if mine.any() else []
        chance[owners == owner] = _chance(regression.fitted(own, start, limits), values[owners == owner])
    willing = (later["taken"] + 1) / (later["tried"] + 2)
    scores = {
        NAME: chance,
        "received": later["received"].astype(float),
        "messages": (later["sent"] + later["received"]).astype(float),
        "share_by_silence": willing * 0.5 ** (later["silence"] / HALVED_DAYS),
        "silence": 1 / (1.0 + later["silence"]),
    }
    return Asked(later["owner"].astype(np.int64), came, scores, float(earlier.came.mean()))


def _chance(weights: Weights, values: Floats) -> Floats:
    table = np.array(list(weights.signals.values()))
    found: Floats = 1 / (1 + np.exp(-(weights.level + ((values - table[:, 0]) / table[:, 1]) @ table[:, 2])))
    return found


def report(sets: Sequence[str] = tuple(SETS)) -> list[Row]:
    """Print a table and return one row per set and method, as `bench.evaluate` does."""
    print(f"\nWho answers a word that breaks a silence?\n{'set':22}{'words':>7}" + "".join(f"{m:>17}" for m in METHODS))
    rows: list[Row] = []
    for name in sets:
        found = asked(name)
        per = {m: per_ego(found.owners, s, found.came, fewest=_FEW) for m, s in found.scores.items()}
        drawn = {m: by_ego([one]) for m, one in per.items()}
        for method, one in per.items():
            gap = {
                key: spread(per[NAME].means()[at] - one.means()[at], drawn[NAME][key] - drawn[method][key])
                for at, key in enumerate(("auc", "ndcg_at_10"))
            }
            rows.append(
                {
                    "dataset": name,
                    "task": "answers",
                    "horizon": days.ANSWERED_DAYS,
                    "method": method,
                    "words": len(found.came),
                    "base": float(found.came.mean()),
                    "egos": len(one.ego),
                    "auc": one.means()[0],
                    "ndcg_at_10": one.means()[1],
                    "ap": one.means()[2],
                    "brier": _brier(found.scores[method], found.came) if method in _CHANCES else None,
                    "brier_of_share": _brier(np.full(len(found.came), found.before), found.came),
                    "ece": None,
                    "ci": {} if method == NAME else {k: [d.value, d.low, d.high] for k, d in gap.items()},
                    "beats": {}
                    if method == NAME
                    else {k: {"above": d.value > 0, "sure": d.sure} for k, d in gap.items()},
                }
            )
        print(f"{name:22}{len(found.came):7,}" + "".join(f"{r['auc']:17.3f}" for r in rows[-len(per) :]), flush=True)
    return rows


def _brier(chance: Floats, came: Floats) -> float:
    return float(np.mean((chance - came) ** 2))


def main() -> None:
    """Measure, or learn on everything and write the file."""
    if sys.argv[1:] == ["--ship"]:
        FILE.write_text(train().as_json(), encoding="utf-8")
        print(f"{len(answering.RISES)} weights from {len(SETS)} sets: {FILE}")
        return
    report()


if __name__ == "__main__":
    main()
