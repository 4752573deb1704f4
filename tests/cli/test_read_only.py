"""A home that can only be read, as on a medium mounted so: it answers, and says plainly what it cannot do."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from weakties.cli.main import run
from weakties.facts.decisions import decide
from weakties.facts.home import Home

MAIL = """\
From: Mona Quill <me@me.example>
To: Ana Lopez <ana@acme.example>
Message-ID: <1@me.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: The lens

Could you send me the drawings?
"""


def program(home: Path, *words: str) -> int:
    return run(["--home", str(home), *words])


def shut(folder: Path) -> bool:
    """Make a folder one that can only be read, by its permissions or, for root, by a mount; tell whether it worked."""
    if os.geteuid():
        for each in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
            each.chmod(0o500)
        return True
    bound = subprocess.run(["mount", "--bind", str(folder), str(folder)], capture_output=True, check=False)
    again = ["mount", "-o", "remount,bind,ro", str(folder)]
    return not bound.returncode and not subprocess.run(again, capture_output=True, check=False).returncode


def unshut(folder: Path) -> None:
    if os.geteuid() == 0:
        subprocess.run(["umount", "-l", str(folder)], check=True)
    else:
        for each in [folder, *(p for p in folder.rglob("*") if p.is_dir())]:
            each.chmod(0o700)


@pytest.fixture
def filled(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    home = tmp_path / "home"
    (tmp_path / "one.eml").write_text(MAIL, encoding="utf-8")
    assert program(home, "import", str(tmp_path / "one.eml"), "--me", "me@me.example") == 0
    assert program(home, "tag", "lopez", "optics") == 0
    assert program(home, "refresh") == 0
    capsys.readouterr()
    return home


@pytest.fixture
def read_only(filled: Path) -> Iterator[Path]:
    if not shut(filled):
        pytest.skip("mounting needs root with the right to mount")
    yield filled
    unshut(filled)


READS = ["today", "waiting", "people", "people --tag optics", "people --incognito", "person lopez", "why lopez"]
READS += ["why lopez me@me.example", "timeline lopez", "review", "imports", "imports list --json", "undo --list"]
READS += ["doctor", "config show", "refresh"]


def test_a_home_that_can_only_be_read_answers(read_only: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for words in READS:
        as_of = (
            () if words.split()[0] in ("imports", "undo", "doctor", "config", "refresh") else ("--as-of", "2026-01-20")
        )
        assert program(read_only, *words.split(), *as_of) == 0, (words, capsys.readouterr().err)
        out, err = capsys.readouterr()
        assert out
        assert err == ""
    assert program(read_only, "people", "--tag", "optics", "--as-of", "2026-01-20") == 0
    assert "Ana Lopez" in capsys.readouterr().out


WRITES = [
    "touch lopez",
    "note lopez x",
    "merge lopez me@me.example",
    "undo",
    "import {mail}",
    "import {mail} --dry-run",
]
WRITES += ["person add Nadia", "import {mail} --me a@b.example", "refresh --check"]


@pytest.mark.parametrize("words", WRITES)
def test_what_would_write_says_that_it_cannot(
    read_only: Path, capsys: pytest.CaptureFixture[str], words: str, tmp_path: Path
) -> None:
    (tmp_path / "two.eml").write_text(MAIL.replace("<1@", "<2@"), encoding="utf-8")
    assert program(read_only, *words.format(mail=tmp_path / "two.eml").split()) == 1
    err = capsys.readouterr().err
    assert f"{read_only} cannot be written to: it can only be read." in err
    assert "Set --home or WEAKTIES_HOME to a folder that you may write to" in err


def test_a_home_that_is_behind_says_what_to_do(filled: Path, capsys: pytest.CaptureFixture[str]) -> None:
    decide(Home(filled), "merge", "email:ana@acme.example", at=0, author="me", other="email:me@me.example")
    if not shut(filled):
        pytest.skip("mounting needs root with the right to mount")
    try:
        assert program(filled, "people", "--as-of", "2026-01-20") == 1
    finally:
        unshut(filled)
    err = capsys.readouterr().err
    assert "can only be read, and its derived tables are older than its facts" in err
    assert f"cp -r {filled} COPY; weakties --home COPY today" in err


def test_decisions_that_still_lie_in_the_log_are_not_passed_over(
    filled: Path, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    """A writer that was killed leaves the log beside the table: its decision counts."""
    killed = tmp_path / "killed"
    killed_writer = [
        "import os, sqlite3, sys; database = sqlite3.connect(sys.argv[1])",
        """database.execute("UPDATE decision SET value = replace(value, 'optics', 'lenses')")""",
        "database.commit(); os._exit(9)",
    ]
    subprocess.run([sys.executable, "-c", "\n".join(killed_writer), str(filled / "state.sqlite")], check=False)
    assert (filled / "state.sqlite-wal").stat().st_size
    shutil.copytree(filled, killed)
    if not shut(killed):
        pytest.skip("mounting needs root with the right to mount")
    try:
        code = program(killed, "people", "--tag", "lenses", "--as-of", "2026-01-20")
    finally:
        unshut(killed)
    out, err = capsys.readouterr()
    assert (code, err) == (0, "")
    assert "Ana Lopez" in out
