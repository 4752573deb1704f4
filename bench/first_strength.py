"""How the first `strength` stands against declared ties: `python -m bench.first_strength`.

The product's own code scores tie days made from the public sets. Labels: Social Evolution's CloseFriend surveys of April and
May 2009 (pairs that communicated before), and who is whose boss in the manufacturing company. Printed: per-ego AUC of
strength, and of message counts and recency for comparison; the published anchors stand in the last column.
"""

from __future__ import annotations

from datetime import UTC, datetime

import duckdb
import narwhals as nw

from bench.datasets import DATA, load
from bench.first_formula import auc
from weakties.ties.features import features
from weakties.ties.strength import scores

_DAYS = """
    CREATE OR REPLACE TABLE tie_days AS
    WITH sided AS (
        SELECT src AS owner, dst AS person, t, g, 1 AS sent FROM events
        UNION ALL SELECT dst, src, t, g, 0 FROM events
    )
    SELECT owner, person, (t // 86400)::INTEGER AS day, 'email' AS channel, sum(sent)::INTEGER AS sent,
        sum(1 - sent)::INTEGER AS received, sum(sent) FILTER (WHERE g = 1)::INTEGER AS sent_direct,
        sum(1 - sent) FILTER (WHERE g = 1)::INTEGER AS received_direct,
        coalesce(sum(1000 // g) FILTER (WHERE sent = 1), 0)::BIGINT AS sent_share,
        coalesce(sum(1000 // g) FILTER (WHERE sent = 0), 0)::BIGINT AS received_share,
        0::BIGINT AS seconds
    FROM sided GROUP BY ALL
"""
SURVEYS = ("2009-04-17", "2009-05-18")


def scored(c: duckdb.DuckDBPyConnection, day: int) -> list[tuple[str, str, float, int, int]]:
    """Return (ego, alter, strength, messages, silence) of every tie on a day."""
    c.execute(_DAYS)
    c.execute(
        "UPDATE tie_days SET sent_direct = coalesce(sent_direct, 0), received_direct = coalesce(received_direct, 0)"
    )
    ties = scores(features(nw.from_native(c.table("tie_days")), as_of_day=day)).to_native()
    rows: list[tuple[str, str, float, int, int]] = ties.select("owner, person, strength, messages, silence").fetchall()
    return rows


def report(name: str, rows: list[tuple[str, float, int, int, int]], anchor: str) -> None:
    """Print one line of areas under the curve."""
    areas = (
        auc([(r[0], r[1], r[4]) for r in rows]),
        auc([(r[0], float(r[2]), r[4]) for r in rows]),
        auc([(r[0], -float(r[3]), r[4]) for r in rows]),
    )
    print(f"{name:34}{len(rows):7}" + "".join(f"{a:11.3f}" for a in areas) + f"   {anchor}")


def main() -> None:
    """Print the table."""
    print(f"{'label':34}{'pairs':>7}{'strength':>11}{'messages':>11}{'recency':>11}   published anchor")
    c = duckdb.connect()
    load(c, "social-evolution")
    surveys = f"read_csv('{DATA}/social-evolution/RelationshipsFromSurveys.csv.gz', all_varchar = true)"
    for label in ("CloseFriend", "SocializeTwicePerWeek"):
        rows = []
        for survey in SURVEYS:
            query = f'SELECT "id.A", "id.B" FROM {surveys} WHERE relationship = $what AND "survey.date" = $day'
            named = set(c.execute(query, {"what": label, "day": survey}).fetchall())
            egos = {a for a, _ in named}
            before = int(datetime.fromisoformat(survey).replace(tzinfo=UTC).timestamp()) // 86_400 - 1
            rows += [
                (f"{ego} {survey}", s, n, quiet, int((ego, alter) in named))
                for ego, alter, s, n, quiet in scored(c, before)
                if ego in egos
            ]
        report(f"Social Evolution {label}", rows, ".811" if label == "CloseFriend" else ".749")
    c = duckdb.connect()
    load(c, "manufacturing-email")
    boss = f"read_csv('{DATA}/manufacturing-email/reportsto.csv', all_varchar = true)"
    reports = dict(c.execute(f"SELECT ID, ReportsToID FROM {boss}").fetchall())
    last = c.execute("SELECT max(t) // 86400 FROM events").fetchall()[0][0]
    ties = scored(c, last)
    is_boss = [(e, s, n, q, int(reports.get(e) == a or reports.get(a) == e)) for e, a, s, n, q in ties]
    report("manufacturing: boss or report", is_boss, ".855")
    team = [
        (e, s, n, q, int(reports.get(e) == a or reports.get(a) == e or reports.get(e, "?") == reports.get(a, "!")))
        for e, a, s, n, q in ties
    ]
    report("manufacturing: same team", team, ".784")


if __name__ == "__main__":
    main()
