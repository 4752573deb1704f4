"""The refresh of a large home, facts to derived tables, against a bare pass over the same files by the same engine.

The home is invented from a seed: a few people write a lot and most hardly ever, the owner is on one side of most messages,
some people have several addresses, lists and newsletters come in between, and some messages are there twice. The peer
answers a small part of the question and nothing else: how many messages on a day, from or to each address. So the ratio says
what is paid for who is who, machines, replies, acquaintance and sorted tables. Both run as processes of their own.
"""

from __future__ import annotations

import importlib
import json
import statistics
import sys
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any
from unittest.mock import patch

import duckdb

from bench.measure import Cost, environment, measured, median
from bench.stages import Stopwatch
from bench.tables import Table
from weakties import refresh
from weakties.config import Settings
from weakties.facts import ledger
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.facts.ledger import Import
from weakties.facts.migrations import open_home
from weakties.facts.staging import Stage
from weakties.facts.tables import TABLES

ROOT = Path(__file__).resolve().parent.parent
PARTICIPATIONS = 5_000_000
SEED = 7
# Participations in an event, and for each person, on average.
PER_EVENT = 6
PER_PERSON = 220
# As many rows of a file lie together as an import writes.
_ROWS_TOGETHER = 20_480

OURS, BARE = "weakties refresh", "one bare GROUP BY"
REST = "opening, persons, the rest"
# (module, attribute or Class.attribute, stage). What is written beside the work shows only as far as it is waited for.
_CALLS = (
    ("weakties.identity.sightings", "canonical", "every message once, all numbered"),
    ("weakties.identity.who", "settle", "who is who"),
    ("weakties.identity.roster", "roster", "people, while tie days are counted"),
    ("weakties.refresh", "_Beside.wait", "tie days and files: the rest of them"),
)

_BARE = """
    SELECT count(*) FROM (
        SELECT p.handle, e."at" // 86400 AS day, m.event IS NOT NULL AS by_me, count(*)
        FROM participations p JOIN events e ON e.id = p.event
        LEFT JOIN (SELECT DISTINCT event FROM participations WHERE role = 'from' AND handle = 'email:me@home.example') m
        ON m.event = p.event
        GROUP BY ALL
    )
"""

# Numbers from 0 to 1 that a seed, a row and a purpose give. People and events are whole numbers from 0.
_MACROS = f"""
    CREATE MACRO luck(i, what) AS (hash(i, what, {SEED}) % 1000003) / 1000003.0;
    CREATE MACRO picked(i, what, words) AS words[1 + (luck(i, what) * len(words))::INTEGER % len(words)];
    CREATE MACRO word(n) AS picked(n, 'w1', ['ba', 'co', 'da', 'fe', 'gi', 'ho', 'ka', 'lu', 'mo', 'ne', 'pi', 'ro', 'sa'])
        || picked(n, 'w2', ['bert', 'din', 'far', 'gor', 'lan', 'mer', 'nov', 'ril', 'son', 'tek', 'vic', 'wen', 'zor'])
        || picked(n, 'w3', ['a', 'e', 'i', 'o', 'er', 'in', 'as', 'el', 'us', 'is', 'or', 'an', 'en', 'yn', 'ov', 'ic']);
    CREATE MACRO free_mail(i) AS picked(i, 'free', ['@gmail.com', '@gmx.net', '@aol.com']);
    CREATE MACRO short_id(text) AS md5(text)[:12];
"""

_PEOPLE = """
    CREATE TABLE people AS
    WITH named AS (
        SELECT i, word(i % 211) AS given, word(1000 + (luck(i, 'family') * 2500)::INTEGER) AS family,
            'firm-' || word(5000 + (luck(i, 'firm') ** 3 * $people / 20)::INTEGER) || '.example' AS firm
        FROM range($people) AS t(i)
    )
    SELECT i, upper(given[1]) || given[2:] || ' ' || upper(family[1]) || family[2:] AS name, given, family,
        given || '.' || family || '@' || firm AS first,
        CASE WHEN luck(i, 'many') < 0.45 THEN given || family || i % 100 || free_mail(i) ELSE '' END AS second
    FROM named
"""

# What each event is: who writes, to how many further people, by which list, and whether its facts are there twice.
_EVENTS = """
    CREATE TABLE happened AS
    SELECT i, 946684800 + (i * (20.0 * 365 * 86400 / $events))::BIGINT + (luck(i, 'at') * 86400)::BIGINT AS "at", kind,
        ($people * luck(i, 'who') ** 3)::INTEGER AS who,
        CASE kind
            WHEN 'list' THEN (25 * luck(i, 'cc') ** 4)::INTEGER
            WHEN 'group' THEN 2 + (30 * luck(i, 'cc') ** 4)::INTEGER
            WHEN 'machine' THEN 0
            ELSE (3 * luck(i, 'cc') ** 2)::INTEGER
        END AS further,
        (200 * luck(i, 'list') ** 2)::INTEGER AS list
    FROM (
        SELECT i, CASE
            WHEN luck(i, 'kind') < 0.25 THEN 'out' WHEN luck(i, 'kind') < 0.53 THEN 'in'
            WHEN luck(i, 'kind') < 0.66 THEN 'group' WHEN luck(i, 'kind') < 0.92 THEN 'list' ELSE 'machine'
        END AS kind
        FROM range($events) AS t(i)
    )
"""

