"""What each tie is like on a day: tie days up to `as_of` become one row per tie.

Written as Narwhals expressions, which run on DuckDB here and elsewhere unchanged. Every sum is over whole numbers (decayed
weights are rounded to millionths of a message before they are added), so its result does not depend on the order.
"""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw

# Long memory for closeness: who mattered three years ago still counts half. Friendships cool over 18 months without contact
# (Roberts & Dunbar 2011), kin do not; declared closeness follows long-run volume, not recency (Social Evolution, EIES).
CLOSENESS_HALF_LIFE_DAYS = 3 * 365
# Contacts closer together than this are one conversation; the rhythm of a tie is that of its conversations.
CONVERSATION_DAYS = 7
# Fewer pauses between conversations than this show no rhythm; who is hardly ever apart for a week shows it in the mean gap.
ENOUGH_PAUSES = 4
ENOUGH_GAPS = 12
_MILLION = 1_000_000
_TIE = ("owner", "person")


def features(days: nw.LazyFrame[Any], *, as_of_day: int) -> nw.LazyFrame[Any]:
    """Return one row per tie with any contact, or any sight of the other, up to and including `as_of_day`.

    days: tie days. as_of_day: days since 1970. Columns, besides owner and person:
    first_day, last_day, silence (days since the last contact either way), active_days, sent, received, messages,
    sent_direct, received_direct, direct, close_sent, close_received (messages, each shared among its recipients and halved
    every three years), gaps (between days of contact), mean_gap (days), pauses (gaps longer than a conversation),
    usual_pause (their median, days; null without any), usual_gap (days between conversations: the usual pause, or the
    mean gap of those who hardly pause; null where too few show no rhythm), longer_gaps (how many gaps were at least as
    long as today's silence), quiet_share (that share, as a chance).
    """
    past = days.filter(nw.col("day") <= as_of_day)
    counted = _counted(past, as_of_day)
    return counted.join(_rhythm(past, as_of_day), on=list(_TIE), how="left").sort(*_TIE)


def _counted(past: nw.LazyFrame[Any], as_of_day: int) -> nw.LazyFrame[Any]:
    contact = (nw.col("sent") + nw.col("received")) > 0
    age = nw.lit(as_of_day) - nw.col("day")
    halved = (age * (-math.log(2) / CLOSENESS_HALF_LIFE_DAYS)).exp()
    prepared = past.with_columns(
        contact_day=nw.when(contact).then(nw.col("day")),
        close_sent=(nw.col("sent_share") * halved * (_MILLION // 1000)).round(0).cast(nw.Int64()),
        close_received=(nw.col("received_share") * halved * (_MILLION // 1000)).round(0).cast(nw.Int64()),
    )
    counted = prepared.group_by(*_TIE).agg(
        first_day=nw.col("contact_day").min(),
        last_day=nw.col("contact_day").max(),
        active_days=nw.col("contact_day").n_unique(),
        no_contact=nw.col("contact_day").is_null().max(),
        sent=_total(nw.col("sent")),
        received=_total(nw.col("received")),
        sent_direct=_total(nw.col("sent_direct")),
        received_direct=_total(nw.col("received_direct")),
        close_sent=_total(nw.col("close_sent")),
        close_received=_total(nw.col("close_received")),
    )
    return counted.with_columns(
        messages=nw.col("sent") + nw.col("received"),
        direct=nw.col("sent_direct") + nw.col("received_direct"),
        # n_unique counts the missing value as one more.
        active_days=nw.col("active_days") - nw.col("no_contact").cast(nw.Int64()),
        silence=nw.lit(as_of_day) - nw.col("last_day"),
        close_sent=nw.col("close_sent") / _MILLION,
        close_received=nw.col("close_received") / _MILLION,
    ).drop("no_contact")


def _total(counts: nw.Expr) -> nw.Expr:
    # DuckDB adds in 128 bits, which no file holds.
    return counts.sum().cast(nw.Int64())


def _rhythm(past: nw.LazyFrame[Any], as_of_day: int) -> nw.LazyFrame[Any]:
    contact = past.filter((nw.col("sent") + nw.col("received")) > 0).select(*_TIE, "day").unique()
    gaps = contact.with_columns(
        gap=nw.col("day") - nw.col("day").shift(1).over(*_TIE, order_by="day"),
        silence=nw.lit(as_of_day) - nw.col("day").max().over(*_TIE),
    ).filter(~nw.col("gap").is_null())
    pause = nw.when(nw.col("gap") > CONVERSATION_DAYS).then(nw.col("gap"))
    rhythm = (
        gaps.with_columns(pause=pause)
        .group_by(*_TIE)
        .agg(
            gaps=nw.len(),
            mean_gap=nw.col("gap").mean(),
            pauses=nw.col("pause").count(),
            usual_pause=nw.col("pause").median(),
            longer_gaps=_total((nw.col("gap") >= nw.col("silence")).cast(nw.Int64())),
        )
    )
    rhythm = rhythm.with_columns(
        usual_gap=nw.when(nw.col("pauses") >= ENOUGH_PAUSES)
        .then(nw.col("usual_pause"))
        .otherwise(nw.when(nw.col("gaps") >= ENOUGH_GAPS).then(nw.col("mean_gap")))
    )
    # One more than was seen, above and below: of three gaps none of which was longer, the next is longer with 1 in 4.
    return rhythm.with_columns(quiet_share=(nw.col("longer_gaps") + 1) / (nw.col("gaps") + 1))
