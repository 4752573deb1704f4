"""The fact tables on disk: their columns, and how an `Extract` becomes rows of them.

One list of columns serves the writer (Arrow) and the readers (SQL), so the two cannot drift apart. Texts that no
encoding can carry (lone surrogates from broken mail) are replaced here, at the door.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from weakties.facts.model import Extract

if TYPE_CHECKING:
    import pyarrow

Column = tuple[str, str]
_PLACE: tuple[Column, ...] = (("file", "VARCHAR"), ("offset", "BIGINT"))

TABLES: dict[str, tuple[Column, ...]] = {
    "events": (
        ("import", "VARCHAR"), ("id", "VARCHAR"), ("fingerprint", "VARCHAR"), ("at", "BIGINT"), ("channel", "VARCHAR"),
        ("thread", "VARCHAR"), ("subject", "VARCHAR"), ("terms", "VARCHAR"), ("group_size", "INTEGER"),
        ("duration", "INTEGER"), ("bulk", "VARCHAR"), ("folder", "VARCHAR"), ("asks", "BOOLEAN"), ("text", "VARCHAR"),
        ("reader", "INTEGER"), *_PLACE,
    ),
    "participations": (
        ("import", "VARCHAR"), ("event", "VARCHAR"), ("handle", "VARCHAR"), ("role", "VARCHAR"), ("name", "VARCHAR"),
    ),
    "cards": (
        ("import", "VARCHAR"), ("handle", "VARCHAR"), ("at", "BIGINT"), ("name", "VARCHAR"), ("handles", "VARCHAR"),
        ("organisation", "VARCHAR"), ("title", "VARCHAR"), ("location", "VARCHAR"), ("birthday", "VARCHAR"),
        ("relation", "VARCHAR"), ("connected_on", "BIGINT"), ("event", "VARCHAR"), *_PLACE,
    ),
    "links": (
        ("import", "VARCHAR"), ("kind", "VARCHAR"), ("a", "VARCHAR"), ("b", "VARCHAR"), ("at", "BIGINT"),
        ("by", "VARCHAR"), ("event", "VARCHAR"), *_PLACE,
    ),
    "deals": (
        ("import", "VARCHAR"), ("id", "VARCHAR"), ("at", "BIGINT"), ("name", "VARCHAR"), ("organisation", "VARCHAR"),
        ("stage", "VARCHAR"), ("amount", "DOUBLE"), ("currency", "VARCHAR"), ("closes_on", "BIGINT"), *_PLACE,
    ),
    "items": (
        ("import", "VARCHAR"), ("id", "VARCHAR"), ("at", "BIGINT"), ("title", "VARCHAR"), ("address", "VARCHAR"),
        ("terms", "VARCHAR"), *_PLACE,
    ),
    "rejected": (("import", "VARCHAR"), ("kind", "VARCHAR"), ("reason", "VARCHAR"), *_PLACE),
}  # fmt: skip

# Several handles of one card share a text column, one a line: no handle holds a line break.
HANDLE_SEPARATOR = "\n"


Rows = list[tuple[Any, ...]]


def rows_of(import_id: str, extract: Extract) -> Iterable[tuple[str, Rows]]:
    """Yield (table, its rows) for everything an extract says, columns in the order of `TABLES`."""
    i = import_id
    yield "events", [
        (
            i, e.id, e.fingerprint, e.at, e.channel, e.thread, e.subject, e.terms, e.group_size, e.duration, e.bulk,
            e.folder, e.asks, e.text, e.reader, e.origin.file, e.origin.at,
        )
        for e in extract.events
    ]  # fmt: skip
    yield "participations", [(i, p.event, p.handle, p.role, p.name) for p in extract.participations]
    yield "cards", [
        (
            i, c.handle, c.at, c.name, HANDLE_SEPARATOR.join(c.handles), c.organisation, c.title, c.location,
            c.birthday, c.relation, c.connected_on, c.event, c.origin.file, c.origin.at,
        )
        for c in extract.cards
    ]  # fmt: skip
    yield "links", [(i, k.kind, k.a, k.b, k.at, k.by, k.event, k.origin.file, k.origin.at) for k in extract.links]
    yield "deals", [
        (
            i, d.id, d.at, d.name, d.organisation, d.stage, d.amount, d.currency, d.closes_on, d.origin.file,
            d.origin.at,
        )
        for d in extract.deals
    ]  # fmt: skip
    yield "items", [(i, m.id, m.at, m.title, m.address, m.terms, m.origin.file, m.origin.at) for m in extract.items]
    yield "rejected", [(i, r.kind, r.reason, r.origin.file, r.origin.at) for r in extract.rejected]


def arrow_schema(table: str) -> pyarrow.Schema:
    """Return the Arrow schema of a fact table; no column is ever null."""
    import pyarrow as pa

    types = {"VARCHAR": pa.string(), "BIGINT": pa.int64(), "INTEGER": pa.int32(), "BOOLEAN": pa.bool_()}
    types["DOUBLE"] = pa.float64()
    return pa.schema([pa.field(name, types[kind], nullable=False) for name, kind in TABLES[table]])


def arrow_table(table: str, rows: Rows) -> pyarrow.Table:
    """Return rows as an Arrow table of that schema."""
    import pyarrow as pa

    schema = arrow_schema(table)
    columns = list(zip(*rows, strict=True)) if rows else [()] * len(schema)
    arrays = []
    for column, field in zip(columns, schema, strict=True):
        try:
            arrays.append(pa.array(column, type=field.type))
        except UnicodeEncodeError:
            arrays.append(pa.array([_encodable(text) for text in column], type=field.type))
    return pa.Table.from_arrays(arrays, schema=schema)


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
