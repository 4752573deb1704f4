"""Taking somebody out of fact tables: one set of queries for what is there already and for what comes in.

A record goes where it is about that person: what they wrote, what was written to them alone, their cards, their links.
Where they were one among several, their part in it goes and the record stays. Texts that name them (a subject, a file's
name, a card of somebody else) keep everything but the name or address.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from weakties.facts import handles
from weakties.facts.counting import COUNTED
from weakties.facts.engine import add_facts, connect, quoted
from weakties.facts.staging import give_up, to_disk
from weakties.facts.tables import TABLES, arrow_schema

# What stands in a text where a name or an address was.
GONE = "…"
# A record that came in again and is about somebody forgotten: counted, so that the counts of an import add up.
FORGOTTEN = "forgotten: it is by or to somebody you asked to forget"

# Handles whose value is too plain a word to look for in running text.
_TELLING_KINDS = ("email", "phone", "exchange")
_TOKEN = re.compile(r"[^\W_]+(?:['’.-][^\W_]+)*")
_ROWS_AT_ONCE = 100_000
# Initials and particles are in everybody's texts.
_SHORTEST_WORD = 2
# A first name by itself tells nobody from anybody.
_FEWEST_WORDS, MOST_WORDS = 2, 6
# Columns of text that may hold a name; the others hold ids, handles and fixed words.
TEXTS = {
    "events": ("subject", "text", "file"),
    "participations": ("name",),
    "cards": ("name", "organisation", "title", "location", "relation", "file"),
    "links": ("file",),
    "deals": ("name", "organisation", "file"),
    "items": ("title", "address", "file"),
    "rejected": ("reason", "file"),
}
# Where handles stand by themselves; `cards.handles` has several, one a line.
HANDLE_COLUMNS = (
    ("participations", "handle"),
    ("cards", "handle"),
    ("links", "a"),
    ("links", "b"),
    ("links", "by"),
)
# Columns that hold several values, what parts them, and the test of one, x, whether it goes.
LISTS = {
    "events": ("terms", " ", "list_has_any(string_split_regex(x, '[.''-]'), getvariable('gone_words'))"),
    "cards": ("handles", "\n", "list_contains(getvariable('gone'), x)"),
}
_AUTHORS = "('from', 'organizer')"
_READERS = "('to', 'cc', 'bcc', 'attendee')"
_GONE = "(SELECT handle FROM gone)"
_GONE_EVENTS = "(SELECT event FROM gone_events)"
# Rows that go; the other tables lose words only.
_GO = {
    "events": f"id IN {_GONE_EVENTS}",
    "participations": f"event IN {_GONE_EVENTS} OR handle IN {_GONE}",
    "cards": f"event IN {_GONE_EVENTS} OR handle IN {_GONE}",
    "links": f'event IN {_GONE_EVENTS} OR a IN {_GONE} OR b IN {_GONE} OR "by" IN {_GONE}',
}


def words(text: str) -> list[str]:
    """Return the words of a name or a text, in lower case, without what stands between them."""
    return [word for word, _, _ in span_words(text)]


def span_words(text: str) -> list[tuple[str, int, int]]:
    """Return the same words with where each begins and ends in the text as NFC writes it."""
    composed = unicodedata.normalize("NFC", text)
    return [(found[0].casefold(), found.start(), found.end()) for found in _TOKEN.finditer(composed)]


@dataclass(frozen=True, slots=True)
class Marks:
    """What tells a person to be forgotten. handles: as the tables hold them; names: full names, as written."""

    handles: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()

    def __bool__(self) -> bool:
        """Tell whether there is anything to look for."""
        return bool(self.handles or self.names)

    def __or__(self, other: Marks) -> Marks:
        """Return the marks of both."""
        return Marks(self.handles | other.handles, self.names | other.names)

    def full_names(self) -> set[str]:
        """Return the names that tell this person from others, each also with its last word first, and turned at a comma."""
        found = set()
        for name in self.names:
            last, comma, first = name.partition(",")
            plain = f"{first.strip()} {last.strip()}" if comma else name
            parts = plain.split()
            for form in (name, plain, " ".join([*parts[-1:], *parts[:-1]])):
                if _FEWEST_WORDS <= len(words(form)) <= MOST_WORDS:
                    found.add(form)
        return found

    def name_words(self) -> frozenset[str]:
        """Return the words of the full names: one by itself may be a topic word of what others wrote."""
        plain = {word for name in self.full_names() for word in words(name) if len(word) > _SHORTEST_WORD}
        return frozenset(unicodedata.normalize(form, word) for word in plain for form in ("NFC", "NFD"))

    def bears(self, handle: str) -> bool:
        """Tell whether a handle is of this person: one of theirs, or nothing but one of their names."""
        if handle in self.handles:
            return True
        return handle.startswith("name:") and self.is_name(handles.value(handle).rpartition("@")[0])

    def is_name(self, text: str) -> bool:
        """Tell whether a text is nothing but one of the full names; a longer name that holds it is somebody else's."""
        said = words(text)
        return any(words(name) == said for name in self.full_names())

    def for_sql(self) -> list[str]:
        """Return expressions of RE2 that find these names and these addresses in a text.

        The two groups of each are what stands before and behind; letter case does not count, nor how a name's words are parted.
        """
        found = []
        if named := self._names(r"[\s\pZ,._-]+"):
            found.append(rf"(?i)(^|[^\pL\pN])(?:{named})($|[^\pL\pN])")
        if told := self._addresses():
            # Dots and dashes around an address are no part of it, unless letters stand beyond them.
            found.append(rf"(?i)(^[._+-]*|[^\pL\pN_.+-][._+-]*)(?:{told})($|[^\pL\pN_.-]|[._-]+$|[._-]+[^\pL\pN_.-])")
        return found

    def whole_name_for_sql(self) -> str:
        """Return an expression that matches a text which is nothing but one of the names or addresses; empty for none."""
        told = "|".join(filter(None, (self._names(r"[\s\pZ,._-]+"), self._addresses())))
        return rf"(?i)[^\pL\pN]*(?:{told})[^\pL\pN]*" if told else ""

    def without(self, text: str) -> str:
        """Return a text without these names and addresses."""
        if named := self._names(r"[\s,._-]+"):
            text = re.sub(rf"(?i)(?<![^\W_])(?:{named})(?![^\W_])", GONE, text)
        if told := self._addresses():
            text = re.sub(rf"(?i)(^[._+-]*|[^\w.+-][._+-]*)(?:{told})(?![._-]*[^\W_])", rf"\1{GONE}", text)
        return text

    def _names(self, between: str) -> str:
        forms = {unicodedata.normalize(f, name) for name in self.full_names() for f in ("NFC", "NFD")}
        return _either(between.join(map(_escaped, name.replace(",", " ").split())) for name in forms)

    def _addresses(self) -> str:
        return _either(_escaped(handles.value(h)) for h in self.handles if handles.kind(h) in _TELLING_KINDS)


