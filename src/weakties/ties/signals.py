"""What speaks for and against contact soon: the signals of each tie on a day, from which `alive` is made.

Written as Narwhals expressions over `features`. What fades, and the blocks of time, are measured in horizons; silences, spacing
and age in days.

The signals are those of the literature that one person's own data can carry: recency of each direction, active days and
messages at several half-lives, by direction (Roth et al. 2010), messages shared among the recipients, panels with contact
(Hidalgo & Rodriguez-Sickert 2008), the tie's own gaps against today's silence (Navarro et al. 2017), burstiness (Goh &
Barabasi 2008), reciprocity, private and group contact, tie age, what both were seen in without writing, and how much the
person keeps in touch with anybody these days.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import narwhals as nw

from weakties.ties.features import BLOCKS, HALF_LIVES, MILLION

# Longer ago than this is all one.
LONGEST_DAYS = 3_650


def signals(ties: nw.LazyFrame[Any], *, horizon_days: int, word_today: bool = False) -> nw.LazyFrame[Any]:
    """Return the rows of `prepared` with a column for each of `SIGNALS`, named `s_...` or, as if I had written today, `w_...`."""
    made = _made(horizon_days, word_today=word_today)
    letter = "w" if word_today else "s"
    return ties.with_columns(**{f"{letter}_{name}": expression for name, expression in made.items()})


def prepared(ties: nw.LazyFrame[Any], *, as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    """Return the rows of `features` with silences of each kind (`quiet`: of any contact, `quiet_sent` ...), age and span in days,
    whether there was contact `ever` and in each block, whether the owner wrote on its last day (`mine_last`), and what the owner
    does with all ties, the same for each. What a tie has none of is 0 or `LONGEST_DAYS`.
    """
    today = nw.lit(as_of_day)

    def since(column: str) -> nw.Expr:
        return (today - nw.col(column)).clip(0, LONGEST_DAYS).fill_null(LONGEST_DAYS)

    with_days = ties.with_columns(
        *[nw.col(name).fill_null(0) for name in (*_OF_GAPS, *_OF_BESIDE)],
        **{f"block{n}": nw.min_horizontal(nw.col(f"block{n}_days"), nw.lit(1)) for n in range(BLOCKS)},
        ever=(~nw.col("last_day").is_null()).cast(nw.Int64()),
        quiet=since("last_day"),
        quiet_sent=since("last_sent_day"),
        quiet_received=since("last_received_day"),
        quiet_beside=since("last_beside_day"),
        mine_last=(nw.col("last_sent_day") == nw.col("last_day")).fill_null(value=False).cast(nw.Int64()),
        age=(today - nw.col("first_day")).fill_null(0),
        span=(nw.col("last_day") - nw.col("first_day")).fill_null(0),
        recent=(nw.col("last_day") > today - horizon_days).cast(nw.Int64()).fill_null(0),
    ).with_columns(kept=nw.col("block1") * nw.col("block0"))
    return with_days.with_columns(
        of_owner=_of_all(nw.col("ever")),
        owner_recent=_of_all(nw.col("recent")),
        owner_kept=_of_all(nw.col("kept")),
        owner_before=_of_all(nw.col("block1")),
        owner_quarter=_of_all(nw.col("sent_quarter") + nw.col("received_quarter")),
        owner_four=_of_all(nw.col("sent_four") + nw.col("received_four")),
    )


_OF_GAPS = ("gaps", "longer_gaps", "coming_gaps", "short_gaps", "gap_squares")
_OF_BESIDE = ("beside", *(f"beside_{name}" for name in HALF_LIVES))


def _of_all(value: nw.Expr) -> nw.Expr:
    return value.sum().over("owner").cast(nw.Int64())


def _made(horizon_days: int, *, word_today: bool) -> dict[str, nw.Expr]:
    """Return each signal as an expression over `prepared`, if wished as it would stand after a letter of mine today."""
    one = 1 if word_today else 0
    # A day that had contact already is no further one, and leaves no gap.
    new_day = (nw.col("quiet") > 0).cast(nw.Int64()) if word_today else nw.lit(0)
    silence, silence_sent = (nw.lit(0), nw.lit(0)) if word_today else (nw.col("quiet"), nw.col("quiet_sent"))
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
        "silence_received": _log(nw.col("quiet_received")),
        "silence_by_spacing": _log(silence / nw.max_horizontal(usual, nw.lit(0.5))),
        "messages": _log(messages),
        "active_days": _log(days),
        "age": _log(nw.min_horizontal(nw.col("age"), nw.lit(LONGEST_DAYS))),
        "share": _log(share),
        "direct": _log(direct),
        "direct_share": direct / (messages + 1),
        "group_size": _log(messages / share),
        "reciprocity": nw.min_horizontal(sent, received) / (nw.max_horizontal(sent, received) + 1),
        "last_mine": nw.lit(1) if word_today else nw.col("mine_last"),
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
    short = nw.col("short_gaps") + (nw.col("quiet") <= horizon_days).cast(nw.Int64()) * new_day
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
        found[f"days_{name}"] = _log(nw.col(f"days_{name}") / MILLION + new_day)
        found[f"sent_{name}"] = _log(nw.col(f"sent_{name}") / MILLION + one)
        found[f"received_{name}"] = _log(nw.col(f"received_{name}") / MILLION)
    # How much of all contact lies in recent days: old friends who are new again, and those who cool.
    found["recent_share"] = (nw.col("days_four") / MILLION + new_day) / (nw.col("active_days") + new_day)
    return found


def _around(silence: nw.Expr) -> dict[str, nw.Expr]:
    """Return how both were seen in messages of others."""
    found = {f"beside_{name}": _log(nw.col(f"beside_{name}") / MILLION) for name in HALF_LIVES}
    seen = nw.min_horizontal(silence, nw.col("quiet_beside"))
    share = nw.col("beside_four") / MILLION / (nw.col("beside") + 1)
    return {
        "beside": _log(nw.col("beside")),
        **found,
        "beside_share": share,
        "unseen": _log(nw.col("quiet_beside")),
        "seen": _log(seen),
    }


def _of_the_owner() -> dict[str, nw.Expr]:
    """Return how much the owner keeps in touch with anybody: nobody's rank changes by it, everybody's chance does."""
    return {
        "owner_ties": _log(nw.col("of_owner")),
        "owner_recent": nw.col("owner_recent") / nw.col("of_owner"),
        "owner_kept": (nw.col("owner_kept") + 1) / (nw.col("owner_before") + 2),
        "owner_trend": _log(nw.col("owner_quarter") * 16 / MILLION) - _log(nw.col("owner_four") / MILLION),
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
