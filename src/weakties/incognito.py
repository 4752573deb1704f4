"""Incognito: what could name somebody is swapped for stable invented names before anything is computed.

The views that hold names are replaced on the connection itself, so no question and no surface can forget to mask. The same
person has the same invented name every time (it follows from a hash of the id), and no number changes: ids, times,
counts and machines' reasons stay as they are. Titles and places go; subjects and terms become a topic that only the same
words share. A person has to be named by id, or by the invented name, while the mask is on.
"""

from __future__ import annotations

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

_MACROS = f"""
    CREATE OR REPLACE TEMP MACRO pick(text, salt, names) AS
        names[1 + (md5_number_lower(salt || text) % len(names))::INTEGER];
    CREATE OR REPLACE TEMP MACRO tail(text) AS lpad((md5_number_upper(text) % 9973)::VARCHAR, 4, '0');
    CREATE OR REPLACE TEMP MACRO masked_name(text) AS
        pick(text, 'given', {list(_GIVEN)}) || ' ' || pick(text, 'family', {list(_FAMILY)}) || ' ' || tail(text);
    CREATE OR REPLACE TEMP MACRO masked_place(text) AS
        CASE WHEN text = '' THEN '' ELSE lower(pick(text, 'place', {list(_FAMILY)})) || tail(text) || '.example' END;
    CREATE OR REPLACE TEMP MACRO masked_handle(text) AS
        split_part(text, ':', 1) || ':' || lower(pick(text, 'handle', {list(_GIVEN)})) || tail(text) || '@masked.example';
    CREATE OR REPLACE TEMP MACRO masked_words(text) AS
        CASE WHEN text = '' THEN '' ELSE 'topic ' || tail(lower(text)) END;
"""

_VIEWS = """
    CREATE TEMP VIEW masked_people AS SELECT * REPLACE (
        masked_handle(handle) AS handle, masked_name(person) AS name, masked_place(organisation) AS organisation,
        '' AS title, '' AS location, masked_place(lower(employer)) AS employer) FROM people;
    CREATE TEMP VIEW masked_handles AS SELECT * REPLACE (
        masked_handle(handle) AS handle, masked_name(person) AS name) FROM handles;
    CREATE TEMP VIEW masked_organisations AS SELECT * REPLACE (
        masked_place(organisation) AS organisation, masked_place(organisation) AS name) FROM organisations;
    CREATE TEMP VIEW masked_owners AS SELECT * REPLACE (
        list_aggregate(list_transform(string_split(handles, chr(10)), lambda h: masked_handle(h)), 'string_agg', chr(10))
            AS handles, 'Masked.' AS reason) FROM owners;
    CREATE TEMP VIEW masked_review AS SELECT * REPLACE (
        masked_handle(a) AS a, masked_handle(b) AS b, 'The evidence names them.' AS reasons) FROM review;
    CREATE TEMP VIEW masked_moments AS SELECT * REPLACE (masked_words(subject) AS subject, '' AS terms) FROM moments;
    CREATE TEMP VIEW masked_cards AS SELECT * REPLACE (
        masked_handle(handle) AS handle, '' AS handles, masked_name(handle) AS name,
        masked_place(lower(organisation)) AS organisation, '' AS title, '' AS location, '' AS birthday) FROM cards;
    CREATE TEMP VIEW masked_events AS SELECT * REPLACE (masked_words(subject) AS subject, '' AS terms, '' AS text, '' AS file)
        FROM events;
"""
MASKED = ("people", "handles", "organisations", "owners", "review", "moments", "cards", "events")


def mask(connection: duckdb.DuckDBPyConnection) -> None:
    """Replace every view that names somebody by its masked form. connection: with the facts and the derived tables."""
    connection.execute(_MACROS)
    connection.execute(_VIEWS)
    for table in MASKED:
        # The real view stays below under the main schema; unqualified names find the temporary one first.
        connection.execute(f"CREATE OR REPLACE TEMP TABLE swap AS SELECT * FROM masked_{table}")  # noqa: S608  our own names
        connection.execute(f"DROP VIEW masked_{table}")
        connection.execute(f"DROP VIEW {table}")
        connection.execute(f"ALTER TABLE swap RENAME TO {table}")
