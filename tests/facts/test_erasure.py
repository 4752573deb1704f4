"""Whoever is forgotten is gone from every file, stays gone, and is never shown again, whatever happens on the way."""

from __future__ import annotations

import signal
import sqlite3
import subprocess
import sys
import time
import unicodedata
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from tests.facts.test_migrations import told, unpacked

from weakties.config import Settings
from weakties.errors import UsageError
from weakties.facts import erasure, ledger, state
from weakties.facts.engine import add_facts, connect
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.facts.scrub import Marks
from weakties.workspace import Workspace, open_workspace

DAY = date(2026, 1, 20)
AGAIN = """\
From: Mona Quill <me@me.example>
To: {to}
Message-ID: <{n}@me.example>
Date: Fri, 9 Jan 2026 12:00:00 +0000
Subject: {subject}

See you.
"""


@pytest.fixture
def space(tmp_path: Path) -> Workspace:
    return Workspace(open_home(unpacked(1, tmp_path / "home").path), Settings())


def forget(space: Workspace, who: str) -> Marks:
    marks = space.to_forget(who).marks
    assert space.forget(marks) == []
    return marks


def raw_bytes(home: Home) -> bytes:
    return b"".join(p.read_bytes() for p in home.path.rglob("*") if p.is_file())


def test_a_preview_changes_nothing(space: Workspace) -> None:
    before = told(space.home)
    asked = space.to_forget("Lopez")
    assert told(space.home) == before
    assert (asked.preview.messages, asked.preview.decisions) == (1, 2)
    assert asked.marks == Marks(frozenset({"email:ana@acme.example"}), frozenset({"Ana Lopez"}))


def test_nothing_is_left_in_any_file(space: Workspace) -> None:
    marks = forget(space, "Lopez")
    assert erasure.left_in(space.home, marks) == []
    found = raw_bytes(space.home).lower()
    assert b"lopez" not in found
    assert b"ana@acme.example" not in found
    assert [name for name, _, _ in told(space.home)] == ["Ben Okafor"]
    assert space.check() == []


def test_the_search_finds_what_was_not_erased(space: Workspace) -> None:
    space.refresh()
    marks = space.to_forget("Lopez").marks
    places = erasure.left_in(space.home, marks)
    for part in ("events.parquet: subject", "participations.parquet: handle", "cards.parquet: name", "state.sqlite"):
        assert any(part in place for place in places), part
    assert any("derived" in place for place in places)


def test_the_search_finds_what_only_the_disk_still_holds(space: Workspace) -> None:
    marks = space.to_forget("Lopez").marks
    space.forget(marks)
    with closing(sqlite3.connect(space.home.state)) as database, database:
        database.execute("PRAGMA secure_delete = OFF")
        row = (9, "me", "note", "email:x@x.example", "", '{"text": "Ana Lopez called"}')
        database.execute("INSERT INTO decision (at, author, kind, handle, other, value) VALUES (?, ?, ?, ?, ?, ?)", row)
        database.commit()
        database.execute("DELETE FROM decision WHERE at = 9")
    assert erasure.left_in(space.home, marks) == ["state.sqlite: bytes on the disk"]


def test_the_rest_of_a_message_to_several_stays(space: Workspace) -> None:
    forget(space, "Lopez")
    _, facts, total = space.timeline("Okafor", as_of=DAY)
    assert ([f["subject"] for f in facts], total) == (["Coffee with …", "Re: The lens"], 2)
    assert [d.value for d in space.decisions() if d.kind == "note"] == [{"text": "Met at the stand of …"}]


