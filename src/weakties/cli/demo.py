"""The demo: an invented person's eight years, written as export files and imported for real."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from weakties.cli import common
from weakties.errors import HomeError

# The last day of the invented life; the same every year, so that docs and tests can name what it answers.
END = date(2026, 3, 3)


@click.command()
@click.option(
    "--folder", type=click.Path(path_type=Path), help="Where to write the export files.  [default: beside the home]"
)
@click.option("--no-open", is_flag=True, help="Print and end. Nothing is opened yet: there is no page so far.")
@click.pass_context
def demo(ctx: click.Context, folder: Path | None, no_open: bool) -> None:  # noqa: ARG001  there is no page to open yet
    """Invent a person's eight years with a fixed seed, import them for real, and show the day."""
    from weakties.cli.answers import today
    from weakties.cli.intake import import_
    from weakties.demo.world import write_world

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
    ctx.invoke(import_, paths=tuple(world.files))
    common.show("")
    ctx.invoke(today, as_of=END)
    common.show("\nThis is a world of its own; to ask it more:")
    common.hint(f"  {common.program()} why NAME --as-of {END}")
