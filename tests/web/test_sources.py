"""Files come in through the page: looked at first, brought in as a job, taken back; hostile ones are told in a sentence."""

from __future__ import annotations

import os
import shutil
import threading
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from weakties.errors import Stopped
from weakties.facts.home import Home
from weakties.web import arrivals, uploads
from weakties.web.jobs import Job, Jobs
from weakties.workspace import open_workspace

from .conftest import Site, plain

MAIL = """From me@me.example Mon Jan  5 12:00:00 2026
From: Me Myself <me@me.example>
To: Ana Lopez <ana@acme.example>
Message-ID: <{n}@me.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: Lenses {n}

Hello.

"""
MBOX = "".join(MAIL.format(n=n) for n in range(30)).encode()


@pytest.fixture
def empty(tmp_path: Path, serving: Callable[..., Site]) -> Site:
    """The page of a home in which nothing is."""
    return serving(open_workspace(tmp_path / "empty"), as_of=None)


def send(site: Site, *files: tuple[str, bytes]) -> str:
    """Send files, and return where the page leads when they were looked at."""
    answer = site.post("/sources/upload", {"file": [SimpleUploadedFile(name, content) for name, content in files]})
    assert answer.status_code == 302, plain(answer.content.decode())
    site.served.jobs.settle()
    return str(answer.headers["Location"])


def brought(site: Site, *files: tuple[str, bytes]) -> str:
    """Send files and bring them in; return the page of the job."""
    where = site.post(send(site, *files) + "/bring").headers["Location"]
    site.served.jobs.settle()
    return str(where)


def kept(site: Site) -> list[str]:
    home = site.space.home
    return (
        sorted(str(p.relative_to(home.uploads)) for p in home.uploads.rglob("*") if p.is_file())
        if home.uploads.exists()
        else []
    )


def test_a_first_file_is_looked_at_and_then_brought_in(empty: Site) -> None:
    assert "Bring in a first file" in empty.text("/sources")
    where = send(empty, ("Sent.mbox", MBOX))
    seen = empty.text(where)
    assert "This is what would come in." in seen
    assert "messages and meetings 30 30 0 0" in seen
    assert empty.space.imports() == []
    job = empty.post(where + "/bring").headers["Location"]
    empty.served.jobs.settle()
    told = empty.text(job)
    assert "It is in." in told
    assert "me@me.example" in told
    (record,) = empty.space.imports()
    assert "30 facts from 1 import." in empty.text("/sources")
    assert "Sent.mbox" in empty.text(f"/sources/{record.id}")


def test_what_is_sent_is_readable_by_the_owner_alone(empty: Site) -> None:
    brought(empty, ("Sent.mbox", MBOX))
    home = empty.space.home
    modes = {p.stat().st_mode & 0o777 for p in [home.uploads, *home.uploads.rglob("*")] if p.is_dir()}
    files = {p.stat().st_mode & 0o777 for p in home.uploads.rglob("*") if p.is_file()}
    assert (modes, files) == ({0o700}, {0o600})


def test_what_is_left_out_goes(empty: Site) -> None:
    where = send(empty, ("Sent.mbox", MBOX))
    assert len(kept(empty)) == 1
    empty.post(where + "/drop")
    assert kept(empty) == []
    assert empty.space.imports() == []


def test_an_import_is_taken_back_and_its_file_waits(empty: Site) -> None:
    brought(empty, ("Sent.mbox", MBOX))
    (record,) = empty.space.imports()
    page = empty.text(f"/sources/{record.id}")
    assert "30 facts go. 1 person is known from nowhere else and goes with it." in page
    # A second export that holds the first and two more: what is there, and what goes with each.
    more = MBOX + "".join(MAIL.format(n=n) for n in (90, 91)).encode()
    brought(empty, ("More.mbox", more))
    first, second = empty.space.imports()
    assert "32 facts from 2 imports." in empty.text("/sources")
    assert "brought 30 new facts" in (page := empty.text(f"/sources/{first.id}"))
    assert "No fact goes: all of them came in by other imports too. Everybody in it is known from elsewhere" in page
    assert "2 facts go. Everybody in it" in empty.text(f"/sources/{second.id}")
    empty.post(f"/sources/{first.id}/undo")
    assert "32 facts from 1 import." in empty.text("/sources")
    assert "brought 2 new facts" in (page := empty.text(f"/sources/{second.id}"))
    assert "32 facts go." in page
    empty.post(f"/sources/{second.id}/undo")
    assert empty.space.imports() == []
    assert "Sent and not brought in" in empty.text("/sources")


