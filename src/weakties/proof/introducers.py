"""Who would put two strangers in touch: our score for it held against every published rule, on the cases of `openings`.

rank of B = 1 + candidates with a higher score + half of the others with the same; MRR = mean of 1 / rank; hit@1 = rank below 1.5;
hit@3 = rank at most 3. AUC, NDCG@10 and average precision are those of `metrics`, a case for an ego. Intervals are drawn over
messages, each with all its cases: one message can put several pairs in touch.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from weakties.errors import WeaktiesError
from weakties.network import opening
from weakties.proof import bootstrap, metrics
from weakties.proof.choice import Choices
from weakties.proof.features import Flags, Floats, Whole
from weakties.proof.openings import FEWEST_CANDIDATES, MOST_INTRODUCED, Cases
from weakties.proof.product import NAME
from weakties.proof.protocol import Task
from weakties.proof.ranking import Placed, Ranking
from weakties.ties.regression import Weights

MEASURES = ("mrr", "hit_at_1", "hit_at_3")
_SEED = 0


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to rank candidates. score: (n,) of all rows, higher is likelier."""

    name: str
    text: str
    score: Callable[[Cases], Floats]


def _weaker(cases: Cases, of: str) -> Floats:
    return np.minimum(cases.column(f"{of}_x"), cases.column(f"{of}_y"))


def _geometric(cases: Cases) -> Floats:
    found: Floats = np.sqrt(cases.column("strength_x") * cases.column("strength_y"))
    return found


RULES: tuple[Rule, ...] = (
    Rule("random", "by lot", lambda c: np.random.default_rng(_SEED).random(len(c.case))),
    Rule("degree", "number of contacts", lambda c: c.column("degree")),
    Rule("min_count", "messages with the one of the two with whom there are fewer", lambda c: _weaker(c, "count")),
    Rule("min_strength", "the weaker of both ties, decayed, 60 d", lambda c: _weaker(c, "strength")),
    Rule("geometric", "geometric mean of both ties, decayed", _geometric),
    Rule("sum", "sum of both ties, decayed", lambda c: c.column("strength_x") + c.column("strength_y")),
    Rule(
        "geometric_degree", "geometric mean / ln(2 + degree)", lambda c: _geometric(c) / np.log(2 + c.column("degree"))
    ),
    Rule(
        "recent_both",
        "the later contact with both, the better",
        lambda c: -np.maximum(c.column("last_x"), c.column("last_y")),
    ),
)


def features(cases: Cases) -> Floats:
    """Return the features of `network.opening`, (n, 8): from whole days, as the product knows them."""
    days = ("last_x", "last_y", "silent", "joint")
    known = {name: cases.column(name) for name in opening.KNOWN}
    return opening.features({name: np.floor(v) if name in days else v for name, v in known.items()})


def choices(cases: Cases) -> Choices:
    """Return what cases teach."""
    return Choices(features(cases), cases.case, cases.came)


def ours(weights: Weights | None = None, name: str = NAME, text: str = "whom weakties would ask") -> Rule:
    """Return our score as a rule. weights: the shipped ones if None."""
    used = weights or opening.shipped()
    return Rule(name, text, lambda cases: opening.scores(features(cases), used))


def split(cases: Cases) -> tuple[Cases, Cases]:
    """Return the earlier and the later half of the cases. The later half begins when 30 days have gone since the earlier ended."""
    middle = np.sort(cases.at)[len(cases.at) // 2]
    taken = cases.at + cases.takes_days * 86_400
    return _only(cases, taken < middle), _only(cases, cases.at >= middle)


def _only(cases: Cases, kept: Flags) -> Cases:
    rows = kept[cases.case]
    number = np.cumsum(kept) - 1
    return replace(
        cases,
        case=number[cases.case[rows]],
        candidate=cases.candidate[rows],
        came=cases.came[rows],
        values=cases.values[rows],
        at=cases.at[kept],
        letter=cases.letter[kept],
    )


def ranks(case: Whole, score: Floats, came: Flags) -> Floats:
    """Return the rank of whom it was in each case, from 1, ties sharing their places, (cases,)."""
    count = int(case.max(initial=-1)) + 1
    level = metrics.levels(score)
    theirs = np.zeros(count, np.int64)
    theirs[case[came]] = level[came]
    above = np.bincount(case, level > theirs[case], count)
    same = np.bincount(case, level == theirs[case], count) - 1
    return 1 + above + same / 2


def compare(
    cases: Cases,
    task: Task,
    *,
    dataset: str,
    rules: Sequence[Rule] | None = None,
    resamples: int = bootstrap.RESAMPLES,
) -> Ranking:
    """Measure rules on cases; ours and the published ones if None. Raises WeaktiesError where there is no case."""
    if not len(cases.at):
        raise _no_case(cases, task)
    rules = rules or (ours(), *RULES)
    numbers, drawn = {}, {}
    for rule in rules:
        score = rule.score(cases)
        rank = ranks(cases.case, score, cases.came)
        each = np.column_stack([1 / rank, rank < 1.5, rank <= 3])
        per = metrics.per_ego(cases.case, score, cases.came, fewest=FEWEST_CANDIDATES)
        numbers[rule.name] = dict(zip(("auc", "ndcg_at_10", "ap"), per.means(), strict=True))
        numbers[rule.name] |= dict(zip(MEASURES, each.mean(axis=0).tolist(), strict=True))
        drawn[rule.name] = bootstrap.by_group(cases.letter, each, resamples=resamples)
    methods = []
    for rule in rules:
        better = {
            name: bootstrap.spread(
                numbers[NAME][name] - numbers[rule.name][name], drawn[NAME][:, i] - drawn[rule.name][:, i]
            )
            for i, name in enumerate(MEASURES)
            if rule.name != NAME
        }
        methods.append(Placed(rule.name, rule.text, numbers[rule.name], better))
    return Ranking(dataset, task, MEASURES, (), _counts(cases), _asked(cases, dataset), "messages", tuple(methods))


def _counts(cases: Cases) -> dict[str, float]:
    return {
        "possible": cases.possible,
        "took": cases.took,
        "cases": len(cases.at),
        "candidates": float(np.median(np.bincount(cases.case))),
    }


def _asked(cases: Cases, dataset: str) -> str:
    return (
        f"{dataset}: introducer, in touch within {cases.takes_days} days; {cases.possible:,} possible introductions, "
        f"{cases.took:,} took, {len(cases.at):,} cases with {FEWEST_CANDIDATES} common contacts or more "
        f"(median {np.median(np.bincount(cases.case)):g})."
    )


def _no_case(cases: Cases, task: Task) -> WeaktiesError:
    said = (
        f"There is no introduction to measure anything on: of {cases.possible:,} messages to 2 to {MOST_INTRODUCED} people that "
        f"named two strangers, {cases.took:,} put them in touch within {task.horizon_days} days, none of whom had "
        f"{FEWEST_CANDIDATES} common contacts."
    )
    return WeaktiesError(said, hint="A longer log may do; a table needs a row for every recipient of a message.")
