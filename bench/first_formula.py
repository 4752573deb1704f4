"""How the shipped weights of `alive` came about, and how well they do: `python -m bench.first_formula [HORIZON_DAYS]`.

The slopes are the published four-number fit; only the intercept is fitted here, for the horizon that weakties speaks of,
every set with the same weight. Printed per set: pairs, base rate, mean predicted, Brier score and its skill over
always saying the base rate, per-ego AUC of the formula, of recency and of frequency.
"""

from __future__ import annotations

import math
import sys
from collections import defaultdict

import duckdb

from bench.datasets import SETS, load

SLOPES = (0.956, -0.575, 0.164, 0.068)
CUTS = (0.5, 0.65, 0.8)

_PAIRS = """
    WITH sided AS (
        SELECT src AS ego, dst AS alter, t, 1 AS sent FROM events UNION ALL SELECT dst, src, t, 0 FROM events
    ),
    ours AS (SELECT * FROM sided SEMI JOIN egos USING (ego)),
    past AS (
        SELECT ego, alter, count(*) AS n, sum(sent) AS sent, count(DISTINCT t // 86400) AS days,
            ($cut - max(t)) / 86400.0 AS silence
        FROM ours WHERE t <= $cut GROUP BY ALL
    ),
    future AS (SELECT DISTINCT ego, alter FROM ours WHERE t > $cut AND t <= $cut + $window)
    SELECT p.ego, p.days, p.silence, p.n, p.sent, (f.ego IS NOT NULL)::INTEGER
    FROM past p LEFT JOIN future f ON f.ego = p.ego AND f.alter = p.alter
"""


def pairs(
    c: duckdb.DuckDBPyConnection, quantile: float, days: int
) -> list[tuple[str, float, float, float, float, int]]:
    """Return (ego, active days, silence, messages, sent, label) at the quantile of the event times."""
    low, cut, high = c.execute("SELECT min(t), quantile_disc(t, ?), max(t) FROM events", [quantile]).fetchall()[0]
    cut = min(cut, high - days * 86_400)
    if cut <= low:
        return []
    return c.execute(_PAIRS, {"cut": cut, "window": days * 86_400}).fetchall()


def linear(row: tuple[str, float, float, float, float, int]) -> float:
    """Return the four-number formula without its intercept."""
    return math.fsum(w * math.log1p(x) for w, x in zip(SLOPES, row[1:5], strict=True))


def auc(rows: list[tuple[str, float, int]]) -> float:
    """Return the mean over egos (at least 5 candidates, both classes) of the area under the ROC curve."""
    by_ego = defaultdict(list)
    for ego, score, label in rows:
        by_ego[ego].append((score, label))
    found = []
    for scored in by_ego.values():
        positives = [s for s, y in scored if y]
        negatives = [s for s, y in scored if not y]
        if len(scored) >= 5 and positives and negatives:
            wins = sum((p > n) + 0.5 * (p == n) for p in positives for n in negatives)
            found.append(wins / (len(positives) * len(negatives)))
    return math.fsum(found) / len(found) if found else math.nan


def main() -> None:
    """Fit the intercept on all sets and print the table."""
    days = int(sys.argv[1]) if len(sys.argv) > 1 else 90
    rows = {}
    for name in SETS:
        c = duckdb.connect()
        load(c, name)
        rows[name] = [r for q in CUTS for r in pairs(c, q, days)]
    intercept = 0.0
    for _ in range(50):
        slope = curve = 0.0
        for found in rows.values():
            for row in found:
                p = 1 / (1 + math.exp(-intercept - linear(row)))
                slope += (row[5] - p) / len(found)
                curve += p * (1 - p) / len(found)
        intercept += slope / curve
    print(f"horizon {days} days, intercept {intercept:.3f}")
    print(
        f"{'set':22}{'pairs':>8}{'base':>7}{'said':>7}{'Brier':>8}{'skill':>8}{'AUC':>7}{'recency':>9}{'frequency':>11}"
    )
    for name, found in rows.items():
        said = [1 / (1 + math.exp(-intercept - linear(r))) for r in found]
        base = math.fsum(r[5] for r in found) / len(found)
        brier = math.fsum((p - r[5]) ** 2 for p, r in zip(said, found, strict=True)) / len(found)
        skill = 1 - brier / (base * (1 - base))
        areas = (
            auc([(r[0], linear(r), r[5]) for r in found]),
            auc([(r[0], -r[2], r[5]) for r in found]),
            auc([(r[0], r[3], r[5]) for r in found]),
        )
        mean = math.fsum(said) / len(said)
        print(
            f"{name:22}{len(found):8}{base:7.3f}{mean:7.3f}{brier:8.3f}{skill:8.3f}"
            + "".join(f"{a:9.3f}" for a in areas)
        )


if __name__ == "__main__":
    main()
