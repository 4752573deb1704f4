"""What my reach rests on, as surfaces show it: who alone leads where, how far I reach, how far apart people are, how it grew.

Only ties that are seen or said count here: what is inferred would make a way where there may be none. Reach is told by organisation
and by place; no source says of an industry, so there is none.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np

from weakties import reach
from weakties.answers import Person, persons
from weakties.insight import organisations, robustness
from weakties.insight.robustness import Distances, Doors, Year
from weakties.reading import Reading
from weakties.shape import Shape

Kind = Literal["circle", "organisation"]


@dataclass(frozen=True, slots=True)
class World:
    """A circle or an organisation. people: how many are known of it; reached: how many of these I reach within two ties; doors: how
    many of those I know are of it or know somebody of it."""

    kind: Kind
    name: str
    people: int
    reached: int
    doors: int


@dataclass(frozen=True, slots=True)
class Reliance:
    """What hangs on one person. strength, alive: of my tie, 0 to 1; worlds: to which nobody else leads; shared: to which others lead
    too; only: how many people nobody else leads to, lost: some of them; leads: how many people two ties away they lead to; others:
    how many other doors lead to these, on average, None where they lead to nobody."""

    person: Person
    strength: float
    alive: float
    worlds: tuple[World, ...]
    shared: tuple[World, ...]
    only: int
    lost: tuple[Person, ...]
    leads: int
    others: float | None


@dataclass(frozen=True, slots=True)
class Reach:
    """How far I reach into an organisation or a place. direct: whom I know; second: whom those know; people: all that are known."""

    name: str
    direct: int
    second: int
    people: int


@dataclass(frozen=True, slots=True)
class Robustness:
    """My network as a whole. rows: what hangs on each person I know, the sole doors first; direct, second: how many people are one
    tie and two ties away; exposed: how many of the latter hang on one person; circles: name and new ties by year of
    each circle."""

    rows: tuple[Reliance, ...]
    direct: int
    second: int
    exposed: int
    by_organisation: tuple[Reach, ...]
    by_place: tuple[Reach, ...]
    distances: Distances
    years: tuple[Year, ...]
    circles: tuple[tuple[str, Mapping[int, int]], ...]


def robustness_of(view: Reading, shape: Shape, *, only: str = "", named: int = 5) -> Robustness:
    """Return what my reach rests on. only: the person whose row to give, all if empty; named: how many of the lost to name."""
    connection, owner, day = view.connection, view.owner, view.as_of_day
    organisations.derive(connection, as_of_day=day)
    sure = shape.with_me(shape.known)
    called, members = _worlds(view, shape)
    found = robustness.doors(sure, shape.me, members, len(called))
    sizes = np.bincount(np.unique(members, axis=0)[:, 1], minlength=len(called))
    worlds = [
        World(kind, name, *numbers)
        for (kind, name), *numbers in zip(
            called, sizes.tolist(), found.reached.tolist(), found.by.tolist(), strict=True
        )
    ]
    steps = robustness.steps(sure, shape.me)
    listed = _rows(view, shape, found, worlds, only, named)
    grown = robustness.circle_growth(connection, owner=owner, as_of_day=day)
    return Robustness(
        rows=tuple(listed),
        direct=int(np.sum(steps == 1)),
        second=int(np.sum(steps == 2)),
        exposed=int(found.only.sum()),
        by_organisation=tuple(_reaches(view, shape, steps, _AT_ORGANISATION)),
        by_place=tuple(_reaches(view, shape, steps, _AT_PLACE)),
        distances=robustness.distances(sure, shape.known),
        years=tuple(robustness.growth(connection, owner=owner, as_of_day=day)),
        circles=tuple(
            (world.name, grown[i]) for i, world in enumerate(worlds) if world.kind == "circle" and i in grown
        ),
    )


_AT_ORGANISATION = "SELECT h.name, e.person FROM tenures e JOIN houses h USING (house) WHERE e.now"
_AT_PLACE = "SELECT p.location, p.person FROM people p JOIN nodes n USING (person) WHERE p.location <> ''"
_HOUSES = (
    "SELECT e.house, h.name, e.person FROM tenures e JOIN houses h USING (house) WHERE e.now ORDER BY e.house, e.person"
)


def _worlds(view: Reading, shape: Shape) -> tuple[list[tuple[Kind, str]], robustness.Numbers]:
    """Return the worlds, circles first, and who is of which: (k, 2) node and world."""
    circles = sorted(reach.circles(view, shape), key=lambda circle: circle.told.number)
    called: list[tuple[Kind, str]] = [("circle", circle.told.name) for circle in circles]
    members = [(node, circle) for circle in range(len(circles)) for node in shape.circles.members(circle).tolist()]
    number: dict[str, int] = {}
    for house, name, person in view.connection.execute(_HOUSES).fetchall():
        if house not in number:
            number[house] = len(called)
            called.append(("organisation", name))
        members.append((shape.node_of[person], number[house]))
    return called, np.array(members, dtype=np.int64).reshape(-1, 2)


def _rows(view: Reading, shape: Shape, found: Doors, worlds: Sequence[World], only: str, named: int) -> list[Reliance]:
    """Return what hangs on each door, those first on whom most worlds hang, then most people."""
    sole = [found.sole(door) for door in range(len(found.nodes))]
    order = [
        door
        for door in sorted(
            range(len(found.nodes)),
            key=lambda d: (-len(sole[d]), -int(found.only[d]), -int(found.leads[d]), int(found.nodes[d])),
        )
        if not only or shape.people[found.nodes[door]] == only
    ]
    lost = {door: [shape.people[node] for node in found.lost[door][:named].tolist()] for door in order}
    who = persons(view, sorted({p for some in lost.values() for p in some} | {shape.people[n] for n in found.nodes}))
    ties = {p: (s, a) for p, s, a in view.connection.execute("SELECT person, strength, alive FROM ties").fetchall()}
    listed = []
    for door in order:
        person = shape.people[found.nodes[door]]
        strength, alive = ties.get(person, (0.0, 0.0))
        alone = set(sole[door].tolist())
        shared = [w for w in found.worlds[door].tolist() if w not in alone and worlds[w].reached >= robustness.SMALLEST]
        listed.append(
            Reliance(
                person=who[person],
                strength=strength or 0.0,
                alive=alive or 0.0,
                worlds=tuple(worlds[w] for w in sole[door].tolist()),
                shared=tuple(sorted((worlds[w] for w in shared), key=lambda w: (w.doors, -w.people, w.name))),
                only=int(found.only[door]),
                lost=tuple(who[p] for p in lost[door]),
                leads=int(found.leads[door]),
                others=float(found.others[door]) if found.leads[door] else None,
            )
        )
    return listed


def _reaches(view: Reading, shape: Shape, steps: robustness.Steps, query: str) -> list[Reach]:
    """Return how far I reach into groups of people, those first in which I reach most. query: name and person."""
    counted: dict[str, Counter[int]] = {}
    for name, person in view.connection.execute(query).fetchall():
        counted.setdefault(name, Counter())[int(steps[shape.node_of[person]])] += 1
    listed = [Reach(name, count[1], count[2], count.total()) for name, count in counted.items()]
    return sorted(listed, key=lambda r: (-r.direct - r.second, -r.direct, -r.people, r.name))
