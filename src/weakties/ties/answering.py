"""Answer: the chance that a word of mine today is answered within 30 days, learned from the words that broke a silence before.

Each such word, to somebody who had written, is a trial: what went before it, and whether an answer came. A logistic regression
on three counts (their letters until then, for how long both have been in touch, and how long it was silent) tells them apart,
held to weights that the public sets taught, so that little history hardly moves it. Of ties never silent for two weeks, or
in which one side never wrote, it says what it would say of others with such counts.
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import narwhals as nw

from weakties.ties import regression
from weakties.ties.days import ANSWERED_DAYS
from weakties.ties.reasons import Reason, strongest
from weakties.ties.regression import Outcomes, Weights
from weakties.ties.words import ago, times

if TYPE_CHECKING:
    from weakties.ties.features import Days

# Of each signal, whether more of it makes an answer likelier (1), less likely (-1) or the one or the other (0).
RISES = {"received": 1, "age": 0, "silence": -1}
# More words than this teach no more: the newest.
MOST_ROWS = 50_000


def shipped() -> Weights:
    """Return the weights that came of the public sets: docs/explanation/scores.md tells how."""
    return Weights.from_json(files("weakties.ties").joinpath("answering.json").read_text(encoding="utf-8"), RISES)


def signals(words: Days) -> Days:
    """Return words, or ties as if a word were written today, with a column for each signal, `q_...`.

    words: with received (their letters before), age (days since the first contact) and silence (days).
    """
    return words.with_columns(**{f"q_{name}": (nw.col(name) + 1.0).log() for name in RISES})


def outcomes(reopenings: Days, *, day: int) -> Outcomes:
    """Return the signals of all words whose outcome is known on a day, and whether they were answered.

    reopenings: the derived table; nothing of it after `day` is looked at.
    """
    import numpy as np

    known = reopenings.filter(nw.col("day") <= day - ANSWERED_DAYS)
    answered = (~nw.col("answered_day").is_null()).cast(nw.Float64())
    named = [f"q_{name}" for name in RISES]
    newest = signals(known).with_columns(came=answered).sort("day", "owner", "person", descending=[True, False, False])
    found = newest.select("owner", "came", *named).head(MOST_ROWS).to_native().fetchnumpy()
    values = np.column_stack([found[name] for name in named]).astype(np.float64)
    return Outcomes(values, np.asarray(found["came"], dtype=np.float64), np.asarray(found["owner"]))


def learned(reopenings: Any, *, day: int, start: Weights | None = None) -> Weights:
    """Return the weights that the words up to a day teach, the ones to start from where they teach too little.

    reopenings: the derived table as a relation. day: days since 1970.
    """
    found = outcomes(nw.from_native(reopenings), day=day)
    return regression.fitted([found], start or shipped(), regression.limits_of(tuple(RISES.values())))


def scored(ties: Days, reopenings: Days, weights: Weights, *, as_of_day: int) -> Days:
    """Return the ties with `answer` (null without any contact), each signal's log-odds (`answer_silence` ...), tried and taken.

    ties: rows of `alive.scored`.
    """
    past = reopenings.filter(nw.col("day") <= as_of_day)
    answered = (nw.col("answered_day") <= as_of_day).cast(nw.Int64()).fill_null(0)
    of_tie = past.group_by("owner", "person").agg(
        tried=nw.len().cast(nw.Int64()), taken=answered.sum().cast(nw.Int64())
    )
    known = ties.join(of_tie, on=["owner", "person"], how="left").with_columns(
        *[nw.col(name).fill_null(0) for name in ("tried", "taken")], age=nw.lit(as_of_day) - nw.col("first_day")
    )
    ever = ~nw.col("last_day").is_null()
    terms = {}
    for name, (mean, spread, weight) in weights.signals.items():
        terms[f"answer_{name}"] = nw.when(ever).then((nw.col(f"q_{name}") - mean) * (weight / spread))
    total = nw.lit(weights.level)
    for name in terms:
        total = total + nw.col(name)
    found = signals(known).with_columns(**terms, answer_level=nw.lit(weights.level))
    found = found.with_columns(answer=nw.when(ever).then(1 / (1 + (-total).exp())))
    return found.select(*ties.collect_schema().names(), "tried", "taken", "answer", *terms, "answer_level")


def answer_reasons(tie: Mapping[str, Any]) -> list[Reason]:
    """Return what makes up the chance of an answer, the largest first; weights and the level add up to its log-odds."""
    if tie["answer"] is None:
        return [Reason("silence", 0.0, "Never in touch.")]
    texts = {
        "received": f"They wrote {times(tie['received'])}. {words_after_silence(tie)}",
        "age": f"In touch for the first time {ago(tie['silence'] + tie['last_day'] - tie['first_day'])}.",
        "silence": f"The last word was {ago(tie['silence'])}.",
    }
    found = [Reason(name, tie[f"answer_{name}"], texts[name]) for name in RISES]
    level = Reason(
        "baseline",
        tie["answer_level"],
        f"Where a middling word after a silence stands, for an answer within {ANSWERED_DAYS} days.",
    )
    return [*strongest(found), level]


def words_after_silence(tie: Mapping[str, Any]) -> str:
    """Return how they took such words until now, as a sentence."""
    if not tie["tried"]:
        return "You never broke a silence of two weeks with them."
    return f"You broke a silence with them {times(tie['tried'])}; they answered {times(tie['taken'])}."