_PARTS = """
    CREATE TABLE taken AS
    WITH further AS (
        -- Those who are written to together are near each other: it makes circles.
        SELECT i, (who + 1 + (60 * luck(i * 64 + k, 'near') ** 2)::INTEGER) % $people AS person,
            CASE WHEN k % 3 = 0 THEN 'to' ELSE 'cc' END AS role
        FROM happened, range(further) AS t(k)
    ),
    people_in AS (
        SELECT i, who AS person, CASE kind WHEN 'out' THEN 'to' ELSE 'from' END AS role FROM happened WHERE kind <> 'machine'
        UNION ALL SELECT * FROM further
    ),
    spoken AS (
        SELECT n.i, role, 'email:' || CASE WHEN second <> '' AND luck(n.i * 7919 + person, 'address') < 0.3 THEN second ELSE first END
            AS handle,
            CASE WHEN luck(n.i * 7919 + person, 'name') < 0.8 THEN name WHEN luck(n.i * 7919 + person, 'name') < 0.9 THEN ''
                ELSE split_part(name, ' ', 2) || ', ' || split_part(name, ' ', 1) END AS name
        FROM people_in n JOIN people ON people.i = person
    )
    SELECT i, handle, role, name FROM spoken
    UNION ALL
    SELECT i, 'email:me@home.example', CASE kind WHEN 'out' THEN 'from' WHEN 'group' THEN 'cc' ELSE 'to' END, 'Mia Ownerova'
    FROM happened WHERE kind <> 'list' OR luck(i, 'mine') < 0.1
    UNION ALL SELECT i, 'email:me@home.example', 'delivered', '' FROM happened WHERE kind <> 'out'
    UNION ALL SELECT i, 'email:list-' || word(9000 + list) || '@lists.example', 'list', '' FROM happened WHERE kind = 'list'
    UNION ALL SELECT i, 'email:list-' || word(9000 + list) || '@lists.example', 'to', '' FROM happened WHERE kind = 'list'
    UNION ALL
    SELECT i, 'email:news' || who % ($people // 10) || '@' || word(who % 997) || '.example', 'from',
        'The ' || word(who % 997) || ' News'
    FROM happened WHERE kind = 'machine'
"""

# A message that came by two routes stands there twice: under the same id, or under another with the same fingerprint.
_COPIED = """
    SELECT * FROM (
        SELECT *, short_id('id' || i) AS id FROM happened
        UNION ALL SELECT *, short_id('id' || i) FROM happened WHERE i % 50 = 7
        UNION ALL SELECT *, short_id('other' || i) FROM happened WHERE i % 100 = 9
    )
"""

_FACTS = {
    "events": f"""
        SELECT id, short_id('print' || i) AS fingerprint, "at", 'email' AS channel,
            short_id(concat('thread', who, kind IN ('in', 'out'), i // ($events // 200 + 1))) AS thread,
            CASE WHEN luck(i, 're') < 0.5 THEN 'Re: ' ELSE '' END || concat_ws(' ', word(i % 997), word(i % 4001), word(who % 499), i)
                AS subject,
            concat_ws(' ', word(who % 499), word(i % 887), word(i % 1999)) AS terms,
            CASE kind WHEN 'list' THEN greatest(further, 1) WHEN 'group' THEN 1 + further ELSE 1 + further END::INTEGER AS group_size,
            0::INTEGER AS duration,
            CASE kind WHEN 'list' THEN 'list' WHEN 'machine' THEN 'newsletter bulk' ELSE '' END AS bulk,
            CASE WHEN kind = 'out' THEN 'sent' WHEN luck(i, 'draft') < 0.005 THEN 'draft' ELSE 'inbox' END AS folder,
            luck(i, 'asks') < 0.15 AS asks, '' AS text, 1::INTEGER AS reader, '' AS file, i * 1000 AS "offset"
        FROM ({_COPIED}) ORDER BY i, id
    """,
    "participations": f"""
        SELECT e.id AS event, p.handle, p.role, p.name FROM ({_COPIED}) e JOIN taken p USING (i)
        ORDER BY e.i, e.id, p.role, p.handle
    """,
    "cards": """
        SELECT 'email:' || first AS handle, "at", name,
            CASE WHEN luck(h.i, 'tel') < 0.3 THEN 'tel:' || (4165550000 + who) ELSE '' END AS handles,
            split_part(first, '@', 2) AS organisation, word(h.i % 97) AS title, '' AS location, '' AS birthday, '' AS relation,
            0::BIGINT AS connected_on, short_id('id' || h.i) AS event, '' AS file, h.i * 1000 AS "offset"
        FROM happened h JOIN people ON people.i = who WHERE kind = 'in' AND luck(h.i, 'card') < 0.2 ORDER BY h.i
    """,
}


