"""Incognito: what could name somebody is swapped for stable invented names before anything is computed.

The views that hold names are replaced on the connection itself, so no question and no surface can forget to mask. The same
person has the same invented name every time, and no number changes. The names follow from a hash with the home's secret, so
nobody can try addresses against them; ids are masked where they are shown. Titles and places go, the part of a machine's
reason that quotes goes; subjects and terms become a topic that only the same words share.
"""

from __future__ import annotations

import hashlib

import duckdb

_GIVEN = (
    "Ada", "Bela", "Cleo", "Dario", "Edda", "Falk", "Gwen", "Hugo", "Iris", "Jonas", "Kira", "Levin", "Mila", "Nils", "Orla",
    "Pavel", "Quinn", "Rosa", "Sven", "Tilda", "Uma", "Viktor", "Wanda", "Xenia", "Yves", "Zora", "Aron", "Bodil", "Cyril",
    "Dunja", "Emil", "Fenja",
)  # fmt: skip
_FAMILY = (
    "Amsel", "Birke", "Castell", "Dorn", "Erle", "Farn", "Ginster", "Hasel", "Ilex", "Jura", "Kiefer", "Linde", "Mispel",
    "Nessel", "Olm", "Pappel", "Quell", "Rain", "Seidel", "Tanne", "Ulme", "Veil", "Weide", "Xylan", "Ysop", "Zeder", "Ahorn",
    "Buche", "Calla", "Distel", "Esche", "Flieder",
)  # fmt: skip

_MACROS = """
    CREATE OR REPLACE TEMP MACRO pick(text, salt, names) AS
        names[1 + (md5_number_lower(getvariable('secret') || salt || text) % len(names))::INTEGER];
    CREATE OR REPLACE TEMP MACRO tail(text) AS lpad((md5_number_upper(getvariable('secret') || text) % 999983)::VARCHAR, 6, '0');
    CREATE OR REPLACE TEMP MACRO masked_name(text) AS
        pick(text, 'given', getvariable('given')) || ' ' || pick(text, 'family', getvariable('family')) || ' ' || tail(text);
    CREATE OR REPLACE TEMP MACRO masked_place(text) AS
        CASE WHEN text = '' THEN '' ELSE lower(pick(text, 'place', getvariable('family'))) || tail(text) || '.example' END;
    CREATE OR REPLACE TEMP MACRO masked_handle(text) AS
        split_part(text, ':', 1) || ':' || lower(pick(text, 'handle', getvariable('given'))) || tail(text) || '@masked.example';
    CREATE OR REPLACE TEMP MACRO masked_words(text) AS
        CASE WHEN text = '' THEN '' ELSE 'topic ' || tail(lower(text)) END;
"""

_VIEWS = """
    CREATE TEMP VIEW masked_people AS SELECT * REPLACE (
        masked_handle(handle) AS handle, masked_name(person) AS name, masked_place(organisation) AS organisation,
        '' AS title, '' AS location, masked_place(lower(employer)) AS employer,
        regexp_replace(machine, ' ?\\([^)]*\\)', '', 'g') AS machine) FROM people;
    CREATE TEMP VIEW masked_handles AS SELECT * REPLACE (
        masked_handle(handle) AS handle, masked_name(person) AS name, masked_place(organisation) AS organisation) FROM handles;
    CREATE TEMP VIEW masked_organisations AS SELECT * REPLACE (
        masked_place(organisation) AS organisation, masked_place(organisation) AS name) FROM organisations;
    CREATE TEMP VIEW masked_employed AS SELECT * REPLACE (
        masked_place(house) AS house, masked_place(house) AS name, '' AS title) FROM employed;
    CREATE TEMP VIEW masked_owners AS SELECT * REPLACE (
        list_aggregate(list_transform(string_split(handles, chr(10)), lambda h: masked_handle(h)), 'string_agg', chr(10))
            AS handles, 'Masked.' AS reason) FROM owners;
    CREATE TEMP VIEW masked_review AS SELECT * REPLACE (
        masked_handle(a) AS a, masked_handle(b) AS b, 'The evidence names them.' AS reasons) FROM review;
    CREATE TEMP VIEW masked_moments AS SELECT * REPLACE (masked_words(subject) AS subject, '' AS terms) FROM moments;
    CREATE TEMP VIEW masked_cards AS SELECT * REPLACE (
        masked_handle(handle) AS handle, '' AS handles, masked_name(handle) AS name,
        masked_place(lower(organisation)) AS organisation, '' AS title, '' AS location, '' AS birthday,
        '' AS relation, '' AS file) FROM cards;
    CREATE TEMP VIEW masked_links AS SELECT * REPLACE (masked_handle(a) AS a, masked_handle(b) AS b,
        CASE WHEN "by" = '' THEN '' ELSE masked_handle("by") END AS "by", '' AS file) FROM links;
    CREATE TEMP VIEW masked_events AS SELECT * REPLACE (masked_words(subject) AS subject, '' AS terms, '' AS text, '' AS file)
        FROM events;
"""
MASKED = ("people", "handles", "organisations", "employed", "owners", "review", "moments", "cards", "links", "events")


def shown_id(person: str, secret: str) -> str:
    """Return the id to show: the person's own, or where a secret is given one that nobody can make from an address."""
    return f"i{hashlib.blake2b(f'{secret}{person}'.encode(), digest_size=6).hexdigest()}" if secret else person


def mask(connection: duckdb.DuckDBPyConnection, secret: str) -> None:
    """Replace every table that names somebody by its masked form. connection: with the facts and the derived tables."""
    for name, value in (("secret", secret), ("given", list(_GIVEN)), ("family", list(_FAMILY))):
        connection.execute(f"SET VARIABLE {name} = $1", [value])
    connection.execute(_MACROS)
    connection.execute(_VIEWS)
    views = {
        name for (name,) in connection.execute("SELECT view_name FROM duckdb_views() WHERE NOT internal").fetchall()
    }
    for table in MASKED:
        # What stays under the name is the masked one alone.
        connection.execute(f"CREATE OR REPLACE TEMP TABLE swap AS SELECT * FROM masked_{table}")  # noqa: S608  our own names
        connection.execute(f"DROP VIEW masked_{table}")
        connection.execute(f"DROP {'VIEW' if table in views else 'TABLE'} {table}")
        connection.execute(f"ALTER TABLE swap RENAME TO {table}")
