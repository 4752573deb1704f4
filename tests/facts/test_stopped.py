"""An import that is stopped on the way leaves the home as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from weakties.config import Settings
from weakties.errors import Stopped
from weakties.facts import ledger
from weakties.facts.home import Home
from weakties.workspace import Workspace

MAIL = """From me@me.example Mon Jan  5 12:00:00 2026
From: me@me.example
To: ana@acme.example
Message-ID: <{n}@me.example>
Date: Mon, 5 Jan 2026 12:00:00 +0000
Subject: Lenses

Hello.

"""
CARD = """BEGIN:VCARD
VERSION:3.0
FN:Ana Lopez
EMAIL:ana@acme.example
END:VCARD
"""


def a_folder(tmp_path: Path) -> Path:
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "mail.mbox").write_text("".join(MAIL.format(n=n) for n in range(600)))
    (folder / "people.vcf").write_text(CARD)
    return folder


def stopping_at(call: int) -> Callable[[int], None]:
    """Return what stops an import when it is told for that time, counted from 1."""
    calls = 0

    def progress(_: int) -> None:
        nonlocal calls
        calls += 1
        if calls == call:
            raise Stopped("Stopped.")

    return progress


# 250, 500, all 600 of the mailbox; then the cards, when the mailbox is kept already.
@pytest.mark.parametrize("call", [1, 2, 3, 4])
def test_a_stopped_import_leaves_nothing(home: Home, tmp_path: Path, call: int) -> None:
    space = Workspace(home, Settings())
    with pytest.raises(Stopped):
        space.import_(a_folder(tmp_path), progress=stopping_at(call))
    assert space.imports() == []
    listed = ledger.snapshot(home).folders
    assert [p.name for p in home.facts.iterdir() if p.is_dir() and p.name.startswith(".stage")] == []
    assert listed == {}


def test_what_was_there_before_stays(home: Home, tmp_path: Path) -> None:
    space = Workspace(home, Settings())
    folder = a_folder(tmp_path)
    (mailbox,) = space.import_(folder / "mail.mbox")
    other = tmp_path / "other"
    other.mkdir()
    (other / "more.vcf").write_text(CARD.replace("Ana", "Bea"))
    with pytest.raises(Stopped):
        space.import_(other, progress=stopping_at(1))
    assert [i.id for i in space.imports()] == [mailbox.id]


def test_an_import_tells_of_its_last_record_before_it_is_kept(home: Home, tmp_path: Path) -> None:
    told: list[int] = []
    Workspace(home, Settings()).import_(a_folder(tmp_path) / "mail.mbox", progress=told.append)
    assert told == [250, 500, 600]