def invent(home: Home, participations: int) -> Import:
    """Write one import of about so many participations into the ledger and return its record."""
    connection = duckdb.connect()
    connection.execute(_MACROS)
    numbers = {"people": max(50, participations // PER_PERSON), "events": max(100, participations // PER_EVENT)}
    for statement in (_PEOPLE, _EVENTS, _PARTS):
        connection.execute(_with(statement, numbers))
    with Stage(home) as stage:
        for table, query in _FACTS.items():
            columns = ", ".join(f'"{c}"' for c, _ in TABLES[table])
            rows = f"SELECT {columns} FROM (SELECT 'invented' AS import, * FROM ({_with(query, numbers)}))"
            how = f"FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE {_ROWS_TOGETHER}"
            connection.execute(f"COPY ({rows}) TO '{stage}/{table}.parquet' ({how})")
        connection.close()
        return ledger.commit(home, stage, Import("invented", "mail", "", "me", "", 1, 0))


def _with(statement: str, numbers: Mapping[str, int]) -> str:
    for name, number in numbers.items():
        statement = statement.replace(f"${name}", str(number))
    return statement


def tables(rounds: int, participations: int = PARTICIPATIONS) -> list[Table]:
    """Measure the refresh of an invented home. participations: about how many it has."""
    whole = Table(
        "Refresh of a large home",
        {"program": "", "wall s": ".2f", "slowest s": ".2f", "cpu s": ".2f", "peak MiB": ",.0f", "x bare": ".1f"},
    )
    parts = Table("Stages of that refresh", {"stage": "", "s": ".2f", "share %": ".1f"})
    costs: dict[str, list[Cost]] = {OURS: [], BARE: []}
    taken: list[dict[str, float]] = []
    with TemporaryDirectory(prefix="weakties-bench-") as folder:
        home, said = open_home(Path(folder) / "home"), Path(folder) / "said.json"
        events = invent(home, participations).counts["events"].read
        for _ in range(rounds):
            for name in costs:
                costs[name].append(measured(_command(name, home.path, said), environment(PYTHONPATH=ROOT)))
                if name == OURS:
                    taken.append(json.loads(said.read_text(encoding="utf-8")))
        number, handles = _size(home)
    bare = median(costs[BARE]).wall
    for name, each in costs.items():
        cost = median(each)
        whole.add(name, cost.wall, max(c.wall for c in each), cost.cpu, cost.memory, cost.wall / bare)
    middle = {name: statistics.median(t[name] for t in taken) for name in taken[0]}
    for name, took in middle.items():
        parts.add(name, took, 100 * took / sum(middle.values()))
    whole.notes.append(
        f"{number:,} participations of {handles:,} handles in {events:,} events, invented; {rounds} rounds by turns."
    )
    parts.notes.append("Own times of the main thread; tie days are counted and files written beside it.")
    return [whole, parts]


def _command(name: str, home: Path, said: Path) -> list[str | Path]:
    return [sys.executable, "-m", "bench.refresh", name, home, said]


def _size(home: Home) -> tuple[int, int]:
    connection = connect()
    add_facts(connection, ledger.snapshot(home).files())
    return connection.execute("SELECT count(*), count(DISTINCT handle) FROM participations").fetchall()[0]


def _refresh(home: Home) -> dict[str, float]:
    """Make the derived tables anew and return the seconds of each stage."""
    (home.derived / "CURRENT").unlink(missing_ok=True)
    for path in home.derived.glob("*/build.json"):
        path.unlink()
    watch = Stopwatch(REST)
    with ExitStack() as wrapped:
        for module, attribute, name in _CALLS:
            owner: Any = importlib.import_module(module)
            *outer, last = attribute.split(".")
            for each in outer:
                owner = getattr(owner, each, None)
            if hasattr(owner, last):
                wrapped.enter_context(patch.object(owner, last, watch.call(name, getattr(owner, last))))
        refresh.ensure(home, Settings(), now=0)
        watch.stop()
    return dict(watch.seconds)


def main(words: list[str]) -> None:
    """Do in a process of its own what is measured. words: which, the home, the file for what is to be told."""
    home = open_home(Path(words[1]))
    if words[0] == OURS:
        Path(words[2]).write_text(json.dumps(_refresh(home)), encoding="utf-8")
    else:
        connection = connect()
        add_facts(connection, ledger.snapshot(home).files())
        connection.execute(_BARE).fetchall()


if __name__ == "__main__":
    main(sys.argv[1:])
