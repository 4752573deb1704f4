"""Who vouches for whom: said by you, and seen on profiles and lists."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.contract import regard as regard_json
from weakties.contract.people import ME
from weakties.contract.values import day, day_or_none
from weakties.errors import UsageError

if TYPE_CHECKING:
    from weakties.reading import Reading
    from weakties.regard import Vouching
    from weakties.workspace import Workspace


@click.command()
@click.argument("who", type=PersonName(), metavar="[PERSON]", required=False)
@click.argument("what", type=common.Words(empty=False), metavar="[FOR]", required=False)
@click.option("--whom", type=PersonName(), help="For whom they vouch.  [default: you]")
@click.option("--on", type=common.Day(), help="Since when.  [default: today]")
@click.option("--until", type=common.Day(), help="The last day on which it counts.")
@click.option("--consented/--not-consented", default=None, help="Whether they agreed to be named.")
@click.option("--list", "listed", is_flag=True, help="List who vouches for whom, said and seen.")
@click.option("--expired", is_flag=True, help="List also what has ended.")
@common.reads
@common.limited(60)
def vouch(
    who: str | None,
    what: str | None,
    whom: str | None,
    on: date | None,
    until: date | None,
    consented: bool | None,
    listed: bool,
    expired: bool,
    limit: int,
    as_json: bool,
    as_of: date | None,
    incognito: bool,
    owner: str,
) -> None:
    """Say that PERSON vouches for you, or for somebody else, for something (`me` is you); or list who does."""
    space = common.workspace(owner=owner)
    if listed or who is None:
        if what is not None or whom or on or until or consented is not None:
            raise UsageError(
                "--list says nothing new.",
                hint="weakties vouch PERSON FOR says it; weakties vouch --list PERSON lists.",
            )
        seen = common.view(space, as_of, incognito=incognito)
        _list(space.vouches(view=seen, person=who or "", expired=expired), seen, limit, as_json=as_json)
        return
    if what is None:
        raise UsageError(
            "Say for what.", hint='weakties vouch PERSON "optical design", or weakties vouch --list PERSON'
        )
    if as_json or as_of or incognito or expired:
        raise UsageError(
            "--json, --as-of, --incognito and --expired belong to --list.", hint="weakties vouch --list --json"
        )
    _say(space, who, what, whom or ME, on, until, consented)


def _say(
    space: Workspace, who: str, what: str, whom: str, on: date | None, until: date | None, consented: bool | None
) -> None:
    common.in_use(space)
    if on is not None and on > space.today_is():
        raise UsageError(f"{on} is not yet over.", hint="Say it when it has happened.")
    seen = space.read()
    (by, name), (of, other) = (_meant(space, text, seen) for text in (who, whom))
    if by == of:
        raise UsageError("Nobody vouches for themselves.", hint="--whom names somebody else.")
    made = space.vouch(by, what, whom="" if other is None else of, on=on, until=until, consented=consented)
    says = f"{name} vouches" if name is not None else "You vouch"
    ends = f", until {until}" if until else ""
    common.hint(f"{says} for {other or 'you'}: {what}{ends}.  {common.program()} undo {made.id} takes it back.")


def _meant(space: Workspace, text: str, seen: Reading) -> tuple[str, str | None]:
    """Return the handle of somebody and the name to say, None for the owner."""
    mine = [str(row["person"]) for row in space.owners(view=seen) if row["owner"] == seen.owner and row["person"]]
    if text == ME and mine:
        return space.handle_of(mine[0], view=seen), None
    found = space.find(text, view=seen)
    return space.handle_of(found.person, view=seen), None if found.person in mine else found.name


def _list(found: list[Vouching], seen: Reading, limit: int, *, as_json: bool) -> None:
    if as_json:
        common.answer("vouch", seen, [regard_json.vouching(one) for one in found[:limit]], total=len(found))
        return
    if not found:
        common.show("Nobody is known to vouch for anybody.")
        common.hint(f'{common.program()} vouch PERSON "optical design" says that somebody vouches for you.')
        return
    table = common.table("who", "for whom", "for what", "since", "until", "how", short=("for what",))
    for one in found[:limit]:
        told = one.told
        how = told.kind if told.number is None else f"said ({told.number})" + _agreed(told.consented)
        until = day_or_none(told.until) or ""
        table.add_row(_name(one.who), _name(one.whom), told.what, day(told.since), until, how)
    common.show(table)
    common.show(f"{min(limit, len(found)):,} of {len(found):,}")
    common.hint(f"{common.program()} undo NUMBER takes back what you said.")


def _agreed(consented: bool | None) -> str:
    return {True: ", consented", False: ", not to be named", None: ""}[consented]


def _name(person: Any) -> str:
    return "you" if person is None else str(person.name)
