"""The network for other programs: a NetworkX or igraph graph, and files for Gephi, yEd, spreadsheets and scripts.

A node is a person, me included, with `name`, `organisation`, `title`, `place`, `circle`, `kind` and, where I have a tie, `strength`,
`alive` and `value`. An edge says `how` it is known (`mine`, `seen`, `said` or `inferred`) and how surely (`confidence`), what it
`weight`s (the chance of contact, `network.knows`), and its `first` and `last` day. What XML forbids, and what would break a line,
is a blank in all of them.
"""

from __future__ import annotations

import csv
import importlib
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import numpy as np

from weakties import reach
from weakties.answers import persons
from weakties.errors import UsageError
from weakties.facts.engine import rows
from weakties.insight.vouches import ME
from weakties.reading import Reading
from weakties.shape import Shape

TEXTS = ("name", "organisation", "title", "place", "circle", "kind")
NUMBERS = ("strength", "alive", "value")
OF_EDGES = ("how", "confidence", "weight", "first", "last")
# What a tie weighs at the least, as in `shape`.
_LEAST = 1e-3
_PLACES = 6
# Ties that are read from the engine at a time.
_AT_ONCE = 100_000

_NODES = """
    SELECT n.person, coalesce(p.location, '') AS place, coalesce(t.kind, '') AS kind, t.strength, t.alive, v.value,
        if(t.messages > 0, DATE '1970-01-01' + t.first_day, NULL)::VARCHAR AS first,
        if(t.messages > 0, DATE '1970-01-01' + t.last_day, NULL)::VARCHAR AS last
    FROM nodes n LEFT JOIN people p USING (person) LEFT JOIN ties t USING (person) LEFT JOIN valued v USING (person)
    ORDER BY n.node
"""
_EDGES = """
    SELECT x.node, y.node, k.how, k.confidence, greatest(k.contact, $least)::DOUBLE, (DATE '1970-01-01' + k.first_day)::VARCHAR,
        (DATE '1970-01-01' + k.last_day)::VARCHAR
    FROM knows k JOIN nodes x ON x.person = k.a JOIN nodes y ON y.person = k.b
    WHERE NOT $sure OR k.how <> 'inferred' ORDER BY x.node, y.node
"""
# Whatever is no character of XML 1.0, or one that it discourages.
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
# A spreadsheet takes such a cell for a formula, unless it is a number or a telephone number.
_FORMULA = re.compile(r"[=@+-](?![\d\s()./-]*$)")


@dataclass(frozen=True, slots=True)
class Written:
    """What was written. files: as they lie there; people, ties: how many, me and my own included."""

    files: tuple[Path, ...]
    people: int
    ties: int


def networkx_graph(view: Reading, shape: Shape, *, sure: bool = False) -> Any:
    """Return the network as a `networkx.Graph`, nodes by id, `me` for me. sure: leave out what is inferred."""
    import networkx

    drawn = networkx.Graph()
    circles = {circle.told.number: circle.told.name for circle in reach.circles(view, shape)}
    who = persons(view, shape.people)
    ids, mine = [], []
    for row, home in zip(rows(view.connection, _NODES), shape.circles.home.tolist(), strict=True):
        person = who[row["person"]]
        texts = {
            "name": person.name,
            "organisation": person.organisation,
            "title": person.title,
            "place": row["place"],
            "circle": circles.get(home, ""),
            "kind": row["kind"],
        }
        drawn.add_node(person.id, **_plain(texts), **_numbers({name: row[name] for name in NUMBERS}))
        ids.append(person.id)
        mine.append((row["first"], row["last"]))
    drawn.add_node(ME, **_me(view))
    ties = view.connection.execute(_EDGES, {"least": _LEAST, "sure": sure})
    while some := ties.fetchmany(_AT_ONCE):
        drawn.add_edges_from((ids[a], ids[b], _edge(*said)) for a, b, *said in some)
    for node in np.flatnonzero(shape.mine).tolist():
        drawn.add_edge(ME, ids[node], **_edge("mine", 1.0, float(shape.mine[node]), *mine[node]))
    return drawn


def igraph_graph(drawn: Any) -> Any:
    """Return a NetworkX graph as an `igraph.Graph`, vertices with `id`, what is missing None. Raises UsageError without igraph."""
    try:
        igraph = importlib.import_module("igraph")
    except ImportError as error:
        raise UsageError(
            "igraph is not installed; its licence is the GPL, so weakties does not bring it.", hint="pip install igraph"
        ) from error
    place = {node: number for number, node in enumerate(drawn)}
    made = igraph.Graph(n=len(place), edges=[(place[a], place[b]) for a, b in drawn.edges])
    made.vs["id"] = list(drawn)
    for name in (*TEXTS, *NUMBERS):
        made.vs[name] = [drawn.nodes[node].get(name) for node in drawn]
    for name in OF_EDGES:
        made.es[name] = [said.get(name) for _, _, said in drawn.edges(data=True)]
    return made


def _me(view: Reading) -> dict[str, Any]:
    person = reach.owner(view)
    texts = dict.fromkeys(TEXTS, "") | {"name": "me", "kind": "me"}
    if person:
        texts |= {"name": person.name or "me", "organisation": person.organisation, "title": person.title}
    return _plain(texts)


def _edge(how: str, confidence: float, weight: float, first: str | None, last: str | None) -> dict[str, Any]:
    days = {name: day for name, day in (("first", first), ("last", last)) if day is not None}
    return {"how": how, "confidence": round(confidence, _PLACES), "weight": round(weight, _PLACES), **days}


def _numbers(said: Mapping[str, float | None]) -> dict[str, float]:
    return {name: round(float(value), _PLACES) for name, value in said.items() if value is not None}


