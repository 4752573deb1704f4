"""What is new in an import and what was there already, by any route.

A message is known when its id or its fingerprint is in the ledger or earlier in the same import; a card or a link when
another says exactly the same. Known records are kept as said all the same, so that undoing the first import loses
nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakties.facts.engine import add_facts, connect

COUNTED = ("events", "cards", "links", "deals", "items")

_EVENTS = """
    WITH staged AS (
        SELECT id, fingerprint,
            row_number() OVER (PARTITION BY id ORDER BY file_row_number) AS nth_of_id,
            row_number() OVER (PARTITION BY fingerprint ORDER BY file_row_number) AS nth_of_fingerprint
        FROM read_parquet($file, file_row_number = true, hive_partitioning = false)
    )
    SELECT count(*), count(*) FILTER (
        WHERE nth_of_id = 1 AND nth_of_fingerprint = 1
        AND id NOT IN (SELECT id FROM events)
        AND fingerprint NOT IN (SELECT fingerprint FROM events)
    )
    FROM staged
"""

_SAID = {
    "cards": 'handle, "at", name, handles, organisation, title, location, birthday, relation, connected_on',
    "links": 'kind, a, b, "at", "by"',
    "deals": 'id, "at", name, organisation, stage, amount, currency, closes_on',
    "items": 'id, "at", title, address',
}

_SAME = """
    SELECT (SELECT count(*) FROM read_parquet($file, hive_partitioning = false)), count(*)
    FROM (SELECT DISTINCT {columns} FROM read_parquet($file, hive_partitioning = false) EXCEPT SELECT {columns} FROM {table})
"""


@dataclass(frozen=True, slots=True)
class Counts:
    """What became of the records of one kind: read = new + known + rejected."""

    new: int = 0
    known: int = 0
    rejected: int = 0

    @property
    def read(self) -> int:
        """All records seen."""
        return self.new + self.known + self.rejected

    def as_json(self) -> dict[str, int]:
        """Return the counts as the commands print them."""
        return {"read": self.read, "new": self.new, "known": self.known, "rejected": self.rejected}


def count(ledger: Mapping[str, Sequence[Path]], stage: Path) -> dict[str, Counts]:
    """Return the counts of a staged import against the files of the ledger."""
    connection = connect()
    add_facts(connection, ledger)
    rejected = _rejected(stage)
    counts = {}
    for kind in COUNTED:
        file = stage / f"{kind}.parquet"
        total, new = 0, 0
        if file.exists():
            query = _EVENTS if kind == "events" else _SAME.format(columns=_SAID[kind], table=kind)
            total, new = connection.execute(query, {"file": str(file)}).fetchall()[0]
        counts[kind] = Counts(new=new, known=total - new, rejected=rejected.get(kind, 0))
    connection.close()
    return counts


def _rejected(stage: Path) -> dict[str, int]:
    file = stage / "rejected.parquet"
    if not file.exists():
        return {}
    connection = connect()
    query = "SELECT kind, count(*) FROM read_parquet($file, hive_partitioning = false) GROUP BY kind"
    found = connection.execute(query, {"file": str(file)}).fetchall()
    connection.close()
    return dict(found)