def test_an_original_is_read_again_and_can_be_removed(empty: Site) -> None:
    brought(empty, ("Sent.mbox", MBOX))
    (record,) = empty.space.imports()
    where = empty.post(f"/sources/{record.id}/reread").headers["Location"]
    empty.served.jobs.settle()
    assert "It is in." in empty.text(where)
    empty.post(f"/sources/{record.id}/remove-original")
    assert kept(empty) == []
    assert "cannot be read again" in empty.text(f"/sources/{record.id}")
    assert len(empty.space.imports()) == 1


def test_the_same_file_again_adds_nothing_and_is_not_kept_twice(empty: Site) -> None:
    brought(empty, ("Sent.mbox", MBOX))
    where = send(empty, ("Copy of Sent.mbox", MBOX))
    assert "All of it is known already." in empty.text(where)
    empty.post(where + "/bring")
    empty.served.jobs.settle()
    assert [name.rpartition("/")[2] for name in kept(empty)] == ["Sent.mbox"]


def test_where_somebody_was_forgotten_no_original_is_kept(empty: Site) -> None:
    brought(empty, ("Sent.mbox", MBOX))
    assert empty.space.forget(empty.space.to_forget("Ana Lopez").marks) == []
    assert kept(empty) == []
    brought(
        empty,
        (
            "Again.mbox",
            MBOX + MAIL.format(n=99).replace("ana@acme", "bea@acme").replace("Ana Lopez", "Bea Stone").encode(),
        ),
    )
    assert kept(empty) == []
    assert "removed once it was read" in empty.text("/sources")


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "is empty"), (os.urandom(4_000), "is nothing that weakties can read"), (b"PK\x03\x04cut off", "is")],
)
def test_what_cannot_be_read_is_told_in_a_sentence(empty: Site, content: bytes, said: str) -> None:
    page = empty.text(send(empty, ("odd.zip", content)))
    assert "Nothing in it can be read." in page
    assert f"odd.zip {said}" in page
    assert str(empty.space.home.path) not in page


def test_a_bomb_is_refused(empty: Site) -> None:
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as whole:
        whole.writestr("a/Sent.mbox", MBOX)
        with whole.open("a/huge.mbox", "w", force_zip64=True) as huge:
            for _ in range(400):
                huge.write(bytes(1 << 20))
    where = send(empty, ("bomb.zip", packed.getvalue()))
    page = empty.text(where)
    assert "huge.mbox" in page or "bomb.zip" in page


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("../../etc/passwd", ["etc", "passwd"]),
        ("/root/.ssh/id", ["root", "ssh", "id"]),
        ("a\\..\\b.mbox", ["a", "b.mbox"]),
        ("..", ["file"]),
        ("x\0y\n.csv", ["x_y_.csv"]),
        ("Адресна книга.vcf", ["Адресна книга.vcf"]),
    ],
)
def test_a_path_never_leads_out(path: str, parts: list[str]) -> None:
    assert uploads.plain_parts(path) == parts


def test_a_long_name_keeps_its_ending() -> None:
    (name,) = uploads.plain_parts("é" * 400 + ".mbox")
    assert name.endswith("é.mbox")
    assert len(name.encode()) <= 120


def test_a_folder_comes_in_as_one(empty: Site) -> None:
    files = [
        SimpleUploadedFile("one.mbox", MBOX),
        SimpleUploadedFile("two.vcf", b"BEGIN:VCARD\nVERSION:3.0\nFN:Bo Li\nEMAIL:bo@x.example\nEND:VCARD\n"),
    ]
    answer = empty.post("/sources/upload", {"file": files, "paths": '["../My export/one.mbox", "My export/two.vcf"]'})
    empty.served.jobs.settle()
    (batch,) = empty.space.home.uploads.iterdir()
    assert [p.name for p in batch.iterdir()] == ["My export"]
    page = empty.text(answer.headers["Location"])
    assert "read as mail" in page
    # A name of folders that is no list, and a file and a folder that are called alike once they are plain.
    for paths, names in (
        ("[" * 100_000, ["one.mbox", "two.vcf"]),
        ('["a", "a./b.vcf"]', ["a", "a (2)/b.vcf"]),
        ('["a/b", "a."]', ["a (2)", "a/b"]),
    ):
        before = set(kept(empty))
        again = [SimpleUploadedFile(str(f.name), b"BEGIN:VCARD\nEND:VCARD\n") for f in files]
        assert empty.post("/sources/upload", {"file": again, "paths": paths}).status_code == 302
        empty.served.jobs.settle()
        assert sorted(name.partition("/")[2] for name in set(kept(empty)) - before) == names
    assert "read as vcard" in page


