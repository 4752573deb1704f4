"""A graph of people as arrays: compressed sparse rows, mapped from disk, so that a million people open in milliseconds.

The neighbours of node v are `indices[indptr[v]:indptr[v + 1]]`, sorted by number, and beside them lies the weight of each tie.
Every tie is kept from both sides. A weight, above 0 and at most 1, says how sure it is that the tie carries a request. People
are numbers from 0; who they are is for the caller to know. Questions take a mask of those who must not appear (`barred`:
hidden, forgotten, automated), so that one graph serves everybody.
"""

from __future__ import annotations

import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb
import numpy as np
from numpy.typing import ArrayLike, NDArray

from weakties.errors import HomeError
from weakties.facts.engine import connect, quoted
from weakties.facts.home import sync_folder

Nodes = NDArray[np.int32]
Weights = NDArray[np.float32]
Mask = NDArray[np.bool_]

# Node numbers are 32-bit.
MOST_NODES = 2**31 - 1
_ARRAYS: dict[str, np.dtype[Any]] = {
    "indptr": np.dtype(np.int64),
    "indices": np.dtype(np.int32),
    "weight": np.dtype(np.float32),
}
# Ties that are read from the engine at a time, and neighbours that are looked at at a time.
_AT_ONCE = 1 << 20

_LOOK = """
    SELECT count(*), coalesce(min(least(a, b)), 0), coalesce(max(greatest(a, b)), -1),
        count(*) FILTER (a IS NULL OR b IS NULL OR weight IS NULL OR NOT (weight > 0 AND weight <= 1 AND weight::FLOAT > 0))
    FROM {ties}
"""

_SORTED = """
    SELECT a::INTEGER AS a, b::INTEGER AS b, weight::FLOAT AS weight
    FROM (SELECT a, b, weight FROM {ties} UNION ALL SELECT b, a, weight FROM {ties})
    WHERE a <> b ORDER BY a, b, weight DESC
"""


