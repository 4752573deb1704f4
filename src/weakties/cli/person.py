"""One person: who they are, why each number, the facts between the two of you; and people added by hand."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.completion import PersonName, proposals
from weakties.contract import opened
from weakties.contract import people as people_json
from weakties.contract.sentences import began, shown, usual_answers
from weakties.contract.values import stamp
from weakties.errors import UsageError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

    from weakties.about import Why
    from weakties.reading import Reading
    from weakties.workspace import Workspace

NUMBERS = ("strength", "alive", "embeddedness", "value", "answer")


class PersonGroup(click.Group):
    """`person NAME` shows somebody; `person add NAME` adds somebody."""

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take what is no command of ours for a name."""
        if args and args[0] not in self.commands:
            return "show", self.commands["show"], args
        return super().resolve_command(ctx, args)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> list[CompletionItem]:
        """Propose people as well as commands."""
        found = super().shell_complete(ctx, incomplete)
        return found if incomplete.startswith("-") else [*found, *proposals(ctx, incomplete)]


@click.group(cls=PersonGroup)
def person() -> None:
    """Show one person, or add somebody met off-line: `person NAME`, `person add NAME`."""


@person.command(hidden=True)
@click.argument("name", type=PersonName())
@common.reads
def show(name: str, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Show who somebody is and the four numbers of the tie."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    why_ = space.why(name, view=seen)
    if as_json:
        common.answer("person", seen, [opened.why(why_)])
        return
    _print_head(why_, seen)
    if why_.no_tie:
        common.show(*_known_of(why_))
        return
    common.show(*_known_of(why_), *_habits(why_))
    if why_.years:
        table = common.table("year", "you wrote", "they wrote", right=["you wrote", "they wrote"])
        for year, sent, received in why_.years[-10:]:
            table.add_row(str(year), f"{sent:,}", f"{received:,}")
        common.show("", table)
    if why_.mutual:
        common.show("\nMutual contacts: " + ", ".join(f"{p.name} ({n})" for p, n in why_.mutual) + ".")
    me, who = common.program(), common.typed(why_.person.name or name)
    common.hint("", f"{me} why {who} opens every number.", f"{me} timeline {who} lists the facts.")


@person.command()
@click.argument("name", type=common.Words(empty=False))
@click.option("--handle", type=common.Words(), default="", help="A mail address or other handle, if you have one.")
@click.option("--met", type=common.Words(), default="", help="Where or through whom you met.")
@click.option("--organisation", type=common.Words(), default="", help="Where they work.")
@click.option("--title", type=common.Words(), default="", help="What they do there.")
@click.option("--note", type=common.Words(), default="", help="Anything to remember.")
@click.option("--on", type=common.Day(), help="The day you met; counts as contact in person.")
@click.option("--owner", default="me", hidden=True)
def add(
    name: str, handle: str, met: str, organisation: str, title: str, note: str, on: date | None, owner: str
) -> None:
    """Add somebody by hand, e.g. met at a conference."""
    space = common.workspace(owner=owner)
    made = space.add_person(name, handle=handle, on=on, note=note, met=met, organisation=organisation, title=title)
    known = "" if made.handle.endswith("@hand") else f" as {shown(made.handle)}"
    common.hint(f"{name} is added{known}. {common.program()} undo {made.id} takes it back.")


@click.command()
@click.argument("who", nargs=-1, required=True, type=PersonName(), metavar="PERSON [PERSON]")
@click.option("--origins", is_flag=True, help="Show the file and offset of every fact named.")
@common.reads
def why(who: tuple[str, ...], origins: bool, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Open every number of a person down to the facts; with two, say why they are one person or two."""
    if len(who) > 2:
        raise click.UsageError("Name one person, or two to compare; quote a name that has blanks.")
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    if len(who) == 2:
        _compare(space, seen, who, as_json)
        return
    found = space.why(who[0], view=seen)
    if as_json:
        places = space.origins(opened.evidence(found), view=seen) if origins else None
        common.answer("why", seen, [opened.why(found, places)])
        return
    _print_head(found, seen)
    if found.no_tie:
        return
    for number in found.reasons:
        table = common.table(number, "weight", "because", "facts", right=["weight", "facts"])
        for reason in found.reasons[number]:
            table.add_row(reason.what, f"{reason.weight:+.2f}", reason.text, str(len(reason.evidence) or ""))
        common.show("", table)
    common.show("", *_habits(found))
    named = opened.evidence(found)
    if origins:
        _print_origins(space, seen, named)
    elif named:
        stand = plural(len(named), "fact stands", "facts stand")
        common.show(f"{stand} behind this; --origins shows file and offset, timeline shows them all.")


def _compare(space: Workspace, seen: Reading, who: tuple[str, ...], as_json: bool) -> None:
    found = space.compare(who[0], who[1], view=seen)
    if found.handles[0] == found.handles[1]:
        raise UsageError(f"{who[0]} and {who[1]} mean one handle.", hint="Give two addresses in full to compare them.")
    if as_json:
        common.answer("why", seen, [opened.compared(found)])
        return
    verdict = "are one person" if found.together else "are two people"
    common.show(f"{who[0]} and {who[1]} {verdict}. The evidence adds up to {found.weight:+.1f}; 4.4 is certain.")
    for reason in found.reasons:
        common.show(common.indented(f"{reason.weight:+.1f}  {reason.text}", 2))


def _print_origins(space: Workspace, seen: Reading, events: list[str]) -> None:
    table = common.table("fact", "import", "file", "offset", right=["offset"])
    for event, places in space.origins(events, view=seen).items():
        for place in places:
            table.add_row(event, place.import_id, place.file or "(the file itself)", f"{place.offset:,}")
    common.show("", table)


def _print_head(found: Why, seen: Reading) -> None:
    """Print who somebody is, the numbers of the tie or why there is none, and what was decided of them."""
    from rich.text import Text

    who = found.person
    place = ", ".join(part for part in (who.title, who.organisation) if part)
    common.show(Text.assemble((who.name, "bold"), (f"  {place}" if place else "", "dim")))
    # Somebody added by hand is known by the name that stands above.
    handles = [shown(h) for h in who.handles if not h.endswith("@hand")]
    if handles:
        common.show(common.indented(Text("  ".join(handles[:6]), style="dim"), 2))
    if found.tie is not None:
        numbers = []
        for number in NUMBERS:
            own, computed = found.numbers[number], found.computed[number]
            numbers.append(f"{number} {own:.2f}" + (f" (yours; computed {computed:.2f})" if own != computed else ""))
        motion = found.tie["motion"]
        moving = f", {motion}" if motion in ("warming", "cooling") else ""
        common.show(f"{found.tie['kind']}{moving}: " + "  ".join(numbers))
    match found.no_tie:
        case "owner":
            common.show("This is whose mail it is; nobody has a tie to herself.")
        case "hidden":
            common.show("You hid them, so there is nothing to see of the tie.")
        case "machine":
            common.show(f"Set aside as a machine: {who.machine}")
            common.hint(f"{common.program()} human {common.typed(who.handles[0])} overrules that.")
        case "never":
            common.show(f"You were not in touch by {seen.as_of}.")
            common.hint(f"{common.program()} touch {common.typed(who.name)} says that you were.")
    for decision in found.decisions:
        said = " ".join(str(v) for v in decision.value.values())
        common.show(f"You decided: {' '.join(filter(None, (decision.kind, said)))} (undo {decision.id} takes it back)")


def _known_of(found: Why) -> list[str]:
    """Return how the tie began, what they are to the owner, and what is new of them."""
    lines = [began(found.began)] if found.began else []
    if found.relations:
        lines.append("To you: " + "; ".join(f"{r.what} ({r.text.rstrip('.')})" for r in found.relations) + ".")
    return [*lines, *(f"New: {told.text}" for told in found.news)]


def _habits(found: Why) -> list[str]:
    lines = [f"Rhythm: {found.rhythm.text}"] if found.rhythm else []
    said = usual_answers(found.answer_hours)
    return [*lines, f"Answers: {', '.join(said)}."] if said else lines


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@common.reads
@common.limited(30)
def timeline(who: str, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List the facts between me and a person, the newest first."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found, rows, total = space.timeline(who, view=seen, limit=limit)
    if as_json:
        said = [opened.fact(row) for row in rows]
        common.answer("timeline", seen, said, total=total, person=people_json.person(found))
        return
    if not rows:
        common.show(f"There is nothing between you and {found.name} by {seen.as_of}.")
        return
    table = common.table("day", "", "subject", "to", right=["to"])
    arrows = {"out": "you wrote", "in": "they wrote", "heard": "to a list", "beside": "beside you", "met": "you met"}
    for row in rows:
        table.add_row(stamp(row["at"])[:10], arrows[row["direction"]], row["subject"], str(row["group_size"]))
    common.show(table, f"\n{len(rows):,} of {total:,} with {found.name}")
