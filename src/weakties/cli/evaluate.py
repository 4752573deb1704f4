"""How good is the score? Held against every published one, on the owner's own log or on any table of events."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from weakties.cli import common
from weakties.contract.proof import evaluation
from weakties.errors import UsageError

if TYPE_CHECKING:
    import duckdb

    from weakties.proof.compare import Comparison
    from weakties.proof.protocol import Task
    from weakties.proof.ranking import Ranking

# Tasks whose scores order and say no chance.
_RANKED = ("fof", "introducer")


@click.command()
@click.argument("path", required=False, type=click.Path(path_type=Path), metavar="[PATH]")
@click.option(
    "--task",
    type=click.Choice(["persistence", "dormant", "fof", "introducer"]),
    default="persistence",
    show_default=True,
    help="Whom will I be in touch with; which silent tie wakes up; which friend of a friend comes into touch; who introduces.",
)
@click.option(
    "--horizon", type=click.IntRange(1, 3650), help="Days within which contact counts.  [default: 90; introducer: 30]"
)
@click.option("--svg", type=click.Path(path_type=Path, dir_okay=False), help="Draw the calibration into this file.")
@click.option("--json", "as_json", is_flag=True, help="Print JSON on standard output.")
@click.option("--as-of", type=common.Day(), help="Leave out what came after this day.  [default: today]")
@click.option("--owner", type=common.Words(), default="me", metavar="NAME", help="Whose ties.  [default: me]")
def evaluate(
    path: Path | None,
    task: str,
    horizon: int | None,
    svg: Path | None,
    as_json: bool,
    as_of: date | None,
    owner: str,
) -> None:
    """Hold the score against every published one: on your own log, or on a table of events at PATH.

    The log is cut at several days. What came before is what each method gets; whether there was contact within the horizon
    after it is what it must order and foretell. Of introducers, each message that put two strangers in touch is a case: who of
    those they both knew had sent it? A table is CSV or TSV, also as .gz, with a column for the time, the sender and the
    recipient.
    """
    if svg is not None and task in _RANKED:
        raise UsageError(f"--task {task} has no chances to draw.", hint="--svg goes with persistence and dormant.")
    told = (lambda _: None) if as_json else common.note
    if path is None:
        space = common.workspace(owner=owner)
        seen = common.view(space, as_of)
        found = space.evaluate(task=task, horizon_days=horizon, view=seen, told=told)
        said: list[str] = []
        day = seen.as_of
    else:
        found, said, day = _of_table(common.expanded(path), task, horizon, as_of, told)
    if svg is not None:
        _draw(cast("Comparison", found), common.expanded(svg))
    _answer(found, said, day, as_json=as_json)


def _of_table(
    path: Path, task: str, horizon: int | None, as_of: date | None, told: Callable[[str], None]
) -> tuple[Comparison | Ranking, list[str], date]:
    from weakties.facts.days import date_of, day_number
    from weakties.facts.engine import connect
    from weakties.proof import events, log, protocol
    from weakties.ties.alive import HORIZON_DAYS
    from weakties.workspace.desk import now, today

    if not path.exists():
        raise UsageError(f"There is nothing at {path}.", hint="Give a table of events: CSV or TSV, also as .gz.")
    if path.is_dir():
        raise UsageError(f"{path} is a folder.", hint="Give one table of events: CSV or TSV, also as .gz.")
    until = now() if as_of is None else (day_number(as_of) + 1) * log.DAY - 1
    with tempfile.TemporaryDirectory(prefix="weakties-") as spill:
        connection = connect(spill=Path(spill))
        table = events.read(connection, path, not_after=until)
        for line in table.said():
            told(line)
        asked = protocol.task(task, horizon or protocol.usual(task, HORIZON_DAYS))
        found = _measured(connection, asked, path.name.split(".")[0], told)
        last = connection.execute("SELECT max(t) FROM events").fetchall()[0][0]
        connection.close()
    return found, table.said(), min(date_of(last // log.DAY), as_of or today())


def _measured(
    connection: duckdb.DuckDBPyConnection, asked: Task, called: str, told: Callable[[str], None]
) -> Comparison | Ranking:
    from weakties.proof import compare, letters, log, strangers

    if asked.name in _RANKED:
        letters.of_events(connection)
        return strangers.measured(connection, asked, dataset=called, told=told)
    log.make(connection)
    return compare.compare(connection, asked, dataset=called, told=told)


def _answer(found: Comparison | Ranking, said: list[str], day: date, *, as_json: bool) -> None:
    from weakties.proof import ranking, tables

    if as_json:
        common.print_answer(evaluation(found, said, day))
    elif isinstance(found, ranking.Ranking):
        _show(found.asked, ranking.heading(found), ranking.cells(found))
        common.show(*ranking.sentences(found))
    else:
        _show(tables.head(found), tables.HEAD, tables.cells(found))
        if curve := tables.ours(found).reliability:
            common.hint(*tables.plot_text(curve).splitlines(), "")
        common.show(*tables.sentences(found))


def _show(asked: str, head: Sequence[str], cells: Sequence[Sequence[str]]) -> None:
    from weakties.proof import tables

    shown = len(head) if not common.narrow() else tables.NARROW
    table = common.table(*head[:shown], right=head[1:shown])
    for row in cells:
        table.add_row(*row[:shown])
    common.show(asked, "", table, "")


def _draw(found: Comparison, file: Path) -> None:
    from weakties.proof import tables

    curve = tables.ours(found).reliability
    if curve is None:
        return
    title = f"What alive says and what came: {found.dataset}, {found.task.horizon_days} days"
    try:
        file.write_text(tables.plot_svg(curve, title=title), encoding="utf-8")
    except OSError as error:
        raise UsageError(f"{file} cannot be written: {error.strerror}.", hint="--svg names a file.") from error