def test_a_later_import_does_not_bring_them_back(space: Workspace, tmp_path: Path) -> None:
    marks = forget(space, "Lopez")
    (tmp_path / "new").mkdir()
    mails = ["Ana Lopez <ana@acme.example>", "Ben <ben@okafor.example>, ANA@acme.example", "Ben <ben@okafor.example>"]
    for n, to in enumerate(mails):
        text = AGAIN.format(n=n, to=to, subject="Lunch with ANA LOPEZ, and Ana  Lopez again")
        (tmp_path / "new" / f"{n}.eml").write_text(text, encoding="utf-8")
    (record,) = space.import_(tmp_path / "new")
    counts = record.counts["events"]
    assert (counts.read, counts.new, counts.rejected) == (3, 2, 1)
    assert [r["reason"][:9] for r in space.rejected(record.id) if r["kind"] == "events"] == ["forgotten"]
    space.refresh()
    assert erasure.left_in(space.home, marks) == []
    assert [name for name, _, _ in told(space.home)] == ["Ben Okafor"]
    with space.rehearsal() as dry:
        (tmp_path / "new" / "9.eml").write_text(AGAIN.format(n=9, to=mails[0], subject="?"), encoding="utf-8")
        assert dry.import_(tmp_path / "new")[0].counts["events"].rejected == 2


def mail(n: int, sender: str, to: str, subject: str, body: str = "See you.") -> str:
    head = f"From: {sender}\nTo: {to}\nMessage-ID: <m{n}@me.example>\nDate: Fri, 9 Jan 2026 12:00:{n:02} +0000"
    return f"{head}\nContent-Type: text/plain; charset=utf-8\nSubject: {subject}\n\n{body}\n"


def take_in(space: Workspace, folder: Path, *mails: str, keep_text: bool = False) -> None:
    folder.mkdir()
    for n, text in enumerate(mails):
        (folder / f"{n}.eml").write_text(text, encoding="utf-8")
    space.import_(folder, keep_text=keep_text)


BEN, ME = "Ben Okafor <ben@okafor.example>", "Mona Quill <me@me.example>"


def test_a_name_that_others_bear_stays_theirs(space: Workspace, tmp_path: Path) -> None:
    namesake = mail(1, "Ana Lopez <ana@other.example>", ME, "Hello")
    longer = mail(2, "Ana Lopez Garcia <garcia@other.example>", ME, "Hello too")
    take_in(space, tmp_path / "more", namesake, longer)
    asked = space.to_forget("ana@acme.example")
    assert {name: list(handles) for name, handles in asked.others.items()} == {"Ana Lopez": ["email:ana@other.example"]}
    assert asked.marks.names == frozenset()
    assert space.forget(asked.marks) == []
    assert {"Ana Lopez", "Ana Lopez Garcia"} <= {str(p["name"]) for p in space.people(as_of=DAY)}


def test_a_longer_name_of_somebody_else_stays(space: Workspace, tmp_path: Path) -> None:
    take_in(space, tmp_path / "more", mail(2, "Ana Lopez Garcia <garcia@other.example>", ME, "Hello too"))
    assert space.forget(space.to_forget("ana@acme.example").marks) == []
    assert "Ana Lopez Garcia" in {str(p["name"]) for p in space.people(as_of=DAY)}


SPELLINGS = [
    "Ana\u00a0Lopez", "Ana\u2009Lopez", "-Ana Lopez", "Ana Lopez- call", "CV_Ana_Lopez.pdf", "Lopez, Ana", "LOPEZ ANA", "Ana.Lopez",
    "...ana@acme.example", "<-ana@acme.example>", "Ana  Lopez Ana Lopez",
]  # fmt: skip


@pytest.mark.parametrize("when", ["before", "after"])
def test_however_it_is_written_the_name_goes(space: Workspace, tmp_path: Path, when: str) -> None:
    """The search here is independent of the one that erases: nothing but the letters count."""
    mails = [mail(n, BEN, ME, f"About {said} today", f"I met {said} there.") for n, said in enumerate(SPELLINGS)]
    if when == "before":
        take_in(space, tmp_path / "more", *mails, keep_text=True)
    forget(space, "ana@acme.example")
    if when == "after":
        take_in(space, tmp_path / "more", *mails, keep_text=True)
    connection = connect()
    add_facts(connection, ledger.snapshot(space.home).files())
    rows = connection.execute("SELECT subject || ' ' || text || ' ' || terms FROM events").fetchall()
    rows += connection.execute("SELECT a || ' ' || b FROM links").fetchall()
    letters = ["".join(c for c in text.casefold() if c.isalnum()) for (text,) in rows]
    assert len(letters) > len(SPELLINGS)
    assert [text for text in letters if "analopez" in text or "lopezana" in text or "anaacme" in text] == []


