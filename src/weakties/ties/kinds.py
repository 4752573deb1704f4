"""What a tie is called, and whether it warms or cools: from strength, alive and pace as they stand, the user's numbers included.

Numbers move a little every day; names should not. So a tie keeps the name that it had when the month began, until a number is
well beyond the line between the two names.
"""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw

# `seen`: named in the same messages as the owner and never in touch.
KINDS = ("strong", "weak", "dormant", "new", "one-sided", "seen")
# `warming`: more days of contact lately than is usual for the tie; `cooling`: fewer.
MOTIONS = ("warming", "steady", "cooling", "")
STRONG = 0.5
# Below this chance of contact within the horizon, after silence this long, a tie that once went both ways is dormant.
DORMANT_ALIVE = 0.25
DORMANT_SILENCE_DAYS = 180
NEW_DAYS = 90
# Days of contact, faded over one horizon, against what those faded over four would have made of it at an even pace.
WARMING, COOLING = 1.5, 0.6
# How far beyond the line a number must be to take a name away: in strength and alive, and as a factor of pace.
_BEYOND, _BEYOND_PACE = 0.05, 1.15
# Of few days a pace says little: one day at an even pace is assumed.
_ASSUMED = 1.0
_MILLION = 1_000_000


def pace(horizon_days: int) -> nw.Expr:
    """Return a tie's recent days of contact against its own usual, over rows of `signals.told`: 1 is even, 2 is twice as many."""
    age = nw.col("age") + 1.0

    def reach(half_lives: float) -> nw.Expr:
        """Return how many days fading over so many horizons adds up, for a tie of that age."""
        days = half_lives * horizon_days
        return (1.0 - (age * (-math.log(2) / days)).exp()) * (days / math.log(2))

    even = nw.col("days_four") / _MILLION * reach(1.0) / reach(4.0)
    return (nw.col("days_one") / _MILLION + _ASSUMED) / (even + _ASSUMED)


def named(ties: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return owner, person and the names of ties as they stand: `kind_before`, `motion_before`."""
    plain = ties.with_columns(kind_before=_kind(), motion_before=_motion(WARMING, COOLING))
    return plain.select("owner", "person", "kind_before", "motion_before")


def with_kind(ties: nw.LazyFrame[Any], before: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the ties with `kind` and `motion`. before: `named` of the day on which the month began."""
    known = ties.join(before, on=["owner", "person"], how="left").with_columns(
        nw.col("kind_before").fill_null(""), nw.col("motion_before").fill_null("")
    )
    said = (nw.col("strength") != nw.col("computed_strength")) | (nw.col("alive") != nw.col("computed_alive"))
    # Who sets a number sets the name with it; and a tie without a past month has none to keep.
    free = said | (nw.col("kind_before") == "")
    held = known.with_columns(kind=nw.when(free).then(_kind()).otherwise(_kind_held()), motion=_motion_held())
    return held.drop("kind_before", "motion_before")


def _kind_held() -> nw.Expr:
    was_strong, was_dormant = nw.col("kind_before") == "strong", nw.col("kind_before") == "dormant"
    strong = nw.when(was_strong).then(nw.lit(STRONG - _BEYOND)).otherwise(nw.lit(STRONG + _BEYOND))
    dormant = nw.when(was_dormant).then(nw.lit(DORMANT_ALIVE + _BEYOND)).otherwise(nw.lit(DORMANT_ALIVE - _BEYOND))
    return _kind(strong, dormant)


def _kind(strong: nw.Expr | float = STRONG, dormant: nw.Expr | float = DORMANT_ALIVE) -> nw.Expr:
    two_way = (nw.col("sent") > 0) & (nw.col("received") > 0)
    asleep = (nw.col("alive") < dormant) & (nw.col("silence") >= DORMANT_SILENCE_DAYS) & two_way
    young = (nw.col("silence") + (nw.col("last_day") - nw.col("first_day"))) <= NEW_DAYS
    return (
        nw.when(nw.col("last_day").is_null())
        .then(nw.lit("seen"))
        .otherwise(
            nw.when(asleep)
            .then(nw.lit("dormant"))
            .otherwise(
                nw.when(nw.col("strength") >= strong)
                .then(nw.lit("strong"))
                .otherwise(
                    nw.when(~two_way)
                    .then(nw.lit("one-sided"))
                    .otherwise(nw.when(young).then(nw.lit("new")).otherwise(nw.lit("weak")))
                )
            )
        )
    )


def _motion(warming: nw.Expr | float, cooling: nw.Expr | float) -> nw.Expr:
    slow = nw.when(nw.col("pace") <= cooling).then(nw.lit("cooling")).otherwise(nw.lit("steady"))
    return (
        nw.when(nw.col("pace").is_null())
        .then(nw.lit(""))
        .otherwise(nw.when(nw.col("pace") >= warming).then(nw.lit("warming")).otherwise(slow))
    )


def _motion_held() -> nw.Expr:
    was_warming, was_cooling = nw.col("motion_before") == "warming", nw.col("motion_before") == "cooling"
    known = nw.col("motion_before") != ""
    further, nearer = nw.lit(WARMING * _BEYOND_PACE), nw.lit(WARMING / _BEYOND_PACE)
    warming = nw.when(was_warming).then(nearer).otherwise(nw.when(known).then(further).otherwise(nw.lit(WARMING)))
    lower, higher = nw.lit(COOLING / _BEYOND_PACE), nw.lit(COOLING * _BEYOND_PACE)
    cooling = nw.when(was_cooling).then(higher).otherwise(nw.when(known).then(lower).otherwise(nw.lit(COOLING)))
    return _motion(warming, cooling)
