"""What the page keeps beside the home's own database holds nobody who was forgotten either."""

from __future__ import annotations

import base64
import json
import sqlite3
import zlib
from contextlib import closing

from weakties.facts import beside, erasure, whole
from weakties.facts.home import Home
from weakties.facts.scrub import Marks

ANA = Marks(frozenset({"email:ana@acme.example"}), frozenset({"Ana Lopez"}))


def session(text: str) -> str:
    packed = base64.urlsafe_b64encode(zlib.compress(text.encode())).decode().rstrip("=")
    return f".{packed}:time:signature"


def a_page(home: Home) -> None:
    with closing(sqlite3.connect(home.path / "web.sqlite")) as database, database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("CREATE TABLE web_savedview (id INTEGER PRIMARY KEY, name TEXT, query TEXT)")
        database.execute("CREATE TABLE django_session (session_key TEXT PRIMARY KEY, session_data TEXT)")
        views = [
            ("Like Ana Lopez", "q=x"),
            ("Tern", "q=lopez%2C+ana"),
            ("By address", "q=ana%40acme.example"),
            ("All", ""),
        ]
        database.executemany("INSERT INTO web_savedview (name, query) VALUES (?, ?)", views)
        said = [("a", session('["In touch with Ana Lopez."]')), ("b", session('["Taken back."]')), ("c", "damaged")]
        database.executemany("INSERT INTO django_session VALUES (?, ?)", said)


def test_views_and_sessions_that_name_somebody_forgotten_go(home: Home) -> None:
    a_page(home)
    assert beside.left(home, ANA) == ["django_session", "web_savedview"]
    assert any("web.sqlite" in place for place in erasure.left_in(home, ANA))
    erasure.entomb(home, ANA, at=0, author="me")
    erasure.finish(home)
    assert erasure.left_in(home, ANA) == []
    with closing(sqlite3.connect(home.path / "web.sqlite")) as database:
        assert database.execute("SELECT name FROM web_savedview").fetchall() == [("All",)]
        assert database.execute("SELECT session_key FROM django_session").fetchall() == [("b",), ("c",)]
    on_disk = b"".join(p.read_bytes() for p in home.path.glob("web.sqlite*"))
    assert b"Lopez" not in on_disk


def test_a_message_that_waits_in_a_session_is_found_in_any_script(home: Home) -> None:
    """Sessions are JSON within JSON, in which what is not ASCII is written by its number; one knows of a question put off."""
    somebody = Marks(frozenset({"email:jm@acme.example"}), frozenset({"Jürgen Müller", "李小龙 Bruce", "Ada 𝒜lpha"}))
    said = ["Jürgen Müller is hidden.", "李小龙 Bruce is hidden.", "Ada 𝒜lpha is hidden.", "Else Müller is hidden."]
    rows = [(str(n), session(json.dumps({"_messages": json.dumps([text])}))) for n, text in enumerate(said)]
    rows.append(("later", session(json.dumps({"later": ["0123456789abcdef"]}))))
    a_page(home)
    with closing(sqlite3.connect(home.path / "web.sqlite")) as database, database:
        database.executemany("INSERT INTO django_session VALUES (?, ?)", rows)
    assert beside.left(home, somebody) == ["django_session"]
    beside.erase(home, somebody)
    assert beside.left(home, somebody) == []
    with closing(sqlite3.connect(home.path / "web.sqlite")) as database:
        left = database.execute("SELECT session_key FROM django_session").fetchall()
    assert sorted(left) == [("3",), ("a",), ("b",), ("c",)]


def test_originals_that_were_uploaded_go_with_whoever_is_forgotten(home: Home) -> None:
    original = home.uploads / "1" / "mail.mbox.gz"
    original.parent.mkdir(parents=True)
    original.write_bytes(b"packed")
    erasure.entomb(home, ANA, at=0, author="me")
    erasure.finish(home)
    assert not home.uploads.exists()


def test_a_copy_of_the_home_holds_the_views_and_lets_nobody_in(home: Home) -> None:
    a_page(home)
    (home.path / "web.run").write_text("{}")
    there = Home(home.path / "copy")
    there.path.mkdir()
    whole.copy(home, there.path)
    assert sorted(p.name for p in there.path.glob("web*")) == ["web.sqlite"]
    with closing(sqlite3.connect(there.path / "web.sqlite")) as database:
        assert database.execute("SELECT count(*) FROM django_session").fetchall() == [(0,)]
        assert database.execute("SELECT count(*) FROM web_savedview").fetchall() == [(4,)]
