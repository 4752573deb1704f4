"""The bench's own tools: tables and Maildir copies. No test looks at a clock."""

from __future__ import annotations

import mailbox
from pathlib import Path

import pytest
from bench.peers import messages, write_maildir
from bench.tables import Table

THREE = b"""From ana@example.com Mon Jan  5 09:00:00 2026
From: Ana <ana@example.com>
To: me@example.com
Subject: One
Date: Mon, 5 Jan 2026 09:00:00 +0000

Hello.
>From here on it is yours.

From ben@example.com Tue Jan  6 09:00:00 2026
From: Ben <ben@example.com>
To: me@example.com
Subject: Two
Date: Tue, 6 Jan 2026 09:00:00 +0000

Hello again.

From me@example.com Wed Jan  7 09:00:00 2026
From: Me <me@example.com>
To: ana@example.com
Subject: Three
Date: Wed, 7 Jan 2026 09:00:00 +0000

Good bye.
"""


def test_the_maildir_holds_every_message_once_and_without_envelope(tmp_path: Path) -> None:
    (tmp_path / "three.mbox").write_bytes(THREE)
    assert write_maildir(tmp_path / "copy", messages([tmp_path / "three.mbox"])) == 3
    copy = mailbox.Maildir(tmp_path / "copy", create=False)
    assert sorted(m["Subject"] for m in copy) == ["One", "Three", "Two"]
    raws = [path.read_bytes() for path in sorted((tmp_path / "copy" / "cur").iterdir())]
    assert all(raw.startswith(b"From: ") for raw in raws)
    assert b"From here on it is yours." in raws[0]


def test_an_empty_mailbox_makes_an_empty_maildir(tmp_path: Path) -> None:
    assert write_maildir(tmp_path / "copy", []) == 0
    assert len(mailbox.Maildir(tmp_path / "copy", create=False)) == 0


def test_a_table_is_aligned_markdown_with_its_notes_below() -> None:
    table = Table("Three letters", {"who": "", "letters": ",d", "s": ".2f"})
    table.add("ana", 1200, 0.5)
    table.add("ben", None, 12.345)
    table.notes.append("All invented.")
    assert table.markdown() == (
        "## Three letters\n\n"
        "| who | letters |     s |\n"
        "|-----|--------:|------:|\n"
        "| ana |   1,200 |  0.50 |\n"
        "| ben |         | 12.35 |\n\n"
        "All invented."
    )


def test_json_has_the_numbers_unrounded() -> None:
    table = Table("Letters", {"who": "", "s": ".2f"})
    table.add("ben", 12.345678)
    assert table.as_json() == {"title": "Letters", "rows": [{"who": "ben", "s": 12.345678}], "notes": []}


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="1 cells for 2 columns"):
        Table("Letters", {"who": "", "s": ".2f"}).add("ana")
