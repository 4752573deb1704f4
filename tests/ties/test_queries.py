"""A query is written once for the same columns and the same question, and names the tables of whoever asks."""

from __future__ import annotations

from typing import Any

import duckdb
import narwhals as nw
import pytest

from weakties.ties.queries import query
from weakties.ties.regression import Weights

WRITTEN: list[int] = []


def above(rows: nw.LazyFrame[Any], least: int) -> nw.LazyFrame[Any]:
    WRITTEN.append(least)
    return rows.filter(nw.col("n") > least).select("n").sort("n")


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    found = duckdb.connect()
    found.execute("CREATE TABLE rows AS SELECT unnest([3, 1, 2]) AS n")
    return found


def test_a_query_is_written_once_and_asks_the_rows_there_are(connection: duckdb.DuckDBPyConnection) -> None:
    WRITTEN.clear()
    for rows in ([(2,), (3,)], [(2,), (3,), (9,)]):
        assert connection.execute(query(connection, above, ("rows",), 1)).fetchall() == rows
        connection.execute("INSERT INTO rows VALUES (9)")
    assert WRITTEN == [1]
    query(connection, above, ("rows",), 2)
    connection.execute("ALTER TABLE rows ADD COLUMN other VARCHAR")
    query(connection, above, ("rows",), 2)
    assert WRITTEN == [1, 2, 2]


def test_equal_weights_ask_the_same() -> None:
    one, other = (Weights(0.5, {"silence": (0.0, 1.0, weight)}) for weight in (0.25, 0.25))
    assert (one == other, hash(one) == hash(other)) == (True, True)
    assert one != Weights(0.5, {"silence": (0.0, 1.0, 0.3)})
