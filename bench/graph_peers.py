"""Who answers questions about a graph: weakties, DuckDB by joins over a sorted table, igraph where it is installed.

All are asked the same: paths of at most so many ties, not shortest paths of any length. igraph has no such question, nor contacts
of contacts, so a loop in Python over its neighbours answers; its constraint is its own. igraph is under the GPL and no
dependency: `uv pip install --target FOLDER igraph`, and FOLDER on PYTHONPATH. Run as a program, this file builds or opens a
graph and answers one question, so that both can be measured as a process.
"""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, Protocol

Scored = list[tuple[int, float]]
PER_HOP = 1 / 3
_LIMIT = 10


class Answers(Protocol):
    """Somebody who answers; the numbers are those of the file of ties."""

    def introducers(self, a: int, b: int) -> Scored:
        """Return the ten best common neighbours and the products of their weights."""

    def best(self, a: int, b: int) -> float:
        """Return the score of the best path of at most four ties, 0 where there is none."""

    def two_hop(self, a: int) -> Scored:
        """Return the ten best people at distance two and their scores."""

    def constraint(self, a: int) -> float:
        """Return Burt's constraint."""


class Weakties:
    """The arrays of weakties."""

    def __init__(self, folder: Path, *, built_from: Path | None = None) -> None:
        from weakties.network import bridges, graph, paths

        self._paths, self._bridges = paths, bridges
        at = folder / "graph"
        self.graph = graph.from_parquet(built_from, at) if built_from else graph.read(at)

    def introducers(self, a: int, b: int) -> Scored:
        return [(p.introducers[0], p.score) for p in self._paths.introducers(self.graph, a, b, _LIMIT)]

    def best(self, a: int, b: int) -> float:
        found = self._paths.best_path(self.graph, a, b, 4, per_hop=PER_HOP)
        return found.score if found else 0.0

    def two_hop(self, a: int) -> Scored:
        found = self._paths.two_hop(self.graph, a, _LIMIT)
        return list(zip(found.nodes.tolist(), found.score.tolist(), strict=True))

    def constraint(self, a: int) -> float:
        return self._bridges.brokerage(self.graph, a).constraint

    def three_ways(self, a: int, b: int, hops: int) -> Any:
        """Return the three best paths, each with another first introducer: what no peer answers."""
        return self._paths.best_paths(self.graph, a, b, hops, 3)

    def distances(self, a: int) -> Any:
        """Return how many people are how far from one."""
        return self._paths.distances(self.graph, [a])


_TABLE = """
    CREATE TABLE tie AS
    SELECT a::INTEGER AS a, b::INTEGER AS b, weight::DOUBLE AS weight
    FROM (SELECT a, b, weight FROM read_parquet($path) UNION ALL SELECT b, a, weight FROM read_parquet($path))
    ORDER BY a, b
"""
_INTRODUCERS = """
    SELECT b, x.weight * y.weight AS score FROM tie x JOIN tie y USING (b) WHERE x.a = $a AND y.a = $b
    ORDER BY score DESC, b LIMIT 10
"""
_BEST = """
    WITH near AS MATERIALIZED (SELECT b AS m, weight AS s FROM tie WHERE a = $a),
    far AS MATERIALIZED (SELECT b AS m, weight AS s FROM tie WHERE a = $b),
    near2 AS MATERIALIZED (
        SELECT t.b AS m, max(n.s * t.weight) AS s FROM near n JOIN tie t ON t.a = n.m WHERE t.b <> $a GROUP BY t.b
    ),
    far2 AS MATERIALIZED (
        SELECT t.b AS m, max(f.s * t.weight) AS s FROM far f JOIN tie t ON t.a = f.m WHERE t.b <> $b GROUP BY t.b
    )
    SELECT coalesce(max(score), 0) FROM (
        SELECT max(s) AS score FROM near WHERE m = $b
        UNION ALL SELECT max(n.s * f.s) FROM near n JOIN far f USING (m)
        UNION ALL SELECT max(n.s * f.s) * $per_hop FROM near2 n JOIN far f USING (m)
        UNION ALL SELECT max(n.s * f.s) * $per_hop * $per_hop FROM near2 n JOIN far2 f USING (m)
    )
"""
_TWO_HOP = """
    WITH near AS MATERIALIZED (SELECT b AS m, weight AS s FROM tie WHERE a = $a)
    SELECT t.b, max(n.s * t.weight) AS score, count(*) AS middles FROM near n JOIN tie t ON t.a = n.m
    WHERE t.b <> $a AND t.b NOT IN (SELECT m FROM near) GROUP BY t.b ORDER BY score DESC, t.b LIMIT 10
"""
_CONSTRAINT = """
    WITH near AS MATERIALIZED (SELECT b AS m, weight / sum(weight) OVER () AS p FROM tie WHERE a = $a),
    shares AS MATERIALIZED (
        SELECT t.a AS q, t.b AS j, t.weight / sum(t.weight) OVER (PARTITION BY t.a) AS p FROM near n JOIN tie t ON t.a = n.m
    ),
    through AS (SELECT s.j, sum(n.p * s.p) AS p FROM shares s JOIN near n ON n.m = s.q SEMI JOIN near o ON o.m = s.j GROUP BY s.j)
    SELECT sum(power(n.p + coalesce(t.p, 0), 2)) FROM near n LEFT JOIN through t ON t.j = n.m
"""


