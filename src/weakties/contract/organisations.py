"""Organisations: whom I know where, who came, who left, the best way in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from weakties.contract.people import person, person_or_none
from weakties.contract.values import day, day_or_none

if TYPE_CHECKING:
    from weakties.insight.organisations import Organisation
    from weakties.reach import Introduction
    from weakties.workplaces import Listed, Member, Workplace


def row(found: Listed) -> dict[str, Any]:
    """Return one of all organisations, with whom I know best there."""
    return {**_told(found.told), "strongest": person_or_none(found.strongest)}


def organisation(found: Workplace) -> dict[str, Any]:
    """Return an organisation with the best way in: whom I know there, or who would introduce me."""
    first = None if found.first is None else found.first.person
    return {**_told(found.told), "first": person_or_none(first), "way": _way(found.way)}


def member(found: Member) -> dict[str, Any]:
    """Return somebody who is or was there: from when to when, where from and where to, and the tie."""
    at = found.tenure
    return {
        "person": person(found.person),
        "title": at.title,
        "now": at.now,
        "first_day": day(at.first_day),
        "last_day": day(at.last_day),
        "in_touch": at.in_touch,
        "kind": at.kind,
        "strength": at.strength,
        "alive": at.alive,
        "answer": at.answer,
        "last_contact": day_or_none(at.last_contact),
        "came": at.came,
        "came_from": at.came_from,
        "left": at.went,
        "gone_to": at.gone_to,
    }


def _told(told: Organisation) -> dict[str, Any]:
    return {
        "house": told.house,
        "name": told.name,
        "domain": told.domain,
        "people": told.people,
        "former": told.former,
        "in_touch": told.in_touch,
        "strength": told.strength,
        "alive": told.alive,
        "last_contact": day_or_none(told.last_day),
        "came": told.came,
        "left": told.went,
        "own": told.own,
    }


def _way(way: Introduction | None) -> dict[str, Any] | None:
    if way is None:
        return None
    asked = [person(asking.person) for asking in way.asked]
    return {"target": person(way.target), "ask": asked, "worth": way.way.worth}
