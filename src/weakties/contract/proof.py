"""How good the scores are: a comparison of all methods as an answer."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from weakties.contract.envelope import dated

if TYPE_CHECKING:
    from weakties.proof.compare import Comparison
    from weakties.proof.ranking import Ranking


def evaluation(found: Comparison | Ranking, read: Sequence[str], as_of: date) -> dict[str, Any]:
    """Return a comparison as an answer, a row per method. read: how the columns of a table were understood."""
    from weakties.proof import ranking, tables

    if isinstance(found, ranking.Ranking):
        rows, summary = ranking.rows(found), ranking.summary(found)
    else:
        rows, summary = tables.rows(found), tables.summary(found)
    return dated("evaluate", as_of, rows, read=list(read), **summary)
