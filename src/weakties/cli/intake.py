"""What comes in: import, and the imports that exist."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence
from contextlib import nullcontext, suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.plain import plain
from weakties.contract import imports as imports_json
from weakties.contract.values import stamp
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.facts.ledger import Import
    from weakties.workspace import AfterImport, Workspace

REJECTED = 3
# The source that guesses what columns are.
_GUESSED = "table"
# How often a log hears of an import that goes on.
_EVERY_SECONDS = 10.0
# Handles of the owner that an import names; the others are counted.
_SHOWN = 6
# Files that are not read, by name; the others are counted.
_NAMED = 4


class Ticker:
    """Says how far a reading is: a line that renews itself on a terminal, a line every ten seconds in a log."""

    def __init__(self, what: str) -> None:
        self._what = plain(what)
        self._terminal = sys.stderr.isatty()
        self._began = self._said = time.monotonic()

    def __call__(self, records: int) -> None:
        """Say that so many records were read."""
        now = time.monotonic()
        if not self._terminal and now - self._said < _EVERY_SECONDS:
            return
        self._said = now
        rate = records / max(now - self._began, 0.001)
        line = f"{self._what}: {records:,} read, {rate:,.0f} a second"
        click.echo(f"\r{line}\033[K" if self._terminal else line, err=True, nl=not self._terminal)

    def done(self) -> None:
        """Clear the line on a terminal."""
        if self._terminal:
            click.echo("\r\033[K", err=True, nl=False)


@click.command("import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH...")
@click.option("--me", multiple=True, metavar="ADDRESS", help="An address of yours, where the mailbox does not show it.")
@click.option("--owner", type=common.Words(), default="me", metavar="NAME", help="Whose mail this is.  [default: me]")
@click.option("--dry-run", is_flag=True, help="Read and count; keep nothing.")
@click.option("--keep-text", is_flag=True, default=None, help="Keep each message's own words as well as the facts.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def import_(
    paths: Sequence[Path], me: Sequence[str], owner: str, dry_run: bool, keep_text: bool | None, as_json: bool
) -> int:
    """Read exports: mail, address books, calendars, LinkedIn, chats, tables; files, folders, .zip, .tar, .gz as they come."""
    from weakties.sources.crew import unhurried
    from weakties.sources.registry import present

    unhurried()
    space = common.workspace(owner=owner)
    own = [space.my_handle(address) for address in me]
    there = [common.expanded(path) for path in paths]
    for path in there:
        present(path)
    for handle in [] if dry_run else own:
        space.decide("me", handle)
    done: list[Import] = []
    try:
        with space.rehearsal() if dry_run else nullcontext(space) as into:
            for path in there:
                done += _read(into, path, keep_text=keep_text)
    except BaseException:
        # What was kept before it went wrong is said as well.
        if done:
            _say(done, None, dry_run=dry_run, as_json=as_json)
        raise
    _say(done, None if dry_run else space.after_import(), dry_run=dry_run, as_json=as_json)
    return REJECTED if any(c.rejected for i in done for c in i.counts.values()) else 0


def _read(space: Workspace, path: Path, *, keep_text: bool | None) -> list[Import]:
    ticker = Ticker(path.name)
    try:
        return space.import_(path, keep_text=keep_text, progress=ticker, unread=partial(_say_unread, path))
    finally:
        ticker.done()


def _say_unread(path: Path, names: Sequence[str]) -> None:
    """Say which files of a folder or archive are of no kind that is read: nothing is passed over in silence."""
    some = ", ".join(name.rpartition("!")[2].rpartition("/")[2] for name in names[:_NAMED])
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    said = plural(len(names), "file in it is", "files in it are")
    common.note(f"{path.name}: {said} of no kind that is read: {some}{more}.")


def _say(done: Sequence[Import], after: AfterImport | None, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        machines = 0 if after is None else after.machines
        common.print_json({"imports": [imports_json.brought(i, machines) for i in done]})
        return
    me = common.program()
    _print(done, dry_run=dry_run)
    if after is not None:
        for name, addresses, reason in after.owners:
            some = addresses.split(", ")
            shown = ", ".join(some[:_SHOWN]) + (f" and {len(some) - _SHOWN} more" if len(some) > _SHOWN else "")
            common.show(f"{name} is {shown}. {reason}" if addresses else f"Nobody here is {name} yet. {reason}")
        common.hint(f"  {me} import PATH --me ADDRESS overrules that.")
        if after.machines:
            senders = plural(after.machines, "automated sender", "automated senders")
            common.hint(f"{senders + ' set aside':<40}  {me} people --automated")
        if after.open_questions:
            merges = plural(after.open_questions, "probable merge", "probable merges")
            common.hint(f"{merges + ' to look at':<40}  {me} review")
    for record in done:
        n = sum(c.rejected for c in record.counts.values())
        if n:
            rejected = f"{n:,} rejected in {Path(record.path).name}"
            common.hint(rejected if dry_run else f"{rejected:<40}  {me} imports show {record.id}")


def _print(done: Sequence[Import], *, dry_run: bool) -> None:
    names = {"events": "events", "cards": "cards", "links": "links", "deals": "deals", "items": "items"}
    if all(record.source == "mail" for record in done):
        names["events"] = "messages"
    table = common.table("", "", "read", "new", "known", "rejected", right=["read", "new", "known", "rejected"])
    for record in done:
        for kind, name in names.items():
            counts = record.counts.get(kind)
            if counts is not None and counts.read:
                numbers = (counts.read, counts.new, counts.known, counts.rejected)
                table.add_row(Path(record.path).name, name, *(f"{n:,}" for n in numbers))
    common.show(table)
    for record in done:
        if record.source == _GUESSED:
            _print_guesses(Path(record.path))
    if dry_run:
        common.show("Nothing was kept: this was a dry run.")


def _print_guesses(path: Path) -> None:
    """Say what each column of a table was taken for: a wrong guess is undone, the column named otherwise, and imported again."""
    from weakties.errors import SourceError
    from weakties.sources.generic import guessed

    with suppress(SourceError):
        for guess in guessed(path):
            read = ", ".join(f"{column} = {role}" for column, role in guess.columns.items())
            common.hint(f"{guess.file or path.name}, read as a table of {guess.kind}: {read}.")
            if guess.left:
                common.hint(f"  not read: {', '.join(guess.left)}")


@click.group(invoke_without_command=True)
@click.pass_context
def imports(ctx: click.Context) -> None:
    """What came in: list, show, undo, reread."""
    if ctx.invoked_subcommand is None:
        ctx.invoke(list_)


@imports.command("list")
@click.option("--json", "as_json", is_flag=True)
def list_(as_json: bool = False) -> None:
    """List every import, the oldest first."""
    found = common.workspace().imports()
    if as_json:
        common.print_json({"imports": [imports_json.listed(i) for i in found]})
        return
    if not found:
        common.hint(f"Nothing has been imported yet. {common.program()} import PATH reads mail.")
        return
    more = () if common.narrow() else ("when", "source")
    numbers = ("messages", "rejected")
    table = common.table("id", *more, "what", *numbers, right=numbers, short=["what"])
    for i in found:
        rejected = sum(c.rejected for c in i.counts.values())
        known = (stamp(i.imported_at)[:16].replace("T", " "), i.source)
        table.add_row(i.id, *known[: len(more)], Path(i.path).name, f"{i.counts['events'].read:,}", f"{rejected:,}")
    common.show(table, "")
    common.hint(f"{common.program()} imports show ID names the whole path and what was rejected.")


@imports.command("show")
@click.argument("name", metavar="ID")
@click.option("--json", "as_json", is_flag=True)
def show(name: str, as_json: bool) -> None:
    """Show one import: its counts, and each rejected record with the reason."""
    space = common.workspace()
    record = space.import_record(name)
    rejected = space.rejected(name)
    if as_json:
        common.print_json({"imports": [imports_json.opened(record, rejected)]})
        return
    common.show(
        f"{record.id}  {record.source}  {record.path}",
        f"read {stamp(record.imported_at)} for {record.owner}",
        "",
    )
    _print([record], dry_run=False)
    if rejected:
        table = common.table("rejected", "file", "offset", "why", right=["offset"])
        for row in rejected[:200]:
            table.add_row(row["kind"], row["file"] or "(the file itself)", f"{row['offset']:,}", row["reason"])
        common.show("", table, f"\n{min(200, len(rejected)):,} of {len(rejected):,}")


@imports.command("undo")
@click.argument("name", metavar="ID")
def undo(name: str) -> None:
    """Remove exactly one import, as if it had never been."""
    record = common.workspace().undo_import(name)
    common.show(f"{record.id} is undone: {record.path}. Importing it again brings it back.")


@imports.command("reread")
@click.argument("name", metavar="ID", required=False)
def reread(name: str | None) -> None:
    """Read the original files again with what the reader has learned since; all of them without an ID."""
    space = common.workspace()
    for record in [space.import_record(name)] if name else space.imports():
        ticker = Ticker(Path(record.path).name)
        again = space.reread(record.id, progress=ticker)
        ticker.done()
        _print([again], dry_run=False)
    space.refresh()
