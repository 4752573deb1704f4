"""doctor finds each state that something may leave a home in, and names what to type."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.facts.test_migrations import unpacked

from weakties import doctor
from weakties.cli.main import run
from weakties.config import Settings
from weakties.facts import erasure, ledger
from weakties.facts.home import Home
from weakties.facts.migrations import open_home
from weakties.facts.scrub import Marks
from weakties.workspace import Workspace


@pytest.fixture
def home(tmp_path: Path) -> Home:
    made = open_home(unpacked(1, tmp_path / "home").path)
    made.path.chmod(0o700)
    shutil.rmtree(made.set_aside(2))
    ledger.compact(made, now=0)
    Workspace(made, Settings()).refresh()
    return made


def found(home: Home) -> dict[str, str]:
    """Return what is not well, and its fix."""
    now = int(time.time())
    return {f.what: f.fix for f in doctor.examine(home, Settings(), now=now) if not f.ok}


def _flip(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


def _copied(source: Path, target: Path) -> None:
    for table in source.glob("*.parquet"):
        shutil.copy2(table, target)


def _sealed(home: Home) -> Path:
    """Return a folder that was written by this version: those of older ones have no digests."""
    name = ledger.imports(home)[0].id
    folder = ledger.rewritten(home, f"{name}-0", [ledger.find(home, name)], _copied)
    folders = {f: ids for f, ids in ledger.snapshot(home).folders.items() if name not in ids}
    ledger.replace_folders(home, {**folders, folder: (name,)})
    return home.facts / folder


def _entomb(home: Home) -> None:
    erasure.entomb(home, Marks(frozenset({"email:ana@acme.example"})), at=1, author="me")


def _future(home: Home) -> None:
    for path in home.facts.glob("*/*.json"):
        path.write_text(path.read_text().replace('"imported_at": 17', '"imported_at": 97'))


STATES: dict[str, tuple[Callable[[Home], object], str, str]] = {
    "open to others": (lambda h: h.path.chmod(0o755), "Others on this machine may look into", "chmod 700"),
    "a file open to others": (lambda h: h.state.chmod(0o644), "could be read by others", "chmod -R go="),
    "a damaged table": (lambda h: _flip(_sealed(h) / "events.parquet"), "Not what was written, of import", "restore BACKUP"),
    "a folder gone": (lambda h: shutil.rmtree(_sealed(h)), "is gone", "restore BACKUP"),
    "a record gone": (lambda h: next(_sealed(h).glob("????????.json")).unlink(), "The record of import", "restore BACKUP"),
    "a damaged manifest": (lambda h: (h.facts / "MANIFEST").write_text("{"), "is damaged", "backup"),
    "damaged decisions": (lambda h: h.state.write_bytes(b"SQLite format 3\0" + b"x" * 8_000), "cannot be used", "backup"),
    "an erasure cut off": (_entomb, "Forgetting somebody was cut off", "weakties refresh"),
    "a restore cut off": (lambda h: h.path.with_name(".home.123.part").mkdir(), "cut off", "rm -r"),
    "a damaged derived table": (
        lambda h: _flip(next(h.derived.glob("*/people.parquet"))), "of the derived tables: people.parquet", "refresh --anew"),
    "a clock that went back": (_future, "in the future", "Set the clock"),
}  # fmt: skip


def test_a_home_that_is_well_has_no_findings(home: Home) -> None:
    assert found(home) == {}


@pytest.mark.parametrize("state", STATES)
def test_each_state_is_found_with_what_to_type(home: Home, state: str) -> None:
    happen, said, fix = STATES[state]
    happen(home)
    told = found(home)
    assert any(said in what and fix in how for what, how in told.items()), told


@pytest.mark.parametrize("state", ["a folder gone", "a record gone"])
def test_one_damage_is_one_finding(home: Home, state: str) -> None:
    STATES[state][0](home)
    assert len(found(home)) == 1, found(home)


def test_what_doctor_names_mends_it(home: Home) -> None:
    _entomb(home)
    _flip(next(home.derived.glob("*/people.parquet")))
    assert len(found(home)) == 2
    assert run(["--home", str(home.path), "refresh", "--anew"]) == 0
    assert found(home) == {}


def test_leavings_of_killed_imports_are_named(home: Home) -> None:
    left = home.facts / "deadbeef-0"
    left.mkdir()
    os.utime(left, (0, 0))
    said = [f.what for f in doctor.examine(home, Settings(), now=int(time.time()))]
    assert any("left of imports that were undone or killed" in what for what in said)


def test_a_damaged_table_is_told_in_words(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    path = next(home.derived.glob("*/people.parquet"))
    path.write_bytes(path.read_bytes()[:-20])
    assert run(["--home", str(home.path), "people", "--as-of", "2026-01-20"]) == 1
    said = capsys.readouterr().err
    assert "Not what was written, of the derived tables: people.parquet." in said
    assert f"weakties --home {home.path} doctor finds what is damaged" in said
