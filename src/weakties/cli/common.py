"""What the commands share: their options, the workspace they ask, and how an answer is written."""

from __future__ import annotations

import math
import re
import shlex
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from weakties.cli.plain import json_text, one_line, plain
from weakties.contract.envelope import envelope
from weakties.contract.values import rounded
from weakties.errors import UsageError

if TYPE_CHECKING:
    from rich.text import Text

    from weakties.cli.screen import Columns, Indented
    from weakties.reading import Reading
    from weakties.workspace import Workspace

F = TypeVar("F", bound=Callable[..., Any])
# Characters to a line, below which a table keeps to what a row is known by and its numbers.
_NARROW = 100
# Rows at the most that may be asked for.
_MOST_ROWS = 1_000_000


class Words(click.ParamType[str]):
    """A text. A terminal may hand over bytes that are none. empty: whether one without a word in it will do."""

    name = "text"

    def __init__(self, *, empty: bool = True) -> None:
        self._empty = empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the text, or say that it is none."""
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            self.fail(f"{plain(value)!r} is no text in UTF-8; write it as UTF-8.", param, ctx)
        if not self._empty and not str(value).strip():
            self.fail("it is empty; write a word or more.", param, ctx)
        return str(value)


class Share(click.FloatRange):
    """A number from 0 to 1; nothing else that can be written as one (nan)."""

    def __init__(self) -> None:
        super().__init__(0, 1)

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Return the number, or say what a number looks like."""
        number = float(super().convert(value, param, ctx))
        if not math.isfinite(number):
            self.fail(f"{value!r} is no number from 0 to 1.", param, ctx)
        return number


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
        click.option("--owner", type=Words(), default="me", metavar="NAME", help="Whose ties.  [default: me]"),
    ):
        function = option(function)
    return function


def limited(default: int) -> Callable[[F], F]:
    """Give a command a limit on its rows."""
    rows = click.IntRange(1, _MOST_ROWS)
    return click.option("--limit", type=rows, default=default, show_default=True, help="Rows at the most.")


def workspace(*, owner: str = "me", **flags: Any) -> Workspace:
    """Return the workspace that the command line asks for. flags: settings given as options, None where not given."""
    import os

    from weakties import config
    from weakties.workspace import open_workspace

    home = home_path()
    settings = config.load(home, environment=os.environ, flags=flags)
    return open_workspace(home, settings=settings, owner=owner)


def home_path() -> Path:
    """Return the home that the command line asks for, whether it is there or not."""
    from weakties import config

    named: Path | None = (click.get_current_context().find_root().obj or {}).get("home")
    return named or config.default_home()


def view(space: Workspace, as_of: date | None, *, incognito: bool = False) -> Reading:
    """Return the day's view, and say where there is nothing in it yet."""
    in_use(space)
    found = space.read(as_of, incognito=incognito)
    # People added by hand are there before any mail, and nobody's yet.
    if found.owners and found.owner not in found.owners:
        known = " or ".join(f"--owner {shlex.quote(name)}" for name in found.owners)
        raise UsageError(f"There is no owner {found.owner!r}.", hint=f"Say whose ties: {known}.")
    newest = found.newest
    if newest is not None and as_of is None and (found.as_of - newest).days > 60:
        note(f"The newest message is of {newest}; --as-of {newest} shows how things stood then.")
    return found


def in_use(space: Workspace) -> None:
    """Raise UsageError where nothing has been imported and nobody added by hand."""
    if not space.imports() and not any(d.kind == "person" for d in space.decisions()):
        raise UsageError(
            "Nothing has been imported yet.",
            hint="weakties import PATH reads your mail; weakties demo invents eight years of it to look around.",
        )


def note(text: str) -> None:
    """Say something beside the answer, on standard error."""
    click.echo(plain(text), err=True)


def answer(
    question: str, seen: Reading, rows: Sequence[Mapping[str, Any]], *, total: int | None = None, **more: Any
) -> None:
    """Print an answer as JSON: the same facts and the same day give the same bytes."""
    print_answer(envelope(question, seen, rows, total, **more))


def print_answer(said: Mapping[str, Any]) -> None:
    """Print an answer in its envelope as JSON."""
    click.echo(json_text(said, indent=1))


def print_json(said: Any) -> None:
    """Print JSON on standard output, numbers rounded to six places."""
    print_answer(rounded(said))


def table(*columns: str, right: Iterable[str] = (), short: Iterable[str] = ()) -> Columns:
    """Return an empty table. right: the columns of numbers; short: those that are cut so that a row is one line."""
    from weakties.cli import screen

    return screen.Columns(*columns, right=right, short=short)


def show(*things: Any) -> None:
    """Print tables and lines on standard output. Text of others is never taken for markup or for a terminal's command."""
    from weakties.cli import screen

    console = screen.Screen()
    for thing in things:
        console.print(thing)


def hint(*lines: str) -> None:
    """Print lines with something to type, never broken: what is copied must be whole."""
    from weakties.cli import screen

    console = screen.Screen()
    for line in lines:
        console.print(line, soft_wrap=True)


def narrow() -> bool:
    """Tell whether the page is too narrow for whatever can be left out of a table."""
    from weakties.cli import screen

    return screen.Screen().width < _NARROW


def indented(thing: str | Text, columns: int = 3) -> Indented:
    """Return a text whose every line keeps its indent."""
    from weakties.cli import screen

    return screen.Indented(thing, columns)


def secret_in(file: Path, option: str) -> str:
    """Return what a file with a password or passphrase holds, without the end of its line; `-` is standard input.

    option: by which it was named. Raises UsageError.
    """
    try:
        text = sys.stdin.read() if str(file) == "-" else expanded(file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        said = getattr(error, "strerror", None) or "it is no text in UTF-8"
        raise UsageError(
            f"{file} cannot be read: {said}.", hint=f"{option} names a file with nothing else in it."
        ) from error
    return text.rstrip("\r\n")


def program() -> str:
    """Return how this program was called: what we tell to type must reach the same home."""
    home = (click.get_current_context().find_root().obj or {}).get("home")
    return "weakties" if home is None else f"weakties --home {shlex.quote(str(home))}"


def reaching(text: str) -> str:
    """Return a text in which every command to type reaches the home in use. `demo` is left alone: it has its own home."""
    context = click.get_current_context().find_root()
    commands = context.command.list_commands(context) if isinstance(context.command, click.Group) else []
    names = "|".join(name for name in commands if name != "demo")
    return re.sub(rf"(?<![\w/.-])weakties (?=(?:{names})\b)", lambda _: f"{program()} ", text)


def typed(who: str) -> str:
    """Return a handle or a name as it is to be typed in a shell."""
    return shlex.quote(one_line(who.removeprefix("email:")))


def expanded(value: Path) -> Path:
    """Return a path with ~ opened."""
    return value.expanduser()
