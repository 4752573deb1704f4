"""Strength: closeness over a long memory, the logistic function of a sum of named contributions.

It rises with the letters of each side (each shared among its recipients, and halved every three years), those of the owner
twice as much, and with the time from the first to the last. What nobody answers brings nobody close: of each side no more
letters count than three for each of the other's, and two. Silence does not lower it except through the slow halving.

The form and the weights were chosen on ties that people declared (a dormitory's friends, a company's bosses and teams,
32 researchers' acquaintance); one slope fits all of these (0.21 to 0.28 in log-odds), the level lies between that of friends in
one house and that of bosses, so 0.5 is an agreement and no chance. docs/explanation/scores.md has the measurements.

Numbers that the owner sets herself teach the formula: mostly where her agreement lies, hardly what counts how much.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import narwhals as nw

from weakties.ties import regression
from weakties.ties.reasons import Reason, strongest
from weakties.ties.regression import Weights
from weakties.ties.words import times

if TYPE_CHECKING:
    from weakties.ties.features import Days

# Log-odds at no contact at all, and per unit of each term.
SHIPPED = Weights(-3.0, {"yours": (0.0, 1.0, 0.5), "theirs": (0.0, 1.0, 0.25), "time": (0.0, 1.0, 0.25)})
# What is called strong is the owner's own: her level is drawn around the shipped one with variance 1 (`regression.LEVELS`), so
# that one number that is far off moves it by less than one. What counts how much is the same for all labels ever measured,
# and held to the shipped weights by this precision.
_HELD, _FIXED = 50.0, 1e6
# Nobody means that a tie is as strong, or as weak, as can be.
_SURE = 0.95
# Letters of one side that count for each of the other's, and without any.
_ANSWERED, _UNANSWERED = 3, 2
_DAYS_IN_MONTH = 365.25 / 12


def scores(ties: Days, formula: Weights = SHIPPED) -> Days:
    """Return the ties with `strength`, each contribution as a column in log-odds (`strength_yours` ...), `strength_level`, and from
    how many numbers of the owner the formula was learned, `strength_taught`.

    ties: rows of `features`.
    """
    terms = _terms()
    scored = ties.with_columns(
        **{f"strength_{name}": terms[name] * weight for name, (_, _, weight) in formula.signals.items()},
        strength_level=nw.lit(formula.level),
        strength_taught=nw.lit(formula.rows),
    )
    ever = ~nw.col("last_day").is_null()
    total = nw.col("strength_level")
    for name in formula.signals:
        total = total + nw.col(f"strength_{name}")
    return scored.with_columns(strength=nw.when(ever).then(1 / (1 + (-total).exp())).otherwise(nw.lit(0.0)))


def learned(ties: Days, said: Mapping[str, float]) -> Weights:
    """Return the formula that the numbers which the owner set teach, the shipped one without any.

    ties: rows of `features`, of those people alone. said: strength by person id; who was never in touch teaches nothing.
    """
    ever = ties.filter(~nw.col("last_day").is_null())
    found = with_terms(ever).select("person", *(f"t_{name}" for name in SHIPPED.signals)).sort("person").to_native()
    taught = [(said[person], of) for person, *of in found.fetchall()]
    return fitted([of for _, of in taught], [value for value, _ in taught]) if taught else SHIPPED


def with_terms(ties: Days) -> Days:
    """Return the ties with each term of the formula before its weight, `t_yours` ..."""
    return ties.with_columns(**{f"t_{name}": term for name, term in _terms().items()})


def fitted(terms: Sequence[Sequence[float]], said: Sequence[float]) -> Weights:
    """Return the formula near the shipped one that fits what the owner said of some ties.

    terms: those of each tie, in the order of the formula; said: strengths in [0, 1].
    """
    import numpy as np

    numbers = np.clip(np.asarray(said, dtype=np.float64), 1 - _SURE, _SURE)
    z = np.column_stack([np.ones(len(numbers)), np.asarray(terms, dtype=np.float64)])
    before = np.array([SHIPPED.level, *(weight for _, _, weight in SHIPPED.signals.values())])
    held = np.array([_FIXED, *[_HELD] * len(SHIPPED.signals)])
    one_group = np.zeros(len(z), dtype=np.int64)
    limits = regression.limits_of([1] * len(SHIPPED.signals))
    weights, levels, ended = regression.fit(
        z, numbers, np.ones(len(z)), one_group, before=before, held=held, limits=limits
    )
    weights[0] += levels[0]
    found = np.round(weights, regression.DIGITS).tolist()
    names = zip(SHIPPED.signals, found[1:], strict=True)
    formula = Weights(found[0], {name: (0.0, 1.0, weight) for name, weight in names}, len(z))
    return formula if ended and formula.is_sane() else SHIPPED


def _terms() -> dict[str, nw.Expr]:
    sent, received = nw.col("close_sent"), nw.col("close_received")
    months = (nw.col("last_day") - nw.col("first_day")).fill_null(0) / _DAYS_IN_MONTH
    return {
        "yours": (nw.min_horizontal(sent, received * _ANSWERED + _UNANSWERED) + 1.0).log(),
        "theirs": (nw.min_horizontal(received, sent * _ANSWERED + _UNANSWERED) + 1.0).log(),
        "time": (months + 1.0).log(),
    }


def strength_reasons(tie: Mapping[str, Any]) -> list[Reason]:
    """Return what makes up a tie's strength, the largest first; weights and the intercept add up to its log-odds."""
    if tie["last_day"] is None:
        return [Reason("baseline", 0.0, "Never in touch.")]
    sent, received = tie["sent"], tie["received"]
    years = (tie["last_day"] - tie["first_day"]) / 365.25
    texts = {
        "yours": _letters(sent, received, "You wrote", "for what they wrote"),
        "theirs": _letters(received, sent, "They wrote", "for what you wrote"),
        "time": f"From the first message to the last, {years:.1f} years.",
    }
    found = [Reason(name, tie[f"strength_{name}"], texts[name]) for name in SHIPPED.signals]
    start = "Where every tie starts, before any contact"
    if taught := tie["strength_taught"]:
        start += f"; learned from {taught:,} number{'s' if taught > 1 else ''} that you set"
    return [*strongest(found), Reason("baseline", tie["strength_level"], f"{start}.")]


def _letters(mine: int, others: int, who: str, whose: str) -> str:
    if not mine:
        return f"{who} nothing."
    if mine > others * _ANSWERED + _UNANSWERED:
        return f"{who} {times(mine)}, more than counts {whose}: {times(others)}."
    return f"{who} {times(mine)}; old letters count less, and those to many."
