"""The questions that are answered by a list: today, waiting, people, review."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

import click

from weakties.cli import common
from weakties.contract import people as people_json
from weakties.contract import today as today_json
from weakties.contract.sentences import shown
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.answers import Question, Suggestion
    from weakties.reading import Reading

# Today with all the minutes that it may be given.
_WHOLE_DAY = 480

# News that Today shows; the command of that name has them all.
_NEWS = 5


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
        common.answer("today", seen, [today_json.suggestion(s) for s in found[:limit]], total=len(found))
        return
    if not found:
        _say_why_nobody(space.today(view=seen, minutes=_WHOLE_DAY), seen, space.settings.minutes)
        return
    everybody = space.how_many_due(view=seen, minutes=_WHOLE_DAY)
    _print_head(found[:limit], everybody, seen, space.settings.minutes)
    for number, suggestion in enumerate(found[:limit], start=1):
        _print_suggestion(number, suggestion)
    if told := space.news(view=seen):
        from weakties.cli.coming import print_news

        common.show("What is new\n")
        print_news(told[:_NEWS])
        common.show("")
    me = common.program()
    common.hint(f"{me} why NAME opens every number.", f"{me} touch NAME when you have written.")


def _print_head(found: Sequence[Suggestion], total: int, seen: Reading, minutes: int) -> None:
    spent = plural(sum(s.minutes for s in found), "minute", "minutes")
    if len(found) == total:
        verb = "deserves" if total == 1 else "deserve"
        common.show(f"{plural(total, 'person', 'people')} {verb} a word today ({seen.as_of}); about {spent}.\n")
        return
    more = min(_WHOLE_DAY, max(40, 2 * minutes))
    common.show(f"{len(found)} of {total:,} people who deserve a word today ({seen.as_of}), in {spent}.")
    common.show(f"--minutes {more} shows more.\n" if minutes < _WHOLE_DAY else "")


def _say_why_nobody(everybody: Sequence[Suggestion], seen: Reading, minutes: int) -> None:
    me = common.program()
    if everybody:
        least = min(s.minutes for s in everybody)
        wait = "person deserves" if len(everybody) == 1 else "people deserve"
        common.show(f"Nobody fits into {plural(minutes, 'minute', 'minutes')}: a word takes {least} or more.")
        common.hint(f"{len(everybody):,} {wait} one; {me} today --minutes 15 names the first.")
    elif seen.newest is None:
        common.show(f"There is no mail yet on {seen.as_of}.")
        common.hint(f"{me} today --as-of DATE answers for a later day; {me} imports lists what came in.")
    else:
        common.show("Nobody is due for a word today.")
        common.hint(f"{me} people --sort value shows whom a word would be worth.")


def _print_suggestion(number: int, suggestion: Suggestion) -> None:
    from rich.text import Text

    who = suggestion.person
    place = ", ".join(part for part in (who.title, who.organisation) if part)
    head = Text.assemble((f"{number}. {who.name}", "bold"), (f"  {place}" if place else "", "dim"))
    numbers = "  ".join(f"{name} {value:.2f}" for name, value in suggestion.numbers.items())
    measure = Text(f"{suggestion.kind}  {numbers}  {suggestion.channel}, {suggestion.minutes} min", style="dim")
    said = (suggestion.headline, measure, f"Begin: {suggestion.opener}")
    common.show(head, *(common.indented(line) for line in said), "")


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
        rows = [today_json.waiting(o, who[o.person]) for o in found[:limit]]
        common.answer("waiting", seen, rows, total=len(found))
        return
    if not found:
        common.show("Nobody waits for your answer, and you wait for nobody's.")
        common.hint(f"{common.program()} today names who deserves a word all the same.")
        return
    for mine, title in ((True, "They wait for your answer"), (False, "You wait for theirs")):
        rows_of = [o for o in found if o.for_me == mine][:limit]
        if rows_of:
            table = common.table("days", title, "about", right=["days"])
            for o in rows_of:
                table.add_row(str(o.days), o.name or shown(o.handle), o.subject)
            common.show(table, "")
    common.hint(f"{common.program()} timeline NAME lists what went between you.")


@click.command()
@click.argument("query", type=common.Words(), default="")
@click.option(
    "--kind", type=click.Choice(["strong", "weak", "dormant", "new", "one-sided", "seen"]), help="Only these ties."
)
@click.option("--org", type=common.Words(), default="", help="Only people of an organisation.")
@click.option(
    "--sort",
    type=click.Choice(["value", "strength", "alive", "answer", "overdue", "recent", "name"]),
    default="value",
    show_default=True,
)
@click.option(
    "--circle", type=common.Words(), default="", help="Only people of a circle: its name, a part of it, or its id."
)
@click.option("--tag", type=common.Words(), default="", help="Only people with a tag of yours.")
@click.option("--automated", is_flag=True, help="The senders set aside as machines, with the reason.")
@common.reads
@common.limited(40)
def people(
    query: str,
    kind: str | None,
    org: str,
    sort: str,
    circle: str,
    tag: str,
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
    wanted: dict[str, Any] = {
        "query": query,
        "kind": kind or "",
        "organisation": org,
        "tag": tag,
        "automated": automated,
    }
    if circle:
        wanted["among"] = space.members(circle, view=seen)
    found = space.people(view=seen, sort=sorted_by, limit=limit, **wanted)
    total = space.count_people(view=seen, **wanted)
    if as_json:
        handles = space.handles([row["person"] for row in found], view=seen)
        rows = [people_json.row(row, handles.get(row["person"], [])) for row in found]
        common.answer("people", seen, rows, total=total)
        return
    if not found:
        common.show("Nobody here answers to that.")
        common.hint(f"{common.program()} people lists everybody; --automated the senders set aside as machines.")
        return
    _print_people(found, automated=automated, by_answer=sort == "answer")
    common.show(f"\n{len(found):,} of {total:,}")
    opens = (
        "human ADDRESS says that one is a person" if automated else "person NAME shows one; why NAME opens the numbers"
    )
    common.hint(f"{common.program()} {opens}.")


def _print_people(found: Sequence[dict[str, Any]], *, automated: bool, by_answer: bool) -> None:
    if automated:
        table = common.table("sender", "address", "messages", "set aside because", right=["messages"])
        for row in found:
            table.add_row(row["name"], shown(row["handle"]), f"{row['events']:,}", row["machine"])
    else:
        numbers = ("strength", "alive", "value", *(("answer",) if by_answer else ()))
        names = ("name",) if common.narrow() else ("name", "organisation", "kind")
        table = common.table(*names, *numbers, "last", right=numbers, short=names[:2])
        for row in found:
            last = "" if row["silence"] is None else plural(row["silence"], "day", "days")
            cells = ("" if row[n] is None else f"{row[n]:.2f}" for n in numbers)
            who = (row["name"], row["organisation_name"], row["kind"] or "")
            table.add_row(*who[: len(names)], *cells, last)
    common.show(table)


@click.command()
@common.reads
@common.limited(20)
def review(limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """List probable merges, both sides shown; answer with merge or split."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.review(view=seen)
    if as_json:
        common.answer("review", seen, [people_json.probable(pair) for pair in found[:limit]], total=len(found))
        return
    if not found:
        common.show("Nothing to review: whoever is certainly one person is one, everybody else is not.")
        return
    questions = space.questions(found)
    for question in questions[:limit]:
        _print_question(question)
    asked = plural(len(questions), "question", "questions")
    common.show(f"{min(limit, len(questions)):,} of {asked}")


def _print_question(asked: Question) -> None:
    if len(asked.handles) == 2:
        common.show("  and  ".join(map(shown, asked.handles)))
    else:
        many = f"Are these {len(asked.handles)} one person?"
        common.show(many, *(common.indented(shown(h), 1) for h in asked.handles))
    common.show(*(common.indented(reason) for reason in asked.reasons))
    for pair in asked.pairs:
        both = " ".join(map(common.typed, pair))
        common.hint(*(f"   {common.program()} {word} {both}" for word in ("merge", "split")))
    common.show("")
