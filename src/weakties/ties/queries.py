"""Queries over tables as text, kept once they were written: in a small home to write one takes longer than to answer it, and
whoever asks the same day again, a page or a program that stays, asks the same query again.

A query is written over empty tables of the same columns, so it follows from these and from what is asked, and from no row.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence
from functools import lru_cache
from typing import Any

import duckdb
import narwhals as nw

from weakties.facts.engine import connect

# What writes a query: frames, and whatever else it follows from.
Make = Callable[..., nw.LazyFrame[Any]]
# Name and type of each column.
_Columns = tuple[tuple[str, str], ...]
_KEPT = 64


def query(connection: duckdb.DuckDBPyConnection, make: Make, tables: Sequence[str], *of: Hashable) -> str:
    """Return what `make` asks of some tables, as SQL that names them.

    make: a function of a module, given a frame of each table and `of`; of: all that the query follows from besides the columns.
    """
    return _written(make, tuple((table, _columns(connection, table)) for table in tables), of)


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> _Columns:
    return tuple((name, kind) for name, kind, *_ in connection.execute(f'DESCRIBE "{table}"').fetchall())


@lru_cache(maxsize=_KEPT)
def _written(make: Make, tables: tuple[tuple[str, _Columns], ...], of: tuple[Hashable, ...]) -> str:
    apart = connect()
    try:
        for table, columns in tables:
            listed = ", ".join(f'"{name}" {kind}' for name, kind in columns)
            apart.execute(f'CREATE TABLE "{table}" ({listed})')
        frames = [nw.from_native(apart.table(table)) for table, _ in tables]
        return str(make(*frames, *of).to_native().sql_query())
    finally:
        apart.close()
