"""Which common contact would open the door: whom, of all who know both of two strangers, would one ask to introduce them?

A conditional logit (McFadden 1974): the chance that it is candidate i of those of a case is exp(s_i) / SUM exp(s_j), where s
is a sum of eight features, each with one weight of a fixed sign. Weights were learned from messages that put two strangers in
touch: who, of all mutual contacts, had sent them. Left out is what adds nothing beyond these: the contact that lies longer back,
and how many introductions took.

Per candidate z of two people x and y, with days since something as whole numbers and `NEVER_DAYS` for what never was:

    newer               ln(1 + days) since the last contact with the one of the two with whom it was later
    weaker, stronger    ln(strength + 0.001) of the tie to the one and to the other; strength: SUM 0.5^(age / 60 d) / recipients
    degree              ln of the number of its contacts
    silent              ln(1 + days) since z wrote to anybody
    introduced          ln(1 + strangers to each other, both known to z, whom messages of z to two to five put together)
    joint               ln(1 + days) since z wrote to x and y at once
    beside              ln(1 + messages of others to all three)
"""

from __future__ import annotations

from collections.abc import Mapping
from importlib.resources import files
from typing import TYPE_CHECKING

from weakties.ties.regression import Weights

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

# Of each feature, whether more of it makes a candidate likelier (1) or less likely (-1).
RISES = {
    "newer": -1, "weaker": 1, "stronger": 1, "degree": -1, "silent": -1, "introduced": 1, "joint": -1, "beside": 1,
}  # fmt: skip
# What a candidate must be known by, (n,) each: `last_x`, `last_y`, `silent`, `joint` in days, the rest as above.
KNOWN = ("last_x", "last_y", "strength_x", "strength_y", "degree", "silent", "introduced", "joint", "beside")
HALF_LIFE_DAYS = 60.0
NEVER_DAYS = 3_650
_LEAST = 1e-3


def shipped() -> Weights:
    """Return the weights that came of the public sets: docs/explanation/how-good-is-the-score.md tells how."""
    return Weights.from_json(files("weakties.network").joinpath("opening.json").read_text(encoding="utf-8"), RISES)


def features(known: Mapping[str, Floats]) -> Floats:
    """Return the features of candidates, (n, 8) in the order of RISES. known: KNOWN -> (n,), days from 0 to NEVER_DAYS."""
    import numpy as np

    last = np.column_stack([known["last_x"], known["last_y"]])
    strength = np.column_stack([known["strength_x"], known["strength_y"]])
    columns = {
        "newer": np.log1p(last.min(axis=1)),
        "weaker": np.log(strength.min(axis=1) + _LEAST),
        "stronger": np.log(strength.max(axis=1) + _LEAST),
        "degree": np.log(np.maximum(known["degree"], 1)),
        **{name: np.log1p(known[name]) for name in ("silent", "introduced", "joint", "beside")},
    }
    found: Floats = np.column_stack([columns[name] for name in RISES])
    return found


def contributions(found: Floats, weights: Weights) -> Floats:
    """Return what each feature adds to the score of a candidate against a middling one, (n, 8). found: `features`."""
    return weights.contributions(found)


def scores(found: Floats, weights: Weights) -> Floats:
    """Return the scores, (n,), higher is likelier; they compare candidates of the same two people. found: `features`."""
    score: Floats = contributions(found, weights).sum(axis=1)
    return score


def chances(score: Floats) -> Floats:
    """Return how likely each candidate of one case is the one, (n,), together 1. score: of all candidates of the case."""
    import numpy as np

    raised = np.exp(score - score.max(initial=-np.inf))
    found: Floats = raised / raised.sum()
    return found