def test_a_name_with_marks_is_found_composed_and_decomposed(space: Workspace, tmp_path: Path) -> None:
    zoe = "Zo\u00eb M\u00fcller"
    take_in(space, tmp_path / "more", mail(1, "=?utf-8?Q?Zo=C3=AB_M=C3=BCller?= <zoe@x.example>", ME, "Hi"),
            mail(2, BEN, ME, "With " + unicodedata.normalize("NFD", zoe)), keep_text=True)  # fmt: skip
    marks = forget(space, "zoe@x.example")
    take_in(space, tmp_path / "later", mail(3, BEN, ME, "Again " + unicodedata.normalize("NFD", zoe)), keep_text=True)
    space.refresh()
    assert zoe in marks.names
    assert {f["subject"] for f in space.timeline("Okafor", as_of=DAY)[1]} >= {"With …", "Again …"}


def test_somebody_whose_address_or_name_is_longer_is_nobody_who_is_left(space: Workspace, tmp_path: Path) -> None:
    longer = mail(1, "Zed Vance <ana@acme.example.org>", ME, "I met Ana Lopez Garcia", "I met Ana Lopez Garcia there.")
    take_in(space, tmp_path / "more", longer)
    space.decide("tag", "email:ana@acme.example.org", tag="optics")
    assert space.forget(space.to_forget("ana@acme.example").marks) == []
    assert [d.handle for d in space.decisions() if d.kind == "tag"] == ["email:ana@acme.example.org"]
    connection = connect()
    add_facts(connection, ledger.snapshot(space.home).files())
    assert connection.execute("SELECT b FROM links WHERE kind = 'mentioned' AND b LIKE '%Garcia%'").fetchall()


def test_what_others_say_of_themselves_stays_when_they_name_the_forgotten(space: Workspace, tmp_path: Path) -> None:
    forget(space, "ana@acme.example")
    signed = "Hello.\n\n-- \nBen Okafor\nDirector, Okafor Ltd\n+44 20 7946 0123\nben@private.example\n"
    take_in(
        space,
        tmp_path / "more",
        mail(1, BEN, ME, "About Ana Lopez", signed),
        mail(2, BEN, ME, "Signed", signed + "ana@acme.example\n"),
    )
    connection = connect()
    add_facts(connection, ledger.snapshot(space.home).files())
    said = connection.execute(
        "SELECT handles FROM cards WHERE handle = 'email:ben@okafor.example' ORDER BY file"
    ).fetchall()
    assert [set(handles.split("\n")) for (handles,) in said[-2:]] == [
        {"phone:+442079460123", "email:ben@private.example"}
    ] * 2


def test_a_second_erasure_begun_meanwhile_is_not_lost(space: Workspace, monkeypatch: pytest.MonkeyPatch) -> None:
    ana, ben = space.to_forget("Lopez").marks, space.to_forget("Okafor").marks
    erasure.entomb(space.home, ana, at=1, author="me")
    erase = erasure._erase_decisions

    def meanwhile(home: Home, marks: Marks) -> None:
        erase(home, marks)
        erasure.entomb(home, ben, at=2, author="me")

    monkeypatch.setattr(erasure, "_erase_decisions", meanwhile)
    erasure.finish(space.home)
    monkeypatch.undo()
    assert erasure.pending(space.home) == ben
    assert told(space.home) == []
    assert erasure.left_in(space.home, ana | ben) == []


def test_somebody_added_by_hand_under_the_name_goes_too(space: Workspace) -> None:
    space.decide("person", "name:Ana Lopez@hand", name="Ana Lopez")
    forget(space, "ana@acme.example")
    assert [d.kind for d in space.decisions() if d.kind == "person"] == []


def test_the_name_of_a_circle_that_speaks_of_them_goes_too(space: Workspace) -> None:
    text = "Everybody around Ana Lopez, ana@acme.example"
    space.decide("circle", "email:ben@okafor.example", other="email:ben@okafor.example", name=text)
    with state.opened(space.home) as database:
        # Nothing else that was decided speaks of her.
        database.execute("DELETE FROM decision WHERE kind <> 'circle'")
    marks = space.to_forget("ana@acme.example").marks
    assert any(place.endswith("what decisions say") for place in erasure.left_in(space.home, marks))
    forget(space, "ana@acme.example")
    assert [d.value["name"] for d in space.decisions() if d.kind == "circle"] == ["Everybody around …, …"]
    assert b"Lopez" not in raw_bytes(space.home)


