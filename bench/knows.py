"""Who knows whom: how the two formulas come about, and how good they are. `python -m bench.knows [--ship]`.

In a public set all mailboxes are known, so what one of them shows of two others can be held against what really was between
them. Each set is cut at the 50, 65 and 80 % quantiles of its messages; up to sixty people with at least fifty messages are
owners in turn; asked are all pairs that stand with the owner on a message to two to ten. Contact is a message of one to the
other among at most twenty. **confidence** asks for it of the two until 90 days after the cut, **contact** for one within the 90
days after it. Of Enron only pairs with a custodian are asked, whose mailbox is there. Measured are formulas learned on the sets
of the other houses; `--ship` learns on all and writes the file beside the code.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray

from bench import shipped
from bench.datasets import SETS_OF_LETTERS, UNTIL, family, load, load_letters
from weakties.network import knows
from weakties.proof.calibration import reliability
from weakties.proof.letters import MOST_RECIPIENTS
from weakties.proof.metrics import per_ego
from weakties.ties.regression import Outcomes, Weights

Floats = NDArray[np.float64]

FILE = Path(knows.__file__).parent / "knows.json"
_QUANTILES, _WINDOW, _OWNERS, _FEWEST, _ROWS = (0.5, 0.65, 0.8), 90, 60, 50, 4_000.0

_DATED = """
    CREATE OR REPLACE TABLE letters AS
    WITH once AS (SELECT DISTINCT letter, src, dst, t // 86400 AS day FROM letters WHERE src <> dst)
    SELECT *, count(*) OVER (PARTITION BY letter) AS g FROM once
"""
_OWN = """
    SELECT p FROM (SELECT src AS p, day FROM letters UNION ALL SELECT dst, day FROM letters)
    WHERE day <= $day AND p IN (FROM watched) GROUP BY p HAVING count(*) >= $fewest ORDER BY p
"""
# What `ties.days` derives of a mailbox, for many owners at once.
_ACQUAINTED = """
    CREATE OR REPLACE TABLE acquainted AS
    WITH named AS (
        SELECT DISTINCT letter, day, g, src AS p, true AS wrote FROM letters WHERE day <= $day AND g BETWEEN 2 AND 10
        UNION ALL SELECT letter, day, g, dst, false FROM letters WHERE day <= $day AND g BETWEEN 2 AND 10
    ),
    present AS (
        SELECT m.p AS owner, n.letter, n.day, n.g, n.p AS person, n.wrote
        FROM named m JOIN named n USING (letter) WHERE m.p IN (SELECT unnest($owners)) AND n.p <> m.p
    )
    SELECT x.owner, x.person AS a, y.person AS b, x.day, count(*)::INTEGER AS events,
        count(*) FILTER (x.wrote)::INTEGER AS forth, count(*) FILTER (y.wrote)::INTEGER AS back, 0 AS met,
        sum(1000 // x.g)::BIGINT AS share
    FROM present x JOIN present y ON y.owner = x.owner AND y.letter = x.letter AND x.person < y.person
    GROUP BY x.owner, x.person, y.person, x.day
"""
_TOLD = """
    CREATE OR REPLACE TABLE direct AS
    SELECT least(src, dst) AS a, greatest(src, dst) AS b, bool_or(day <= $day) AS before, bool_or(day > $day) AS after
    FROM letters WHERE day <= $day + $window AND g <= $most GROUP BY ALL
"""
_ASKED = """
    SELECT t.forth + t.back > 0 AS wrote, coalesce(d.before OR d.after, false) AS confidence, coalesce(d.after, false) AS contact,
        t.events, t.last_day, {signals}
    FROM together t LEFT JOIN direct d USING (a, b)
    WHERE t.a IN (FROM watched) OR t.b IN (FROM watched) ORDER BY t.a, t.b
"""


@dataclass(frozen=True, slots=True)
class Asked:
    """Pairs of all owners at one cut-off. values: (n, 7); wrote: whether they wrote to each other in sight; truths: by formula."""

    owners: NDArray[np.int64]
    values: Floats
    wrote: NDArray[np.bool_]
    events: Floats
    last: Floats
    truths: dict[str, Floats]


@lru_cache(maxsize=len(SETS_OF_LETTERS))
def asked(name: str) -> tuple[Asked, ...]:
    """Return what a set teaches, cut-off by cut-off."""
    return tuple(_asked(name))


def _asked(name: str) -> Iterator[Asked]:
    for day, connection in _cuts(name):
        own = [p for (p,) in connection.execute(_OWN, {"day": day, "fewest": _FEWEST}).fetchall()]
        drawn = np.random.default_rng(0).choice(len(own), min(_OWNERS, len(own)), replace=False)
        owners = [own[i] for i in sorted(drawn)]
        connection.execute(_ACQUAINTED, {"day": day, "owners": owners})
        connection.execute(_TOLD, {"day": day, "window": _WINDOW, "most": MOST_RECIPIENTS})
        yield _of_owners(connection, owners, day)


def _cuts(name: str) -> Iterator[tuple[int, duckdb.DuckDBPyConnection]]:
    """Yield the days at which a set is cut, each with its letters."""
    connection = duckdb.connect()
    load(connection, name)
    load_letters(connection, name)
    connection.execute(_DATED)
    everybody = "SELECT DISTINCT src AS p FROM letters UNION SELECT dst FROM letters"
    watched = "SELECT ego AS p FROM egos" if name == "enron" else everybody
    connection.execute(f"CREATE TABLE watched AS {watched}")
    connection.execute("CREATE TABLE barred (person VARCHAR)")
    last = UNTIL.get(name, 2**40) // 86_400
    for quantile in _QUANTILES:
        query = "SELECT least(floor(quantile_cont(day, $q)), least(max(day), $last) - $window)::INTEGER FROM letters"
        asked_for = {"q": quantile, "last": last, "window": _WINDOW}
        (day,) = connection.execute(query, asked_for).fetchall()[0]
        yield day, connection


def _of_owners(connection: duckdb.DuckDBPyConnection, owners: list[str], day: int) -> Asked:
    signals = ", ".join(f"{sql.replace('$day', str(day))} AS x_{n}" for n, sql in knows.SIGNALS.items())
    parts = []
    for number, owner in enumerate(owners):
        knows.put_together(connection, owner=owner, as_of_day=day)
        found = connection.execute(_ASKED.format(signals=signals)).fetchnumpy()
        parts.append({"owner": np.full(len(found["wrote"]), number), **found})
    whole = {key: np.concatenate([p[key] for p in parts]) for key in parts[0]}
    values = np.column_stack([whole[f"x_{n}"] for n in knows.RISES]).astype(np.float64)
    truths = {n: whole[n].astype(np.float64) for n in knows.NAMES}
    return Asked(
        whole["owner"], values, whole["wrote"].astype(bool), whole["events"].astype(float), whole["last_day"], truths
    )


def train(truth: str, without: str = "") -> Weights:
    """Return a formula learned on all sets but those of the family `without`, each house with the same weight."""
    used = [name for name in SETS_OF_LETTERS if family(name) != without]
    known = [(_open(k, truth), name) for name in used for k in asked(name)]
    houses = {name: sum(family(n) == family(name) for n in used) for name in used}
    shares = [1 / len(k.came) / houses[name] for k, name in known]
    return shipped.taught([k for k, _ in known], shares, knows.RISES, rows=_ROWS)


def _open(k: Asked, truth: str) -> Outcomes:
    """Return the pairs that a formula is asked about: whoever wrote to another in sight is known to know them."""
    rows = ~k.wrote if truth == "confidence" else np.ones(len(k.wrote), dtype=bool)
    return Outcomes(k.values[rows], k.truths[truth][rows], k.owners[rows])


def chance(weights: Weights, values: Floats) -> Floats:
    """Return what a formula says of signals, (n,)."""
    table = np.array(list(weights.signals.values()))
    found: Floats = 1 / (1 + np.exp(-(weights.level + ((values - table[:, 0]) / table[:, 1]) @ table[:, 2])))
    return found


def measured(name: str, truth: str) -> dict[str, Any]:
    """Return how good a formula of the other houses is on a set: means over the cut-offs."""
    weights = train(truth, without=family(name))
    rows = []
    for k in asked(name):
        rest = ~k.wrote if truth == "confidence" else np.ones(len(k.wrote), dtype=bool)
        of = _open(k, truth)
        came, said = of.came, chance(weights, of.values)
        orders = {"auc": said, "events": k.events[rest], "recency": k.last[rest]}
        found = {key: per_ego(of.owners, order, came).means()[0] for key, order in orders.items()}
        base = came.mean()
        brier = float(np.mean((said - came) ** 2))
        rows.append(
            {
                **found,
                "pairs": len(came),
                "base": base,
                "said": said.mean(),
                "brier": brier,
                "skill": 1 - brier / (base * (1 - base)),
                "ece": reliability(said, came > 0, np.arange(len(came))).ece,
            }
        )
    return {"dataset": name, "formula": truth, **{k: float(np.mean([r[k] for r in rows])) for k in rows[0]}}


def colleagues(name: str) -> tuple[float, float, float]:
    """Return of a house how many people it has, with how many others each is in contact until 90 days after a cut, and within these:
    means over the cut-offs."""
    found = []
    for day, connection in _cuts(name):
        connection.execute(_TOLD, {"day": day, "window": _WINDOW, "most": MOST_RECIPIENTS})
        query = "SELECT count(DISTINCT p) FROM (SELECT unnest([src, dst]) AS p FROM letters WHERE day <= $day)"
        (people,) = connection.execute(query, {"day": day}).fetchall()[0]
        ever, after = connection.execute("SELECT count(*), count(*) FILTER (after) FROM direct").fetchall()[0]
        found.append((people, 2 * ever / people, 2 * after / people))
    return tuple(float(np.mean(column)) for column in zip(*found, strict=True))  # type: ignore[return-value]


def main() -> None:
    """Measure, or learn on everything and write the file."""
    if sys.argv[1:] == ["--ship"]:
        said = {truth: json.loads(train(truth).as_json()) for truth in knows.NAMES}
        FILE.write_text(json.dumps(said, indent=1) + "\n", encoding="utf-8")
        print(f"{len(knows.NAMES)} formulas from {len(SETS_OF_LETTERS)} sets: {FILE}")
        return
    print(
        f"{'formula':12}{'set':22}{'pairs':>8}{'base':>7}{'said':>7}{'auc':>7}{'events':>8}{'recency':>9}{'skill':>8}{'ece':>7}"
    )
    for truth in knows.NAMES:
        for name in SETS_OF_LETTERS:
            r = measured(name, truth)
            print(
                f"{truth:12}{name:22}{r['pairs']:8,.0f}{r['base']:7.3f}{r['said']:7.3f}{r['auc']:7.3f}{r['events']:8.3f}"
                f"{r['recency']:9.3f}{r['skill']:8.3f}{r['ece']:7.3f}",
                flush=True,
            )
    for name in SETS_OF_LETTERS:
        # Those of one house each.
        if name not in ("enron", "lists"):
            people, ever, after = colleagues(name)
            print(
                f"colleagues  {name:22}{people:8,.0f} people, each with {ever:.0f} others until then or soon, {after:.0f} soon"
            )


if __name__ == "__main__":
    main()
