"""What came out where people are ranked who are not yet in touch: rows for programs, a table and sentences for people.

Beside `tables`, which tells of ties and their chances: here scores only order, and each task has measures of its own.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from weakties.proof.bootstrap import Difference
from weakties.proof.product import NAME
from weakties.proof.protocol import Task
from weakties.proof.tables import against, interval, lined, three

_CALLED = {"auc": "AUC", "ndcg_at_10": "NDCG@10", "ap": "AP", "mrr": "MRR", "hit_at_1": "hit@1", "hit_at_3": "hit@3"}
# All have these, whatever else measures them.
_EVERYWHERE = ("auc", "ndcg_at_10", "ap")


@dataclass(frozen=True, slots=True)
class Placed:
    """What one method was worth. numbers: by measure, in [0, 1]; better: ours less this method's, by measure."""

    name: str
    text: str
    numbers: Mapping[str, float]
    better: Mapping[str, Difference] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ranking:
    """What came out. measures: those of the table, the first two with intervals; cuts: seconds; counts: what it was made on, by name;
    asked: the same as a sentence; drawn: what the intervals were drawn from; left_out: (method, why).
    """

    dataset: str
    task: Task
    measures: tuple[str, ...]
    cuts: tuple[int, ...]
    counts: Mapping[str, float]
    asked: str
    drawn: str
    methods: tuple[Placed, ...]
    left_out: tuple[tuple[str, str], ...] = ()

    def of(self, name: str) -> Placed:
        """Return what one method was worth."""
        return next(m for m in self.methods if m.name == name)


def rows(found: Ranking) -> list[dict[str, Any]]:
    """Return one mapping per method; the keys that `tables.rows` has as well mean the same."""
    return [_row(found, one) for one in found.methods]


def _row(found: Ranking, one: Placed) -> dict[str, Any]:
    numbers = {name: _known(one.numbers.get(name, math.nan)) for name in (*_EVERYWHERE, *found.measures)}
    return {
        "dataset": found.dataset,
        "task": found.task.name,
        "horizon": found.task.horizon_days,
        "method": one.name,
        "text": one.text,
        **numbers,
        "brier": None,
        "ece": None,
        "ci": {name: [_known(d.value), _known(d.low), _known(d.high)] for name, d in one.better.items()},
        "beats": {name: {"above": d.value > 0, "sure": d.sure} for name, d in one.better.items()},
    }


def summary(found: Ranking) -> dict[str, Any]:
    """Return what it was made on: counts, cut-offs, what was left out."""
    return {
        "dataset": found.dataset,
        "task": found.task.name,
        "horizon": found.task.horizon_days,
        "cut_offs": list(found.cuts),
        **found.counts,
        "drawn": found.drawn,
        "left_out": dict(found.left_out),
        "said": sentences(found),
    }


def heading(found: Ranking) -> tuple[str, ...]:
    """Return the heads of the columns."""
    ahead = [
        f"weakties ahead by ({_CALLED[name]})" if not i else f"({_CALLED[name]})"
        for i, name in enumerate(found.measures[:2])
    ]
    return ("method", *(_CALLED[name] for name in found.measures), *ahead)


def cells(found: Ranking) -> list[tuple[str, ...]]:
    """Return the table in the columns of `heading`, ours first. `!` marks who is ahead of us."""
    return [
        (
            one.name,
            *(three(one.numbers[name]) for name in found.measures),
            *(interval(one.better.get(name)) for name in found.measures[:2]),
        )
        for one in sorted(found.methods, key=lambda m: m.name != NAME)
    ]


def sentences(found: Ranking) -> list[str]:
    """Return what the table says in words: who is ahead of weakties, what was left out."""
    said: list[str] = []
    for name in found.measures[:2]:
        held = {m.name: m.better[name] for m in found.methods if name in m.better}
        said += against(held, _CALLED[name])
    said.append(f"Intervals are 95 %, drawn over {found.drawn}.")
    return [*said, *(f"Left out {name}: {reason}." for name, reason in found.left_out)]


def text(found: Ranking) -> str:
    """Return all of it as text for a terminal or a page in a fixed font."""
    return "\n".join([found.asked, "", *lined([heading(found), *cells(found)]), "", *sentences(found)])


def _known(number: float) -> float | None:
    return None if math.isnan(number) else number
