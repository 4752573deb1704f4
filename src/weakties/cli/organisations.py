"""Organisations: whom you know where, who came, who left, the best way in."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.contract import organisations as organisations_json
from weakties.contract.sentences import moves
from weakties.facts.days import date_of
from weakties.ties.words import ago, plural

if TYPE_CHECKING:
    from weakties.reading import Reading
    from weakties.workplaces import Listed, Member, Workplace

_WIDE = ("organisation", "people", "in touch", "closest", "strength", "alive", "last contact", "came", "left")
_NARROW = ("organisation", "people", "in touch", "strength", "alive")
_NUMBERS = ("people", "in touch", "strength", "alive", "came", "left")


@click.command()
@click.argument("name", type=common.Words(empty=False), required=False)
@common.reads
@common.limited(40)
def org(name: str | None, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List the organisations where you know somebody; with NAME, its people, who came, who left, and the best way in.

    NAME: of an organisation, its domain, or a part of either. Somebody is there until a newer card or address shows them elsewhere.
    """
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    if name is None:
        listed = space.organisations(view=seen)
        if as_json:
            common.answer("org", seen, [organisations_json.row(each) for each in listed[:limit]], total=len(listed))
        else:
            _print_list(listed, limit, seen)
        return
    found = space.organisation(name, view=seen)
    if as_json:
        rows = [organisations_json.member(member) for member in found.members[:limit]]
        whole = organisations_json.organisation(found)
        common.answer("org", seen, rows, total=len(found.members), organisation=whole)
    else:
        _print_one(found, limit, seen)


def _print_list(listed: list[Listed], limit: int, seen: Reading) -> None:
    if not listed:
        common.show("No organisations yet: no card and no address says where anybody works.")
        return
    columns = _NARROW if common.narrow() else _WIDE
    table = common.table(*columns, right=[c for c in columns if c in _NUMBERS], short=["organisation", "closest"])
    for each in listed[:limit]:
        told = each.told
        cells = {
            "organisation": told.name,
            "people": str(told.people),
            "in touch": str(told.in_touch),
            "alive": f"{told.alive:.2f}" if each.strongest else "",
            "closest": each.strongest.name if each.strongest else "",
            "strength": f"{told.strength:.2f}" if each.strongest else "",
            "last contact": _ago(told.last_day, seen),
            "came": _few(told.came),
            "left": _few(told.went),
        }
        table.add_row(*(cells[column] for column in columns))
    common.show(table)
    common.show(f"{min(limit, len(listed))} of {plural(len(listed), 'organisation', 'organisations')}")
    common.hint(f"{common.program()} org NAME shows its people and the best way in.")


def _few(number: int) -> str:
    return str(number) if number else ""


def _ago(day: int | None, seen: Reading) -> str:
    return "" if day is None else ago(seen.as_of_day - day)


def _print_one(found: Workplace, limit: int, seen: Reading) -> None:
    from rich.text import Text

    told = found.told
    domain = f"  {told.domain}" if told.domain and told.domain != told.name else ""
    common.show(Text.assemble((told.name, "bold"), (domain, "dim")))
    known = f"You know {plural(told.people, 'person', 'people')} there and are in touch with {told.in_touch}"
    formerly = f"; {plural(told.former, 'person was', 'people were')} there formerly" if told.former else ""
    common.show(known + formerly + ("; you are or were there yourself." if told.own else "."), "")
    _print_people(found.members[:limit], seen)
    if len(found.members) > limit:
        common.show(f"{limit} of {plural(len(found.members), 'person', 'people')}")
    for line in moves(found):
        common.show(line)
    common.show(*_way_text(found, seen))


def _print_people(members: tuple[Member, ...], seen: Reading) -> None:
    table = common.table(
        "person", "title", "there", "strength", "alive", "last contact", right=["strength", "alive"],
        short=["person", "title"],
    )  # fmt: skip
    for member in members:
        at = member.tenure
        numbers = (f"{at.strength:.2f}", f"{at.alive:.2f}") if at.in_touch else ("", "")
        there = "now" if at.now else f"until {date_of(at.last_day).year}"
        table.add_row(member.person.name, at.title, there, *numbers, _ago(at.last_contact, seen))
    common.show(table)


def _way_text(found: Workplace, seen: Reading) -> list[str]:
    if found.first is not None:
        at, name = found.first.tenure, found.first.person.name
        last = f", last in touch {_ago(at.last_contact, seen)}" if at.last_contact is not None else ""
        return [f"Best way in: {name}, strength {at.strength:.2f}, {at.answer:.0%} likely to answer{last}."]
    if found.way is None:
        return ["No way in: nobody you know was seen with any of them."]
    chain = " → ".join([*(asking.person.name for asking in found.way.asked), found.way.target.name])
    return [f"Best way in: {chain}. {common.program()} intro writes the note."]
