"""An event table of anybody's making as `events(src, dst, t, g, channel)`: CSV, TSV and the like, packed with gzip or not.

Times are seconds (or thousandths, millionths, billionths) since 1970 or since any start, or dates in any usual writing,
without a zone in UTC. A cell may name several recipients. What cannot be read is left out and counted with its reason.
"""

from __future__ import annotations

import gzip
import zlib
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from weakties.errors import SourceError
from weakties.facts.engine import quoted
from weakties.proof.columns import ROLES, Layout, layout
from weakties.sources.table_dates import figures_say, moment

_LOOKED_AT = 262_144
_LINES_LOOKED_AT = 1_000
# A middle time of this and more counts thousandths of a second, and so on: as seconds it would be 5138 and later.
_SCALES = ((1e17, 1_000_000_000), (1e14, 1_000_000), (1e11, 1_000))
# Nobody wrote to anybody before this, seconds.
_1900 = -2_208_988_800
_GZIP = b"\x1f\x8b"


@dataclass(frozen=True, slots=True)
class Table:
    """What was read. rows: lines of the table; events: pairs of sender and recipient; rejected: reason -> rows left out."""

    layout: Layout
    rows: int
    events: int
    rejected: dict[str, int] = field(default_factory=dict)

    def said(self) -> list[str]:
        """Return what was taken for what and what was left out, a sentence each."""
        lines = [f"Read {self.rows:,} rows as {self.layout.said()}: {self.events:,} events."]
        if self.rejected:
            told = ", ".join(f"{count:,} {reason}" for reason, count in sorted(self.rejected.items()))
            lines.append(f"Left out: {told}.")
        return lines


_RAW = """
    CREATE OR REPLACE TABLE raw AS
    SELECT trim({time}) AS time, {sender} AS sender, concat_ws(';', {recipient}, {cc}, {bcc}) AS recipient,
        {group}::VARCHAR AS members, {channel} AS channel
    FROM read_csv({path}, {options})
"""
# A name with an address is that address; case and blanks around do not matter.
_PERSON = """lower(trim(coalesce(nullif(regexp_extract({0}, '<([^<>]+@[^<>]+)>', 1), ''), {0}), ' "<>\t'))"""
_NUMBERED = """
    SELECT count(*), count(TRY_CAST(time AS DOUBLE)), median(TRY_CAST(time AS DOUBLE)), bool_and({day}) FROM raw WHERE time <> ''
"""
_EIGHT_FIGURES = r"regexp_full_match(time, '(19|20)\d\d(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])')"
# Whether commas part people: then most pieces are addresses, or are named alone elsewhere.
_COMMAS = f"""
    WITH pieces AS (
        SELECT {_PERSON.format("piece")} AS piece
        FROM (SELECT unnest(string_split(recipient, ',')) AS piece FROM raw WHERE contains(recipient, ',') LIMIT 10000)
    ),
    alone AS (
        SELECT {_PERSON.format("sender")} AS name FROM raw
        UNION SELECT {_PERSON.format("recipient")} FROM raw WHERE NOT contains(recipient, ',')
    )
    SELECT coalesce(avg((contains(piece, '@') OR piece IN (FROM alone))::INTEGER), 0) >= 0.5 FROM pieces WHERE piece <> ''
"""  # noqa: S608  constants of ours
_PARSED = f"""
    CREATE OR REPLACE TABLE parsed AS
    SELECT seconds AS t, {_PERSON.format("sender")} AS src, channel, TRY_CAST(members AS INTEGER) AS g,
        list_distinct(list_filter(list_transform(regexp_split_to_array(recipient, $parting), lambda p: {_PERSON.format("p")}),
            lambda p: p <> '')) AS named,
        list_filter(named, lambda p: p <> src) AS people,
        CASE
            WHEN seconds IS NULL OR seconds < {_1900} THEN 'without a possible time'
            WHEN seconds > $not_after THEN 'in the future'
            WHEN coalesce(src, '') = '' THEN 'without a sender'
            WHEN coalesce(len(named), 0) = 0 THEN 'without a recipient'
            WHEN len(people) = 0 THEN 'to oneself'
        END AS reason
    FROM (SELECT r.*, {{seconds}} AS seconds FROM raw r LEFT JOIN odd_times o USING (time))
"""  # noqa: S608  constants of ours
_ODD = """
    SELECT DISTINCT time FROM raw
    WHERE time <> '' AND TRY_CAST(time AS DOUBLE) IS NULL AND TRY_CAST(time AS TIMESTAMPTZ) IS NULL
"""
_EVENTS = """
    CREATE OR REPLACE TABLE events AS
    SELECT src, dst, t, greatest(coalesce(g, {g}), 1)::INTEGER AS g, channel
    FROM (SELECT src, unnest(people) AS dst, t, g, len(people) AS size, coalesce(lower(channel), 'message') AS channel
        FROM parsed WHERE reason IS NULL)
"""


