"""Rankings as they come out: printed, and as the rows that the page is written from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from weakties.proof import ranking
from weakties.proof.ranking import Ranking

Rows = list[dict[str, Any]]


def reported(found: Iterable[tuple[Ranking, str, str]]) -> tuple[Rows, Rows]:
    """Print what came out and return the rows and what they were made on. found: each ranking with its set and its task."""
    rows: Rows = []
    about: Rows = []
    for ranked, dataset, task in found:
        print(ranking.text(ranked), end="\n\n", flush=True)
        told = {"dataset": dataset, "task": task}
        rows += [{**row, **told} for row in ranking.rows(ranked)]
        about.append({**ranking.summary(ranked), **told})
    return rows, about
