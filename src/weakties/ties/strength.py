"""Strength: closeness over a long memory, the logistic function of a sum of named contributions.

It rises with the letters of each side (each shared among its recipients, and halved every three years), those of the owner
twice as much, and with the time from the first to the last. What nobody answers brings nobody close: of each side no more
letters count than three for each of the other's, and two. Silence does not lower it except through the slow halving.

The form and the weights were chosen on ties that people declared (a dormitory's friends, a company's bosses and teams,
32 researchers' acquaintance); one slope fits all of these (0.21 to 0.28 in log-odds), the level lies between that of friends in
one house and that of bosses, so 0.5 is an agreement and no chance. docs/explanation/scores.md has the measurements.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from weakties.ties.reasons import Reason, strongest

# Log-odds at no contact at all, and per unit of each term.
STRENGTH_INTERCEPT = -3.0
STRENGTH = {"yours": 0.5, "theirs": 0.25, "time": 0.25}
# Letters of one side that count for each of the other's, and without any.
_ANSWERED, _UNANSWERED = 3, 2
_DAYS_IN_MONTH = 365.25 / 12


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
    months = (nw.col("last_day") - nw.col("first_day")).fill_null(0) / _DAYS_IN_MONTH
    return {
        "yours": (nw.min_horizontal(sent, received * _ANSWERED + _UNANSWERED) + 1.0).log(),
        "theirs": (nw.min_horizontal(received, sent * _ANSWERED + _UNANSWERED) + 1.0).log(),
        "time": (months + 1.0).log(),
    }


def strength_reasons(tie: Mapping[str, Any]) -> list[Reason]:
    """Return what makes up a tie's strength, the largest first; weights and the intercept add up to its log-odds."""
    sent, received = tie["sent"], tie["received"]
    years = ((tie["last_day"] or 0) - (tie["first_day"] or 0)) / 365.25
    texts = {
        "yours": _letters(sent, received, "You wrote", "for what they wrote"),
        "theirs": _letters(received, sent, "They wrote", "for what you wrote"),
        "time": f"From the first message to the last, {years:.1f} years.",
    }
    found = [Reason(k, tie[f"strength_{k}"], texts[k]) for k in STRENGTH]
    return [*strongest(found), Reason("baseline", STRENGTH_INTERCEPT, "Where every tie starts, before any contact.")]


def _letters(mine: int, others: int, who: str, whose: str) -> str:
    if not mine:
        return f"{who} nothing."
    if mine > others * _ANSWERED + _UNANSWERED:
        return f"{who} {mine:,} times, more than counts {whose}: {others:,} times."
    return f"{who} {mine:,} times; old letters count less, and those to many."
