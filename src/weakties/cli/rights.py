"""Rights and safety: forget somebody, hand out what is kept, back the home up and bring it back."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.cli.completion import PersonName
from weakties.cli.plain import json_text, one_line
from weakties.contract.sentences import shown
from weakties.contract.upkeep import forgetting
from weakties.contract.values import rounded, stamp
from weakties.errors import HomeError, UsageError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.rights import ToForget

_VARIABLE = "WEAKTIES_PASSPHRASE"


@click.command()
@click.argument("who", type=PersonName(), metavar="PERSON")
@click.option("--yes", is_flag=True, help="Do it. Without this, only what would be done is shown.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
def forget(who: str, yes: bool, as_json: bool) -> None:
    """Forget somebody for ever, in every import, table and decision; a later import does not bring them back.

    This cannot be undone. Original files elsewhere and backups made before are not touched.
    """
    space = common.workspace()
    common.in_use(space)
    asked = space.to_forget(who)
    left = space.forget(asked.marks) if yes else None
    if as_json:
        common.print_json(forgetting(asked, left))
    else:
        _forget_text(asked, left, who)
    if left:
        raise HomeError(
            f"Something of {asked.person.name} is left: {'; '.join(left)}.", hint="weakties forget PERSON --yes again."
        )


def _forget_text(asked: ToForget, left: list[str] | None, who: str) -> None:
    name, rows = asked.person.name, asked.preview.rows
    cards = sum(tables.get("cards", 0) for tables in rows.values())
    links = sum(tables.get("links", 0) for tables in rows.values())
    done = left is not None
    said = [
        f"{name} is forgotten. Gone are:" if done else f"Forgetting {name} would take away, for ever:",
        f"  {plural(asked.preview.messages, 'message', 'messages')} that they wrote or that went to them alone",
        f"  their part in {asked.preview.parts:,} more, {plural(cards, 'card', 'cards')}, {plural(links, 'link', 'links')}",
        f"  {plural(asked.preview.decisions, 'decision', 'decisions')} of yours about them",
        "  under " + ", ".join(shown(h) for h in sorted(asked.marks.handles)),
    ]
    if asked.marks.names:
        said.append(
            "  and the names "
            + ", ".join(one_line(n) for n in sorted(asked.marks.names))
            + " wherever they are written"
        )
    common.hint(*said)
    if asked.originals:
        sent = (
            "Files that were sent to the page are gone" if done else "Files that were sent to the page would go as well"
        )
        common.hint(f"{sent}: nobody can tell whom they name. What came from the others stays.")
    for written, handles in asked.others.items():
        common.hint(
            f"The name {one_line(written)} stays where it is written beside {', '.join(map(shown, handles[:3]))}"
            + (" and others" if len(handles) > 3 else "")
            + (". Is that the same person? Then merge first." if not done else ".")
        )
    for at, path in asked.backups:
        common.hint(
            f"The backup {path} of {stamp(at)[:10]} still holds them; delete it, or make a new one in its place."
        )
    if done and not left:
        common.hint("Every file of the home was searched for these addresses and names: nothing is left.")
    elif not done:
        common.hint(f"{common.program()} forget {common.typed(who)} --yes does it. It cannot be undone.")


@click.command()
@click.argument("who", type=PersonName(), metavar="[PERSON]", required=False)
@click.option(
    "--to", "target", type=click.Path(path_type=Path), help="The file to write. [default for a PERSON: the screen]"
)
@click.option("--as-of", type=common.Day(), help="Numbers as of this day.  [default: today]")
def export(who: str | None, target: Path | None, as_of: date | None) -> None:
    """Write all that is kept of somebody as JSON; without PERSON everything, as a zip of CSV files."""
    space = common.workspace()
    common.in_use(space)
    if who is None:
        if target is None:
            raise UsageError("Everything is a zip of tables.", hint="Say where: weakties export --to everything.zip")
        rows = space.export(common.expanded(target), as_of=as_of)
        common.hint(f"{target}: {plural(sum(rows.values()), 'row', 'rows')} in {len(rows)} tables.")
        return
    text = json_text(rounded(space.everything_on(who, as_of=as_of)), indent=1)
    if target is None:
        click.echo(text)
        return
    path = common.expanded(target)
    try:
        with path.open("x", encoding="utf-8") as file:
            path.chmod(0o600)
            file.write(text + "\n")
    except FileExistsError:
        raise UsageError(f"{path} is there already.", hint="Name a file that is not.") from None
    except OSError as error:
        raise UsageError(
            f"{path} cannot be written: {error.strerror}.", hint="Name a file in a folder that is there."
        ) from error
    common.hint(f"{path}: all that is kept of {who}.")


def _passphrase(file: Path | None, *, twice: bool) -> str:
    """Return the passphrase: of a file, of the environment, or as typed."""
    if file is not None:
        return common.secret_in(file, "--passphrase-file")
    if _VARIABLE in os.environ:
        return os.environ[_VARIABLE]
    if not sys.stdin.isatty():
        raise UsageError("A passphrase is needed.", hint=f"--passphrase-file FILE, or {_VARIABLE} in the environment.")
    typed: str = click.prompt("Passphrase", hide_input=True, confirmation_prompt=twice, err=True)
    return typed


_from_file = click.option(
    "--passphrase-file",
    type=click.Path(path_type=Path),
    help=f"Where the passphrase is. [default: {_VARIABLE}, else asked for]",
)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_from_file
def backup(file: Path, passphrase_file: Path | None) -> None:
    """Write the whole home into one file, encrypted with a passphrase, and read it back to see that it is whole.

    Without the passphrase nobody can open it, you included. What is derived is left out; it is built again.
    """
    space = common.workspace()
    made = space.back_up(common.expanded(file), _passphrase(passphrase_file, twice=True))
    common.hint(
        f"{made.path}: {plural(made.files, 'file', 'files')}, {made.size / 1e6:,.1f} MB, written and read back.",
        f"weakties --home NEW-FOLDER restore {common.typed(str(made.path))} brings it back.",
    )


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@_from_file
def restore(file: Path, passphrase_file: Path | None) -> None:
    """Bring a backup back into an empty home: the one of --home."""
    from weakties.facts import backup as backups

    target = common.home_path()
    path = common.expanded(file)
    brought = backups.restore(path, _passphrase(passphrase_file, twice=False), target)
    common.hint(
        f"{target}: {plural(brought.files, 'file', 'files')} of {stamp(brought.made_at)[:10]} are back.",
        "Whom you have asked to forget since then is in it again: forget them anew.",
        f"{common.program()} today shows whether all is there.",
    )
