"""How well scores order: per-ego AUC, NDCG@10 and average precision.

For each ego with at least five candidates and both classes; the mean over egos, then over cut-offs, is what is compared.
Scores closer than a billionth (relative to 1 + their size) are one: their candidates share their places, which is what the
published random jitter of that size does on average. So the numbers do not depend on the order of the rows.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from weakties.proof.features import Flags, Floats, Whole

FEWEST_CANDIDATES = 5
TOP = 10
_CLOSER = 1e-9


@dataclass(frozen=True, slots=True)
class PerEgo:
    """One row per ego that can be measured, in the order of their numbers. All in [0, 1]."""

    ego: Whole
    auc: Floats
    ndcg: Floats
    ap: Floats

    def means(self) -> tuple[float, float, float]:
        """Return the means of AUC, NDCG@10 and average precision over egos; nan without any."""
        if not len(self.ego):
            return (float("nan"),) * 3
        return float(self.auc.mean()), float(self.ndcg.mean()), float(self.ap.mean())


def levels(scores: Floats) -> Whole:
    """Return scores as whole numbers, equal where the scores count as one. Order is kept; nan counts as the lowest."""
    clean = np.nan_to_num(scores, nan=-1e300, posinf=1e300, neginf=-1e300)
    found: Whole = np.round(np.sign(clean) * np.log1p(np.abs(clean)) / _CLOSER).astype(np.int64)
    return found


def discounts(places: int = TOP) -> Floats:
    """Return the sums of 1/log2(r + 1) over the first 0, 1, 2 ... places, (places + 1,)."""
    return np.concatenate([[0.0], np.cumsum(1 / np.log2(np.arange(2, places + 2)))])


def per_ego(
    ego: Whole, scores: Floats, gains: Floats | Flags, *, fewest: int = FEWEST_CANDIDATES, both: bool = True
) -> PerEgo:
    """Return what a score is worth to each ego.

    ego, scores, gains: (n,). gains: 1 and 0, or for graded NDCG any number from 0; whatever is above 0 is the positive class.
    both: leave out egos without both classes; where they stay, only their NDCG says something.
    """
    gain = np.asarray(gains, dtype=np.float64)
    order = np.lexsort((-levels(scores), ego))
    ego, level, gain = ego[order], levels(scores)[order], gain[order]
    if not len(ego):
        return PerEgo(ego, *(np.zeros(0) for _ in range(3)))
    new_ego = np.concatenate([[True], ego[1:] != ego[:-1]])
    new_tie = new_ego | np.concatenate([[True], level[1:] != level[:-1]])
    ties, egos = np.flatnonzero(new_tie), np.flatnonzero(new_ego)
    of = np.cumsum(new_ego[ties]) - 1
    size, good, gained = (np.add.reduceat(v, ties) for v in (np.ones(len(ego)), (gain > 0).astype(float), gain))
    people, positives = np.add.reduceat(size, _starts(of)), np.add.reduceat(good, _starts(of))
    end, hits = _running(size, of), _running(good, of)
    auc, ap = _auc(size, good, end, hits, of, people, positives), _ap(good, end, hits, of, positives)
    total = discounts()
    share = gained / size * (_upto(total, end) - _upto(total, end - size))
    ideal = np.add.reduceat(_place_values(ego, egos) * gain[np.lexsort((-gain, ego))], egos)
    ndcg = np.add.reduceat(share, _starts(of)) / np.where(ideal > 0, ideal, 1.0)
    kept = (people >= fewest) & (((positives > 0) & (positives < people)) | (not both))
    return PerEgo(ego[egos][kept], auc[kept], ndcg[kept], ap[kept])


def _place_values(ego: Whole, egos: Whole) -> Floats:
    """Return what each place of each ego's list is worth; ego: sorted, egos: where each begins."""
    place = np.arange(len(ego)) - np.repeat(egos, np.diff(np.append(egos, len(ego))))
    return np.where(place < TOP, 1 / np.log2(place + 2.0), 0.0)


def _starts(of: Whole) -> Whole:
    return np.flatnonzero(np.concatenate([[True], of[1:] != of[:-1]]))


def _running(values: Floats, of: Whole) -> Floats:
    """Return the running sum within each group, this row included."""
    total = np.cumsum(values)
    starts = _starts(of)
    before = np.concatenate([[0.0], total])[starts]
    found: Floats = total - before[of]
    return found


def _upto(total: Floats, places: Floats) -> Floats:
    found: Floats = total[np.minimum(places, len(total) - 1).astype(np.int64)]
    return found


def _auc(size: Floats, good: Floats, end: Floats, hits: Floats, of: Whole, people: Floats, positives: Floats) -> Floats:
    bad = size - good
    below = (people - positives)[of] - (end - hits)
    wins = np.add.reduceat(good * (below + 0.5 * bad), _starts(of))
    pairs = positives * (people - positives)
    return wins / np.where(pairs > 0, pairs, 1.0)


def _ap(good: Floats, end: Floats, hits: Floats, of: Whole, positives: Floats) -> Floats:
    """Precision at the end of each tie, weighted with the positives in it (as scikit-learn defines it)."""
    return np.add.reduceat(good * hits / end, _starts(of)) / np.where(positives > 0, positives, 1.0)
