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
from weakties.ties.signals import SIGNALS, prepared, signals
from weakties.ties.words import ago, plural

HORIZON_DAYS = 90
REASONS = tuple(dict.fromkeys(signal.reason for signal in SIGNALS.values()))


# Of what is prepared for the signals, what the sentences of the reasons tell.
_TOLD = ("of_owner", "owner_recent")


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
        last_mine=nw.col("mine_last") > 0,
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
    silence = tie["silence"]
    texts = {
        "silence": _silence(tie),
        "rhythm": _rhythm(tie),
        "history": f"In touch on {_days(tie['active_days'])}, the first {ago(silence + tie['last_day'] - tie['first_day'])}.",
        "lately": f"On {_days(tie['block0_days'])} of the last {horizon_days}, and on {_days(tie['block1_days'])} of the "
        f"{horizon_days} before.",
        "private": f"Of {plural(tie['messages'], 'message', 'messages')}, {tie['direct']:,} between the two of you alone.",
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
    return plural(number, "day", "days")


def _silence(tie: Mapping[str, Any]) -> str:
    silence = tie["silence"]
    sides = (("you wrote", tie["last_sent_day"]), ("they wrote", tie["last_received_day"]))
    told = [f"{who} {ago(silence + tie['last_day'] - day)}" for who, day in sides if day is not None]
    return f"The last word was {ago(silence)}: {', '.join(told)}."


def _rhythm(tie: Mapping[str, Any]) -> str:
    if not tie["gaps"]:
        return "All contact was on one day: there is no rhythm to compare with."
    if tie["gaps"] == 1:
        return f"The one gap between your days of contact was {'' if tie['longer_gaps'] else 'not '}as long as today's silence."
    return f"Of the {tie['gaps']:,} gaps between your days of contact, {tie['longer_gaps']:,} were as long as today's silence."


def _around(tie: Mapping[str, Any]) -> str:
    if not tie["beside"]:
        return "Never named beside you in messages of others."
    last = tie["silence"] + tie["last_day"] - tie["last_beside_day"]
    return f"Named beside you in {plural(tie['beside'], 'message', 'messages')} of others, last {ago(last)}."
