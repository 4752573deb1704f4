"""The network in a file, for other programs."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from weakties.cli import common
from weakties.cli.plain import one_line
from weakties.contract import network as network_json
from weakties.ties.words import plural


@click.command("map")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--sure", is_flag=True, help="Leave out ties that are only inferred.")
@click.option("--force", is_flag=True, help="Replace a file that is there.")
@common.reads
def map_(file: Path, sure: bool, force: bool, as_json: bool, as_of: date | None, incognito: bool, owner: str) -> None:
    """Write the network into FILE: .gexf for Gephi, .graphml for yEd, NetworkX and igraph, .csv or a folder for two tables.

    FILE.csv becomes FILE-nodes.csv and FILE-edges.csv, a folder gets nodes.csv and edges.csv. Nodes are people, you included; edges
    are ties, with how each is known, how surely, its weight, and its first and last day.
    """
    space = common.workspace(owner=owner)
    target = common.expanded(file)
    space.check_map(target, force=force)
    seen = common.view(space, as_of, incognito=incognito)
    written = space.write_map(target, view=seen, sure=sure, force=force)
    if as_json:
        rows = network_json.files([one_line(str(path)) for path in written.files])
        common.answer("map", seen, rows, people=written.people, ties=written.ties)
        return
    paths = " and ".join(one_line(str(path)) for path in written.files)
    common.hint(f"{paths}: {plural(written.people, 'person', 'people')}, {plural(written.ties, 'tie', 'ties')}.")
    if not incognito:
        common.note("It names people: whoever is forgotten here stays in it. --incognito writes invented names.")