@dataclass(frozen=True, slots=True, eq=False)
class Graph:
    """An undirected graph. indptr: int64 (n + 1); indices: int32 (m), m twice the number of ties; weight: float32 (m) in (0, 1]."""

    indptr: NDArray[np.int64]
    indices: Nodes
    weight: Weights

    @property
    def nodes(self) -> int:
        """How many people there are."""
        return len(self.indptr) - 1

    @property
    def ties(self) -> int:
        """How many ties there are, each counted once."""
        return len(self.indices) // 2

    @property
    def degree(self) -> NDArray[np.int64]:
        """How many neighbours each node has, (n,)."""
        return np.diff(self.indptr)

    @property
    def rows(self) -> NDArray[np.int64]:
        """Whose row each of `indices` stands in, (m,)."""
        return np.repeat(np.arange(self.nodes), self.degree)

    def only(self, kept: Mask) -> Graph:
        """Return the same people with some of their ties. kept: bool (m,), which of `indices` stay, from both sides alike."""
        indptr = np.concatenate([[0], np.cumsum(np.bincount(self.rows[kept], minlength=self.nodes))]).astype(np.int64)
        return Graph(indptr, self.indices[kept], self.weight[kept])

    def neighbours(self, node: int) -> tuple[Nodes, Weights]:
        """Return the neighbours of a node, ascending, and the weights of its ties to them. Raises ValueError for an unknown node."""
        self.check(node)
        row = slice(self.indptr[node], self.indptr[node + 1])
        return self.indices[row], self.weight[row]

    def places(self, nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
        """Return of several nodes, (k,), how many neighbours each has, (k,), and where these stand, row after row."""
        starts = self.indptr[nodes]
        counts = self.indptr[nodes + 1] - starts
        ends = np.cumsum(counts)
        places = np.arange(ends[-1] if len(ends) else 0)
        places += np.repeat(starts - ends + counts, counts)
        return counts, places

    def spread(self, nodes: NDArray[np.integer]) -> tuple[NDArray[np.int64], Nodes, Weights]:
        """Return of several nodes, (k,), how many neighbours each has, (k,), then all neighbours and weights, row after row."""
        counts, places = self.places(nodes)
        return counts, self.indices[places], self.weight[places]

    def blocks(self, nodes: NDArray[np.integer]) -> Iterator[slice]:
        """Cut nodes, (k,), into runs that have about a million neighbours each, or one node."""
        ends = np.cumsum(self.indptr[nodes + 1] - self.indptr[nodes])
        start = 0
        while start < len(nodes):
            before = ends[start - 1] if start else 0
            stop = max(start + 1, int(np.searchsorted(ends, before + _AT_ONCE, side="right")))
            yield slice(start, stop)
            start = stop

    def check(self, *nodes: int) -> None:
        """Raise ValueError unless all of these are nodes."""
        for node in nodes:
            if not 0 <= node < self.nodes:
                raise ValueError(f"{node} is no node of a graph of {self.nodes}.")

    def check_mask(self, barred: Mask | None) -> None:
        """Raise ValueError where a mask is not one truth value per node."""
        if barred is not None and (barred.shape != (self.nodes,) or barred.dtype != np.bool_):
            raise ValueError(f"barred is {barred.dtype} {barred.shape} and should be bool ({self.nodes},).")

    def write(self, folder: Path) -> None:
        """Write the arrays as .npy files into a folder, in place of what it held: all of them or none."""
        with _staged(folder) as stage:
            for name in _ARRAYS:
                np.save(stage / f"{name}.npy", getattr(self, name))


def read(folder: Path) -> Graph:
    """Open the graph in a folder; its arrays are mapped, not loaded. Raises HomeError where it is missing or damaged."""
    try:
        # Plain arrays over the map: a memmap object would do its own bookkeeping at every slice.
        found = {name: np.asarray(np.load(folder / f"{name}.npy", mmap_mode="r")) for name in _ARRAYS}
    except (OSError, ValueError) as error:
        raise _damaged(folder, str(error)) from error
    graph = Graph(found["indptr"], found["indices"], found["weight"])
    if any(found[name].dtype != kind or found[name].ndim != 1 for name, kind in _ARRAYS.items()):
        raise _damaged(folder, "its arrays are of other types")
    if not len(graph.indptr) or not int(graph.indptr[-1]) == len(graph.indices) == len(graph.weight):
        raise _damaged(folder, "its arrays do not fit each other")
    return graph


def from_edges(a: ArrayLike, b: ArrayLike, weight: ArrayLike, *, nodes: int) -> Graph:
    """Return the graph of ties a[i] - b[i], in memory.

    a, b: (m,) whole numbers from 0 to nodes - 1; weight: (m,) in (0, 1]. Ties of a node to itself are left out, of parallel
    ties the strongest counts. Raises ValueError for any other number.
    """
    first, second, sure = np.asarray(a), np.asarray(b), np.asarray(weight, np.float64)
    if not first.shape == second.shape == sure.shape or first.ndim != 1:
        raise ValueError(f"a {first.shape}, b {second.shape} and weight {sure.shape} should be of one length.")
    if len(first) and not (np.issubdtype(first.dtype, np.integer) and np.issubdtype(second.dtype, np.integer)):
        raise ValueError("a and b should be whole numbers.")
    if not len(first):
        first = second = np.empty(0, np.int64)
    low, high = (min(first.min(), second.min()), max(first.max(), second.max())) if len(first) else (0, -1)
    light = sure.astype(np.float32)
    _check(nodes, int(low), int(high), int(np.sum(~((light > 0) & (sure <= 1)))))
    apart = first != second
    low_end = np.minimum(first, second)[apart].astype(np.int64)
    key = low_end * nodes + np.maximum(first, second)[apart]
    order = np.argsort(key, kind="stable")
    key, light = key[order], light[apart][order]
    starts = np.flatnonzero(np.r_[True, key[1:] != key[:-1]]) if len(key) else np.empty(0, np.int64)
    light = np.maximum.reduceat(light, starts) if len(key) else light
    one, other = np.divmod(key[starts], nodes)
    source, target = np.r_[one, other], np.r_[other, one]
    order = np.argsort(source * nodes + target)
    indptr = np.zeros(nodes + 1, np.int64)
    np.cumsum(np.bincount(source, minlength=nodes), out=indptr[1:])
    return Graph(indptr, target[order].astype(np.int32), np.r_[light, light][order])


def from_parquet(path: Path, folder: Path, *, nodes: int | None = None) -> Graph:
    """Write the graph of a Parquet file with the columns a, b, weight into a folder and open it; see `from_table`."""
    with TemporaryDirectory(prefix="weakties-") as spill, connect(spill=Path(spill)) as connection:
        return from_table(connection, f"read_parquet({quoted(path)})", folder, nodes=nodes)


def from_table(connection: duckdb.DuckDBPyConnection, ties: str, folder: Path, *, nodes: int | None = None) -> Graph:
    """Write the graph of a table into a folder, all or nothing, and open it.

    ties: SQL for what stands behind FROM, our own words; its columns a and b are whole numbers from 0, weight is in (0, 1]; the
    rules are those of `from_edges`. nodes: how many people there are, by default one more than the highest number. The engine
    sorts, within its memory where it can spill; what is held here besides is one number per node. Raises ValueError.
    """
    rows, low, high, bad = connection.execute(_LOOK.format(ties=ties)).fetchall()[0]
    nodes = high + 1 if nodes is None else nodes
    _check(nodes, low, high, bad)
    degree = np.zeros(nodes, np.int64)
    with _staged(folder) as stage:
        with (
            _Growing(stage / "indices.npy", _ARRAYS["indices"]) as indices,
            _Growing(stage / "weight.npy", _ARRAYS["weight"]) as weight,
        ):
            for source, target, sure in _sorted(connection, ties if rows else ""):
                counted = np.bincount(source - source[0])
                degree[source[0] : source[0] + len(counted)] += counted
                indices.add(target)
                weight.add(sure)
        indptr = np.zeros(nodes + 1, np.int64)
        np.cumsum(degree, out=indptr[1:])
        np.save(stage / "indptr.npy", indptr)
    return read(folder)


def find(known: Nodes, asked: Nodes) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return, of the nodes asked for that an ascending array holds, their places in it and their places among those asked for."""
    if not len(known):
        return np.empty(0, np.int64), np.empty(0, np.int64)
    places = np.searchsorted(known, asked)
    places[places == len(known)] = 0
    at = np.flatnonzero(known[places] == asked)
    return places[at], at


def _check(nodes: int, low: int, high: int, bad: int) -> None:
    if not 0 <= nodes <= MOST_NODES:
        raise ValueError(f"A graph has 0 to {MOST_NODES} nodes, not {nodes}.")
    if low < 0 or high >= nodes:
        raise ValueError(f"Ties run from node {low} to node {high}, and there are {nodes} from 0.")
    if bad:
        raise ValueError(f"{bad} ties have a weight that is not above 0 and at most 1, or an end that is missing.")


def _sorted(connection: duckdb.DuckDBPyConnection, ties: str) -> Iterator[tuple[Nodes, Nodes, Weights]]:
    """Yield ties from both sides by node and neighbour, a million at a time, each pair once, the strongest."""
    if not ties:
        return
    last = (-1, -1)
    for batch in connection.sql(_SORTED.format(ties=ties)).to_arrow_reader(_AT_ONCE):
        a, b, weight = (column.to_numpy() for column in batch.columns)
        if not len(a):
            continue
        new = np.r_[(a[0], b[0]) != last, (a[1:] != a[:-1]) | (b[1:] != b[:-1])]
        last = (a[-1], b[-1])
        if new.any():
            yield a[new], b[new], weight[new]


class _Growing:
    """A .npy file of one dimension that is written part by part; its header is set right on the way out."""

    def __init__(self, path: Path, kind: np.dtype[np.generic]) -> None:
        self._file = path.open("wb")
        self._kind, self._length = kind, 0
        self._head()

    def __enter__(self) -> _Growing:
        return self

    def __exit__(self, *_: object) -> None:
        # The format leaves room in the header for a length of any size, so the numbers stay where they are.
        with self._file:
            self._file.seek(0)
            self._head()

    def add(self, part: NDArray[np.generic]) -> None:
        """Add numbers at the end."""
        self._file.write(np.ascontiguousarray(part, self._kind).data)
        self._length += len(part)

    def _head(self) -> None:
        described = {"descr": self._kind.str, "fortran_order": False, "shape": (self._length,)}
        np.lib.format.write_array_header_1_0(self._file, described)


@contextmanager
def _staged(folder: Path) -> Iterator[Path]:
    """A hidden folder beside the target that takes its place once everything is written, and is removed if anything fails."""
    stage = folder.with_name(f".{folder.name}.{os.getpid()}.{secrets.token_hex(4)}.new")
    stage.mkdir(mode=0o700, parents=True)
    try:
        yield stage
        for path in stage.iterdir():
            path.chmod(0o600)
            with path.open("r+b") as file:
                os.fsync(file.fileno())
        with suppress(FileNotFoundError):
            shutil.rmtree(folder)
        stage.rename(folder)
        sync_folder(folder.parent)
    finally:
        shutil.rmtree(stage, ignore_errors=True)


def _damaged(folder: Path, why: str) -> HomeError:
    return HomeError(f"The graph in {folder} cannot be read: {why}.", hint="Run weakties refresh --anew.")
