"""What the commands share: their options, the workspace they ask, and how an answer is written."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from weakties.errors import UsageError

if TYPE_CHECKING:
    from rich.table import Table

    from weakties.answers import Person
    from weakties.reading import Reading
    from weakties.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])


class Day(click.ParamType[date]):
    """A date as `2026-03-01`."""

    name = "date"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Return the date, or say what a date looks like."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no date; write it as 2026-03-01.", param, ctx)


def reads(function: F) -> F:
    """Give a command the options of every read."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output."),
        click.option("--as-of", type=Day(), help="Answer as of this day.  [default: today]"),
        click.option("--incognito", is_flag=True, help="Swap names for invented ones."),
        click.option("--owner", default="me", help="Whose ties.  [default: me]"),
    ):
        function = option(function)
    return function


def limited(default: int) -> Callable[[F], F]:
    """Give a command a limit on its rows."""
    return click.option("--limit", type=click.IntRange(1), default=default, show_default=True, help="Rows at the most.")


def workspace(*, owner: str = "me", **flags: Any) -> Workspace:
    """Return the workspace that the command line asks for. flags: settings given as options, None where not given."""
    import os

    from weakties import config
    from weakties.workspace import open_workspace

    home = (click.get_current_context().find_root().obj or {}).get("home") or config.default_home()
    settings = config.load(home, environment=os.environ, flags=flags)
    return open_workspace(home, settings=settings, owner=owner)


def view(space: Workspace, as_of: date | None, *, incognito: bool = False) -> Reading:
    """Return the day's view, and say where there is nothing in it yet."""
    if not space.imports():
        raise UsageError(
            "Nothing has been imported yet.", hint="weakties import ~/mail.mbox, or weakties demo to look around."
        )
    found = space.read(as_of, incognito=incognito)
    if found.owner not in found.owners:
        raise UsageError(f"There is no owner {found.owner!r}.", hint=f"Owners here: {', '.join(found.owners)}.")
    newest = found.newest
    if newest is not None and as_of is None and (found.as_of - newest).days > 60:
        note(f"The newest message is of {newest}; --as-of {newest} shows how things stood then.")
    return found


def note(text: str) -> None:
    """Say something beside the answer, on standard error."""
    click.echo(text, err=True)


def answer(
    question: str, seen: Reading, rows: Sequence[Mapping[str, Any]], *, total: int | None = None, **more: Any
) -> None:
    """Print an answer as JSON: the same facts and the same day give the same bytes."""
    from weakties.ties.strength import FORMULA

    said = {"as_of": seen.as_of.isoformat(), "question": question, "formula": FORMULA, **more}
    print_json({**said, "rows": list(rows), "total": len(rows) if total is None else total})


def print_json(said: Any) -> None:
    """Print JSON on standard output, numbers rounded to six places."""
    click.echo(json.dumps(rounded(said), ensure_ascii=False, indent=1))


def rounded(said: Any) -> Any:
    """Return the same with every float rounded to six places."""
    if isinstance(said, float):
        return round(said, 6)
    if isinstance(said, Mapping):
        return {str(k): rounded(v) for k, v in said.items()}
    if isinstance(said, (list, tuple)):
        return [rounded(v) for v in said]
    return said


def person_json(person: Person) -> dict[str, Any]:
    """Return a person as every row has it."""
    return {"id": person.id, "name": person.name, "handles": list(person.handles)}


def stamp(at: int) -> str:
    """Return a time as ISO 8601 in UTC; times beyond the calendar as their seconds."""
    try:
        return datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except (OverflowError, OSError, ValueError):
        return f"{at}s"


def table(*columns: str, right: Iterable[str] = ()) -> Table:
    """Return an empty table in the look of the house: no boxes, one rule under the head."""
    from rich import box
    from rich.table import Table

    made = Table(box=box.SIMPLE_HEAD, pad_edge=False, show_edge=False, header_style="dim")
    for column in columns:
        made.add_column(column, justify="right" if column in set(right) else "left", overflow="fold")
    return made


def show(*things: Any) -> None:
    """Print tables and lines on standard output. Text of others is never taken for markup."""
    from rich.console import Console

    width = None if sys.stdout.isatty() else 120
    console = Console(highlight=False, markup=False, soft_wrap=False, width=width)
    for thing in things:
        console.print(thing)


def existing(value: Path) -> Path:
    """Return a path with ~ opened."""
    return value.expanduser()
