"""One circle from inside, as surfaces show it: who stands in it and where, who of them knows whom, which circles lie next to it.

Drawn is who is best connected inside the circle; a drawing of everybody in a large one shows nothing. Where they stand is worked out
from these alone, so that a circle looks the same on its own page however the rest of the network moves.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from weakties.answers import Person, persons
from weakties.network import graph, layout
from weakties.network.circles import Circles
from weakties.reading import Reading
from weakties.shape import Shape

# People of a circle who are drawn.
_DRAWN = 48


@dataclass(frozen=True, slots=True)
class Seat:
    """Somebody in a circle. x, y: where they stand, about -1 to 1; ties: how many of the circle they know; mine: the weight of my own
    tie to them, 0 without one."""

    person: Person
    x: float
    y: float
    ties: int
    mine: float


@dataclass(frozen=True, slots=True)
class Bond:
    """A tie between two of those who are drawn. a, b: their places among the seats; weight: above 0 to 1; sure: whether it is seen or
    said."""

    a: int
    b: int
    weight: float
    sure: bool


@dataclass(frozen=True, slots=True)
class Inside:
    """A circle from inside. ids: the ids of all its people, those who know most of it first; seats: those who are drawn; nearest:
    (number of a circle, how many ties lead there that are seen or said), most first."""

    ids: tuple[str, ...]
    seats: tuple[Seat, ...]
    bonds: tuple[Bond, ...]
    nearest: tuple[tuple[int, int], ...]


def inside(view: Reading, shape: Shape, number: int) -> Inside:
    """Return a circle from inside. number: of the circle in the network."""
    members = shape.circles.members(number)
    among = np.zeros(shape.around.nodes, dtype=np.bool_)
    among[members] = True
    rows, others = shape.around.rows, shape.around.indices
    within = among[rows] & among[others]
    ties = np.bincount(rows[within], minlength=shape.around.nodes)
    order = members[np.lexsort((members, -shape.mine[members], -ties[members]))]
    drawn = order[:_DRAWN]
    who = persons(view, [shape.people[node] for node in drawn])
    bonds = _bonds(shape, drawn, within)
    place = _places(len(drawn), bonds)
    seats = tuple(
        Seat(who[shape.people[node]], float(x), float(y), int(ties[node]), float(shape.mine[node]))
        for node, (x, y) in zip(drawn.tolist(), place, strict=True)
    )
    return Inside(tuple(shape.people[node] for node in order), seats, bonds, tuple(_nearest(shape, number)))


def _bonds(shape: Shape, drawn: NDArray[np.int64], within: NDArray[np.bool_]) -> tuple[Bond, ...]:
    """Return the ties between those who are drawn, each once."""
    seat = np.full(shape.around.nodes, -1, dtype=np.int64)
    seat[drawn] = np.arange(len(drawn))
    a, b = seat[shape.around.rows], seat[shape.around.indices]
    kept = np.flatnonzero(within & (a >= 0) & (b > a))
    return tuple(Bond(int(a[i]), int(b[i]), float(shape.around.weight[i]), bool(shape.sure[i])) for i in kept)


def _places(count: int, bonds: Sequence[Bond]) -> NDArray[np.float64]:
    """Return where those who are drawn stand, (count, 2), over the whole of -1 to 1."""
    ends = np.array([(bond.a, bond.b) for bond in bonds], dtype=np.int64).reshape(-1, 2)
    weight = np.array([bond.weight for bond in bonds], dtype=np.float64)
    ties = graph.from_edges(ends[:, 0], ends[:, 1], weight, nodes=count)
    one = Circles(
        np.zeros(count, dtype=np.int32), np.zeros(min(count, 1), dtype=np.int32), np.zeros((0, 2), dtype=np.int64), 0.0
    )
    place = layout.layout(ties, one).astype(np.float64)
    if not count:
        return place
    middle = (place.max(axis=0) + place.min(axis=0)) / 2
    wide = np.maximum((place.max(axis=0) - place.min(axis=0)) / 2, 1e-9)
    spread: NDArray[np.float64] = (place - middle) / wide
    return spread


def _nearest(shape: Shape, number: int) -> list[tuple[int, int]]:
    """Return to which circles ties lead, seen or said, and how many."""
    home = shape.circles.home
    out = shape.sure & (home[shape.around.rows] == number)
    there = home[shape.around.indices[out]]
    there = there[(there >= 0) & (there != number)]
    counts = np.bincount(there, minlength=shape.circles.count)
    order = np.lexsort((np.arange(len(counts)), -counts))
    return [(int(circle), int(counts[circle])) for circle in order if counts[circle]]
