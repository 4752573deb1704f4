"""DuckDB, in memory, over the Parquet files: one place that opens it and names the fact tables in it.

Nothing is ever downloaded: extensions that the wheel does not bring are neither installed nor loaded by themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from weakties.errors import HomeFull
from weakties.facts.home import Home
from weakties.facts.tables import TABLES, Column

# What the engine itself may hold where it can spill. A home of five million participations needs no more; one of twenty million
# is a fifth slower for it and takes little more than a third of the memory.
_IN_MEMORY = "1GB"


def connect(*, spill: Path | None = None) -> duckdb.DuckDBPyConnection:
    """Return a new in-memory connection. spill: where sets larger than `_IN_MEMORY` may be put, removed on close."""
    connection = duckdb.connect(
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "temp_directory": str(spill) if spill else "",
        }
    )
    connection.execute("SET TimeZone = 'UTC'")
    # What a file says of itself is read once, not for each question. So files are only ever replaced by others, by renaming: of one
    # written over in place within a second the old would be believed.
    connection.execute("SET parquet_metadata_cache = true")
    if spill:
        connection.execute(f"SET memory_limit = '{_IN_MEMORY}'")
    return connection


def quoted(text: object) -> str:
    """Return a text, e.g. a path, as SQL writes one. For where no parameter can be bound: views, COPY, patterns of views."""
    return "'" + str(text).replace("'", "''") + "'"


def add_facts(connection: duckdb.DuckDBPyConnection, files: Mapping[str, Sequence[Path]]) -> None:
    """Name every fact table as a view over its files; a table without files is there and empty."""
    for table, columns in TABLES.items():
        add_view(connection, table, columns, files.get(table, ()))


def add_view(
    connection: duckdb.DuckDBPyConnection, name: str, columns: Iterable[Column], files: Sequence[Path]
) -> None:
    """Name a view over Parquet files, with the given columns in that order; empty where there are no files."""
    names = [f'"{column}"' for column, _ in columns]
    if files:
        listed = ", ".join(map(quoted, files))
        source = f"SELECT {', '.join(names)} FROM read_parquet([{listed}], hive_partitioning = false)"  # noqa: S608  our own names and quoted paths
    else:
        typed = ", ".join(f'NULL::{kind} AS "{column}"' for column, kind in columns)
        source = f"SELECT {typed} WHERE false"
    connection.execute(f'CREATE OR REPLACE VIEW "{name}" AS {source}')


@contextmanager
def writing(home: Home) -> Iterator[None]:
    """Turn the engine's word for a full disk into ours."""
    try:
        yield
    except duckdb.Error as error:
        if "No space left on device" in str(error):
            raise HomeFull(
                f"The disk that holds {home.path} is full; the facts are kept, what is derived from them is not.",
                hint="Make room, then ask again; nothing has to be imported again.",
            ) from error
        raise


def rows(
    connection: duckdb.DuckDBPyConnection, query: str, asked: Mapping[str, Any] | None = None
) -> list[dict[str, Any]]:
    """Return the answer to a query as one mapping per row."""
    cursor = connection.execute(query, asked or {})
    columns = [c[0] for c in cursor.description or ()]
    return [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
