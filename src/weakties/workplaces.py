"""Organisations, as surfaces show them: listed, or one of them with its people and the best way in."""

from __future__ import annotations

from dataclasses import dataclass

from weakties import reach, regard
from weakties.answers import Person, persons
from weakties.insight import organisations
from weakties.insight.organisations import Organisation, Tenure
from weakties.reach import Introduction
from weakties.reading import Reading
from weakties.shape import Shape


@dataclass(frozen=True, slots=True)
class Listed:
    """An organisation in a list. strongest: my strongest tie there, None without one."""

    told: Organisation
    strongest: Person | None


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody who is or was there."""

    person: Person
    tenure: Tenure


@dataclass(frozen=True, slots=True)
class Workplace:
    """An organisation with its people. first: whom to write to, where I was in touch with somebody there; way: the best way in, where
    I was not and there is one."""

    told: Organisation
    members: tuple[Member, ...]
    first: Member | None
    way: Introduction | None


def listed(view: Reading) -> list[Listed]:
    """Return the organisations, those first in which I am in touch with most people. view: of a day whose network was drawn."""
    organisations.derive(view.connection, as_of_day=view.as_of_day)
    found = organisations.listed(view.connection, owner=view.owner, as_of_day=view.as_of_day)
    who = persons(view, sorted({each.strongest for each in found if each.strongest}))
    return [Listed(each, who[each.strongest] if each.strongest else None) for each in found]


def workplace(view: Reading, shape: Shape, text: str) -> Workplace:
    """Return the organisation that a text means, with its people. Raises UsageError."""
    connection, day = view.connection, view.as_of_day
    organisations.derive(connection, as_of_day=day)
    house = organisations.find(connection, text)
    told = organisations.listed(connection, owner=view.owner, as_of_day=day, house=house)[0]
    tenures = organisations.members(connection, house, as_of_day=day)
    who = persons(view, [each.person for each in tenures])
    members = tuple(Member(who[each.person], each) for each in tenures)
    best = organisations.best_tie(tenures)
    first = next((member for member in members if member.tenure is best), None)
    there = [each.person for each in tenures if each.now]
    ways = [] if first else reach.introductions(view, shape, there, limit=1, vouched=regard.raising(view))
    return Workplace(told, members, first, ways[0] if ways else None)