def _either(patterns: Iterable[str]) -> str:
    return "|".join(sorted(set(patterns), key=lambda text: (-len(text), text)))


def _escaped(text: str) -> str:
    # What is no ASCII is nobody's syntax; a mark that composes a letter must not be parted from it.
    return re.sub(r"([\x21-\x2f\x3a-\x3f\x5b-\x60\x7b-\x7e])", r"\\\1", text)


class Scrubber:
    """Looks at a set of fact tables for marks. Use as a context manager.

    files: of every table that has any, all of the same ledger or of the same stage, for whether a message goes depends
    on all that is said of it.
    """

    def __init__(self, files: Mapping[str, Sequence[Path]], marks: Marks) -> None:
        self._patterns = [quoted(pattern) for pattern in marks.for_sql()]
        self._whole_name = quoted(marks.whole_name_for_sql())
        self._connection = connect()
        add_facts(self._connection, files)
        listed = sorted(marks.handles | self._bare_names(marks))
        self._connection.execute("CREATE TEMP TABLE gone AS SELECT unnest($1::VARCHAR[]) AS handle", [listed])
        self._connection.execute("SET VARIABLE gone = $1::VARCHAR[]", [listed])
        self._connection.execute("SET VARIABLE gone_words = $1::VARCHAR[]", [sorted(marks.name_words())])
        self._connection.execute(
            f"""
            CREATE TEMP TABLE gone_events AS SELECT event FROM participations GROUP BY event
            HAVING bool_or(role IN {_AUTHORS} AND handle IN {_GONE})
                OR (bool_or(handle IN {_GONE}) AND NOT bool_or(role IN {_READERS} AND handle NOT IN {_GONE}))
            """  # noqa: S608  constants of this module
        )

    def __enter__(self) -> Scrubber:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def _bare_names(self, marks: Marks) -> set[str]:
        """Return the handles that are nothing but one of the names."""
        found = set()
        for table, column in HANDLE_COLUMNS:
            query = f'SELECT DISTINCT "{column}" FROM {table} WHERE starts_with("{column}", \'name:\')'  # noqa: S608
            found |= {str(handle) for (handle,) in self._connection.execute(query).fetchall()}
        return {handle for handle in found if marks.bears(handle)}

    def touched(self) -> dict[str, dict[str, int]]:
        """Return for each import and table how many rows go or lose words; what is not touched is not there."""
        found: dict[str, dict[str, int]] = {}
        for table in TABLES:
            query = (
                f'SELECT import, count(*) FROM "{table}" WHERE {self._matches(table)} GROUP BY import ORDER BY import'  # noqa: S608  our own names
            )
            for name, count in self._connection.execute(query).fetchall():
                found.setdefault(name, {})[table] = count
        return found

    def going(self) -> int:
        """Return how many messages go as a whole."""
        return int(self._connection.execute("SELECT count(*) FROM gone_events").fetchall()[0][0])

    def parts(self) -> int:
        """Return how often they take part in messages that stay."""
        query = f"SELECT count(*) FROM participations WHERE handle IN {_GONE} AND event NOT IN {_GONE_EVENTS}"  # noqa: S608
        return int(self._connection.execute(query).fetchall()[0][0])

    def write(self, source: Path, target: Path) -> None:
        """Write the tables of one folder, without the marked, into another; a table of which nothing stays is not there."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        for table in TABLES:
            path = source / f"{table}.parquet"
            if not path.exists():
                continue
            schema = arrow_schema(table)
            read = f"read_parquet({quoted(path)}, hive_partitioning = false)"
            kept = self._connection.sql(
                f"SELECT *{self._changes(table)} FROM {read} WHERE NOT ({_GO.get(table, 'false')})"  # noqa: S608
            )
            batches: pa.RecordBatchReader = kept.to_arrow_reader(_ROWS_AT_ONCE)
            writer = None
            try:
                for batch in batches:
                    if batch.num_rows:
                        writer = writer or pq.ParquetWriter(target / path.name, schema, compression="zstd")
                        writer.write_table(pa.Table.from_batches([batch]).select(schema.names).cast(schema))
                if writer is not None:
                    writer.close()
                    to_disk(target / path.name)
            finally:
                if writer is not None:
                    give_up(writer)

    def refused(self) -> list[tuple[str, str, str, int]]:
        """Return (import, kind, file, offset) of the records that go as a whole, in a fixed order."""
        found: list[tuple[str, str, str, int]] = []
        for kind in filter(_GO.__contains__, COUNTED):
            query = f"SELECT import, '{kind}', file, \"offset\" FROM {kind} WHERE {_GO[kind]} ORDER BY ALL"  # noqa: S608
            found += self._connection.execute(query).fetchall()
        return found

    def _matches(self, table: str) -> str:
        tests = [_GO.get(table, "false"), *(self._holds(column) for column in TEXTS[table])]
        if table in LISTS:
            column, mark, goes = LISTS[table]
            tests.append(f"len(list_filter(string_split({column}, '{mark}'), lambda x: {goes})) > 0")
        return " OR ".join(tests)

    def _holds(self, column: str) -> str:
        """Return the test whether a column names the marked: a name only as a whole, for a longer one is somebody else's."""
        if column == "name":
            return f"{column} <> '' AND regexp_full_match({column}, {self._whole_name})"
        return " OR ".join(f"regexp_matches({column}, {pattern})" for pattern in self._patterns) or "false"

    def _changes(self, table: str) -> str:
        """Return the columns that are written otherwise than they are read."""
        changed = []
        for column in TEXTS[table]:
            cleaned = "''"
            if column != "name":
                # Twice, since two that follow each other share what stands between them.
                cleaned = column
                for pattern in [p for p in self._patterns for _ in range(2)]:
                    cleaned = f"regexp_replace({cleaned}, {pattern}, '\\1{GONE}\\2', 'g')"
            changed.append(f"CASE WHEN {self._holds(column)} THEN {cleaned} ELSE {column} END AS {column}")
        if table in LISTS:
            column, mark, goes = LISTS[table]
            others = f"list_filter(string_split({column}, '{mark}'), lambda x: NOT {goes})"
            changed.append(f"array_to_string({others}, '{mark}') AS {column}")
        return f" REPLACE ({', '.join(changed)})" if changed else ""
