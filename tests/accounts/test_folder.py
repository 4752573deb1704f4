"""A folder that files what is dropped into it: nothing is lost, overwritten or moved before it is kept."""

from __future__ import annotations

import os
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.accounts.test_dav import card, entry, kept
from tests.accounts.test_imap import letter

from weakties import syncing
from weakties.accounts.folder import FolderAccount
from weakties.errors import AccountError
from weakties.facts import accounts
from weakties.facts.accounts import Account
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.sources import ReadOptions
from weakties.syncing import Synced


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(tmp_path / "home")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "drop"
    made.mkdir()
    return made


def account(folder: Path) -> Account:
    return Account(f"folder:{folder}", "folder", "me", 0, {"path": str(folder)})


def sync(home: Home, folder: Path, live: FolderAccount | None = None) -> Synced:
    accounts.connect(home, account(folder))
    return syncing.sync(home, account(folder), live or FolderAccount(settled=0), "", now=lambda: 1_770_000_000)


def lies(folder: Path) -> list[str]:
    """Return what lies in a folder, months written as MONTH."""
    month = next((p.name for p in (folder / "Filed").glob("*")), "")
    found = [str(p.relative_to(folder)) for p in sorted(folder.rglob("*")) if p.is_file() or p.is_symlink()]
    return [name.replace(f"Filed/{month}/", "Filed/MONTH/") if month else name for name in found]


def test_what_is_dropped_is_read_and_filed(home: Home, folder: Path) -> None:
    (folder / "people.vcf").write_text(card(1), encoding="utf-8")
    (folder / "work.ics").write_text(entry(1), encoding="utf-8")
    done = sync(home, folder)
    assert (done.status.ok, done.status.said) == (True, "2 new records.")
    assert lies(folder) == ["Filed/MONTH/people.vcf", "Filed/MONTH/work.ics"]
    assert kept(home, "SELECT name, file FROM cards") == [("Ben Quill 1", "people.vcf")]
    assert kept(home, "SELECT subject, file FROM events") == [("Lens 1", "work.ics")]
    again = sync(home, folder)
    assert (again.imports, again.status.said) == ((), "Nothing new.")


def test_folders_and_archives_are_filed_whole_with_all_that_is_in_them(home: Home, folder: Path) -> None:
    (folder / "export" / "deep").mkdir(parents=True)
    (folder / "export" / "deep" / "people.vcf").write_text(card(1), encoding="utf-8")
    (folder / "export" / "mail.eml").write_bytes(letter(1))
    with zipfile.ZipFile(folder / "more.zip", "w") as archive:
        archive.writestr("people.vcf", card(2))
        archive.writestr("notes.bin", b"\0\1\2")
    done = sync(home, folder)
    assert done.status.ok
    assert lies(folder) == ["Filed/MONTH/export/deep/people.vcf", "Filed/MONTH/export/mail.eml", "Filed/MONTH/more.zip"]
    assert kept(home, "SELECT name, file FROM cards WHERE name LIKE 'Ben%' AND event = '' ORDER BY name") == [
        ("Ben Quill 1", "export/deep/people.vcf"), ("Ben Quill 2", "more.zip!people.vcf"),
    ]  # fmt: skip
    assert kept(home, "SELECT file FROM events") == [("export/mail.eml",)]
    assert kept(home, "SELECT file, reason FROM rejected") == [
        ("more.zip", "files in it that are of no kind that is read: notes.bin")
    ]


def test_what_nobody_can_read_is_put_aside_with_the_reason(home: Home, folder: Path) -> None:
    (folder / "song.dat").write_bytes(b"\0\1\2\3" * 100)
    (folder / "link.vcf").symlink_to("/etc/hostname")
    os.mkfifo(folder / "pipe")
    done = sync(home, folder)
    assert done.status.ok
    assert {"Not read/song.dat", "Not read/song.dat.txt", "Not read/link.vcf", "Not read/pipe.txt"} <= set(lies(folder))
    assert sum(record.counts["events"].rejected for record in done.imports) == 3
    note = (folder / "Not read" / "song.dat.txt").read_text(encoding="utf-8")
    assert note.startswith("song.dat could not be read on ")
    assert "is nothing that weakties can read" in note
    assert "It is a link, which is not followed." in (folder / "Not read" / "link.vcf.txt").read_text(encoding="utf-8")
    assert sync(home, folder).imports == ()


def test_nothing_is_overwritten(home: Home, folder: Path) -> None:
    for number in range(3):
        (folder / "people.vcf").write_text(card(number), encoding="utf-8")
        (folder / "x.dat").write_bytes(bytes([0, number]))
        (folder / "more").mkdir()
        (folder / "more" / "people.vcf").write_text(card(10 + number), encoding="utf-8")
        sync(home, folder)
    (month,) = (folder / "Filed").iterdir()
    assert sorted(p.name for p in month.iterdir()) == [
        "more", "more (2)", "more (3)", "people (2).vcf", "people (3).vcf", "people.vcf",
    ]  # fmt: skip
    assert (month / "people (2).vcf").read_text(encoding="utf-8") == card(1).replace("\r\n", "\n")
    assert {(folder / "Not read" / name).read_bytes() for name in ("x.dat", "x (2).dat", "x (3).dat")} == {
        b"\0\0", b"\0\1", b"\0\2",
    }  # fmt: skip
    assert (folder / "Not read" / "x (3).dat.txt").exists()


