"""Somebody between me and those whom both know: they in the middle, I at the side, the others on arcs by circle."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from weakties.answers import Person

# The drawing, and where its two anchors stand.
WIDTH, HEIGHT = 640, 420
_ME, _THEM = (84.0, 210.0), (300.0, 210.0)
# How far around them the others stand, and over which part of the circle around them: not where I am.
_RADIUS = 168.0
_FROM, _TO = -0.72 * math.pi, 0.72 * math.pi
_STEPS = (2, 5, 12)
# A circle that is spread wider than this would lie under the others.
_WIDEST = 110.0


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
    """Where somebody stands. anchor: on which side of the spot their name is; width: of the line to them, 1 to 4."""

    near: Near
    x: float
    y: float
    name_x: float
    anchor: str
    width: int


@dataclass(frozen=True, slots=True)
class Ego:
    """A drawing. text: what is to be seen, in a sentence; hulls: (circle, name, x, y, radius) of the circles that more than one of
    the others are in."""

    name: str
    numbers: Mapping[str, float]
    me: tuple[float, float]
    them: tuple[float, float]
    spots: tuple[Spot, ...]
    hulls: tuple[tuple[int, str, float, float, float], ...]
    text: str


def ego(name: str, numbers: Mapping[str, float], near: Sequence[Near]) -> Ego:
    """Draw somebody among those whom both know; people of one circle stand together."""
    ordered = sorted(near, key=lambda n: (n.circle < 0, n.circle, -n.times, n.person.name))
    step = (_TO - _FROM) / max(1, len(ordered))
    spots = []
    for place, each in enumerate(ordered):
        angle = _FROM + (place + 0.5) * step
        x, y = _THEM[0] + _RADIUS * math.cos(angle), _THEM[1] + _RADIUS * math.sin(angle)
        right = math.cos(angle) > -0.2
        width = 1 + sum(each.times >= least for least in _STEPS)
        spots.append(
            Spot(
                each, round(x, 1), round(y, 1), round(x + (14 if right else -14), 1), "start" if right else "end", width
            )
        )
    named = f"{len(near)} people whom both you and {name} know"
    return Ego(name, numbers, _ME, _THEM, tuple(spots), tuple(_hulls(spots)), f"{name} between you and {named}.")


def _hulls(spots: Sequence[Spot]) -> list[tuple[int, str, float, float, float]]:
    found = []
    for circle in dict.fromkeys(s.near.circle for s in spots if s.near.circle >= 0):
        own = [s for s in spots if s.near.circle == circle]
        if len(own) > 1:
            x, y = (sum(getattr(s, at) for s in own) / len(own) for at in ("x", "y"))
            wide = max(math.hypot(s.x - x, s.y - y) for s in own) + 22
            if wide <= _WIDEST:
                found.append((circle, own[0].near.named, round(x, 1), round(y, 1), round(wide, 1)))
    return found
