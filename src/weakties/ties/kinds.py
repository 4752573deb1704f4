"""What a tie is called, and whether it warms or cools: from strength, alive and pace as they stand, the user's numbers included.

Numbers move a little every day; names should not. So whether a tie is strong, asleep, warming or cooling is settled by the
numbers at the beginning of the week; within it a name changes by contact, or by what the user says, and by nothing else.
"""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw

from weakties.ties.features import MILLION

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
# Of few days a pace says little: one day at an even pace is assumed.
_ASSUMED = 1.0


def pace(horizon_days: int) -> nw.Expr:
    """Return a tie's recent days of contact against its own usual, over rows of `signals.prepared`: 1 is even, more is faster.

    Few days, or none for years, come near 1.
    """
    age = nw.col("age") + 1.0

    def reach(half_lives: float) -> nw.Expr:
        """Return how many days fading over so many horizons adds up, for a tie of that age."""
        days = half_lives * horizon_days
        return (1.0 - (age * (-math.log(2) / days)).exp()) * (days / math.log(2))

    even = nw.col("days_four") / MILLION * reach(1.0) / reach(4.0)
    return (nw.col("days_one") / MILLION + _ASSUMED) / (even + _ASSUMED)


def settled(ties: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return owner, person and what the numbers settle: `was_strong`, `was_asleep`, `was_long_silent`, `was_young`, `was_moving`."""
    plain = ties.with_columns(
        was_strong=_strong(),
        was_asleep=_asleep(),
        was_long_silent=_long_silent(),
        was_young=_young(),
        was_moving=_motion(),
    )
    return plain.select("owner", "person", "was_strong", "was_asleep", "was_long_silent", "was_young", "was_moving")


def with_kind(ties: nw.LazyFrame[Any], before: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the ties with `kind` and `motion`. before: `settled` as of the day before the week began."""
    known = ties.join(before, on=["owner", "person"], how="left")
    said = (nw.col("strength") != nw.col("computed_strength")) | (nw.col("alive") != nw.col("computed_alive"))
    # Who sets a number sets the name with it; and of a tie that was not there before nothing is settled.
    free = said | nw.col("was_strong").is_null() | (nw.col("was_moving") == "")
    held = known.with_columns(
        strong=nw.when(free).then(_strong()).otherwise(nw.col("was_strong")),
        asleep=nw.when(free).then(_asleep()).otherwise(nw.col("was_asleep")),
        # Contact ends a silence at once; its length alone names nobody before the week is over.
        long_silent=nw.when(free).then(_long_silent()).otherwise(nw.col("was_long_silent") & _long_silent()),
        young=nw.when(free).then(_young()).otherwise(nw.col("was_young")),
        motion=nw.when(nw.col("was_moving").is_null() | (nw.col("was_moving") == ""))
        .then(_motion())
        .otherwise(nw.col("was_moving")),
    )
    return held.with_columns(kind=_kind()).drop(
        "was_strong",
        "was_asleep",
        "was_long_silent",
        "was_young",
        "was_moving",
        "strong",
        "asleep",
        "long_silent",
        "young",
    )


def _strong() -> nw.Expr:
    return nw.col("strength") >= STRONG


def _asleep() -> nw.Expr:
    return nw.col("alive") < DORMANT_ALIVE


def _long_silent() -> nw.Expr:
    return nw.col("silence") >= DORMANT_SILENCE_DAYS


def _young() -> nw.Expr:
    return (nw.col("silence") + (nw.col("last_day") - nw.col("first_day"))) <= NEW_DAYS


def _kind() -> nw.Expr:
    two_way = (nw.col("sent") > 0) & (nw.col("received") > 0)
    dormant = nw.col("asleep") & nw.col("long_silent") & two_way
    return (
        nw.when(nw.col("last_day").is_null())
        .then(nw.lit("seen"))
        .otherwise(
            nw.when(dormant)
            .then(nw.lit("dormant"))
            .otherwise(
                nw.when(nw.col("strong"))
                .then(nw.lit("strong"))
                .otherwise(
                    nw.when(~two_way)
                    .then(nw.lit("one-sided"))
                    .otherwise(nw.when(nw.col("young")).then(nw.lit("new")).otherwise(nw.lit("weak")))
                )
            )
        )
    )


def _motion() -> nw.Expr:
    slow = nw.when(nw.col("pace") <= COOLING).then(nw.lit("cooling")).otherwise(nw.lit("steady"))
    return (
        nw.when(nw.col("pace").is_null())
        .then(nw.lit(""))
        .otherwise(nw.when(nw.col("pace") >= WARMING).then(nw.lit("warming")).otherwise(slow))
    )
