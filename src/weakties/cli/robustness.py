"""What hangs on one person, how far you reach, how far apart people are, how your ties grew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.contract import reliance as reliance_json
from weakties.contract.sentences import without
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.insight.robustness import Distances, Year
    from weakties.reliance import Reach, Reliance, Robustness, World

# Rows of the tables below the first, and how many of the lost are named, in a list and of one person.
_GROUPS = 8
_NAMED, _ALL = 5, 1_000
_ORDER = (0, 1, 2, 5, 10, 20, 50, 100, 200, 500, 1_000)


@click.command()
@click.argument("person", type=PersonName(), required=False)
@common.reads
@common.limited(15)
def robustness(person: str | None, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Show whom and what you would lose with one person; with PERSON, with that one.

    A person is the only door where nobody else you know leads to the same people, circle or organisation within two ties. Ties that
    are only inferred do not count. Below stand how far you reach, how far apart people are, and how your ties grew.
    """
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.robustness(person or "", view=seen, named=_ALL if person else _NAMED)
    if as_json:
        rows = [reliance_json.row(row) for row in found.rows[:limit]]
        common.answer("robustness", seen, rows, total=len(found.rows), **reliance_json.whole(found))
    elif person:
        _print_person(found, person)
    else:
        _print_all(found, limit)


def _print_person(found: Robustness, person: str) -> None:
    if not found.rows:
        common.show(f"Nothing hangs on {person}: you were never in touch with them.")
        return
    row = found.rows[0]
    common.show(without(row))
    if row.leads:
        common.show(f"They lead to {plural(row.leads, 'person', 'people')} whom you do not know; {_others(row)}.")
    if row.shared:
        common.show("", "They lead also to:")
        common.show(*(common.indented(_shared(world)) for world in row.shared))


def _others(row: Reliance) -> str:
    others = row.others or 0.0
    return f"on average {others:.1f} others lead to each" if others else "nobody else does"


def _shared(world: World) -> str:
    others = plural(world.doors - 1, "other leads", "others lead") if world.doors > 1 else "nobody else leads"
    what = "" if world.kind == "circle" else ", organisation"
    return f"{world.name} (of {plural(world.people, 'person', 'people')}{what}): {others} there"


def _print_all(found: Robustness, limit: int) -> None:
    if not found.direct:
        common.show("You were in touch with nobody yet, so nothing hangs on anybody.")
        return
    common.show(
        f"You know {plural(found.direct, 'person', 'people')} and reach {found.second:,} more over one of them, "
        f"{found.exposed:,} of these over nobody but one person.",
        "",
    )
    sole = [row for row in found.rows if row.only or row.worlds]
    if not sole:
        common.show("Nobody is the only door to anybody: whoever is gone, you reach the same people.", "")
    else:
        _print_doors(sole[:limit])
        common.show(f"{min(limit, len(sole))} of {plural(len(sole), 'only door', 'only doors')}", "")
        common.show(without(sole[0]), "")
    _print_reach("organisation", found.by_organisation)
    _print_reach("place", found.by_place)
    _print_distances(found.distances)
    _print_years(found.years)
    common.hint(f"{common.program()} robustness PERSON shows what hangs on one.")


def _print_doors(rows: Sequence[Reliance]) -> None:
    columns = ["person", "strength", "alive", "people lost", "leads to", "other doors"]
    if not common.narrow():
        columns.append("the only way to")
    table = common.table(
        *columns, right=["strength", "alive", "people lost", "leads to", "other doors"], short=["person", columns[-1]]
    )
    for row in rows:
        cells = [row.person.name, f"{row.strength:.2f}", f"{row.alive:.2f}", f"{row.only:,}", f"{row.leads:,}"]
        cells.append("" if row.others is None else f"{row.others:.1f}")
        worlds = ", ".join(world.name for world in row.worlds)
        table.add_row(*cells, *([] if common.narrow() else [worlds]))
    common.show(table)


def _print_reach(what: str, reached: Sequence[Reach]) -> None:
    if not reached:
        return
    table = common.table(
        what, "you know", "over one", "further", right=["you know", "over one", "further"], short=[what]
    )
    for each in reached[:_GROUPS]:
        table.add_row(each.name, f"{each.direct:,}", f"{each.second:,}", f"{each.people - each.direct - each.second:,}")
    common.show(table, "")


def _print_distances(found: Distances) -> None:
    if math.isfinite(found.mean):
        whole = int(found.others[1:].sum()) + found.apart
        common.show(
            f"Without you, two people of this network are {found.mean:.1f} ties apart on average, where a way connects them; "
            f"within six ties are {found.within(6):.0%} of all pairs, {found.apart / whole:.0%} are not connected at all."
        )
    bins = _binned(found.degrees.tolist())
    table = common.table("ties to others", "people", right=["people"])
    for name, people in bins:
        table.add_row(name, f"{people:,}")
    if bins:
        common.show(table, "")


def _binned(degrees: Sequence[int]) -> list[tuple[str, int]]:
    """Return how many people have so many ties, in steps that grow."""
    found = []
    for low, high in zip(_ORDER, [*_ORDER[1:], max(len(degrees), _ORDER[-1] + 1)], strict=True):
        if people := sum(degrees[low:high]):
            name = str(low) if high == low + 1 else f"{low:,} to {high - 1:,}"
            found.append((name, people))
    return found


def _print_years(years: Sequence[Year]) -> None:
    if not years:
        return
    table = common.table(
        "year", "in touch", "new", "alive today", "fell silent", right=["in touch", "new", "alive today", "fell silent"]
    )
    for each in years:
        table.add_row(str(each.year), f"{each.in_touch:,}", f"{each.new:,}", f"{each.alive:,}", f"{each.lost:,}")
    common.show(table, "")
