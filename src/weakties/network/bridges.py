"""Who bridges what: Burt's constraint and effective size of a person, and the worlds that their ties lead into.

With p(i, j) the share of i's tie weight that goes to j, and m(j, q) the weight of j's tie to q beside j's strongest
(Burt 1992, *Structural Holes*, as science and software have read it since):

    constraint      sum over contacts j of (p(i, j) + sum over contacts q of p(i, q) p(q, j))^2
    effective size  sum over contacts j of (1 - sum over contacts q of p(i, q) m(j, q))

Constraint is low where contacts do not know each other and none takes most of the ties; it compares ego networks of like size
only (Everett & Borgatti 2020). Nothing but the rows of the person and of their contacts is read.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakties.network.graph import Graph, Mask, Nodes, find


@dataclass(frozen=True, slots=True)
class Brokerage:
    """How much of a bridge somebody is. contacts: how many neighbours; constraint: above 0, about 1 and more where one contact is
    all there is, not a number without contacts; effective_size: contacts less what is redundant among them, 0 to `contacts`.
    """

    contacts: int
    constraint: float
    effective_size: float


@dataclass(frozen=True, slots=True)
class Worlds:
    """How many communities somebody's contacts live in. effective: the exponential of the entropy of tie weight over them
    (1 to `number`), as many as there would be if all had an equal part; 0 where there are none.
    """

    number: int
    effective: float


def brokerage(graph: Graph, node: int, *, barred: Mask | None = None) -> Brokerage:
    """Return constraint and effective size of a node, weights as they are.

    barred: bool (n,), who counts neither as a contact nor among the ties of contacts. Raises ValueError for an unknown node.
    """
    near, weight = _contacts(graph, node, barred)
    if not len(near):
        return Brokerage(0, math.nan, 0.0)
    share = weight / weight.sum()
    counts, far, known = graph.spread(near)
    sure = known.astype(np.float64)
    if barred is not None:
        sure[barred[far]] = 0.0
    starts = np.cumsum(counts) - counts
    total, strongest = np.add.reduceat(sure, starts), np.maximum.reduceat(sure, starts)
    # Only ties among contacts count from here on: in which contact's row each stands, and to which contact it leads.
    target, at = find(near, far)
    row, sure = np.repeat(np.arange(len(near)), counts)[at], sure[at]
    through = np.bincount(target, share[row] * sure / total[row], minlength=len(near))
    redundant = float(np.sum(share[target] * sure / strongest[row]))
    return Brokerage(len(near), float(np.sum((share + through) ** 2)), len(near) - redundant)


def worlds(graph: Graph, node: int, membership: NDArray[np.integer], *, barred: Mask | None = None) -> Worlds:
    """Return how many communities the neighbours of a node live in, and how evenly its ties are spread over them.

    membership: (n,), the number of each node's community, below 0 for none; who is in none is left out. barred: bool (n,), who
    does not count. Raises ValueError for an unknown node.
    """
    if membership.shape != (graph.nodes,) or not np.issubdtype(membership.dtype, np.integer):
        raise ValueError(
            f"membership is {membership.dtype} {membership.shape} and should be one whole number per node."
        )
    near, weight = _contacts(graph, node, barred)
    lives = membership[near]
    _, world = np.unique(lives[lives >= 0], return_inverse=True)
    if not len(world):
        return Worlds(0, 0.0)
    weight = weight[lives >= 0]
    part = np.bincount(world, weight / weight.sum())
    return Worlds(len(part), math.exp(-float(np.sum(part * np.log(part)))))


def _contacts(graph: Graph, node: int, barred: Mask | None) -> tuple[Nodes, NDArray[np.float64]]:
    graph.check_mask(barred)
    near, weight = graph.neighbours(node)
    sure = weight.astype(np.float64)
    if barred is None:
        return near, sure
    left = ~barred[near] & (not barred[node])
    return near[left], sure[left]
