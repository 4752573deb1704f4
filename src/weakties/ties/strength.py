"""Strength and alive: two numbers of a tie, each the logistic function of a sum of named contributions.

**strength** is closeness over a long memory. It rises with the letters exchanged (each shared among its recipients, halved
every three years, and counted from the side that wrote less: what nobody answers brings nobody close), with the number of
different days, with reciprocity, with the share of one-to-one messages, and with the age of the tie. Silence does not
lower it except through the slow halving. The weights are set by hand after Gilbert & Karahalios 2009 (volume, age,
reciprocity, privacy of the channel) and the declared-tie sets; `strength` is an order, not a probability.

**alive** is the chance of any contact within the horizon: the four-number formula, whose slopes were fitted on seven
public sets; the intercept on the eight sets of bench/first_formula.py at a horizon of 90 days. At other horizons h the
odds scale with h/90, which is exact only for rare contact.

Formula version 1: docs/explanation/scores.md has the measurements.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import narwhals as nw

from weakties.ties.reasons import Reason, strongest

FORMULA = "1"

# Log-odds at no contact at all, and per unit of each term; why these: docs/decisions/0007-first-strength.md.
STRENGTH_INTERCEPT = -6.4
STRENGTH = {"letters": 0.75, "days": 0.5, "reciprocity": 2.0, "one_to_one": 0.8, "age": 0.3}

ALIVE_INTERCEPT = -0.136
ALIVE = {"active_days": 0.956, "silence": -0.575, "messages": 0.164, "sent": 0.068}
ALIVE_HORIZON_DAYS = 90

# `seen`: named in the same messages as the owner and never in touch.
KINDS = ("strong", "weak", "dormant", "new", "one-sided", "seen")
# Two shares of few messages say little: this many more are assumed that had none of it.
_DOUBT = 3
STRONG = 0.5
# Below this chance of contact within the horizon, after silence this long, a tie that once went both ways is dormant.
DORMANT_ALIVE = 0.25
DORMANT_SILENCE_DAYS = 180
NEW_DAYS = 90


def scores(ties: nw.LazyFrame[Any], *, horizon_days: int = ALIVE_HORIZON_DAYS) -> nw.LazyFrame[Any]:
    """Return the ties with `strength`, `alive`, `alive_after` (were there a word today) and `kind`, and each contribution
    as a column: `strength_letters`, `alive_silence` ... in log-odds.

    ties: rows of `features`. horizon_days: days within which alive speaks of contact.
    """
    shift = math.log(horizon_days / ALIVE_HORIZON_DAYS)
    scored = ties.with_columns(
        **{f"strength_{k}": e * STRENGTH[k] for k, e in _strength_terms().items()},
        **{f"alive_{k}": e * ALIVE[k] for k, e in _alive_terms().items()},
        **{f"after_{k}": e * ALIVE[k] for k, e in _alive_terms(word_today=True).items()},
    )
    ever = ~nw.col("last_day").is_null()
    scored = scored.with_columns(
        strength=_when(ever, _logistic(STRENGTH_INTERCEPT, [f"strength_{k}" for k in STRENGTH])),
        alive=_when(ever, _logistic(ALIVE_INTERCEPT + shift, [f"alive_{k}" for k in ALIVE])),
        alive_after=_when(ever, _logistic(ALIVE_INTERCEPT + shift, [f"after_{k}" for k in ALIVE])),
    ).drop(*[f"after_{k}" for k in ALIVE])
    return with_kind(scored)


def with_kind(ties: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the ties with `kind`, which follows from strength and alive as they stand, the user's own numbers included."""
    return ties.with_columns(kind=_kind())


def _strength_terms() -> dict[str, nw.Expr]:
    sent, received = nw.col("close_sent"), nw.col("close_received")
    less, more = nw.min_horizontal(sent, received), nw.max_horizontal(sent, received)
    return {
        # The side that wrote less counts twice, the rest of the other's letters a tenth.
        "letters": (2 * less + 0.1 * (more - less) + 1).log(),
        "days": (nw.col("active_days") + 1).log(),
        "reciprocity": nw.min_horizontal("sent", "received") / (nw.max_horizontal("sent", "received") + _DOUBT),
        "one_to_one": nw.col("direct") / (nw.col("messages") + _DOUBT),
        "age": ((nw.col("last_day") - nw.col("first_day")).fill_null(0) / 365 + 1).log(),
    }


def _alive_terms(*, word_today: bool = False) -> dict[str, nw.Expr]:
    one = 1 if word_today else 0
    silence = nw.col("silence").fill_null(36_500)
    return {
        "active_days": (nw.col("active_days") + 1 + one).log(),
        "silence": ((nw.lit(0) if word_today else silence) + 1.0).log(),
        "messages": (nw.col("messages") + 1 + one).log(),
        "sent": (nw.col("sent") + 1 + one).log(),
    }


def _logistic(intercept: float, columns: list[str]) -> nw.Expr:
    total = nw.lit(intercept)
    for column in columns:
        total = total + nw.col(column)
    return 1 / (1 + (-total).exp())


def _when(ever: nw.Expr, score: nw.Expr) -> nw.Expr:
    return nw.when(ever).then(score).otherwise(nw.lit(0.0))


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


def strength_reasons(tie: Mapping[str, Any]) -> list[Reason]:
    """Return what makes up a tie's strength, the largest first; weights and the intercept add up to its log-odds."""
    sent, received, direct = tie["sent"], tie["received"], tie["direct"]
    years = ((tie["last_day"] or 0) - (tie["first_day"] or 0)) / 365
    texts = {
        "letters": f"{sent:,} sent and {received:,} received; old ones count less, the side that wrote less counts most.",
        "days": f"In touch on {tie['active_days']:,} different days.",
        "reciprocity": _reciprocity(sent, received),
        "one_to_one": f"{direct:,} of {tie['messages']:,} messages were between the two of you alone.",
        "age": f"From the first message to the last, {years:.1f} years.",
    }
    found = [Reason(k, tie[f"strength_{k}"], texts[k]) for k in STRENGTH]
    return [*strongest(found), Reason("baseline", STRENGTH_INTERCEPT, "Where every tie starts, before any contact.")]


def _reciprocity(sent: int, received: int) -> str:
    if not sent:
        return "You never wrote."
    if not received:
        return "They never wrote."
    more = "You write more" if sent > received else "They write more" if received > sent else "You write equally much"
    return f"{more}: {sent:,} against {received:,}." if sent != received else f"{more}: {sent:,} each."


def alive_reasons(tie: Mapping[str, Any], *, horizon_days: int = ALIVE_HORIZON_DAYS) -> list[Reason]:
    """Return what makes up the chance of contact, the largest first; weights and the intercept add up to its log-odds."""
    silence = tie["silence"]
    texts = {
        "active_days": f"In touch on {tie['active_days']:,} different days.",
        "silence": "Never in touch." if silence is None else f"{silence:,} days since the last word.",
        "messages": f"{tie['messages']:,} messages in all.",
        "sent": f"You wrote {tie['sent']:,} of them.",
    }
    found = [Reason(k, tie[f"alive_{k}"], texts[k]) for k in ALIVE]
    start = ALIVE_INTERCEPT + math.log(horizon_days / ALIVE_HORIZON_DAYS)
    return [
        *strongest(found),
        Reason("baseline", start, f"Where every tie starts, for contact within {horizon_days} days."),
    ]
