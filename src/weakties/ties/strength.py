"""Strength: closeness over a long memory, the logistic function of a sum of named contributions.

It rises with the letters exchanged (each shared among its recipients, halved
every three years, and counted from the side that wrote less: what nobody answers brings nobody close), with the number of
different days, with reciprocity, with the share of one-to-one messages, and with the age of the tie. Silence does not
lower it except through the slow halving. The weights are set by hand after Gilbert & Karahalios 2009 (volume, age,
reciprocity, privacy of the channel) and the declared-tie sets; `strength` is an order, not a probability.

Formula version 1: docs/explanation/scores.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from weakties.ties.reasons import Reason, strongest

FORMULA = "1"

# Log-odds at no contact at all, and per unit of each term; why these: docs/decisions/0007-first-strength.md.
STRENGTH_INTERCEPT = -6.4
STRENGTH = {"letters": 0.75, "days": 0.5, "reciprocity": 2.0, "one_to_one": 0.8, "age": 0.3}

# Two shares of few messages say little: this many more are assumed that had none of it.
_DOUBT = 3


def scores(ties: nw.LazyFrame[Any]) -> nw.LazyFrame[Any]:
    """Return the ties with `strength`, and each contribution as a column in log-odds: `strength_letters` ...

    ties: rows of `features`.
    """
    scored = ties.with_columns(**{f"strength_{k}": e * STRENGTH[k] for k, e in _strength_terms().items()})
    ever = ~nw.col("last_day").is_null()
    total = nw.lit(STRENGTH_INTERCEPT)
    for name in STRENGTH:
        total = total + nw.col(f"strength_{name}")
    return scored.with_columns(strength=nw.when(ever).then(1 / (1 + (-total).exp())).otherwise(nw.lit(0.0)))


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
