"""For authors of sources: which there are, and whether one keeps its promises on samples."""

from __future__ import annotations

import importlib
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.errors import UsageError
from weakties.ties.words import plural

if TYPE_CHECKING:
    from weakties.sources import Source

BROKEN = 1


@click.group()
def source() -> None:
    """The sources that files are read by, and a test for your own."""


@source.command("list")
def list_() -> None:
    """List the sources that are installed, and those that could not be loaded."""
    from weakties.sources.registry import available

    found, broken = available()
    table = common.table("source", "version", "from")
    for each in found:
        table.add_row(each.name, str(each.reader), type(each).__module__.partition(".")[0])
    common.show(table)
    for failed in broken:
        common.show(f"{failed.name} of {failed.package} cannot be used: {failed.reason}.")


@source.command()
@click.argument("module", type=common.Words(empty=False), metavar="MODULE[:CLASS]")
@click.argument("samples", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="SAMPLE...")
def test(module: str, samples: tuple[Path, ...]) -> int:
    """Hold a source against samples: it must know them, say the same twice, and give a reason for what it leaves out.

    A folder among the samples stands for the files and folders in it, each a sample of its own.
    """
    from weakties.testing import source_errors

    mine = _loaded(module)
    broken = 0
    for sample in _each(samples):
        try:
            found = source_errors(mine, sample)
        except Exception as error:  # noqa: BLE001  a stranger's code may raise anything; it is what is tested
            found = [f"it raised {type(error).__name__}: {error}"]
        said = "; ".join(found) or _kept(mine, sample)
        broken += bool(found)
        common.show(f"{sample.name}: {said}")
    return BROKEN if broken else 0


def _each(samples: tuple[Path, ...]) -> list[Path]:
    found = []
    for given in map(common.expanded, samples):
        if not given.exists():
            raise UsageError(f"There is nothing at {given}.", hint="Give files, or a folder of samples.")
        found += sorted(p for p in given.iterdir() if not p.name.startswith(".")) if given.is_dir() else [given]
    if not found:
        raise UsageError("There is no sample in that folder.", hint="Put an export into it, the smaller the better.")
    return found


def _kept(mine: Source, sample: Path) -> str:
    from weakties.testing import said

    records = said(mine, sample)
    counts = {
        kind: sum(len(record.get(kind, [])) for record in records)
        for kind in ("events", "cards", "links", "deals", "items", "rejected")
    }
    told = ", ".join(f"{number:,} {kind}" for kind, number in counts.items() if number)
    return f"{plural(len(records), 'record', 'records')}: {told or 'nothing'}"


def _loaded(text: str) -> Source:
    from weakties.sources import Source

    name, _, attribute = text.partition(":")
    # A module beside one's work need not be installed.
    sys.path.insert(0, str(Path.cwd()))
    try:
        module = importlib.import_module(name)
    except ImportError as error:
        raise UsageError(
            f"{name} cannot be loaded: {error}.", hint="Name it as Python does: package.module:Class."
        ) from error
    except Exception as error:
        said = f"{name} cannot be loaded: {type(error).__name__}: {error}."
        raise UsageError(said, hint="Mend it, then test again.") from error
    own = [
        o
        for o in vars(module).values()
        if isinstance(o, type) and o.__module__ == module.__name__ and isinstance(o, Source)
    ]
    wanted = [getattr(module, attribute, None)] if attribute else own
    if len(wanted) != 1 or not isinstance(wanted[0], type):
        names = ", ".join(o.__name__ for o in own) or "none"
        raise UsageError(f"{text} is no source.", hint=f"Name the class: {name}:CLASS; sources there: {names}.")
    made = wanted[0]()
    if not isinstance(made, Source):
        raise UsageError(
            f"{text} has no name, reader, identify() and read().", hint="docs/how-to/write-a-source.md shows one."
        )
    return made
