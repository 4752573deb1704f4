"""The bench of graphs: what it invents, and that everybody who answers says the same. No test looks at a clock."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest
from bench.graph import invent
from bench.graph_peers import DuckDB, Weakties

PEOPLE, TIES = 2_000, 12_000


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("graph")
    invent(folder / "ties.parquet", PEOPLE, TIES)
    return folder


def test_each_pair_is_invented_once_and_nobody_is_tied_to_themselves(folder: Path) -> None:
    ties = pq.read_table(folder / "ties.parquet")
    a, b, weight = (ties.column(name).to_numpy() for name in ("a", "b", "weight"))
    assert len(a) == TIES
    assert 0 <= min(a.min(), b.min()) <= max(a.max(), b.max()) < PEOPLE
    assert not (a == b).any()
    assert len(set(zip(np.minimum(a, b).tolist(), np.maximum(a, b).tolist(), strict=True))) == TIES
    assert 0.01 <= weight.min() <= weight.max() <= 0.99
    degree = np.sort(np.bincount(np.r_[a, b], minlength=PEOPLE))
    assert degree[-1] > 10 * np.median(degree), "some have many times as many ties as most"


def test_the_same_is_invented_again(folder: Path, tmp_path: Path) -> None:
    invent(tmp_path / "again.parquet", PEOPLE, TIES)
    assert pq.read_table(tmp_path / "again.parquet").equals(pq.read_table(folder / "ties.parquet"))


def test_joins_and_arrays_say_the_same(folder: Path) -> None:
    ours, joins = (program(folder, built_from=folder / "ties.parquet") for program in (Weakties, DuckDB))
    rng = np.random.default_rng(3)
    introduced = 0
    for a, b in rng.integers(0, PEOPLE, (60, 2)).tolist():
        assert ours.best(a, b) == pytest.approx(joins.best(a, b), rel=1e-12)
        assert ours.constraint(a) == pytest.approx(joins.constraint(a), rel=1e-12)
        for found, wanted in (
            (ours.introducers(a, b), joins.introducers(a, b)),
            (ours.two_hop(a), joins.two_hop(a)),
        ):
            assert [node for node, _ in found] == [node for node, _ in wanted]
            assert [score for _, score in found] == pytest.approx([score for _, score in wanted], rel=1e-12)
        introduced += bool(ours.introducers(a, b))
    assert introduced