def test_more_than_there_is_room_for_is_refused_and_leaves_nothing(
    empty: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(uploads, "room", lambda _home: 1_000)
    for content in (MBOX, MBOX * 300):
        answer = empty.post(
            "/sources/upload", {"file": SimpleUploadedFile("Sent.mbox", content)}, HTTP_ACCEPT="application/json"
        )
        assert answer.status_code == 400
        assert "more than there is room for" in answer.json()["error"]
        # It was read to its end and not kept, so that a browser that still sends hears the answer.
        assert answer.wsgi_request.read(1) == b""
        assert kept(empty) == []


def test_files_of_a_page_elsewhere_are_refused_and_not_kept(empty: Site) -> None:
    strict = Client(HTTP_HOST="127.0.0.1:8137", enforce_csrf_checks=True)
    strict.cookies = empty.client.cookies
    answer = strict.post("/sources/upload", {"file": SimpleUploadedFile("Sent.mbox", MBOX)})
    assert answer.status_code == 403
    assert kept(empty) == []


def test_nothing_comes_in_under_invented_names(site: Site) -> None:
    site.served.incognito = True
    page = site.get("/sources").content.decode()
    assert "<form method" not in page.partition("<main")[2]
    answer = site.post("/sources/upload", {"file": SimpleUploadedFile("Sent.mbox", MBOX)})
    assert answer.status_code == 400
    assert not site.space.home.uploads.exists()


def test_a_name_from_elsewhere_is_escaped(empty: Site) -> None:
    name = "<img src=x onerror=alert(1)>.mbox"
    answer = empty.get(send(empty, (name, MBOX)))
    assert b"<img" not in answer.content


def test_a_job_that_is_stopped_leaves_the_home_as_it_was(empty: Site) -> None:
    where = send(empty, ("Sent.mbox", MBOX))
    looked = empty.served.jobs.all()[0]
    held = empty.served.jobs.begin(Job("look", "before", lambda job: job.asked.wait(30)))
    job = empty.post(where + "/bring").headers["Location"]
    assert "Waits for its turn" in empty.text(job)
    empty.post(job + "/stop")
    empty.served.jobs.stop(held)
    empty.served.jobs.settle()
    assert "Stopped before it began." in empty.text(job)
    assert empty.space.imports() == []
    assert looked.over


def test_events_tell_how_far_a_job_is(empty: Site) -> None:
    where = send(empty, ("Sent.mbox", MBOX))
    answer = empty.get("/sources/jobs/events")
    assert answer.headers["Content-Type"] == "text/event-stream"
    told = b"".join(answer.streaming_content)
    assert where.rpartition("/")[2].encode() in told
    assert b'"state": "done"' in told
    assert b'"over": true' in told
    # One stream tells of all, it ends with the last job, and only so many pages hold a thread.
    assert told.endswith(b"event: done\ndata: \n\n")
    held = empty.served.jobs.begin(Job("look", "held", lambda job: job.asked.wait(30)))
    streams = [empty.get("/sources/jobs/events") for _ in range(6)]
    first = [next(iter(each.streaming_content)) for each in streams]
    assert first == [b"retry: 500\n\n"] * 4 + [b"retry: 3000\n\n"] * 2
    streams[0].close()
    streams.append(empty.get("/sources/jobs/events"))
    assert next(iter(streams[-1].streaming_content)) == b"retry: 500\n\n"
    for each in streams:
        each.close()
    empty.served.jobs.stop(held)


def test_jobs_are_done_one_after_the_other_and_can_be_stopped() -> None:
    jobs, order, begun = Jobs(), [], threading.Event()

    def stops(job: Job) -> None:
        order.append(job.title)
        begun.set()
        while True:
            job.tell("on and on", 1)
            job.asked.wait(0.01)

    first = jobs.begin(Job("import", "first", stops))
    second = jobs.begin(Job("import", "second", lambda job: order.append(job.title)))
    assert begun.wait(10)
    jobs.stop(first)
    jobs.settle()
    assert (first.state, second.state, order) == ("stopped", "done", ["first", "second"])
    failed = jobs.begin(Job("import", "third", lambda _: 1 // 0))
    jobs.settle()
    assert failed.state == "failed"
    assert "ZeroDivisionError" in failed.said
    with pytest.raises(Stopped):
        first.tell("again")


def test_what_stays_of_a_job_that_is_cut_off_is_told(empty: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch whose second file meets something unforeseen leaves nothing; what a sync read stays, and that is said."""
    read, space = empty.space.import_, empty.space
    where = send(empty, ("1.mbox", MBOX), ("2.mbox", MBOX.replace(b"Lenses", b"Glass")))

    def breaks(path: Path, **more: Any) -> Any:
        if path.name == "2.mbox":
            raise RuntimeError("unforeseen")
        return read(path, **more)

    monkeypatch.setattr(space, "import_", breaks)
    job = empty.post(where + "/bring").headers["Location"]
    empty.served.jobs.settle()
    assert "Nothing of it was kept." in empty.text(job)
    assert space.imports() == []
    monkeypatch.setattr(space, "accounts", lambda: 1 // 0)
    sync = empty.served.jobs.begin(arrivals.sync(space, "imap:x"))
    empty.served.jobs.settle()
    assert sync.hint == "What was read of it until then stays."


def test_jobs_tell_nothing_from_before_somebody_was_forgotten() -> None:
    forgotten = [0]
    jobs = Jobs(lambda: forgotten[0])
    go, begun = threading.Event(), threading.Event()

    def reads(job: Job) -> None:
        job.tell("reading Ana Lopez.vcf", 1)
        begun.set()
        go.wait(10)
        job.tell("reading Ana Lopez 2.vcf", 2)

    jobs.begin(Job("import", "done before", lambda _: None))
    running = jobs.begin(Job("import", "Ana Lopez.vcf", reads))
    jobs.begin(Job("look", "Ana Lopez 3.vcf", lambda _: None))
    assert begun.wait(10)
    forgotten[0] += 1
    assert [job.title for job in jobs.all()] == ["what you sent", "what you sent"]
    go.set()
    jobs.settle()
    assert "Ana" not in running.line
    assert jobs.all() == []
    assert jobs.begin(Job("look", "after", lambda _: None)) in jobs.all()
    jobs.settle()


def test_an_account_is_connected_by_a_form_and_its_password_is_never_shown(empty: Site, tmp_path: Path) -> None:
    folder = tmp_path / "drop"
    folder.mkdir()
    answer = empty.post("/sources/connect/folder", {"path": str(folder)})
    assert answer.status_code == 302
    empty.served.jobs.settle()
    page = empty.text("/sources")
    assert f"folder:{folder}" in page
    empty.post("/sources/accounts/drop", {"account": f"folder:{folder}"})
    assert "No account is connected." in empty.text("/sources")
    wrong = empty.post(
        "/sources/connect/imap", {"user": "ana@x.example", "host": "127.0.0.1", "port": "1", "password": "s3cret-word"}
    )
    assert wrong.status_code == 400
    assert b"s3cret-word" not in wrong.content
    assert b"ana@x.example" in wrong.content


def test_a_folder_is_not_chosen_from_elsewhere(empty: Site, tmp_path: Path) -> None:
    from django.contrib.auth.models import User

    empty.served.accounts = True
    empty.client.force_login(User.objects.create_user("ana", password="a long password"))
    answer = empty.post("/sources/connect/folder", {"path": str(tmp_path)})
    assert answer.status_code == 400
    assert "on this machine" in plain(answer.content.decode())


def test_an_address_that_is_mine_is_decided_and_can_be_undone(site: Site) -> None:
    site.post("/sources/me", {"address": "also-me@x.example"})
    made = site.space.decisions()[-1]
    assert (made.kind, made.handle) == ("me", "email:also-me@x.example")
    assert site.post("/sources/me", {"address": "nonsense"}).status_code == 400


def test_what_nobody_knows_is_no_page(site: Site) -> None:
    assert site.get("/sources/jobs/000000000000").status_code == 404
    assert site.get("/sources/ffffffff").status_code == 404
    assert site.get("/sources/connect/nothing").status_code == 404
    assert site.post("/sources/files/..%2f..%2fetc/look").status_code == 404
    assert site.post("/sources/files/000000000000/look").status_code == 400


def test_rooms_of_an_upload_are_counted(home: Home) -> None:
    assert 0 < uploads.room(home) < shutil.disk_usage(home.path).free
