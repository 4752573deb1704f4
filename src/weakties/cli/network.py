"""The shape of the network: circles, ways to somebody, chains between two people."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.contract import network as network_json
from weakties.contract.sentences import how_known
from weakties.errors import UsageError, WeaktiesError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.insight.targets import What
    from weakties.reach import Asked, Asking, Circle, Introduction, Link
    from weakties.reading import Reading

_AS = ("person", "role", "organisation", "place", "topic")
# Lines of a list of targets.
_MOST_TARGETS = 10_000


@click.group(invoke_without_command=True)
@click.pass_context
@common.reads
@common.limited(40)
def circles(ctx: click.Context, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List the circles that your people live in; `circles rename`, `circles merge`."""
    if ctx.invoked_subcommand is not None:
        return
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.circles(view=seen)
    if as_json:
        common.answer("circles", seen, [network_json.circle(c) for c in found[:limit]], total=len(found))
        return
    if not found:
        common.show("No circles yet: nobody was seen together with two others.")
        return
    for circle in found[:limit]:
        _print_circle(circle)
    common.show(f"{min(limit, len(found))} of {plural(len(found), 'circle', 'circles')}")
    me = common.program()
    common.hint(f'{me} circles rename NAME "A better name"', f"{me} people --circle NAME lists who is in one.")


def _print_circle(circle: Circle) -> None:
    from rich.text import Text

    told = circle.told
    known = f"in touch with {told.in_touch}" + (f", close to {told.strong}" if told.strong else "")
    common.show(Text.assemble((told.name, "bold"), (f"  {plural(told.people, 'person', 'people')}; {known}", "dim")))
    houses = ", ".join(f"{name} ({count})" for name, count in told.houses if name != told.name)
    meets = ", ".join(name for name, _ in told.gatherings if name != told.name)
    for head, text in (
        ("Nearest", ", ".join(p.name for p in circle.nearest)),
        ("Houses", houses),
        ("Meets at", meets),
        ("Writes of", ", ".join(told.words)),
    ):
        if text:
            common.show(common.indented(f"{head}: {text}"))
    common.show("")


@circles.command()
@click.argument("circle", type=common.Words(empty=False))
@click.argument("name", type=common.Words(empty=False))
def rename(circle: str, name: str) -> None:
    """Call a circle otherwise. CIRCLE: its name, a part of it, or its id."""
    space = common.workspace()
    common.in_use(space)
    seen = space.read()
    drawn = space.shape(view=seen)
    before = space.circle(circle, view=seen, drawn=drawn).told.name
    made = space.rename_circle(circle, name, view=seen, drawn=drawn)
    common.hint(f"The circle {before} is called {name}.  {common.program()} undo {made.id} takes it back.")


@circles.command("merge")
@click.argument("one", type=common.Words(empty=False))
@click.argument("other", type=common.Words(empty=False))
def merge_circles(one: str, other: str) -> None:
    """Say that two circles are one."""
    space = common.workspace()
    common.in_use(space)
    made = space.merge_circles(one, other)
    common.hint(f"{one} and {other} are one circle.  {common.program()} undo {made.id} takes it back.")


@click.command()
@click.argument("target", type=PersonName(), required=False)
@click.option("--file", "file", type=click.Path(path_type=Path, dir_okay=False), help="Ask of each target in a CSV.")
@click.option("--as", "what", type=click.Choice(_AS), help="Take TARGET for this and nothing else.")
@click.option(
    "--hops",
    type=click.IntRange(2, 6),
    default=3,
    show_default=True,
    help="Ties at the most on one way; over two introducers lead three.",
)
@click.option("--for", "purpose", type=common.Words(), default="", help="What it is about, for the note.")
@common.reads
@common.limited(5)
def intro(
    target: str | None,
    file: Path | None,
    what: str | None,
    hops: int,
    purpose: str,
    limit: int,
    as_json: bool,
    as_of: date | None,
    incognito: bool,
    owner: str,
) -> None:
    """Find who would introduce you to TARGET: a person, an organisation, a role at one, a place, a topic."""
    if (target is None) == (file is None):
        raise UsageError("Say whom you want to reach, or name a file.", hint='weakties intro "CTO at Acme"')
    targets = [target] if target is not None else _targets(common.expanded(file or Path()))
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    drawn = space.shape(view=seen)
    asked: dict[str, Asked | WeaktiesError] = {}
    for each in targets:
        try:
            asked[each] = space.intro(
                each,
                view=seen,
                drawn=drawn,
                what=cast("What | None", what),
                introducers=hops - 1,
                limit=limit,
                purpose=purpose,
            )
        except WeaktiesError as error:
            if target is not None:
                raise
            asked[each] = error
    if as_json:
        rows = [row for text, found in asked.items() for row in network_json.ways(text, found)]
        common.answer("intro", seen, rows)
        return
    if target is not None:
        _print_ways(target, cast("Asked", asked[target]), seen)
    else:
        _print_targets(asked)


