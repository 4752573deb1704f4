"""What speaks for and against contact soon: the signals of each tie on a day, from which `alive` is made.

Written as Narwhals expressions like `features`. Every sum is over whole numbers (weights that fade are rounded to millionths
before they are added), so its result does not depend on the order. What fades, and the blocks of time, are measured in horizons;
silences, spacing and age in days.

The signals are those of the literature that one person's own data can carry: recency of each direction, active days and
messages at several half-lives, by direction (Roth et al. 2010), messages shared among the recipients, panels with contact
(Hidalgo & Rodriguez-Sickert 2008), the tie's own gaps against today's silence (Navarro et al. 2017), burstiness (Goh &
Barabasi 2008), reciprocity, private and group contact, tie age, what both were seen in without writing, and how much the
person keeps in touch with anybody these days.
"""

from __future__ import annotations

import math
from typing import Any, NamedTuple

import narwhals as nw

# Half-lives, in horizons.
HALF_LIVES = {"quarter": 0.25, "one": 1.0, "four": 4.0}
# Blocks of one horizon, counted back from the day, of which each is told.
BLOCKS = 4
# Longer ago than this is all one.
LONGEST_DAYS = 3_650
_MILLION = 1_000_000
_TIE = ("owner", "person")


def counted(
    days: nw.LazyFrame[Any], beside: nw.LazyFrame[Any], *, as_of_day: int, horizon_days: int
) -> nw.LazyFrame[Any]:
    """Return one row per tie with any contact up to and including `as_of_day`: whole numbers from which the signals are made.

    days: tie days; beside: days on which both were named in the same message of somebody else's. as_of_day: days since 1970.
    """
    past = days.filter((nw.col("day") <= as_of_day) & ((nw.col("sent") + nw.col("received")) > 0))
    daily = past.group_by(*_TIE, "day").agg(
        sent=_total("sent"),
        received=_total("received"),
        direct=_total("sent_direct") + _total("received_direct"),
        share=_total("sent_share") + _total("received_share"),
    )
    ties = _sums(daily, as_of_day, horizon_days)
    ties = ties.join(_gaps(daily, as_of_day, horizon_days), on=list(_TIE), how="left")
    seen = beside.filter(nw.col("day") <= as_of_day)
    ties = ties.join(_beside(seen, as_of_day, horizon_days), on=list(_TIE), how="left")
    filled = [c for c in _OF_GAPS + _OF_BESIDE if c != "last_beside_day"]
    return ties.with_columns(*[nw.col(c).fill_null(0) for c in filled])


_OF_GAPS = ("gaps", "longer_gaps", "coming_gaps", "short_gaps", "gap_squares")
_OF_BESIDE = ("beside", "last_beside_day", *(f"beside_{name}" for name in HALF_LIVES))


def _total(column: str) -> nw.Expr:
    # DuckDB adds in 128 bits, which no file holds.
    return nw.col(column).sum().cast(nw.Int64())


def _weight(half_life: float, horizon_days: int, age: nw.Expr) -> nw.Expr:
    """Return the weight of something that long ago, in millionths."""
    return (age * (-math.log(2) / (half_life * horizon_days))).exp() * _MILLION


def _whole(value: nw.Expr) -> nw.Expr:
    return value.round(0).cast(nw.Int64())


