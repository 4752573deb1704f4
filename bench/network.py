"""The shape of real mailboxes in aggregate figures, and what came of the ties that were seen in them: `python -m bench.network`.

Four public mailboxes are imported as anybody's. First: how many people, ties between others by how they are known, circles and
how lasting they are (the part of all people in a circle whose circle has the same id 7 and 30 days earlier), introductions,
people two steps away, and how far apart people are. Then, at three days of each: of the pairs known until then, how many write
to each other within 90 days **where the owner sees it**, what `contact` said, and how well it orders them. That is a lower
bound: most of what two others write, nobody else sees. No name leaves this program.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from bench.datasets import DATA
from weakties import shape
from weakties.facts.days import date_of
from weakties.network import paths
from weakties.proof.metrics import per_ego
from weakties.reading import Reading
from weakties.workspace import Workspace, open_workspace

MAILBOXES = (
    "lists/kees-cook.mbox.gz",
    "enron/arnold-j.mbox.tar.gz",
    "enron/lay-k.mbox.tar.gz",
    "enron/lokay-m.mbox.tar.gz",
)
_QUANTILES, _WITHIN = (0.5, 0.65, 0.8), 90

_HOW = "SELECT how, count(*) FROM knows GROUP BY how"
_LATER = """
    SELECT k.how, k.contact, coalesce(l.wrote, false) AS wrote, k.last_day, k.events FROM knows k LEFT JOIN (
        SELECT a, b, sum(forth + back) > 0 AS wrote FROM acquainted
        WHERE owner = 'me' AND day > $day AND day <= $day + $within GROUP BY a, b
    ) l USING (a, b) WHERE k.events > 0 ORDER BY k.a, k.b
"""


def facts(space: Workspace, view: Reading) -> dict[str, Any]:
    """Return the aggregate figures of a home on a day."""
    drawn = space.shape(view=view)
    connection = view.connection
    how = dict(connection.execute(_HOW).fetchall())
    (made, took), *_ = connection.execute(
        "SELECT count(*), count(took_day) FROM introductions WHERE owner = 'me'"
    ).fetchall()
    steps = paths.distances(drawn.known, np.arange(drawn.known.nodes))[:, 1:].sum(axis=0)
    far = float((steps * np.arange(1, len(steps) + 1)).sum() / steps.sum()) if steps.sum() else 0.0
    return {
        "people": len(drawn.people),
        "mine": int((drawn.mine > 0).sum()),
        **{f"{what} ties": how.get(what, 0) for what in ("seen", "said", "inferred")},
        "circles": drawn.circles.count,
        "modularity": round(drawn.circles.modularity, 2),
        **{f"same circle {days} d": round(_lasting(space, view.as_of, days), 2) for days in (7, 30)},
        "introductions": made,
        "took": took,
        "two steps away": len(space.loose(view=view, drawn=drawn)),
        "ties apart": round(far, 2),
        "within six": round(float(steps[:6].sum() / steps.sum()), 3) if steps.sum() else 0.0,
    }


def _lasting(space: Workspace, day: date, days: int) -> float:
    """Return the part of those in a circle then and now whose circle has the same id."""
    now, then = (_circle_of(space, date_of((day - date(1970, 1, 1)).days - back)) for back in (0, days))
    both = now.keys() & then.keys()
    return sum(now[p] == then[p] for p in both) / max(1, len(both))


def _circle_of(space: Workspace, day: date) -> dict[str, str]:
    drawn = shape.draw(space.read(day), space.home)
    homes, ids = drawn.circles.home.tolist(), drawn.circle_ids
    return {person: ids[circle] for person, circle in zip(drawn.people, homes, strict=True) if circle >= 0}


def later(space: Workspace, last: date) -> Iterator[dict[str, Any]]:
    """Yield what came of the pairs known at three days of a mailbox. last: its last day."""
    view = space.read(last)
    query = (
        "SELECT least(floor(quantile_cont(day, $q))::INTEGER, max(day) - $within) FROM acquainted WHERE owner = 'me'"
    )
    for quantile in _QUANTILES:
        (day,) = view.connection.execute(query, {"q": quantile, "within": _WITHIN}).fetchall()[0]
        seen = space.read(date_of(day))
        space.shape(view=seen)
        found = seen.connection.execute(_LATER, {"day": day, "within": _WITHIN}).fetchnumpy()
        came, said = found["wrote"].astype(float), found["contact"].astype(float)
        one = np.zeros(len(came), dtype=np.int64)
        orders = {"contact": said, "recency": found["last_day"].astype(float), "events": found["events"].astype(float)}
        auc = {name: per_ego(one, order, came).means()[0] for name, order in orders.items()}
        for how in ("seen", "inferred"):
            rows = found["how"] == how
            yield {
                "day": quantile,
                "how": how,
                "pairs": int(rows.sum()),
                "wrote": came[rows].mean(),
                "said": said[rows].mean(),
                **auc,
            }


def main() -> int:
    """Import and print two tables."""
    if not DATA.is_dir():
        print("The data folder is not there; set DATA to it.")
        return 1
    with tempfile.TemporaryDirectory(prefix="weakties-bench-") as temporary:
        spaces = []
        for number, name in enumerate(MAILBOXES):
            space = open_workspace(Path(temporary) / str(number))
            space.import_(DATA / name)
            last = space.read().newest
            spaces.append((name.rpartition("/")[2].partition(".")[0], space, last or date(1970, 1, 1)))
        columns = [(name, facts(space, space.read(last))) for name, space, last in spaces]
        print("| |" + "".join(f" mailbox {n} |" for n in range(1, len(columns) + 1)))
        print("|---|" + "---:|" * len(columns))
        for key in columns[0][1]:
            print(f"| {key} |" + "".join(f" {found[key]:,} |" for _, found in columns))
        print("\n| mailbox | cut | how | pairs | wrote in sight | contact said | AUC contact | recency | events |")
        print("|---|---:|---|---:|---:|---:|---:|---:|---:|")
        for number, (_, space, last) in enumerate(spaces, start=1):
            for row in later(space, last):
                numbers = " | ".join(f"{row[n]:.3f}" for n in ("wrote", "said", "contact", "recency", "events"))
                print(f"| {number} | {row['day']:.0%} | {row['how']} | {row['pairs']:,} | {numbers} |")
    return 0


if __name__ == "__main__":
    sys.exit(main())