def test_the_longer_name_of_somebody_added_by_hand_stays(space: Workspace) -> None:
    space.decide("person", "name:Ana Lopez Garcia@hand", name="Ana Lopez Garcia")
    forget(space, "ana@acme.example")
    assert [d.value["name"] for d in space.decisions() if d.kind == "person"] == ["Ana Lopez Garcia"]


def test_names_in_paths_go_too(space: Workspace, tmp_path: Path) -> None:
    state.note_backup(space.home, tmp_path / "Ana Lopez.backup", at=1)
    marks = forget(space, "ana@acme.example")
    take_in(space, tmp_path / "From Ana Lopez", mail(1, BEN, ME, "Hello"))
    assert erasure.left_in(space.home, marks) == []
    assert [i.path.endswith("From …") for i in space.imports()][-1]


def test_the_owner_cannot_be_forgotten(space: Workspace) -> None:
    with pytest.raises(UsageError, match="whose mail this is"):
        space.to_forget("me@me.example")


def test_what_was_undone_within_the_hour_goes_too(space: Workspace) -> None:
    marks = space.to_forget("Lopez").marks
    space.undo_import(space.imports()[0].id)
    space.forget(marks)
    assert b"lopez" not in raw_bytes(space.home).lower()


def test_an_erasure_that_was_cut_off_is_finished_by_the_next_question(space: Workspace) -> None:
    marks = space.to_forget("Lopez").marks
    erasure.entomb(space.home, marks, at=1, author="me")
    assert erasure.pending(space.home) == marks
    assert [name for name, _, _ in told(space.home)] == ["Ben Okafor"]
    assert not erasure.pending(space.home)
    assert erasure.left_in(space.home, marks) == []


def test_a_question_waits_for_no_import_where_nothing_is_to_be_erased(
    space: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    space.refresh()
    monkeypatch.setattr("weakties.facts.home.LOCK_SECONDS", 0)
    with space.home.lock("facts"):
        assert open_workspace(space.home.path, settings=Settings()).people(as_of=DAY)


def test_a_tombstone_says_nothing_of_whom_it_is_about(space: Workspace) -> None:
    forget(space, "Lopez")
    (stone,) = erasure.tombstones(space.home)
    assert stone.knows("email:ana@acme.example")
    assert stone.knows("ana lopez")
    assert not stone.knows("email:ben@okafor.example")
    assert len(stone.salt) == 32


@pytest.mark.slow
def test_killed_at_any_moment_they_are_never_shown_again(tmp_path: Path) -> None:
    """From the tombstone on; before it nothing has happened."""
    script = (
        "import sys; from pathlib import Path; from weakties.config import Settings; from weakties.facts.home import Home;"
        "from weakties.workspace import Workspace; space = Workspace(Home(Path(sys.argv[1])), Settings());"
        "marks = space.to_forget('Lopez').marks; print('now', flush=True); space.forget(marks); print('done', flush=True)"
    )
    outcomes = set()
    for n in range(5):
        home = open_home(unpacked(1, tmp_path / f"home-{n}").path)
        marks = Workspace(home, Settings()).to_forget("Lopez").marks
        run = subprocess.Popen([sys.executable, "-c", script, str(home.path)], stdout=subprocess.PIPE)
        assert run.stdout is not None
        run.stdout.readline()
        time.sleep(n * 0.06)
        run.send_signal(signal.SIGKILL)
        run.wait()
        run.stdout.close()
        begun = bool(erasure.tombstones(home))
        names = [name for name, _, _ in told(home)]
        assert names == (["Ben Okafor"] if begun else ["Ana Lopez", "Ben Okafor"])
        if begun:
            assert erasure.left_in(home, marks) == []
            assert b"lopez" not in raw_bytes(home).lower()
        assert len(ledger.imports(home)) == 2
        outcomes.add(begun)
    assert True in outcomes
