"""The public event sets as one table each: `events(src, dst, t, g)`, t in seconds, g people the message was for.

The sets and their traps are described beside the data; the choices here are those of the published protocol: one row per
sender and recipient, rows to oneself dropped, robots dropped from the lists, Enron limited to its custodians and years.
The folder is `DATA`, or `../shared/data` beside the checkout.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from pathlib import Path

import duckdb

from weakties.proof import letters

DATA = Path(os.environ.get("DATA", Path(__file__).resolve().parent.parent.parent / "shared" / "data"))

_ROBOTS = "bot@|robot|syzbot|lkp@|bugzilla|noreply|no-reply|patchwork|mailer-daemon|tip-bot|autolearn|kernelci"


def _read(file: str, **options: object) -> str:
    said = ", ".join(f"{k} = {v!r}" if not isinstance(v, list) else f"{k} = {v}" for k, v in options.items())
    return f"read_csv('{DATA / file}', {said})" if said else f"read_csv('{DATA / file}')"


def manufacturing(_: duckdb.DuckDBPyConnection) -> str:
    """E-mail of 167 employees, nine months."""
    source = _read("manufacturing-email/communication.csv.gz", delim=";", header=True)
    return f"SELECT Sender::VARCHAR AS src, Recipient::VARCHAR AS dst, epoch(EventDate)::BIGINT AS t FROM {source}"


def eu_department(number: int) -> Callable[[duckdb.DuckDBPyConnection], str]:
    """Return the loader of one department of a research institution."""

    def load(_: duckdb.DuckDBPyConnection) -> str:
        source = _read(
            f"email-eu-departments/email-Eu-Dept{number}.txt.gz", delim=" ", header=False, names=["src", "dst", "t"]
        )
        return f"SELECT src::VARCHAR AS src, dst::VARCHAR AS dst, t::BIGINT AS t FROM {source}"

    return load


def enron(c: duckdb.DuckDBPyConnection) -> str:
    """Mail of the Enron custodians, 1999 to mid-2002."""
    people = json.loads((DATA / "enron" / "custodians.json").read_text(encoding="utf-8"))
    addresses = sorted({p["email"].lower() for p in people if p.get("email")})
    c.execute("CREATE OR REPLACE TEMP TABLE custodians AS SELECT unnest($1) AS address", [addresses])
    source = _read("enron/messages.tsv.gz", delim="\t", header=True, quote="", all_varchar=True)
    return f"""
        WITH m AS (SELECT "from" AS src, ts::BIGINT AS t, list_distinct(list_filter(
                string_split(concat_ws(',', "to", cc, bcc), ','), lambda a: a <> '')) AS people
            FROM {source} WHERE "from" <> '' AND ts::BIGINT BETWEEN 915148800 AND 1025481600)
        SELECT src, unnest(people) AS dst, t, len(people) AS g FROM m
    """


def lists(c: duckdb.DuckDBPyConnection) -> str:
    """Replies on five mailing lists of the Linux kernel and its neighbours."""
    source = _read("lists/*/messages.tsv.gz", delim="\t", header=True, quote="", all_varchar=True, ignore_errors=True)
    c.execute(f"""
        CREATE OR REPLACE TEMP TABLE posts AS SELECT msgid, any_value("from") AS author, min(ts::BIGINT) AS t,
            any_value(in_reply_to) AS parent FROM {source}
        WHERE ts::BIGINT > 1556323200 AND ts::BIGINT < 1772000000 AND NOT regexp_matches("from", '{_ROBOTS}', 'i')
        GROUP BY msgid
    """)
    return "SELECT a.author AS src, b.author AS dst, a.t, 1 AS g FROM posts a JOIN posts b ON b.msgid = a.parent"


def social_evolution(_: duckdb.DuckDBPyConnection) -> str:
    """Calls and text messages of a student dormitory."""
    calls = _read("social-evolution/Calls.csv.gz", header=True, all_varchar=True)
    sms = _read("social-evolution/SMS.csv.gz", header=True, all_varchar=True)
    return f"""
        SELECT DISTINCT * FROM (
            SELECT user_id AS src, dest_user_id_if_known AS dst, epoch(time_stamp::TIMESTAMP)::BIGINT AS t, 1 AS g
            FROM {calls}
            UNION ALL
            SELECT "user.id", "dest.user.id.if.known", epoch("time"::TIMESTAMP)::BIGINT, 1 FROM {sms} WHERE incoming = '0'
        ) WHERE dst IS NOT NULL AND dst <> '' AND t > 1220227200 AND t < 1246406400
    """


SETS: dict[str, Callable[[duckdb.DuckDBPyConnection], str]] = {
    "manufacturing-email": manufacturing,
    "email-eu-dept1": eu_department(1),
    "email-eu-dept2": eu_department(2),
    "email-eu-dept3": eu_department(3),
    "email-eu-dept4": eu_department(4),
    "enron": enron,
    "lists": lists,
    "social-evolution": social_evolution,
}


# Where a log ends for the protocol, seconds, if not at its last event: Enron's mail thins out on 2002-02-01.
UNTIL = {"enron": 1_012_521_600}


def enron_letters(_: duckdb.DuckDBPyConnection) -> str:
    """Whole messages of the same years, of everybody."""
    source = _read("enron/messages.tsv.gz", delim="\t", header=True, quote="", all_varchar=True)
    return f"""
        WITH m AS (SELECT row_number() OVER () AS letter, "from" AS src, ts::BIGINT AS t, list_distinct(list_filter(
                string_split(concat_ws(',', "to", cc), ','), lambda a: a <> '' AND a <> "from")) AS people
            FROM {source} WHERE "from" <> '' AND ts::BIGINT BETWEEN 915148800 AND 1025481600)
        SELECT letter, src, unnest(people) AS dst, t FROM m
    """


def lists_letters(_: duckdb.DuckDBPyConnection) -> str:
    """Whole posts with the people they name, neither robots nor lists."""
    source = _read("lists/*/messages.tsv.gz", delim="\t", header=True, quote="", all_varchar=True, ignore_errors=True)
    return f"""
        WITH posts AS (SELECT msgid, any_value("from") AS src, min(ts::BIGINT) AS t,
                any_value(concat_ws(',', "to", cc)) AS people FROM {source}
            WHERE ts::BIGINT > 1556323200 AND ts::BIGINT < 1772000000 AND NOT regexp_matches("from", '{_ROBOTS}', 'i')
            GROUP BY msgid),
        m AS (SELECT msgid AS letter, src, t, list_distinct(list_filter(string_split(lower(people), ','), lambda a: a <> ''
                AND a <> src AND NOT regexp_matches(a, '{_ROBOTS}|list|@vger', 'i'))) AS people FROM posts)
        SELECT letter, src, unnest(people) AS dst, t FROM m
    """


# Sets in which who got one and the same message is told otherwise than by one sender and one time.
LETTERS = {"enron": enron_letters, "lists": lists_letters}
# Of the dormitory's calls none has several to hear it.
SETS_OF_LETTERS = tuple(name for name in SETS if name != "social-evolution")


def load_letters(c: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the table `letters(letter, src, dst, t)` of the named set on this connection: a row per recipient."""
    if name in LETTERS:
        c.execute(f"CREATE OR REPLACE TABLE letters AS {LETTERS[name](c)}")
        return
    load(c, name)
    letters.of_events(c)


