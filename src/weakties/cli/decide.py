"""What the user decides. Every decision is kept with its time, and `undo` takes it back."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.contract.sentences import shown
from weakties.contract.values import stamp
from weakties.errors import UsageError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.facts.decisions import Decision
    from weakties.reading import Reading

CHANNELS = ("email", "in-person", "call", "video", "sms", "whatsapp", "slack", "linkedin", "letter", "other")


def _on_whom(who: str) -> tuple[str, str]:
    """Return the handle that a decision on this person is kept under, and the name to say. Raises UsageError for oneself."""
    space = common.workspace()
    common.in_use(space)
    seen = space.read()
    found = space.find(who, view=seen)
    if any(row["person"] == found.person for row in space.owners(view=seen)):
        raise UsageError(
            f"{found.name} is whose mail this is.", hint="Decide on somebody else; this would change nothing."
        )
    return space.handle_of(found.person, view=seen), found.name


def _come(on: date | None) -> date:
    """Return the day that is meant, today if None. Raises UsageError for one that is still to come."""
    today = common.workspace().today_is()
    if on is not None and on > today:
        raise UsageError(f"{on} is not yet over.", hint="Say it when it has happened.")
    return on or today


def _kept(number: int, text: str) -> None:
    common.hint(f"{text}  {common.program()} undo {number} takes it back.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--on", type=common.Day(), help="The day.  [default: today]")
@click.option("--channel", type=click.Choice(CHANNELS), default="in-person", show_default=True)
def touch(who: str, on: date | None, channel: str) -> None:
    """Say that you were in touch with somebody outside of what is imported."""
    handle, name = _on_whom(who)
    day = _come(on)
    made = common.workspace().decide("touch", handle, on=day.isoformat(), channel=channel)
    _kept(made.id, f"In touch with {name} on {day} ({channel}).")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--until", type=common.Day(), help="Name them again from this day on.")
@click.option("--days", type=click.IntRange(1, 3650), default=30, show_default=True)
def snooze(who: str, until: date | None, days: int) -> None:
    """Do not name somebody in Today before a day."""
    handle, name = _on_whom(who)
    space = common.workspace()
    day = until or space.today_is() + timedelta(days=days)
    if day <= space.today_is():
        raise UsageError(f"{day} is over or today.", hint="Name a day to come: --until 2040-01-01, or --days 30.")
    made = space.decide("snooze", handle, until=day.isoformat())
    _kept(made.id, f"{name} is not named before {day}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("days", type=click.IntRange(0, 3650))
def cadence(who: str, days: int) -> None:
    """Say that you want to be in touch every DAYS days; 0 forgets it."""
    handle, name = _on_whom(who)
    made = common.workspace().decide("cadence", handle, days=days)
    _kept(made.id, f"In touch with {name} every {plural(days, 'day', 'days')}." if days else f"No cadence for {name}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("text", type=common.Words(empty=False))
def note(who: str, text: str) -> None:
    """Write a note on somebody."""
    handle, name = _on_whom(who)
    _kept(common.workspace().decide("note", handle, text=text).id, f"Noted on {name}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("label", type=common.Words(empty=False))
def tag(who: str, label: str) -> None:
    """Tag somebody."""
    handle, name = _on_whom(who)
    _kept(common.workspace().decide("tag", handle, tag=label).id, f"{name} is tagged {label}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument(
    "what", type=click.Choice(["family", "close-friend", "friend", "colleague", "manager", "former-colleague"])
)
def relation(who: str, what: str) -> None:
    """Say what somebody is to you."""
    handle, name = _on_whom(who)
    _kept(common.workspace().decide("relation", handle, relation=what).id, f"{name} is {what.replace('-', ' ')}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
def hide(who: str) -> None:
    """Never show somebody again."""
    handle, name = _on_whom(who)
    _kept(common.workspace().decide("hide", handle).id, f"{name} is hidden.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("number", type=click.Choice(["strength", "alive"]))
@click.argument("value", type=common.Share())
def overrule(who: str, number: str, value: float) -> None:
    """Put your own number, from 0 to 1, in place of a computed one; the computed one stays beside it."""
    handle, name = _on_whom(who)
    made = common.workspace().decide("overrule", handle, number=number, value=value)
    _kept(made.id, f"The {number} of {name} is {value:.2f} because you say so.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("what", type=common.Words(empty=False))
@click.option("--on", type=common.Day(), help="The day it came.  [default: today]")
def outcome(who: str, what: str, on: date | None) -> None:
    """Say what came through somebody: a job, a customer, an introduction. Value learns from it who is worth a word."""
    handle, name = _on_whom(who)
    day = _come(on)
    made = common.workspace().decide("outcome", handle, on=day.isoformat(), what=what)
    _kept(made.id, f"Through {name}, on {day}: {what}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--machine", is_flag=True, help="It is a machine after all.")
def human(who: str, machine: bool) -> None:
    """Say that an address set aside is a person's; with --machine, that one taken for a person is a machine's."""
    handle, name = _on_whom(who)
    made = common.workspace().decide("machine" if machine else "human", handle)
    _kept(made.id, f"{name} is " + ("set aside as a machine." if machine else "a person."))


def _two(a: str, b: str) -> tuple[str, str, Reading]:
    """Return the two handles that are meant, and the view before anything is decided on them."""
    space = common.workspace()
    common.in_use(space)
    seen = space.read()
    return space.handle_meant(a, view=seen), space.handle_meant(b, view=seen), seen


@click.command()
@click.argument("a", type=PersonName(), metavar="PERSON")
@click.argument("b", type=PersonName(), metavar="PERSON")
def merge(a: str, b: str) -> None:
    """Say that two people, or two addresses, are one person. Your word wins over all evidence."""
    one, two, seen = _two(a, b)
    if one == two:
        raise UsageError(f"{a} and {b} are one and the same handle.", hint="Name the two addresses.")
    weight = common.workspace().compare(one, two, view=seen).weight
    before = _unheeded(seen)
    made = common.workspace().decide("merge", one, other=two)
    if weight < 0:
        common.show(f"The evidence speaks against it ({weight:+.1f}); your word wins.")
        common.hint(f"  {common.program()} why {common.typed(one)} {common.typed(two)} shows it.")
    _kept_of_two(made, f"{shown(one)} and {shown(two)} are one person.", before)


def _unheeded(seen: Reading | None = None) -> dict[int, Decision]:
    return {d.id: d for d in common.workspace().unheeded(view=seen)}


def _kept_of_two(made: Decision, text: str, before: Mapping[int, Decision]) -> None:
    """Say what was decided of two, and what that does to what was decided before: not everything can hold at once."""
    after = _unheeded()
    if made.id in after:
        is_so = "they stay two people" if made.kind == "merge" else "they stay one person"
        text = f"Written down, but {is_so}: something else that you said speaks against it."
        common.hint(f"{common.program()} undo --list shows what you said.")
    for other in after.values():
        if other.id not in before and other.id != made.id:
            both = f"{shown(other.handle)} and {shown(other.other)}"
            common.show(f"What you said before gives way: {other.kind} {both} ({other.id}) does not hold any more.")
    _kept(made.id, text)


@click.command()
@click.argument("a", type=PersonName(), metavar="HANDLE")
@click.argument("b", type=PersonName(), metavar="HANDLE")
def split(a: str, b: str) -> None:
    """Say that two addresses are two people. Your word wins over all evidence."""
    one, two, seen = _two(a, b)
    if one == two:
        raise UsageError(f"{a} and {b} mean one handle.", hint="Give the two addresses in full.")
    before = _unheeded(seen)
    made = common.workspace().decide("split", one, other=two)
    _kept_of_two(made, f"{shown(one)} and {shown(two)} are two people.", before)


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--list", "listed", is_flag=True, help="List the decisions that hold.")
def undo(number: int | None, listed: bool) -> None:
    """Undo a decision: the last one, or the one with this number."""
    space = common.workspace()
    if listed:
        if not space.decisions():
            common.show("You have decided nothing so far.")
            return
        table = common.table("number", "when", "what", "whom", "said", right=["number"])
        for d in space.decisions():
            said = " ".join(str(v) for v in d.value.values())
            whom = " and ".join(shown(h) for h in (d.handle, d.other) if h)
            table.add_row(str(d.id), stamp(d.at)[:10], d.kind, whom, said)
        common.show(table)
        return
    done = space.undo(number)
    common.show(f"Undone: {done.kind} {shown(done.handle)} {shown(done.other)}".rstrip())
