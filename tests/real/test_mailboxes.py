"""The main job on every real mailbox: counts add up, questions are answered. Skipped where the data is not there."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from weakties.workspace import open_workspace

# path below the data folder, messages in it, a day on which to ask.
MAILBOXES = [
    ("lists/kees-cook.mbox.gz", 6161, "2021-06-01"),
    ("lists/ksummit.lists.linux.dev/list.mbox.gz", 3115, "2023-06-01"),
    ("enron/arnold-j.mbox.tar.gz", 4898, "2001-10-01"),
    ("enron/lay-k.mbox.tar.gz", 5937, "2001-10-01"),
    ("enron/lokay-m.mbox.tar.gz", 5567, "2001-10-01"),
    ("spamassassin/messages.tar.gz", 6046, "2002-10-01"),
]


@pytest.mark.parametrize(("name", "messages", "day"), MAILBOXES, ids=[n.split("/")[-1] for n, _, _ in MAILBOXES])
def test_the_main_job(data: Path, tmp_path: Path, name: str, messages: int, day: str) -> None:
    space = open_workspace(tmp_path / "home")
    (record,) = space.import_(data / name)
    for counts in record.counts.values():
        assert counts.read == counts.new + counts.known + counts.rejected
    # Messages carried whole inside others count as events of their own.
    assert messages <= record.counts["events"].read <= messages + 10
    assert record.counts["events"].rejected <= 3
    view = space.read(date.fromisoformat(day))
    assert view.connection.execute("SELECT count(*) FROM moments").fetchall()[0][0] == record.counts["events"].new
    suggestions = space.today(view=view, minutes=60)
    for suggestion in suggestions:
        assert suggestion.reasons
        assert not suggestion.person.machine
        assert 0 < suggestion.worth < 2
    for row in space.people(view=view):
        for number in ("strength", "alive", "value"):
            assert row[number] is None or 0 <= row[number] <= 1
    space.waiting(view=view)
    (again,) = space.import_(data / name)
    assert again.counts["events"].new == 0
