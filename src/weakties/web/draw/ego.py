"""Somebody and I, and between us those whom both know: one row each, by circle, with a line to either side.

Rows leave each name room of its own, in any script and on a telephone too, however many there are. A line is as wide as somebody was
often seen with both; the tie between the two of us is drawn as every tie is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from weakties.answers import Person
from weakties.web.draw.labels import clipped
from weakties.web.draw.labels import width as width_of

WIDTH = 640
# Where I stand, they, and the others; how far patches and names reach.
_ME, _THEM, _OTHERS, _LEFT, _RIGHT, _TOP = 36.0, 604.0, 196.0, 172.0, 560.0, 62.0
_ROW, _HEAD, _GAP, _BEGIN = 34.0, 30.0, 12.0, 92.0
# Sizes of letters on a telephone, where the drawing is half as wide: of names, circles, and of whose page it is.
_NAME, _CIRCLE, _LEAD = 20.0, 18.0, 25.0
_STEPS = (2, 5, 12)
# More rows than these say less: all stand in the table.
MOST = 14


@dataclass(frozen=True, slots=True)
class Near:
    """Somebody whom both know. times: messages and meetings with both; circle: its place in the list, -1 without one; named: its
    name."""

    person: Person
    times: int
    circle: int
    named: str


@dataclass(frozen=True, slots=True)
class Spot:
    """A row. y: its middle; shown: the name as far as there is room; width: of its lines, 1 to 4; mine, theirs: paths of them."""

    near: Near
    y: float
    shown: str
    width: int
    mine: str
    theirs: str


@dataclass(frozen=True, slots=True)
class Patch:
    """The rows of one circle. shown: its name as far as there is room."""

    circle: int
    shown: str
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Ego:
    """A drawing. name: theirs, as far as there is room; numbers: of the tie between us; due: whether a word is due; text: what is
    to be seen, in a sentence; more: how many are left out."""

    name: str
    numbers: Mapping[str, float]
    height: float
    spots: tuple[Spot, ...]
    patches: tuple[Patch, ...]
    text: str
    more: int
    due: bool = False
    width: int = WIDTH
    me: float = _ME
    them: float = _THEM
    top: float = _TOP
    others: float = _OTHERS
    left: float = _LEFT
    wide: float = _RIGHT - _LEFT


def ego(
    name: str, numbers: Mapping[str, float], near: Sequence[Near], *, due: bool = False, known: int | None = None
) -> Ego:
    """Draw somebody, me, and those whom both know, people of one circle together.

    due: whether a word to them is; known: how many both know, of whom `near` are the nearest; None if these are all.
    """
    total = max(known or 0, len(near))
    drawn = sorted(near, key=lambda n: (-n.times, n.person.name))[:MOST]
    # The circle in which both are at home comes first.
    sums: dict[int, int] = {}
    for each in drawn:
        sums[each.circle] = sums.get(each.circle, 0) + each.times
    drawn.sort(key=lambda n: (n.circle < 0, -sums[n.circle], n.circle, -n.times, n.person.name))
    spots, patches, y = [], [], _BEGIN
    for circle, group in groupby(drawn, key=lambda n: n.circle):
        begin, own = y, list(group)
        y += _HEAD if circle >= 0 else 0
        for each in own:
            spots.append(_spot(each, y + _ROW / 2))
            y += _ROW
        if circle >= 0:
            room = _RIGHT - _LEFT - 24
            patches.append(Patch(circle, clipped(own[0].named, _CIRCLE, room), begin, y - begin + 6))
            y += 6
        y += _GAP
    many = "1 person whom" if total == 1 else f"{total:,} people whom"
    text = f"{name} and you, and between you {many} both know."
    more = total - len(drawn)
    return Ego(clipped(name, _LEAD, 520), numbers, round(y, 1), tuple(spots), tuple(patches), text, more, due)


def _spot(near: Near, y: float) -> Spot:
    width = 1 + sum(near.times >= least for least in _STEPS)
    bend = y - min(_ROW, (y - _TOP) / 2)
    shown = clipped(near.person.name, _NAME, _RIGHT - _OTHERS - 28)
    # Theirs ends at the rim of the circle, or beside the name: a line through a name would strike it out.
    end = _RIGHT if near.circle >= 0 else round(_OTHERS + 28 + width_of(shown, _NAME), 1)
    mine = f"M{_ME:g} {_TOP:g}V{bend:g}Q{_ME:g} {y:g} {_ME + 44:g} {y:g}H{_OTHERS:g}"
    theirs = f"M{_THEM:g} {_TOP:g}V{bend:g}Q{_THEM:g} {y:g} {_THEM - 44:g} {y:g}H{end:g}"
    return Spot(near, y, shown, width, mine, theirs)
