"""Everybody in memory, for whoever looks for people while typing: texts, kinds and orders as arrays, a page of rows at a time.

A question to the engine over a hundred thousand people takes longer than somebody who types waits. So all that a list is filtered
and ordered by is taken once from a day's view; a search is then a look over one array of texts. It answers exactly as
`insight.people.listed` does.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from functools import reduce
from typing import Any, cast

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from weakties.insight.people import SORTS

Which = NDArray[np.bool_]

# What parts the texts of one person; nobody can type it.
_PART = "\x1f"
_EVERYBODY = """
    SELECT p.person, p.machine <> '' AS automated, coalesce(t.kind, '') AS kind, coalesce(t.motion, '') AS motion,
        lower(p.organisation) AS house, lower(coalesce(o.name, p.employer, '')) AS house_name,
        lower(strip_accents(p.name)) AS folded, coalesce(h.texts, '') AS texts, p.name, p.handle, p.machine, p.title, p.organisation,
        coalesce(nullif(p.employer, ''), o.name, '') AS organisation_name, coalesce(t.last_day, p.last_day) AS last_day,
        t.kind AS kind_of_tie, t.motion AS motion_of_tie, t.strength, t.alive, t.answer, t.sent, t.received, t.silence,
        t.usual_gap, v.value, v.mutual, v.known,
        {orders}
    FROM people p LEFT JOIN ties t USING (person) LEFT JOIN valued v USING (person)
    LEFT JOIN organisations o ON o.organisation = p.organisation
    LEFT JOIN (
        SELECT person, string_agg(lower(strip_accents(handle)) || $part || lower(strip_accents(name)), $part) AS texts
        FROM handles GROUP BY person
    ) h USING (person)
    WHERE p.person NOT IN (SELECT person FROM owners WHERE owner = $owner) AND (t.person IS NOT NULL OR p.first_day <= $day)
    ORDER BY p.person
"""
# What a row of the list may show.
_SHOWN = (
    "person", "name", "handle", "machine", "title", "organisation", "organisation_name", "last_day", "strength", "alive", "value",
    "answer", "sent", "received", "silence", "usual_gap", "mutual", "known",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Wanted:
    """Whom to list. query: part of a name or handle; kind: of the tie, `motion`: warming, steady or cooling; organisation: part of
    one; automated: machines instead of people; hidden: ids never to list; among: only these ids, all if None."""

    query: str = ""
    kind: str = ""
    motion: str = ""
    organisation: str = ""
    automated: bool = False
    hidden: Collection[str] = ()
    among: Collection[str] | None = None


@dataclass(frozen=True, eq=False)
class Directory:
    """Everybody of a day, by id. Each array is as long as `people`; shown: what their rows show; orders: for each sort the positions
    in its order; at: the position of each id."""

    people: Sequence[str]
    shown: pa.Table
    texts: pa.StringArray
    houses: pa.StringArray
    kinds: NDArray[np.str_]
    motions: NDArray[np.str_]
    automated: Which
    orders: dict[str, NDArray[np.int64]]
    at: dict[str, int]

    def found(self, wanted: Wanted, *, sort: str = "value") -> NDArray[np.int64]:
        """Return the positions of those who are wanted, in an order of `insight.people.SORTS`."""
        keep = self._wanted(wanted)
        order = self.orders[sort]
        found: NDArray[np.int64] = order[keep[order]]
        return found

    def count(self, wanted: Wanted) -> int:
        """Return how many are wanted."""
        return int(np.count_nonzero(self._wanted(wanted)))

    def rows(self, positions: Sequence[int]) -> list[dict[str, Any]]:
        """Return a row for each of these positions, in their order, as `insight.people.listed` has them."""
        return cast("list[dict[str, Any]]", self.shown.take(pa.array(positions, pa.int64())).to_pylist())

    def rows_of(self, people: Iterable[str]) -> list[dict[str, Any]]:
        """Return a row for each of these ids, in their order; who is not in the list has none."""
        return self.rows([self.at[person] for person in people if person in self.at])

    def _wanted(self, wanted: Wanted) -> Which:
        tests = [self.automated == wanted.automated]
        if wanted.query.strip():
            text = folded(wanted.query)
            tests.append(_bools(pc.match_substring(self.texts, text)))
        if wanted.kind:
            tests.append(self.kinds == wanted.kind)
        if wanted.motion:
            tests.append(self.motions == wanted.motion)
        if wanted.organisation:
            tests.append(_bools(pc.match_substring(self.houses, wanted.organisation.lower())))
        if wanted.among is not None:
            tests.append(self._are(wanted.among))
        if wanted.hidden:
            tests.append(~self._are(wanted.hidden))
        return reduce(np.logical_and, tests)

    def _are(self, people: Collection[str]) -> Which:
        are = np.zeros(len(self.people), dtype=np.bool_)
        are[[self.at[person] for person in people if person in self.at]] = True
        return are


def directory(connection: duckdb.DuckDBPyConnection, *, owner: str, as_of_day: int) -> Directory:
    """Return everybody of a day's view. Needs `ties` and `valued`."""
    orders = ", ".join(
        f"(row_number() OVER (ORDER BY {order}, p.person) - 1)::BIGINT AS by_{name}" for name, order in SORTS.items()
    )
    asked = {"owner": owner, "day": as_of_day, "part": _PART}
    table = connection.sql(_EVERYBODY.format(orders=orders), params=asked).to_arrow_table().combine_chunks()
    parts = [table[name].combine_chunks() for name in ("folded", "texts", "house", "house_name")]
    people, shown = table["person"].to_pylist(), table.select(_SHOWN)
    return Directory(
        people=people,
        shown=shown.append_column("kind", table["kind_of_tie"]).append_column("motion", table["motion_of_tie"]),
        texts=pc.binary_join_element_wise(parts[0], parts[1], _PART),
        houses=pc.binary_join_element_wise(parts[2], parts[3], _PART),
        kinds=np.array(table["kind"].to_pylist(), dtype=np.str_),
        motions=np.array(table["motion"].to_pylist(), dtype=np.str_),
        automated=_bools(table["automated"].combine_chunks()),
        orders={name: np.argsort(table[f"by_{name}"].to_numpy()) for name in SORTS},
        at={person: position for position, person in enumerate(people)},
    )


def folded(text: str) -> str:
    """Return a text as it is compared: without case, accents and blanks around it."""
    apart = unicodedata.normalize("NFKD", text.strip().lower())
    return "".join(c for c in apart if not unicodedata.combining(c))


def _bools(array: Any) -> Which:
    return np.asarray(pc.fill_null(array, fill_value=False).to_numpy(zero_copy_only=False), dtype=np.bool_)
