"""The demo: an invented person's eight years, written as export files and imported for real."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.errors import HomeError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.facts.ledger import Import
    from weakties.workspace import Workspace

# The last day of the invented life; the same every year, so that docs and tests can name what it answers.
END = date(2026, 3, 3)
# What an export brings, in the order of the columns.
_KINDS = ("events", "cards", "links")


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to write the export files.  [default: beside the home]"
)
@click.option("--no-open", is_flag=True, help="Print and end: serve no page, open none.")
@click.pass_context
def demo(ctx: click.Context, folder: Path | None, no_open: bool) -> None:
    """Invent a person's eight years with a fixed seed, import them for real, show the day and open the page.

    The page ends with Ctrl-C, or a minute after the last of its windows was closed.
    """
    from weakties.cli.answers import today
    from weakties.cli.intake import Ticker
    from weakties.demo.arrival import take_in
    from weakties.demo.world import write_world
    from weakties.sources.crew import unhurried

    root = ctx.find_root()
    if root.obj.get("home") is None:
        from weakties import config

        base = folder or config.default_home().parent / "weakties-demo"
        root.obj["home"] = base / "home"
    else:
        base = folder or Path(root.obj["home"]).parent / "weakties-demo"
    common.note(f"Writing eight years of an invented life to {base / 'exports'} ...")
    try:
        world = write_world(base / "exports", end=END)
    except OSError as error:
        raise HomeError(
            f"The demo cannot be written to {base / 'exports'}: {error.strerror}.",
            hint="Name a folder that you may write to: weakties demo --folder FOLDER.",
        ) from error
    unhurried()
    space = common.workspace()
    done: list[Import] = []
    for path, day in world.files.items():
        ticker = Ticker(path.name)
        done += take_in(space, path, day, ticker)
        ticker.done()
    _show(done, space)
    common.show("")
    ctx.invoke(today, as_of=END)
    common.show("\nThis is a world of its own; to ask it more:")
    common.hint(f"  {common.program()} why NAME --as-of {END}")
    if not no_open:
        _serve(space)


def _serve(space: Workspace) -> None:
    """Open the page of the invented world, as of its last day, until nobody looks at it any more."""
    from weakties.cli.serve import opened_already, run
    from weakties.web.server import Page, Wanted

    common.show("")
    wanted = Wanted(as_of=END, until_alone=True)
    if not opened_already(space, wanted, browse=True):
        run(Page(space, wanted), browse=True)


def _show(done: Sequence[Import], space: Workspace) -> None:
    """Print a row for each export: what it brought, how much of it was known already, what could not be read."""
    numbers = ("messages", "cards", "links", "known", "rejected")
    table = common.table("", "source", *numbers, right=numbers, short=[""])
    for record in done:
        counts = record.counts.values()
        read = [record.counts[kind].read if kind in record.counts else 0 for kind in _KINDS]
        told = [*read, sum(c.known for c in counts), sum(c.rejected for c in counts)]
        table.add_row(Path(record.path).name, record.source, *(f"{n:,}" if n else "" for n in told))
    common.show(table)
    after = space.after_import()
    for name, addresses, reason in after.owners:
        common.show(f"{name} is {', '.join(addresses.split(', ')[:3])} ... {reason}")
    senders = plural(after.machines, "automated sender", "automated senders")
    common.hint(f"{senders + ' set aside':<40}  {common.program()} people --automated")
    if after.open_questions:
        merges = plural(after.open_questions, "probable merge", "probable merges")
        common.hint(f"{merges + ' to look at':<40}  {common.program()} review")
