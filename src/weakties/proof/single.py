"""The published scores that need no model: counts, recency, Navarro's gap ratio, Interactions Rank, the four numbers.

Interactions Rank (Roth et al. 2010), here per pair: SUM 0.5^(age/h) w, w = 5 for what the ego sent, 1 for what it received;
h = 7 days as published, or searched: the best mean NDCG@10 one horizon before the cut-off. Divided by group size it has no
weight by direction. The four numbers: log-odds 0.956 ln(1+active days) - 0.575 ln(1+days since last) + 0.164 ln(1+messages)
+ 0.068 ln(1+sent) - 1.433, weights and intercept of the fit on seven public sets.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from weakties.proof.features import HALF_LIVES, Floats, Table
from weakties.proof.methods import CannotLearn, Fixed, Method, Scorer, Scores
from weakties.proof.metrics import per_ego
from weakties.proof.protocol import Known, Past

# In the order of active days, recency, frequency, sent.
FOUR = ("active_days", "recency", "frequency", "sent")
FOUR_WEIGHTS = (0.956, -0.575, 0.164, 0.068)
FOUR_INTERCEPT = -1.433
_SENT_WEIGHT = 5.0
_ROTH_DAYS = 7

Decayed = Callable[[Table, int], Floats]


def rank(pairs: Table, half_life: int) -> Floats:
    """Return Interactions Rank, (n,), at a half-life in days."""
    return _SENT_WEIGHT * np.nan_to_num(pairs.sent[half_life]) + np.nan_to_num(pairs.received[half_life])


def shared_rank(pairs: Table, half_life: int) -> Floats:
    """Return the decayed count divided by group size, (n,)."""
    return pairs.shared[half_life]


@dataclass(frozen=True, slots=True)
class Searched:
    """A decayed count at the half-life that ordered best one horizon earlier."""

    name: str
    text: str
    decayed: Decayed
    others: bool = False

    def half_life(self, taught: Sequence[Known]) -> int:
        """Return the best half-life in days; the shortest of equals. Raises CannotLearn."""
        if not taught:
            raise CannotLearn("the log does not reach back one horizon before the first cut-off")
        known = taught[0]
        pairs = known.past.pairs
        worth = [per_ego(pairs.ego, self.decayed(pairs, h), known.contact).means()[1] for h in HALF_LIVES]
        if np.isnan(worth).all():
            raise CannotLearn("nobody with five contacts, some of them heard from again, one horizon earlier")
        return HALF_LIVES[int(np.nanargmax(np.round(worth, 9)))]

    def learn(self, taught: Sequence[Known]) -> Scorer:
        """Search the half-life at the nearest snapshot."""
        half_life = self.half_life(taught)
        return lambda past: Scores(self.decayed(past.pairs, half_life))


def four_numbers(past: Past) -> Scores:
    """Return the four-number formula's log-odds and chances."""
    values = np.column_stack([past.pairs.column(name) for name in FOUR])
    odds: Floats = FOUR_INTERCEPT + np.log1p(np.maximum(values, 0)) @ np.array(FOUR_WEIGHTS)
    return Scores(odds, 1 / (1 + np.exp(-odds)))


def _of(name: str, sign: float = 1.0) -> Callable[[Past], Scores]:
    return lambda past: Scores(sign * past.pairs.column(name))


SINGLE: tuple[Method, ...] = (
    Fixed("frequency", "number of messages", _of("frequency")),
    Fixed("recency", "the later the last message, the better", _of("recency", -1.0)),
    Fixed("active_days", "number of days in touch", _of("active_days")),
    Fixed("gap_ratio", "silence against the mean gap (Navarro 2017)", _of("gap_ratio", -1.0)),
    Fixed("ir_7d", "Interactions Rank, 7 d, sent x 5 (Roth 2010)", lambda past: Scores(rank(past.pairs, _ROTH_DAYS))),
    Searched("ir", "Interactions Rank, half-life searched", rank),
    Searched("ir_shared", "Interactions Rank / group size, half-life searched", shared_rank),
    Fixed("four_numbers", "four numbers, weights of seven public sets", four_numbers),
)
MUTUAL = Fixed("mutual", "number of mutual contacts", _of("mutual"), others=True)
