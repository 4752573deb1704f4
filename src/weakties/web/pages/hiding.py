"""Whoever the user hid is gone with the next page: answers that were worked out before may still name them for a while."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from weakties.answers import Person
from weakties.incognito import shown_id
from weakties.reach import Asked, Connecting, Introduction, Loose
from weakties.reliance import Reliance, Robustness
from weakties.workplaces import Listed, Workplace
from weakties.workspace.seen import Seen

Shown = Callable[[Person | None], bool]


def shown(seen: Seen) -> Shown:
    """Return what tells whether somebody may be shown; nobody at all may."""
    hidden = {shown_id(person, seen.view.masked_with) for person in seen.view.wishes.hidden}
    return lambda person: person is None or person.id not in hidden


def connecting(seen: Seen, found: Connecting) -> Connecting:
    """Return who connects without those who are hidden."""
    may = shown(seen)
    return replace(
        found,
        connectors=tuple(one for one in found.connectors if may(one.person)),
        matches=tuple(match for match in found.matches if may(match.a) and may(match.b)),
    )


def asked(seen: Seen, found: Asked) -> Asked:
    """Return ways without those over or to somebody who is hidden."""
    may = shown(seen)
    return replace(found, ways=tuple(way for way in found.ways if _way(way, may)))


def _way(way: Introduction, may: Shown) -> bool:
    return may(way.target) and all(may(asking.person) for asking in way.asked)


def loose(seen: Seen, found: list[Loose]) -> list[Loose]:
    """Return who is within reach over somebody who is not hidden."""
    may = shown(seen)
    left = [replace(one, middles=tuple(p for p in one.middles if may(p))) for one in found if may(one.person)]
    return [one for one in left if one.middles]


def listed(seen: Seen, found: list[Listed]) -> list[Listed]:
    """Return organisations, where whoever is closest is hidden without them."""
    may = shown(seen)
    return [each if may(each.strongest) else replace(each, strongest=None) for each in found]


def workplace(seen: Seen, found: Workplace) -> Workplace:
    """Return an organisation without those who are hidden."""
    may = shown(seen)
    return replace(
        found,
        members=tuple(member for member in found.members if may(member.person)),
        first=found.first if found.first and may(found.first.person) else None,
        way=found.way if found.way and _way(found.way, may) else None,
    )


def robustness(seen: Seen, found: Robustness) -> Robustness:
    """Return what reach rests on without those who are hidden."""
    may = shown(seen)
    return replace(found, rows=tuple(_lost(row, may) for row in found.rows if may(row.person)))


def _lost(row: Reliance, may: Shown) -> Reliance:
    return replace(row, lost=tuple(person for person in row.lost if may(person)))
