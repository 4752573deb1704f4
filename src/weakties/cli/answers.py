"""The questions that are answered by a list: today, waiting, people, review."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from weakties.cli import common

if TYPE_CHECKING:
    from weakties.answers import Suggestion


@click.command()
@click.option("--minutes", type=click.IntRange(1, 480), help="Minutes you have.  [default: 15]")
@common.reads
@common.limited(50)
def today(minutes: int | None, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Say who deserves a word today, why, through which channel, and how to begin."""
    space = common.workspace(owner=owner, minutes=minutes)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.today(view=seen)
    if as_json:
        common.answer("today", seen, [_suggestion(s) for s in found[:limit]], total=len(found))
        return
    if not found:
        common.show("Nobody is due for a word today.", "weakties people --sort value shows whom a word would be worth.")
        return
    spent = sum(s.minutes for s in found[:limit])
    many = "person deserves" if len(found) == 1 else "people deserve"
    common.show(f"{len(found)} {many} a word today ({seen.as_of}); about {spent} minutes.\n")
    for number, suggestion in enumerate(found[:limit], start=1):
        _print_suggestion(number, suggestion)
    common.show("weakties why NAME opens every number; weakties touch NAME when you have written.")


def _print_suggestion(number: int, suggestion: Suggestion) -> None:
    from rich.text import Text

    who = suggestion.person
    place = ", ".join(part for part in (who.title, who.organisation) if part)
    head = Text.assemble((f"{number}. {who.name}", "bold"), (f"  {place}" if place else "", "dim"))
    numbers = "  ".join(f"{name} {value:.2f}" for name, value in suggestion.numbers.items())
    common.show(
        head,
        f"   {suggestion.headline}",
        Text(f"   {suggestion.kind}  {numbers}  {suggestion.channel}, {suggestion.minutes} min", style="dim"),
        f"   Begin: {suggestion.opener}",
        "",
    )


def _suggestion(suggestion: Suggestion) -> dict[str, Any]:
    last = suggestion.last
    return {
        "person": common.person_json(suggestion.person),
        "worth": suggestion.worth,
        "headline": suggestion.headline,
        "kind": suggestion.kind,
        **suggestion.numbers,
        "minutes": suggestion.minutes,
        "channel": suggestion.channel,
        "opener": suggestion.opener,
        "last": None
        if last is None
        else {"id": last.event, "at": common.stamp(last.at), "direction": last.direction, "subject": last.subject},
        "reasons": [r.as_json() for r in suggestion.reasons],
    }


@click.command()
@common.reads
@common.limited(50)
def waiting(limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List who waits for my answer, and whose answer I wait for."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.waiting(view=seen)
    if as_json:
        who = space.persons([o.person for o in found[:limit]], view=seen)
        rows = [
            {
                "person": common.person_json(who[o.person]),
                "waits": "me" if o.for_me else "them",
                "id": o.event,
                "at": common.stamp(o.at),
                "days": o.days,
                "subject": o.subject,
            }
            for o in found[:limit]
        ]
        common.answer("waiting", seen, rows, total=len(found))
        return
    if not found:
        common.show("Nobody waits for your answer, and you wait for nobody's.")
        return
    for mine, title in ((True, "They wait for your answer"), (False, "You wait for theirs")):
        rows_of = [o for o in found if o.for_me == mine][:limit]
        if rows_of:
            table = common.table("days", title, "about", right=["days"])
            for o in rows_of:
                table.add_row(str(o.days), o.name or o.handle, o.subject)
            common.show(table, "")


@click.command()
@click.argument("query", default="")
@click.option(
    "--kind", type=click.Choice(["strong", "weak", "dormant", "new", "one-sided", "seen"]), help="Only these ties."
)
@click.option("--org", default="", help="Only people of an organisation.")
@click.option(
    "--sort",
    type=click.Choice(["value", "strength", "alive", "overdue", "recent", "name"]),
    default="value",
    show_default=True,
)
@click.option("--automated", is_flag=True, help="The senders set aside as machines, with the reason.")
@common.reads
@common.limited(40)
def people(
    query: str,
    kind: str | None,
    org: str,
    sort: str,
    automated: bool,
    limit: int,
    as_json: bool,
    as_of: date | None,
    incognito: bool,
    owner: str,
) -> None:
    """List everybody, or those whose name or handle contains QUERY."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    sorted_by = "recent" if automated and sort == "value" else sort
    found = space.people(view=seen, query=query, kind=kind or "", organisation=org, sort=sorted_by, automated=automated)
    if as_json:
        handles = space.handles([row["person"] for row in found[:limit]], view=seen)
        rows = [_person_row(row, handles.get(row["person"], [])) for row in found[:limit]]
        common.answer("people", seen, rows, total=len(found))
        return
    if not found:
        common.show("Nobody here answers to that.")
        return
    if automated:
        table = common.table("sender", "address", "messages", "set aside because", right=["messages"])
        for row in found[:limit]:
            table.add_row(row["name"], _value(row["handle"]), f"{row['events']:,}", row["machine"])
    else:
        table = common.table(
            "name", "organisation", "kind", "strength", "alive", "value", "last", right=["strength", "alive", "value"]
        )
        for row in found[:limit]:
            last = "" if row["silence"] is None else f"{row['silence']:,} days"
            numbers = ("" if row[n] is None else f"{row[n]:.2f}" for n in ("strength", "alive", "value"))
            table.add_row(row["name"], row["organisation_name"], row["kind"] or "", *numbers, last)
    common.show(table, f"\n{min(limit, len(found)):,} of {len(found):,}")


def _person_row(row: dict[str, Any], handles: list[str]) -> dict[str, Any]:
    kept = ("kind", "strength", "alive", "value", "sent", "received", "silence", "mutual", "title", "machine")
    numbers = {name: row[name] for name in kept}
    place = {"organisation": row["organisation_name"] or None}
    return {"person": {"id": row["person"], "name": row["name"], "handles": handles}, **place, **numbers}


def _value(handle: str) -> str:
    return handle.partition(":")[2]


@click.command()
@common.reads
@common.limited(20)
def review(limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List probable merges, both sides shown; answer with merge or split."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.review(view=seen)
    if as_json:
        rows = [{**row, "reasons": row["reasons"].split("\n")} for row in found[:limit]]
        common.answer("review", seen, rows, total=len(found))
        return
    if not found:
        common.show("Nothing to review: whoever is certainly one person is one, everybody else is not.")
        return
    for row in found[:limit]:
        common.show(
            f"{_value(row['a'])}  and  {_value(row['b'])}", *(f"   {reason}" for reason in row["reasons"].split("\n"))
        )
        common.show(f"   weakties merge {_value(row['a'])!r} {_value(row['b'])!r}   or split", "")
    common.show(f"{min(limit, len(found))} of {len(found)}")
