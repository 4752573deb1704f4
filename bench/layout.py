"""Maps of networks: weakties against igraph and NetworkX, by what lies beside what, how long ties are, and how long it takes.

`python -m bench.layout [--home HOME --as-of DAY] [--few]`. The networks: a home's own (make one with `weakties demo`), the invented
ones of the graph bench, and logs and graphs of the data folder, of which nothing but aggregates is said. Everybody gets the same
ties and weights and starts from what they start from. igraph (GPL) is a peer for measuring alone. NetworkX is asked for small
networks only, DrL for those of up to 200,000 ties. --few: without the peers that take minutes.
"""

from __future__ import annotations

import argparse
import gzip
import importlib
import random
import sys
import time
from collections.abc import Callable, Iterator
from datetime import date
from importlib.metadata import version
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from bench import datasets
from bench.graph import invent
from bench.measure import machine
from bench.tables import Table
from weakties import open_workspace
from weakties.network import circles, graph
from weakties.network import layout as ours
from weakties.network.circles import Circles
from weakties.network.graph import Graph

Points = NDArray[np.floating]

_INVENTED = ((20_000, 100_000), (20_000, 200_000))
_LOGS = ("enron", "lists")
_GRAPHS = ("facebook_combined", "email-Enron")
_SEED = 0
_NEAREST, _PAIRS = 10, 200_000
# What a peer is asked for at most, in ties; more takes it minutes.
_SMALL, _MIDDLE = 10_000, 200_000
# A tie of so many letters weighs a half.
_HALF = 3


def weakties(net: Graph, found: Circles) -> Points:
    """Lay out as a home does."""
    return ours.layout(net, found)


def drl(net: Graph, _: Circles) -> Points:
    """Lay out by DrL (OpenOrd's forebear), igraph's own settings."""
    made, weight = _igraph(net)
    return np.array(made.layout_drl(weights=weight))


def fruchterman_reingold(net: Graph, _: Circles) -> Points:
    """Lay out by Fruchterman and Reingold on a grid, igraph's own settings."""
    made, weight = _igraph(net)
    return np.array(made.layout_fruchterman_reingold(weights=weight, grid="grid" if net.nodes > 1000 else "nogrid"))


def spring(net: Graph, _: Circles) -> Points:
    """Lay out by NetworkX's spring layout, its own settings."""
    import networkx

    once = net.rows < net.indices
    made = networkx.Graph()
    made.add_nodes_from(range(net.nodes))
    ties = zip(net.rows[once].tolist(), net.indices[once].tolist(), net.weight[once].tolist(), strict=True)
    made.add_weighted_edges_from(ties)
    place = networkx.spring_layout(made, seed=_SEED)
    return np.array([place[node] for node in range(net.nodes)])


# Who lays out, and for how many ties at most.
PROGRAMS: dict[str, tuple[Callable[[Graph, Circles], Points], int]] = {
    "weakties": (weakties, sys.maxsize),
    "igraph DrL": (drl, _MIDDLE),
    "igraph F.-R.": (fruchterman_reingold, sys.maxsize),
    "NetworkX spring": (spring, _SMALL),
}


def _igraph(net: Graph) -> tuple[Any, list[float]]:
    igraph = importlib.import_module("igraph")

    # igraph draws from Python's own generator.
    random.seed(_SEED)
    once = net.rows < net.indices
    ends = np.column_stack([net.rows[once], net.indices[once]])
    return igraph.Graph(n=net.nodes, edges=ends), net.weight[once].astype(float).tolist()


def networks(home: Path | None, as_of: date | None) -> Iterator[tuple[str, Graph, Circles]]:
    """Yield what is laid out: a name, the ties, the circles that all are judged by."""
    if home is not None:
        shape = open_workspace(home).shape(as_of=as_of)
        yield "the home", shape.around, shape.circles
    if datasets.DATA.is_dir():
        for name in _LOGS:
            yield name, *_with_circles(_of_log(name))
        for name in _GRAPHS:
            yield name, *_with_circles(_of_graph(datasets.DATA / "graphs" / f"{name}.txt.gz"))
    for people, ties in _INVENTED:
        with TemporaryDirectory(prefix="weakties-bench-") as temporary:
            folder = Path(temporary)
            invent(folder / "ties.parquet", people, ties)
            net = graph.from_parquet(folder / "ties.parquet", folder / "graph", nodes=people)
            yield f"invented, {ties:,}", *_with_circles(net)


def _with_circles(net: Graph) -> tuple[Graph, Circles]:
    return net, circles.circles(net, np.zeros(len(net.indices), dtype=np.int64))