def _targets(file: Path) -> list[str]:
    """Return the targets of a file: the column `target`, else the first."""
    from weakties.insight import targets

    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            return targets.listed(lines, name=str(file), most=_MOST_TARGETS)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        said = getattr(error, "strerror", None) or "it is no CSV in UTF-8"
        raise UsageError(
            f"{file} cannot be read: {said}.", hint="A line per target; a head `target` is optional."
        ) from error


def _print_ways(target: str, found: Asked, seen: Reading) -> None:
    meant = found.meant
    if meant.what != "person":
        common.show(f"{target}: {meant.text}, {plural(found.count, 'person', 'people')}.\n")
    if not found.ways:
        common.show(f"Nobody you know was seen with {meant.text if meant.what == 'person' else 'any of them'}.")
        common.hint(f"{common.program()} intro TARGET --hops 6 looks further.")
        return
    for number, way in enumerate(found.ways, start=1):
        _print_way(number, way)
    best = next((way for way in found.ways if way.note), None)
    if best is not None and not seen.masked_with:
        common.show(f"A note to {best.asked[0].person.name}:\n")
        common.show(*(common.indented(line) for line in best.note.split("\n")), "")
    common.hint(f"{common.program()} between me NAME shows whole chains.")


def _print_way(number: int, way: Introduction) -> None:
    from rich.text import Text

    target = way.target
    place = ", ".join(part for part in (target.title, target.organisation) if part)
    if not way.asked:
        head = Text.assemble((f"{number}. You know {target.name}", "bold"), (f"  {place}" if place else "", "dim"))
        common.show(head, common.indented(way.own), "")
        return
    chain = " → ".join([*(a.person.name for a in way.asked), target.name])
    common.show(Text.assemble((f"{number}. {chain}", "bold"), (f"  {place}  worth {way.way.worth:.2f}", "dim")))
    for asking in way.asked:
        for line in _said(asking):
            common.show(common.indented(line))
    common.show("")


def _said(asking: Asking) -> Sequence[str]:
    name = asking.person.name
    lines = [f"{name}: {reason.text}" for reason in asking.hop.reasons if reason.what in ("tie", "asked", "vouched")]
    if asking.hop.known is not None:
        lines.append(f"{how_known(asking.hop.known)}: {asking.hop.known.text}")
    return lines


def _print_targets(asked: Mapping[str, Asked | WeaktiesError]) -> None:
    table = common.table("target", "ask", "to reach", "worth", right=["worth"], short=["to reach"])
    for text, found in asked.items():
        if isinstance(found, WeaktiesError):
            table.add_row(text, "", str(found), "")
        elif not found.ways:
            table.add_row(text, "", "nobody you know was seen with them", "")
        else:
            way = found.ways[0]
            chain = " → ".join(a.person.name for a in way.asked) or "you know them"
            table.add_row(text, chain, way.target.name, f"{way.way.worth:.2f}" if way.asked else "")
    common.show(table)


@click.command()
@click.argument("a", type=PersonName(), metavar="PERSON")
@click.argument("b", type=PersonName(), metavar="PERSON")
@click.option("--hops", type=click.IntRange(1, 6), default=4, show_default=True, help="Ties at the most.")
@common.reads
@common.limited(5)
def between(
    a: str, b: str, hops: int, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str
) -> None:
    """Show the chains of people between two; `me` is you."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.between(a, b, view=seen, hops=hops, limit=limit)
    if as_json:
        common.answer("between", seen, [network_json.chain(c) for c in found])
        return
    if not found:
        common.show(f"No chain of {plural(hops, 'tie', 'ties')} or fewer leads from {a} to {b}.")
        return
    for number, chain in enumerate(found, start=1):
        from rich.text import Text

        names = " → ".join("you" if p is None else p.name for p in chain.people)
        common.show(Text.assemble((f"{number}. {names}", "bold"), (f"  worth {chain.worth:.3f}", "dim")))
        common.show(*(common.indented(_link_text(link)) for link in chain.links), "")


def _link_text(link: Link) -> str:
    if link.known is None:
        other = link.b if link.a is None else link.a
        return f"You and {other.name if other else ''}: {link.own}"
    names = f"{link.a.name if link.a else ''} and {link.b.name if link.b else ''}"
    return f"{names}: {how_known(link.known).lower()}. {link.known.text}"
