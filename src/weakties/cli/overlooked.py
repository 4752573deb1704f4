"""Who is overlooked: close in private and absent from business, friends made at work, ties that broke off."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import click

from weakties.cli import common
from weakties.contract import regard as regard_json
from weakties.contract.sentences import OVERLOOKED
from weakties.ties.words import channel

if TYPE_CHECKING:
    from weakties.regard import Overlooked

# Rows of a group that are shown unless one group is asked for.
_OF_EACH = 10


@click.command()
@click.option("--group", type=click.Choice(tuple(OVERLOOKED)), help="This group alone.")
@common.reads
@common.limited(60)
def overlooked(group: str | None, limit: int, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Show who is close in private and absent from business, who became a friend, who fell silent; one step for each."""
    space = common.workspace(owner=owner)
    seen = common.view(space, as_of, incognito=incognito)
    found = space.overlooked(view=seen)
    rows = [one for one in found.rows if group in (None, one.told.group)]
    if as_json:
        common.answer(
            "overlooked",
            seen,
            [regard_json.overlooked(r) for r in rows[:limit]],
            total=len(rows),
            left_out=found.left_out,
        )
        return
    for name in OVERLOOKED:
        of_it = [one for one in rows if one.told.group == name]
        if of_it:
            _print_group(name, of_it, limit if group else min(limit, _OF_EACH))
    if not rows:
        common.show("Nobody is overlooked.")
    if found.left_out:
        common.show(found.left_out)
        common.hint(f"{common.program()} import LINKEDIN.zip brings in the export of a business network.")


def _print_group(name: str, rows: list[Overlooked], limit: int) -> None:
    from rich.text import Text

    common.show(Text(OVERLOOKED[name], style="bold"), "")
    steps = {one.told.step for one in rows[:limit]}
    for one in rows[:limit]:
        told = one.told
        common.show(Text.assemble((one.person.name, "bold"), (f"  {one.person.organisation}", "dim")))
        by = channel(told.channel)
        said = f"By {by}." if len(steps) == 1 else f"{told.step} ({by})"
        common.show(common.indented(told.text), common.indented(Text(said, style="dim")))
    if len(steps) == 1:
        common.show("", f"What to do: {steps.pop()}")
    common.show("")
    if len(rows) > limit:
        common.hint(f"{limit} of {len(rows)}; {common.program()} overlooked --group {name} shows all.", "")