def test_what_is_being_written_and_what_is_half_loaded_wait(home: Home, folder: Path) -> None:
    (folder / "people.vcf").write_text(card(1), encoding="utf-8")
    # Its program gave it a day long gone: that says nothing of when it came.
    os.utime(folder / "people.vcf", (1_000_000_000, 1_000_000_000))
    for name in ("big.zip.crdownload", "big.part", ".hidden.vcf", "~$people.xlsx", "Thumbs.db"):
        (folder / name).write_text(card(2), encoding="utf-8")

    live = FolderAccount(settled=0.3)
    written: list[float] = []

    def write_on(seconds: float) -> None:
        written.append(seconds)
        with (folder / "people.vcf").open("a", encoding="utf-8") as file:
            file.write(card(3))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("weakties.accounts.folder.time.sleep", write_on)
        assert sync(home, folder, live).imports == ()
    assert len(written) == 1
    assert written[0] > 0.3
    assert (folder / "people.vcf").exists()
    # It rests now, and is waited for.
    assert sync(home, folder, live).status.said == "2 new records."
    assert "big.part" in lies(folder)
    assert ".hidden.vcf" in lies(folder)


def test_a_file_that_changes_while_it_is_read_stays(folder: Path) -> None:
    (folder / "people.vcf").write_text("".join(card(n) for n in range(3_000)), encoding="utf-8")
    parts = FolderAccount(settled=0).parts(account(folder), "", {}, ReadOptions())
    assert len(next(parts).extracts) == 2_000
    with (folder / "people.vcf").open("a", encoding="utf-8") as file:
        file.write(card(9_999))
    assert list(parts) == []
    assert (folder / "people.vcf").exists()


def test_a_file_is_moved_only_when_what_it_says_is_kept(home: Home, folder: Path) -> None:
    (folder / "people.vcf").write_text(card(1), encoding="utf-8")
    parts: Iterator[object] = FolderAccount(settled=0).parts(account(folder), "", {}, ReadOptions())
    next(parts)
    assert (folder / "people.vcf").exists()
    del parts
    assert (folder / "people.vcf").exists()
    assert sync(home, folder).status.said == "1 new record."
    assert not (folder / "people.vcf").exists()


def test_a_reader_that_fails_blocks_no_other_file(home: Home, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Stranger:
        """A plugin with a bug."""

        name, reader = "stranger", 1

        def identify(self, path: Path) -> bool:
            return path.name == "a.bug"

        def read(self, path: Path, options: ReadOptions) -> Iterator[object]:
            raise ZeroDivisionError("oops")

    from weakties.sources.vcard import VcardSource

    monkeypatch.setattr("weakties.accounts.folder.available", lambda: ([VcardSource(), Stranger()], []))
    (folder / "a.bug").write_text("x", encoding="utf-8")
    (folder / "b.vcf").write_text(card(1), encoding="utf-8")
    assert sync(home, folder).status.ok
    assert lies(folder) == ["Filed/MONTH/b.vcf", "Not read/a.bug", "Not read/a.bug.txt"]
    assert "ZeroDivisionError: oops" in (folder / "Not read" / "a.bug.txt").read_text(encoding="utf-8")


def test_names_of_any_bytes_and_length_are_filed(home: Home, folder: Path) -> None:
    long = folder / ("x" * 251 + ".vcf")
    long.write_text(card(1), encoding="utf-8")
    odd = os.fsencode(folder) + b"/\xff\xfe.vcf"
    Path(os.fsdecode(odd)).write_text(card(2), encoding="utf-8")
    (folder / "Not read").mkdir()
    (folder / ("y" * 251 + ".dat")).write_bytes(b"\0")
    assert sync(home, folder).status.ok
    assert [p.name for p in folder.iterdir() if p.is_file()] == []
    assert len(list((folder / "Not read").iterdir())) == 2


def test_a_home_in_the_folder_is_left_alone(home: Home, tmp_path: Path) -> None:
    (tmp_path / "people.vcf").write_text(card(1), encoding="utf-8")
    sync(home, tmp_path)
    assert home.path.is_dir()
    assert not (tmp_path / "people.vcf").exists()


def test_what_cannot_be_is_told_in_words(home: Home, folder: Path, tmp_path: Path) -> None:
    assert "is not there" in sync(home, tmp_path / "nowhere").status.said
    for path in (Path("/"), Path.home(), home.path):
        with pytest.raises(AccountError, match="is no folder to move things in"):
            FolderAccount().check(account(path), "")
    (folder / "Filed").write_text("in the way", encoding="utf-8")
    (folder / "people.vcf").write_text(card(1), encoding="utf-8")
    done = sync(home, folder)
    assert not done.status.ok
    assert "Nothing can be moved in" in done.status.said
    assert (folder / "people.vcf").exists()
    assert FolderAccount().check(account(folder), "").startswith("1 file or folder waits in ")
