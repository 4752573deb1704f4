"""The whole network as columns to draw: who stands where, near whom first, and who knows whom, as much as one picture can hold.

I am in no picture: everybody I know would hang on me, and those lines would say nothing and hide the rest. How I stand with
somebody is told by how they are drawn. People are ordered by how near they are to me and ties by how much they hold together, so
that whoever draws only the beginning draws what matters most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, get_args

import numpy as np
from numpy.typing import NDArray

from weakties import shape as shapes
from weakties.facts.home import Home
from weakties.incognito import shown_id
from weakties.reach import Circle
from weakties.reading import Reading
from weakties.shape import Shape

# Whom to draw: my contacts; also those whom they know; everybody that is known of.
Whom = Literal["mine", "near", "all"]
WHOM: tuple[Whom, ...] = get_args(Whom)
HOW = ("seen", "said", "inferred")
# The kinds of a tie, the last for those with whom I have none.
KINDS = ("strong", "weak", "dormant", "new", "one-sided", "declared", "seen", "")
# More than so many a browser cannot draw at once.
PEOPLE, TIES = 30_000, 100_000
# So many of everybody's heaviest ties come before all others: without them somebody would stand in their circle by nothing.
_FIRST = 2

_PEOPLE = """
    SELECT n.node, coalesce(p.name, '') AS name, coalesce(t.kind, '') AS kind, coalesce(t.strength, 0)::FLOAT AS strength,
        coalesce(t.alive, 0)::FLOAT AS alive, coalesce(t.first_day, p.first_day, 0)::INTEGER AS first_day,
        coalesce(t.last_day, p.last_day, 0)::INTEGER AS last_day
    FROM nodes n LEFT JOIN people p USING (person) LEFT JOIN ties t USING (person) ORDER BY n.node
"""
_TIES = """
    SELECT x.node AS a, y.node AS b, CASE k.how WHEN 'seen' THEN 0 WHEN 'said' THEN 1 ELSE 2 END::UTINYINT AS how,
        k.contact::FLOAT AS weight, coalesce(k.first_day, 0)::INTEGER AS first_day, coalesce(k.last_day, 0)::INTEGER AS last_day
    FROM knows k JOIN nodes x ON x.person = k.a JOIN nodes y ON y.person = k.b
    WHERE $inferred OR k.how <> 'inferred' ORDER BY x.node, y.node