class DuckDB:
    """Joins over a table of all ties from both sides, sorted."""

    def __init__(self, folder: Path, *, built_from: Path | None = None) -> None:
        import duckdb

        self._connection = duckdb.connect(str(folder / "ties.duckdb"), read_only=built_from is None)
        if built_from:
            self._connection.execute(_TABLE, {"path": str(built_from)})

    def introducers(self, a: int, b: int) -> Scored:
        return [(int(m), float(s)) for m, s in self._ask(_INTRODUCERS, a=a, b=b)]

    def best(self, a: int, b: int) -> float:
        return float(self._ask(_BEST, a=a, b=b, per_hop=PER_HOP)[0][0])

    def two_hop(self, a: int) -> Scored:
        return [(int(m), float(s)) for m, s, _ in self._ask(_TWO_HOP, a=a)]

    def constraint(self, a: int) -> float:
        return float(self._ask(_CONSTRAINT, a=a)[0][0])

    def _ask(self, query: str, **asked: object) -> list[tuple[Any, ...]]:
        return self._connection.execute(query, asked).fetchall()


class Igraph:
    """igraph, whose graph lives in memory: opening is building."""

    def __init__(self, folder: Path, *, built_from: Path | None = None) -> None:
        import numpy as np
        import pyarrow.parquet as pq

        igraph = importlib.import_module("igraph")
        ties = pq.read_table(built_from or folder / "ties.parquet")
        a, b, weight = (ties.column(name).to_numpy() for name in ("a", "b", "weight"))
        self._graph = igraph.Graph(n=int(max(a.max(), b.max())) + 1, edges=np.column_stack([a, b]))
        self._weight = weight.astype(float).tolist()
        self._ends = (a ^ b).tolist()

    def introducers(self, a: int, b: int) -> Scored:
        near, far = self._row(a), self._row(b)
        found = sorted((-near[m] * far[m], m) for m in near.keys() & far.keys())[:_LIMIT]
        return [(m, -score) for score, m in found]

    def best(self, a: int, b: int) -> float:
        near, far = self._row(a), self._row(b)
        beyond: dict[int, float] = {}
        for y, s in far.items():
            for m, w in self._row(y).items():
                if m not in (a, b) and s * w > beyond.get(m, 0):
                    beyond[m] = s * w
        scores = [near.get(b, 0.0), *(s * far[m] for m, s in near.items() if m in far)]
        scores += [s * beyond[m] * PER_HOP for m, s in near.items() if m in beyond]
        for x, s in near.items():
            scores += [s * w * beyond[m] * PER_HOP * PER_HOP for m, w in self._row(x).items() if m in beyond]
        return max(scores)

    def two_hop(self, a: int) -> Scored:
        near, found = self._row(a), dict[int, float]()
        for x, s in near.items():
            for m, w in self._row(x).items():
                if s * w > found.get(m, 0):
                    found[m] = s * w
        left = sorted((-s, m) for m, s in found.items() if m != a and m not in near)
        return [(m, -s) for s, m in left[:_LIMIT]]

    def constraint(self, a: int) -> float:
        return float(self._graph.constraint(vertices=[a], weights=self._weight)[0])

    def _row(self, node: int) -> dict[int, float]:
        # Both ends of a tie in one number: either one gives the other.
        return {self._ends[tie] ^ node: self._weight[tie] for tie in self._graph.incident(node)}


PROGRAMS: dict[str, Callable[..., Answers]] = {"weakties": Weakties, "DuckDB": DuckDB, "igraph": Igraph}


def igraph_is_here() -> bool:
    """Tell whether igraph can be asked."""
    return importlib.util.find_spec("igraph") is not None


if __name__ == "__main__":
    _name, _task, _folder, *_asked = sys.argv[1:]
    if _task == "build":
        PROGRAMS[_name](Path(_folder), built_from=Path(_asked[0]))
    else:
        PROGRAMS[_name](Path(_folder)).introducers(int(_asked[0]), int(_asked[1]))