def load_inside(c: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the table `events` of everybody in the named set; of Enron, mail to at most twenty within the house."""
    if name != "enron":
        load(c, name)
        return
    within = "src LIKE '%@enron.com' AND dst LIKE '%@enron.com' AND src <> dst AND g <= 20"
    c.execute(f"CREATE OR REPLACE TABLE events AS SELECT src, dst, t, g FROM ({enron(c)}) WHERE {within}")


def family(name: str) -> str:
    """Return of which house a set is: what is learned in one department is not new to the next."""
    return name.rstrip("0123456789")


def load(c: duckdb.DuckDBPyConnection, name: str) -> None:
    """Make the table `events` of the named set on this connection, and `egos` (whose ties are measured)."""
    query = SETS[name](c)
    columns = [d[0] for d in c.execute(f"SELECT * FROM ({query}) LIMIT 0").description]
    group = "g" if "g" in columns else "count(*) OVER (PARTITION BY src, t)"
    c.execute(f"CREATE OR REPLACE TABLE events AS SELECT src, dst, t, {group} AS g FROM ({query}) WHERE src <> dst")
    c.execute("CREATE OR REPLACE TABLE egos AS SELECT DISTINCT src AS ego FROM events UNION SELECT dst FROM events")
    if name == "enron":
        c.execute("CREATE OR REPLACE TABLE egos AS SELECT DISTINCT address AS ego FROM custodians")
        c.execute("DELETE FROM events WHERE src NOT IN (SELECT ego FROM egos) AND dst NOT IN (SELECT ego FROM egos)")