def _plain(texts: Mapping[str, str]) -> dict[str, str]:
    """Return the same texts, each on one line, with a blank for what no XML may hold."""
    return {name: " ".join(_FORBIDDEN.sub(" ", text or "").split()) for name, text in texts.items()}


def files_of(target: Path, *, force: bool = False) -> tuple[Path, ...]:
    """Return the files that a name asks for: one .gexf or .graphml, for .csv two beside each other, two in a folder.

    force: whether files that are there are replaced. Raises UsageError for another ending, and for what is there or cannot be.
    """
    ending = target.suffix.lower()
    files: tuple[Path, ...]
    if target.is_dir() or not ending:
        files, folder = (target / "nodes.csv", target / "edges.csv"), target.parent
    elif ending == ".csv":
        files, folder = (
            tuple(target.with_name(f"{target.stem}-{what}.csv") for what in ("nodes", "edges")),
            target.parent,
        )
    elif ending in _WRITERS:
        files, folder = (target,), target.parent
    else:
        raise UsageError(
            f"{ending} is no format of a map.",
            hint="End the name in .gexf (Gephi), .graphml (yEd, NetworkX, igraph) or .csv, or name a folder for two CSV files.",
        )
    there = [file for file in files if file.exists()]
    if there and not force:
        raise UsageError(f"{there[0]} is there already.", hint="Name another file, or replace it with --force.")
    if any(file.is_dir() for file in there) or (target.exists() and not target.is_dir() and not ending):
        raise UsageError(f"{target} is there and is something else.", hint="Name another.")
    if not folder.is_dir():
        raise UsageError(f"There is no folder {folder}.", hint="Name a file in a folder that is there.")
    return files


def write(drawn: Any, target: Path, *, as_of: date, force: bool = False) -> Written:
    """Write a NetworkX graph into the files that a name asks for, all or none, open to nobody else. Raises UsageError.

    as_of: the day that a GEXF file says it is of; so the same network gives the same bytes.
    """
    files = files_of(target, force=force)
    if len(files) == 1:
        writers = [lambda file: _WRITERS[target.suffix.lower()](drawn, file, as_of)]
    else:
        writers = [lambda file: _write_nodes(drawn, file), lambda file: _write_edges(drawn, file)]
    _put(files, writers)
    return Written(files, drawn.number_of_nodes(), drawn.number_of_edges())


def _put(files: Sequence[Path], writers: Sequence[Callable[[Path], None]]) -> None:
    """Write each file beside where it is to lie, then put all in place; where one cannot be, what is new goes again."""
    folder = files[0].parent
    parts = [file.with_name(f".{file.name}.{os.getpid()}.part") for file in files]
    new = [file for file in files if not file.exists()]
    made = not folder.exists()
    done = False
    try:
        with _told(files[0]):
            folder.mkdir(mode=0o700, exist_ok=True)
            for part, writer in zip(parts, writers, strict=True):
                part.touch(mode=0o600)
                writer(part)
            for part, file in zip(parts, files, strict=True):
                part.replace(file)
        done = True
    finally:
        for leaving in [*parts, *([] if done else new)]:
            leaving.unlink(missing_ok=True)
        if made and not done and folder.is_dir():
            folder.rmdir()


@contextmanager
def _told(file: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise UsageError(
            f"{file} cannot be written: {error.strerror or error}; nothing of it was kept.",
            hint="Name a file in a folder with room that you may write to.",
        ) from error


@contextmanager
def _labelled(drawn: Any) -> Iterator[Any]:
    """Give each name also as the label that drawing programs show, for as long as the graph is written."""
    for _, said in drawn.nodes(data=True):
        said["label"] = said["name"]
    try:
        yield drawn
    finally:
        for _, said in drawn.nodes(data=True):
            del said["label"]


def _write_gexf(drawn: Any, file: Path, as_of: date) -> None:
    from networkx.readwrite.gexf import GEXFWriter

    writer = GEXFWriter(encoding="utf-8", prettyprint=True, version="1.2draft")
    with _labelled(drawn) as named:
        writer.add_graph(named)
    writer.xml.find("meta").set("lastmodifieddate", as_of.isoformat())
    with file.open("wb") as out:
        writer.write(out)


def _write_graphml(drawn: Any, file: Path, as_of: date) -> None:  # noqa: ARG001  GraphML has no place for the day
    import networkx

    with file.open("wb") as out, _labelled(drawn) as named:
        networkx.write_graphml_xml(named, out)


_WRITERS: Mapping[str, Callable[[Any, Path, date], None]] = {".gexf": _write_gexf, ".graphml": _write_graphml}


def _write_nodes(drawn: Any, file: Path) -> None:
    columns = (*TEXTS[1:], *NUMBERS)
    lines = (
        [node, _cell(said["name"]), *(_cell(said.get(c, "")) for c in columns)] for node, said in drawn.nodes(data=True)
    )
    _write_csv(file, ["Id", "Label", *columns], lines)


def _write_edges(drawn: Any, file: Path) -> None:
    columns = [name for name in OF_EDGES if name != "weight"]
    lines = (
        [a, b, "Undirected", said["weight"], *(said.get(c, "") for c in columns)]
        for a, b, said in drawn.edges(data=True)
    )
    _write_csv(file, ["Source", "Target", "Type", "Weight", *columns], lines)


def _write_csv(file: Path, head: Sequence[str], lines: Iterator[list[Any]]) -> None:
    with file.open("w", encoding="utf-8", newline="") as out:
        table = csv.writer(out)
        table.writerow(head)
        table.writerows(lines)


def _cell(value: Any) -> Any:
    """Return a cell, with an apostrophe before what a spreadsheet would run."""
    return f"'{value}" if isinstance(value, str) and _FORMULA.match(value) else value
