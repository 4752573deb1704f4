"""What a tie is called: strong, weak, dormant, new, one-sided or only seen. It follows from strength and alive as they stand, the
user's own numbers included.
"""

from __future__ import annotations

from typing import Any

import narwhals as nw

# `seen`: named in the same messages as the owner and never in touch.
KINDS = ("strong", "weak", "dormant", "new", "one-sided", "seen")
STRONG = 0.5
# Below this chance of contact within the horizon, after silence this long, a tie that once went both ways is dormant.
DORMANT_ALIVE = 0.25
DORMANT_SILENCE_DAYS = 180
NEW_DAYS = 90


def with_kind(ties: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the ties with `kind`."""
    return ties.with_columns(kind=_kind())


def _kind() -> nw.Expr:
    two_way = (nw.col("sent") > 0) & (nw.col("received") > 0)
    dormant = (nw.col("alive") < DORMANT_ALIVE) & (nw.col("silence") >= DORMANT_SILENCE_DAYS) & two_way
    young = (nw.col("silence") + (nw.col("last_day") - nw.col("first_day"))) <= NEW_DAYS
    return (
        nw.when(nw.col("last_day").is_null())
        .then(nw.lit("seen"))
        .otherwise(
            nw.when(dormant)
            .then(nw.lit("dormant"))
            .otherwise(
                nw.when(nw.col("strength") >= STRONG)
                .then(nw.lit("strong"))
                .otherwise(
                    nw.when(~two_way)
                    .then(nw.lit("one-sided"))
                    .otherwise(nw.when(young).then(nw.lit("new")).otherwise(nw.lit("weak")))
                )
            )
        )
    )
