"""How sure a difference between two methods is: the paired bootstrap, seeded, 95 %.

With many egos, egos are drawn with replacement, each with all its cut-offs, and the mean difference is taken anew. With few
(one mailbox has one), contacts are drawn within each ego, each with all its cut-offs, and the cut-offs too.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from weakties.proof.features import Flags, Floats, Whole
from weakties.proof.metrics import TOP, PerEgo, discounts, levels

# Fewer egos than this say little of other egos: what is drawn then are contacts.
FEW_EGOS = 10
RESAMPLES = 2_000
_BAND = (2.5, 97.5)
# Numbers held at once while drawing.
_AT_ONCE = 4_000_000


@dataclass(frozen=True, slots=True)
class Difference:
    """Ours less theirs. value: as measured; low, high: the middle 95 % of resamples; nan where nothing could be drawn."""

    value: float
    low: float
    high: float

    @property
    def sure(self) -> bool:
        """Tell whether the interval excludes zero."""
        return self.low > 0 or self.high < 0


@dataclass(frozen=True, slots=True)
class Asked:
    """The candidates of one cut-off. ego, alter, came: (n,)."""

    ego: Whole
    alter: Whole
    came: Flags


def spread(value: float, drawn: Floats) -> Difference:
    """Return a measured difference with the middle 95 % of the drawn ones."""
    drawn = drawn[~np.isnan(drawn)]
    low, high = np.percentile(drawn, _BAND) if len(drawn) else (np.nan, np.nan)
    return Difference(value, float(low), float(high))


def by_ego(per_cut: Sequence[PerEgo], *, seed: int = 0, resamples: int = RESAMPLES) -> dict[str, Floats]:
    """Return the mean over egos and cut-offs of AUC, NDCG@10 and average precision in each resample, (resamples,).

    The same seed and the same egos draw the same resamples: what two methods get can be subtracted row by row.
    """
    egos = np.unique(np.concatenate([p.ego for p in per_cut]))
    place = [np.searchsorted(egos, p.ego) for p in per_cut]
    there = np.zeros((len(egos), len(per_cut)))
    values = {"auc": there.copy(), "ndcg_at_10": there.copy(), "ap": there.copy()}
    for cut, (at, one) in enumerate(zip(place, per_cut, strict=True)):
        there[at, cut] = 1.0
        values["auc"][at, cut], values["ndcg_at_10"][at, cut], values["ap"][at, cut] = one.auc, one.ndcg, one.ap
    found: dict[str, list[Floats]] = {name: [] for name in values}
    for weights in _weights(len(egos), seed, resamples):
        count = weights @ there
        for name, of in values.items():
            found[name].append(_mean(np.where(count > 0, weights @ of / np.maximum(count, 1), np.nan)))
    return {name: np.concatenate(parts) for name, parts in found.items()}


def by_group(group: Whole, values: Floats, *, seed: int = 0, resamples: int = RESAMPLES) -> Floats:
    """Return the means of numbers in each resample, (resamples, k), where groups are drawn, each with all its rows.

    group: (n,) of which group, for instance a message; values: (n, k). The same seed and groups draw the same resamples.
    """
    _, place = np.unique(group, return_inverse=True)
    size = np.bincount(place).astype(np.float64)
    total = np.column_stack([np.bincount(place, column) for column in values.T])
    drawn = [(w @ total) / (w @ size)[:, None] for w in _weights(len(size), seed, resamples)]
    return np.concatenate(drawn)


def by_contact(
    asked: Sequence[Asked], scores: Sequence[Floats], *, seed: int = 0, resamples: int = RESAMPLES
) -> dict[str, Floats]:
    """Return the same where contacts and cut-offs are drawn; for few egos. scores: one array per cut-off."""
    egos = np.unique(np.concatenate([a.ego for a in asked]))
    per_ego = [_of_one(ego, asked, scores, seed, resamples) for ego in egos]
    drawn = np.random.default_rng(seed).multinomial(len(asked), np.full(len(asked), 1 / len(asked)), size=resamples)
    found = {}
    for number, name in enumerate(("auc", "ndcg_at_10")):
        # (resamples, cut-offs): the mean over the egos that could be measured in each.
        cuts = _mean(np.stack([one[number] for one in per_ego], axis=-1))
        taken = np.where(np.isnan(cuts), 0, drawn)
        total = taken.sum(axis=1)
        found[name] = np.where(total > 0, (np.nan_to_num(cuts) * taken).sum(axis=1) / np.maximum(total, 1), np.nan)
    return found


def _of_one(
    ego: int, asked: Sequence[Asked], scores: Sequence[Floats], seed: int, resamples: int
) -> tuple[Floats, Floats]:
    """Return AUC and NDCG@10 of one ego by resample and cut-off, (resamples, cut-offs)."""
    mine = [a.ego == ego for a in asked]
    contacts = np.unique(np.concatenate([a.alter[m] for a, m in zip(asked, mine, strict=True)]))
    parts: list[tuple[list[Floats], list[Floats]]] = [([], []) for _ in asked]
    for weights in _weights(len(contacts), seed, resamples):
        for a, m, s, (auc, ndcg) in zip(asked, mine, scores, parts, strict=True):
            at = np.searchsorted(contacts, a.alter[m])
            one = _weighted(levels(s[m]), a.came[m], weights[:, at])
            auc.append(one[0])
            ndcg.append(one[1])
    columns = [(np.concatenate(auc), np.concatenate(ndcg)) for auc, ndcg in parts]
    return np.column_stack([c[0] for c in columns]), np.column_stack([c[1] for c in columns])


def _weighted(level: Whole, came: Flags, weights: Floats) -> tuple[Floats, Floats]:
    """Return AUC and NDCG@10 of one list of candidates, each there as often as a row of weights says, (rows,)."""
    if not len(level):
        nothing = np.full(len(weights), np.nan)
        return nothing, nothing
    order = np.argsort(-level, kind="stable")
    level, came, weights = level[order], came[order], weights[:, order]
    ties = np.flatnonzero(np.append(True, level[1:] != level[:-1]))
    size, good = np.add.reduceat(weights, ties, axis=1), np.add.reduceat(weights * came, ties, axis=1)
    end, hits = size.cumsum(axis=1), good.cumsum(axis=1)
    people, positives = end[:, -1:], hits[:, -1:]
    below = (people - positives) - (end - hits)
    pairs = (positives * (people - positives))[:, 0]
    wins = (good * (below + 0.5 * (size - good))).sum(axis=1)
    total = discounts()
    worth = total[np.minimum(end, TOP).astype(np.int64)] - total[np.minimum(end - size, TOP).astype(np.int64)]
    gained = (good / np.maximum(size, 1) * worth).sum(axis=1)
    ideal = total[np.minimum(positives[:, 0], TOP).astype(np.int64)]
    fine = pairs > 0
    return (
        np.where(fine, wins / np.where(fine, pairs, 1), np.nan),
        np.where(fine, gained / np.where(fine, ideal, 1), np.nan),
    )


def _weights(count: int, seed: int, resamples: int) -> Iterator[Floats]:
    """Yield how often each of so many is drawn, (rows, count), in parts that fit."""
    rng = np.random.default_rng(seed)
    rows = max(1, _AT_ONCE // max(count, 1))
    for start in range(0, resamples, rows):
        drawn = rng.multinomial(count, np.full(count, 1 / count), size=min(rows, resamples - start))
        yield drawn.astype(np.float64)


def _mean(values: Floats) -> Floats:
    """Return the mean over the last axis of what is no nan; nan where nothing is."""
    there = ~np.isnan(values)
    count = there.sum(axis=-1)
    found: Floats = np.where(count > 0, np.nan_to_num(values).sum(axis=-1) / np.maximum(count, 1), np.nan)
    return found