def read(connection: duckdb.DuckDBPyConnection, path: Path, *, not_after: int | None = None) -> Table:
    """Make the table `events` from a file. not_after: seconds; later rows are left out. Raises SourceError.

    g is the column of groups, else the number of recipients in the cell, or, where every cell names one, the number of
    rows with the same sender and time.
    """
    text, packed = _beginning(path)
    found = layout(text, path.name)
    _load(connection, path, found, packed=packed)
    _parse(connection, not_after)
    several = connection.execute("SELECT coalesce(bool_or(len(named) > 1), false) FROM parsed").fetchall()[0][0]
    size = "size" if several else "count(*) OVER (PARTITION BY src, t)"
    connection.execute(_EVENTS.format(g=size))
    rejected = dict(
        connection.execute("SELECT reason, count(*) FROM parsed WHERE reason IS NOT NULL GROUP BY reason").fetchall()
    )
    broken = connection.execute("SELECT count(DISTINCT line) FROM broken_rows").fetchall()[0][0]
    rows = connection.execute("SELECT count(*) FROM raw").fetchall()[0][0] + broken
    events = connection.execute("SELECT count(*) FROM events").fetchall()[0][0]
    for table in ("raw", "parsed", "odd_times"):
        connection.execute(f"DROP TABLE {table}")
    if not events:
        said = ", ".join(f"{count:,} {reason}" for reason, count in sorted(rejected.items())) or "no rows"
        raise SourceError(
            f"{path.name} holds no event between two people ({found.said()}): {said}.",
            hint="Give its columns names in the first line: time,sender,recipient and, where known, group,channel.",
        )
    return Table(found, rows, events, rejected | ({"with another number of columns": broken} if broken else {}))


def _beginning(path: Path) -> tuple[str, bool]:
    """Return the first lines of a file, whole ones, and whether it is packed."""
    try:
        with path.open("rb") as file:
            packed = file.read(2) == _GZIP
        with gzip.open(path) if packed else path.open("rb") as file:
            head = file.read(_LOOKED_AT)
    except (OSError, EOFError, zlib.error) as error:
        said = getattr(error, "strerror", None) or "it is damaged"
        raise SourceError(
            f"{path} cannot be read: {said}.", hint="Give a table: CSV or TSV, as it is or as .gz."
        ) from error
    if b"\x00" in head:
        raise SourceError(f"{path.name} is no text.", hint="Save it as CSV: time,sender,recipient in the first line.")
    whole = head if len(head) < _LOOKED_AT else head[: head.rfind(b"\n") + 1] or head
    text = whole.decode("utf-8-sig", "replace")
    return "\n".join(text.splitlines()[:_LINES_LOOKED_AT]), packed


def _load(connection: duckdb.DuckDBPyConnection, path: Path, found: Layout, *, packed: bool) -> None:
    names = [f"c{i}" for i in range(len(found.names))]
    options = {
        "delim": quoted(found.delimiter),
        "skip": str(found.skip + found.header),
        "header": "false",
        "columns": "{" + ", ".join(f"'{n}': 'VARCHAR'" for n in names) + "}",
        "auto_detect": "false",
        # Tables parted by tabs are seldom quoted, and single quotation marks in them are common.
        "quote": "''" if found.delimiter == "\t" else "'\"'",
        "escape": "''" if found.delimiter == "\t" else "'\"'",
        "compression": "'gzip'" if packed else "'none'",
        "store_rejects": "true",
        "rejects_table": "'broken_rows'",
        "rejects_scan": "'broken_scans'",
    }
    roles = {role: names[found.places[role]] if role in found.places else "NULL" for role in ROLES}
    for table in ("broken_rows", "broken_scans"):
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    listed = ", ".join(f"{k} = {v}" for k, v in options.items())
    try:
        connection.execute(_RAW.format(path=quoted(path), options=listed, **roles))
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise SourceError(f"{path.name} cannot be read as a table: {first}", hint="Save it as CSV in UTF-8.") from error


def _parse(connection: duckdb.DuckDBPyConnection, not_after: int | None) -> None:
    filled, numbers, middle, days = connection.execute(_NUMBERED.format(day=_EIGHT_FIGURES)).fetchall()[0]
    seconds = "coalesce(o.read, floor(epoch(TRY_CAST(time AS TIMESTAMPTZ)))::BIGINT)"
    if days:
        seconds = "epoch(strptime(time, '%Y%m%d'))::BIGINT"
    elif filled and numbers >= filled / 2:
        scale = next((s for least, s in _SCALES if middle >= least), 1)
        seconds = f"TRY_CAST(floor(TRY_CAST(time AS DOUBLE) / {scale}) AS BIGINT)"
    _odd_times(connection)
    parting = "[;,]" if connection.execute(_COMMAS).fetchall()[0][0] else ";"
    connection.execute(
        _PARSED.format(seconds=seconds), {"parting": parting, "not_after": 2**62 if not_after is None else not_after}
    )


def _odd_times(connection: duckdb.DuckDBPyConnection) -> None:
    """Make `odd_times(time, read)`: what the engine cannot read and people can."""
    odd = sorted(text for (text,) in connection.execute(_ODD).fetchall())
    day_first = figures_say(odd, usually=False)
    read = [(text, moment(text, day_first=day_first)) for text in odd]
    connection.execute(
        "CREATE OR REPLACE TABLE odd_times AS SELECT unnest($1::VARCHAR[]) AS time, unnest($2::BIGINT[]) AS read",
        [[text for text, _ in read], [at for _, at in read]],
    )
