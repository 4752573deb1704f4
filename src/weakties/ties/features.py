"""What each tie is like on a day: tie days up to `as_of` become one row per tie.

Written as Narwhals expressions, which run on DuckDB here and elsewhere unchanged. Every sum is over whole numbers (weights that
fade are rounded to millionths before they are added), so its result does not depend on the order.
"""

from __future__ import annotations

import math
from typing import Any

import narwhals as nw

# Long memory for closeness: who mattered three years ago still counts half. Friendships cool over 18 months without contact
# (Roberts & Dunbar 2011), kin do not; declared closeness follows long-run volume, not recency (Social Evolution, EIES).
CLOSENESS_HALF_LIFE_DAYS = 3 * 365
# What was done lately fades with these half-lives, in horizons.
HALF_LIVES = {"quarter": 0.25, "one": 1.0, "four": 4.0}
# Blocks of one horizon, counted back from the day, of which each is told.
BLOCKS = 4
# Contacts closer together than this are one conversation; the rhythm of a tie is that of its conversations.
CONVERSATION_DAYS = 7
# Fewer pauses between conversations than this show no rhythm; who is hardly ever apart for a week shows it in the mean gap.
ENOUGH_PAUSES = 4
ENOUGH_GAPS = 12
MILLION = 1_000_000
_TIE = ("owner", "person")

Days = nw.LazyFrame[Any]


def features(days: Days, beside: Days, *, as_of_day: int, horizon_days: int) -> Days:
    """Return one row per tie with any contact, or any sight of the other, up to and including `as_of_day`.

    days: tie days; beside: days on which both were named in the same messages of others. as_of_day: days since 1970. Columns,
    besides owner and person:

    - first_day, last_day, last_sent_day, last_received_day (null without), silence (days since the last contact either way),
      active_days, sent, received, messages, sent_direct, received_direct, direct, share (messages, each shared among its
      recipients, in thousandths), close_sent, close_received (the same by side, halved every three years);
    - days_quarter ..., sent_quarter ..., received_quarter ...: active days and messages that fade with `HALF_LIVES`, in
      millionths; block0_days ...: active days in each of the last horizons; blocks: horizons with contact;
    - gaps (between days of contact), mean_gap (days), gap_squares (their sum), longer_gaps (how many were at least as long as
      today's silence), coming_gaps (of these, how many ended within the horizon), short_gaps (no longer than the horizon),
      quiet_share (the share of longer ones, as a chance), pauses (gaps longer than a conversation), usual_pause (their median,
      days; null without any), usual_gap (days between conversations: the usual pause, or the mean gap of those who hardly
      pause; null where too few show no rhythm); all of these null without any gap;
    - beside (messages of others that named both), last_beside_day, beside_quarter ...: the same, fading; null without any.
    """
    past = days.filter(nw.col("day") <= as_of_day)
    daily = past.group_by(*_TIE, "day").agg(
        *[_total(c) for c in ("sent", "received", "sent_direct", "received_direct", "sent_share", "received_share")]
    )
    counted = _counted(daily, as_of_day, horizon_days)
    seen = beside.filter(nw.col("day") <= as_of_day)
    tie = list(_TIE)
    told = counted.join(_rhythm(daily, as_of_day, horizon_days), on=tie, how="left")
    return told.join(_beside(seen, as_of_day, horizon_days), on=tie, how="left").sort(*_TIE)


def _total(column: str) -> nw.Expr:
    # DuckDB adds in 128 bits, which no file holds.
    return nw.col(column).sum().cast(nw.Int64())


def _faded(half_life_days: float, age: nw.Expr, amount: nw.Expr) -> nw.Expr:
    """Return what is left of an amount that long ago, in millionths."""
    return (amount * (age * (-math.log(2) / half_life_days)).exp() * MILLION).round(0).cast(nw.Int64())