def _sums(daily: nw.LazyFrame[Any], as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    age = nw.lit(as_of_day) - nw.col("day")
    block = (age / horizon_days).floor().cast(nw.Int64())
    faded: dict[str, nw.Expr] = {}
    for name, half_life in HALF_LIVES.items():
        weight = _weight(half_life, horizon_days, age)
        faded[f"days_{name}"] = _whole(weight)
        faded[f"sent_{name}"] = _whole(weight * nw.col("sent"))
        faded[f"received_{name}"] = _whole(weight * nw.col("received"))
    prepared = daily.with_columns(
        **faded,
        block=block,
        sent_day=nw.when(nw.col("sent") > 0).then(nw.col("day")),
        received_day=nw.when(nw.col("received") > 0).then(nw.col("day")),
    ).with_columns(**{f"block{n}_days": (nw.col("block") == n).cast(nw.Int64()) for n in range(BLOCKS)})
    return prepared.group_by(*_TIE).agg(
        nw.col("sent").sum().cast(nw.Int64()),
        nw.col("received").sum().cast(nw.Int64()),
        nw.col("direct").sum().cast(nw.Int64()),
        nw.col("share").sum().cast(nw.Int64()),
        *[nw.col(name).sum().cast(nw.Int64()) for name in faded],
        *[nw.col(f"block{n}_days").sum().cast(nw.Int64()) for n in range(BLOCKS)],
        active_days=nw.len().cast(nw.Int64()),
        blocks=nw.col("block").n_unique().cast(nw.Int64()),
        first_day=nw.col("day").min(),
        last_day=nw.col("day").max(),
        last_sent_day=nw.col("sent_day").max(),
        last_received_day=nw.col("received_day").max(),
    )


def _gaps(daily: nw.LazyFrame[Any], as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    gaps = daily.with_columns(
        gap=(nw.col("day") - nw.col("day").shift(1).over(*_TIE, order_by="day")).cast(nw.Int64()),
        silence=nw.lit(as_of_day) - nw.col("day").max().over(*_TIE),
    ).filter(~nw.col("gap").is_null())
    gap, silence = nw.col("gap"), nw.col("silence")
    return (
        gaps.with_columns(
            longer_gaps=(gap > silence).cast(nw.Int64()),
            coming_gaps=((gap > silence) & (gap <= silence + horizon_days)).cast(nw.Int64()),
            short_gaps=(gap <= horizon_days).cast(nw.Int64()),
            gap_squares=gap * gap,
        )
        .group_by(*_TIE)
        .agg(
            gaps=nw.len().cast(nw.Int64()),
            **{name: _total(name) for name in ("longer_gaps", "coming_gaps", "short_gaps", "gap_squares")},
        )
    )


def _beside(seen: nw.LazyFrame[Any], as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    age = nw.lit(as_of_day) - nw.col("day")
    faded = {
        f"beside_{name}": _whole(_weight(h, horizon_days, age) * nw.col("messages")) for name, h in HALF_LIVES.items()
    }
    return (
        seen.with_columns(**faded)
        .group_by(*_TIE)
        .agg(
            beside=_total("messages"),
            last_beside_day=nw.col("day").max(),
            **{name: _total(name) for name in faded},
        )
    )


def signals(ties: nw.LazyFrame[Any], *, horizon_days: int, word_today: bool = False) -> nw.LazyFrame[Any]:
    """Return the rows of `told` with a column for each of `SIGNALS`, named `s_...` or, as if I had written today, `w_...`."""
    made = _made(horizon_days, word_today=word_today)
    letter = "w" if word_today else "s"
    return ties.with_columns(**{f"{letter}_{name}": expression for name, expression in made.items()})


def told(ties: nw.LazyFrame[Any], *, as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    """Return the rows of `counted` with silences in days, and with what the owner does with all ties, the same for each."""
    today = nw.lit(as_of_day)
    every = "owner"
    with_days = ties.with_columns(
        messages=nw.col("sent") + nw.col("received"),
        silence=(today - nw.col("last_day")).clip(0, LONGEST_DAYS),
        silence_sent=(today - nw.col("last_sent_day")).clip(0, LONGEST_DAYS).fill_null(LONGEST_DAYS),
        silence_received=(today - nw.col("last_received_day")).clip(0, LONGEST_DAYS).fill_null(LONGEST_DAYS),
        unseen=(today - nw.col("last_beside_day")).clip(0, LONGEST_DAYS).fill_null(LONGEST_DAYS),
        age=today - nw.col("first_day"),
        span=nw.col("last_day") - nw.col("first_day"),
        **{f"block{n}": nw.min_horizontal(nw.col(f"block{n}_days"), nw.lit(1)) for n in range(BLOCKS)},
        recent=(nw.col("last_day") > today - horizon_days).cast(nw.Int64()),
    ).with_columns(kept=nw.col("block1") * nw.col("block0"))
    return with_days.with_columns(
        of_owner=nw.len().over(every).cast(nw.Int64()),
        owner_recent=nw.col("recent").sum().over(every).cast(nw.Int64()),
        owner_kept=nw.col("kept").sum().over(every).cast(nw.Int64()),
        owner_before=nw.col("block1").sum().over(every).cast(nw.Int64()),
        owner_quarter=(nw.col("sent_quarter") + nw.col("received_quarter")).sum().over(every).cast(nw.Int64()),
        owner_four=(nw.col("sent_four") + nw.col("received_four")).sum().over(every).cast(nw.Int64()),
    )


def _made(horizon_days: int, *, word_today: bool) -> dict[str, nw.Expr]:
    """Return each signal as an expression over `told`, if wished as it would stand after a letter of mine today."""
    one = 1 if word_today else 0
    # A day that had contact already is no further one, and leaves no gap.
    new_day = (nw.col("silence") > 0).cast(nw.Int64()) if word_today else nw.lit(0)
    silence, silence_sent = (nw.lit(0), nw.lit(0)) if word_today else (nw.col("silence"), nw.col("silence_sent"))
    messages, sent, received = nw.col("messages") + one, nw.col("sent") + one, nw.col("received")
    days, gaps = nw.col("active_days") + new_day, nw.col("gaps") + new_day
    span = nw.col("age") if word_today else nw.col("span")
    # Of a letter to more than a thousand no thousandth is left.
    direct, share = nw.col("direct") + one, nw.max_horizontal(nw.col("share"), nw.lit(1)) / 1000 + one
    spacing = nw.when(messages > 1).then(span / nw.max_horizontal(messages - 1, nw.lit(1))).otherwise(nw.col("age"))
    usual = nw.when(messages > 1).then(spacing).otherwise(nw.lit(30.0))
    made = {
        "silence": _log(silence),
        "silence_sent": _log(silence_sent),
        "silence_received": _log(nw.col("silence_received")),
        "silence_by_spacing": _log(silence / nw.max_horizontal(usual, nw.lit(0.5))),
        "messages": _log(messages),
        "active_days": _log(days),
        "age": _log(nw.col("age")),
        "share": _log(share),
        "direct": _log(direct),
        "direct_share": direct / (messages + 1),
        "group_size": _log(messages / share),
        "reciprocity": nw.min_horizontal(sent, received) / (nw.max_horizontal(sent, received) + 1),
        "last_mine": nw.lit(1) if word_today else (nw.col("silence_sent") == nw.col("silence")).cast(nw.Int64()),
        "spacing": _log(spacing),
        **_rhythm(horizon_days, gaps, new_day, word_today=word_today),
        **_panels(horizon_days, word_today=word_today),
        **_fading(one, new_day),
        **_around(silence),
        **_of_the_owner(),
    }
    return {name: made[name].cast(nw.Float64()) for name in SIGNALS}


def _rhythm(horizon_days: int, gaps: nw.Expr, new_day: nw.Expr, *, word_today: bool) -> dict[str, nw.Expr]:
    """Return how today's silence compares with the tie's own gaps, and how they vary."""
    longer = gaps if word_today else nw.col("longer_gaps")
    short = nw.col("short_gaps") + (nw.col("silence") <= horizon_days).cast(nw.Int64()) * new_day
    coming = short if word_today else nw.col("coming_gaps")
    mean = nw.col("span") / nw.max_horizontal(nw.col("gaps"), nw.lit(1))
    variance = nw.col("gap_squares") / nw.max_horizontal(nw.col("gaps"), nw.lit(1)) - mean * mean
    spread = nw.max_horizontal(variance, nw.lit(0.0)).sqrt()
    uneven = (spread - mean) / nw.max_horizontal(spread + mean, nw.lit(0.5))
    return {
        # Shares of few gaps say little: one more above and one below are assumed.
        "longer_share": (longer + 1) / (gaps + 2),
        "coming_share": (coming + 0.5) / (longer + 1.5),
        "burstiness": nw.when(nw.col("gaps") > 1).then(uneven).otherwise(nw.lit(0.0)),
    }


def _panels(horizon_days: int, *, word_today: bool) -> dict[str, nw.Expr]:
    """Return in which of the last horizons there was contact, and in how many of all."""
    now = nw.lit(1) if word_today else nw.col("block0")
    blocks = nw.col("blocks") + (1 - nw.col("block0")) if word_today else nw.col("blocks")
    found = {f"block{n}": nw.col(f"block{n}") if n else now for n in range(BLOCKS)}
    possible = (nw.col("age") / horizon_days).floor() + 2
    return {**found, "blocks": _log(blocks), "block_share": (blocks + 0.5) / possible}


def _fading(one: int, new_day: nw.Expr) -> dict[str, nw.Expr]:
    """Return active days and messages that count less the longer ago they were."""
    found = {}
    for name in HALF_LIVES:
        found[f"days_{name}"] = _log(nw.col(f"days_{name}") / _MILLION + new_day)
        found[f"sent_{name}"] = _log(nw.col(f"sent_{name}") / _MILLION + one)
        found[f"received_{name}"] = _log(nw.col(f"received_{name}") / _MILLION)
    # How much of all contact lies in recent days: old friends who are new again, and those who cool.
    found["recent_share"] = (nw.col("days_four") / _MILLION + new_day) / (nw.col("active_days") + new_day)
    return found


def _around(silence: nw.Expr) -> dict[str, nw.Expr]:
    """Return how both were seen in messages of others."""
    found = {f"beside_{name}": _log(nw.col(f"beside_{name}") / _MILLION) for name in HALF_LIVES}
    seen = nw.min_horizontal(silence, nw.col("unseen"))
    share = nw.col("beside_four") / _MILLION / (nw.col("beside") + 1)
    return {
        "beside": _log(nw.col("beside")),
        **found,
        "beside_share": share,
        "unseen": _log(nw.col("unseen")),
        "seen": _log(seen),
    }


def _of_the_owner() -> dict[str, nw.Expr]:
    """Return how much the owner keeps in touch with anybody: nobody's rank changes by it, everybody's chance does."""
    return {
        "owner_ties": _log(nw.col("of_owner")),
        "owner_recent": nw.col("owner_recent") / nw.col("of_owner"),
        "owner_kept": (nw.col("owner_kept") + 1) / (nw.col("owner_before") + 2),
        "owner_trend": _log(nw.col("owner_quarter") * 16 / _MILLION) - _log(nw.col("owner_four") / _MILLION),
    }


def _log(value: nw.Expr) -> nw.Expr:
    return (value + 1.0).log()


class Signal(NamedTuple):
    """reason: under which `why` adds it up; rises: 1 where more of it never makes contact less likely, -1 where never more, 0
    where the literature does not say."""

    reason: str
    rises: int


def _signals(
    reason: str, *, rises: tuple[str, ...] = (), falls: tuple[str, ...] = (), either: tuple[str, ...] = ()
) -> dict[str, Signal]:
    return {
        **dict.fromkeys(rises, Signal(reason, 1)),
        **dict.fromkeys(falls, Signal(reason, -1)),
        **dict.fromkeys(either, Signal(reason, 0)),
    }


def _faded(*what: str) -> tuple[str, ...]:
    return tuple(f"{one}_{name}" for one in what for name in HALF_LIVES)


SIGNALS: dict[str, Signal] = {
    **_signals("silence", falls=("silence", "silence_sent", "silence_received", "silence_by_spacing", "seen")),
    **_signals("rhythm", rises=("longer_share", "coming_share"), falls=("spacing", "burstiness")),
    **_signals("history", rises=("messages", "active_days", "share", "blocks", "block_share"), either=("age",)),
    **_signals(
        "lately", rises=(*(f"block{n}" for n in range(BLOCKS)), *_faded("days", "sent", "received"), "recent_share")
    ),
    **_signals("private", rises=("direct",), falls=("group_size",), either=("direct_share",)),
    # By themselves reciprocal ties live longer; given how much each side wrote, the public sets say otherwise.
    **_signals("turns", either=("reciprocity", "last_mine")),
    **_signals("around", rises=("beside", *_faded("beside"), "beside_share"), falls=("unseen",)),
    **_signals("you", rises=("owner_recent", "owner_kept", "owner_trend"), either=("owner_ties",)),
}
