"""The graph as arrays: what goes in comes out from both sides, in memory and through files, whatever the order of the ties."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.errors import HomeError
from weakties.facts.engine import connect
from weakties.network import graph as arrays
from weakties.network.graph import Graph, from_edges, from_parquet, from_table, read

Ties = list[tuple[int, int, float]]
NODES = 9
TIES = st.lists(
    st.tuples(st.integers(0, NODES - 1), st.integers(0, NODES - 1), st.sampled_from([0.125, 0.5, 0.75, 1.0])),
    max_size=30,
)


def of(ties: Ties, nodes: int = NODES) -> Graph:
    a, b, weight = zip(*ties, strict=True) if ties else ((), (), ())
    return from_edges(a, b, weight, nodes=nodes)


def as_pairs(graph: Graph) -> dict[tuple[int, int], float]:
    return {
        (node, int(other)): float(weight)
        for node in range(graph.nodes)
        for other, weight in zip(*graph.neighbours(node), strict=True)
    }


def same(one: Graph, other: Graph) -> bool:
    return all(
        getattr(one, name).dtype == getattr(other, name).dtype
        and np.array_equal(getattr(one, name), getattr(other, name))
        for name in ("indptr", "indices", "weight")
    )


def parquet(path: Path, ties: Ties, kind: pa.DataType | None = None) -> Path:
    kind = kind or pa.int64()
    columns = {"a": ([t[0] for t in ties], kind), "b": ([t[1] for t in ties], kind)}
    table = {name: pa.array(values, type_) for name, (values, type_) in columns.items()}
    pq.write_table(pa.table({**table, "weight": pa.array([t[2] for t in ties], pa.float64())}), path)
    return path


@given(ties=TIES)
def test_law_each_pair_once_from_both_sides_with_its_strongest_tie(ties: Ties) -> None:
    wanted: dict[tuple[int, int], float] = {}
    for a, b, weight in ties:
        if a != b:
            wanted[a, b] = wanted[b, a] = max(weight, wanted.get((a, b), 0))
    graph = of(ties)
    assert as_pairs(graph) == wanted
    assert graph.ties == len(wanted) / 2
    assert graph.degree.tolist() == [sum(a == node for a, _ in wanted) for node in range(NODES)]
    assert all((np.diff(graph.neighbours(node)[0]) > 0).all() for node in range(NODES))
    assert [x.dtype.name for x in (graph.indptr, graph.indices, graph.weight)] == ["int64", "int32", "float32"]


@given(ties=TIES, seed=st.integers(0, 99))
def test_law_the_order_of_ties_and_of_their_ends_says_nothing(ties: Ties, seed: int) -> None:
    rng = np.random.default_rng(seed)
    other = [
        (b, a, w) if rng.random() < 0.5 else (a, b, w) for a, b, w in (ties[i] for i in rng.permutation(len(ties)))
    ]
    assert same(of(ties), of(other))


@pytest.mark.parametrize("at_once", [1 << 20, 1, 3])
@pytest.mark.parametrize("kind", [pa.int32(), pa.int64()])
def test_a_file_of_ties_gives_the_same_graph_as_the_ties(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, at_once: int, kind: pa.DataType
) -> None:
    rng = np.random.default_rng(at_once)
    ties = [
        (int(a), int(b), float(w))
        for a, b, w in zip(*rng.integers(0, 60, (2, 900)), rng.integers(1, 9, 900) / 8, strict=True)
    ]
    path = parquet(tmp_path / "ties.parquet", ties, kind)
    monkeypatch.setattr(arrays, "_AT_ONCE", at_once)
    built = from_parquet(path, tmp_path / "graph", nodes=64)
    assert same(built, of(ties, 64))
    assert same(read(tmp_path / "graph"), built)
    assert from_parquet(path, tmp_path / "graph").nodes == 60, "one more than the highest number"


def test_a_table_of_an_open_connection_becomes_a_graph(tmp_path: Path) -> None:
    with connect() as connection:
        connection.execute(
            "CREATE TABLE tie AS SELECT * FROM (VALUES (0, 2, 0.5), (2, 0, 0.25), (1, 1, 1.0)) t(a, b, weight)"
        )
        graph = from_table(connection, "tie", tmp_path / "graph")
    assert as_pairs(graph) == {(0, 2): 0.5, (2, 0): 0.5}


@pytest.mark.parametrize("nodes", [0, 1, 5])
def test_nobody_tied_to_anybody_is_a_graph_too(tmp_path: Path, nodes: int) -> None:
    path = parquet(tmp_path / "ties.parquet", [])
    built = from_parquet(path, tmp_path / "graph", nodes=nodes)
    assert same(built, of([], nodes))
    assert (built.nodes, built.ties, built.degree.tolist()) == (nodes, 0, [0] * nodes)
    of([], nodes).write(tmp_path / "written")
    assert same(read(tmp_path / "written"), built)


def test_a_written_graph_is_mapped_and_replaces_what_was_there(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    of([(0, 1, 0.5)]).write(folder)
    first = read(folder)
    of([(3, 1, 0.25), (3, 2, 1.0)]).write(folder)
    assert as_pairs(first) == {(0, 1): 0.5, (1, 0): 0.5}, "who has it open keeps what they opened"
    graph = read(folder)
    assert as_pairs(graph) == {(1, 3): 0.25, (2, 3): 1.0, (3, 1): 0.25, (3, 2): 1.0}
    assert not graph.indices.flags.writeable
    assert isinstance(graph.indices.base, np.memmap)
    assert [p.name for p in tmp_path.iterdir()] == ["graph"]
    assert {p.stat().st_mode & 0o777 for p in folder.iterdir()} == {0o600}


def test_a_build_that_fails_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "graph"
    of([(0, 1, 0.5)]).write(folder)
    path = parquet(tmp_path / "ties.parquet", [(0, 1, 0.5), (1, 2, 0.5)])

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(np, "save", full)
    with pytest.raises(OSError, match="No space"):
        from_parquet(path, folder)
    assert as_pairs(read(folder)) == {(0, 1): 0.5, (1, 0): 0.5}
    assert sorted(p.name for p in tmp_path.iterdir()) == ["graph", "ties.parquet"]


@pytest.mark.parametrize("weight", [0.0, -0.5, 1.0000001, float("nan"), float("inf"), 1e-60])
def test_a_weight_that_is_no_chance_is_refused(tmp_path: Path, weight: float) -> None:
    with pytest.raises(ValueError, match="1 ties have a weight"):
        of([(0, 1, 0.5), (1, 2, weight)])
    with pytest.raises(ValueError, match="1 ties have a weight"):
        from_parquet(parquet(tmp_path / "ties.parquet", [(0, 1, 0.5), (1, 2, weight)]), tmp_path / "graph")
    assert not (tmp_path / "graph").exists()


@pytest.mark.parametrize("tie", [(-1, 2, 0.5), (2, -1, 0.5), (0, 9, 0.5), (9, 0, 0.5), (9, 9, 0.5)])
def test_an_end_that_is_nobody_is_refused(tmp_path: Path, tie: tuple[int, int, float]) -> None:
    with pytest.raises(ValueError, match=r"from node .* and there are 9"):
        of([(0, 1, 0.5), tie])
    with pytest.raises(ValueError, match=r"from node .* and there are 9"):
        from_parquet(parquet(tmp_path / "ties.parquet", [(0, 1, 0.5), tie]), tmp_path / "graph", nodes=9)


def test_a_missing_end_or_weight_is_refused(tmp_path: Path) -> None:
    with connect() as connection:
        connection.execute(
            "CREATE TABLE tie AS SELECT 0 AS a, NULL::INTEGER AS b, 0.5 AS weight UNION ALL SELECT 0, 1, NULL"
        )
        with pytest.raises(ValueError, match=r"2 ties have .* missing"):
            from_table(connection, "tie", tmp_path / "graph")


def test_columns_that_do_not_fit_are_refused() -> None:
    with pytest.raises(ValueError, match="one length"):
        from_edges([0, 1], [1], [0.5], nodes=3)
    with pytest.raises(ValueError, match="whole numbers"):
        from_edges([0.5], [1], [0.5], nodes=3)
    with pytest.raises(ValueError, match="0 to 2147483647 nodes"):
        from_edges([], [], [], nodes=2**31)


def test_a_node_that_is_nobody_has_no_neighbours() -> None:
    for node in (-1, 9):
        with pytest.raises(ValueError, match=f"{node} is no node of a graph of 9"):
            of([(0, 1, 0.5)]).neighbours(node)


def test_a_missing_or_damaged_graph_says_what_to_type(tmp_path: Path) -> None:
    folder = tmp_path / "graph"
    with pytest.raises(HomeError, match="cannot be read"):
        read(folder)
    of([(0, 1, 0.5)]).write(folder)
    for name in ("indptr", "indices", "weight"):
        kept = (folder / f"{name}.npy").read_bytes()
        np.save(folder / f"{name}.npy", np.zeros(1, np.float32 if name == "weight" else np.int32))
        with pytest.raises(HomeError, match="cannot be read") as caught:
            read(folder)
        assert "weakties refresh" in caught.value.hint
        (folder / f"{name}.npy").write_bytes(kept[:-3])
        with pytest.raises(HomeError, match="cannot be read"):
            read(folder)
        (folder / f"{name}.npy").write_bytes(kept)
    assert as_pairs(read(folder)) == {(0, 1): 0.5, (1, 0): 0.5}


@given(ties=TIES, nodes=st.lists(st.integers(0, NODES - 1), max_size=NODES, unique=True))
def test_law_spread_is_the_rows_one_after_another_and_blocks_are_all_of_them(ties: Ties, nodes: list[int]) -> None:
    graph = of(ties)
    asked = np.array(nodes, np.int32)
    counts, neighbours, weights = graph.spread(asked)
    rows = [graph.neighbours(node) for node in nodes]
    assert counts.tolist() == [len(row[0]) for row in rows]
    assert neighbours.tolist() == [other for row in rows for other in row[0].tolist()]
    assert weights.tolist() == [weight for row in rows for weight in row[1].tolist()]
    assert [node for block in graph.blocks(asked) for node in asked[block].tolist()] == nodes