"""


class Disc(NamedTuple):
    """Where a circle lies. place: in the list of circles; x, y, r: its middle and radius; people: who live in it."""

    place: int
    id: str
    name: str
    people: int
    x: float
    y: float
    r: float


class Band(NamedTuple):
    """What holds two circles together: their places in the list, how many ties lie between them, and their sum."""

    a: int
    b: int
    ties: int
    weight: float


class Ties(NamedTuple):
    """Ties as columns. a, b: numbers of people; how: number in `HOW`; weight: 0 to 1; first, last: day since 1970, 0 if unknown."""

    a: NDArray[np.int32]
    b: NDArray[np.int32]
    how: NDArray[np.uint8]
    weight: NDArray[np.float32]
    first: NDArray[np.int32]
    last: NDArray[np.int32]

    def only(self, which: NDArray[np.bool_] | NDArray[np.int64]) -> Ties:
        """Return some of them, in that order."""
        return Ties(
            self.a[which], self.b[which], self.how[which], self.weight[which], self.first[which], self.last[which]
        )


@dataclass(frozen=True, eq=False)
class Panorama:
    """What is drawn. Columns of people, the nearest to me first: id and name as shown, x, y (n, 2), circle: place in the list, -1
    for none; kind: number in `KINDS`; strength and alive, 0 to 1; step: 1 for my contacts, 2 for whom they know, 3 for others; first
    and last day of contact, or seen at all, since 1970, 0 if unknown. ties: those that hold most first; wanted: how many people and
    ties would be drawn if there were room."""

    ids: Sequence[str]
    names: Sequence[str]
    place: NDArray[np.float32]
    circle: NDArray[np.int16]
    kind: NDArray[np.uint8]
    strength: NDArray[np.float32]
    alive: NDArray[np.float32]
    step: NDArray[np.uint8]
    first: NDArray[np.int32]
    last: NDArray[np.int32]
    ties: Ties
    discs: Sequence[Disc]
    bands: Sequence[Band]
    wanted: tuple[int, int]


def panorama(
    view: Reading,
    home: Home,
    shape: Shape,
    listed: Sequence[Circle],
    *,
    whom: Whom = "near",
    inferred: bool = False,
    people: int = PEOPLE,
    ties: int = TIES,
) -> Panorama:
    """Return the network as it is to be drawn. shape, listed: the network of the view and its circles in their order; inferred: also
    ties that are only inferred; people, ties: how many at most."""
    place = shapes.laid_out(view, home, shape)
    said = view.connection.execute(_PEOPLE).fetchnumpy()
    every = _ties(view, inferred=inferred)
    step, nearness = _near(shape, every)
    gone = view.wishes.hidden
    there = np.fromiter((person not in gone for person in shape.people), np.bool_, len(shape.people))
    could = there & (step <= {"mine": 1, "near": 2, "all": 3}[whom])
    wanted = np.flatnonzero(could)
    order = wanted[np.lexsort((wanted, -said["strength"][wanted], -nearness[wanted], step[wanted]))][:people]
    number = np.full(len(step), -1, dtype=np.int32)
    number[order] = np.arange(len(order), dtype=np.int32)
    every = every.only(could[every.a] & could[every.b])
    kept = every.only((number[every.a] >= 0) & (number[every.b] >= 0))
    kept = kept.only(_heaviest(kept)[:ties])
    at = {circle.told.number: n for n, circle in enumerate(listed)}
    lives = np.array([at.get(c, -1) for c in range(shape.circles.count)] + [-1], dtype=np.int16)[shape.circles.home]
    kinds = {kind: n for n, kind in enumerate(KINDS)}
    return Panorama(
        ids=[shown_id(shape.people[node], view.masked_with) for node in order],
        names=[str(name) for name in said["name"][order]],
        place=place[order],
        circle=lives[order],
        kind=np.array([kinds.get(str(kind), len(KINDS) - 1) for kind in said["kind"][order]], dtype=np.uint8),
        strength=said["strength"][order],
        alive=said["alive"][order],
        step=step[order],
        first=said["first_day"][order],
        last=said["last_day"][order],
        ties=kept._replace(a=number[kept.a], b=number[kept.b]),
        discs=_discs(place, lives, listed),
        bands=_bands(lives, every, len(listed)),
        wanted=(len(wanted), len(every.a)),
    )


def _ties(view: Reading, *, inferred: bool) -> Ties:
    found = view.connection.execute(_TIES, {"inferred": inferred}).fetchnumpy()
    return Ties(
        found["a"], found["b"], found["how"], found["weight"].astype(np.float32), found["first_day"], found["last_day"]
    )


def _near(shape: Shape, ties: Ties) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return of each node how many steps it is from me, 3 for all beyond two, and how surely a word gets there by one between."""
    mine = shape.mine
    over = np.zeros(len(mine))
    for one, other in ((ties.a, ties.b), (ties.b, ties.a)):
        np.maximum.at(over, other, mine[one] * ties.weight)
    step = np.where(mine > 0, 1, np.where(over > 0, 2, 3)).astype(np.uint8)
    return step, np.where(mine > 0, 0.0, over)


def _heaviest(ties: Ties) -> NDArray[np.int64]:
    """Return the order of ties: first the heaviest of everybody, then all others by weight."""
    order = np.lexsort((ties.b, ties.a, -ties.weight))
    first = np.zeros(len(order), dtype=np.bool_)
    for column in (ties.a, ties.b):
        # Within the ties of one person the heaviest come first, as in `order`.
        by_person = order[np.argsort(column[order], kind="stable")]
        person = column[by_person]
        begins = np.append(True, np.diff(person) != 0) if len(person) else np.zeros(0, np.bool_)
        rank = np.arange(len(person)) - np.maximum.accumulate(np.where(begins, np.arange(len(person)), 0))
        first[by_person[rank < _FIRST]] = True
    return np.concatenate([order[first[order]], order[~first[order]]])


def _discs(place: NDArray[np.float32], lives: NDArray[np.int16], listed: Sequence[Circle]) -> list[Disc]:
    """Return where the circles lie: around all who live in them, drawn or not, so that they stay where they are."""
    found = []
    for n, circle in enumerate(listed):
        own = place[lives == n].astype(np.float64)
        if len(own):
            low, high = own.min(axis=0), own.max(axis=0)
            middle = (low + high) / 2
            reach = float(np.sqrt(((own - middle) ** 2).sum(axis=1)).max())
            x, y = (round(float(v), 4) for v in middle)
            found.append(Disc(n, circle.id, circle.told.name, len(own), x, y, round(reach + 0.008, 4)))
    return found


def _bands(lives: NDArray[np.int16], ties: Ties, count: int) -> list[Band]:
    one, other = lives[ties.a].astype(np.int64), lives[ties.b].astype(np.int64)
    across = (one >= 0) & (other >= 0) & (one != other)
    pair = np.minimum(one, other)[across] * count + np.maximum(one, other)[across]
    pairs, which = np.unique(pair, return_inverse=True)
    weight = np.bincount(which, ties.weight[across], minlength=len(pairs))
    many = np.bincount(which, minlength=len(pairs))
    found = [
        Band(int(p) // count, int(p) % count, int(n), round(float(w), 4))
        for p, n, w in zip(pairs, many, weight, strict=True)
    ]
    return sorted(found, key=lambda band: (-band.weight, band.a, band.b))
