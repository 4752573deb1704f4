"""What hangs on one person, how far you reach, how far apart people are, how your ties grew."""

from __future__ import annotations

import math
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
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
        rows = [_row(row) for row in found.rows[:limit]]
        common.answer("robustness", seen, rows, total=len(found.rows), **_whole(found))
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


def without(row: Reliance) -> str:
    """Return in a sentence what would go with a person."""
    gone = []
    if row.only:
        named = ", ".join(person.name for person in row.lost)
        more = f" and {row.only - len(row.lost)} more" if row.only > len(row.lost) else ""
        gone.append(f"lose the way to {plural(row.only, 'person', 'people')}: {named}{more}")
    if row.worlds:
        gone.append(f"reach nobody of {', '.join(world.name for world in row.worlds)}")
    if not gone:
        return f"Without {row.person.name} you would reach everybody else whom you reach now."
    return f"Without {row.person.name} you would {'; you would '.join(gone)}."


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


def _row(row: Reliance) -> dict[str, Any]:
    return {
        "person": common.person_json(row.person),
        "strength": row.strength,
        "alive": row.alive,
        "worlds": [_world(world) for world in row.worlds],
        "shared": [_world(world) for world in row.shared],
        "people_lost": row.only,
        "lost": [common.person_json(person) for person in row.lost],
        "leads": row.leads,
        "other_doors": row.others,
    }


def _world(world: World) -> dict[str, Any]:
    return {
        "kind": world.kind,
        "name": world.name,
        "people": world.people,
        "reached": world.reached,
        "doors": world.doors,
    }


def _whole(found: Robustness) -> dict[str, Any]:
    apart = found.distances
    return {
        "direct": found.direct,
        "second": found.second,
        "exposed": found.exposed,
        "organisations": [_reach(each) for each in found.by_organisation],
        "places": [_reach(each) for each in found.by_place],
        "distances": {
            "from_me": apart.mine.tolist(),
            "out_of_reach": apart.out_of_reach,
            "pairs": apart.others.tolist(),
            "pairs_apart": apart.apart,
            "measured_from": apart.sources,
            "mean": apart.mean if math.isfinite(apart.mean) else None,
            "within_six": apart.within(6),
        },
        "degrees": apart.degrees.tolist(),
        "years": [
            {"year": y.year, "in_touch": y.in_touch, "new": y.new, "alive": y.alive, "lost": y.lost}
            for y in found.years
        ],
        "circles": [{"name": name, "new": years} for name, years in found.circles],
    }


def _reach(each: Reach) -> dict[str, Any]:
    return {"name": each.name, "direct": each.direct, "second": each.second, "people": each.people}
