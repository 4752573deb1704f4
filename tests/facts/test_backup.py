"""A backup is read back when it is written, opens with nothing but the passphrase, and comes back wholly or not at all."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import IO

import pyrage
import pytest
from pyrage import passphrase as age
from tests.facts.test_migrations import told, unpacked

from weakties.config import Settings
from weakties.errors import HomeError, UsageError
from weakties.facts import backup, state
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.workspace import Workspace

WORDS = "correct horse battery"
NOW = 1_800_000_000


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return open_home(unpacked(1, tmp_path / "home").path)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The bytes of a backup: a passphrase is made slow to try, so one serves many tests."""
    folder = tmp_path_factory.mktemp("backup")
    home = open_home(unpacked(1, folder / "home").path)
    return backup.make(home, folder / "b", WORDS, now=NOW).path.read_bytes()


def test_what_comes_back_answers_the_same_with_the_same_bytes(home: Home, tmp_path: Path) -> None:
    Workspace(home, Settings()).refresh()
    made = backup.make(home, tmp_path / "b.weakties", WORDS, now=NOW)
    brought = backup.restore(made.path, WORDS, tmp_path / "back")
    back = open_home(tmp_path / "back")
    assert (brought.files, brought.size, brought.made_at) == (made.files, made.size, NOW)
    assert told(back) == told(home)
    assert Workspace(back, Settings()).check() == []
    derived = {p.name: p.read_bytes() for p in home.derived.rglob("*.parquet")}
    assert {p.name: p.read_bytes() for p in back.derived.rglob("*.parquet")} == derived
    assert Workspace(back, Settings()).decisions() == Workspace(home, Settings()).decisions()
    for path in (made.path, *back.path.rglob("*")):
        assert path.stat().st_mode & 0o077 == 0, path
    assert b"Lopez" not in made.path.read_bytes()


def test_common_tools_and_the_passphrase_are_enough(whole: bytes) -> None:
    """As HOW-TO-OPEN.txt says: a zip, whose key the passphrase opens, whose tar the key opens."""
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        assert b"age -d" in parts.read("HOW-TO-OPEN.txt")
        key = age.decrypt(parts.read("key.age"), WORDS).decode().strip()
        plain = pyrage.decrypt(parts.read("home.tar.age"), [pyrage.x25519.Identity.from_str(key)])
    listed = subprocess.run(["tar", "t"], input=plain, capture_output=True, check=True).stdout.decode().split()
    assert {"format", "state.sqlite", "facts/MANIFEST"} <= set(listed)


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_one_changed_byte_is_noticed(whole: bytes, tmp_path: Path, at: float) -> None:
    content = bytearray(whole)
    content[int(len(content) * at)] ^= 1
    (tmp_path / "b").write_bytes(content)
    with pytest.raises((HomeError, UsageError)):
        backup.restore(tmp_path / "b", WORDS, tmp_path / "back")
    assert not (tmp_path / "back").exists()


@pytest.mark.parametrize("size", [0, 10, 600, -1])
def test_a_file_that_was_cut_off_or_is_none_is_told(whole: bytes, tmp_path: Path, size: int) -> None:
    (tmp_path / "b").write_bytes(whole[:size])
    with pytest.raises(HomeError, match="is no backup of weakties, or it is damaged"):
        backup.restore(tmp_path / "b", WORDS, tmp_path / "back")
    assert [p.name for p in tmp_path.iterdir()] == ["b"]


def test_a_wrong_passphrase_a_short_one_and_a_home_in_use_are_refused(home: Home, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="fewer than 8"):
        backup.make(home, tmp_path / "b", "short", now=NOW)
    made = backup.make(home, tmp_path / "b", WORDS, now=NOW)
    with pytest.raises(UsageError, match="does not open this backup"):
        backup.restore(made.path, WORDS + "!", tmp_path / "back")
    with pytest.raises(UsageError, match="is in use"):
        backup.restore(made.path, WORDS, home.path)
    with pytest.raises(UsageError, match="is there already"):
        backup.make(home, tmp_path / "b", WORDS, now=NOW)
    with pytest.raises(UsageError, match="inside the home"):
        backup.make(home, home.path / "b", WORDS, now=NOW)
    with pytest.raises(UsageError, match="is not there"):
        backup.restore(tmp_path / "nothing", WORDS, tmp_path / "back")
    assert state.backups(home) == [(NOW, str(made.path))]


def test_a_name_that_leads_out_of_the_home_is_not_followed(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import tarfile

    identity = pyrage.x25519.Identity.generate()
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w") as tar:
        member = tarfile.TarInfo("../outside")
        member.size = 4
        tar.addfile(member, io.BytesIO(b"evil"))
    with zipfile.ZipFile(tmp_path / "b", "w") as whole:
        whole.writestr("key.age", age.encrypt(f"{identity}\n".encode(), WORDS))
        whole.writestr("home.tar.age", pyrage.encrypt(packed.getvalue(), [identity.to_public()]))
    monkeypatch.setattr(backup, "verify", lambda path, _: backup.Backup(path, 1, 1, 4, NOW))
    with pytest.raises(HomeError, match="outside of the home"):
        backup.restore(tmp_path / "b", WORDS, tmp_path / "deep" / "back")
    assert not (tmp_path / "deep" / "outside").exists()


def test_a_linked_or_mounted_folder_is_a_home_like_any_other(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(whole)
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    backup.restore(tmp_path / "b", WORDS, tmp_path / "link")
    assert (tmp_path / "link").is_symlink()
    names = [name for name, _, _ in told(open_home(tmp_path / "link"))]
    assert names == ["Ana Lopez", "Ben Okafor"]
    disk = tmp_path / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)], capture_output=True, check=False
    )
    if done.returncode:
        pytest.skip("mounting needs root with the right to mount")
    try:
        backup.restore(tmp_path / "b", WORDS, disk)
        assert [name for name, _, _ in told(open_home(disk))] == names
        assert not list(disk.glob(".*.part"))
        with pytest.raises(UsageError, match="is in use"):
            backup.restore(tmp_path / "b", WORDS, disk)
    finally:
        subprocess.run(["umount", "-l", str(disk)], check=True)


def test_an_import_waits_for_no_backup(home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("weakties.facts.home.LOCK_SECONDS", 0)
    pack, waited = backup._pack, []

    def meanwhile(folder: Path, out: IO[bytes], now: int) -> None:
        with home.lock("facts"):
            waited.append(sorted(p.name for p in folder.iterdir()))
        pack(folder, out, now)

    monkeypatch.setattr(backup, "_pack", meanwhile)
    assert backup.make(home, tmp_path / "b", WORDS, now=NOW).files
    assert waited == [["facts", "format", "state.sqlite"]]


def test_a_backup_that_is_killed_leaves_no_file_of_that_name(home: Home, tmp_path: Path) -> None:
    script = (
        "import os, sys; from pathlib import Path; from weakties.facts import backup; from weakties.facts.home import Home;"
        "backup.verify = lambda *_: os._exit(9);"
        f"backup.make(Home(Path({str(home.path)!r})), Path({str(tmp_path / 'b')!r}), {WORDS!r}, now=1)"
    )
    before = told(home)
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == 9
    assert not (tmp_path / "b").exists()
    assert backup.make(home, tmp_path / "b", WORDS, now=NOW).files
    assert told(open_home(home.path)) == before
    assert not list(home.facts.glob(".stage-*"))
