"""Alive: the chance of contact within the horizon, a sum of named reasons through the logistic function.

The weights are learned (`learning`): shipped ones from the public sets, and near them the owner's own from what came of her
earlier days. Each signal is told in units of its spread, from its mean; so the level is the chance of a middling tie, and
every reason says how much more or less this one is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import narwhals as nw

from weakties.ties.kinds import pace
from weakties.ties.reasons import Reason, strongest
from weakties.ties.regression import Weights
from weakties.ties.rhythm import span
from weakties.ties.signals import SIGNALS, prepared, signals

HORIZON_DAYS = 90
REASONS = tuple(dict.fromkeys(signal.reason for signal in SIGNALS.values()))


# Of what is prepared for the signals, what the sentences of the reasons tell.
_TOLD = ("silence_sent", "silence_received", "unseen", "of_owner", "owner_recent")


def scored(ties: nw.LazyFrame[Any], weights: Weights, *, as_of_day: int, horizon_days: int) -> nw.LazyFrame[Any]:
    """Return the ties with `alive`, `alive_after` (were there a letter of mine today), each reason's log-odds (`alive_silence`,
    `alive_lately` ..., `alive_level`), what their sentences tell, and `pace`.

    With whom there was never any contact there is none to keep alive: both are 0, and there are neither reasons nor a pace.

    ties: rows of `features` of that day and horizon.
    """
    known = prepared(ties, as_of_day=as_of_day, horizon_days=horizon_days)
    known = signals(signals(known, horizon_days=horizon_days), horizon_days=horizon_days, word_today=True)
    ever = nw.col("ever") == 1
    sums = {f"alive_{reason}": nw.when(ever).then(_sum("s", weights, reason)) for reason in REASONS}
    level = nw.lit(weights.level)
    found = known.with_columns(**sums, alive_level=level, after=_sum("w", weights) + level)
    total = level
    for name in sums:
        total = total + nw.col(name)
    return found.with_columns(
        alive=nw.when(ever).then(_logistic(total)).otherwise(nw.lit(0.0)),
        # What was said once more today can hardly make it less likely: where the formula thinks so, it knows no better.
        alive_after=nw.when(ever)
        .then(nw.max_horizontal(_logistic(nw.col("after")), _logistic(total)))
        .otherwise(nw.lit(0.0)),
        last_mine=nw.col("s_last_mine") > 0,
        pace=nw.when(ever).then(pace(horizon_days)),
    ).select(
        *ties.collect_schema().names(),
        *sums,
        "alive_level",
        *_TOLD,
        "alive",
        "alive_after",
        "last_mine",
        "pace",
    )


def _sum(letter: str, weights: Weights, reason: str = "") -> nw.Expr:
    total = nw.lit(0.0)
    for name, signal in SIGNALS.items():
        mean, spread, weight = weights.signals[name]
        if weight and reason in ("", signal.reason):
            total = total + (nw.col(f"{letter}_{name}") - mean) * (weight / spread)
    return total


def _logistic(odds: nw.Expr) -> nw.Expr:
    return 1 / (1 + (-odds).exp())


def alive_reasons(tie: Mapping[str, Any], *, horizon_days: int = HORIZON_DAYS) -> list[Reason]:
    """Return what makes up the chance of contact, the largest first; weights and the level add up to its log-odds."""
    if tie["silence"] is None:
        return [Reason("silence", 0.0, "Never in touch.")]
    texts = {
        "silence": _silence(tie),
        "rhythm": _rhythm(tie),
        "history": f"In touch on {_days(tie['active_days'])}, the first {_ago(tie['silence'] + tie['last_day'] - tie['first_day'])}.",
        "lately": f"On {_days(tie['block0_days'])} of the last {horizon_days}, and on {_days(tie['block1_days'])} of the "
        f"{horizon_days} before.",
        "private": f"{tie['direct']:,} of {tie['messages']:,} messages were between the two of you alone.",
        "turns": "The last word was yours." if tie["last_mine"] else "The last word was theirs.",
        "around": _around(tie),
        "you": f"You were in touch with {tie['owner_recent']:,} of the {tie['of_owner']:,} you ever were, within "
        f"{horizon_days} days.",
    }
    found = [Reason(name, tie[f"alive_{name}"], texts[name]) for name in REASONS]
    level = Reason(
        "baseline",
        tie["alive_level"],
        f"Where a middling tie of the public logs stands, for contact within {horizon_days} days.",
    )
    return [*strongest(found), level]


def _days(number: int) -> str:
    return "1 day" if number == 1 else f"{number:,} days"


def _ago(days: int) -> str:
    return "today" if not days else f"{span(days)} ago"


def _silence(tie: Mapping[str, Any]) -> str:
    sides = ((tie["sent"], "you wrote", tie["silence_sent"]), (tie["received"], "they wrote", tie["silence_received"]))
    told_of = [f"{who} {_ago(days)}" for times, who, days in sides if times]
    return f"The last word was {_ago(tie['silence'])}: {', '.join(told_of)}."


def _rhythm(tie: Mapping[str, Any]) -> str:
    gaps, longer = tie["gaps"], tie["longer_gaps"]
    if not gaps:
        return "All contact was on one day: there is no rhythm to compare with."
    return f"Of the {gaps:,} gaps between your days of contact, {longer:,} were as long as today's silence."


def _around(tie: Mapping[str, Any]) -> str:
    if not tie["beside"]:
        return "Never named beside you in messages of others."
    return f"Named beside you in {tie['beside']:,} messages of others, last {_ago(tie['unseen'])}."