def _counted(daily: Days, as_of_day: int, horizon_days: int) -> Days:
    age = nw.lit(as_of_day) - nw.col("day")
    contact = (nw.col("sent") + nw.col("received")) > 0
    sums = {
        "close_sent": _faded(CLOSENESS_HALF_LIFE_DAYS, age, nw.col("sent_share") / 1000),
        "close_received": _faded(CLOSENESS_HALF_LIFE_DAYS, age, nw.col("received_share") / 1000),
        "active_days": contact.cast(nw.Int64()),
    }
    for name, half_life in HALF_LIVES.items():
        for what, amount in (("days", sums["active_days"]), ("sent", nw.col("sent")), ("received", nw.col("received"))):
            sums[f"{what}_{name}"] = _faded(half_life * horizon_days, age, amount)
    block = (age / horizon_days).floor().cast(nw.Int64())
    for n in range(BLOCKS):
        sums[f"block{n}_days"] = (contact & (block == n)).cast(nw.Int64())
    counted = (
        daily.with_columns(
            **sums,
            block=nw.when(contact).then(block),
            contact_day=nw.when(contact).then(nw.col("day")),
            sent_day=nw.when(nw.col("sent") > 0).then(nw.col("day")),
            received_day=nw.when(nw.col("received") > 0).then(nw.col("day")),
        )
        .group_by(*_TIE)
        .agg(
            *[
                _total(c)
                for c in ("sent", "received", "sent_direct", "received_direct", "sent_share", "received_share")
            ],
            *[_total(name) for name in sums],
            first_day=nw.col("contact_day").min(),
            last_day=nw.col("contact_day").max(),
            last_sent_day=nw.col("sent_day").max(),
            last_received_day=nw.col("received_day").max(),
            blocks=nw.col("block").n_unique().cast(nw.Int64()),
            no_contact=nw.col("block").is_null().max().cast(nw.Int64()),
        )
    )
    return counted.with_columns(
        messages=nw.col("sent") + nw.col("received"),
        direct=nw.col("sent_direct") + nw.col("received_direct"),
        share=nw.col("sent_share") + nw.col("received_share"),
        silence=nw.lit(as_of_day) - nw.col("last_day"),
        close_sent=nw.col("close_sent") / MILLION,
        close_received=nw.col("close_received") / MILLION,
        # n_unique counts the missing value as one more.
        blocks=nw.col("blocks") - nw.col("no_contact"),
    ).drop("no_contact", "sent_share", "received_share")


def _rhythm(daily: Days, as_of_day: int, horizon_days: int) -> Days:
    contact = daily.filter((nw.col("sent") + nw.col("received")) > 0)
    gaps = contact.with_columns(
        gap=(nw.col("day") - nw.col("day").shift(1).over(*_TIE, order_by="day")).cast(nw.Int64()),
        silence=nw.lit(as_of_day) - nw.col("day").max().over(*_TIE),
    ).filter(~nw.col("gap").is_null())
    gap, silence = nw.col("gap"), nw.col("silence")
    sums = {
        "gap_squares": gap * gap,
        "longer_gaps": (gap >= silence).cast(nw.Int64()),
        "coming_gaps": ((gap >= silence) & (gap <= silence + horizon_days)).cast(nw.Int64()),
        "short_gaps": (gap <= horizon_days).cast(nw.Int64()),
    }
    rhythm = (
        gaps.with_columns(**sums, pause=nw.when(gap > CONVERSATION_DAYS).then(gap))
        .group_by(*_TIE)
        .agg(
            *[_total(name) for name in sums],
            gaps=nw.len(),
            mean_gap=gap.mean(),
            pauses=nw.col("pause").count(),
            usual_pause=nw.col("pause").median(),
        )
    )
    rhythm = rhythm.with_columns(
        usual_gap=nw.when(nw.col("pauses") >= ENOUGH_PAUSES)
        .then(nw.col("usual_pause"))
        .otherwise(nw.when(nw.col("gaps") >= ENOUGH_GAPS).then(nw.col("mean_gap")))
    )
    # One more than was seen, above and below: of three gaps none of which was longer, the next is longer with 1 in 4.
    return rhythm.with_columns(quiet_share=(nw.col("longer_gaps") + 1) / (nw.col("gaps") + 1))


def _beside(seen: Days, as_of_day: int, horizon_days: int) -> Days:
    age = nw.lit(as_of_day) - nw.col("day")
    sums = {f"beside_{name}": _faded(h * horizon_days, age, nw.col("messages")) for name, h in HALF_LIVES.items()}
    return (
        seen.with_columns(**sums, beside=nw.col("messages"))
        .group_by(*_TIE)
        .agg(*[_total(name) for name in ("beside", *sums)], last_beside_day=nw.col("day").max())
    )
