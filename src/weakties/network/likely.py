"""Who, of all people two steps away, is likely to come into touch: a loose connection that is about to close.

A conditional logit (McFadden 1974) over all c two steps from x, on five features with weights of a fixed sign where the field
knows one, learned from whom people of public logs came to know. z runs over the contacts that both have:

    paths     ln(0.001 + SUM sqrt(w_xz w_zc) / k_z), w: SUM 0.5^(age / 30 d) / group size of the contacts of a pair, k: degree
    walk      ln of the chance that a random walk from x, which begins anew at every step with probability .15, is at c after 12
    degree    ln of the number of c's contacts
    silent    ln(1 + days) since c was in touch with anybody
    beside    ln(0.1 + SUM 1 / recipients) over the messages of others that went to both x and c

The paths are those of resource allocation (Zhou, Lu & Zhang 2009) over ties that fade; the walk is personalised PageRank. What
adds nothing beside these is left out: the number of common contacts, the strongest single way, the contacts c made of late.
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
    Whole = NDArray[np.int64]

# Of each feature, whether more of it makes contact likelier (1), less likely (-1), or the one or the other (0).
RISES = {"paths": 1, "walk": 1, "degree": 0, "silent": -1, "beside": 1}
HALF_LIFE_DAYS = 30.0
NEVER_DAYS = 3_650
# Messages to more people than this bring nobody together.
MOST_RECIPIENTS = 20
RESTART, ROUNDS = 0.15, 12
_LEAST = {"paths": 1e-3, "walk": 1e-12, "degree": 0.0, "silent": 1.0, "beside": 0.1}


def shipped() -> Weights:
    """Return the weights that came of the public sets: docs/explanation/how-good-is-the-score.md tells how."""
    return Weights.from_json(files("weakties.network").joinpath("likely.json").read_text(encoding="utf-8"), RISES)


def features(known: Mapping[str, Floats]) -> Floats:
    """Return the features of people, (n, 5) in the order of RISES.

    known: of each name of RISES what the logarithm is taken of, (n,): paths, walk, degree of at least 1, silent in whole days up to
    NEVER_DAYS, beside.
    """
    import numpy as np

    found: Floats = np.column_stack([np.log(known[name] + _LEAST[name]) for name in RISES])
    return found


def contributions(found: Floats, weights: Weights) -> Floats:
    """Return what each feature adds to the log-odds of a person against a middling one, (n, 5). found: `features`."""
    return weights.contributions(found)


def scores(found: Floats, weights: Weights) -> Floats:
    """Return the log-odds of contact, (n,). Their order is what was proved; their level is that of all public sets together."""
    odds: Floats = weights.level + contributions(found, weights).sum(axis=1)
    return odds


def ties(a: Whole, b: Whole, weight: Floats, people: int) -> tuple[Whole, Whole, Floats]:
    """Return a graph of pairs that are each given once, (k,) each, as compressed sparse rows: starts, other, weight as below."""
    import numpy as np

    owner, other = np.concatenate([a, b]), np.concatenate([b, a])
    order = np.lexsort((other, owner))
    starts = np.concatenate([np.zeros(1, np.int64), np.cumsum(np.bincount(owner, minlength=people))])
    return starts, other[order], np.tile(weight, 2)[order]


def two_steps(starts: Whole, other: Whole, weight: Floats, person: int) -> tuple[Whole, Whole, Floats]:
    """Return who is two steps from a person, how many contacts both have, and the decayed paths between them, (n,) each.

    starts: (people + 1,), other, weight: (entries,): the graph as compressed sparse rows, each tie in both rows.
    """
    import numpy as np

    people = len(starts) - 1
    middles, near, entries, size = ways(starts, other, person)
    end = other[entries]
    first, second = np.repeat(weight[near], size), weight[entries]
    paths = np.bincount(end, np.sqrt(first * second) / np.repeat(size, size), people).astype(np.float64)
    common = np.bincount(end, minlength=people)
    common[middles] = common[person] = 0
    who = np.flatnonzero(common)
    return who, common[who], paths[who]


def ways(starts: Whole, other: Whole, person: int) -> tuple[Whole, slice, Whole, Whole]:
    """Return the contacts of a person, the entries of these, the entries of all their contacts, and how many each has."""
    import numpy as np

    near = slice(int(starts[person]), int(starts[person + 1]))
    middles = other[near]
    size = starts[middles + 1] - starts[middles]
    before = np.concatenate([np.zeros(1, np.int64), np.cumsum(size)])
    entries = np.repeat(starts[middles] - before[:-1], size) + np.arange(before[-1])
    return middles, near, entries, size


def walk(starts: Whole, other: Whole, person: int) -> Floats:
    """Return where a random walk from a person is after ROUNDS steps, each begun anew with probability RESTART, (people,)."""
    import numpy as np

    degree = np.diff(starts)
    owner, share = np.repeat(np.arange(len(degree)), degree), 1 / np.maximum(degree, 1)
    place: Floats = np.zeros(len(degree), np.float64)
    place[person] = 1.0
    for _ in range(ROUNDS):
        place = (1 - RESTART) * np.bincount(other, (place * share)[owner], len(degree)).astype(np.float64)
        place[person] += RESTART
    return place
