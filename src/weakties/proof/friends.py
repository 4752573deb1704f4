"""Friends of friends: our score for who comes into touch held against every published one, on the candidates of `twosteps`.

AUC, NDCG@10 and average precision are worked out for every ego and averaged, over egos and then over cut-offs, as everywhere here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from weakties.errors import WeaktiesError
from weakties.network import likely
from weakties.proof import bootstrap, metrics
from weakties.proof.bootstrap import Asked, Difference
from weakties.proof.choice import Choices
from weakties.proof.features import Floats
from weakties.proof.metrics import PerEgo
from weakties.proof.product import NAME
from weakties.proof.protocol import Task
from weakties.proof.ranking import Placed, Ranking
from weakties.proof.twosteps import Candidates
from weakties.ties.regression import Weights

MEASURES = ("auc", "ndcg_at_10", "ap")
# Days in which what the other does counts half.
_RECENT_DAYS = 30.0


@dataclass(frozen=True, slots=True)
class Rule:
    """A way to rank candidates. score: (n,) of all rows, higher is likelier."""

    name: str
    text: str
    score: Callable[[Candidates], Floats]


RULES: tuple[Rule, ...] = (
    Rule("common", "number of common contacts", lambda c: c.column("common")),
    Rule("adamic_adar", "SUM 1/ln k over common contacts", lambda c: c.column("aa")),
    Rule("resource_allocation", "SUM 1/k over common contacts", lambda c: c.column("ra")),
    Rule("pagerank", "personalised PageRank, restart .15", lambda c: c.column("walk")),
    Rule(
        "ra_recent",
        "resource allocation x 0.5^(days since the other was seen / 30)",
        lambda c: c.column("ra") * 0.5 ** (c.column("silent") / _RECENT_DAYS),
    ),
    Rule("decayed_paths", "SUM sqrt(w w) / ln k, ties halved in 30 d", lambda c: c.column("decayed")),
    Rule("recency", "the later the other was seen, the better", lambda c: -c.column("silent")),
)


def features(found: Candidates) -> Floats:
    """Return the features of `network.likely`, (n, 5): from whole days, as the product knows them."""
    known = {name: found.column(name) for name in likely.RISES}
    return likely.features({**known, "silent": np.floor(known["silent"])})


def choices(found: Candidates) -> Choices:
    """Return what candidates teach, each ego's a case."""
    _, case = np.unique(found.ego, return_inverse=True)
    return Choices(features(found), case, found.came)


def ours(weights: Weights | None = None) -> Rule:
    """Return our score as a rule. weights: the shipped ones if None."""
    used = weights or likely.shipped()
    return Rule(NAME, "who weakties says is about to come into touch", lambda c: likely.scores(features(c), used))


def compare(
    cuts: Iterable[Candidates],
    task: Task,
    *,
    dataset: str,
    rules: Sequence[Rule] | None = None,
    resamples: int = bootstrap.RESAMPLES,
    told: Callable[[str], None] = lambda _: None,
) -> Ranking:
    """Measure rules at each cut-off; ours and the published ones if None. Raises WeaktiesError where there is no candidate."""
    rules = rules or (ours(), *RULES)
    asked: list[Candidates] = []
    scores: dict[str, list[Floats]] = {rule.name: [] for rule in rules}
    for one in cuts:
        if len(one.ego):
            told(f"cut-off {len(asked) + 1} of {len(task.quantiles)}: {len(one.ego):,} pairs")
            asked.append(one)
            for rule in rules:
                scores[rule.name].append(rule.score(one))
    if not asked:
        raise _nobody(task)
    per = {name: [_per_ego(c, s) for c, s in zip(asked, found, strict=True)] for name, found in scores.items()}
    few = len(np.unique(np.concatenate([c.ego for c in asked]))) < bootstrap.FEW_EGOS
    drawn = {
        name: _by_contact(asked, scores[name], resamples) if few else bootstrap.by_ego(per[name], resamples=resamples)
        for name in per
    }
    numbers = {
        name: dict(zip(MEASURES, np.mean([p.means() for p in of], axis=0).tolist(), strict=True))
        for name, of in per.items()
    }
    methods = [
        Placed(
            rule.name, rule.text, numbers[rule.name], {} if rule.name == NAME else _better(rule.name, numbers, drawn)
        )
        for rule in rules
    ]
    counts = _counts(asked, per[NAME])
    said = _asked(dataset, task, counts)
    return Ranking(
        dataset,
        task,
        MEASURES,
        tuple(c.cut for c in asked),
        counts,
        said,
        "contacts" if few else "egos",
        tuple(methods),
    )


def _per_ego(asked: Candidates, score: Floats) -> PerEgo:
    return metrics.per_ego(asked.ego, score, asked.came, fewest=1)


def _by_contact(asked: Sequence[Candidates], scores: Sequence[Floats], resamples: int) -> dict[str, Floats]:
    return bootstrap.by_contact([Asked(c.ego, c.candidate, c.came) for c in asked], scores, resamples=resamples)


def _better(
    name: str, numbers: dict[str, dict[str, float]], drawn: dict[str, dict[str, Floats]]
) -> dict[str, Difference]:
    """Return ours less another's, by measure; where contacts are drawn, without average precision."""
    return {
        measure: bootstrap.spread(numbers[NAME][measure] - numbers[name][measure], drawn[NAME][measure] - theirs)
        for measure, theirs in drawn[name].items()
    }


def _counts(asked: Sequence[Candidates], per: Sequence[PerEgo]) -> dict[str, float]:
    egos = [len(p.ego) for p in per]
    return {
        "egos": float(np.mean(egos)),
        "candidates": float(np.mean([len(c.ego) / n for c, n in zip(asked, egos, strict=True)])),
        "positives": float(np.mean([c.came.sum() / n for c, n in zip(asked, egos, strict=True)])),
    }


def _asked(dataset: str, task: Task, counts: dict[str, float]) -> str:
    return (
        f"{dataset}: friends of friends, in touch within {task.horizon_days} days; on average {counts['egos']:,.0f} "
        f"{'egos' if round(counts['egos']) != 1 else 'ego'} with {counts['candidates']:,.0f} people two steps away, "
        f"{counts['positives']:.2f} of whom came into touch."
    )


def _nobody(task: Task) -> WeaktiesError:
    return WeaktiesError(
        f"At no cut-off does anybody come into touch with a contact of a contact within {task.horizon_days} days.",
        hint="--horizon with more days, or a longer log, may do.",
    )
