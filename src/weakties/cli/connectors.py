"""Who connects worlds, and who stands one step away."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, cast

import click

from weakties.cli import common
from weakties.contract import connectors as connectors_json
from weakties.contract.values import day, day_or_none
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.insight.loose import Sort
    from weakties.reach import Connecting, Loose

_MATCHES, _CONNECTORS = 8, 10


@click.command()
@common.reads
@common.limited(_CONNECTORS)
def connectors(limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Say who connects worlds, how much of a connector you are, and whom you could introduce to whom."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.connectors(view=seen)
    if as_json:
        rows = [connectors_json.connector(c) for c in found.connectors[:limit]]
        mine = connectors_json.mine(found)
        could = [connectors_json.match(m, masked=bool(seen.masked_with)) for m in found.matches]
        common.answer("connectors", seen, rows, total=len(found.connectors), mine=mine, could_introduce=could)
        return
    if not found.connectors:
        common.show("Nobody was seen to connect others yet: no introduction, and nobody with ties in two circles.")
        return
    _print_connectors(found, limit)
    _print_mine(found)
    if found.matches:
        common.show("Whom you could introduce: strangers as far as one sees, who write of the same\n")
        for match in found.matches[:_MATCHES]:
            words = "" if seen.masked_with else f": {', '.join(match.told.words)}"
            common.show(common.indented(f"{match.a.name} and {match.b.name}{words}"))
        common.show("")
    common.hint(f"{common.program()} tag NAME no-introductions leaves somebody out who asked for it.")


def _print_connectors(found: Connecting, limit: int) -> None:
    numbers = ("made", "took", "circles", "knows")
    names = ("connector",) if common.narrow() else ("connector", "organisation")
    table = common.table(*names, *numbers, "last", right=numbers, short=names[1:])
    for one in found.connectors[:limit]:
        told = one.told
        last = day_or_none(told.last_day) or ""
        cells = (told.made, told.took, told.worlds, told.people)
        table.add_row(*(one.person.name, one.person.organisation)[: len(names)], *map(str, cells), last)
    common.show(table)
    shown = f"{min(limit, len(found.connectors))} of {len(found.connectors):,}."
    common.show(f"\n{shown} made, took: introductions seen; knows: people known to know them.\n")


def _print_mine(found: Connecting) -> None:
    common.show("You, year by year: to whom you wrote, in how many of today's circles they live, whom you introduced\n")
    numbers = ("people", "circles", "introduced", "took")
    table = common.table("year", *numbers, right=numbers)
    for year in found.mine:
        table.add_row(str(year["year"]), f"{year['people']:,}", *(str(year[n]) for n in ("worlds", "made", "took")))
    common.show(table, "")
    if found.contacts:
        leads = f"{found.leading:,} of your {plural(found.contacts, 'contact', 'contacts')}"
        common.show(f"{leads} are seen or said to know somebody you were never in touch with.\n")


@click.command()
@click.argument("query", type=common.Words(), default="")
@click.option("--org", type=common.Words(), default="", help="Only people of an organisation.")
@click.option("--title", type=common.Words(), default="", help="Only people with a title.")
@click.option("--place", type=common.Words(), default="", help="Only people in a place.")
@click.option("--topic", type=common.Words(), default="", help="Only people seen where something was spoken of.")
@click.option(
    "--sort",
    type=click.Choice(["both", "worth", "likely"]),
    default="both",
    show_default=True,
    help="What comes first.",
)
@common.reads
@common.limited(20)
def loose(
    query: str,
    org: str,
    title: str,
    place: str,
    topic: str,
    sort: str,
    limit: int,
    as_json: bool,
    as_of: date | None,
    incognito: bool,
    owner: str,
) -> None:
    """List the contacts of your contacts: who is within reach, through whom, and what shows it."""
    from weakties.insight.loose import Wanted

    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    wanted = Wanted(query=query, organisation=org, title=title, place=place, topic=topic)
    found = space.loose(wanted, view=seen, sort=cast("Sort", sort))
    if as_json:
        common.answer("loose", seen, [connectors_json.loose(one) for one in found[:limit]], total=len(found))
        return
    if not found:
        common.show("Nobody fits who stands one step away.")
        common.hint(f"{common.program()} loose lists everybody within reach.")
        return
    for number, one in enumerate(found[:limit], start=1):
        _print_loose(number, one)
    common.show(f"{min(limit, len(found)):,} of {len(found):,}")
    common.hint(f"{common.program()} intro NAME finds the best way to one.")


def _print_loose(number: int, one: Loose) -> None:
    from rich.text import Text

    told = one.told
    place = ", ".join(part for part in (told.title, told.house or one.person.organisation, told.place) if part)
    head = Text.assemble((f"{number}. {one.person.name}", "bold"), (f"  {place}" if place else "", "dim"))
    through = ", ".join(p.name for p in one.middles)
    more = told.shared - len(one.middles)
    common.show(head, common.indented(f"Through {through}" + (f" and {more} more" if more > 0 else "")))
    at = told.seen_at
    if at:
        where = "Heard of" if at["heard"] else "Seen"
        subject = f" “{at['subject']}”" if at["subject"] else ""
        common.show(common.indented(f"{where} in {at['channel']}{subject}, {day(at['day'])}"))
    said = " ".join(r.text for r in told.reasons)
    common.show(
        common.indented(
            Text(f"{said}  worth {told.worth:.2f}; likeliest: {told.rank[0]:,} of {told.rank[1]:,}", style="dim")
        ),
        "",
    )
