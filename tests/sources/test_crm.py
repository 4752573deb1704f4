"""Moving in from Monica and msgvault: what is recognised, what becomes of it, that nothing breaks it."""

from __future__ import annotations

import json
import shutil
import sqlite3
import zipfile
import zlib
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from weakties.facts.model import Extract
from weakties.sources import ReadOptions
from weakties.sources.crm import CrmSource
from weakties.sources.mail import MailSource
from weakties.testing import source_errors

GOLDEN = Path(__file__).parent / "golden" / "crm"


def said(path: Path, **options: object) -> Extract:
    whole = Extract()
    for extract in CrmSource().read(path, ReadOptions(**options)):  # type: ignore[arg-type]
        for name in Extract.__struct_fields__:
            getattr(whole, name).extend(getattr(extract, name))
    return whole


def monica(path: Path, *parts: dict[str, Any]) -> Path:
    export = {
        "version": "1.0-preview.1",
        "app_version": "4.0.0",
        "exported_by": "u",
        "account": {"uuid": "a", "data": list(parts)},
    }
    path.write_text(json.dumps(export), encoding="utf-8")
    return path


def part(kind: str, *values: Any) -> dict[str, Any]:
    return {"count": len(values), "type": kind, "values": list(values)}


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A copy of the sample archive that may be changed."""
    return Path(shutil.copy(GOLDEN / "msgvault" / "export.db", tmp_path / "msgvault.db"))


def changed(archive: Path, *statements: str) -> Path:
    with closing(sqlite3.connect(archive)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    return archive


def test_mail_has_the_same_ids_from_the_archive_as_from_its_own_file(archive: Path, tmp_path: Path) -> None:
    with closing(sqlite3.connect(archive)) as connection:
        (raw,) = connection.execute("SELECT raw_data FROM message_raw").fetchone()
    (tmp_path / "m.eml").write_bytes(zlib.decompress(raw))
    (mail,) = (e.events[0] for e in MailSource().read(tmp_path / "m.eml", ReadOptions()))
    assert mail.id in {e.id for e in said(archive).events}


def test_an_archive_is_read_without_a_trace_beside_it(archive: Path) -> None:
    before = archive.read_bytes()
    assert said(archive).events
    assert [p.name for p in archive.parent.iterdir()] == ["msgvault.db"]
    assert archive.read_bytes() == before


def test_ids_of_the_archive_stay_when_its_rows_are_numbered_anew(archive: Path) -> None:
    before = {e.id for e in said(archive).events}
    changed(archive, "UPDATE messages SET id = id + 1000", *(
        f"UPDATE {table} SET message_id = message_id + 1000"
        for table in ("message_recipients", "message_labels", "message_bodies", "message_raw")
    ))  # fmt: skip
    assert {e.id for e in said(archive).events} == before


def test_an_older_archive_without_the_newer_tables_is_read(archive: Path) -> None:
    before = said(archive)
    changed(archive, "DROP TABLE account_identities", "DROP TABLE participant_identifiers", "DROP TABLE labels")
    after = said(archive)
    assert [e.at for e in after.events] == [e.at for e in before.events]
    # Without confirmed addresses the accounts themselves tell whose it is.
    assert sorted(after.cards[0].handles) == ["email:maya@okonkwo.example", "phone:+14165550199"]


def test_a_table_that_never_ends_is_given_up(archive: Path) -> None:
    endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x + 0, 1, NULL FROM n WHERE x < 0"
    changed(
        archive,
        "DROP TABLE message_bodies",
        f"CREATE VIEW message_bodies(message_id, body_text, body_html) AS {endless}",
    )
    whole = said(archive)
    assert "damaged" in whole.rejected[-1].reason


def test_an_archive_in_a_zip_says_what_to_do(archive: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as outer:
        outer.write(archive, "msgvault.db")
    if CrmSource().identify(tmp_path / "x.zip"):
        assert [r.reason.split(":")[0] for r in said(tmp_path / "x.zip").rejected] == [
            "an archive of msgvault is read from disk alone"
        ]


def test_another_database_is_left_alone(tmp_path: Path) -> None:
    with closing(sqlite3.connect(tmp_path / "other.db")) as connection:
        connection.execute("CREATE TABLE messages(id INTEGER PRIMARY KEY, text TEXT)")
        connection.commit()
    assert not CrmSource().identify(tmp_path / "other.db")


def test_other_json_and_sql_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text('{"app_version": "1", "chats": []}', encoding="utf-8")
    (tmp_path / "b.sql").write_text("INSERT INTO contacts (id) VALUES (1);", encoding="utf-8")
    assert not CrmSource().identify(tmp_path)


def test_a_call_keeps_its_id_when_its_contact_gets_an_address(tmp_path: Path) -> None:
    call = part("call", {"properties": {"called_at": "2026-01-05T09:00:00.000000Z", "contact_called": True}})
    mail = part("contact_field", {"properties": {"data": "ana@lopez.example", "type": "t"}})
    ana = {"uuid": "c-1", "properties": {"first_name": "Ana"}, "data": [call]}
    before = said(monica(tmp_path / "a.json", part("contact", ana)))
    after = said(monica(tmp_path / "b.json", part("contact", {**ana, "data": [mail, call]})))
    assert [e.id for e in before.events] == [e.id for e in after.events]
    assert before.participations[0].handle == "name:Ana@crm"
    assert after.participations[0].handle == "email:ana@lopez.example"


def test_notes_are_in_no_fact() -> None:
    for sample in ("monica-json/export.json", "monica-sql/export.sql"):
        assert "secret" not in repr(said(GOLDEN / sample, keep_text=True))


def test_a_file_that_is_cut_off_says_so_and_keeps_what_came_before(tmp_path: Path) -> None:
    text = (GOLDEN / "monica-json" / "export.json").read_text(encoding="utf-8")
    (tmp_path / "a.json").write_text(text[: len(text) // 2], encoding="utf-8")
    whole = said(tmp_path / "a.json")
    assert whole.cards[0].name == "Maya Okonkwo"
    assert "cut off" in whole.rejected[-1].reason
    text = (GOLDEN / "monica-sql" / "export.sql").read_text(encoding="utf-8")
    (tmp_path / "b.sql").write_text(text[: text.index("'1980-04-12'") + 5], encoding="utf-8")
    assert any("cut off" in r.reason for r in said(tmp_path / "b.sql").rejected)


json_value = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "properties",
                    "data",
                    "values",
                    "type",
                    "uuid",
                    "first_name",
                    "called_at",
                    "messages",
                    "birthdate",
                    "x",
                ]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(
    st.lists(
        st.tuples(st.sampled_from(["user", "contact", "relationship", "activity", "photo"]), json_value), max_size=5
    )
)
def test_no_shape_of_json_breaks_it(tmp_path_factory: pytest.TempPathFactory, parts: list[tuple[str, Any]]) -> None:
    path = monica(tmp_path_factory.mktemp("json") / "m.json", *(part(kind, value) for kind, value in parts))
    assert source_errors(CrmSource(), path) == []
