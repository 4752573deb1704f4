"""What the user decides. Every decision is kept with its time, and `undo` takes it back."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.contract.sentences import shown
from weakties.contract.values import stamp
from weakties.ties.scored import OVERRULED
from weakties.ties.words import plural
from weakties.workspace.decided import Done
from weakties.workspace.sayings import CHANNELS, MOST_DAYS, RELATIONS, USUAL_CHANNEL, USUAL_SNOOZE, Said

if TYPE_CHECKING:
    from weakties.reading import Reading


def _say(who: str, said: Said) -> tuple[int, str]:
    """Decide on this person and return the number of the decision and the name to say. Raises UsageError."""
    space = common.workspace()
    common.in_use(space)
    seen = space.read()
    done = space.say([space.find(who, view=seen).person], said, view=seen)
    return done.made[0].id, done.names[0]


def _kept(number: int, text: str) -> None:
    common.hint(f"{text}  {common.program()} undo {number} takes it back.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--on", type=common.Day(), help="The day.  [default: today]")
@click.option("--channel", type=click.Choice(tuple(CHANNELS)), default=USUAL_CHANNEL, show_default=True)
def touch(who: str, on: date | None, channel: str) -> None:
    """Say that you were in touch with somebody outside of what is imported."""
    number, name = _say(who, Said(kind="touch", on=on, channel=channel))
    _kept(number, f"In touch with {name} on {on or common.workspace().today_is()} ({channel}).")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--until", type=common.Day(), help="Name them again from this day on.")
@click.option("--days", type=click.IntRange(1, MOST_DAYS), default=USUAL_SNOOZE, show_default=True)
def snooze(who: str, until: date | None, days: int) -> None:
    """Do not name somebody in Today before a day."""
    day = until or common.workspace().today_is() + timedelta(days=days)
    number, name = _say(who, Said(kind="snooze", until=day))
    _kept(number, f"{name} is not named before {day}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("days", type=click.IntRange(0, MOST_DAYS))
def cadence(who: str, days: int) -> None:
    """Say that you want to be in touch every DAYS days; 0 forgets it."""
    number, name = _say(who, Said(kind="cadence", days=days))
    _kept(number, f"In touch with {name} every {plural(days, 'day', 'days')}." if days else f"No cadence for {name}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("text", type=common.Words(empty=False))
def note(who: str, text: str) -> None:
    """Write a note on somebody."""
    number, name = _say(who, Said(kind="note", text=text))
    _kept(number, f"Noted on {name}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("label", type=common.Words(empty=False))
def tag(who: str, label: str) -> None:
    """Tag somebody."""
    number, name = _say(who, Said(kind="tag", text=label))
    _kept(number, f"{name} is tagged {label}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("what", type=click.Choice(RELATIONS))
def relation(who: str, what: str) -> None:
    """Say what somebody is to you."""
    number, name = _say(who, Said(kind="relation", text=what))
    _kept(number, f"{name} is {what.replace('-', ' ')}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
def hide(who: str) -> None:
    """Never show somebody again."""
    number, name = _say(who, Said(kind="hide"))
    _kept(number, f"{name} is hidden.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("number", type=click.Choice(OVERRULED))
@click.argument("value", type=common.Share())
def overrule(who: str, number: str, value: float) -> None:
    """Put your own number, from 0 to 1, in place of a computed one; the computed one stays beside it."""
    made, name = _say(who, Said(kind="overrule", number=number, value=value))
    _kept(made, f"The {number} of {name} is {value:.2f} because you say so.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.argument("what", type=common.Words(empty=False))
@click.option("--on", type=common.Day(), help="The day it came.  [default: today]")
def outcome(who: str, what: str, on: date | None) -> None:
    """Say what came through somebody: a job, a customer, an introduction. Value learns from it who is worth a word."""
    number, name = _say(who, Said(kind="outcome", text=what, on=on))
    _kept(number, f"Through {name}, on {on or common.workspace().today_is()}: {what}.")


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--machine", is_flag=True, help="It is a machine after all.")
def human(who: str, machine: bool) -> None:
    """Say that an address set aside is a person's; with --machine, that one taken for a person is a machine's."""
    number, name = _say(who, Said(kind="machine" if machine else "human"))
    _kept(number, f"{name} is " + ("set aside as a machine." if machine else "a person."))


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
    done = common.workspace().join("merge", [(one, two)], view=seen)
    weight = common.workspace().compare(one, two, view=seen).weight
    if weight < 0:
        common.show(f"The evidence speaks against it ({weight:+.1f}); your word wins.")
        common.hint(f"  {common.program()} why {common.typed(one)} {common.typed(two)} shows it.")
    _kept_of_two(done, f"{shown(one)} and {shown(two)} are one person.")


def _kept_of_two(done: Done, text: str) -> None:
    """Say what was decided of two, and what that does to what was decided before: not everything can hold at once."""
    (made,) = done.made
    if done.unheeded:
        is_so = "they stay two people" if made.kind == "merge" else "they stay one person"
        text = f"Written down, but {is_so}: something else that you said speaks against it."
        common.hint(f"{common.program()} undo --list shows what you said.")
    for other in done.gave_way:
        both = f"{shown(other.handle)} and {shown(other.other)}"
        common.show(f"What you said before gives way: {other.kind} {both} ({other.id}) does not hold any more.")
    _kept(made.id, text)


@click.command()
@click.argument("a", type=PersonName(), metavar="HANDLE")
@click.argument("b", type=PersonName(), metavar="HANDLE")
def split(a: str, b: str) -> None:
    """Say that two addresses are two people. Your word wins over all evidence."""
    one, two, seen = _two(a, b)
    _kept_of_two(
        common.workspace().join("split", [(one, two)], view=seen), f"{shown(one)} and {shown(two)} are two people."
    )


@click.command()
@click.argument("number", type=int, required=False)
@click.option("--list", "listed", is_flag=True, help="List the decisions that hold.")
@click.option("--owner", default="me", hidden=True)
def undo(number: int | None, listed: bool, owner: str) -> None:
    """Undo a decision: the last one, or the one with this number."""
    space = common.workspace(owner=owner)
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
