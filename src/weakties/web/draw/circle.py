"""One circle from inside: who stands where, the ties that hold it, and the names that find room."""

from __future__ import annotations

import heapq
import math
from collections.abc import Sequence
from dataclasses import dataclass

from weakties.inside import Bond, Inside, Seat
from weakties.web.templatetags.ties import width_of

# The drawing, and what is left free around those who stand at its rim.
WIDTH, HEIGHT = 640, 400
_SIDE, _TOP = 84.0, 34.0
# Of each person so many of their heaviest ties are drawn: all of them would be one grey patch.
_TIES = 3
# Names that are tried on every screen, and in all; the width of a letter and the height of a line on a wide and on a narrow one.
_ALWAYS, _NAMED = 6, 22
_WIDE, _NARROW = (7.2, 17.0), (11.5, 25.0)
# The radius of who knows nobody inside, and how much it grows at the most.
_SMALL, _GROWS = 3.5, 4.5


@dataclass(frozen=True, slots=True)
class Line:
    """A tie. width: 1 to 4; sure: whether it was seen or said."""

    x1: float
    y1: float
    x2: float
    y2: float
    width: int
    sure: bool


@dataclass(frozen=True, slots=True)
class Spot:
    """Somebody. r: of their spot; named: whether their name has room, and `minor` where only on a wide screen; name_x, anchor: where
    it is."""

    seat: Seat
    x: float
    y: float
    r: float
    named: str
    name_x: float
    anchor: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """A circle drawn. text: what is to be seen, in a sentence."""

    lines: tuple[Line, ...]
    spots: tuple[Spot, ...]
    text: str


def circle(found: Inside, *, name: str) -> Drawn | None:
    """Draw a circle, None where nobody stands in it."""
    if not found.seats:
        return None
    places = [
        (round(_SIDE + (s.x + 1) / 2 * (WIDTH - 2 * _SIDE), 1), round(_TOP + (s.y + 1) / 2 * (HEIGHT - 2 * _TOP), 1))
        for s in found.seats
    ]
    lines = tuple(
        Line(*places[b.a], *places[b.b], width_of(b.weight), b.sure) for b in _heaviest(found.bonds, len(places))
    )
    few = f", those {len(found.seats)} drawn who know most of it" if len(found.seats) < len(found.ids) else ""
    text = f"{len(found.ids)} people of {name}{few}, with the strongest ties of each to the others."
    return Drawn(lines, tuple(_spots(found.seats, places)), text)


def _heaviest(bonds: Sequence[Bond], count: int) -> list[Bond]:
    """Return the ties that are among the heaviest of either side."""
    of: list[list[Bond]] = [[] for _ in range(count)]
    for bond in bonds:
        of[bond.a].append(bond)
        of[bond.b].append(bond)
    kept = {
        (bond.a, bond.b): bond
        for own in of
        for bond in heapq.nlargest(_TIES, own, key=lambda b: (b.sure, b.weight, -b.a, -b.b))
    }
    return [kept[pair] for pair in sorted(kept)]


def _spots(seats: Sequence[Seat], places: Sequence[tuple[float, float]]) -> list[Spot]:
    """Return everybody with their name where it lies over no other: first for those of the strongest ties to the owner."""
    most = max((seat.ties for seat in seats), default=0) or 1
    # No name lies over somebody's spot either.
    taken = [(x - r, y - r, x + r, y + r) for (x, y), r in zip(places, (_radius(s, most) for s in seats), strict=True)]
    named: dict[int, tuple[str, float, str]] = {}
    tried = sorted(range(len(seats)), key=lambda i: (-seats[i].mine, -seats[i].ties, i))[:_NAMED]
    for order, place in enumerate(tried):
        letter, line = _NARROW if order < _ALWAYS else _WIDE
        wide = letter * len(seats[place].person.name)
        (x, y), r = places[place], _radius(seats[place], most)
        for anchor, left in (("start", x + r + 4), ("end", x - r - 4 - wide)):
            box = (left, y - line / 2, left + wide, y + line / 2)
            if left >= 0 and box[2] <= WIDTH and not any(_meet(box, other) for other in taken):
                taken.append(box)
                named[place] = (
                    "" if order < _ALWAYS else "minor",
                    round(x + (r + 4) * (1 if anchor == "start" else -1), 1),
                    anchor,
                )
                break
    return [
        Spot(
            seat,
            *places[i],
            _radius(seat, most),
            ("always " + named[i][0]).strip() if i in named else "",
            *(named[i][1:] if i in named else (0.0, "start")),
        )
        for i, seat in enumerate(seats)
    ]


def _radius(seat: Seat, most: int) -> float:
    return round(_SMALL + _GROWS * math.sqrt(seat.ties / most), 1)


def _meet(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]