def _of_log(name: str) -> Graph:
    with duckdb.connect() as connection:
        datasets.load_inside(connection, name)
        connection.execute(
            "CREATE TABLE tie AS SELECT least(src, dst) AS a, greatest(src, dst) AS b, count(*) AS n FROM events GROUP BY 1, 2"
        )
        connection.execute(
            "CREATE TABLE who AS SELECT p, (row_number() OVER (ORDER BY p) - 1)::INTEGER AS node"
            " FROM (SELECT a AS p FROM tie UNION SELECT b FROM tie)"
        )
        rows = connection.execute(
            "SELECT x.node AS a, y.node AS b, n FROM tie JOIN who x ON x.p = a JOIN who y ON y.p = b ORDER BY 1, 2"
        ).fetchnumpy()
    a, b, n = (np.asarray(rows[name]) for name in ("a", "b", "n"))
    return graph.from_edges(a, b, n / (n + _HALF), nodes=int(max(a.max(), b.max())) + 1)


def _of_graph(path: Path) -> Graph:
    with gzip.open(path, "rt", encoding="ascii") as file:
        ends = np.array([[int(word) for word in line.split()] for line in file if line[0].isdigit()])
    return graph.from_edges(ends[:, 0], ends[:, 1], np.full(len(ends), 0.5), nodes=int(ends.max()) + 1)


def judged(net: Graph, found: Circles, place: Points) -> tuple[float, float, float]:
    """Return how good a map is for those who know somebody.

    Of the ten nearest on the map the part who are of one's circle or known to one, and the part who are known to one; the mean
    length of a tie in mean distances of two people.
    """
    knowing = np.flatnonzero(net.degree > 0)
    place = place[knowing]
    _, at = cKDTree(place).query(place, k=_NEAREST + 1)
    # Oneself is nearest, except where several stand on one spot.
    near = knowing[at[:, 1:]]
    tied = np.isin(knowing[:, None] * net.nodes + near, net.rows * net.nodes + net.indices)
    home = found.home[knowing][:, None]
    alike = (found.home[near] == home) & (home >= 0)
    number = np.full(net.nodes, -1)
    number[knowing] = np.arange(len(knowing))
    ties = np.linalg.norm(place[number[net.rows]] - place[number[net.indices]], axis=1)
    one, other = np.random.default_rng(_SEED).integers(len(knowing), size=(2, _PAIRS))
    pairs = np.linalg.norm(place[one] - place[other], axis=1)
    return float((tied | alike).mean()), float(tied.mean()), float(ties.mean() / pairs.mean())


def steady(net: Graph) -> tuple[float, float]:
    """Return how far the median and the ninetieth of a hundred people move when a tie in a hundred is new, in widths of the map."""
    once = np.flatnonzero(net.rows < net.indices)
    once = once[np.random.default_rng(_SEED).random(len(once)) >= 0.01]
    first, earlier = _with_circles(
        graph.from_edges(net.rows[once], net.indices[once], net.weight[once], nodes=net.nodes)
    )
    before = ours.layout(first, earlier)
    later = circles.circles(net, np.zeros(len(net.indices), dtype=np.int64), before=earlier.home)
    moved = np.linalg.norm(ours.layout(net, later, before=before) - before, axis=1) / 2
    return float(np.median(moved)), float(np.quantile(moved, 0.9))


def main(words: list[str]) -> int:
    """Lay everything out by everybody and print two tables."""
    parser = argparse.ArgumentParser(prog="bench.layout", description="Maps of networks, against peers.")
    parser.add_argument("--home", type=Path, help="a home whose network is laid out too, such as the demo world")
    parser.add_argument("--as-of", type=date.fromisoformat, help="the day of that network")
    parser.add_argument("--few", action="store_true", help="leave out the peers that take minutes")
    asked = parser.parse_args(words)
    print(machine())
    print(", ".join(f"{name} {version(name)}" for name in ("numpy", "scipy", "igraph", "networkx")), flush=True)
    columns = {"network": "", "people": ",d", "ties": ",d", "program": "", "seconds": ".2f"}
    maps = Table("Maps", {**columns, "circle or tie": ".3f", "tie": ".3f", "tie length": ".3f"})
    still = Table("A tie in a hundred more", {"network": "", "median moved": ".4f", "90 of 100": ".4f"})
    for name, net, found in networks(asked.home, asked.as_of):
        for program, (lay_out, most) in PROGRAMS.items():
            if net.ties > most or (asked.few and program == "igraph DrL"):
                continue
            began = time.perf_counter()
            place = lay_out(net, found)
            spent = time.perf_counter() - began
            maps.add(name, net.nodes, net.ties, program, spent, *judged(net, found, place))
            print(f"{name}: {program} {spent:.1f} s", file=sys.stderr, flush=True)
        still.add(name, *steady(net))
    print(f"\n{maps.markdown()}\n\n{still.markdown()}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
