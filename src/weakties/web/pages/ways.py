"""Ways to somebody as a page draws them: knots and lines from the owner to whom she wants to reach, what stands behind each, a note.

The line of the owner's own tie says its strength and how alive it is, as everywhere. Of a tie between two others nobody knows that;
its line is as wide as the chance that they write to each other, and its dash says how lately they were seen together: dotted where
that they know each other is only inferred.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from weakties.answers import Person
from weakties.contract.sentences import how_known
from weakties.insight.acquaintance import Acquaintance
from weakties.reach import FORWARDING, Asking, Chain, Circle, Introduction, Link
from weakties.ties.reasons import Reason
from weakties.web.pages.letters import letter
from weakties.workspace.seen import OF_CIRCLES, Seen

# Days since two others were seen together within which their line is solid, and dashed.
_LATELY, _WITHIN = 90, 365
# Where a line changes its dash, as numbers of a tie have it.
_SOLID, _DASHED, _DOTTED = 1.0, 0.5, 0.0


@dataclass(frozen=True, slots=True)
class Leg:
    """A line of a way, and the knot to which it leads. numbers: what its line shows; text: what is known of it; facts: what shows it;
    person: to whom it leads, None for the owner; target: whether they are whom she wants to reach."""

    numbers: Mapping[str, float]
    text: str
    facts: Reason | None
    person: Person | None
    target: bool


@dataclass(frozen=True, slots=True)
class Weighed:
    """What was weighed of an introducer. most: the weight of the heaviest reason."""

    person: Person
    reasons: tuple[Reason, ...]
    known: tuple[Reason, ...]
    most: float


@dataclass(frozen=True, slots=True)
class Shown:
    """A way to somebody. number: its place, from 1; best: whether no other is better; mine: my own numbers with whom I ask, empty
    without a tie; known: how the last introducer is known to know the target; circle: whom I ask lives in, with its place."""

    number: int
    way: Introduction
    legs: tuple[Leg, ...]
    weighed: tuple[Weighed, ...]
    best: bool
    mine: Mapping[str, Any]
    known: Acquaintance | None
    circle: tuple[int, Circle] | None

    @property
    def first(self) -> Person:
        """Whom one asks."""
        return self.way.asked[0].person if self.way.asked else self.way.target


@dataclass(frozen=True, slots=True)
class Draft:
    """A request to an introducer, and the note that they can pass on. mail: an address that opens a letter, empty without one."""

    person: Person
    target: Person
    text: str
    forward: str
    mail: str


@dataclass(frozen=True, slots=True)
class Line:
    """A chain between two people. first: where it begins, None for the owner."""

    number: int
    chain: Chain
    first: Person | None
    legs: tuple[Leg, ...]
    best: bool


def shown(seen: Seen, found: Sequence[Introduction]) -> list[Shown]:
    """Return ways as a page draws them."""
    first = {way.way.first for way in found}
    mine = {row["person"]: row for row in seen.directory.rows_of(sorted(first))}
    best = next((way for way in found if way.asked), None)
    listed = seen.known("circles", of=OF_CIRCLES)
    drawn = []
    for number, way in enumerate(found, start=1):
        own = mine.get(way.way.first, {})
        homes = seen.space.circles_of(way.way.first, drawn=seen.shape, listed=listed) if listed else []
        drawn.append(
            Shown(
                number=number,
                way=way,
                legs=tuple(_legs(way, own, seen.view.as_of_day)),
                weighed=tuple(_weighed(asking) for asking in way.asked),
                best=way is best,
                mine=own,
                known=way.asked[-1].hop.known if way.asked else None,
                circle=homes[0] if homes else None,
            )
        )
    return drawn


def draft(chosen: Shown) -> Draft | None:
    """Return the request of a way, None where nobody is asked."""
    if not chosen.way.note:
        return None
    text = chosen.way.note
    forward = text.partition(FORWARDING)[2].strip()
    return Draft(chosen.first, chosen.way.target, text, forward, mail(chosen.first, text))


def mail(person: Person, text: str) -> str:
    """Return an address that opens a letter to somebody with a text in it, empty where no mail address is known."""
    found = letter(person, "email", text)
    return found if found.startswith("mailto:") else ""


def chains(seen: Seen, found: Sequence[Chain]) -> list[Line]:
    """Return chains between two people as a page draws them."""
    day = seen.view.as_of_day
    mine = {}
    if any(link.known is None for chain in found for link in chain.links):
        shown_ids = {p.id for chain in found for p in chain.people if p is not None}
        known = {seen.person_of(each): each for each in sorted(shown_ids)}
        mine = {known[row["person"]]: row for row in seen.directory.rows_of(sorted(known))}
    return [
        Line(number, chain, chain.people[0], tuple(_link(link, mine, day, chain) for link in chain.links), number == 1)
        for number, chain in enumerate(found, start=1)
    ]


def _link(link: Link, mine: Mapping[str, Mapping[str, Any]], day: int, chain: Chain) -> Leg:
    target = link.b is chain.people[-1]
    if link.known is not None:
        return Leg(_others(link.known, day), _said(link.known), _facts(link.known), link.b, target)
    other = link.b or link.a
    return Leg(_own(mine.get(other.id, {}) if other else {}), link.own, None, link.b, target)


def _legs(way: Introduction, own: Mapping[str, Any], day: int) -> list[Leg]:
    if not way.asked:
        return [Leg(_own(own), way.own, None, way.target, target=True)]
    tie = next((r for r in way.asked[0].hop.reasons if r.what == "tie"), None)
    legs = [Leg(_own(own), tie.text if tie else "", None, way.asked[0].person, target=False)]
    onward = [asking.person for asking in way.asked[1:]] + [way.target]
    for place, (asking, person) in enumerate(zip(way.asked, onward, strict=True), start=1):
        known, last = asking.hop.known, place == len(way.asked)
        if known is None:
            legs.append(Leg({"strength": 0.0, "alive": _DOTTED}, "", None, person, last))
        else:
            legs.append(Leg(_others(known, day), _said(known), _facts(known), person, last))
    return legs


def _said(known: Acquaintance) -> str:
    return f"{how_known(known)}. {known.text}"


def _facts(known: Acquaintance) -> Reason | None:
    return next((reason for reason in known.reasons if reason.evidence), None)


def _own(row: Mapping[str, Any]) -> dict[str, float]:
    return {"strength": row.get("strength") or 0.0, "alive": row.get("alive") or 0.0}


def _others(known: Acquaintance, day: int) -> dict[str, float]:
    """Return what the line between two others shows, see the head of this module."""
    if known.how == "inferred" or known.last_day is None:
        dash = _DOTTED
    else:
        dash = _SOLID if day - known.last_day <= _LATELY else _DASHED if day - known.last_day <= _WITHIN else _DOTTED
    return {"strength": known.contact, "alive": dash}


def _weighed(asking: Asking) -> Weighed:
    reasons = asking.hop.reasons
    known = asking.hop.known.reasons if asking.hop.known else ()
    return Weighed(asking.person, reasons, known, max((abs(r.weight) for r in reasons), default=0.0))
